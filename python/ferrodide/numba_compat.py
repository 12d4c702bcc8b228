"""Libraries that say ``import numba``, in a Python that has none: they get :mod:`ferrodide.jit` under its name."""

from __future__ import annotations

import sys
import types
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NoReturn

import numpy as np

from . import __version__ as _version

__all__ = ["install", "uninstall"]

#: The Numba whose names these are.
_NUMBA = "0.61.0"

#: What Numba has and this has not, and what to do.
_ABSENT = {
    "cfunc": "A C callback does not compile.",
    "jitclass": "A compiled class does not compile; use functions over arrays or named tuples.",
    "stencil": "A stencil does not compile; write its loop with @njit.",
    "objmode": "There is no way back to Python objects within a compiled function.",
    "generated_jit": "Use @njit: None and strings are told apart while compiling.",
    "overload": "Numba's extension interface is LLVM's; write the function itself with @njit.",
    "overload_method": "Numba's extension interface is LLVM's; write a function with @njit.",
    "overload_attribute": "Numba's extension interface is LLVM's; write a function with @njit.",
    "intrinsic": "Numba's extension interface is LLVM's; write a function with @njit.",
    "typeof_impl": "Numba's extension interface is LLVM's.",
    "type_callable": "Numba's extension interface is LLVM's.",
    "lower_builtin": "Numba's extension interface is LLVM's.",
    "register_model": "Numba's extension interface is LLVM's.",
    "models": "Numba's extension interface is LLVM's.",
    "unbox": "Numba's extension interface is LLVM's.",
    "box": "Numba's extension interface is LLVM's.",
    "NativeValue": "Numba's extension interface is LLVM's.",
    "make_attribute_wrapper": "Numba's extension interface is LLVM's.",
}
_EXTENDING = [name for name in _ABSENT if name not in ("cfunc", "jitclass", "stencil", "objmode", "generated_jit")]


class _Absent:
    """A name of Numba's that can be imported, and says at its use that it is not there."""

    def __init__(self, name: str, reason: str) -> None:
        self._text = f"ferrodide.numba_compat has no numba.{name}: {reason}"

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError(self._text)

    __call__ = __enter__ = _refuse

    def __exit__(self, *args: Any) -> None:
        raise AssertionError("never entered")

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotImplementedError(self._text)


def _register_jitable(*args: Any, **options: Any) -> Any:
    """A function that runs as Python where it is called from Python, and compiled where from compiled code."""
    from .jit._program import MARK

    def decorate(function: types.FunctionType) -> types.FunctionType:
        setattr(function, MARK, function)
        return function

    return decorate(args[0]) if args else decorate


def _known_as(name: str, function: Any) -> Any:
    """A function that compiled code knows by a name of the compiler's."""

    def known(*args: Any) -> Any:
        return function(*args)

    vars(known)["__ferrodide_name__"] = name
    return known


def _one_thread(count: int) -> None:
    if count != 1:
        raise ValueError(f"The number of threads must be 1, and not {count}: Pyodide has one.")


def _modules() -> dict[str, types.ModuleType]:
    jit, jit_typed = import_module("ferrodide.jit"), import_module("ferrodide.jit._typed")
    made = {name: types.ModuleType(name, __doc__) for name in _NAMES}
    for module in made.values():
        vars(module)["__ferrodide__"] = True
        module.__path__ = []
    top, names = made["numba"], vars(jit.types)
    vars(made["numba.types"]).update(names)
    vars(made["numba.core.types"]).update(names)
    vars(top).update(names)
    vars(top).update({name: getattr(jit, name) for name in ("guvectorize", "njit", "prange", "vectorize")})
    vars(top).update(
        jit=jit.jit,
        pndindex=_known_as("numpy.ndindex", np.ndindex),
        literal_unroll=_known_as("ferrodide.literal_unroll", lambda container: container),
        typeof=_known_as("ferrodide.typeof", _typeof),
        set_num_threads=_known_as("ferrodide.set_num_threads", _one_thread),
        get_num_threads=_known_as("ferrodide.get_num_threads", lambda: 1),
        get_thread_id=_known_as("ferrodide.get_thread_id", lambda: 0),
        threading_layer=lambda: "none",
        NumbaError=jit.JitError,
        NumbaWarning=jit.JitWarning,
        __version__=_NUMBA,
        version_info=tuple(int(part) for part in _NUMBA.split(".")),
    )
    vars(top).update({name: _Absent(name, reason) for name, reason in _ABSENT.items() if name not in _EXTENDING})
    extending = made["numba.extending"]
    vars(extending).update({name: _Absent(f"extending.{name}", _ABSENT[name]) for name in _EXTENDING})
    vars(extending).update(register_jitable=_register_jitable, is_jitted=_is_jitted)
    errors = {
        "NumbaError": jit.JitError,
        "NumbaWarning": jit.JitWarning,
        "NumbaPerformanceWarning": jit.JitWarning,
        "NumbaDeprecationWarning": jit.JitWarning,
        "NumbaPendingDeprecationWarning": jit.JitWarning,
        "NumbaExperimentalFeatureWarning": jit.JitWarning,
        "TypingError": jit.TypingError,
        "UnsupportedError": jit.UnsupportedError,
        "UnsupportedBytecodeError": jit.UnsupportedError,
    }
    vars(made["numba.core.errors"]).update(errors)
    vars(made["numba.experimental"])["jitclass"] = _Absent("experimental.jitclass", _ABSENT["jitclass"])
    vars(made["numba.typed"]).update(List=jit_typed.List, Dict=_Absent("typed.Dict", "use an array or a tuple."))
    vars(made["numba.core.config"]).update(DISABLE_JIT=False, NUMBA_NUM_THREADS=1, THREADING_LAYER="none")
    vars(made["numba.core.registry"])["CPUDispatcher"] = jit.Dispatcher
    vars(made["numba.core.dispatcher"])["Dispatcher"] = jit.Dispatcher
    for name, module in made.items():
        parent, _, own = name.rpartition(".")
        if parent:
            vars(made[parent])[own] = module
    vars(top)["errors"], vars(top)["config"] = made["numba.core.errors"], made["numba.core.config"]
    return made


_NAMES = (
    "numba",
    "numba.core",
    "numba.core.config",
    "numba.core.dispatcher",
    "numba.core.errors",
    "numba.core.registry",
    "numba.core.types",
    "numba.experimental",
    "numba.extending",
    "numba.typed",
    "numba.types",
)


def _typeof(found: Any) -> Any:
    """The type object of a value."""
    from .jit._numba_types import from_text
    from .jit._types import parse, type_of

    return from_text(parse(type_of(found, "the value"))[0])


def _is_jitted(found: Any) -> bool:
    return isinstance(found, import_module("ferrodide.jit").Dispatcher)


def install() -> bool:
    """Register :mod:`ferrodide.jit` as ``numba``, so that libraries which import that run in Pyodide.

    Where Numba itself is installed, it stays. Names of Numba's that there are no counterparts for can be imported, and
    say so when they are used.

    Returns
    -------
    bool
        Whether ``numba`` is ferrodide's now.

    Examples
    --------
    >>> import ferrodide.numba_compat
    >>> ferrodide.numba_compat.install()
    True
    >>> from numba import njit
    """
    present = sys.modules.get("numba")
    if getattr(present, "__ferrodide__", False):
        return True
    if present is not None or find_spec("numba") is not None:
        return False
    made = _modules()
    made["numba"].__doc__ = f"ferrodide {_version} in Numba's place."
    sys.modules.update(made)
    return True


def uninstall() -> None:
    """Take ``numba`` out again, if it is ferrodide's. What was imported from it goes on."""
    for name in _NAMES:
        if getattr(sys.modules.get(name), "__ferrodide__", False):
            del sys.modules[name]
