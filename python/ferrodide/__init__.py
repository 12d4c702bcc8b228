"""Rust kernels for Python in the browser, and for Python anywhere.

The functions have NumPy's, SciPy's and RapidFuzz's own signatures, result dtypes and
exceptions; what no kernel serves goes to NumPy or SciPy itself. :func:`backend` names the
kernels in use. The string functions work without NumPy.
"""

from __future__ import annotations

from importlib.util import find_spec as _find_spec
from typing import TYPE_CHECKING, NoReturn

from . import fuzz
from ._backend import backend
from ._strings import extract, levenshtein

if TYPE_CHECKING or _find_spec("numpy") is not None:
    from ._binning import histogram, histogram2d, histogramdd
    from ._patch import patch, patched, report, stats, unpatch
    from ._products import matmul
    from ._ranking import rankdata
    from ._sets import isin, unique
    from ._sorting import argsort, sort
    from ._spatial import cdist
    from ._statistics import median, nanmedian
else:

    def __getattr__(name: str) -> NoReturn:
        if name in __all__:
            raise ImportError(f"ferrodide.{name} needs NumPy, which is not installed; install numpy and try again.")
        raise AttributeError(f"module 'ferrodide' has no attribute {name!r}")


__version__ = "0.1.0"

__all__ = [
    "__version__",
    "argsort",
    "backend",
    "cdist",
    "extract",
    "fuzz",
    "histogram",
    "histogram2d",
    "histogramdd",
    "isin",
    "levenshtein",
    "matmul",
    "median",
    "nanmedian",
    "patch",
    "patched",
    "rankdata",
    "report",
    "sort",
    "stats",
    "unique",
    "unpatch",
]
