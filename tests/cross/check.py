"""Every call with ``ferrodide.patch()``, held against what native NumPy made of it.

python check.py FOLDER PART SKIP NAME,... A call that differs is made once more unpatched: what NumPy itself does alike
here is the platform's. FOLDER/progress.PART names the call under way, so that a crash has a name.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import time
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import ferrodide
import numpy as np
from calls import chosen
from compare import EQUAL, NARROW, Difference, compare
from ferrodide._backend import kernels
from operands import OPERANDS
from outcomes import run


class Checker:
    """One function's calls."""

    def __init__(self, row: Any) -> None:
        self.row = row
        self.counts: Counter[str] = Counter()
        self.platform: Counter[str] = Counter()
        self.examples: dict[str, str] = {}

    def check(self, index: int, expression: str, want: dict[str, Any]) -> None:
        exact = self.row.rule == "exact"
        before = _hits()
        got = run(expression, exact)
        values = [operand.values for operand in OPERANDS]
        self.counts["calls"] += 1
        self.counts["hits"] += _hits() > before
        self.counts["flags"] += want["flagged"] and not got["flagged"]
        if got["touched"]:
            self._fail(index, expression, f"operand {got['touched'][0]} was written where it must not be")
            return
        try:
            with np.errstate(all="ignore"):
                status = self._agree(want, got, expression, values)
            self.counts[status] += 1
            if got["error"] == "LinAlgError":
                self.counts["better"] += self._unpatched(expression)["error"] is None
        except Difference as difference:
            self._whose(index, expression, values, got, difference)

    def _agree(self, want: dict[str, Any], got: dict[str, Any], expression: str, values: list[np.ndarray]) -> str:
        if want["error"] == got["error"] and want["warned"] == got["warned"] and want["result"] == got["result"]:
            return EQUAL
        # Bounds are computed with NumPy's own functions.
        ferrodide.unpatch()
        try:
            return compare(want, got, self.row.rule, expression, values)
        finally:
            ferrodide.patch()

    def _unpatched(self, expression: str) -> dict[str, Any]:
        ferrodide.unpatch()
        try:
            return run(expression, self.row.rule == "exact")
        finally:
            ferrodide.patch()

    def _whose(self, index: int, expression: str, values: list[np.ndarray], got: Any, difference: Difference) -> None:
        here = self._unpatched(expression)
        try:
            with np.errstate(all="ignore"):
                self._agree(here, got, expression, values)
        except Difference as other:
            self._fail(index, expression, f"native NumPy: {difference}\n    NumPy here: {other}")
            return
        self.counts["narrow" if difference.kind == NARROW else "platform"] += 1
        self.platform[difference.kind] += 1
        self.examples.setdefault(difference.kind, f"{expression}  # {difference}")

    def _fail(self, index: int, expression: str, why: str) -> None:
        self.counts["failed"] += 1
        print("FAIL " + json.dumps({"name": self.row.name, "index": index, "call": expression, "why": why}), flush=True)


def _hits() -> int:
    return sum(row["hits"] for row in ferrodide.stats().values())


def patch() -> None:
    """Every kernel under NumPy, for operands of any length."""
    if ferrodide.backend() != "pyo3":
        raise SystemExit(f"The backend is {ferrodide.backend()}; the cross product needs the compiled one.")
    if hasattr(kernels, "_patch_serve_short"):
        kernels._patch_serve_short(True)
    ferrodide.patch()


def main(folder: Path, part: int, skip: int, only: str) -> None:
    patch()
    progress = os.open(folder / f"progress.{part}", os.O_WRONLY | os.O_CREAT)
    done = 0
    for row in chosen(only):
        checker, start = Checker(row), time.monotonic()
        records = pickle.loads(zlib.decompress((folder / f"{row.name}.{part}").read_bytes()))
        if done + len(records) <= skip:
            done += len(records)
            continue
        for index, expression, want in records:
            done += 1
            if done <= skip:
                continue
            os.pwrite(progress, f"{done:9} {row.name:>16} {index:9} {expression:1200.1200}\n".encode(), 0)
            checker.check(index, expression, want)
        report = {"name": row.name, "seconds": time.monotonic() - start, "counts": checker.counts}
        report |= {"platform": checker.platform, "examples": checker.examples}
        print("ROW " + json.dumps(report), flush=True)
    print("DONE", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
