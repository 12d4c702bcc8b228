"""What the compiler is to reach on these programs: the one place that says so."""

from __future__ import annotations

WANTED = {
    # Times as fast as the interpreter and as the NumPy form, geometric means over the programs.
    "speedup": 60.0,
    "over_numpy": 3.0,
    # Times of native Numba's time: the geometric mean, and the most for any.
    "numba_mean": 2.0,
    "numba_worst": 5.0,
    # From the decorator to the first result.
    "compile_median_ms": 5.0,
    "compile_worst_ms": 30.0,
    "cached_ms": 1.0,
    # A warm call with three arrays.
    "call_us": 5.0,
}
