"""Spectral norm of the infinite matrix 1 / ((i + j)(i + j + 1) / 2 + i + 1), cut at n: ten steps of power iteration."""

import math

import numpy as np
from jit.checks import close


def element(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def multiply(v, out):
    n = v.size
    for i in range(n):
        total = 0.0
        for j in range(n):
            total += element(i, j) * v[j]
        out[i] = total


def multiply_transposed(v, out):
    n = v.size
    for i in range(n):
        total = 0.0
        for j in range(n):
            total += element(j, i) * v[j]
        out[i] = total


def spectral_norm(n):
    u = np.ones(n)
    v = np.zeros(n)
    between = np.zeros(n)
    for _ in range(10):
        multiply(u, between)
        multiply_transposed(between, v)
        multiply(v, between)
        multiply_transposed(between, u)
    uv = 0.0
    vv = 0.0
    for i in range(n):
        uv += u[i] * v[i]
        vv += v[i] * v[i]
    return math.sqrt(uv / vv)


ENTRY = spectral_norm
HELPERS = (element, multiply, multiply_transposed)
EXACT = True


def arguments(scale):
    return ({"small": 40, "full": 500}[scale],)


def numpy_form(n):
    i, j = np.ogrid[:n, :n]
    a = 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)
    u = np.ones(n)
    for _ in range(10):
        v = a.T @ (a @ u)
        u = a.T @ (a @ v)
    return math.sqrt((u @ v) / (v @ v))


def check(result, expected):
    # Sums of positive terms: each of 40 products and the two last sums rounds by n eps at most, of 40 elements in all.
    close(result, expected, 42 * 40)
