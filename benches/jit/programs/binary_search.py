"""Where values belong in a sorted array, each by halving."""

import numpy as np
from jit.checks import exact


def binary_search(a, v):
    out = np.empty(v.shape[0], np.int64)
    for i in range(v.shape[0]):
        low = 0
        high = len(a)
        while low < high:
            middle = (low + high) // 2
            if a[middle] < v[i]:
                low = middle + 1
            else:
                high = middle
        out[i] = low
    return out


ENTRY = binary_search
HELPERS = ()
EXACT = True


def arguments(scale):
    n, m = {"small": (1_000, 6_000), "full": (100_000, 200_000)}[scale]
    rng = np.random.default_rng(0)
    return np.sort(rng.random(n)), rng.random(m)


def numpy_form(a, v):
    return np.searchsorted(a, v).astype(np.int64)


check = exact
