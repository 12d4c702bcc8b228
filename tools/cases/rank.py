"""Write tests/cases/rank.json: arrays, their ranks by SciPy, and NumPy's lexsort.

Usage: python tools/cases/rank.py [--check]
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from common import DTYPES, MORE_DTYPES, extremes, texts, write
from scipy.stats import rankdata

LENGTHS = [0, 1, 7, 33, 110]
METHODS = ["average", "min", "max", "dense", "ordinal"]


def make() -> list[dict[str, Any]]:
    rng = np.random.Generator(np.random.PCG64(8))
    cases = []
    for dtype in DTYPES + MORE_DTYPES:
        special = extremes(dtype)
        numbers = special[~np.isnan(special)]
        for n in LENGTHS:
            small = rng.integers(0, 40, n).astype(dtype)
            for edges in (numbers, special):
                values = np.where(rng.random(n) < 0.3, rng.choice(edges, n), small)
                cases.append(case(values, rng.choice(edges, n)))
    return cases


def case(values: np.ndarray, primary: np.ndarray) -> dict[str, Any]:
    # Where there is a NaN SciPy has nothing but NaN.
    ranked = not np.isnan(values).any()
    return {
        "dtype": str(values.dtype),
        "values": texts(values),
        **{method: rankdata(values, method).tolist() if ranked else [] for method in METHODS},
        "primary": texts(primary),
        "lexsorted": np.lexsort((values, primary)).tolist(),
    }


COLUMNS = {
    "average": "scipy.stats.rankdata(values, method), as the other methods; empty where there is a NaN",
    "lexsorted": "numpy.lexsort((values, primary))",
}

if __name__ == "__main__":
    sys.exit(write("rank", COLUMNS, make))
