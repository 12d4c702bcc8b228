"""A Julia set with complex numbers: how many steps of z^2 + c stay inside the circle of radius 2."""

import numpy as np
from jit.checks import exact


def escape(z, c, most):
    for step in range(most):
        if z.real * z.real + z.imag * z.imag > 4.0:
            return step
        z = z * z + c
    return most


def julia(x, y, c, most):
    out = np.zeros((len(y), len(x)), np.int64)
    for j in range(len(y)):
        for i in range(len(x)):
            out[j, i] = escape(complex(x[i], y[j]), c, most)
    return out


ENTRY = julia
HELPERS = (escape,)
EXACT = True


def arguments(scale):
    width, height, most = {"small": (60, 40, 60), "full": (320, 240, 200)}[scale]
    return np.linspace(-1.6, 1.6, width), np.linspace(-1.1, 1.1, height), -0.745 + 0.113j, most


def numpy_form(x, y, c, most):
    zr, zi = np.broadcast_to(x, (len(y), len(x))), np.broadcast_to(y[:, None], (len(y), len(x)))
    out = np.zeros((len(y), len(x)), np.int64)
    inside = np.ones(out.shape, bool)
    for _ in range(most):
        inside &= zr * zr + zi * zi <= 4.0
        out += inside
        # By parts: NumPy's complex product may round otherwise than Python's.
        zr, zi = np.where(inside, zr * zr - zi * zi + c.real, zr), np.where(inside, zr * zi + zi * zr + c.imag, zi)
    return out


check = exact
