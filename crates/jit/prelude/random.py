"""`numpy.random`: the legacy streams of a seed, bit by bit (MT19937, M. Matsumoto and T. Nishimura 1998).

The state is one for all compiled functions, and another than NumPy's own.
"""

import numpy as np

from ._names import known_as, random_gauss, random_state


@known_as("numpy.random.seed")
def seed(seed=None):
    if seed is not None:
        if seed < 0 or seed > 4294967295:
            raise ValueError("Seed must be between 0 and 2**32 - 1")
        state = random_state()
        word = np.int64(seed)
        for i in range(624):
            state[i] = word
            word = (1812433253 * (word ^ (word >> 30)) + i + 1) & 0xFFFFFFFF
        state[624] = 624
        state[625] = 0


@known_as()
def random_refill(state):
    for i in range(624):
        low = state[i + 1] if i < 623 else state[0]
        word = (state[i] & 0x80000000) | (low & 0x7FFFFFFF)
        state[i] = state[i + 397 if i < 227 else i - 227] ^ (word >> 1) ^ ((word & 1) * 0x9908B0DF)
    state[624] = 0


@known_as()
def random_word():
    """The next 32 bits."""
    state = random_state()
    at = state[624]
    if at < 0 or at >= 624:
        random_refill(state)
        at = np.int64(0)
    state[624] = at + 1
    word = state[at]
    word ^= word >> 11
    word ^= (word << 7) & 0x9D2C5680
    word ^= (word << 15) & 0xEFC60000
    return word ^ (word >> 18)


@known_as()
def random_double():
    high = random_word() >> 5
    return (high * 67108864.0 + (random_word() >> 6)) / 9007199254740992.0


@known_as()
def random_normal():
    """Marsaglia's polar method gives two; the other is kept."""
    state = random_state()
    kept = random_gauss()
    if state[625] != 0:
        state[625] = 0
        return kept[0]
    x, y, square = 0.0, 0.0, 0.0
    while square >= 1.0 or square == 0.0:
        x = 2.0 * random_double() - 1.0
        y = 2.0 * random_double() - 1.0
        square = x * x + y * y
    factor = np.sqrt(-2.0 * np.log(square) / square)
    kept[0] = factor * x
    state[625] = 1
    return factor * y


@known_as()
def random_below(most):
    """An integer from 0 to `most`: bits of as many places, drawn again where they are more."""
    if most <= 0:
        return 0
    mask = most
    mask |= mask >> 1
    mask |= mask >> 2
    mask |= mask >> 4
    mask |= mask >> 8
    mask |= mask >> 16
    mask |= mask >> 32
    if most <= 0xFFFFFFFF:
        found = random_word() & mask
        while found > most:
            found = random_word() & mask
        return found
    found = ((random_word() << 32) | random_word()) & mask
    while found > most:
        found = ((random_word() << 32) | random_word()) & mask
    return found


@known_as("numpy.random.random", "numpy.random.random_sample", "numpy.random.ranf", "numpy.random.sample")
def random_sample(size=None):
    if size is None:
        return random_double()
    out = np.empty(size)
    flat = out.ravel()
    for i in range(flat.size):
        flat[i] = random_double()
    return out


@known_as("numpy.random.rand")
def rand(*shape):
    return random_sample() if len(shape) == 0 else random_sample(shape)


@known_as("numpy.random.standard_normal")
def standard_normal(size=None):
    if size is None:
        return random_normal()
    out = np.empty(size)
    flat = out.ravel()
    for i in range(flat.size):
        flat[i] = random_normal()
    return out


@known_as("numpy.random.randn")
def randn(*shape):
    return standard_normal() if len(shape) == 0 else standard_normal(shape)


@known_as("numpy.random.normal")
def normal(loc=0.0, scale=1.0, size=None):
    if scale < 0:
        raise ValueError("scale < 0")
    if size is None:
        return loc + scale * random_normal()
    out = np.empty(size)
    flat = out.ravel()
    for i in range(flat.size):
        flat[i] = loc + scale * random_normal()
    return out


@known_as("numpy.random.uniform")
def uniform(low=0.0, high=1.0, size=None):
    span = high - low
    if not np.isfinite(span):
        raise OverflowError("Range exceeds valid bounds")
    if size is None:
        return low + span * random_double()
    out = np.empty(size)
    flat = out.ravel()
    for i in range(flat.size):
        flat[i] = low + span * random_double()
    return out


@known_as("numpy.random.randint")
def randint(low, high=None, size=None):
    start = 0 if high is None else low
    most = (low if high is None else high) - 1 - start
    if most < 0:
        raise ValueError("low >= high")
    if size is None:
        return start + random_below(most)
    out = np.empty(size, np.int64)
    flat = out.ravel()
    for i in range(flat.size):
        flat[i] = start + random_below(most)
    return out


@known_as("numpy.random.shuffle")
def shuffle(x):
    if x.ndim == 1:
        for i in range(x.shape[0] - 1, 0, -1):
            j = random_below(i)
            kept = x[i]
            x[i] = x[j]
            x[j] = kept
    else:
        for i in range(x.shape[0] - 1, 0, -1):
            j = random_below(i)
            if i != j:
                row = x[i].copy()
                x[i] = x[j]
                x[j] = row


@known_as("numpy.random.permutation")
def permutation(x):
    if np.ndim(x) == 0:
        out = np.arange(x)
        shuffle(out)
        return out
    if x.ndim == 1:
        copy = x.copy()
        shuffle(copy)
        return copy
    order = np.arange(x.shape[0])
    shuffle(order)
    rows = np.empty(x.shape, x.dtype)
    for i in range(x.shape[0]):
        rows[i] = x[order[i]]
    return rows


@known_as()
def random_places(n, size, replace, p):
    """Indices that are chosen of n."""
    if n <= 0:
        raise ValueError("a must be greater than 0 unless no samples are taken")
    out = np.empty(size, np.int64)
    flat = out.ravel()
    if p is not None:
        if p.size != n:
            raise ValueError("'a' and 'p' must have same size")
        if not replace:
            raise NotImplementedError("choice is compiled without replace=False and p together")
        sums = np.cumsum(p)
        sums /= sums[n - 1]
        for i in range(flat.size):
            flat[i] = np.searchsorted(sums, random_double(), side="right")
        return out
    if replace:
        for i in range(flat.size):
            flat[i] = random_below(n - 1)
        return out
    if flat.size > n:
        raise ValueError("Cannot take a larger sample than population when replace is False")
    order = permutation(n)
    for i in range(flat.size):
        flat[i] = order[i]
    return out


@known_as("numpy.random.choice")
def choice(a, size=None, replace=True, p=None):
    n = a if np.ndim(a) == 0 else a.shape[0]
    if size is None:
        place = random_places(n, 1, replace, p)[0]
        return place if np.ndim(a) == 0 else a[place]
    places = random_places(n, size, replace, p)
    return places if np.ndim(a) == 0 else pick(a, places)


@known_as()
def pick(a, places):
    """`a[places]`, of one dimension."""
    out = np.empty(places.shape, a.dtype)
    flat, order = out.ravel(), places.ravel()
    for i in range(flat.size):
        flat[i] = a[order[i]]
    return out
