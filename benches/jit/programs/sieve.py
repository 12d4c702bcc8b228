"""The sieve of Eratosthenes: the primes below n."""

import numpy as np
from jit.checks import exact


def sieve(n):
    is_prime = np.ones(n, np.bool_)
    is_prime[:2] = False
    i = 2
    while i * i < n:
        if is_prime[i]:
            for j in range(i * i, n, i):
                is_prime[j] = False
        i += 1
    count = 0
    for i in range(n):
        if is_prime[i]:
            count += 1
    primes = np.empty(count, np.int64)
    at = 0
    for i in range(n):
        if is_prime[i]:
            primes[at] = i
            at += 1
    return primes


ENTRY = sieve
HELPERS = ()
EXACT = True


def arguments(scale):
    return ({"small": 60_000, "full": 4_000_000}[scale],)


def numpy_form(n):
    is_prime = np.ones(n, bool)
    is_prime[:2] = False
    i = 2
    while i * i < n:
        if is_prime[i]:
            is_prime[i * i :: i] = False
        i += 1
    return np.flatnonzero(is_prime).astype(np.int64)


check = exact
