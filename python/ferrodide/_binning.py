"""``histogram``, ``histogram2d`` and ``histogramdd``, as NumPy's."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ._backend import kernels
from ._originals import original

if TYPE_CHECKING:
    from ._backend import Array

__all__ = ["histogram", "histogram2d", "histogramdd"]

_kernel_extent = kernels.extent
_kernel_histogram = kernels.histogram
_kernel_histogramdd = kernels.histogramdd
_numpy_histogram = original("histogram")
_numpy_histogram2d = original("histogram2d")
_numpy_histogramdd = original("histogramdd")

_SERVED = frozenset({"f8", "f4", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1"})
#: Whole numbers beyond this are rounded when they become doubles.
_EXACT = 2.0**53
#: The distance of greater floats may be infinite.
_HUGE = 1e38


def histogram(
    a: Any,
    bins: Any = 10,
    range: tuple[float, float] | None = None,
    density: bool | None = None,
    weights: Any = None,
) -> tuple[Array, Array]:
    """Count what lies in bins, as :func:`numpy.histogram`.

    Parameters
    ----------
    a : array_like
        Any shape; its elements are counted. The kernels serve real numbers of up to 64 bits,
        those of the JavaScript module float64, float32, int64, int32 and uint8.
    bins : int or sequence of scalars or str, optional
        The number of equal bins, or the edges of all, or what :func:`numpy.histogram_bin_edges`
        takes by name, which is NumPy's.
    range : (float, float), optional
        The outer edges; the least and the greatest element by default.
    density : bool, optional
        Divide by the width of each bin and by the number of elements.
    weights : array_like, optional
        What each element counts for. The kernels serve float64 for equal bins.

    Returns
    -------
    hist : ndarray
        ``intp``, or of the dtype of `weights`, or float64 for a density: exactly NumPy's.
    bin_edges : ndarray
        One more than bins.

    Raises
    ------
    ValueError
        As NumPy: edges that do not increase, a `range` that is not finite, and the like.

    Notes
    -----
    O(n) for equal bins, which a product tells, checked with the edges; else O(n log(bins)).

    Examples
    --------
    >>> ferrodide.histogram(np.array([1.0, 2.0, 1.5]), bins=2)
    (array([1, 2]), array([1. , 1.5, 2. ]))
    """
    if type(a) is np.ndarray and _served(a):
        result = _histogram(a, bins, range, weights)
        if result is not None:
            counts, edges = result
            if density:
                return counts / np.array(np.diff(edges), float) / counts.sum(), edges
            return counts, edges
    return _numpy_histogram(a, bins=bins, range=range, density=density, weights=weights)  # type: ignore[no-any-return]


def histogramdd(
    sample: Any,
    bins: Any = 10,
    range: Any = None,
    density: bool | None = None,
    weights: Any = None,
) -> tuple[Array, list[Array]]:
    """Count what lies in the cells of a grid, as :func:`numpy.histogramdd`.

    Parameters
    ----------
    sample : (N, D) array, or sequence of D arrays
        The points, or the coordinates along each axis. The kernels serve real numbers of up to 64 bits,
        those of the JavaScript module float64, float32, int64, int32 and uint8.
    bins : int or sequence, optional
        The number of equal bins along all axes or along each, or the edges along each.
    range : sequence, optional
        The outer edges along each axis, or None for the least and the greatest.
    density : bool, optional
        Divide by the volume of each cell and by the number of points.
    weights : (N,) array_like, optional
        What each point counts for.

    Returns
    -------
    H : ndarray
        float64, exactly NumPy's.
    edges : list of ndarray
        Those along each axis.

    Raises
    ------
    ValueError
        As NumPy: edges that do not increase, a `range` that is not finite, and the like.

    Notes
    -----
    O(N D) for equal bins, else O(N D log(bins)), besides the grid.

    Examples
    --------
    >>> H, edges = ferrodide.histogramdd(np.eye(3), bins=2)
    >>> H.sum()
    np.float64(3.0)
    """
    result = _histogramdd(sample, bins, range, density, weights)
    if result is not None:
        return result
    return _numpy_histogramdd(  # type: ignore[no-any-return]
        sample, bins=bins, range=range, density=density, weights=weights
    )


def histogram2d(  # noqa: PLR0917
    x: Any,
    y: Any,
    bins: Any = 10,
    range: Any = None,
    density: bool | None = None,
    weights: Any = None,
) -> tuple[Array, Array, Array]:
    """Count what lies in the cells of a plane, as :func:`numpy.histogram2d`.

    Parameters
    ----------
    x, y : (N,) array_like
        The coordinates of the points.
    bins : int, or edges, or a pair of these, optional
        As for :func:`histogramdd`; edges by themselves are those along both axes.
    range : sequence, optional
        ``[[xmin, xmax], [ymin, ymax]]``.
    density : bool, optional
        Divide by the area of each cell and by the number of points.
    weights : (N,) array_like, optional
        What each point counts for.

    Returns
    -------
    H : ndarray
        float64; `x` along the first axis.
    xedges, yedges : ndarray
        The edges along each axis.

    Raises
    ------
    ValueError
        As NumPy: `x` and `y` of different lengths, edges that do not increase, and the like.

    Examples
    --------
    >>> H, xedges, yedges = ferrodide.histogram2d(np.arange(4.0), np.arange(4.0), bins=2)
    >>> H
    array([[2., 0.],
           [0., 2.]])
    """
    pair = bins
    if type(bins) in (list, tuple, np.ndarray) and len(bins) not in (1, 2):
        edges = np.asarray(bins)
        pair = [edges, edges]
    result = _histogramdd([x, y], pair, range, density, weights)
    if result is not None:
        hist, (xedges, yedges) = result
        return hist, xedges, yedges
    return _numpy_histogram2d(  # type: ignore[no-any-return]
        x, y, bins=bins, range=range, density=density, weights=weights
    )


def _served(a: Array) -> bool:
    return a.size > 0 and a.dtype.isnative and a.dtype.str[1:] in _SERVED


def _whole(bins: Any) -> int | None:
    """A number of bins, where it is one."""
    return int(bins) if type(bins) is int or isinstance(bins, np.integer) else None


def _outer(a: Array, range: Any) -> tuple[Any, Any] | None:
    """The ends of a 1-D array or of the range, of the types that NumPy has; None where it has something to say."""
    if range is None:
        if a.itemsize == 8 and a.dtype.kind != "f" and abs(a.item(0)) >= _EXACT:
            # As one is, so are most, and it would be for nothing.
            return None
        extent = _kernel_extent(a)
        if extent is NotImplemented or not (math.isfinite(extent[0]) and math.isfinite(extent[1])):
            return None
        first, last = a.dtype.type(extent[0]), a.dtype.type(extent[1])
    else:
        if type(range) not in (tuple, list) or len(range) != 2:
            return None
        first, last = range
        # Of other types NumPy computes in other precisions.
        plain = {int, float} if a.dtype == np.float32 else {int, float, np.float64}
        if type(first) not in plain or type(last) not in plain or not -math.inf < first <= last < math.inf:
            return None
        if any(type(end) is int and abs(end) >= _EXACT for end in range):
            return None
    # Whole numbers are compared as doubles here; and of a range that is too wide NumPy warns.
    limit = _HUGE if a.dtype.kind == "f" else _EXACT
    return None if max(abs(float(first)), abs(float(last))) >= limit else (first, last)


def _widened(first: Any, last: Any) -> tuple[Any, Any]:
    """As NumPy makes room between ends that are equal."""
    return (first - 0.5, last + 0.5) if first == last else (first, last)


def _estimates_suffice(a: Array, first: Any, last: Any, edges: Array) -> bool:
    """Whether NumPy's way with equal bins arrives where the edges say.

    It estimates the bin and mends that by at most one step. The estimate never decreases, so
    it is near enough everywhere if it is at every edge, where this does NumPy's own arithmetic.
    """
    n = edges.size - 1
    if a.dtype.kind != "f":
        first, last = np.float64(first), np.float64(last)
    width = np.subtract(last, first)
    if not width > 0:
        return False
    past = np.arange(n + 1) - ((edges - first) / width * n).astype(np.intp)
    return bool(((past == 0) | (past == 1)).all())


def _histogram(a: Array, bins: Any, range: Any, weights: Any) -> tuple[Array, Array] | None:
    """Counts and edges, or None where the call is NumPy's."""
    if weights is not None and (type(weights) is not np.ndarray or weights.shape != a.shape):
        return None
    n = _whole(bins)
    flat = a.ravel()
    if n is not None:
        outer = _outer(flat, range) if n > 0 else None
        if outer is None:
            return None
        # The edges depend on the ends and the dtype only.
        ends = np.array(outer, flat.dtype) if range is None else flat[:1]
        edges = np.histogram_bin_edges(ends, n, range)
        if not _estimates_suffice(flat, *_widened(*outer), edges):
            return None
    elif type(bins) in (list, tuple, np.ndarray) and weights is None:
        edges = np.asarray(bins)
        if type(edges) is not np.ndarray or edges.ndim != 1 or not _comparable(flat, edges):
            return None
    else:
        return None
    doubles = np.ascontiguousarray(edges, np.float64)
    try:
        counts = _kernel_histogram(flat, doubles, None if weights is None else weights.ravel())
    except ValueError:
        return None
    return None if counts is NotImplemented else (counts, edges)


def _comparable(a: Array, edges: Array) -> bool:
    """Whether edges and elements compare as doubles as they do in NumPy's promoted dtype."""
    if edges.dtype.str[1:] not in _SERVED:
        return False
    return a.dtype.kind == "f" or edges.dtype.kind == "f" or bool((np.abs(edges.astype("f8")) < _EXACT).all())


def _columns(sample: Any) -> list[Array] | None:
    """The coordinates along each axis."""
    if type(sample) is np.ndarray:
        if sample.ndim != 2 or not _served(sample):
            return None
        return [np.ascontiguousarray(sample[:, i]) for i in range(sample.shape[1])]
    if type(sample) not in (list, tuple) or not sample:
        return None
    for lane in sample:
        if type(lane) is not np.ndarray or lane.ndim != 1 or not _served(lane):
            return None
        if lane.dtype != sample[0].dtype or lane.size != sample[0].size:
            return None
    return [np.ascontiguousarray(lane) for lane in sample]


def _edges(columns: list[Array], bins: Any, range: Any) -> list[Array] | None:
    """The edges along each axis."""
    each = [bins] * len(columns) if _whole(bins) is not None else bins
    ranges = [None] * len(columns) if range is None else range
    for listed in (each, ranges):
        if type(listed) not in (list, tuple, np.ndarray) or len(listed) != len(columns):
            return None
    edges: list[Array] = []
    for lane, number, ends in zip(columns, each, ranges, strict=True):
        n = _whole(number)
        if n is not None:
            outer = _outer(lane, ends) if n > 0 else None
            along = None if outer is None else np.linspace(*_widened(*outer), n + 1)
        else:
            along = np.asarray(number) if type(number) in (list, tuple, np.ndarray) else None
        if type(along) is not np.ndarray or along.ndim != 1 or not _comparable(lane, along):
            return None
        edges.append(along)
    return edges


def _histogramdd(
    sample: Any, bins: Any, range: Any, density: bool | None, weights: Any
) -> tuple[Array, list[Array]] | None:
    """The grid and the edges, or None where the call is NumPy's."""
    first = sample[0] if type(sample) in (list, tuple) and sample else sample
    if type(first) is not np.ndarray or not first.ndim:
        return None
    if weights is not None:
        if type(weights) is not np.ndarray or weights.shape != first.shape[:1]:
            return None
        if not np.can_cast(weights.dtype, np.float64):
            return None
        weights = np.ascontiguousarray(weights, np.float64)
    columns = _columns(sample)
    edges = None if columns is None else _edges(columns, bins, range)
    if columns is None or edges is None:
        return None
    try:
        grid = _kernel_histogramdd(columns, [np.ascontiguousarray(e, np.float64) for e in edges], weights)
    except ValueError:
        return None
    return None if grid is NotImplemented else (_as_numpy_leaves_it(grid, edges, density), edges)


def _as_numpy_leaves_it(grid: Array, edges: list[Array], density: bool | None) -> Array:
    """The inside of a grid with a rim, or the density, in NumPy's order of arithmetic."""
    rimmed = np.zeros([n + 2 for n in grid.shape])
    hist = rimmed[(slice(1, -1),) * grid.ndim]
    hist[...] = grid
    if density:
        total = hist.sum()
        for axis, along in enumerate(edges):
            shape = [1] * grid.ndim
            shape[axis] = -1
            hist = hist / np.diff(along).reshape(shape)
        hist /= total
    return hist
