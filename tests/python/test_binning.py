"""``histogram``, ``histogram2d`` and ``histogramdd``: exactly NumPy's counts, also at the edges."""

from __future__ import annotations

import inspect
from typing import Any

import ferrodide
import numpy as np
import pytest
from helpers import LAYOUTS, SERVED, UNSERVED, assert_same, outcome, sample

COMPILED = ferrodide.backend() == "pyo3"
ALL = [*SERVED, *UNSERVED]
FUNCTIONS = {
    name: (getattr(ferrodide, name), getattr(np, name)) for name in ("histogram", "histogram2d", "histogramdd")
}


def same(name: str, *args: Any, exact: bool = True, **kwargs: Any) -> None:
    """Ours and NumPy's: the same results, or the same exception, and the same warnings."""
    ours, theirs = FUNCTIONS[name]
    got, error, caught = outcome(ours, *args, **kwargs)
    want, want_error, want_warnings = outcome(theirs, *args, **kwargs)
    assert (type(error), str(error)) == (type(want_error), str(want_error))
    assert caught == want_warnings
    if want_error is None:
        assert type(got) is type(want)
        assert len(got) == len(want)
        for one, other in zip(got, want, strict=True):
            if isinstance(other, list):
                assert isinstance(one, list)
                for each, its in zip(one, other, strict=True):
                    assert_same(each, its)
            else:
                assert_same(one, other, exact=exact)
                assert one.strides == other.strides


def served(name: str, *args: Any, **kwargs: Any) -> None:
    """As :func:`same`, and by a kernel."""
    from ferrodide._originals import original

    before = sum(original(name).calls.values())
    same(name, *args, **kwargs)
    first = args[0] if isinstance(args[0], np.ndarray) else args[0][0]
    assert not (COMPILED or first.dtype.name in SERVED) or sum(original(name).calls.values()) == before


@pytest.mark.parametrize("name", FUNCTIONS)
def test_signatures_are_numpys(name):
    ours, theirs = (inspect.signature(function).parameters for function in FUNCTIONS[name])
    assert [(p.name, p.kind, p.default) for p in ours.values()] == [
        (p.name, p.kind, p.default) for p in theirs.values()
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ALL)
def test_any_dtype_in_any_layout(dtype, layout):
    for shape in [(3000,), (60, 50), (1,), (0,), (2, 3, 4)]:
        if layout == "unaligned" and 0 in shape:
            continue
        for edge in (0.0, 0.1):
            a = LAYOUTS[layout](sample(dtype, shape, edge=edge))
            same("histogram", a)
            same("histogram", a, 7, (0, 8))
            same("histogram", a, 3, (1.5, 6.0))
            same("histogram", a, 30, density=True)
            same("histogram", a, [0, 2, 3, 8])
            same("histogram", a, np.array([0.5, 2, 2, 8.5]), density=True)
            same("histogram", a, 5, (0, 8), weights=sample("float64", shape, seed=1, edge=0))
            if a.ndim == 1:
                same("histogram2d", a, a[::-1])
                same("histogramdd", [a, a, a], (3, 4, 2))
            if a.ndim == 2:
                same("histogramdd", a[:, :3], 4)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_values_on_the_edges_and_next_to_them(dtype):
    rng = np.random.default_rng(0)
    kind = np.dtype(dtype).type
    ranges = [
        (0, 1),
        (0.0, 0.1),
        (-1.0, 1.0),
        (1e-300, 2e-300),
        (1e5, 1e5 + 0.5),
        (-3.3, 7.7),
        (0.1, 0.7),
        (1.0, 1.0 + 1e-6),
    ]
    for low, high in [
        *ranges,
        *np.sort(rng.standard_normal((40, 2)), 1).tolist(),
        *(10.0 ** np.sort(rng.uniform(-30, 30, (20, 2)), 1)).tolist(),
    ]:
        for bins in (1, 2, 3, 7, 10, 49, 100, 1000):
            try:
                edges = np.histogram_bin_edges(np.zeros(1, dtype), bins, (low, high))
            except ValueError:
                continue
            on = edges.astype(dtype)
            near = np.concatenate(
                [on, np.nextafter(on, kind(-np.inf)), np.nextafter(on, kind(np.inf)), on, (on[1:] + on[:-1]) / 2]
            )
            near = np.concatenate([near, rng.uniform(low, high, 500).astype(dtype), [np.nan]]).astype(dtype)
            same("histogram", near, bins, (low, high))
            same("histogram", near, edges)
            same("histogram", near[np.isfinite(near)], bins)
            if bins < 60:
                same("histogramdd", [near, near[::-1].copy()], bins, [(low, high), (low, high)])
                same("histogram2d", near, rng.permutation(near), [edges, 3], [None, (low, high)])


@pytest.mark.parametrize("dtype", [*SERVED, "int8", "int16", "uint16", "uint32", "uint64"])
def test_whole_numbers(dtype):
    info = np.iinfo(dtype) if np.dtype(dtype).kind != "f" else None
    rng = np.random.default_rng(0)
    a = sample(dtype, 3000, edge=0)
    served("histogram", a, 9)
    served("histogram", a, 9, (0, 9))
    served("histogram", a, np.arange(10))
    served("histogramdd", [a, a[::-1]], 3)
    if info is not None:
        spread = rng.integers(info.min, info.max, 3000, dtype=dtype, endpoint=True)
        for bins in (1, 10, 256, 1000):
            same("histogram", spread, bins)
            same("histogram", spread, bins, (0, 1000))
            # NumPy in Pyodide takes no Python integer beyond C's long, of 32 bits.
            same("histogram", spread, bins, (-5, 2**30))
            same("histogramdd", [spread, spread[::-1]], 5)
        same("histogram", spread, np.linspace(info.min, info.max, 20))
        same("histogram", spread, np.sort(spread[:30]))
        same("histogram", np.array([info.max, info.max - 1, info.min] * 999, dtype), [info.max - 1, info.max])
        same("histogram", np.array([info.max, info.max - 2, info.min] * 999, dtype), [info.max - 3, info.max - 2])
        same("histogram", np.full(2000, info.max, dtype))


def test_what_numpy_has_a_way_of_its_own_with():
    """More bins than the numbers can tell apart, edges in subnormals, and such."""
    rng = np.random.default_rng(0)
    for dtype in ("float64", "float32"):
        eps = np.finfo(dtype).eps
        tiny = np.finfo(dtype).smallest_subnormal
        for low, high in [
            (1.0, 1 + 50 * float(eps)),
            (1e6, 1e6 * (1 + 400 * float(eps))),
            (0.0, 90 * float(tiny)),
            (5.0, 5.0),
        ]:
            x = rng.uniform(low, high, 4000).astype(dtype)
            for bins in (3, 10, 49, 64, 1000, 100_000):
                same("histogram", x, bins)
                same("histogram", x, bins, (low, high))
                same("histogram", x, bins, (np.float64(low), np.float64(high)))
        same("histogram", rng.random(70_000).astype(dtype), 1_000_000)
        same("histogram", rng.random(70_000).astype(dtype) * 1e-3 + 1, 200_000)


def test_weights():
    rng = np.random.default_rng(0)
    x = rng.standard_normal(200_000)
    for weights in (rng.random(x.size), rng.random(x.size).astype("f4"), rng.integers(0, 5, x.size), x + 1j, x > 0):
        same("histogram", x, 50, weights=weights)
        same("histogram", x, 50, (-1, 1.5), weights=weights, density=True)
        same("histogram", x, np.array([-1, 0, 0.3, 2]), weights=weights)
        same("histogram2d", x, x[::-1], (5, 6), weights=weights)
        same("histogramdd", x.reshape(-1, 2)[:5000], 6, weights=weights[:5000], density=True)
    for kind in ("longdouble", "f2", "O", "U5", "m8[s]"):
        same("histogramdd", [x, x], 5, weights=np.ones(x.size, "i8").astype(kind))
    served("histogram", x, 50, weights=rng.random(x.size))
    served("histogram2d", x, x[::-1], (5, 6), weights=rng.random(x.size))
    same("histogram", x, 50, weights=x[:5])
    same("histogramdd", [x, x], 5, weights=x[:5])


def test_takes_what_numpy_takes():
    x = np.random.default_rng(0).standard_normal(3000)
    for bins in (
        "auto",
        "fd",
        "nonsense",
        0,
        -1,
        2.5,
        True,
        np.int64(7),
        np.array(7),
        [3, 2, 1],
        [[1, 2]],
        [],
        [1.0],
        [0, 1, np.nan, 2],
        [-np.inf, 0, np.inf],
        None,
        ["a", "b"],
        range(5),
        [0, 1j],
    ):
        same("histogram", x, bins)
        same("histogram", x.tolist(), bins)
        same("histogram", np.ma.array(x), bins)
    for interval in [
        (2, 1),
        (0, np.inf),
        (np.nan, 1),
        (0, 0),
        (1,),
        (0, 1, 2),
        "ab",
        (np.float32(0), np.float32(1)),
        (10**400, 10**401),
        np.array([0.0, 1.0]),
        (False, True),
        (-2, 2),
        (-1e308, 1e308),
    ]:
        for a in (x, x.astype("f4"), (x * 10).astype("i4")):
            same("histogram", a, 10, interval)
            same("histogram2d", a, a, 10, [interval, interval])
    for special in (np.nan, np.inf, -np.inf):
        y = np.where(x > 2, special, x)
        same("histogram", y)
        same("histogram", y, 10, (-1, 1))
        same("histogram", y, [-1, 0, 1])
        same("histogram", y, [-np.inf, 0, np.inf])
        same("histogram2d", x, y)
        same("histogram2d", x, y, 10, [[-1, 1], [-1, 1]])
        same("histogram2d", x, y, [[-1, 0, 1], [0, np.inf]])
    same("histogramdd", x, 3)
    same("histogramdd", x.reshape(10, 10, 30), 3)
    same("histogramdd", [x, x[:5]], 3)
    same("histogramdd", [x, x.astype("f4")], 3)
    same("histogramdd", [x, x], (3, 3, 3))
    same("histogramdd", [x, x], ([1, 0], 3))
    same("histogramdd", [x, x], (0, 3))
    same("histogramdd", [x, x], (2.5, 3))
    same("histogramdd", [x, x], 3, [(0, 1)])
    same("histogramdd", np.array([x, x]).T, 3, [None, (0, 1)])
    same("histogramdd", [x] * 5, 2)
    same("histogramdd", [x, np.ones_like(x)], 2)
    same("histogramdd", [(x * 9).astype("i4"), np.full(x.size, -3, "i4")], 2)
    same("histogram2d", x, x[:5])
    same("histogram2d", x, x, [0, 1, 2])
    same("histogram2d", x, x, [[0, 1, 2]])
    same("histogram2d", x, x, [5])
    same("histogram2d", x.tolist(), x.tolist())
    served("histogram", x)
    served("histogram", x, [0.0, 0.5, 2.0])
    served("histogram2d", x, x)
    served("histogramdd", np.array([x, x]).T, 3, [None, (0, 1)])


def test_patched():
    x = np.random.default_rng(0).standard_normal(50_000)
    want = np.histogram(x), np.histogram2d(x, x), np.histogramdd(np.array([x, x]).T), np.histogram(x[:5])
    ferrodide.stats(reset=True)
    with ferrodide.patched("binning"):
        got = np.histogram(x), np.histogram2d(x, x), np.histogramdd(np.array([x, x]).T), np.histogram(x[:5])
        counts = {name: ferrodide.stats()[name]["hits"] for name in FUNCTIONS}
    # The last is too short for the bridge.
    assert counts == {"histogram": 2 if COMPILED else 1, "histogram2d": 1, "histogramdd": 1}
    for ours, theirs in zip(got, want, strict=True):
        assert_same(ours[0], theirs[0])
    ferrodide.stats(reset=True)
