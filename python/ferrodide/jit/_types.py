"""The type text of an argument: what a specialisation is made for, and found by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ._errors import TypingError
from ._names import dtype_code, quote

__all__ = ["Type", "array_type", "fields_of", "parse", "texts", "type_of"]

_EXACT: dict[type, str] = {bool: "bool", float: "float", complex: "complex", type(None): "none"}
_INT64 = 1 << 63
_MOST_AXES = 4

#: Python's containers, and what to hand over in their place.
_INSTEAD: dict[type, str] = {
    list: "Hand over np.array(...), or a tuple.",
    dict: "Hand over its values as arguments, as a tuple or as an array.",
    set: "Hand over np.array(sorted(...)).",
    range: "Hand over its start, stop and step.",
}


def array_type(array: np.ndarray[Any, Any], *, readonly: bool = False) -> str | None:
    """The type text of an exact ndarray, without a word on what is wrong with one that has none.

    Parameters
    ----------
    array
        An ``ndarray``, and of no subclass.
    readonly
        Whether compiled code may only read it, though it may be written to.

    Returns
    -------
    str or None
        As ``f8[2C]``.
    """
    dtype, flags = array.dtype, array.flags
    code = dtype_code(dtype)
    if code is None or not dtype.isnative or not flags.aligned or not 1 <= array.ndim <= _MOST_AXES:
        return None
    layout = "C" if flags.c_contiguous else "F" if flags.f_contiguous else "A"
    return f"{code}[{array.ndim}{layout}{'r' if readonly or not flags.writeable else ''}]"


def fields_of(found: Any) -> tuple[str, ...] | None:
    """The field names of a named tuple or of the class of one; None of anything else."""
    fields = getattr(found, "_fields", None)
    return fields if isinstance(fields, tuple) and hasattr(found, "_make") else None


def type_of(found: Any, name: str = "the argument") -> str:  # noqa: PLR0912
    """The type text of an argument.

    Parameters
    ----------
    found
        The argument.
    name
        What an error calls it.

    Returns
    -------
    str
        As in ``float``, ``i4``, ``f8[2C]``, ``(int,f8[1C])``.

    Raises
    ------
    TypingError
        Where compiled code cannot take it.
    OverflowError
        Of an int that fits neither int64 nor uint64.
    """
    kind = type(found)
    if kind is np.ndarray:
        code = array_type(found)
        if code is None:
            raise _wrong_array(found, name)
        return code
    if kind in _EXACT:
        return _EXACT[kind]
    if isinstance(found, np.generic) and not isinstance(found, str):
        dtype = dtype_code(found.dtype)
        if dtype is None:
            raise TypingError(
                f"{name} is a {found.dtype} scalar, which does not compile.", hint="Hand over a float or an int."
            )
        return dtype
    if isinstance(found, int):
        if -_INT64 <= found < _INT64:
            return "int"
        if 0 <= found < 2 * _INT64:
            return "u8"
        raise OverflowError(f"{name} is {found}, which fits neither int64 nor uint64.")
    if isinstance(found, str):
        return quote(str(found))
    if isinstance(found, tuple):
        elements = [type_of(each, f"element {i} of {name}") for i, each in enumerate(found)]
        fields = fields_of(found)
        if fields is None:
            return f"({','.join(elements)})"
        return f"{kind.__name__}({','.join(f'{field}:{each}' for field, each in zip(fields, elements, strict=True))})"
    for each, code in ((float, "float"), (complex, "complex")):
        if isinstance(found, each):
            return code
    if isinstance(found, np.ndarray):
        raise _wrong_array(found, name)
    what = f"a {kind.__module__}.{kind.__qualname__}" if kind.__module__ != "builtins" else f"a {kind.__qualname__}"
    raise TypingError(f"{name} is {what}, which does not compile.", hint=_INSTEAD.get(kind, ""))


def _wrong_array(array: np.ndarray[Any, Any], name: str) -> TypingError:
    dtype = array.dtype
    if type(array) is not np.ndarray:
        masked = isinstance(array, np.ma.MaskedArray)
        return TypingError(
            f"{name} is a {type(array).__module__}.{type(array).__qualname__}, a subclass of ndarray, whose behaviour "
            "compiled code does not have.",
            hint="Hand over x.data and x.mask." if masked else "Hand over np.asarray(x), if its elements are meant.",
        )
    if dtype_code(dtype) is None:
        hint = {
            "float16": "Hand over x.astype(np.float32).",
            "object": "Give it a dtype of numbers, as with x.astype(np.float64).",
        }.get(dtype.name, "Hand over x.astype(np.float64)." if dtype.kind in "fc" else "")
        return TypingError(f"{name} is an array of dtype {dtype}, which does not compile.", hint=hint)
    if not dtype.isnative:
        return TypingError(
            f"{name} is an array in the other byte order, {dtype.str}.",
            hint="Hand over x.astype(x.dtype.newbyteorder('=')).",
        )
    if not array.flags.aligned:
        return TypingError(f"{name} is an array that is not aligned in memory.", hint="Hand over x.copy().")
    return TypingError(
        f"{name} is an array of {array.ndim} dimensions; compiled code takes those of 1 to {_MOST_AXES}.",
        hint="Hand over x[()]." if array.ndim == 0 else "Hand over a view of fewer, as with x.reshape(-1).",
    )


@dataclass(frozen=True)
class Type:
    """A type text, taken apart."""

    #: ``int``, ``f8``, ``none``, ``omitted``, ``text``, ``tuple``, ``array``, ``list``.
    kind: str
    #: An array's dtype.
    dtype: str = ""
    ndim: int = 0
    layout: str = ""
    readonly: bool = False
    #: A string, or the name of a named tuple.
    text: str = ""
    fields: tuple[str, ...] = ()
    elements: tuple[Type, ...] = ()


def parse(text: str) -> tuple[Type, ...]:
    """The types of a type text.

    Parameters
    ----------
    text
        Types with blanks between them.
    """
    reader = _Reader(text)
    types = []
    while reader.at < len(text):
        types.append(reader.read())
        reader.skip(" ")
    return tuple(types)


def texts(text: str) -> list[str]:
    """The text of each type of a type text."""
    reader, found = _Reader(text), []
    while reader.at < len(text):
        start = reader.at
        reader.read()
        found.append(text[start : reader.at])
        reader.skip(" ")
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0

    def skip(self, character: str) -> bool:
        there = self._text[self.at : self.at + 1] == character
        self.at += there
        return there

    def _word(self) -> str:
        start = self.at
        while self.at < len(self._text) and self._text[self.at] not in ' ,:()[]"':
            self.at += 1
        return self._text[start : self.at]

    def _string(self) -> Type:
        parts, self.at = [], self.at + 1
        while (character := self._text[self.at]) != '"':
            if character == "\\":
                self.at += 1
                character = "\n" if self._text[self.at] == "n" else self._text[self.at]
            parts.append(character)
            self.at += 1
        self.at += 1
        return Type("text", text="".join(parts))

    def read(self) -> Type:
        if self._text[self.at] == '"':
            return self._string()
        word = self._word()
        if self.skip("["):
            axes = self._word()
            self.skip("]")
            return Type("array", word, int(axes[0]), axes[1], axes.endswith("r"))
        if not self.skip("("):
            return Type(word)
        fields, elements = [], []
        while not self.skip(")"):
            # A field's name, or the element's own first word.
            start, field = self.at, self._word()
            if self.skip(":"):
                fields.append(field)
            else:
                self.at = start
            elements.append(self.read())
            self.skip(",")
        if word == "list":
            return Type("list", elements=tuple(elements))
        return Type("tuple", text=word, fields=tuple(fields), elements=tuple(elements))
