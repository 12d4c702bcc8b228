"""A compiled function as Python sees it: it finds the specialisation for its arguments, or makes it, and calls it."""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import inspect
import sys
import types
import warnings
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TextIO

import numpy as np

from .._backend import backend, kernels
from . import _cache, _runtime
from ._calling import Marshal
from ._errors import InternalError, JitError, JitWarning, TypingError, UnsupportedError, failure, raised_at
from ._names import ARRAY_DTYPES
from ._numba_types import NumbaType, Number, Signature, best_signature, from_text
from ._options import Options
from ._program import MARK, Program, build, default_value, is_known
from ._source import source_of
from ._types import array_type, fields_of, parse, texts, type_of

__all__ = ["Caller", "Dispatcher", "Specialisation", "compile_text", "teach"]

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class _Omitted:
    """Stands for an argument that was not handed over."""


OMITTED = _Omitted()


def compile_text(program: str, types: str, options: str) -> tuple[Any, ...]:
    """Ask the compiler.

    Parameters
    ----------
    program, types, options
        Its texts.

    Returns
    -------
    tuple
        ``("ok", wasm, result, slots, errors, imports, report)``.

    Raises
    ------
    JitError
        Where it does not compile.
    """
    compiler = getattr(kernels, "_jit_compile", None)
    if compiler is None:
        raise UnsupportedError(
            f"the kernels in use here ({backend()}) come without the compiler.",
            hint="Install the compiled wheel for this Pyodide.",
        )
    answer: tuple[Any, ...] = compiler(program, types, options)
    if answer[0] != "ok":
        raise failure(answer)
    return answer


def _interruptible() -> bool:
    """Whether the page has given Pyodide a buffer by which it is interrupted."""
    return _runtime.in_pyodide() and _runtime.signals()


class Specialisation:
    """A function compiled for some types.

    Parameters
    ----------
    program
        What it was compiled from.
    types
        The type text of the arguments.
    answer
        The compiler's.
    named
        Classes of named tuples by their names.
    signature
        The one that the arguments are converted to.
    """

    def __init__(
        self,
        program: Program,
        types: str,
        answer: tuple[Any, ...],
        named: Mapping[str, Any],
        signature: Signature | None,
    ) -> None:
        _, self.wasm, self.result, self.slots, self.errors, self.imports, self.report = answer
        self.program = program
        self.types = types
        self.signature = signature
        self.named = dict(named)
        returned = None if signature is None else signature.return_type
        self.converts_result = returned is not None and not _returns_as_is(returned, self.result)
        self.hidden = [array_type(each, readonly=True) for each in program.arrays]
        self.loaded = _runtime.load(self.wasm, self.imports)
        self._release = weakref.finalize(self, _runtime.release, self.loaded.pointer)
        self._release.atexit = False
        hidden = " ".join(filter(None, self.hidden))
        self._marshal = Marshal(f"{types} {hidden}".strip(), self.result, self.slots, self.named, _runtime.free)

    def fits(self) -> bool:
        """Whether the global arrays are still what they were compiled for."""
        return all(
            array_type(each, readonly=True) == code for each, code in zip(self.program.arrays, self.hidden, strict=True)
        )

    def __call__(self, arguments: Sequence[Any]) -> Any:
        """The result of a call, its arguments being of the types.

        Parameters
        ----------
        arguments
            One for each parameter.
        """
        if self.signature is not None:
            arguments = [type.coerce(each) for type, each in zip(self.signature.args, arguments, strict=True)]
        status, result = self._marshal.call(self.loaded.run, [*arguments, *self.program.arrays])
        if status:
            self.fail(status)
        if self.converts_result and self.signature is not None and self.signature.return_type is not None:
            return self.signature.return_type.coerce(result)
        return result

    def fail(self, status: int) -> None:
        """Raise the exception that a status stands for, with a frame of the function's source."""
        exception, message, file, line = self.errors[status - 1]
        known: Any = self.program.exceptions.get(exception) or getattr(builtins, exception, None)
        if known is None and exception.rpartition(".")[2] == "LinAlgError":
            known = np.linalg.LinAlgError
        if known is None:
            raise InternalError(f"the compiled function raises {exception}, which there is not.")
        error = known(message) if message else known()
        raise raised_at(error, file, line, self.program.name_at(file, line))


class _PythonCaller:
    """What stands under a dispatcher where ``_core`` is not there: every call is a miss."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._miss(args, kwargs)

    def _miss(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        raise NotImplementedError

    def _learn(self, *entry: Any) -> None:
        """Nothing is kept here."""

    def _forget(self) -> None:
        """Nothing is kept here."""


#: In Rust it finds the specialisation for the arguments, and calls it, without coming to Python.
Caller: Any = getattr(kernels, "_JitCaller", _PythonCaller)

#: NumPy's scalar classes, as ``_learn`` takes them.
_SCALARS = {f"numpy.{code}": np.dtype(code).type for code in ARRAY_DTYPES}


def teach(caller: Any, args: tuple[Any, ...], found: Specialisation) -> None:
    """Let a caller find a specialisation by itself.

    Parameters
    ----------
    caller
        One of ``Caller``'s.
    args
        Arguments of a call that it is for.
    found
        The specialisation.
    """
    if found.converts_result:
        return
    types = [*texts(found.types), *map(str, found.hidden)]
    classes = {**_SCALARS, **found.named}
    converts = found.signature is not None
    entry = (args, types, found.result, found.slots, found.loaded.pointer, classes, found.program.arrays, converts)
    caller._learn(*entry, found)


class Dispatcher(Caller):  # type: ignore[misc]
    """A function that ``jit`` or ``njit`` was put over.

    Parameters
    ----------
    function
        The plain one.
    options
        How it is compiled.
    signatures
        What it may be called with; anything, where there is none.

    Attributes
    ----------
    py_func
        The plain function.
    signatures
        Argument types that it is compiled for, as tuples.
    """

    def __init__(self, function: types.FunctionType, options: Options, signatures: Sequence[Signature] = ()) -> None:
        self.py_func = function
        self.targetoptions = dict(options.given)
        self._options = options
        self._declared = list(signatures)
        self._parameters = list(inspect.signature(function).parameters.values())
        self._plain = all(each.kind in _POSITIONAL for each in self._parameters)
        self._starred = any(each.kind is inspect.Parameter.VAR_POSITIONAL for each in self._parameters)
        self._taught: set[Specialisation] = set()
        self._known: dict[tuple[Any, ...], Specialisation] = {}
        self._refused: set[tuple[Any, ...]] = set()
        #: By the compiled functions that are handed over.
        self._programs: dict[tuple[Any, ...], Program] = {}
        self._warned = False
        functools.update_wrapper(self, function)
        setattr(self, MARK, function)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def __repr__(self) -> str:
        return f"<ferrodide.jit {self.py_func.__module__}.{self.py_func.__qualname__}>"

    def _miss(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A call that is not known yet, or not to be known without Python."""
        if self._options.plain or not _runtime.in_pyodide():
            return self.py_func(*args, **kwargs)
        try:
            arguments = self._bind(args, kwargs)
            specialisation = self._find(arguments)
        except JitError as error:
            if self._options.nopython:
                raise error.with_traceback(None) from None
            self._warn(error)
            return self.py_func(*args, **kwargs)
        if specialisation is None:
            return self.py_func(*args, **kwargs)
        if not kwargs:
            self._teach(args, arguments, specialisation)
        return specialisation(arguments)

    def _teach(self, args: tuple[Any, ...], arguments: Sequence[Any], found: Specialisation) -> None:
        """Let the next call like this one find its specialisation at once."""
        if found in self._taught or self._starred or any(given is not OMITTED for given in arguments[len(args) :]):
            return
        if any(map(is_known, args)):
            return
        self._taught.add(found)
        teach(self, args, found)

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Sequence[Any]:
        """One argument for each parameter; OMITTED where its default counts."""
        if not kwargs and self._plain and len(args) == len(self._parameters):
            return args
        try:
            bound = inspect.signature(self.py_func).bind(*args, **kwargs).arguments
        except TypeError:
            # Python says best what is wrong with the call.
            self.py_func(*args, **kwargs)
            raise
        arguments = []
        for each in self._parameters:
            if each.name in bound:
                arguments.append(bound[each.name])
            elif each.kind is inspect.Parameter.VAR_POSITIONAL:
                arguments.append(())
            elif each.kind is inspect.Parameter.VAR_KEYWORD:
                continue
            else:
                arguments.append(OMITTED if default_value(each.default) is not None else each.default)
        return arguments

    def _types(self, arguments: Sequence[Any]) -> str:
        types = []
        for each, given in zip(self._parameters, arguments, strict=False):
            try:
                # A function is known while compiling, as a default is.
                known = given is OMITTED or is_known(given)
                types.append("omitted" if known else type_of(given, f"the argument {each.name}"))
            except TypingError as error:
                raise self._placed(error, each.name) from None
        return " ".join(types)

    def _placed(self, error: TypingError, name: str) -> TypingError:
        """An error of an argument, with the place of its parameter."""
        with contextlib.suppress(UnsupportedError):
            source = source_of(self.py_func)
            node = next(each for each in ast.walk(source.node.args) if isinstance(each, ast.arg) and each.arg == name)
            position = f"{node.lineno}:{node.col_offset}:{node.end_lineno}:{node.end_col_offset}"
            return TypingError(error.reason, hint=error.hint, file=source.file, position=position)
        return error

    def _find(self, arguments: Sequence[Any]) -> Specialisation | None:
        """The specialisation for arguments, compiled if it is the first; None where it does not compile."""
        types = self._types(arguments)
        # Two classes of named tuples may have one name.
        named = _named(arguments) if "(" in types else {}
        handed = {each.name: given for each, given in zip(self._parameters, arguments, strict=False) if is_known(given)}
        key = (types, *named.values(), *handed.items())
        if key in self._refused:
            return None
        found = self._known.get(key)
        if found is not None and found.fits():
            return found
        try:
            found = self._known[key] = self._compile(types, named, handed)
        except JitError:
            if not self._options.nopython:
                self._refused.add(key)
            raise
        return found

    def _compile(self, types: str, named: Mapping[str, Any], handed: Mapping[str, Any]) -> Specialisation:
        program = self._programs.get(tuple(handed.items()))
        if program is None or not program.is_current():
            program = self._programs[tuple(handed.items())] = build(self.py_func, handed)
        for name, made in program.named.items():
            if named.get(name, made) is not made:
                raise TypingError(f"there are two classes {name}, one of an argument and one in the function.")
        signature, wanted = None, types
        if self._declared:
            signature, wanted = self._declaration(types)
        hidden = " ".join(str(array_type(each, readonly=True)) for each in program.arrays)
        text, options = f"{wanted} {hidden}".strip(), self._options.text(interruptible=_interruptible())
        key = _cache.key_of(program.text, text, options) if self._options.cache else ""
        answer = _cache.load(key) if key else None
        if answer is None:
            answer = compile_text(program.text, text, options)
            if key:
                _cache.save(key, answer)
        made = Specialisation(program, wanted, answer, {**program.named, **named}, signature)
        if signature is not None and signature.return_type is not None:
            _check_result(signature.return_type, made)
        return made

    def _declaration(self, types: str) -> tuple[Signature, str]:
        """The declared signature that arguments go with, and the types that they are converted to."""
        actual = parse(types)
        signature = best_signature(self._declared, actual)
        if signature is None:
            given = ", ".join(repr(from_text(each)) for each in actual)
            known = " ".join(f"({', '.join(map(repr, each.args))})" for each in self._declared)
            raise TypingError(f"no declared signature takes ({given}); there are: {known}")
        return signature, " ".join(declared.text(each) for declared, each in zip(signature.args, actual, strict=True))

    def _warn(self, error: JitError) -> None:
        if self._warned:
            return
        self._warned = True
        warnings.warn(
            f"ferrodide: {self.py_func.__qualname__} runs as plain Python, since it does not compile:\n{error}",
            JitWarning,
            # A caller in Rust has no frame.
            stacklevel=4 if Caller is _PythonCaller else 3,
        )

    def __reduce__(self) -> str:
        # As a function: by its name.
        return self.py_func.__qualname__

    # What Numba's dispatchers have.

    @property
    def signatures(self) -> list[tuple[NumbaType | None, ...]]:
        """The argument types that it is compiled for."""
        return [tuple(map(from_text, parse(each.types))) for each in self._known.values()]

    nopython_signatures = signatures

    @property
    def overloads(self) -> dict[tuple[NumbaType | None, ...], Specialisation]:
        """The specialisations, by their argument types."""
        return dict(zip(self.signatures, self._known.values(), strict=True))

    def recompile(self) -> None:
        """Forget what is compiled; global names are looked up again."""
        self._forget()
        self._known.clear()
        self._taught.clear()
        self._refused.clear()
        self._programs.clear()

    def inspect_types(self, file: TextIO | None = None) -> None:
        """Print the types of each specialisation.

        Parameters
        ----------
        file
            Where to; standard output unless told.
        """
        for each in self._known.values():
            arguments = ", ".join(repr(from_text(one)) for one in parse(each.types))
            result = ", ".join(repr(from_text(one)) for one in parse(each.result))
            print(f"{self.py_func.__qualname__}({arguments}) -> {result}", file=file or sys.stdout)

    def inspect_wasm(self, signature: tuple[NumbaType | None, ...] | None = None) -> Any:
        """The compiled modules in WebAssembly's text form.

        Parameters
        ----------
        signature
            Argument types, as in ``signatures``; all unless told.

        Returns
        -------
        str or dict
            The text of one, or the texts by their argument types.
        """
        wat: Callable[[bytes], str] | None = getattr(kernels, "_jit_wat", None)
        if wat is None:
            raise UnsupportedError("the kernels in use here come without the text form of WebAssembly.")
        texts = {types: wat(each.wasm) for types, each in self.overloads.items()}
        return texts if signature is None else texts[signature]

    def explain(self) -> str:
        """What was vectorised, where bounds checks stayed, and why: a paragraph for each specialisation."""
        parts = [
            f"{self.py_func.__qualname__}({each.types}) -> {each.result}\n{each.report}"
            for each in self._known.values()
        ]
        return "\n".join(parts) or f"{self.py_func.__qualname__} is not compiled yet: call it first."


def _named(found: Any) -> dict[str, Any]:
    """The classes of the named tuples among arguments, by their names."""
    known: dict[str, Any] = {}
    if isinstance(found, (tuple, list)):
        if fields_of(found) is not None:
            known[type(found).__name__] = type(found)
        for each in found:
            known |= _named(each)
    return known


def _returns_as_is(declared: NumbaType, result: str) -> bool:
    """Whether a result needs no conversion to what is declared."""
    (actual,) = parse(result)
    return not isinstance(declared, Number) or declared.text(actual) == _WIDE.get(actual.kind, actual.kind)


_WIDE = {"int": "i8", "float": "f8", "complex": "c16", "bool": "b1"}


def _check_result(declared: NumbaType, made: Specialisation) -> None:
    (actual,) = parse(made.result)
    if declared.distance(actual) is None:
        raise TypingError(f"the function returns {from_text(actual)}, and is declared to return {declared}.")
