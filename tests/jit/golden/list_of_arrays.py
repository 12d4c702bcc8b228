"""A list whose items own memory: what is stored is held, what is popped handed on, and the rest goes with the list."""
# types: int
# args: 10

import numpy as np


def list_of_arrays(n):
    rows = []
    for i in range(n):
        rows.append((np.full(i + 1, i), i))
    rows[0] = rows.pop()
    first, i = rows[0]
    return first, i, len(rows)
