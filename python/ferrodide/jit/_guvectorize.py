"""``guvectorize``: a generalised ufunc out of a function that fills its last arguments."""

from __future__ import annotations

import re
import types
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import _runtime
from ._errors import TypingError
from ._loops import Looped, declared_dtype, first_fitting, loop_function
from ._numba_types import Signature
from ._options import Options
from ._program import Program

__all__ = ["GUFunc"]

_OPERAND = re.compile(r"\(\s*((?:\w+\s*(?:,\s*\w+\s*)*)?)\)")


def _layout(text: str) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """The core dimensions of the operands and of the results: of ``(m,n),(n)->(m)``; ``(m),(n)`` has no results."""
    sides = text.split("->") if "->" in text else [text, ""]
    both = []
    for side in sides:
        separators = re.sub(r"\s", "", _OPERAND.sub("_", side))
        if len(sides) != 2 or not re.fullmatch(r"(_(,_)*)?", separators) or not _OPERAND.search(text):
            raise ValueError(f"{text!r} is no layout; write one as '(m,n),(n)->(m)'.")
        both.append([tuple(re.findall(r"\w+", found)) for found in _OPERAND.findall(side)])
    return both[0], both[1]


class GUFunc(Looped):
    """A function of arrays with loops over all further dimensions around it.

    Parameters
    ----------
    function
        Takes the operands and then the arrays that it fills; one of no dimensions is filled as ``out[0] = ...``.
    options
        How it is compiled.
    layout
        Core dimensions: ``(m,n),(n)->(m)``.
    signatures
        Those declared. Where there are none, the arrays to fill are handed over.
    """

    def __init__(
        self, function: types.FunctionType, options: Options, layout: str, signatures: Sequence[Signature] = ()
    ) -> None:
        super().__init__(function, options)
        self.signature = layout
        self._given, self._filled = _layout(layout)
        self.nin, self.nout = len(self._given), len(self._filled)
        self.nargs = self.nin + self.nout
        self._declared = list(signatures)
        counts = [function.__code__.co_argcount, *(len(each.args) for each in self._declared)]
        if any(count != self.nargs for count in counts):
            raise TypeError(f"{function.__name__} takes {counts[0]} arguments, its layout {layout} has {self.nargs}.")

    def __repr__(self) -> str:
        return f"<ferrodide.jit guvectorize {self.py_func.__qualname__} {self.signature}>"

    def __call__(self, *args: Any, out: Any = None) -> Any:
        if len(args) == self.nargs and out is None:
            args, out = args[: self.nin], args[self.nin :]
        if len(args) != self.nin:
            raise TypeError(f"{self.py_func.__name__}() takes {self.nin} operands, and {len(args)} were given.")
        outs = out if isinstance(out, tuple) else (out,) if out is not None else (None,) * self.nout
        operands = [np.asarray(each) for each in args]
        dtypes = self._dtypes(operands, outs)
        operands = [each.astype(dtype, copy=False) for each, dtype in zip(operands, dtypes, strict=False)]
        loop, sizes = self._shapes(operands, outs)
        results = [
            self._result(found, loop, core, sizes, dtype)
            for found, core, dtype in zip(outs, self._filled, dtypes[self.nin :], strict=True)
        ]
        # What does not lie as the loops write it, or overlaps an operand, is filled by way of a copy.
        filled = [
            np.array(each, dtype)
            if each.dtype != dtype or any(np.may_share_memory(each, one) for one in operands)
            else each
            for each, dtype in zip(results, dtypes[self.nin :], strict=True)
        ]
        cores = [*self._given, *self._filled]
        whole = [
            # Without results, what is done is done to the operands.
            np.broadcast_to(each, (*loop, *each.shape[each.ndim - len(core) :]))
            if i < self.nin and (self.nout or each.ndim < len(loop) + len(core))
            else each
            for i, (each, core) in enumerate(zip([*operands, *filled], cores, strict=True))
        ]
        self._loop(whole, loop)
        for each, made in zip(results, filled, strict=True):
            if made is not each:
                np.copyto(each, made, casting="same_kind")
        answers = [
            found if found is not None else each if each.ndim else each[()]
            for found, each in zip(outs, results, strict=True)
        ]
        return answers[0] if self.nout == 1 else tuple(answers) or None

    def _dtypes(self, operands: list[Any], outs: Sequence[Any]) -> list[np.dtype[Any]]:
        if not self._declared:
            if any(each is None for each in outs):
                raise TypingError(
                    f"{self.py_func.__qualname__} has no declared signatures: hand over the arrays to fill."
                )
            return [each.dtype for each in (*operands, *outs)]
        signature = first_fitting(self._declared, operands)
        if signature is None:
            given = ", ".join(str(each.dtype) for each in operands)
            raise TypingError(f"{self.py_func.__qualname__} has no loop for ({given}).")
        return [declared_dtype(each) for each in signature.args]

    def _shapes(self, operands: list[Any], outs: Sequence[Any]) -> tuple[tuple[int, ...], dict[str, int]]:
        """The shape of the loops, and the length of each core dimension."""
        sizes: dict[str, int] = {}
        loops = []
        for i, (each, core) in enumerate(zip([*operands, *outs], [*self._given, *self._filled], strict=True)):
            if each is None:
                continue
            if each.ndim < len(core):
                raise ValueError(
                    f"{self.py_func.__name__}: operand {i} does not have enough dimensions (has {each.ndim}, layout "
                    f"{self.signature} requires {len(core)})"
                )
            cut = each.ndim - len(core)
            loops.append(each.shape[:cut])
            for name, length in zip(core, each.shape[cut:], strict=True):
                known = int(name) if name.isdigit() else sizes.setdefault(name, length)
                if known != length:
                    raise ValueError(
                        f"{self.py_func.__name__}: operand {i} has a mismatch in its core dimension {name}, with "
                        f"layout {self.signature} (size {length} is different from {known})"
                    )
        return np.broadcast_shapes(*loops), sizes

    def _result(
        self, found: Any, loop: tuple[int, ...], core: tuple[str, ...], sizes: dict[str, int], dtype: np.dtype[Any]
    ) -> np.ndarray[Any, Any]:
        missing = [name for name in core if not name.isdigit() and name not in sizes]
        if missing:
            raise ValueError(f"{self.py_func.__name__}: no operand has the core dimension {missing[0]}; hand over out.")
        shape = (*loop, *(int(name) if name.isdigit() else sizes[name] for name in core))
        if found is None:
            return np.empty(shape, dtype)
        if found.shape != shape:
            raise ValueError(f"out has shape {found.shape}; expected {shape}")
        return np.asarray(found)

    def _loop(self, whole: list[np.ndarray[Any, Any]], loop: tuple[int, ...]) -> None:
        if 0 in loop:
            return
        if not _runtime.in_pyodide():
            for index in np.ndindex(loop):
                self.py_func(*self._cut(whole, index))
            return
        if not loop:
            whole, loop = [each[None] for each in whole], (1,)
        # All loops as one, where no operand needs a copy for it.
        if len(loop) > 1:
            try:
                flat = [np.reshape(each, (-1, *each.shape[len(loop) :]), copy=False) for each in whole]
            except ValueError:
                pass
            else:
                whole, loop = flat, (len(flat[0]),)
        inner = self.loop("core", self._write)
        for index in np.ndindex(loop[:-1]):
            inner(*(each[index] for each in whole))

    def _cut(self, whole: list[np.ndarray[Any, Any]], index: tuple[int, ...]) -> list[Any]:
        parts: list[Any] = []
        for i, (each, core) in enumerate(zip(whole, [*self._given, *self._filled], strict=True)):
            one = each[index]
            # A result of no dimensions is filled as an array of one element.
            parts.append(each[(*index, None)] if not core and i >= self.nin else one)
        return parts

    def _write(self, program: Program) -> str:
        names = [f"x{i}" for i in range(self.nargs)]
        given = []
        for i, (name, core) in enumerate(zip(names, [*self._given, *self._filled], strict=True)):
            index = "(name @ i)"
            if i >= self.nin and not core:
                index = "(slice @ (name @ i) (bin @ Add (name @ i) (value @ (int 1))) _)"
            given.append(f"(sub @ (name @ {name}) {index})")
        call = f"(expr @ (call @ (value @ (jit 0)) ({' '.join(given)}) ()))"
        return loop_function(program, names, call, names[0])
