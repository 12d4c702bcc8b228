"""How much memory a call takes, and what happens where there is not enough.

The tests of the peak come first: those of the shortage leave Pyodide with a heap so large
that no growth can be seen in it.
"""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import ferrodide
import numpy as np
import pytest
from helpers import IN_PYODIDE

MB = 1 << 20

#: Natively, a fresh process says what its memory rose to at most.
PEAK = """
from pathlib import Path
import numpy as np
import ferrodide
n = 64 << 20
a = np.random.default_rng(0).{make}
assert a.nbytes == n
def peak():
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024
ferrodide.{call}
Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
before = peak()
ferrodide.{call_large}
print((peak() - before) / n)
"""
CALLS = {
    "sort": ("random(n // 8)", "sort(a[:20000])", "sort(a)"),
    "sort along a strided axis": ("random((n // 16, 2))", "sort(a[:20000], 0)", "sort(a, 0)"),
    "sort with gaps": ("random(n // 8)", "sort(a[:20000:2])", "sort(a[::2])"),
    "sort float32": ("random(n // 4, np.float32)", "sort(a[:20000])", "sort(a)"),
    "median": ("random(n // 8)", "median(a[:20000])", "median(a)"),
    "median of few values": ("integers(0, 3, n // 8)", "median(a[:20000])", "median(a)"),
    "median along a strided axis": ("random((n // 16, 2))", "median(a[:20000], 0)", "median(a, 0)"),
}


@pytest.mark.skipif(IN_PYODIDE, reason="reads the peak of a process; the next test is its counterpart in Pyodide")
@pytest.mark.parametrize("name", CALLS)
def test_peak_of_a_process(name):
    make, small, large = CALLS[name]
    code = PEAK.format(make=make, call=small, call_large=large)
    env = {"PYTHONPATH": str(Path(ferrodide.__file__).parents[1])}
    found = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    copies = float(found.stdout)
    # The result, where there is one, and one copy; 5 % for what else the process touches.
    results, of = 1 if name.startswith("sort") else 0, 0.5 if name.endswith("gaps") else 1
    assert copies <= (results + 1.05) * of
    # A measurement that sees nothing proves nothing.
    assert copies >= (1.4 * of if results else 0.1)


#: A process that may grow by so many bytes and no more. Whatever the amount, the answer is right or a MemoryError:
#: what is not asked for before it is taken ends the process.
SHORTAGE = """
import resource
import numpy as np
import ferrodide
from ferrodide import fuzz
rng = np.random.default_rng(0)
a = {make}
before = repr(a)
expected = {call}
free, hard = resource.getrlimit(resource.RLIMIT_AS)
def size():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[0]) * resource.getpagesize()
outcomes = []
for step in range(48):
    resource.setrlimit(resource.RLIMIT_AS, (size() + step * {step}, hard))
    try:
        got = {call}
    except MemoryError:
        got = None
    resource.setrlimit(resource.RLIMIT_AS, (free, hard))
    assert got is None or np.allclose(got, expected, rtol=1e-12, atol=0), step
    assert repr(a) == before
    outcomes.append(got is not None)
    del got
assert np.allclose({call}, expected, rtol=1e-12, atol=0)
print(outcomes.count(False), outcomes[-1])
"""
TEXTS = "[''.join(map(chr, rng.integers(97, 123, n))) for n in (60_000, 70_000)]"
SHORT_OF = {
    "sort": ("rng.random(1 << 20)", "ferrodide.sort(a)", 1 << 20),
    "sort along a strided axis": ("rng.random((1 << 18, 4))", "ferrodide.sort(a, 0)", 1 << 20),
    "argsort": ("rng.random(1 << 20)", "ferrodide.argsort(a)", 1 << 20),
    "median": ("rng.random(1 << 21)", "ferrodide.median(a)", 1 << 18),
    "matmul": ("rng.random((700, 700))", "ferrodide.matmul(a, a)", 1 << 20),
    "cdist": ("rng.random((900, 40))", "ferrodide.cdist(a, a)", 1 << 19),
    "levenshtein": (TEXTS, "ferrodide.levenshtein(*a)", 1 << 18),
    "token_set_ratio": (TEXTS, "fuzz.token_set_ratio(*a)", 1 << 19),
}


@pytest.mark.skipif(IN_PYODIDE, reason="limits a process; the tests below are its counterparts in Pyodide")
@pytest.mark.parametrize("name", SHORT_OF)
def test_any_amount_of_memory(name):
    make, call, step = SHORT_OF[name]
    code = SHORTAGE.format(make=make, call=call, step=step)
    # Memory that the process has freed goes back, so that the limit counts all.
    env = {"PYTHONPATH": str(Path(ferrodide.__file__).parents[1]), "MALLOC_MMAP_THRESHOLD_": "65536"}
    found = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    refused, last = found.stdout.split()
    assert int(refused) > 2, "the shortage was none"
    assert last == "True", "not even the last amount was enough"


def heap() -> int:
    import pyodide_js

    return pyodide_js._module.HEAPU8.length


@pytest.mark.skipif(not IN_PYODIDE, reason="reads WebAssembly's memory; the test before is its native counterpart")
@pytest.mark.parametrize("call", [ferrodide.sort, ferrodide.median])
def test_growth_of_the_heap(call):
    # The heap grows in steps of up to 96 MB more than were asked for: copies have to be larger than two of those.
    n, step = 200 * MB, 96 * MB
    # Few values: the median then keeps a whole copy, so that one more would show.
    a = np.random.default_rng(0).integers(0, 3, n, np.uint8)
    # Take what is free in the heap as it is, until it has to grow for one more copy.
    fill, before = [], heap()
    while heap() == before:
        fill.append(np.empty(n, np.uint8))
    before = heap()
    result = call(a)
    grown = heap() - before
    # The universal wheel's scratch lies in the kernels' own memory: here only its result does.
    copies = 2 if call is ferrodide.sort else 1
    assert grown <= copies * n + step
    if call is ferrodide.sort:
        assert grown >= n - step, "the measurement sees nothing"
        assert result[0] == 0
        assert result[-1] == 2
    del fill


def absurd() -> np.ndarray:
    """One number, seen as often as an index can count: no copy of it fits."""
    return np.broadcast_to(np.array(1.0), np.iinfo(np.intp).max // 8)


@pytest.fixture
def nothing_left():
    """In Pyodide, take two of the four gigabytes that there can be: then two more are too many."""
    ballast = np.empty(np.iinfo(np.intp).max, np.uint8) if IN_PYODIDE else None
    yield
    del ballast


def works():
    """The next call."""
    a = np.array([3.0, 1.0, 2.0])
    np.testing.assert_array_equal(ferrodide.sort(a), [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(ferrodide.argsort(a), [1, 2, 0])
    assert ferrodide.median(a) == 2.0
    assert ferrodide.matmul(a, a) == 14.0
    assert ferrodide.cdist([[0.0]], [[3.0]]) == 3.0


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "int32", "uint8"])
def test_more_than_there_is(nothing_left, dtype):
    a = np.broadcast_to(np.array(1, dtype), np.iinfo(np.intp).max // np.dtype(dtype).itemsize)
    with pytest.raises(MemoryError):
        ferrodide.sort(a)
    works()
    with pytest.raises(MemoryError):
        ferrodide.median(a)
    works()
    # As many as there can be indices.
    with pytest.raises(MemoryError):
        ferrodide.argsort(a[: np.iinfo(np.intp).max // np.dtype(np.intp).itemsize])
    works()


def test_a_product_larger_than_there_is(nothing_left):
    # 2 GB - 8 bytes, or 8 EB: what an index can just count.
    n = math.isqrt(np.iinfo(np.intp).max // 8)
    column = np.broadcast_to(np.array(1.0), (n, 1))
    with pytest.raises(MemoryError):
        ferrodide.matmul(column, column.T)
    works()
    with pytest.raises(MemoryError):
        ferrodide.cdist(column, column)
    works()


def test_more_elements_than_an_index_counts():
    # NumPy's own answer to such a shape is ValueError, and here it is NumPy that makes the result.
    n = 1 << (np.iinfo(np.intp).bits // 2)
    column = np.broadcast_to(np.array(1.0), (n, 1))
    for call in (ferrodide.matmul, np.matmul):
        with pytest.raises((ValueError, MemoryError)) as caught:
            call(column, column.T)
        assert caught.type is ValueError
    works()


def test_a_median_of_lanes_that_do_not_fit(nothing_left):
    a = absurd()
    for axis in (0, -1, (0,)):
        with pytest.raises(MemoryError):
            ferrodide.median(a, axis)
    works()
