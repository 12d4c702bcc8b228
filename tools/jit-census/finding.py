"""The functions of a package that Numba compiles: by what their decorators, as they are written, stand for."""

from __future__ import annotations

import ast
import builtins
import functools
import importlib
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from instances import unbound, values
from loading import called, run, with_decorators
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
    variants: Callable[[], Iterator[Noted]] = lambda: iter(())
    """It, with one value or another of what is known only when the function around it runs."""
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
    written = [each for node, chain in _definitions(tree, ()) if (each := _Written.of(node, chain, space))]
    known = {each.node.name: each for each in reversed(written)}
    for each in written:
        node = each.node
        noted = by_line.pop(node.decorator_list[0].lineno, None) or each.make(dict(space), file, known)
        variants = functools.partial(each.variants, space, file, known)
        yield Found(package, module, node.name, node.lineno, each.kind, noted, variants, each.inner)
    # numba.njit(f), and a package's own decorators around Numba's.
    for line, noted in sorted(by_line.items()):
        yield Found(package, module, noted.__name__, line, noted.kind, noted)


@dataclass
class _Written:
    """A definition with a decorator of Numba's on it."""

    node: ast.FunctionDef
    chain: tuple[ast.AST, ...]
    ours: list[ast.expr]
    kind: str

    @classmethod
    def of(cls, node: ast.FunctionDef, chain: tuple[ast.AST, ...], space: dict[str, Any]) -> _Written | None:
        ours = _ours(node, space)
        return cls(node, chain, ours, _value(called(ours[0]), space).kind) if ours else None

    @property
    def inner(self) -> bool:
        return any(isinstance(each, ast.FunctionDef) for each in self.chain)

    def make(self, space: dict[str, Any], file: str, known: dict[str, _Written], depth: int = 0) -> Noted | None:
        """The function, out of a class, a branch or another function.

        What is known of the functions around it are their imports, their constants and their other inner functions; and
        what is called like a function elsewhere in the file is taken to be that.
        """
        first = self.node.decorator_list[0].lineno
        for around in self.chain:
            body = getattr(around, "body", None)
            if isinstance(around, (ast.FunctionDef, ast.ClassDef)) and isinstance(body, list):
                before = [each for each in body if (each.end_lineno or 0) < first]
                run([_with_ours(each, space) for each in before if isinstance(each, _KEPT)], space, file)
        # With Numba's decorators only; and where their arguments are not known, without these.
        for decorators in (self.ours, [called(each) for each in self.ours]):
            space.pop(self.node.name, None)
            run([with_decorators(self.node, decorators)], space, file)
            found = space.get(self.node.name)
            if isinstance(found, Noted):
                for name in found.function.__code__.co_names if depth < 4 else ():
                    other = known.get(name)
                    if other is not None and other is not self and name not in space:
                        space[name] = other.make(space, file, known, depth + 1)
                return found
        return None

    def variants(self, space: dict[str, Any], file: str, known: dict[str, _Written]) -> Iterator[Noted]:
        """The function, its factory's variables having one value or another."""
        factories = [each for each in self.chain if isinstance(each, ast.FunctionDef)]
        noted = self.make(dict(space), file, known) if factories else None
        if noted is None:
            return
        body = [self.node, *(statement for each in factories for statement in each.body)]
        names = _unknown(self.node, factories, noted.function.__globals__)
        for chosen in values(names, body):
            made = self.make({**space, **chosen}, file, known)
            if made is not None:
                yield made


def _unknown(node: ast.FunctionDef, factories: list[ast.FunctionDef], space: dict[str, Any]) -> list[str]:
    """The names without a value that a function comes to read, through what else the factories around it have."""
    makes: dict[str, list[ast.AST]] = {}
    for each in factories:
        for statement in each.body:
            stored = (name for name in ast.walk(statement) if isinstance(name, ast.Name))
            for name in [
                *(each.id for each in stored if isinstance(each.ctx, ast.Store)),
                getattr(statement, "name", ""),
            ]:
                makes.setdefault(name, []).append(statement)
    found: dict[str, None] = {}
    waiting: list[ast.AST] = [node]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        inner = [] if each is node else [node.name]
        for name in unbound(each, [*dir(builtins), *inner]):
            if name not in space:
                found[name] = None
            if name not in space or isinstance(space[name], Noted):
                waiting += makes.get(name, [])
    return [*found]


_KEPT = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.Assign, ast.AnnAssign)


def _ours(node: ast.FunctionDef, space: dict[str, Any]) -> list[ast.expr]:
    """Its decorators that are Numba's, whatever they are called here."""
    return [each for each in node.decorator_list if isinstance(_value(called(each), space), Decorator)]


def _with_ours(statement: ast.stmt, space: dict[str, Any]) -> ast.stmt:
    if isinstance(statement, ast.FunctionDef) and (ours := _ours(statement, space)):
        return with_decorators(statement, ours)
    return statement


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


def _value(node: ast.AST, space: dict[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return space.get(node.id)
    if isinstance(node, ast.Attribute):
        base = _value(node.value, space)
        return None if base is None else getattr(base, node.attr, None)
    return None
