"""What an error shows: file, line, carets under the expression in characters, reason, hint, calls."""

from __future__ import annotations

import linecache
import traceback

import pytest
from ferrodide.jit import InternalError, JitError, JitWarning, TypingError, UnsupportedError
from ferrodide.jit._errors import failure, raised_at

FILE = "<shown>"
LINES = ["def f(x):\n", "\ty = x + é2 * 字 + x\n", "    return (x +\n", "        1)\n", "\n"]


@pytest.fixture(autouse=True)
def _source():
    linecache.cache[FILE] = (1, None, LINES, FILE)
    yield
    linecache.cache.pop(FILE)


def shown(position):
    return str(TypingError("no.", file=FILE, position=position)).splitlines()


def carets(position, line):
    """The characters that the carets stand under."""
    _, source, marks, _ = shown(position)
    assert source == f"    {LINES[line - 1].rstrip()}"
    start = marks.index("^")
    assert marks[:start].replace("\t", "").strip() == ""
    return source[start : start + marks.count("^")]


@pytest.mark.parametrize(
    ("position", "line", "text"),
    [
        ("1:4:1:5", 1, "f"),
        ("1:0:1:9", 1, "def f(x):"),
        ("2:5:2:6", 2, "x"),
        # Columns are bytes: é has two of them.
        ("2:9:2:12", 2, "é2"),
        ("2:5:2:12", 2, "x + é2"),
        # An expression of several lines is marked to the end of its first.
        ("3:11:4:10", 3, "(x +"),
    ],
)
def test_carets_are_under_the_expression(position, line, text):
    assert carets(position, line) == text


def test_wide_characters_take_two_columns():
    # 字 has three bytes, and is two columns wide in a terminal.
    assert shown("2:15:2:18")[2] == "    \t" + " " * 13 + "^^"
    assert shown("2:21:2:22")[2] == "    \t" + " " * 18 + "^"


def test_a_tab_stays_one():
    assert shown("2:1:2:2")[2] == "    \t^"


def test_without_source_the_place_is_left():
    assert str(TypingError("no.", file="<gone>", position="3:1:3:2")) == "<gone>:3\nno."
    assert shown("5:0:5:0") == [f"{FILE}:5", "no."]
    assert str(JitError("no.", hint="Do.")) == "no.\nDo."


def test_the_calls_that_led_there():
    error = UnsupportedError(
        "no.", hint="Do.", file=FILE, position="1:4:1:5", stack=[("g", "a.py", 3), ("h", "b.py", 4)]
    )
    assert str(error).splitlines()[3:] == ["no.", "Do.", "  called in g, a.py:3", "  called in h, b.py:4"]
    assert (error.reason, error.hint, error.file, error.line, error.column) == ("no.", "Do.", FILE, 1, 4)


def test_which_exceptions_they_are():
    for kind, expected in (("typing", TypingError), ("unsupported", UnsupportedError), ("internal", InternalError)):
        error = failure((kind, "no.", "", FILE, "1:0:1:1", []))
        assert type(error) is expected
        assert isinstance(error, JitError)
    assert issubclass(TypingError, TypeError)
    assert issubclass(UnsupportedError, NotImplementedError)
    assert issubclass(JitWarning, UserWarning)
    assert not issubclass(InternalError, (TypeError, NotImplementedError))


def test_an_internal_error_is_ours():
    text = str(failure(("internal", "the stack is empty.", "", FILE, "1:4:1:5", [])))
    assert text.startswith("ferrodide's compiler has a fault; your function has not. Please report it")
    assert "    def f(x):\n        ^\nthe stack is empty.\nferrodide 0." in text
    assert "Python 3." in text


def test_a_frame_of_the_source():
    error = ValueError("no")
    returned = raised_at(error, FILE, 3, "f")
    assert returned is error
    with pytest.raises(ValueError, match="no") as caught:
        raise returned
    frame = traceback.extract_tb(caught.tb)[-1]
    assert (frame.filename, frame.lineno, frame.name, frame.line) == (FILE, 3, "f", "return (x +")
    # One frame: none of the machinery that made it.
    assert len(traceback.extract_tb(caught.tb)) == 2


def test_no_line_no_frame():
    error = ValueError("no")
    assert raised_at(error, FILE, 0, "f") is error
    assert error.__traceback__ is None


def test_an_exception_that_ends_the_interpreter_travels_as_well():
    error = KeyboardInterrupt()
    assert raised_at(error, FILE, 2, "f") is error
    assert traceback.extract_tb(error.__traceback__)[-1].lineno == 2
