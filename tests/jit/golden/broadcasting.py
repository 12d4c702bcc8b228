"""A column and a row make a table."""
# types: f8[2C] f8[1C]
# args: [[1.0], [2.0]], [10.0, 20.0, 30.0]


def broadcasting(column, row):
    return column * row
