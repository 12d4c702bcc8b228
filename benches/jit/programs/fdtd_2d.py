"""Finite differences in the time domain: Maxwell's equations on a plane."""

import numpy as np
from jit.checks import close


def fdtd_2d(ex0, ey0, hz0, source):
    ex = ex0.copy()
    ey = ey0.copy()
    hz = hz0.copy()
    nx, ny = hz.shape
    for t in range(len(source)):
        for j in range(ny):
            ey[0, j] = source[t]
        for i in range(1, nx):
            for j in range(ny):
                ey[i, j] = ey[i, j] - 0.5 * (hz[i, j] - hz[i - 1, j])
        for i in range(nx):
            for j in range(1, ny):
                ex[i, j] = ex[i, j] - 0.5 * (hz[i, j] - hz[i, j - 1])
        for i in range(nx - 1):
            for j in range(ny - 1):
                hz[i, j] = hz[i, j] - 0.7 * (ex[i, j + 1] - ex[i, j] + ey[i + 1, j] - ey[i, j])
    return ex, ey, hz


ENTRY = fdtd_2d
HELPERS = ()
EXACT = True


def arguments(scale):
    nx, ny, steps = {"small": (40, 44, 8), "full": (200, 240, 300)}[scale]
    rng = np.random.default_rng(0)
    return rng.random((nx, ny)), rng.random((nx, ny)), rng.random((nx, ny)), np.arange(steps) / steps


def numpy_form(ex, ey, hz, source):
    ex, ey, hz = ex.copy(), ey.copy(), hz.copy()
    for value in source:
        ey[0] = value
        ey[1:] -= 0.5 * (hz[1:] - hz[:-1])
        ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])
    return ex, ey, hz


def check(result, expected):
    # The same operations in the same order.
    close(result, expected, 0)
