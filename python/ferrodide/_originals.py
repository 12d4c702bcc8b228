"""NumPy's and SciPy's own functions, as they were before any patch.

What a kernel does not serve goes to one of these. ``np.median`` itself may be a patch by then,
which would come back here. Each counts by reason what a patched call left to it, for ``ferrodide.report()``.
"""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Original", "original"]


class Original:
    """A function of NumPy's, found when it is first needed, and what it was called for."""

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self.name = name
        self._function: Callable[..., Any] | None = None
        self.calls: Counter[str] = Counter()
        #: How many patched calls are under way: others, as of ``ferrodide.median`` itself, are nobody's fallback.
        self.patched = 0

    def resolve(self) -> Callable[..., Any]:
        """The function. A patch resolves it before it takes its place."""
        if self._function is None:
            self._function = getattr(import_module(self._module), self.name)
        return self._function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.patched:
            self.calls[_reason(args, kwargs)] += 1
        return self.resolve()(*args, **kwargs)


#: Those dtypes that every kernel serves. A dtype's name takes NumPy microseconds, and its hash as well.
_SERVED = frozenset("dflqiB")


def _reason(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """What about a call no kernel serves, as far as that shows."""
    for a in args[:2]:
        if isinstance(a, np.ndarray):
            if type(a) is not np.ndarray:
                return type(a).__name__
            if a.dtype.char not in _SERVED:
                return f"dtype {a.dtype.name}"
    given = [name for name, value in kwargs.items() if value is not None and value is not False]
    return f"arguments {', '.join(sorted(given))}" if given else "operands"


_ORIGINALS: dict[str, Original] = {}


def original(name: str, module: str = "numpy") -> Original:
    """The one :class:`Original` of that name."""
    if name not in _ORIGINALS:
        _ORIGINALS[name] = Original(module, name)
    return _ORIGINALS[name]


for _name in "argsort histogram histogram2d histogramdd isin matmul median nanmedian sort unique".split():
    # Looked up now: later a patch may be there.
    original(_name).resolve()
