"""Short calls through ``patch()``: handed on at a glance, with NumPy's own results, and counted."""

from __future__ import annotations

import warnings

import ferrodide
import numpy as np
import pytest
from helpers import assert_same, fallbacks, outcome

NAMES = sorted(ferrodide.stats())
pytestmark = pytest.mark.skipif(ferrodide.backend() != "pyo3", reason="only the compiled module looks at a glance")

DTYPES = "float64 float32 int64 int32 uint16 int8 bool complex128 float16 object".split()


@pytest.fixture(autouse=True)
def _clean():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    ferrodide.unpatch()
    ferrodide.stats(reset=True)


def same(call):
    want, error, warned = outcome(call)
    with ferrodide.patched(NAMES):
        got, our_error, ours_warned = outcome(call)
    assert type(our_error) is type(error)
    assert ours_warned == warned
    if isinstance(want, tuple):
        assert len(got) == len(want)
        for one, other in zip(got, want, strict=True):
            assert_same(one, other)
    else:
        assert_same(got, want)


def data(shape, dtype):
    return np.random.default_rng(1).integers(0, 9, shape).astype(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", [1, 2, 10, 40])
def test_short_calls(n, dtype):
    x, mask, index = data(n, dtype), data(n, "bool"), data(n, np.intp) % n
    calls = [
        lambda: x[mask],
        lambda: x[index],
        lambda: x[index[0]],
        lambda: x[:1],
        lambda: x.take(index),
        lambda: x.take(0),
        lambda: x.take([0, 0]),
        lambda: x.nonzero(),
        lambda: np.where(x),
        lambda: np.where(mask, x, x),
        lambda: np.count_nonzero(x),
        lambda: np.sort(x).searchsorted(x[:2]),
        lambda: np.sort(x).searchsorted(3),
        lambda: np.sort(x).searchsorted(v=x, side="right"),
        lambda: np.interp(x, np.arange(5.0), np.arange(5.0)),
        lambda: np.interp(np.sort(x), np.arange(float(n)), np.arange(float(n))),
        lambda: np.correlate(x, x[:2]),
        lambda: np.convolve(x[:2], x),
        lambda: np.partition(x, 0)[0],
    ]
    for call in calls:
        same(call)


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "uint8", "bool"])
@pytest.mark.parametrize("shape", [(50, 13), (9, 64), (9, 65), (2, 20), (4, 5, 16), (30, 1), (0, 20), (20, 0)])
@pytest.mark.parametrize("axis", [-1, 0, None])
def test_many_short_lanes_are_sorted(shape, axis, dtype):
    x = data(shape, dtype)
    same(lambda: np.sort(x, axis=axis))
    same(lambda: np.sort(x, axis=axis, kind="stable"))
    same(lambda: np.argsort(x, axis=axis, kind="stable"))
    if axis is not None:
        same(lambda: x.copy().sort(axis))
        same(lambda: x.copy().sort(axis="0"))
    same(lambda: x.argsort(9))


def test_short_lanes_leave_the_kernels_in_their_place():
    ferrodide.patch("sorting")
    np.sort(np.zeros((100, 16)))
    assert fallbacks("sort")["short"] == 1
    np.sort(np.arange(10_000.0)[::-1].copy())
    assert ferrodide.stats()["sort"]["hits"] == 1
    np.argsort(np.zeros((100, 16)), axis=1)
    assert fallbacks("argsort")["short"] == 1


def test_what_python_would_hand_on_is_handed_on_before():
    class Sub(np.ndarray):
        pass

    x = np.arange(5.0)
    same(lambda: np.median(x.astype(np.float16)))
    same(lambda: np.unique(x + 1j))
    same(lambda: np.median(x.view(Sub)))
    same(lambda: np.nanmedian(np.full(5, np.nan)))
    same(lambda: np.nanmedian([np.nan, 1.0]))
    same(lambda: np.histogram(np.array([1 << 60, 5])))
    same(lambda: np.unique(np.array(["b", "a"])))
    assert fallbacks("median") == {"dtype float16": 1, "subclass": 1}
    assert fallbacks("nanmedian")["dtype float64"] == 1
    assert fallbacks("histogram") == {"dtype int64": 1}
    assert sorted(fallbacks("unique")) == ["dtype complex128", "dtype str"]
    ferrodide.stats(reset=True)
    assert fallbacks("median") == {}
    with ferrodide.patched("median"):
        assert np.median.__name__ == "median"
        with pytest.raises(TypeError):
            np.median()


def test_nanmedian_still_warns():
    with ferrodide.patched("nanmedian"), pytest.warns(RuntimeWarning, match="All-NaN"):
        np.nanmedian(np.full(5, np.nan))
