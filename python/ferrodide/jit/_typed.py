"""``numba.typed.List``: in compiled code a list of what is appended to it, and outside of it Python's own."""

from __future__ import annotations

from typing import Any

__all__ = ["List"]


class List(list[Any]):
    """A list that code may make as Numba's typed list.

    Only compiled code is handed one: outside of it a list is no argument.
    """

    __ferrodide_name__ = "list"

    @classmethod
    def empty_list(cls, item_type: Any = None, allocated: int = 0) -> List:
        """An empty list.

        Parameters
        ----------
        item_type
            Of its items, as compiled code takes it.
        allocated
            How many there is to be room for, which only Numba heeds.
        """
        return cls()

    empty_list.__func__.__ferrodide_name__ = "list.empty_list"  # type: ignore[attr-defined]
