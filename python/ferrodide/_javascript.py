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


_SERVED = ("f8", "f4", "i8", "i4", "u1")
#: From so many whole numbers on, their median is sooner here than NumPy's.
_LONG = 30_000


def _served(a: Any, dtypes: tuple[str, ...] = _SERVED) -> bool:
    """Whether the kernels take ``a`` as it is: an exact, native, aligned array of their dtypes."""
    if type(a) is not np.ndarray:
        return False
    dtype = a.dtype
    return dtype.isnative and dtype.str[1:] in dtypes and a.flags.aligned


def _ordered(a: Any) -> bool:
    """As :func:`_served`, for the kernels of sets and ranks, to which a bool is a byte."""
    return _served(a, (*_SERVED, "b1"))


def _describe(a: Array) -> str:
    """Where an array lies, as JSON. It must outlive the call that this goes to."""
    known = a.__array_interface__
    strides = known["strides"]
    shown = "null" if strides is None else list(strides)
    return f'["{known["typestr"]}",{known["data"][0]},{list(known["shape"])},{shown}]'


def _describe_all(*arrays: Array | None) -> str:
    """Where several arrays lie; what is not there is null."""
    return f"[{','.join('null' if a is None else _describe(a) for a in arrays)}]"


def _is_lane(a: Any, dtype: Any = None) -> bool:
    """Whether the kernels take ``a`` as it is, and as a lane (of this dtype)."""
    return _served(a) and a.ndim == 1 and dtype in (None, a.dtype)


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
        names = (
            "matmul sort argsort median cdist unique isin rankdata nanmedian histogram histogramdd panicForTest "
            "jitCompile jitBuild jitExports".split()
        )
        self._functions = {name: getattr(bridge, name) for name in names}
        self._js_exception = JsException

    def _call(self, name: str, *args: Any) -> Any:
        try:
            return self._functions[name](*args)
        except self._js_exception as error:
            raise_from_js(error)

    def _panic_for_test(self) -> None:
        self._call("panicForTest")

    def _jit_compile(self, program: str, types: str, options: str, /) -> tuple[Any, ...]:
        """As ``_core._jit_compile``."""
        try:
            wasm, rest = self._functions["jitCompile"](program, types, options)
        except self._js_exception as error:
            return ("internal", error.message, "", "", "0:0:0:0", [])
        found = rest.to_py()
        if wasm is None:
            return tuple(found)
        result, slots, errors, imports, report = found
        return ("ok", wasm.to_bytes(), result, slots, [tuple(each) for each in errors], imports, report)

    @property
    def _jit_build(self) -> str:
        """As ``_core._jit_build``."""
        return str(self._functions["jitBuild"]())

    def _jit_exports(self) -> Any:
        """The kernels' own exports, with the elementary functions that compiled code imports."""
        return self._functions["jitExports"]()

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

    def unique(self, ar: Any, index: bool, inverse: bool, counts: bool, equal_nan: bool, /) -> Any:
        if not _ordered(ar):
            return NotImplemented
        # How many there are is known afterwards.
        values = np.empty(ar.size, ar.dtype)
        where, places, often = (
            np.empty(shape, np.intp) if wanted else None
            for wanted, shape in ((index, ar.size), (inverse, ar.shape), (counts, ar.size))
        )
        distinct = self._call("unique", _describe_all(ar, values, where, places, often), equal_nan)
        for part in (values, where, often):
            if part is not None:
                # In place: nobody else knows them yet.
                part.resize(distinct, refcheck=False)
        parts = [part for part in (where, places, often) if part is not None]
        return (values, *parts) if parts else values

    def isin(self, element: Any, test_elements: Any, invert: bool, /) -> Any:
        if not (_ordered(element) and _ordered(test_elements) and element.dtype == test_elements.dtype):
            return NotImplemented
        out = np.empty(element.shape, np.bool_)
        self._call("isin", _describe(element), _describe(test_elements), invert, _describe(out))
        return out

    def rankdata(self, a: Any, method: str, axis: int, like: Any, /) -> Any:
        if not (_ordered(a) and a.size and -a.ndim <= axis < a.ndim):
            return NotImplemented
        # float32 has float32's ranks, which are exact up to here, the others have doubles.
        if like.dtype == np.float32 and (a.dtype != np.float32 or a.shape[axis] > 1 << 23):
            return NotImplemented
        if a.dtype == np.float32 and like.dtype != np.float32:
            a = a.astype(np.float64)
        shape = list(a.shape)
        shape[axis], shape[-1] = shape[-1], shape[axis]
        # SciPy ranks with the axis last.
        out = np.empty(shape, a.dtype if a.dtype == np.float32 else np.float64).swapaxes(axis, -1)
        self._call("rankdata", _describe(a), method, axis % a.ndim, _describe(out))
        if out.dtype == like.dtype:
            return out
        # Integers have no NaN.
        return NotImplemented if np.isnan(out).any() else out.astype(like.dtype)

    def nanmedian(self, a: Any, axis: int | None, keepdims: bool, /) -> Any:
        if not (_ordered(a) and a.size and a.ndim and (axis is None or -a.ndim <= axis < a.ndim)):
            return NotImplemented
        if a.dtype.kind != "f" and a.size < _LONG:
            # No NaN to leave out, and NumPy selects from short ones in the time that it takes to get there.
            return NotImplemented
        if axis is not None and a.ndim > 2 and not a.flags.c_contiguous:
            # The memory order of the axes has a say in that of the result.
            return NotImplemented
        reduced = range(a.ndim) if axis is None else (axis % a.ndim,)
        kept = [1 if i in reduced else n for i, n in enumerate(a.shape) if keepdims or i not in reduced]
        out = np.empty(kept, np.float32 if a.dtype == np.float32 else np.float64)
        # NumPy warns of medians that are not finite.
        if not self._call("nanmedian", _describe(a), axis, keepdims, _describe(out)):
            return NotImplemented
        return out if kept else out[()]

    def extent(self, a: Any, /) -> Any:
        # NumPy has it sooner than the elements would be copied.
        return (a.min(), a.max()) if _is_lane(a) and a.size else NotImplemented

    def histogram(self, a: Any, edges: Any, weights: Any, /) -> Any:
        if not (_is_lane(a) and _is_lane(edges, np.float64) and edges.size > 1):
            return NotImplemented
        if not (weights is None or _is_lane(weights, np.float64)):
            return NotImplemented
        out = np.empty(edges.size - 1, np.intp if weights is None else np.float64)
        self._call("histogram", _describe_all(a, edges, weights, out))
        return out

    def histogramdd(self, columns: list[Any], edges: list[Any], weights: Any, /) -> Any:
        if not (columns and all(_is_lane(column, columns[0].dtype) for column in columns)):
            return NotImplemented
        if not all(_is_lane(along, np.float64) and along.size > 1 for along in edges):
            return NotImplemented
        if not (weights is None or _is_lane(weights, np.float64)):
            return NotImplemented
        out = np.empty([along.size - 1 for along in edges])
        self._call("histogramdd", _describe_all(*columns), _describe_all(*edges), _describe_all(weights, out))
        return out
