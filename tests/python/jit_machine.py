"""Compiled functions without a compiler: Python functions that read and write the slots, behind real C pointers."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from typing import Any

from ferrodide._backend import kernels
from ferrodide.jit import _dispatch, _runtime

_RUN = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_size_t)

C = ctypes.CDLL(None)
C.malloc.restype = ctypes.c_size_t
C.malloc.argtypes = [ctypes.c_size_t]
C.free.argtypes = [ctypes.c_size_t]


class Slots:
    """The block of one call."""

    def __init__(self, address: int) -> None:
        self._address = address

    def read(self, form: str, at: int = 0) -> tuple[Any, ...]:
        """Values from slot ``at`` on, by their struct format."""
        return struct.unpack("<" + form, ctypes.string_at(self._address + 8 * at, struct.calcsize("<" + form)))

    def write(self, form: str, *values: Any) -> int:
        """Results, and the status that says so."""
        found = struct.pack("<" + form, *values)
        ctypes.memmove(self._address, found, len(found))
        return 0


def allocate(data: bytes) -> int:
    """An owner, its data 16 bytes behind it."""
    owner = C.malloc(16 + len(data))
    ctypes.memset(owner, 0, 16)
    ctypes.memmove(owner, struct.pack("<i", 1), 4)
    ctypes.memmove(owner + 16, data, len(data))
    return owner


class Machine:
    """Stands in for the compiler and for WebAssembly."""

    def __init__(self, monkeypatch: Any) -> None:
        self.calls: list[tuple[str, str, str]] = []
        self.freed: list[int] = []
        self.released: list[int] = []
        self._answers: dict[str, tuple[Any, ...]] = {}
        self._functions: list[Any] = []
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(kernels, "_jit_compile", self._compile, raising=False)
        monkeypatch.setattr(_runtime, "in_pyodide", lambda: True)
        monkeypatch.setattr(_runtime, "signals", lambda: False)
        monkeypatch.setattr(_runtime, "load", self._load)
        monkeypatch.setattr(_runtime, "release", self.released.append)
        monkeypatch.setattr(_runtime, "free", self._free)

    def knows(
        self,
        types: str,
        result: str,
        run: Callable[[Slots], int],
        *,
        slots: int = 64,
        errors: list[tuple[str, str, str, int]] = (),  # type: ignore[assignment]
    ) -> None:
        """Let a type text compile to a Python function."""
        self._functions.append(_RUN(lambda address: run(Slots(address))))
        wasm = b"function %d" % (len(self._functions) - 1)
        self._answers[types] = ("ok", wasm, result, slots, list(errors), ["env.memory"], "a report")

    def teaches_nobody(self) -> None:
        """Let every call go through Python, by each road: what frees memory then is seen here."""
        self._monkeypatch.setattr(_dispatch, "teach", lambda *_: False)

    def refuses(self, types: str, *answer: Any) -> None:
        """Let a type text not compile."""
        self._answers[types] = answer

    def _compile(self, program: str, types: str, options: str) -> tuple[Any, ...]:
        self.calls.append((program, types, options))
        return self._answers[types]

    def _load(self, wasm: bytes, imports: list[str]) -> _runtime.Loaded:
        function = self._functions[int(wasm.split()[1])]
        pointer = ctypes.cast(function, ctypes.c_void_p).value
        assert pointer is not None
        return _runtime.Loaded(pointer)

    def _free(self, address: int) -> None:
        self.freed.append(address)
        C.free(address)
