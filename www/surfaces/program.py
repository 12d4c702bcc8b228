# What each place runs. Its last expression is the result.
import ferrodide
import numpy as np
from ferrodide import njit

ferrodide.patch()


@njit
def collatz(n):
    steps = 0
    while n != 1:
        n = 3 * n + 1 if n % 2 else n // 2
        steps += 1
    return steps


x = np.arange(100_001.0)[::-1].copy()
ferrodide.stats(reset=True)
median = float(np.median(x))
{
    "ferrodide.backend()": ferrodide.backend(),
    "np.median, patched": f"{median}, by {ferrodide.stats()['median']['hits']} kernel",
    "ferrodide.sort": str(ferrodide.sort(np.array([3.0, np.nan, -1.0]))),
    "@njit": str(collatz(27)),
}
