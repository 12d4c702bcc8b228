"""A named tuple's fields are locals."""
# types: Point(x:float,y:float)
# args: (3.0, 4.0)


def named_tuple(p):
    return p.x * p.x + p.y * p.y
