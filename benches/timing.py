"""Two sides of a case in turns, and the medians of each."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

Call = Callable[[], object]


class Plan(NamedTuple):
    """How long a side is measured."""

    sample_seconds: float
    """A sample is as many calls as fill this time, so that a coarse clock and a short call do not matter."""
    most: int
    fewest: int
    seconds: float
    """As many samples between fewest and most as the slower side does in this time."""
    in_turn: int
    """How many samples a side takes before it is the other's turn."""

    def samples(self, took: float) -> int:
        """How many samples of so many seconds each."""
        return max(self.fewest, min(self.most, int(self.seconds / took)))


NAMED = Plan(0.02, 9, 9, 0, 1)
"""For the kernels called by name."""
PATCHED = Plan(0.001, 60, 3, 0.5, 5)
"""For the many calls of the patched tables. Many short samples: where other programs have the processor from time to
time, the median is one that they did not disturb."""
AGAIN = Plan(0.001, 300, 9, 2, 5)
"""For what came out slower."""
QUICK = Plan(0.0005, 1, 1, 0, 1)
"""To see that everything runs."""


class Case(NamedTuple):
    """One line of the table."""

    name: str
    size: str
    ours: Call
    peer_name: str
    peer: Call
    wanted: float | None
    """How many times faster than the peer the PyO3 wheel is meant to be."""
    around: Callable[[], AbstractContextManager[None]] = nullcontext
    """What each sample of ours runs inside, untimed."""
    family: str = ""
    data: str = ""
    """The operands, where ``size`` does not say it."""
    remake: Callable[[], Case] | None = None
    """Makes the case anew, for a second measurement if it comes out slower."""


def repeats_for(call: Call, sample_seconds: float) -> tuple[int, float]:
    """How many calls make a sample, and about how long that takes."""
    repeats = 1
    while True:
        took = time_calls(call, repeats)
        if sample_seconds / 2 <= took < 10 * sample_seconds:
            # Was it a hiccup, or the first call of all? Then a sample would be too few calls.
            took = min(took, time_calls(call, repeats))
        if took >= sample_seconds / 2:
            more = max(1, round(sample_seconds / took))
            return repeats * more, took * more
        repeats *= 2


def time_calls(call: Call, repeats: int) -> float:
    """Seconds for so many calls."""
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return time.perf_counter() - start


def measure(case: Case, plan: Plan) -> dict[str, float]:
    """Medians of ours and the peer's in milliseconds, in turns, after a call of each to warm up."""
    sides = ((case.ours, case.around), (case.peer, nullcontext))
    counts: list[int] = []
    took = 0.0
    for call, around in sides:
        with around():
            repeats, seconds = repeats_for(call, plan.sample_seconds)
        counts.append(repeats)
        took = max(took, seconds)
    samples: list[list[float]] = [[], []]
    count = plan.samples(took)
    # A call that is a sample by itself takes turns one by one.
    in_turn = plan.in_turn if max(counts) > 1 else 1
    for _ in range(0, count, in_turn):
        for (call, around), repeats, taken in zip(sides, counts, samples, strict=True):
            with around():
                taken += [time_calls(call, repeats) / repeats * 1000 for _ in range(in_turn)]
    ours, peer = map(statistics.median, samples)
    return {"ours_ms": ours, "peer_ms": peer, "speedup": peer / ours}
