"""``unique`` and ``isin``, as NumPy's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ._arrays import is_ordered, native
from ._backend import kernels
from ._originals import original

if TYPE_CHECKING:
    from typing import Literal

    from ._backend import Array

__all__ = ["isin", "unique"]

_kernel_unique = kernels.unique
_kernel_isin = kernels.isin
_numpy_unique = original("unique")
_numpy_isin = original("isin")


def unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
    sorted: bool = True,
) -> Any:
    """Return the distinct elements of an array, as :func:`numpy.unique`.

    Parameters
    ----------
    ar : array_like
        Any shape. The kernel serves integers, booleans, float32 and float64 in any layout and byte
        order (that of the JavaScript module int64, int32 and uint8 of the integers); other dtypes are NumPy's.
    return_index : bool
        Also return where each value occurs first.
    return_inverse : bool
        Also return which of the values each element is, in the shape of `ar`.
    return_counts : bool
        Also return how often each value occurs.
    axis : int, optional
        Distinct subarrays along this axis (NumPy's work, where there is more than one axis); by
        default the elements.
    equal_nan : bool
        Whether all NaN are one value.
    sorted : bool
        Accepted as in NumPy. The kernel's values are sorted in any case.

    Returns
    -------
    ndarray or tuple of ndarray
        The values, and in this order what else was asked for, as intp.

    Raises
    ------
    numpy.exceptions.AxisError
        `axis` does not exist.
    MemoryError
        Up to 40 bytes an element do not fit.

    Notes
    -----
    O(n): a table of the range where that is short, else a radix sort (Knuth, TAOCP 3, 5.2.5).

    Examples
    --------
    >>> ferrodide.unique([3, 1, 3], return_counts=True)
    (array([1, 3]), array([1, 2]))
    """
    if axis is None or _is_the_only(axis, ar):
        wanted = bool(return_index), bool(return_inverse), bool(return_counts), bool(equal_nan)
        result = _kernel_unique(ar, *wanted)
        if result is not NotImplemented:
            return result
        ar = _as_array(ar)
        if is_ordered(ar):
            result = _kernel_unique(native(ar), *wanted)
            if result is not NotImplemented:
                return _like(result, ar.dtype)
    return _numpy_unique(ar, return_index, return_inverse, return_counts, axis, equal_nan=equal_nan, sorted=sorted)


def _is_the_only(axis: Any, ar: Any) -> bool:
    return type(axis) is int and type(ar) is np.ndarray and ar.ndim == 1 and axis in (0, -1)


def _as_array(a: Any) -> Any:
    """What NumPy's function would make of ``a``, but for those that have a function of their own for it."""
    return a if hasattr(type(a), "__array_function__") else np.asanyarray(a)


def _like(result: Any, dtype: np.dtype[Any]) -> Any:
    """The values in the byte order of the array that they come from."""
    if type(result) is tuple:
        return (_like(result[0], dtype), *result[1:])
    return result.astype(dtype, copy=False)


def isin(
    element: Any,
    test_elements: Any,
    assume_unique: bool = False,
    invert: bool = False,
    *,
    kind: Literal["sort", "table"] | None = None,
) -> Array:
    """Return which elements of an array occur in another, as :func:`numpy.isin`.

    Parameters
    ----------
    element : array_like
        Any shape. The kernel serves integers, booleans, float32 and float64 in any layout and byte
        order (that of the JavaScript module int64, int32 and uint8 of the integers); other dtypes are NumPy's.
    test_elements : array_like
        The values to look for. Of another dtype than `element`, both are converted to the one that
        holds both; where none does (int64 and uint64, or either and a float) NumPy does the work.
    assume_unique : bool
        Accepted as in NumPy. The kernel needs no such promise.
    invert : bool
        Return which do not occur instead.
    kind : {'sort', 'table'}, optional
        Accepted as in NumPy; ``'table'`` is NumPy's work.

    Returns
    -------
    ndarray of bool
        The shape of `element`. NaN occurs nowhere.

    Raises
    ------
    ValueError, RuntimeError
        `kind` is none of the above, or no table can be made.
    MemoryError
        The result, or 32 bytes for each of `test_elements`, do not fit.

    Notes
    -----
    O(n): a table of bits for integers of a short range, else hashing (Knuth, TAOCP 3, 6.4).

    Examples
    --------
    >>> ferrodide.isin([1, 2, 5], [5, 1])
    array([ True, False,  True])
    """
    if kind is None or (type(kind) is str and kind == "sort"):
        invert = bool(invert)
        result = _kernel_isin(element, test_elements, invert)
        if result is not NotImplemented:
            return result  # type: ignore[no-any-return]
        element, test_elements = _as_array(element), _as_array(test_elements)
        if is_ordered(element) and is_ordered(test_elements):
            dtype = np.result_type(element.dtype, test_elements.dtype)
            wide = any(a.itemsize == 8 and a.dtype.kind in "iu" for a in (element, test_elements))
            # A double does not hold every integer of eight bytes, and NumPy compares what it makes of them.
            if dtype.kind != "f" or not wide:
                one, other = (native(a).astype(dtype, copy=False) for a in (element, test_elements))
                result = _kernel_isin(one, other, invert)
                if result is not NotImplemented:
                    return result  # type: ignore[no-any-return]
    return _numpy_isin(element, test_elements, assume_unique, invert, kind=kind)  # type: ignore[no-any-return]
