"""Two doubles at a time, where the two arrays do not overlap."""
# types: f8[1C] f8[1C] float
# args: [1.0, 2.0, 3.0, 4.0, 5.0], [0.5, 0.25, 0.125, 8.0, 16.0], 3.0


def overlap_guard(x, y, a):
    for i in range(min(len(x), len(y))):
        y[i] = a * x[i] + y[i]
