"""Run-length encoding: the values of the runs, and how long they are."""

import numpy as np
from jit.checks import exact


def run_length(x):
    n = len(x)
    values = np.empty(n, x.dtype)
    lengths = np.empty(n, np.int64)
    runs = 0
    i = 0
    while i < n:
        j = i + 1
        while j < n and x[j] == x[i]:
            j += 1
        values[runs] = x[i]
        lengths[runs] = j - i
        runs += 1
        i = j
    return values[:runs], lengths[:runs]


ENTRY = run_length
HELPERS = ()
EXACT = True


def arguments(scale):
    n = {"small": 40_000, "full": 4_000_000}[scale]
    rng = np.random.default_rng(0)
    lengths = rng.integers(1, 8, n // 4, dtype=np.intp)
    return (np.repeat(rng.integers(0, 3, n // 4, dtype=np.uint8), lengths)[:n],)


def numpy_form(x):
    edges = np.flatnonzero(x[1:] != x[:-1]) + 1
    starts = np.concatenate((np.zeros(1, np.int64), edges.astype(np.int64)))
    return x[starts], np.diff(starts, append=len(x))


check = exact
