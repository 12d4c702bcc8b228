"""An exception with its class, message and line."""
# types: float
# args: -1.0


def raised(x):
    if x < 0.0:
        raise ValueError("x is negative")
    return x
