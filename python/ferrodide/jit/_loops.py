"""What ``vectorize`` and ``guvectorize`` share: compiled loops around a compiled function, and its declared dtypes."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import _cache
from ._dispatch import Caller, PythonCaller, Specialisation, compile_text, interruptible, teach
from ._names import quote
from ._numba_types import Array, NumbaType, Number, Signature
from ._options import Options
from ._program import MARK, Program, build
from ._source import remember
from ._types import array_type, type_of

__all__ = ["Looped", "declared_dtype", "first_fitting", "number_dtype"]

#: What the loop is called in the program; a function's own numbers begin with 0.
_LOOP = 999_999_999

_PYTHON_NUMBERS = {"int": "i8", "float": "f8", "complex": "c16", "bool": "b1"}


def number_dtype(code: str) -> np.dtype[Any]:
    """The dtype of a number's type text."""
    return np.dtype(_PYTHON_NUMBERS.get(code, code))


def declared_dtype(declared: NumbaType) -> np.dtype[Any]:
    """The dtype of an operand's declared type."""
    if isinstance(declared, Array):
        assert isinstance(declared.dtype, Number)
        return np.dtype(declared.dtype.element)
    if isinstance(declared, Number):
        return declared.dtype
    raise TypeError(f"{declared} is no type of an operand; write a number's, or an array's.")


def first_fitting(signatures: Sequence[Signature], operands: Sequence[Any]) -> Signature | None:
    """The first signature whose types all operands go to without loss, as NumPy finds a ufunc's loop.

    Parameters
    ----------
    signatures
        In their order.
    operands
        Arrays, and Python's numbers, which go to any type of their kind.
    """
    for each in signatures:
        if all(_goes(found, declared_dtype(type)) for found, type in zip(operands, each.args, strict=False)):
            return each
    return None


def _goes(found: Any, dtype: np.dtype[Any]) -> bool:
    if type(found) in (int, float, complex):
        return np.result_type(found, dtype) == dtype
    return np.can_cast(found.dtype if isinstance(found, np.ndarray) else np.min_scalar_type(found), dtype, "safe")


class Looped:
    """A function with loops around it.

    Parameters
    ----------
    function
        The plain one.
    options
        How it is compiled.
    """

    def __init__(self, function: types.FunctionType, options: Options) -> None:
        self.py_func = function
        self.options = options
        self._program: Program | None = None
        self._loops: dict[Any, _Loop] = {}
        self._results: dict[str, str] = {}
        remember(function)
        functools.update_wrapper(self, function)  # type: ignore[arg-type]
        setattr(self, MARK, function)

    def program(self) -> Program:
        if self._program is None or not self._program.is_current():
            self._program = build(self.py_func)
        return self._program

    def _answer(self, text: str, types: str, program: Program) -> tuple[Any, ...]:
        hidden = " ".join(str(array_type(each, readonly=True)) for each in program.arrays)
        types, options = f"{types} {hidden}".strip(), self.options.text(interruptible=interruptible())
        key = _cache.key_of(text, types, options) if self.options.cache else ""
        kept = _cache.load(key) if key else None
        answer: tuple[Any, ...] = kept[0] if kept is not None else compile_text(text, types, options)
        if key and kept is None:
            _cache.save(key, answer)
        return answer

    def result_of(self, types: str) -> str:
        """The type text of what the function returns for scalars of some types."""
        if types not in self._results:
            program = self.program()
            self._results[types] = self._answer(program.text, types, program)[2]
        return self._results[types]

    def loop(self, kind: Any, body: Callable[[Program], str]) -> _Loop:
        """A loop around the function.

        Parameters
        ----------
        kind
            What this loop is known by.
        body
            Writes its FUNCTION.
        """
        found = self._loops.get(kind)
        if found is None:
            found = self._loops[kind] = _Loop(lambda types: self._specialise(body, types))
        return found

    def _specialise(self, body: Callable[[Program], str], types: str) -> Specialisation:
        program = self.program()
        text = f"(program {body(program)} {program.text.removeprefix('(program ')}"
        polls = interruptible()
        return Specialisation(program, types, self._answer(text, types, program), {}, None, polls=polls)


class _Loop(Caller):  # type: ignore[misc]
    """A compiled loop, to be called with its arguments."""

    def __init__(self, make: Callable[[str], Specialisation]) -> None:
        self._make = make
        self._known: dict[str, Specialisation] = {}

    def _miss(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        types = " ".join(map(type_of, args))
        found = self._known.get(types)
        if found is None or not found.fits():
            found = self._known[types] = self._make(types)
            teach(self, args, found)
            if Caller is not PythonCaller:
                # It knows now.
                return self(*args)
        return found(args)


def loop_function(program: Program, arguments: Sequence[str], statement: str, length: str, start: int = 0) -> str:
    """The FUNCTION of a loop over ``i``.

    Parameters
    ----------
    program
        Of the function in it.
    arguments
        Names of the parameters.
    statement
        What is done for each ``i``; ``@`` stands for its place.
    length
        The parameter whose length is that of the loop.
    start
        The first ``i``.
    """
    file, line, name = program.functions[0]
    at = f"{line}:0:{line}:0"
    params = " ".join(f"(param {at} {name} plain _)" for name in arguments)
    steps = f"(value @ (int {start})) (sub @ (attr @ (name @ {length}) shape) (value @ (int 0)))"
    loop = f'(for @ (name @ i) (call @ (value @ (function "range")) ({steps}) ()) ({statement}) ())'
    body = f"{loop} (return @ _)".replace("@", at)
    head = f"(function {_LOOP} {quote(name)} {quote(file)} {line}"
    return f"{head} (params {params}) (body {body}))"
