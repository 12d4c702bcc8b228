"""Functions of elements, and of a few numbers."""

import math

import numpy as np

from ._names import common_dtype, known_as
from .sorting import middle_of


@known_as("numpy.round", "numpy.around", "numpy.ndarray.round")
def round_(a, decimals=0):
    if common_dtype((a,)) not in (np.float64, np.float32, np.complex128, np.complex64):
        if decimals < 0:
            raise NotImplementedError("integers are rounded to no tens")
        return a + 0
    if decimals == 0:
        return np.rint(a)
    if decimals > 0:
        return np.rint(a * 10.0**decimals) / 10.0**decimals
    return np.rint(a / 10.0**-decimals) * 10.0**-decimals


@known_as("numpy.isclose")
def isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    x, y = a + 0.0, b + 0.0
    near = np.isfinite(y) & (np.abs(x - y) <= atol + rtol * np.abs(y)) | (x == y)
    if equal_nan:
        return near | (np.isnan(x) & np.isnan(y))
    return near


@known_as("numpy.allclose")
def allclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    return bool(np.all(isclose(a, b, rtol, atol, equal_nan)))


@known_as("numpy.array_equal")
def array_equal(a1, a2):
    if np.ndim(a1) != np.ndim(a2):
        return False
    if np.shape(a1) != np.shape(a2):
        return False
    return bool(np.all(np.equal(a1, a2)))


@known_as("numpy.nan_to_num")
def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    most = 3.4028234663852886e38 if common_dtype((x,)) == np.float32 else 1.7976931348623157e308
    if common_dtype((x,)) not in (np.float64, np.float32):
        return x + 0
    high = most if posinf is None else posinf
    low = -most if neginf is None else neginf
    return np.where(np.isnan(x), nan, np.where(x == np.inf, high, np.where(x == -np.inf, low, x)))


@known_as("numpy.sinc")
def sinc(x):
    y = np.pi * np.where(x == 0, 1.0e-20, x)
    return np.sin(y) / y


@known_as()
def present(a):
    """What is no NaN, in a line."""
    flat = np.ravel(a)
    return flat[~np.isnan(flat)]


@known_as("numpy.nansum")
def nansum(a):
    return np.sum(np.where(np.isnan(a), 0, a))


@known_as("numpy.nanprod")
def nanprod(a):
    return np.prod(np.where(np.isnan(a), 1, a))


@known_as()
def present_count(a, ddof):
    """How many there are, less some, in floats of their width."""
    count = np.sum(~np.isnan(a)) - ddof
    return np.float32(count) if a.dtype == np.float32 else np.float64(count)


@known_as("numpy.nanmean")
def nanmean(a):
    return nansum(a) / present_count(a, 0)


@known_as("numpy.nanmin")
def nanmin(a):
    line = present(a)
    return np.min(line) if line.size > 0 or np.size(a) == 0 else np.nan + np.ravel(a)[0]


@known_as("numpy.nanmax")
def nanmax(a):
    line = present(a)
    return np.max(line) if line.size > 0 or np.size(a) == 0 else np.nan + np.ravel(a)[0]


@known_as("numpy.nanvar")
def nanvar(a, ddof=0):
    gaps = np.where(np.isnan(a), 0, a - nanmean(a))
    return np.sum(gaps * gaps) / present_count(a, ddof)


@known_as("numpy.nanstd")
def nanstd(a, ddof=0):
    return np.sqrt(nanvar(a, ddof))


@known_as("numpy.nanmedian")
def nanmedian(a):
    return middle_of(present(a))


@known_as("numpy.nanargmin")
def nanargmin(a):
    if present(a).size == 0:
        raise ValueError("All-NaN slice encountered")
    return np.argmin(np.where(np.isnan(a), np.inf, a))


@known_as("numpy.nanargmax")
def nanargmax(a):
    if present(a).size == 0:
        raise ValueError("All-NaN slice encountered")
    return np.argmax(np.where(np.isnan(a), -np.inf, a))


@known_as("numpy.average")
def average(a, weights=None):
    if weights is None:
        return np.mean(a)
    total = np.sum(weights + 0.0)
    if total == 0.0:
        raise ZeroDivisionError("Weights sum to zero, can't be normalized")
    return np.sum(np.multiply(a, weights + 0.0)) / total


@known_as()
def gcd_of(a, b):
    x, y = abs(np.int64(a)), abs(np.int64(b))
    while y != 0:
        x, y = y, x % y
    return x


@known_as("math.gcd")
def math_gcd(*integers):
    found = np.int64(0)
    for each in integers:
        found = gcd_of(found, each)
    return int(found)


@known_as("math.lcm")
def math_lcm(*integers):
    found = np.int64(1)
    for each in integers:
        common = gcd_of(found, each)
        found = abs(found // common * each) if common != 0 else np.int64(0)
    return int(found)


@known_as("numpy.gcd")
def gcd(x1, x2):
    if np.ndim(x1) == 0 and np.ndim(x2) == 0:
        return gcd_of(x1, x2)
    both = x1 + x2
    out = np.empty(both.shape, common_dtype((x1, x2)))
    a, b, flat = np.ravel(x1 + both * 0), np.ravel(x2 + both * 0), out.ravel()
    for i in range(flat.size):
        flat[i] = gcd_of(a[i], b[i])
    return out


@known_as("numpy.lcm")
def lcm(x1, x2):
    if np.ndim(x1) == 0 and np.ndim(x2) == 0:
        return abs(x1 // max(gcd_of(x1, x2), 1) * x2)
    return np.abs(x1 // np.maximum(gcd(x1, x2), 1) * x2)


@known_as("math.factorial")
def factorial(n):
    if n < 0:
        raise ValueError("factorial() not defined for negative values")
    if n > 20:
        raise OverflowError("the factorial does not fit 64 bits")
    found = 1
    for i in range(2, n + 1):
        found *= i
    return found


@known_as("math.comb")
def comb(n, k):
    if n < 0:
        raise ValueError("n must be a non-negative integer")
    if k < 0:
        raise ValueError("k must be a non-negative integer")
    found = 1
    for i in range(min(k, n - k)):
        common = gcd_of(found, i + 1)
        by = (n - i) // ((i + 1) // common)
        found //= common
        if found > 9223372036854775807 // by:
            raise OverflowError("the number does not fit 64 bits")
        found *= by
    return int(found) if k <= n else 0


@known_as("math.perm")
def perm(n, k):
    found = 1
    for i in range(k):
        found *= max(n - i, 0)
    return found


@known_as("math.isclose")
def math_isclose(a, b, rel_tol=1e-09, abs_tol=0.0):
    x, y = float(a), float(b)
    if x == y:
        return True
    if math.isinf(x) or math.isinf(y):
        return False
    gap = abs(x - y)
    return gap <= abs(rel_tol * y) or gap <= abs(rel_tol * x) or gap <= abs_tol


@known_as("math.prod")
def prod(iterable, start=1):
    found = start
    for each in iterable:
        found *= each
    return found


@known_as("math.dist")
def dist(p, q):
    most = 0.0
    for x, y in zip(p, q):  # noqa: B905
        most = max(most, abs(x - y))
    if most == 0.0:
        return most
    total = 0.0
    for x, y in zip(p, q):  # noqa: B905
        total += ((x - y) / most) * ((x - y) / most)
    return most * math.sqrt(total)
