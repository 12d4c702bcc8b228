"""What the packages import, as far as they need it to say which of their functions are compiled.

``numba`` is a stand-in whose decorators only note what they are given. Any other module that is missing here, and
whatever else of Numba's is asked for, is something that can be called, subscripted and subclassed, and does nothing.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Iterator, Sequence
from typing import Any

from ferrodide.jit._numba_types import namespace
from ferrodide.jit._program import MARK
from ferrodide.jit._typed import List

PROBED = {"__file__", "__path__", "__spec__", "__wrapped__", "_fields", "_make"}


class Missing:
    """Anything of a module that is not there."""

    def __init__(self, module: str, name: str = "") -> None:
        self.__module__ = module
        self.__qualname__ = self.__name__ = name or module

    def __getattr__(self, name: str) -> Missing:
        if (name.startswith("__") and name.endswith("__")) or name in PROBED or name == MARK:
            raise AttributeError(name)
        return Missing(self.__module__, f"{self.__qualname__}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # As a decorator it leaves the function as it is.
        return args[0] if len(args) == 1 and isinstance(args[0], types.FunctionType) and not kwargs else self

    def __getitem__(self, key: Any) -> Missing:
        return self

    def __or__(self, other: Any) -> Missing:
        return self

    __ror__ = __or__

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __bool__(self) -> bool:
        return False

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return ()


class MissingModule(types.ModuleType):
    """A module that is not there."""

    __path__: Sequence[str] = ()

    def __getattr__(self, name: str) -> Any:
        if (name.startswith("__") and name.endswith("__")) or name in PROBED:
            raise AttributeError(name)
        return Missing(self.__name__, name)


class Prange:
    """``numba.prange``."""

    __ferrodide_name__ = "ferrodide.prange"

    def __call__(self, *args: int) -> range:
        return range(*args)


def known_as(name: str) -> Any:
    """A function that compiled code knows by a name of the compiler's."""

    def known(*args: Any) -> Any:
        return args[0] if args else 1

    vars(known)["__ferrodide_name__"] = name
    return known


class Noted:
    """A function that a decorator of Numba's was put on."""

    def __init__(self, function: types.FunctionType, kind: str, declared: Any, layout: str, options: dict[str, Any]):
        self.function = function
        self.kind = kind
        self.declared = declared
        self.layout = layout
        self.options = options
        self.py_func = function
        self.__name__ = function.__name__
        self.__wrapped__ = function
        setattr(self, MARK, function)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)


class Decorator:
    """A decorator of Numba's, as it is or with arguments."""

    def __init__(
        self, kind: str, declared: Any = None, layout: str = "", options: dict[str, Any] | None = None
    ) -> None:
        self.kind = kind
        self.declared = declared
        self.layout = layout
        self.options = options or {}

    def __call__(self, *args: Any, **options: Any) -> Any:
        found = args[0] if args else None
        if isinstance(found, Noted):
            found = found.function
        if isinstance(found, types.FunctionType):
            return Noted(found, self.kind, self.declared, self.layout, {**self.options, **options})
        declared = found if found is not None else options.get("signature", options.get("ftylist", self.declared))
        if self.kind == "vectorize" and len(args) == 0:
            declared = None
        layout = args[1] if len(args) > 1 and isinstance(args[1], str) else self.layout
        return Decorator(self.kind, declared, layout, {**self.options, **options})


KINDS = {"jit": "jit", "njit": "jit", "generated_jit": "jit", "vectorize": "vectorize", "guvectorize": "guvectorize"}


def _register_jitable(*args: Any, **options: Any) -> Any:
    """The function itself, which compiled ones may call."""

    def decorate(function: Any) -> Any:
        setattr(function, MARK, function)
        return function

    return decorate(args[0]) if args else decorate


def numba() -> types.ModuleType:
    """The stand-in, which is a package with whatever module is asked for in it."""
    module = MissingModule("numba")
    for name, kind in KINDS.items():
        setattr(module, name, Decorator(kind))
    names = namespace()
    kinds = MissingModule("numba.types")
    for each in (module, kinds):
        for name, found in names.items():
            setattr(each, name, found)
    module.types = kinds
    module.prange = Prange()
    module.pndindex = known_as("numpy.ndindex")
    for name in ("typeof", "literal_unroll", "get_num_threads", "set_num_threads", "get_thread_id"):
        setattr(module, name, known_as(f"ferrodide.{name}"))
    module.__version__ = "0.68.1"
    module.config = MissingModule("numba.core.config")
    module.config.NUMBA_NUM_THREADS = module.config.NUMBA_DEFAULT_NUM_THREADS = 1
    module.typed = MissingModule("numba.typed")
    module.typed.List = List
    core = MissingModule("numba.core")
    core.types = kinds
    module.core = core
    extending = MissingModule("numba.extending")
    extending.register_jitable = _register_jitable
    module.extending = extending
    sys.modules.update({"numba": module, "numba.types": kinds, "numba.core": core, "numba.core.types": kinds})
    sys.modules.update({"numba.extending": extending, "numba.typed": module.typed, "numba.core.config": module.config})
    sys.meta_path.insert(0, _Submodules())
    return module


class _Submodules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Whatever else of the package is imported."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name.startswith("numba.") else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return MissingModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass
