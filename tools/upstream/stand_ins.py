"""Stand-ins for NumPy's compiled test modules, which Pyodide's NumPy is built without.

The test files import them at their tops. A test that goes on to use one fails, with and
without the patch.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

NAMES = ("_multiarray_tests", "_operand_flag_tests", "_rational_tests", "_struct_ufunc_tests", "_umath_tests")


class _Missing(type):
    """A thing of such a module, until a test uses it. It is a class because ``dtype=`` takes any class."""

    #: Whether tests run by now. Before, the lists of their parameters are made.
    running = False

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if not _Missing.running:
            return super().__call__()
        raise ModuleNotFoundError(f"Pyodide's NumPy is built without {cls.__module__}")


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Missing(name, (), {"__module__": self.__name__})


def tests_begin() -> None:
    """From now on, using one is an error."""
    _Missing.running = True


def install() -> None:
    """Puts them where the test files look."""
    import numpy._core

    for name in NAMES:
        module = _StandIn(f"numpy._core.{name}")
        sys.modules[module.__name__] = module
        setattr(numpy._core, name, module)
    # Read before and after each test. WebAssembly has one mode.
    sys.modules["numpy._core._multiarray_tests"].get_fpu_mode = lambda: 0  # type: ignore[attr-defined]
