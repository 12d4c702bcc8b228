"""Sums in the order of NumPy's: blocks of 128 in eight chains, and pairs of these (L. Higham 1993, as NumPy has it)."""

import numpy as np

from ._names import known_as, strided


@known_as()
def sum_in_memory(a, total):
    """All elements of an array of any strides, and a zero, in the order of NumPy's buffered iterator.

    That is as they lie in memory, in blocks of as many whole lines, or planes, as a buffer of 8192 elements takes.
    """
    if a.ndim == 1:
        return total + pairwise_line(a)
    if a.size == 0:
        return total
    n, m, k, p = 1, 1, a.shape[-2], a.shape[-1]
    s, t, u, v = 0, 0, a.strides[-2], a.strides[-1]
    if a.ndim > 2:
        m, t = a.shape[-3], a.strides[-3]
    if a.ndim > 3:
        n, s = a.shape[-4], a.strides[-4]
    n, s, m, t = farther_first(n, s, m, t)
    m, t, k, u = farther_first(m, t, k, u)
    k, u, p, v = farther_first(k, u, p, v)
    n, s, m, t = farther_first(n, s, m, t)
    m, t, k, u = farther_first(m, t, k, u)
    n, s, m, t = farther_first(n, s, m, t)
    # What lies one behind the other is one.
    k, u, p, v = joined(k, u, p, v)
    m, t, k, u = joined(m, t, k, u)
    k, u, p, v = joined(k, u, p, v)
    n, s, m, t = joined(n, s, m, t)
    m, t, k, u = joined(m, t, k, u)
    k, u, p, v = joined(k, u, p, v)
    if k == 1:
        return total + pairwise_line(strided(a, 0, p, v))
    core, run = p, k * p
    if run <= 8192:
        core, run = run, m * run
    if run <= 8192:
        core, run = run, n * run
    limit = core * max(8192 // core, 1)
    buffer = np.empty(limit, a.dtype)
    filled, done = 0, 0
    for h in range(n):
        for i in range(m):
            for j in range(k):
                buffer[filled : filled + p] = strided(a, h * s + i * t + j * u, p, v)
                filled += p
                done += p
                if filled == limit or done == run:
                    total += pairwise_line(buffer[:filled])
                    filled = 0
                if done == run:
                    done = 0
    return total


@known_as()
def farther_first(n, s, m, t):
    """Two axes, lengths and steps: what is none, with its one element, and the longer steps come first."""
    if n != 1 and (m == 1 or 0 < abs(s) < abs(t)):
        return m, t, n, s
    return n, s, m, t


@known_as()
def joined(n, s, m, t):
    """Two axes, the first of length 1 where the second can be both."""
    if n == 1:
        return n, s, m, t
    if m == 1:
        return 1, 0, n, s
    if s == m * t:
        return 1, 0, n * m, t
    return n, s, m, t


@known_as()
def pairwise_line(a):
    if a.dtype == np.complex128 or a.dtype == np.complex64:  # noqa: PLR1714 -- compiled, a set is not
        return pairwise_complex(a)
    return pairwise(a)


@known_as()
def pairwise(a):
    return pairwise_part(a, 0, a.shape[0])


@known_as()
def pairwise_part(a, start, n):
    if n < 8:
        total = -0.0
        for i in range(start, start + n):
            total += a[i]
        return total
    if n > 128:
        half = n // 2
        half -= half % 8
        return pairwise_part(a, start, half) + pairwise_part(a, start + half, n - half)
    b = a[start : start + n]
    r0, r1, r2, r3, r4, r5, r6, r7 = b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]
    whole = n - n % 8
    for i in range(8, whole, 8):
        r0 += b[i]
        r1 += b[i + 1]
        r2 += b[i + 2]
        r3 += b[i + 3]
        r4 += b[i + 4]
        r5 += b[i + 5]
        r6 += b[i + 6]
        r7 += b[i + 7]
    total = ((r0 + r1) + (r2 + r3)) + ((r4 + r5) + (r6 + r7))
    for i in range(whole, n):
        total += b[i]
    return total


@known_as()
def pairwise_complex(a):
    """Four numbers of two parts are the eight of a block."""
    n = a.shape[0]
    # Twice the same order, so that no half of a number is ever in another's chain.
    return pairwise_parts(a.real, 0, n) + pairwise_parts(a.imag, 0, n) * 1j


@known_as()
def pairwise_parts(a, start, n):
    if n < 4:
        total = -0.0
        for i in range(start, start + n):
            total += a[i]
        return total
    if n > 64:
        half = n
        half -= half % 8
        half //= 2
        return pairwise_parts(a, start, half) + pairwise_parts(a, start + half, n - half)
    b = a[start : start + n]
    r0, r1, r2, r3 = b[0], b[1], b[2], b[3]
    whole = n - n % 4
    for i in range(4, whole, 4):
        r0 += b[i]
        r1 += b[i + 1]
        r2 += b[i + 2]
        r3 += b[i + 3]
    total = (r0 + r1) + (r2 + r3)
    for i in range(whole, n):
        total += b[i]
    return total
