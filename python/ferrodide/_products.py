"""``matmul``, as NumPy's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ._arrays import into, native, overrides_numpy
from ._backend import kernels
from ._originals import original

if TYPE_CHECKING:
    from ._backend import Array

__all__ = ["matmul"]

_kernel_matmul = kernels.matmul
_numpy_matmul = original("matmul")
_FLOATS = (np.dtype(np.float64), np.dtype(np.float32))


def matmul(
    x1: Any,
    x2: Any,
    /,
    out: Any = None,
    *,
    casting: str = "same_kind",
    order: str = "K",
    dtype: Any = None,
    subok: bool = True,
    signature: Any = None,
    axes: Any = None,
    axis: Any = None,
) -> Any:
    """Return the matrix product, as :data:`numpy.matmul`.

    Parameters
    ----------
    x1, x2 : array_like
        (..., m, k) and (..., k, n); the batch axes broadcast. A 1-D operand is a row on the
        left and a column on the right. The kernels serve products whose result is float64
        or float32; other dtypes are NumPy's.
    out : ndarray, optional
        Receives the result; it has the result's shape.
    casting, order, dtype, subok, signature, axes, axis
        As in NumPy; anything but the default is NumPy's work.

    Returns
    -------
    ndarray or scalar
        Shape (..., m, n), of the dtype that NumPy's promotion gives, in C order.

    Raises
    ------
    ValueError
        An operand is 0-d, the inner lengths differ, or the batch axes do not broadcast.
    MemoryError
        The result does not fit.

    Notes
    -----
    O(m n k): packed and blocked for the cache (Goto and van de Geijn, "Anatomy of
    high-performance matrix multiplication", 2008). The sums are
    taken in another order than NumPy's: results agree within k * eps * (abs(x1) @ abs(x2)).

    Examples
    --------
    >>> ferrodide.matmul(np.eye(2), [3.0, 4.0])
    array([3., 4.])
    """
    if casting == "same_kind" and dtype is axes is axis is signature is None and order in ("K", "C"):
        if out is None:
            result = _kernel_matmul(x1, x2)
            if result is not NotImplemented:
                return result
        if not overrides_numpy(x1, x2):
            result = _matmul(np.asanyarray(x1), np.asanyarray(x2))
            if result is not NotImplemented:
                target = out[0] if isinstance(out, tuple) and len(out) == 1 else out
                if target is None:
                    return result
                if into(target, result):
                    return target
    keywords = {"dtype": dtype, "signature": signature, "axes": axes, "axis": axis}
    given = {name: value for name, value in keywords.items() if value is not None}
    return _numpy_matmul(x1, x2, out=out, casting=casting, order=order, subok=subok, **given)


def _matmul(a: Array, b: Array) -> Any:
    """The product of two arrays brought to their common float type."""
    if a.dtype.kind not in "fiu" or b.dtype.kind not in "fiu":
        return NotImplemented
    common = np.result_type(a.dtype, b.dtype)
    if common not in _FLOATS:
        return NotImplemented
    return _kernel_matmul(native(a.astype(common, copy=False)), native(b.astype(common, copy=False)))
