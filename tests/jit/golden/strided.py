"""An array of any layout, and of an integer narrower than 64 bits."""
# types: i2[2A]
# args: [[1, 2, 3], [4, 5, -6]]


def strided(x):
    total = 0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            total += x[i, j] * (i + 1)
    return total
