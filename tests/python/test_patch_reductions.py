"""``patch()`` under reductions: var, std, ptp, any, all, nansum, nanmean, count_nonzero."""

from __future__ import annotations

import inspect
import pickle
import warnings

import ferrodide
import numpy as np
import pytest
from helpers import LAYOUTS, assert_same, outcome, sample

pytestmark = pytest.mark.skipif(ferrodide.backend() != "pyo3", reason="only the compiled module serves these")

NAMES = ["var", "std", "ptp", "any", "all", "nansum", "nanmean", "count_nonzero"]
DTYPES = ["float64", "float32", "int64", "int32", "uint8", "bool", "float16", "complex128"]


@pytest.fixture(autouse=True)
def _clean():
    yield
    ferrodide.unpatch()
    ferrodide.stats(reset=True)


def numbers(dtype, shape, seed=0):
    rng = np.random.default_rng(seed)
    return (rng.standard_normal(shape) * 50).astype(dtype)


def hits(name: str) -> int:
    return ferrodide.stats()[name]["hits"]


def assert_within(got, want, name, a):
    """Exact, but for sums of float32, which are NumPy's own roundings apart: one for each halving, and a few."""
    assert type(got) is type(want), name
    assert np.shape(got) == np.shape(want)
    assert got.dtype == want.dtype
    if a.dtype == np.float32 and name in ("var", "std", "nansum", "nanmean"):
        # NumPy sums rows pairwise, columns one by one; the deviations are squared, and their mean is off as well.
        n = a.shape[0] if a.ndim == 2 else 16 + int(np.log2(a.size + 1))
        scale = np.abs(a.astype("f8")).max(initial=0.0) * (a.size if name == "nansum" else 1)
        scale = scale**2 if name == "var" else scale
        np.testing.assert_allclose(got, want, rtol=0, atol=4 * n * np.finfo("f4").eps * scale)
    else:
        assert_same(got, want, exact=False)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_layout_dtype_and_axis(name, dtype, layout):
    function = getattr(np, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for shape in [(1,), (7,), (129,), (1000,), (1, 5), (20, 30), (3, 300), (4, 5, 6)]:
            a = LAYOUTS[layout](numbers(dtype, shape))
            for axis in (None, 0, -1):
                for keywords in ({}, {"keepdims": True}):
                    want, error, _ = outcome(function, a, axis=axis, **keywords)
                    with ferrodide.patched("reductions"):
                        got, our_error, _ = outcome(function, a, axis=axis, **keywords)
                    assert type(our_error) is type(error)
                    if isinstance(want, (np.ndarray, np.generic)):
                        assert_within(got, want, name, a)
                    else:
                        assert got == want
                        assert type(got) is type(want)


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64"])
def test_kernels_serve_functions_and_methods(dtype):
    a, zeros = numbers(dtype, (30, 40)), np.zeros((30, 40), dtype)
    calls = {
        "var": [
            lambda: np.var(a),
            lambda: a.var(axis=0),
            lambda: a.var(1, ddof=1),
            lambda: np.var(a, axis=1, ddof=2.5),
        ],
        "std": [lambda: np.std(a), lambda: a.std(axis=0), lambda: a.std(1, ddof=1)],
        "ptp": [lambda: np.ptp(a), lambda: np.ptp(a, axis=1)],
        "any": [lambda: np.any(a), lambda: np.any(zeros, axis=1), lambda: np.any(zeros)],
        "all": [lambda: np.all(a), lambda: np.all(a, axis=-1), lambda: np.all(zeros)],
        "count_nonzero": [lambda: np.count_nonzero(a), lambda: np.count_nonzero(zeros)],
    }
    if dtype != "int64":
        holes = np.where(a > 50, np.nan, a).astype(dtype)
        calls["nansum"] = [lambda: np.nansum(holes), lambda: np.nansum(holes, axis=0), lambda: np.nansum(holes, axis=1)]
        calls["nanmean"] = [lambda: np.nanmean(holes), lambda: np.nanmean(holes, 0), lambda: np.nanmean(holes, axis=1)]
    for name, each in calls.items():
        for i, call in enumerate(each):
            want, before = call(), hits(name)
            with ferrodide.patched(name):
                got = call()
            assert hits(name) == before + 1, (name, i)
            assert_within(got, want, name, a)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_special_values_warn_as_numpy_does(dtype):
    rows = sample(dtype, (6, 50), edge=0.2)
    cases = [rows, rows[0], np.full(9, np.nan, dtype), np.array([np.inf, -np.inf, 1], dtype), np.array([], dtype)]
    cases += [np.full((3, 4), np.nan, dtype), np.array([1], dtype), np.array(2, dtype), np.zeros((0, 3), dtype)]
    for a in cases:
        for axis in (None, 0, -1):
            for name in NAMES:
                for keywords in [{}, {"ddof": 1}] if name in ("var", "std") else [{}]:
                    function = getattr(np, name)
                    want = outcome(function, a, axis=axis, **keywords)
                    with ferrodide.patched("reductions"):
                        got = outcome(function, a, axis=axis, **keywords)
                    assert type(got[1]) is type(want[1])
                    assert got[2] == want[2], (name, axis)
                    if want[1] is None and name != "count_nonzero":
                        np.testing.assert_allclose(got[0], want[0], rtol=1e-5 if dtype == "float32" else 1e-13)


def test_arguments_and_errors_are_numpys():
    a = numbers("f8", (20, 30))
    out = np.zeros(30)
    calls = [
        lambda: np.var(a, axis=3),
        lambda: np.var(a, axis=(0, 1)),
        lambda: np.var(a, ddof=None),
        lambda: np.var(a, ddof=600),
        lambda: np.var(a, ddof=a.size),
        lambda: np.std(a, axis=0, ddof=len(a) + 1),
        lambda: np.var(a, dtype="f4"),
        lambda: np.var(a, axis=0, out=out),
        lambda: np.var(a, where=a > 0),
        lambda: np.var(a, mean=np.mean(a)),
        lambda: np.var(a, correction=1),
        lambda: np.any(a, where=a > 1e9),
        lambda: np.any(a, axis="x"),
        lambda: np.nansum(a, initial=3.0),
        lambda: np.nansum(a, nonsense=3.0),
        lambda: np.nanmean(np.ma.array(a, mask=a > 0)),
        lambda: np.ptp([3, 1, 2]),
        lambda: np.count_nonzero("abc"),
        lambda: np.any(),
    ]
    want = [outcome(call) for call in calls]
    with ferrodide.patched("reductions"):
        got = [outcome(call) for call in calls]
    for i, (ours, theirs) in enumerate(zip(got, want, strict=True)):
        assert type(ours[1]) is type(theirs[1]), i
        assert str(ours[1]) == str(theirs[1]), i
        assert ours[2] == theirs[2], i
        if theirs[1] is None:
            np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-13)


def test_a_patched_function_looks_like_the_one_it_stands_in_for():
    own = np.nansum
    signature, doc = inspect.signature(own), own.__doc__
    ferrodide.patch("nansum")
    patched = np.nansum
    assert patched is not own
    assert patched.__wrapped__ is own
    assert (patched.__name__, patched.__module__, patched.__doc__) == ("nansum", own.__module__, doc)
    assert inspect.signature(patched) == signature
    assert pickle.loads(pickle.dumps(patched)) is patched
    assert callable(patched)
    ferrodide.unpatch()
    assert np.nansum is own
    # Whoever has kept it gets NumPy's own function.
    before = hits("nansum")
    assert patched(np.arange(9.0)) == 36
    assert hits("nansum") == before
