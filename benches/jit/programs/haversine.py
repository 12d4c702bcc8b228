"""The great-circle distances from one place to many."""

import math

import numpy as np
from jit.checks import close


def haversine(latitude, longitude, here):
    out = np.empty(latitude.size)
    lat0, lon0 = here
    lat0 = math.radians(lat0)
    lon0 = math.radians(lon0)
    for i in range(latitude.size):
        lat = math.radians(latitude[i])
        lon = math.radians(longitude[i])
        a = math.sin(0.5 * (lat - lat0)) ** 2
        a += math.cos(lat) * math.cos(lat0) * math.sin(0.5 * (lon - lon0)) ** 2
        out[i] = 2.0 * 6371.0 * math.asin(math.sqrt(a))
    return out


ENTRY = haversine
HELPERS = ()
EXACT = False


def arguments(scale):
    n = {"small": 20_000, "full": 400_000}[scale]
    rng = np.random.default_rng(0)
    return rng.uniform(-80, 80, n), rng.uniform(-150, 150, n), (48.2, 16.37)


def numpy_form(latitude, longitude, here):
    lat0, lon0 = np.radians(here)
    lat, lon = np.radians(latitude), np.radians(longitude)
    a = np.sin(0.5 * (lat - lat0)) ** 2 + np.cos(lat) * np.cos(lat0) * np.sin(0.5 * (lon - lon0)) ** 2
    return 2.0 * 6371.0 * np.arcsin(np.sqrt(a))


def check(result, expected):
    # Ten roundings below the root; asin's derivative is 1 / sqrt(1 - a), below 32 as no place is near the antipodes.
    close(result, expected, 2 * 10 * 32, 6371)
