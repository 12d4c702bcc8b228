"""``patch()``: partition and percentile through the kernels, as NumPy's own."""

from __future__ import annotations

import ferrodide
import numpy as np
import pytest
from helpers import LAYOUTS, assert_same, hits, outcome, sample

pytestmark = pytest.mark.skipif(
    ferrodide.backend() != "pyo3", reason="only the compiled module reaches NumPy's methods, and has these kernels"
)

NAMES = ["partition", "argpartition"]
ORDERED = "float64 float32 int64 int32 int16 int8 uint64 uint32 uint16 uint8 bool longlong".split()
UNSERVED = "float16 longdouble complex128 datetime64[s] object".split()
SHAPES = [(1,), (2,), (7,), (700,), (4, 30), (30, 4), (3, 5, 6)]
#: Long enough for every kernel.
LONG = 140_000
QUANTILE_METHODS = (
    "inverted_cdf averaged_inverted_cdf closest_observation interpolated_inverted_cdf hazen weibull linear "
    "median_unbiased normal_unbiased lower higher midpoint nearest"
).split()


@pytest.fixture(autouse=True)
def _clean():
    yield
    ferrodide.unpatch()
    ferrodide.stats(reset=True)


@pytest.fixture
def every_length():
    """Also what is so short that NumPy is as fast."""
    from ferrodide._backend import kernels

    kernels._patch_serve_short(True)
    yield
    kernels._patch_serve_short(False)


def assert_parted(got: np.ndarray, a: np.ndarray, kth: list[int], axis: int) -> None:
    """The same elements as ``a``, and each rank of ``kth`` at its place."""
    lanes, want = np.moveaxis(got, axis, -1), np.sort(np.moveaxis(a, axis, -1), axis=-1)
    np.testing.assert_array_equal(np.sort(lanes, axis=-1), want)
    for k in kth:
        np.testing.assert_array_equal(lanes[..., k], want[..., k])
        k %= lanes.shape[-1]
        np.testing.assert_array_equal(np.sort(lanes[..., :k], axis=-1), want[..., :k])


def ranks(n: int) -> list[list[int]]:
    return [[0], [n - 1], [-1], [n // 2], [0, -1, n // 2, (n // 2 + 1) % n], list(range(-n, n))[:60]]


@pytest.mark.parametrize("dtype", ORDERED)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_partitions_of_any_layout(every_length, dtype, layout):
    for shape in SHAPES:
        a = LAYOUTS[layout](sample(dtype, shape, seed=len(shape)))
        before = a.tobytes()
        for axis in range(-1, len(shape) - 1):
            for kth in ranks(shape[axis]):
                with ferrodide.patched(NAMES):
                    parted, order = np.partition(a, kth, axis=axis), np.argpartition(a, kth, axis=axis)
                assert_same(np.zeros_like(parted), np.zeros_like(np.partition(a, kth, axis=axis)))
                assert_same(np.zeros_like(order), np.zeros_like(np.argpartition(a, kth, axis=axis)))
                assert_parted(parted, a, kth, axis)
                assert_parted(np.take_along_axis(a, order, axis), a, kth, axis)
                if a.flags.writeable:
                    own = LAYOUTS[layout](a)
                    with ferrodide.patched(NAMES):
                        assert own.partition(kth, axis) is None
                    assert_parted(own, a, kth, axis)
        with ferrodide.patched(NAMES):
            order = np.argpartition(a, a.size // 2, axis=None)
        assert order.shape == (a.size,)
        assert_parted(a.ravel()[order], a.ravel(), [a.size // 2], 0)
        assert a.tobytes() == before
    assert hits("partition") > 0


@pytest.mark.parametrize("dtype", ORDERED)
def test_long_partitions(dtype):
    rng = np.random.default_rng(0)
    for a in (sample(dtype, LONG), sample(dtype, LONG, edge=0), (rng.random(LONG) * 1e9).astype(dtype)):
        for kth in ([0], [LONG - 1], [LONG // 3], [5, -5], [0, -1, LONG // 2, LONG // 2 + 1]):
            for each in (a, np.sort(a), np.sort(a)[::-1]):
                with ferrodide.patched(NAMES):
                    parted, order = np.partition(each, kth), np.argpartition(each, kth)
                assert_parted(parted, each, kth, 0)
                assert_parted(each[order], each, kth, 0)
                assert (np.bincount(order, minlength=LONG) == 1).all()
    assert hits("partition") == hits("argpartition") == 45


def test_every_way_to_say_kth(every_length):
    x = np.random.default_rng(0).random(50)
    ways = [3, np.int8(3), np.uint64(3), np.array(3), np.array([3, 7]), [3, 7], (3, np.int64(-4)), np.array([3], "u1")]
    for kth in ways:
        with ferrodide.patched(NAMES):
            got = np.partition(x, kth), x[np.argpartition(x, kth, kind="introselect", order=None)]
        for each in got:
            assert_parted(each, x, np.atleast_1d(kth).astype(int).tolist(), 0)
    # An array of unsigned bytes is NumPy's work.
    assert hits("partition") == hits("argpartition") == len(ways) - 1


def test_what_is_wrong_with_a_partition_numpy_says(every_length):
    x = np.arange(60.0).reshape(6, 10)
    frozen = x.copy()
    frozen.flags.writeable = False
    bad_kth = [10, -11, 2.0, True, np.array([True]), [], [[1]], None, "1", 1 << 80, [1, 1 << 80], np.True_, [1.5], {1}]
    calls = [lambda f, k=k: f(x.copy(), k) for k in bad_kth]
    calls += [
        lambda f: f(x.copy(), 1, axis=2),
        lambda f: f(x.copy(), 1, axis=1.0),
        lambda f: f(x.copy(), 1, kind="quick"),
        lambda f: f(x.copy(), 1, order="a"),
        lambda f: f(x.copy(), 1, nothing=1),
        lambda f: f(np.array(3.0), 0),
        lambda f: f(np.zeros((0, 3)), 1, axis=1),
        lambda f: f(np.zeros((3, 0)), 0, axis=1),
        lambda f: f(np.array([]), 5),
        lambda f: f(frozen, 1),
        lambda f: f(x.copy()),
        lambda f: f(x.copy(), 1, 0, "introselect", None, 5),
    ]
    for function in (np.ndarray.partition, np.ndarray.argpartition):
        for i, call in enumerate(calls):
            want, want_error, want_warnings = outcome(call, function)
            with ferrodide.patched(NAMES):
                got, error, caught = outcome(call, function)
            assert (type(error), str(error)) == (type(want_error), str(want_error)), i
            assert caught == want_warnings, i
            np.testing.assert_array_equal(got, want)
    assert (frozen == x).all()
    assert hits("partition") == 0


def test_elements_that_share_memory_are_numpys(every_length):
    memory = np.random.default_rng(0).random(30)
    overlapping = np.lib.stride_tricks.as_strided(memory.copy(), (20, 10), (8, 8), writeable=True)
    want = np.lib.stride_tricks.as_strided(memory.copy(), (20, 10), (8, 8), writeable=True)
    want.partition(4)
    with ferrodide.patched(NAMES):
        overlapping.partition(4)
    np.testing.assert_array_equal(overlapping, want)
    assert ferrodide.stats()["partition"]["fallbacks"] == {"operands": 1}


@pytest.mark.parametrize("dtype", UNSERVED)
def test_dtypes_of_numpys_own(every_length, dtype):
    a = np.random.default_rng(0).integers(0, 50, 40).astype(dtype)
    with ferrodide.patched(NAMES):
        np.testing.assert_array_equal(np.sort(np.partition(a, 7)), np.sort(a))
    assert hits("partition") == 0
    masked = np.ma.array(np.arange(9.0)[::-1], mask=np.arange(9) % 2 == 0)
    with ferrodide.patched(NAMES), pytest.warns(UserWarning, match="will ignore the 'mask'"):
        got = np.partition(masked, 3)
    assert type(got) is np.ma.MaskedArray
    assert hits("partition") == 0


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "int16", "bool"])
@pytest.mark.parametrize("method", QUANTILE_METHODS)
def test_percentiles_are_bit_for_bit_numpys(every_length, dtype, method):
    calls = [
        lambda a: np.percentile(a, 30, method=method),
        lambda a: np.quantile(a, [0, 0.25, 1, 0.5], method=method),
        lambda a: np.quantile(a, 0.7, axis=0, method=method, keepdims=True),
        lambda a: np.percentile(a, [[5, 50], [95, 100]], axis=-1, method=method),
        lambda a: np.nanpercentile(a, 40, method=method),
        lambda a: np.nanquantile(a, [0.1, 0.9], axis=0, method=method),
    ]
    for shape in [(1,), (2,), (601,), (40, 9)]:
        for edge in (0, 0.05):
            # No -0.0: which of two zeros has a rank is open.
            a = sample(dtype, shape, edge=edge)
            a[a == 0] = 0
            for call in calls:
                want, want_error, want_warnings = outcome(call, a)
                with ferrodide.patched(NAMES):
                    got, error, caught = outcome(call, a)
                assert type(error) is type(want_error)
                assert caught == want_warnings
                if error is None:
                    assert_same(got, want, exact=edge == 0)
    assert dtype == "bool" or hits("partition") >= 20
