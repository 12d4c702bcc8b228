"""An expression over whole arrays: one loop, one array."""

# types: f8[1C] f8[1C]
# args: [1.0, 4.0, 9.0], [3.0, 2.0, 1.0]
import numpy as np


def fused_expression(x, y):
    return np.sqrt(x) * 2.0 + y
