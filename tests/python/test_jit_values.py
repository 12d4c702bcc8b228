"""Values that compiled code makes and hands on: named tuples, enums, functions, ranges, slices; loops over tuples."""

from __future__ import annotations

import enum
import typing
from collections import namedtuple

import numpy as np
import pytest
from ferrodide import njit
from ferrodide.jit import TypingError, UnsupportedError
from helpers import COMPILES
from jit_agreement import agrees

pytestmark = pytest.mark.skipif(not COMPILES, reason="compiled code runs in Pyodide, with the compiler")

Point = namedtuple("Point", "x y", defaults=(5,))


class Pair(typing.NamedTuple):
    a: int
    b: float = 2.5


class Status(enum.Enum):
    OPEN = 0
    DONE = 3


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


ORIGIN = Point(1, 2.0)


@njit
def makes(x):
    return Point(x, 2), Point(y=x, x=1), Point(4), Pair(3), ORIGIN, Point(Pair(1, x), np.full(2, x))


@njit
def widens(x):
    point = Point(1, 2)
    for _ in range(3):
        point = Point(point.y, point.x + x)
    return point


def test_named_tuples():
    for x in (1, 2.5):
        agrees(makes, x)
        agrees(widens, x)
    found = makes(1.5)
    assert [type(each) for each in found] == [Point, Point, Point, Pair, Point, Point]
    assert type(found[-1].x) is Pair


def test_named_tuples_are_checked():
    @njit
    def less(x):
        return Pair().b + x

    @njit
    def more(x):
        return Point(1, 2, 3).x + x

    @njit
    def other(x):
        return Point(1, z=3).x + x

    for function, message in ((less, "needs its argument a"), (more, "fields x, y"), (other, "fields x, y")):
        with pytest.raises(TypingError, match=message):
            function(1)

    def inner():
        return namedtuple("Point", "x y")

    Other = inner()

    @njit
    def two(p):
        return Point(p.x, p.y)

    assert two(Point(1, 2)) == Point(1, 2)
    with pytest.raises(TypingError, match="two classes Point"):
        two(Other(1, 2))


@njit
def statuses(x):
    status = Status.OPEN
    if x > 3:
        status = Status.DONE
    return status, status == Status.DONE, status != Status.OPEN, status is Status.OPEN, status.value, Level.HIGH + x


@njit
def levels(x):
    return x == Level.HIGH, x > Level.LOW


def test_enums():
    for x in (1, 2, 4):
        agrees(statuses, x)
        agrees(levels, x)
    assert statuses(5)[0] is Status.DONE


@njit
def square(x):
    return x * x


@njit
def half(x):
    return x / 2


@njit
def applied(function, x):
    return function(x) + 1


@njit
def repeated(function, x, n):
    return function(x) if n == 0 else repeated(function, function(x), n - 1)


@njit
def hands_on(x):
    return applied(square, x), applied(half, x), applied(np.sqrt, x)


def test_functions_are_arguments():
    for x in (2.0, 9.0):
        agrees(hands_on, x)
        for function in (square, half, np.sqrt, abs):
            agrees(applied, function, x)
            assert repeated(function, x, 2) == function(function(function(x)))
    assert applied(square, 3) == 10
    assert applied(half, 3) == 2.5
    assert applied(square, 2.5) == 7.25

    @njit
    def plain(function, x):
        return function(x)

    with pytest.raises(TypingError, match="function"):
        plain(lambda x: x, 1.0)


@njit
def exits(items):
    kept = 0.0
    for each in items:
        if each == 3:
            break
        if each == 2:
            continue
        kept = kept * 2 + each
    else:
        kept = -1.0
    return kept


@njit
def mixed(items, least):
    count = 0
    for each in items:
        if each[0] < least:
            continue
        count += 1
        if count > 1:
            break
    return count


@njit
def first_assigned_inside(items, wanted):
    for each in items:
        if each == wanted:
            found = each * 2
            break
    return found


def test_break_and_continue_in_loops_over_tuples():
    for items in ((1, 2, 3), (1, 1), (3,), (2, 5), (2, 2.5, 3, 7)):
        agrees(exits, items)
    for least in (0, 2, 9):
        agrees(mixed, ((1, 2.5), (2, True, 3), (5,)), least)
    for wanted in (1, 3, 7):
        agrees(first_assigned_inside, (1, 2, 3), wanted)


@njit
def ranges(n):
    r = range(n) if n > 3 else range(0, n, 2)
    total = 0
    for i in r:
        total += i
    for i in range(n):
        if i % 2:  # noqa: SIM108
            q = range(i)
        else:
            q = range(2 * i, i, -1)
        for j in q:
            total += j
    return total, len(r), n in range(10, 0, -3), n in range(0, 10, 3), n in r, 2.0 in range(n), 2.5 in range(n)


@njit
def slices(a, n):
    s = slice(1, n)
    return a[s], a[slice(None, None, -2)], a[slice(n)]


@njit
def texts(n):
    s = "Abcd"
    return len(s[1:3]), s[::-1] == "dcbA", s.lower() == "abcd", s.upper().startswith("AB"), s.endswith("x"), n


def test_ranges_slices_and_texts():
    for n in (0, 1, 2, 3, 4, 7):
        agrees(ranges, n)
        agrees(slices, np.arange(6.0), n)
        agrees(texts, n)


@njit
def far_ranges(start, stop, step):
    count = 0
    last = 0
    for i in range(start, stop, step):
        count += 1
        last = i
        if count > 100:
            break
    return count, last


@njit
def summed_far(start, stop):
    total = 0
    for i in range(start, stop):
        total += i & 7
    return total


def test_ranges_at_the_ends_of_int64():
    most, least = 2**63 - 1, -(2**63)
    cases = [(most - 5, most, 1), (most - 5, most, 2), (most - 5, most, 7), (least, least + 5, 3), (most, least, least)]
    cases += [
        (least + 5, least, -1),
        (least + 5, least, -2),
        (least, most, most),
        (most, least, -most),
        (0, most, 2**62),
    ]
    for case in cases:
        agrees(far_ranges, *case)
    for length in range(12):
        agrees(summed_far, most - length, most)
        agrees(summed_far, least, least + length)


@njit
def deletes_always(n):
    x = 5
    total = 0
    for _ in range(n):
        total += x
        del x
    return total


@njit
def deletes_later(n):
    x = 5
    total = 0
    for i in range(n):
        total += x
        if i > 2:
            del x
    return total


@njit
def deletes_and_gives_back(n):
    x = 5
    for i in range(n):
        del x
        x = i
    return x


@njit
def deletes_its_own(n):
    total = 0
    for i in range(n):
        y = i
        total += y
        del y
        if i > 5:
            total += y  # noqa: F821
    return total


@pytest.mark.parametrize("n", [0, 1, 2, 4, 5, 9])
@pytest.mark.parametrize("function", [deletes_always, deletes_later, deletes_and_gives_back, deletes_its_own])
def test_deleted_in_a_loop(function, n):
    agrees(function, n)


@njit
def factorial(n):
    return n * factorial(n - 1) if n > 1 else 1


@njit
def fibonacci(n):
    if n > 1:
        return fibonacci(n - 1) + fibonacci(n - 2)
    return 1


@njit
def in_the_middle(n):
    found = 2 * in_the_middle(n - 1) if n > 0 else 0.5
    return found + 1


@njit
def endless(n):
    return endless(n + 1)


def test_recursion_in_conditional_expressions():
    for n in (0, 1, 2, 7):
        agrees(factorial, n)
        agrees(fibonacci, n)
    with pytest.raises((TypingError, UnsupportedError), match="recursive call"):
        endless(1)


@njit
def one_or(k):
    return 1 if k else 2.5


@njit
def one_or_assigned(k):
    x = 1
    if not k:
        x = 2.5
    return x


def test_an_int_and_a_float_are_a_float():
    """As in Numba: a variable, or an expression, has one type."""
    for function in (one_or, one_or_assigned):
        found = [function(True), function(False)]
        assert found == [1.0, 2.5]
        assert [type(each) for each in found] == [float, float]


@njit
def walrus(n):
    s = 0
    while (k := n - s) > 0:
        s += 1
        if s == 3:
            break
    return s, k


def test_walrus_in_a_condition():
    for n in (0, 1, 3, 7):
        agrees(walrus, n)


def test_messages_keep_what_is_constant():
    @njit
    def raises(n):
        if n == 0:
            raise ValueError(f"n must be positive, not {n + 1}")
        if n == 1:
            raise ValueError("n is %d" % n)  # noqa: UP031
        if n == 2:
            raise ValueError("n is {}".format(n))  # noqa: UP032
        if n == 3:
            raise ValueError("n is " + str(n))
        assert n != 4, f"four {n}"
        return n

    wanted = ["n must be positive, not {n + 1}", "n is %d", "n is {}", "n is {str(n)}"]
    for n, message in enumerate(wanted):
        with pytest.raises(ValueError, match="n ") as caught:
            raises(n)
        assert str(caught.value) == message
    with pytest.raises(AssertionError, match="four"):
        raises(4)
    assert raises(5) == 5
