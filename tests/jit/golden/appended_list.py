"""A list that grows."""
# types: int
# args: 6


def appended_list(n):
    squares = [0]
    for i in range(1, n):
        squares.append(i * i)
    last = squares.pop()
    return last * len(squares) + squares[-1]
