"""Native Numba's side: the same files under ``numba.njit``, asked for line by line, as :mod:`jit.measure` is.

A line in is JSON, ``[what, name, quick]``; so is each line out.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numba
import numpy as np

from jit import decorate, load
from jit.samples import Sides, call_microseconds, three, warm

_sides: dict[str, Sides] = {}


def session(_name: str, quick: bool) -> dict[str, Any]:
    """What is measured once, and who measures."""
    compiled = numba.njit(three)
    return {
        "call_us": call_microseconds(compiled, quick),
        "numba": numba.__version__,
        "numpy": np.__version__,
        "python": sys.version.split()[0],
    }


def prepare(name: str, quick: bool) -> dict[str, Any]:
    """Compiles a program."""
    module = load(name)
    small, full = module.arguments("small"), module.arguments("full")
    start = time.perf_counter()
    compiled = decorate(module, numba.njit)
    compiled(*small)
    took = (time.perf_counter() - start) * 1000
    if not quick:
        warm(lambda: compiled(*full), 0.05)
    _sides.clear()
    _sides[name] = Sides({"compiled": lambda: compiled(*full)})
    return {"compile_ms": took}


def samples(name: str, quick: bool) -> dict[str, list[float]]:
    """A round of measuring it."""
    return _sides[name].round(quick)


if __name__ == "__main__":
    for line in sys.stdin:
        what, name, quick = json.loads(line)
        try:
            answer = {"session": session, "prepare": prepare, "samples": samples}[what](name, quick)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
