"""What the string functions take, as the ``str`` that the kernels take.

RapidFuzz compares any sequences of hashable elements. A ``str`` is one, of code points;
here the others become a ``str`` in which equal elements are equal code points.
"""

from __future__ import annotations

import math
import sys
from array import array
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

__all__ = ["as_cutoff", "as_processor", "as_texts", "is_none"]

#: Elements below this stand for themselves, others for what is left of Unicode.
_SPARE = 0x100000
_ANYTHING = "expected a str, bytes, or another sequence of hashable elements"


def is_none(value: Any) -> bool:
    """Whether ``value`` stands for a missing string: None, NaN or ``pandas.NA``."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    pandas = sys.modules.get("pandas")
    return pandas is not None and value is getattr(pandas, "NA", None)


class _Codes:
    """One code point for each different element that has none of its own."""

    def __init__(self) -> None:
        self._codes: dict[int, int] = {}

    def _code(self, element: Hashable) -> int:
        if isinstance(element, str) and len(element) == 1:
            value = ord(element)
        else:
            # RapidFuzz compares hashes too; only -1, which no hash is, it lets through.
            value = -1 if isinstance(element, int) and element == -1 else hash(element)
        if 0 <= value < _SPARE:
            return value
        code = self._codes.setdefault(value, _SPARE + len(self._codes))
        if code > sys.maxunicode:
            raise ValueError(
                f"the sequences have more than {sys.maxunicode + 1 - _SPARE} different elements that are "
                f"neither characters nor integers from 0 to {_SPARE - 1}; number them first."
            )
        return code

    def text(self, name: str, value: Any) -> str:
        if isinstance(value, (bytes, bytearray)):
            return value.decode("latin-1")
        elements: Iterable[Hashable] = value
        if isinstance(value, array) and value.typecode in "uw":
            elements = value.tounicode()
        elif not (hasattr(value, "__len__") and hasattr(value, "__getitem__")) or hasattr(value, "keys"):
            raise TypeError(
                f"{name} is of type {type(value).__name__}: {_ANYTHING}; convert it, for example with str()."
            )
        try:
            return "".join([chr(self._code(element)) for element in elements])
        except TypeError as error:
            raise TypeError(f"{name} is a {type(value).__name__} with an {error}: {_ANYTHING}.") from None


def as_texts(names: Iterable[str], values: Sequence[Any]) -> list[Any]:
    """Return the values as ``str``; None stays. Equal elements are equal throughout."""
    if all(isinstance(value, str) or value is None for value in values):
        return list(values)
    codes = _Codes()
    return [None if value is None else codes.text(name, value) for name, value in zip(names, values, strict=False)]


def as_cutoff(value: Any) -> float:
    """Return a ``score_cutoff`` as a float."""
    try:
        if not isinstance(value, (str, bytes, bytearray)):
            return float(value)
    except (TypeError, ValueError):
        pass
    raise TypeError(f"score_cutoff is of type {type(value).__name__}: expected a number between 0 and 100, or None.")


def as_processor(processor: Any) -> Callable[[Any], Any]:
    """Return a ``processor`` that can be called."""
    if not callable(processor):
        raise TypeError(
            f"processor is of type {type(processor).__name__}: expected a function that takes a string and "
            "returns what to compare instead, or None."
        )
    return processor  # type: ignore[no-any-return]
