"""Compiled modules in Pyodide's own memory: instantiated, callable through a C function pointer, and taken back.

A tiny side module, loaded once, hands out Pyodide's ``WebAssembly.Memory``. With that a plain module is instantiated
in a third of a millisecond, and its export becomes a function of Pyodide's table, whose index is a C function
pointer. No call of it goes through JavaScript.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from importlib import import_module
from typing import Any

import numpy as np

from ._errors import InternalError, refused_by_page

__all__ = ["Loaded", "free", "in_pyodide", "load", "release", "signals", "signals_at"]

#: A section ``dylink.0`` that asks for nothing, the import ``env.memory``, and an export of that.
_SIDE_MODULE = bytes.fromhex(
    "0061736d01000000000f0864796c696e6b2e30010400000000020f0103656e76066d656d6f7279020000070a01066d656d6f72790200"
)
#: Where Pyodide's loader finds it, for a moment; a file system of its own, in memory.
_LIBRARY = "/tmp/ferrodide_memory.so"
_PREFIX = "ferrodide_math_"

#: What the compiler's names are among the kernels'.
_ALIASES = {"pow": "power", "atan": "arctan", "atan2": "arctan2"}

#: Functions that only C's library has: its names, by NumPy's.
_C_NAMES = {
    "arcsin": "asin",
    "arccos": "acos",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "gamma": "tgamma",
}

#: All of it in one call, where the page lets text become code: each step from Python makes an object of its own.
_LOADER = """
(python, imports) => (address, length) => {
  const module = new WebAssembly.Module(python.HEAPU8.slice(address, address + length));
  return python.addFunction(new WebAssembly.Instance(module, imports).exports.run, "ii");
}
"""

#: ``run``: the address of the slots, and the status. The GIL is kept, and an exception that a callback left is raised.
_RUN = ctypes.PYFUNCTYPE(ctypes.c_int32, ctypes.c_size_t)


def in_pyodide() -> bool:
    """Whether compiled code can run here at all."""
    return sys.platform == "emscripten"


class Loaded:
    """A compiled function in the table.

    Parameters
    ----------
    pointer
        Its index in Pyodide's table, which is a C function pointer.
    """

    def __init__(self, pointer: int) -> None:
        self.pointer = pointer

    @cached_property
    def run(self) -> Callable[[int], int]:
        """Called with the address of the slots; the status."""
        return _RUN(self.pointer)


class _Page:
    """What every compiled module imports. Made once."""

    def __init__(self) -> None:
        self.module = import_module("pyodide_js")._module
        self.js = import_module("js")
        self.memory = self._memory()
        env = self.js.Object.new()
        env.memory = self.memory
        env.malloc, env.free = self.module._malloc, self.module._free
        # Not 0 where a signal's handler raised, as that of Ctrl-C does.
        env.poll = self.module._PyErr_CheckSignals
        self.imports = self.js.Object.new()
        self.imports.env, self.imports.math = env, self.js.Object.new()
        self._known: set[str] = set()
        self._load = self._one_call()

    def _one_call(self) -> Callable[[int, int], int] | None:
        from .._backend import backend

        if backend() == "javascript":
            # The page handed the kernels over because it forbids just this.
            return None
        from pyodide.code import run_js  # type: ignore[import-not-found]
        from pyodide.ffi import JsException  # type: ignore[import-not-found]

        try:
            load: Callable[[int, int], int] = run_js(_LOADER)(self.module, self.imports)
        except JsException:
            return None
        return load

    def _memory(self) -> Any:
        path = _LIBRARY
        try:
            with open(path, "wb") as file:
                file.write(_SIDE_MODULE)
            ctypes.CDLL(path)
        finally:
            os.unlink(path)
        return getattr(self.module.LDSO.loadedLibsByName, path).exports.memory

    def provide(self, names: Iterable[str]) -> None:
        """Put the functions of the module ``math`` among the imports."""
        for name in names:
            if name in self._known:
                continue
            space, _, function = name.rpartition(".")
            if function == "random_state":
                self.imports.math.random_state = self._random_state()
            elif space in ("", "math"):
                setattr(self.imports.math, function, self._function(function))
            self._known.add(name)

    def _random_state(self) -> Any:
        """A function that gives the address of the state of ``numpy.random``, one for all compiled functions.

        624 words of the Mersenne twister, how many of them are used up, whether a normal number is left (int64), and
        that number (float64). It begins with entropy, as NumPy's own, and lives as long as the page.
        """
        state = _random_state()
        # Not a function of Python's: a call of it would leave WebAssembly twice.
        return self.js.Number.prototype.valueOf.bind(state.ctypes.data)

    def _function(self, name: str) -> Any:
        base, _, lanes = name.partition("_")
        wanted = _PREFIX + _ALIASES.get(base, base) + (f"_{lanes}" if lanes else "")
        for exports in (_kernel_exports(self.module), self.module):
            found = getattr(exports, wanted, None)
            if found is not None:
                return found
        # What the kernels do not have, C's library has: Pyodide's own.
        found = getattr(self.module, f"_{_C_NAMES.get(base, base)}", None) if not lanes else None
        if found is None:
            raise InternalError(f"the compiled function imports math.{name}, which there is not.")
        return found

    def load(self, wasm: bytes) -> int:
        """Instantiate a module; the index of its ``run`` in the table."""
        if self._load is not None:
            return self._load(np.frombuffer(wasm, np.uint8).__array_interface__["data"][0], len(wasm))
        array = self.js.Uint8Array.new(len(wasm))
        array.assign(wasm)
        module = self.js.WebAssembly.Module.new(array)
        instance = self.js.WebAssembly.Instance.new(module, self.imports)
        return int(self.module.addFunction(instance.exports.run, "ii"))


@cache
def _random_state() -> np.ndarray[Any, np.dtype[np.int64]]:
    state = np.zeros(627, np.int64)
    state[:624] = np.random.MT19937().state["state"]["key"]
    state[624] = 624
    return state


@cache
def _page() -> _Page:
    return _Page()


def _kernel_exports(module: Any) -> Any:
    """What the extension module exports to C; None of another backend."""
    from .._backend import kernels

    exports = getattr(kernels, "_jit_exports", None)
    if exports is not None:
        return exports()
    file = getattr(kernels, "__file__", None)
    library = getattr(module.LDSO.loadedLibsByName, file, None) if file else None
    return None if library is None else library.exports


def load(wasm: bytes, imports: Iterable[str]) -> Loaded:
    """Instantiate a compiled module, and put its ``run`` into the table.

    Parameters
    ----------
    wasm
        The module.
    imports
        What it imports: ``math.sin``, ``env.malloc``.

    Returns
    -------
    Loaded

    Raises
    ------
    UnsupportedError
        Where the page forbids it.
    InternalError
        Where the module is wrong.
    """
    from pyodide.ffi import JsException

    page = _page()
    try:
        page.provide(imports)
        return Loaded(page.load(wasm))
    except JsException as error:
        raise refused_by_page(error) or InternalError(f"the compiled module is refused: {error}") from error


def release(pointer: int) -> None:
    """Take a function out of the table; what it was instantiated from goes with it.

    Nothing may call it any more. At the interpreter's end there may be no page left to tell.
    """
    with contextlib.suppress(Exception):
        _page().module.removeFunction(pointer)


@cache
def signals_at() -> int:
    """The address of CPython's int that says whether the page can interrupt; 0 of a CPython without."""
    if sys.platform != "emscripten":
        return 0
    return int(getattr(import_module("pyodide_js")._module, "_Py_EMSCRIPTEN_SIGNAL_HANDLING", 0))


@cache
def _signal_handling() -> ctypes.c_int:
    address = signals_at()
    return ctypes.c_int.from_address(address) if address else ctypes.c_int(0)


def signals() -> bool:
    """Whether the page has given Pyodide a buffer to interrupt it by."""
    return _signal_handling().value != 0


@cache
def _free() -> Callable[[int], None]:
    page = _page()
    pointer = int(page.module.addFunction(page.module._free, "vi"))
    return ctypes.PYFUNCTYPE(None, ctypes.c_int32)(pointer)


def free(address: int) -> None:
    """Give back memory that a compiled function allocated."""
    _free()(address)
