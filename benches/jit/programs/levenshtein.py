"""The edit distance of two texts, two rows of the table at a time."""

import numpy as np
from jit.checks import exact


def levenshtein(a, b):
    previous = np.arange(len(b) + 1)
    current = np.empty(len(b) + 1, np.int64)
    for i in range(len(a)):
        current[0] = i + 1
        for j in range(len(b)):
            cost = 0 if a[i] == b[j] else 1
            current[j + 1] = min(previous[j + 1] + 1, current[j] + 1, previous[j] + cost)
        previous, current = current, previous
    return previous[len(b)]


ENTRY = levenshtein
HELPERS = ()
EXACT = True


def arguments(scale):
    n, m = {"small": (180, 170), "full": (3000, 2800)}[scale]
    rng = np.random.default_rng(0)
    return rng.integers(97, 101, n).astype(np.uint8), rng.integers(97, 101, m).astype(np.uint8)


numpy_form = None
check = exact
