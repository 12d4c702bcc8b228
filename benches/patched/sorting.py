"""Sorting, and selecting without sorting everything."""

# ruff: noqa: PLW0108  (a function is looked up when it is called: a patch may be there by then)

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from timing import Call

from .data import Row, integers, random

SEVERAL = (0.05, 0.25, 0.5, 0.75, 0.95)


def _call(dtype: str, function: Callable[[np.ndarray], object]) -> Row:
    def make(n: int) -> Call:
        x = random(n, dtype)
        return lambda: function(x)

    return Row(make)


def _in_place(dtype: str, method: Callable[[np.ndarray], object]) -> Row:
    """On a fresh copy each time, which is a part of what is measured on both sides."""

    def make(n: int) -> Call:
        x, work = random(n, dtype), np.empty(n, dtype)

        def call() -> None:
            work[:] = x
            method(work)

        return call

    return Row(make)


def _table(columns: int, function: Callable[[np.ndarray], object], largest: str, dtype: str = "f8") -> Row:
    def make(n: int) -> Call:
        width = min(columns, n)
        x = random((n // width, width), dtype)
        return lambda: function(x)

    return Row(make, largest)


def _lexsort(n: int) -> Call:
    x, few = random(n, "f8"), integers(n, 50, seed=1)
    return lambda: np.lexsort((x, few))


def _nanmedian(share: float) -> Row:
    def make(n: int) -> Call:
        x = random(n, "f8")
        x[np.random.default_rng(1).random(n) < share] = np.nan
        return lambda: np.nanmedian(x)

    return Row(make)


ROWS = {
    **{f"sort {dtype}": _call(dtype, lambda x: np.sort(x)) for dtype in ("f8", "f4", "i8", "i4", "i2", "i1", "u1")},
    "x.sort() f8": _in_place("f8", lambda x: x.sort()),
    **{f"stable sort {dtype}": _call(dtype, lambda x: np.sort(x, kind="stable")) for dtype in ("f8", "i8", "i2")},
    **{f"argsort {dtype}": _call(dtype, lambda x: np.argsort(x)) for dtype in ("f8", "f4", "i8", "u1")},
    **{f"stable argsort {dtype}": _call(dtype, lambda x: np.argsort(x, kind="stable")) for dtype in ("f8", "i8")},
    "sort rows of 10 f8": _table(10, lambda x: np.sort(x), "100,000 x 10"),
    "sort rows of 16 i8": _table(16, lambda x: np.sort(x), "62,500 x 16", "i8"),
    "lexsort f8, i8": Row(_lexsort),
    **{
        f"partition {dtype}": _call(dtype, lambda x: np.partition(x, x.size // 2)) for dtype in ("f8", "f4", "i8", "i4")
    },
    "x.partition() f8": _in_place("f8", lambda x: x.partition(x.size // 2)),
    "argpartition f8": _call("f8", lambda x: np.argpartition(x, x.size // 2)),
    **{f"median {dtype}": _call(dtype, lambda x: np.median(x)) for dtype in ("f8", "f4", "i8")},
    "median f8 axis 0": _table(100, lambda x: np.median(x, axis=0), "10,000 x 100"),
    "median f8 axis 1": _table(100, lambda x: np.median(x, axis=1), "10,000 x 100"),
    **{f"percentile {dtype}": _call(dtype, lambda x: np.percentile(x, 90)) for dtype in ("f8", "f4", "i8")},
    "percentile, five f8": _call("f8", lambda x: np.percentile(x, [100 * q for q in SEVERAL])),
    "quantile f8": _call("f8", lambda x: np.quantile(x, 0.9)),
    "quantile, five f8": _call("f8", lambda x: np.quantile(x, SEVERAL)),
    "nanmedian f8": _nanmedian(0.0),
    "nanmedian f8, 10 % NaN": _nanmedian(0.1),
    "nanmedian f8, all NaN": _nanmedian(1.0),
}
