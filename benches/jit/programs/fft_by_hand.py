"""The fast Fourier transform, radix 2, in place after a bit reversal."""

import math

import numpy as np
from jit.checks import close


def fft(x):
    n = x.shape[0]
    out = np.empty(n, np.complex128)
    bits = 0
    while (1 << bits) < n:
        bits += 1
    for i in range(n):
        reversed_index = 0
        for bit in range(bits):
            if i & (1 << bit):
                reversed_index |= 1 << (bits - 1 - bit)
        out[reversed_index] = x[i]
    size = 2
    while size <= n:
        half = size // 2
        angle = -2.0 * math.pi / size
        for k in range(half):
            turn = complex(math.cos(angle * k), math.sin(angle * k))
            for start in range(k, n, size):
                even = out[start]
                odd = out[start + half] * turn
                out[start] = even + odd
                out[start + half] = even - odd
        size *= 2
    return out


ENTRY = fft
HELPERS = ()
EXACT = False


def arguments(scale):
    n = {"small": 4_096, "full": 1 << 17}[scale]
    rng = np.random.default_rng(0)
    return (rng.standard_normal(n) + 1j * rng.standard_normal(n),)


def numpy_form(x):
    return np.fft.fft(x)


def check(result, expected):
    # Each of log2(n) levels rounds an element by a few ulps, its twiddle included; the error is relative to the norm.
    close(result, expected, 5 * 12, np.linalg.norm(expected) / np.sqrt(len(expected)) * 2)
