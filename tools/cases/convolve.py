"""Write tests/cases/convolve.json: signals, and how NumPy convolves and correlates them.

Usage: python tools/cases/convolve.py [--check]
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from common import texts, write


def make() -> list[dict[str, Any]]:
    rng = np.random.Generator(np.random.PCG64(7))
    cases = []
    for dtype in ("float64", "float32"):
        for n, m in [(1, 1), (5, 2), (2, 5), (9, 9), (40, 7), (30, 18), (4, 33)]:
            a, v = rng.normal(size=n).astype(dtype), rng.normal(size=m).astype(dtype)
            for mode in ("full", "same", "valid"):
                for kernel in (np.convolve, np.correlate):
                    cases.append(
                        {
                            "kernel": kernel.__name__,
                            "dtype": dtype,
                            "mode": mode,
                            "a": texts(a),
                            "v": texts(v),
                            "want": texts(kernel(a, v, mode)),
                        }
                    )
    return cases


COLUMNS = {"want": "numpy.convolve(a, v, mode) or numpy.correlate(a, v, mode)"}

if __name__ == "__main__":
    sys.exit(write("convolve", COLUMNS, make))
