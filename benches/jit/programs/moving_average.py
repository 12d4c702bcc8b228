"""A moving average that leaves out what is not a number."""

import numpy as np
from jit.checks import close


def moving_average(x, window):
    n = len(x)
    out = np.full(n, np.nan)
    for i in range(window - 1, n):
        total = 0.0
        count = 0
        for j in range(i - window + 1, i + 1):
            if not np.isnan(x[j]):
                total += x[j]
                count += 1
        if count > 0:
            out[i] = total / count
    return out


ENTRY = moving_average
HELPERS = ()
EXACT = True


def arguments(scale):
    n, window = {"small": (2_000, 10), "full": (400_000, 20)}[scale]
    rng = np.random.default_rng(0)
    x = rng.random(n)
    x[rng.random(n) < 0.1] = np.nan
    return x, window


def numpy_form(x, window):
    windows = np.lib.stride_tricks.sliding_window_view(x, window)
    there = ~np.isnan(windows)
    count = there.sum(1)
    total = np.where(there, windows, 0.0).sum(1)
    out = np.full(len(x), np.nan)
    out[window - 1 :] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return out


def check(result, expected):
    assert np.array_equal(np.isnan(result), np.isnan(expected))
    # Positive sums of 10 terms.
    close(np.nan_to_num(result), np.nan_to_num(expected), 10)
