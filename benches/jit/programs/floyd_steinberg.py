"""Floyd and Steinberg: a grey picture in black and white, the error of each pixel handed on to four neighbours."""

import numpy as np
from jit.checks import exact


def floyd_steinberg(picture):
    height, width = picture.shape
    grey = picture.astype(np.float64)
    out = np.zeros((height, width), np.uint8)
    for y in range(height):
        for x in range(width):
            old = grey[y, x]
            if old >= 128.0:
                new = 255.0
                out[y, x] = 255
            else:
                new = 0.0
            error = old - new
            if x + 1 < width:
                grey[y, x + 1] += error * 7 / 16
            if y + 1 < height:
                if x > 0:
                    grey[y + 1, x - 1] += error * 3 / 16
                grey[y + 1, x] += error * 5 / 16
                if x + 1 < width:
                    grey[y + 1, x + 1] += error * 1 / 16
    return out


ENTRY = floyd_steinberg
HELPERS = ()
EXACT = True


def arguments(scale):
    height, width = {"small": (100, 110), "full": (900, 1000)}[scale]
    y, x = np.mgrid[:height, :width]
    wave = np.sin(x / 17.0) * np.cos(y / 23.0)
    noise = np.random.default_rng(0).integers(0, 32, (height, width))
    return (np.clip(120 + 100 * wave + noise, 0, 255).astype(np.uint8),)


numpy_form = None
check = exact
