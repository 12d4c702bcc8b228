"""The functions of a package that Numba compiles: by what their decorators, as they are written, stand for."""

from __future__ import annotations

import ast
import importlib
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loading import run
from stand_ins import Decorator, Missing, Noted


@dataclass
class Found:
    """A function that Numba compiles."""

    package: str
    module: str
    name: str
    line: int
    kind: str
    noted: Noted | None = None
    inner: bool = False
    """It is made inside of another function, whose variables are known only when that runs."""

    @property
    def where(self) -> str:
        return f"{self.module}:{self.line} {self.name}"


def functions_of(package: str, module: str) -> Iterator[Found]:
    """Those that are written in a module."""
    try:
        space = vars(importlib.import_module(module))
    except Exception:
        return
    file = space["__file__"]
    tree = ast.parse(Path(file).read_text(encoding="utf8"), file)
    by_line = {each.function.__code__.co_firstlineno: each for each in _noted(space, file)}
    for node, chain in _definitions(tree, ()):
        ours = [each for each in node.decorator_list if isinstance(_value(_called(each), space), Decorator)]
        if not ours:
            continue
        noted = by_line.pop(node.decorator_list[0].lineno, None) or _made(node, ours, chain, dict(space), file)
        inner = any(isinstance(each, ast.FunctionDef) for each in chain)
        yield Found(package, module, node.name, node.lineno, _value(_called(ours[0]), space).kind, noted, inner)
    # numba.njit(f), and a package's own decorators around Numba's.
    for line, noted in sorted(by_line.items()):
        yield Found(package, module, noted.__name__, line, noted.kind, noted)


def _noted(space: dict[str, Any], file: str) -> Iterator[Noted]:
    for found in [*space.values()]:
        each = found if isinstance(found, Noted) else _wrapped(found)
        if each is not None and each.function.__code__.co_filename == file:
            yield each


def _wrapped(found: Any) -> Noted | None:
    """What numbagg's decorators make: the function and its signatures are attributes."""
    function, kind = getattr(found, "func", None), type(found).__name__
    if (
        isinstance(found, Missing)
        or not isinstance(function, types.FunctionType)
        or not kind.startswith(("nd", "group"))
    ):
        return None
    declared = getattr(found, "signature", None)
    if isinstance(declared, tuple) and declared and isinstance(declared[-1], str):
        declared = [*declared[0]] if isinstance(declared[0], list) else [declared[0]]
    return Noted(function, kind, declared, "", {})


def _definitions(tree: ast.AST, chain: tuple[ast.AST, ...]) -> Iterator[tuple[ast.FunctionDef, tuple[ast.AST, ...]]]:
    for each in ast.iter_child_nodes(tree):
        if isinstance(each, ast.FunctionDef):
            yield each, chain
        yield from _definitions(each, (*chain, each))


def _called(node: ast.expr) -> ast.expr:
    """The decorator itself, without the arguments that it is given."""
    while isinstance(node, ast.Call):
        node = node.func
    return node


def _value(node: ast.AST, space: dict[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return space.get(node.id)
    if isinstance(node, ast.Attribute):
        base = _value(node.value, space)
        return None if base is None else getattr(base, node.attr, None)
    return None


def _made(
    node: ast.FunctionDef, ours: list[ast.expr], chain: tuple[ast.AST, ...], space: dict[str, Any], file: str
) -> Noted | None:
    """A function out of a class, a branch or another function.

    What is known of the functions around it are their imports, their constants and their other inner functions.
    """
    for around in chain:
        body = getattr(around, "body", None)
        if isinstance(around, (ast.FunctionDef, ast.ClassDef)) and isinstance(body, list):
            before = [each for each in body if (each.end_lineno or 0) < node.decorator_list[0].lineno]
            kept = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.Assign, ast.AnnAssign)
            run([each for each in before if isinstance(each, kept)], space, file)
    # With Numba's decorators only; and where their arguments are not known, without these.
    for decorators in (ours, [_called(each) for each in ours]):
        space.pop(node.name, None)
        alone = ast.FunctionDef(**{name: getattr(node, name) for name in (*node._fields, *node._attributes)})
        alone.decorator_list = decorators
        run([alone], space, file)
        found = space.get(node.name)
        if isinstance(found, Noted):
            return found
    return None
