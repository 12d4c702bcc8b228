"""Products of matrices and vectors."""

# ruff: noqa: PLW0108  (a function is looked up when it is called: a patch may be there by then)

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from timing import Call

from .data import Row, random, square, stack

# A million elements would be minutes unpatched.
SIDE = 512
LARGEST = f"{SIDE} x {SIDE}"


def _of_two(function: Callable[[np.ndarray, np.ndarray], object], dtype: str) -> Row:
    def make(n: int) -> Call:
        a, b = square(n, dtype, SIDE), square(n, dtype, SIDE, seed=1)
        return lambda: function(a, b)

    return Row(make, LARGEST)


def _matvec(dtype: str) -> Row:
    def make(n: int) -> Call:
        a = square(n, dtype)
        x = a[0].copy()
        return lambda: a @ x

    return Row(make, "1000 x 1000")


def _dot_vectors(dtype: str) -> Row:
    def make(n: int) -> Call:
        a, b = random(n, dtype), random(n, dtype, seed=1)
        return lambda: np.dot(a, b)

    return Row(make)


def _tensordot_cubes(dtype: str) -> Row:
    def make(n: int) -> Call:
        side = round(n ** (1 / 3))
        a, b = random((side,) * 3, dtype), random((side,) * 3, dtype, seed=1)
        return lambda: np.tensordot(a, b, axes=([1, 2], [0, 1]))

    return Row(make, "100 x 100 x 100")


def _einsum_stack(dtype: str) -> Row:
    def make(n: int) -> Call:
        a = stack(n, dtype)
        return lambda: np.einsum("ijk,ikl->ijl", a, a)

    return Row(make, "976 of 32 x 32")


def _einsum_of_three(side: int, optimize: bool) -> Row:
    def make(n: int) -> Call:
        a, b, c = (square(n, "f8", side, seed) for seed in range(3))
        if optimize:
            return lambda: np.einsum("ij,jk,kl->il", a, b, c, optimize=True)
        return lambda: np.einsum("ij,jk,kl->il", a, b, c)

    return Row(make, f"{side} x {side}")


ROWS = {
    **{f"matmul {dtype}": _of_two(lambda a, b: a @ b, dtype) for dtype in ("f8", "f4", "c16", "c8", "i8", "i4", "u1")},
    **{f"matvec {dtype}": _matvec(dtype) for dtype in ("f8", "f4")},
    "dot f8": _of_two(lambda a, b: np.dot(a, b), "f8"),
    "a.dot(b) f8": _of_two(lambda a, b: a.dot(b), "f8"),
    **{f"dot of vectors {dtype}": _dot_vectors(dtype) for dtype in ("f8", "f4")},
    "inner f8": _of_two(lambda a, b: np.inner(a, b), "f8"),
    **{f"tensordot {dtype}": _of_two(lambda a, b: np.tensordot(a, b, axes=1), dtype) for dtype in ("f8", "f4")},
    "tensordot f8, two axes": _tensordot_cubes("f8"),
    **{
        f"einsum ij,jk->ik {dtype}": _of_two(lambda a, b: np.einsum("ij,jk->ik", a, b), dtype) for dtype in ("f8", "f4")
    },
    "einsum ij,kj->ik f8": _of_two(lambda a, b: np.einsum("ij,kj->ik", a, b), "f8"),
    "einsum ijk,ikl->ijl f8": _einsum_stack("f8"),
    # Without optimize, NumPy sums over all four indices at once: that takes the side to the fourth.
    "einsum ij,jk,kl->il f8": _einsum_of_three(64, optimize=False),
    "einsum ij,jk,kl->il, optimize f8": _einsum_of_three(SIDE, optimize=True),
}
