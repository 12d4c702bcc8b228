"""Jacobi's iteration in one dimension: each element becomes the mean of three, back and forth between two arrays."""

import numpy as np
from jit.checks import close


def jacobi_1d(start, steps):
    n = start.size
    a = start.copy()
    b = start.copy()
    for _ in range(steps):
        for i in range(1, n - 1):
            b[i] = 0.33333 * (a[i - 1] + a[i] + a[i + 1])
        for i in range(1, n - 1):
            a[i] = 0.33333 * (b[i - 1] + b[i] + b[i + 1])
    return a


ENTRY = jacobi_1d
HELPERS = ()
EXACT = True


def arguments(scale):
    n, steps = {"small": (600, 30), "full": (4_000, 8_000)}[scale]
    return np.random.default_rng(0).random(n), steps


def numpy_form(start, steps):
    a, b = start.copy(), start.copy()
    for _ in range(steps):
        b[1:-1] = 0.33333 * (a[:-2] + a[1:-1] + a[2:])
        a[1:-1] = 0.33333 * (b[:-2] + b[1:-1] + b[2:])
    return a


def check(result, expected):
    # The same operations in the same order.
    close(result, expected, 0)
