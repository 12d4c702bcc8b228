"""What comes in: any array-like, as an array that the kernels take, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ._backend import Array

#: The dtypes that kernels serve, in either byte order.
_SERVED = frozenset({"f8", "f4", "i8", "i4", "u1"})


#: Those that are ordered, and that kernels of their order serve.
_ORDERED = frozenset({*_SERVED, "i1", "i2", "u2", "u4", "u8", "b1"})


def is_ordered(a: Any) -> bool:
    """Whether this is an exact ndarray of a dtype that the kernels of sets and ranks serve, in either byte order."""
    return type(a) is np.ndarray and a.dtype.str[1:] in _ORDERED


def overrides_numpy(*operands: Any) -> bool:
    """Whether an operand's own type has a say in what NumPy's functions do with it."""
    return any(
        type(x) is not np.ndarray and (hasattr(type(x), "__array_ufunc__") or hasattr(type(x), "__array_function__"))
        for x in operands
        if not isinstance(x, np.generic)
    )


def native(a: Array) -> Array:
    """``a`` itself, or an aligned copy in native byte order."""
    dtype = a.dtype
    if not dtype.isnative:
        return a.astype(dtype.newbyteorder("="))
    return a if a.flags.aligned else a.copy()


def as_served(a: Any) -> Array | None:
    """An ndarray of a dtype that kernels serve, else None: then the call is NumPy's.

    Takes lists, scalars, ``array.array``, memoryviews and arrays of any layout; subclasses
    (masked arrays, matrices) and other dtypes are NumPy's.
    """
    if overrides_numpy(a):
        return None
    array = np.asanyarray(a)
    if type(array) is not np.ndarray or array.dtype.str[1:] not in _SERVED:
        return None
    return array


def in_order_of(a: Array, result: Any, axis: int | None) -> Any:
    """A reduction of ``a`` along ``axis`` in the memory order that NumPy gives it: that of ``a``."""
    if axis is None or a.ndim < 3 or a.flags.c_contiguous or type(result) is not np.ndarray:
        return result
    strides = [abs(stride) for stride in a.strides]
    reduced = axis % a.ndim
    if result.ndim == a.ndim:
        strides[reduced] = strides[reduced - 1] if reduced else max(strides)
    else:
        del strides[reduced]
    order = sorted(range(result.ndim), key=lambda i: -strides[i])
    if order == sorted(order):
        return result
    return result.transpose(order).copy().transpose(sorted(range(result.ndim), key=order.__getitem__))


def into(out: Any, result: Any) -> bool:
    """Copy ``result`` into ``out``; False, with nothing done, where NumPy would refuse that."""
    result = np.asarray(result)
    if type(out) is not np.ndarray or out.shape != result.shape or not out.flags.writeable:
        return False
    # Text and objects would take a float too: how, is for each of NumPy's functions to say.
    if out.dtype.kind not in "fc" or not np.can_cast(result.dtype, out.dtype, "same_kind"):
        return False
    np.copyto(out, result, casting="same_kind")
    return True
