"""The types that a function's arguments may have, guessed from what it does with them."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import Any

from ferrodide.jit._types import type_of

#: How people call what is whole: indices, and numbers of things.
WHOLE_NAMES = re.compile(
    r"(^|_)(n|num|size|ind\d?|inds|idx|index|indices|indptr|labels|count|counts|offset|offsets|seed)(_|\d*$)"
)

#: What only an array has.
PROPERTIES = set("shape ndim size dtype T strides flat itemsize real imag".split())
METHODS = set(
    "sum mean min max std var copy astype ravel reshape flatten fill sort argsort argmax argmin any all nonzero cumsum "
    "dot view transpose prod conj take".split()
)
COUNTS = {"range", "prange"}
MADE_BY_SIZE = {"zeros", "ones", "empty", "full", "arange"}
OF_AN_ARRAY = set(
    "len enumerate zip sum sorted zeros_like empty_like ones_like full_like argsort argmax argmin mean median std var "
    "dot unique cumsum sort searchsorted diff any all nanmax nanmin nansum concatenate bincount flatnonzero outer "
    "prod".split()
)


@dataclass
class Use:
    """What a parameter is used as."""

    dimensions: int = 0
    whole: bool = False
    """It, or at full depth its elements, are whole numbers."""
    truth: bool = False
    array: bool = False
    """It has what a tuple has not."""
    optional: bool = False
    texts: list[str] = field(default_factory=list)
    called: bool = False
    attributes: set[str] = field(default_factory=set)
    methods: set[str] = field(default_factory=set)
    starred: bool = False

    def deepen(self, dimensions: int) -> None:
        self.dimensions = max(self.dimensions, dimensions)


class Uses(ast.NodeVisitor):
    """Reads a function.

    A variable that is assigned an element of a parameter stands for that element: an alias is a parameter and how many
    of its dimensions are gone.
    """

    def __init__(self, node: ast.FunctionDef | ast.Lambda, resolve: Any, depth: int = 0) -> None:
        arguments = node.args
        self.names = [each.arg for each in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]
        self.uses = {name: Use() for name in self.names}
        self._aliases: dict[str, tuple[str, int]] = {name: (name, 0) for name in self.names}
        self._resolve = resolve
        self._depth = depth
        body = node.body if isinstance(node.body, list) else [ast.Expr(node.body)]
        # Twice: what a variable is used as may stand above where it is assigned.
        for _ in range(2):
            for each in body:
                self.visit(each)

    def _place(self, node: ast.expr) -> tuple[str, int] | None:
        """The parameter that an expression is, or is an element of, and how many dimensions are gone."""
        if isinstance(node, ast.Name):
            return self._aliases.get(node.id)
        if isinstance(node, ast.Subscript):
            base = self._place(node.value)
            return None if base is None else (base[0], base[1] + _taken(node.slice))
        if isinstance(node, ast.Attribute):
            base = self._place(node.value)
            if node.attr == "T" or base is None:
                return base
            # A field of a named tuple is as a parameter of its own.
            if base[1] == 0 and base[0] in self.names and node.attr in self.uses[base[0]].attributes:
                return f"{base[0]}.{node.attr}", 0
        return None

    def _is_whole(self, node: ast.expr) -> None:
        """An expression has to be a whole number, so all that is added up in it are."""
        if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Div):
            self._is_whole(node.left)
            self._is_whole(node.right)
        elif isinstance(node, ast.UnaryOp):
            self._is_whole(node.operand)
        elif isinstance(node, (ast.Tuple, ast.List)):
            for each in node.elts:
                self._is_whole(each)
        elif isinstance(node, ast.Slice):
            for part in (node.lower, node.upper, node.step):
                if part is not None:
                    self._is_whole(part)
        elif (place := self._place(node)) is not None:
            use = self.uses[place[0]]
            use.whole = True
            use.deepen(place[1])

    def _is_array(self, node: ast.expr, dimensions: int = 1, array: bool = False) -> None:
        place = self._place(node)
        if place is not None:
            self.uses[place[0]].deepen(place[1] + dimensions)
            self.uses[place[0]].array |= array

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
            index = node.slice
            if isinstance(index, ast.Constant) and isinstance(index.value, int):
                self._is_array(node.value.value, index.value + 1)
        else:
            self._is_array(node.value, _asked(node.slice), isinstance(node.ctx, ast.Store))
            self._is_whole(node.slice)
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if node.attr in PROPERTIES:
            self._is_array(node.value, array=True)
        elif (place := self._place(node.value)) is not None and place[1] == 0 and place[0] in self.names:
            self.uses[place[0]].attributes.add(node.attr)
            self.uses.setdefault(f"{place[0]}.{node.attr}", Use())
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._assign(target, node.value)
        self.generic_visit(node)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            place = self._place(value)
            if place is not None and target.id not in self.names:
                self._aliases[target.id] = place
        elif isinstance(target, ast.Tuple):
            if isinstance(value, ast.Attribute) and value.attr == "shape":
                self._is_array(value.value, len(target.elts))
            elif isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts):
                for one, other in zip(target.elts, value.elts, strict=True):
                    self._assign(one, other)

    def visit_For(self, node: ast.For) -> None:
        place = self._place(node.iter)
        if place is not None:
            self._is_array(node.iter)
            if isinstance(node.target, ast.Name) and node.target.id not in self.names:
                self._aliases[node.target.id] = (place[0], place[1] + 1)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, (ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift)):
            self._is_whole(node.left)
            self._is_whole(node.right)
        elif isinstance(node.op, ast.MatMult):
            self._is_array(node.left)
            self._is_array(node.right)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        place = self._place(node.left)
        if place is not None and place[1] == 0:
            for op, right in zip(node.ops, node.comparators, strict=True):
                if isinstance(op, (ast.Is, ast.IsNot)) and isinstance(right, ast.Constant) and right.value is None:
                    self.uses[place[0]].optional = True
                if isinstance(right, ast.Constant) and isinstance(right.value, str):
                    self.uses[place[0]].texts.append(right.value)
        self.generic_visit(node)

    def _truth(self, test: ast.expr) -> None:
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            self._truth(test.operand)
        elif isinstance(test, ast.BoolOp):
            for each in test.values:
                self._truth(each)
        elif (place := self._place(test)) is not None:
            self.uses[place[0]].truth = True
            self.uses[place[0]].deepen(place[1])

    def visit_If(self, node: ast.If) -> None:
        self._truth(node.test)
        self.generic_visit(node)

    visit_While = visit_IfExp = visit_If

    def visit_Starred(self, node: ast.Starred) -> None:
        if (place := self._place(node.value)) is not None and place[1] == 0:
            self.uses[place[0]].starred = True
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if isinstance(function, ast.Name) and function.id in self.uses:
            self.uses[function.id].called = True
        elif isinstance(function, ast.Attribute) and (place := self._place(function.value)) is not None:
            if function.attr in METHODS:
                self._is_array(function.value, array=True)
            else:
                self.uses[place[0]].methods.add(function.attr)
        elif name in COUNTS:
            for each in node.args:
                self._is_whole(each)
        elif name in MADE_BY_SIZE and node.args:
            self._is_whole(node.args[0])
        elif name in OF_AN_ARRAY:
            for each in node.args[:1]:
                self._is_array(each)
        else:
            self._call_of_ours(node)
        # A method is no field.
        self.visit(function.value if isinstance(function, ast.Attribute) else function)
        for each in [*node.args, *node.keywords]:
            self.visit(each)

    def _call_of_ours(self, node: ast.Call) -> None:
        """What another compiled function does with an argument, it does with the parameter."""
        found = self._resolve(node.func) if self._depth < 3 else None
        if found is None:
            return
        inner, resolve = found
        theirs = Uses(inner, resolve, self._depth + 1)
        pairs = [*zip(theirs.names, node.args, strict=False)]
        pairs += [(each.arg, each.value) for each in node.keywords if each.arg in theirs.uses]
        for name, argument in pairs:
            place = self._place(argument)
            if place is None:
                continue
            use, mine = theirs.uses[name], self.uses[place[0]]
            if use.dimensions or use.whole:
                mine.deepen(place[1] + use.dimensions)
            mine.whole |= use.whole
            mine.truth |= use.truth
            mine.array |= use.array
            mine.called |= use.called and place[1] == 0
            mine.optional |= use.optional and place[1] == 0
            for field_ in use.attributes if place[1] == 0 and place[0] in self.names else ():
                mine.attributes.add(field_)
                self.uses.setdefault(f"{place[0]}.{field_}", theirs.uses[f"{name}.{field_}"])


def _asked(index: ast.expr) -> int:
    """How many dimensions an index needs."""
    if isinstance(index, ast.Tuple):
        return sum(1 for each in index.elts if not _is_new(each))
    return 1


def _taken(index: ast.expr) -> int:
    """How many dimensions an index takes away."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    return sum(1 for each in parts if not isinstance(each, ast.Slice) and not _is_new(each))


def _is_new(node: ast.expr) -> bool:
    return (isinstance(node, ast.Constant) and node.value in (None, ...)) or (
        isinstance(node, ast.Attribute) and node.attr == "newaxis"
    )


FUNCTIONS = [f"function:{name}" for name in ("number", "first", "whole", "pair", "truth")]
"""What stands for a function among types of arguments: ``instances.py`` has them."""

LISTS = [
    f"list({each})"
    for each in ("float", "int", "f8[1C]", "f4[1C]", "i8[1C]", "i4[1C]", "f4", "i4", "(int,int)", "(i4,i4)")
]

STARRED = ["(f8[2C],f8[1C])", "(f8[2C],f8[2C])", "(f8[1C],f8[1C])", "(float,float)", "(f8[2C])", "()", "(int,int)"]
"""What ``*args`` may be."""


def candidates(name: str, use: Use, default: Any, has_default: bool) -> list[str]:  # noqa: PLR0912
    """The type texts that a parameter may have, the likeliest first."""
    whole = use.whole or bool(WHOLE_NAMES.search(name))
    if use.called:
        return [*FUNCTIONS]
    if use.methods & {"append", "pop", "extend", "insert"}:
        return LISTS
    if use.starred and not use.dimensions:
        return STARRED
    if use.dimensions:
        depth = min(use.dimensions, 4)
        order = ["i8", "i4", "f8", "b1"] if whole else ["f8", "i8", "f4", "b1" if use.truth else "i4"]
        found = [f"{dtype}[{depth}C]" for dtype in order]
        if depth < 4:
            found.append(f"{order[0]}[{depth + 1}C]")
        if depth > 1:
            found.append(f"{order[0]}[{depth - 1}C]")
            found.append(f"{order[1]}[{depth - 1}C]")
        # What a function of the same name takes elsewhere may be deeper than what is handed over here.
        if not use.array:
            found += ["int", "float"] if whole else ["float", "int"]
        if depth == 1 and not use.array:
            found.append("(int,int)" if whole else "(float,float)")
        if use.truth:
            found.append("bool")
        return [*found, "none"] if use.optional else found
    if use.texts:
        return [f'"{text}"' for text in dict.fromkeys(use.texts)]
    if has_default and default is None:
        return ["none", "f8[1C]", "float", "int", "f8[2C]"]
    if has_default and (known := of_value(default)):
        return [known, *(["float"] if known == "int" else [])]
    if whole:
        return ["int", "i8[1C]", "float"]
    if use.truth:
        return ["bool", "int", "float"]
    return ["float", "f8[1C]", "int", "f8[2C]", "i8[1C]", "complex"]


def of_value(found: Any) -> str:
    """The type text of a default; empty where it has none."""
    try:
        return str(type_of(found))
    except Exception:
        return ""


class Choice:
    """What may be handed over for all parameters: leaves with their choices, and the texts that are made of them."""

    def __init__(self) -> None:
        self.leaves: list[list[str]] = []
        self._made: list[list[tuple[str, int]] | int] = []

    def leaf(self, choices: list[str]) -> None:
        """A parameter by itself."""
        self._made.append(len(self.leaves))
        self.leaves.append(choices)

    def fields(self, choices: dict[str, list[str]]) -> None:
        """A named tuple."""
        self._made.append([(name, len(self.leaves) + position) for position, name in enumerate(choices)])
        self.leaves += choices.values()

    def texts(self, chosen: tuple[str, ...]) -> tuple[str, ...]:
        """The type texts, with one of its choices for each leaf."""
        texts = []
        for each in self._made:
            if isinstance(each, list):
                texts.append(f"Given({','.join(f'{name}:{chosen[leaf]}' for name, leaf in each)})")
            else:
                texts.append(chosen[each])
        return tuple(texts)
