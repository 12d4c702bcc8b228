"""``rankdata``, as SciPy's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ._arrays import is_ordered, native
from ._backend import kernels
from ._originals import original

if TYPE_CHECKING:
    from typing import Literal

    from ._backend import Array

__all__ = ["rankdata"]

_kernel_rankdata = kernels.rankdata
_scipy_rankdata = original("rankdata", "scipy.stats._stats_py")

#: For a dtype and a method an array of what SciPy's ranks are.
_likes: dict[tuple[str, str], Array] = {}


def _like(dtype: np.dtype[Any], method: str) -> Array:
    """SciPy 1.18 changed the dtypes of its ranks; the one that is there is asked once."""
    key = dtype.char, method
    if key not in _likes:
        _likes[key] = _scipy_rankdata.resolve()(np.zeros(1, dtype), method)
    return _likes[key]


def rankdata(
    a: Any,
    method: Literal["average", "min", "max", "dense", "ordinal"] = "average",
    *,
    axis: int | None = None,
    nan_policy: Literal["propagate", "omit", "raise"] = "propagate",
) -> Array:
    """Return the rank of each element, as :func:`scipy.stats.rankdata`.

    Parameters
    ----------
    a : array_like
        Any shape. The kernel serves integers, booleans, float32 and float64 in any layout and byte
        order (that of the JavaScript module int64, int32 and uint8 of the integers); other dtypes are
        SciPy's, as is the array API.
    method : {'average', 'min', 'max', 'dense', 'ordinal'}
        Which rank equal elements share.
    axis : int, optional
        The axis to rank along; by default the flattened array.
    nan_policy : {'propagate', 'omit', 'raise'}
        What to do with NaN: by default a lane that has one is all NaN. The others are SciPy's work.

    Returns
    -------
    ndarray
        The ranks, from 1 on; of the dtype that the installed SciPy has for them.

    Raises
    ------
    ValueError
        `method` or `nan_policy` is none of the above, or there is NaN and the policy ``'raise'``.
    numpy.exceptions.AxisError
        `axis` does not exist.
    MemoryError
        Scratch of 24 bytes an element of one lane does not fit.

    Notes
    -----
    O(n): a radix sort of the positions (Knuth, TAOCP 3, 5.2.5).

    Examples
    --------
    >>> ferrodide.rankdata([0, 2, 3, 2])
    array([1. , 2.5, 4. , 2.5])
    """
    if (
        (axis is None or type(axis) is int)
        and type(method) is str
        and method in ("average", "min", "max", "dense", "ordinal")
        and type(nan_policy) is str
        and nan_policy == "propagate"
    ):
        array = a if type(a) is np.ndarray else np.asarray(a) if type(a) in (list, tuple) else None
        if is_ordered(array) and array.size:
            array = native(array.ravel() if axis is None else array)
            result = _kernel_rankdata(array, method, -1 if axis is None else axis, _like(array.dtype, method))
            if result is not NotImplemented:
                return result
    return _scipy_rankdata(a, method, axis=axis, nan_policy=nan_policy)  # type: ignore[no-any-return]
