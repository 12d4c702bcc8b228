"""Indexing by arrays and masks in compiled code, going through elements, and functions of Python's own modules."""

from __future__ import annotations

import cmath
import math
import operator

import numpy as np
import pytest
from ferrodide import njit
from ferrodide.jit import TypingError, UnsupportedError
from helpers import COMPILES
from jit_agreement import agrees

pytestmark = pytest.mark.skipif(not COMPILES, reason="compiled code runs in Pyodide, with the compiler")

CUBE = np.arange(60.0).reshape(3, 4, 5)
INDICES = [np.array([2, 0, -1]), np.array([1]), np.zeros(0, np.int64), np.array([0, 0, 2], np.uint8), np.array([0, 3])]


def layouts(array):
    wide = np.zeros(tuple(2 * n for n in array.shape))
    view = wide[tuple(slice(None, None, 2) for _ in array.shape)]
    view[...] = array
    return [array.copy(), np.asfortranarray(array), view, array[::-1].copy()[::-1]]


@njit
def rows(a, at):
    return a[at]


@njit
def columns(a, at):
    return a[:, at], a[1, at], a[..., at], a[:, at, 1:], a[:2, 1, at]


@njit
def stores(a, at, values):
    a[at] = 7.0
    a[at] += 1
    a[at] = values
    a[at] *= 2


@njit
def stores_columns(a, at):
    a[:, at] = 3.0
    a[:, at] += a[:, at]
    a[0, at] -= 1
    a[:, at, 2] = 9


@pytest.mark.parametrize("at", INDICES, ids=str)
def test_an_array_of_indices(at):
    for a in (np.arange(3.0), np.arange(12.0).reshape(3, 4), CUBE):
        for each in layouts(a):
            agrees(rows, each, at)
            agrees(stores, each, at, 5.0)
            values = np.arange(float(at.size * a[0].size)).reshape(at.size, *a.shape[1:])
            agrees(stores, each, at, values)
            agrees(stores, each, at, np.full((1, *a.shape[1:]), 4.0))
            if a.ndim > 1:
                agrees(stores, each, at, a[0].copy())
    for each in layouts(CUBE):
        agrees(columns, each, at)
        agrees(stores_columns, each, at)


MASKS = [[True, False, True], [False] * 3, [True] * 3, [True, False], [False] * 4]


@pytest.mark.parametrize("mask", MASKS, ids=str)
def test_a_mask_of_the_first_axis(mask):
    chosen = np.array(mask)
    for a in (np.arange(12.0).reshape(3, 4), CUBE):
        for each in layouts(a):
            agrees(rows, each, chosen)
            agrees(stores, each, chosen, 5.0)


@njit
def whole_mask(a):
    a[a > 2] += 10
    a[a < 1] *= -1
    kept = a[a > 5]
    a[a > 5] = kept * 2
    return kept


def test_operators_on_what_a_mask_chooses():
    for each in [*layouts(np.arange(6.0).reshape(2, 3)), np.arange(4.0)]:
        agrees(whole_mask, each)


def test_stores_that_do_not_fit_change_nothing():
    a = np.arange(4.0)
    for values in (np.ones(2), np.ones(5)):
        with pytest.raises(ValueError, match="broadcast"):
            stores_values(a, np.array([0, 1, 2]), values)
    with pytest.raises(IndexError):
        stores_values(a, np.array([0, 4]), np.ones(2))
    assert a.tolist() == [0, 1, 2, 3]
    a.flags.writeable = False
    with pytest.raises(TypingError, match="read-only"):
        stores_values(a, np.array([0]), np.ones(1))


@njit
def stores_values(a, at, values):
    a[at] = values


def test_what_is_not_indexed():
    @njit
    def two_arrays(a, at):
        return a[at, at]

    @njit
    def apart(a, at):
        return a[0, :, at]

    @njit
    def floats(a, at):
        return a[at * 0.5]

    for function in (two_arrays, apart):
        with pytest.raises(UnsupportedError, match="one array of one dimension"):
            function(CUBE, np.array([0, 1]))
    with pytest.raises(TypingError, match="An index is an int"):
        floats(CUBE, np.array([0, 1]))


@njit
def goes_through(a):
    total = 0.0
    for at in np.ndindex(a.shape):
        total = total * 0.5 + a[at]
    for x in a.flat:
        total = total * 0.25 + x
    for at, x in np.ndenumerate(a):
        total += at[0] * x - at[-1]
    for i, j in np.ndindex(3, 2):
        if j == 1 and i == 1:
            continue
        if i == 2:
            break
        total += i + 10 * j
    return total


def test_ndindex_flat_and_ndenumerate():
    for each in [*layouts(np.arange(6.0).reshape(3, 2)), np.zeros((0, 3)), np.zeros((3, 0)), np.arange(3.0), CUBE]:
        agrees(goes_through, each)
    with pytest.raises(ValueError, match="negative"):
        negative_shape(-1)


@njit
def negative_shape(n):
    count = 0
    for _ in np.ndindex(n, 2):
        count += 1
    return count


def test_rows_in_rows():
    @njit
    def made(x, y):
        return np.array([[x, y], [y, 1]]), np.array([[x * 1.5, 0, 1], [1, 2, 3]], dtype=np.float32)

    agrees(made, 1, 2)
    agrees(made, 1.5, 2)


SPECIAL = [
    0.0,
    -0.0,
    1.0,
    0.5,
    3.75,
    -3.75,
    1e300,
    5e-324,
    -1e-310,
    math.inf,
    -math.inf,
    math.nan,
    2.0**-1022,
    1 - 2**-53,
]


@njit
def parts(x):
    return math.frexp(x), math.modf(x)


@njit
def scaled(x, i):
    return math.ldexp(x, i)


def signs(found):
    return [math.copysign(1, each) for pair in found for each in pair]


def test_parts_of_floats():
    exponents = [0, 1, -1, 10, -1030, -1045, -1060, -1073, -1074, -1075, 1023, 1024, 2000, -2000, 2098, -3000]
    exponents += [10**9, -(10**9)]
    # The last is below half a step, and a step too far on the way would make it a half.
    for x in [*SPECIAL, 0.1, 0.7, 1.5 - 2**-40]:
        agrees(parts, x)
        assert signs(parts(x)) == signs(parts.py_func(x))
        for i in exponents:
            agrees(scaled, x, i)


@njit
def whole_numbers(n):
    return (
        math.factorial(n),
        math.gcd(n, 12, 18),
        math.lcm(n, 4),
        math.comb(9, n),
        math.isclose(n / 3, n * 0.1, rel_tol=0.9),
    )


@njit
def logs(x, base):
    return math.log(x, base)


def test_whole_numbers_and_logs():
    for n in (0, 1, 2, 7, 9):
        agrees(whole_numbers, n)
    for x, base in ((8, 2), (0.5, 10.0), (1.0, 3), (5.0, 1), (-1.0, 2), (2.0, 0), (math.inf, 2)):
        agrees(logs, x, base)


def test_floats_of_strings():
    @njit
    def read(x):
        return float("inf"), float("-Infinity"), float(" nan "), float("1.5e3"), float(".5"), x + float("+2")

    agrees(read, 1)

    @njit
    def wrong(x):
        return x + float("one")

    with pytest.raises(TypingError, match="no float"):
        wrong(1)


NUMBER = np.array(2.5)


def test_the_float_of_a_global_array_is_no_constant():
    @njit
    def read(x):
        return x + float(NUMBER)

    # Another number may stand in it at the next call.
    with pytest.raises(UnsupportedError, match="an array of dtype float64"):
        read(1.0)


@pytest.mark.parametrize("x", [1, 1.5, np.zeros(3)], ids=["int", "float", "array"])
def test_an_attribute_that_there_is_not(x):
    @njit
    def wrong(x):
        return x.nothing

    with pytest.raises(TypingError, match=r"has no attribute nothing that is a value") as caught:
        wrong(x)
    assert "return x.nothing" in str(caught.value)
    assert str(caught.value).startswith(f"{__file__}:")


@njit
def complex_functions(z):
    return cmath.phase(z), cmath.sqrt(z), cmath.isnan(z), cmath.isinf(z), cmath.isfinite(z)


@njit
def complex_sizes(z):
    return cmath.polar(z), cmath.rect(abs(z), 0.5), cmath.exp(z), cmath.log(z)


def test_complex_functions():
    values = [
        0j,
        1 + 0j,
        -1 + 0j,
        complex(-1, -0.0),
        3 + 4j,
        -3 - 4j,
        1e-320 + 1e-310j,
        1e308 + 1e308j,
        -4 + 0j,
        2 + 0.5j,
    ]
    for z in values:
        agrees(complex_functions, z)
        try:
            wanted = complex_sizes.py_func(z)
        except (ValueError, OverflowError) as error:
            with pytest.raises(type(error)):
                complex_sizes(z)
            continue
        # Transcendental functions are within 1 ulp, and these put two together.
        for a, b in zip(complex_sizes(z), wanted, strict=True):
            np.testing.assert_allclose(a, b, rtol=4 * np.finfo(float).eps, atol=0)


@njit
def operators(a, b):
    return (
        (operator.add(a, b), operator.sub(a, b), operator.mul(a, b), operator.truediv(a, b), operator.floordiv(a, b)),
        (operator.mod(a, b), operator.neg(a), operator.pos(a), operator.abs(a), operator.not_(a), operator.truth(b)),
        (operator.eq(a, b), operator.ne(a, b), operator.lt(a, b), operator.le(a, b), operator.gt(a, b)),
        (operator.ge(a, b), operator.getitem((a, b), 1), operator.contains((a, b), 3)),
    )


@njit
def bits(a, b):
    return operator.and_(a, b), operator.or_(a, b), operator.xor(a, b), operator.inv(a), operator.lshift(a, b), a >> b


@njit
def folded(function, a):
    found = a[0]
    for each in a[1:]:
        found = function(found, each)
    return found


def test_operators_by_name():
    for a, b in ((3, 2), (1.5, -2), (-7, 2), (0.0, 3.0)):
        agrees(operators, a, b)
    agrees(bits, 13, 3)
    for function in (operator.add, operator.mul, np.maximum, max):
        agrees(folded, function, np.array([1.0, 5.0, 2.0]))
