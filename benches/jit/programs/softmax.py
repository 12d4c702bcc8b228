"""Softmax of each row of a matrix, row by row."""

import numpy as np
from jit.checks import close


def softmax(x):
    out = np.empty_like(x)
    for i in range(x.shape[0]):
        row = x[i]
        e = np.exp(row - row.max())
        out[i, :] = e / e.sum()
    return out


ENTRY = softmax
HELPERS = ()
EXACT = False


def arguments(scale):
    n, m = {"small": (1_500, 20), "full": (20_000, 64)}[scale]
    return (np.random.default_rng(0).standard_normal((n, m)),)


def numpy_form(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def check(result, expected):
    # exp within an ulp, a positive sum of 20, a division.
    close(result, expected, 2 * (20 + 3), expected)
