"""The compiler in Pyodide: a WebAssembly module of its own, loaded with the first function that is compiled.

It has its own memory, so that a page which compiles nothing loads nothing, and a fault in it ends one instance of the
module and not the interpreter. Texts go in and an answer comes out: ``bindings/compiler/`` has the form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from .._backend import backend
from ._errors import InternalError, refused_by_page

__all__ = ["MODULE", "compile_here", "here"]

#: Beside this file, in the wheels for Pyodide.
MODULE = Path(__file__).with_name("_compiler.wasm")


def here() -> Callable[[str, str, str], tuple[Any, ...]] | None:
    """:func:`compile_here`; None where there is no module, or no kernels whose functions its code could import."""
    return compile_here if backend() != "numpy" and MODULE.exists() else None


@cache
def _module() -> Any:
    from pyodide.ffi import JsException  # type: ignore[import-not-found]

    js = import_module("js")
    data = MODULE.read_bytes()
    array = js.Uint8Array.new(len(data))
    array.assign(data)
    try:
        return js.WebAssembly.Module.new(array)
    except JsException as error:
        raise refused_by_page(error) or InternalError(f"the compiler's module is refused: {error}") from error


class _Instance:
    """One instance of the module. After a trap it is not called again."""

    def __init__(self) -> None:
        js = import_module("js")
        exports = js.WebAssembly.Instance.new(_module(), js.Object.new()).exports
        self._bytes = js.Uint8Array
        self._memory = exports.memory
        self._texts, self._compile, self._panic = exports.texts, exports.compile, exports.panic_message

    def compile(self, *texts: str) -> list[bytes]:
        encoded = [each.encode("utf-8", "replace") for each in texts]
        lengths = [len(each) for each in encoded]
        address = self._texts(sum(lengths))
        # The buffer is another one after each growth of the memory.
        self._bytes.new(self._memory.buffer, address, sum(lengths)).assign(b"".join(encoded))
        return self._fields(self._compile(*lengths))

    def panic(self) -> str:
        """What a panic said before it trapped; nothing where it was no panic."""
        return b"".join(self._fields(self._panic())).decode()

    def _fields(self, address: int) -> list[bytes]:
        address %= 1 << 32
        length = int.from_bytes(self._bytes.new(self._memory.buffer, address, 4).to_bytes(), "little")
        data = self._bytes.new(self._memory.buffer, address + 4, length).to_bytes()
        fields, at = [], 0
        while at < length:
            end = at + 4 + int.from_bytes(data[at : at + 4], "little")
            fields.append(data[at + 4 : end])
            at = end
        return fields


@cache
def _instance() -> _Instance:
    return _Instance()


def compile_here(program: str, types: str, options: str, /) -> tuple[Any, ...]:
    """Compile a program in the wire form for arguments of some types, as the native ``_core._jit_compile`` does.

    Parameters
    ----------
    program, types, options
        The compiler's texts.

    Returns
    -------
    tuple
        ``("ok", wasm, result, slots, errors, imports, report)``, or the kind of error, its message, what to write
        instead, the file, the place, and the calls that led there. A trap is an error of the kind ``internal``.
    """
    from pyodide.ffi import JsException

    instance = _instance()
    try:
        fields = instance.compile(program, types, options)
    except JsException as error:
        said = instance.panic() or f"the compiler trapped: {error}"
        _instance.cache_clear()
        return ("internal", said, "", "", "0:0:0:0", [])
    return _answer(fields)


def _answer(fields: list[bytes]) -> tuple[Any, ...]:
    rest = iter(fields)
    kind = _text(rest)
    if kind != "ok":
        message, hint, file, position = (_text(rest) for _ in range(4))
        stack = [(each.decode(), _text(rest), _number(rest)) for each in rest]
        return (kind, message, hint, file, position, stack)
    wasm, result, slots, report = next(rest), _text(rest), _number(rest), _text(rest)
    imports = [_text(rest) for _ in range(_number(rest))]
    errors = [(_text(rest), _text(rest), _text(rest), _number(rest)) for _ in range(_number(rest))]
    return ("ok", wasm, result, slots, errors, imports, report)


def _text(fields: Iterator[bytes]) -> str:
    return next(fields).decode()


def _number(fields: Iterator[bytes]) -> int:
    return int(next(fields))
