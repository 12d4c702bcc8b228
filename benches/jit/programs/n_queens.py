"""n queens: in how many ways they stand on a board, by bits and recursion."""

from jit.checks import exact


def place(full, columns, left, right):
    if columns == full:
        return 1
    ways = 0
    free = full & ~(columns | left | right)
    while free:
        queen = free & -free
        free ^= queen
        ways += place(full, columns | queen, (left | queen) << 1, (right | queen) >> 1)
    return ways


def n_queens(n):
    return place((1 << n) - 1, 0, 0, 0)


ENTRY = n_queens
HELPERS = (place,)
EXACT = True


def arguments(scale):
    return ({"small": 10, "full": 13}[scale],)


numpy_form = None
check = exact
