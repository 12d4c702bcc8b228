"""Nothing proves the indices: they are asked in front of the loop, which is there twice."""
# types: i8[1C] int int
# args: [3, 1, 4, 1, 5], 1, 4


def checks_in_front(x, start, stop):
    total = 0
    for i in range(start, stop):
        total = total * 3 + x[i]
    return total
