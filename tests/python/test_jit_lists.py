"""Lists in compiled code: of numbers, tuples, arrays and lists; methods, sorting, heaps; the memory they take."""

from __future__ import annotations

import gc
import heapq
import math
from collections import namedtuple

import numpy as np
import pytest
from ferrodide import njit
from ferrodide.jit import TypingError, _runtime
from ferrodide.jit._typed import List
from helpers import COMPILES
from jit_agreement import agrees

pytestmark = pytest.mark.skipif(not COMPILES, reason="compiled code runs in Pyodide, with the compiler")

Point = namedtuple("Point", "x y")
SIZES = (0, 1, 2, 5, 33)


@njit
def of_tuples(n):
    pairs = [(-1, 0.5)]
    for i in range(n):
        pairs.append((i, i * 0.5))
    total = 0.0
    for i, x in pairs:
        total += i * x
    pairs[0] = (7, 7.0)
    last = pairs.pop()
    return total, last, len(pairs), [i for i, _ in pairs]


@njit
def of_arrays(n):
    arrays = [np.ones(1)]
    for i in range(n):
        arrays.append(np.full(i + 1, i * 1.0))
    total = 0.0
    for each in arrays:
        total += each.sum()
    kept = arrays[n // 2]
    first = arrays.pop(0)
    arrays.append(kept)
    arrays[0] = np.zeros(2)
    # What was given up too early would be overwritten.
    others = [np.full(2, 9.0) for _ in range(20)]
    arrays[-1][0] = 100.0
    return total, kept, first, len(arrays), arrays[0], others[0]


@njit
def of_lists(n):
    rows = [[0] for _ in range(n)]
    for i in range(n):
        for j in range(20):
            rows[i].append(i * j)
    shared = [1, 2, 3]
    rows.append(shared)
    shared.append(4)
    total = 0
    for row in rows:
        for each in row:
            total += each
    return total, len(rows[-1])


@njit
def searched(n):
    rows = [[0]]
    found = 0
    for i in range(n):
        rows.append([i, i + 1])
        if any(len(row) > 1 and row[0] == 3 for row in rows):
            found += 1
        if [2, 3] in rows:
            found += 10
        if all(each >= 0 for row in rows for each in row):
            found += 100
        found += max([len(row) for row in rows]) + rows.count([0])
    return found


@njit
def of_mixed_tuples(n):
    kept = [(np.arange(3.0), 0, True)]
    for i in range(n):
        kept.append((kept[-1][0] + 1, i, i % 2 == 0))
    return kept[-1][0], kept[n // 2][1], kept[-1][2]


@njit
def of_named_tuples(n):
    points = List()
    for i in range(n):
        points.append(Point(i, x_of(points) + 1.0))
    return x_of(points), len(points)


@njit
def x_of(points):
    return points[-1].y if len(points) > 0 else 0.5


@njit
def stack(n):
    todo = []
    todo.append((0, n))
    steps = 0
    while todo:
        low, high = todo.pop()
        steps += high - low
        if high - low > 1:
            middle = (low + high) // 2
            todo.append((low, middle))
            todo.append((middle, high))
    return steps


@njit
def read_before_known(n):
    kept = []
    found = 0
    for i in range(n):
        if len(kept) > 3:
            array, number = kept[-1]
            found += array.size + number
        kept.append((np.ones(i), i))
    return found


@njit
def filled_elsewhere(n):
    found = []
    fill(found, n)
    return found[n - 1] if n > 0 else (0, 0.0)


@njit
def fill(found, n):
    if n > 0:
        fill(found, n - 1)
        found.append((n, n / 2))


@njit
def joined(n):
    found = [] if n < 2 else [(1, 2)]
    if n == 1:
        found.append((3, 4))
    return len(found), n == 0 or found[0][1] > 0


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize(
    "function",
    [
        of_tuples,
        of_arrays,
        of_lists,
        searched,
        of_mixed_tuples,
        of_named_tuples,
        stack,
        read_before_known,
        joined,
    ],
    ids=lambda each: each.__name__,
)
def test_items_of_any_type(function, n):
    agrees(function, n)


def test_what_a_list_holds_is_told_by_a_function_that_it_is_handed_to():
    assert [filled_elsewhere(n) for n in (0, 1, 4)] == [(0, 0.0), (1, 0.5), (4, 2.0)]


@njit
def methods(n):
    a = [3, 1, 2]
    a.extend([5, 4])
    a.extend(range(2))
    a.insert(1, 9)
    a.insert(-100, 7)
    a.insert(100, 8)
    a.remove(9)
    a.reverse()
    b = a.copy()
    b.sort()
    c = sorted(a, reverse=True)
    d = (a[1:n], a[::-1], a[-3:], a[n:0:-2])
    joined, many = a + b, a * 2
    del a[0]
    del a[-1]
    a += [1]
    return a, b, c, d, joined, many, a.index(5), a.count(1), a == b, a != b, 5 in a, a.pop(1), min(a), max(a), sum(a)


@pytest.mark.parametrize("n", [0, 2, 5, 20, -2])
def test_methods(n):
    agrees(methods, n)


@njit
def misses(a, how):
    items = list(a)
    if how == 0:
        items.remove(100.0)
    elif how == 1:
        return items.index(1.0, 2)
    elif how == 2:
        return items.pop(7)
    elif how == 3:
        del items[7]
    elif how == 4:
        return items[:: len(items) - 3][0]
    elif how == 5:
        heapq.heappop(items[:0])
    elif how == 6:
        items[-4] = 1.0
    return items[0]


@pytest.mark.parametrize("how", range(8))
def test_what_lists_refuse(how):
    agrees(misses, np.arange(3.0), how)


@njit
def sorts(keys):
    pairs = [(keys[i], i) for i in range(keys.size)]
    pairs.sort()
    back = sorted(pairs, reverse=True)
    only = list(keys)
    only.sort(True) if keys.size > 3 else only.sort()
    return [i for _, i in pairs], [i for _, i in back], only


@njit
def sorts_alike(keys):
    only = list(keys)
    only.sort(reverse=True)
    return only, sorted(only)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 17, 64])
def test_sorting(n):
    keys = np.random.default_rng(n).integers(0, 5, n)
    pairs = sorted((key, i) for i, key in enumerate(keys))
    found = sorts(keys)
    assert found[0] == [i for _, i in pairs]
    assert found[1] == [i for _, i in reversed(pairs)]
    agrees(sorts_alike, keys.astype(float))


@njit
def heaps(keys):
    heap = [(keys[0], -1)]
    popped = []
    for i in range(keys.size):
        heapq.heappush(heap, (keys[i], i))
        if i % 3 == 2:
            popped.append(heapq.heappop(heap))
    replaced = heapq.heapreplace(heap, (100.0, 1))
    pushed = heapq.heappushpop(heap, (-1.0, 1))
    order = [i for _, i in heap]
    whole = list(keys)
    heapq.heapify(whole)
    laid_out = whole.copy()
    return [i for _, i in popped], replaced, pushed, order, laid_out, [heapq.heappop(whole) for _ in range(keys.size)]


@pytest.mark.parametrize("n", [1, 2, 3, 10, 50])
def test_heaps_are_laid_out_as_cpythons(n):
    agrees(heaps, np.random.default_rng(n).integers(0, 9, n).astype(float))


def test_typed_lists_keep_the_declared_type():
    @njit
    def narrow(n):
        items = List.empty_list(np.float32)
        for i in range(n):
            items.append(np.float32(i) / 3)
        return np.array(items)

    assert narrow(4).dtype == np.float32
    assert narrow(0).dtype == np.float32
    assert List([1, 2]) == [1, 2]
    assert List.empty_list(np.int64) == []


def test_lists_leave_compiled_code():
    @njit
    def made(n):
        empty = []
        return [i * 0.5 for i in range(n)], ([n], empty), [True, n > 3], [1j * n]

    for n in (0, 3, 40):
        assert made(n) == made.py_func(n)
        assert [type(each) for each in made(n)[2]] == [bool, bool]

    @njit
    def pairs(n):
        return [(n, n)]

    with pytest.raises(TypingError, match="cannot leave compiled code"):
        pairs(1)


def test_what_a_list_holds_must_be_told():
    @njit
    def two_types(n):
        items = []
        items.append(n)
        items.append((n, n))
        return len(items)

    with pytest.raises(TypingError, match=r"tuple\(int, int\) is appended to a list of int"):
        two_types(1)

    @njit
    def nothing(n):
        items = []
        a, b = items[0]
        return a + b

    with pytest.raises(TypingError, match=r"unpacked|not known"):
        nothing(1)


@njit
def fails_midway(n, at):
    kept = [np.ones(2)]
    rows = [[1.0]]
    for i in range(n):
        kept.append(kept[i] + 1)
        rows.append([1.0, 2.0])
        if i == at:
            raise ValueError("midway")
    return kept[-1].sum() + rows[-1][0]


def test_no_memory_is_left():
    """Lists of arrays, and of lists, give up what they hold: popped, overwritten, cleared, left by an exception."""

    @njit
    def churn(n):
        kept = [np.zeros(1000)]
        rows = [[0.0]]
        for i in range(n):
            kept.append(np.full(1000, i * 1.0))
            kept[0] = kept[-1] * 2
            if len(kept) > 3:
                kept.pop(0)
                kept.pop()
            rows.append([i * 1.0 for _ in range(1000)])
            if i % 10 == 0:
                rows.clear()
                rows.append([1.0])
            if len(rows) > 2:
                rows.pop(0)
        return kept[0][0] + rows[0][0]

    module = _runtime._page().module
    churn(100)
    with pytest.raises(ValueError, match="midway"):
        fails_midway(50, 40)
    gc.collect()
    before = module.HEAPU8.length
    for _ in range(20):
        churn(2000)
        with pytest.raises(ValueError, match="midway"):
            fails_midway(200, 150)
    # 40,000 arrays of 8 kB and lists of as much are 640 MB.
    assert module.HEAPU8.length - before < 64 << 20
    assert math.isfinite(churn(10))
