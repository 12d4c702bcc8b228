"""A function, and the compiled functions that it refers to, in the wire form that the compiler reads."""

from __future__ import annotations

import builtins
import enum
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ._identity import MARK, Identity, plain_function
from ._names import Absent, canonical, describe, quote, unsupported, value
from ._numba_types import NumbaType, Number, text_of
from ._source import Source, source_of
from ._types import array_type, fields_of
from ._wire import Writer

__all__ = ["MARK", "Program", "Reference", "build", "default_value", "is_known", "plain_function", "restore"]

_CONTAINERS = (types.ModuleType, type, enum.Enum)
_CONSTANT_CALLS = (float, np.finfo, np.iinfo, np.dtype)
_INFOS = (np.finfo, np.iinfo)

#: Modules whose attributes are the same in each run.
_STEADY = frozenset(("numpy", "math", "cmath"))


#: Where something was found: the number of a function, a name in it, and attributes behind that.
Place = tuple[int, tuple[str, ...]]


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

    #: The functions by their numbers, with file, line and name; the entry is the first.
    functions: list[tuple[str, int, str]]
    #: Nothing, of one that was kept.
    text: str = ""
    #: Global arrays, in the order of their numbers.
    arrays: list[np.ndarray[Any, Any]] = field(default_factory=list)
    #: Exceptions that are not Python's own, by the name that the program has for them.
    exceptions: dict[str, type[BaseException]] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    #: The classes of the named tuples, and of the enums, that it makes, by their names.
    named: dict[str, Any] = field(default_factory=dict)
    #: What another run needs to have the same again, and to see whether it has; None where that cannot be said.
    kept: dict[str, Any] | None = None

    def is_current(self) -> bool:
        """Whether every name still stands for what it did."""
        return all(each.holds() for each in self.references)

    def name_at(self, file: str, line: int) -> str:
        """The function that a line of a file is in."""
        above = [each for each in self.functions if each[0] == file and each[1] <= line]
        return max(above, key=lambda each: each[1])[2] if above else self.functions[0][2]


class Resolver:
    """Names of one function, as Python's own scoping resolves them."""

    def __init__(self, builder: _Builder, source: Source, number: int = 0) -> None:
        self._builder = builder
        self._number = number
        #: What was found last, and behind which names.
        self._last: tuple[Any, tuple[str, ...]] = (None, ())
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
            return self._found(found, (name,))
        if name in self._globals:
            space = self._globals
            found = space[name]
            self._builder.refer(lambda: space[name], found)
            return self._found(found, (name,))
        if hasattr(builtins, name):
            return getattr(builtins, name)
        self._builder.keeps = False
        raise Absent(f"the name {name}, which is not defined")

    def attribute(self, base: Any, name: str) -> Any:
        """An attribute of something that is known while compiling."""
        try:
            found = getattr(base, name)
        except AttributeError:
            self._builder.keeps = False
            raise Absent(f"{_path(base)}.{name}, which does not exist") from None
        space = getattr(base, "__dict__", {})
        if isinstance(base, types.ModuleType) and name in space and not base.__name__.startswith("numpy"):
            self._builder.refer(lambda: space[name], found)
        before, path = self._last
        if before is base and path:
            self._found(found, (*path, name))
            if not (isinstance(base, types.ModuleType) and base.__name__.partition(".")[0] in _STEADY):
                self._builder.attributes[self._number, (*path, name)] = found
        elif isinstance(base, (type, types.ModuleType)):
            self._builder.keeps = False
        return found

    def _found(self, found: Any, path: tuple[str, ...]) -> Any:
        self._last = found, path
        self._builder.places.setdefault(id(found), (self._number, path))
        self._builder.found.append(found)
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
        #: Whether another run can find all of it again.
        self.keeps = True
        self.found: list[Any] = []
        #: Where an object was found, by its identity; the list keeps them.
        self.places: dict[int, Place] = {}
        #: Attributes that were read, of what may be otherwise in another run.
        self.attributes: dict[Place, Any] = {}
        self.named: dict[str, Any] = {}
        self._numbers: dict[int, int] = {}
        self._waiting: list[types.FunctionType] = []
        self._callees: dict[int, Place] = {}

    def refer(self, read: Callable[[], Any], found: Any) -> None:
        self.references.append(Reference(read, found))

    def number(self, function: types.FunctionType) -> int:
        """The number of a function of the program, which it becomes by this."""
        number = self._numbers.get(id(function))
        if number is None:
            number = self._numbers[id(function)] = len(self._numbers)
            self._waiting.append(function)
        return number

    def _callee(self, found: Any, function: types.FunctionType) -> int:
        place = self.places.get(id(found))
        if place is not None:
            self._callees.setdefault(id(function), place)
        return self.number(function)

    def value(self, found: Any) -> str | None:
        constant = value(found)
        if constant is not None:
            return constant
        compiled = plain_function(found)
        if compiled is not None:
            return f"(jit {self._callee(found, compiled)})"
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
            self.texts.append(Writer(source, Resolver(self, source, number)).function(number, defaults))
        text = f"(program {' '.join(self.texts)})"
        functions = [(each.file, each.line, each.name) for each in self.sources]
        return Program(
            functions, text, self.arrays, self.exceptions, self.references, self.named, self._kept(functions)
        )

    def _kept(self, functions: list[tuple[str, int, str]]) -> dict[str, Any] | None:
        """Where all that Python must have for the compiled code is found again."""
        try:
            return (
                {
                    "functions": functions,
                    "arrays": [self.places[id(each)] for each in self.arrays],
                    "exceptions": {name: self.places[id(each)] for name, each in self.exceptions.items()},
                    "named": {name: self.places[id(each)] for name, each in self.named.items()},
                    "callees": [self._callees[id(each.function)] for each in self.sources[1:]],
                    "attributes": [[*place, _mark(each)] for place, each in self.attributes.items()],
                }
                if self.keeps
                else None
            )
        except KeyError:
            # It was an element of a tuple, say.
            return None


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


def _mark(found: Any) -> str:
    identity = Identity()
    said = identity.mark(found)
    return f"{said} {identity}"


def _look_up(function: types.FunctionType, path: list[str]) -> Any:
    """What stands behind names of a function, as a resolver finds it."""
    name, *attributes = path
    code = function.__code__
    if name in code.co_freevars:
        found = (function.__closure__ or ())[code.co_freevars.index(name)].cell_contents
    else:
        found = function.__globals__[name]
    for each in attributes:
        found = getattr(found, each)
    return found


def restore(function: types.FunctionType, kept: dict[str, Any]) -> Program | None:
    """The program of code that was kept, without its text; None where an attribute is another by now.

    Parameters
    ----------
    function
        The plain function.
    kept
        What the program said that another run needs.
    """
    functions = [function]
    try:
        for number, path in kept["callees"]:
            found = plain_function(_look_up(functions[number], path))
            if found is None:
                return None
            functions.append(found)
        places = {"arrays": kept["arrays"], **{name: kept[name].values() for name in ("exceptions", "named")}}
        found_at = {
            which: [_look_up(functions[number], path) for number, path in each] for which, each in places.items()
        }
        for number, path, said in kept["attributes"]:
            if _mark(_look_up(functions[number], path)) != said:
                return None
    except (KeyError, ValueError, AttributeError, IndexError):
        return None
    exceptions = dict(zip(kept["exceptions"], found_at["exceptions"], strict=True))
    named = dict(zip(kept["named"], found_at["named"], strict=True))
    return Program([tuple(each) for each in kept["functions"]], "", found_at["arrays"], exceptions, named=named)
