"""Histograms, and values between samples."""

import builtins

import numpy as np

from ._names import common_dtype, known_as
from .sorting import place_right


@known_as("numpy.bincount")
def bincount(x, weights=None, minlength=0):
    if minlength < 0:
        raise ValueError("'minlength' must not be negative")
    n = minlength
    for i in range(x.shape[0]):
        if x[i] < 0:
            raise ValueError("'list' argument must have no negative elements")
        n = max(n, x[i] + 1)
    if weights is None:
        counts = np.zeros(n, np.int64)
        for i in range(x.shape[0]):
            counts[x[i]] += 1
        return counts
    if weights.shape[0] != x.shape[0]:
        raise ValueError("The weights and list don't have the same length.")
    sums = np.zeros(n, np.float64)
    for i in range(x.shape[0]):
        sums[x[i]] += weights[i]
    return sums


@known_as()
def count_in_edges(line, edges):
    """Of sorted edges, the last of which belongs to the last bin."""
    n = edges.shape[0] - 1
    counts = np.zeros(n, np.int64)
    for i in range(line.size):
        x = line[i]
        if edges[0] <= x <= edges[n]:
            at = place_right(edges, x) - 1
            counts[min(at, n - 1)] += 1
    return counts


@known_as("numpy.histogram")
def histogram(a, bins=10, range=None):
    if np.ndim(bins) != 0:
        given = np.asarray(bins)
        for i in builtins.range(given.shape[0] - 1):
            if given[i] > given[i + 1]:
                raise ValueError("`bins` must increase monotonically, when an array")
        return count_in_edges(np.ravel(a), given), given
    if bins < 1:
        raise ValueError("`bins` must be positive, when an integer")
    line = np.ravel(a)
    if range is None:
        low = np.min(line) + 0.0 if line.size > 0 else 0.0
        high = np.max(line) + 0.0 if line.size > 0 else 1.0
    else:
        low, high = np.float64(range[0]), np.float64(range[1])
        if low > high:
            raise ValueError("max must be larger than min in range parameter.")
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError("autodetected range is not finite")
    if low == high:
        low, high = low - 0.5, high + 0.5
    return histogram_even(line, bins, low, high)


@known_as()
def histogram_even(line, bins, low, high):
    if common_dtype((low,)) == np.float32:
        # Without a range, NumPy computes the edges in the elements' precision; of none, in double.
        narrow = np.linspace(low, high, bins + 1).astype(np.float32)
        if line.size == 0:
            return count_evenly(line, bins, low, high, narrow)
        step = (high - low) / np.float32(bins)
        for i in range(bins):
            narrow[i] = np.float32(i) * step + low
        narrow[bins] = high
        return count_evenly(line, bins, low, high, narrow)
    edges = np.linspace(low, high, bins + 1)
    if line.dtype == np.float32:
        return count_evenly(line, bins, low, high, edges.astype(np.float32))
    return count_evenly(line, bins, low, high, edges)


@known_as()
def count_evenly(line, bins, low, high, edges):
    counts = np.zeros(bins, np.int64)
    for i in range(line.size):
        x = line[i]
        if low <= x <= high:
            # Where rounding puts it beside the edge, the edge decides.
            at = int((x - low) / (high - low) * bins)
            if at == bins:
                at -= 1
            if x < edges[at]:
                at -= 1
            elif x >= edges[at + 1] and at != bins - 1:
                at += 1
            counts[at] += 1
    return counts, edges


@known_as()
def interp_at(x, xp, fp, left, right):
    n = xp.shape[0]
    if np.isnan(x):
        return x
    if x > xp[n - 1]:
        return right
    if x < xp[0]:
        return left
    j = place_right(xp, x) - 1
    if j >= n - 1:
        return fp[n - 1] + 0.0
    if xp[j] == x:
        return fp[j] + 0.0
    slope = (fp[j + 1] - fp[j]) / (xp[j + 1] - xp[j])
    y = slope * (x - xp[j]) + fp[j]
    if np.isnan(y):
        y = slope * (x - xp[j + 1]) + fp[j + 1]
        if np.isnan(y) and fp[j] == fp[j + 1]:
            y = fp[j] + 0.0
    return y


@known_as("numpy.interp")
def interp(x, xp, fp, left=None, right=None):
    n = xp.shape[0]
    if n == 0:
        raise ValueError("array of sample points is empty")
    if fp.shape[0] != n:
        raise ValueError("fp and xp are not of the same length.")
    below = np.float64(fp[0] if left is None else left)
    above = np.float64(fp[n - 1] if right is None else right)
    if np.ndim(x) == 0:
        return interp_at(np.float64(x), xp, fp, below, above)
    out = np.empty(x.shape, np.float64)
    flat, line = out.ravel(), np.ravel(x)
    for i in builtins.range(flat.size):
        flat[i] = interp_at(np.float64(line[i]), xp, fp, below, above)
    return out
