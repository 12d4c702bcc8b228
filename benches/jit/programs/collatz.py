"""Collatz: which start below n takes the most steps to 1."""

from jit.checks import exact


def collatz(n):
    longest = 0
    best = 1
    for start in range(1, n):
        value = start
        steps = 0
        while value != 1:
            if value % 2 == 0:
                value = value // 2
            else:
                value = 3 * value + 1
            steps += 1
        if steps > longest:
            longest = steps
            best = start
    return best, longest


ENTRY = collatz
HELPERS = ()
EXACT = True


def arguments(scale):
    return ({"small": 4_000, "full": 120_000}[scale],)


numpy_form = None
check = exact
