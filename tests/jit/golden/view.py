"""A view of an argument: its memory, another start and stride."""
# types: f8[1C]
# args: [1.0, 2.0, 3.0, 4.0, 5.0]


def view(x):
    y = x[::-2]
    y[1] = 9.0
    return y
