"""Quicksort, with insertion below sixteen elements."""

import numpy as np
from jit.checks import exact


def sort_between(a, low, high):
    while high - low > 16:
        middle = (low + high) // 2
        if a[middle] < a[low]:
            a[low], a[middle] = a[middle], a[low]
        if a[high] < a[low]:
            a[low], a[high] = a[high], a[low]
        if a[high] < a[middle]:
            a[middle], a[high] = a[high], a[middle]
        pivot = a[middle]
        i = low
        j = high
        while i <= j:
            while a[i] < pivot:
                i += 1
            while pivot < a[j]:
                j -= 1
            if i <= j:
                a[i], a[j] = a[j], a[i]
                i += 1
                j -= 1
        sort_between(a, low, j)
        low = i
    for i in range(low + 1, high + 1):
        value = a[i]
        j = i - 1
        while j >= low and a[j] > value:
            a[j + 1] = a[j]
            j -= 1
        a[j + 1] = value


def quicksort(x):
    a = x.copy()
    sort_between(a, 0, len(a) - 1)
    return a


ENTRY = quicksort
HELPERS = (sort_between,)
EXACT = True


def arguments(scale):
    return (np.random.default_rng(0).random({"small": 6_000, "full": 300_000}[scale]),)


def numpy_form(x):
    return np.sort(x)


check = exact
