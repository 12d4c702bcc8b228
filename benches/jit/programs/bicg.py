"""The two products of a step of BiCG: a matrix and its transpose, each with a vector."""

import numpy as np
from jit.checks import close


def bicg(a, p, r):
    n, m = a.shape
    s = np.zeros(m)
    q = np.zeros(n)
    for i in range(n):
        for j in range(m):
            s[j] = s[j] + r[i] * a[i, j]
            q[i] = q[i] + a[i, j] * p[j]
    return s, q


ENTRY = bicg
HELPERS = ()
EXACT = True


def arguments(scale):
    n, m = {"small": (150, 160), "full": (2100, 1900)}[scale]
    rng = np.random.default_rng(0)
    return rng.random((n, m)), rng.random(m), rng.random(n)


def numpy_form(a, p, r):
    return a.T @ r, a @ p


def check(result, expected):
    # Positive sums of at most 160 products.
    close(result, expected, 2 * 160)
