"""Compiling one function for arguments of declared or guessed types, and why that fails."""

from __future__ import annotations

import ast
import inspect
import re
import types
from dataclasses import dataclass
from typing import Any

from ferrodide import _core
from ferrodide.jit import _numba_types as numba_types
from ferrodide.jit._errors import JitError
from ferrodide.jit._program import build
from ferrodide.jit._source import source_of
from finding import Found
from guessing import Use, Uses, candidates, combinations
from stand_ins import Noted

MOST_ATTEMPTS = 80


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
    """Compiles a function, for the first types that it compiles for."""
    if found.noted is None:
        return Outcome("unsupported", "not reached: the module that it is in does not run without its requirements")
    function = found.noted.function
    try:
        source = source_of(function)
        program = build(function)
    except JitError as error:
        return Outcome("unsupported", reason_of(str(error)), message=str(error))
    except Exception as error:
        return Outcome(
            "internal", f"{type(error).__name__} of the Python side", message=f"{type(error).__name__}: {error}"
        )
    options = " ".join(["fastmath"] if found.noted.options.get("fastmath") else [])
    arrays = "".join(f" {_array_type(each)}" for each in program.arrays)
    uses = Uses(source.node, lambda node: _resolve(node, function))
    first: Outcome | None = None
    count = 0
    for texts in [*_declared(found.noted), *_guessed(found.noted, source.node, uses)]:
        count += 1
        text = " ".join(texts)
        answer = _core._jit_compile(program.text, text + arrays if texts else arrays.strip(), options)
        if answer[0] == "ok":
            return Outcome("compiled", types=text, attempts=count)
        outcome = Outcome(answer[0], reason_of(answer[1]), text, f"{answer[1]} [{answer[3]}:{answer[4]}]", count)
        # What is not supported, or does not type for any argument, says more than a guess that was wrong.
        first = first or outcome
        if answer[0] == "internal":
            first = outcome
            break
        if count >= MOST_ATTEMPTS:
            break
    assert first is not None
    first.attempts = count
    told = _cannot_be_said(uses)
    if told and first.kind != "internal":
        return Outcome("argument", told, first.types, first.message, count)
    return first


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


def _guessed(noted: Noted, node: ast.FunctionDef | ast.Lambda, uses: Uses) -> Any:
    parameters = inspect.signature(noted.function).parameters
    options = []
    for name in uses.names:
        has = parameters[name].default is not inspect.Parameter.empty
        if noted.kind == "vectorize":
            options.append(["float", "int", "f4", "complex"])
        else:
            options.append(candidates(uses.uses[name], parameters[name].default, has))
    if node.args.vararg is not None:
        options += [["float", "f8[1C]", "int"]] * 2
    return combinations(options, MOST_ATTEMPTS)


def _resolve(node: ast.expr, function: types.FunctionType) -> ast.FunctionDef | None:
    """The definition of another compiled function that is called."""
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
    return inner if isinstance(inner, ast.FunctionDef) else None


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
    if use.attributes:
        return "it takes an object, by its attributes"
    return ""


def reason_of(message: str) -> str:
    """A message without what is only this function's."""
    text = message.split("\n", maxsplit=1)[0]
    text = re.sub(r"'[^']*'|`[^`]*`|\"[^\"]*\"", "…", text)
    return re.sub(r"\b\d+\b", "N", text)[:140]
