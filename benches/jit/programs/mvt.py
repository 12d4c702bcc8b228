"""Two vectors, one plus a matrix times a vector, one plus its transpose times another."""

import numpy as np
from jit.checks import close


def mvt(x1, x2, y1, y2, a):
    n = a.shape[0]
    z1 = x1.copy()
    z2 = x2.copy()
    for i in range(n):
        for j in range(n):
            z1[i] += a[i, j] * y1[j]
    for i in range(n):
        for j in range(n):
            z2[i] += a[j, i] * y2[j]
    return z1, z2


ENTRY = mvt
HELPERS = ()
EXACT = True


def arguments(scale):
    n = {"small": 170, "full": 2_400}[scale]
    rng = np.random.default_rng(0)
    return rng.random(n), rng.random(n), rng.random(n), rng.random(n), rng.random((n, n))


def numpy_form(x1, x2, y1, y2, a):
    return x1 + a @ y1, x2 + a.T @ y2


def check(result, expected):
    # Positive sums of 171 terms.
    close(result, expected, 2 * 171)
