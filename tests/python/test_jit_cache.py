"""The cache of compiled code: what it goes by, what it gives back, and how it fails; without the compiler."""

from __future__ import annotations

import linecache
import math
import os
import warnings
from collections import namedtuple

import numpy as np
import pytest
from ferrodide import njit
from ferrodide.jit import JitWarning, _cache, _compiler, _dispatch, int64


def anything(x):
    return x


def test_the_cache_keeps_compiled_code(machine, tmp_path):
    before = _cache.use_store(_cache.FileStore(tmp_path / "deep" / "folder"))
    try:
        errors = [("ValueError", "no", __file__, 1)]
        machine.knows("int", "(int,float)", lambda block: block.write("qd", 1, 2.0), errors=errors)
        for _ in range(3):
            assert njit(cache=True)(anything)(1) == (1, 2.0)
        assert len(machine.calls) == 1
        njit(anything)(1)
        njit(cache=True, fastmath=True)(anything)(1)
        assert len(machine.calls) == 3
        # A file that is not whole counts as none.
        for file in (tmp_path / "deep" / "folder").iterdir():
            file.write_bytes(file.read_bytes()[:-1])
        njit(cache=True)(anything)(1)
        assert len(machine.calls) == 4
    finally:
        _cache.use_store(before)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A cache of this test's own."""
    folder = tmp_path / "cache"
    before = _cache.use_store(_cache.FileStore(folder))
    monkeypatch.setattr(_cache, "_warned", False)
    yield folder
    _cache.use_store(before)


def made(code, **names):
    """A function of source that linecache knows, as each run makes it anew."""
    file = f"<kept {hash(code)}>"
    linecache.cache[file] = (len(code), None, code.splitlines(True), file)
    space = {"np": np, "njit": njit, **names}
    exec(compile(code, file, "exec"), space)
    return space["f"]


def test_the_source_is_not_asked_for(machine, kept, monkeypatch):
    machine.knows("int", "int", lambda block: 0)
    code = "def f(x):\n    return x + K\n"
    first = njit(cache=True)(made(code, K=1))
    assert first(1) == 1
    assert "It was compiled and goes into the cache (files)." in first.explain()
    monkeypatch.setattr(_dispatch, "build", None)
    again = njit(cache=True)(made(code, K=1))
    assert again(1) == 1
    assert len(machine.calls) == 1
    assert "Compiled code was taken from the cache (files)." in again.explain()
    assert repr(again.stats.cache_hits) == "Counter({(int64,): 1})"
    assert repr(first.stats.cache_misses) == "Counter({(int64,): 1})"
    assert again.stats.cache_path == str(kept)


GLOBALS = [
    1,
    1.0,
    True,
    "a",
    (1, 2),
    (1, 2.0),
    np.float32(1),
    np.float64(1),
    np.ones(3),
    np.ones((3, 1)),
    np.sin,
    np.cos,
]
GLOBALS += [
    namedtuple("P", "x y"),
    namedtuple("P", "x z"),
    namedtuple("P", "x z", defaults=(1,)),
    int64[:],
    int64[:, :],
]
GLOBALS += [np.int32, np.dtype("f4"), np.dtype("f8"), None, float, math.sin]


def test_what_a_name_stands_for_is_a_part_of_the_key(machine, kept):
    machine.knows("int", "int", lambda block: 0)
    for array in ("f8[1Cr]", "f8[2Cr]"):
        machine.knows(f"int {array}", "int", lambda block: 0)
    code = "def f(x):\n    return (x, K)\n"
    for count, each in enumerate(GLOBALS):
        for _ in range(2):
            njit(cache=True)(made(code, K=each))(1)
            assert len(machine.calls) == count + 1, each


JITTED = "@njit\ndef g(x):\n    return %s\n"
MODULE = "import types\nm = types.ModuleType('m')\n%s\ndef f(x):\n    return m.a\n"


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("def f(x):\n    return x + %s\n", ("1", "2")),
        ("%sdef f(x):\n    return x + 1\n", ("", "\n")),
        ("def f(x, y=%s):\n    return x\n", ("1", "2")),
        ("def f(x, *, y=%s):\n    return x\n", ("1", "2")),
        ("def g(k):\n    def f(x):\n        return k\n    return f\nf = g(%s)", ("1", "2")),
        (f"{JITTED}def f(x):\n    return g(x)\n", ("x", "x + 1")),
        (f"A = %s\n{JITTED % 'A'}def f(x):\n    return g(x)\n", ("1", "2")),
        ("class C:\n    A = %s\ndef f(x):\n    return C.A\n", ("1", "2")),
        ("import enum\nclass C(enum.Enum):\n    A = %s\ndef f(x):\n    return C.A\n", ("1", "2")),
        (MODULE, ("m.a = 1", "m.a = 2")),
        (MODULE.replace("m.a\n", "m.a(x)\n"), (f"{JITTED % 1}m.a = g", f"{JITTED % 2}m.a = g")),
    ],
)
def test_other_functions_are_others(machine, kept, monkeypatch, code, parts):
    for types in ("int", "int omitted"):
        machine.knows(types, "int", lambda block: 0)
    # The same file, changed.
    monkeypatch.setattr("builtins.hash", lambda text: 0)
    one, other = parts
    for count, part in enumerate((one, one, other, other)):
        njit(cache=True)(made(code % part))(1)
        assert len(machine.calls) == 1 + count // 2


def test_global_arrays_and_exceptions_of_kept_code(machine, kept):
    code = (
        "class Own(Exception):\n    pass\nclass space:\n    TABLE = np.arange(5.0)\n"
        "@njit\ndef g(i):\n    if i > 7:\n        raise Own('far')\n    return space.TABLE[i]\n"
        "def f(i):\n    return g(i)\n"
    )

    def run(block):
        i, address = block.read("qQ")
        return 1 if i > 7 else block.write("d", float(i)) if address else 2

    errors = [("builtins.Own", "far", "<kept 0>", 8), ("ValueError", "no table", "", 0)]
    machine.knows("int f8[1Cr]", "float", run, errors=errors)
    for _ in range(2):
        function = made(code, __name__="builtins")
        f = njit(cache=True)(function)
        assert f(3) == 3.0
        with pytest.raises(function.__globals__["Own"], match="far"):
            f(8)
    assert len(machine.calls) == 1


def test_what_no_name_leads_to_is_compiled_each_time(machine, kept):
    machine.knows("int", "int", lambda block: 0)
    code = "@njit\ndef g(x):\n    return x\nboth = (g, g)\ndel g\ndef f(x):\n    return both[0](x)\n"
    for count in (1, 2):
        f = njit(cache=True)(made(code))
        assert f(1) == 1
        assert len(machine.calls) == count
        assert "It is not kept in the cache: an object that it refers to is not found by a name." in f.explain()


def test_a_damaged_file_counts_as_none(machine, kept):
    machine.knows("int", "int", lambda block: 0)
    njit(cache=True)(anything)(1)
    (file,) = kept.iterdir()
    whole = file.read_bytes()
    for place in (0, 17, 30, len(whole) // 2, len(whole) - 1):
        damaged = bytearray(whole)
        damaged[place] ^= 1
        file.write_bytes(damaged)
        calls = len(machine.calls)
        assert njit(cache=True)(anything)(1) == 1
        assert len(machine.calls) == calls + 1
        assert file.read_bytes() == whole


def test_another_compiler_is_another_cache(machine, kept, monkeypatch, tmp_path):
    machine.knows("int", "int", lambda block: 0)
    for build in ("one", "two", "one"):
        module = tmp_path / f"{build}.wasm"
        module.write_text(build)
        monkeypatch.setattr(_compiler, "MODULE", module)
        _cache._build.cache_clear()
        njit(cache=True)(anything)(1)
    _cache._build.cache_clear()
    assert len(machine.calls) == 2


def test_files_that_are_too_much_go(machine, kept, monkeypatch):
    machine.knows("int", "int", lambda block: 0)
    njit(cache=True)(anything)(1)
    (first,) = kept.iterdir()
    os.utime(first, (1, 1))
    monkeypatch.setattr(_cache, "_MOST_BYTES", first.stat().st_size * 3 // 2)
    _cache.use_store(_cache.FileStore(kept))
    njit(cache=True)(lambda x: x)(1)
    assert first not in kept.iterdir()
    assert len(list(kept.iterdir())) == 1


def test_a_cache_that_cannot_be_written_is_none_and_says_so_once(machine, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(_cache, "_warned", False)
    before = _cache.use_store(_cache.FileStore(tmp_path / "file" / "folder"))
    try:
        machine.knows("int", "int", lambda block: 0)
        f = njit(cache=True)(anything)
        with pytest.warns(JitWarning, match=r"cache=True keeps nothing: the cache cannot be written to \(") as caught:
            assert f(1) == 1
        assert len(caught) == 1
        assert "It is not kept in the cache: the cache cannot be written to (" in f.explain()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert njit(cache=True)(anything)(1) == 1
    finally:
        _cache.use_store(before)
