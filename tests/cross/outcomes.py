"""Runs a call, which is a Python expression, and puts down what came of it: plain data that compares anywhere."""

from __future__ import annotations

import hashlib
import warnings
from typing import Any

import numpy as np
import operands
import scipy.spatial.distance
import scipy.stats
import unspecific
from operands import OPERANDS

__all__ = ["NAMESPACE", "array_of", "leaves", "run"]

#: Longer results are kept as a digest, where they have to be equal.
KEPT = 256

NAMESPACE: dict[str, Any] = {
    "np": np,
    "rankdata": scipy.stats.rankdata,
    "op": operands.op,
    "mut": operands.mut,
    "mat": operands.mat,
    "distance": scipy.spatial.distance,
    **{name: getattr(unspecific, name) for name in unspecific.__all__},
}

#: What the floating-point flags of the processor make NumPy say; WebAssembly has no such flags.
_FLAGS = ("invalid value encountered", "divide by zero encountered", "overflow encountered", "underflow encountered")


def run(expression: str, exact: bool) -> dict[str, Any]:
    """The outcome: ``result`` or ``error``, ``warned``, ``flagged``, and whether memory was ``touched``.

    The operands stay in ``OPERANDS`` until the next call.
    """
    OPERANDS.clear()
    outcome: dict[str, Any] = {"error": None, "result": None}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            outcome["result"] = _encode(eval(expression, dict(NAMESPACE)), exact)
        except (Exception, RecursionError) as error:
            outcome["error"] = type(error).__name__
            outcome["message"] = str(error)[:200]
    flagged = [w for w in caught if issubclass(w.category, RuntimeWarning) and str(w.message).startswith(_FLAGS)]
    outcome["flagged"] = bool(flagged)
    outcome["warned"] = sorted({w.category.__name__ for w in caught if w not in flagged})
    outcome["touched"] = [i for i, operand in enumerate(OPERANDS) if operand.touched()]
    return outcome


def _encode(value: Any, exact: bool) -> Any:
    if isinstance(value, (np.ndarray, np.generic)):
        return _leaf(value, exact)
    if isinstance(value, unspecific.Like):
        return (*_leaf(value.array, exact)[:5], "")
    if isinstance(value, dict):
        return ("items", type(value).__name__, [_encode(each, exact) for each in value.items()])
    if isinstance(value, (tuple, list)):
        return ("items", type(value).__name__, [_encode(each, exact) for each in value])
    # 0.0 and -0.0, 1 and 1.0 and True differ in it.
    shown = repr(value)
    return ("plain", type(value).__name__, _digest(shown.encode()) if len(shown) > 8 * KEPT else shown)


def _digest(content: bytes) -> str:
    return "digest " + hashlib.blake2b(content, digest_size=16).hexdigest()


def _leaf(value: Any, exact: bool) -> Any:
    """("array", type, dtype, shape, flags, content): bytes in the machine's order, or a digest of them."""
    flags = ""
    if isinstance(value, np.ndarray):
        names = ("C_CONTIGUOUS", "F_CONTIGUOUS", "WRITEABLE", "ALIGNED")
        flags = "".join(name[0] for name in names if value.flags[name])
    kind, dtype, shape = type(value).__name__, value.dtype.str, value.shape
    if isinstance(value, np.ma.MaskedArray):
        flags += " mask " + np.ma.getmaskarray(value).tobytes().hex()
        value = value.filled(0) if value.dtype.kind in "biufc" else value.filled()
    plain = np.asarray(value)
    content: Any
    if plain.dtype.hasobject or plain.dtype.kind == "V":
        content = repr(plain.tolist())
    else:
        content = canonical(plain)
        if exact and plain.size > KEPT:
            # An index is half as wide in 32-bit WebAssembly: its digest must not be another one.
            content = _digest(canonical(plain.astype(f"{plain.dtype.kind}8")) if plain.dtype.kind in "iu" else content)
    return ("array", kind, dtype, shape, flags, content)


def canonical(plain: np.ndarray) -> bytes:
    """An array's bytes in C order and little-endian, with one NaN for all, and long doubles as doubles."""
    if plain.dtype.char in "gG":
        with np.errstate(all="ignore"):
            plain = plain.astype("c16" if plain.dtype.char == "G" else "f8")
    if plain.dtype.kind not in "fc":
        return plain.astype(plain.dtype.newbyteorder("<"), copy=False).tobytes()
    plain = np.array(plain, plain.dtype.newbyteorder("<"), order="C", ndmin=1)
    parts = plain.view(f"f{plain.itemsize // 2}") if plain.dtype.kind == "c" else plain
    parts[np.isnan(parts)] = np.nan
    return plain.tobytes()


def leaves(encoded: Any) -> list[Any]:
    """The arrays and plain values of a result, in order."""
    if encoded[0] != "items":
        return [encoded]
    return [leaf for each in encoded[2] for leaf in leaves(each)]


def array_of(leaf: Any) -> np.ndarray | None:
    """The numbers of a leaf, where it has them."""
    if leaf[0] != "array" or not isinstance(leaf[5], bytes):
        return None
    dtype = np.dtype(leaf[2]).newbyteorder("<")
    if dtype.char in "gG":
        dtype = np.dtype("<c16" if dtype.char == "G" else "<f8")
    return np.frombuffer(leaf[5], dtype).reshape(leaf[3])
