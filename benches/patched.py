"""NumPy's own calls with and without ``ferrodide.patch()``, from 10 elements to 1,000,000.

The peer is the same call unpatched: what a user gains, and that nothing gets slower.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

Call = Callable[[], object]

SIZES = (10, 100, 1_000, 10_000, 100_000, 1_000_000)
UNARY = "exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh arctan cbrt".split()
BINARY = "power arctan2 hypot".split()


def _random(n: int, dtype: str) -> np.ndarray:
    rng = np.random.default_rng(0)
    if np.dtype(dtype).kind == "f":
        return rng.standard_normal(n).astype(dtype)
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, n, dtype=dtype)


def _square(n: int, dtype: str) -> np.ndarray:
    side = math.isqrt(n)
    return _random(side * side, dtype).reshape(side, side)


def _sort(dtype: str, kind: str) -> Callable[[int], Call]:
    def make(n: int) -> Call:
        x = _random(n, dtype)
        return lambda: np.sort(x, kind=kind)

    return make


def _argsort(dtype: str, kind: str) -> Callable[[int], Call]:
    def make(n: int) -> Call:
        x = _random(n, dtype)
        return lambda: np.argsort(x, kind=kind)

    return make


def _sort_rows(n: int) -> Call:
    x = _random(n // 10 * 10, "f8").reshape(-1, 10)
    return lambda: np.sort(x)


def _lexsort(n: int) -> Call:
    x, few = _random(n, "f8"), np.random.default_rng(1).integers(0, 50, n)
    return lambda: np.lexsort((x, few))


def _median(n: int) -> Call:
    x = _random(n, "f8")
    return lambda: np.median(x)


def _matmul(dtype: str) -> Callable[[int], Call]:
    def make(n: int) -> Call:
        # Half a million elements would be minutes unpatched: 512 x 512 is the largest.
        a = _square(min(n, 512 * 512), dtype)
        return lambda: a @ a

    return make


def _matvec(n: int) -> Call:
    a = _square(n, "f8")
    return lambda: a @ a[0]


def _elementwise(name: str, dtype: str) -> Callable[[int], Call]:
    def make(n: int) -> Call:
        function = getattr(np, name)
        rng = np.random.default_rng(0)
        operands = [(rng.random(n) * 4 + 0.1).astype(dtype) for _ in range(function.nin)]
        out = np.empty_like(operands[0])
        return lambda: function(*operands, out=out)

    return make


_MAKERS: dict[str, Callable[[int], Call]] = {
    **{f"sort {dtype}": _sort(dtype, "quicksort") for dtype in ("f8", "f4", "i8", "i4", "i2", "u1")},
    **{f"stable sort {dtype}": _sort(dtype, "stable") for dtype in ("f8", "i8", "i2")},
    **{f"argsort {dtype}": _argsort(dtype, "quicksort") for dtype in ("f8", "f4", "i8", "u1")},
    **{f"stable argsort {dtype}": _argsort(dtype, "stable") for dtype in ("f8", "i8")},
    "sort rows of 10 f8": _sort_rows,
    "lexsort f8, i8": _lexsort,
    "median f8": _median,
    "matmul f8": _matmul("f8"),
    "matmul f4": _matmul("f4"),
    "matvec f8": _matvec,
    **{f"{name} {dtype}": _elementwise(name, dtype) for name in (*UNARY, *BINARY) for dtype in ("f8", "f4")},
}


def calls(only: str) -> Iterator[tuple[str, int, Call]]:
    """Name, number of elements and call of each row whose name contains ``only``."""
    for name, make in _MAKERS.items():
        if only in f"patched {name}":
            for n in SIZES:
                yield f"patched {name}", n, make(n)
