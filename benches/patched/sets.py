"""Sets, searching and ranks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from timing import Call

from .data import Row, integers, random

FEW = 1_000
"""How many different values there are at most where there are few."""


def _unique(few: bool, **options: bool) -> Row:
    def make(n: int) -> Call:
        x = integers(n, min(n, FEW) if few else n)
        return lambda: np.unique(x, **options)

    return Row(make, "1,000,000 below 1,000" if few else "1,000,000 below 1,000,000")


def _isin(make_values: Callable[[int, int], np.ndarray], largest: str) -> Row:
    def make(n: int) -> Call:
        x, few = make_values(n, 0), make_values(max(1, n // 10), 1)
        return lambda: np.isin(x, few)

    return Row(make, largest)


def _searchsorted(dtype: str) -> Row:
    def make(n: int) -> Call:
        sorted_, x = np.sort(random(max(1, n // 10), dtype)), random(n, dtype, seed=1)
        return lambda: np.searchsorted(sorted_, x)

    return Row(make, "1,000,000 in 100,000")


def _digitize(n: int) -> Call:
    x, bins = random(n, "f8"), np.linspace(-3, 3, 100)
    return lambda: np.digitize(x, bins)


def _rankdata(make_values: Callable[[int], np.ndarray], largest: str) -> Row:
    def make(n: int) -> Call:
        from scipy import stats

        x = make_values(n)
        return lambda: stats.rankdata(x)

    return Row(make, largest)


ROWS = {
    "unique i8": _unique(few=False),
    "unique i8, few": _unique(few=True),
    "unique with counts i8": _unique(few=False, return_counts=True),
    "unique with counts i8, few": _unique(few=True, return_counts=True),
    "unique with index i8": _unique(few=False, return_index=True),
    "unique with index i8, few": _unique(few=True, return_index=True),
    "unique with inverse i8": _unique(few=False, return_inverse=True),
    "unique with inverse i8, few": _unique(few=True, return_inverse=True),
    "isin i8": _isin(lambda n, seed: random(n, "i8", seed), "1,000,000 in 100,000"),
    "isin i8, narrow": _isin(lambda n, seed: integers(n, 10 * n, seed), "1,000,000 in 100,000"),
    "isin f8": _isin(lambda n, seed: random(n, "f8", seed), "1,000,000 in 100,000"),
    **{f"searchsorted {dtype}": _searchsorted(dtype) for dtype in ("f8", "f4", "i8")},
    "digitize f8": Row(_digitize, "1,000,000 in 100"),
    "rankdata f8": _rankdata(lambda n: random(n, "f8"), "1,000,000"),
    "rankdata i8, few": _rankdata(lambda n: integers(n, FEW), "1,000,000 below 1,000"),
}
