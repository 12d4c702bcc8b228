"""Write tests/cases/reduce.json: lanes, and what NumPy reduces them to.

Usage: python tools/cases/reduce.py [--check]
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

import numpy as np
from common import text, texts, write


def make() -> list[dict[str, Any]]:
    rng = np.random.Generator(np.random.PCG64(8))
    cases = []
    for dtype in ["float64", "float32", "int32"]:
        for n in [1, 2, 7, 8, 9, 31, 128, 129, 300]:
            values = (rng.normal(size=n) * 1000).astype(dtype)
            values[rng.random(n) < 0.1] = 0
            cases.append(case(values))
            if dtype != "int32":
                values = values.copy()
                values[rng.random(n) < 0.2] = np.nan
                cases.append(case(values))
    for odd in ([np.nan, np.nan], [np.inf, 1.0], [-0.0, 0.0, -0.0], [np.inf, -np.inf, 3.0], [1.0, np.nan, -np.inf]):
        cases.append(case(np.array(odd)))
    return cases


def case(values: np.ndarray) -> dict[str, Any]:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            "dtype": str(values.dtype),
            "values": texts(values),
            "var": text(np.var(values)),
            "nansum": text(float(np.nansum(values))),
            "nanmean": text(np.nanmean(values)),
            "extremes": texts([np.min(values), np.max(values)]),
            "nonzero": int(np.count_nonzero(values)),
            "cumsum": texts(np.cumsum(values, dtype=values.dtype)),
        }


COLUMNS = {"extremes": "numpy.min(values) and numpy.max(values); the others are named as NumPy's functions"}

if __name__ == "__main__":
    sys.exit(write("reduce", COLUMNS, make))
