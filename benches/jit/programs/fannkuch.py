"""Fannkuch: over all permutations of n pancakes, the most flips until the first is on top, and a checksum of flips."""

import numpy as np
from jit.checks import exact


def fannkuch(n):
    permutation = np.arange(n)
    flipped = np.empty(n, np.int64)
    count = np.zeros(n, np.int64)
    most = 0
    checksum = 0
    sign = 1
    r = n
    while True:
        while r != 1:
            count[r - 1] = r
            r -= 1
        for i in range(n):
            flipped[i] = permutation[i]
        flips = 0
        first = flipped[0]
        while first != 0:
            low = 0
            high = first
            while low < high:
                kept = flipped[low]
                flipped[low] = flipped[high]
                flipped[high] = kept
                low += 1
                high -= 1
            flips += 1
            first = flipped[0]
        most = max(most, flips)
        checksum += sign * flips
        sign = -sign
        # The next permutation turns the first r + 1 by one place.
        while True:
            if r == n:
                return checksum, most
            front = permutation[0]
            for i in range(r):
                permutation[i] = permutation[i + 1]
            permutation[r] = front
            count[r] -= 1
            if count[r] > 0:
                break
            r += 1


ENTRY = fannkuch
HELPERS = ()
EXACT = True


def arguments(scale):
    return ({"small": 7, "full": 9}[scale],)


numpy_form = None
check = exact
