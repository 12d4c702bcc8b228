"""What the makers of the numeric case files share: numbers as text, and writing or checking the file."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

CASES = Path(__file__).parents[2] / "tests" / "cases"
#: The dtypes that kernels serve.
DTYPES = ["float64", "float32", "int64", "int32", "uint8"]
#: Those that only kernels of order and of sets serve besides.
MORE_DTYPES = ["int8", "int16", "uint16", "uint32", "uint64"]


def text(value: Any) -> str:
    """A number so that Python, Rust and JavaScript read the very same one.

    Floats have the shortest digits that are theirs alone (of the double, for float32 too);
    NaN and the infinities are spelt as JavaScript's Number() reads them.
    """
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    value = float(value)
    if math.isnan(value):
        return "NaN"
    return repr(value).replace("inf", "Infinity")


def texts(array: Any) -> list[str]:
    return [text(value) for value in np.asarray(array).ravel()]


def extremes(dtype: str) -> np.ndarray:
    """NaN, infinities, both zeros, subnormals, MIN and MAX, as far as the dtype has them."""
    if np.dtype(dtype).kind == "f":
        info = np.finfo(dtype)
        values = [np.nan, np.inf, -np.inf, 0.0, -0.0, info.max, info.min, info.tiny, -info.tiny]
        values += [info.smallest_subnormal, -info.smallest_subnormal, info.eps, 1, -1]
    else:
        info = np.iinfo(dtype)
        values = [info.min, info.max, info.min + 1, info.max - 1, 0, 1, info.max // 2]
    return np.array(values, dtype)


def write(name: str, columns: dict[str, str], make: Callable[[], list[dict[str, Any]]]) -> int:
    """Write tests/cases/NAME.json, one case a line; with --check fail where that would change it."""
    parser = argparse.ArgumentParser(description=f"Write tests/cases/{name}.json.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the file differs")
    check = parser.parse_args().check
    head = {
        "about": f"Written by tools/cases/{name}.py. Numbers are text, so that every reader gets "
        "the same ones; arrays are flat, in C order.",
        "columns": columns,
    }
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in make())
    content = f'{json.dumps(head, indent=1)[:-2]},\n "cases": [\n{lines}\n]\n}}\n'
    path = CASES / f"{name}.json"
    if not check:
        path.write_text(content)
        print(f"{path.name}: {len(content) / 1000:.0f} kB")
        return 0
    if path.exists() and path.read_text() == content:
        return 0
    print(f"{path} differs from what tools/cases/{name}.py makes: run it again.", file=sys.stderr)
    return 1
