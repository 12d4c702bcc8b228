"""Complex numbers are two doubles."""
# types: complex
# args: 0.25+0.5j


def complex_numbers(c):
    z = 0j
    steps = 0
    while z.real * z.real + z.imag * z.imag < 4.0 and steps < 20:
        z = z * z + c
        steps += 1
    return z, steps
