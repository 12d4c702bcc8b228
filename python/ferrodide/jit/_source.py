"""Where a function's source is, and its syntax tree with the file's own lines and columns."""

from __future__ import annotations

import ast
import binascii
import linecache
import sys
import types
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ._errors import UnsupportedError

__all__ = ["Source", "remember", "source_of"]

#: What stands above an indented function, so that it parses with its own columns.
_SHELTER = "if 1:\n"


@dataclass(frozen=True)
class Source:
    """A function as it is written."""

    function: types.FunctionType
    #: The definition; a lambda's is none of its own.
    node: ast.FunctionDef | ast.Lambda
    file: str
    #: What Python's own scoping makes local variables. From Python 3.12 on, those of comprehensions may be among them.
    symbols: frozenset[str]

    @property
    def name(self) -> str:
        return self.function.__name__

    @cached_property
    def locals(self) -> frozenset[str]:
        """The local variables, without those of comprehensions."""
        return self.symbols - (set(_inner(self.node)) - set(_bound(self.node)))

    @property
    def line(self) -> int:
        """The line of the ``def``; of decorators there may be some above."""
        return self.node.lineno


#: What Pyodide calls code that a page runs without a file name, and keeps no source of.
_NAMELESS = "<exec>"
#: The names under which such code has one, by the function.
_remembered: weakref.WeakKeyDictionary[types.CodeType, str] = weakref.WeakKeyDictionary()


def remember(function: types.FunctionType) -> None:
    """Keep the source of a function that ``pyodide.runPython`` is defining; afterwards nobody has it.

    Parameters
    ----------
    function
        One whose decorator is being called.
    """
    code = function.__code__
    if code.co_filename != _NAMELESS or sys.platform != "emscripten":
        return
    frame: types.FrameType | None = sys._getframe(1)
    # Pyodide's own may be the outermost of all.
    while frame is not None:
        if frame.f_globals.get("__name__") == "_pyodide._base" and frame.f_code.co_name.startswith("eval_code"):
            source = frame.f_locals.get("source")
            if isinstance(source, str):
                # The same in each run, since it is a part of what the cache goes by.
                name = f"<exec {binascii.crc32(source.encode('utf-8', 'surrogatepass')):08x}>"
                linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
                _remembered[code] = name
            return
        frame = frame.f_back


def source_of(function: types.FunctionType) -> Source:
    """Find and parse a function's source.

    Parameters
    ----------
    function
        A Python function: its decorators are taken off.

    Returns
    -------
    Source

    Raises
    ------
    UnsupportedError
        Where the source is not to be had, or is no plain function's.
    """
    code = function.__code__
    file = _remembered.get(code, code.co_filename)
    linecache.checkcache(file)
    lines = linecache.getlines(file, function.__globals__)
    if not lines:
        raise UnsupportedError(
            f"the source of {function.__qualname__} is not available: {file!r} cannot be read.",
            hint="A function can be compiled whose source is in a file, in a cell of a notebook or in code that was "
            "run with a file name.",
            file=file,
        )
    node = _lambda(code, lines) if code.co_name == "<lambda>" else _definition(code, lines)
    if node is None:
        raise UnsupportedError(
            f"the source of {function.__qualname__} is not at line {code.co_firstlineno} of {file}.",
            hint="If the file has changed since it was imported, import it again.",
            file=file,
        )
    return Source(function, node, file, frozenset((*code.co_varnames, *code.co_cellvars)))


def _inner(node: ast.AST) -> Iterator[str]:
    """The variables of comprehensions."""
    for each in ast.walk(node):
        if isinstance(each, ast.comprehension):
            yield from (name.id for name in ast.walk(each.target) if isinstance(name, ast.Name))


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that are parameters, or bound by something else than a comprehension."""
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.comprehension):
            for part in (each.iter, *each.ifs):
                yield from _bound(ast.Expr(part))
            continue
        if isinstance(each, ast.arg):
            yield each.arg
        elif isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load):
            yield each.id
        yield from _bound(each)


def _last_line(code: types.CodeType) -> int:
    """The last line that any of the code begins at."""
    begun = [line for _, _, line in code.co_lines() if line is not None]
    inner = [_last_line(each) for each in code.co_consts if isinstance(each, types.CodeType)]
    return max([code.co_firstlineno, *begun, *inner])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t\f"))


def _definition(code: types.CodeType, lines: list[str]) -> ast.FunctionDef | None:
    """Parse only the function's own lines: a file may have thousands of others."""
    first = code.co_firstlineno
    if first > len(lines):
        return None
    indent, end = _indent(lines[first - 1]), _last_line(code)
    # What made no code belongs to it, too: a branch never taken, a comment.
    while end < len(lines) and (_indent(lines[end]) > indent or not lines[end].strip(" \t\f\r\n")):
        end += 1
    # With what stands above it, the parser counts the file's own lines.
    above = "\n" * (first - 2) + _SHELTER if indent else "\n" * (first - 1)
    while True:
        text = above + "".join(lines[first - 1 : end])
        try:
            tree = ast.parse(text)
            break
        except SyntaxError:
            # A bracket or a string that closes further left than the function began.
            if end >= len(lines):
                return None
            end += 1
    body: list[ast.stmt] = tree.body
    if indent and isinstance(body[0], ast.If):
        body = body[0].body
    node = body[0] if body else None
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or node.name != code.co_name:
        return None
    if isinstance(node, ast.AsyncFunctionDef):
        raise UnsupportedError(f"{code.co_qualname} is a coroutine; only a plain function compiles.")
    return node


def _lambda(code: types.CodeType, lines: list[str]) -> ast.Lambda | None:
    """Parse the whole file: a lambda's lines may be any part of a statement."""
    text = "".join(lines)
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return None
    places = {(line, col) for line, end, col, _ in code.co_positions() if line and end and col is not None}
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda) and node.lineno == code.co_firstlineno:
            inside = {(each.lineno, each.col_offset) for each in ast.walk(node.body) if isinstance(each, ast.expr)}
            # Some instruction of the body begins with the body.
            if (node.body.lineno, node.body.col_offset) in places and inside & places:
                return node
    return None
