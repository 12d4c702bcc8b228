"""What the numeric tests share: values at the edges, layouts, and comparing a call with NumPy's or SciPy's own."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any

import ferrodide
import numpy as np
from ferrodide.jit import _compiler
from scipy.spatial.distance import cdist as scipy_cdist

IN_PYODIDE = sys.platform == "emscripten"

#: Whether ``@njit`` compiles here, and the code runs.
COMPILES = IN_PYODIDE and _compiler.here() is not None

#: Dtypes that kernels serve, and others, whose calls have to arrive at NumPy.
SERVED = ["float64", "float32", "int64", "int32", "uint8"]
UNSERVED = ["float16", "longdouble", "complex128", "int8", "int16", "uint16", "uint32", "uint64", "bool"]

METRICS = ["euclidean", "sqeuclidean", "cityblock", "chebyshev", "cosine"]

#: Each function with the one it stands in for, and a way to call it on any one array.
PEERS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "sort": (ferrodide.sort, np.sort),
    "argsort": (ferrodide.argsort, np.argsort),
    "median": (ferrodide.median, np.median),
    "matmul": (ferrodide.matmul, np.matmul),
    "cdist": (ferrodide.cdist, scipy_cdist),
}


def edges(dtype: Any) -> np.ndarray:
    """NaN of both signs, infinities, both zeros, subnormals, MIN and MAX, as far as the dtype has them."""
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        info = np.finfo(dtype)
        values = [np.nan, -np.nan, np.inf, -np.inf, 0.0, -0.0, info.max, info.min, info.tiny, -info.tiny]
        values += [info.smallest_subnormal, -info.smallest_subnormal, info.eps, 1.0, -1.0]
        return np.array(values, dtype)
    if dtype.kind == "b":
        return np.array([False, True])
    info = np.iinfo(dtype)
    return np.array([info.min, info.max, info.min + 1, info.max - 1, 0, 1, info.max // 2], dtype)


def sample(dtype: Any, shape: Any, seed: int = 0, edge: float = 0.3) -> np.ndarray:
    """Small whole numbers, with ties, and so many edge values among them; a complex number is made of two."""
    if np.dtype(dtype).kind == "c":
        parts = np.stack([sample("float32", shape, seed + i, edge) for i in range(2)], -1).astype("f8")
        return parts.view("c16")[..., 0].astype(dtype)
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 9, shape).astype(dtype)
    if edge == 0:
        return small
    return np.where(rng.random(shape) < edge, rng.choice(edges(dtype), shape), small).astype(dtype)


def hits(name: str) -> int:
    """The calls of a patched function that a kernel has served."""
    return ferrodide.stats()[name]["hits"]


def fallbacks(name: str) -> dict[str, int]:
    """The calls of a patched function that were left to the original, by reason."""
    return ferrodide.stats()[name]["fallbacks"]


def _gaps(a: np.ndarray) -> np.ndarray:
    wide = np.full([2 * n + 1 for n in a.shape], 99, a.dtype)
    view = wide[tuple(slice(1, 2 * n + 1, 2) for n in a.shape)]
    view[...] = a
    return view


def _unaligned(a: np.ndarray) -> np.ndarray:
    memory = np.zeros(a.nbytes + 1, np.uint8)
    view = memory[1:].view(a.dtype).reshape(a.shape) if a.size else a.copy()
    view[...] = a
    return view


def _read_only(a: np.ndarray) -> np.ndarray:
    copy = a.copy()
    copy.flags.writeable = False
    return copy


#: The same elements, differently in memory.
LAYOUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "C": lambda a: a.copy("C"),
    "F": lambda a: a.copy("F"),
    "gaps": _gaps,
    "reversed": lambda a: np.flip(np.flip(a).copy()),
    "last axis reversed": lambda a: a[..., ::-1].copy()[..., ::-1],
    "transposed": lambda a: np.moveaxis(np.moveaxis(a, 0, -1).copy(), -1, 0),
    "gaps, transposed, reversed": lambda a: np.flip(_gaps(np.flip(a.T))).T,
    "unaligned": _unaligned,
    "byte-swapped": lambda a: a.astype(a.dtype.newbyteorder()),
    "byte-swapped F": lambda a: a.astype(a.dtype.newbyteorder()).copy("F"),
    "read-only": _read_only,
}


def bits(a: np.ndarray) -> np.ndarray:
    """The bits of a float array, so that NaN equals itself and -0.0 differs from 0.0."""
    a = np.asarray(a)
    a = a.astype(a.dtype.newbyteorder("="))
    return a.view(f"u{a.itemsize}") if a.dtype.kind == "f" else a


def assert_same(ours: Any, theirs: Any, *, exact: bool = True) -> None:
    """Type, dtype, shape, memory order and values; ``exact`` distinguishes the zeros, and NaN from NaN."""
    assert type(ours) is type(theirs), (type(ours), type(theirs))
    if not isinstance(theirs, (np.ndarray, np.generic)):
        assert ours == theirs
        return
    assert ours.dtype == theirs.dtype
    assert ours.dtype.isnative == theirs.dtype.isnative
    assert ours.shape == theirs.shape
    if isinstance(theirs, np.ndarray):
        for flag in ("C_CONTIGUOUS", "F_CONTIGUOUS", "WRITEABLE", "ALIGNED"):
            assert ours.flags[flag] == theirs.flags[flag], flag
    if exact and theirs.dtype.kind == "f" and theirs.itemsize <= 8:
        np.testing.assert_array_equal(bits(ours), bits(theirs))
    else:
        np.testing.assert_array_equal(np.asarray(ours), np.asarray(theirs))


def outcome(call: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[Any, Any, list[tuple[type, str]]]:
    """What a call returns, what it raises, and what it warns of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result, error = call(*args, **kwargs), None
        except Exception as raised:
            result, error = None, raised
    return result, error, [(w.category, str(w.message)) for w in caught]


def assert_same_outcome(name: str, *args: Any, exact: bool = False, **kwargs: Any) -> None:
    """Our call and NumPy's or SciPy's: the same result, or exceptions of the same type; the same warnings."""
    ours, theirs = PEERS[name]
    our_result, our_error, our_warnings = outcome(ours, *args, **kwargs)
    their_result, their_error, their_warnings = outcome(theirs, *args, **kwargs)
    assert type(our_error) is type(their_error), (our_error, their_error)
    assert our_warnings == their_warnings
    if their_error is None:
        assert_same(our_result, their_result, exact=exact)


def dot_bound(x1: np.ndarray, x2: np.ndarray, dtype: Any) -> np.ndarray:
    """How far two ways to sum the products of ``x1 @ x2`` may lie apart: k roundings on either side."""
    k = np.shape(x1)[-1]
    if np.dtype(dtype).kind in "iu":
        return np.zeros(np.matmul(x1, x2).shape)
    magnitude = np.matmul(np.abs(x1).astype("f8"), np.abs(x2).astype("f8"))
    # Twice half an ulp of 1 for each of k products and k sums; and subnormals round absolutely.
    return 2 * (k + 1) * np.finfo(dtype).eps * magnitude + 2 * k * np.finfo(dtype).smallest_subnormal
