"""Moving elements through ``patch()``: ``a[indices]``, ``a[mask]``, ``take``, ``compress``, ``nonzero``."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from operator import getitem
from typing import Any

import ferrodide
import numpy as np
import pytest
from ferrodide._backend import kernels
from helpers import IN_PYODIDE, LAYOUTS, SERVED, UNSERVED, assert_same, fallbacks, hits, outcome, sample

pytestmark = pytest.mark.skipif(
    ferrodide.backend() != "pyo3", reason="only the compiled module reaches NumPy's methods"
)

NUMBERS = [*SERVED, *UNSERVED]
#: What is moved byte by byte, and what is not moved at all.
OTHERS = ["datetime64[s]", "timedelta64[ns]", "S3", "U5", "S16", "complex64", "S32", "object", "i4,f8"]


@pytest.fixture(autouse=True, params=[False, True], ids=["", "every length"])
def every_length(request):
    kernels._patch_serve_short(request.param)
    yield request.param
    ferrodide.unpatch()
    ferrodide.stats(reset=True)
    kernels._patch_serve_short(False)


#: No position on a platform of 32 bits; on one of 64, NumPy goes round once for each turn.
FAR = -(2**40) if IN_PYODIDE else -(10**6)


def same(call: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """With and without the patch: the same result, strides and all, or the same exception and message."""
    want, want_error, want_warnings = outcome(call, *args, **kwargs)
    with ferrodide.patched("indexing"):
        got, error, caught = outcome(call, *args, **kwargs)
    assert (type(error), str(error)) == (type(want_error), str(want_error))
    assert caught == want_warnings
    if want_error is None:
        pairs = zip(got, want, strict=True) if isinstance(want, tuple) else [(got, want)]
        for ours, theirs in pairs:
            assert_same(ours, theirs, exact=theirs.dtype.kind != "O")
            if theirs.size:
                assert ours.strides == theirs.strides
            assert ours.dtype.str == theirs.dtype.str


def make(dtype: str, shape: Any, seed: int = 0) -> np.ndarray:
    if dtype in NUMBERS:
        return sample(dtype, shape, seed)
    numbers = np.random.default_rng(seed).integers(0, 90, shape)
    if dtype == "i4,f8":
        return np.array([(i, i / 2) for i in numbers.ravel().tolist()], dtype).reshape(shape)
    return numbers.astype(dtype)


def indices(n: int, shape: Any, seed: int = 1, dtype: Any = np.intp) -> np.ndarray:
    return np.random.default_rng(seed).integers(-n, n, shape).astype(dtype)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", [*NUMBERS, *OTHERS])
def test_any_dtype_in_any_layout(dtype, layout):
    if dtype == "object" and layout in ("byte-swapped", "byte-swapped F", "unaligned"):
        pytest.skip("no bytes to swap")
    for shape in [(300,), (1,), (90, 7), (70, 1), (5, 80), (6, 5, 80), (3, 0), (80, 2, 3)]:
        if layout == "unaligned" and 0 in shape:
            continue
        a = LAYOUTS[layout](make(dtype, shape))
        before = a.tobytes()
        i = indices(shape[0], 200)
        same(getitem, a, i)
        same(getitem, a, i.reshape(20, 10))
        mask = np.random.default_rng(3).random(shape) < 0.5
        same(getitem, a, mask)
        same(getitem, a, mask.copy("F"))
        if a.size:
            same(getitem, a, mask.reshape(shape[0], -1)[:, 0])
            same(a.compress, mask.reshape(shape[0], -1)[:, 0], axis=0)
        if a.ndim > 1:
            same(getitem, a, mask.all(axis=-1))
        same(np.compress, mask.ravel(), a)
        same(np.extract, mask, a)
        for mode in ("raise", "wrap", "clip"):
            same(a.take, i % max(a.size, 1), mode=mode)
            for axis in range(-a.ndim, a.ndim):
                at = indices(shape[axis], 100) if shape[axis] else np.zeros(100, np.intp)
                same(np.take, a, at, axis, mode=mode)
                same(a.take, at.reshape(10, 10), axis, mode=mode)
                same(a.take, 3 * at, axis, mode=mode)
        same(a.nonzero)
        same(np.flatnonzero, a)
        same(np.where, a)
        assert a.tobytes() == before or dtype == "object"
    if layout == "C" and dtype not in ("object", "i4,f8"):
        assert hits("getitem")
        assert hits("take")
        assert hits("compress")
    if dtype in ("object", "i4,f8"):
        assert not hits("take")


def test_every_length(every_length):
    for n in [0, 1, 2, 7, 8, 9, 16, 63, 64, 65, 127, 128, 255, 256, 257, 1000, 5000]:
        a = np.arange(float(max(n, 1)))
        mask = np.random.default_rng(n).random(a.size) < 0.3
        for each in (mask, ~mask, np.zeros_like(mask), np.ones_like(mask), mask.view("u1").astype(bool)):
            same(getitem, a, each)
            same(getitem, np.stack([a, a], 1), each)
            same(a.compress, each)
            same((a * each).nonzero)
        for dtype in (np.int32, np.int64, np.int8, np.uint8, np.int16, np.uint16, np.uint32, np.uint64):
            at = indices(min(a.size, 60), n).astype(dtype)
            same(getitem, a, at)
            same(a.take, at)
            same(getitem, np.stack([a, a, a], 1), at)
    assert hits("getitem") > 100
    assert ("short" in fallbacks("getitem")) != every_length


def test_layouts_of_indices_and_masks():
    a, b = np.arange(400.0), np.arange(1200.0).reshape(400, 3)
    i = indices(400, (40, 12))
    views = [
        i,
        i.T,
        i[::2],
        i[:, ::-1],
        i[:, :1],
        i[:1],
        i.copy("F"),
        i[3],
        i[3][::-1],
        i[:, 2],
        i[None],
        i.astype(">i8"),
    ]
    views += [np.broadcast_to(i[0], (9, 12)), i[:0], np.array(3), np.array(True), np.array([], int), np.array([], bool)]
    for at in views:
        for x in (a, a[::-1], b, b[:, :1], b[:, ::-1], b.copy("F"), b[:, 1]):
            same(getitem, x, at)
            same(x.take, at)
            same(x.take, at, axis=0)
    m = np.random.default_rng(0).random((800, 2)) < 0.5
    for at in (m[:400, 0], m[::2, 1], m[:400, 0][::-1], m[:400, 0].view("u1"), np.full(400, 200, "u1").view(bool)):
        for x in (a, a[::-1], b, b.copy("F")):
            same(getitem, x, at)
            same(x.compress, at, 0)
    image = np.arange(2400).reshape(40, 20, 3).astype("u1")
    for at in (image[..., 0] > 99, (image[..., 0] > 99).copy("F")):
        same(getitem, image, at)


def test_errors_are_numpys():
    a, b, i = np.arange(100.0), np.arange(200).reshape(100, 2), np.arange(100)
    for at in (
        i + 1,
        i - 101,
        np.where(i == 50, 10**6, i),
        np.where(i == 99, FAR, i.astype("i8")),
        i * 1.0,
        i.astype("u8"),
    ):
        for x in (a, b, a[:0], b[:0], b[:, :0]):
            same(getitem, x, at)
            for mode in ("raise", "wrap", "clip", "nonsense", 0, None):
                same(x.take, at, mode=mode)
                same(x.take, at, axis=-1, mode=mode)
    for at in (
        i[:50] > 3,
        np.ones(101, bool),
        np.ones((100, 3), bool),
        np.ones((100, 2, 1), bool),
        np.ones((2, 100), bool),
    ):
        for x in (a, b):
            same(getitem, x, at)
            same(x.compress, at, axis=0)
            same(x.compress, at)
            same(x.compress, at, axis=1)
    same(a.take, i, axis=1)
    same(a.take, i, 0, None, "raise", 1)
    same(a.take)
    same(a.take, i, axis=0, axes=0)
    same(a.compress)
    square = np.arange(400.0).reshape(20, 20)
    same(square.compress, square[0] > 7, axis=1)
    same(square.compress, square[0] > 7, axis=-1)
    same(a.compress, i > 3, 0, None, 1)
    same(a.compress, i > 3, condition=i > 3)
    same(np.where, i, i)
    same(a.nonzero, 1)
    same(np.array(3.0).nonzero)
    # Nothing is written where an index is out of bounds.
    out = np.zeros(100)
    same(a.take, i + 1, out=out)
    assert not out.any()


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
def test_keywords_and_subclasses():
    a, i = np.arange(300.0), indices(300, 200)
    m = a > 20
    same(a.take, indices=i, axis=None, mode="wrap")
    same(np.take, a=a, indices=i, out=np.empty(200))
    same(a.take, i.tolist())
    same(a.compress, condition=m, axis=0, out=None)
    same(a.compress, m.tolist())
    same(lambda: np.ma.masked_array(a, m)[i].filled(0))
    same(np.asarray, np.matrix(a)[:, i])
    same(lambda: a.view(np.recarray)[i].view(np.ndarray))
    same(np.where, m, a, i[0])
    same(np.argwhere, a)
    same(getitem, a, (i, None))
    assert hits("take") >= 1
    assert hits("compress") >= 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frozen = a.copy()
        frozen.flags.writeable = False
        same(getitem, frozen, i)


def test_what_is_written_through_a_key_is_numpys():
    a, i = np.arange(300.0), np.arange(0, 300, 2)
    with ferrodide.patched("indexing"):
        a[i] += 1
        a[a > 200] = 0
    want = np.arange(300.0)
    want[i] += 1
    want[want > 200] = 0
    np.testing.assert_array_equal(a, want)
