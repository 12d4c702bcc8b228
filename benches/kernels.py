"""The benchmarks: ferrodide and a peer on the same data, interleaved, medians.

Runs wherever the package does: tools/bench.mjs starts it in Node, in Chromium or natively.
NumPy's own calls through ``patch()`` are in patched.py; they run where ``only`` begins with "patched".
"""

from __future__ import annotations

import difflib
import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

import numpy as np

Call = Callable[[], object]

# A sample is as many calls as fill this time, so that a coarse clock and a short call do not matter.
SAMPLE_SECONDS = 0.02
SAMPLES = 9


class Case(NamedTuple):
    """One line of the table."""

    name: str
    size: str
    ours: Call
    peer_name: str
    peer: Call
    target: float | None
    """How many times faster than the peer the PyO3 wheel is meant to be."""
    around: Callable[[], AbstractContextManager[None]] = nullcontext
    """What each sample of ours runs inside, untimed."""


def cases(only: str | None) -> Iterator[Case]:
    """Cases whose names contain ``only``, each with its data made just before it runs."""
    if only and only.startswith("patched"):
        yield from _patched_cases(only)
        return
    for name, make in _CASES.items():
        if not only or only in name:
            yield Case(name, *make())


def _patched_cases(only: str) -> Iterator[Case]:
    import ferrodide
    from patched import calls

    names = [*ferrodide.stats()]
    for name, n, call in calls(only):
        yield Case(name, f"{n:,}", call, "the same call unpatched", call, None, lambda: ferrodide.patched(names))


def _matmul(dtype: str, target: float) -> Callable[[], tuple[object, ...]]:
    def make() -> tuple[object, ...]:
        import ferrodide

        a, b = _random((512, 512), dtype), _random((512, 512), dtype)
        return "512x512", lambda: ferrodide.matmul(a, b), "numpy.matmul", lambda: np.matmul(a, b), target

    return make


def _one_array(name: str, dtype: str, count: int, target: float | None) -> Callable[[], tuple[object, ...]]:
    def make() -> tuple[object, ...]:
        import ferrodide

        x = _random(count, dtype)
        ours, peer = getattr(ferrodide, name), getattr(np, name)
        return f"{count:,}", lambda: ours(x), f"numpy.{name}", lambda: peer(x), target

    return make


def _sort_in_range(high: int) -> Callable[[], tuple[object, ...]]:
    def make() -> tuple[object, ...]:
        import ferrodide

        x = np.random.default_rng(0).integers(0, high, MILLION)
        return f"{MILLION:,} < {high:.0e}", lambda: ferrodide.sort(x), "numpy.sort", lambda: np.sort(x), 5

    return make


def _small_cdist() -> tuple[object, ...]:
    import ferrodide
    from scipy.spatial.distance import cdist as peer

    a = _random((2, 2), "f8")
    return "2x2x2", lambda: ferrodide.cdist(a, a), "scipy.spatial.distance.cdist", lambda: peer(a, a), 1.0


def _small_matmul() -> tuple[object, ...]:
    import ferrodide

    a = _random((2, 2), "f8")
    return "2x2", lambda: ferrodide.matmul(a, a), "numpy.matmul", lambda: np.matmul(a, a), 1.0


def _cdist(metric: str, target: float | None) -> Callable[[], tuple[object, ...]]:
    def make() -> tuple[object, ...]:
        import ferrodide
        from scipy.spatial.distance import cdist as peer

        a, b = _random((2000, 8), "f8"), _random((2000, 8), "f8")
        return (
            "2000x2000x8",
            lambda: ferrodide.cdist(a, b, metric),
            "scipy.spatial.distance.cdist",
            lambda: peer(a, b, metric),
            target,
        )

    return make


def _levenshtein() -> tuple[object, ...]:
    import ferrodide

    left, right = (_word(seed, 300) for seed in (1, 2))
    return (
        "300x300",
        lambda: ferrodide.levenshtein(left, right),
        "plain Python",
        lambda: _plain(left, right),
        None,
    )


def _extract() -> tuple[object, ...]:
    import ferrodide

    choices = [_word(seed, 20) for seed in range(1000)]
    query = choices[500][:-2]
    return (
        "1,000 choices",
        lambda: ferrodide.extract(query, choices, limit=5),
        "difflib.get_close_matches",
        lambda: difflib.get_close_matches(query, choices, n=5),
        None,
    )


def _plain(left: str, right: str) -> int:
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        corner, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (a != b))
    return row[-1]


def _word(seed: int, length: int) -> str:
    return "".join(map(chr, np.random.default_rng(seed).integers(97, 123, length)))


def _random(shape: int | tuple[int, ...], dtype: str) -> np.ndarray:
    rng = np.random.default_rng(0)
    if np.dtype(dtype).kind == "f":
        return rng.standard_normal(shape).astype(dtype)
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, shape, dtype=dtype)


MILLION = 1_000_000

_CASES: dict[str, Callable[[], tuple[object, ...]]] = {
    "matmul_f64": _matmul("f8", 12),
    "matmul_f32": _matmul("f4", 11),
    "sort_f64": _one_array("sort", "f8", MILLION, 4),
    "sort_f32": _one_array("sort", "f4", MILLION, 9),
    "sort_i64": _one_array("sort", "i8", MILLION, 5),
    "sort_i64_ids": _sort_in_range(10**6),
    "sort_i32": _one_array("sort", "i4", MILLION, None),
    "sort_u8": _one_array("sort", "u1", MILLION, None),
    "argsort_f64": _one_array("argsort", "f8", MILLION, 3),
    "argsort_f32": _one_array("argsort", "f4", MILLION, None),
    "argsort_i64": _one_array("argsort", "i8", MILLION, None),
    "median_f64": _one_array("median", "f8", MILLION, 5),
    "median_f32": _one_array("median", "f4", MILLION, None),
    "median_i64": _one_array("median", "i8", MILLION, None),
    "cdist_euclidean": _cdist("euclidean", 6),
    "cdist_sqeuclidean": _cdist("sqeuclidean", None),
    "cdist_cityblock": _cdist("cityblock", None),
    "cdist_chebyshev": _cdist("chebyshev", None),
    "cdist_cosine": _cdist("cosine", None),
    "levenshtein": _levenshtein,
    "extract": _extract,
    "small_sort": _one_array("sort", "f8", 4, 1),
    "small_argsort": _one_array("argsort", "f8", 4, 1),
    "small_median": _one_array("median", "f8", 4, 1),
    "small_matmul": _small_matmul,
    "small_cdist": _small_cdist,
}


def _repeats(call: Call) -> int:
    """How many calls make a sample."""
    repeats = 1
    while True:
        took = _time(call, repeats)
        if took >= SAMPLE_SECONDS / 2:
            return max(1, round(repeats * SAMPLE_SECONDS / took)) if took < SAMPLE_SECONDS else repeats
        repeats *= 2


def _time(call: Call, repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return time.perf_counter() - start


def measure(case: Case) -> dict[str, object]:
    """Medians of ours and the peer's, in turns, after a call of each to warm up."""
    sides = ((case.ours, case.around), (case.peer, nullcontext))
    counts: list[int] = []
    for call, around in sides:
        with around():
            counts.append(_repeats(call))
    samples: list[list[float]] = [[], []]
    for _ in range(SAMPLES):
        for which, (call, around) in enumerate(sides):
            with around():
                samples[which].append(_time(call, counts[which]) / counts[which] * 1000)
    ours, peer = map(statistics.median, samples)
    return {
        "name": case.name,
        "size": case.size,
        "ours_ms": ours,
        "peer": case.peer_name,
        "peer_ms": peer,
        "speedup": peer / ours,
    }


def environment() -> dict[str, object]:
    """Import ferrodide, and say how long that took and what else Python knows of this place."""
    import platform

    start = time.perf_counter()
    import ferrodide

    took = (time.perf_counter() - start) * 1000
    known = {
        "import_ms": took,
        "backend": ferrodide.backend(),
        "ferrodide": ferrodide.__version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
    }
    try:
        import scipy
    except ImportError:
        return known
    return {**known, "scipy": scipy.__version__}


def run(only: str | None = None, report: Callable[[str], object] = print) -> str:
    """Measures, reports a line for each case, and answers with the JSON of it all."""
    known = environment()
    results = []
    for case in cases(only):
        result = measure(case)
        results.append(result)
        target = "" if case.target is None else f"   (meant: {case.target:g}x)"
        report(
            f"{case.name:18} {case.size:>14} {result['ours_ms']:10.4f} ms"
            f" {result['peer_ms']:10.4f} ms {result['speedup']:7.2f}x  {case.peer_name}{target}"
        )
    return json.dumps({"environment": known, "results": results})


if __name__ == "__main__":
    import sys

    text = run(sys.argv[1] or None)
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write(text)
