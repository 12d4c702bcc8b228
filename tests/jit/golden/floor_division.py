"""Rounds down, and by zero it raises."""
# types: int int
# args: -7, 2


def floor_division(a, b):
    return a // b, a % b
