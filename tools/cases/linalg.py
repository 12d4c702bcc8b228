"""Write tests/cases/linalg.json: matrices, and what numpy.linalg makes of them.

The elements are small whole numbers, so that every reader has the very same matrix. The
results are cut to ten digits (float32: to four), so that the file is the same wherever it is
made; the matrices are well enough conditioned for that. Of eigenvectors and singular vectors,
whose signs are free, there is nothing here: residuals say more.

Usage: python tools/cases/linalg.py [--check]
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from common import texts, write

SHAPES = [(1, 1), (2, 2), (3, 3), (5, 5), (8, 8), (9, 9), (17, 17), (5, 3), (3, 5), (12, 4), (4, 12)]


def make() -> list[dict[str, Any]]:
    rng = np.random.Generator(np.random.PCG64(6))
    cases = []
    for dtype in ("float64", "float32"):
        for m, n in SHAPES:
            a = rng.integers(-9, 10, (m, n))
            if m == n:
                a = a + 20 * np.eye(n)[rng.permutation(n)]
            cases.append(case(a.astype(dtype), rng.integers(-9, 10, (m, 2)).astype(dtype)))
    return cases


def digits(array: Any) -> list[str]:
    array = np.asarray(array)
    count = 10 if array.dtype == np.float64 else 4
    # What is a rounding error beside the largest element becomes 0, and no zero has a sign.
    largest = np.abs(array).max(initial=0)
    rounded = [0.0 if abs(x) < largest * 10.0**-count else float(f"{x:.{count - 1}e}") for x in array.ravel().tolist()]
    return texts(np.array(rounded, np.float64))


def case(a: np.ndarray, b: np.ndarray) -> dict[str, Any]:
    q, r = np.linalg.qr(a)
    x, residuals, rank, s = np.linalg.lstsq(a, b, rcond=None)
    result = {
        "dtype": str(a.dtype),
        "shape": list(a.shape),
        "a": texts(a),
        "b": texts(b),
        "q": digits(q),
        "r": digits(r),
        "s": digits(s),
        "x": digits(x),
        "residuals": digits(residuals),
        "rank": int(rank),
    }
    if a.shape[0] == a.shape[1]:
        gram = (a @ a.T).astype(a.dtype)
        sign, log = np.linalg.slogdet(a)
        result["square"] = {
            "inverse": digits(np.linalg.inv(a)),
            "det": digits(np.linalg.det(a)),
            "slogdet": digits(sign) + digits(log),
            "gram": texts(gram),
            "cholesky": digits(np.linalg.cholesky(gram)),
            "eigenvalues": digits(np.linalg.eigvalsh(gram)),
        }
    return result


COLUMNS = {
    "q, r": "numpy.linalg.qr(a)",
    "x, residuals, rank, s": "numpy.linalg.lstsq(a, b); of a square a, x is numpy.linalg.solve(a, b) too",
    "gram": "a @ a.T, which is exact; its Cholesky factor and eigenvalues follow",
}

if __name__ == "__main__":
    sys.exit(write("linalg", COLUMNS, make))
