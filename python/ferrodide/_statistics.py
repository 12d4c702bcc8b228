"""``median`` and ``nanmedian``, as NumPy's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ._arrays import as_served, in_order_of, into, is_ordered, native
from ._backend import kernels
from ._originals import original

if TYPE_CHECKING:
    from ._backend import Array

__all__ = ["median", "nanmedian"]

_kernel_median = kernels.median
_numpy_median = original("median")
_kernel_nanmedian = kernels.nanmedian
_numpy_nanmedian = original("nanmedian")


def median(
    a: Any,
    axis: int | tuple[int, ...] | None = None,
    out: Array | None = None,
    overwrite_input: bool = False,
    keepdims: bool = False,
) -> Any:
    """Return the median along an axis, as :func:`numpy.median`.

    Parameters
    ----------
    a : array_like
        Any shape. The kernels serve float64, float32, int64, int32 and uint8 in any layout
        and byte order, those of the compiled module the other integers and booleans as well;
        other dtypes, and empty arrays, are NumPy's.
    axis : int or tuple of int, optional
        The axis or axes to reduce; all of them by default.
    out : ndarray, optional
        Receives the result; it has the result's shape.
    overwrite_input : bool
        Accepted as in NumPy. The kernels never write to `a`; an array that is read-only is an
        error (NumPy's), as there.
    keepdims : bool
        Leave the reduced axes in the result, with length 1.

    Returns
    -------
    ndarray or scalar
        float32 for float32, else float64. NaN where a lane holds a NaN.

    Raises
    ------
    numpy.exceptions.AxisError
        `axis` does not exist.
    MemoryError
        One copy of a lane (for ``axis=None`` of `a`) does not fit.

    Notes
    -----
    O(n): quickselect (C. A. R. Hoare, "Algorithm 65: find", CACM 4, 1961) with the standard
    library's guard against the quadratic case.

    Examples
    --------
    >>> ferrodide.median([[1, 5], [3, 4]], axis=0)
    array([2. , 4.5])
    """
    if overwrite_input and isinstance(a, np.ndarray) and not a.flags.writeable:
        return _numpy_median(a, axis=axis, out=out, overwrite_input=True, keepdims=keepdims)
    if out is None and (axis is None or type(axis) is int) and type(keepdims) is bool:
        result = _kernel_median(a, axis, keepdims)
        if result is not NotImplemented:
            return in_order_of(a, result, axis)
    result = _median(a, axis, bool(keepdims))
    if result is NotImplemented or not (out is None or into(out, result)):
        return _numpy_median(a, axis=axis, out=out, overwrite_input=overwrite_input, keepdims=keepdims)
    return result if out is None else out


def _median(a: Any, axis: int | tuple[int, ...] | None, keepdims: bool) -> Any:
    array = as_served(a)
    if array is None or not array.size:
        return NotImplemented
    array = native(array)
    if axis is None or type(axis) is int:
        return in_order_of(array, _kernel_median(array, axis, keepdims), axis)
    reduced = np.lib.array_utils.normalize_axis_tuple(axis, array.ndim)
    kept = [i for i in range(array.ndim) if i not in reduced]
    # The reduced axes as one, at the end.
    lanes = array.transpose(*kept, *reduced).reshape(*(array.shape[i] for i in kept), -1)
    result = _kernel_median(lanes, -1, False)
    if keepdims and result is not NotImplemented:
        result = result.reshape([1 if i in reduced else n for i, n in enumerate(array.shape)])
    return result


def nanmedian(
    a: Any,
    axis: int | tuple[int, ...] | None = None,
    out: Array | None = None,
    overwrite_input: bool = False,
    keepdims: Any = np._NoValue,
) -> Any:
    """Return the median along an axis, of what is not NaN, as :func:`numpy.nanmedian`.

    Parameters
    ----------
    a : array_like
        Any shape. The kernel serves integers, booleans, float32 and float64 in any layout and byte
        order (that of the JavaScript module int64, int32 and uint8 of the integers); other dtypes, and
        empty arrays, are NumPy's.
    axis : int or tuple of int, optional
        The axis to reduce, or the axes (NumPy's work); all of them by default.
    out : ndarray, optional
        Receives the result (NumPy's work).
    overwrite_input : bool
        Accepted as in NumPy. The kernel never writes to `a`.
    keepdims : bool, optional
        Leave the reduced axes in the result, with length 1.

    Returns
    -------
    ndarray or scalar
        float32 for float32, else float64. NaN, with a warning, where a lane has nothing but NaN.

    Raises
    ------
    numpy.exceptions.AxisError
        `axis` does not exist.
    MemoryError
        Two copies of a lane (for ``axis=None`` of `a`) do not fit.

    Notes
    -----
    O(n): as :func:`median`, after a pass that leaves out the NaNs. Where a median is no finite
    number, NumPy does the work once more, for its warnings.

    Examples
    --------
    >>> ferrodide.nanmedian([3, np.nan, 1])
    np.float64(2.0)
    """
    kept = keepdims is not np._NoValue and keepdims
    if out is None and (axis is None or type(axis) is int) and type(kept) is bool:
        result = _kernel_nanmedian(a, axis, kept)
        if result is NotImplemented and not hasattr(type(a), "__array_function__"):
            a = np.asanyarray(a)
        if result is NotImplemented and is_ordered(a):
            array = native(a)
            result = NotImplemented if array is a else _kernel_nanmedian(array, axis, kept)
        if result is not NotImplemented:
            return result
    return _numpy_nanmedian(a, axis=axis, out=out, overwrite_input=overwrite_input, keepdims=keepdims)
