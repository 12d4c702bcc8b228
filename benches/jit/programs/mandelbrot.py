"""The Mandelbrot set: how many steps of z^2 + c stay inside the circle of radius 2."""

import numpy as np
from jit.checks import exact


def mandelbrot(width, height, most):
    out = np.empty((height, width), np.int32)
    for j in range(height):
        ci = 2.4 * j / height - 1.2
        for i in range(width):
            cr = 3.0 * i / width - 2.0
            zr = 0.0
            zi = 0.0
            steps = 0
            while steps < most and zr * zr + zi * zi <= 4.0:
                zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
                steps += 1
            out[j, i] = steps
    return out


ENTRY = mandelbrot
HELPERS = ()
EXACT = True


def arguments(scale):
    return {"small": (80, 60, 50), "full": (320, 240, 200)}[scale]


def numpy_form(width, height, most):
    ci = (2.4 * np.arange(height) / height - 1.2)[:, None]
    cr = 3.0 * np.arange(width) / width - 2.0
    out = np.zeros((height, width), np.int32)
    zr, zi = np.zeros((height, width)), np.zeros((height, width))
    inside = np.ones((height, width), bool)
    for _ in range(most):
        inside &= zr * zr + zi * zi <= 4.0
        out += inside
        zr, zi = np.where(inside, zr * zr - zi * zi + cr, zr), np.where(inside, 2.0 * zr * zi + ci, zi)
    return out


check = exact
