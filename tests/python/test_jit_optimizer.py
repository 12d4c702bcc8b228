"""Loops that the optimiser must leave alone, or ask about first: each against the plain function, memory included.

Random programs (``tests/jit/optimizer.rs``) rarely write these: what they hold is what a pass must find out before it
changes the order of reads and stores.
"""

from __future__ import annotations

import numpy as np
import pytest
from ferrodide import njit
from helpers import COMPILES

pytestmark = pytest.mark.skipif(not COMPILES, reason="compiled code runs in Pyodide, with the compiler")

LENGTHS = (0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 33)


def same_memory(function, make):
    """Whether the compiled function leaves the same bytes, and gives the same result, as the plain one."""
    expected, found = make(), make()
    wanted = function.py_func(*expected[1:])
    got = function(*found[1:])
    assert np.array_equal(got, wanted, equal_nan=True) if wanted is not None else got is None
    assert expected[0].tobytes() == found[0].tobytes()


def numbers(n):
    return np.arange(n, dtype=np.float64) * 1.25 - 3


@njit
def shifted(to, of):
    for i in range(len(to)):
        to[i] = of[i] * 2 + 1


@njit
def two_stores(to, other, of):
    for i in range(len(to)):
        to[i] = of[i] + 1
        other[i] = of[i] * 3


@njit
def read_behind_store(to, of, more):
    for i in range(len(to)):
        to[i] = of[i] + 0.5
        more[i] = more[i] + of[i]


@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize("distance", [*range(-9, 10), 16, -16])
def test_stores_that_meet_what_is_read(n, distance):
    def make():
        whole = numbers(n + 40)
        return whole, whole[20 + distance : 20 + distance + n], whole[20 : 20 + n]

    same_memory(shifted, make)


@pytest.mark.parametrize("n", [5, 8, 33])
@pytest.mark.parametrize("first", range(-5, 6))
@pytest.mark.parametrize("second", range(-5, 6))
def test_two_stores_that_meet_each_other_and_what_is_read(n, first, second):
    def make():
        whole = numbers(n + 40)
        parts = [whole[20 + at : 20 + at + n] for at in (first, second, 0)]
        return whole, *parts

    same_memory(two_stores, make)
    same_memory(read_behind_store, make)


@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize(("into", "out_of"), [(0, 0), (0, 8), (8, 0), (16, 8), (-8, 8), (8, -8), (24, 16)])
def test_steps_of_any_length_none_included(n, into, out_of):
    def line(whole, step):
        return np.lib.stride_tricks.as_strided(whole[60:], (n,), (step,))

    def make():
        whole = numbers(200)
        return whole, line(whole, into), line(whole, out_of)

    same_memory(shifted, make)

    @njit
    def counted(x):
        for i in range(len(x)):
            x[i] += i

    def alone():
        whole = numbers(200)
        return whole, line(whole, into)

    same_memory(counted, alone)


@njit
def outer_sums(to, of, low, high, step):
    for i in range(len(to)):
        total = 0.0
        for j in range(low, high, step):
            total += of[j, i]
        to[i] = total


@njit
def side_by_side(to, of, by, low, high, step):  # noqa: PLR0917
    for i in range(of.shape[0]):
        for j in range(low, high, step):
            to[j] += of[i, j] * by[i]


@njit
def growing(to, of):
    for i in range(of.shape[0]):
        for j in range(i):
            to[j] += of[i, j]


@njit
def carried(to, of):
    last = 0.0
    for i in range(of.shape[0]):
        for j in range(of.shape[1]):
            to[j] += of[i, j] * last
            last = of[i, j]
    return last


@pytest.mark.parametrize("rows", LENGTHS)
@pytest.mark.parametrize(("low", "high", "step"), [(0, 6, 1), (0, 0, 1), (3, 1, 1), (1, 6, 2), (5, -1, -1), (5, 0, -3)])
def test_nests_of_loops(rows, low, high, step):
    def make(*of, columns=6):
        whole = numbers(rows * columns + 100)
        matrix = whole[50 : 50 + rows * columns].reshape(rows, columns)
        return whole, whole[:columns], matrix, *of

    same_memory(side_by_side, lambda: make(numbers(rows), low, high, step))
    same_memory(carried, make)
    same_memory(growing, lambda: make(columns=max(rows, 1)))

    def down():
        whole = numbers(6 * rows + 100)
        return whole, whole[:rows], whole[50 : 50 + 6 * rows].reshape(6, rows), low, high, step

    same_memory(outer_sums, down)


@pytest.mark.parametrize("rounds", LENGTHS)
def test_a_nest_whose_inner_bounds_are_computed_in_the_outer_loop(rounds):
    @njit
    def down(to, rounds):
        for _ in range(rounds):
            for j in range(to.shape[0] - 1, -1, -1):
                to[j] += 1.5

    @njit
    def up(to, rounds):
        for _ in range(rounds):
            for j in range(1, to.shape[0] - 2):
                to[j] = to[j] + float(j) - 3.0

    for function in (down, up):
        same_memory(function, lambda: (whole := numbers(19), whole, rounds))


@pytest.mark.parametrize("rows", [0, 3, 4, 9])
@pytest.mark.parametrize("at", [0, 6, 12, 48, 50])
def test_a_nest_that_adds_to_what_it_reads(rows, at):
    def make():
        whole = numbers(rows * 6 + 120)
        matrix = whole[50 : 50 + rows * 6].reshape(rows, 6)
        return whole, whole[at : at + 6], matrix, whole[50 : 50 + rows], 0, 6, 1

    same_memory(side_by_side, make)


def test_a_name_that_is_given_twice():
    @njit
    def twice(x, more):
        n = len(x)
        total = 0.0
        for i in range(n):
            total += x[i]
        n = n + more
        for i in range(n):
            total += x[i]
        return total

    assert twice(numbers(5), 0) == twice.py_func(numbers(5), 0)
    with pytest.raises(IndexError):
        twice(numbers(5), 1)

    @njit
    def inside(x, more):
        n = 2
        for i in range(len(x)):
            if i == 3:
                n = more
            x[n] += 1
        return n

    assert inside(numbers(5), 4) == 4
    with pytest.raises(IndexError):
        inside(numbers(5), 5)


SPECIAL = (0.0, -0.0, 1.0, -1.5, np.inf, -np.inf, np.nan, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308)


@pytest.mark.parametrize("dtype", ["f8", "f4"])
def test_choices_of_numbers(dtype):
    @njit
    def chosen(to, a, b):
        for i in range(len(to)):
            to[i] = a[i] if a[i] < b[i] else b[i]

    @njit
    def kept(to, a, b):
        for i in range(len(to)):
            to[i] = min(a[i], b[i]) + max(b[i], a[i])

    with np.errstate(all="ignore"):
        a, b = (each.ravel().astype(dtype) for each in np.meshgrid(SPECIAL, SPECIAL))

    for function in (chosen, kept):
        with np.errstate(all="ignore"):
            expected, found = np.zeros_like(a), np.zeros_like(a)
            function.py_func(expected, a, b)
        function(found, a, b)
        assert np.array_equal(expected, found, equal_nan=True)
        assert np.array_equal(np.signbit(expected[expected == 0]), np.signbit(found[expected == 0]))


def test_quotients_by_a_constant_are_quotients():
    def by(divisor):
        @njit
        def divided(to, x):
            for i in range(len(to)):
                to[i] = x[i] / divisor

        return divided

    x = np.concatenate([SPECIAL, np.random.default_rng(0).standard_normal(50) * 1e300, [3e-308, 7.1, 1 / 3]])
    # Powers of two whose reciprocal is one, is subnormal, and is infinite; and what is none.
    for divisor in (2.0, -0.25, 3.0, 2.0**-1022, 2.0**1022, 2.0**1023, 2.0**-1023, 2.0**-1074, 0.1):
        divided = by(divisor)
        with np.errstate(all="ignore"):
            expected, found = np.zeros_like(x), np.zeros_like(x)
            divided.py_func(expected, x)
        divided(found, x)
        assert np.array_equal(expected, found, equal_nan=True), divisor
