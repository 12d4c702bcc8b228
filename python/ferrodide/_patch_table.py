"""What can be patched: NumPy's loops and slots as the compiled module lists them, and the
Python attributes of this table.
"""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _binning, _products, _ranking, _sets, _sorting, _spatial, _statistics
from ._backend import backend, kernels

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._backend import Array

__all__ = ["ATTRIBUTES", "FAMILIES", "SITES", "Attribute"]

#: What ``only`` and ``exclude`` take besides the names of functions.
FAMILIES = {
    "elementwise": frozenset(
        "exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh arctan cbrt power arctan2 hypot".split()
    ),
    "products": frozenset("matmul dot inner vdot tensordot einsum".split()),
    "decompositions": frozenset("solve inv det slogdet cholesky qr eigh eigvalsh svd svdvals lstsq pinv".split()),
    "sorting": frozenset(
        "sort argsort lexsort partition argpartition median nanmedian percentile quantile rankdata".split()
    ),
    "searching": frozenset("unique isin searchsorted digitize interp".split()),
    "binning": frozenset("histogram histogram2d histogramdd bincount".split()),
    "reductions": frozenset("var std nansum nanmean argmin argmax reduce ptp cumsum any all count_nonzero".split()),
    "indexing": frozenset("getitem take compress nonzero".split()),
    "signal": frozenset("convolve correlate".split()),
    "distances": frozenset({"cdist"}),
}


class Attribute(NamedTuple):
    """A function of NumPy's or SciPy's, and what takes its place."""

    name: str
    """As ``patch(only=...)`` takes it."""
    module: str
    """Where NumPy or SciPy define it, for the original."""
    places: tuple[str, ...]
    """The modules that hold it as an attribute of this name, once they are imported."""
    replacement: Callable[..., Any] | None
    """What takes its place; none where it has a site."""
    smallest: int = 0
    """First operands of fewer elements go to the original: the way to the kernel takes longer."""
    left: Callable[[Array], bool] | None = None
    """First operands of which it is true go there too."""
    function: str = ""
    """As the modules call it, where that is not its name."""
    site: int | None = None
    """The number of its site, where the compiled module has a callable for it."""


_MEDIAN = ("numpy", "numpy.lib._function_base_impl")
_HISTOGRAMS = "numpy.lib._histograms_impl"
_NANMEDIAN = ("numpy", "numpy.lib._nanfunctions_impl")
_SETS = ("numpy", "numpy.lib._arraysetops_impl")
_RANKDATA = ("scipy.stats", "scipy.stats._stats_py")
_CDIST = ("scipy.spatial.distance",)

#: (name, place) for each loop and slot; their index is what the compiled module knows them by.
SITES: list[tuple[str, str]] = kernels._patch_sites() if backend() == "pyo3" else []  # type: ignore[attr-defined]


def _bridge(smallest: int) -> int:
    """So many elements NumPy has done in the time that a call takes to cross into JavaScript, where it has to."""
    return 0 if SITES else smallest


_BRIDGE = _bridge(2000)

#: The median of so many whole numbers NumPy has sooner than they are copied: it looks for no NaN among them.
_INTEGERS_FROM = 30_000


def _few_integers(a: Array) -> bool:
    return a.size < _INTEGERS_FROM and a.dtype.kind != "f"


def _all_nan(a: Array) -> bool:
    """By all appearances. NumPy, which warns of it, would do the work once more."""
    return a.dtype.kind == "f" and a.size > 0 and all(isnan(a.item(i)) for i in (0, a.size // 2, a.size - 1))


ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute("median", "numpy", _MEDIAN, _statistics.median, _BRIDGE, None if SITES else _few_integers),
    Attribute("cdist", "scipy.spatial.distance", _CDIST, _spatial.cdist, _BRIDGE),
    Attribute("histogram", "numpy", ("numpy", _HISTOGRAMS), _binning.histogram, _BRIDGE),
    Attribute("histogramdd", "numpy", ("numpy", _HISTOGRAMS), _binning.histogramdd, _bridge(3000)),
    Attribute("histogram2d", "numpy", ("numpy", "numpy.lib._twodim_base_impl"), _binning.histogram2d, _BRIDGE),
    Attribute("nanmedian", "numpy", _NANMEDIAN, _statistics.nanmedian, left=None if SITES else _all_nan),
    Attribute("unique", "numpy", _SETS, _sets.unique, _bridge(5000)),
    Attribute("isin", "numpy", _SETS, _sets.isin, _bridge(5000)),
    Attribute("rankdata", "scipy.stats._stats_py", _RANKDATA, _ranking.rankdata),
)
#: Besides the module that defines them, who holds functions that the compiled module serves.
_ALSO_IN: dict[str, tuple[str, ...]] = {
    "any": ("numpy._core.fromnumeric",),
    "all": ("numpy._core.fromnumeric",),
    "count_nonzero": ("numpy._core.numeric",),
    "nansum": ("numpy.lib._nanfunctions_impl",),
    "nanmean": ("numpy.lib._nanfunctions_impl",),
    **dict.fromkeys("solve inv det slogdet cholesky qr eigh eigvalsh svd lstsq".split(), ("numpy.linalg._linalg",)),
}
if SITES:
    ATTRIBUTES += tuple(
        Attribute(SITES[index][0], module, (module, *_ALSO_IN.get(function, ())), None, function=function, site=index)
        for index, module, function in kernels._patch_functions()  # type: ignore[attr-defined]
    )
if backend() in ("javascript", "universal"):
    # These have slots and loops, which only the compiled module reaches.
    ATTRIBUTES += (
        Attribute("sort", "numpy", ("numpy",), _sorting.sort, _BRIDGE),
        Attribute("argsort", "numpy", ("numpy",), _sorting.argsort, _BRIDGE),
        Attribute("matmul", "numpy", ("numpy",), _products.matmul, _BRIDGE),
    )
