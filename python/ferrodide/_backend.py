"""Which kernels answer: the one place that knows.

The order: the compiled ``_core`` (PyO3 wheel); the module that the page registered with
``installFerrodide(pyodide)``; the WebAssembly that the universal wheel carries; and where
none can be had, no kernels at all: NumPy itself, with one warning.
"""

from __future__ import annotations

import os
import sys
import warnings
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    Array: TypeAlias = np.ndarray[Any, Any]

__all__ = ["Kernels", "backend", "kernels"]

_HERE = Path(__file__).parent
_IN_BROWSER = sys.platform == "emscripten"
_UNIVERSAL = "ferrodide-*-py3-none-any.whl"


class Kernels(Protocol):
    """What every backend offers.

    The array kernels take exact ``ndarray``s and answer ``NotImplemented`` where they do
    not serve the operands as they are.
    """

    def matmul(self, x1: Any, x2: Any, /) -> Any: ...
    def sort(self, a: Any, axis: int, /) -> Any: ...
    def argsort(self, a: Any, axis: int, /) -> Any: ...
    def median(self, a: Any, axis: int | None, keepdims: bool, /) -> Any: ...
    def cdist(self, xa: Any, xb: Any, metric: str, /) -> Any: ...
    def unique(self, ar: Any, index: bool, inverse: bool, counts: bool, equal_nan: bool, /) -> Any: ...
    def isin(self, element: Any, test_elements: Any, invert: bool, /) -> Any: ...
    def rankdata(self, a: Any, method: str, axis: int, like: Any, /) -> Any: ...
    def nanmedian(self, a: Any, axis: int | None, keepdims: bool, /) -> Any: ...
    def extent(self, a: Any, /) -> Any: ...
    def histogram(self, a: Any, edges: Any, weights: Any, /) -> Any: ...
    def histogramdd(self, columns: list[Any], edges: list[Any], weights: Any, /) -> Any: ...
    def levenshtein(self, s1: Any, s2: Any, weights: tuple[int, int, int], score_cutoff: int | None, /) -> int: ...
    def fuzz_score(self, scorer: str, s1: Any, s2: Any, score_cutoff: float, /) -> float: ...
    def extract(
        self,
        query: Any,
        choices: list[Any],
        scorer: str,
        limit: int | None,
        score_cutoff: float | None,
        /,
    ) -> list[tuple[float, int]]: ...


def _simd_missing() -> bool:
    """Whether this browser lacks WebAssembly SIMD, which every kernel is built with."""
    if not _IN_BROWSER:
        return False
    js = import_module("js")

    # The smallest module with an i8x16.splat in it.
    probe = bytes.fromhex("0061736d010000000105016000017b030201000a0a0108004100fd0ffd620b")
    array = js.Uint8Array.new(len(probe))
    array.assign(memoryview(probe))
    return not js.WebAssembly.validate(array)


def _no_simd() -> str:
    return (
        "ferrodide: this browser has no WebAssembly SIMD, which the kernels are built with; "
        "update it (Chrome 91, Firefox 89, Safari 16.4 or newer)."
    )


def _pyo3() -> Kernels | None:
    binaries = sorted(p.name for p in _HERE.glob("_core.*") if p.suffix in (".so", ".pyd"))
    if not binaries:
        return None
    here = f"CPython {sys.version_info.major}.{sys.version_info.minor} on {sys.platform}"
    try:
        return cast("Kernels", import_module("ferrodide._core"))
    except ImportError as error:
        if _simd_missing():
            raise ImportError(_no_simd()) from error
        raise ImportError(
            f"ferrodide: the compiled module in this wheel ({', '.join(binaries)}) does not load in {here} "
            f"({error}); install the wheel for this Python, or {_UNIVERSAL}, which runs in every Pyodide."
        ) from error


def _registered() -> Kernels | None:
    if not _IN_BROWSER or find_spec("_ferrodide_js") is None:
        return None
    from ._javascript import JavascriptKernels

    return JavascriptKernels(import_module("_ferrodide_js"))


def _embedded() -> Kernels | None:
    wasm, glue = _HERE / "_wasm" / "ferrodide_bg.wasm", _HERE / "_wasm" / "glue.js"
    if not _IN_BROWSER or not wasm.exists():
        return None
    if _simd_missing():
        raise ImportError(_no_simd())
    from pyodide.code import run_js  # type: ignore[import-not-found]
    from pyodide.ffi import JsException, to_js  # type: ignore[import-not-found]

    from ._javascript import JavascriptKernels

    try:
        glue_module = run_js(glue.read_text())
    except JsException as error:
        if "EvalError" not in str(error) and "unsafe-eval" not in str(error):
            raise
        raise ImportError(
            "ferrodide: this page's Content-Security-Policy forbids eval, which the universal wheel needs; "
            "load the npm package ferrodide as an ES module and call installFerrodide(pyodide) before the import."
        ) from error
    try:
        return JavascriptKernels(
            glue_module.createEmbeddedBridge(to_js(wasm.read_bytes()), import_module("pyodide_js"))
        )
    except JsException as error:
        raise ImportError(
            f"ferrodide: the WebAssembly kernels cannot be compiled here ({error}); where the page has a "
            "Content-Security-Policy, its script-src needs 'wasm-unsafe-eval'."
        ) from error


def _none() -> None:
    return None


_LOADERS: dict[str, Callable[[], Kernels | None]] = {
    "pyo3": _pyo3,
    "javascript": _registered,
    "universal": _embedded,
    "numpy": _none,
}


def _choose() -> tuple[str, Kernels | None]:
    forced = os.environ.get("FERRODIDE_BACKEND")
    if forced:
        if forced not in _LOADERS:
            raise ImportError(f"ferrodide: FERRODIDE_BACKEND is {forced!r}; expected one of {', '.join(_LOADERS)}.")
        found = _LOADERS[forced]()
        if found is None and forced != "numpy":
            raise ImportError(f"ferrodide: FERRODIDE_BACKEND asks for {forced!r}, which is not installed here.")
        return forced, found
    for name, load in _LOADERS.items():
        found = load()
        if found is not None:
            return name, found
    warnings.warn(
        "ferrodide: no compiled kernels for this Python; every call goes to NumPy, at NumPy's speed. "
        "Install a wheel for this platform to change that.",
        RuntimeWarning,
        stacklevel=2,
    )
    return "numpy", None


_name, _found = _choose()
if _found is None:
    from ._fallback import FallbackKernels

    _found = FallbackKernels()

kernels: Kernels = _found


def backend() -> str:
    """The kernels in use.

    Returns
    -------
    str
        ``"pyo3"``: the compiled extension module, on NumPy's own memory, without a copy.
        ``"javascript"``: the module that the page registered with ``installFerrodide``.
        ``"universal"``: the WebAssembly module inside the universal wheel.
        ``"numpy"``: no kernels; NumPy does the work.

    Examples
    --------
    >>> import ferrodide
    >>> ferrodide.backend()
    'pyo3'
    """
    return _name
