"""Programs that people time a compiler of Python with, undecorated: each file of programs/ is one.

A file has

- ``ENTRY``, the function to compile, and ``HELPERS``, those that it calls and that have to be compiled too;
- ``arguments(scale)``, of "small" for the interpreter and the tests, of "full" for timing; no call changes them;
- ``numpy_form(*arguments)``, the same in NumPy's whole-array calls, or None where nobody would write it so;
- ``check(result, expected)``, which raises AssertionError where two ways to compute it lie further apart than rounding
  explains;
- ``EXACT``, whether the compiled function has to give the interpreter's result to the last bit. It need not where there
  are transcendental functions in it, or random numbers.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(__file__).parent / "programs"

NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))


def load(name: str) -> ModuleType:
    """The program's module, anew and undecorated."""
    spec = importlib.util.spec_from_file_location(f"jit_program_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def decorate(module: ModuleType, decorator: Callable[[Any], Any]) -> Callable[..., Any]:
    """Decorates a program's functions, so that they call each other decorated, and gives the one to call."""
    # Numba finds a function that calls itself by the name of its module.
    sys.modules[module.__name__] = module
    for function in (*module.HELPERS, module.ENTRY):
        setattr(module, function.__name__, decorator(function))
    entry: Callable[..., Any] = getattr(module, module.ENTRY.__name__)
    return entry
