"""The Euclidean distances between all pairs of points."""

import numpy as np
from jit.checks import close


def distance_matrix(x):
    n, d = x.shape
    out = np.empty((n, n), np.float64)
    for i in range(n):
        for j in range(n):
            total = 0.0
            for k in range(d):
                difference = x[i, k] - x[j, k]
                total += difference * difference
            out[i, j] = np.sqrt(total)
    return out


ENTRY = distance_matrix
HELPERS = ()
EXACT = True


def arguments(scale):
    n, d = {"small": (120, 3), "full": (1_600, 3)}[scale]
    return (np.random.default_rng(0).random((n, d)),)


def numpy_form(x):
    return np.sqrt(((x[:, None, :] - x[None, :, :]) ** 2).sum(2))


def check(result, expected):
    # Positive sums of three squares.
    close(result, expected, 2 * 3)
