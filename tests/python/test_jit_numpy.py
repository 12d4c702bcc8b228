"""NumPy's functions inside compiled functions, against NumPy.

Exact, but for what goes through a logarithm or a power (two units in the last place) and for products and systems of
equations, whose sums NumPy's BLAS adds up in another order: c * n * eps, relative to what is summed.
"""

# ruff: noqa: NPY002 -- the legacy streams are what is tested
from __future__ import annotations

import math

import numpy as np
import pytest
from ferrodide import njit
from ferrodide.jit import UnsupportedError
from helpers import COMPILES

pytestmark = pytest.mark.skipif(not COMPILES, reason="compiled code runs in Pyodide, with the compiler")

RANDOM = np.random.default_rng(20240801)
FLOATS = ("f8", "f4")
REALS = ("f8", "f4", "i8", "i4", "u1")


def equal(found, wanted, tolerance=0.0):
    """Whether two results are the same; dtypes of arrays too, but that platforms differ in the width of an int."""
    if isinstance(wanted, tuple):
        assert isinstance(found, tuple)
        for one, other in zip(found, wanted, strict=True):
            equal(one, other, tolerance)
        return
    if isinstance(wanted, np.ndarray):
        assert isinstance(found, np.ndarray)
        assert found.dtype.kind == wanted.dtype.kind
        if wanted.dtype.kind in "fc":
            assert found.dtype == wanted.dtype
    assert np.shape(found) == np.shape(wanted)
    if tolerance:
        np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance)
    else:
        np.testing.assert_array_equal(found, wanted)


def check(function, *arguments, tolerance=0.0):
    """Compiled and plain, each with its own copy of the arguments."""

    def copies():
        return [each.copy(order="K") if isinstance(each, np.ndarray) else each for each in arguments]

    with np.errstate(all="ignore"):
        wanted = function(*copies())
    equal(njit(function)(*arguments), wanted, tolerance)


def lines(dtype, n=100):
    """Arrays of one dimension in several layouts."""
    whole = (RANDOM.random(2 * n) * 50).astype(dtype)
    return [whole[:n].copy(), whole[::2], whole[::-1], whole[:0], whole[:1], whole[:5]]


def tables(dtype):
    """Arrays of two dimensions in several layouts."""
    whole = (RANDOM.random((24, 60)) * 50).astype(dtype)
    return [whole, np.asfortranarray(whole), whole[::2, ::3], whole.T]


# Sums


def whole_sums(a):
    return a.sum(), np.sum(a)


def means(a):
    return np.mean(a), a.mean(), np.std(a), np.var(a), np.var(a, ddof=1)


def along(a):
    return a.sum(axis=0), np.sum(a, axis=1), np.sum(a, -1), a.mean(axis=0), a.mean(axis=1)


def extremes(a):
    return a.min(axis=1), np.max(a, axis=0), a.argmin(axis=1), np.argmax(a, 0), np.any(a > 30, axis=1), (a > 30).all(0)


def spreads(a):
    return a.std(axis=0), np.var(a, axis=1), a[:, :5].prod(axis=1)


@pytest.mark.parametrize("dtype", [*REALS, "c16", "b1"])
@pytest.mark.parametrize("n", [1, 7, 8, 9, 127, 128, 129, 1000, 5003])
def test_sums_are_numpy_s_to_the_last_bit(dtype, n):
    for a in lines(dtype, n):
        check(whole_sums, a)


@njit
def total(x):
    return x.sum()


#: Lengths of blocks as NumPy's buffer of 8192 elements makes them: lines, planes, volumes, a line longer than it.
SHAPES = [
    (5000,),
    (3, 200),
    (200, 3),
    (130, 150),
    (3, 8200),
    (50, 6, 71),
    (2, 3, 90, 91),
    (20, 30, 8, 9),
    (4, 0, 3),
    (1, 70, 1),
]
VIEWS = {
    "not together": lambda x: x[(slice(0, -1),) * x.ndim],
    "every other": lambda x: x[..., ::2],
    "backwards": lambda x: x[::-1],
    "lines backwards": lambda x: x[..., ::-1],
    "transposed": lambda x: x[..., :-1].T,
    "rolled": lambda x: np.moveaxis(x[..., :-1], -1, 0),
    "Fortran's": np.asfortranarray,
    "stretched": lambda x: np.broadcast_to(x[:1], x.shape),
}


@pytest.mark.parametrize("dtype", [*FLOATS, "c16"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("view", VIEWS)
def test_sums_of_any_strides_are_numpy_s_to_the_last_bit(view, shape, dtype):
    scales = 10.0 ** RANDOM.integers(-3, 4, shape)
    x = VIEWS[view]((RANDOM.standard_normal(shape) * scales).astype(dtype))
    assert total(x) == x.sum()


@pytest.mark.parametrize("dtype", REALS)
def test_means_and_variances(dtype):
    for a in lines(dtype):
        if a.size > 1:
            check(means, a)


@pytest.mark.parametrize("dtype", REALS)
def test_reductions_along_an_axis(dtype):
    for a in tables(dtype):
        check(along, a)
        check(extremes, a)
        check(spreads, a)


def three_axes(a):
    return a.sum(axis=0), a.sum(axis=1), a.sum(axis=2), a.max(axis=-1)


def test_three_dimensions():
    check(three_axes, RANDOM.random((5, 40, 30)))
    check(three_axes, np.asfortranarray(RANDOM.random((5, 40, 30))))


def test_an_axis_that_is_no_constant_is_told():
    def function(a, axis):
        return a.sum(axis=axis)

    with pytest.raises(UnsupportedError, match="constant"):
        njit(function)(np.ones((2, 2)), 1)


# Random numbers


def random_numbers(seed):
    np.random.seed(seed)
    return (
        np.random.random(),
        np.random.rand(3, 2),
        np.random.random_sample(700),
        np.random.uniform(2, 5),
        np.random.uniform(0.0, 1.0, (4, 5)),
    )


def random_integers(seed):
    np.random.seed(seed)
    return np.random.randint(10), np.random.randint(3, 1000, 5), np.random.randint(0, 2**31 - 1, (2, 3))


def random_normals(seed):
    np.random.seed(seed)
    return np.random.randn(), np.random.normal(1.0, 2.0, (2, 3)), np.random.standard_normal(501), np.random.rand(2)


def random_orders(seed):
    np.random.seed(seed)
    a = np.arange(50.0)
    np.random.shuffle(a)
    b = np.arange(60.0).reshape(20, 3)
    np.random.shuffle(b)
    return a, b, np.random.permutation(a), np.random.choice(a), np.random.choice(a, 3), np.random.choice(a, 4, False)


def weighted(seed, p):
    np.random.seed(seed)
    return np.random.choice(4, 20, p=p)


@pytest.mark.parametrize("seed", [0, 5, 2**32 - 1])
def test_the_streams_of_a_seed_are_numpy_s(seed):
    check(random_numbers, seed)
    check(random_integers, seed)
    check(random_normals, seed, tolerance=4e-16)
    check(random_orders, seed)
    check(weighted, seed, np.array([0.1, 0.2, 0.3, 0.4]))


def test_the_state_lives_on_between_calls_and_is_one_for_all_functions():
    @njit
    def start(seed):
        np.random.seed(seed)

    @njit
    def one():
        return np.random.random()

    @njit
    def normal():
        return np.random.normal()

    start(3)
    found = [one(), normal(), normal(), one()]
    reference = np.random.RandomState(3)
    wanted = [reference.random_sample(), reference.normal(), reference.normal(), reference.random_sample()]
    np.testing.assert_allclose(found, wanted, rtol=4e-16)
    assert one() != one()


def test_a_bad_seed_or_range_is_an_error_at_the_call():
    @njit
    def seeded(seed):
        return np.random.seed(seed)

    @njit
    def between(low, high):
        return np.random.randint(low, high)

    with pytest.raises(ValueError, match="Seed must be"):
        seeded(-1)
    with pytest.raises(ValueError, match="low >= high") as caught:
        between(3, 3)
    frame = caught.traceback[-1]
    assert frame.frame.code.name == "between"
    assert "randint" in str(frame.statement)


# Sorting and searching


def sorts(a):
    return np.sort(a), np.argsort(a, kind="stable")


def sorts_in_place(a):
    b = a.copy()
    b.sort()
    return b


def sorts_along(a):
    return np.sort(a, axis=0), np.argsort(a, axis=1, kind="stable"), np.sort(a), np.sort(a, axis=None)


def searches(a, v):
    return np.searchsorted(a, v), np.searchsorted(a, v, side="right"), np.searchsorted(a, 3), np.digitize(v, a)


def uniques(a):
    return np.unique(a)


def medians(a):
    return np.median(a), np.percentile(a, 30), np.quantile(a, 0.77), np.percentile(a, np.array([0.0, 50.0, 100.0]))


def medians_along(a):
    return np.median(a, axis=0), np.median(a, axis=1), np.median(a)


@pytest.mark.parametrize("dtype", [*REALS, "b1"])
def test_sorting(dtype):
    for a in lines(dtype, 1000):
        if dtype in FLOATS:
            a[::7] = np.nan
        check(sorts, a)
        check(sorts_in_place, a)
        check(uniques, a)
    for a in tables(dtype):
        check(sorts_along, a)


@pytest.mark.parametrize("dtype", REALS)
def test_searching(dtype):
    for a in lines(dtype):
        check(searches, np.sort(a), (RANDOM.random(9) * 50).astype(dtype))


@pytest.mark.parametrize("dtype", REALS)
def test_medians_and_percentiles(dtype):
    for a in lines(dtype):
        if a.size:
            check(medians, a)
    for a in tables(dtype):
        check(medians_along, a)


# Running sums


def running(a):
    return np.cumsum(a), a.cumsum(), np.cumprod(a[:5]), np.diff(a), np.diff(a, n=2), np.ediff1d(a)


def running_along(a):
    return np.cumsum(a), a.cumsum(axis=0), np.cumprod(a[:, :5], axis=1), np.diff(a), np.diff(a, axis=0)


@pytest.mark.parametrize("dtype", [*REALS, "c16"])
def test_running_sums_and_differences(dtype):
    for a in lines(dtype):
        check(running, a)
    for a in tables(dtype):
        check(running_along, a)


# Joining


def joins(a, b):
    return np.concatenate((a, b)), np.concatenate([a, b, a]), np.hstack((a, b)), np.append(a, b), np.append(a, 3)


def stacks(a, b):
    return np.stack((a, b)), np.stack([a, b], axis=1), np.vstack((a, b)), np.column_stack((a, b))


def joins_along(a, b):
    return np.concatenate((a, b)), np.concatenate((a, b), axis=1), np.vstack((a, b)), np.hstack((a, b))


@pytest.mark.parametrize(("one", "other"), [("f8", "f8"), ("f4", "i4"), ("i4", "u1"), ("i8", "b1"), ("c16", "f4")])
def test_joining(one, other):
    for a, b in zip(lines(one), lines(other), strict=True):
        check(joins, a, b)
        check(stacks, a, b)
    for a, b in zip(tables(one), tables(other), strict=True):
        check(joins_along, a, b)


def repeats(a):
    return np.repeat(a, 3), a.repeat(2), np.tile(a, 2), np.roll(a, 2), np.roll(a, -1), np.flip(a)


def turns(a):
    return np.roll(a, 2), np.roll(a, -1, axis=0), np.flip(a), np.flip(a, 1), np.fliplr(a), np.flipud(a), np.tile(a, 2)


def triangles(a):
    return np.triu(a), np.tril(a, 1), np.triu(a, -1), np.diag(a), np.diag(a, 1), np.diag(a, -2), np.trace(a)


def picks(a, order):
    return np.take(a, order), a.take(order, axis=0), np.take(a, order, axis=1)


def axes(a):
    return np.expand_dims(a, 0), np.swapaxes(a, 0, 1), np.transpose(a, (1, 0)), np.moveaxis(a, 0, -1), np.atleast_2d(a)


def broadcast(a):
    return np.broadcast_to(a, (3, *a.shape)), np.atleast_2d(a), np.atleast_1d(a[0]), np.diag(a, 1)


def places(a):
    return np.flatnonzero(a > 9), np.nonzero(a > 9), np.argwhere(a > 9), np.where(a > 9)


@pytest.mark.parametrize("dtype", REALS)
def test_rearranging(dtype):
    for a in lines(dtype):
        check(repeats, a)
        check(places, a)
        if a.size:
            check(broadcast, a)
    for a in tables(dtype):
        check(turns, a)
        check(triangles, a)
        check(picks, a, np.array([0, 2, 1, -1]))
        check(axes, a)
        check(places, a)


# Counting


def counts(x):
    return np.bincount(x), np.bincount(x, minlength=30), np.bincount(x, x * 0.5)


def histograms(a):
    whole = np.histogram(a)
    return whole[0], whole[1], np.histogram(a, 20)[0], np.histogram(a, bins=5, range=(0.0, 25.0))[0]


def interpolated(x, xp, fp):
    return np.interp(x, xp, fp), np.interp(x, xp, fp, left=-1.0, right=9.0), np.interp(0.3, xp, fp)


@pytest.mark.parametrize("dtype", ["i8", "i4", "u1"])
def test_counting(dtype):
    check(counts, RANDOM.integers(0, 20, 100).astype(dtype))


@pytest.mark.parametrize("dtype", FLOATS)
def test_histograms(dtype):
    for a in [*lines(dtype), *tables(dtype)]:
        check(histograms, a)


def test_interpolation():
    xp, fp = np.sort(RANDOM.random(20)), RANDOM.random(20)
    check(interpolated, np.concatenate((RANDOM.random(50) * 1.2 - 0.1, xp, [np.nan, np.inf])), xp, fp)


# Elements


def rounded(a):
    return np.round(a), np.around(a, 2), np.round(a, -1), a.round(1)


def close(a, b):
    return np.isclose(a, b), np.allclose(a, b), np.array_equal(a, b), np.array_equal(a, a), np.allclose(b, b)


def without_nan(a):
    return np.nansum(a), np.nanmean(a), np.nanmin(a), np.nanmax(a), np.nanstd(a), np.nanmedian(a), np.nan_to_num(a)


def of_math():
    return (
        math.gcd(12, 18),
        math.lcm(4, 6),
        math.factorial(20),
        math.comb(60, 30),
        math.comb(5, 7),
        math.isclose(1.0, 1.0 + 1e-10),
        math.prod((2, 3, 4)),
        math.dist((1.0, 2.0), (4.0, 6.0)),
    )


def divisors(a, b):
    return np.gcd(a, b), np.lcm(a, b)


@pytest.mark.parametrize("dtype", FLOATS)
def test_functions_of_elements(dtype):
    for a in lines(dtype):
        check(rounded, a)
        if a.size:
            b = a.copy()
            b[::3] += dtype == "f8" and 1e-9
            check(close, a, b)
            b[1::4] = np.nan
            check(without_nan, b)


def test_functions_of_a_few_numbers():
    check(of_math)
    check(divisors, RANDOM.integers(1, 50, 10), RANDOM.integers(1, 50, 10))


# Linear algebra


def solutions(a, b):
    return np.linalg.solve(a, b), np.linalg.inv(a), np.linalg.det(a)


def factor(a):
    return np.linalg.cholesky(a)


def norms(a):
    return np.linalg.norm(a), np.linalg.norm(a, 1), np.linalg.norm(a, np.inf)


def products(a, b):
    return np.outer(a, b), np.vdot(a, b), np.kron(a, b), np.cross(a[:3], b[:3])


def slides(a, v):
    return np.convolve(a, v), np.convolve(a, v, "same"), np.convolve(v, a, mode="valid"), np.correlate(a, v, "full")


def covariances(a):
    return np.cov(a), np.corrcoef(a)


@pytest.mark.parametrize(("dtype", "eps"), [("f8", 2.0**-52), ("f4", 2.0**-23), ("c16", 2.0**-52)])
def test_linear_algebra(dtype, eps):
    n = 8
    a = (RANDOM.random((n, n)) + n * np.eye(n)).astype(dtype)
    if dtype == "c16":
        a = a + 1j * RANDOM.random((n, n))
    # Diagonally dominant: the condition is below n, the determinant of the size of n**n.
    for each in (a, np.asfortranarray(a)):
        check(solutions, each, np.ones(n, dtype), tolerance=8 * n * eps)
        check(norms, each, tolerance=8 * n * eps)
    check(factor, (a @ a.conj().T).astype(dtype), tolerance=8 * n * eps)


def test_products_and_slides():
    a, b = RANDOM.random(9), RANDOM.random(4)
    check(products, a[:4], b, tolerance=4 * 2.0**-52)
    check(slides, RANDOM.integers(0, 9, 9), RANDOM.integers(0, 9, 4))
    check(slides, a, b, tolerance=16 * 2.0**-52)
    check(covariances, RANDOM.random((3, 20)), tolerance=40 * 2.0**-52)


def test_a_singular_matrix_is_told():
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        njit(solutions)(np.zeros((2, 2)), np.ones(2))
    with pytest.raises(np.linalg.LinAlgError, match="positive definite"):
        njit(factor)(-np.eye(2))
