"""The compiler's own module in Pyodide: its answers, what a trap in it leaves, its memory."""

from __future__ import annotations

import linecache

import numpy as np
import pytest
from ferrodide import njit
from ferrodide.jit import InternalError, TypingError, UnsupportedError, _compiler
from helpers import IN_PYODIDE

pytestmark = pytest.mark.skipif(
    not IN_PYODIDE, reason="on the desktop the extension module has the compiler, for tests"
)

PROGRAM = (
    '(program (function 0 "f" "f.py" 3 (params (param 3:6:3:7 x plain _)) (body (return 4:4:4:12 (name 4:11:4:12 x)))))'
)


@pytest.fixture
def panics(monkeypatch):
    """Compiling panics: for a program longer than the block that holds it."""
    compile_texts = _compiler._Instance.compile

    def panicking(self, *texts):
        compile_texts(self, *texts)
        return self._fields(self._compile(1 << 20, 0, 0))

    monkeypatch.setattr(_compiler._Instance, "compile", panicking)
    yield
    monkeypatch.undo()


def test_it_compiles():
    kind, wasm, result, slots, errors, imports, report = _compiler.compile_here(PROGRAM, "float", "")
    assert (kind, result, errors) == ("ok", "float", [])
    assert wasm.startswith(b"\0asm\1\0\0\0")
    assert slots >= 1
    assert all(isinstance(each, str) for each in imports)
    assert isinstance(report, str)


def test_it_refuses():
    kind, message, hint, file, position, stack = _compiler.compile_here(
        PROGRAM.replace("name 4", "nome 4"), "float", ""
    )
    assert (kind, hint, file, stack) == ("internal", "", "", [])
    assert message
    assert position.count(":") == 3


def test_the_calls_that_led_to_an_error_come_along():
    @njit
    def inner(x):
        return x[0]

    @njit
    def outer(x):
        return inner(x)

    with pytest.raises(TypingError, match=r"called in inner, .*test_jit_compiler.py:"):
        outer(1.0)


@pytest.mark.parametrize("name", ["naïve", "数", "\N{GRINNING FACE}", "half \ud800"])
def test_texts_are_utf8(name):
    answer = _compiler.compile_here(
        PROGRAM.replace('"f.py"', f'"{name}.py"').replace("name 4:11:4:12 x", "name 4:11:4:12 y"), "float", ""
    )
    assert answer[0] == "typing"
    assert answer[3] == f"{name}.py".replace("\ud800", "?")


def test_a_panic_is_an_internal_error_and_says_what_it_was(panics):
    answer = _compiler.compile_here(PROGRAM, "float", "")
    assert answer[0] == "internal"
    assert "out of range" in answer[1]
    assert "lib.rs" in answer[1]


def test_after_a_panic_the_next_function_compiles(panics, monkeypatch):
    with pytest.raises(InternalError, match="out of range"):
        njit(lambda x: x + 1)(1.5)
    monkeypatch.undo()
    assert njit(lambda x: x + 1)(1.5) == 2.5


def test_a_page_that_forbids_webassembly(monkeypatch):
    from pyodide.code import run_js

    throwing = "class { constructor() { throw new Error('Wasm code generation disallowed by embedder') } }"
    refusing = run_js(f"({{Module: {throwing}, Instance: class {{}}}})")
    _compiler._module.cache_clear()
    _compiler._instance.cache_clear()
    monkeypatch.setattr(_compiler, "import_module", lambda name: Page(refusing))
    with pytest.raises(UnsupportedError, match="wasm-unsafe-eval"):
        njit(lambda x: x)(1)
    monkeypatch.undo()
    assert njit(lambda x: x)(1) == 1


class Page:
    """The module ``js`` with another WebAssembly."""

    def __init__(self, webassembly):
        import js

        self.WebAssembly, self.Uint8Array, self.Object = webassembly, js.Uint8Array, js.Object


def test_its_memory_does_not_grow_with_what_it_compiled():
    def compile_some(count):
        for _ in range(count):
            assert _compiler.compile_here(PROGRAM, "float", "")[0] == "ok"
            assert _compiler.compile_here(PROGRAM, "int", "")[0] == "ok"
        return _compiler._instance()._memory.buffer.byteLength

    before = compile_some(50)
    assert compile_some(1000) == before


def test_a_large_program():
    body = "\n".join(f"    x = x * {i}.5 + np.float64({i})" for i in range(3000))
    source = f"def large(x):\n{body}\n    return x\n"
    linecache.cache["large.py"] = (len(source), None, source.splitlines(keepends=True), "large.py")
    space = {"np": np}
    exec(compile(source, "large.py", "exec"), space)
    large = space["large"]
    assert njit(large)(1e-300) == large(1e-300)
