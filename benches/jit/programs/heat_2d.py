"""The heat equation on a plate, by explicit steps with fixed edges."""

import numpy as np
from jit.checks import close


def heat_2d(start, diffusion, steps):
    now = start.copy()
    after = start.copy()
    n, m = start.shape
    for _ in range(steps):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                spread = now[i + 1, j] + now[i - 1, j] + now[i, j + 1] + now[i, j - 1] - 4 * now[i, j]
                after[i, j] = now[i, j] + diffusion * spread
        now, after = after, now
    return now


ENTRY = heat_2d
HELPERS = ()
EXACT = True


def arguments(scale):
    n, m, steps = {"small": (60, 64, 8), "full": (300, 320, 400)}[scale]
    return np.random.default_rng(0).random((n, m)), 0.2, steps


def numpy_form(start, diffusion, steps):
    now, after = start.copy(), start.copy()
    for _ in range(steps):
        spread = now[2:, 1:-1] + now[:-2, 1:-1] + now[1:-1, 2:] + now[1:-1, :-2] - 4 * now[1:-1, 1:-1]
        after[1:-1, 1:-1] = now[1:-1, 1:-1] + diffusion * spread
        now, after = after, now
    return now


def check(result, expected):
    # The same operations in the same order.
    close(result, expected, 0)
