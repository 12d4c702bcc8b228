"""PageRank: power iteration over a graph in CSR form, each row the pages that link to one."""

import numpy as np
from jit.checks import close


def pagerank(indptr, indices, degree, damping, steps):
    n = len(indptr) - 1
    rank = np.full(n, 1.0 / n)
    share = np.empty(n)
    for _ in range(steps):
        dangling = 0.0
        for i in range(n):
            if degree[i] == 0:
                dangling += rank[i]
                share[i] = 0.0
            else:
                share[i] = rank[i] / degree[i]
        base = (1.0 - damping + damping * dangling) / n
        for i in range(n):
            total = 0.0
            for k in range(indptr[i], indptr[i + 1]):
                total += share[indices[k]]
            rank[i] = base + damping * total
    return rank


ENTRY = pagerank
HELPERS = ()
EXACT = True


def arguments(scale):
    n, links, steps = {"small": (600, 4_000, 12), "full": (20_000, 160_000, 60)}[scale]
    rng = np.random.default_rng(0)
    sources = rng.integers(0, n, links)
    # Few pages are linked to often.
    targets = np.minimum((n * rng.random(links) ** 3).astype(np.int64), n - 1)
    order = np.argsort(targets, kind="stable")
    indptr = np.searchsorted(targets[order], np.arange(n + 1)).astype(np.int32)
    return indptr, sources[order].astype(np.int32), np.bincount(sources, minlength=n), 0.85, steps


def numpy_form(indptr, indices, degree, damping, steps):
    n = len(indptr) - 1
    rank = np.full(n, 1.0 / n)
    rows = np.repeat(np.arange(n), np.diff(indptr))
    for _ in range(steps):
        share = np.where(degree > 0, rank / np.maximum(degree, 1), 0.0)
        base = (1.0 - damping + damping * rank[degree == 0].sum()) / n
        rank = base + damping * np.bincount(rows, share[indices], n)
    return rank


def check(result, expected):
    # Positive sums; those over the 600 pages may be in another order, in each of 12 steps.
    close(result, expected, 12 * 600)
