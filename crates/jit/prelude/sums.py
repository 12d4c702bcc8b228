"""Sums in the order of NumPy's: blocks of 128 in eight chains, and pairs of these (L. Higham 1993, as NumPy has it)."""

from ._names import known_as


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
