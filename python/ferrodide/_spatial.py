"""``cdist``, as SciPy's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ._arrays import into, native
from ._backend import kernels
from ._originals import original

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._backend import Array

__all__ = ["cdist"]

_kernel_cdist = kernels.cdist
_original_cdist = original("cdist", "scipy.spatial.distance")

# SciPy's names for each metric that has a kernel.
_METRICS = {
    alias: name
    for name, aliases in {
        "euclidean": ("euclidean", "euclid", "eu", "e"),
        "sqeuclidean": ("sqeuclidean", "sqe", "sqeuclid"),
        "cityblock": ("cityblock", "cblock", "cb", "c"),
        "chebyshev": ("chebyshev", "chebychev", "cheby", "cheb", "ch"),
        "cosine": ("cosine", "cos"),
    }.items()
    for alias in aliases
}


def cdist(
    XA: Any,
    XB: Any,
    metric: str | Callable[..., float] = "euclidean",
    *,
    out: Array | None = None,
    **kwargs: Any,
) -> Array:
    """Return the distance of each row of `XA` to each row of `XB`, as SciPy's ``cdist``.

    Parameters
    ----------
    XA : array_like, shape (m, k)
        Points; converted to float64.
    XB : array_like, shape (n, k)
        Points; converted to float64.
    metric : str or callable
        The kernels serve 'euclidean', 'sqeuclidean', 'cityblock', 'chebyshev' and 'cosine'
        (and SciPy's other names for them); any other goes to SciPy, where it is installed.
    out : ndarray, shape (m, n), optional
        Receives the result: float64, C order.
    **kwargs
        SciPy's (`w`, `p`, `V`, `VI`); any of them makes the call SciPy's.

    Returns
    -------
    ndarray of float64, shape (m, n)

    Raises
    ------
    ValueError
        An operand is not 2-D, the numbers of columns differ, the metric is unknown, or
        `out` does not fit.
    MemoryError
        The result does not fit.

    Notes
    -----
    O(m n k). Sums are taken in the order of the columns: results agree with SciPy's within
    k * eps, relatively ('cosine': absolutely, as one minus a number near one).

    Examples
    --------
    >>> ferrodide.cdist([[0, 0]], [[3, 4], [6, 8]])
    array([[ 5., 10.]])
    """
    name = _METRICS.get(metric.lower()) if isinstance(metric, str) else None
    if name is None or kwargs:
        return _scipy_cdist(XA, XB, metric, out=out, **kwargs)
    result = _kernel_cdist(XA, XB, name) if out is None else NotImplemented
    if result is not NotImplemented:
        return result  # type: ignore[no-any-return]
    a, b = np.asarray(XA), np.asarray(XB)
    if a.dtype.kind not in "fiub" or b.dtype.kind not in "fiub" or max(a.itemsize, b.itemsize) > 8:
        return _scipy_cdist(XA, XB, metric, out=out)
    result = _kernel_cdist(native(a.astype(np.float64, copy=False)), native(b.astype(np.float64, copy=False)), name)
    if result is NotImplemented:
        return _scipy_cdist(XA, XB, metric, out=out)
    if out is None:
        return result  # type: ignore[no-any-return]
    if not (isinstance(out, np.ndarray) and out.dtype == np.float64 and out.flags.c_contiguous and into(out, result)):
        expected = f"expected a writeable, C-contiguous float64 array of shape {result.shape}"
        if not isinstance(out, np.ndarray):
            raise TypeError(f"out: got {type(out).__name__}; {expected}")
        raise ValueError(f"out: got {out.dtype} of shape {out.shape}; {expected}")
    return out


def _scipy_cdist(XA: Any, XB: Any, metric: Any, **kwargs: Any) -> Array:
    try:
        _original_cdist.resolve()
    except ImportError as error:
        raise ImportError(
            f"metric: {metric!r} with {sorted(kwargs)} has no kernel in ferrodide and needs SciPy, which is not "
            f"installed; install scipy, or use one of {', '.join(sorted(set(_METRICS.values())))} without keywords."
        ) from error
    return _original_cdist(XA, XB, metric, **kwargs)  # type: ignore[no-any-return]
