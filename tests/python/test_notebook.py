"""``%load_ext ferrodide``: the comparison of a cell with and without kernels, the report, and what errors look like."""

from __future__ import annotations

import random
from importlib.util import find_spec

import ferrodide
import numpy as np
import pytest
from ferrodide._compare import compare, difference
from ferrodide._patch import Report, unpatched
from helpers import COMPILES

HAS_IPYTHON = find_spec("IPython") is not None

#: Served on every road.
MEDIAN = "y = np.median(x)"


@pytest.fixture
def space():
    return {"np": np, "x": np.random.default_rng(1).standard_normal(20_001)}


def test_both_ways_and_the_results(space):
    found, value = compare("y = np.median(x)\nz = np.unique(x)\ny + 1.0", space, ["sorting", "searching"])
    assert found.agree
    assert found.plain > 0
    assert found.accelerated > 0
    assert found.served["median"] == 1
    assert {name: each.verdict for name, each in found.results.items()} == dict.fromkeys(
        ("x", "y", "z", "the last expression"), "equal"
    )
    assert space["y"] == np.median(space["x"])
    assert value == space["y"] + 1.0
    assert np.median.__module__ == "numpy"


def test_the_cell_runs_once_on_the_variables(space):
    x = space["x"]
    space["alias"] = x
    space["counted"] = []
    first = x[0]
    found, _ = compare("x += 1.0\ncounted.append(len(counted))\nm = np.median(x)", space, "sorting")
    assert space["x"] is x
    assert space["alias"] is x
    assert x[0] == first + 1.0
    assert space["counted"] == [0]
    assert found.agree


def test_functions_of_the_namespace_have_copies_too(space):
    exec("state = np.zeros(3)\ndef step():\n    state[0] += 1\n    return np.median(x)", space)
    found, _ = compare("m = step()", space, "sorting")
    assert space["state"][0] == 1.0
    assert set(found.results) == {"m", "state", "x"}


def test_random_numbers_are_the_same(space):
    source = "import random\na = np.random.rand(5000)\nb = random.random()\nc = np.median(a)"
    found, _ = compare(source, space, "sorting")
    assert found.agree
    np.random.seed(5)  # noqa: NPY002
    random.seed(5)
    compare(source, space, "sorting")
    once = space["a"][0], space["b"]
    np.random.seed(5)  # noqa: NPY002
    random.seed(5)
    assert once == (np.random.rand(5000)[0], random.random())  # noqa: NPY002


def test_what_is_patched_stays_so(space):
    ferrodide.patch("sorting")
    try:
        ferrodide.stats(reset=True)
        found, _ = compare(MEDIAN, space, "searching")
        # The plain runs are without those of before, too.
        before = ferrodide.stats()["median"]["hits"]
        assert before == found.runs
        np.median(space["x"])
        assert ferrodide.stats()["median"]["hits"] == before + 1
    finally:
        ferrodide.unpatch()


def test_without_patches_is_for_a_block():
    before, plain = np.median, np.unique
    ferrodide.patch("sorting")
    patched_median = np.median
    try:
        with unpatched():
            assert np.median is before
            ferrodide.patch("searching")
        assert np.unique is plain
        assert np.median is patched_median
    finally:
        ferrodide.unpatch()


def test_exceptions_leave_the_variables(space):
    before = dict(space)
    with pytest.raises(ZeroDivisionError):
        compare("x[:] = 0\nmade = 2\nmade / 0", space, "sorting")
    assert {name: value for name, value in space.items() if name != "__builtins__"} == before
    assert space["x"].any()


def test_what_cannot_be_copied_is_named(space):
    space["generator"] = iter(np.arange(3))
    space["lock"] = __import__("threading").Lock()
    found, _ = compare("lock.locked()\nm = np.median(x)", space, "sorting")
    assert found.shared == ["lock"]
    assert "lock" not in found.results
    assert "Neither copied nor compared, so that all runs had the same: lock." in repr(found)


def test_differences():
    a = np.arange(4.0)
    cases = [
        (a, a.copy(), "equal"),
        (a, a * (1 + 1e-15), "close"),
        (a, a + 1e-3, "different"),
        (a, a.astype(np.float32), "different"),
        (a, a[:3], "different"),
        (np.array([1.0, np.nan]), np.array([1.0, np.nan]), "equal"),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0]), "different"),
        (np.array([1, 2]), np.array([1, 3]), "different"),
        (np.float32(1), np.float32(1 + 1e-6), "close"),
        (1.0, 1.0 + 1e-15, "close"),
        (1, 2, "different"),
        (1, 1.0, "different"),
        ([a, 1], [a, 1], "equal"),
        ((a,), (a + 1,), "different"),
        ({"k": a}, {"k": a * (1 + 1e-15)}, "close"),
        ({"k": a}, {"j": a}, "different"),
        (object(), object(), "unknown"),
        (np.array([a, "x"], object), np.array([a * (1 + 1e-15), "x"], object), "close"),
        (np.array([1, "x"], object), np.array([1, "y"], object), "different"),
        (np.array([np.inf]), np.array([-np.inf]), "different"),
        ("same", "same", "equal"),
    ]
    for first, second, verdict in cases:
        assert difference(first, second).verdict == verdict, (first, second)


class Column:
    """Of pandas' kind."""

    def __init__(self, values, index="abcd"):
        self.values, self.index = values, Names(index)

    def equals(self, other):
        return np.array_equal(self.values, other.values) and self.index.equals(other.index)

    def to_numpy(self):
        return self.values


class Names(str):
    """An index."""

    def equals(self, other):
        return self == other


class Frame:
    """Of pandas' kind: its columns have dtypes of their own."""

    def __init__(self, **columns):
        self._columns = columns
        self.columns = Names("".join(columns))

    def __getitem__(self, name):
        return self._columns[name]

    def equals(self, other):
        return self.columns == other.columns and all(self[name].equals(other[name]) for name in self.columns)

    def to_numpy(self):
        raise AssertionError("not by its columns")


def test_differences_of_frames():
    a = np.arange(4.0)
    rounded, other = a * (1 + 1e-15), a + 1
    words = np.array(list("wxyz"), object)
    frame = Frame(n=Column(a), s=Column(words))
    assert difference(frame, Frame(n=Column(a.copy()), s=Column(words.copy()))).verdict == "equal"
    assert difference(frame, Frame(n=Column(rounded), s=Column(words))).verdict == "close"
    assert difference(frame, Frame(n=Column(other), s=Column(words))).verdict == "different"
    assert difference(frame, Frame(n=Column(a))).verdict == "different"
    assert difference(Column(a), Column(rounded)).verdict == "close"
    assert difference(Column(a), Column(rounded, "abce")).verdict == "different"


def test_what_only_one_way_makes_is_a_difference(space):
    space["patched"] = lambda: np.median is not plain
    plain = np.median
    found, _ = compare("if patched():\n    extra = 1\ny = np.median(x)", space, "sorting")
    assert found.results["extra"].verdict == "different"
    assert "extra, there is one only with kernels" in repr(found)


def test_exceptions_that_only_kernels_cause_say_so(space):
    plain = np.median
    space["patched"] = lambda: np.median is not plain
    with pytest.raises(AssertionError) as caught:
        compare("assert not patched()", space, "sorting")
    assert caught.value.__notes__ == ["Without ferrodide's kernels the same code ran to its end."]
    assert np.median is plain


def test_the_first_run_is_not_held_against_numpy(space):
    """It does what is done once, so that there is another, unless that takes long."""
    source = "import time\nif first:\n    time.sleep(first.pop())\nnp.median(x)"
    first = [0.6]
    # Copies of it are itself: only the first run finds something in it.
    space["first"] = type("Once", (), {"pop": first.pop, "__bool__": lambda self: bool(first),
                                       "__deepcopy__": lambda self, memo: self})()  # fmt: skip
    found, _ = compare(source, space, "sorting")
    assert found.runs == 2
    assert found.plain < 0.3


def test_a_difference_is_said(space):
    space["calls"] = calls = []
    space["note"] = calls.append
    found, _ = compare("note(1)\ny = float(len(calls))\nnp.median(x)", space, "sorting")
    # The calls add up, so that each run has another y.
    assert not found.agree
    assert "The results DIFFER: y, by up to" in repr(found)
    assert "DIFFER" in found._repr_html_()


def test_reports_are_drawn(space):
    with ferrodide.patched("sorting"):
        ferrodide.stats(reset=True)
        np.median(space["x"])
        report = Report()
    text, page = repr(report), report._repr_html_()
    assert "median" in text
    assert "<td>median</td><td>yes</td><td>1</td>" in page
    assert "<td>unique</td>" not in page


@pytest.mark.skipif(not COMPILES, reason="compiled code runs in Pyodide, with the compiler")
def test_errors_of_the_compiler_show_the_source():
    @ferrodide.njit
    def f(x):
        return x.nothing

    with pytest.raises(ferrodide.jit.TypingError) as caught:
        f(np.ones(3))
    lines = caught.value._render_traceback_()
    assert lines[0].startswith("\033[31mTypingError\033[0m: ")
    assert "return x.nothing" in lines[1]
    assert lines[2].strip("\033[013m ") == "^" * len("return x.nothing")


@pytest.mark.skipif(not HAS_IPYTHON, reason="IPython is not in the Pyodide of these tests")
def test_the_magics():
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell.instance()
    try:
        shell.run_line_magic("load_ext", "ferrodide")
        shell.run_cell("import numpy as np\nx = np.arange(5001.0)[::-1].copy()")
        with capture_output() as said:
            result = shell.run_cell("%%ferrodide_compare sorting\nprint('once')\ny = np.median(x)\ny + 1", silent=False)
        assert result.success
        assert result.result == 2501.0
        assert shell.user_ns["y"] == 2500.0
        assert said.stdout.count("once") == 1
        page = said.outputs[0].data["text/html"]
        assert "The results are equal." in page
        assert "median 1" in page
        report = shell.run_cell("%ferrodide --reset").result
        assert type(report) is Report
        with capture_output() as said:
            wrong = shell.run_cell("%%ferrodide_compare sortng\n1")
        assert not wrong.success
        assert "sortng is no family" in str(wrong.error_in_exec)
        from ferrodide.jit import TypingError

        shell.user_ns["error"] = TypingError("x is no number.", hint="Write 1.", file="f.py", position="3:0:3:1")
        with capture_output() as said:
            shell.run_cell("raise error")
        assert "x is no number." in said.stdout
        assert "Traceback" not in said.stdout
        failed = shell.run_cell("%%ferrodide_compare\n1 / 0")
        assert isinstance(failed.error_in_exec, ZeroDivisionError)
        shell.run_line_magic("unload_ext", "ferrodide")
        assert not shell.find_line_magic("ferrodide")
        assert not shell.find_cell_magic("ferrodide_compare")
    finally:
        InteractiveShell.clear_instance()
