"""Python loops over numbers and NumPy arrays, compiled to WebAssembly where they run.

``njit``, ``jit``, ``vectorize`` and ``guvectorize`` are Numba's decorators. In Pyodide they compile; in another Python
they hand over to Numba where that is installed, and else leave the function as it is, so that one file runs in both.
"""

from __future__ import annotations

import sys
import types as _python_types
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from . import _numba_types, _runtime
from ._cache import load_cache
from ._dispatch import Dispatcher
from ._errors import InternalError, JitError, JitWarning, TypingError, UnsupportedError
from ._numba_types import Signature, signatures_of
from ._options import options, read_options
from ._program import plain_function

__all__ = [
    "InternalError",
    "JitError",
    "JitWarning",
    "TypingError",
    "UnsupportedError",
    "guvectorize",
    "jit",
    "load_cache",
    "njit",
    "options",
    "prange",
    "types",
    "vectorize",
]

if TYPE_CHECKING:
    #: Numba's type objects, by their names.
    types: Any
    prange: Any

_TYPES = _python_types.SimpleNamespace(**_numba_types.namespace())


def __getattr__(name: str) -> Any:
    """What Numba must have of its own where it takes over: its types, and the range that it knows."""
    if name in ("types", "prange"):
        numba = _numba()
        ours = {"types": _TYPES, "prange": _prange}
        return ours[name] if numba is None else getattr(numba, name)
    if not hasattr(_TYPES, name):
        raise AttributeError(f"module 'ferrodide.jit' has no attribute {name!r}")
    numba = _numba()
    return getattr(_TYPES if numba is None else numba.types, name)


class _Module(_python_types.ModuleType):
    """The module is the decorator as well: ``ferrodide.jit`` is one name for both."""

    def __call__(self, signature_or_function: Any = None, **options: Any) -> Any:
        return jit(signature_or_function, **options)


sys.modules[__name__].__class__ = _Module


class _prange:
    """``range`` in a loop whose iterations may run in any order. Here they run one after the other."""

    __ferrodide_name__ = "ferrodide.prange"

    def __new__(cls, *args: int) -> range:  # type: ignore[misc]
        return range(*args)


def _numba() -> Any:
    """Numba, where it is to take over; None where it is absent, or is this package under its name."""
    if _runtime.in_pyodide():
        return None
    if getattr(sys.modules.get("numba"), "__ferrodide__", False):
        return None
    return import_module("numba") if find_spec("numba") is not None else None


def _plain_function(found: Any, decorator: str) -> _python_types.FunctionType:
    found = plain_function(found) or found
    if not isinstance(found, _python_types.FunctionType):
        raise TypeError(f"{decorator} was put over a {type(found).__name__}; it takes a Python function.")
    return found


def _is_declaration(found: Any) -> bool:
    return isinstance(found, (str, list, tuple, Signature))


def jit(signature_or_function: Any = None, **options: Any) -> Any:
    """Compile a function when it is first called with arguments of some types.

    What does not compile runs as plain Python, with one :class:`JitWarning` that says why.

    Parameters
    ----------
    signature_or_function
        The function; or argument types, as ``"float64(float64[:], int64)"``, ``float64(float64[:])`` or a list of
        these, which arguments are converted to. Also a declared function is compiled at its first call, so that a
        module imports at once and whatever it holds.
    **options
        Numba's; ``ferrodide.jit.options()`` says what each of them means here.

    Returns
    -------
    Dispatcher or callable
        The compiled function, or the decorator that makes it one.

    Examples
    --------
    >>> from ferrodide import jit
    >>> @jit
    ... def total(n):
    ...     s = 0
    ...     for i in range(n):
    ...         s += i
    ...     return s
    >>> total(10)
    45
    """
    return _jit(signature_or_function, options, nopython=False, name="jit")


def njit(signature_or_function: Any = None, **options: Any) -> Any:
    """Compile a function; what does not compile is an error.

    It raises :class:`TypingError` or :class:`UnsupportedError`, with the place in the source, the reason, and what to
    write instead.

    Parameters
    ----------
    signature_or_function, **options
        As of :func:`jit`.

    Returns
    -------
    Dispatcher or callable
        The compiled function, or the decorator that makes it one.

    Examples
    --------
    >>> from ferrodide import njit
    >>> @njit
    ... def twice(x):
    ...     return 2 * x
    >>> twice(21)
    42
    """
    if options.get("forceobj"):
        raise ValueError("njit compiles all of a function, which forceobj=True forbids; use jit.")
    return _jit(signature_or_function, {**options, "nopython": True}, nopython=True, name="njit")


def _jit(found: Any, given: dict[str, Any], *, nopython: bool, name: str) -> Any:
    numba = _numba()
    if numba is not None:
        if name == "njit":
            given = {key: value for key, value in given.items() if key != "nopython"}
        taken = getattr(numba, name)
        return taken(**given) if found is None else taken(found, **given)
    known = read_options(given, nopython=nopython)
    declared = signatures_of(found) if _is_declaration(found) else []

    def decorate(function: Any) -> Dispatcher:
        return Dispatcher(_plain_function(function, name), known, declared)

    return decorate if found is None or _is_declaration(found) else decorate(found)


def vectorize(ftylist_or_function: Any = (), **options: Any) -> Any:
    """Make a ufunc out of a function of numbers.

    Parameters
    ----------
    ftylist_or_function
        The function; or its loops, as ``["float32(float32)", "float64(float64)"]``. Without any it is compiled for
        the dtypes that it is called with.
    **options
        ``identity``, ``cache``, ``fastmath`` and the rest of :func:`jit`'s; ``target`` changes nothing.

    Returns
    -------
    DUFunc or callable
        The ufunc, or the decorator that makes it one.

    Examples
    --------
    >>> import numpy as np
    >>> from ferrodide import vectorize
    >>> @vectorize
    ... def clipped(x, top):
    ...     return top if x > top else x
    >>> clipped(np.array([1.0, 5.0]), 2.0)
    array([1., 2.])
    """
    numba = _numba()
    if numba is not None:
        return numba.vectorize(ftylist_or_function, **options)
    known = read_options(options, nopython=True)
    is_declaration = _is_declaration(ftylist_or_function)
    declared = signatures_of(ftylist_or_function) if is_declaration and ftylist_or_function else []

    from ._vectorize import DUFunc

    def decorate(function: Any) -> DUFunc:
        return DUFunc(_plain_function(function, "vectorize"), known, declared, options.get("identity"))

    return decorate if is_declaration else decorate(ftylist_or_function)


def guvectorize(*args: Any, **options: Any) -> Callable[[Any], Any]:
    """Make a generalised ufunc out of a function that fills its last arguments.

    Parameters
    ----------
    *args
        Signatures, as ``["void(float64[:], float64, float64[:])"]``, and the layout, as ``"(n),()->(n)"``; or the
        layout alone.
    **options
        As of :func:`vectorize`.

    Returns
    -------
    callable
        The decorator that makes a GUFunc.

    Examples
    --------
    >>> import numpy as np
    >>> from ferrodide import guvectorize
    >>> @guvectorize(["void(float64[:], float64, float64[:])"], "(n),()->(n)")
    ... def add(x, y, out):
    ...     for i in range(x.shape[0]):
    ...         out[i] = x[i] + y
    >>> add(np.ones((2, 3)), 1.0).tolist()
    [[2.0, 2.0, 2.0], [2.0, 2.0, 2.0]]
    """
    numba = _numba()
    if numba is not None:
        return numba.guvectorize(*args, **options)  # type: ignore[no-any-return]
    known = read_options(options, nopython=True)
    if len(args) not in (1, 2) or not isinstance(args[-1], str):
        raise TypeError("guvectorize takes signatures and a layout, as (['void(float64[:], float64[:])'], '(n)->(n)').")
    declared = signatures_of(args[0]) if len(args) == 2 else []
    layout = args[-1]

    from ._guvectorize import GUFunc

    def decorate(function: Any) -> GUFunc:
        return GUFunc(_plain_function(function, "guvectorize"), known, layout, declared)

    return decorate
