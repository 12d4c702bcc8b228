"""``patch()``: NumPy's own calls through the kernels, counted, and exactly undone."""

from __future__ import annotations

import sys
import threading
import warnings

import ferrodide
import numpy as np
import pytest
import scipy.spatial.distance
from helpers import IN_PYODIDE, LAYOUTS, SERVED, assert_same, bits, fallbacks, hits, outcome, sample

NAMES = sorted(ferrodide.stats())
COMPILED = ferrodide.backend() == "pyo3"
needs_loops = pytest.mark.skipif(not COMPILED, reason="only the compiled module reaches NumPy's loops and slots")

#: NumPy's functions of one float; and of two.
UNARY = "exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh arctan cbrt".split()
BINARY = "power arctan2 hypot".split()
ELEMENTWISE = {*UNARY, *BINARY}

SORTED = [*SERVED, "int8", "int16", "uint16", "uint32", "uint64", "bool"]

#: Long enough for every kernel, and for the bridge.
LONG = 7000


@pytest.fixture(autouse=True)
def _clean():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    ferrodide.unpatch()
    ferrodide.stats(reset=True)


def test_ferrodides_own_calls_are_nobodys_fallback():
    ferrodide.stats(reset=True)
    ferrodide.patch("sorting")
    for _ in range(3):
        ferrodide.median(np.arange(5, dtype=object))
    np.median(np.arange(float(LONG)))
    assert hits("median") == 1
    assert fallbacks("median") == {}


def test_the_names_are_those_that_can_be_patched():
    everywhere = {"cdist", "median", "sort", "argsort", "matmul", "unique", "isin", "rankdata", "nanmedian"}
    everywhere |= {"histogram", "histogram2d", "histogramdd"}
    assert everywhere <= set(NAMES)
    assert not COMPILED or ELEMENTWISE | {"dot", "take", "getitem"} <= set(NAMES)
    from ferrodide._patch_table import FAMILIES

    assert set(NAMES) - frozenset().union(*FAMILIES.values()) == set()


@pytest.mark.skipif(COMPILED, reason="the compiled module copies nothing")
def test_what_numpy_has_done_before_it_is_copied_is_left_to_it():
    nothing, whole = np.full((5, 40), np.nan), np.arange(LONG)[::-1]
    with ferrodide.patched():
        with pytest.warns(RuntimeWarning, match="All-NaN"):
            assert np.isnan(np.nanmedian(nothing))
        assert np.median(whole) == (LONG - 1) / 2
        assert hits("nanmedian") == hits("median") == 0
        nothing[2, 20:] = range(20)
        np.testing.assert_equal(np.nanmedian(nothing), 9.5)
        assert np.median(np.arange(40_000)[::-1]) == 39_999 / 2
        assert np.median(whole.astype(float)) == (LONG - 1) / 2
        assert (hits("nanmedian"), hits("median")) == (1, 2)


@needs_loops
def test_operators_methods_and_functions_arrive():
    rng = np.random.default_rng(0)
    x, a = rng.random(LONG), rng.random((40, 40))
    y = x.copy()
    calls = {
        "sort": [
            lambda: np.sort(x),
            lambda: y.sort(),
            lambda: np.sort(x, kind="stable"),
            lambda: np.sort(x, axis=None),
        ],
        "argsort": [lambda: np.argsort(x), lambda: x.argsort(kind="stable"), lambda: np.lexsort((x, np.round(x, 2)))],
        "matmul": [lambda: a @ a, lambda: np.matmul(a, a), lambda: a @ a[0], lambda: a.__imatmul__(a)],
        "unique": [lambda: np.unique(x), lambda: np.unique(x, return_index=True)],
        "median": [lambda: np.median(x), lambda: np.median(a, axis=0)],
        "cdist": [lambda: scipy.spatial.distance.cdist(a, a)],
    }
    with ferrodide.patched(NAMES):
        for name, each in calls.items():
            for i, call in enumerate(each):
                before = hits(name)
                call()
                assert hits(name) > before, (name, i)
    ferrodide.stats(reset=True)
    for each in calls.values():
        for call in each:
            call()
    assert all(row["hits"] == 0 and not row["fallbacks"] for row in ferrodide.stats().values())
    assert (np.diff(y) >= 0).all()


def test_types_with_an_array_function_see_the_call_as_it_came():
    class Answers:
        def __array_function__(self, function, types, args, kwargs):
            return function.__name__, args, kwargs

    mine, x = Answers(), np.arange(float(LONG))
    calls = [
        lambda: np.median(mine),
        lambda: np.histogram(mine, 5),
        lambda: np.histogram2d(x, mine),
        lambda: np.histogram(x, weights=mine),
    ]
    want = [call() for call in calls]
    with ferrodide.patched(NAMES):
        assert [call() for call in calls] == want


def test_functions_of_modules_are_replaced_and_put_back():
    before = {np: dict(vars(np)), scipy.spatial.distance: dict(vars(scipy.spatial.distance))}
    median, cdist = np.median, scipy.spatial.distance.cdist
    ferrodide.patch(NAMES)
    assert np.median is not median
    assert np.median.__name__ == "median"
    assert np.median.__doc__ == median.__doc__
    a = np.random.default_rng(0).random((120, 20))
    with np.errstate(all="raise"):
        assert np.median(a) == median(a)
    eps = np.finfo(float).eps
    np.testing.assert_allclose(scipy.spatial.distance.cdist(a, a), cdist(a, a), rtol=20 * eps, atol=0)
    assert hits("median") == hits("cdist") == 1
    ferrodide.unpatch()
    for module, names in before.items():
        assert {name for name, value in vars(module).items() if value is not names.get(name)} == set(), module


def test_what_no_kernel_serves_is_numpys_and_counted():
    ferrodide.patch(NAMES)
    masked = np.ma.array(np.arange(LONG, dtype=float), mask=np.arange(LONG) % 2 == 0)
    half = np.arange(LONG).astype(np.float16)
    strings = np.array(["b", "a"] * LONG)
    got = np.median(half), np.median(masked[1:4]), np.sort(strings), np.median([])
    reasons = fallbacks("median")
    ferrodide.unpatch()
    want = np.median(half), np.median(masked[1:4]), np.sort(strings), np.median([])
    for ours, theirs in zip(got, want, strict=True):
        np.testing.assert_array_equal(ours, theirs)
        assert type(ours) is type(theirs)
    assert reasons["dtype float16"] == 1
    assert sum(reasons.values()) == 3
    assert hits("median") == 0


@needs_loops
@pytest.mark.parametrize("dtype", SORTED)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_patched_sort_is_a_stable_sort_of_any_layout(dtype, layout):
    for shape in [(LONG,), (3, LONG), (LONG, 2), (300, 7)]:
        a = LAYOUTS[layout](sample(dtype, shape))
        before = a.tobytes()
        for axis in (-1, 0, None):
            want = np.sort(a, axis=axis, kind="stable"), np.argsort(a, axis=axis, kind="stable")
            with ferrodide.patched(NAMES):
                default, stable = np.sort(a, axis=axis), np.sort(a, axis=axis, kind="stable")
                order, stable_order = np.argsort(a, axis=axis), np.argsort(a, axis=axis, kind="stable")
            assert_same(stable, want[0])
            assert_same(stable_order, want[1])
            # Which of two equal elements comes first is left open here.
            assert_same(default, want[0], exact=False)
            along = a.ravel() if axis is None else a
            taken = np.take_along_axis(along, order, -1 if axis is None else axis)
            np.testing.assert_array_equal(taken, want[0])
        assert a.tobytes() == before
    assert hits("sort")
    assert hits("argsort")


@needs_loops
@pytest.mark.parametrize("dtype", SORTED)
def test_sorts_of_every_length_in_place(dtype):
    for n in [0, 1, 2, 11, 12, 13, 511, 512, 1023, 1024, 2047, 2048, 6143, 6144, 20_000]:
        for a in (sample(dtype, n, seed=n), np.sort(sample(dtype, n)), np.sort(sample(dtype, n, edge=0))[::-1].copy()):
            want = np.sort(a, kind="stable"), np.argsort(a, kind="stable")
            with ferrodide.patched("sorting"):
                stable, default = a.copy(), a.copy()
                stable.sort(kind="stable")
                default.sort()
                order = a.argsort(kind="stable")
            np.testing.assert_array_equal(bits(stable), bits(want[0]))
            np.testing.assert_array_equal(default, want[0])
            np.testing.assert_array_equal(order, want[1])


@needs_loops
def test_lexsort_is_stable_in_each_key():
    rng = np.random.default_rng(0)
    for n in (5, 700, LONG, 40_000):
        keys = (
            sample("float64", n),
            rng.integers(0, 4, n),
            sample("uint8", n, edge=0),
            rng.random(n).astype("f4").round(1),
        )
        want = np.lexsort(keys)
        with ferrodide.patched("sorting"):
            np.testing.assert_array_equal(np.lexsort(keys), want)
    assert hits("argsort") >= 6


def arguments(dtype, n: int) -> np.ndarray:
    """Ordinary, tiny and huge numbers of both signs, and the edges."""
    rng = np.random.default_rng(n)
    spread = rng.standard_normal(n) * 10.0 ** rng.integers(-9, 9, n)
    ordinary = rng.standard_normal(n) * 3
    return np.where(
        rng.random(n) < 0.1, sample(dtype, n, edge=1), np.where(rng.random(n) < 0.5, spread, ordinary)
    ).astype(dtype)


def assert_close_in_ulps(ours: np.ndarray, theirs: np.ndarray, ulps: int) -> None:
    """As near as two implementations can be that are each so near the exact result; special values alike."""
    assert ours.dtype == theirs.dtype
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs))
    number = ~np.isnan(theirs)
    ours, theirs = ours[number], theirs[number]
    np.testing.assert_array_equal(np.signbit(ours), np.signbit(theirs))
    finite = np.isfinite(theirs)
    np.testing.assert_array_equal(ours[~finite], theirs[~finite])
    apart = np.abs(bits(ours[finite]).astype("i8") - bits(theirs[finite]).astype("i8"))
    assert apart.max(initial=0) <= ulps, (ours[finite][apart.argmax()], theirs[finite][apart.argmax()])


@needs_loops
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", sorted(ELEMENTWISE))
def test_elementwise_functions(name, dtype):
    """Within 1 ulp of the exact result (power 4), NumPy's within 4: tests/rust/math.rs measures ours alone."""
    function = getattr(np, name)
    operands = [arguments(dtype, 9001 + i)[:9000] for i in range(function.nin)]
    layouts = [lambda a: a, lambda a: a[::2], lambda a: a[::-1], lambda a: a.reshape(90, 100).T, lambda a: a[:20]]
    with np.errstate(all="ignore"):
        for layout in layouts:
            laid = [layout(a) for a in operands]
            want = function(*laid)
            with ferrodide.patched(name):
                got = function(*laid)
                in_place = laid[0].copy()
                function(in_place, *laid[1:], out=in_place)
                masked = function(*laid, where=laid[0] > 0, out=np.zeros_like(laid[0]))
            assert_close_in_ulps(got, want, 8 if name == "power" else 5)
            np.testing.assert_array_equal(bits(in_place), bits(got))
            # Called for a run of elements at a time, the short ones by NumPy's own loop.
            assert_close_in_ulps(masked, np.where(laid[0] > 0, got, np.zeros_like(got)), 8 if name == "power" else 5)
    assert hits(name) >= 8
    assert fallbacks(name)["short"] >= 1


@needs_loops
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_elementwise_scalars_and_reductions(dtype):
    x = np.abs(arguments(dtype, 500))
    x = x[np.isfinite(x) & (x < 10) & (x > 0.1)]
    scalar = x.dtype.type(2.5)
    calls = [
        lambda: x**scalar,
        lambda: np.power(scalar, x),
        lambda: np.arctan2(x, scalar),
        lambda: np.hypot.reduce(x),
        lambda: np.hypot.accumulate(x),
        lambda: np.hypot.reduce(x[:250].reshape(50, 5), axis=0),
        lambda: np.hypot.outer(x[:40], x[:30]),
    ]
    want = [call() for call in calls]
    with ferrodide.patched("elementwise"):
        got = [call() for call in calls]
    for ours, theirs in zip(got, want, strict=True):
        # A chain of as many roundings as there are elements.
        np.testing.assert_allclose(ours, theirs, rtol=2 * x.size * np.finfo(dtype).eps)
    assert fallbacks("hypot")["strides"] >= 2


@needs_loops
def test_operands_that_overlap_the_result_by_a_part():
    for shift in (-3, -1, 1, 3):
        memory = np.random.default_rng(0).random(1000) + 0.5
        want = np.hypot(memory[10:900].copy(), memory[50:940].copy())
        with ferrodide.patched("elementwise"):
            np.hypot(memory[10:900], memory[50:940], out=memory[10 + shift : 900 + shift])
        np.testing.assert_allclose(memory[10 + shift : 900 + shift], want, rtol=1e-15)


@needs_loops
@pytest.mark.parametrize("dtype", ["f8", "f4"])
def test_operands_that_are_read_ahead_of_the_result(dtype):
    x = (np.random.default_rng(0).random(3000) * 40).astype(dtype)
    x[[70, 140, 711]] = [np.nan, np.inf, 1e30]  # lanes that are gone over again
    with ferrodide.patched("elementwise"), np.errstate(all="ignore"):
        for start, stride in [(0, 1), (0, 2), (0, 5), (1, 1), (3, 2), (1, 3)]:
            ahead = slice(start, None, stride)
            n = len(x[ahead])
            for out in (slice(0, n), slice(start, start + n)):
                work, want = x.copy(), np.sin(x[ahead].copy())
                np.sin(work[ahead], out=work[out])
                np.testing.assert_array_equal(work[out], want)
                work, want = x.copy(), np.hypot(x[ahead].copy(), x[::-1][:n].copy())
                np.hypot(work[ahead], x[::-1][:n], out=work[out])
                np.testing.assert_array_equal(work[out], want)
        assert fallbacks("sin").get("strides", 0) == 0


@needs_loops
def test_errors_are_numpys():
    frozen = np.arange(LONG, dtype=float)[::-1].copy()
    frozen.flags.writeable = False

    def failures():
        calls = [
            frozen.sort,
            lambda: np.eye(3) @ np.eye(4),
            lambda: np.sort(frozen, axis=2),
            lambda: np.median(frozen, 5),
        ]
        return [
            (type(error), str(error) if i != 3 else "") for i, error in enumerate(outcome(call)[1] for call in calls)
        ]

    want = failures()
    assert all(kind is not type(None) for kind, _ in want)
    with ferrodide.patched(NAMES):
        assert failures() == want
    assert frozen[0] == LONG - 1


def test_only_and_exclude():
    own = np.median
    ferrodide.patch("median")
    assert np.median is not own
    ferrodide.unpatch()
    ferrodide.patch(only=NAMES, exclude="sorting")
    assert np.median is own
    assert scipy.spatial.distance.cdist.__wrapped__
    ferrodide.patch(only=["sorting"])
    assert np.median is not own
    for argument in ("only", "exclude"):
        with pytest.raises(ValueError, match=f"{argument}: got 'medain'; expected one of .*median"):
            ferrodide.patch(**{"only": NAMES, argument: "medain"})


def test_patching_twice_is_patching_once():
    own = np.median
    ferrodide.patch(NAMES)
    patched = np.median
    ferrodide.patch(NAMES)
    assert np.median is patched
    np.median(np.arange(float(LONG)))
    assert hits("median") == 1
    ferrodide.unpatch()
    assert np.median is own
    ferrodide.unpatch()
    assert np.median is own


def test_blocks_nest_and_leave_what_was_before():
    own = np.median
    with ferrodide.patched("median"):
        patched = np.median
        with ferrodide.patched(NAMES), pytest.raises(KeyError), ferrodide.patched("cdist"):
            raise KeyError
        assert np.median is patched
        with ferrodide.patched("cdist"):
            pass
        assert not hasattr(scipy.spatial.distance.cdist, "__wrapped__")
    assert np.median is own


def test_what_somebody_else_patched_since_stays():
    own, theirs = np.median, lambda a: "theirs"
    ferrodide.patch(NAMES)
    try:
        np.median = theirs
        ferrodide.unpatch()
        assert np.median is theirs
    finally:
        np.median = own


def test_a_module_imported_later_is_patched(monkeypatch):
    from ferrodide import _patch

    name = "scipy.spatial.distance"
    with monkeypatch.context() as patch:
        patch.delitem(sys.modules, name)
        (cdist,) = (each for each in _patch._replacements if each.attribute.name == "cdist")
        # As in a program that has not imported it before.
        patch.setattr(cdist, "_function", None)
        patch.setattr(cdist.original, "_function", None)
        ferrodide.patch(NAMES)
        import scipy.spatial.distance as again

        assert again is sys.modules[name]
        assert hasattr(again.cdist, "__wrapped__")
        ferrodide.unpatch()
        assert not hasattr(again.cdist, "__wrapped__")
        finders = [finder for finder in sys.meta_path if type(finder).__module__.startswith("ferrodide")]
        assert not finders
    scipy.spatial.distance = sys.modules[name]


@pytest.mark.skipif(IN_PYODIDE, reason="Pyodide starts no threads")
def test_threads_patch_while_others_compute():
    x = np.random.default_rng(0).random(50_000)
    want = np.sort(x)
    wrong = []
    stop = threading.Event()

    def compute():
        while not stop.is_set():
            if not np.array_equal(np.sort(x), want) or np.median(x) != np.median(want):
                wrong.append(1)
            # Many lanes that go to NumPy's own function, which may be put back meanwhile.
            if (np.diff(np.sort(x.reshape(-1, 25))) < 0).any():
                wrong.append(2)

    def toggle():
        for _ in range(20):
            with ferrodide.patched(NAMES):
                pass

    own = np.median
    computing = [threading.Thread(target=compute) for _ in range(3)]
    toggling = [threading.Thread(target=toggle) for _ in range(3)]
    for thread in computing + toggling:
        thread.start()
    for thread in toggling:
        thread.join()
    stop.set()
    for thread in computing:
        thread.join()
    assert not wrong
    # Blocks of several threads overlap: the last one out may leave what another had put in.
    ferrodide.unpatch()
    assert np.median is own


def test_the_report_is_a_table(capsys):
    ferrodide.patch(NAMES)
    np.median(np.arange(float(LONG)))
    np.median(np.arange(LONG).astype("f2"))
    ferrodide.report()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["name", "patched", "hits", "seconds", "fallbacks"]
    (row,) = (line for line in lines if line.startswith("median"))
    assert row.split()[1:3] == ["yes", "1"]
    assert row.endswith("1 dtype float16")
    assert ferrodide.stats(reset=True)["median"]["seconds"] > 0
    assert ferrodide.stats()["median"] == {"hits": 0, "fallbacks": {}, "seconds": 0.0}


def test_without_names_it_patches_in_the_browser_only(monkeypatch):
    from ferrodide import _patch

    own = np.median
    monkeypatch.setattr(_patch, "_said", set())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ferrodide.patch()
        ferrodide.patch()
    messages = [str(warning.message) for warning in caught]
    if IN_PYODIDE:
        assert np.median is not own
        assert len(messages) == (0 if COMPILED else 1)
    else:
        assert np.median is own
        assert len(messages) == 1
        assert "only=" in messages[0]
    assert all(warning.filename == __file__ for warning in caught)


@needs_loops
def test_a_numpy_that_was_not_tried_keeps_its_loops(monkeypatch, capsys):
    from ferrodide import _patch

    monkeypatch.setattr(_patch, "_TESTED_NUMPY", ("1.0",))
    monkeypatch.setattr(_patch, "_left_alone", {})
    x = np.random.default_rng(0).random(LONG)
    ferrodide.patch(NAMES)
    np.sort(x)
    np.median(x)
    assert hits("sort") == 0
    assert hits("median") == 1
    ferrodide.report()
    assert f"NumPy {np.__version__} was not tried" in capsys.readouterr().out
