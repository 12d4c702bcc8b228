"""The matrix product alpha A B + beta C."""

import numpy as np
from jit.checks import close


def gemm(alpha, beta, c, a, b):
    c = c.copy()
    n, m = c.shape
    for i in range(n):
        for j in range(m):
            c[i, j] *= beta
        for k in range(a.shape[1]):
            for j in range(m):
                c[i, j] += alpha * a[i, k] * b[k, j]
    return c


ENTRY = gemm
HELPERS = ()
EXACT = True


def arguments(scale):
    n, m, k = {"small": (30, 32, 34), "full": (400, 420, 440)}[scale]
    rng = np.random.default_rng(0)
    return 1.5, 1.2, rng.random((n, m)), rng.random((n, k)), rng.random((k, m))


def numpy_form(alpha, beta, c, a, b):
    return alpha * (a @ b) + beta * c


def check(result, expected):
    # 34 terms, all positive, each of two products and a sum.
    close(result, expected, 3 * 34)
