"""Dispatching: arguments into slots and results out of them, specialisations, options, errors; without the compiler."""

from __future__ import annotations

import copy
import gc
import pickle
import traceback
import warnings
import weakref
from collections import namedtuple

import numpy as np
import pytest
from ferrodide import jit, njit
from ferrodide.jit import (
    InternalError,
    JitWarning,
    TypingError,
    UnsupportedError,
    _options,
    int64,
)
from jit_machine import Machine, allocate

Point = namedtuple("Point", "x y")
TABLE = np.arange(5.0)
THREE = np.float32(3)


def anything(x):
    return x


@pytest.mark.parametrize(
    ("value", "types", "form", "slots"),
    [
        (3, "int", "q", (3,)),
        (-(2**63), "int", "q", (-(2**63),)),
        (2**63, "u8", "Q", (2**63,)),
        (True, "bool", "q", (1,)),
        (2.5, "float", "d", (2.5,)),
        (2.5 - 1j, "complex", "dd", (2.5, -1.0)),
        (np.int8(-3), "i1", "q", (-3,)),
        (np.uint64(2**64 - 1), "u8", "Q", (2**64 - 1,)),
        (np.float32(0.1), "f4", "f4x", (float(np.float32(0.1)),)),
        (np.float64(0.1), "f8", "d", (0.1,)),
        (np.complex64(1 + 2j), "c8", "f4xf4x", (1.0, 2.0)),
        (np.bool(1), "b1", "q", (1,)),
        ((1, (2.0, np.int16(3))), "(int,(float,i2))", "qdq", (1, 2.0, 3)),
        (Point(1, 2.0), "Point(x:int,y:float)", "qd", (1, 2.0)),
        ((), "()", "", ()),
        (None, "none", "", ()),
        ('a "b"\n', '"a \\"b\\"\\n"', "", ()),
    ],
)
def test_a_number_travels_there_and_back(machine, value, types, form, slots):
    seen = []

    def run(block):
        seen.append(block.read(form))
        return 0

    machine.knows(types, types, run)
    returned = njit(anything)(value)
    assert seen == [slots]
    assert returned == value
    # Numba's results are Python's own, whatever came in.
    scalar = isinstance(value, np.generic)
    assert type(returned) is (type(value.item()) if scalar else type(value))


@pytest.mark.parametrize("layout", ["C", "F", "A", "r"])
def test_an_array_is_handed_over_in_place(machine, layout):
    a = np.arange(12.0).reshape(3, 4)
    a = {"C": a, "F": a.T, "A": a[::-1, ::2], "r": a}[layout]
    a.flags.writeable = layout != "r"
    seen = []
    code = f"f8[2{'C' if layout == 'r' else layout}{'r' if layout == 'r' else ''}]"
    machine.knows(code, "none", lambda block: seen.append(block.read("Qqqqqq")) or 0)
    assert njit(anything)(a) is None
    assert seen == [(a.__array_interface__["data"][0], 0, *a.shape, *a.strides)]


def test_an_argument_comes_back_as_itself(machine):
    a = np.arange(6.0)[::2]
    machine.knows("f8[1A]", "f8[1A]", lambda block: 0)
    assert njit(anything)(a) is a


@pytest.mark.parametrize("make", [lambda: np.arange(12.0), lambda: np.arange(12.0).reshape(2, 6)[0:2, 1:4].T])
def test_a_part_of_an_argument_is_a_view_of_it(machine, make):
    a = make()
    types = f"f8[{a.ndim}{'C' if a.flags.c_contiguous else 'A'}]"

    def run(block):
        address, _, length = block.read("Qqq")
        stride = a.strides[0]
        return block.write("Qqqq", address + (length - 1) * stride, 0, length, -stride)

    machine.knows(types, "f8[1A]", run)
    backwards = njit(anything)(a)
    np.testing.assert_array_equal(backwards, a[(slice(None, None, -1), *(0,) * (a.ndim - 1))])
    owner = a if a.base is None else a.base
    assert backwards.base is owner
    backwards[0] = 99
    assert 99 in a
    gc.collect()
    assert backwards.flags.writeable


@pytest.mark.parametrize("of_one_that_is_not", [False, True])
def test_a_part_of_a_read_only_argument_is_read_only(machine, of_one_that_is_not):
    a = np.arange(4.0)[:] if of_one_that_is_not else np.arange(4.0)
    a.flags.writeable = False
    machine.knows("f8[1Cr]", "f8[1Cr]", lambda block: block.write("Qqqq", block.read("Q")[0] + 8, 0, 2, 8))
    f = njit(anything)
    # The first call is Python's, the second is not.
    for part in (f(a), f(a)):
        assert part.tolist() == [1, 2]
        assert not part.flags.writeable


def test_an_empty_part_of_an_argument(machine):
    machine.knows("f8[1C]", "f8[1A]", lambda block: block.write("Qqqq", block.read("Q")[0] + 32, 0, 0, 8))
    assert njit(anything)(np.arange(4.0)).shape == (0,)


def test_memory_of_a_result_is_freed_with_its_last_view(machine, monkeypatch):
    owners = []

    def run(block):
        owners.append(allocate(np.arange(6, dtype="i4").tobytes()))
        return block.write("Qqqqqq", owners[-1] + 16, owners[-1], 2, 3, 12, 4)

    machine.knows("int", "i4[2C]", run)
    machine.teaches_nobody()
    f = njit(anything)
    a = f(1)
    assert (a.dtype, a.flags.c_contiguous, a.flags.writeable) == (np.int32, True, True)
    np.testing.assert_array_equal(a, np.arange(6).reshape(2, 3))
    view = a[1]
    del a
    gc.collect()
    assert machine.freed == []
    assert view.tolist() == [3, 4, 5]
    del view
    gc.collect()
    assert machine.freed == owners
    # The next one is called without Python where that can be, and test_jit_runtime sees its memory come back.
    monkeypatch.undo()
    machine = Machine(monkeypatch)
    machine.knows("int", "i4[2C]", run)
    a = njit(anything)(2)[1]
    gc.collect()
    assert a.tolist() == [3, 4, 5]
    assert (a.dtype.num, a.base.flags.c_contiguous, a.flags.writeable) == (np.dtype("i4").num, True, True)


def test_two_results_of_one_owner_free_it_once(machine):
    def run(block):
        owner = allocate(np.arange(4.0).tobytes())
        return block.write("QqqqQqqqd", owner + 16, owner, 4, 8, owner + 24, owner, 3, 8, 1.5)

    machine.knows("int", "(f8[1C],f8[1C],float)", run)
    machine.teaches_nobody()
    whole, part, number = njit(anything)(1)
    assert (part.tolist(), number) == ([1, 2, 3], 1.5)
    whole[1] = 7
    assert part[0] == 7
    del whole
    gc.collect()
    assert part.tolist() == [7, 2, 3]
    assert machine.freed == []
    del part
    gc.collect()
    assert len(machine.freed) == 1


def test_a_list_is_a_list_of_python_numbers(machine):
    def run(block):
        owner = allocate(np.array([3, 1, 2], "i8").tobytes())
        return block.write("Qqqq", owner + 16, owner, 3, 8)

    machine.knows("int", "list(int)", run)
    machine.teaches_nobody()
    assert njit(anything)(1) == [3, 1, 2]
    gc.collect()
    assert len(machine.freed) == 1


def test_named_tuples_come_back_as_their_class(machine):
    machine.knows("Point(x:int,y:int)", "(Point(x:int,y:int),int)", lambda block: block.write("qqq", 1, 2, 3))
    point, three = njit(anything)(Point(5, 6))
    assert (point, type(point), three) == (Point(1, 2), Point, 3)


def test_named_tuples_of_two_classes_with_one_name(machine):
    other = namedtuple("Point", "x y")
    machine.knows("Point(x:int,y:int)", "Point(x:int,y:int)", lambda block: 0)
    f = njit(anything)
    assert type(f(Point(1, 2))) is Point
    assert type(f(other(1, 2))) is other


def test_each_type_is_compiled_once(machine):
    for types in ("int", "float", "f8[1C]", "f8[1A]"):
        machine.knows(types, "none", lambda block: 0)
    f = njit(anything)
    for _ in range(3):
        f(1), f(1.0), f(np.ones(3)), f(np.ones(6)[::2])
    assert [types for _, types, _ in machine.calls] == ["int", "float", "f8[1C]", "f8[1A]"]
    assert repr(f.signatures) == "[(int64,), (float64,), (array(float64, 1d, C),), (array(float64, 1d, A),)]"
    f.recompile()
    f(1)
    assert len(machine.calls) == 5


def test_defaults_and_keywords(machine):
    def f(a, b=2, *, c=None, d=THREE):
        return a, b, c, d

    seen = []
    for types in (
        "int omitted omitted f4",
        "int int omitted f4",
        "int int int float",
    ):
        machine.knows(types, "none", lambda block, types=types: seen.append((types, block.read("q")[0])) or 0)
    compiled = njit(f)
    compiled(1)
    compiled(a=2)
    compiled(3, 4)
    compiled(5, c=7, d=8.0, b=6)
    assert seen == [
        ("int omitted omitted f4", 1),
        ("int omitted omitted f4", 2),
        ("int int omitted f4", 3),
        ("int int int float", 5),
    ]
    with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'a'"):
        compiled()
    with pytest.raises(TypeError, match=r"unexpected keyword argument 'e'"):
        compiled(1, e=2)


def test_star_arguments_are_a_tuple(machine):
    def f(a, *rest):
        return a

    machine.knows("int (float,int)", "float", lambda block: block.write("d", block.read("qdq")[1]))
    machine.knows("int ()", "int", lambda block: 0)
    assert njit(f)(1, 2.5, 3) == 2.5
    assert njit(f)(1) == 1


def test_global_arrays_follow_the_arguments(machine):
    @njit
    def f(i):
        return TABLE[i]

    machine.knows("int f8[1Cr]", "float", lambda block: block.write("d", block.read("qQqq")[3]))
    assert f(1) == 5.0
    TABLE.resize((7,), refcheck=False)
    assert f(1) == 7.0
    # Of other dimensions it is another type.
    machine.knows("int f8[2Cr]", "float", lambda block: block.write("d", block.read("qQqqqqq")[4]))
    TABLE.resize((5, 1), refcheck=False)
    assert f(1) == 1.0
    assert f(1) == 1.0
    TABLE.resize((5,), refcheck=False)
    assert f(1) == 5.0


def test_a_part_of_a_global_array_is_read_only(machine):
    @njit
    def f(i):
        return TABLE[i:]

    machine.knows("int f8[1Cr]", "f8[1Cr]", lambda block: block.write("Qqqq", block.read("qQ")[1] + 8, 0, 4, 8))
    for part in (f(1), f(1)):
        assert part.tolist() == [1, 2, 3, 4]
        assert not part.flags.writeable
    assert TABLE.flags.writeable


def outer(machine):
    @njit
    def f(x):
        if x < 0:
            raise ValueError("negative")
        return x

    line = f.py_func.__code__.co_firstlineno
    errors = [
        ("ValueError", "negative", __file__, line + 3),
        ("ZeroDivisionError", "division by zero", __file__, line + 4),
        ("IndexError", "", __file__, line + 4),
    ]
    machine.knows("int", "int", lambda block: block.read("q")[0], errors=errors)
    return f, line


@pytest.mark.parametrize(
    ("status", "exception", "message"), [(1, ValueError, "negative"), (2, ZeroDivisionError, "division by zero")]
)
def test_an_exception_has_the_line_of_its_source(machine, status, exception, message):
    f, line = outer(machine)
    assert f(0) == 0
    with pytest.raises(exception, match=f"^{message}$") as caught:
        f(status)
    frame = traceback.extract_tb(caught.tb)[-1]
    assert (frame.filename, frame.lineno, frame.name) == (__file__, line + 2 + status, "f")
    assert frame.line in ('raise ValueError("negative")', "return x")


def test_an_exception_without_a_message(machine):
    f, _ = outer(machine)
    with pytest.raises(IndexError) as caught:
        f(3)
    assert caught.value.args == ()


class OwnError(Exception):
    pass


def test_an_exception_of_ones_own(machine):
    @njit
    def f(x):
        raise OwnError("mine")

    name = f"{__name__}.OwnError"
    machine.knows("int", "none", lambda block: 1, errors=[(name, "mine", __file__, 1)])
    with pytest.raises(OwnError, match="mine"):
        f(1)
    assert f'(raise 10:8:10:30 "{name}" "mine")'.split(" ", 2)[2] in machine.calls[0][0]


def test_what_does_not_compile(machine):
    line = anything.__code__.co_firstlineno
    place = (__file__, f"{line + 1}:11:{line + 1}:12")
    machine.refuses("int", "unsupported", "no ints.", "Write 1.0.", *place, [("g", "there.py", 3)])
    machine.refuses("float", "typing", "no floats.", "", *place, [])
    machine.refuses("complex", "internal", "oh.", "", *place, [])
    f = njit(anything)
    with pytest.raises(UnsupportedError) as caught:
        f(1)
    assert str(caught.value).splitlines() == [
        f"{__file__}:{line + 1}",
        "        return x",
        "               ^",
        "no ints.",
        "Write 1.0.",
        "  called in g, there.py:3",
    ]
    with pytest.raises(TypingError, match=r"no floats\."):
        f(1.0)
    with pytest.raises(InternalError, match=r"Please report it[^$]*oh\.[^$]*ferrodide 0"):
        f(1j)
    assert not isinstance(caught.value, InternalError)
    # A refusal is asked for again: what the function refers to may have changed.
    with pytest.raises(UnsupportedError):
        f(1)


def test_an_argument_of_no_type_is_shown_at_its_parameter(machine):
    with pytest.raises(TypingError) as caught:
        njit(anything)([1])
    line = anything.__code__.co_firstlineno
    assert str(caught.value).splitlines() == [
        f"{__file__}:{line}",
        "    def anything(x):",
        "                 ^",
        "the argument x is a list, which does not compile.",
        "Hand over np.array(...), or a tuple.",
    ]


@njit
def by_name(x):
    return x


def test_a_compiled_function_is_pickled_by_its_name():
    assert pickle.loads(pickle.dumps(by_name)) is by_name
    assert copy.deepcopy([by_name])[0] is by_name


def test_jit_runs_the_plain_function_and_says_so_once(machine):
    machine.refuses("int", "unsupported", "no ints.", "", __file__, "1:0:1:1", [])
    machine.knows("float", "float", lambda block: 0)
    f = jit(anything)
    with pytest.warns(JitWarning, match=r"anything runs as plain Python[^$]*no ints\.") as caught:
        assert f(1) == 1
    assert caught[0].filename == __file__
    assert f(1) == 1
    assert f(1.5) == 1.5
    assert f([1]) == [1]
    assert [types for _, types, _ in machine.calls] == ["int", "float"]


@pytest.mark.parametrize(
    "decorator",
    [jit(nopython=True), njit, njit(), njit(cache=False, nogil=True, inline="always"), jit(["int64(int64)"])],
)
def test_the_decorators_forms(machine, decorator):
    machine.knows("int", "int", lambda block: 0)
    machine.knows("i8", "int", lambda block: 0)
    f = decorator(anything)
    assert f(1) == 1
    assert (f.__name__, f.__doc__, f.__wrapped__, f.py_func) == ("anything", None, anything, anything)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, ""),
        ({"fastmath": True}, "fastmath"),
        ({"fastmath": {"reassoc", "nnan"}}, "fastmath"),
        ({"fastmath": {"fast": True}}, "fastmath"),
        ({"fastmath": {"reassoc"}}, ""),
        ({"fastmath": {"nnan"}}, ""),
        ({"boundscheck": True}, ""),
        ({"boundscheck": None}, ""),
        ({"boundscheck": False}, "boundscheck=off"),
        ({"error_model": "numpy", "fastmath": True}, "fastmath error_model=numpy"),
    ],
)
def test_options(machine, options, text):
    machine.knows("int", "int", lambda block: 0)
    njit(**options)(anything)(1)
    assert machine.calls[0][2] == text


def test_options_that_are_none():
    with pytest.raises(TypeError, match="'fastmth' is no option of jit"):
        njit(fastmth=True)
    with pytest.raises(ValueError, match="error_model is 'c'; expected 'python' or 'numpy'"):
        njit(error_model="c")
    with pytest.raises(TypeError, match="njit was put over a int; it takes a Python function"):
        njit(3)


def test_parallel_is_said_to_be_serial_once(monkeypatch):
    monkeypatch.setattr(_options, "_said_serial", False)
    with pytest.warns(JitWarning, match="one thread") as caught:
        njit(parallel=True)(anything)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        njit(parallel=True)(anything)


def test_forceobj_is_plain(machine):
    f = jit(forceobj=True)(anything)
    assert f([1]) == [1]
    assert machine.calls == []


def test_a_collected_function_is_released(machine):
    machine.knows("int", "int", lambda block: 0)
    machine.knows("float", "int", lambda block: 0)

    def make():
        f = njit(lambda x: x)
        f(1), f(1.0)
        return weakref.ref(f), {each.loaded.pointer for each in f._known.values()}

    gone, pointers = make()
    gc.collect()
    assert gone() is None
    assert set(machine.released) == pointers
    assert len(machine.released) == 2


def test_a_function_that_refers_to_itself_is_collected(machine):
    machine.knows("int", "int", lambda block: 0)

    def make():
        @njit
        def f(n):
            return f(n - 1) if n else 0

        for _ in range(3):
            f(1)
        return weakref.ref(f)

    gone = make()
    gc.collect()
    assert gone() is None
    assert len(machine.released) == 1


def test_what_a_function_tells(machine, capsys):
    machine.knows("int", "float", lambda block: block.write("d", 2.0))
    f = njit(anything)
    assert f.explain() == "anything is not compiled yet: call it first."
    f(1)
    assert f.explain() == "anything(int) -> float\na report"
    f.inspect_types()
    assert capsys.readouterr().out == "anything(int64) -> float64\n"
    assert list(f.overloads) == f.signatures == [(int64,)]
    assert repr(f) == f"<ferrodide.jit {__name__}.anything>"


def test_a_method(machine):
    class Twice:
        times = njit(lambda self, x: 2 * x)

        @staticmethod
        @njit
        def half(x):
            return x // 2

    machine.knows("int", "int", lambda block: 0)
    assert Twice.half(4) == 4
    with pytest.raises(TypingError, match=r"the argument self is a .*Twice, which does not compile"):
        Twice().times(1)


def test_another_name_for_a_global_is_seen_by_the_next_specialisation(machine):
    space = {"K": 1, "njit": njit}

    @njit
    def f(x):
        return x + K  # noqa: F821

    f.py_func.__globals__["K"] = 1
    try:
        machine.knows("int", "int", lambda block: 0)
        machine.knows("float", "float", lambda block: 0)
        f(1)
        f.py_func.__globals__["K"] = 2
        f(1)
        f(1.0)
    finally:
        del f.py_func.__globals__["K"]
    assert ["(int 1)" in program for program, _, _ in machine.calls] == [True, False]
    assert space
