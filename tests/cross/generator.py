"""Draws calls: deterministic choices, and the Python expressions that they make."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

__all__ = ["ALL", "FLOATS", "INTS", "LAYOUTS", "NUMBERS", "REALS", "VALUES", "Code", "Draw", "Row", "text", "words"]

INTS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
FLOATS = ("float32", "float64")
ODD_FLOATS = ("float16", "longdouble")
COMPLEX = ("complex64", "complex128")
NUMBERS = (*FLOATS, *FLOATS, *FLOATS, *INTS, "bool", *ODD_FLOATS, *COMPLEX)
OTHERS = ("object", "U3", "S2", "M8[D]", "m8[ns]")
ALL = (*NUMBERS, *NUMBERS, *OTHERS)
#: What kernels serve comes twice as often as the rest.
REALS = (*FLOATS, *FLOATS, *FLOATS, "int64", "int32", "uint8", *INTS, "bool", "float16")

VALUES = (
    *("small", "unit", "spread", "nan", "edges") * 2,
    *("limits", "inf", "zeros", "subnormal", "sorted", "reversed", "constant", "two-runs"),
    *("nan-first", "nan-last", "all-nan", "one-inf"),
)
LAYOUTS = (
    *("C",) * 10,
    *("F", "gaps", "flipped", "last-flipped", "moved", "gaps-flipped", "unaligned", "swapped", "read-only") * 2,
    *("field", "swapped-F", "broadcast", "broadcast-last", "window", "masked", "subclass", "list"),
)
#: Around the widths of vectors and blocks, and the lengths from which kernels serve.
_SHORT = (0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9, 11, 12, 15, 16, 17, 23, 24, 25, 31, 32, 33)
_MIDDLE = (48, 63, 64, 65, 100, 127, 128, 129, 200, 255, 256, 257, 300, 500)
_LONG = (511, 512, 513, 1000, 1023, 1024, 1025, 2047, 2048, 2100, 4097, 6143, 6144, 7000)


def words(names: str) -> tuple[str, ...]:
    """Choices, one a word; what stands twice comes twice as often."""
    return tuple(names.split())


class Row(NamedTuple):
    """A function, how often it is called, how its calls are drawn and how their results are compared."""

    name: str
    calls: int
    draw: Callable[[Draw], str]
    rule: str = "exact"


def text(*args: Any, **kwargs: Any) -> str:
    """Arguments as they stand in a call; expressions among them are of :class:`Code`."""
    return ", ".join([*map(_code, args), *(f"{name}={_code(value)}" for name, value in kwargs.items())])


class Code(str):
    """A piece of Python."""


def _code(value: Any) -> str:
    return value if isinstance(value, Code) else repr(value)


class Draw(random.Random):
    """The choices for one call."""

    def __init__(self, seed: str) -> None:
        super().__init__(seed)
        self.last_layout = "C"

    def chance(self, p: float) -> bool:
        return self.random() < p

    def pick(self, values: Sequence[Any]) -> Any:
        return values[int(self.random() * len(values))]

    def size(self, most: int = 7000) -> int:
        r = self.random()
        sizes = _SHORT if r < 0.8 else _MIDDLE if r < 0.955 else _LONG
        return min(self.pick(sizes), most)

    def shape(self, most: int = 7000, nd: Sequence[int] = (0, 1, 1, 1, 1, 1, 2, 2, 2, 3)) -> tuple[int, ...]:
        ndim = self.pick(nd)
        if ndim == 0:
            return ()
        if ndim == 1:
            return (self.size(most),)
        shape = [self.pick((1, 2, 3, 3, 4, 5)) for _ in range(ndim - 1)]
        shape.insert(self.pick(range(ndim)), self.size(max(1, most // 4)))
        if self.chance(0.03):
            shape[self.pick(range(ndim))] = 0
        return tuple(shape)

    def op(
        self,
        shape: tuple[int, ...],
        dtypes: Sequence[str] = REALS,
        values: Sequence[str] = VALUES,
        layouts: Sequence[str] = LAYOUTS,
        make: str = "op",
    ) -> Code:
        layout = self.pick(layouts)
        dtype = self.pick(dtypes)
        if shape == () and layout in ("C", "window") and make == "op" and "masked" in layouts:
            layout = "scalar"
        if dtype in ("object",) and layout in ("unaligned", "field", "swapped", "swapped-F"):
            layout = "C"
        if dtype in ("float16", "longdouble", "M8[D]", "m8[ns]", "S2", "U3") and layout == "list":
            layout = "C"
        self.last_layout, self.last_dtype = layout, dtype
        return Code(f"{make}({dtype!r}, {shape}, {self.pick(values)!r}, {layout!r}, {int(self.random() * 1000)})")

    def mut(self, shape: tuple[int, ...], dtypes: Sequence[str] = REALS, values: Sequence[str] = VALUES) -> Code:
        layouts = words("C C C F gaps flipped last-flipped moved unaligned field swapped read-only")
        return self.op(shape, dtypes, values, layouts, "mut")

    def axis(self, ndim: int, none: bool = True) -> Any:
        """Mostly an axis that is there."""
        if self.chance(0.02):
            return self.pick((ndim, -ndim - 1, 5))
        choices: list[Any] = list(range(-ndim, ndim)) or [0]
        return self.pick([*choices, None]) if none else self.pick(choices)

    def axes(self, ndim: int) -> Any:
        """An axis, or several."""
        if ndim >= 2 and self.chance(0.2):
            return self.pick(((0, 1), (0, -1), tuple(range(ndim)), (-1, -2), (0, 0) if self.chance(0.1) else (1,)))
        return self.axis(ndim)

    def some(self, p: float = 0.5, **kwargs: Any) -> dict[str, Any]:
        """Each keyword with probability p; a list or range is a choice of values."""
        chosen = {}
        for name, values in kwargs.items():
            if self.chance(p):
                chosen[name] = self.pick(values) if isinstance(values, list) else values
        return chosen
