"""Write tests/cases/sort.json: arrays, and what NumPy's sort and stable argsort make of them.

Usage: python tools/cases/sort.py [--check]
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from common import DTYPES, extremes, texts, write

SHAPES = [((1,), 0), ((7,), 0), ((40,), 0), ((300,), 0), ((3, 5), 0), ((3, 5), 1), ((2, 4, 3), 1), ((0,), 0)]


def make() -> list[dict[str, Any]]:
    rng = np.random.Generator(np.random.PCG64(1))
    cases = []
    for dtype in DTYPES:
        special = extremes(dtype)
        for shape, axis in SHAPES:
            # Half special values, with repeats, half small ones: ties and every edge.
            size = int(np.prod(shape))
            small = rng.integers(0, 20, size).astype(dtype)
            values = np.where(rng.random(size) < 0.5, rng.choice(special, size), small).reshape(shape)
            cases.append(case(values, axis))
        cases.append(case(special, 0))
    return cases


def case(values: np.ndarray, axis: int) -> dict[str, Any]:
    return {
        "dtype": str(values.dtype),
        "shape": list(values.shape),
        "axis": axis,
        "values": texts(values),
        "sorted": texts(np.sort(values, axis=axis, kind="stable")),
        "argsorted": np.argsort(values, axis=axis, kind="stable").ravel().tolist(),
    }


COLUMNS = {
    "sorted": "numpy.sort(values, axis, kind='stable'), so that -0.0 and 0.0 keep their order",
    "argsorted": "numpy.argsort(values, axis, kind='stable')",
}

if __name__ == "__main__":
    sys.exit(write("sort", COLUMNS, make))
