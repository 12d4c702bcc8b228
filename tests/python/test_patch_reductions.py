"""``patch()`` under reductions and running sums."""

from __future__ import annotations

import inspect
import pickle
import warnings

import ferrodide
import numpy as np
import pytest
from ferrodide._backend import kernels
from helpers import LAYOUTS, assert_same, hits, outcome, sample

pytestmark = pytest.mark.skipif(ferrodide.backend() != "pyo3", reason="only the compiled module serves these")

NAMES = "var std ptp any all nansum nanmean count_nonzero argmin argmax cumsum min max sum mean".split()
DTYPES = ["float64", "float32", "int64", "int32", "uint8", "bool", "float16", "complex128"]


@pytest.fixture(autouse=True, params=[False, True], ids=["", "short"])
def _clean(request):
    # Whether kernels serve calls that are too short to gain by it.
    kernels._patch_serve_short(request.param)
    yield
    kernels._patch_serve_short(False)
    ferrodide.unpatch()
    ferrodide.stats(reset=True)


def numbers(dtype, shape, seed=0):
    rng = np.random.default_rng(seed)
    return (rng.standard_normal(shape) * 50).astype(dtype)


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
        for shape in [(1,), (7,), (129,), (1000,), (1, 5), (20, 30), (3, 300), (6, 700), (300, 9), (4, 5, 6)]:
            a = LAYOUTS[layout](numbers(dtype, shape))
            for axis in (None, 0, -1):
                for keywords in ({}, {"keepdims": True}) if name != "cumsum" else ({},):
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
    a, wide, zeros = numbers(dtype, (30, 40)), numbers(dtype, (8, 1700)), np.zeros((30, 40), dtype)
    long = numbers(dtype, (300, 40))
    calls = {
        "var": [
            lambda: np.var(a),
            lambda: a.var(axis=0),
            lambda: a.var(1, ddof=1),
            lambda: np.var(a, axis=1, ddof=2.5),
        ],
        "std": [lambda: np.std(a), lambda: a.std(axis=0), lambda: a.std(1, ddof=1)],
        "ptp": [lambda: np.ptp(a), lambda: np.ptp(a, axis=1), lambda: np.ptp(a, 0)],
        "any": [lambda: np.any(a), lambda: np.any(zeros, axis=1), lambda: np.any(zeros), lambda: np.any(a, axis=0)],
        "all": [lambda: np.all(a), lambda: np.all(a, axis=-1), lambda: np.all(zeros), lambda: np.all(a, 0)],
        "count_nonzero": [
            lambda: np.count_nonzero(a, axis=0),
            lambda: np.count_nonzero(zeros, -1),
            lambda: np.count_nonzero(a, keepdims=True),
            lambda: np._core.multiarray.count_nonzero(a),
        ],
        "argmin": [lambda: np.argmin(wide), lambda: wide.argmin(0), lambda: np.argmin(wide, axis=-1, keepdims=True)],
        "argmax": [lambda: np.argmax(wide), lambda: wide.argmax(0), lambda: np.argmax(wide, axis=1)],
        "reduce": [
            lambda: np.max(long),
            lambda: long.min(0),
            lambda: np.min(long, axis=1),
            lambda: long.max(axis=-1, keepdims=True),
            lambda: np.sum(long, axis=0),
            lambda: long.sum(-2, keepdims=True),
        ],
        "cumsum": [lambda: np.cumsum(a), lambda: a.cumsum(0), lambda: np.cumsum(a, axis=-1)],
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
    a, long = numbers("f8", (20, 30)), numbers("f8", (200, 30))
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
        lambda: np.max(long, axis=(0, 1)),
        lambda: np.max(long, axis=0, initial=1e9),
        lambda: np.max(long, axis=0, where=long > 0, initial=-1.0),
        lambda: np.min(long, axis=0, out=np.zeros(30)),
        lambda: np.min(long, axis=4),
        lambda: np.maximum.reduce(long),
        lambda: np.maximum.reduce(long, None),
        lambda: np.minimum.reduce(array=long, axis=0),
        lambda: np.maximum.reduce(long, 0, None, None, False, None),
        lambda: np.maximum.reduce(long, 0, where=False),
        lambda: np.multiply.reduce(long, 0),
        lambda: np.sum(long, axis=0, dtype="f4"),
        lambda: np.sum(long, axis=0, initial=3),
        lambda: np.sum(long > 0, axis=0),
        lambda: np.mean(long, axis=0),
        lambda: np.mean(long, axis=0, where=long > 0),
        lambda: np.sum(np.full((300, 20), 1e308), axis=0),
        lambda: np.sum(np.full((300, 20), np.inf) * np.where(np.arange(20) % 2, 1, -1), axis=0),
        lambda: np.add.reduce(),
        lambda: np.argmax(a, axis=5),
        lambda: np.argmax(a, axis=True),
        lambda: np.argmax(a, axis=1.0),
        lambda: a.argmax(0, None, True),
        lambda: np.argmin(a, axis=0, out=np.zeros(30, int)),
        lambda: np.argmin(np.zeros((0, 30)), axis=0),
        lambda: np.argmin(np.zeros((0, 30)), axis=1),
        lambda: np.argmin(np.array(3.0)),
        lambda: np.argmax(a.tolist(), 0),
        lambda: np.argmin(np.ma.array(a, mask=a > 0), 0),
        lambda: np.cumsum(a, axis=2),
        lambda: np.cumsum(a, axis=True),
        lambda: np.cumsum(a, dtype="f4"),
        lambda: np.cumsum(a, out=np.zeros(600)),
        lambda: a.cumsum(0, None, None, None),
        lambda: np.cumsum(np.array(3.0)),
        lambda: np.cumsum(np.zeros((0, 3)), 0),
        lambda: np.cumsum(np.full(300, 1e308)),
        lambda: np.cumsum(np.full((4, 3), 1e308), axis=0),
        lambda: np.cumsum(np.array([[np.inf, -np.inf, 1.0]]), axis=1),
        lambda: np.cumsum(np.arange(500, dtype="i2")),
        lambda: np.count_nonzero(a, 0, True),
        lambda: np.count_nonzero(a, (0, 1)),
        lambda: np.count_nonzero(a, axis=2),
        lambda: np.count_nonzero(),
        lambda: np.ptp(np.array([[1e308, 1.0], [-1e308, 1.0]]), axis=0),
        lambda: np.ptp(np.array([[np.inf, 1.0], [np.inf, 1.0]]), axis=0),
        lambda: np.ptp(np.array([[np.inf, 1.0], [np.inf, 1.0]]).T, axis=1),
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


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "uint64", "int32", "uint32"])
@pytest.mark.parametrize("shape", [(3000,), (3, 1000), (1000, 3), (60, 257)])
def test_where_the_first_extreme_is(dtype, shape):
    rng = np.random.default_rng(5)
    # Ties everywhere, both zeros, the ends of the type; then NaN, of either sign.
    a = rng.integers(0, 3, shape).astype(dtype)
    limits = np.finfo(dtype) if np.dtype(dtype).kind == "f" else np.iinfo(dtype)
    edges = np.where(rng.random(shape) < 0.01, limits.max, np.where(rng.random(shape) < 0.01, limits.min, a))
    cases = [a, np.sort(a, axis=None).reshape(shape), edges.astype(dtype)]
    if np.dtype(dtype).kind == "f":
        cases += [np.where(rng.random(shape) < 0.5, -0.0, 0.0).astype(dtype), np.where(a == 2, np.inf, -np.inf)]
        for share in (1e-3, 0.3, 1):
            cases.append(np.where(rng.random(shape) < share, np.copysign(np.nan, rng.random(shape) - 0.5), a))
    for case in cases:
        case = case.astype(dtype)
        case.flags.writeable = False
        for axis in (None, *range(len(shape))):
            for name in ("argmin", "argmax", "ptp", "min", "max"):
                with np.errstate(all="ignore"):
                    want = getattr(np, name)(case, axis=axis)
                    with ferrodide.patched("reductions"):
                        got = getattr(np, name)(case, axis=axis)
                assert type(got) is type(want)
                assert_same(got, want, exact=name[:3] == "arg")
    with ferrodide.patched("reductions"):
        assert hits("argmin") + hits("ptp") > 0


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "int32", "uint64", "bool", "int8"])
def test_running_sums_have_numpys_bits(dtype):
    rng = np.random.default_rng(6)
    for shape in [(1,), (2000,), (5, 9), (64, 33), (3, 700), (700, 3), (6, 1)]:
        a = (rng.standard_normal(shape) * 10.0 ** rng.integers(-9, 9, shape)).astype("i8" if dtype[0] == "u" else dtype)
        a = a.astype(dtype)
        for axis in (None, *range(-len(shape), len(shape))):
            want = np.cumsum(a, axis=axis)
            with ferrodide.patched("cumsum"):
                got = np.cumsum(a, axis=axis)
            assert got.flags.c_contiguous == want.flags.c_contiguous
            assert (got.dtype, got.tobytes()) == (want.dtype, want.tobytes())


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "int32", "uint64", "bool", "int8"])
def test_sums_of_columns_have_numpys_bits(dtype):
    rng = np.random.default_rng(8)
    for shape in [(1, 5000), (5, 900), (4096, 2), (70, 700), (1300, 4)]:
        a = (rng.standard_normal(shape) * 10.0 ** rng.integers(-9, 9, shape)).astype("i8" if dtype[0] == "u" else dtype)
        for x in (a.astype(dtype), np.where(rng.random(shape[1]) < 0.5, np.array(-0.0, a.dtype), a).astype(dtype)):
            for name in ("sum", "mean"):
                want = getattr(np, name)(x, axis=0)
                with ferrodide.patched("reductions"):
                    got = getattr(np, name)(x, axis=0)
                assert (got.dtype, got.tobytes()) == (want.dtype, want.tobytes())


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "int16", "uint8", "bool"])
def test_truths_of_columns(dtype):
    rng = np.random.default_rng(7)
    for shape in [(1, 1), (300, 5), (15, 600), (257, 33), (4, 1)]:
        for share in (0, 0.001, 0.5, 0.999, 1):
            a = np.where(rng.random(shape) < share, np.arange(1, 1 + shape[1]) % 100 + 1, 0).astype(dtype)
            for name in ("any", "all", "count_nonzero"):
                for axis in (0, 1, -2):
                    want, before = getattr(np, name)(a, axis=axis, keepdims=True), hits(name)
                    with ferrodide.patched(name):
                        got = getattr(np, name)(a, axis=axis, keepdims=True)
                    assert hits(name) == before + 1
                    assert_same(got, want)


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
