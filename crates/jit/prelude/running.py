"""Running sums and differences, and what goes from one end to the other."""

import numpy as np

from ._names import known_as


@known_as()
def sum_dtype(a):
    if a.dtype in (np.bool, np.int8, np.int16, np.int32):
        return np.int64
    if a.dtype in (np.uint8, np.uint16, np.uint32):
        return np.uint64
    return a.dtype


@known_as()
def run_sum(a, out):
    if a.shape[0] > 0:
        out[0] = a[0]
        for i in range(1, a.shape[0]):
            out[i] = out[i - 1] + a[i]


@known_as()
def run_product(a, out):
    if a.shape[0] > 0:
        out[0] = a[0]
        for i in range(1, a.shape[0]):
            out[i] = out[i - 1] * a[i]


@known_as("numpy.cumsum", "numpy.ndarray.cumsum")
def cumsum(a, axis=None, dtype=None):
    given = np.asarray(a)
    out = np.empty(given.shape, sum_dtype(given) if dtype is None else dtype)
    if axis is None or given.ndim == 1:
        flat = out.ravel()
        run_sum(np.ravel(given), flat)
        return flat
    lines, put = np.moveaxis(given, axis, -1), np.moveaxis(out, axis, -1)
    if given.ndim == 2:
        for i in range(lines.shape[0]):
            run_sum(lines[i], put[i])
    elif given.ndim == 3:
        for i in range(lines.shape[0]):
            for j in range(lines.shape[1]):
                run_sum(lines[i, j], put[i, j])
    else:
        raise NotImplementedError("cumsum is compiled for one to three dimensions")
    return out


@known_as("numpy.cumprod", "numpy.ndarray.cumprod")
def cumprod(a, axis=None, dtype=None):
    given = np.asarray(a)
    out = np.empty(given.shape, sum_dtype(given) if dtype is None else dtype)
    if axis is None or given.ndim == 1:
        flat = out.ravel()
        run_product(np.ravel(given), flat)
        return flat
    lines, put = np.moveaxis(given, axis, -1), np.moveaxis(out, axis, -1)
    if given.ndim == 2:
        for i in range(lines.shape[0]):
            run_product(lines[i], put[i])
    else:
        raise NotImplementedError("cumprod is compiled for one and two dimensions")
    return out


@known_as("numpy.diff")
def diff(a, n=1, axis=-1):
    if n < 0:
        raise ValueError("order must be non-negative")
    given = np.asarray(a)
    if given.ndim == 1:
        out = given.copy()
        for _ in range(n):
            last = out.shape[0] - 1
            out = out[1:] - out[:-1] if last > 0 else out[:0].copy()
        return out
    if n != 1:
        raise NotImplementedError("diff of more than one dimension is compiled for n=1")
    return diff_lines(given, axis)


@known_as()
def diff_lines(a, axis):
    lines = np.moveaxis(a, axis, -1)
    if a.ndim == 2:
        return np.moveaxis(lines[:, 1:] - lines[:, :-1], -1, axis).copy()
    return np.moveaxis(lines[:, :, 1:] - lines[:, :, :-1], -1, axis).copy()


@known_as("numpy.ediff1d")
def ediff1d(ary):
    flat = np.ravel(ary)
    return flat[1:] - flat[:-1]


@known_as("numpy.trapezoid")
def trapezoid(y, x=None, dx=1.0):
    if x is None:
        return np.sum(dx * (y[1:] + y[:-1]) / 2.0)
    return np.sum((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2.0)


@known_as("numpy.ptp")
def ptp(a):
    return np.max(a) - np.min(a)
