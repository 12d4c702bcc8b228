"""NumPy's and SciPy's own calls with and without ``ferrodide.patch()``, from 10 elements to 1,000,000.

The peer is the same call unpatched: what a user gains, and that nothing gets slower.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial

from timing import Case

from . import binning, decompositions, elementwise, moving, products, reductions, sets, sorting
from .data import SIZES, Row
from .wanted import wanted

UNPATCHED = "the same call unpatched"

FAMILIES: dict[str, dict[str, Row]] = {
    "products": products.ROWS,
    "decompositions": decompositions.ROWS,
    "sort and select": sorting.ROWS,
    "sets and search": sets.ROWS,
    "binning": binning.ROWS,
    "elementwise": elementwise.ROWS,
    "reductions": reductions.ROWS,
    "moving data": moving.ROWS,
}


def cases(only: str) -> Iterator[Case]:
    """Those of the rows whose name, or whose family, has ``only`` in it."""
    ratios = wanted({family: [*rows] for family, rows in FAMILIES.items()})
    for family, rows in FAMILIES.items():
        for name, row in rows.items():
            if only in f"patched {name}" or only in f"patched {family}":
                for n in SIZES:
                    yield _case(family, name, row, ratios[name], n)


def _case(family: str, name: str, row: Row, ratio: float, n: int) -> Case:
    largest = n == SIZES[-1]
    call = row.make(n)
    return Case(
        f"patched {name}",
        f"{n:,}",
        call,
        UNPATCHED,
        call,
        ratio if largest else None,
        around=patched,
        family=family,
        data=row.largest if largest else "",
        remake=partial(_case, family, name, row, ratio, n),
    )


def patched() -> AbstractContextManager[None]:
    """Everything that can be patched is, inside of it."""
    import ferrodide

    # By their names: on the desktop, nothing is patched unless told.
    return ferrodide.patched([*ferrodide.stats()])
