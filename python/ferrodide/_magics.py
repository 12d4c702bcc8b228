"""``%load_ext ferrodide``: in IPython and in notebooks, ``%ferrodide`` and ``%%ferrodide_compare``."""

from __future__ import annotations

from typing import Any

from ._compare import compare
from ._patch import Report, stats
from ._patch_table import FAMILIES

_USAGE = "%ferrodide [--reset]: what the kernels served; --reset starts anew from zero afterwards."


def load(ipython: Any) -> None:
    """Register the magics."""
    from IPython.core.error import UsageError
    from IPython.display import display
    from IPython.utils.capture import capture_output

    def ferrodide(line: str) -> Report:
        """What the kernels served, what they left to NumPy and why, as a table.

        %ferrodide [--reset]

        --reset starts anew from zero afterwards.
        """
        if line.strip() not in ("", "--reset"):
            raise UsageError(f"%ferrodide knows no {line.strip()!r}. Usage: {_USAGE}")
        report = Report()
        if line.strip():
            stats(reset=True)
        return report

    def ferrodide_compare(line: str, cell: str) -> Any:
        """Run the cell with kernels under NumPy and without, and draw both times.

        %%ferrodide_compare [FAMILY ...]

        It checks that the results agree. All runs but the last are on copies of the variables that the cell uses, with
        the same random numbers; afterwards all is as if the cell had been run once, accelerated. Families: those of
        ferrodide.patch; all of them unless told.
        """
        # Named, since on the desktop patch() does nothing unless told what.
        only = line.split() or sorted(FAMILIES)
        unknown = sorted(set(only) - set(FAMILIES))
        if unknown:
            known = ", ".join(sorted(FAMILIES))
            raise UsageError(f"%%ferrodide_compare: {', '.join(unknown)} is no family; they are {known}.")
        source = ipython.transform_cell(cell)
        name = ipython.compile.cache(source, ipython.execution_count)
        found, value = compare(source, ipython.user_ns, only, name=name, quiet=capture_output)
        display(found)  # type: ignore[no-untyped-call]
        return value

    ipython.register_magic_function(ferrodide, "line", "ferrodide")
    ipython.register_magic_function(ferrodide_compare, "cell", "ferrodide_compare")


def unload(ipython: Any) -> None:
    """Take the magics away again."""
    for kind, name in (("line", "ferrodide"), ("cell", "ferrodide_compare")):
        ipython.magics_manager.magics[kind].pop(name, None)
