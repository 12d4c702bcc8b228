"""Monte Carlo: pi from points in a square, drawn by np.random."""

import math

import numpy as np


def monte_carlo_random(n, seed):
    np.random.seed(seed)
    inside = 0
    for _ in range(n):
        x = np.random.random()
        y = np.random.random()
        if x * x + y * y < 1.0:
            inside += 1
    return 4.0 * inside / n


ENTRY = monte_carlo_random
HELPERS = ()
EXACT = False


def arguments(scale):
    return {"small": 20_000, "full": 1_500_000}[scale], 42


def numpy_form(n, seed):
    np.random.seed(seed)
    x, y = np.random.random((2, n))
    return 4.0 * np.count_nonzero(x * x + y * y < 1.0) / n


def check(result, expected):
    # Other points give another estimate: six standard deviations of the difference of two.
    deviation = math.sqrt(math.pi * (4 - math.pi) / 20_000)
    assert abs(result - math.pi) < 6 * deviation
    assert abs(result - expected) < 6 * math.sqrt(2) * deviation
