"""What a compiled function is known by from one run to the next, found without its source.

That is its code, and what its global names stand for; and so on for the compiled functions that it calls. Attributes of
what a name stands for are not in it: a kept program says which of them it read (``_program.py``).
"""

from __future__ import annotations

import enum
import sys
import types
from collections.abc import Iterator
from typing import Any

import numpy as np

from ._names import canonical
from ._numba_types import NumbaType
from ._types import array_type, fields_of

__all__ = ["MARK", "Identity", "plain_function"]

#: The attribute by which a compiled function is known: the plain one.
MARK = "__ferrodide_jit__"

_EXACT = frozenset((int, float, complex, str, bool, type(None)))


def plain_function(found: Any) -> types.FunctionType | None:
    """The plain function of a compiled one."""
    marked = getattr(found, MARK, None)
    return marked if isinstance(marked, types.FunctionType) else None


def _code(code: types.CodeType) -> tuple[Any, ...]:
    """All of a code object that its meaning and the places of its errors depend on."""
    return (
        code.co_code,
        code.co_linetable,
        code.co_firstlineno,
        code.co_filename,
        code.co_name,
        code.co_flags,
        code.co_names,
        code.co_varnames,
        code.co_freevars,
        (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount),
        [_code(each) if isinstance(each, types.CodeType) else (type(each), each) for each in code.co_consts],
    )


def _names(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            yield from _names(each)


class Identity:
    """Functions and what their names stand for, as text."""

    def __init__(self) -> None:
        self._numbers: dict[types.FunctionType, int] = {}
        self._parts: list[str] = []

    def __str__(self) -> str:
        return "\n".join(self._parts)

    def function(self, function: types.FunctionType) -> str:
        """Take a function in; the answer stands for it.

        Parameters
        ----------
        function
            A plain function.
        """
        number = self._numbers.get(function)
        if number is not None:
            return f"jit {number}"
        number = self._numbers[function] = len(self._numbers)
        code, space = function.__code__, function.__globals__
        known = []
        for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
            try:
                known.append((name, self.mark(cell.cell_contents)))
            except ValueError:
                known.append((name, "nothing yet"))
        known += [(name, self.mark(space[name])) for name in _names(code) if name in space]
        defaults = [self.mark(each) for each in function.__defaults__ or ()]
        defaults += [f"{name}={self.mark(each)}" for name, each in (function.__kwdefaults__ or {}).items()]
        self._parts.append(repr((number, _code(code), known, defaults)))
        return f"jit {number}"

    def mark(self, found: Any) -> str:
        """What a program may say of an object: another text wherever it may say something else.

        Parameters
        ----------
        found
            What a name stands for.
        """
        kind = type(found)
        if kind in _EXACT:
            return repr(found)
        if kind is types.ModuleType:
            return f"module {found.__name__}"
        if kind is np.ndarray:
            return f"array {array_type(found, readonly=True)}"
        compiled = plain_function(found)
        if compiled is not None:
            return self.function(compiled)
        if isinstance(found, np.generic):
            return f"scalar {found.dtype.str} {found.tobytes().hex()}"
        if isinstance(found, enum.Enum):
            return f"{kind.__module__}.{kind.__qualname__}.{found.name} {found.value!r}"
        if isinstance(found, NumbaType):
            return f"type {found!r}"
        if isinstance(found, type) and fields_of(found) is not None:
            defaults = {name: self.mark(each) for name, each in getattr(found, "_field_defaults", {}).items()}
            return f"{found.__module__}.{found.__qualname__} {fields_of(found)} {defaults}"
        if isinstance(found, tuple):
            return f"{kind.__qualname__} {fields_of(found)} ({', '.join(map(self.mark, found))})"
        name = getattr(found, "__name__", None)
        space = getattr(found, "__module__", None) or "builtins"
        if isinstance(name, str) and isinstance(space, str) and vars(sys.modules.get(space, self)).get(name) is found:
            return f"{space}.{name}"
        value = found if isinstance(found, (int, float, complex, str, np.dtype)) else ""
        return f"{kind.__module__}.{kind.__qualname__} {canonical(found)} {value}"
