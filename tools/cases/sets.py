"""Write tests/cases/sets.json: arrays, and what NumPy's unique and isin make of them.

Usage: python tools/cases/sets.py [--check]
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from common import DTYPES, MORE_DTYPES, extremes, texts, write

LENGTHS = [0, 1, 7, 33, 110]


def make() -> list[dict[str, Any]]:
    rng = np.random.Generator(np.random.PCG64(7))
    cases = []
    for dtype in DTYPES + MORE_DTYPES:
        special = extremes(dtype)
        for n in LENGTHS:
            small = rng.integers(0, 40, n).astype(dtype)
            for share in (0.0, 0.4):
                values = np.where(rng.random(n) < share, rng.choice(special, n), small)
                test = rng.choice(np.concatenate([special, np.arange(20, 60).astype(dtype)]), n // 2)
                cases.append(case(values, test))
    return cases


def case(values: np.ndarray, test: np.ndarray) -> dict[str, Any]:
    unique, index, inverse, counts = np.unique(values, True, True, True)
    return {
        "dtype": str(values.dtype),
        "values": texts(values),
        "unique": texts(unique),
        "counts": counts.tolist(),
        "index": index.tolist(),
        "inverse": inverse.tolist(),
        "distinct_nan": len(np.unique(values, equal_nan=False)),
        "test": texts(test),
        "isin": np.isin(values, test).astype(int).tolist(),
    }


COLUMNS = {
    "unique": "numpy.unique(values); a zero has any sign. counts, index and inverse are its other results",
    "distinct_nan": "how many values numpy.unique(values, equal_nan=False) has",
    "isin": "numpy.isin(values, test), as 0 and 1",
}

if __name__ == "__main__":
    sys.exit(write("sets", COLUMNS, make))
