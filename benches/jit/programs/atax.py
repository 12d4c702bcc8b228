"""A matrix's transpose times the matrix times a vector."""

import numpy as np
from jit.checks import close


def atax(a, x):
    m, n = a.shape
    y = np.zeros(n)
    for i in range(m):
        total = 0.0
        for j in range(n):
            total += a[i, j] * x[j]
        for j in range(n):
            y[j] += a[i, j] * total
    return y


ENTRY = atax
HELPERS = ()
EXACT = True


def arguments(scale):
    m, n = {"small": (180, 200), "full": (2900, 3100)}[scale]
    rng = np.random.default_rng(0)
    return rng.random((m, n)), rng.random(n)


def numpy_form(a, x):
    return a.T @ (a @ x)


def check(result, expected):
    # Positive sums of 200 products inside of sums of 180.
    close(result, expected, 2 * (180 + 200))
