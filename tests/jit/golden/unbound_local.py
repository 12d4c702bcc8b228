"""A variable that is bound on one way only."""
# types: int
# args: 0


def unbound_local(n):
    for i in range(n):
        last = i
    return last
