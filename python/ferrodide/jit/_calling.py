"""Arguments into the slots that a compiled function reads, and its results out of them."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ._types import Type, parse

__all__ = ["Marshal"]

#: One slot each, as ``struct`` writes them.
_NUMBERS = {
    **dict.fromkeys(("int", "i1", "i2", "i4", "i8", "bool", "b1"), "q"),
    **dict.fromkeys(("u1", "u2", "u4", "u8"), "Q"),
    **dict.fromkeys(("float", "f8"), "d"),
    "f4": "f4x",
    "c8": "f4xf4x",
    **dict.fromkeys(("complex", "c16"), "dd"),
}
_COMPLEX = frozenset(("complex", "c8", "c16"))
_BOOL = frozenset(("bool", "b1"))
_NOTHING = frozenset(("none", "text", "omitted"))
#: What stands before the data that a compiled function allocated.
_HEADER = 16


def _format(each: Type) -> str:
    if each.kind in ("array", "list"):
        return "Qq" + "q" * 2 * (each.ndim or 1)
    if each.kind == "tuple":
        return "".join(map(_format, each.elements))
    return "" if each.kind in _NOTHING else _NUMBERS[each.kind]


def _flatten(each: Type, found: Any, into: list[Any]) -> None:
    if each.kind == "array":
        into += (found.__array_interface__["data"][0], 0, *found.shape, *found.strides)
    elif each.kind == "tuple":
        for element, part in zip(each.elements, found, strict=True):
            _flatten(element, part, into)
    elif each.kind in _COMPLEX:
        into += (found.real, found.imag)
    elif each.kind in _BOOL:
        into.append(bool(found))
    elif each.kind not in _NOTHING:
        into.append(found)


def _arrays(found: Any) -> list[np.ndarray[Any, Any]]:
    """The arrays among arguments."""
    if isinstance(found, np.ndarray):
        return [found]
    return [array for each in found for array in _arrays(each)] if isinstance(found, tuple) else []


class _Owner:
    """Memory that a compiled function allocated; it is freed with the last array over it."""

    def __init__(self, address: int, free: Callable[[int], None]) -> None:
        self._address = address
        self._free = free
        self.__array_interface__: dict[str, Any] = {}

    def __del__(self) -> None:
        self._free(self._address)


class _Borrowed:
    """Memory of an argument, where no array of NumPy's can be cut out of it."""

    def __init__(self, interface: dict[str, Any], owner: Any) -> None:
        self.__array_interface__ = interface
        self.owner = owner


class Marshal:
    """How the arguments and the results of one specialisation lie in the slots.

    Parameters
    ----------
    types, result
        The type texts.
    slots
        The length of the block.
    named
        Classes of named tuples by their names.
    free
        Frees memory that a compiled function allocated.
    """

    def __init__(
        self, types: str, result: str, slots: int, named: Mapping[str, Any], free: Callable[[int], None]
    ) -> None:
        self._types = parse(types)
        (self._result,) = parse(result)
        self._in = struct.Struct("<" + "".join(map(_format, self._types)))
        self._out = struct.Struct("<" + _format(self._result))
        self._slots = max(slots, self._in.size // 8, self._out.size // 8, 1)
        self._named = named
        self._free = free

    def call(self, run: Callable[[int], int], arguments: Sequence[Any]) -> tuple[int, Any]:
        """Call a compiled function.

        Parameters
        ----------
        run
            Takes the address of the slots, and gives the status.
        arguments
            One for each type.

        Returns
        -------
        tuple
            The status, and the result where it is 0.
        """
        values: list[Any] = []
        for each, found in zip(self._types, arguments, strict=True):
            _flatten(each, found, values)
        block = (ctypes.c_uint64 * self._slots)()
        self._in.pack_into(block, 0, *values)
        status = run(ctypes.addressof(block))
        if status:
            return status, None
        return 0, self._build(self._result, iter(self._out.unpack_from(block)), _Memory(self._free, arguments))

    def _build(self, each: Type, values: Any, memory: _Memory) -> Any:
        if each.kind == "array":
            address, owner = next(values), next(values)
            shape = tuple(next(values) for _ in range(each.ndim))
            strides = tuple(next(values) for _ in range(each.ndim))
            return memory.array(each, address, owner, shape, strides)
        if each.kind == "list":
            address, owner, length, stride = (next(values) for _ in range(4))
            code = {"int": "i8", "float": "f8", "bool": "b1", "complex": "c16"}.get(
                each.elements[0].kind, each.elements[0].kind
            )
            whole = Type("array", dtype=code, ndim=1)
            return memory.array(whole, address, owner, (length,), (stride,)).tolist()
        if each.kind == "tuple":
            elements = [self._build(element, values, memory) for element in each.elements]
            made = self._named.get(each.text)
            return tuple(elements) if made is None else made(*elements)
        if each.kind in _NOTHING:
            return each.text if each.kind == "text" else None
        first = next(values)
        if each.kind in _COMPLEX:
            return complex(first, next(values))
        return bool(first) if each.kind in _BOOL else first


class _Memory:
    """Where the arrays among the results of one call are."""

    def __init__(self, free: Callable[[int], None], arguments: Sequence[Any]) -> None:
        self._free = free
        self._arguments = arguments
        self._owners: dict[int, _Owner] = {}

    def array(
        self, each: Type, address: int, owner: int, shape: tuple[int, ...], strides: tuple[int, ...]
    ) -> np.ndarray[Any, Any]:
        dtype = np.dtype(each.dtype)
        interface = {"version": 3, "typestr": dtype.str, "shape": shape, "strides": strides}
        interface["data"] = (address, each.readonly)
        if owner:
            if owner not in self._owners:
                self._owners[owner] = _Owner(owner, self._free)
            held = self._owners[owner]
            held.__array_interface__ = interface
            return np.asarray(held)
        for found in _arrays(tuple(self._arguments)):
            if (found.__array_interface__["data"][0], found.shape, found.strides, found.dtype) == (
                address,
                shape,
                strides,
                dtype,
            ):
                return found
        for found in _arrays(tuple(self._arguments)):
            low, high = np.lib.array_utils.byte_bounds(found)
            if low <= address < high:
                return _view(found, interface, dtype)
        if 0 not in shape:
            raise SystemError("a compiled function returned memory that is nobody's")
        return np.empty(shape, dtype)


def _view(found: np.ndarray[Any, Any], interface: dict[str, Any], dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """A view of an argument, with the array that owns the memory as its base."""
    whole: Any = found
    while isinstance(whole.base, np.ndarray):
        whole = whole.base
    start = whole.__array_interface__["data"][0]
    buffer = whole if whole.flags.c_contiguous else whole.T
    if whole.base is None and buffer.flags.c_contiguous:
        shape, strides = interface["shape"], interface["strides"]
        offset = interface["data"][0] - start
        view: np.ndarray[Any, Any] = np.ndarray(shape, dtype, buffer, offset, strides)
    else:
        view = np.asarray(_Borrowed(interface, found))
    if interface["data"][1]:
        view.flags.writeable = False
    return view
