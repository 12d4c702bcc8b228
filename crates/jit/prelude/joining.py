"""Arrays put together, taken apart, turned around."""

import numpy as np

from ._names import common_dtype, known_as


@known_as("numpy.concatenate")
def concatenate(arrays, axis=0):
    first = arrays[0]
    at = 0
    if first.ndim == 1:
        for each in arrays:
            at += each.shape[0]
        line = np.empty(at, common_dtype(arrays))
        at = 0
        for each in arrays:
            line[at : at + each.shape[0]] = each
            at += each.shape[0]
        return line
    if axis in (0, -first.ndim):
        for each in arrays:
            at += each.shape[0]
            if each.shape[1:] != first.shape[1:]:
                raise ValueError("all the input array dimensions except for the concatenation axis must match exactly")
        rows = np.empty((at, *first.shape[1:]), common_dtype(arrays))
        at = 0
        for each in arrays:
            rows[at : at + each.shape[0]] = each
            at += each.shape[0]
        return rows
    if axis in (first.ndim - 1, -1):
        for each in arrays:
            at += each.shape[-1]
            if each.shape[:-1] != first.shape[:-1]:
                raise ValueError("all the input array dimensions except for the concatenation axis must match exactly")
        columns = np.empty((*first.shape[:-1], at), common_dtype(arrays))
        at = 0
        for each in arrays:
            columns[..., at : at + each.shape[-1]] = each
            at += each.shape[-1]
        return columns
    return concatenate_middle(arrays)


@known_as()
def concatenate_middle(arrays):
    """Along the second axis of three."""
    first = arrays[0]
    at = 0
    for each in arrays:
        at += each.shape[1]
        if each.shape[0] != first.shape[0] or each.shape[2] != first.shape[2]:
            raise ValueError("all the input array dimensions except for the concatenation axis must match exactly")
    out = np.empty((first.shape[0], at, first.shape[2]), common_dtype(arrays))
    at = 0
    for each in arrays:
        out[:, at : at + each.shape[1]] = each
        at += each.shape[1]
    return out


@known_as("numpy.stack")
def stack(arrays, axis=0):
    first = arrays[0]
    for each in arrays:
        if each.shape != first.shape:
            raise ValueError("all input arrays must have the same shape")
    out = np.empty((len(arrays), *first.shape), common_dtype(arrays))
    for at, each in enumerate(arrays):
        out[at] = each
    return out if axis == 0 else np.moveaxis(out, 0, axis).copy()


@known_as("numpy.vstack")
def vstack(tup):
    if tup[0].ndim == 1:
        return stack(tup)
    return concatenate(tup)


@known_as("numpy.hstack")
def hstack(tup):
    if tup[0].ndim == 1:
        return concatenate(tup)
    return concatenate(tup, 1)


@known_as()
def columns_of(a):
    return np.shape(a)[1] if np.ndim(a) == 2 else 1


@known_as("numpy.column_stack")
def column_stack(tup):
    n = tup[0].shape[0]
    count = 0
    for each in tup:
        count += columns_of(each)
        if each.shape[0] != n:
            raise ValueError("all the input array dimensions except for the concatenation axis must match exactly")
    out = np.empty((n, count), common_dtype(tup))
    at = 0
    for each in tup:
        if each.ndim == 1:
            out[:, at] = each
            at += 1
        else:
            out[:, at : at + each.shape[1]] = each
            at += each.shape[1]
    return out


@known_as("numpy.append")
def append(arr, values):
    if np.ndim(values) == 0:
        line = np.ravel(arr)
        out = np.empty(line.size + 1, common_dtype((arr, values)))
        out[:-1] = line
        out[-1] = values
        return out
    return concatenate((np.ravel(arr), np.ravel(values)))


@known_as("numpy.repeat", "numpy.ndarray.repeat")
def repeat(a, repeats):
    line = np.ravel(a)
    n = line.size
    at = 0
    if np.ndim(repeats) == 0:
        if repeats < 0:
            raise ValueError("repeats may not contain negative values.")
        out = np.empty(n * repeats, line.dtype)
        for i in range(n):
            out[at : at + repeats] = line[i]
            at += repeats
        return out
    if repeats.size != n:
        raise ValueError("operands could not be broadcast together")
    total = 0
    for i in range(n):
        if repeats[i] < 0:
            raise ValueError("repeats may not contain negative values.")
        total += repeats[i]
    out = np.empty(total, line.dtype)
    for i in range(n):
        for _ in range(repeats[i]):
            out[at] = line[i]
            at += 1
    return out


@known_as("numpy.tile")
def tile(A, reps):
    count = max(reps, 0)
    if A.ndim == 1:
        n = A.shape[0]
        out = np.empty(n * count, A.dtype)
        for i in range(count):
            out[i * n : (i + 1) * n] = A
        return out
    n = A.shape[1]
    out = np.empty((A.shape[0], n * count), A.dtype)
    for i in range(count):
        out[:, i * n : (i + 1) * n] = A
    return out


@known_as()
def roll_line(a, shift, out):
    n = a.shape[0]
    if n > 0:
        s = shift % n
        out[s:] = a[: n - s]
        out[:s] = a[n - s :]


@known_as("numpy.roll")
def roll(a, shift, axis=None):
    out = np.empty(a.shape, a.dtype)
    if axis is None:
        flat = out.ravel()
        roll_line(np.ravel(a), shift, flat)
        return out
    lines, put = np.moveaxis(a, axis, 0), np.moveaxis(out, axis, 0)
    roll_line(lines, shift, put)
    return out


@known_as("numpy.flip")
def flip(m, axis=None):
    if m.ndim == 1:
        return m[::-1]
    if axis is None:
        return m[::-1, ::-1] if m.ndim == 2 else m[::-1, ::-1, ::-1]
    lines = np.moveaxis(m, axis, 0)
    return np.moveaxis(lines[::-1], 0, axis)


@known_as("numpy.flipud")
def flipud(m):
    return m[::-1]


@known_as("numpy.fliplr")
def fliplr(m):
    return m[:, ::-1]


@known_as("numpy.rot90")
def rot90(m):
    return m[:, ::-1].T


@known_as("numpy.triu")
def triu(m, k=0):
    out = m.copy()
    for i in range(out.shape[0]):
        for j in range(min(max(i + k, 0), out.shape[1])):
            out[i, j] = 0
    return out


@known_as("numpy.tril")
def tril(m, k=0):
    out = m.copy()
    for i in range(out.shape[0]):
        for j in range(max(i + k + 1, 0), out.shape[1]):
            out[i, j] = 0
    return out


@known_as("numpy.diag")
def diag(v, k=0):
    if v.ndim == 1:
        n = v.shape[0] + abs(k)
        out = np.zeros((n, n), v.dtype)
        for i in range(v.shape[0]):
            out[i + max(-k, 0), i + max(k, 0)] = v[i]
        return out
    n = max(min(v.shape[0] + min(k, 0), v.shape[1] - max(k, 0)), 0)
    line = np.empty(n, v.dtype)
    for i in range(n):
        line[i] = v[i + max(-k, 0), i + max(k, 0)]
    return line


@known_as("numpy.diagonal", "numpy.ndarray.diagonal")
def diagonal(a, offset=0):
    return diag(a, offset)


@known_as("numpy.fill_diagonal")
def fill_diagonal(a, val):
    for i in range(min(a.shape[0], a.shape[1])):
        a[i, i] = val


@known_as("numpy.trace", "numpy.ndarray.trace")
def trace(a, offset=0):
    return np.sum(diag(a, offset))


@known_as("numpy.take", "numpy.ndarray.take")
def take(a, indices, axis=None):
    if axis is None:
        line = np.ravel(a)
        if np.ndim(indices) == 0:
            return line[indices]
        out = np.empty(np.shape(indices), line.dtype)
        flat, order = out.ravel(), np.ravel(indices)
        for i in range(flat.size):
            flat[i] = line[order[i]]
        return out
    lines = np.moveaxis(a, axis, 0)
    if np.ndim(indices) == 0:
        return lines[indices].copy()
    rows = np.empty((indices.shape[0], *lines.shape[1:]), a.dtype)
    for i in range(indices.shape[0]):
        rows[i] = lines[indices[i]]
    return np.moveaxis(rows, 0, axis) if axis != 0 else rows


@known_as("numpy.atleast_1d")
def atleast_1d(a):
    if np.ndim(a) == 0:
        out = np.empty(1, common_dtype((a,)))
        out[0] = a
        return out
    return a


@known_as("numpy.atleast_2d")
def atleast_2d(a):
    if np.ndim(a) < 2:
        return atleast_1d(a)[None, :]
    return a


@known_as("numpy.delete")
def delete(arr, obj):
    line = np.ravel(arr)
    n = line.size
    if np.ndim(obj) != 0:
        kept = np.ones(n, np.bool_)
        for i in range(obj.size):
            kept[obj[i]] = False
        return line[kept]
    if obj < -n or obj >= n:
        raise IndexError("index is out of bounds for axis 0")
    at = obj if obj >= 0 else obj + n
    out = np.empty(n - 1, line.dtype)
    out[:at] = line[:at]
    out[at:] = line[at + 1 :]
    return out


@known_as("numpy.flatnonzero")
def flatnonzero(a):
    line = np.ravel(a)
    out = np.empty(np.count_nonzero(line), np.int64)
    at = 0
    for i in range(line.size):
        if line[i]:
            out[at] = i
            at += 1
    return out


@known_as("numpy.argwhere")
def argwhere(a):
    count = np.count_nonzero(a)
    out = np.empty((count, a.ndim), np.int64)
    at = 0
    if a.ndim == 1:
        for i in range(a.shape[0]):
            if a[i]:
                out[at, 0] = i
                at += 1
    elif a.ndim == 2:
        for i in range(a.shape[0]):
            for j in range(a.shape[1]):
                if a[i, j]:
                    out[at, 0] = i
                    out[at, 1] = j
                    at += 1
    else:
        for i in range(a.shape[0]):
            for j in range(a.shape[1]):
                for k in range(a.shape[2]):
                    if a[i, j, k]:
                        out[at, 0] = i
                        out[at, 1] = j
                        out[at, 2] = k
                        at += 1
    return out


@known_as("numpy.nonzero", "numpy.ndarray.nonzero")
def nonzero(a):
    if a.ndim == 1:
        return (flatnonzero(a),)
    found = argwhere(a)
    if a.ndim == 2:
        return found[:, 0], found[:, 1]
    return found[:, 0], found[:, 1], found[:, 2]


@known_as()
def gather_rows(a, at):
    out = np.empty((at.size, *a.shape[1:]), a.dtype)
    for i in range(at.size):
        out[i] = a[at[i]]
    return out


@known_as()
def scatter_rows(a, at, values):
    for i in range(at.size):
        if at[i] >= a.shape[0] or at[i] < -a.shape[0]:
            raise IndexError("index is out of bounds for axis 0")
    if np.ndim(values) < np.ndim(a):
        for i in range(at.size):
            a[at[i]] = values
    else:
        if values.shape[0] != 1 and values.shape[0] != at.size:
            raise ValueError("could not broadcast the array into the shape")
        rows = np.copy(values)
        step = 1 if values.shape[0] == at.size else 0
        for i in range(at.size):
            a[at[i]] = rows[i * step]


@known_as()
def chosen_rows(mask, length):
    if mask.size != length:
        raise IndexError("boolean index did not match the indexed array")
    return np.flatnonzero(mask)
