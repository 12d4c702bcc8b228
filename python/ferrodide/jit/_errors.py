"""What can go wrong with compiling, told with the place in the source and what to write instead."""

from __future__ import annotations

import linecache
import platform
import sys
import unicodedata
from collections.abc import Iterable
from typing import Any

__all__ = [
    "InternalError",
    "JitError",
    "JitWarning",
    "TypingError",
    "UnsupportedError",
    "raised_at",
]

#: A call on the way to the error: function, file, line.
Call = tuple[str, str, int]


class JitWarning(UserWarning):
    """A function runs as plain Python, or an option has no meaning here."""


class JitError(Exception):
    """A function cannot be compiled.

    Parameters
    ----------
    reason
        One sentence.
    hint
        What to write instead.
    file
        The file of the expression.
    position
        ``line:col:endline:endcol``, columns in UTF-8 bytes from 0.
    stack
        The calls that led there: function, file, line.
    """

    def __init__(
        self, reason: str, *, hint: str = "", file: str = "", position: str = "", stack: Iterable[Call] = ()
    ) -> None:
        self.reason = reason
        self.hint = hint
        self.file = file
        self.stack = list(stack)
        self.line, self.column, self.end_line, self.end_column = _position(position)
        super().__init__(self._text())

    def _text(self) -> str:
        parts = []
        if self.line:
            parts.append(f"{self.file}:{self.line}")
            parts += _shown(self.file, self.line, self.column, self.end_line, self.end_column)
        parts.append(self.reason)
        if self.hint:
            parts.append(self.hint)
        parts += [f"  called in {name}, {file}:{line}" for name, file, line in self.stack]
        return "\n".join(parts)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows of it: the place in the source, and none of the compiler's own frames."""
        bold, red, plain = "\033[1m", "\033[31m", "\033[0m"
        lines = str(self).split("\n")
        if self.line and len(lines) > 2 and set(lines[2].strip()) == {"^"}:
            lines[2] = f"{red}{lines[2]}{plain}"
        return [f"{red}{type(self).__name__}{plain}: {bold}{lines[0]}{plain}", *lines[1:]]


class TypingError(JitError, TypeError):
    """The types do not fit: of an argument, or in an expression."""


class UnsupportedError(JitError, NotImplementedError):
    """What is written is not in the subset of Python that compiles."""


class InternalError(JitError):
    """A fault of ferrodide's own, and not of the function that was to be compiled."""

    def _text(self) -> str:
        from .. import __version__

        return (
            "ferrodide's compiler has a fault; your function has not. Please report it, with the function and this:\n"
            f"{super()._text()}\n"
            f"ferrodide {__version__}, Python {platform.python_version()} on {sys.platform}"
        )


def _position(text: str) -> tuple[int, int, int, int]:
    parts = [int(part) for part in text.split(":")] if text else []
    if len(parts) != 4:
        return 0, 0, 0, 0
    return parts[0], parts[1], parts[2], parts[3]


def _characters(line: str, column: int) -> str:
    """What stands left of a column that counts UTF-8 bytes."""
    return line.encode()[:column].decode(errors="ignore")


def _width(text: str) -> int:
    """Columns of a terminal; a letter of East Asia takes two, a combining mark none."""
    return sum(
        0 if unicodedata.combining(each) else 1 + (unicodedata.east_asian_width(each) in ("W", "F")) for each in text
    )


def _shown(file: str, line: int, column: int, end_line: int, end_column: int) -> list[str]:
    """The source line, and carets under the expression; nothing where the source is gone."""
    text = linecache.getline(file, line).rstrip()
    if not text.strip():
        return []
    left = _characters(text, column)
    marked = (_characters(text, end_column) if end_line == line else text)[len(left) :]
    blank = "".join(each if each == "\t" else " " * _width(each) for each in left)
    return [f"    {text}", f"    {blank}{'^' * max(1, _width(marked))}"]


def raised_at(error: BaseException, file: str, line: int, name: str) -> BaseException:
    """Give an exception a traceback frame of the compiled function's own source.

    Parameters
    ----------
    error
        The exception; it has been raised and caught when this returns.
    file, line, name
        What the frame says. A line of 0 leaves the exception as it is.

    Returns
    -------
    BaseException
        ``error``.
    """
    if line < 1:
        return error
    code = compile("raise error", file, "exec").replace(co_firstlineno=line, co_name=name, co_qualname=name)
    try:
        exec(code, {"error": error})
    except BaseException:
        # The frame of this function is no part of the story.
        own = error.__traceback__
        return error.with_traceback(None if own is None else own.tb_next)
    return error


def refused_by_page(error: Exception) -> UnsupportedError | None:
    """What to raise where a page's Content-Security-Policy is why WebAssembly was refused; None where it is not."""
    text = str(error)
    if not any(sign in text for sign in ("disallowed by embedder", "unsafe-eval", "Content Security Policy")):
        return None
    return UnsupportedError(
        "this page's Content-Security-Policy forbids to compile WebAssembly.",
        hint="Its script-src needs 'wasm-unsafe-eval'.",
    )


def failure(answer: tuple[Any, ...]) -> JitError:
    """The exception for what ``_jit_compile`` answers when it does not compile."""
    kind, reason, hint, file, position, stack = answer
    known = {"typing": TypingError, "unsupported": UnsupportedError}
    return known.get(kind, InternalError)(reason, hint=hint, file=file, position=position, stack=stack)
