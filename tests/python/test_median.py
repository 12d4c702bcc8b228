"""``median`` against NumPy's."""

from __future__ import annotations

import ferrodide
import numpy as np
import pytest
from helpers import IN_PYODIDE, LAYOUTS, SERVED, UNSERVED, assert_same, assert_same_outcome, outcome, sample
from hypothesis import given
from hypothesis import strategies as st
from strategies import arrays

#: Around the length from which the kernels take a sample first.
LENGTHS = [1, 2, 3, 4, 255, 6143, 6144, 6145, 70_001]


def check(a, **kwargs):
    """Equal to NumPy's median; the zeros count as one, since NumPy leaves open which it takes."""
    before = np.asarray(a).tobytes()
    # MAX + MAX overflows and inf - inf is invalid, in NumPy as here; only NumPy outside of Pyodide says so.
    with np.errstate(all="ignore"):
        theirs = np.median(a, **kwargs)
    ours = ferrodide.median(a, **kwargs)
    assert type(ours) is type(theirs)
    assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
    np.testing.assert_array_equal(ours, theirs)
    assert np.asarray(a).tobytes() == before


@pytest.mark.parametrize("dtype", SERVED)
@pytest.mark.parametrize("n", LENGTHS)
def test_a_lane(dtype, n):
    rng = np.random.default_rng(n)
    any_bits = np.frombuffer(rng.bytes(n * np.dtype(dtype).itemsize), dtype)
    finite = any_bits[np.isfinite(any_bits)]
    for a in (
        sample(dtype, n, seed=n),
        sample(dtype, n, seed=n, edge=0),
        any_bits,
        finite if finite.size else any_bits,
        np.sort(any_bits),
        np.sort(finite)[::-1],
        np.repeat(any_bits[:1], n),
        np.repeat(any_bits[: n // 2 or 1], 2),
        np.concatenate([np.sort(finite), np.sort(finite)[::-1]]),
        np.tile(any_bits[:17], n // 17 + 1),
    ):
        if a.size:
            check(a)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n", [1, 2, 1000, 20_000])
def test_a_nan_anywhere(dtype, n):
    for at in {0, n // 3, n // 2, n - 1}:
        for nan in (np.nan, -np.nan):
            a = np.arange(n, dtype=dtype)
            a[at] = nan
            check(a)
            assert np.isnan(ferrodide.median(a))


@pytest.mark.parametrize("dtype", SERVED)
def test_the_edges_of_the_dtype(dtype):
    info = np.finfo(dtype) if np.dtype(dtype).kind == "f" else np.iinfo(dtype)
    for values in (
        [info.max],
        [info.max, info.max],
        [info.max, info.max, info.max],
        [info.min, info.max],
        [info.max - 1, info.max],
        [info.min, info.min],
    ):
        check(np.array(values, dtype))
    if np.dtype(dtype).kind == "f":
        for values in (
            [np.inf, -np.inf],
            [np.inf, np.inf],
            [-np.inf] * 3,
            [info.smallest_subnormal] * 2,
            [-0.0],
        ):
            check(np.array(values, dtype))


@pytest.mark.parametrize("dtype", SERVED)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("shape", [(7,), (5, 4), (2, 300), (2, 3, 4, 5)], ids=str)
def test_every_axis_of_every_layout(dtype, layout, shape):
    a = LAYOUTS[layout](sample(dtype, shape, edge=0.1))
    ndim = a.ndim
    axes = [None, *range(-ndim, ndim), tuple(range(ndim))]
    axes += [(0, -1), (-1, 0), (1, 2), (-2, 0, 1)] if ndim == 4 else []
    for axis in axes:
        for keepdims in (False, True):
            check(a, axis=axis, keepdims=keepdims)


@pytest.mark.parametrize("dtype", SERVED)
def test_elements_that_share_memory(dtype):
    a = np.broadcast_to(sample(dtype, (3, 1, 5)), (3, 4, 5))
    for axis in (0, 1, 2, None, (0, 1)):
        check(a, axis=axis)


@pytest.mark.parametrize("a", [3, 3.5, np.float64(2), np.array(1.0), np.array(7, "i4"), np.float32(np.nan)], ids=repr)
def test_0d_operands(a):
    for kwargs in ({}, {"axis": None}, {"keepdims": True}, {"axis": ()}, {"axis": 0}, {"axis": -1}):
        assert_same_outcome("median", a, **kwargs)


@pytest.mark.parametrize("dtype", [*SERVED, "float16"])
@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 4)], ids=str)
def test_empty_arrays_warn_as_numpys(dtype, shape):
    a = np.empty(shape, dtype)
    pairs = [(0, 1), (1, 2), (-3, -1)] if len(shape) == 3 else []
    for axis in (None, *range(len(shape)), tuple(range(len(shape))), *pairs):
        assert_same_outcome("median", a, axis=axis)
        assert_same_outcome("median", a, axis=axis, keepdims=True)
    assert outcome(ferrodide.median, a)[2], "no warning"


@pytest.mark.parametrize("dtype", [*UNSERVED, "object", "m8[h]", "M8[s]", "U3"])
def test_other_dtypes_are_numpys(dtype):
    a = sample("uint8", (3, 8), edge=0).astype(dtype)
    for kwargs in ({}, {"axis": 0}, {"axis": (0, 1)}, {"axis": 1, "keepdims": True}):
        assert_same_outcome("median", a, **kwargs)


@pytest.mark.parametrize(
    "axis",
    [
        2,
        -3,
        0.0,
        1.5,
        "0",
        (0, 2),
        (0, 0),
        (0, -2),
        (),
        [0, 1],
        [0],
        (1.0,),
        np.int64(1),
        True,
        (None,),
    ],
    ids=repr,
)
def test_axes(axis):
    for a in (np.array([[3.0, 1.0], [2.0, 5.0]]), [[3, 1], [2, 5]], np.ones((2, 2), np.float16)):
        assert_same_outcome("median", a, axis=axis)
        assert_same_outcome("median", a, axis=axis, keepdims=True)


@pytest.mark.parametrize("keepdims", [0, 1, np.True_, None, "yes", []], ids=repr)
def test_keepdims_is_any_truth(keepdims):
    assert_same_outcome("median", np.array([[3.0, 1.0], [2.0, 5.0]]), axis=1, keepdims=keepdims)
    assert_same_outcome("median", [[3.0, 1.0], [2.0, 5.0]], axis=1, keepdims=keepdims)


def test_what_a_bad_axis_says():
    with pytest.raises(np.exceptions.AxisError, match=r"axis -4 is out of bounds.*dimension 3") as caught:
        ferrodide.median(np.ones((2, 2, 2)), axis=-4)
    assert "expected -3 <= axis < 3" in str(caught.value)


def test_overwrite_input_leaves_the_input():
    a = sample("float64", 101)
    before = a.tobytes()
    ours, theirs = (call(a.copy(), overwrite_input=True) for call in (ferrodide.median, np.median))
    assert_same(ours, theirs, exact=False)
    ferrodide.median(a, overwrite_input=True)
    assert a.tobytes() == before


@pytest.mark.parametrize("dtype", ["float64", "int8", "uint64"])
def test_overwrite_input_of_what_is_read_only_is_numpys_error(dtype):
    a = np.arange(24).reshape(4, 6).astype(dtype)
    a.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        np.median(a, axis=0, overwrite_input=True)
    with pytest.raises(ValueError, match="read-only"):
        ferrodide.median(a, axis=0, overwrite_input=True)


@pytest.mark.parametrize("dtype", SERVED)
def test_out(dtype):
    a = sample(dtype, (3, 4), edge=0)
    for out_dtype in ("float64", "float32", "longdouble", "complex64"):
        out = np.full(3, 7, out_dtype)
        assert ferrodide.median(a, axis=1, out=out) is out
        np.testing.assert_array_equal(out, np.median(a, axis=1).astype(out_dtype))
    strided = np.full((3, 4), 7.0)
    assert ferrodide.median(a, 1, strided[:, 1]).base is strided
    np.testing.assert_array_equal(strided[:, 1], np.median(a, axis=1))
    assert (strided[:, [0, 2, 3]] == 7).all()
    scalar = np.empty(())
    assert ferrodide.median(a, out=scalar) is scalar
    assert scalar == np.median(a)


@pytest.mark.parametrize(
    "make_out",
    [
        lambda: np.empty(4),
        lambda: np.empty((3, 1)),
        lambda: np.empty((2, 3)),
        lambda: np.empty(3, np.int64),
        lambda: np.empty(3, "U5"),
        lambda: np.empty(3, object),
        lambda: np.broadcast_to(np.empty(1), 3),
        lambda: [0.0, 0.0, 0.0],
        lambda: "out",
        lambda: (np.empty(3),),
    ],
)
def test_out_that_does_not_fit(make_out):
    a = np.arange(12.0).reshape(3, 4)
    _, ours, _ = outcome(ferrodide.median, a, axis=1, out=make_out())
    _, theirs, _ = outcome(np.median, a, axis=1, out=make_out())
    assert type(ours) is type(theirs), (ours, theirs)


def test_out_may_overlap_the_input():
    a, b = (np.array([[4.0, 1.0, 3.0], [9.0, 7.0, 8.0], [1.0, 1.0, 2.0]]) for _ in range(2))
    expected = np.median(b.copy(), axis=0)
    assert ferrodide.median(a, axis=0, out=a[1]).base is a
    np.testing.assert_array_equal(a[1], expected)


@pytest.mark.parametrize("dtype", SERVED)
@given(data=st.data())
def test_any_array(dtype, data):
    a = data.draw(arrays(dtype))
    if not a.size:
        return
    axis = data.draw(
        st.one_of(
            st.none(),
            st.integers(-a.ndim, a.ndim - 1),
            st.lists(st.integers(0, a.ndim - 1), unique=True, min_size=1).map(tuple),
        )
    )
    check(a, axis=axis, keepdims=data.draw(st.booleans()))


@pytest.mark.skipif(IN_PYODIDE, reason="WebAssembly has no floating-point flags: NumPy warns of nothing there")
def test_numpy_warns_of_overflow_and_we_do_not():
    # The one difference to NumPy, and it exists only outside of the browser.
    a = np.array([np.inf, -np.inf])
    assert outcome(np.median, a)[2]
    assert not outcome(ferrodide.median, a)[2]


@pytest.mark.parametrize("layout", ["C", "F", "moved"])
def test_the_result_is_in_the_operands_memory_order(layout):
    plain = sample("float64", (8, 5, 3, 4), edge=0)
    a = {"C": plain, "F": plain.copy("F"), "moved": np.moveaxis(np.moveaxis(plain, 0, -1).copy(), -1, 0)}[layout]
    for axis in range(-4, 4):
        for keepdims in (False, True):
            assert_same_outcome("median", a, axis=axis, keepdims=keepdims)
