"""A two-dimensional convolution with a small kernel, where it lies inside the picture."""

import numpy as np
from jit.checks import close


def convolve_2d(picture, kernel):
    height = picture.shape[0] - kernel.shape[0] + 1
    width = picture.shape[1] - kernel.shape[1] + 1
    out = np.zeros((height, width), dtype=picture.dtype)
    for i in range(height):
        for j in range(width):
            total = 0.0
            for u in range(kernel.shape[0]):
                for v in range(kernel.shape[1]):
                    total += picture[i + u, j + v] * kernel[-1 - u, -1 - v]
            out[i, j] = total
    return out


ENTRY = convolve_2d
HELPERS = ()
EXACT = True


def arguments(scale):
    height, width, size = {"small": (60, 64, 3), "full": (900, 1_000, 5)}[scale]
    rng = np.random.default_rng(0)
    return rng.random((height, width)), rng.random((size, size))


def numpy_form(picture, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(picture, kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, kernel[::-1, ::-1])


def check(result, expected):
    # Positive sums of nine products.
    close(result, expected, 2 * 9)
