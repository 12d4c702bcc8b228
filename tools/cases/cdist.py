"""Write tests/cases/cdist.json: points, and what SciPy's cdist makes of them.

The coordinates are eighths, so that every sum is exact in any order and the file is the
same wherever it is made. The special values come one to a coordinate.

Usage: python tools/cases/cdist.py [--check]
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from common import texts, write
from scipy.spatial.distance import cdist

METRICS = ["euclidean", "sqeuclidean", "cityblock", "chebyshev", "cosine"]
SIZES = [(1, 1, 1), (2, 3, 2), (3, 17, 3), (5, 9, 8), (2, 33, 5), (4, 4, 16), (1, 8, 40)]
SIZES += [(0, 3, 2), (3, 0, 2)]


def make() -> list[dict[str, Any]]:
    rng = np.random.Generator(np.random.PCG64(3))
    cases = []
    for metric in METRICS:
        for m, n, k in SIZES:
            cases.append(case(metric, rng.integers(-80, 80, (m, k)) / 8, rng.integers(-80, 80, (n, k)) / 8))
        for value in (np.nan, np.inf, -np.inf, 1e200, 5e-324, -0.0):
            a, b = rng.integers(-80, 80, (2, 3)) / 8, rng.integers(-80, 80, (5, 3)) / 8
            a[0, 1] = value
            b[1] = a[0]
            b[2] = 0
            cases.append(case(metric, a, b))
    return cases


def case(metric: str, a: np.ndarray, b: np.ndarray) -> dict[str, Any]:
    with np.errstate(all="ignore"):
        distances = cdist(a, b, metric)
    return {
        "metric": metric,
        "shape_a": list(a.shape),
        "shape_b": list(b.shape),
        "a": texts(a),
        "b": texts(b),
        "distances": texts(distances),
    }


COLUMNS = {"distances": "scipy.spatial.distance.cdist(a, b, metric)"}

if __name__ == "__main__":
    sys.exit(write("cdist", COLUMNS, make))
