"""``unique`` and ``isin``, ours and NumPy's own through ``patch()``, against NumPy."""

from __future__ import annotations

import ferrodide
import numpy as np
import pytest
from helpers import LAYOUTS, SERVED, assert_same, outcome, sample

COMPILED = ferrodide.backend() == "pyo3"
ORDERED = "float64 float32 int64 int32 int16 int8 uint64 uint32 uint16 uint8 bool longlong".split()
SHAPES = [(0,), (), (1,), (2,), (50,), (900,), (6, 7), (0, 3), (40_000,)]


@pytest.fixture(autouse=True)
def _clean():
    yield
    ferrodide.unpatch()
    ferrodide.stats(reset=True)


def both(name: str):
    """Our function, and NumPy's own with the kernel in its place."""

    def patched(*args, **kwargs):
        with ferrodide.patched(name):
            return getattr(np, name)(*args, **kwargs)

    return getattr(ferrodide, name), patched


def assert_hit(name: str, dtype: str, short: int, long: int) -> None:
    """So many patched calls came to a kernel; with the bridge, of its dtypes those that are long."""
    least = short if COMPILED else long if dtype in SERVED else 0
    assert ferrodide.stats()[name]["hits"] >= least


def assert_all_same(ours, theirs, exact=False):
    assert type(ours) is type(theirs)
    for one, other in zip(*((x if isinstance(x, tuple) else (x,)) for x in (ours, theirs)), strict=True):
        assert_same(one, other, exact=exact)


@pytest.mark.parametrize("dtype", ORDERED)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_unique_of_any_layout(dtype, layout):
    for shape in SHAPES:
        a = sample(dtype, shape, edge=0.02)
        a = LAYOUTS[layout](a) if a.ndim else a
        before = a.tobytes()
        for wanted in range(8):
            flags = {name: bool(wanted >> i & 1) for i, name in enumerate(["index", "inverse", "counts"])}
            flags = {f"return_{name}": value for name, value in flags.items()}
            for equal_nan in (True, False):
                # With index NumPy's sort is stable, as ours always is: which zero stands for both, which NaN is which.
                want = np.unique(a, **{**flags, "return_index": True}, equal_nan=equal_nan)
                want = (want[0], *want[1 + (not flags["return_index"]) :])
                for unique in both("unique"):
                    got = unique(a, **flags, equal_nan=equal_nan)
                    if COMPILED or unique is ferrodide.unique or a.size > 5000:
                        assert_all_same(got, want if len(want) > 1 else want[0], exact=True)
                    else:
                        # Too short for the bridge: NumPy's, and in its order.
                        assert_all_same(got, np.unique(a, **flags, equal_nan=equal_nan), exact=True)
        assert a.tobytes() == before
    assert_hit("unique", dtype, short=100, long=16)


def test_unique_of_what_is_long_and_distinct():
    rng = np.random.default_rng(0)
    for a in (rng.random(50_000), rng.integers(-(2**62), 2**62, 50_000), rng.integers(0, 2**31 - 1, 50_000, "i4")):
        for each in (a, np.sort(a), np.tile(a[:9000], 5)):
            for flags in ((), (True,), (False, True), (False, False, True), (True, True, True)):
                want = np.unique(each, *flags)
                for unique in both("unique"):
                    assert_all_same(unique(each, *flags), want, exact=True)


def test_unique_in_every_other_way():
    x = np.array([[3, 1, 3], [1, 1, 3]])
    y = x[0]
    calls = [
        lambda f: f(x, axis=0),
        lambda f: f(x, axis=1, return_inverse=True),
        lambda f: f(y, axis=0, return_inverse=True),
        lambda f: f(y, False, True, True, -1),
        lambda f: f(y, axis=1),
        lambda f: f(y, axis=0.0),
        lambda f: f(x, axis=5),
        lambda f: f(y, return_counts=1, sorted=True),
        lambda f: f(y, return_counts=np.array([1, 0])),
        lambda f: f([3, 1, 3], return_counts=True),
        lambda f: f([[3.0, np.nan], [np.nan, 1]], return_inverse=True),
        lambda f: f(7),
        lambda f: f(["b", "a", "b"], return_index=True),
        lambda f: f(np.array(["b", "a", "b"])),
        lambda f: f(np.array([1, "a", 1], object)[[0, 2]]),
        lambda f: f(np.array([1, None], object)),
        lambda f: f(np.arange(4).astype("f2")),
        lambda f: f(np.array([2j, 1j, 2j]), return_counts=True),
        lambda f: f(np.array(["2020-01-02", "2020-01-01"], "M8[D]")),
        lambda f: f(np.ma.array([2, 1, 2], mask=[0, 1, 0])),
        lambda f: f(np.matrix([[2, 1, 2]]), return_inverse=True),
        lambda f: f(y, nothing=1),
        lambda f: f(),
    ]
    for i, call in enumerate(calls):
        want, want_error, want_warnings = outcome(call, np.unique)
        for unique in both("unique"):
            got, error, caught = outcome(call, unique)
            assert type(error) is type(want_error), i
            assert caught == want_warnings, i
            if error is None:
                assert_all_same(got, want)


def test_what_is_built_on_unique_and_isin():
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 9000, 8000), rng.integers(0, 9000, 7000)
    calls = [
        lambda: np.unique_values(x),
        lambda: np.unique_counts(x),
        lambda: np.unique_inverse(x.reshape(80, 100)),
        lambda: np.unique_all(x),
        lambda: np.intersect1d(x, y, return_indices=True),
        lambda: np.intersect1d(x, y),
        lambda: np.union1d(x, y),
        lambda: np.setdiff1d(x, y),
        lambda: np.setxor1d(x, y),
    ]
    for call in calls:
        want = call()
        with ferrodide.patched("searching"):
            got = call()
        assert type(got) is type(want)
        # NumPy leaves open in which order unique_values come.
        pairs = (
            [(np.sort(got), np.sort(want))]
            if call is calls[0]
            else zip(np.atleast_2d(got), np.atleast_2d(want), strict=True)
            if isinstance(want, np.ndarray)
            else zip(got, want, strict=True)
        )
        for ours, theirs in pairs:
            assert_same(ours, theirs)
    assert ferrodide.stats()["unique"]["hits"] >= (9 if COMPILED else 7)


@pytest.mark.parametrize("dtype", ORDERED)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_isin_of_any_layout(dtype, layout):
    for shape in SHAPES:
        a = sample(dtype, shape)
        a = LAYOUTS[layout](a) if a.ndim else a
        for tests in (0, 1, 3, 4, 5, 300):
            test = LAYOUTS[layout](sample(dtype, (tests,), seed=1))
            for keywords in ({}, {"invert": True}, {"kind": "sort"}):
                want = np.isin(a, test, **keywords)
                for isin in both("isin"):
                    assert_same(isin(a, test, **keywords), want)
    assert_hit("isin", dtype, short=100, long=18)


def test_isin_of_two_dtypes():
    values = {dtype: sample(dtype, 60, seed=i) for i, dtype in enumerate(ORDERED)}
    for one in values.values():
        for other in values.values():
            for test in (other, other[:3], other.tolist()):
                for invert in (False, True):
                    want = outcome(np.isin, one, test, invert=invert)
                    for isin in both("isin"):
                        got = outcome(isin, one, test, invert=invert)
                        assert type(got[1]) is type(want[1])
                        if want[1] is None:
                            assert_same(got[0], want[0])


def test_isin_in_every_other_way():
    x = np.array([[3, 1], [4, 1]])
    calls = [
        lambda f: f(x, [1, 3]),
        lambda f: f(x, 3),
        lambda f: f(5, [5]),
        lambda f: f([5, 6], [[5], [7]]),
        lambda f: f([[5, 6]], x, True, True),
        lambda f: f(x, {1, 3}),
        lambda f: f(x, [1], kind="table"),
        lambda f: f(x * 1.0, [1.0], kind="table"),
        lambda f: f(x, [1], kind="nonsense"),
        lambda f: f(x, [1], nothing=1),
        lambda f: f(np.array([2**53 + 1]), np.array([2.0**53])),
        lambda f: f(np.array([2**63], "u8"), np.array([-(2**63)])),
        lambda f: f(np.array(["a", "b"]), ["a"]),
        lambda f: f(np.array([1, None], object), [None]),
        lambda f: f(np.ma.array([2, 1, 2], mask=[0, 1, 0]), [2]),
        lambda f: f(np.array([np.nan, 1]), [np.nan]),
        lambda f: f(np.array([0.0, -0.0, 1.0]), [-0.0]),
    ]
    for i, call in enumerate(calls):
        want, want_error, want_warnings = outcome(call, np.isin)
        for isin in both("isin"):
            got, error, caught = outcome(call, isin)
            assert type(error) is type(want_error), i
            assert caught == want_warnings, i
            if error is None:
                assert_all_same(got, want)
