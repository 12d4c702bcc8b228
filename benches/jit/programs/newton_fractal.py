"""Newton's iteration towards the cube roots of 1: which root each start reaches, and in how many steps."""

import numpy as np
from jit.checks import exact


def newton_fractal(x, y, most):
    roots = np.array([1.0 + 0.0j, -0.5 + 0.8660254037844386j, -0.5 - 0.8660254037844386j])
    reached = np.full((y.size, x.size), -1, np.int8)
    steps = np.zeros((y.size, x.size), np.int32)
    for i in range(y.size):
        for j in range(x.size):
            z = x[j] + 1j * y[i]
            for step in range(most):
                z = (2.0 * z * z * z + 1.0) / (3.0 * z * z)
                for r in range(3):
                    d = z - roots[r]
                    if d.real * d.real + d.imag * d.imag < 1e-12:
                        reached[i, j] = r
                        break
                if reached[i, j] >= 0:
                    steps[i, j] = step + 1
                    break
    return reached, steps


ENTRY = newton_fractal
HELPERS = ()
EXACT = True


def arguments(scale):
    n, m, most = {"small": (30, 32, 40), "full": (300, 320, 60)}[scale]
    return np.linspace(-1.5, 1.5, n), np.linspace(-1.4, 1.45, m), most


numpy_form = None
check = exact
