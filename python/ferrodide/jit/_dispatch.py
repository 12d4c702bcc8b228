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
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TextIO

import numpy as np

from .._backend import backend, kernels
from . import _cache, _compiler, _runtime
from ._calling import Marshal
from ._errors import InternalError, JitError, JitWarning, TypingError, UnsupportedError, failure, raised_at
from ._names import ARRAY_DTYPES
from ._numba_types import NumbaType, Number, Signature, best_signature, from_text
from ._options import Options
from ._program import MARK, Program, build, default_value, is_known
from ._source import remember, source_of
from ._types import array_type, fields_of, parse, texts, type_of

__all__ = ["Caller", "Dispatcher", "PythonCaller", "Specialisation", "compile_text", "interruptible", "teach"]

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
    compiler = getattr(kernels, "_jit_compile", None) or _compiler.here()
    if compiler is None:
        raise UnsupportedError(
            f"the kernels in use here ({backend()}) come without the compiler.",
            hint="Install the compiled wheel for this Pyodide.",
        )
    answer: tuple[Any, ...] = compiler(program, types, options)
    if answer[0] != "ok":
        raise failure(answer)
    return answer


def interruptible() -> bool:
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
    polls
        Whether its loops ask for signals.
    """

    def __init__(
        self,
        program: Program,
        types: str,
        answer: tuple[Any, ...],
        named: Mapping[str, Any],
        signature: Signature | None,
        *,
        polls: bool = False,
    ) -> None:
        _, self.wasm, self.result, self.slots, self.errors, self.imports, self.report = answer
        self.program = program
        self.types = types
        self.signature = signature
        self.named = dict(named)
        self.polls = polls
        #: What became of it in the cache, for a person.
        self.kept = ""
        returned = None if signature is None else signature.return_type
        self.converts_result = returned is not None and not _returns_as_is(returned, self.result)
        self.hidden = [array_type(each, readonly=True) for each in program.arrays]
        self.loaded = _runtime.load(self.wasm, self.imports)
        self._release = weakref.finalize(self, _runtime.release, self.loaded.pointer)
        self._release.atexit = False

    @functools.cached_property
    def _marshal(self) -> Marshal:
        hidden = " ".join(filter(None, self.hidden))
        return Marshal(f"{self.types} {hidden}".strip(), self.result, self.slots, self.named, _runtime.free)

    def fits(self) -> bool:
        """Whether the global arrays are still what it is for, and a page that has come to interrupt can do so."""
        return (self.polls or not interruptible()) and all(
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


class PythonCaller:
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
Caller: Any = getattr(kernels, "_JitCaller", PythonCaller)

#: NumPy's scalar classes, as ``_learn`` takes them.
_SCALARS = {f"numpy.{code}": np.dtype(code).type for code in ARRAY_DTYPES}


def teach(caller: Any, args: tuple[Any, ...], found: Specialisation) -> bool:
    """Let a caller find a specialisation by itself.

    Parameters
    ----------
    caller
        One of ``Caller``'s.
    args
        Arguments of a call that it is for.
    found
        The specialisation.

    Returns
    -------
    bool
        Whether it can, by now.
    """
    if found.converts_result or Caller is PythonCaller:
        return False
    types = [*texts(found.types), *map(str, found.hidden)]
    classes = {**_SCALARS, **found.named}
    converts = found.signature is not None
    entry = (args, types, found.result, found.slots, found.loaded.pointer, classes, found.program.arrays, converts)
    caller._learn(*entry, 0 if found.polls else _runtime.signals_at(), found)
    return True


class CacheStats(NamedTuple):
    """As Numba's ``f.stats``."""

    cache_path: str
    cache_hits: Counter[tuple[NumbaType | None, ...]]
    cache_misses: Counter[tuple[NumbaType | None, ...]]


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
        self._hits: Counter[tuple[NumbaType | None, ...]] = Counter()
        self._misses: Counter[tuple[NumbaType | None, ...]] = Counter()
        if options.cache and _runtime.in_pyodide():
            _cache.begin()
        remember(function)
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
        if not kwargs and self._teach(args, arguments, specialisation):
            return self(*args)
        return specialisation(arguments)

    def _teach(self, args: tuple[Any, ...], arguments: Sequence[Any], found: Specialisation) -> bool:
        """Let calls like this one find their specialisation at once; False where they did already, or cannot."""
        if found in self._taught or self._starred or any(given is not OMITTED for given in arguments[len(args) :]):
            return False
        if any(map(is_known, args)):
            return False
        self._taught.add(found)
        return teach(self, args, found)

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
        handed = {}
        if "omitted" in types:
            pairs = zip(self._parameters, arguments, strict=False)
            handed = {each.name: given for each, given in pairs if is_known(given)}
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
        signature, wanted = None, types
        if self._declared:
            signature, wanted = self._declaration(types)
        polls = interruptible()
        options = self._options.text(interruptible=polls)
        key = _cache.key_of_function(self.py_func, wanted, options) if self._options.cache and not handed else ""
        found = _cache.load_program(key, self.py_func) if key else None
        program, answer = found or self._compile_text(wanted, options, handed)
        for name, made in program.named.items():
            if named.get(name, made) is not made:
                raise TypingError(f"there are two classes {name}, one of an argument and one in the function.")
        made = Specialisation(program, wanted, answer, {**program.named, **named}, signature, polls=polls)
        if signature is not None and signature.return_type is not None:
            _check_result(signature.return_type, made)
        if key:
            made.kept = self._keep(key, made, answer, found is not None)
        return made

    def _compile_text(self, wanted: str, options: str, handed: Mapping[str, Any]) -> tuple[Program, tuple[Any, ...]]:
        program = self._programs.get(tuple(handed.items()))
        if program is None or not program.is_current():
            program = self._programs[tuple(handed.items())] = build(self.py_func, handed)
        hidden = " ".join(str(array_type(each, readonly=True)) for each in program.arrays)
        return program, compile_text(program.text, f"{wanted} {hidden}".strip(), options)

    def _keep(self, key: str, made: Specialisation, answer: tuple[Any, ...], was_kept: bool) -> str:
        """Put into the cache what was not from there, and say what became of it."""
        types = tuple(map(from_text, parse(made.types)))
        (self._hits if was_kept else self._misses)[types] += 1
        here = _cache.store()
        if was_kept:
            return f"Compiled code was taken from the cache ({here.where})."
        if made.program.kept is None:
            return "It is not kept in the cache: an object that it refers to is not found by a name."
        before = here.reason
        _cache.save(key, answer, made.program.kept)
        if here.failed:
            return f"It is not kept in the cache: {here.reason}."
        return f"It was compiled and goes into the cache ({here.where}).{f' {before}.' if before else ''}"

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
            stacklevel=4 if Caller is PythonCaller else 3,
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
    def stats(self) -> CacheStats:
        """What the cache had, and had not, by argument types; of a function with ``cache=True``."""
        where = getattr(_cache.store(), "folder", _cache.store().where)
        return CacheStats(str(where), self._hits, self._misses)

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

    def inspect_types(self, file: TextIO | None = None, signature: tuple[NumbaType | None, ...] | None = None) -> None:
        """Print the types of arguments and results.

        Parameters
        ----------
        file
            Where to; standard output unless told.
        signature
            Argument types, as in ``signatures``; all unless told.
        """
        for types_of, each in self.overloads.items():
            if signature is not None and types_of != signature:
                continue
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
        from ._wat import wat

        texts = {types: wat(each.wasm) for types, each in self.overloads.items()}
        return texts if signature is None else texts[signature]

    def explain(self) -> str:
        """What was vectorised, where bounds checks stayed, and why: a paragraph for each specialisation."""
        parts = []
        for each in self._known.values():
            parts += [f"{self.py_func.__qualname__}({each.types}) -> {each.result}", each.report, each.kept]
        return "\n".join(filter(None, parts)) or f"{self.py_func.__qualname__} is not compiled yet: call it first."


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
