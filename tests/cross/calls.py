"""The table of functions, and the calls of each by number."""

from __future__ import annotations

import calls_linalg
import calls_number
import calls_order
from generator import Draw, Row

__all__ = ["call", "chosen"]

ROWS: list[Row] = [*calls_order.ROWS, *calls_number.ROWS, *calls_linalg.ROWS]


def call(row: Row, index: int) -> str:
    """The expression of a function's call of a number: always the same."""
    return row.draw(Draw(f"{row.name} {index}"))


def chosen(only: str) -> list[Row]:
    """The functions of these names, separated by commas; all of them for an empty string."""
    names = [name for name in only.split(",") if name]
    unknown = set(names) - {row.name for row in ROWS}
    if unknown:
        raise SystemExit(f"--only: no such function: {', '.join(sorted(unknown))}")
    return [row for row in ROWS if not names or row.name in names]
