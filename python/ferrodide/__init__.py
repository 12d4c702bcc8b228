"""Rust kernels for Python in the browser, and for Python anywhere.

The functions have NumPy's, SciPy's and RapidFuzz's own signatures, result dtypes and
exceptions; what no kernel serves goes to NumPy or SciPy itself. :func:`backend` names the
kernels in use. The string functions work without NumPy.
"""

from __future__ import annotations

from importlib import import_module as _import_module
from importlib.util import find_spec as _find_spec
from typing import TYPE_CHECKING, Any

from . import fuzz
from ._backend import backend
from ._strings import extract, levenshtein

_HAS_NUMPY = _find_spec("numpy") is not None

if TYPE_CHECKING or _HAS_NUMPY:
    from ._binning import histogram, histogram2d, histogramdd
    from ._patch import patch, patched, report, stats, unpatch
    from ._products import matmul
    from ._ranking import rankdata
    from ._sets import isin, unique
    from ._sorting import argsort, sort
    from ._spatial import cdist
    from ._statistics import median, nanmedian

if TYPE_CHECKING:
    from .jit import guvectorize, jit, njit, prange, vectorize

#: Imported when they are first asked for: most programs compile nothing.
_JIT = ("guvectorize", "jit", "njit", "prange", "vectorize")


def __getattr__(name: str) -> Any:
    if name in __all__ and not _HAS_NUMPY:
        raise ImportError(f"ferrodide.{name} needs NumPy, which is not installed; install numpy and try again.")
    if name in _JIT:
        # The package jit is the decorator of that name.
        module = _import_module("ferrodide.jit")
        return module if name == "jit" else getattr(module, name)
    raise AttributeError(f"module 'ferrodide' has no attribute {name!r}")


def load_ipython_extension(ipython: Any) -> None:
    """Called by ``%load_ext ferrodide``: brings ``%ferrodide`` and ``%%ferrodide_compare``."""
    if not _HAS_NUMPY:
        raise ImportError("%load_ext ferrodide needs NumPy, which is not installed; install numpy and try again.")
    _import_module("ferrodide._magics").load(ipython)


def unload_ipython_extension(ipython: Any) -> None:
    """Called by ``%unload_ext ferrodide``."""
    _import_module("ferrodide._magics").unload(ipython)


__version__ = "0.1.0"

__all__ = [
    "__version__",
    "argsort",
    "backend",
    "cdist",
    "extract",
    "fuzz",
    "guvectorize",
    "histogram",
    "histogram2d",
    "histogramdd",
    "isin",
    "jit",
    "levenshtein",
    "matmul",
    "median",
    "nanmedian",
    "njit",
    "patch",
    "patched",
    "prange",
    "rankdata",
    "report",
    "sort",
    "stats",
    "unique",
    "unpatch",
    "vectorize",
]
