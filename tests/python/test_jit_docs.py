"""docs/jit.md: its programs run, and its tables are those of the code."""

from __future__ import annotations

import linecache
import re
import types
from pathlib import Path

import pytest
from ferrodide import jit
from ferrodide.jit import _cache, _page_store, njit
from helpers import IN_PYODIDE

PAGE = Path(__file__).parents[2] / "docs" / "jit.md"
TEXT = PAGE.read_text()
BLOCKS = list(re.finditer(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL))


@pytest.mark.skipif(not IN_PYODIDE, reason="the programs say what compiled code does")
@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_a_program_of_the_page_runs(number):
    code = BLOCKS[number][1]
    # With the page's own lines, as errors would show them.
    whole = "\n" * TEXT[: BLOCKS[number].start(1)].count("\n") + code
    file = f"<jit.md {number}>"
    linecache.cache[file] = (len(whole), None, whole.splitlines(True), file)
    exec(compile(whole, file, "exec"), types.ModuleType(f"page_{number}").__dict__)


def table(head):
    rows = re.search(rf"^\| {head} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", TEXT, re.MULTILINE)[1]
    return [[each.strip() for each in row.strip("|").split(" | ")] for row in rows.splitlines()]


def test_the_options_are_those_that_the_decorators_take():
    by_meaning = {}
    for name, meaning in jit.options().items():
        by_meaning.setdefault(meaning, []).append(f"`{name}`")
    assert table("option") == [[", ".join(names), meaning] for meaning, names in by_meaning.items()]
    # The decorator takes each of them, and no other.
    given = dict.fromkeys(jit.options(), False)
    assert njit(**{**given, "error_model": "numpy"})
    with pytest.raises(TypeError, match="'optimize' is no option of jit"):
        njit(optimize=True)


def test_the_errors_are_jit_errors():
    for name, _ in table("error"):
        assert issubclass(getattr(jit, name.strip("`")), jit.JitError)
    assert issubclass(jit.TypingError, TypeError)


def test_what_there_is_to_look_at():
    f = njit(lambda x: x)
    rows = re.search(r"^## Looking inside\n\n\|.*\n\|.*\n((?:\|.*\n)+)", TEXT, re.MULTILINE)[1]
    names = re.findall(r"^\| `f\.(\w+)", rows, re.MULTILINE)
    assert len(names) == rows.count("\n")
    for name in names:
        assert hasattr(f, name)


def test_numbers_of_the_cache():
    said = " ".join(TEXT.split())
    assert f"at most {_page_store.MOST_BYTES >> 20} MiB of it and {_page_store.MOST_ENTRIES} functions" in said
    assert f"files {_cache._MOST_BYTES >> 20} MiB" in said
