"""The kernels behind a JavaScript bridge, in the form of the compiled module.

The bridge (``js/bridge.js``) takes addresses: it copies the operands into the kernels' own
memory and the result out of it, once each.
"""

from __future__ import annotations

import contextlib
import operator
from typing import TYPE_CHECKING, Any, NoReturn

from ._javascript_strings import JavascriptStrings

if TYPE_CHECKING:
    from ._backend import Array

with contextlib.suppress(ImportError):  # the string kernels work without it
    import numpy as np


def _served(a: Any) -> bool:
    """Whether the kernels take ``a`` as it is: an exact, native, aligned array of their dtypes."""
    if type(a) is not np.ndarray:
        return False
    dtype = a.dtype
    return dtype.isnative and dtype.str[1:] in ("f8", "f4", "i8", "i4", "u1") and a.flags.aligned


def _describe(a: Array) -> str:
    """Where an array lies, as JSON. It must outlive the call that this goes to."""
    known = a.__array_interface__
    strides = known["strides"]
    shown = "null" if strides is None else list(strides)
    return f'["{known["typestr"]}",{known["data"][0]},{list(known["shape"])},{shown}]'


def _normalize_axis(axis: int, ndim: int) -> int:
    axis = operator.index(axis)
    if -ndim <= axis < ndim:
        return axis % ndim
    expected = f"-{ndim} <= axis < {ndim}" if ndim else "an array of at least one dimension"
    raise np.exceptions.AxisError(axis, ndim, f"expected {expected}")


def raise_from_js(error: Any) -> NoReturn:
    """Raise the Python exception that a bridge's error names."""
    classes: dict[str, type[Exception]] = {
        "ValueError": ValueError,
        "TypeError": TypeError,
        "MemoryError": MemoryError,
    }
    raise classes.get(error.name, RuntimeError)(error.message) from None


class JavascriptKernels(JavascriptStrings):
    """Implements ``ferrodide._backend.Kernels`` over a bridge object."""

    def __init__(self, bridge: Any) -> None:
        from pyodide.ffi import JsException  # type: ignore[import-not-found]

        super().__init__(bridge)
        # Looked up once: each look-up of a JavaScript function makes a proxy.
        names = ("matmul", "sort", "argsort", "median", "cdist", "panicForTest")
        self._functions = {name: getattr(bridge, name) for name in names}
        self._js_exception = JsException

    def _call(self, name: str, *args: Any) -> None:
        try:
            self._functions[name](*args)
        except self._js_exception as error:
            raise_from_js(error)

    def _panic_for_test(self) -> None:
        self._call("panicForTest")

    def matmul(self, x1: Any, x2: Any, /) -> Any:
        if not (_served(x1) and _served(x2) and x1.dtype == x2.dtype and x1.dtype.kind == "f"):
            return NotImplemented
        # Operands that do not fit get any shape: the kernel refuses them with the reason.
        batch1, batch2 = x1.shape[:-2], x2.shape[:-2]
        ndim = max(len(batch1), len(batch2))
        batches = zip((1,) * (ndim - len(batch1)) + batch1, (1,) * (ndim - len(batch2)) + batch2, strict=True)
        batch = tuple(n2 if n1 == 1 else n1 for n1, n2 in batches)
        shape = batch + x1.shape[-2:-1] + (x2.shape[-1:] if x2.ndim > 1 else ())
        out = np.empty(shape, x1.dtype)
        self._call("matmul", _describe(x1), _describe(x2), _describe(out))
        return out if shape else out[()]

    def sort(self, a: Any, axis: int, /) -> Any:
        if not _served(a):
            return NotImplemented
        axis = _normalize_axis(axis, a.ndim)
        out = np.empty_like(a)
        if a.size:
            self._call("sort", _describe(a), axis, _describe(out))
        return out

    def argsort(self, a: Any, axis: int, /) -> Any:
        if not (_served(a) and a.ndim):
            return NotImplemented
        axis = _normalize_axis(axis, a.ndim)
        out = np.empty(a.shape, np.intp)
        if a.size:
            self._call("argsort", _describe(a), axis, _describe(out))
        return out

    def median(self, a: Any, axis: int | None, keepdims: bool, /) -> Any:
        if not (_served(a) and a.size and a.ndim):
            return NotImplemented
        shape: tuple[int, ...]
        if axis is None:
            shape = (1,) * a.ndim if keepdims else ()
        else:
            axis = _normalize_axis(axis, a.ndim)
            shape = (*a.shape[:axis], *(1,) * keepdims, *a.shape[axis + 1 :])
        out = np.empty(shape, np.float32 if a.dtype == np.float32 else np.float64)
        self._call("median", _describe(a), axis, keepdims, _describe(out))
        return out if shape else out[()]

    def cdist(self, xa: Any, xb: Any, metric: str, /) -> Any:
        if not (_served(xa) and _served(xb) and xa.dtype == xb.dtype == np.float64):
            return NotImplemented
        # As for matmul: what is not two-dimensional is refused by the kernel.
        out = np.empty((*xa.shape[:1], *xb.shape[:1]))
        self._call("cdist", _describe(xa), _describe(xb), metric, _describe(out))
        return out
