"""An index past the end raises, in its line."""
# types: f4[1C] int
# args: [1.0, 2.0], 2


def out_of_range(x, i):
    return x[i]
