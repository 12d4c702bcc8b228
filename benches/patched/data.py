"""The operands of the rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from timing import Call

SIZES = (10, 100, 1_000, 10_000, 100_000, 1_000_000)


class Row(NamedTuple):
    """A call at each of the sizes."""

    make: Callable[[int], Call]
    """The call on so many elements. It looks functions up when it is called: a patch may have put another one there."""
    largest: str = "1,000,000"
    """What it has at the largest of the sizes."""


def random(n: int | tuple[int, ...], dtype: str, seed: int = 0) -> np.ndarray:
    """Normal floats, or integers over the whole range of their type."""
    rng = np.random.default_rng(seed)
    kind = np.dtype(dtype).kind
    if kind == "f":
        return rng.standard_normal(n).astype(dtype)
    if kind == "c":
        return (rng.standard_normal(n) + 1j * rng.standard_normal(n)).astype(dtype)
    if kind == "b":
        return rng.random(n) < 0.5
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, n, dtype=dtype)


def integers(n: int, high: int, seed: int = 0) -> np.ndarray:
    """int64 from 0 to below ``high``."""
    return np.random.default_rng(seed).integers(0, high, n)


def square(n: int, dtype: str, at_most: int = 1_000, seed: int = 0) -> np.ndarray:
    """A square matrix of about ``n`` elements, and of no more than ``at_most`` rows."""
    side = min(math.isqrt(n), at_most)
    return random((side, side), dtype, seed)


def stack(n: int, dtype: str, side: int = 32) -> np.ndarray:
    """About ``n`` elements as a stack of square matrices."""
    side = min(math.isqrt(n), side)
    return random((max(1, n // side**2), side, side), dtype)
