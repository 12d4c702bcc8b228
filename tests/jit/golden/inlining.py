"""A small function in a loop."""

# types: i8[1C] int
# args: [5, -3, 12], 4
from ferrodide import njit


@njit
def clip(x, top):
    return top if x > top else x


def inlining(x, top):
    total = 0
    for i in range(len(x)):
        total += clip(x[i], top)
    return total
