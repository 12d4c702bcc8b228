"""The functions of Python's module ``operator``, and what ``math`` and ``cmath`` have beside the kernels' functions."""

import math

from ._names import known_as


@known_as("operator.add")
def operator_add(a, b):
    return a + b


@known_as("operator.sub")
def operator_sub(a, b):
    return a - b


@known_as("operator.mul")
def operator_mul(a, b):
    return a * b


@known_as("operator.truediv")
def operator_truediv(a, b):
    return a / b


@known_as("operator.floordiv")
def operator_floordiv(a, b):
    return a // b


@known_as("operator.mod")
def operator_mod(a, b):
    return a % b


@known_as("operator.pow")
def operator_pow(a, b):
    return a**b


@known_as("operator.matmul")
def operator_matmul(a, b):
    return a @ b


@known_as("operator.lshift")
def operator_lshift(a, b):
    return a << b


@known_as("operator.rshift")
def operator_rshift(a, b):
    return a >> b


@known_as("operator.and_")
def operator_and(a, b):
    return a & b


@known_as("operator.or_")
def operator_or(a, b):
    return a | b


@known_as("operator.xor")
def operator_xor(a, b):
    return a ^ b


@known_as("operator.eq")
def operator_eq(a, b):
    return a == b


@known_as("operator.ne")
def operator_ne(a, b):
    return a != b


@known_as("operator.lt")
def operator_lt(a, b):
    return a < b


@known_as("operator.le")
def operator_le(a, b):
    return a <= b


@known_as("operator.gt")
def operator_gt(a, b):
    return a > b


@known_as("operator.ge")
def operator_ge(a, b):
    return a >= b


@known_as("operator.getitem")
def operator_getitem(a, b):
    return a[b]


@known_as("operator.contains")
def operator_contains(a, b):
    return b in a


@known_as("operator.neg")
def operator_neg(a):
    return -a


@known_as("operator.pos")
def operator_pos(a):
    return +a


@known_as("operator.inv", "operator.invert")
def operator_inv(a):
    return ~a


@known_as("operator.not_")
def operator_not(a):
    return not a


@known_as("operator.abs")
def operator_abs(a):
    return abs(a)


@known_as("operator.truth")
def operator_truth(a):
    return bool(a)


@known_as("operator.index")
def operator_index(a):
    return int(a)


@known_as()
def power_of_two(exponent):
    """Exact, where it is no subnormal."""
    found, by = 1.0, 2.0 if exponent > 0 else 0.5
    left = abs(exponent)
    while left > 0:
        if left & 1:
            found *= by
        by *= by
        left >>= 1
    return found


@known_as("math.frexp")
def frexp(x):
    x, exponent = float(x), 0
    if x == 0.0 or not math.isfinite(x):
        return x, 0
    size = 512
    while size > 0:
        if abs(x) >= power_of_two(size):
            x *= power_of_two(-size)
            exponent += size
        elif abs(x) < power_of_two(-size):
            x *= power_of_two(size)
            exponent -= size
        size >>= 1
    # Between a half and two, or below by the least step.
    while abs(x) >= 1.0:
        x *= 0.5
        exponent += 1
    while abs(x) < 0.5:
        x *= 2.0
        exponent -= 1
    return x, exponent


@known_as("math.ldexp")
def ldexp(x, i):
    part, exponent = frexp(x)
    if part == 0.0 or not math.isfinite(part):
        return part
    if i > 5000 or exponent + i > 1024:
        raise OverflowError("math range error")
    if i < -5000:
        return math.copysign(0.0, part)
    exponent += i
    if exponent > 1000:
        return part * power_of_two(1000) * power_of_two(exponent - 1000)
    if exponent >= -1000:
        return part * power_of_two(exponent)
    # Rounded once, by the last product.
    return part * power_of_two(-1000) * power_of_two(max(exponent + 1000, -1022)) if exponent >= -2000 else part * 0.0


@known_as("math.modf")
def modf(x):
    x = float(x)
    if math.isinf(x):
        return math.copysign(0.0, x), x
    if math.isnan(x):
        return x, x
    whole = x - math.fmod(x, 1.0)
    return math.copysign(x - whole, x), math.copysign(whole, x)


@known_as("cmath.phase")
def phase(z):
    return math.atan2(z.imag, z.real)


@known_as("cmath.polar")
def polar(z):
    return abs(z + 0j), math.atan2(z.imag, z.real)


@known_as("cmath.rect")
def rect(r, phi):
    return complex(r * math.cos(phi), r * math.sin(phi))


@known_as("cmath.exp")
def complex_exp(z):
    # A step below, so that what is in range comes out in range.
    large = z.real > 708.0
    size = math.exp(z.real - 1.0) if large else math.exp(z.real)
    by = 2.718281828459045 if large else 1.0
    if z.imag == 0.0:
        found = complex(size * by, z.imag)
    else:
        found = complex(size * math.cos(z.imag) * by, size * math.sin(z.imag) * by)
    if (math.isinf(found.real) or math.isinf(found.imag)) and math.isfinite(z.real) and math.isfinite(z.imag):
        raise OverflowError("math range error")
    return found


@known_as("cmath.log")
def complex_log(z, base=None):
    if z.real == 0.0 and z.imag == 0.0:
        raise ValueError("math domain error")
    found = complex(math.log(math.hypot(z.real, z.imag)), math.atan2(z.imag, z.real))
    if base is None:
        return found
    return found / complex_log(base + 0j)


@known_as("cmath.sqrt")
def complex_sqrt(z):
    real, imag = float(z.real), float(z.imag)
    if real == 0.0 and imag == 0.0:
        return complex(0.0, imag)
    a, b = abs(real), abs(imag)
    if a < 2.2250738585072014e-308 and b < 2.2250738585072014e-308 and a + b > 0.0:
        a, b = a * 9007199254740992.0, b * 9007199254740992.0
        side = math.sqrt(a + math.hypot(a, b)) * 7.450580596923828e-09
    else:
        a /= 8.0
        side = 2.0 * math.sqrt(a + math.hypot(a, b / 8.0))
    other = abs(imag) / (2.0 * side)
    if real >= 0.0:
        return complex(side, math.copysign(other, imag))
    return complex(other, math.copysign(side, imag))


@known_as("cmath.isnan")
def complex_isnan(z):
    return math.isnan(z.real) or math.isnan(z.imag)


@known_as("cmath.isinf")
def complex_isinf(z):
    return math.isinf(z.real) or math.isinf(z.imag)


@known_as("cmath.isfinite")
def complex_isfinite(z):
    return math.isfinite(z.real) and math.isfinite(z.imag)
