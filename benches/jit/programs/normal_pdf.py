"""The density of a normal distribution, as one expression of whole arrays."""

import numpy as np
from jit.checks import close


def normal_pdf(x, mean, deviation):
    z = (x - mean) / deviation
    return np.exp(-0.5 * z * z) / (deviation * np.sqrt(2.0 * np.pi))


ENTRY = normal_pdf
HELPERS = ()
EXACT = False


def arguments(scale):
    n = {"small": 20_000, "full": 2_000_000}[scale]
    return np.random.default_rng(0).standard_normal(n), 0.1, 1.3


numpy_form = normal_pdf


def check(result, expected):
    # exp within an ulp on either side, and a division.
    close(result, expected, 4, expected)
