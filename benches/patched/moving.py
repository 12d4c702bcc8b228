"""Moving data, and sums over a window."""

from __future__ import annotations

import math

import numpy as np
from timing import Call

from .data import Row, integers, random


def _take(n: int) -> Call:
    x, index = random(n, "f8"), integers(n, n)
    return lambda: np.take(x, index)


def _take_method(n: int) -> Call:
    x, index = random(n, "f8"), integers(n, n)
    return lambda: x.take(index)


def _take_rows(n: int) -> Call:
    x, index = random((n // 10, 10), "f8"), integers(n // 10, n // 10)
    return lambda: np.take(x, index, axis=0)


def _index(dtype: str) -> Row:
    def make(n: int) -> Call:
        x, index = random(n, dtype), integers(n, n)
        return lambda: x[index]

    return Row(make)


def _index_rows(n: int) -> Call:
    x, index = random((n // 10, 10), "f8"), integers(n // 10, n // 10)
    return lambda: x[index]


def _mask(dtype: str) -> Row:
    def make(n: int) -> Call:
        x, mask = random(n, dtype), random(n, "?", seed=1)
        return lambda: x[mask]

    return Row(make)


def _window(name: str, dtype: str, width: int | None) -> Row:
    def make(n: int) -> Call:
        # A million by a thousand would take seconds unpatched.
        length, window = (n, width) if width else (min(n, 100_000), math.isqrt(n))
        x, weights = random(length, dtype), random(window, dtype, seed=1)
        return lambda: getattr(np, name)(x, weights)

    return Row(make, f"1,000,000 by {width}" if width else "100,000 by 1,000")


ROWS = {
    "take f8": Row(_take),
    "x.take() f8": Row(_take_method),
    "take rows f8": Row(_take_rows, "100,000 x 10"),
    **{f"x[index] {dtype}": _index(dtype) for dtype in ("f8", "f4", "i8")},
    "x[index] f8, rows": Row(_index_rows, "100,000 x 10"),
    **{f"x[mask] {dtype}": _mask(dtype) for dtype in ("f8", "f4", "i8")},
    "convolve f8": _window("convolve", "f8", None),
    "convolve f4": _window("convolve", "f4", None),
    "convolve f8, short": _window("convolve", "f8", 5),
    "correlate f8": _window("correlate", "f8", None),
    "correlate f4": _window("correlate", "f4", None),
    "correlate f8, short": _window("correlate", "f8", 5),
}
