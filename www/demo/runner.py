"""Runs the tasks, each in its three ways, and tells what happens as it happens."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import ferrodide
import numpy as np

from . import airports, digits

#: Events, as dicts of plain values: what the page and the table are made from.
Report = Callable[[dict[str, Any]], object]

TASKS = {"digits": (digits, digits.Digits), "airports": (airports, airports.Airports)}
WAYS = {"python": "plain_python", "numpy": "with_numpy", "ferrodide": "with_ferrodide"}

#: Each way is run again until this many seconds are full, and the median of its times counts.
LONG_ENOUGH = 1.0
QUICK = 0.1
#: Progress is not told more often than this, in seconds.
PAUSE = 0.05


def environment() -> dict[str, str]:
    return {
        "backend": ferrodide.backend(),
        "ferrodide": ferrodide.__version__,
        "Python": ".".join(map(str, sys.version_info[:3])),
        "NumPy": np.__version__,
        "SciPy": version("scipy"),
        "scikit-learn": version("scikit-learn"),
    }


def run(report: Report, quick: bool = False) -> bool:
    """All tasks. True where the three ways agree on every answer."""
    fill = QUICK if quick else LONG_ENOUGH
    agreed = True
    for name, (task, load) in TASKS.items():
        data = load(quick)
        report({"event": "task", "task": name, "title": task.TITLE, "size": str(data)})
        answers = {}
        for way, function in WAYS.items():
            answers[way], seconds, runs = _measure(getattr(task, function), data, _teller(report, name, way), fill)
            report({"event": "result", "task": name, "way": way, "seconds": seconds, "runs": runs})
        agree = answers["ferrodide"] == answers["numpy"] == answers["python"]
        agreed = agreed and agree
        report(
            {
                "event": "answers",
                "task": name,
                "size": str(data),
                "fill": fill,
                "agree": agree,
                "differ": _differing(answers),
                "summary": task.summary(data, answers["ferrodide"]),
                "gallery": task.gallery(data, answers["ferrodide"]),
            }
        )
    return agreed


def _measure(
    way: Callable[..., list[Any]], data: Any, progress: Callable[[int, int], None], fill: float
) -> tuple[list[Any], float, int]:
    times: list[float] = []
    while True:
        start = time.perf_counter()
        answers = way(data, progress if not times else _silent)
        times.append(time.perf_counter() - start)
        if sum(times) > fill:
            return answers, statistics.median(times), len(times)


def _silent(_done: int, _total: int) -> None:
    pass


def _teller(report: Report, task: str, way: str) -> Callable[[int, int], None]:
    last = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal last
        now = time.perf_counter()
        if now - last >= PAUSE:
            last = now
            report({"event": "progress", "task": task, "way": way, "done": done, "total": total})

    return tell


def _differing(answers: dict[str, list[Any]]) -> int:
    """How many answers are not the same in all three ways."""
    return sum(len(set(each)) > 1 for each in zip(*answers.values(), strict=True))
