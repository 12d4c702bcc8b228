"""``sort`` and ``argsort`` against NumPy's."""

from __future__ import annotations

import ferrodide
import numpy as np
import pytest
from helpers import LAYOUTS, SERVED, UNSERVED, assert_same, assert_same_outcome, bits, sample
from hypothesis import given
from hypothesis import strategies as st
from strategies import arrays

#: Around the lengths at which the kernels change their algorithm.
LENGTHS = [0, 1, 2, 3, 20, 21, 255, 256, 257, 1000, 70_000]


def check(a: np.ndarray, axis: int | None = -1) -> None:
    """To the last bit as NumPy's stable sort: each NaN and each zero keeps its place among its equals."""
    before = a.tobytes()
    assert_same(ferrodide.sort(a, axis=axis), np.sort(a, axis=axis, kind="stable"))
    assert_same(ferrodide.argsort(a, axis=axis), np.argsort(a, axis=axis, kind="stable"))
    assert a.tobytes() == before


@pytest.mark.parametrize("dtype", SERVED)
@pytest.mark.parametrize("n", LENGTHS)
def test_a_lane(dtype, n):
    check(sample(dtype, n, seed=n))
    rng = np.random.default_rng(n)
    any_bits = np.frombuffer(rng.bytes(n * np.dtype(dtype).itemsize), dtype)
    check(any_bits)
    check(np.sort(any_bits))
    check(np.sort(any_bits)[::-1])
    check(np.repeat(any_bits[:1], n))
    check(np.concatenate([np.sort(any_bits[: n // 2]), np.sort(any_bits[n // 2 :])[::-1]]))
    check(any_bits[rng.integers(0, max(n, 1), n) % 7] if n > 7 else any_bits)


@pytest.mark.parametrize("dtype", SERVED)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("shape", [(7,), (5, 4), (2, 300), (3, 1, 4), (2, 3, 4, 5)], ids=str)
def test_every_axis_of_every_layout(dtype, layout, shape):
    a = LAYOUTS[layout](sample(dtype, shape))
    for axis in (*range(-a.ndim, a.ndim), None):
        check(a, axis)


@pytest.mark.parametrize("dtype", SERVED)
@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 4), (0, 0)], ids=str)
def test_empty_arrays(dtype, shape):
    for axis in (*range(-len(shape), len(shape)), None):
        check(np.empty(shape, dtype), axis)


@pytest.mark.parametrize("dtype", SERVED)
def test_elements_that_share_memory(dtype):
    a = np.broadcast_to(sample(dtype, (3, 1, 5)), (3, 4, 5))
    for axis in (0, 1, 2, None):
        check(a, axis)
    check(np.lib.stride_tricks.sliding_window_view(sample(dtype, 20), 7))


def test_the_result_keeps_the_memory_order_and_the_byte_order():
    a = np.asfortranarray(sample("float64", (4, 5, 6)))
    assert ferrodide.sort(a).strides == np.sort(a).strides
    a = np.moveaxis(sample("int32", (4, 5, 6)), 0, 1)
    assert ferrodide.sort(a, 0).strides == np.sort(a, 0).strides
    a = sample(">f8", 7)
    assert ferrodide.sort(a).dtype.str == np.sort(a).dtype.str
    assert ferrodide.argsort(a).dtype == np.intp


@pytest.mark.parametrize("kind", [None, "quicksort", "mergesort", "heapsort", "stable"])
def test_kinds(kind):
    # No ties: an unstable kind of NumPy's has one answer too.
    for a in (np.random.default_rng(0).permutation(np.arange(1000.0)), np.array([2.0, np.nan, -np.inf])):
        assert_same_outcome("sort", a, kind=kind, exact=True)
        assert_same_outcome("argsort", a, kind=kind, exact=True)
        assert_same_outcome("sort", a.tolist(), 0, kind, exact=True)


@pytest.mark.parametrize("name", ["sort", "argsort"])
def test_other_keywords(name):
    a = np.array([[3.0, 1.0], [2.0, 5.0]])
    records = np.array([(2, 1.0), (1, 3.0), (1, 2.0)], [("i", "i4"), ("x", "f8")])
    for kwargs in (
        {"stable": True},
        {"stable": False},
        {"stable": None, "kind": "stable"},
        {"stable": True, "kind": "stable"},
        {"stable": True, "kind": None},
        {"kind": "nonsense"},
        {"kind": 3},
        {"kind": []},
        {"order": "i"},
        {"order": []},
        {"axis": None, "stable": True},
        {"nonsense": 1},
    ):
        assert_same_outcome(name, a, exact=True, **kwargs)
    for kwargs in ({"order": "x"}, {"order": ["i", "x"]}, {}, {"order": "nonsense"}):
        assert_same_outcome(name, records, **kwargs)


@pytest.mark.parametrize("name", ["sort", "argsort"])
@pytest.mark.parametrize("dtype", [*UNSERVED, "U3", "S2", "M8[s]", "m8[h]", "object"])
def test_other_dtypes_are_numpys(name, dtype):
    a = sample("uint8", (3, 8), edge=0).astype(dtype)
    for axis in (0, -1, None):
        assert_same_outcome(name, a, axis, kind="stable", exact=True)
        assert_same_outcome(name, a, axis, stable=True, exact=True)
    if a.dtype.kind in "fcmM":
        a[1, 2] = "NaT" if a.dtype.kind in "mM" else np.nan
        assert_same_outcome(name, a, kind="stable")


@pytest.mark.parametrize("name", ["sort", "argsort"])
@pytest.mark.parametrize("a", [3, 3.5, np.float64(2), np.array(1.0), np.array(7, "i4"), np.array("a")], ids=repr)
def test_0d_operands(name, a):
    for axis in (-1, 0, None, 1):
        assert_same_outcome(name, a, axis)


@pytest.mark.parametrize("name", ["sort", "argsort"])
@pytest.mark.parametrize("axis", [2, -3, 99, 0.0, 1.5, "0", (0,), [0], np.int64(1), np.uint8(1)])
def test_axes(name, axis):
    for a in (
        np.array([[3.0, 1.0], [2.0, 5.0]]),
        [[3, 1], [2, 5]],
        np.ones((2, 2), np.float16),
        np.empty((0, 2)),
    ):
        assert_same_outcome(name, a, axis)
        assert_same_outcome(name, a, axis, kind="stable")


@pytest.mark.parametrize("call", [ferrodide.sort, ferrodide.argsort])
def test_what_a_bad_axis_says(call):
    with pytest.raises(np.exceptions.AxisError, match=r"axis 2 is out of bounds.*dimension 2") as caught:
        call(np.ones((2, 2)), axis=2)
    assert "expected -2 <= axis < 2" in str(caught.value)
    assert (caught.value.axis, caught.value.ndim) == (2, 2)


@pytest.mark.parametrize("dtype", SERVED)
@given(data=st.data())
def test_any_array(dtype, data):
    a = data.draw(arrays(dtype))
    check(a, data.draw(st.one_of(st.none(), st.integers(-a.ndim, a.ndim - 1))))


@pytest.mark.parametrize("dtype", SERVED)
@given(seed=st.integers(0, 2**32), n=st.integers(250, 3000), shift=st.integers(0, 63), tie=st.integers(1, 5))
def test_long_lanes_of_any_spread(dtype, seed, n, shift, tie):
    # Clustered bits: only some of the digits differ, or the leading ones say little.
    rng = np.random.default_rng(seed)
    raw = (rng.integers(0, 2**64, n, np.uint64) >> np.uint64(shift)) ^ rng.choice(
        rng.integers(0, 2**64, tie, np.uint64), n
    )
    a = raw.view(np.float64) if dtype == "float64" else raw.astype(f"u{np.dtype(dtype).itemsize}").view(dtype)
    check(a)
    assert np.array_equal(bits(a[ferrodide.argsort(a)]), bits(ferrodide.sort(a)))
