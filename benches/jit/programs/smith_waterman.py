"""Smith and Waterman: the best local alignment of two sequences, and where it ends."""

import numpy as np
from jit.checks import exact


def smith_waterman(a, b, match, mismatch, gap):
    table = np.zeros((a.size + 1, b.size + 1), np.int64)
    best = 0
    end = (0, 0)
    for i in range(1, a.size + 1):
        for j in range(1, b.size + 1):
            score = match if a[i - 1] == b[j - 1] else mismatch
            value = max(0, table[i - 1, j - 1] + score, table[i - 1, j] + gap, table[i, j - 1] + gap)
            table[i, j] = value
            if value > best:
                best = value
                end = (i, j)
    return best, end


ENTRY = smith_waterman
HELPERS = ()
EXACT = True


def arguments(scale):
    n, m = {"small": (150, 160), "full": (1_800, 2_000)}[scale]
    rng = np.random.default_rng(0)
    return rng.integers(0, 4, n).astype(np.int8), rng.integers(0, 4, m).astype(np.int8), 3, -3, -2


numpy_form = None
check = exact
