"""Runs a module of NumPy's or SciPy's own tests inside Pyodide, and writes down what became of each test.

Each line of the record is a JSON object: what was collected, then for each test its start and
its end, at last that all is done. A test that started and never ended took the interpreter with it.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import site
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import stand_ins

if TYPE_CHECKING:
    from collections.abc import Callable

#: Warnings are errors, so that one too many is seen, but for those of another pytest than upstream's.
WARNINGS = (
    "error",
    "ignore:the matrix subclass is not",
    "ignore:Importing from numpy.matlib is",
    "ignore::pytest.PytestWarning",
)

#: The lines of an error's message that say enough.
REASON = 6

#: The most of a traceback that is kept.
LONGEST_FAILURE = 6000


class Record:
    """A pytest plugin that writes the record."""

    def __init__(self, job: dict[str, Any], assertions: Assertions | None) -> None:
        self._file = os.open(job["record"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._excluded, self._skip = set(job["excluded"]), set(job["skip"])
        self._assertions = assertions
        self._reports: list[pytest.TestReport] = []
        self._hits: dict[str, int] = {}

    def write(self, **line: Any) -> None:
        """One line, at once: the next test may be the last one."""
        os.write(self._file, json.dumps(line).encode() + b"\n")

    def hits(self) -> dict[str, int]:
        """The kernels that have served calls since the last question, outside assertions: name -> how many."""
        if self._assertions is None:
            return {}
        import ferrodide

        before, self._hits = self._hits, {name: row["hits"] for name, row in ferrodide.stats().items()}
        own, self._assertions.hits = self._assertions.hits, Counter()
        new = {name: hits - before.get(name, 0) - own[name] for name, hits in self._hits.items()}
        return {name: hits for name, hits in new.items() if hits > 0}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Takes out what is excluded, and what an earlier process has run. Before -k selects."""
        excluded = {}
        for item in items:
            for name in (item.nodeid, item.nodeid.split("[", 1)[0]):
                if name in self._excluded:
                    excluded[item.nodeid] = name
        items[:] = [item for item in items if item.nodeid not in excluded and item.nodeid not in self._skip]
        self.write(excluded=excluded)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self) -> None:
        stand_ins.tests_begin()
        self.hits()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            failure = report.longreprtext[-LONGEST_FAILURE:]
            self.write(start=report.nodeid)
            self.write(end=report.nodeid, outcome="failed", seconds=0, hits={}, reason="not collected", failure=failure)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self.write(start=item.nodeid)
        self._reports = []
        start = time.perf_counter()
        result = yield
        seconds = round(time.perf_counter() - start, 3)
        self.write(end=item.nodeid, seconds=seconds, hits=self.hits(), **outcome(self._reports))
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._reports.append(report)


def outcome(reports: list[pytest.TestReport]) -> dict[str, str]:
    """What became of a test, from the reports of its set-up, its call and what follows."""
    for report in reports:
        if report.failed:
            text = report.longreprtext
            crash = getattr(report.longrepr, "reprcrash", None)
            lines = [line.strip() for line in (crash.message if crash else text).splitlines() if line.strip()]
            return {"outcome": "failed", "reason": " / ".join(lines[:REASON]), "failure": text[-LONGEST_FAILURE:]}
    for report in reports:
        if hasattr(report, "wasxfail"):
            return {"outcome": "xfailed" if report.skipped else "xpassed", "reason": report.wasxfail}
        if report.skipped:
            where = report.longrepr
            return {"outcome": "skipped", "reason": where[2] if isinstance(where, tuple) else str(where)}
    return {"outcome": "passed"}


def lay_out(folder: str) -> Path:
    """Lays the files of a release into the installed packages, and gives their folder."""
    packages = Path(site.getsitepackages()[0])
    for file in Path(folder).rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            target = packages / file.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
    return packages


def patch() -> None:
    """``ferrodide.patch()``, with kernels that serve every length they can.

    Most of these tests are on a few elements, which a patched function leaves to NumPy: it is faster there.
    """
    os.environ["FERRODIDE_PATCH_SERVE_SHORT"] = "1"
    import ferrodide

    ferrodide.patch()


class Assertions:
    """What kernels serve inside numpy.testing's assertions, which is no merit of a test's own."""

    #: The functions that they themselves call.
    FUNCTIONS = frozenset("all any count_nonzero getitem max min nanmax nanmin sum".split())
    #: These call what a test gives them.
    OF_CALLS = frozenset(
        "assert_raises assert_raises_regex assert_warns assert_no_warnings assert_no_gc_cycles".split()
    )

    def __init__(self) -> None:
        from ferrodide._backend import kernels
        from ferrodide._patch_table import SITES

        self.hits: Counter[str] = Counter()
        self._sites = [(index, name) for index, (name, _) in enumerate(SITES) if name in self.FUNCTIONS]
        self._counts = kernels._patch_counts
        self._depth = 0

    def watch(self) -> None:
        """Puts itself around each assertion, under the names by which they know one another too."""
        import numpy.testing
        from numpy.testing._private import utils

        for name in dir(numpy.testing):
            if name.startswith("assert_") and name not in self.OF_CALLS:
                watched = self._around(getattr(numpy.testing, name))
                setattr(numpy.testing, name, watched)
                setattr(utils, name, watched)

    def _around(self, assertion: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(assertion)
        def watched(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            if self._depth:
                return assertion(*args, **kwargs)
            self._depth = 1
            before = [self._counts(index)[0] for index, _ in self._sites]
            try:
                return assertion(*args, **kwargs)
            finally:
                self._depth = 0
                for (index, name), count in zip(self._sites, before, strict=True):
                    self.hits[name] += self._counts(index)[0] - count

        return watched


def run(job: dict[str, Any]) -> int:
    """Runs a job of runs.mjs. Gives pytest's exit code."""
    packages = lay_out(job["files"])
    stand_ins.install()
    assertions = None
    if job["patched"]:
        patch()
        assertions = Assertions()
        assertions.watch()
    record = Record(job, assertions)
    arguments = [str(packages / job["module"]), f"--rootdir={packages}", "-c", os.devnull, "-p", "no:cacheprovider"]
    # What upstream's own numpy.test() and scipy.test() run. Long tracebacks of long files take their time.
    arguments += ["-m", "not slow", "--continue-on-collection-errors", "-q", "--tb=native"]
    arguments += [word for rule in WARNINGS for word in ("-W", rule)]
    if job["select"]:
        arguments += ["-k", job["select"]]
    code = int(pytest.main(arguments, plugins=[record]))
    record.write(done=code)
    sys.stdout.flush()
    return code
