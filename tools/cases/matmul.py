"""Write tests/cases/matmul.json: arrays, and what NumPy's matmul makes of them.

The elements are small multiples of 1/8, so that every sum is exact in any order and the
file is the same wherever it is made. The special values come one to an operand.

Usage: python tools/cases/matmul.py [--check]
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from common import texts, write

SHAPES = [
    ((1, 1), (1, 1)),
    ((2, 3), (3, 4)),
    ((3, 2), (2,)),
    ((2,), (2, 3)),
    ((5,), (5,)),
    ((9, 10), (10, 11)),
    ((17, 5), (5, 9)),
    ((3, 2, 4), (4, 2)),
    ((2, 1, 2, 3), (3, 3, 2)),
    ((2, 0), (0, 3)),
    ((0, 2), (2, 3)),
    ((0,), (0,)),
]


def make() -> list[dict[str, Any]]:
    rng = np.random.Generator(np.random.PCG64(4))
    cases = []
    for dtype in ("float64", "float32"):
        for shape1, shape2 in SHAPES:
            x1, x2 = (rng.integers(-40, 40, shape) / 8 for shape in (shape1, shape2))
            cases.append(case(x1.astype(dtype), x2.astype(dtype)))
        for value in (np.nan, np.inf, -np.inf, -0.0):
            x1, x2 = (rng.integers(-40, 40, shape) / 8 for shape in ((9, 10), (10, 9)))
            x1[3, 4] = value
            x2[4, ::2] = 0
            cases.append(case(x1.astype(dtype), x2.astype(dtype)))
    return cases


def case(x1: np.ndarray, x2: np.ndarray) -> dict[str, Any]:
    with np.errstate(all="ignore"):
        product = np.matmul(x1, x2)
    return {
        "dtype": str(x1.dtype),
        "shape1": list(x1.shape),
        "shape2": list(x2.shape),
        "x1": texts(x1),
        "x2": texts(x2),
        "shape": list(np.shape(product)),
        "product": texts(product),
    }


COLUMNS = {"product": "numpy.matmul(x1, x2), of this shape"}

if __name__ == "__main__":
    sys.exit(write("matmul", COLUMNS, make))
