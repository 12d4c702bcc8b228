"""Write tests/cases/partition.json: arrays, what NumPy's partition puts at some ranks, and its nanmedian.

Usage: python tools/cases/partition.py [--check]
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

import numpy as np
from common import DTYPES, MORE_DTYPES, extremes, text, texts, write

LENGTHS = [1, 2, 9, 60, 301]


def make() -> list[dict[str, Any]]:
    rng = np.random.Generator(np.random.PCG64(6))
    cases = []
    for dtype in DTYPES + MORE_DTYPES:
        special = extremes(dtype)
        finite = special[np.isfinite(special)]
        for n in LENGTHS:
            small = rng.integers(0, 100, n).astype(dtype)
            for edges in (finite, special):
                values = np.where(rng.random(n) < 0.3, rng.choice(edges, n), small)
                cases.append(case(values, sorted(set(rng.integers(0, n, 4).tolist()))))
    return cases


def case(values: np.ndarray, kth: list[int]) -> dict[str, Any]:
    # MAX + MAX overflows, inf - inf is invalid, of nothing but NaN there is no median: warnings, not answers.
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nanmedian = np.nanmedian(values)
    return {
        "dtype": str(values.dtype),
        "values": texts(values),
        "kth": kth,
        "selected": texts(np.partition(values, kth)[kth]),
        "nanmedian": text(nanmedian),
    }


COLUMNS = {
    "selected": "numpy.partition(values, kth)[kth]; zeros have any sign",
    "nanmedian": "numpy.nanmedian(values): float32 for float32, else float64",
}

if __name__ == "__main__":
    sys.exit(write("partition", COLUMNS, make))
