"""All of the right side before any of the left; the tuple is never made."""
# types: int int
# args: 48, 36


def tuple_swap(a, b):
    while b:
        a, b = b, a % b
    return a
