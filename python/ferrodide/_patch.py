"""``patch()``: the NumPy that is already there, with kernels inside."""

from __future__ import annotations

import functools
import html
import importlib.abc
import importlib.util
import os
import sys
import threading
import time
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from ._backend import backend, kernels
from ._fused import load_fused
from ._originals import original
from ._patch_table import ATTRIBUTES, FAMILIES, SITES, Attribute

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from importlib.machinery import ModuleSpec
    from types import ModuleType

__all__ = ["patch", "patched", "report", "stats", "unpatch"]

#: The NumPy versions whose loops and slots were tried. In another one they are left alone.
_TESTED_NUMPY = ("2.4",)

#: Calls on fewer elements are counted, not timed: reading the clock takes as long as they do.
_TIMED_FROM = 4096

#: What arrays have by that name. Other types have their own, and answer NumPy's functions themselves.
_NDARRAYS = np.ndarray.__array_function__

#: Why, by NumPy's number of the dtype.
_HELD_BACK = (*(f"dtype {np.dtype(code).name}" for code in "?bBhHiIlLqQfdgFDGOSUVMme"), "dtype", "subclass")

#: What no kernel serves besides: NumPy warns of NaN alone, and compares great integers as such.
_BESIDES = {"nanmedian": "nan", "histogram": "inexact"}

_lock = threading.RLock()
_NAMES = frozenset({name for name, _ in SITES} | {a.name for a in ATTRIBUTES})

if SITES and os.environ.get("FERRODIDE_PATCH_SERVE_SHORT"):
    # For tests: kernels also serve what is so short that NumPy's own functions are as fast.
    kernels._patch_serve_short(True)  # type: ignore[attr-defined]


def _size(first: Any) -> int:
    """How many elements a first operand has, that of a sample all of its columns; 0 where it takes a while to tell."""
    if type(first) is np.ndarray:
        return first.size
    if type(first) in (list, tuple) and first and type(first[0]) is np.ndarray:
        return first[0].size * len(first)
    return 0


class _Replacement:
    """An attribute of the table, where it is put, and its calls."""

    def __init__(self, attribute: Attribute) -> None:
        self.attribute = attribute
        self.function_name = attribute.function or attribute.name
        self.original = original(self.function_name, attribute.module)
        self.calls = self.short = 0
        self.seconds = 0.0
        self.placed: list[ModuleType] = []
        self._function: Callable[..., Any] | None = None

    def function(self) -> Callable[..., Any]:
        """What takes the original's place: it looks like it, and counts."""
        if self._function is None:
            own, replacement, smallest = self.original.resolve(), self.attribute.replacement, self.attribute.smallest
            left = self.attribute.left
            if replacement is None:
                compiled = kernels._patch_function(self.attribute.site, own)  # type: ignore[attr-defined]
                self._function = functools.update_wrapper(compiled, own)
                return self._function

            @functools.wraps(own)
            def patched_function(*args: Any, **kwargs: Any) -> Any:
                first = args[0] if args else None
                size = _size(first)
                if size < smallest or (left is not None and type(first) is np.ndarray and left(first)):
                    self.short += 1
                    return own(*args, **kwargs)
                self.calls += 1
                for value in (*args, *kwargs.values()) if kwargs else args:
                    if getattr(type(value), "__array_function__", _NDARRAYS) is not _NDARRAYS:
                        # It has a say in the call, which it is to see as it came.
                        self.original.calls["__array_function__"] += 1
                        return own(*args, **kwargs)
                self.original.patched += 1
                try:
                    if size < _TIMED_FROM:
                        return replacement(*args, **kwargs)
                    start = time.perf_counter()
                    result = replacement(*args, **kwargs)
                    self.seconds += time.perf_counter() - start
                    return result
                finally:
                    self.original.patched -= 1

            if not SITES:
                self._function = patched_function
                return patched_function
            # Its frame and ours take as long as NumPy takes for a few elements: the compiled module looks first.
            besides = _BESIDES.get(self.attribute.name)
            gate = kernels._patch_gate(own, patched_function, besides)  # type: ignore[attr-defined]
            self._function = functools.update_wrapper(gate, own)
        return self._function

    def held_back(self, reset: bool = False) -> dict[str, int]:
        """What the compiled module's look at the first operand sent to the original, by reason."""
        if self._function is None or self.attribute.replacement is None or not SITES:
            return {}
        counts = kernels._patch_gate_counts(self._function, reset)  # type: ignore[attr-defined]
        return {reason: count for reason, count in zip(_HELD_BACK, counts, strict=True) if count}

    def put(self) -> None:
        """Into each of its places that is imported."""
        for name in self.attribute.places:
            module = sys.modules.get(name)
            if module is None or module in self.placed:
                continue
            held = getattr(module, self.function_name, None)
            if held is None:
                # Also one that is being imported: its turn comes when that is done.
                continue
            if held is self.original.resolve():
                setattr(module, self.function_name, self.function())
                self.placed.append(module)
            elif held is self._function:
                # Imported by name from a module that has it already.
                self.placed.append(module)

    def take_back(self) -> None:
        """Out of its places again, but for those that somebody else has patched since."""
        for module in self.placed:
            if getattr(module, self.function_name, None) is self._function:
                setattr(module, self.function_name, self.original.resolve())
        self.placed.clear()


_replacements = [_Replacement(attribute) for attribute in ATTRIBUTES]
_swapped: set[int] = set()
_active: set[str] = set()
#: What could not be patched, and why.
_left_alone: dict[str, str] = {}
_said: set[str] = set()
#: Whether fused loops are in use; None before the first patch.
_fused: bool | None = None


class _AfterImport(importlib.abc.MetaPathFinder):
    """Patches what is imported after ``patch()``."""

    def __init__(self) -> None:
        self._looking = threading.local()

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname not in _waited_for() or getattr(self._looking, "now", False):
            return None
        self._looking.now = True
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._looking.now = False
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def then_patch(module: ModuleType) -> None:
            execute(module)
            with _lock:
                for replacement in _replacements:
                    if replacement.attribute.name in _active:
                        replacement.put()

        spec.loader.exec_module = then_patch  # type: ignore[method-assign]
        return spec


_finder = _AfterImport()


def _waited_for() -> set[str]:
    active = (r.attribute for r in _replacements if r.attribute.name in _active)
    return {place for attribute in active for place in attribute.places}


def _chosen(only: str | Iterable[str] | None, exclude: str | Iterable[str] | None) -> set[str]:
    def names(argument: str, given: str | Iterable[str]) -> set[str]:
        chosen: set[str] = set()
        for name in [given] if isinstance(given, str) else given:
            if name not in _NAMES and name not in FAMILIES:
                known = ", ".join([*sorted(FAMILIES), *sorted(_NAMES)])
                raise ValueError(f"{argument}: got {name!r}; expected one of {known}")
            chosen |= FAMILIES.get(name, frozenset()) | {name}
        return chosen & _NAMES

    chosen = set(_NAMES) if only is None else names("only", only)
    return chosen - names("exclude", exclude) if exclude is not None else chosen


def _say_once(message: str) -> None:
    if message not in _said:
        _said.add(message)
        warnings.warn(message, RuntimeWarning, stacklevel=3)


def _swap_sites(names: set[str]) -> None:
    if not SITES:
        return
    global _fused  # noqa: PLW0603 - the module is the patch
    if _fused is None:
        _fused = load_fused(kernels)
    version = ".".join(np.__version__.split(".")[:2])
    for index, (name, place) in enumerate(SITES):
        if name not in names or index in _swapped:
            continue
        if version not in _TESTED_NUMPY:
            _left_alone[f"{name} ({place})"] = f"NumPy {np.__version__} was not tried; its loops are left alone"
        elif kernels._patch_swap(index):  # type: ignore[attr-defined]
            _swapped.add(index)
        else:
            _left_alone[f"{name} ({place})"] = f"NumPy {np.__version__} has no such place"


def patch(only: str | Iterable[str] | None = None, exclude: str | Iterable[str] | None = None) -> None:
    """Make the NumPy that is already there use the kernels, until :func:`unpatch`.

    With the PyO3 wheel, NumPy's own inner loops are exchanged, so that operators
    (``a @ b``), methods (``x.sort()``), ``np.*`` and whatever pandas or scikit-learn do
    underneath get faster. With the universal wheel only functions of NumPy's and SciPy's
    modules can be replaced, and this says so once. Calls that no kernel serves go to NumPy's
    own functions, and are counted: :func:`report`.

    Parameters
    ----------
    only : str or iterable of str, optional
        Names (``"sort"``, ``"matmul"``, ...) or families (``"elementwise"``, ``"products"``,
        ``"decompositions"``, ``"sorting"``, ``"searching"``, ``"binning"``, ``"reductions"``,
        ``"indexing"``, ``"signal"``, ``"distances"``) to patch; everything by default. On the
        desktop, where NumPy has SIMD and a BLAS of its own, nothing by default.
    exclude : str or iterable of str, optional
        Names or families to leave alone.

    Raises
    ------
    ValueError
        A name that is none of these.

    Notes
    -----
    Patching twice is patching once; a further call adds names. A module that did
    ``from numpy import median`` before keeps the median it has.

    Examples
    --------
    >>> import numpy as np, ferrodide
    >>> ferrodide.patch("sorting")
    >>> np.sort(np.array([3.0, 1.0, 2.0]))
    array([1., 2., 3.])
    >>> ferrodide.unpatch()
    """
    chosen = _chosen(only, exclude)
    if only is None and sys.platform != "emscripten":
        _say_once(
            "ferrodide.patch(): NumPy on the desktop has SIMD and a BLAS of its own, so nothing was patched; "
            "name what to patch with only=... to do it all the same."
        )
        return
    if backend() == "numpy":
        _say_once("ferrodide.patch(): there are no kernels for this Python, so nothing was patched.")
        return
    if not SITES:
        _say_once(
            "ferrodide.patch(): the universal wheel replaces NumPy's functions, but not the loops under its operators "
            "and methods (a @ b, x.sort()); those take the wheel that is compiled for this Pyodide."
        )
    with _lock:
        _active.update(chosen)
        _swap_sites(chosen)
        for replacement in _replacements:
            if replacement.attribute.name in chosen:
                replacement.put()
        if _finder not in sys.meta_path:
            sys.meta_path.insert(0, _finder)


def _keep(names: set[str]) -> None:
    """Undo what is patched and not among ``names``."""
    with _lock:
        for index in sorted(_swapped):
            name, place = SITES[index]
            if name in names:
                continue
            if not kernels._patch_restore(index):  # type: ignore[attr-defined]
                _left_alone[f"{name} ({place})"] = "somebody else has patched it since; it stays as they left it"
            _swapped.discard(index)
        for replacement in _replacements:
            if replacement.attribute.name not in names:
                replacement.take_back()
        _active.intersection_update(names)
        if not _active and _finder in sys.meta_path:
            sys.meta_path.remove(_finder)


def unpatch() -> None:
    """Put back everything that :func:`patch` exchanged, exactly.

    What somebody else has patched since stays as they left it. Without a patch it does nothing.

    Examples
    --------
    >>> ferrodide.patch("median")
    >>> ferrodide.unpatch()
    >>> np.median.__module__
    'numpy'
    """
    _keep(set())


@contextmanager
def patched(only: str | Iterable[str] | None = None, exclude: str | Iterable[str] | None = None) -> Iterator[None]:
    """:func:`patch` for a ``with`` block; afterwards is patched what was before.

    Parameters
    ----------
    only, exclude
        As for :func:`patch`.

    Examples
    --------
    >>> with ferrodide.patched("products"):
    ...     np.eye(2) @ np.eye(2)
    array([[1., 0.],
           [0., 1.]])
    """
    with _lock:
        before = set(_active)
        patch(only, exclude)
    try:
        yield
    finally:
        _keep(before)


@contextmanager
def unpatched() -> Iterator[None]:
    """NumPy's own functions for a ``with`` block; afterwards is patched what was before."""
    with _lock:
        before = set(_active)
        unpatch()
    try:
        yield
    finally:
        _keep(before)
        if before:
            patch(before)


def stats(reset: bool = False) -> dict[str, dict[str, Any]]:
    """What the patched functions did since the last reset.

    Parameters
    ----------
    reset : bool
        Start anew from zero afterwards.

    Returns
    -------
    dict
        For each name a dict: ``hits``, the calls that a kernel served (a call on an array of
        many lanes can be many); ``fallbacks``, a dict of reason to the number of calls that
        went to NumPy's own function for it; ``seconds``, the time inside the kernels, in calls
        of 4096 elements or more (shorter ones are counted, not timed).

    Examples
    --------
    >>> with ferrodide.patched("median"):
    ...     np.median([3, 1, 2])
    np.float64(2.0)
    >>> ferrodide.stats(reset=True)["median"]["hits"]
    1
    """
    table = {name: {"hits": 0, "fallbacks": {}, "seconds": 0.0} for name in sorted(_NAMES)}

    def add(name: str, hits: int, fallbacks: dict[str, int], seconds: float) -> None:
        row: dict[str, Any] = table[name]
        row["hits"] += hits
        row["seconds"] += seconds
        for reason, count in fallbacks.items():
            row["fallbacks"][reason] = row["fallbacks"].get(reason, 0) + count

    with _lock:
        for index, (name, _) in enumerate(SITES):
            add(name, *kernels._patch_counts(index))  # type: ignore[attr-defined]
        for replacement in _replacements:
            fallbacks = dict(replacement.original.calls)
            hits = replacement.calls - sum(fallbacks.values())
            if replacement.short:
                fallbacks["short"] = replacement.short
            for reason, count in replacement.held_back().items():
                fallbacks[reason] = fallbacks.get(reason, 0) + count
            add(replacement.attribute.name, max(hits, 0), fallbacks, replacement.seconds)
        if reset:
            _reset()
    return table


def _reset() -> None:
    if SITES:
        kernels._patch_reset()  # type: ignore[attr-defined]
    for replacement in _replacements:
        replacement.calls = replacement.short = 0
        replacement.seconds = 0.0
        replacement.original.calls.clear()
        replacement.held_back(reset=True)


class Report:
    """:func:`stats` as a table, as text and for notebooks; taken when it is made."""

    def __init__(self) -> None:
        self.rows = [
            (name, name in _active, counts["hits"], counts["seconds"], counts["fallbacks"])
            for name, counts in stats().items()
        ]
        self.notes = ["elementwise: fused loops (relaxed SIMD)"] if _fused else []
        self.notes += [f"{place}: {why}" for place, why in _left_alone.items()]

    def _cells(self) -> list[tuple[str, ...]]:
        return [
            (name, "yes" if active else "no", str(hits), f"{seconds:.3f}", _reasons(fallbacks))
            for name, active, hits, seconds, fallbacks in self.rows
        ]

    def __repr__(self) -> str:
        table = [_COLUMNS, *self._cells()]
        widths = [max(len(row[i]) for row in table) for i in range(4)]
        lines = []
        for row in table:
            cells = [row[0].ljust(widths[0]), row[1].ljust(widths[1]), row[2].rjust(widths[2]), row[3].rjust(widths[3])]
            lines.append("  ".join([*cells, row[4]]).rstrip())
        return "\n".join([*lines, *self.notes])

    def _repr_html_(self) -> str:
        """The functions that were called: a notebook has no room for a hundred rows of zeros."""
        called = [cells for cells, row in zip(self._cells(), self.rows, strict=True) if row[2] or row[4]]
        active = sum(row[1] for row in self.rows)
        head = "".join(f"<th>{each}</th>" for each in _COLUMNS)
        body = "".join(f"<tr>{''.join(f'<td>{html.escape(each)}</td>' for each in cells)}</tr>" for cells in called)
        table = f"<table><tr>{head}</tr>{body}</table>" if called else ""
        said = [
            f"{active} of {len(self.rows)} functions are patched" + ("." if called else "; none has been called yet.")
        ]
        return table + "".join(f"<p>{html.escape(each)}</p>" for each in said + self.notes)


def _reasons(fallbacks: dict[str, int]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in fallbacks.items())


_COLUMNS = ("name", "patched", "hits", "seconds", "fallbacks")


def report() -> None:
    """Print :func:`stats` as a table, and what was left alone, with the reason.

    Examples
    --------
    >>> ferrodide.report()  # doctest: +ELLIPSIS
    name     patched  hits  seconds  fallbacks...
    """
    print(repr(Report()))
