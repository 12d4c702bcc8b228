"""Floyd and Warshall: the shortest ways between all pairs of nodes."""

import numpy as np
from jit.checks import exact


def floyd_warshall(weights):
    distance = weights.copy()
    n = distance.shape[0]
    for k in range(n):
        for i in range(n):
            for j in range(n):
                through = distance[i, k] + distance[k, j]
                distance[i, j] = min(distance[i, j], through)
    return distance


ENTRY = floyd_warshall
HELPERS = ()
EXACT = True


def arguments(scale):
    n = {"small": 40, "full": 300}[scale]
    rng = np.random.default_rng(0)
    weights = rng.uniform(1, 100, (n, n))
    weights[rng.random((n, n)) < 0.7] = np.inf
    np.fill_diagonal(weights, 0)
    return (weights,)


def numpy_form(weights):
    distance = weights.copy()
    for k in range(len(distance)):
        distance = np.minimum(distance, distance[:, k, None] + distance[k])
    return distance


check = exact
