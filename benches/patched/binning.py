"""Counting in bins, and interpolation."""

from __future__ import annotations

import numpy as np
from timing import Call

from .data import Row, integers, random


def _histogram(n: int) -> Call:
    x = random(n, "f8")
    return lambda: np.histogram(x)


def _histogram_range(n: int) -> Call:
    x = random(n, "f8")
    return lambda: np.histogram(x, bins=100, range=(-3, 3))


def _histogram_weights(n: int) -> Call:
    x, weights = random(n, "f8"), random(n, "f8", seed=1)
    return lambda: np.histogram(x, bins=100, weights=weights)


def _histogram_edges(n: int) -> Call:
    x, edges = random(n, "f8"), np.sort(random(50, "f8", seed=1))
    return lambda: np.histogram(x, bins=edges)


def _histogram2d(n: int) -> Call:
    x, y = random(n, "f8"), random(n, "f8", seed=1)
    return lambda: np.histogram2d(x, y, bins=20)


def _bincount(high: int) -> Row:
    def make(n: int) -> Call:
        x = integers(n, min(n, high))
        return lambda: np.bincount(x)

    return Row(make, f"1,000,000 below {high:,}")


def _bincount_weights(n: int) -> Call:
    x, weights = integers(n, min(n, 1_000)), random(n, "f8")
    return lambda: np.bincount(x, weights=weights)


def _interp(knots: int | None) -> Row:
    def make(n: int) -> Call:
        count = knots or max(2, n // 10)
        xp, fp = np.linspace(-3, 3, count), random(count, "f8", seed=1)
        x = random(n, "f8")
        return lambda: np.interp(x, xp, fp)

    return Row(make, f"1,000,000 in {knots or 100_000:,}")


ROWS = {
    "histogram f8": Row(_histogram, "1,000,000 in 10"),
    "histogram f8, range": Row(_histogram_range, "1,000,000 in 100"),
    "histogram f8, weights": Row(_histogram_weights, "1,000,000 in 100"),
    "histogram f8, uneven": Row(_histogram_edges, "1,000,000 in 49"),
    "histogram2d f8": Row(_histogram2d, "1,000,000 in 20 x 20"),
    "bincount i8": _bincount(1_000),
    "bincount i8, many": _bincount(1_000_000),
    "bincount i8, weights": Row(_bincount_weights, "1,000,000 below 1,000"),
    "interp f8": _interp(1_000),
    "interp f8, many knots": _interp(None),
}
