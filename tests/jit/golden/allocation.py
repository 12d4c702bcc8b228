"""An array that is the result, and one that is given up on the way."""

# types: int
# args: 3
import numpy as np


def allocation(n):
    a = np.zeros(n, np.int64)
    if n > 2:
        a = np.ones(n + 1)[:n].astype(np.int64)
    b = a
    b[0] = 7
    return a
