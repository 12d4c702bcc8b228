"""Timing that both sides share: the compiler's in Pyodide, and native Numba's."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from timing import Call, repeats_for, time_calls

SAMPLE_SECONDS = 0.01
SLOW_SECONDS = 0.3
"""A call that takes longer is measured once in a round."""
ROUND_SECONDS = 0.6
WARM_SECONDS = 0.4


def warm(call: Call, seconds: float = WARM_SECONDS) -> None:
    """Calls it until an engine that compiles in the background has its best code."""
    end = time.perf_counter() + seconds
    for _ in range(1_000_000):
        call()
        if time.perf_counter() > end:
            return


class Sides:
    """Several calls that are measured in turns."""

    def __init__(self, calls: dict[str, Call]) -> None:
        self.calls = calls
        self.repeats = {name: repeats_for(call, SAMPLE_SECONDS) for name, call in calls.items()}

    def round(self, quick: bool) -> dict[str, list[float]]:
        """Some samples of each, in milliseconds a call."""
        taken: dict[str, list[float]] = {name: [] for name in self.calls}
        end = time.perf_counter() + ROUND_SECONDS
        while True:
            for name, call in self.calls.items():
                repeats, seconds = self.repeats[name]
                if seconds < SLOW_SECONDS or not taken[name]:
                    taken[name].append(time_calls(call, repeats) / repeats * 1000)
            if quick or time.perf_counter() > end:
                return taken


def three(a, b, c):  # type: ignore[no-untyped-def]
    """A call that takes three arrays and does next to nothing."""
    return a[0] + b[0] + c[0]


def call_microseconds(compiled: Callable[..., object], quick: bool) -> list[float]:
    """Samples of a warm call of ``three``."""
    a, b, c = np.ones((3, 8))
    count = 100 if quick else 20_000
    warm(lambda: compiled(a, b, c), 0.05)

    def once() -> float:
        start = time.perf_counter()
        for _ in range(count):
            compiled(a, b, c)
        return (time.perf_counter() - start) / count * 1e6

    return [once() for _ in range(1 if quick else 7)]
