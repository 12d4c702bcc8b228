"""LU decomposition without pivoting, both factors in one matrix."""

import numpy as np
from jit.checks import close


def lu(matrix):
    a = matrix.copy()
    n = a.shape[0]
    for i in range(n):
        for j in range(i):
            for k in range(j):
                a[i, j] -= a[i, k] * a[k, j]
            a[i, j] /= a[j, j]
        for j in range(i, n):
            for k in range(i):
                a[i, j] -= a[i, k] * a[k, j]
    return a


ENTRY = lu
HELPERS = ()
EXACT = True


def arguments(scale):
    n = {"small": 48, "full": 420}[scale]
    # A dominant diagonal needs no pivots.
    return (np.random.default_rng(0).random((n, n)) + n * np.eye(n),)


def numpy_form(matrix):
    a = matrix.copy()
    for k in range(len(a)):
        a[k + 1 :, k] /= a[k, k]
        a[k + 1 :, k + 1 :] -= np.outer(a[k + 1 :, k], a[k, k + 1 :])
    return a


def check(result, expected):
    # With a dominant diagonal no element grows: at most 48 products and sums and a division for each.
    close(result, expected, 3 * 48)
