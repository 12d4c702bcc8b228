"""Monte Carlo: pi from points in a square, drawn by xorshift on 32 bits."""

from jit.checks import exact


def draw(state):
    state ^= (state << 13) & 0xFFFFFFFF
    state ^= state >> 17
    state ^= (state << 5) & 0xFFFFFFFF
    return state


def monte_carlo_pi(n, seed):
    state = seed
    inside = 0
    for _ in range(n):
        state = draw(state)
        x = state / 4294967296.0
        state = draw(state)
        y = state / 4294967296.0
        if x * x + y * y < 1.0:
            inside += 1
    return 4.0 * inside / n


ENTRY = monte_carlo_pi
HELPERS = (draw,)
EXACT = True


def arguments(scale):
    return {"small": 40_000, "full": 3_000_000}[scale], 2463534242


numpy_form = None
check = exact
