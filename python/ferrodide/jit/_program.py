"""A function, and the compiled functions that it refers to, in the wire form that the compiler reads."""

from __future__ import annotations

import builtins
import enum
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ._names import Absent, canonical, describe, quote, unsupported, value
from ._numba_types import NumbaType, Number, text_of
from ._source import Source, source_of
from ._types import array_type, fields_of
from ._wire import Writer

__all__ = ["Program", "Reference", "build", "default_value", "is_known", "plain_function"]

#: The attribute by which a compiled function is known: the plain one.
MARK = "__ferrodide_jit__"

_CONTAINERS = (types.ModuleType, type, enum.Enum)
_CONSTANT_CALLS = (np.finfo, np.iinfo, np.dtype)
_INFOS = (np.finfo, np.iinfo)


def plain_function(found: Any) -> types.FunctionType | None:
    """The plain function of a compiled one."""
    marked = getattr(found, MARK, None)
    return marked if isinstance(marked, types.FunctionType) else None


def is_known(found: Any) -> bool:
    """Whether an argument is a function, or a type, that is known while compiling."""
    return plain_function(found) is not None or (callable(found) and canonical(found) is not None)


@dataclass(frozen=True)
class Reference:
    """A name outside the function, and what it stood for when the program was built."""

    read: Callable[[], Any]
    found: Any

    def holds(self) -> bool:
        try:
            return self.read() is self.found
        except (KeyError, ValueError):
            return False


@dataclass
class Program:
    """What the compiler is given, and what Python must keep for it."""

    entry: Source
    text: str = ""
    #: The functions of the program by their numbers; the entry is the first.
    sources: list[Source] = field(default_factory=list)
    #: Global arrays, in the order of their numbers.
    arrays: list[np.ndarray[Any, Any]] = field(default_factory=list)
    #: Exceptions that are not Python's own, by the name that the program has for them.
    exceptions: dict[str, type[BaseException]] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    #: The classes of the named tuples, and of the enums, that it makes, by their names.
    named: dict[str, Any] = field(default_factory=dict)

    def is_current(self) -> bool:
        """Whether every name still stands for what it did."""
        return all(each.holds() for each in self.references)

    def name_at(self, file: str, line: int) -> str:
        """The function that a line of a file is in."""
        above = [each for each in self.sources if each.file == file and each.line <= line]
        return max(above, key=lambda each: each.line).name if above else self.entry.name


class Resolver:
    """Names of one function, as Python's own scoping resolves them."""

    def __init__(self, builder: _Builder, source: Source) -> None:
        self._builder = builder
        function = source.function
        self._globals = function.__globals__
        self._cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))

    def name(self, name: str) -> Any:
        """What a name outside the function stands for."""
        if name in self._cells:
            cell = self._cells[name]
            try:
                found = cell.cell_contents
            except ValueError:
                raise Absent(f"the variable {name} of the function around, which has no value yet") from None
            self._builder.refer(lambda: cell.cell_contents, found)
            return found
        if name in self._globals:
            space = self._globals
            found = space[name]
            self._builder.refer(lambda: space[name], found)
            return found
        if hasattr(builtins, name):
            return getattr(builtins, name)
        raise Absent(f"the name {name}, which is not defined")

    def attribute(self, base: Any, name: str) -> Any:
        """An attribute of something that is known while compiling."""
        try:
            found = getattr(base, name)
        except AttributeError:
            raise Absent(f"{_path(base)}.{name}, which does not exist") from None
        space = getattr(base, "__dict__", {})
        if isinstance(base, types.ModuleType) and name in space and not base.__name__.startswith("numpy"):
            self._builder.refer(lambda: space[name], found)
        return found

    @staticmethod
    def opens(base: Any) -> bool:
        """Whether the attributes of an object are looked up while compiling."""
        if isinstance(base, (*_CONTAINERS, *_INFOS, np.dtype)):
            return True
        return isinstance(base, tuple) and hasattr(base, "_fields")

    @staticmethod
    def called(function: Any) -> bool:
        """Whether a call with constant arguments is made while compiling."""
        return any(function is each for each in _CONSTANT_CALLS)

    def value(self, found: Any) -> str | None:
        """A found object as a VALUE; None of a NumPy scalar, and of a tuple with one, which are expressions."""
        return self._builder.value(found)

    def exception(self, found: Any) -> str | None:
        """The name of an exception's class."""
        return self._builder.exception(found)

    def member(self, found: enum.Enum) -> tuple[str, int]:
        """A member of an enum, as its class and its value."""
        return self._builder.member(found)


def _path(base: Any) -> str:
    return str(getattr(base, "__name__", None) or type(base).__name__)


def default_value(found: Any) -> str | None:
    """A parameter's default in the wire form; None of one that Python hands over as an argument."""
    if isinstance(found, np.generic) and not isinstance(found, np.bool):
        return None
    return value(found)


class _Builder:
    def __init__(self) -> None:
        self.sources: list[Source] = []
        self.texts: list[str] = []
        self.arrays: list[np.ndarray[Any, Any]] = []
        self.exceptions: dict[str, type[BaseException]] = {}
        self.references: list[Reference] = []
        self.named: dict[str, Any] = {}
        self._numbers: dict[int, int] = {}
        self._waiting: list[types.FunctionType] = []

    def refer(self, read: Callable[[], Any], found: Any) -> None:
        self.references.append(Reference(read, found))

    def number(self, function: types.FunctionType) -> int:
        """The number of a function of the program, which it becomes by this."""
        number = self._numbers.get(id(function))
        if number is None:
            number = self._numbers[id(function)] = len(self._numbers)
            self._waiting.append(function)
        return number

    def value(self, found: Any) -> str | None:
        constant = value(found)
        if constant is not None:
            return constant
        compiled = plain_function(found)
        if compiled is not None:
            return f"(jit {self.number(compiled)})"
        if isinstance(found, np.generic) or (isinstance(found, tuple) and all(map(self._has_form, found))):
            return None
        if type(found) is np.ndarray:
            code = array_type(found, readonly=True)
            if code is not None:
                return f"(array {self._array(found)} {code})"
        if isinstance(found, NumbaType) and not isinstance(found, Number):
            return f"(str {quote(text_of(found))})"
        if isinstance(found, type) and issubclass(found, tuple) and fields_of(found) is not None:
            return self._class(found, fields_of(found) or (), getattr(found, "_field_defaults", {}))
        name = canonical(found)
        if name is not None:
            return f'(function "{name}")'
        if isinstance(found, type) and issubclass(found, BaseException):
            return f'(function "{self.exception(found)}")'
        if isinstance(found, enum.Enum) and type(found.value) is int:
            return None
        return None if isinstance(found, tuple) else unsupported(describe(found))

    def _class(self, found: type, fields: tuple[str, ...], defaults: dict[str, Any]) -> str:
        """The class of a named tuple, or of an enum whose members are one of an int."""
        name = found.__name__
        if self.named.setdefault(name, found) is not found or name == "list":
            return unsupported(f"{name}, a second class of this name")
        known = " ".join((value(defaults[each]) if each in defaults else None) or "_" for each in fields)
        return f'(class "{name}" ({" ".join(map(quote, fields))}) ({known}))'

    def member(self, found: enum.Enum) -> tuple[str, int]:
        """A member of an enum, as its class and its value."""
        return self._class(type(found), ("value",), {}), found.value

    def _has_form(self, found: Any) -> bool:
        form = self.value(found)
        return form is None or not form.startswith("(unsupported")

    def exception(self, found: Any) -> str | None:
        if not (isinstance(found, type) and issubclass(found, BaseException)):
            return None
        own: str = found.__name__
        if vars(builtins).get(own) is found:
            return own
        name = f"{found.__module__}.{found.__qualname__}"
        self.exceptions[name] = found
        return name

    def _array(self, found: np.ndarray[Any, Any]) -> int:
        for number, each in enumerate(self.arrays):
            if each is found:
                return number
        self.arrays.append(found)
        return len(self.arrays) - 1

    def build(self, function: types.FunctionType, given: Mapping[str, Any]) -> Program:
        self.number(function)
        handed = {name: self.value(each) for name, each in given.items()}
        while self._waiting:
            source = source_of(self._waiting.pop(0))
            self.sources.append(source)
            number = self._numbers[id(source.function)]
            defaults = {**_defaults(source.function), **(handed if number == 0 else {})}
            self.texts.append(Writer(source, Resolver(self, source)).function(number, defaults))
        text = f"(program {' '.join(self.texts)})"
        return Program(self.sources[0], text, self.sources, self.arrays, self.exceptions, self.references, self.named)


def _defaults(function: types.FunctionType) -> dict[str, str | None]:
    """The wire form of each parameter's default."""
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    positional = function.__defaults__ or ()
    defaults = dict(zip(names[len(names) - len(positional) :], positional, strict=True))
    defaults.update(function.__kwdefaults__ or {})
    return {name: default_value(default) for name, default in defaults.items()}


def build(function: types.FunctionType, given: Mapping[str, Any] | None = None) -> Program:
    """Write a function and all compiled ones that it refers to.

    Parameters
    ----------
    function
        The plain function.
    given
        The compiled functions that are handed to it, by the parameters' names: they become their defaults.

    Returns
    -------
    Program

    Raises
    ------
    UnsupportedError
        Where the source of one of them is not to be had.
    """
    return _Builder().build(function, given or {})
