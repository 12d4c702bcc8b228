"""A sum of doubles: in lanes only because its order may change."""
# types: f8[1C]
# options: fastmath
# args: [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]


def fastmath_sum(x):
    total = 0.0
    for i in range(len(x)):
        total += x[i]
    return total
