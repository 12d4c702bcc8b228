"""The loops that take relaxed SIMD, which are a module of their own in the wheel for Pyodide.

An engine without these instructions refuses a module that has one. The suffix is not ``.so``, since Pyodide loads
every one of these when it installs a wheel.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

_MODULE = Path(__file__).parent / "_fused.wasm"

#: The smallest module with an f64x2.relaxed_madd in it.
_PROBE = bytes.fromhex("0061736d010000000105016000017b030201000a130111004100fd0f4100fd0f4100fd0ffd87020b")


def _validates() -> bool:
    """Whether this engine has relaxed SIMD."""
    js = import_module("js")
    array = js.Uint8Array.new(len(_PROBE))
    array.assign(memoryview(_PROBE))
    return bool(js.WebAssembly.validate(array))


def load_fused(kernels: Any) -> bool:
    """Put the fused loops behind the patched ones, where this engine has them and rounds once.

    Never an error: without them the plain loops serve.

    Parameters
    ----------
    kernels
        The compiled ``_core``.

    Returns
    -------
    bool
        Whether they are in use.
    """
    if sys.platform != "emscripten" or not _MODULE.exists():
        return False
    try:
        if not _validates():
            return False
        loader = ExtensionFileLoader("ferrodide._fused", str(_MODULE))
        spec = spec_from_file_location("ferrodide._fused", _MODULE, loader=loader)
        assert spec is not None
        loops = getattr(module_from_spec(spec), "loops", None)
        if loops is None:
            return False
        kernels._patch_fuse(loops)
    except Exception:
        return False
    return True
