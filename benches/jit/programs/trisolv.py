"""Forward substitution: a lower triangular system."""

import numpy as np
from jit.checks import close


def trisolv(lower, b):
    n = b.shape[0]
    x = np.empty(n)
    for i in range(n):
        x[i] = b[i]
        for j in range(i):
            x[i] -= lower[i, j] * x[j]
        x[i] = x[i] / lower[i, i]
    return x


ENTRY = trisolv
HELPERS = ()
EXACT = True


def arguments(scale):
    n = {"small": 250, "full": 3_600}[scale]
    rng = np.random.default_rng(0)
    # A small part beside the diagonal, so that the solution stays of the size of b.
    return np.tril(rng.random((n, n)) / n, -1) + np.diag(rng.uniform(1, 2, n)), rng.random(n)


def numpy_form(lower, b):
    x = np.empty(len(b))
    for i in range(len(b)):
        x[i] = (b[i] - lower[i, :i] @ x[:i]) / lower[i, i]
    return x


def check(result, expected):
    # Each x from sums of 250 terms below 1, divided by 1 at least; the part beside the diagonal sums to less than 1, so
    # that what x carries on is less than doubled a few times.
    close(result, expected, 8 * 250, 1)
