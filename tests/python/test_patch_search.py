"""Searching, counting and sliding through ``patch()``: ``searchsorted``, ``interp``, ``bincount``, ``convolve``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ferrodide
import numpy as np
import pytest
from ferrodide._backend import kernels
from helpers import LAYOUTS, SERVED, UNSERVED, assert_same, edges, hits, outcome, sample

pytestmark = pytest.mark.skipif(
    ferrodide.backend() != "pyo3", reason="only the compiled module reaches NumPy's methods"
)

FAMILIES = ["searching", "binning", "signal"]
NUMBERS = [*SERVED, "int8", "int16", "uint16", "uint32", "uint64", "bool"]
ALL = [*SERVED, *UNSERVED]


@pytest.fixture(autouse=True, params=[False, True], ids=["", "every length"])
def _served(request):
    kernels._patch_serve_short(request.param)
    yield request.param
    ferrodide.unpatch()
    ferrodide.stats(reset=True)
    kernels._patch_serve_short(False)


def pair(call: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[Any, Any]:
    """With and without the patch; None for both where they raise the same."""
    want, want_error, want_warnings = outcome(call, *args, **kwargs)
    with ferrodide.patched(FAMILIES):
        got, error, caught = outcome(call, *args, **kwargs)
    assert (type(error), str(error)) == (type(want_error), str(want_error))
    assert caught == want_warnings
    return got, want


def same(call: Callable[..., Any], *args: Any, exact: bool = True, **kwargs: Any) -> None:
    got, want = pair(call, *args, **kwargs)
    assert_same(got, want, exact=exact)
    if getattr(want, "size", 0):
        assert got.strides == want.strides


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ALL)
def test_searchsorted_in_any_layout(dtype, layout):
    for n in [0, 1, 2, 5, 300, 3000]:
        a = np.sort(sample(dtype, n, edge=0.1))
        for shape in [(400,), (20, 30), (3, 2, 40), (0, 5), (1,), ()]:
            v = sample(dtype, shape, seed=2)
            if layout == "unaligned" and 0 in (*shape, n):
                continue
            x, q = LAYOUTS[layout](a), LAYOUTS[layout](v) if shape else v
            for side in ("left", "right"):
                same(x.searchsorted, q, side)
                same(np.searchsorted, a, q, side=side)
    if dtype in NUMBERS and layout == "C":
        assert hits("searchsorted")


def test_searchsorted_of_mixed_dtypes():
    for one in ALL:
        for other in ALL:
            a, v = np.sort(sample(one, 500, edge=0.1)), sample(other, 300, seed=3)
            same(a.searchsorted, v)
            same(a.searchsorted, v, "right")
    assert hits("searchsorted") > 200


def test_searchsorted_takes_what_numpy_takes():
    a, v = np.arange(500.0), sample("float64", 300)
    order = np.arange(500)[::-1].copy()
    for kwargs in [
        {"sorter": order},
        {"side": "RIGHT"},
        {"side": "l"},
        {"side": None},
        {"side": b"right"},
        {"sorter": order[:3]},
        {"sorter": None, "side": "right"},
        {"nonsense": 1},
        {"v": v},
    ]:
        same(a.searchsorted, v, **kwargs)
    same(a.reshape(5, 100).searchsorted, v)
    same(a.searchsorted)
    for each in (v.tolist(), 3.5, np.float32(2), "a", None, np.ma.array(v), v.astype("O"), v.astype("U3"), v + 1j):
        same(a.searchsorted, each)
    same(np.searchsorted, a.tolist(), v)
    same(np.array(["a", "b"]).searchsorted, np.array(["a"] * 99))


def test_an_array_that_is_not_sorted_has_some_places():
    rng = np.random.default_rng(0)
    for dtype in NUMBERS:
        a, v = sample(dtype, 2000, edge=0.3), sample(dtype, 2000, seed=1)
        with ferrodide.patched("searching"):
            for side in ("left", "right"):
                found = rng.permutation(a).searchsorted(v, side)
                assert ((found >= 0) & (found <= 2000)).all()


@pytest.mark.parametrize("dtype", NUMBERS)
def test_digitize(dtype):
    for n in (1, 2, 40, 700):
        for x in (sample(dtype, (30, 40)), sample("float64", 1200), sample("int32", 50)):
            for right in (False, True):
                bins = np.unique(sample(dtype, n, edge=0.1))
                same(np.digitize, x, bins, right)
                same(np.digitize, x, bins[::-1], right)
                same(np.digitize, x, sample(dtype, n, edge=0), right)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ALL)
def test_interp_in_any_layout(dtype, layout):
    rng = np.random.default_rng(0)
    for n in (1, 2, 3, 50, 2000):
        xp = np.unique(sample(dtype, n, edge=0.1))
        fp = sample(dtype, xp.size, seed=5)
        for shape in [(400,), (20, 30), (0,), (), (1, 1)]:
            x = sample(dtype, shape, seed=6)
            if layout == "unaligned" and 0 in shape:
                continue
            x, p, f = LAYOUTS[layout](x) if shape else x, LAYOUTS[layout](xp), LAYOUTS[layout](fp)
            same(np.interp, x, p, f, exact=False)
            same(np.interp, x, p, f, left=-1.5, right=np.float64(7), exact=False)
            same(np.interp, np.sort(x, None), p, f, exact=False)
    xp = np.cumsum(rng.random(300))
    fp = rng.standard_normal(300)
    fp[rng.random(300) < 0.1] = -0.0
    queries = [rng.random(4000) * 200 - 20, np.sort(rng.random(4000) * 200 - 20), rng.permutation(xp), xp, xp[:200]]
    for x in queries:
        same(np.interp, x, xp, fp)
    if dtype in NUMBERS and layout == "C":
        assert hits("interp")


def test_interp_takes_what_numpy_takes():
    x, xp, fp = np.linspace(-1, 9, 300), np.arange(8.0), np.arange(8.0) ** 2
    for kwargs in [
        {"period": 3},
        {"period": 0},
        {"left": 3},
        {"left": 10**400},
        {"left": "a"},
        {"right": np.float32(3)},
        {"right": True},
        {"left": np.nan, "right": None},
        {"left": np.array(3.0)},
    ]:
        same(np.interp, x, xp, fp, **kwargs)
    same(np.interp, x, xp[:0], fp[:0])
    same(np.interp, x, [np.nan], [3.0], left=-1, right=1)
    # What is not sorted has no answer that is right, but it has NumPy's.
    same(np.interp, x, xp[[3, 1, 7, 0, 2, 6, 5, 4]], fp)
    same(np.interp, x, xp[::-1].copy(), fp)
    same(np.interp, x, xp, fp[:3])
    same(np.interp, x, xp.reshape(2, 4), fp.reshape(2, 4))
    same(np.interp, x, xp, fp * 1j)
    same(np.interp, x * 1j, xp, fp)
    same(np.interp, x.tolist(), xp.tolist(), fp.tolist())
    same(np.interp, 2.5, xp, fp)
    same(np.interp, x, np.array([0.0, 1, 1, 1, 2, np.inf]), np.array([0, 1, np.nan, 3, np.inf, -np.inf]))
    same(np.interp, np.ma.array(x), xp, fp)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ALL)
def test_bincount_in_any_layout(dtype, layout):
    for n in [0, 1, 2, 3, 255, 256, 5000]:
        x = np.random.default_rng(n).integers(0, 90, n).astype(dtype)
        if layout == "unaligned" and n == 0:
            continue
        laid = LAYOUTS[layout](x)
        same(np.bincount, laid)
        same(np.bincount, laid, minlength=1000)
        for weights in ("float64", "float32", "int64", "bool", "complex128", "float16"):
            w = LAYOUTS[layout](sample(weights, n, seed=4)) if n else sample(weights, n)
            # A NaN of two may be either.
            same(np.bincount, laid, w, exact=False)
    if np.dtype(dtype).kind in "iub" and layout == "C":
        assert hits("bincount")


def test_bincount_takes_what_numpy_takes():
    x = np.random.default_rng(0).integers(0, 5000, 4000)
    same(np.bincount, x)
    same(np.bincount, x, x / 3)
    for values in edges("int64"), edges("int32"), edges("uint64"), edges("int8"), [2**32 + 1, 3], [-1]:
        # More would not fit: in Pyodide these are cut to 32 bits.
        small = np.concatenate([x[:600], np.array(values)[np.abs(np.array(values).astype(float)) != 2.0**31 - 1]])
        if not (np.array(values).astype(np.intp) > 10**8).any():
            same(np.bincount, small)
    for args in [(x - 1,), (x * 1.0,), (x.reshape(40, 100),), (x, x[:5]), (x, x.reshape(40, 100)), (x, None, -1)]:
        same(np.bincount, *args)
    for minlength in (None, 1.5, np.int32(7), True, "a", 10**30):
        same(np.bincount, x, minlength=minlength)
    same(np.bincount, x.tolist())
    same(np.bincount, x, x.tolist())
    same(np.bincount, x, nonsense=1)
    same(np.bincount, np.ma.array(x))


def sliding_bound(a: np.ndarray, v: np.ndarray, mode: str, dtype: Any) -> np.ndarray:
    """Of m products and m sums each is rounded on either side."""
    size = np.convolve(np.abs(a).astype("f8"), np.abs(v).astype("f8"), mode)
    m = min(a.size, v.size)
    return 2 * (m + 1) * np.finfo(dtype).eps * size + 2 * m * np.finfo(dtype).smallest_subnormal


LENGTHS = [
    (1, 1),
    (2, 1),
    (3, 2),
    (5, 5),
    (64, 16),
    (100, 11),
    (16, 64),
    (300, 12),
    (1000, 300),
    (300, 1000),
    (5000, 3),
]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ALL)
def test_convolve_and_correlate_in_any_layout(dtype, layout):
    for n, m in LENGTHS:
        if np.dtype(dtype).kind in "fc":
            rng = np.random.default_rng(n)
            a, v = rng.standard_normal(n).astype(dtype), rng.standard_normal(m).astype(dtype)
        else:
            a, v = sample(dtype, n, seed=n), sample(dtype, m, seed=m)
        x, y = LAYOUTS[layout](a), LAYOUTS[layout](v)
        for mode in ("full", "same", "valid"):
            for function, other in ((np.convolve, v), (np.correlate, v[::-1])):
                got, want = pair(function, x, y, mode)
                if dtype in ("float32", "float64"):
                    assert_same(np.zeros_like(got), np.zeros_like(want))
                    if function is np.correlate and m > n:
                        bound = sliding_bound(a[::-1], v, mode, dtype)[::-1]
                        bound = np.maximum(bound, bound.max())
                    else:
                        bound = sliding_bound(a, other, mode, dtype)
                    assert (np.abs(got.astype("f8") - want) <= bound).all()
                else:
                    assert_same(got, want)
    if dtype in NUMBERS and dtype != "bool" and layout == "C":
        assert hits("convolve")
        assert hits("correlate")


def test_convolve_with_what_is_not_finite():
    rng = np.random.default_rng(0)
    for n, m in [(300, 20), (20, 300), (900, 2)]:
        for special in (np.nan, np.inf, -np.inf):
            a, v = rng.standard_normal(n), rng.standard_normal(m)
            a[n // 3] = special
            for x, y in ((a, v), (v, a), (a, np.where(v > 1, special, v))):
                for mode in ("full", "same", "valid"):
                    for function in (np.convolve, np.correlate):
                        got, want = pair(function, x, y, mode)
                        np.testing.assert_array_equal(np.isnan(got), np.isnan(want))
                        infinite = np.isinf(want)
                        np.testing.assert_array_equal(got[infinite], want[infinite])


def test_convolve_takes_what_numpy_takes():
    a, v = np.arange(300), np.arange(9)
    for one in ALL:
        for other in ALL:
            x, y = a.astype(one), v.astype(other)
            got, want = pair(np.convolve, x, y)
            exact = want.dtype.kind != "f" or want.dtype == "f8"
            np.testing.assert_allclose(got, want, rtol=0 if exact else 20 * np.finfo(want.dtype).eps)
            assert got.dtype == want.dtype
    same(np.convolve, a, v, "nonsense")
    same(np.convolve, a, v, None)
    same(np.convolve, a, v, "f")
    same(np.correlate, a, v, 2)
    same(np.convolve, a[:0], v)
    same(np.correlate, a[:0], v)
    same(np.convolve, a.reshape(30, 10), v)
    same(np.convolve, a.tolist(), v.tolist())
    same(np.correlate, a.tolist(), v.tolist())
    same(np.convolve, a, 3)
    same(np.convolve, np.ma.array(a), v)
    same(np._core.multiarray.correlate, v, a, "same")
    same(np._core.multiarray.correlate, a, v)
    same(np._core.multiarray.correlate2, a, v)
