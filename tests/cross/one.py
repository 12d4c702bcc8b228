"""One call, as NumPy answers here, and in Pyodide also with ``ferrodide.patch()``: python one.py EXPRESSION"""

from __future__ import annotations

import sys
from typing import Any

from outcomes import array_of, leaves, run


def show(title: str, expression: str) -> None:
    outcome: dict[str, Any] = run(expression, False)
    print(f"{title}:")
    for name in ("error", "message", "warned", "touched"):
        if outcome.get(name):
            print(f"  {name} {outcome[name]}")
    for leaf in leaves(outcome["result"]) if outcome["result"] else []:
        numbers = array_of(leaf)
        shown = leaf[-1] if numbers is None else " ".join(repr(numbers).split())
        print(" ", *leaf[1:-1], shown[:2000])


if __name__ == "__main__":
    show(f"NumPy on {sys.platform}", sys.argv[1])
    if sys.platform == "emscripten":
        import check

        check.patch()
        show("the same with ferrodide.patch()", sys.argv[1])
