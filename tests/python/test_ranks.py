"""``nanmedian`` and ``rankdata``, ours and NumPy's and SciPy's own through ``patch()``, against NumPy and SciPy."""

from __future__ import annotations

import warnings

import ferrodide
import numpy as np
import pytest
import scipy.stats
from helpers import LAYOUTS, SERVED, assert_same, outcome, sample

COMPILED = ferrodide.backend() == "pyo3"
ORDERED = "float64 float32 int64 int32 int16 int8 uint64 uint32 uint16 uint8 bool longlong".split()
SHAPES = [(1,), (2,), (7,), (700,), (4, 30), (30, 4), (3, 5, 6), (2, 20_001)]
RANK_METHODS = ["average", "min", "max", "dense", "ordinal"]


@pytest.fixture(autouse=True)
def _clean():
    yield
    ferrodide.unpatch()
    ferrodide.stats(reset=True)


def both(name: str):
    """Our function, and NumPy's or SciPy's own with the kernel in its place."""
    module = np if name == "nanmedian" else scipy.stats

    def patched(*args, **kwargs):
        with ferrodide.patched(name):
            return getattr(module, name)(*args, **kwargs)

    return getattr(ferrodide, name), patched


def asked(name: str) -> int:
    """How many calls of NumPy's or SciPy's own function were made for ours."""
    from ferrodide._originals import original

    return sum(original(name, "numpy" if name == "nanmedian" else "scipy.stats._stats_py").calls.values())


@pytest.mark.parametrize("dtype", ORDERED)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_nanmedians_of_any_layout(dtype, layout):
    for shape in SHAPES:
        for edge in (0, 0.2):
            a = LAYOUTS[layout](sample(dtype, shape, edge=edge))
            before = a.tobytes()
            for axis in [None, *range(-1, len(shape) - 1)]:
                for keepdims in (False, True):
                    want = outcome(np.nanmedian, a, axis, keepdims=keepdims)
                    for nanmedian in both("nanmedian"):
                        got = outcome(nanmedian, a, axis, keepdims=keepdims)
                        assert type(got[1]) is type(want[1])
                        assert got[2] == want[2]
                        assert_same(got[0], want[0], exact=False)
            assert a.tobytes() == before
    if COMPILED or dtype in SERVED:
        before = asked("nanmedian")
        ferrodide.nanmedian(LAYOUTS[layout](sample(dtype, (40_000,), edge=0)))
        assert asked("nanmedian") == before


def test_nanmedians_that_numpy_takes():
    nan, big = np.nan, np.finfo(float).max
    operands = [[], [nan], [nan, nan], [np.inf, -np.inf], [np.inf, 1.0], [big, big], [big, nan, -big], 3.0, [], [[]]]
    calls = [
        *((lambda f, a=a: f(np.array(a))) for a in operands),
        lambda f: f(np.array([[nan, nan], [1.0, nan]]), axis=1),
        lambda f: f(np.array([[big, big, big]]), axis=1),
        lambda f: f([[1, nan], [3, 4]], axis=(0, 1)),
        lambda f: f([1, nan, 7, 8]),
        lambda f: f(np.array([1, nan, 7, 8]), out=np.zeros(())),
        lambda f: f(np.arange(5.0), axis=1),
        lambda f: f(np.arange(5.0), axis=0.0),
        lambda f: f(np.arange(5.0), keepdims=1),
        lambda f: f(np.arange(5.0).astype("f2")),
        lambda f: f(np.arange(5.0) + 1j),
        lambda f: f(np.ma.array([1.0, 2.0, 4.0], mask=[0, 0, 1])),
        lambda f: f(np.arange(6.0).reshape(2, 3), overwrite_input=True),
    ]
    for i, call in enumerate(calls):
        want, want_error, want_warnings = outcome(call, np.nanmedian)
        for ours in both("nanmedian"):
            got, error, caught = outcome(call, ours)
            assert (type(error), str(error)) == (type(want_error), str(want_error)), i
            assert caught == want_warnings, i
            if error is None:
                assert_same(got, want, exact=False)


@pytest.mark.parametrize("dtype", ORDERED)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_ranks_of_any_layout(dtype, layout):
    for shape in SHAPES:
        for edge in (0, 0.1):
            a = LAYOUTS[layout](sample(dtype, shape, edge=edge))
            before = a.tobytes()
            for method in RANK_METHODS:
                for axis in [None, *range(-1, len(shape) - 1)]:
                    want = scipy.stats.rankdata(a, method, axis=axis)
                    for rankdata in both("rankdata"):
                        assert_same(rankdata(a, method, axis=axis), want, exact=False)
            assert a.tobytes() == before
    if COMPILED or dtype in SERVED:
        before = asked("rankdata")
        ferrodide.rankdata(LAYOUTS[layout](sample(dtype, (60,), edge=0)))
        assert asked("rankdata") == before


def test_ranks_that_scipy_takes():
    x = np.array([2.0, 1.0, np.nan, 2.0])
    calls = [
        lambda f: f(x, nan_policy="omit"),
        lambda f: f(x, nan_policy="raise"),
        lambda f: f(x, nan_policy="nonsense"),
        lambda f: f(x, "nonsense"),
        lambda f: f(x, axis=1),
        lambda f: f(np.zeros((2, 0)), axis=0),
        lambda f: f([]),
        lambda f: f([3, 1, 1]),
        lambda f: f(((3, 1), (1, 0)), axis=1),
        lambda f: f(5),
        lambda f: f(np.array(5)),
        lambda f: f(x.astype("f2")),
        lambda f: f(["b", "a"]),
        lambda f: f(x, nothing=1),
    ]
    for i, call in enumerate(calls):
        want, want_error, want_warnings = outcome(call, scipy.stats.rankdata)
        for ours in both("rankdata"):
            got, error, caught = outcome(call, ours)
            assert (type(error), str(error)) == (type(want_error), str(want_error)), i
            assert caught == want_warnings, i
            if error is None:
                assert_same(got, want, exact=False)


def test_what_is_built_on_ranks():
    rng = np.random.default_rng(0)
    x, y = rng.random(9000).round(2), rng.random(9000).round(2)
    want = scipy.stats.spearmanr(x, y).statistic
    with ferrodide.patched("rankdata"):
        assert scipy.stats.spearmanr(x, y).statistic == want
    assert ferrodide.stats()["rankdata"]["hits"] > 0


def test_functions_of_ferrodide():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ferrodide.nanmedian([3, np.nan, 1]) == 2
        assert ferrodide.nanmedian(np.array([[3, np.nan], [1, 5]], ">f4"), axis=0).tolist() == [2, 5]
        assert ferrodide.rankdata([0, 2, 3, 2]).tolist() == [1, 2.5, 4, 2.5]
        assert ferrodide.rankdata(np.array([5, 7, 5], ">i2"), "dense").tolist() == [1, 2, 1]
