"""An `else` that a `break` goes past."""
# types: int
# args: 91


def while_else(n):
    found = 1
    i = 2
    while i * i <= n:
        if n % i == 0:
            found = i
            break
        i += 1
    else:
        found = n
    return found
