"""Write tests/cases/binning.json: values and edges, and how NumPy counts the ones between the others.

Usage: python tools/cases/binning.py [--check]
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from common import extremes, texts, write


def make() -> list[dict[str, Any]]:
    rng = np.random.Generator(np.random.PCG64(6))
    cases = []
    for dtype in ["float64", "float32", "int64", "int32"]:
        # Equal bins, chosen by NumPy or by a range.
        for bins, span in [(1, None), (10, None), (7, (-3, 11)), (12, (0.1, 0.9)), (20, (-20, 20))]:
            values = (rng.normal(size=60) * 9).astype(dtype)
            values[:20] = rng.integers(-20, 20, 20)
            if span and dtype.startswith("float"):
                edges = np.histogram_bin_edges(values, bins, span)
                values[20:40] = rng.choice(edges, 20)
                values[40:43] = [np.nan, np.inf, -np.inf]
            counts, edges = np.histogram(values, bins, span)
            # Of float32 NumPy has edges in float32.
            equal = None if dtype == "float32" else bins
            cases.append(case("histogram", values, edges, None, counts, bins=equal))
        # Given edges: floats compare as doubles, so both are.
        edges = np.sort(np.round(rng.normal(size=9) * 9, 1))
        edges[4] = edges[5]
        special = extremes(dtype)
        special = special[np.abs(special.astype(float)) < 2.0**53] if dtype == "int64" else special
        values = np.concatenate([rng.integers(-15, 15, 30).astype(dtype), special])
        cases.append(case("histogram", values, edges, None, np.histogram(values, edges)[0]))
        weights = rng.normal(size=values.size)
        finite = np.isfinite(values)
        values, weights = values[finite], weights[finite]
        for bins in (edges, np.linspace(-15.0, 15.0, 9)):
            counts, _ = np.histogram(values, bins, weights=weights)
            cases.append(case("histogram", values, bins, weights, counts))
    for edges in (np.linspace(0.0, 1.0, 6), np.array([0.0, 0.2, 0.25, 0.9])):
        sample = rng.uniform(-0.1, 1.1, (2, 50))
        sample[:, :10] = rng.choice(edges, (2, 10))
        counts = np.histogram2d(*sample, [edges, edges])[0]
        cases.append(case("histogram2d", sample, edges, None, counts))
    return cases


def case(
    kernel: str,
    a: np.ndarray,
    edges: np.ndarray,
    weights: np.ndarray | None,
    want: np.ndarray,
    *,
    bins: int | None = None,
) -> dict[str, Any]:
    return {
        "kernel": kernel,
        "dtype": str(a.dtype),
        "a": texts(a),
        "edges": texts(edges),
        "bins": bins,
        "weights": None if weights is None else texts(weights),
        "want": texts(want),
    }


COLUMNS = {
    "bins": "where the edges are numpy.linspace(edges[0], edges[-1], bins + 1) in float64: how many",
    "want": "numpy.histogram(a, edges, weights=weights)[0], where linspace's edges were made by NumPy from a "
    "number of bins; histogram2d(a[0], a[1], [edges, edges])[0]",
}

if __name__ == "__main__":
    sys.exit(write("binning", COLUMNS, make))
