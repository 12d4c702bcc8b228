"""What variables hold: across the iterations of loops, when they change places, when they have no value."""

from __future__ import annotations

import numpy as np
import pytest
from ferrodide import njit
from helpers import COMPILES
from jit_agreement import agrees

pytestmark = pytest.mark.skipif(not COMPILES, reason="compiled code runs in Pyodide, with the compiler")


def test_swaps_in_loops():
    @njit
    def waves(a, n):
        b = np.zeros_like(a)
        for _ in range(n):
            for i in range(1, a.size - 1):
                b[i] = a[i - 1] + a[i + 1]
            a, b = b, a
        return a, b

    for n in range(4):
        agrees(waves, np.arange(9.0), n)


def test_variables_without_a_value():
    @njit
    def maybe(n):
        if n > 0:
            x = n
        return x

    @njit
    def counter(n):
        for i in range(n):  # noqa: B007
            pass
        return i

    @njit
    def deleted(n):
        x = n
        if n > 1:
            del x
        return x

    assert (maybe(2), counter(3), deleted(1)) == (2, 2, 1)
    for each, n in ((maybe, 0), (counter, 0), (counter, -1), (deleted, 2)):
        with pytest.raises(UnboundLocalError):
            each(n)


def test_what_is_gone_through_lives_as_long_as_the_loop():
    @njit
    def f(a):
        total = 0.0
        for x in a * 2.0:
            other = np.full(a.size, -1.0)
            total += x + other[0]
        return total

    agrees(f, np.arange(100.0))


def test_values_from_an_iteration_before():
    @njit
    def branch(n):
        for i in range(n):
            if i == 0:
                x = 5
        return x

    @njit
    def loop(n):
        for i in range(n):
            for j in range(2 - i):  # noqa: B007
                k = i
            y = j + k
        return y, j, k

    @njit
    def arrays(n):
        for i in range(n):
            if i == 1:
                a = np.full(3, i)
            if i > 0:
                a = a + 1
        return a

    for n in (1, 2, 5):
        agrees(branch, n)
        agrees(loop, n)
    agrees(arrays, 4)
    for each in (branch, loop, arrays):
        with pytest.raises(UnboundLocalError):
            each(0)


def test_variables_that_change_places():
    @njit
    def numbers(n):
        b = 0
        for i in range(n):
            a = i
            a, b = b, a
        return a, b

    @njit
    def three(n):
        a, b = 1, 2.5
        for i in range(n):
            c = b - i
            c, a, b = a, b, c
            if i % 2:
                d = c
                continue
            d = a
        return a, b, c, d

    @njit
    def arrays(a, b):
        for x in a:
            x, b = b, x
        return x, b

    agrees(numbers, 1)
    agrees(numbers, 5)
    agrees(three, 4)
    agrees(three, 5)
    agrees(arrays, np.arange(9.0).reshape(3, 3), np.full(3, -1.0))


def test_what_is_gone_through_outlives_its_name():
    """The name gets another array in the loop, whose memory must not be that of the first."""

    @njit
    def plain(n):
        a = np.arange(n) * 1.0
        total = 0.0
        for x in a:
            a = np.full(n, -1.0)
            total += x
        return total, a

    @njit
    def wrapped(a):
        for _ in range(3):
            for i, (x, y) in enumerate(zip(a, a)):  # noqa: B905
                a = a + 0.0
                a[i] -= x * y
        return a

    @njit
    def deleted(n):
        a = np.arange(n) * 1.0
        total = 0.0
        for x in a:
            if x == 0.0:
                del a
            b = np.full(n, -1.0)
            total += x + b[0]
        return total

    @njit
    def lists(n):
        items = [float(i) for i in range(n)]
        total = 0.0
        for x in items:
            items = [-1.0] * n
            total += x
        return total, len(items)

    agrees(plain, 50)
    agrees(wrapped, np.arange(1.0, 6.0))
    agrees(deleted, 50)
    agrees(lists, 50)


def test_what_is_in_use_outlives_a_walrus():
    @njit
    def operand(n):
        a = np.arange(n) * 1.0
        return a + (a := np.full(n, 2.0)) * 3.0

    @njit
    def comprehension(n):
        a = np.arange(n) * 1.0
        return [x + (a := np.full(n, -1.0))[0] for x in a]

    @njit
    def generator(n):
        a = np.arange(n) * 1.0
        return sum(x + (a := np.full(n, -1.0))[0] for x in a)

    agrees(operand, 50)
    agrees(comprehension, 50)
    agrees(generator, 50)
