"""k-means: so many of Lloyd's steps from given centres."""

import numpy as np
from jit.checks import close


def kmeans(points, start, steps):
    n, d = points.shape
    k = start.shape[0]
    centres = start.copy()
    labels = np.zeros(n, np.int64)
    for _ in range(steps):
        sums = np.zeros((k, d))
        counts = np.zeros(k, np.int64)
        for i in range(n):
            best = np.inf
            nearest = 0
            for c in range(k):
                squared = 0.0
                for j in range(d):
                    squared += (points[i, j] - centres[c, j]) ** 2
                if squared < best:
                    best = squared
                    nearest = c
            labels[i] = nearest
            counts[nearest] += 1
            for j in range(d):
                sums[nearest, j] += points[i, j]
        for c in range(k):
            if counts[c] > 0:
                for j in range(d):
                    centres[c, j] = sums[c, j] / counts[c]
    return labels, centres


ENTRY = kmeans
HELPERS = ()
EXACT = True


def arguments(scale):
    n, k, d, steps = {"small": (600, 5, 3, 4), "full": (12_000, 16, 8, 12)}[scale]
    rng = np.random.default_rng(0)
    middles = rng.uniform(-10, 10, (k, d))
    points = middles[rng.integers(0, k, n)] + rng.standard_normal((n, d))
    return points, points[:k].copy(), steps


def numpy_form(points, start, steps):
    centres = start.copy()
    for _ in range(steps):
        squared = ((points[:, None] - centres[None]) ** 2).sum(2)
        labels = squared.argmin(1)
        counts = np.bincount(labels, minlength=len(centres))
        for j in range(points.shape[1]):
            sums = np.bincount(labels, points[:, j], len(centres))
            centres[:, j] = np.where(counts > 0, sums / np.maximum(counts, 1), centres[:, j])
    return labels, centres


def check(result, expected):
    # No point is near a border; means of at most 600 points.
    close(result, expected, 600)
