"""``matmul`` against NumPy's."""

from __future__ import annotations

import ferrodide
import numpy as np
import pytest
from helpers import LAYOUTS, SERVED, UNSERVED, assert_same, assert_same_outcome, dot_bound, outcome, sample
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from strategies import laid_out, tame

SHAPES = [
    ((2, 3), (3, 4)),
    ((1, 1), (1, 1)),
    ((3,), (3,)),
    ((3,), (3, 4)),
    ((2, 3), (3,)),
    ((17, 9), (9, 33)),
    ((65, 64), (64, 63)),
    ((5, 2, 3), (5, 3, 4)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((4, 1, 9, 10), (3, 10, 9)),
    ((3,), (5, 3, 4)),
    ((5, 2, 3), (3,)),
    ((2, 1, 2, 3), (1, 4, 3, 2)),
    ((1, 600), (600, 1)),
    ((600, 1), (1, 2)),
]
EMPTY = [
    ((0,), (0,)),
    ((2, 0), (0, 3)),
    ((0, 2), (2, 3)),
    ((2, 3), (3, 0)),
    ((0, 0), (0, 0)),
    ((0, 2, 3), (3, 4)),
    ((5, 2, 0), (0,)),
    ((0,), (3, 0, 2)),
    ((1, 2, 3), (0, 3, 4)),
]


def random(shape, dtype, seed):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def check(x1, x2):
    """Within the bound of two orders of summing, of NumPy's product in double precision where there is one."""
    before = (np.asarray(x1).tobytes(), np.asarray(x2).tobytes())
    ours, theirs = ferrodide.matmul(x1, x2), np.matmul(x1, x2)
    assert type(ours) is type(theirs)
    assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
    if isinstance(theirs, np.ndarray):
        assert ours.flags.c_contiguous
        assert ours.flags.writeable
    bound = dot_bound(x1, x2, ours.dtype)
    assert (np.abs(ours.astype("f8") - theirs) <= bound).all()
    assert (np.asarray(x1).tobytes(), np.asarray(x2).tobytes()) == before


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("shapes", SHAPES + EMPTY, ids=str)
def test_shapes(dtype, shapes):
    check(random(shapes[0], dtype, 1), random(shapes[1], dtype, 2))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("layout1", LAYOUTS)
@pytest.mark.parametrize("layout2", LAYOUTS)
def test_layouts(dtype, layout1, layout2):
    for shape1, shape2 in (((4, 3), (3, 5)), ((20, 30), (30, 10)), ((2, 9, 8), (2, 8, 10)), ((30,), (30,))):
        check(LAYOUTS[layout1](random(shape1, dtype, 1)), LAYOUTS[layout2](random(shape2, dtype, 2)))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_elements_that_share_memory(dtype):
    row, column = random((1, 30), dtype, 1), random((40, 1), dtype, 2)
    wide, tall = np.broadcast_to(row, (20, 30)), np.broadcast_to(column, (40, 50))
    check(wide, wide.T)
    check(tall.T, tall)
    check(np.broadcast_to(np.asarray(2, dtype), (20, 30)), random((30, 5), dtype, 3))
    check(np.broadcast_to(random((20, 30), dtype, 4), (3, 20, 30)), random((30, 5), dtype, 5))
    a = random((30, 30), dtype, 6)
    check(a, a)
    check(a, a.T)
    check(np.lib.stride_tricks.sliding_window_view(random(60, dtype, 7), 30), a)


@pytest.mark.parametrize("dtype1", [*SERVED, *UNSERVED])
@pytest.mark.parametrize("dtype2", [*SERVED, *UNSERVED])
def test_dtypes_promote_as_numpys(dtype1, dtype2):
    # Whole numbers: exact in whatever dtype.
    x1, x2 = (
        sample("uint8", (3, 4), 1, edge=0).astype(dtype1),
        sample("uint8", (4, 2), 2, edge=0).astype(dtype2),
    )
    assert_same_outcome("matmul", x1, x2)
    assert_same_outcome("matmul", x1[0], x2[:, 0])


@pytest.mark.parametrize("dtype", ["object", "U3", "M8[s]", "m8[h]"])
def test_other_dtypes_are_numpys(dtype):
    x = sample("uint8", (3, 3), edge=0).astype(dtype)
    assert_same_outcome("matmul", x, x)
    assert_same_outcome("matmul", x, np.eye(3))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n", [3, 20])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -0.0])
def test_special_values(dtype, n, value):
    x1, x2 = sample(dtype, (n, n), 1, edge=0), sample(dtype, (n, n), 2, edge=0)
    x1[1, 2] = value
    x2[2, ::2] = 0
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(ferrodide.matmul(x1, x2), np.matmul(x1, x2))
        np.testing.assert_array_equal(ferrodide.matmul(x2.T, x1.T), np.matmul(x2.T, x1.T))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_largest_and_the_smallest(dtype):
    info = np.finfo(dtype)
    for n in (2, 20):
        one = np.eye(n, dtype=dtype)
        for value in (info.max, info.tiny, info.smallest_subnormal):
            full = np.full((n, n), value, dtype)
            np.testing.assert_array_equal(ferrodide.matmul(full, one), full)
            np.testing.assert_array_equal(ferrodide.matmul(one, full), full)
        full = np.full((n, n), info.max, dtype)
        assert np.isposinf(ferrodide.matmul(full, full)).all()


@pytest.mark.parametrize(
    ("shape1", "shape2"),
    [
        ((), (2,)),
        ((2,), ()),
        ((), ()),
        ((2, 3), (2, 3)),
        ((3,), (4,)),
        ((3,), (4, 3)),
        ((2, 3), (4,)),
        ((2, 2, 3), (3, 3, 2)),
        ((2, 5, 2, 3), (3, 3, 2)),
        ((0,), (1,)),
        ((2, 0), (1, 2)),
    ],
    ids=str,
)
@pytest.mark.parametrize("dtype", ["float64", "float32", "int64"])
def test_shapes_that_do_not_fit(shape1, shape2, dtype):
    x1, x2 = np.ones(shape1, dtype), np.ones(shape2, dtype)
    assert_same_outcome("matmul", x1, x2)
    assert_same_outcome("matmul", x1.tolist(), x2)
    assert_same_outcome("matmul", x1, x2, out=np.empty((2, 2), dtype))


def test_what_a_bad_shape_says():
    with pytest.raises(ValueError, match="x1 is 0-dimensional; expected at least one dimension"):
        ferrodide.matmul(np.array(1.0), np.ones(2))
    with pytest.raises(ValueError, match=r"x1 has shape \[2, 3\] and x2 has shape \[4, 5\].*expected.*3.*got 4"):
        ferrodide.matmul(np.ones((2, 3)), np.ones((4, 5)))
    with pytest.raises(ValueError, match="batch axes do not broadcast: 2 against 3"):
        ferrodide.matmul(np.ones((2, 3, 3)), np.ones((3, 3, 3)))


def test_too_few_operands():
    for args in ((), (np.ones(2),), (np.ones(2), np.ones(2), None, None)):
        assert_same_outcome("matmul", *args)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_out(dtype):
    x1, x2 = sample(dtype, (20, 5), 1, edge=0), sample(dtype, (5, 30), 2, edge=0)
    expected = np.matmul(x1, x2)
    gaps = np.full((40, 90), 7, dtype)
    for out in (np.empty((20, 30), dtype), np.empty((30, 20), dtype).T, gaps[::2, ::3], gaps[::-2, ::-3]):
        assert ferrodide.matmul(x1, x2, out) is out
        np.testing.assert_array_equal(out, expected)
    assert (gaps[:, 1] == 7).all()
    out = np.empty((20, 30), dtype)
    assert ferrodide.matmul(x1, x2, out=(out,)) is out
    for out_dtype in ("float64", "float32", "float16", "complex128", "longdouble", "int64", "object", "U5"):
        for shape in ((20, 30), (1, 20, 30), (3, 20, 30), (20, 31), (600,)):
            assert_same_outcome("matmul", x1, x2, out=np.zeros(shape, out_dtype))
    read_only = np.empty((20, 30), dtype)
    read_only.flags.writeable = False
    for out in (read_only, [], "out", (), (np.empty((20, 30), dtype),) * 2, (None,)):
        assert_same_outcome("matmul", x1, x2, out=out)


def test_out_may_overlap_the_operands():
    x = sample("float64", (20, 20), 1, edge=0)
    expected = np.matmul(x, x)
    a = x.copy()
    assert ferrodide.matmul(a, a, out=a) is a
    np.testing.assert_array_equal(a, expected)
    memory = np.zeros((20, 40))
    memory[:, :20] = x
    ferrodide.matmul(memory[:, :20], memory[:, :20], out=memory[:, 10:30])
    np.testing.assert_array_equal(memory[:, 10:30], expected)


@pytest.mark.parametrize(
    "kwargs",
    [
        {"casting": "no"},
        {"casting": "unsafe"},
        {"casting": "nonsense"},
        {"order": "F"},
        {"order": "C"},
        {"order": "A"},
        {"order": "nonsense"},
        {"dtype": "float64"},
        {"dtype": "float32"},
        {"dtype": "int64", "casting": "unsafe"},
        {"dtype": "nonsense"},
        {"subok": False},
        {"signature": "dd->d"},
        {"signature": "nonsense"},
        {"axes": [(0, 1), (0, 1), (0, 1)]},
        {"axes": [(1, 0), (1, 0), (1, 0)]},
        {"axes": 3},
        {"axis": 0},
        {"keepdims": True},
        {"keepdims": False},
        {"where": True},
        {"nonsense": 1},
    ],
    ids=str,
)
def test_other_keywords_are_numpys(kwargs):
    for dtype in ("float64", "float32", "int32"):
        x1, x2 = sample(dtype, (3, 3), 1, edge=0), sample(dtype, (3, 3), 2, edge=0)
        assert_same_outcome("matmul", x1, x2, **kwargs)
        assert_same_outcome("matmul", x1.tolist(), x2, **kwargs)


def test_the_result_is_a_new_array_in_c_order():
    x = np.asfortranarray(sample("float64", (20, 20), edge=0))
    assert_same(ferrodide.matmul(x, x), np.matmul(x, x))
    assert ferrodide.matmul(x, x).base is None


@st.composite
def operands(draw, dtype):
    batch = draw(st.lists(st.integers(0, 3), max_size=2))
    m, k, n = draw(st.tuples(*[st.integers(0, 9)] * 3))
    one = [draw(st.lists(st.booleans(), min_size=len(batch), max_size=len(batch))) for _ in range(2)]
    shapes = [[1 if o else b for o, b in zip(ones, batch, strict=True)] for ones in one]
    shapes = [[*shapes[0][draw(st.integers(0, len(batch))) :], m, k], [*shapes[1], k, n]]
    return [draw(laid_out(draw(hnp.arrays(dtype, tuple(s), elements=tame(dtype))))) for s in shapes]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@given(data=st.data())
def test_any_operands(dtype, data):
    x1, x2 = data.draw(operands(dtype))
    _, error, _ = outcome(np.matmul, x1, x2)
    if error is None:
        check(x1, x2)
    else:
        assert_same_outcome("matmul", x1, x2)
