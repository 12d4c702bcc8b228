"""Reductions of a whole matrix, of its columns and of its rows."""

from __future__ import annotations

import numpy as np
from timing import Call

from .data import Row, square

NUMBERS = "var std mean sum argmin argmax min max ptp cumsum".split()
FLOATS = "nansum nanmean".split()
TRUTHS = "any all count_nonzero".split()
AXES = {None: "", 0: " axis 0", 1: " axis 1"}


def _reduction(name: str, dtype: str, axis: int | None) -> Row:
    def make(n: int) -> Call:
        x = square(n, dtype)
        if name == "any":  # an array where the answer is not known before its end
            x = np.zeros_like(x)
        elif name == "all":
            x = np.ones_like(x)
        elif name == "count_nonzero":
            x[square(n, "f8", seed=1) < 0] = 0
        return lambda: getattr(np, name)(x, axis=axis)

    return Row(make, "1000 x 1000")


ROWS = {
    f"{name} {dtype}{words}": _reduction(name, dtype, axis)
    for names, dtypes in ((NUMBERS, ("f8", "f4", "i8")), (FLOATS, ("f8", "f4")), (TRUTHS, ("f8", "f4", "i8", "b1")))
    for name in names
    for dtype in dtypes
    for axis, words in AXES.items()
}
