"""Functions whose wire form the tests compare. Their lines and columns count: nothing here is formatted."""
# fmt: off
# ruff: noqa

import enum
import math
from collections import namedtuple
from heapq import heappush
from math import sin as sine

import numpy as np
import numpy as other_name
from numpy import sqrt as s
from ferrodide import jit, njit, prange, vectorize
from ferrodide.jit import float32
from ferrodide.jit._typed import List

K = 3
TABLE = np.arange(4.0)
FLAGS = (1, 2.5, "x", None, (True, 1j))
NARROW = np.float32(1.5)
MIXED = (1, np.int8(2))
SETTINGS = namedtuple("SETTINGS", "rate name")(0.5, "fast")


class Colour(enum.IntEnum):
    RED = 7


class Odd(Exception):
    pass


class Status(enum.Enum):
    DONE = 3


Point = namedtuple("Point", "x y", defaults=(2.5,))
ORIGIN = Point(1, 2)


@njit
def helper(x): return x + K


@jit
def calls(x): return helper(x) + recursive(x)


@njit
def recursive(x): return recursive(x - 1) if x else 0


@vectorize
def one(x): return x


def closed(n, f):
    @njit
    def inner(x):
        return x + n + f(x)

    def indented(é, y="""
text"""):
        # ümlaut
        return é + y
    return inner, indented


pair = (njit(lambda a: a + 1), njit(lambda a, b: a * b))


def undecorated(x): return x


def shadow(range): return [range for range in range] + [K for K in range]


def comp(x): return [a * b for a in range(x) for b in range(a) if b if x], sum(i for i in range(3)), [i for i in [j for j in x]]


def statements(a, n):
    """A docstring."""
    x = y = n
    (x, [y, *z]) = a
    x: int = 1
    w: float
    a[0] += 2 ** -x
    for i in range(n):
        if not i: continue
        elif i is None: break
    else:
        pass
    while x < n <= 3 != y:
        del x, a[1]
    else: return
    assert n
    assert n, "positive"
    raise ValueError
    raise ValueError("no")
    raise Odd("own")
    raise np.linalg.LinAlgError("singular")
    return (x := 3)


def subscripts(a, i): return a[i], a[i, ...], a[1:i:-1, None, :], a[(1, 2)], a[np.newaxis, a[0]], a[*i]


def unsupported_statements(x, **more):
    import math
    def g(): pass
    try: pass
    finally: pass
    with x: pass
    match x:
        case 1: pass
    global K
    K = 1
    raise
    raise ValueError(x)
    raise x
    assert x, x
    class A: pass


def unsupported_expressions(x):
    return {1: 2}, {1}, f"{x}", lambda: 1, b"x", [*x, 2], x(**x), 2 ** 200, 123456789012345678901234567890123456789012345


def constants(): return 1, -2, 2.5, -0.0, 1e400, 3j, True, None, ..., "a\"\\\n", -9223372036854775808, not -1
