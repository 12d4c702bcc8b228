"""What native NumPy, unpatched, makes of every call: python oracle.py FOLDER EVERY PART PARTS NAME,..."""

from __future__ import annotations

import faulthandler
import pickle
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import scipy
from calls import call, chosen
from outcomes import run

#: Seconds for the calls of one function: LAPACK has operands for which it never comes back.
STUCK_AFTER = 600


def main(folder: Path, every: int, part: int, parts: int, only: str) -> None:
    start, total = time.monotonic(), 0
    for row in chosen(only):
        faulthandler.dump_traceback_later(STUCK_AFTER, exit=True)
        seen, records = set(), []
        for index in range(part * every, row.calls, every * parts):
            expression = call(row, index)
            if expression in seen:
                continue
            seen.add(expression)
            records.append((index, expression, run(expression, row.rule == "exact")))
            if records[-1][2]["touched"]:
                raise SystemExit(f"NumPy itself writes where it must not, or the watch is wrong: {expression}")
        total += len(records)
        (folder / f"{row.name}.{part}").write_bytes(zlib.compress(pickle.dumps(records, 4), 1))
    versions = f"NumPy {np.__version__}, SciPy {scipy.__version__}, Python {sys.version.split()[0]}"
    print(f"{total} outcomes of {versions} in {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:5]), sys.argv[5])
