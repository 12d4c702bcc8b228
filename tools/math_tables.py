#!/usr/bin/env python3
"""Writes src/math/tables.rs: tables and polynomials of the elementary functions, from their definitions.

Everything is computed with 80 decimal digits or more by the standard library alone. With --check it writes
nothing and says whether the file is still what it would write.
"""

import sys
from decimal import Decimal as D
from decimal import getcontext
from fractions import Fraction
from pathlib import Path

getcontext().prec = 90
TARGET = Path(__file__).resolve().parent.parent / "src/math/tables.rs"
LN2 = D(2).ln()
LOG_OFF = 0x3FE6955500000000  # keeps 1 inside a subinterval, a third from its lower end


def series(term, step):
    """The sum of term, term * step(1), term * step(1) * step(2), ... to the working precision."""
    total, n = D(0), 1
    while abs(term) > D(10) ** -85:
        total += term
        term *= step(n)
        n += 1
    return total


def arctan(x):
    return series(D(1), lambda n: D(-1) * x * x * (2 * n - 1) / (2 * n + 1)) * x


# Machin: pi = 16 arctan(1/5) - 4 arctan(1/239)
def pi(digits):
    getcontext().prec, old = digits + 10, getcontext().prec
    cut = D(10) ** -(digits + 5)

    def inverse(m):
        total, power, n = D(0), D(1) / m, 0
        while power > cut:
            total += (-1) ** n * power / (2 * n + 1)
            power, n = power / (m * m), n + 1
        return total

    value = 16 * inverse(D(5)) - 4 * inverse(D(239))
    getcontext().prec = old
    return value


PI = pi(90)


def bits_of(x):
    """The bits of a float."""
    import struct

    return struct.unpack("<Q", struct.pack("<d", x))[0]


def nearest(x):
    """The nearest double; Fraction's division rounds correctly, to even."""
    return float(Fraction(x))


def as_single(x):
    """A double rounded to f32."""
    import struct

    return struct.unpack("<f", struct.pack("<f", x))[0]


def leading(x, bits):
    """x rounded to so many bits, and what is left."""
    exact = Fraction(x)
    exponent = 0
    while abs(exact) * Fraction(2) ** -exponent >= 1:
        exponent += 1
    while abs(exact) * Fraction(2) ** -exponent < Fraction(1, 2):
        exponent -= 1
    grid = Fraction(2) ** (exponent - bits)
    head = round(exact / grid) * grid
    return float(head), D(head.numerator) / D(head.denominator)


def split(x, *bits):
    parts = []
    for count in bits:
        head, exact = leading(x, count)
        parts.append(head)
        x = x - exact
    return [*parts, nearest(x)]


def chebyshev(f, low, high, degree):
    """Coefficients, constant first, of the polynomial that meets f at the Chebyshev nodes of [low, high]."""
    low, high = D(low), D(high)
    count = degree + 1
    nodes = []
    for i in range(count):
        angle = PI * (2 * i + 1) / (2 * count)
        cosine = series(D(1), lambda n, a=angle: -a * a / (2 * n * (2 * n - 1)))
        nodes.append((low + high) / 2 + (high - low) / 2 * cosine)
    # Newton's divided differences, then expanded.
    divided = [f(x) for x in nodes]
    for order in range(1, count):
        for i in range(count - 1, order - 1, -1):
            divided[i] = (divided[i] - divided[i - 1]) / (nodes[i] - nodes[i - order])
    poly = [divided[-1]]
    for i in range(count - 2, -1, -1):
        shifted = [D(0), *poly]
        for k, coefficient in enumerate(poly):
            shifted[k] -= nodes[i] * coefficient
        shifted[0] += divided[i]
        poly = shifted
    return [nearest(c) for c in poly]


def fitted(f, low, high, degree):
    """The same for f32: by least squares over 60 such nodes, an error at x counting |x|, so that near 0, where the
    polynomial's part of the result is small, it may be larger. The coefficients are rounded one after another, and
    those that follow make up for it."""
    low, high, count = D(low), D(high), 60
    nodes, weights = [], []
    for i in range(count):
        cosine = series(D(1), lambda n, a=PI * (2 * i + 1) / (2 * count): -a * a / (2 * n * (2 * n - 1)))
        nodes.append((low + high) / 2 + (high - low) / 2 * cosine)
        weights.append(nodes[-1] ** 2)
    values = [f(x) for x in nodes]
    rounded = []
    for first in range(degree + 1):
        powers = range(first, degree + 1)
        sums = [sum(w * x**k for x, w in zip(nodes, weights, strict=True)) for k in range(2 * degree + 1)]
        rows = [
            [sums[i + k] for k in powers] + [sum(w * x**i * v for x, w, v in zip(nodes, weights, values, strict=True))]
            for i in powers
        ]
        # Gauss, from the last unknown to the first, which is the one that is wanted.
        for i in range(len(rows) - 1, 0, -1):
            for row in rows[:i]:
                factor = row[i] / rows[i][i]
                row[:] = [a - factor * b for a, b in zip(row, rows[i], strict=True)]
        coefficient = as_single(nearest(rows[0][-1] / rows[0][0]))
        rounded.append(coefficient)
        values = [v - D(coefficient) * x**first for x, v in zip(nodes, values, strict=True)]
    return rounded


def sine(u):
    """(sin(x) / x - 1) / x^2 by u = x^2."""
    return series(-D(1) / 6, lambda n: -u / ((2 * n + 2) * (2 * n + 3)))


def cosine(u):
    """(cos(x) - 1 + x^2 / 2) / x^4 by u = x^2."""
    return series(D(1) / 24, lambda n: -u / ((2 * n + 3) * (2 * n + 4)))


def artanh(u):
    """(log((1 + s) / (1 - s)) / s - 2) / s^2 by u = s^2."""
    return series(D(2) / 3, lambda n: u * (2 * n + 1) / (2 * n + 3))


def artanh_2(u):
    """(log2((1 + s) / (1 - s)) / s - 2 / ln(2)) / s^2 by u = s^2."""
    return artanh(u) / LN2


def log1p(r):
    """(log(1 + r) - r + r^2 / 2) / r^3."""
    return series(D(1) / 3, lambda n: -r * (n + 2) / (n + 3))


def log1p_2(r):
    """(log2(1 + r) - r / ln(2)) / r^2."""
    return (r * log1p(r) - D(1) / 2) / LN2


def expm1_2(x):
    """(exp(x) - 1 - x) / x^2."""
    return series(D(1) / 2, lambda n: x / (n + 2))


def expm1_3(x):
    """(exp(x) - 1 - x - x^2 / 2) / x^3."""
    return series(D(1) / 6, lambda n: x / (n + 3))


def sinh(u):
    """(sinh(x) / x - 1) / x^2 by u = x^2."""
    return series(D(1) / 6, lambda n: u / ((2 * n + 2) * (2 * n + 3)))


def arctangent(u):
    """(arctan(x) / x - 1) / x^2 by u = x^2."""
    return series(-D(1) / 3, lambda n: -u * (2 * n + 1) / (2 * n + 3))


def tangent(u):
    """(tan(x) / x - 1) / x^2 by u = x^2."""
    return ((1 + u * sine(u)) / (1 - u / 2 + u * u * cosine(u)) - 1) / u


def tanh(u):
    """(tanh(x) / x - 1) / x^2 by u = x^2."""
    x = u.sqrt()
    square = (2 * x).exp()
    return ((square - 1) / (square + 1) / x - 1) / u


def arctangent_2(u):
    """(arctan(x) / x - 1 + x^2 / 3) / x^4 by u = x^2."""
    return series(D(1) / 5, lambda n: -u * (2 * n + 3) / (2 * n + 5))


def tangent_2(u):
    """(tan(x) / x - 1 - x^2 / 3) / x^4 by u = x^2."""
    return (tangent(u) - D(1) / 3) / u


def exp2m1(x):
    """(2^x - 1) / x."""
    return ((x * LN2).exp() - 1) / x


QUARTER, EIGHTH = "0.617", "0.1716"  # (pi / 4)^2, tan(pi / 8)^2
ARTANH = "0.02945"  # (3 - sqrt(8))^2

# Name, function, interval, degree.
POLYNOMIALS = [
    ("LOG_S", artanh, 0, ARTANH, 6),
    ("LOG_POW", log1p, "-0.003", "0.003", 4),
    ("LOG2_R", log1p_2, "-0.003", "0.003", 4),
    ("SIN", sine, 0, QUARTER, 5),
    ("COS", cosine, 0, QUARTER, 5),
    ("EXPM1", expm1_3, "-0.3", "0.3", 9),
    ("SINH", sinh, 0, 1, 6),
    ("TANH", tanh, 0, "0.305", 10),
    ("TAN", tangent, 0, "0.1545", 9),
    ("ARCTAN", arctangent, 0, EIGHTH, 10),
]

# The same, in f32.
POLYNOMIALS_F32 = [
    ("LOG_S_F32", artanh, 0, ARTANH, 2),
    ("LOG2_S_F32", artanh_2, 0, ARTANH, 3),
    ("SIN_F32", sine, 0, QUARTER, 2),
    ("COS_F32", cosine, 0, QUARTER, 2),
    ("TAN_F32", tangent_2, 0, QUARTER, 5),
    ("EXP_F32", expm1_3, "-0.347", "0.347", 4),
    ("EXP2_F32", exp2m1, "-0.501", "0.501", 5),
    ("SINH_F32", sinh, 0, 1, 3),
    ("TANH_F32", tanh, 0, "0.5625", 5),
    ("ARCTAN_F32", arctangent_2, 0, 1, 8),
]


def constants():
    exp_hi, exp_lo = split(LN2 / 512, 32)
    ln2_hi, ln2_lo = split(LN2, 42)
    p = split(PI / 2, 33, 33)
    yield (
        "LN2_512",
        "ln(2) / 512; the head has 32 bits, so that its product with 512 log2(exp(x)) is exact",
        [exp_hi, exp_lo],
    )
    yield "LN2", "ln(2); the head has 42 bits, so that its product with an exponent is exact", [ln2_hi, ln2_lo]
    yield "LN2_DD", "ln(2), head and tail", split(LN2, 53)
    yield "LOG2E_DD", "1 / ln(2), head of 21 bits and tail", split(1 / LN2, 21)
    yield "LOG2E_10", "1 / ln(2), head of 10 bits and tail", split(1 / LN2, 10)
    yield "LOG10E_DD", "1 / ln(10), head of 21 bits and tail", split(1 / D(10).ln(), 21)
    yield "LOG10_2", "log10(2); the head has 42 bits", split(LN2 / D(10).ln(), 42)
    yield "PIO2", "pi / 2 in 33 + 33 + 53 bits: the products with integers below 2^20 of the first two are exact", p
    yield "PIO4", "pi / 4; the head has 50 bits, so that its product with 3 is exact", split(PI / 4, 50)
    for name, doc, part in (
        ("PI", "pi", PI),
        ("PIO2", "pi / 2", PI / 2),
        ("PIO4", "pi / 4", PI / 4),
        ("PIO4_3", "3 pi / 4", 3 * PI / 4),
    ):
        yield f"{name}_DD", f"{doc}, head and tail", split(part, 53)


def constants_f32():
    for name, doc, x, bits in (
        ("LN2_F32", "ln(2); the head has 15 bits, so that its product with an exponent is exact", LN2, 15),
        ("LOG2E_F32", "1 / ln(2), head of 12 bits and tail", 1 / LN2, 12),
        ("LOG2E_2_F32", "2 / ln(2), head of 12 bits and tail", 2 / LN2, 12),
        ("LOG10E_F32", "1 / ln(10), head of 12 bits and tail", 1 / D(10).ln(), 12),
        ("LOG10_2_F32", "log10(2); the head has 15 bits", LN2 / D(10).ln(), 15),
        ("PIO2_F32", "pi / 2, head and tail", PI / 2, 24),
        ("PI_F32", "pi, head and tail", PI, 24),
    ):
        yield name, doc, split(x, bits)


def single(x):
    """A double rounded to f32, in its digits."""
    digits = f"{as_single(x):.9g}"
    return digits if "." in digits or "e" in digits else digits + ".0"


def exp_rows():
    for i in range(512):
        exact = (LN2 * i / 512).exp()
        head = nearest(exact)
        tail = nearest((exact - D(head)) / D(head))
        yield bits_of(tail), (bits_of(head) - (i << 43)) % 2**64


def log_rows(unit):
    import struct

    for i in range(256):
        ends = [struct.unpack("<d", struct.pack("<Q", LOG_OFF + (j << 44)))[0] for j in (i, i + 1)]
        # So few bits that the product with a significand, less 1, is exact in 53.
        per = 512 if ends[0] >= 1 else 256
        inverse = Fraction(round(2 / Fraction(sum(ends)) * per), per)
        if ends[0] <= 1 < ends[1]:
            inverse = Fraction(1)
        value = -(D(inverse.numerator) / D(inverse.denominator)).ln() / unit
        head = Fraction(round(Fraction(value) * 2**42), 2**42)
        tail = value - D(head.numerator) / D(head.denominator)
        yield bits_of(float(inverse)), bits_of(float(head)), bits_of(nearest(tail))


def two_over_pi():
    """The binary digits of 2 / pi, 64 a word, after one word of zeros."""
    getcontext().prec = 420
    value = 2 / pi(400)
    scaled = int(value * D(2) ** 1216)
    getcontext().prec = 90
    return [0] + [(scaled >> (1216 - 64 * (i + 1))) % 2**64 for i in range(19)]


def packed(entries):
    """Four entries a line."""
    entries = list(entries)
    for i in range(0, len(entries), 4):
        yield "    " + ", ".join(entries[i : i + 4]) + ","


def lines():
    yield "//! Tables and polynomials of the elementary functions. Written by `tools/math_tables.py`, which says how."
    yield ""
    yield "/// Row i, for 2^(i/512) = head * (1 + tail): the tail's bits, and the head's minus i * 2^43."
    yield "pub static EXP: [[u64; 2]; 512] = ["
    yield from packed(f"[0x{tail:016x}, 0x{head:016x}]" for tail, head in exp_rows())
    yield "];"
    yield "/// Where the significands of `log` begin: 1 lies inside a subinterval."
    yield f"pub const LOG_OFF: u64 = 0x{LOG_OFF:016x};"
    for name, log, unit in (("LOG", "log", D(1)), ("LOG2", "log2", LN2)):
        yield (
            "/// Row i: the bits of 1/c, in 9 bits, c near the middle of the i-th subinterval, of "
            f"{log}(c)'s head and tail, and 0."
        )
        yield f"pub static {name}: [[u64; 4]; 256] = ["
        yield from packed("[" + ", ".join(f"0x{v:016x}" for v in row) + ", 0]" for row in log_rows(unit))
        yield "];"
    yield "/// The binary digits of 2 / pi, after 64 zeros."
    words = two_over_pi()
    yield f"pub static TWO_OVER_PI: [u64; {len(words)}] = ["
    yield from packed(f"0x{word:016x}" for word in words)
    yield "];"
    for kind, show, consts, polynomials, fit in (
        ("f64", repr, constants, POLYNOMIALS, chebyshev),
        ("f32", single, constants_f32, POLYNOMIALS_F32, fitted),
    ):
        for name, doc, values in consts():
            yield f"/// {doc}."
            yield f"pub const {name}: [{kind}; {len(values)}] = ["
            for v in values:
                yield f"    {show(v)},"
            yield "];"
        for name, f, low, high, degree in polynomials:
            values = fit(f, low, high, degree)
            yield f"/// {f.__doc__.rstrip('.')}; from {low} to {high}."
            yield f"pub const {name}: [{kind}; {len(values)}] = ["
            for v in values:
                yield f"    {show(v)},"
            yield "];"


def main():
    text = "\n".join(lines()) + "\n"
    if "--check" in sys.argv:
        same = TARGET.exists() and TARGET.read_text() == text
        print(f"{TARGET}: {'is' if same else 'is not'} what {Path(__file__).name} writes")
        return 0 if same else 1
    TARGET.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
