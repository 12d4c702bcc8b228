"""Random expressions of the subset of Python that ``@jit`` compiles, their types, and arguments for programs of them.

The type of each is known here, so that a variable keeps its own and few programs are refused.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import numpy as np

DTYPES = "b1 i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 c8 c16".split()
NUMBERS = {
    "i": [0, 1, -1, 2, 3, -2, 5, 7, -7, 10, 63, 64, 100, 127, -128, 255, 2**31, -(2**31), 2**62, 2**63 - 1, -(2**63)],
    "f": [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 3.0, 0.1, 1e-300, 1e300, 1e16, 2.0**63, -7.25],
}
SPECIAL = [float("inf"), float("-inf"), float("nan")]


@dataclass(frozen=True)
class Type:
    """A number (``ndim`` -1), an array, or a list of numbers (``ndim`` -2); weak where it is Python's own."""

    code: str
    weak: bool = False
    ndim: int = -1

    @property
    def kind(self) -> str:
        return {"b": "b", "i": "i", "u": "i", "f": "f", "c": "c"}[self.code[0]]


INT, FLOAT, BOOL, COMPLEX = Type("i8", True), Type("f8", True), Type("b1", True), Type("c16", True)
RANK = "bifc"


def weak_with(weak: Type, strong: Type) -> str:
    if RANK.index(weak.kind) <= RANK.index(strong.kind):
        return strong.code
    if weak.kind != "c":
        return "i8" if weak.kind == "i" else "f8"
    return "c8" if strong.code == "f4" else "c16"


def promote(a: str, b: str) -> str:
    return np.promote_types(a, b).str[1:]


def common(a: Type, b: Type) -> Type:
    """What two numbers, or elements of arrays, are computed in."""
    ndim = max(a.ndim, b.ndim)
    if ndim == -1 and a.kind in "bi" and b.kind in "bi":
        if "u8" in (a.code, b.code):
            signed = [each for each in (a, b) if each.code[0] == "i" and not each.weak]
            return Type("f8" if signed else "u8", a.weak and b.weak)
        return Type("i8", a.weak and b.weak)
    if a.weak != b.weak:
        return Type(weak_with(a, b) if a.weak else weak_with(b, a), False, ndim)
    return Type(promote(a.code, b.code), a.weak and b.weak, ndim)


@dataclass
class Program:
    """Source of functions, the entry's last, and how its arguments are made."""

    source: str
    entry: str
    params: list[Type]
    seed: int

    def arguments(self) -> list[Any]:
        """New arguments, always the same."""
        return Arguments(random.Random(f"{self.seed} arguments")).make(self.params)


class Arguments:
    """Values for parameters."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def number(self, type_: Type) -> Any:
        rng, code = self.rng, type_.code
        if type_.kind == "b":
            value: Any = rng.random() < 0.5
        elif type_.kind == "i":
            value = rng.choice(NUMBERS["i"]) if rng.random() < 0.6 else rng.randrange(-5, 6)
            info = np.iinfo(code)
            if rng.random() < 0.1:
                value = rng.choice([info.min, info.max])
            value = (value - int(info.min)) % 2 ** (8 * info.dtype.itemsize) + int(info.min)
        else:
            parts = [rng.choice(NUMBERS["f"] + SPECIAL * (rng.random() < 0.3)) for _ in "ri"]
            value = complex(*parts) if type_.kind == "c" else parts[0]
        if type_.weak:
            return value
        with np.errstate(over="ignore"):
            return np.dtype(code).type(value)

    def array(self, type_: Type, sizes: list[int]) -> np.ndarray[Any, Any]:
        rng = self.rng
        shape = [rng.choice(sizes) for _ in range(type_.ndim)]
        whole = [2 * n + 1 if rng.random() < 0.25 else n for n in shape]
        base = np.zeros(whole, type_.code, order=rng.choice("CCCF"))
        for at in np.ndindex(*whole):
            base[at] = self.number(Type(type_.code))
        index = [
            slice(None)
            if n == m
            else slice(*rng.choice([(1, None, 2), (None, -1, 2), (n, None, -1), (0, n), (-n - 1, -1)]))
            if n
            else slice(0, 0)
            for n, m in zip(shape, whole, strict=True)
        ]
        return base[tuple(index)]

    def make(self, params: list[Type]) -> list[Any]:
        rng = self.rng
        usual = rng.choice([1, 2, 3, 3, 4, 5, 9, 19])
        sizes = [usual] * 8 + [rng.choice([0, 1, 2])] * (rng.random() < 0.3)
        found: list[Any] = []
        for type_ in params:
            if type_.ndim < 0:
                found.append(self.number(type_))
                continue
            twins = [each for each, other in zip(found, params, strict=False) if other == type_]
            if twins and rng.random() < 0.25:
                # The same memory, or a part of it.
                twin = rng.choice(twins)
                views = [twin, twin[::-1], twin.T, twin[:-1], twin[1:]]
                found.append(rng.choice(views))
            else:
                each = self.array(type_, sizes if usual < 9 or type_.ndim == 1 else [3])
                if rng.random() < 0.04:
                    each.flags.writeable = False
                found.append(each)
        return found


@dataclass
class Scope:
    """The variables that have a value, and those that may have one."""

    known: dict[str, Type] = field(default_factory=dict)
    maybe: dict[str, Type] = field(default_factory=dict)
    #: Counters, which only their loop assigns.
    fixed: set[str] = field(default_factory=set)


class Expressions:
    """Makes the expressions of one program."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.seed = seed
        self.names = 0
        self.helpers: list[tuple[str, list[Type], Type]] = []
        self.scope = Scope()
        self.loops = 0
        #: Indices inside of indices.
        self.nested = 0
        self.result: Type | None = None
        #: Transcendental: compared within ulps, and used for nothing else.
        self.rough: list[str] = []

    # Choices.

    def chance(self, p: float) -> bool:
        return self.rng.random() < p

    def pick(self, weighted: dict[Any, float]) -> Any:
        return self.rng.choices(list(weighted), list(weighted.values()))[0]

    def fresh(self, prefix: str = "v") -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    def variables(self, test: Any) -> list[str]:
        return [name for name, type_ in self.scope.known.items() if test(type_)]

    # Numbers.

    def constant(self, kind: str) -> tuple[str, Type]:
        rng = self.rng
        if kind == "b":
            return rng.choice(["True", "False"]), BOOL
        if kind == "i":
            value = rng.randrange(-3, 8) if self.chance(0.75) else rng.choice(NUMBERS["i"])
            return (str(value) if value > -(2**63) else "(-9223372036854775807 - 1)"), INT
        if kind == "f":
            return repr(rng.choice(NUMBERS["f"])), FLOAT
        return f"({rng.choice(NUMBERS['f'])!r} + {rng.choice([0.0, 1.0, -2.5, 0.5])!r}j)", COMPLEX

    def number(self, depth: int, kind: str = "") -> tuple[str, Type]:
        """An expression of a kind (b, i, f or c; any where empty), and its type."""
        kind = kind or self.pick({"i": 5, "f": 4, "b": 1, "c": 0.4})
        if depth <= 0 or self.chance(0.15):
            names = self.variables(lambda type_: type_.ndim == -1 and type_.kind == kind)
            if names and self.chance(0.8):
                name = self.rng.choice(names)
                return name, self.scope.known[name]
            if self.chance(0.5):
                found = self.element(kind)
                if found:
                    return found
            return self.constant(kind)
        return getattr(self, f"make_{kind}")(depth - 1)

    def element(self, kind: str) -> tuple[str, Type] | None:
        arrays = self.variables(lambda type_: type_.ndim > 0 and type_.kind == kind)
        lists = self.variables(lambda type_: type_.ndim == -2 and type_.kind == kind)
        if lists and self.chance(0.3):
            name = self.rng.choice(lists)
            return f"{name}[{self.index(name)}]", Type(self.scope.known[name].code, True)
        if not arrays:
            return None
        name = self.rng.choice(arrays)
        type_ = self.scope.known[name]
        index = ", ".join(self.index(f"{name}.shape[{axis}]", length=True) for axis in range(type_.ndim))
        return f"{name}[{index}]", Type(type_.code)

    def index(self, of: str, *, length: bool = False) -> str:
        counters = [name for name in self.scope.fixed if name in self.scope.known]
        n = of if length else f"len({of})"
        choice = self.pick({"counter": 5 * bool(counters), "constant": 2, "modulo": 2, "any": 0.15, "off": 1})
        if choice == "counter":
            return self.rng.choice(counters)
        if choice == "constant":
            return str(self.rng.choice([0, 0, 0, -1, 1, -2, 2]))
        if choice == "off" and counters:
            return f"{self.rng.choice(counters)} {self.rng.choice('+-')} {self.rng.randrange(1, 3)}"
        if choice == "any" and self.nested < 2:
            self.nested += 1
            text, type_ = self.number(1, "i")
            self.nested -= 1
            return text if type_.code != "u8" else "4"
        return f"({self.small()}) % max({n}, 1)"

    def small(self) -> str:
        """An int of no great size."""
        if self.nested > 1:
            return str(self.rng.randrange(4))
        self.nested += 1
        text, type_ = self.number(1, "i")
        self.nested -= 1
        if type_.code == "u8":
            text, type_ = f"int({text} % 9)", INT
        return f"int({text}) % {self.rng.randrange(2, 9)}" if type_ != INT or self.chance(0.7) else f"({text}) % 7"

    def make_b(self, depth: int) -> tuple[str, Type]:
        how = self.pick(
            {"compare": 5, "and": 2, "not": 1, "bits": 0.5, "bool": 0.5, "isnan": 0.4, "any": 0.5, "in": 0.3}
        )
        if how == "compare":
            kind = self.pick({"i": 5, "f": 4, "b": 0.5, "c": 0.3})
            a, b = self.number(depth, kind), self.number(depth, kind if self.chance(0.8) else "i")
            operator = self.rng.choice(["==", "!="] if kind == "c" else ["==", "!=", "<", "<=", ">", ">="])
            weak = a[1].weak and b[1].weak
            if self.chance(0.2) and kind in "if":
                c = self.number(depth, kind)
                return f"bool({a[0]} {operator} {b[0]} < {c[0]})", BOOL
            return f"({a[0]} {operator} {b[0]})", Type("b1", weak)
        if how == "and":
            a, b = self.number(depth, "b"), self.number(depth, "b")
            if a[1] != b[1]:
                return f"bool({a[0]} {self.rng.choice(['and', 'or'])} {b[0]})", BOOL
            return f"({a[0]} {self.rng.choice(['and', 'or'])} {b[0]})", a[1]
        if how == "not":
            return f"(not {self.number(depth, 'bif'[self.rng.randrange(3)])[0]})", BOOL
        if how == "bits":
            a, b = self.number(depth, "b"), self.number(depth, "b")
            return f"({a[0]} {self.rng.choice('&|^')} {b[0]})", Type("b1", a[1].weak and b[1].weak)
        if how == "isnan":
            return f"np.{self.rng.choice(['isnan', 'isfinite', 'isinf'])}({self.number(depth, 'f')[0]})", Type("b1")
        if how == "any":
            found = self.array(1, "b")
            if found and found[1].ndim > 0:
                return f"{self.named(found[0])}.{self.rng.choice(['any', 'all'])}()", Type("b1")
        if how == "in":
            return f"({self.number(depth, 'i')[0]} in ({self.constant('i')[0]}, {self.constant('i')[0]}))", BOOL
        return f"bool({self.number(depth)[0]})", BOOL

    def named(self, text: str) -> str:
        return f"({text})"

    def operation(self, depth: int, operators: list[str], kinds: tuple[str, str]) -> tuple[str, Type]:
        a, b = self.number(depth, kinds[0]), self.number(depth, kinds[1])
        operator = self.rng.choice(operators)
        if operator in ("<<", ">>") and self.chance(0.8):
            b = self.rng.choice(
                [("3", INT), ("1", INT), ("63", INT), ("64", INT), (f"({b[0]} & 31)", common(b[1], INT))]
            )
        if operator in ("/", "//", "%") and self.chance(0.75):
            if self.chance(0.5):
                b = self.rng.choice(
                    [("3", INT), ("-2", INT), ("8", INT), ("-1", INT), ("2.5", FLOAT), ("-0.75", FLOAT)]
                )
                if kinds[0] == "i" and kinds[1] == "i" and b[1] == FLOAT:
                    b = "7", INT
            elif b[1].kind == "i":
                b = f"({b[0]} | 1)", common(b[1], INT)
        return f"({a[0]} {operator} {b[0]})", common(a[1], b[1])

    def make_i(self, depth: int) -> tuple[str, Type]:
        how = self.pick(
            {"arith": 6, "divide": 2.5, "bits": 1.5, "shift": 1, "power": 0.6, "unary": 1, "int": 1.2, "abs": 0.5,
             "choice": 0.8, "minmax": 0.8, "reduce": 1, "len": 0.6, "shape": 0.4, "call": 1, "cast": 0.3, "bool": 0.3,
             "floor": 0.3, "count": 0.3, "comp": 0.3, "tuple": 0.3}
        )  # fmt: skip
        rng = self.rng
        if how in ("arith", "divide", "bits", "shift"):
            operators = {"arith": "+ - *", "divide": "// %", "bits": "& | ^", "shift": "<< >>"}[how].split()
            text, type_ = self.operation(depth, operators, ("i", "i"))
            if type_.kind == "f":
                return f"int(0 if not -1e9 < {text} < 1e9 else 5)" if how not in ("bits", "shift") else "0", INT
            return text, type_
        if how == "power":
            text, type_ = self.number(depth, "i")
            if type_.code == "u8" or type_.ndim > -1:
                return text, type_
            return f"({text} ** {rng.randrange(0, 6)})", common(type_, INT)
        if how == "unary":
            text, type_ = self.number(depth, "i")
            return f"({rng.choice('-~-+')}{text})", type_ if type_.code == "u8" else Type("i8", type_.weak)
        if how == "int":
            text, type_ = self.number(depth, "f")
            if self.chance(0.7):
                return f"(int({text}) if abs({text}) < 1e15 else {self.rng.randrange(-3, 4)})", INT
            return f"int({text})", INT
        if how == "abs":
            text, type_ = self.number(depth, "i")
            return f"abs({text})", type_ if type_.code[0] == "u" else Type("i8", type_.weak)
        if how == "floor":
            text = self.number(depth, "f")[0]
            return f"math.{rng.choice(['floor', 'ceil', 'trunc'])}({text} if abs({text}) < 1e18 else 0.5)", INT
        if how == "bool":
            a, b = self.number(depth, "b"), self.number(depth, "b")
            return f"({a[0]} {rng.choice('+-*')} {b[0]})", common(a[1], b[1])
        if how == "tuple":
            items = ", ".join(self.value_of(INT, depth - 1) for _ in range(3))
            return f"({items})[{self.small()} % 3]", INT
        if how == "comp":
            name = self.fresh("c")
            self.scope.known[name] = INT
            text, type_ = self.number(depth, "i")
            del self.scope.known[name]
            return f"sum([int({text}) for {name} in range({self.small()})])" if type_.code != "u8" else "3", INT
        return self.more("i", how, depth)

    def more(self, kind: str, how: str, depth: int) -> tuple[str, Type]:  # noqa: PLR0912
        """What numbers of all kinds have."""
        rng = self.rng
        if how in ("choice", "minmax"):
            a, b = self.number(depth, kind), self.number(depth, kind)
            if a[1] == b[1]:
                if how == "minmax":
                    return f"{rng.choice(['min', 'max'])}({a[0]}, {b[0]})", a[1]
                return f"({a[0]} if {self.number(depth, 'b')[0]} else {b[0]})", a[1]
            return a
        if how in ("reduce", "count"):
            found = self.array(1, "b" if how == "count" else kind)
            if found and found[1].ndim > 0:
                text, type_ = self.named(found[0]), found[1]
                name = rng.choice("sum sum min max prod".split())
                if how == "count":
                    return f"int(np.count_nonzero({text}))", INT
                if name in ("min", "max"):
                    if type_.kind == "i" and self.chance(0.5):
                        return f"int(np.{rng.choice(['argmin', 'argmax'])}({text}))", INT
                    return f"({text}.{name}(){' + 0.0' * (kind == 'f')})", Type(type_.code)
                code = ("u8" if type_.code[0] == "u" else "i8") if kind == "i" else type_.code
                return f"{text}.{name}()", Type(code)
        if how in ("len", "shape"):
            names = self.variables(lambda type_: type_.ndim > 0)
            if names:
                name = rng.choice(names)
                axis = rng.randrange(self.scope.known[name].ndim)
                return rng.choice([f"{name}.shape[{axis}]", f"len({name})", f"{name}.size"]), INT
        if how == "call":
            helpers = [each for each in self.helpers if each[2].ndim == -1 and each[2].kind == kind]
            if helpers:
                name, params, result = rng.choice(helpers)
                args = [self.value_of(each, depth - 1) for each in params]
                if all(args):
                    return f"{name}({', '.join(args)})", result
        if how == "cast" and kind in "if":
            text, type_ = self.number(depth, kind)
            code = rng.choice("i1 i2 i4 i8 u1 u4".split() if kind == "i" else ["f4", "f8"])
            if kind == "i" and type_ != INT:
                return text, type_
            if kind == "i":
                return f"np.{np.dtype(code).name}(({text}) % 100)", Type(code)
            return f"np.{np.dtype(code).name}({text})", Type(code)
        return self.number(0, kind)

    def make_f(self, depth: int) -> tuple[str, Type]:
        how = self.pick(
            {"arith": 7, "mixed": 2, "divide": 1.5, "floor": 1, "unary": 1, "power": 0.4, "function": 1.5, "float": 0.7,
             "choice": 0.8, "minmax": 0.6, "reduce": 1, "call": 0.8, "cast": 0.4, "part": 0.3, "two": 0.7}
        )  # fmt: skip
        rng = self.rng
        if how == "arith":
            return self.operation(depth, ["+", "-", "*"], ("f", "f"))
        if how == "mixed":
            text, type_ = self.operation(depth, ["+", "-", "*", "/"], rng.choice([("i", "f"), ("f", "i"), ("b", "f")]))
            # A divisor may have been replaced by an int.
            return text, Type("f8", type_.weak) if type_.kind != "f" else type_
        if how == "divide":
            kinds = rng.choice([("f", "f"), ("i", "i"), ("f", "i")])
            text, type_ = self.operation(depth, ["/"], kinds)
            return text, Type("f8", type_.weak) if type_.kind != "f" else type_
        if how == "floor":
            text, type_ = self.operation(depth, ["//", "%"], rng.choice([("f", "f"), ("f", "i"), ("i", "f")]))
            return (text, type_) if type_.kind == "f" else (f"float({text})", FLOAT)
        if how == "unary":
            text, type_ = self.number(depth, "f")
            return (f"abs({text})" if self.chance(0.3) else f"(-{text})"), type_
        if how == "power":
            text, type_ = self.number(depth, "f")
            return f"({text} ** {rng.choice(['2', '0', '1', '2.0', '2'])})", type_
        if how == "function":
            text, type_ = self.number(depth, "f")
            name = rng.choice("sqrt floor ceil trunc rint abs square".split())
            return f"np.{name}({text})", Type(type_.code)
        if how == "two":
            a, b = self.number(depth, "f"), self.number(depth, "f")
            name = rng.choice("minimum maximum copysign".split())
            # Which of 0.0 and -0.0 is the least is left open.
            zero = "" if name == "copysign" else " + 0.0"
            return f"(np.{name}({a[0]}, {b[0]}){zero})", Type(common(a[1], b[1]).code)
        if how == "float":
            return f"float({self.number(depth, rng.choice('bif'))[0]})", FLOAT
        if how == "part":
            text, type_ = self.number(depth, "c")
            return f"({text}).{rng.choice(['real', 'imag'])}", Type("f4" if type_.code == "c8" else "f8", type_.weak)
        return self.more("f", how, depth)

    def make_c(self, depth: int) -> tuple[str, Type]:
        how = self.pick({"arith": 5, "unary": 1, "make": 1, "conj": 0.5, "choice": 0.5})
        if how == "arith":
            return self.operation(depth, ["+", "-"], self.rng.choice([("c", "c"), ("c", "c")]))
        if how == "unary":
            text, type_ = self.number(depth, "c")
            return f"(-{text})", type_
        if how == "make":
            return f"complex({self.number(depth, 'f')[0]}, {self.number(depth, 'f')[0]})", COMPLEX
        if how == "conj":
            text, type_ = self.number(depth, "c")
            return f"({text}).conjugate()", type_
        return self.more("c", how, depth)

    def value_of(self, type_: Type, depth: int) -> str:
        """An expression of just this type; empty where there is none."""
        if type_.ndim > 0 or type_.ndim == -2:
            names = self.variables(lambda each: each == type_)
            return self.rng.choice(names) if names else ""
        text, found = self.number(depth, type_.kind)
        if found == type_:
            return text
        if type_.weak and type_.kind != "c":
            wrapped = {"b": "bool", "i": "int", "f": "float"}[type_.kind]
            return f"{wrapped}({text})" if found.code != "u8" else "4"
        names = self.variables(lambda each: each == type_)
        return self.rng.choice(names) if names else ""

    # Arrays.

    def array(self, depth: int, kind: str = "", ndim: int = 0) -> tuple[str, Type] | None:  # noqa: PLR0912
        """An expression of an array."""
        names = self.variables(
            lambda type_: type_.ndim > 0 and (not kind or type_.kind == kind) and (not ndim or type_.ndim == ndim)
        )
        if kind == "b" and self.chance(0.7):
            found = self.array(depth - 1, self.rng.choice("if"), ndim)
            if found is None:
                return None
            text = self.beside(found[1], depth, kind=found[1].kind)
            return f"({found[0]} {self.rng.choice(['<', '<=', '==', '!=', '>', '>='])} {text[0]})", Type(
                "b1", False, max(found[1].ndim, text[1].ndim)
            )
        if not names:
            return None
        made = [each for each in self.helpers if each[2].ndim > 0]
        if made and kind in ("", "f") and ndim in (0, 1) and self.chance(0.3):
            called, params, result = self.rng.choice(made)
            args = [self.value_of(each, 0) for each in params]
            if all(args):
                return f"{called}({', '.join(args)})", result
        name = self.rng.choice(names)
        type_ = self.scope.known[name]
        if depth <= 0 or self.chance(0.2):
            return (name, type_) if self.chance(0.7) else self.slice(name, type_, keep=True)
        how = self.pick(
            {"binary": 5, "unary": 1, "slice": 2, "function": 1, "where": 0.7, "copy": 0.6, "transpose": 0.4}
        )
        if how == "binary":
            return self.array_binary(depth, kind, ndim)
        found = self.array(depth - 1, kind, ndim)
        if found is None:
            return None
        text, type_ = found
        if how == "unary" and type_.kind != "b":
            return f"(-{text})", type_
        if how == "function" and type_.kind in "if":
            names = ["abs", "square"] if type_.kind == "i" else "abs sqrt floor rint square".split()
            return f"np.{self.rng.choice(names)}({text})", type_
        if how == "where" and type_.kind in "if":
            condition = self.array(0, "b", type_.ndim)
            if condition:
                other = self.beside(type_, 1, kind=type_.kind)
                result = common(type_, other[1])
                return f"np.where({condition[0]}, {text}, {other[0]})", Type(
                    result.code, False, max(type_.ndim, result.ndim)
                )
        if how == "copy":
            return f"({text}).copy()", type_
        if how == "transpose":
            return f"({text}).T", type_
        return found

    def beside(self, type_: Type, depth: int, kind: str) -> tuple[str, Type]:
        """What an operation has beside an array: an array of no more dimensions, or a number."""
        if self.chance(0.5):
            ndim = type_.ndim if self.chance(0.7) else self.rng.randrange(1, type_.ndim + 1)
            found = self.array(depth - 1, kind, ndim)
            if found:
                return found
        if kind == "i" and self.chance(0.7):
            return str(self.rng.randrange(0, 8)), INT
        return self.number(1, kind)

    def array_binary(self, depth: int, kind: str, ndim: int) -> tuple[str, Type] | None:
        found = self.array(depth - 1, kind, ndim)
        if found is None:
            return None
        other = self.beside(found[1], depth, kind=found[1].kind)
        a, b = (found, other) if self.chance(0.6) else (other, found)
        type_ = common(a[1], b[1])
        if type_.kind == "b":
            return f"({a[0]} {self.rng.choice('&|^')} {b[0]})", type_
        if type_.kind == "i":
            operator = self.rng.choice("+ - * + - * // % & | ^ << >>".split())
            if operator in ("<<", ">>"):
                b = f"({b[0]} & 127)", b[1]
        elif found[1].kind == "i":
            operator = "+"
        else:
            operator = self.rng.choice("+ - * + - * / // %".split() if type_.kind == "f" else ["+", "-"])
        if (kind and type_.kind != kind) or (ndim and type_.ndim != ndim):
            return found
        return f"({a[0]} {operator} {b[0]})", type_

    def slice(self, name: str, type_: Type, *, keep: bool) -> tuple[str, Type]:
        """A view: of as many dimensions where they are kept."""
        parts, ndim = [], type_.ndim
        for axis in range(type_.ndim):
            if not keep and ndim > 1 and self.chance(0.4):
                parts.append(self.index(f"{name}.shape[{axis}]", length=True))
                ndim -= 1
            else:
                parts.append(
                    self.rng.choice([":", ":", "1:", ":-1", "::-1", "::2", "1::2", ":2", "-2:", f"{self.small()}:"])
                )
        return f"{name}[{', '.join(parts)}]", Type(type_.code, False, ndim)
