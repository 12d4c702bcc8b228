"""``cdist`` against SciPy's."""

from __future__ import annotations

import ferrodide
import numpy as np
import pytest
from helpers import LAYOUTS, METRICS, SERVED, UNSERVED, assert_same_outcome, outcome, sample
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.spatial.distance import cdist as scipy_cdist
from strategies import laid_out, tame

EPS = np.finfo(float).eps


def points(m, k, seed, dtype="float64"):
    return np.random.default_rng(seed).standard_normal((m, k)).astype(dtype)


def check(xa, xb, metric):
    """As SciPy's within k roundings: relatively, but for the cosine, which is one minus a number up to 1."""
    before = (xa.tobytes(), xb.tobytes())
    ours, theirs = ferrodide.cdist(xa, xb, metric), scipy_cdist(xa, xb, metric)
    assert type(ours) is np.ndarray
    assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
    assert ours.flags.c_contiguous
    assert ours.flags.writeable
    assert (np.isnan(ours) == np.isnan(theirs)).all()
    ours, theirs = np.nan_to_num(ours, nan=0.0), np.nan_to_num(theirs, nan=0.0)
    k = xa.shape[1]
    scale = 1.0 if metric == "cosine" else theirs
    roundings = {"chebyshev": 0, "cosine": k + 4}.get(metric, k + 2)
    assert (np.abs(ours - theirs) <= roundings * EPS * scale).all(), np.abs(ours - theirs).max()
    assert (xa.tobytes(), xb.tobytes()) == before


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    "sizes",
    [
        (1, 1, 1),
        (3, 4, 2),
        (5, 33, 8),
        (2, 2049, 1),
        (2, 700, 3),
        (33, 17, 100),
        (2, 9, 2100),
        (0, 3, 2),
        (3, 0, 2),
    ],
    ids=str,
)
def test_sizes(metric, sizes):
    m, n, k = sizes
    check(points(m, k, 1), points(n, k, 2), metric)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("layout1", LAYOUTS)
@pytest.mark.parametrize("layout2", LAYOUTS)
def test_layouts(metric, layout1, layout2):
    check(LAYOUTS[layout1](points(3, 5, 1)), LAYOUTS[layout2](points(40, 5, 2)), metric)


@pytest.mark.parametrize("metric", METRICS)
def test_elements_that_share_memory(metric):
    a = np.broadcast_to(points(1, 5, 1), (4, 5))
    check(a, points(20, 5, 2), metric)
    check(np.broadcast_to(points(4, 1, 3), (4, 5)), a, metric)
    b = points(20, 5, 4)
    check(b, b, metric)
    check(b, b[::-1], metric)


@pytest.mark.parametrize("metric", METRICS)
def test_no_columns(metric):
    xa, xb = np.empty((2, 0)), np.empty((3, 0))
    _, error, _ = outcome(scipy_cdist, xa, xb, metric)
    assert error is None
    np.testing.assert_array_equal(ferrodide.cdist(xa, xb, metric), scipy_cdist(xa, xb, metric))


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1.7e308, 1e200, 1e-200, 5e-324, -0.0])
def test_special_values(metric, value):
    xa, xb = sample("float64", (3, 4), 1, edge=0), sample("float64", (20, 4), 2, edge=0)
    xa[1, 2] = value
    xb[1] = xa[1]
    xb[2] = value
    xb[3] = 0
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(
            ferrodide.cdist(xa, xb, metric), scipy_cdist(xa, xb, metric), rtol=4 * EPS, atol=4 * EPS
        )


@pytest.mark.parametrize(
    "alias",
    "euclid eu e EUCLIDEAN sqe sqeuclid cblock cb c chebychev cheby cheb ch cos Cosine".split(),
)
def test_other_names_of_the_metrics(alias, monkeypatch):
    # A name that we do not know would go to SciPy, and nothing would show: it must not get there.
    monkeypatch.setattr("scipy.spatial.distance.cdist", None)
    xa, xb = sample("float64", (3, 4), 1, edge=0), sample("float64", (5, 4), 2, edge=0)
    np.testing.assert_allclose(ferrodide.cdist(xa, xb, alias), scipy_cdist(xa, xb, alias), rtol=4 * EPS, atol=4 * EPS)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    "dtype",
    [*SERVED, *UNSERVED, "object", "U3"],
)
def test_dtypes_are_converted_as_scipy_does(metric, dtype):
    xa = sample("uint8", (3, 4), 1, edge=0).astype(dtype)
    xb = sample("uint8", (5, 4), 2, edge=0).astype(dtype)
    for a, b in ((xa, xb), (xa, sample("float64", (5, 4), 2, edge=0))):
        ours, our_error, our_warnings = outcome(ferrodide.cdist, a, b, metric)
        theirs, their_error, their_warnings = outcome(scipy_cdist, a, b, metric)
        assert type(our_error) is type(their_error), (our_error, their_error)
        assert our_warnings == their_warnings
        if their_error is None:
            assert ours.dtype == theirs.dtype
            np.testing.assert_allclose(ours, theirs, rtol=4 * EPS, atol=4 * EPS)


@pytest.mark.parametrize(
    ("metric", "kwargs"),
    [
        ("minkowski", {"p": 3}),
        ("minkowski", {}),
        ("euclidean", {"w": [1, 2, 1, 1]}),
        ("euclidean", {"nonsense": 1}),
        ("correlation", {}),
        ("hamming", {}),
        ("seuclidean", {"V": [1, 2, 3, 4]}),
        ("nonsense", {}),
        ("", {}),
        (3, {}),
        (None, {}),
        (["euclidean"], {}),
        (b"euclidean", {}),
        (lambda u, v: float(abs(u - v).sum()), {}),
    ],
    ids=str,
)
def test_what_has_no_kernel_is_scipys(metric, kwargs):
    xa, xb = sample("float64", (3, 4), 1, edge=0) + 1, sample("float64", (5, 4), 2, edge=0) + 1
    assert_same_outcome("cdist", xa, xb, metric, **kwargs)
    assert_same_outcome("cdist", xa, xb, metric=metric, out=np.empty((3, 5)), **kwargs)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    ("shape_a", "shape_b"),
    [
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((2, 3), (2, 3, 1)),
        ((), (2, 3)),
        ((2, 3), (2, 4)),
        ((2, 0), (2, 1)),
        ((0,), (0,)),
    ],
    ids=str,
)
def test_shapes_that_do_not_fit(metric, shape_a, shape_b):
    assert_same_outcome("cdist", np.ones(shape_a), np.ones(shape_b), metric)
    assert_same_outcome("cdist", np.ones(shape_a).tolist(), np.ones(shape_b, "i4"), metric)


def test_what_a_bad_shape_says():
    with pytest.raises(ValueError, match=r"XA must be a 2-dimensional array; got 1 dimension\(s\), shape \[3\]"):
        ferrodide.cdist(np.ones(3), np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"same number of columns.*got 3 and 4"):
        ferrodide.cdist(np.ones((2, 3)), np.ones((2, 4)))
    with pytest.raises(ValueError, match=r"out: got float32 of shape \(2, 2\); expected.*float64.*\(2, 2\)"):
        ferrodide.cdist(np.ones((2, 3)), np.ones((2, 3)), out=np.empty((2, 2), np.float32))


@pytest.mark.parametrize("metric", METRICS)
def test_out(metric):
    xa, xb = sample("float64", (3, 4), 1, edge=0) + 1, sample("float64", (5, 4), 2, edge=0) + 1
    out = np.full((3, 5), 7.0)
    assert ferrodide.cdist(xa, xb, metric, out=out) is out
    np.testing.assert_array_equal(out, ferrodide.cdist(xa, xb, metric))
    square = np.ones((4, 4))
    square[:3] = xa
    expected = ferrodide.cdist(square.copy(), square.copy(), metric)
    assert ferrodide.cdist(square, square, metric, out=square) is square
    np.testing.assert_array_equal(square, expected)
    for bad in (
        np.empty((5, 3)),
        np.empty(15),
        np.empty((1, 3, 5)),
        np.empty((3, 5), np.float32),
        np.empty((3, 5), np.int64),
        np.empty((3, 5), ">f8"),
        np.empty((3, 5), order="F"),
        np.empty((3, 10))[:, ::2],
        [[0.0] * 5] * 3,
        "out",
    ):
        _, ours, _ = outcome(ferrodide.cdist, xa, xb, metric, out=bad)
        _, theirs, _ = outcome(scipy_cdist, xa, xb, metric, out=bad)
        # For some metrics SciPy stumbles over what is no array with an AttributeError.
        expected = TypeError if type(theirs) is AttributeError else type(theirs)
        assert type(ours) is expected, (bad, ours, theirs)


@pytest.mark.parametrize("metric", METRICS)
def test_a_read_only_out_stays_as_it_is(metric):
    # SciPy's cosine writes to it all the same.
    read_only = np.full((3, 5), 7.0)
    read_only.flags.writeable = False
    with pytest.raises(ValueError, match=r"out: got float64 .* expected a writeable"):
        ferrodide.cdist(np.ones((3, 4)), np.ones((5, 4)), metric, out=read_only)
    assert (read_only == 7).all()


def test_too_few_operands():
    for args in ((), (np.ones((2, 3)),), (np.ones((2, 3)), np.ones((2, 3)), "euclidean", np.empty((2, 2)))):
        assert_same_outcome("cdist", *args)


@pytest.mark.parametrize("metric", METRICS)
@given(data=st.data(), m=st.integers(0, 5), n=st.integers(0, 40), k=st.integers(1, 7))
def test_any_points(metric, data, m, n, k):
    xa = data.draw(laid_out(data.draw(hnp.arrays("float64", (m, k), elements=tame("float64")))))
    xb = data.draw(laid_out(data.draw(hnp.arrays("float64", (n, k), elements=tame("float64")))))
    with np.errstate(all="ignore"):
        check(xa, xb, metric)
