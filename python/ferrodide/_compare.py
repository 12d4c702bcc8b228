"""One piece of code with kernels under NumPy and without: both times, and whether the results agree."""

from __future__ import annotations

import ast
import copy
import html
import io
import random
import time
import types
from contextlib import AbstractContextManager, contextmanager, redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ._patch import patched, stats, unpatched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, MutableMapping

#: Seconds that the plain runs may take together, and the most runs of each. The least are two, unless one takes as long
#: as that: the very first run of all also does what is done once (imports, compiling).
_BUDGET, _MOST_RUNS, _LONG = 1.0, 7, 10.0

#: Differences, relative to the largest element, up to which results of a dtype agree: rounding in another order.
_TOLERANCE = {2: 1e-2, 4: 1e-4}
_TOLERANCE_OF_DOUBLES = 1e-9

#: What holds no results.
_CODE = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)
#: What a run cannot change.
_FIXED = (*_CODE, str, bytes, int, float, complex)


@dataclass
class Difference:
    """How two results compare: ``verdict`` is equal, close, different or unknown; ``relative`` is of the close ones."""

    verdict: str
    relative: float = 0.0
    why: str = ""


@dataclass
class Comparison:
    """What :func:`compare` found. Seconds are those of the fastest of ``runs`` runs each, interleaved."""

    plain: float
    accelerated: float
    runs: int
    results: dict[str, Difference]
    served: dict[str, int]
    declined: dict[str, dict[str, int]]
    shared: list[str] = field(default_factory=list)

    @property
    def agree(self) -> bool:
        """Whether nothing that was compared differs by more than rounding."""
        return all(each.verdict != "different" for each in self.results.values())

    def _sentences(self) -> list[str]:
        ratio = self.plain / self.accelerated if self.accelerated > 0 else float("inf")
        lines = [f"{ratio:.3g}x as fast," if ratio >= 1 else f"{1 / ratio:.3g}x as slow,"]
        lines[0] += (
            f" the fastest of {self.runs} runs each." if self.runs > 1 else " one run each, the plain one first."
        )
        named = {
            verdict: [name for name, each in self.results.items() if each.verdict == verdict]
            for verdict in ("equal", "close", "different", "unknown")
        }
        for name in named["different"]:
            lines.append(f"The results DIFFER: {name}, {self.results[name].why}.")
        if not named["different"] and named["close"]:
            most = max(self.results[name].relative for name in named["close"])
            lines.append(f"The results agree but for rounding (at most {most:.1e} of the largest element).")
        elif not named["different"] and named["equal"]:
            lines.append("The results are equal.")
        if not named["equal"] and not named["close"] and not named["different"]:
            lines.append("There is no result to compare.")
        if named["unknown"]:
            lines.append(f"Not compared, as nothing says when two are equal: {', '.join(named['unknown'])}.")
        if self.shared:
            lines.append(f"Neither copied nor compared, so that all runs had the same: {', '.join(self.shared)}.")
        if self.served:
            lines.append(
                "Served by kernels: " + ", ".join(f"{name} {count}" for name, count in self.served.items()) + "."
            )
        else:
            lines.append("No kernel was called.")
        left = [f"{name} ({', '.join(reasons)})" for name, reasons in self.declined.items()]
        if left:
            lines.append(f"Left to NumPy: {', '.join(left)}.")
        return lines

    def _bars(self) -> list[tuple[str, float, float]]:
        """Label, seconds, and the part of the longer one."""
        most = max(self.plain, self.accelerated) or 1.0
        both = (("NumPy", self.plain), ("ferrodide", self.accelerated))
        return [(name, seconds, seconds / most) for name, seconds in both]

    def __repr__(self) -> str:
        bars = [
            f"{name:<9} {_duration(seconds):>8}  {'#' * max(1, round(40 * part))}"
            for name, seconds, part in self._bars()
        ]
        return "\n".join([*bars, *self._sentences()])

    def _repr_html_(self) -> str:
        bar = '<div style="width:{:.1f}%;min-width:2px;height:1em;background:{}"></div>'
        row = (
            '<tr><td style="text-align:left">{}</td><td style="text-align:right">{}</td>'
            '<td style="width:24em;text-align:left">{}</td></tr>'
        )
        colours = ("#8a8a8a", "#d9730d")
        rows = "".join(
            row.format(name, _duration(seconds), bar.format(100 * part, colour))
            for (name, seconds, part), colour in zip(self._bars(), colours, strict=True)
        )
        said = "<br>".join(html.escape(each) for each in self._sentences())
        return f"<table>{rows}</table><p>{said}</p>"


def _duration(seconds: float) -> str:
    for unit, scale in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} us"


def difference(a: Any, b: Any) -> Difference:
    """How a result compares with another: equal, close, different or unknown."""
    if type(a) is not type(b):
        return Difference("different", why=f"a {type(a).__name__} without kernels, a {type(b).__name__} with them")
    if isinstance(a, np.ndarray | np.generic):
        return _of_arrays(np.asarray(a), np.asarray(b))
    if isinstance(a, float | complex):
        return _of_arrays(np.asarray(a), np.asarray(b))
    if isinstance(a, list | tuple):
        return _of_many(len(a) == len(b), zip(a, b, strict=False))
    if isinstance(a, dict):
        return _of_many(a.keys() == b.keys(), ((a[key], b[key]) for key in a if key in b))
    if hasattr(a, "equals") and hasattr(a, "to_numpy"):
        # Of pandas: a frame is its columns, which have dtypes of their own; a column has an index, too.
        if a.equals(b):
            return Difference("equal")
        if hasattr(a, "columns"):
            return _of_many(
                a.columns.equals(b.columns), ((a[name], b[name]) for name in a.columns if name in b.columns)
            )
        if hasattr(a, "index"):
            return _of_many(a.index.equals(b.index), [(a.to_numpy(), b.to_numpy())])
        return _of_arrays(a.to_numpy(), b.to_numpy())
    if type(a).__eq__ is object.__eq__:  # type: ignore[comparison-overlap]
        return Difference("unknown")
    try:
        same = bool(a == b)
    except Exception as error:
        return Difference("unknown", why=str(error))
    return Difference("equal") if same else Difference("different", why="they are not equal")


def _of_arrays(a: np.ndarray, b: np.ndarray) -> Difference:
    if a.dtype != b.dtype or a.shape != b.shape:
        said = [f"{each.dtype} of shape {each.shape}" for each in (a, b)]
        return Difference("different", why=f"{said[0]} without kernels, {said[1]} with them")
    if a.dtype.kind == "O":
        return _of_many(True, zip(a.ravel().tolist(), b.ravel().tolist(), strict=True))
    if a.dtype.kind not in "fc":
        if np.array_equal(a, b):
            return Difference("equal")
        return Difference("different", why=f"{int(np.count_nonzero(a != b))} of {a.size} elements")
    if np.array_equal(a, b, equal_nan=True):
        return Difference("equal")
    finite = np.isfinite(a) & np.isfinite(b)
    outside = ~finite & ~((a == b) | (np.isnan(a) & np.isnan(b)))
    if outside.any():
        return Difference(
            "different",
            why=f"in {int(np.count_nonzero(outside))} of {a.size} elements, which are inf or NaN in one of them",
        )
    wide = np.promote_types(a.dtype, np.float64)
    x, y = a[finite].astype(wide), b[finite].astype(wide)
    scale = float(np.abs(x).max(initial=0.0))
    relative = float(np.abs(x - y).max(initial=0.0)) / (scale or 1.0)
    tolerance = _TOLERANCE.get(a.real.dtype.itemsize, _TOLERANCE_OF_DOUBLES)
    if relative <= tolerance:
        return Difference("close", relative)
    return Difference("different", relative, f"by up to {relative:.1e} of the largest element")


def _of_many(alike: bool, pairs: Iterable[tuple[Any, Any]]) -> Difference:
    if not alike:
        return Difference("different", why="of another length, or with other keys")
    found = [difference(a, b) for a, b in pairs]
    for verdict in ("different", "unknown"):
        for each in found:
            if each.verdict == verdict:
                return each
    relative = max((each.relative for each in found), default=0.0)
    return Difference("close" if any(each.verdict == "close" for each in found) else "equal", relative)


class _Code:
    """Source, compiled so that the value of a last expression is known."""

    def __init__(self, source: str, name: str) -> None:
        tree = ast.parse(source, name)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        self.body = compile(tree, name, "exec")
        self.last = compile(ast.Expression(last.value), name, "eval") if isinstance(last, ast.Expr) else None

    def run(self, namespace: MutableMapping[str, Any]) -> Any:
        exec(self.body, namespace)  # type: ignore[arg-type]
        return eval(self.last, namespace) if self.last else None  # type: ignore[arg-type]

    def names(self, namespace: MutableMapping[str, Any]) -> set[str]:
        """The names of the namespace that the code uses, also through functions of the namespace that it calls."""
        found: set[str] = set()
        waiting = [each for each in (self.body, self.last) if each]
        while waiting:
            code = waiting.pop()
            waiting += [each for each in code.co_consts if isinstance(each, types.CodeType)]
            for name in set(code.co_names) - found:
                if name not in namespace:
                    continue
                found.add(name)
                value = getattr(namespace[name], "py_func", namespace[name])
                if isinstance(value, types.FunctionType) and value.__globals__ is namespace:
                    waiting.append(value.__code__)
        return found


def _copies(values: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Copies, in which two names of one thing are so again; and the names of what cannot be copied."""
    memo: dict[int, Any] = {}
    found, shared = {}, []
    for name, value in values.items():
        try:
            found[name] = copy.deepcopy(value, memo)
        except Exception:
            found[name] = value
            shared.append(name)
    return found, shared


@contextmanager
def _same_chance() -> Iterator[None]:
    """Each run draws the same random numbers; afterwards they go on from one of them."""
    numpys, pythons = np.random.get_state(), random.getstate()  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(numpys)  # noqa: NPY002
        random.setstate(pythons)


@contextmanager
def _blamed() -> Iterator[None]:
    """What is raised here was not raised without kernels."""
    try:
        yield
    except Exception as error:
        error.add_note("Without ferrodide's kernels the same code ran to its end.")
        raise


def _silent() -> AbstractContextManager[Any]:
    return redirect_stdout(io.StringIO())


def compare(
    source: str,
    namespace: MutableMapping[str, Any],
    only: str | Iterable[str] | None = None,
    *,
    name: str = "<compared>",
    quiet: Callable[[], AbstractContextManager[Any]] = _silent,
) -> tuple[Comparison, Any]:
    """Run code with kernels under NumPy and without.

    It runs as often as fits into a second, at most seven times each, and at least twice unless that takes long. All
    runs but the last are on copies of the variables that the code uses, with the same random numbers, and say nothing;
    the last one has kernels, and works on the variables themselves, so that afterwards all is as if the code had been
    run once, accelerated. What is patched stays so.

    Parameters
    ----------
    source
        Statements; the value of a last expression is compared too.
    namespace
        The variables, as of :func:`exec`.
    only
        As for :func:`ferrodide.patch`.
    name
        The file that tracebacks name.
    quiet
        Makes a context manager that takes what a run prints.

    Returns
    -------
    tuple
        The :class:`Comparison`, and the value of the last expression.

    Raises
    ------
    Exception
        What the code raises; with a note, where it does so only with kernels.
    """
    code = _Code(source, name)
    used = {each: namespace[each] for each in code.names(namespace) if not isinstance(namespace[each], _FIXED)}
    shared: list[str] = []

    def on_copies() -> tuple[float, dict[str, Any], Any]:
        before = dict(namespace)
        copied, not_copied = _copies(used)
        shared[:] = not_copied
        namespace.update(copied)
        try:
            with _same_chance(), quiet():
                start = time.perf_counter()
                value = code.run(namespace)
                seconds = time.perf_counter() - start
            return seconds, outcome(before), value
        finally:
            namespace.clear()
            namespace.update(before)

    def outcome(before: dict[str, Any]) -> dict[str, Any]:
        """What the code used, or made; without what Python itself keeps there, and without functions and modules."""
        made = {name for name, value in namespace.items() if name not in before or value is not before[name]}
        named = sorted(name for name in made | used.keys() if name in namespace and not name.startswith("__"))
        return {each: namespace[each] for each in named if not isinstance(namespace[each], _CODE)}

    def plain_run() -> tuple[float, dict[str, Any], Any]:
        with unpatched():
            return on_copies()

    seconds, wanted, wanted_value = plain_run()
    plain, accelerated = [seconds], []
    runs = min(_MOST_RUNS, max(2 if seconds < _LONG else 1, int(_BUDGET / max(seconds, 1e-9))))
    for _ in range(runs - 1):
        with patched(only), _blamed():
            accelerated.append(on_copies()[0])
        plain.append(plain_run()[0])
    before, counts = dict(namespace), stats()
    with patched(only), _blamed():
        start = time.perf_counter()
        value = code.run(namespace)
        accelerated.append(time.perf_counter() - start)
        after = stats()
    found = outcome(before)
    results = {}
    for each in sorted({*wanted, *found}.difference(shared)):
        if each in wanted and each in found:
            results[each] = difference(wanted[each], found[each])
        else:
            way = "without" if each in wanted else "with"
            results[each] = Difference("different", why=f"there is one only {way} kernels")
    if code.last is not None and (value is not None or wanted_value is not None):
        results["the last expression"] = difference(wanted_value, value)
    served = {
        each: row["hits"] - counts[each]["hits"] for each, row in after.items() if row["hits"] > counts[each]["hits"]
    }
    declined = {each: _more(row["fallbacks"], counts[each]["fallbacks"]) for each, row in after.items()}
    return Comparison(
        min(plain),
        min(accelerated),
        len(plain),
        results,
        served,
        {each: reasons for each, reasons in declined.items() if reasons},
        shared,
    ), value


def _more(now: dict[str, int], before: dict[str, int]) -> dict[str, int]:
    counts = {reason: count - before.get(reason, 0) for reason, count in now.items()}
    return {reason: count for reason, count in counts.items() if count > 0}
