"""Settings of the whole suite, which runs natively, in Pyodide with the PyO3 wheel and with the universal wheel."""

from __future__ import annotations

import sys
import warnings

import ferrodide
import pytest
from hypothesis import HealthCheck, settings

# The same examples every time, nothing kept on disk, and no clock: Pyodide is slower than a desktop.
settings.register_profile(
    "ferrodide",
    derandomize=True,
    database=None,
    deadline=None,
    # Each takes a browser's Python five times as long; the first ones are the same everywhere.
    max_examples=25 if sys.platform == "emscripten" else 60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ferrodide")

# What the universal wheel says once about patch(), before warnings are errors.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    with ferrodide.patched("median"):
        pass
ferrodide.stats(reset=True)


@pytest.fixture
def machine(monkeypatch):
    """Stands in for the compiler of @jit, and for WebAssembly."""
    from jit_machine import Machine

    return Machine(monkeypatch)
