"""numpy.linalg, on one matrix and on stacks of small ones."""

from __future__ import annotations

import math

import numpy as np
from numpy import linalg
from timing import Call

from .data import Row, random

# The sides that stand for the larger two sizes: a million elements would be minutes unpatched.
SIDES = {100_000: 256, 1_000_000: 512}
DTYPES = ("f8", "f4")
NAMES = "solve inv cholesky qr eigh svd det pinv".split()


def _operands(name: str, shape: tuple[int, ...], dtype: str) -> tuple[np.ndarray, ...]:
    side = shape[-1]
    a = random(shape, dtype)
    if name in ("cholesky", "eigh"):
        a = a @ np.swapaxes(a, -1, -2)
    if name == "cholesky":
        a += side * np.eye(side, dtype=dtype)
    if name == "det":  # near 1, so that none overflows
        a *= np.asarray(math.sqrt(math.e / side), dtype)
    if name == "solve":
        return a, random((*shape[:-1], 1), dtype, seed=1)
    return (a,)


def _one(name: str, dtype: str) -> Row:
    def make(n: int) -> Call:
        side = SIDES.get(n) or math.isqrt(n)
        operands = _operands(name, (side, side), dtype)
        return lambda: getattr(linalg, name)(*operands)

    return Row(make, "512 x 512")


def _stack(name: str, dtype: str) -> Row:
    def make(n: int) -> Call:
        side = min(math.isqrt(n), 32)
        operands = _operands(name, (max(1, n // side**2), side, side), dtype)
        return lambda: getattr(linalg, name)(*operands)

    return Row(make, "976 of 32 x 32")


def _lstsq(dtype: str) -> Row:
    def make(n: int) -> Call:
        side = SIDES.get(n) or math.isqrt(n)
        a, b = random((side, side), dtype), random(side, dtype, seed=1)
        return lambda: linalg.lstsq(a, b)

    return Row(make, "512 x 512")


ROWS = {
    **{f"{name} {dtype}": _one(name, dtype) for name in NAMES for dtype in DTYPES},
    **{f"lstsq {dtype}": _lstsq(dtype) for dtype in DTYPES},
    **{f"{name} {dtype}, stack": _stack(name, dtype) for name in NAMES for dtype in DTYPES},
}
