"""The bilateral filter: each pixel becomes a mean of its neighbours, weighed by how near and how alike they are."""

import math

import numpy as np
from jit.checks import close


def bilateral_filter(picture, radius, sigma_space, sigma_value):
    height, width = picture.shape
    out = np.empty_like(picture)
    in_space = -0.5 / (sigma_space * sigma_space)
    in_value = -0.5 / (sigma_value * sigma_value)
    for y in range(height):
        for x in range(width):
            centre = picture[y, x]
            total = 0.0
            weights = 0.0
            for v in range(max(0, y - radius), min(height, y + radius + 1)):
                for u in range(max(0, x - radius), min(width, x + radius + 1)):
                    squared = (v - y) ** 2 + (u - x) ** 2
                    difference = picture[v, u] - centre
                    weight = math.exp(squared * in_space + difference * difference * in_value)
                    total += weight * picture[v, u]
                    weights += weight
            out[y, x] = total / weights
    return out


ENTRY = bilateral_filter
HELPERS = ()
EXACT = False


def arguments(scale):
    height, width, radius = {"small": (32, 36, 2), "full": (220, 240, 3)}[scale]
    y, x = np.mgrid[:height, :width]
    steps = (x > width / 2) + 0.5 * (y > height / 2)
    return steps + 0.1 * np.random.default_rng(0).standard_normal((height, width)), radius, 2.0, 0.3


def numpy_form(picture, radius, sigma_space, sigma_value):
    height, width = picture.shape
    padded = np.pad(picture, radius)
    inside = np.pad(np.ones_like(picture), radius)
    total = np.zeros_like(picture)
    weights = np.zeros_like(picture)
    for dy in range(2 * radius + 1):
        for dx in range(2 * radius + 1):
            there = padded[dy : dy + height, dx : dx + width]
            squared = (dy - radius) ** 2 + (dx - radius) ** 2
            power = -0.5 * squared / sigma_space**2 - 0.5 * (there - picture) ** 2 / sigma_value**2
            weight = np.exp(power) * inside[dy : dy + height, dx : dx + width]
            total += weight * there
            weights += weight
    return total / weights


def check(result, expected):
    # 25 weights of which each has exp's ulp and, its power being below 20 where it counts, 20 roundings of it.
    close(result, expected, 2 * (25 + 40))
