"""The length of the longest common subsequence of two texts, by the whole table."""

import numpy as np
from jit.checks import exact


def lcs(a, b):
    n, m = len(a), len(b)
    table = np.zeros((n + 1, m + 1), np.int32)
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if a[i - 1] == b[j - 1]:
                table[i, j] = table[i - 1, j - 1] + 1
            else:
                table[i, j] = max(table[i - 1, j], table[i, j - 1])
    return table[n, m]


ENTRY = lcs
HELPERS = ()
EXACT = True


def arguments(scale):
    n, m = {"small": (200, 220), "full": (3_600, 3_800)}[scale]
    rng = np.random.default_rng(0)
    return rng.integers(0, 4, n).astype(np.uint8), rng.integers(0, 4, m).astype(np.uint8)


numpy_form = None
check = exact
