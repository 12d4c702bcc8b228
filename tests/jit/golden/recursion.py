"""A function that calls itself, to a bounded depth."""

# types: int
# args: 10
from ferrodide import njit


@njit
def recursion(n):
    if n < 2:
        return n
    return recursion(n - 1) + recursion(n - 2)
