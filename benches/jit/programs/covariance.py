"""The covariance matrix of the columns of a table."""

import numpy as np
from jit.checks import close


def covariance(data):
    n, m = data.shape
    mean = np.zeros(m)
    for j in range(m):
        for i in range(n):
            mean[j] += data[i, j]
        mean[j] /= n
    centred = np.empty((n, m))
    for i in range(n):
        for j in range(m):
            centred[i, j] = data[i, j] - mean[j]
    cov = np.zeros((m, m))
    for i in range(m):
        for j in range(i, m):
            for k in range(n):
                cov[i, j] += centred[k, i] * centred[k, j]
            cov[i, j] /= n - 1.0
            cov[j, i] = cov[i, j]
    return cov


ENTRY = covariance
HELPERS = ()
EXACT = True


def arguments(scale):
    n, m = {"small": (60, 40), "full": (400, 360)}[scale]
    return (np.random.default_rng(0).standard_normal((n, m)),)


def numpy_form(data):
    return np.cov(data, rowvar=False)


def check(result, expected):
    # Sums of 60 products, no element larger than the largest on the diagonal; means of 60.
    close(result, expected, 4 * 60)
