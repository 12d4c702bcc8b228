"""``vectorize``: a ufunc out of a function of numbers."""

from __future__ import annotations

import types
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import _runtime
from ._errors import TypingError
from ._loops import Looped, declared_dtype, first_fitting, loop_function, number_dtype
from ._numba_types import Signature
from ._options import Options
from ._program import Program
from ._types import type_of

__all__ = ["DUFunc"]

_FLAGS = ["external_loop", "buffered", "grow_inner", "zerosize_ok", "copy_if_overlap"]
_IN, _OUT = ["readonly", "aligned", "nbo"], ["writeonly", "aligned", "nbo", "allocate", "no_broadcast"]
_PYTHON = (bool, int, float, complex)


class DUFunc(Looped):
    """A function of numbers as a ufunc: it broadcasts, and takes ``out``, ``where``, ``dtype``, ``casting``, ``order``.

    Where no signatures are declared, it is compiled for the dtypes that it is called with. Python's own numbers are
    weak, as they are in NumPy.

    Parameters
    ----------
    function
        Takes numbers, and returns one.
    options
        How it is compiled.
    signatures
        Those declared.
    identity
        What a reduction of nothing gives.
    """

    nout = 1

    def __init__(
        self,
        function: types.FunctionType,
        options: Options,
        signatures: Sequence[Signature] = (),
        identity: Any = None,
    ) -> None:
        super().__init__(function, options)
        self.nin = function.__code__.co_argcount
        self.nargs = self.nin + 1
        self.identity = identity
        self._declared = list(signatures)
        self._found: dict[Any, tuple[list[str], np.dtype[Any]]] = {}
        for each in self._declared:
            if len(each.args) != self.nin:
                raise TypeError(f"{function.__name__} takes {self.nin} arguments, its signature {each} has others.")

    def __repr__(self) -> str:
        return f"<ferrodide.jit vectorize {self.py_func.__qualname__}>"

    @property
    def types(self) -> list[str]:
        """The declared loops, as a ufunc has them: ``dd->d``."""
        chars = []
        for each in self._declared:
            given = "".join(declared_dtype(one).char for one in each.args)
            returned = "" if each.return_type is None else declared_dtype(each.return_type).char
            chars.append(f"{given}->{returned}")
        return chars

    @property
    def ntypes(self) -> int:
        return len(self._declared)

    def __call__(
        self,
        *args: Any,
        out: Any = None,
        where: Any = True,
        casting: Any = "same_kind",
        order: Any = "K",
        dtype: Any = None,
    ) -> Any:
        if len(args) == self.nargs and out is None:
            *args, out = args  # type: ignore[assignment]
        if len(args) != self.nin:
            raise TypeError(f"{self.__name__}() takes {self.nin} arguments, and {len(args)} were given.")  # type: ignore[attr-defined]
        (out,) = out if isinstance(out, tuple) else (out,)
        if out is not None and not isinstance(out, np.ndarray):
            raise TypeError("return arrays must be of ArrayType")
        operands = [each if type(each) in _PYTHON else np.asarray(each) for each in args]
        if where is not True:
            return self._masked(operands, out, where, casting=casting, order=order, dtype=dtype)
        if not _runtime.in_pyodide():
            return self._plain(operands, out, casting, order, dtype)
        return self._run(operands, out, casting, order, dtype)

    def _masked(self, operands: list[Any], out: Any, where: Any, **asked: Any) -> Any:
        shape = np.broadcast_shapes(*(np.shape(each) for each in (*operands, where)))
        whole = self(*operands, **asked)
        if out is None:
            out = np.empty(shape, np.asarray(whole).dtype)
        np.copyto(out, whole, where=where, casting=asked["casting"])
        return out

    def _resolved(self, operands: list[Any], dtype: Any) -> tuple[list[str], np.dtype[Any]]:
        """The type of each operand's elements, and the dtype of the result; found once for each list of dtypes."""
        numbers = any(type(each) in _PYTHON for each in operands)
        if self._declared and numbers:
            # Which loop a Python number goes to is a question of its value.
            return self._types_for(operands, dtype)
        key = (dtype, *(type_of(each) if type(each) in _PYTHON else each.dtype for each in operands))
        if key not in self._found:
            self._found[key] = self._types_for(operands, dtype)
        return self._found[key]

    def _types_for(self, operands: list[Any], dtype: Any) -> tuple[list[str], np.dtype[Any]]:
        if self._declared:
            asked = [
                each
                for each in self._declared
                if dtype is None or each.return_type is None or declared_dtype(each.return_type) == np.dtype(dtype)
            ]
            signature = first_fitting(asked, operands)
            if signature is None:
                given = ", ".join(str(getattr(each, "dtype", type(each).__name__)) for each in operands)
                raise TypingError(
                    f"{self.py_func.__qualname__} has no loop for ({given}); its loops are {', '.join(self.types)}"
                )
            codes = [declared_dtype(each).str[1:] for each in signature.args]
            returned = signature.return_type
            result = number_dtype(self.result_of(" ".join(codes))) if returned is None else declared_dtype(returned)
            return codes, result
        codes = [type_of(each if type(each) in _PYTHON else each.dtype.type(), "an operand") for each in operands]
        return codes, np.dtype(dtype) if dtype is not None else number_dtype(self.result_of(" ".join(codes)))

    def _run(self, operands: list[Any], out: Any, casting: Any, order: Any, dtype: Any) -> Any:
        codes, result = self._resolved(operands, dtype)
        if out is not None and not np.can_cast(result, out.dtype, casting):
            raise TypeError(
                f"Cannot cast ufunc {self.py_func.__name__!r} output from {result!r} to {out.dtype!r} with "
                f"casting rule {casting!r}"
            )
        # A Python number keeps its own type where no other is declared, and is handed over once.
        scalars = [type(each) in _PYTHON for each in operands] if not self._declared else [False] * self.nin
        arrays = [np.asarray(each) for each, scalar in zip(operands, scalars, strict=True) if not scalar]
        dtypes = [np.dtype(code) for code, scalar in zip(codes, scalars, strict=True) if not scalar]
        iterator = np.nditer(
            [*arrays, out],
            flags=_FLAGS,  # type: ignore[arg-type]
            op_flags=[*([_IN] * len(arrays)), _OUT],  # type: ignore[list-item]
            op_dtypes=[*dtypes, result],
            casting=casting,
            order=order,
        )
        loop = self.loop(tuple(scalars), lambda program: self._write(program, scalars))
        with iterator:
            for parts in iterator if iterator.itersize else ():
                # Of the result alone, where all operands are numbers, it is no tuple.
                chunk = iter(parts if isinstance(parts, tuple) else (parts,))
                given = [each if scalar else next(chunk) for each, scalar in zip(operands, scalars, strict=True)]
                loop(*given, next(chunk))
            made = iterator.operands[-1]
        return made if out is not None or made.ndim else made[()]

    def _write(self, program: Program, scalars: list[bool]) -> str:
        names = [f"x{i}" for i in range(self.nin)]
        given = [
            f"(name @ {name})" if scalar else f"(sub @ (name @ {name}) (name @ i))"
            for name, scalar in zip(names, scalars, strict=True)
        ]
        call = f"(call @ (value @ (jit 0)) ({' '.join(given)}) ())"
        return loop_function(program, [*names, "out"], f"(assign @ ((sub @ (name @ out) (name @ i))) {call})", "out")

    def _plain(self, operands: list[Any], out: Any, casting: Any, order: Any, dtype: Any) -> Any:
        """Without the compiler: Python, element by element."""
        if self._declared:
            signature = first_fitting(self._declared, operands)
            if signature is None:
                raise TypingError(f"{self.py_func.__qualname__} has no loop for these types.")
            operands = [
                np.asarray(each, declared_dtype(one)) for each, one in zip(operands, signature.args, strict=True)
            ]
            dtype = declared_dtype(signature.return_type) if dtype is None and signature.return_type else dtype
        found = np.frompyfunc(self.py_func, self.nin, 1)(*operands)
        made = np.asarray(found if dtype is None else np.asarray(found).astype(dtype, order=order))
        if made.dtype == object:
            made = np.array(made.tolist()).reshape(made.shape)
        if out is None:
            return made if made.ndim else made[()]
        np.copyto(out, made, casting=casting)
        return out

    # What ufuncs have besides.

    def outer(self, a: Any, b: Any, **kwargs: Any) -> Any:
        """The function of every pair of elements."""
        a, b = np.asarray(a), np.asarray(b)
        return self(a.reshape(a.shape + (1,) * b.ndim), b, **kwargs)

    def accumulate(self, array: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
        """The function along an axis, each result with the next element."""
        lanes = np.moveaxis(self._reducible(array), axis, 0)
        first = [lanes[0]] if len(lanes) else []
        for each in lanes[1:]:
            first.append(self(first[-1], each, dtype=dtype))
        made = np.moveaxis(np.array(first).reshape(lanes.shape), 0, axis) if first else np.empty_like(lanes)
        if out is None:
            return made
        np.copyto(out, made, casting="same_kind")
        return out

    def reduce(
        self, array: Any, axis: int | None = 0, dtype: Any = None, out: Any = None, keepdims: bool = False
    ) -> Any:
        """The function along an axis, or (axis=None) over all elements."""
        whole = self._reducible(array)
        lanes = whole.reshape(-1) if axis is None else np.moveaxis(whole, axis, 0)
        if len(lanes) == 0 and self.identity is None:
            raise ValueError(f"zero-size array to reduction operation {self.py_func.__name__} which has no identity")
        made = lanes[0] if len(lanes) else np.full(lanes.shape[1:], self.identity, whole.dtype)
        for each in lanes[1:]:
            made = self(made, each, dtype=dtype)
        if keepdims:
            made = np.reshape(made, (1,) * whole.ndim) if axis is None else np.expand_dims(made, axis)
        if out is None:
            return made
        np.copyto(out, made, casting="same_kind")
        return out

    def _reducible(self, array: Any) -> np.ndarray[Any, Any]:
        if self.nin != 2:
            raise ValueError(f"only a function of two operands reduces; {self.py_func.__name__} has {self.nin}")
        return np.asarray(array)
