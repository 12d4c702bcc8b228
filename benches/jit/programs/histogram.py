"""A histogram of equal bins."""

import numpy as np
from jit.checks import exact


def histogram(x, bins, low, high):
    counts = np.zeros(bins, np.int64)
    width = (high - low) / bins
    for value in x:
        if value >= low and value <= high:
            place = int((value - low) / width)
            if place == bins:
                place -= 1
            counts[place] += 1
    return counts


ENTRY = histogram
HELPERS = ()
EXACT = True


def arguments(scale):
    n = {"small": 40_000, "full": 6_000_000}[scale]
    return np.random.default_rng(0).standard_normal(n), 64, -4.0, 4.0


def numpy_form(x, bins, low, high):
    return np.histogram(x, bins, (low, high))[0].astype(np.int64)


# The width is a power of two, so that no value is put on the wrong side of an edge.
check = exact
