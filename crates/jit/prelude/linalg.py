"""Products, norms, and systems of linear equations.

LU with partial pivoting (Golub and Van Loan, 3.4.1), Cholesky (4.2.5).
"""

import numpy as np

from ._names import common_dtype, known_as


@known_as("numpy.outer")
def outer(a, b):
    x, y = np.ravel(a), np.ravel(b)
    return x[:, None] * y[None, :]


@known_as("numpy.vdot")
def vdot(a, b):
    return np.dot(np.conjugate(np.ravel(a)), np.ravel(b))


@known_as("numpy.inner")
def inner(a, b):
    return np.dot(a, b if np.ndim(b) < 2 else b.T)


@known_as("numpy.kron")
def kron(a, b):
    if a.ndim == 1:
        return np.ravel(outer(a, b))
    out = np.empty((a.shape[0] * b.shape[0], a.shape[1] * b.shape[1]), common_dtype((a, b)))
    m, n = b.shape
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            out[i * m : (i + 1) * m, j * n : (j + 1) * n] = a[i, j] * b
    return out


@known_as("numpy.cross")
def cross(a, b):
    out = np.empty(a.shape, common_dtype((a, b)))
    if a.shape[-1] != 3 or b.shape[-1] != 3:
        raise ValueError("cross is compiled for vectors of three elements")
    out[..., 0] = a[..., 1] * b[..., 2] - a[..., 2] * b[..., 1]
    out[..., 1] = a[..., 2] * b[..., 0] - a[..., 0] * b[..., 2]
    out[..., 2] = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return out


@known_as()
def norm_of_squares(x):
    line = np.ravel(np.abs(x))
    if line.dtype == np.float32:
        return np.sqrt(np.dot(line, line))
    wide = line + 0.0
    return np.sqrt(np.dot(wide, wide))


@known_as("numpy.linalg.norm")
def norm(x, ord=None, axis=None):
    if axis is not None and x.ndim > 1:
        if ord is None:
            return np.sqrt(np.sum(np.abs(x) ** 2, axis))
        raise NotImplementedError("norm along an axis is compiled for the Euclidean one")
    if ord is None:
        return norm_of_squares(x)
    if x.ndim == 1:
        return norm_of_line(np.abs(x), ord)
    return norm_of_matrix(np.abs(x), ord)


@known_as()
def norm_of_line(x, ord):
    if ord == 2:
        return norm_of_squares(x)
    if ord == 1:
        return np.sum(x) + 0.0
    if ord == np.inf:
        return np.max(x) + 0.0
    if ord == -np.inf:
        return np.min(x) + 0.0
    if ord == 0:
        return np.sum(x != 0) + 0.0
    return np.sum((x + 0.0) ** ord) ** (1.0 / ord)


@known_as()
def norm_of_matrix(x, ord):
    if ord == "fro":
        return norm_of_squares(x)
    if ord == 1:
        return np.max(np.sum(x, axis=0)) + 0.0
    if ord == np.inf:
        return np.max(np.sum(x, axis=1)) + 0.0
    raise NotImplementedError("the norm of a matrix is compiled for None, 'fro', 1 and inf")


@known_as()
def wide_copy(a):
    """A copy in floats."""
    if a.dtype in (np.float64, np.float32, np.complex128, np.complex64):
        return a.copy()
    return a.astype(np.float64)


@known_as()
def lu(a, order):
    """Factors in place, the rows' order; the sign of the permutation, or 0 where a pivot is 0."""
    n = a.shape[0]
    if a.shape[1] != n:
        raise ValueError("Last 2 dimensions of the array must be square")
    sign = 1
    singular = False
    for k in range(n):
        order[k] = k
    for k in range(n):
        at, most = k, np.abs(a[k, k])
        for i in range(k + 1, n):
            size = np.abs(a[i, k])
            if size > most:
                at, most = i, size
        if at != k:
            sign = -sign
            kept = order[k]
            order[k] = order[at]
            order[at] = kept
            for j in range(n):
                x = a[k, j]
                a[k, j] = a[at, j]
                a[at, j] = x
        if most == 0:
            singular = True
            continue
        for i in range(k + 1, n):
            a[i, k] /= a[k, k]
            factor = a[i, k]
            for j in range(k + 1, n):
                a[i, j] -= factor * a[k, j]
    return 0 if singular else sign


@known_as()
def lu_solve(factors, order, b, x):
    n, m = x.shape
    for i in range(n):
        for j in range(m):
            x[i, j] = b[order[i], j]
    for i in range(n):
        for k in range(i):
            factor = factors[i, k]
            for j in range(m):
                x[i, j] -= factor * x[k, j]
    for i in range(n - 1, -1, -1):
        for k in range(i + 1, n):
            factor = factors[i, k]
            for j in range(m):
                x[i, j] -= factor * x[k, j]
        for j in range(m):
            x[i, j] /= factors[i, i]


@known_as("numpy.linalg.solve")
def solve(a, b):
    factors = wide_copy(a)
    order = np.empty(a.shape[0], np.int64)
    if lu(factors, order) == 0:
        raise np.linalg.LinAlgError("Singular matrix")
    if b.shape[0] != a.shape[0]:
        raise ValueError("solve: the right-hand side has another number of rows")
    given = b[:, None] if b.ndim == 1 else b
    x = np.empty(given.shape, (np.ones(1, factors.dtype) * np.ones(1, wide_copy(b[:1]).dtype)).dtype)
    lu_solve(factors, order, given, x)
    return x[:, 0].copy() if b.ndim == 1 else x


@known_as("numpy.linalg.inv")
def inv(a):
    factors = wide_copy(a)
    n = a.shape[0]
    order = np.empty(n, np.int64)
    if lu(factors, order) == 0:
        raise np.linalg.LinAlgError("Singular matrix")
    x = np.empty((n, n), factors.dtype)
    lu_solve(factors, order, np.eye(n), x)
    return x


@known_as("numpy.linalg.det")
def det(a):
    factors = wide_copy(a)
    order = np.empty(a.shape[0], np.int64)
    found = np.ones(1, factors.dtype)[0] * lu(factors, order)
    for i in range(a.shape[0]):
        found *= factors[i, i]
    return found


@known_as("numpy.linalg.cholesky")
def cholesky(a):
    factor = wide_copy(a)
    n = a.shape[0]
    if a.shape[1] != n:
        raise ValueError("Last 2 dimensions of the array must be square")
    for j in range(n):
        for k in range(j):
            x = np.conjugate(factor[j, k])
            for i in range(j, n):
                factor[i, j] -= factor[i, k] * x
        pivot = factor[j, j].real
        if not pivot > 0:
            raise np.linalg.LinAlgError("Matrix is not positive definite")
        root = np.sqrt(pivot)
        for i in range(j, n):
            factor[i, j] /= root
        for i in range(j):
            factor[i, j] = 0
    return factor


@known_as("numpy.convolve")
def convolve(a, v, mode="full"):
    if a.shape[0] == 0 or v.shape[0] == 0:
        raise ValueError("a and v cannot be empty")
    if v.shape[0] > a.shape[0]:
        return slide(v, a[::-1], mode)
    return slide(a, v[::-1], mode)


@known_as("numpy.correlate")
def correlate(a, v, mode="valid"):
    if a.shape[0] == 0 or v.shape[0] == 0:
        raise ValueError("a and v cannot be empty")
    if v.shape[0] > a.shape[0]:
        return np.conjugate(slide(v, np.conjugate(a), mode)[::-1])
    return slide(a, np.conjugate(v), mode)


@known_as()
def slide(a, v, mode):
    """Sums of products of v with the parts of a, which is no shorter."""
    n, m = a.shape[0], v.shape[0]
    first, count = m - 1, n - m + 1
    if mode == "full":
        first, count = 0, n + m - 1
    if mode == "same":
        first, count = m - 1 - m // 2, n
    out = np.zeros(count, common_dtype((a, v)))
    for i in range(count):
        # The last element of v lies on this one of a.
        last = first + i
        low, high = max(m - 1 - last, 0), min(m, n + m - 1 - last)
        total = out[i]
        for k in range(low, high):
            total += a[last - (m - 1) + k] * v[k]
        out[i] = total
    return out


@known_as("numpy.cov")
def cov(m, rowvar=True, ddof=1):
    x = wide_copy(m)
    if m.ndim == 1:
        return np.sum((x - np.mean(x)) * (x - np.mean(x))) / (x.size - ddof)
    rows = x if rowvar else x.T.copy()
    centred = rows - np.mean(rows, axis=1)[:, None]
    return np.dot(centred, np.conjugate(centred).T) / (rows.shape[1] - ddof)


@known_as("numpy.corrcoef")
def corrcoef(x, y=None):
    c = cov(x) if y is None else cov(np.stack((x, y)))
    n = c.shape[0]
    out = np.empty((n, n), np.float64)
    for i in range(n):
        for j in range(n):
            out[i, j] = min(max(c[i, j] / np.sqrt(c[i, i]) / np.sqrt(c[j, j]), -1.0), 1.0)
    return out
