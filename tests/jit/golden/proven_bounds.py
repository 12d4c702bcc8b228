"""The range has every index inside the array: what is left of the checks."""
# types: i8[1C]
# args: [3, 1, 4, 1, 5]


def proven_bounds(x):
    for i in range(1, len(x)):
        x[i] = x[i] ^ x[i - 1]
