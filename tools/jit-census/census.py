"""How many of the functions that Numba compiles in some packages compile here, and why the others do not.

    python census.py FOLDER RESULT PACKAGE ...

FOLDER has the packages, unpacked; RESULT is the JSON file to write.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import stand_ins
from attempts import attempt
from finding import functions_of
from loading import Finder, modules_of


def census(folder: Path, packages: list[str]) -> dict[str, Any]:
    """Every function of the packages with how it went."""
    stand_ins.numba()
    sys.meta_path.insert(1, Finder(folder))
    modules = modules_of(folder)
    rows = []
    for package in packages:
        seen = set()
        for module in modules:
            if module.split(".")[0] != package:
                continue
            for found in functions_of(package, module):
                if (module, found.line) in seen:
                    continue
                seen.add((module, found.line))
                outcome = attempt(found)
                rows.append(
                    {
                        "package": package,
                        "function": found.where,
                        "decorator": found.kind,
                        "inner": found.inner,
                        "outcome": outcome.kind,
                        "reason": outcome.reason,
                        "types": outcome.types,
                        "message": outcome.message,
                        "attempts": outcome.attempts,
                    }
                )
        mine = [row for row in rows if row["package"] == package]
        compiled = sum(row["outcome"] == "compiled" for row in mine)
        print(f"{package}: {compiled} of {len(mine)} compile", flush=True)
    return {"functions": rows}


if __name__ == "__main__":
    folder, result, *packages = sys.argv[1:]
    sys.setrecursionlimit(10_000)
    Path(result).write_text(json.dumps(census(Path(folder), packages), indent=1), encoding="utf8")
