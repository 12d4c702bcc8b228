"""Write tests/cases/search.json: sorted arrays, and what NumPy finds in them.

Usage: python tools/cases/search.py [--check]
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from common import extremes, text, texts, write


def make() -> list[dict[str, Any]]:
    rng = np.random.Generator(np.random.PCG64(5))
    cases = []
    for dtype in ["float64", "float32", "int64", "int32"]:
        special = extremes(dtype)
        for n, queries in [(0, 3), (1, 5), (6, 20), (40, 300), (90, 7)]:
            values = rng.integers(-30, 30, n).astype(dtype)
            a = np.sort(np.where(rng.random(n) < 0.3, rng.choice(special, n), values))
            v = np.where(
                rng.random(queries) < 0.4, rng.choice(special, queries), rng.integers(-32, 32, queries).astype(dtype)
            )
            for right in (False, True):
                want = np.searchsorted(a, v, side="right" if right else "left")
                cases.append(ranks("searchsorted", a, v, right, want))
                bins = np.sort(values)
                cases.append(ranks("digitize", bins, v, right, np.digitize(v, bins, right)))
                # Of different values: NumPy takes equal ones to increase.
                bins = np.unique(values)[::-1]
                if len(bins) > 1:
                    cases.append(ranks("digitize", bins, v, right, np.digitize(v, bins, right)))
    for n, count in [(1, 9), (2, 20), (3, 20), (5, 3), (30, 300), (30, 10)]:
        for outside in (None, (-7.5, np.nan)):
            xp = np.sort(rng.choice(np.arange(-20, 40) / 2, n))
            x = np.concatenate([rng.uniform(-12, 22, count), rng.choice(xp, count), [np.nan, np.inf, -np.inf]])
            for order in (x, np.sort(x[:-3])):
                for fp in (rng.normal(size=n), rng.choice([1.0, 2.0, -0.0, np.inf, -np.inf, np.nan], n)):
                    cases.append(interp(order, xp, fp, outside))
    return cases


def ranks(kernel: str, a: np.ndarray, v: np.ndarray, right: bool, want: np.ndarray) -> dict[str, Any]:
    return {
        "kernel": kernel,
        "dtype": str(a.dtype),
        "a": texts(a),
        "v": texts(v),
        "right": right,
        "want": texts(want),
    }


def interp(x: np.ndarray, xp: np.ndarray, fp: np.ndarray, outside: tuple[float, float] | None) -> dict[str, Any]:
    left, right = outside or (None, None)
    with np.errstate(all="ignore"):
        want = np.interp(x, xp, fp, left, right)
    case = {"kernel": "interp", "dtype": "float64", "a": texts(xp), "v": texts(x), "fp": texts(fp)}
    if outside:
        case["outside"] = [text(value) for value in outside]
    return {**case, "want": texts(want)}


COLUMNS = {
    "want": "numpy.searchsorted(a, v, 'right' if right else 'left'), numpy.digitize(v, a, right), or "
    "numpy.interp(v, a, fp, *outside): the same bits, besides those of a NaN",
}

if __name__ == "__main__":
    sys.exit(write("search", COLUMNS, make))
