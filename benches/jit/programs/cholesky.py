"""Cholesky decomposition: the lower factor of a positive definite matrix."""

import math

import numpy as np
from jit.checks import close


def cholesky(a):
    n = a.shape[0]
    lower = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            total = a[i, j]
            for k in range(j):
                total -= lower[i, k] * lower[j, k]
            if i == j:
                lower[i, j] = math.sqrt(total)
            else:
                lower[i, j] = total / lower[j, j]
    return lower


ENTRY = cholesky
HELPERS = ()
EXACT = True


def arguments(scale):
    n = {"small": 70, "full": 600}[scale]
    x = np.random.default_rng(0).random((n, n))
    return (x @ x.T / n + np.eye(n),)


def numpy_form(a):
    return np.linalg.cholesky(a)


def check(result, expected):
    # n products and sums for an element, times the matrix's condition: its eigenvalues are between 1 and n / 4 + 2.
    close(result, expected, 2 * 70 * 20)
