"""An exponentially weighted mean and its variance, as of a price series."""

import numpy as np
from jit.checks import exact


def ewma(x, alpha):
    mean = np.empty_like(x)
    variance = np.empty_like(x)
    m = x[0]
    v = 0.0
    for i, value in enumerate(x):
        difference = value - m
        step = alpha * difference
        m += step
        v = (1 - alpha) * (v + difference * step)
        mean[i] = m
        variance[i] = v
    return mean, variance


ENTRY = ewma
HELPERS = ()
EXACT = True


def arguments(scale):
    n = {"small": 40_000, "full": 4_000_000}[scale]
    return np.cumsum(np.random.default_rng(0).standard_normal(n)), 0.05


numpy_form = None
check = exact
