"""The 0/1 knapsack: the most value under a weight, one row of the table."""

import numpy as np
from jit.checks import exact


def knapsack(weights, values, capacity):
    best = np.zeros(capacity + 1, np.int64)
    for i in range(len(weights)):
        weight = weights[i]
        for room in range(capacity, weight - 1, -1):
            with_it = best[room - weight] + values[i]
            best[room] = max(best[room], with_it)
    return best[capacity]


ENTRY = knapsack
HELPERS = ()
EXACT = True


def arguments(scale):
    n, capacity = {"small": (60, 1_500), "full": (400, 40_000)}[scale]
    rng = np.random.default_rng(0)
    return rng.integers(10, capacity // 10, n), rng.integers(1, 1_000, n), capacity


def numpy_form(weights, values, capacity):
    best = np.zeros(capacity + 1, np.int64)
    for weight, value in zip(weights, values, strict=True):
        best[weight:] = np.maximum(best[weight:], best[: capacity + 1 - weight] + value)
    return best[capacity]


check = exact
