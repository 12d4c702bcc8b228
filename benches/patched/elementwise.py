"""The elementary functions."""

from __future__ import annotations

import numpy as np
from timing import Call

from .data import Row

NAMES = """
    exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh arctan cbrt power arctan2 hypot
""".split()


def _elementwise(name: str, dtype: str) -> Row:
    def make(n: int) -> Call:
        function = getattr(np, name)
        rng = np.random.default_rng(0)
        operands = [(rng.random(n) * 4 + 0.1).astype(dtype) for _ in range(function.nin)]
        out = np.empty_like(operands[0])
        return lambda: function(*operands, out=out)

    return Row(make)


def _power_operator(n: int) -> Call:
    x = np.random.default_rng(0).random(n) * 4 + 0.1
    return lambda: x**2.5


ROWS = {
    **{f"{name} {dtype}": _elementwise(name, dtype) for name in NAMES for dtype in ("f8", "f4")},
    "x ** 2.5 f8": Row(_power_operator),
}
