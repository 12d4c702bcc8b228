"""Compiling one function for arguments of declared or guessed types, and why that fails."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ferrodide import _core
from ferrodide.jit import _numba_types as numba_types
from ferrodide.jit._errors import JitError
from ferrodide.jit._program import Program, build
from ferrodide.jit._source import source_of
from finding import Found
from guessing import STARRED, Choice, Use, Uses, candidates, of_value
from instances import FUNCTIONS
from stand_ins import Noted

MOST_ATTEMPTS = 400
"""Of types for a function."""

MOST_OF_AN_INSTANCE = 120
"""Of types for what one instance of a factory makes."""


@dataclass
class Outcome:
    """How it went."""

    kind: str
    """compiled, unsupported, typing, internal, or argument: no type text says what it takes."""
    reason: str = ""
    types: str = ""
    message: str = ""
    attempts: int = 0


def attempt(found: Found) -> Outcome:
    """Compiles a function, for the first types that it compiles for; an inner one, as the first factory makes it so."""
    if found.noted is None:
        return Outcome("unsupported", "not made: its module does not get there without its requirements")
    outcome = _attempt(found, found.noted, MOST_OF_AN_INSTANCE if found.inner else MOST_ATTEMPTS)
    if outcome.kind != "compiled" and found.inner:
        for noted in found.variants():
            outcome = _attempt(found, noted, MOST_OF_AN_INSTANCE)
            if outcome.kind == "compiled":
                break
    return outcome


def _attempt(found: Found, noted: Noted, most: int) -> Outcome:
    function = noted.function
    try:
        source = source_of(function)
        build(function)
    except JitError as error:
        return Outcome("unsupported", reason_of(str(error)), message=str(error))
    except Exception as error:
        return Outcome(
            "internal", f"{type(error).__name__} of the Python side", message=f"{type(error).__name__}: {error}"
        )
    uses = Uses(source.node, _resolver(function))
    search = _Search(function, "fastmath" if noted.options.get("fastmath") else "", most)
    for texts in _declared(noted):
        search.attempt(texts)
    search.climb(_guessed(noted, source.node, uses))
    best = search.best
    if found.inner and "is not defined" in best.message:
        best.reason = "made inside of another function, from what is known only when that runs"
    if best.kind in ("unsupported", "typing") and (told := _cannot_be_said(uses)):
        return Outcome("argument", told, best.types, best.message, best.attempts)
    return best


class _Search:
    """Attempts with one choice of types after another; the best is what compiled, else what got furthest."""

    def __init__(self, function: types.FunctionType, options: str, most: int) -> None:
        self._most = most
        self._function = function
        self._names = [*inspect.signature(function).parameters]
        self._programs: dict[tuple[str, ...], Program] = {}
        self._options = options
        self._tried: dict[tuple[str, ...], int] = {}
        self._furthest = -1
        self.best = Outcome("typing", "no types to try")

    @property
    def done(self) -> bool:
        return self.best.kind in ("compiled", "internal") or len(self._tried) >= self._most

    def attempt(self, texts: tuple[str, ...]) -> int:
        """How far these types get: to which line of the function."""
        if self.done or texts in self._tried:
            return self._tried.get(texts, -1)
        program = self._program(texts)
        known = ["omitted" if each in FUNCTIONS else each for each in texts]
        arrays = [_array_type(each) for each in program.arrays]
        answer = _core._jit_compile(program.text, " ".join([*known, *arrays]), self._options)
        line = sys.maxsize if answer[0] == "ok" else self._line(answer)
        self._tried[texts] = line
        if line > self._furthest or answer[0] == "internal":
            self._furthest = line
            kind, said = ("compiled", "") if answer[0] == "ok" else answer[:2]
            where = "" if answer[0] == "ok" else f" [{Path(answer[3]).name}:{answer[4]}]"
            self.best = Outcome(kind, reason_of(said), " ".join(texts), f"{said}{where}")
        self.best.attempts = len(self._tried)
        return line

    def _program(self, texts: tuple[str, ...]) -> Program:
        """With the functions that are handed over."""
        given = tuple(text if text in FUNCTIONS else "" for text in texts)
        if given not in self._programs:
            named = {name: FUNCTIONS[text] for name, text in zip(self._names, given, strict=False) if text}
            self._programs[given] = build(self._function, named)
        return self._programs[given]

    def climb(self, choice: Choice) -> None:
        """From the first choice for each argument, one other at a time, and on from what got further."""
        now = tuple(each[0] for each in choice.leaves)
        line = self.attempt(choice.texts(now))
        for dtype in ("f4", "i8"):
            others = tuple(_of(dtype, each) for each in now)
            if (there := self.attempt(choice.texts(others))) > line:
                now, line = others, there
        further = True
        while further and not self.done:
            further = False
            for position, each in enumerate(choice.leaves):
                for other in each:
                    changed = (*now[:position], other, *now[position + 1 :])
                    if (there := self.attempt(choice.texts(changed))) > line:
                        now, line, further = changed, there, True

    def _line(self, answer: tuple[Any, ...]) -> int:
        """The line of the function itself that an error is in, or is called from."""
        _, _, _, _, position, stack = answer
        entry = self._function.__name__
        called = [line for name, _, line in stack if name == entry]
        # An error without a place is about the function as a whole.
        return max(called) if called else int(position.split(":")[0]) or sys.maxsize - 1


def _of(dtype: str, text: str) -> str:
    """An array of floats with another dtype."""
    return re.sub(r"^f\d\[", f"{dtype}[", text)


def _array_type(array: Any) -> str:
    from ferrodide.jit._types import array_type

    return str(array_type(array, readonly=True))


def _declared(noted: Noted) -> list[tuple[str, ...]]:
    if noted.declared is None:
        return []
    try:
        signatures = numba_types.signatures_of(noted.declared)
    except Exception:
        return []
    texts = []
    for each in signatures:
        parts = [_text(argument) for argument in each.args]
        if noted.kind == "ndreduce":
            parts = [f"{part}[1A]" if "[" not in part else part for part in parts]
        if all(parts):
            texts.append(tuple(parts))
    return texts


def _text(declared: Any) -> str:
    """The type text of an argument that is just what is declared."""
    if isinstance(declared, numba_types.Array):
        return f"{declared.dtype.element}[{declared.ndim}{declared.layout}{'r' if declared.readonly else ''}]"
    if isinstance(declared, numba_types.Number):
        return declared.code
    if isinstance(declared, numba_types.Optional):
        return _text(declared.type)
    if isinstance(declared, numba_types.Tuple):
        return f"({','.join(map(_text, declared.types))})"
    return "none" if declared == numba_types.none else ""


def _guessed(noted: Noted, node: ast.FunctionDef | ast.Lambda, uses: Uses) -> Choice:
    """For each parameter the types that it may have."""
    choice = Choice()
    for name, parameter in inspect.signature(noted.function).parameters.items():
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            choice.leaf(STARRED)
            continue
        use = uses.uses.get(name)
        if use is None:
            continue
        default, has = parameter.default, parameter.default is not inspect.Parameter.empty
        if noted.kind == "vectorize":
            choice.leaf(["float", "int", "f4", "complex"])
        elif use.attributes and not use.dimensions and not (has and of_value(default)):
            fields = sorted(use.attributes)
            choice.fields({each: candidates(each, uses.uses[f"{name}.{each}"], None, False) for each in fields})
        else:
            choice.leaf(candidates(name, use, default, has))
    return choice


def _resolver(function: types.FunctionType) -> Any:
    """Finds the definition of another compiled function that is called, and what finds those that this one calls."""

    def resolve(node: ast.expr) -> tuple[ast.FunctionDef, Any] | None:
        found: Any = None
        if isinstance(node, ast.Name):
            found = function.__globals__.get(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found = getattr(function.__globals__.get(node.value.id), node.attr, None)
        if not isinstance(found, Noted):
            return None
        try:
            inner = source_of(found.function).node
        except JitError:
            return None
        return (inner, _resolver(found.function)) if isinstance(inner, ast.FunctionDef) else None

    return resolve


def _cannot_be_said(uses: Uses) -> str:
    """What is handed over, where it is something that has no type text."""
    for use in uses.uses.values():
        told = _kind_of_object(use)
        if told:
            return told
    return ""


def _kind_of_object(use: Use) -> str:
    if use.called:
        return "it takes a function as an argument"
    if use.methods & {"append", "pop", "extend", "insert"}:
        return "it takes a list as an argument"
    if use.methods & {"items", "keys", "values", "get", "add"}:
        return "it takes a dict or a set as an argument"
    if use.methods:
        return "it takes an object, by its methods"
    return ""


def reason_of(message: str) -> str:
    """A message without what is only this function's."""
    text = message.split("\n", maxsplit=1)[0]
    text = re.sub(r"'[^']*'|`[^`]*`|\"[^\"]*\"", "…", text)
    return re.sub(r"\b\d+\b", "N", text)[:140]
