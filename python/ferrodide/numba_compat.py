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

_LLVM = "Numba's extension interface is LLVM's; write the function itself with @njit."
_CUDA = "There is no GPU here; numba.cuda.is_available() is False."

#: What Numba has and this has not, and what to do. The names in front of a dot are those of its modules.
_ABSENT = {
    "cfunc": "A C callback does not compile.",
    "stencil": "A stencil does not compile; write its loop with @njit.",
    "objmode": "There is no way back to Python objects within a compiled function.",
    "generated_jit": "Use @njit: None and strings are told apart while compiling.",
    "from_dtype": "Records do not compile.",
    "experimental.jitclass": "A compiled class does not compile; use functions over arrays or named tuples.",
    "experimental.structref": "A structure does not compile; use a named tuple.",
    **dict.fromkeys(
        (
            f"extending.{name}"
            for name in (
                "typeof_impl type_callable lower_builtin lower_cast register_model models unbox box NativeValue "
                "make_attribute_wrapper"
            ).split()
        ),
        _LLVM,
    ),
    "typed.Dict": "use an array or a tuple.",
    **dict.fromkeys((f"types.{name}" for name in ("ListType", "DictType", "Set", "List")), "use an array or a tuple."),
    **dict.fromkeys(
        (f"cuda.{name}" for name in "list_devices to_device device_array grid current_context".split()), _CUDA
    ),
    "np.linalg._LAPACK": "Write numpy.linalg's functions in compiled code.",
    "core.cgutils": _LLVM,
}

#: Decorators that libraries put over functions at their top: the module is imported, and only a use says so.
_DECORATORS = {
    "extending.overload": _LLVM,
    "extending.overload_method": _LLVM,
    "extending.overload_attribute": _LLVM,
    "extending.intrinsic": _LLVM,
    "cuda.jit": _CUDA,
}


class _Absent:
    """A name of Numba's that can be imported, and says at its use that it is not there."""

    def __init__(self, name: str, reason: str) -> None:
        self._text = f"ferrodide.numba_compat has no {name}: {reason}"
        # As an error of the compiler's calls it.
        self.__qualname__ = name

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError(self._text)

    __call__ = __enter__ = __getitem__ = _refuse

    def __exit__(self, *args: Any) -> None:
        raise AssertionError("never entered")

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotImplementedError(self._text)


def _decorator(name: str, reason: str) -> Any:
    """A decorator whose functions can be defined, and not called."""

    def stand_in(function: Any) -> Any:
        return _Absent(f"numba.{name}, which made {getattr(function, '__name__', function)}", reason)

    def decorate(*args: Any, **options: Any) -> Any:
        # `overload` is given the function that it is for.
        bare = len(args) == 1 and not options and isinstance(args[0], types.FunctionType) and "overload" not in name
        return stand_in(args[0]) if bare else stand_in

    return decorate


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
    jit = import_module("ferrodide.jit")
    gufunc = import_module("ferrodide.jit._guvectorize").GUFunc
    jit_typed = import_module("ferrodide.jit._typed")
    made = {name: types.ModuleType(name, __doc__) for name in _NAMES}
    for module in made.values():
        vars(module)["__ferrodide__"] = True
        module.__path__ = []

    def put(module: str, **names: Any) -> None:
        vars(made[module]).update(names)

    names = vars(jit.types)
    put("numba.types", **names, Type=import_module("ferrodide.jit._numba_types").NumbaType)
    put("numba", **names, **{name: getattr(jit, name) for name in ("guvectorize", "njit", "prange", "vectorize")})
    put(
        "numba",
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
    for kinds, stand_in in ((_ABSENT, _Absent), (_DECORATORS, _decorator)):
        for name, reason in kinds.items():
            parent, _, own = f"numba.{name}".rpartition(".")
            put(parent, **{own: stand_in(f"numba.{name}" if stand_in is _Absent else name, reason)})
    put("numba", jitclass=vars(made["numba.experimental"])["jitclass"])
    put("numba.extending", register_jitable=_register_jitable, is_jitted=_is_jitted)
    warnings = "Warning PerformanceWarning DeprecationWarning PendingDeprecationWarning ExperimentalFeatureWarning"
    put("numba.core.errors", **{f"Numba{name}": jit.JitWarning for name in warnings.split()}, NumbaError=jit.JitError)
    put("numba.core.errors", TypingError=jit.TypingError, NumbaTypeError=jit.TypingError)
    put("numba.core.errors", UnsupportedError=jit.UnsupportedError, UnsupportedBytecodeError=jit.UnsupportedError)
    put("numba.core.config", DISABLE_JIT=False, NUMBA_NUM_THREADS=1, NUMBA_DEFAULT_NUM_THREADS=1, CACHE_DIR="")
    put("numba.core.config", THREADING_LAYER="none", THREADING_LAYER_PRIORITY=["none"])
    put("numba.core.registry", CPUDispatcher=jit.Dispatcher)
    put("numba.core.dispatcher", Dispatcher=jit.Dispatcher)
    put("numba.np.ufunc.gufunc", GUFunc=gufunc)
    put("numba.cuda", is_available=lambda: False)
    put("numba.typed", List=jit_typed.List)
    for name, module in made.items():
        parent, _, own = name.rpartition(".")
        if parent:
            vars(made[parent])[own] = module
    # Under two names each, as in Numba.
    made["numba.core.types"] = made["numba.types"]
    put("numba.core", types=made["numba.types"])
    put("numba", errors=made["numba.core.errors"], config=made["numba.core.config"])
    return made


_NAMES = (
    "numba",
    "numba.core",
    "numba.core.config",
    "numba.core.dispatcher",
    "numba.core.errors",
    "numba.core.registry",
    "numba.core.types",
    "numba.cuda",
    "numba.experimental",
    "numba.extending",
    "numba.np",
    "numba.np.linalg",
    "numba.np.ufunc",
    "numba.np.ufunc.gufunc",
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
