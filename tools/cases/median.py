"""Write tests/cases/median.json: arrays, and what NumPy's median makes of them.

Usage: python tools/cases/median.py [--check]
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from common import DTYPES, extremes, texts, write

SHAPES = [((1,), None), ((2,), None), ((7,), 0), ((64,), None), ((301,), None)]
SHAPES += [((3, 4), None), ((3, 4), 0), ((3, 4), 1), ((2, 5, 3), 1), ((2, 5, 3), None)]


def make() -> list[dict[str, Any]]:
    rng = np.random.Generator(np.random.PCG64(2))
    cases = []
    for dtype in DTYPES:
        special = extremes(dtype)
        finite = special[np.isfinite(special)]
        for shape, axis in SHAPES:
            size = int(np.prod(shape))
            small = rng.integers(0, 100, size).astype(dtype)
            for edges in (finite, special):
                values = np.where(rng.random(size) < 0.3, rng.choice(edges, size), small).reshape(shape)
                cases.append(case(values, axis))
    return cases


def case(values: np.ndarray, axis: int | None) -> dict[str, Any]:
    # MAX + MAX overflows, and inf - inf is invalid: NumPy's warnings, not its answers.
    with np.errstate(all="ignore"):
        median = np.median(values, axis=axis)
    return {
        "dtype": str(values.dtype),
        "shape": list(values.shape),
        "axis": axis,
        "values": texts(values),
        "median": texts(median),
    }


COLUMNS = {"median": "numpy.median(values, axis): float32 for float32, else float64; zeros have any sign"}

if __name__ == "__main__":
    sys.exit(write("median", COLUMNS, make))
