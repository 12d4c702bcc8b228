"""The compiler's side, in Pyodide: tools/bench-jit.mjs asks for one program after another, and gets JSON."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from ferrodide.jit import njit

from . import NAMES, decorate, load
from .checks import exact
from .samples import Sides, call_microseconds, three, warm
from .wanted import WANTED

_AGAIN = 4
"""How often a program is compiled after the first time."""

_sides: dict[str, Sides] = {}


def names(only: str) -> str:
    """Those of the programs that ``only`` chooses: "jit" all of them, "jit nbody" those with that in their names."""
    parts = [part.strip().removeprefix("jit").strip() for part in only.split(",")]
    return json.dumps([name for name in NAMES if any(part in name for part in parts)])


def session(quick: bool) -> str:
    """What is measured once: the very first function of all, and a warm call."""
    took, compiled = _until_first_result(lambda: njit(three), (*np.ones((3, 8)),))
    return json.dumps({"wanted": WANTED, "first_ms": took, "call_us": call_microseconds(compiled, quick)})


def prepare(name: str, quick: bool) -> str:
    """Compiles a program and holds its result against the interpreter's; says how long that took, or what failed."""
    try:
        return json.dumps(_prepare(name, quick))
    except Exception as error:
        # Of an error of the compiler's the reason alone, without the lines of source.
        return json.dumps({"name": name, "error": f"{type(error).__name__}: {getattr(error, 'reason', error)}"})


def samples(name: str, quick: bool) -> str:
    """A round of measuring a program that has been prepared."""
    return json.dumps(_sides[name].round(quick))


def release(name: str) -> None:
    """Forgets a program and its data."""
    _sides.pop(name, None)


def _prepare(name: str, quick: bool) -> dict[str, Any]:
    plain = load(name)
    small, full = plain.arguments("small"), plain.arguments("full")

    def compile_with(decorator: Callable[[Any], Any]) -> tuple[float, Callable[..., Any]]:
        module = load(name)
        return _until_first_result(lambda: decorate(module, decorator), small)

    first, compiled = compile_with(njit)
    again = [compile_with(njit)[0] for _ in range(1 if quick else _AGAIN)]
    compile_with(njit(cache=True))
    cached = [compile_with(njit(cache=True))[0] for _ in range(1 if quick else _AGAIN)]
    check = exact if plain.EXACT else plain.check
    check(compiled(*small), plain.ENTRY(*small))
    calls: dict[str, Callable[[], object]] = {
        "compiled_small": lambda: compiled(*small),
        "compiled": lambda: compiled(*full),
    }
    # What is the NumPy form itself has no loop for the interpreter.
    if plain.numpy_form is not plain.ENTRY:
        calls["interpreter"] = lambda: plain.ENTRY(*small)
    if plain.numpy_form is not None:
        calls["numpy"] = lambda: plain.numpy_form(*full)
    if not quick:
        warm(calls["compiled"])
    _sides[name] = Sides(calls)
    return {"name": name, "compile_first_ms": first, "compile_ms": again, "cached_ms": cached}


def _until_first_result(
    decorated: Callable[[], Callable[..., Any]], arguments: tuple[Any, ...]
) -> tuple[float, Callable[..., Any]]:
    """Milliseconds from the decorator to the first result, and what is decorated."""
    gc.collect()
    start = time.perf_counter()
    compiled = decorated()
    compiled(*arguments)
    return (time.perf_counter() - start) * 1000, compiled
