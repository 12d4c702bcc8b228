"""The Ising model on a torus: Metropolis sweeps, with a linear congruential generator."""

import math

import numpy as np
from jit.checks import exact


def ising(start, beta, sweeps, seed):
    spins = start.copy()
    n, m = spins.shape
    # What a flip costs is one of five; only two of them are chances.
    chance = np.empty(9)
    for cost in range(9):
        chance[cost] = math.exp(-beta * cost)
    state = seed
    for _ in range(sweeps):
        for i in range(n):
            for j in range(m):
                around = spins[(i + 1) % n, j] + spins[i - 1, j] + spins[i, (j + 1) % m] + spins[i, j - 1]
                cost = 2 * spins[i, j] * around
                state = (1103515245 * state + 12345) & 0x7FFFFFFF
                if cost <= 0 or state < 2147483648.0 * chance[cost]:
                    spins[i, j] = -spins[i, j]
    return spins


ENTRY = ising
HELPERS = ()
EXACT = True


def arguments(scale):
    n, m, sweeps = {"small": (40, 44, 10), "full": (128, 140, 120)}[scale]
    return np.random.default_rng(0).choice(np.array([-1, 1]), (n, m)), 0.44, sweeps, 12345


numpy_form = None
check = exact
