"""Random Python functions of the subset that ``@jit`` compiles. The same seed, the same program."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from expressions import BOOL, COMPLEX, DTYPES, FLOAT, INT, Program, Scope, Type, common
from objects import Objects

ARRAY = Type("f8", False, 1)
ROUGH = "sin cos exp tanh arctan".split()


class Generator(Objects):
    """Makes one program."""

    def program(self) -> Program:
        functions = []
        for _ in range(self.pick({0: 5, 1: 3, 2: 1})):
            name = f"f{self.seed}_{len(self.helpers)}"
            params = [self.parameter(plain=True) for _ in range(self.rng.randrange(1, 4))]
            result = self.rng.choice([INT, FLOAT, BOOL, FLOAT, ARRAY])
            if result == ARRAY:
                params.append(ARRAY)
            functions.append(self.function(name, params, result, self.rng.randrange(1, 4)))
            self.helpers.append((name, params, result))
        entry = f"f{self.seed}"
        params = [self.parameter() for _ in range(self.rng.randrange(1, 5))]
        functions.append(self.function(entry, params, None, self.rng.randrange(3, 9)))
        return Program("\n\n".join(functions) + "\n", entry, params, self.seed)

    def parameter(self, *, plain: bool = False) -> Type:
        how = self.pick({"weak": 4, "strong": 2, "array": 6 * (not plain)})
        if how == "weak":
            return self.pick({INT: 5, FLOAT: 5, BOOL: 1, COMPLEX: 0.3})
        usual = {"f8": 6, "i8": 5, "f4": 2, "i4": 2}
        code = self.rng.choice(DTYPES) if self.chance(0.35) else self.pick(usual)
        if how == "strong":
            return Type(code)
        return Type(code, False, self.pick({1: 6, 2: 4, 3: 1}))

    def function(self, name: str, params: list[Type], result: Type | None, size: int) -> str:
        self.scope = Scope()
        self.result, self.loops, self.rough = result, 0, []
        names = []
        for type_ in params:
            names.append(self.fresh("a" if type_.ndim > 0 else "p"))
            self.scope.known[names[-1]] = type_
        body = self.block(size, 2)
        if result is None:
            body += self.final()
        else:
            body.append(f"return {self.returned(result)}")
        return "\n".join([f"def {name}({', '.join(names)}):", *indent(body)])

    def returned(self, type_: Type) -> str:
        if type_ != ARRAY:
            return self.value_of(type_, 2)
        found = self.array(2, "f", 1)
        return found[0] if found and found[1] == ARRAY else "np.ones(3)"

    def final(self) -> list[str]:
        lines = []
        for _ in range(self.pick({0: 6, 1: 1})):
            kind = self.rng.choice(["number", "array"])
            found = self.number(1, "f") if kind == "number" else self.array(1, "f")
            if found and found[1].code == "f8":
                self.rough.append(self.fresh("r"))
                lines.append(f"{self.rough[-1]} = np.{self.rng.choice(ROUGH)}({found[0]})")
        known = [name for name, type_ in self.scope.known.items() if type_.ndim != -2]
        values = self.rng.sample(known, min(len(known), self.rng.randrange(1, 5)))
        found = self.array(2)
        if found and found[1].ndim > 0 and self.chance(0.5):
            values.append(found[0])
        if self.chance(0.5):
            values.append(self.number(3)[0])
        maybe = sorted(name for name, type_ in self.scope.maybe.items() if type_.ndim != -2)
        if maybe and self.chance(0.1):
            values.append(self.rng.choice(maybe))
        rough = ", ".join(self.rough) + "," * (len(self.rough) == 1)
        return [*lines, f"return ({', '.join(values)},), ({rough})"]

    # Statements.

    def block(self, size: int, depth: int) -> list[str]:
        """Statements; what they define first may have no value behind the block, unless the caller keeps it."""
        lines: list[str] = []
        for _ in range(size):
            lines += self.statement(depth)
        return lines

    def inner(self, size: int, depth: int) -> list[str]:
        """A block that may not be run."""
        before = dict(self.scope.known)
        lines = self.block(size, depth)
        self.scope.maybe |= {name: each for name, each in self.scope.known.items() if name not in before}
        self.scope.known = {name: each for name, each in before.items() if name in self.scope.known}
        return lines or ["pass"]

    def statement(self, depth: int) -> list[str]:
        deep = depth > 0
        how = self.pick(
            {
                "assign": 6, "augment": 3, "store": 4, "swap": 1, "slice": 1.5, "in_place": 1.5, "mask": 0.7,
                "make": 1, "branch": 2.5 * deep, "loop": 5 * deep, "counted": 1.2 * deep, "leave": 0.6, "raises": 0.25,
                "delete": 0.15, "list": 0.5, "list_change": 1, "view": 0.8, "array": 1.5, "fill": 0.3, "multiple": 0.5,
                "vector": 3, **self.objects(depth),
            }
        )  # fmt: skip
        return getattr(self, f"do_{how}")(depth) or self.do_assign(depth)

    def target(self, type_: Type) -> str:
        """A variable for a value: one that has the type, or a new one."""
        names = [name for name in self.variables(lambda each: each == type_) if name not in self.scope.fixed]
        maybe = [name for name, each in self.scope.maybe.items() if each == type_ and name not in self.scope.fixed]
        if names and self.chance(0.6):
            return self.rng.choice(names)
        name = self.rng.choice(maybe) if maybe and self.chance(0.5) else self.fresh()
        self.scope.known[name] = type_
        return name

    def do_assign(self, depth: int) -> list[str]:
        text, type_ = self.number(3)
        return [f"{self.target(type_)} = {text}"]

    def do_multiple(self, depth: int) -> list[str]:
        (a, a_type), (b, b_type) = self.number(2), self.number(2)
        names = self.target(a_type), self.target(b_type)
        if names[0] == names[1]:
            return []
        return [f"{names[0]}, {names[1]} = {a}, {b}"]

    def do_augment(self, depth: int) -> list[str]:
        names = [name for name in self.variables(lambda each: each.ndim == -1) if name not in self.scope.fixed]
        self.rng.shuffle(names)
        for name in names:
            type_ = self.scope.known[name]
            text, other = self.number(2, type_.kind)
            operators = {"b": ["&", "|", "^"], "i": "+ - * // % & | ^ << >>".split(), "f": "+ - * / // %".split()}
            if common(type_, other) == type_:
                return [f"{name} {self.rng.choice(operators.get(type_.kind, ['+', '-']))}= {text}"]
        return []

    def do_store(self, depth: int) -> list[str]:
        names = self.variables(lambda each: each.ndim > 0)
        if not names:
            return []
        name = self.rng.choice(names)
        type_ = self.scope.known[name]
        index = ", ".join(self.index(f"{name}.shape[{axis}]", length=True) for axis in range(type_.ndim))
        kind = type_.kind if type_.kind != "f" or self.chance(0.8) else "i"
        if self.chance(0.5):
            operators = {"b": ["&", "|", "^"], "i": "+ - * // % & | ^".split(), "f": "+ - * / %".split()}
            text, other = self.number(2, kind)
            if common(Type(type_.code), other).kind == type_.kind:
                return [f"{name}[{index}] {self.rng.choice(operators.get(kind, ['+', '-']))}= {text}"]
        if self.chance(0.15) and type_.ndim == 1:
            other = self.index(f"{name}.shape[0]", length=True)
            return [f"{name}[{index}], {name}[{other}] = {name}[{other}], {name}[{index}]"]
        return [f"{name}[{index}] = {self.number(2, kind)[0]}"]

    def do_swap(self, depth: int) -> list[str]:
        names = [name for name in self.scope.known if name not in self.scope.fixed]
        self.rng.shuffle(names)
        for name in names:
            others = [each for each in names if self.scope.known[each] == self.scope.known[name]]
            if len(others) > 1:
                taken = others[: self.rng.randrange(2, 4)]
                return [f"{', '.join(taken)} = {', '.join([*taken[1:], taken[0]])}"]
        return []

    def do_slice(self, depth: int) -> list[str]:
        names = self.variables(lambda each: each.ndim > 0)
        if not names:
            return []
        name = self.rng.choice(names)
        type_ = self.scope.known[name]
        place, part = self.slice(name, type_, keep=False)
        value = self.array(1, type_.kind, part.ndim) if self.chance(0.7) else None
        text = value[0] if value else self.number(2, type_.kind)[0]
        if self.chance(0.3):
            return [f"{place} {self.rng.choice(['+', '-'] if type_.kind != 'b' else ['|'])}= {text}"]
        return [f"{place} = {text}"]

    def do_in_place(self, depth: int) -> list[str]:
        names = self.variables(lambda each: each.ndim > 0)
        if not names:
            return []
        name = self.rng.choice(names)
        type_ = self.scope.known[name]
        text, other = self.beside(type_, 1, type_.kind)
        if other.ndim > type_.ndim or common(type_, other).kind != type_.kind:
            return []
        operators = {"b": ["&", "|", "^"], "i": ["+", "-", "*", "//", "%", "&"], "f": ["+", "-", "*", "/"]}
        return [f"{name} {self.rng.choice(operators.get(type_.kind, ['+', '-']))}= {text}"]

    def do_mask(self, depth: int) -> list[str]:
        mask = self.array(1, "b")
        if not mask or mask[1].ndim < 1:
            return []
        names = self.variables(lambda each: each.ndim == mask[1].ndim)
        if not names:
            return []
        name = self.rng.choice(names)
        type_ = self.scope.known[name]
        if self.chance(0.3):
            return [f"{self.target(Type(type_.code, False, 1))} = {name}[{mask[0]}]"]
        return [f"{name}[{mask[0]}] = {self.number(1, type_.kind)[0]}"]

    def do_make(self, depth: int) -> list[str]:
        ndim = self.pick({1: 3, 2: 2})
        names = self.variables(lambda each: each.ndim > 0)
        lengths = [f"{self.rng.choice(names)}.shape[0]" if names and self.chance(0.6) else str(self.rng.randrange(5))]
        lengths += [str(self.rng.randrange(1, 5)) for _ in range(ndim - 1)]
        shape = lengths[0] if ndim == 1 else f"({', '.join(lengths)})"
        code, dtype = self.rng.choice(
            [("f8", "np.float64"), ("i8", "np.int64"), ("f4", "np.float32"), ("i4", "np.int32"), ("b1", "np.bool_")]
        )
        how = self.rng.choice(["zeros", "ones", "full", "arange"])
        if how == "arange":
            return [f"{self.target(Type('i8', False, 1))} = np.arange({self.small()}, {self.small()} + 3)"]
        if how == "full":
            text = self.value_of(Type(code, True), 1) if code in ("f8", "i8", "b1") else "3"
            return [f"{self.target(Type(code, False, ndim))} = np.full({shape}, {text}, dtype={dtype})"]
        return [f"{self.target(Type(code, False, ndim))} = np.{how}({shape}, dtype={dtype})"]

    def do_array(self, depth: int) -> list[str]:
        found = self.array(3)
        if not found or found[1].ndim < 1:
            return []
        return [f"{self.target(found[1])} = {found[0]}"]

    def do_view(self, depth: int) -> list[str]:
        names = self.variables(lambda each: each.ndim > 0)
        if not names:
            return []
        name = self.rng.choice(names)
        text, type_ = self.slice(name, self.scope.known[name], keep=False)
        return [f"{self.target(type_)} = {text}"]

    def do_fill(self, depth: int) -> list[str]:
        names = self.variables(lambda each: each.ndim > 0 and each.code in ("f8", "b1"))
        if not names:
            return []
        name = self.rng.choice(names)
        return [f"{name}.fill({self.number(1, self.scope.known[name].kind)[0]})"]

    def do_list(self, depth: int) -> list[str]:
        kind = self.rng.choice("iif")
        wrapped, code = ("int", "i8") if kind == "i" else ("float", "f8")
        items = [self.number(1, kind) for _ in range(self.rng.randrange(1, 4))]
        name = self.fresh("l")
        self.scope.known[name] = Type(code, True, -2)
        return [f"{name} = [{', '.join(f'{wrapped}({text})' if type_.code != 'u8' else '1' for text, type_ in items)}]"]

    def do_list_change(self, depth: int) -> list[str]:
        names = self.variables(lambda each: each.ndim == -2)
        if not names:
            return []
        name = self.rng.choice(names)
        code = self.scope.known[name].code
        value = self.value_of(Type(code, True), 2)
        how = self.pick({"append": 3, "pop": 1, "store": 2, "length": 1})
        if how == "append":
            return [f"{name}.append({value})"]
        if how == "store":
            return [f"{name}[{self.index(name)}] = {value}"]
        if how == "length":
            return [f"{self.target(INT)} = len({name})"]
        at = self.rng.choice(["", "", "0", "-1"])
        return [f"{self.target(Type(code, True))} = {name}.pop({at})"]

    def do_branch(self, depth: int) -> list[str]:
        lines = [f"if {self.number(2, 'b')[0]}:"]
        before = dict(self.scope.known)
        lines += indent(self.inner(self.rng.randrange(1, 4), depth - 1))
        for _ in range(self.pick({0: 3, 1: 1})):
            lines += [f"elif {self.number(2, 'b')[0]}:", *indent(self.inner(self.rng.randrange(1, 3), depth - 1))]
        if self.chance(0.6):
            lines += ["else:", *indent(self.inner(self.rng.randrange(1, 3), depth - 1))]
        if self.chance(0.3):
            # A variable that each way gives a value.
            text, type_ = self.number(2)
            other, other_type = self.number(2, type_.kind)
            if other_type == type_ and all(name in before for name in names_of(text) | names_of(other)):
                name = self.target(type_)
                lines = [
                    f"if {self.number(1, 'b')[0]}:",
                    f"    {name} = {text}",
                    "else:",
                    f"    {name} = {other}",
                    *lines,
                ]
        return lines

    def do_loop(self, depth: int) -> list[str]:
        names = self.variables(lambda each: each.ndim > 0)
        choice = {"range": 3, "length": 6 * bool(names), "items": 1.5 * bool(names), "enumerate": bool(names)}
        how = self.pick({**choice, "zip": 0.7 * bool(names), "tuple": 0.5})
        before = dict(self.scope.known)
        counter = self.fresh("i")
        fixed = {counter}
        known = {counter: INT}
        name = self.rng.choice(names) if names else ""
        item = self.fresh("x")
        type_ = self.scope.known.get(name, INT)
        part = Type(type_.code, False, type_.ndim - 1 if type_.ndim > 1 else -1)
        if how == "range":
            small = [self.small() for _ in range(3)]
            step = self.rng.choice([-3, -2, -1, -1, 1, 2, 3])
            texts = [
                f"range({small[0]})",
                f"range({small[0]} - 2, {small[1]})",
                f"range({small[0]}, {small[1]}, {step})",
            ]
            texts.append(f"range({small[0]}, {small[1]}, {small[2]} - 3)")
            head = f"for {counter} in {self.rng.choice(texts)}:"
        elif how == "length":
            axis = self.rng.randrange(type_.ndim)
            n = f"{name}.shape[{axis}]"
            texts = [f"range({n})"] * 4 + [
                f"range(1, {n})",
                f"range({n} - 1)",
                f"range({n} - 1, -1, -1)",
                f"range(0, {n}, 2)",
            ]
            head = f"for {counter} in {self.rng.choice(texts)}:"
        elif how == "items":
            head, known, fixed = f"for {item} in {name}:", {item: part}, {item}
        elif how == "enumerate":
            head, known, fixed = (
                f"for {counter}, {item} in enumerate({name}):",
                {counter: INT, item: part},
                {counter, item},
            )
        elif how == "zip":
            other = self.rng.choice(names)
            of = self.scope.known[other]
            second = Type(of.code, False, of.ndim - 1 if of.ndim > 1 else -1)
            head = f"for {counter}, {item} in zip({name}, {other}):"
            known, fixed = {counter: part, item: second}, {counter, item}
        else:
            items = ", ".join(f"int({self.small()})" for _ in range(3))
            head = f"for {counter} in ({items}):"
        self.scope.known |= known
        self.scope.fixed |= {each for each in fixed if known[each] == INT}
        self.loops += 1
        body = self.inner(self.rng.randrange(1, 4), depth - 1)
        if self.chance(0.25):
            self.scope.known |= known
            body += [f"if {self.number(2, 'b')[0]}:", f"    {self.rng.choice(['break', 'break', 'continue'])}"]
            body += self.inner(self.rng.randrange(0, 2), depth - 1)
        self.loops -= 1
        self.scope.fixed -= fixed
        self.scope.known = {each: old for each, old in before.items() if each in self.scope.known}
        self.scope.maybe |= known
        lines = [head, *indent(body)]
        if self.chance(0.15):
            lines += ["else:", *indent(self.inner(1, 0))]
        return lines

    def do_counted(self, depth: int) -> list[str]:
        counter = self.fresh("w")
        lines = [f"{counter} = 0"]
        self.scope.known[counter] = INT
        self.scope.fixed.add(counter)
        condition = self.number(2, "b")[0] if self.chance(0.5) else "True"
        lines.append(f"while {counter} < {self.rng.randrange(1, 7)} and {condition}:")
        self.loops += 1
        body = [f"{counter} += 1", *self.inner(self.rng.randrange(1, 4), depth - 1)]
        self.loops -= 1
        self.scope.fixed.discard(counter)
        lines += indent(body)
        if self.chance(0.2):
            lines += ["else:", *indent(self.inner(1, 0))]
        return lines

    def do_leave(self, depth: int) -> list[str]:
        if not self.loops:
            return []
        return [f"if {self.number(2, 'b')[0]}:", f"    {self.rng.choice(['break', 'continue'])}"]

    def do_raises(self, depth: int) -> list[str]:
        condition = self.number(2, "b")[0]
        if self.result is not None and self.chance(0.7):
            return [f"if {condition}:", f"    return {self.returned(self.result)}"]
        if self.chance(0.5):
            return [f"assert {condition}"]
        kind = self.rng.choice("ValueError IndexError ZeroDivisionError RuntimeError TypeError".split())
        return [f"if {condition}:", f'    raise {kind}("no")']

    def do_delete(self, depth: int) -> list[str]:
        names = [name for name in self.scope.known if name not in self.scope.fixed and name[0] == "v"]
        if not names or self.loops:
            return []
        name = self.rng.choice(names)
        self.scope.maybe[name] = self.scope.known.pop(name)
        return [f"del {name}"]


def names_of(text: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)} - {"np", "math"}


def indent(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def generate(seed: int, *, objects: bool = False) -> Program:
    """The program of a seed; with ``objects``, of lists of tuples and arrays, arrays as indices and the like, too."""
    generator = Generator(seed)
    generator.has_objects = objects
    return generator.program()


def smaller(source: str) -> Iterator[str]:
    """Programs with a statement, or a branch's or a loop's head, less."""
    tree = ast.parse(source)
    blocks = [
        (i, name)
        for i, node in enumerate(ast.walk(tree))
        for name in ("body", "orelse")
        if isinstance(getattr(node, name, None), list)
    ]
    for i, name in blocks:
        block: list[ast.stmt] = getattr(list(ast.walk(tree))[i], name)
        for at in range(len(block)):
            old = block[at]
            replacements: list[list[ast.stmt]] = [[]] if len(block) > 1 or name == "orelse" else [[ast.Pass()]]
            for inside in (getattr(old, "body", None), getattr(old, "orelse", None)):
                if isinstance(inside, list) and inside and not isinstance(old, ast.FunctionDef):
                    replacements.append(inside)
            for replacement in replacements:
                if replacement and isinstance(replacement[0], ast.Pass) and isinstance(old, ast.Pass):
                    continue
                block[at : at + 1] = replacement
                yield ast.unparse(tree) + "\n"
                block[at : at + len(replacement)] = [old]


def shrink(source: str, fails: Callable[[str], bool], tries: int = 400) -> str:
    """The smallest program found that still fails."""
    again = True
    while again and tries > 0:
        again = False
        for candidate in smaller(source):
            tries -= 1
            if tries <= 0:
                break
            try:
                compile(candidate, "<smaller>", "exec")
                failed = fails(candidate)
            except (SyntaxError, NameError, KeyError):
                continue
            if failed:
                source, again = candidate, True
                break
    return source


def programs(first: int, count: int) -> Iterator[Program]:
    """Programs of successive seeds."""
    for seed in range(first, first + count):
        yield generate(seed)
