"""What Python and NumPy do, ``@jit`` does: corners written by hand, and programs that once went wrong."""

from __future__ import annotations

import gc
import math

import numpy as np
import pytest
from ferrodide import njit
from ferrodide.jit import TypingError, _runtime
from helpers import COMPILES
from jit_agreement import agrees

pytestmark = pytest.mark.skipif(not COMPILES, reason="compiled code runs in Pyodide, with the compiler")

LEAST, MOST = -(2**63), 2**63 - 1


# Integers.


@njit
def quotients(a, b):
    return a // b, a % b


@njit
def signed_zero(x):
    zero = -0.0
    return (zero if x < 0 else 0.0), (0.0 if x < 0 else zero)


def test_zeros_have_signs():
    for x in (-1, 1):
        found, wanted = signed_zero(x), signed_zero.py_func(x)
        assert [math.copysign(1, each) for each in found] == [math.copysign(1, each) for each in wanted]


@njit
def shifts(a, n):
    return a << n, a >> n


@pytest.mark.parametrize("a", [0, 1, -1, 7, -7, LEAST, MOST, LEAST + 1])
def test_quotients_and_shifts(a):
    def wrap(n):
        return (n + 2**63) % 2**64 - 2**63

    for b in (1, -1, 2, -2, 3, -3, 64, MOST, LEAST):
        assert quotients(a, b) == (wrap(a // b), a % b)
        assert quotients(np.int64(a), np.int64(b)) == (wrap(a // b), a % b)
    for n in (0, 1, 31, 32, 62, 63, 64, 65, 1000, MOST):
        assert shifts(a, n) == (0 if n > 63 else wrap(a << n), a >> min(n, 63))
    with pytest.raises(ValueError, match="shift"):
        shifts(a, -1)


def test_divisions_by_zero():
    @njit
    def true(a, b):
        return a / b

    for a in (0, 5, LEAST, 1.5, math.inf, math.nan):
        for b in (0, 0.0, -0.0):
            with pytest.raises(ZeroDivisionError):
                true(a, b)
            with pytest.raises(ZeroDivisionError):
                quotients(a, b)
    assert quotients(np.int64(5), np.int64(0)) == (0, 0)
    np.testing.assert_equal(quotients(np.float64(5), np.float64(0.0)), (math.inf, math.nan))
    np.testing.assert_equal(true(np.float64(-1), np.float64(0.0)), -math.inf)
    np.testing.assert_equal(true(np.int64(0), np.int64(0)), math.nan)


def test_floats_to_integers():
    @njit
    def whole(x):
        return int(x)

    assert [whole(x) for x in (0.0, -0.0, 2.9, -2.9, 2.0**62, -(2.0**63))] == [0, 0, 2, -2, 2**62, LEAST]
    with pytest.raises(ValueError, match="NaN"):
        whole(math.nan)
    for x in (math.inf, -math.inf, 2.0**63, -1e300):
        with pytest.raises(OverflowError):
            whole(x)


def test_bools_fill_their_slots():
    @njit
    def both(x, y):
        return x < y, y, x < y

    assert both(-1, -5) == (False, -5, False)
    assert both(-5, -1) == (True, -1, True)


# Arrays.


def test_arguments_that_share_memory():
    @njit
    def shifted(a, b):
        a[:] = b
        for i in range(1, a.size):
            a[i] += b[i - 1]
        a[1:] += a[:-1]
        a[:-1] = a[1:] - a[:1]
        return a.sum()

    for first, second in ((slice(0, 8), slice(1, 9)), (slice(1, 9), slice(0, 8)), (slice(0, 8), slice(7, None, -1))):
        one, two = np.arange(10), np.arange(10)
        assert shifted(one[first], one[second]) == shifted.py_func(two[first], two[second])
        np.testing.assert_array_equal(one, two)


def test_an_operand_that_is_stretched_over_itself():
    @njit
    def rows(a):
        a += a[:1]
        a[:, :] = a[:1] + a
        return a

    @njit
    def items(a):
        a[:] = a[:1] + a
        return a

    agrees(rows, np.arange(12.0).reshape(4, 3))
    agrees(items, np.arange(1, 20))


def test_arrays_that_two_ways_give():
    @njit
    def either(a, flag):
        if flag:
            a = -a[:-1, 1:].copy()
        for i in range(a.shape[0]):
            a[i] += i
        return a

    @njit
    def behind_a_loop(a, n):
        for i in range(3):
            if i == n:
                break
        else:
            a = a[:2].copy()
        return -a, a[::2, 0]

    for flag in (False, True):
        agrees(either, np.arange(12.0).reshape(4, 3), flag)
        agrees(behind_a_loop, np.arange(12.0).reshape(4, 3), 1 + 3 * flag)


def test_read_only_arrays():
    @njit
    def all_in_place(a):
        a += 1

    @njit
    def some_in_place(a):
        a[:2] += a[1:3]

    @njit
    def item(a):
        a[0] = 1

    a = np.arange(5)
    a.flags.writeable = False
    for each in (all_in_place, some_in_place, item):
        with pytest.raises(TypingError, match="read-only"):
            each(a)
    assert a.tolist() == [0, 1, 2, 3, 4]


def test_kinds_in_place():
    @njit
    def less(a, b):
        a -= b

    for a, b in (("u4", "i4"), ("i4", "f8"), ("f8", "c16"), ("b1", "i8")):
        with pytest.raises(TypingError):
            less(np.ones(3, a), np.ones(3, b))
    agrees(less, np.ones(3, "i2"), np.ones(3, "u4"))


@pytest.mark.parametrize("shape", [-1, 2**31, 2**40, MOST, LEAST])
def test_huge_shapes(shape):
    @njit
    def two(n):
        return np.zeros((n, 2)).size

    @njit
    def one(n):
        return np.empty(n, np.int8).size

    @njit
    def three(n):
        return np.empty((2, n, n)).size

    for each in (one, two, three):
        with pytest.raises((MemoryError, ValueError)):
            each(shape)
        assert each(0) == 0


def test_steps_and_empty_arrays():
    @njit
    def steps(a, i, j, k):
        return a[i:j:k], a[::k], a[i:], a[:j]

    a = np.arange(7)
    for i in (0, 2, -3, 9, -9):
        for j in (0, 5, -1, 9, -9):
            for k in (1, 2, -1, -3, 9):
                agrees(steps, a, i, j, k)
    agrees(steps, a[:0], 0, 1, -1)
    with pytest.raises(ValueError, match="zero"):
        steps(a, 0, 1, 0)

    @njit
    def reduced(a):
        return a.sum(), a.prod(), a.any(), a.all()

    agrees(reduced, a[:0])

    @njit
    def least(a):
        return a.min()

    with pytest.raises(ValueError, match="empty"):
        least(a[:0])


def test_views_that_are_returned():
    @njit
    def of_argument(a):
        return a[1:3], a[::-1], a.T

    @njit
    def of_temporary(n):
        return (np.arange(n) + 1)[1:-1:2], np.ones((n, n))[1].copy()[::2]

    a = np.arange(6.0)
    for each in of_argument(a):
        assert np.shares_memory(each, a)
    agrees(of_argument, a)
    for n in (3, 8):
        agrees(of_temporary, n)
    kept = [of_temporary(20)[0] for _ in range(100)]
    gc.collect()
    assert all(each.tolist() == [*range(2, 20, 2)] for each in kept)


def test_dtypes_of_functions():
    @njit
    def f(a, b):
        return np.abs(a), np.square(a), np.sign(a), np.minimum(a, b), np.maximum(a, 3), np.where(a > 1, a, b), -a, a + 1

    for dtype in "i1 i2 i4 i8 u1 u4 f4 f8".split():
        a, b = np.arange(5).astype(dtype), np.arange(5)[::-1].astype(dtype)
        for found, wanted in zip(f(a, b), f.py_func(a, b), strict=True):
            assert found.dtype == wanted.dtype
            np.testing.assert_array_equal(found, wanted)


def test_numpys_functions_give_numpys_numbers():
    @njit
    def f(x, y):
        return np.floor(x) * y, 1.0 / np.abs(x - x), np.minimum(x, x) / (x - x)

    # Python's would raise, and the first be a float32.
    assert f(1.1e16 + 1, np.float32(1)) == (1.1e16 + 1, math.inf, math.inf)


def test_comparisons_of_float32_and_pythons_numbers():
    @njit
    def f(a):
        return a == 0.1, a < 0.1, a[0] == 0.1

    agrees(f, np.array([0.1, 0.2], np.float32))


# Statements.


def test_else_of_loops():
    @njit
    def f(n, stop):
        found = 0
        i = 0
        while i < n:
            if i == stop:
                found += 100
                break
            i += 1
        else:
            found += 1
        for j in range(n):
            if j == stop:
                continue
            for k in range(n):
                if k == stop:
                    break
                found += 1000
            else:
                found += 10
        else:
            found += 100_000
        return found, i

    for n in range(4):
        for stop in range(-1, 4):
            agrees(f, n, stop)


def test_comparisons_are_chained():
    @njit
    def counted(a, i):
        a[i] += 1
        return a[i]

    @njit
    def f(a, x):
        found = x < counted(a, 0) < 5
        return found, 0 < counted(a, 1) <= counted(a, 2) < x

    for x in (-5, 0, 3, 9):
        agrees(f, np.zeros(3, np.int64), x)


def test_order_of_evaluation():
    @njit
    def change(a, x):
        a[0] = x
        return x

    @njit
    def f(a):
        first = a[0] + change(a, 10) * a[0]
        second = (a[0], change(a, 20), a[0])
        a[0] += change(a, 5)
        third = a[0]
        a[int(change(a, 1))] = a[0] + change(a, 2)
        return first, second, third, a[0], a[1]

    agrees(f, np.array([3.0, 0.0]))


def test_calls_that_change_what_is_computed_later():
    @njit
    def change(a, x):
        a[0] = x
        return x

    @njit
    def total(a, x):
        return a.sum() + x

    @njit
    def f(a):
        return (a + 1) * change(a, 100.0), total(a + 1, change(a, 3.0)), (a * 2) < change(a, 50.0)

    agrees(f, np.arange(4.0))


def test_ints_beside_floats_are_not_rounded():
    @njit
    def f(n, x):
        return n < x, n <= x, n == x, n != x, n > x, n >= x, x < n, x <= n, x == n, x != n, x > n, x >= n

    for n in (0, -1, 2**53, 2**53 + 1, -(2**53) - 1, MOST, LEAST, MOST - 512):
        for x in (0.0, -0.0, -1.5, 2.0**53, -(2.0**53), 2.0**53 + 2, 2.0**63, -(2.0**63), 1e300, math.inf, math.nan):
            agrees(f, n, x)


def test_unbounded_recursion():
    @njit
    def down(n):
        a = np.ones(2)
        if n == 0:
            return a[0]
        return down(n - 1) + a[1]

    for _ in range(3):
        with pytest.raises(RecursionError):
            down(-1)
        assert down(100) == 101.0


def memory():
    return _runtime._page().memory.buffer.byteLength


def test_arrays_made_in_loops_are_freed():
    @njit
    def f(n, stop):
        total = 0.0
        kept = np.zeros(1)
        for i in range(n):
            for row in np.ones((2, 50_000)) + i:
                big = np.full(50_000, 1.0)
                if i % 3 == 1:
                    continue
                if i == stop:
                    break
                kept = big + row
            else:
                total += kept[0]
            if i == stop:
                return total
        return total + kept[-1]

    def run():
        assert f(300, 1000) == f.py_func(300, 1000)
        assert f(300, 200) == f.py_func(300, 200)

    run()
    before = memory()
    for _ in range(3):
        run()
    assert memory() == before


def test_what_functions_return_is_freed():
    @njit
    def two(a, n):
        b = a * 2.0
        return b[1:], n

    @njit
    def deep(a, n):
        if n == 0:
            return a + 1.0
        return deep(a, n - 1)

    @njit
    def f(a, n):
        for i in range(n):
            b, _ = two(a, i)
            c = deep(b, i % 3)
        return b[0] + c[1]

    a = np.ones(100_000)
    assert f(a, 50) == 5.0
    before = memory()
    assert f(a, 500) == 5.0
    assert memory() == before


def test_exceptions_free_what_the_function_made():
    @njit
    def f(a, n):
        for row in a * 2.0:
            big = row + np.ones(row.size)
            if n == 0:
                raise ValueError("no")
            n -= 1
        return big[n]

    a = np.ones((4, 100_000))
    for _ in range(5):
        with pytest.raises(ValueError, match="no"):
            f(a, 2)
    before = memory()
    for _ in range(100):
        with pytest.raises(ValueError, match="no"):
            f(a, 2)
    assert memory() == before


def test_roots_and_roundings_of_integers():
    @njit
    def f(x):
        return np.rint(x), np.floor(x), np.sqrt(x)

    for dtype in (np.int64, np.int32, np.uint64, np.bool_):
        agrees(f, np.array([0, 1, 5, 7]).astype(dtype))
    assert [type(each) for each in f(5)] == [float, int, float]
    assert f(np.int16(4)) == (4.0, 4, 2.0)


def test_int_of_an_unsigned_number_has_a_sign():
    @njit
    def f(n):
        left = int(n % 9) - 5
        return left, left < 0, int(n)

    assert f(np.uint64(2**64 - 4)) == (-2, True, -4)
    assert f(np.uint64(8)) == (3, False, 8)
