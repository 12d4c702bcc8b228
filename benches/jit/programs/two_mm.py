"""Two matrix products: alpha A B C + beta D."""

import numpy as np
from jit.checks import close


def two_mm(alpha, beta, a, b, c, d):
    n, inner = a.shape
    m = b.shape[1]
    between = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            for k in range(inner):
                between[i, j] += alpha * a[i, k] * b[k, j]
    out = np.empty_like(d)
    for i in range(n):
        for j in range(d.shape[1]):
            out[i, j] = d[i, j] * beta
            for k in range(m):
                out[i, j] += between[i, k] * c[k, j]
    return out


ENTRY = two_mm
HELPERS = ()
EXACT = True


def arguments(scale):
    n, m, k, p = {"small": (25, 28, 30, 26), "full": (240, 250, 260, 270)}[scale]
    rng = np.random.default_rng(0)
    return 1.5, 1.2, rng.random((n, k)), rng.random((k, m)), rng.random((m, p)), rng.random((n, p))


def numpy_form(alpha, beta, a, b, c, d):
    return alpha * (a @ b) @ c + beta * d


def check(result, expected):
    # Positive sums of 30 terms inside of sums of 28.
    close(result, expected, 3 * (30 + 28))
