"""The benchmarks: ours and a peer on the same data, interleaved, medians.

Runs wherever the package does: tools/bench.mjs starts it in Node, in Chromium or natively. ``only`` chooses: what
begins with "patched", "pandas" or "sklearn" chooses NumPy's own calls through ``ferrodide.patch()``, or what these
libraries do on top; anything else chooses kernels called by name. Several are joined by commas ("patched,pandas").
What begins with "jit" is the programs of jit/, through :func:`jit`.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator

import numpy as np
from timing import AGAIN, NAMED, PATCHED, QUICK, Case, Plan, measure

SLOWER = 1 / 1.05
"""A call that is less than this many times as fast is slower."""


def cases(only: str) -> Iterator[tuple[Case, Plan]]:
    """The chosen cases, each with its data made just before it runs, and how to measure it."""
    # The names of calls have commas too.
    for part in re.split(r",(?=patched|pandas|sklearn)", only):
        group = part.split(" ")[0]
        if group == "patched":
            import patched

            yield from ((case, PATCHED) for case in patched.cases(part))
        elif group in ("pandas", "sklearn"):
            import libraries

            yield from ((case, PATCHED) for case in libraries.cases(part))
        else:
            import kernels

            yield from ((case, NAMED) for case in kernels.cases(part))


def environment() -> dict[str, object]:
    """Import ferrodide, and say how long that took and what else Python knows of this place."""
    import platform

    start = time.perf_counter()
    import ferrodide

    took = (time.perf_counter() - start) * 1000
    known = {
        "import_ms": took,
        "backend": ferrodide.backend(),
        "ferrodide": ferrodide.__version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
    }
    return {**known, **_versions("scipy")}


def _versions(*names: str) -> dict[str, str]:
    """Of those packages that are there."""
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def run(only: str = "", quick: bool = False, report: Callable[[str], object] = print) -> str:
    """Measures, reports a line for each case, and answers with the JSON of it all.

    What was slower than its peer though it must not be is made and measured a second time at the end, for longer. The
    second measurement counts; the first stays beside it. A case that raises is reported, and the others go on.
    """
    known = environment()
    start = time.perf_counter()
    results: list[dict[str, object]] = []
    failures: list[dict[str, str]] = []
    doubtful: list[tuple[dict[str, object], Callable[[], Case]]] = []
    for case, plan in cases(only):
        try:
            measured = measure(case, QUICK if quick else plan)
        except Exception as error:
            failures.append({"name": case.name, "size": case.size, "error": f"{type(error).__name__}: {error}"})
            report(f"{case.name} {case.size} failed: {type(error).__name__}: {error}")
            continue
        result = _result(case, measured)
        results.append(result)
        report(_line(case, measured))
        if case.remake and measured["speedup"] < SLOWER and not quick:
            doubtful.append((result, case.remake))
    for result, remake in doubtful:
        case = remake()
        result["first"] = {name: result[name] for name in ("ours_ms", "peer_ms", "speedup")}
        measured = measure(case, AGAIN)
        result.update(measured)
        report(f"again: {_line(case, measured)}")
    known.update(_versions("pandas", "scikit-learn"), seconds=round(time.perf_counter() - start, 1))
    return json.dumps({"environment": known, "results": results, "failures": failures})


def jit(what: str, *given: object) -> str:
    """What :mod:`jit.measure` answers: the compiled programs are asked for one by one, in turns with native Numba."""
    if what == "environment":
        return json.dumps(environment())
    from jit import measure

    answer: str = getattr(measure, what)(*given)
    return answer


def _result(case: Case, measured: dict[str, float]) -> dict[str, object]:
    known = {"family": case.family, "data": case.data, "wanted": case.wanted}
    return {
        "name": case.name,
        "size": case.size,
        **{name: value for name, value in known.items() if value},
        "peer": case.peer_name,
        **measured,
    }


def _line(case: Case, measured: dict[str, float]) -> str:
    wanted = "" if case.wanted is None else f"   (wanted: {case.wanted:g}x)"
    return (
        f"{case.name:32} {case.size:>14} {measured['ours_ms']:10.4f} ms"
        f" {measured['peer_ms']:10.4f} ms {measured['speedup']:7.2f}x  {case.peer_name}{wanted}"
    )


if __name__ == "__main__":
    import sys

    text = run(sys.argv[1], sys.argv[2] == "quick")
    with open(sys.argv[3], "w", encoding="utf-8") as file:
        file.write(text)
