"""``sort`` and ``argsort``, as NumPy's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._arrays import as_served, native
from ._backend import kernels
from ._originals import original

if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    from ._backend import Array

    Kind: TypeAlias = Literal["quicksort", "mergesort", "heapsort", "stable"]

__all__ = ["argsort", "sort"]

# Every kernel sort is stable, so it answers to each of NumPy's kinds.
_KINDS = frozenset({None, "quicksort", "mergesort", "heapsort", "stable"})
_kernel_sort = kernels.sort
_kernel_argsort = kernels.argsort
_numpy_sort = original("sort")
_numpy_argsort = original("argsort")


def sort(
    a: Any, axis: int | None = -1, kind: Kind | None = None, order: Any = None, *, stable: bool | None = None
) -> Array:
    """Return a sorted copy of an array, as :func:`numpy.sort`.

    Parameters
    ----------
    a : array_like
        Any shape with at least one dimension. The kernels serve float64, float32, int64,
        int32 and uint8 in any layout and byte order; other dtypes are NumPy's.
    axis : int or None
        The axis to sort along, by default the last; None sorts the flattened array.
    kind : {'quicksort', 'mergesort', 'heapsort', 'stable'}, optional
        Accepted as in NumPy. One radix sort serves them all, and it is stable.
    order : str or list of str, optional
        Fields of a structured array (NumPy's work).
    stable : bool, optional
        Accepted as in NumPy; not together with `kind`.

    Returns
    -------
    ndarray
        The dtype, shape and memory order of `a`; ascending, NaN last.

    Raises
    ------
    numpy.exceptions.AxisError
        `axis` does not exist.
    ValueError
        `kind` is none of the above, or given together with `stable`.
    MemoryError
        The result, or scratch of the length of `axis`, does not fit.

    Notes
    -----
    O(n) for each long lane: a least-significant-digit radix sort (Knuth, TAOCP 3, 5.2.5).

    Examples
    --------
    >>> import numpy as np, ferrodide
    >>> ferrodide.sort(np.array([3.0, np.nan, 1.0]))
    array([ 1.,  3., nan])
    """
    if kind is None and order is None and axis is not None:
        result = _kernel_sort(a, axis)
        if result is not NotImplemented:
            return result  # type: ignore[no-any-return]
    if order is None and kind in _KINDS and (kind is None or stable is None):
        array = as_served(a)
        if array is not None:
            if axis is None:
                array = array.ravel()
            lane_axis = -1 if axis is None else axis
            result = _kernel_sort(native(array), lane_axis)
            if result is not NotImplemented:
                return result.astype(array.dtype, copy=False)  # type: ignore[no-any-return]
    return _numpy_sort(a, axis=axis, kind=kind, order=order, stable=stable)  # type: ignore[no-any-return]


def argsort(
    a: Any, axis: int | None = -1, kind: Kind | None = None, order: Any = None, *, stable: bool | None = None
) -> Array:
    """Return the indices that would sort an array, as :func:`numpy.argsort`.

    Parameters
    ----------
    a : array_like
        As for :func:`sort`.
    axis : int or None
        The axis to sort along, by default the last; None sorts the flattened array.
    kind : {'quicksort', 'mergesort', 'heapsort', 'stable'}, optional
        Accepted as in NumPy. One radix sort serves them all, and it is stable: where
        NumPy's default leaves the order of ties open, here it is that of the input.
    order : str or list of str, optional
        Fields of a structured array (NumPy's work).
    stable : bool, optional
        Accepted as in NumPy; not together with `kind`.

    Returns
    -------
    ndarray of intp
        The shape of `a`; NaN last.

    Raises
    ------
    numpy.exceptions.AxisError, ValueError, MemoryError
        As for :func:`sort`; scratch is 16 bytes an element of one lane.

    Notes
    -----
    O(n) for each long lane, as :func:`sort`.

    Examples
    --------
    >>> ferrodide.argsort([3, 1, 2])
    array([1, 2, 0])
    """
    if kind is None and order is None and axis is not None:
        result = _kernel_argsort(a, axis)
        if result is not NotImplemented:
            return result  # type: ignore[no-any-return]
    if order is None and kind in _KINDS and (kind is None or stable is None):
        array = as_served(a)
        # The argsort of a 0-d array is NumPy's to define.
        if array is not None and array.ndim:
            if axis is None:
                array = array.ravel()
            lane_axis = -1 if axis is None else axis
            result = _kernel_argsort(native(array), lane_axis)
            if result is not NotImplemented:
                return result  # type: ignore[no-any-return]
    return _numpy_argsort(a, axis=axis, kind=kind, order=order, stable=stable)  # type: ignore[no-any-return]
