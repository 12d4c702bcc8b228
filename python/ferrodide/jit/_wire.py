"""From the syntax tree to the wire form. What has none is said to be unsupported, in a person's words."""

from __future__ import annotations

import ast
import contextlib
import enum
from typing import TYPE_CHECKING, Any

import numpy as np

from ._names import Absent, canonical, describe, quote, unsupported, value

if TYPE_CHECKING:
    from ._program import Resolver
    from ._source import Source

__all__ = ["Writer"]

_MISSING: Any = object()

#: Longer than any number that the compiler reads.
_MOST_BITS = 126

_STATEMENTS: dict[type[ast.AST], str] = {
    ast.FunctionDef: "a function defined inside a function: define it outside, and compile it as well",
    ast.AsyncFunctionDef: "a coroutine defined inside a function",
    ast.ClassDef: "a class defined inside a function",
    ast.Import: "an import inside a function: import at the top of the file",
    ast.ImportFrom: "an import inside a function: import at the top of the file",
    ast.Try: "try: test for what would raise before it does",
    ast.TryStar: "try: test for what would raise before it does",
    ast.With: "with",
    ast.AsyncWith: "async with",
    ast.AsyncFor: "async for",
    ast.Match: "match: write if and elif",
    ast.Global: "global: return the value, and assign it outside",
    ast.Nonlocal: "nonlocal: return the value, and assign it outside",
}
_EXPRESSIONS: dict[type[ast.AST], str] = {
    ast.Lambda: "a lambda inside a function: define a function outside, and compile it as well",
    ast.Dict: "a dict",
    ast.Set: "a set",
    ast.DictComp: "a dict",
    ast.SetComp: "a set",
    ast.JoinedStr: "a string that is put together while running",
    ast.Yield: "yield: fill an array, and return it",
    ast.YieldFrom: "yield: fill an array, and return it",
    ast.Await: "await",
    ast.Starred: "a starred expression",
}


class Writer:
    """Writes one function.

    Parameters
    ----------
    source
        The function.
    resolver
        What its global names stand for.
    """

    def __init__(self, source: Source, resolver: Resolver) -> None:
        self._source = source
        self._resolver = resolver
        #: Names of the comprehensions around, and what they are called.
        self._scopes: list[dict[str, str]] = []
        self._renamed = 0
        self._locals = source.symbols
        #: Whether there are comprehensions.
        self._inner = False

    def function(self, number: int, defaults: dict[str, str | None]) -> str:
        """The FUNCTION.

        Parameters
        ----------
        number
            What ``(jit ID)`` refers to.
        defaults
            The parameters' defaults as VALUEs.
        """
        written = self._function(number, defaults)
        if self._inner and self._locals != self._source.locals:
            # A comprehension's variable has the name of a global one.
            self._locals, self._renamed = self._source.locals, 0
            written = self._function(number, defaults)
        return written

    def _function(self, number: int, defaults: dict[str, str | None]) -> str:
        node, source = self._source.node, self._source
        arguments, body = node.args, []
        params = []
        for each in [*arguments.posonlyargs, *arguments.args]:
            params.append(_param(each, "plain", defaults))
        if arguments.vararg is not None:
            params.append(_param(arguments.vararg, "star", {}))
        for each in arguments.kwonlyargs:
            params.append(_param(each, "plain", defaults))
        if arguments.kwarg is not None:
            body.append(_unsupported(arguments.kwarg, f"**{arguments.kwarg.arg}: name the parameters"))
        if isinstance(node, ast.Lambda):
            body.append(f"(return {_at(node.body)} {self.expr(node.body)})")
        else:
            body += [self.stmt(each) for each in node.body]
        head = f"(function {number} {quote(source.name)} {quote(source.file)} {source.line}"
        return f"{head} (params{_each(params)}) (body{_each(body)}))"

    # Statements.

    def _block(self, body: list[ast.stmt]) -> str:
        return f"({' '.join(self.stmt(each) for each in body)})"

    def stmt(self, node: ast.stmt) -> str:  # noqa: PLR0912
        at = _at(node)
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                return f"(pass {at})"
            case ast.Expr(value=expression):
                return f"(expr {at} {self.expr(expression)})"
            case ast.Assign(targets=targets, value=assigned):
                return f"(assign {at} ({' '.join(map(self.target, targets))}) {self.expr(assigned)})"
            case ast.AnnAssign(target=target, value=None):
                return f"(pass {at})"
            case ast.AnnAssign(target=target, value=ast.expr() as assigned):
                return f"(assign {at} ({self.target(target)}) {self.expr(assigned)})"
            case ast.AugAssign(target=target, op=op, value=assigned):
                return f"(augassign {at} {_op(op)} {self.target(target)} {self.expr(assigned)})"
            case ast.If(test=test, body=body, orelse=orelse):
                return f"(if {at} {self.expr(test)} {self._block(body)} {self._block(orelse)})"
            case ast.While(test=test, body=body, orelse=orelse):
                return f"(while {at} {self.expr(test)} {self._block(body)} {self._block(orelse)})"
            case ast.For(target=target, iter=iterable, body=body, orelse=orelse):
                head = f"(for {at} {self.target(target)} {self.expr(iterable)}"
                return f"{head} {self._block(body)} {self._block(orelse)})"
            case ast.Break():
                return f"(break {at})"
            case ast.Continue():
                return f"(continue {at})"
            case ast.Return(value=None):
                return f"(return {at} _)"
            case ast.Return(value=ast.expr() as returned):
                return f"(return {at} {self.expr(returned)})"
            case ast.Assert(test=test, msg=message):
                said = "_" if message is None else self._message(message)
                if said is None:
                    return _unsupported(
                        node, "an assertion whose message is not a string, or nothing of it is constant"
                    )
                return f"(assert {at} {self.expr(test)} {said})"
            case ast.Raise():
                return self._raise(node)
            case ast.Delete(targets=targets):
                return f"(del {at} {' '.join(map(self.target, targets))})"
            case ast.Global(names=names) if not self._locals.intersection(names) and not _assigns(
                self._source.node, names
            ):
                return f"(pass {at})"
        return _unsupported(node, _STATEMENTS.get(type(node), "this statement"))

    def _message(self, node: ast.expr) -> str | None:
        """What an exception says, as far as it is known while compiling: of what is put in, its source."""
        try:
            text = self._text(node)
        except Absent:
            return None
        return None if text is None else quote(text)

    def _text(self, node: ast.expr) -> str | None:
        match node:
            case ast.JoinedStr(values=values):
                texts = (part.value if isinstance(part, ast.Constant) else _put_in(part) for part in values)
                return "".join(map(str, texts))
            case ast.BinOp(left=left, op=ast.Mod()):
                return self._text(left)
            case ast.Call(func=ast.Attribute(value=inner, attr="format")):
                return self._text(inner)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                first, second = self._text(left), self._text(right)
                if first is None and second is None:
                    return None
                return f"{_put_in(left) if first is None else first}{_put_in(right) if second is None else second}"
        found = self._constant(node)
        return found if isinstance(found, str) else None

    def _raise(self, node: ast.Raise) -> str:
        raised, message = node.exc, "_"
        if raised is None:
            return _unsupported(node, "raise without an exception")
        if isinstance(raised, ast.Call):
            said = self._message(raised.args[0]) if raised.args else "_"
            if said is None or raised.keywords:
                return _unsupported(node, "an exception whose message is not a string, or nothing of it is constant")
            raised, message = raised.func, said
        name = self._resolver.exception(self._constant(raised))
        if name is None:
            return _unsupported(node, "raise of something other than an exception's class and a message")
        return f"(raise {_at(node)} {quote(name)} {message})"

    def target(self, node: ast.expr) -> str:
        """What is assigned to, or deleted."""
        match node:
            case ast.Name(id=name) if self._local(name) is None:
                return _unsupported(node, f"an assignment to the global variable {name}")
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return f"(tuple {_at(node)}{_each(map(self.target, elements))})"
            case ast.Starred(value=inner):
                return f"(star {_at(node)} {self.target(inner)})"
        return self.expr(node)

    # Names.

    def _local(self, name: str) -> str | None:
        """What a local variable is called; None of a name that is none."""
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        return name if name in self._locals else None

    def _constant(self, node: ast.expr) -> Any:
        """What an expression stands for while compiling, or _MISSING; Absent where it stands for nothing."""
        match node:
            case ast.Constant(value=found):
                return found
            case ast.Name(id=name) if self._local(name) is None:
                return self._resolver.name(name)
            case ast.Attribute(value=inner, attr=name):
                base = self._constant(inner)
                if base is not _MISSING and not isinstance(inner, ast.Constant) and self._resolver.opens(base):
                    return self._resolver.attribute(base, name)
            case ast.Call(func=ast.Name() | ast.Attribute() as function, args=arguments, keywords=[]):
                called = self._constant(function)
                if self._resolver.called(called):
                    given = [self._constant(each) for each in arguments]
                    # Of float only what a string says: an array's number may be another when the function runs.
                    if all(type(each) is str if called is float else each is not _MISSING for each in given):
                        with contextlib.suppress(TypeError, ValueError):
                            return called(*given)
        return _MISSING

    def _global(self, node: ast.expr) -> str | None:
        """A name, a dotted one or a constant call; None of anything else."""
        try:
            found = self._constant(node)
        except Absent as absent:
            return f"(value {_at(node)} {unsupported(str(absent))})"
        return None if found is _MISSING else self._value(node, found)

    def _value(self, node: ast.expr, found: Any) -> str:
        at = _at(node)
        form = self._resolver.value(found)
        if form is not None:
            return f"(value {at} {form})"
        if isinstance(found, np.generic):
            name, item = canonical(type(found)), value(found.item())
            if name is None or item is None:
                return _unsupported(node, describe(found))
            return f'(call {at} (value {at} (function "{name}")) ((value {at} {item})) ())'
        if isinstance(found, tuple) and hasattr(found, "_fields"):
            made = self._resolver.value(type(found))
            return f"(call {at} (value {at} {made}) ({' '.join(self._value(node, each) for each in found)}) ())"
        if isinstance(found, tuple):
            return f"(tuple {at}{_each(self._value(node, each) for each in found)})"
        if isinstance(found, enum.Enum):
            made, number = self._resolver.member(found)
            return f"(call {at} (value {at} {made}) ((value {at} (int {number}))) ())"
        return _unsupported(node, describe(found))

    # Expressions.

    def expr(self, node: ast.expr) -> str:  # noqa: PLR0912
        at = _at(node)
        match node:
            case ast.Constant(value=found):
                return _literal(node, found)
            case ast.Name(id=name) if (local := self._local(name)) is not None:
                return f"(name {at} {local})"
            case ast.Name() | ast.Attribute():
                known = self._global(node)
                if known is not None or isinstance(node, ast.Name):
                    return str(known)
                return f"(attr {at} {self.expr(node.value)} {node.attr})"
            case ast.BinOp(left=left, op=op, right=right):
                return f"(bin {at} {_op(op)} {self.expr(left)} {self.expr(right)})"
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)) if (
                type(number) is not bool
            ):
                # The least int64 is the negative of a number that is none.
                return _literal(node, -number)
            case ast.UnaryOp(op=op, operand=operand):
                return f"(un {at} {_op(op)} {self.expr(operand)})"
            case ast.BoolOp(op=op, values=values):
                return f"(bool {at} {_op(op)}{_each(map(self.expr, values))})"
            case ast.Compare(left=left, ops=ops, comparators=rights):
                pairs = (f"({_op(op)} {self.expr(right)})" for op, right in zip(ops, rights, strict=True))
                return f"(cmp {at} {self.expr(left)}{_each(pairs)})"
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return f"(ifexp {at} {self.expr(test)} {self.expr(body)} {self.expr(orelse)})"
            case ast.Call():
                return self._call(node)
            case ast.Subscript(value=inner, slice=index):
                return f"(sub {at} {self.expr(inner)} {self._index(index)})"
            case ast.Tuple(elts=elements):
                return f"(tuple {at}{_each(map(self._starred, elements))})"
            case ast.List(elts=elements):
                return f"(list {at}{_each(map(self._starred, elements))})"
            case (
                ast.ListComp(elt=element, generators=generators) | ast.GeneratorExp(elt=element, generators=generators)
            ):
                return self._comprehension(node, element, generators)
            case ast.NamedExpr(target=ast.Name(id=name), value=assigned):
                return f"(walrus {at} {name} {self.expr(assigned)})"
        return _unsupported(node, _EXPRESSIONS.get(type(node), "this expression"))

    def _starred(self, node: ast.expr) -> str:
        if isinstance(node, ast.Starred):
            return f"(star {_at(node)} {self.expr(node.value)})"
        return self.expr(node)

    def _call(self, node: ast.Call) -> str:
        known = self._global(node)
        if known is not None:
            return known
        if any(each.arg is None for each in node.keywords):
            return _unsupported(node, "a call with **: name the arguments")
        arguments = " ".join(map(self._starred, node.args))
        keywords = " ".join(f"(kw {each.arg} {self.expr(each.value)})" for each in node.keywords)
        return f"(call {_at(node)} {self.expr(node.func)} ({arguments}) ({keywords}))"

    def _index(self, node: ast.expr) -> str:
        match node:
            case ast.Slice(lower=lower, upper=upper, step=step):
                bounds = ("_" if each is None else self.expr(each) for each in (lower, upper, step))
                return f"(slice {_at(node)}{_each(bounds)})"
            case ast.Tuple(elts=elements):
                return f"(tuple {_at(node)}{_each(map(self._index, elements))})"
        return self._starred(node)

    def _comprehension(self, node: ast.expr, element: ast.expr, generators: list[ast.comprehension]) -> str:
        scope: dict[str, str] = {}
        self._inner = True
        written = []
        for number, each in enumerate(generators):
            if each.is_async:
                return _unsupported(node, "an asynchronous comprehension")
            # The first iterable is evaluated outside.
            iterable = self.expr(each.iter)
            if number == 0:
                self._scopes.append(scope)
            for name in ast.walk(each.target):
                if isinstance(name, ast.Name):
                    scope[name.id] = self._fresh(name.id)
            conditions = " ".join(map(self.expr, each.ifs))
            written.append(f"(comp {self.target(each.target)} {iterable} ({conditions}))")
        text = f"(listcomp {_at(node)} {self.expr(element)}{_each(written)})"
        self._scopes.pop()
        return text

    def _fresh(self, name: str) -> str:
        """The name of a comprehension's variable, which is another than a variable around of the same name."""
        around = any(name in scope for scope in self._scopes[:-1])
        if not around and name not in self._locals:
            return name
        self._renamed += 1
        return f"{name}.{self._renamed}"


def _at(node: Any) -> str:
    return f"{node.lineno}:{node.col_offset}:{node.end_lineno}:{node.end_col_offset}"


def _put_in(node: ast.AST) -> str:
    """What is put into a string, as it is written."""
    return f"{{{ast.unparse(node.value if isinstance(node, ast.FormattedValue) else node)}}}"


def _each(parts: Any) -> str:
    return "".join(f" {part}" for part in parts)


def _op(op: ast.AST) -> str:
    return type(op).__name__


def _unsupported(node: ast.AST, what: str) -> str:
    return f"(unsupported {_at(node)} {quote(what)})"


def _literal(node: ast.expr, found: Any) -> str:
    if isinstance(found, int) and found.bit_length() > _MOST_BITS:
        return _unsupported(node, "an int of more than 64 bits")
    form = value(found)
    return _unsupported(node, describe(found)) if form is None else f"(value {_at(node)} {form})"


def _param(node: ast.arg, kind: str, defaults: dict[str, str | None]) -> str:
    return f"(param {_at(node)} {node.arg} {kind} {defaults.get(node.arg) or '_'})"


def _assigns(function: ast.AST, names: list[str]) -> bool:
    """Whether any of these names is assigned to."""
    stored = (each for each in ast.walk(function) if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load))
    return any(each.id in names for each in stored)
