"""Write the wire forms of the compiler's golden programs, and hold their results against Python's own.

Usage: python tools/jit_golden.py [--check]

Each tests/jit/golden/NAME.py has a function NAME, and comments that say of which types its arguments are, and what they
are. NAME.wire is that function in the wire form. NAME.golden is written by `BLESS=1 cargo test -p ferrodide-jit --test
golden`; with --check the result in it must be what Python gives.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import sys
import traceback
import warnings
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "tests" / "jit" / "golden"
sys.path.insert(0, str(ROOT / "python"))

# No kernel is needed.
warnings.filterwarnings("ignore", "ferrodide: no compiled kernels")

from ferrodide.jit._program import build, plain_function  # noqa: E402
from ferrodide.jit._types import type_of  # noqa: E402


def header(source: str, key: str) -> str:
    """The rest of the comment ``# key: ...``."""
    found = re.search(rf"^# {key}:(.*)$", source, re.MULTILINE)
    return found[1].strip() if found else ""


def argument(ty: str, value: Any) -> Any:
    """A literal as an argument of a type."""
    array = re.fullmatch(r"(\w+)\[(\d)([CFA])r?\]", ty)
    if array:
        return laid_out(np.array(value, array[1].replace("b1", "?")), array[3])
    named = re.fullmatch(r"(\w+)\((\w+:.*)\)", ty)
    if named:
        return namedtuple(named[1], re.findall(r"(\w+):", named[2]))(*value)
    if re.fullmatch(r"[iufcb]\d+", ty):
        return np.dtype(ty.replace("b1", "?")).type(value)
    return value


def laid_out(array: np.ndarray, layout: str) -> np.ndarray:
    """An array in C or Fortran order, or with gaps, and its first axis backwards."""
    if layout != "A":
        return np.array(array, order=layout)
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)[::-1, ..., ::2]
    wide[:] = array
    return wide


def plain(value: Any) -> Any:
    """A result as the literal that the golden file has for it."""
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def outcome(function: Any, args: list[Any]) -> list[str]:
    """The lines of a golden file that say how a run went; of an exception its class and line."""
    before = [plain(each) for each in args]
    try:
        lines = [f"result: {plain(function(*args))!r}"]
    except Exception as error:
        line = traceback.extract_tb(error.__traceback__)[-1].lineno
        lines = [f"raises: {type(error).__name__} in line {line}: {error}"]
    for i, (old, new) in enumerate(zip(before, map(plain, args), strict=True)):
        if repr(old) != repr(new):
            lines.append(f"argument {i}: {new!r}")
    return lines


def read(line: str) -> tuple[str, str]:
    """A line, without what differs in how Rust and Python write the same."""
    key, _, rest = line.partition(": ")
    # NumPy and Python have messages of their own.
    return key, rest.partition(":")[0] if key == "raises" else repr(ast.literal_eval(rest))


def main() -> int:
    parser = argparse.ArgumentParser(description="Write tests/jit/golden/*.wire.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file differs")
    check = parser.parse_args().check
    # The programs' own names of their files are in the wire form.
    os.chdir(FOLDER)
    wrong = []
    for path in sorted(Path().glob("*.py")):
        source = path.read_text()
        space: dict[str, Any] = {"__name__": path.stem}
        exec(compile(source, path.name, "exec"), space)
        function = plain_function(space[path.stem]) or space[path.stem]
        wire = build(function).text + "\n"
        file = path.with_suffix(".wire")
        types = header(source, "types").split()
        args = list(map(argument, types, ast.literal_eval(f"[{header(source, 'args')}]")))
        if [type_of(each).rstrip("r]") for each in args] != [each.rstrip("r]") for each in types]:
            wrong.append(f"{path.name}: its arguments are no {' '.join(types)}")
        if not check:
            file.write_text(wire)
            continue
        if not file.exists() or file.read_text() != wire:
            wrong.append(f"{file.name} differs: run python tools/jit_golden.py")
        lines = path.with_suffix(".golden").read_text().partition("\n\n")[0].splitlines()[1:]
        want = outcome(function, args)
        if [read(line) for line in lines] != [read(line) for line in want]:
            wrong.append(f"{path.name}: Python has\n  {want}\nthe golden file\n  {lines}")
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
