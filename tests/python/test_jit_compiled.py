"""From Python source to a result, through the compiler: values, arrays, exceptions, memory, ufuncs."""

from __future__ import annotations

import gc
import math
import time
import traceback
from collections import namedtuple

import ferrodide
import numpy as np
import pytest
from ferrodide import guvectorize, jit, njit, vectorize
from ferrodide.jit import JitWarning, TypingError, UnsupportedError, _runtime
from helpers import COMPILES

pytestmark = pytest.mark.skipif(not COMPILES, reason="compiled code runs in Pyodide, with the compiler")

Point = namedtuple("Point", "x y")
OFFSETS = np.array([10.0, 20.0, 30.0])
SCALE = 3


@njit
def identity(x):
    return x


@njit
def both(x, y):
    return x, y, (y, 1)


@njit
def total(a):
    s = 0.0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            s += a[i, j]
    return s


@njit
def filled(n, value):
    out = np.empty(n)
    for i in range(n):
        out[i] = value + i
    return out


@njit
def scaled(x):
    return x * SCALE + offset(1)


@njit
def offset(i):
    return OFFSETS[i]


@njit
def factorial(n):
    if n < 2:
        return 1
    return n * factorial(n - 1)


@njit
def checked(x, i):
    if i < 0:
        raise ValueError("i is negative")
    assert i != 7, "seven"
    return x[i] * (6 // i)


@njit
def defaults(a, b=2, c=None):
    if c is None:
        return a + b
    return a + b + c


@njit
def mode(x, how):
    if how == "square":
        return x * x
    return x


@njit
def part(a):
    return a[1:, 0]


@njit
def same(a):
    a[0] = 5
    return a


@pytest.mark.parametrize(
    "value",
    [
        0,
        -5,
        2**62,
        -(2**63),
        True,
        2.5,
        -0.0,
        1e308,
        2.5 - 1j,
        np.int8(-3),
        np.uint32(7),
        np.float32(0.1),
        np.complex64(1j),
    ],
)
def test_numbers(value):
    found = identity(value)
    assert found == value
    assert type(found) is type(value.item() if isinstance(value, np.generic) else value)
    assert both(value, 1.5) == (value, 1.5, (1.5, 1))


def test_named_tuples_and_none():
    assert identity(Point(1, 2.5)) == Point(1, 2.5)
    assert type(identity(Point(1, 2.5))) is Point
    assert identity(None) is None
    assert identity((1, (2.5, True))) == (1, (2.5, True))


@pytest.mark.parametrize("dtype", "i1 i2 i4 i8 u1 u2 u4 u8 f4 f8".split())
def test_arrays_of_all_layouts(dtype):
    a = np.arange(24, dtype=dtype).reshape(4, 6)
    for each in (a, a.T, a[::2, ::3], a[::-1], np.asfortranarray(a), a[:0]):
        assert total(each) == each.sum()


LIBRARY = "asin acos asinh acosh atanh erf erfc gamma fabs floor cbrt expm1 log1p log2 log10 sinh cosh".split()


@pytest.mark.parametrize("name", LIBRARY)
def test_maths_functions_are_there(name):
    function, more = getattr(math, name), 1.0 if name == "acosh" else 0.0

    @njit
    def of_it(x):
        return function(x + more)

    for x in (0.7, 0.25, 1e-3):
        # The compiled ones are within 1 ulp, and so are Python's.
        assert of_it(x) == pytest.approx(function(x + more), rel=4.5e-16, abs=0.0)


def test_global_names_and_other_functions():
    assert scaled(2) == 26.0
    assert factorial(20) == math.factorial(20)


def test_defaults_and_strings():
    assert (defaults(1), defaults(1, 5), defaults(1, b=6), defaults(1, c=4)) == (3, 6, 7, 7)
    assert (mode(3, "square"), mode(3, "none")) == (9, 3)


def test_results_are_arrays_of_numpys():
    a = filled(5, 0.5)
    assert (a.dtype, a.shape, a.tolist()) == (np.float64, (5,), [0.5, 1.5, 2.5, 3.5, 4.5])
    assert filled(0, 1.0).shape == (0,)
    b = np.arange(12.0).reshape(4, 3)
    assert part(b).base is b if b.base is None else part(b).base is b.base
    assert part(b).tolist() == [3, 6, 9]
    c = np.zeros(3)
    assert same(c) is c
    assert c[0] == 5


def test_exceptions_have_their_line():
    line = checked.py_func.__code__.co_firstlineno
    a = np.array([4, 5, 6])
    assert checked(a, 2) == 18
    for i, (kind, message, below) in {
        -1: (ValueError, "^i is negative$", 3),
        7: (AssertionError, "^seven$", 4),
        5: (IndexError, "index", 5),
        0: (ZeroDivisionError, "zero", 5),
    }.items():
        for _ in range(3):
            with pytest.raises(kind, match=message) as caught:
                checked(a, i)
            frame = traceback.extract_tb(caught.tb)[-1]
            assert (frame.filename, frame.lineno, frame.name) == (__file__, line + below, "checked")


def test_unbounded_recursion_is_an_exception():
    @njit
    def forever(n):
        if n == -1:
            return 0
        return forever(n + 1) + 1

    with pytest.raises(RecursionError):
        forever(0)
    assert forever(-1) == 0


def test_what_does_not_compile_says_where():
    @njit
    def wrong(x):
        return 1 + x.nothing

    with pytest.raises((TypingError, UnsupportedError)) as caught:
        wrong(1.5)
    text = str(caught.value).splitlines()
    assert text[0] == f"{__file__}:{wrong.py_func.__code__.co_firstlineno + 2}"
    assert text[1].strip() == "return 1 + x.nothing"
    start = text[2].index("^")
    assert "x.nothing" in text[1][start : start + text[2].count("^")]

    @jit
    def plain(x):
        return {x: 1}

    with pytest.warns(JitWarning, match="a dict"):
        assert plain(1) == {1: 1}
    assert plain(2) == {2: 1}


def test_memory_is_given_back():
    held = [filled(1000, float(i)) for i in range(100)]
    assert all(each[999] == 999.0 + i for i, each in enumerate(held))
    del held
    gc.collect()
    for _ in range(200):
        filled(100_000, 1.0)
    before = _runtime._page().memory.buffer.byteLength
    for _ in range(2000):
        filled(100_000, 1.0)
    assert _runtime._page().memory.buffer.byteLength == before


def test_memory_that_grows_between_calls():
    a = np.ones((300, 300))
    assert total(a) == 90_000
    before = _runtime._page().memory.buffer.byteLength
    # As much as it takes: what ran before may have left room.
    blocks = []
    while _runtime._page().memory.buffer.byteLength == before:
        blocks.append(np.empty((1 << 21, 4)))
    more = np.ones((100_000, 4))
    assert total(a) == 90_000
    assert total(more) == more.size
    del blocks


def test_a_thousand_specialisations_and_functions_that_go():
    pointers = set()
    for _ in range(3):
        f = njit(lambda x, how: x + 1)
        for i in range(334):
            assert f(i, f"how {i}") == i + 1
        pointers |= {each.loaded.pointer for each in f._known.values()}
        del f
        gc.collect()
    assert len(pointers) < 400


#: A thread of Node's that interrupts after so many milliseconds.
INTERRUPT = """(buffer, ms) => {
  const { Worker } = process.getBuiltinModule("worker_threads");
  const code = `const { workerData } = require("worker_threads");
    setTimeout(() => { new Uint8Array(workerData.buffer)[0] = 2; }, workerData.ms);`;
  new Worker(code, { eval: true, workerData: { buffer, ms } }).unref();
}"""


def test_a_loop_is_interrupted():
    import pyodide_js
    from pyodide.code import run_js

    import js

    if not hasattr(js, "process") or not hasattr(js.process, "getBuiltinModule"):
        pytest.skip("only Node has the thread that this takes")
    assert not _runtime.signals()
    flag = js.Uint8Array.new(js.SharedArrayBuffer.new(1))
    pyodide_js.setInterruptBuffer(flag)
    try:
        assert _runtime.signals()

        # A function of its own: which loops ask is decided while compiling.
        @njit
        def spin(n):
            s = 0
            for i in range(n):
                s = (s * 31 + i) % 1_000_003
            return s

        assert spin(10) == spin.py_func(10)
        for _ in range(2):
            run_js(INTERRUPT)(flag.buffer, 300)
            start = time.perf_counter()
            # Half a minute, if nothing stops it.
            with pytest.raises(KeyboardInterrupt):
                spin(5 * 10**9)
            assert time.perf_counter() - start < 10
        assert spin(10) == spin.py_func(10)
    finally:
        pyodide_js.setInterruptBuffer(js.undefined)
    assert not _runtime.signals()


# Ufuncs.


@vectorize
def clipped(x, top):
    return top if x > top else x


@vectorize(["float32(float32, float32)", "float64(float64, float64)"])
def mean(x, y):
    return (x + y) / 2


def test_a_ufunc_broadcasts_and_has_numpys_dtypes():
    x = np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(clipped(x, 5.0), np.minimum(x, 5.0))
    np.testing.assert_array_equal(clipped(x[:, None], x), np.minimum(x[:, None], x))
    for dtype in ("f4", "i4", "u1", "f8"):
        a = np.arange(10).astype(dtype)
        found = clipped(a, 4)
        np.testing.assert_array_equal(found, np.minimum(a, 4))
    assert clipped(np.arange(3, dtype="f4"), 1.0).dtype == np.float32
    for layout in (x.T, x[::2, ::-1], np.asfortranarray(x), x[:0], np.array(3.0)):
        np.testing.assert_array_equal(clipped(layout, 5.0), np.minimum(layout, 5.0))
    assert clipped(7, 5) == 5
    assert isinstance(clipped(7.5, 5.0), float)


def test_a_ufuncs_arguments():
    x = np.arange(12.0).reshape(3, 4)
    out = np.zeros((3, 4))
    assert clipped(x, 5.0, out=out) is out
    np.testing.assert_array_equal(out, np.minimum(x, 5.0))
    # The result over an operand, and over a part of it.
    y = x.copy()
    clipped(y, 5.0, out=y)
    np.testing.assert_array_equal(y, out)
    z = np.arange(10.0)
    clipped(z[:-1], 5.0, out=z[1:])
    np.testing.assert_array_equal(z, [0, 0, 1, 2, 3, 4, 5, 5, 5, 5])
    np.testing.assert_array_equal(
        clipped(x, 5.0, where=x > 3, out=np.zeros((3, 4))), np.minimum(x, 5.0, where=x > 3, out=np.zeros((3, 4)))
    )
    with pytest.raises(ValueError, match="broadcast"):
        clipped(x, np.ones(3))
    with pytest.raises(TypeError, match="Cannot cast"):
        clipped(x, 5.0, out=np.zeros((3, 4), "i4"))
    assert clipped.reduce([3.0, 1.0, 2.0]) == 1.0


def test_declared_loops_of_a_ufunc():
    a, b = np.arange(5, dtype="f4"), np.arange(5, dtype="i2")
    assert mean(a, a).dtype == np.float32
    assert mean(a, b).dtype == np.float32
    assert mean(a, 2.5).dtype == np.float32
    assert mean(b, 1).dtype == np.float32
    assert mean(b.astype("i4"), a).dtype == np.float64
    np.testing.assert_array_equal(mean(a, b), a)
    # What has to be converted goes through buffers.
    c = np.arange(30_000, dtype="i4")
    np.testing.assert_array_equal(mean(c, c[::-1]), np.full(c.size, 29_999 / 2))
    with pytest.raises(TypingError, match="no loop"):
        mean(1j, a)


def test_a_ufunc_that_raises():
    @vectorize
    def f(x):
        if x < 0:
            raise ValueError("negative")
        return x

    with pytest.raises(ValueError, match="negative"):
        f(np.array([1.0, -1.0]))
    assert f(np.array([1.0])).tolist() == [1.0]


@guvectorize(["void(float64[:,:], float64[:], float64[:], float64[:])"], "(m,n),(n)->(m),()")
def product(a, x, y, whole):
    whole[0] = 0.0
    for i in range(a.shape[0]):
        y[i] = 0.0
        for j in range(a.shape[1]):
            y[i] += a[i, j] * x[j]
        whole[0] += y[i]


@pytest.mark.parametrize(
    "loops", [((), ()), ((4,), ()), ((4,), (4,)), ((2, 1), (3,)), ((0,), ()), ((2, 3, 2), (2, 3, 2))]
)
def test_a_generalised_ufunc(loops):
    rng = np.random.default_rng(3)
    a, x = rng.integers(0, 9, (*loops[0], 3, 5)).astype(float), rng.integers(0, 9, (*loops[1], 5)).astype(float)
    y, whole = product(a, x)
    expected = (a @ x[..., None])[..., 0]
    np.testing.assert_array_equal(y, expected)
    np.testing.assert_array_equal(whole, expected.sum(-1))
    assert product(a.astype("f4"), x.astype("i4"))[0].dtype == np.float64
    out = np.zeros_like(expected), np.zeros(expected.shape[:-1])
    if expected.ndim > 1:
        product(a, x, *out)
        np.testing.assert_array_equal(out[0], expected)


def test_explanations():
    assert "total" in total.explain()
    assert all(isinstance(each, tuple) for each in total.signatures)
    assert ferrodide.njit is njit
