"""Logistic regression: so many steps of gradient descent."""

import math

import numpy as np
from jit.checks import close


def logistic_regression(x, y, rate, steps):
    n, d = x.shape
    weights = np.zeros(d)
    gradient = np.zeros(d)
    for _ in range(steps):
        gradient[:] = 0.0
        for i in range(n):
            z = 0.0
            for j in range(d):
                z += x[i, j] * weights[j]
            error = 1.0 / (1.0 + math.exp(-z)) - y[i]
            for j in range(d):
                gradient[j] += error * x[i, j]
        for j in range(d):
            weights[j] -= rate * gradient[j] / n
    return weights


ENTRY = logistic_regression
HELPERS = ()
EXACT = False


def arguments(scale):
    n, d, steps = {"small": (200, 6, 30), "full": (10_000, 12, 100)}[scale]
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, d))
    return x, (x @ rng.standard_normal(d) + rng.standard_normal(n) > 0).astype(np.float64), 0.5, steps


def numpy_form(x, y, rate, steps):
    weights = np.zeros(x.shape[1])
    for _ in range(steps):
        error = 1.0 / (1.0 + np.exp(-(x @ weights))) - y
        weights = weights - rate * (x.T @ error) / len(y)
    return weights


def check(result, expected):
    # Thirty steps that contract, each a sum of 200 terms.
    close(result, expected, 30 * 200)
