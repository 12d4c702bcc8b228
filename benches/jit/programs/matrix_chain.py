"""The cheapest order of multiplying a chain of matrices."""

import numpy as np
from jit.checks import exact


def matrix_chain(sizes):
    n = sizes.shape[0] - 1
    cost = np.zeros((n, n), np.int64)
    for length in range(2, n + 1):
        for i in range(n - length + 1):
            j = i + length - 1
            cost[i, j] = 9223372036854775807
            for k in range(i, j):
                this = cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1]
                cost[i, j] = min(cost[i, j], this)
    return cost[0, n - 1]


ENTRY = matrix_chain
HELPERS = ()
EXACT = True


def arguments(scale):
    n = {"small": 60, "full": 360}[scale]
    return (np.random.default_rng(0).integers(2, 60, n + 1),)


numpy_form = None
check = exact
