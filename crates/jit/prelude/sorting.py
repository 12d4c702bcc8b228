"""Sorting, and what a sorted order gives: merges from below, after insertion into runs of 16. All sorts are stable."""

import numpy as np

from ._names import known_as


@known_as()
def before(x, y):
    """Whether x comes before y: NaN comes last."""
    if np.isnan(y):
        return not np.isnan(x)
    return x < y


@known_as()
def merge_runs(a, spare, low, middle, high):
    """Two sorted parts, one behind the other, become one. Taken from `a`, put into `spare`."""
    i, j = low, middle
    for k in range(low, high):
        if j >= high or (i < middle and not before(a[j], a[i])):
            spare[k] = a[i]
            i += 1
        else:
            spare[k] = a[j]
            j += 1


@known_as()
def sort_rising(a):
    """Sort an array of one dimension without gaps."""
    n = a.shape[0]
    for start in range(0, n, 16):
        for i in range(start + 1, min(start + 16, n)):
            x = a[i]
            j = i - 1
            while j >= start and before(x, a[j]):
                a[j + 1] = a[j]
                j -= 1
            a[j + 1] = x
    if n > 16:
        spare = np.empty(n, a.dtype)
        width = 16
        while width < n:
            for low in range(0, n, 2 * width):
                middle = min(low + width, n)
                merge_runs(a, spare, low, middle, min(low + 2 * width, n))
            a[:] = spare
            width *= 2


@known_as()
def sort_line(a):
    copy = a.copy()
    sort_rising(copy)
    a[:] = copy


@known_as("numpy.ndarray.sort")
def sort_in_place(a, axis=-1, kind=None, order=None, stable=None):
    lines = np.moveaxis(a, axis, -1)
    if a.ndim == 1:
        sort_line(lines)
    elif a.ndim == 2:
        for i in range(lines.shape[0]):
            sort_line(lines[i])
    elif a.ndim == 3:
        for i in range(lines.shape[0]):
            for j in range(lines.shape[1]):
                sort_line(lines[i, j])
    else:
        raise NotImplementedError("sort is compiled for one to three dimensions")


@known_as("numpy.sort")
def sort(a, axis=-1, kind=None, order=None, stable=None):
    if axis is None:
        flat = np.array(a).ravel()
        sort_rising(flat)
        return flat
    copy = np.array(a)
    sort_in_place(copy, axis)
    return copy


@known_as()
def merge_order(a, order, spare, low, middle, high):  # noqa: PLR0917
    i, j = low, middle
    for k in range(low, high):
        if j >= high or (i < middle and not before(a[order[j]], a[order[i]])):
            spare[k] = order[i]
            i += 1
        else:
            spare[k] = order[j]
            j += 1


@known_as()
def order_rising(a):
    """The stable order of an array of one dimension."""
    n = a.shape[0]
    order = np.arange(n)
    for start in range(0, n, 16):
        for i in range(start + 1, min(start + 16, n)):
            at = order[i]
            x = a[at]
            j = i - 1
            while j >= start and before(x, a[order[j]]):
                order[j + 1] = order[j]
                j -= 1
            order[j + 1] = at
    spare = np.empty(n, np.int64)
    width = 16
    while width < n:
        for low in range(0, n, 2 * width):
            middle = min(low + width, n)
            merge_order(a, order, spare, low, middle, min(low + 2 * width, n))
        order[:] = spare
        width *= 2
    return order


@known_as("numpy.argsort", "numpy.ndarray.argsort")
def argsort(a, axis=-1, kind=None, order=None, stable=None):
    if axis is None:
        return order_rising(np.ravel(a))
    if np.ndim(a) == 1:
        return order_rising(np.asarray(a))
    lines = np.moveaxis(a, axis, -1)
    out = np.empty(a.shape, np.int64)
    put = np.moveaxis(out, axis, -1)
    if a.ndim == 2:
        for i in range(lines.shape[0]):
            put[i] = order_rising(lines[i])
    elif a.ndim == 3:
        for i in range(lines.shape[0]):
            for j in range(lines.shape[1]):
                put[i, j] = order_rising(lines[i, j])
    else:
        raise NotImplementedError("argsort is compiled for one to three dimensions")
    return out


@known_as("numpy.partition")
def partition(a, kth):
    copy = a.copy()
    sort_in_place(copy)
    return copy


@known_as("numpy.ndarray.partition")
def partition_in_place(a, kth):
    sort_in_place(a)


@known_as("numpy.argpartition", "numpy.ndarray.argpartition")
def argpartition(a, kth):
    return argsort(a)


@known_as()
def place_left(a, x):
    low, high = 0, a.shape[0]
    while low < high:
        middle = (low + high) >> 1
        if before(a[middle], x):
            low = middle + 1
        else:
            high = middle
    return low


@known_as()
def place_right(a, x):
    low, high = 0, a.shape[0]
    while low < high:
        middle = (low + high) >> 1
        if before(x, a[middle]):
            high = middle
        else:
            low = middle + 1
    return low


@known_as("numpy.searchsorted", "numpy.ndarray.searchsorted")
def searchsorted(a, v, side="left"):
    if np.ndim(v) == 0:
        return place_right(a, v) if side == "right" else place_left(a, v)
    out = np.empty(v.shape, np.int64)
    flat, given = out.ravel(), v.ravel()
    for i in range(flat.size):
        flat[i] = place_right(a, given[i]) if side == "right" else place_left(a, given[i])
    return out


@known_as("numpy.digitize")
def digitize(x, bins, right=False):
    if bins.size > 1 and bins[0] > bins[bins.size - 1]:
        n = bins.size
        back = bins[::-1].copy()
        return n - (searchsorted(back, x, side="left") if not right else searchsorted(back, x, side="right"))
    return searchsorted(bins, x, side="left") if right else searchsorted(bins, x, side="right")


@known_as("numpy.unique")
def unique(ar):
    flat = np.sort(ar, axis=None)
    count = 0
    for i in range(flat.size):
        new = count == 0
        if not new:
            new = before(flat[count - 1], flat[i])
        if new:
            flat[count] = flat[i]
            count += 1
    return flat[:count].copy()


@known_as()
def middle_of(a):
    """The median of an array of one dimension."""
    line = a.copy()
    sort_rising(line)
    n = line.shape[0]
    if n == 0:
        return np.float64(np.nan)
    if np.isnan(line[n - 1]):
        return line[n - 1] + np.float64(0.0) if line.dtype != np.float32 else line[n - 1]
    if n % 2 == 1:
        return line[n // 2] / 1 if line.dtype != np.float32 else line[n // 2]
    return np.mean(line[n // 2 - 1 : n // 2 + 1])


@known_as("numpy.median")
def median(a, axis=None):
    if axis is None or np.ndim(a) == 1:
        return middle_of(np.ravel(a))
    lines = np.moveaxis(a, axis, -1)
    out = np.empty(lines.shape[:-1], np.float32 if a.dtype == np.float32 else np.float64)
    if a.ndim == 2:
        for i in range(lines.shape[0]):
            out[i] = middle_of(lines[i])
    elif a.ndim == 3:
        for i in range(lines.shape[0]):
            for j in range(lines.shape[1]):
                out[i, j] = middle_of(lines[i, j])
    else:
        raise NotImplementedError("median is compiled for one to three dimensions")
    return out


@known_as()
def quantile_of(line, q):
    """Between the two sorted elements that q lies between."""
    n = line.shape[0]
    if n == 0:
        raise IndexError("index -1 is out of bounds for axis 0 with size 0")
    if q < 0 or q > 1:
        raise ValueError("Quantiles must be in the range [0, 1]")
    if np.isnan(line[n - 1]):
        return line[n - 1] + 0.0
    at = q * (n - 1)
    low = int(np.floor(at))
    if low >= n - 1:
        return line[n - 1] + 0.0
    part = at - low
    a, b = line[low] + 0.0, line[low + 1] + 0.0
    # From the nearer end, as NumPy has it.
    if part >= 0.5:
        return b - (b - a) * (1 - part)
    return a + (b - a) * part


@known_as("numpy.quantile")
def quantile(a, q, axis=None):
    if axis is not None and np.ndim(a) > 1:
        raise NotImplementedError("quantile is compiled without an axis")
    flat = np.sort(a, axis=None)
    if np.ndim(q) == 0:
        return quantile_of(flat, q)
    given = np.asarray(q)
    out = np.empty(given.shape, np.float64)
    for i in range(given.size):
        out[i] = quantile_of(flat, given[i])
    return out


@known_as("numpy.percentile")
def percentile(a, q, axis=None):
    return quantile(a, np.true_divide(q, 100), axis)


@known_as("numpy.nanpercentile")
def nanpercentile(a, q):
    flat = np.ravel(a)
    return percentile(flat[~np.isnan(flat)], q)


@known_as("numpy.nanquantile")
def nanquantile(a, q):
    flat = np.ravel(a)
    return quantile(flat[~np.isnan(flat)], q)
