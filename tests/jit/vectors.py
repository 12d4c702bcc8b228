"""Loops over elements next to each other, as the optimiser likes them: straight lines, stencils, sums, nests."""

from __future__ import annotations

from expressions import INT, Expressions, Type, common


class Vectors(Expressions):
    """Adds them to the expressions."""

    def offset(self, counter: str) -> str:
        return counter + self.rng.choice([*[""] * 9, " - 1", " + 1", " + 2"])

    def term(self, names: list[str], counters: list[str], kind: str) -> tuple[str, Type]:
        how = self.pick({"element": 6, "scalar": 1, "constant": 1, "counter": 0.7})
        if how == "element":
            name = self.rng.choice(names)
            type_ = self.scope.known[name]
            used = counters if type_.ndim == len(counters) else [self.rng.choice(counters)]
            return f"{name}[{', '.join(map(self.offset, used))}]", Type(type_.code)
        if how == "counter":
            counter = self.rng.choice(counters)
            return (counter, INT) if kind == "i" else (f"float({counter})", Type("f8", True))
        found = self.variables(lambda type_: type_.ndim == -1 and type_.kind == kind)
        if how == "scalar" and found:
            name = self.rng.choice(found)
            return name, self.scope.known[name]
        return self.constant(kind)

    def line(self, names: list[str], counters: list[str], kind: str, depth: int = 2) -> tuple[str, Type]:
        """An expression of elements."""
        if depth == 0 or self.chance(0.15):
            return self.term(names, counters, kind)
        a, b = (self.line(names, counters, kind, depth - 1) for _ in "ab")
        type_ = common(a[1], b[1])
        if type_.kind != kind:
            return a
        how = self.pick({"operator": 6, "choice": 1, "function": 1.5})
        if how == "choice" and a[1] == b[1]:
            c = self.term(names, counters, kind)
            return f"({a[0]} if {c[0]} {self.rng.choice(['<', '>', '==', '>='])} {b[0]} else {b[0]})", type_
        if how == "function" and kind == "f":
            name = self.rng.choice("sqrt floor abs trunc square".split())
            return f"np.{name}({a[0]})", Type(a[1].code)
        if how == "function":
            return f"({a[0]} >> {self.rng.randrange(5)})", common(a[1], INT)
        operators = "+ - * + - * & | ^" if kind == "i" else "+ - * + - * /"
        operator = self.rng.choice(operators.split())
        if operator == "/":
            return f"({a[0]} / {self.rng.choice(['3.0', '-0.5', '7'])})", a[1]
        return f"({a[0]} {operator} {b[0]})", type_

    def do_vector(self, depth: int) -> list[str]:
        kind = self.rng.choice("iff")
        ndim = self.rng.choice([1, 1, 2])
        whole = self.variables(lambda type_: type_.ndim == ndim and type_.kind == kind and type_.code != "u8")
        if not whole:
            return []
        names = whole + self.variables(lambda type_: type_.ndim == 1 and type_.kind == kind and type_.code != "u8")
        counters = [self.fresh("i") for _ in range(ndim)]
        into = self.rng.choice(whole)
        heads = []
        for axis, counter in enumerate(counters):
            n = f"{into}.shape[{axis}]"
            ranges = [n, n, n, f"1, {n}", f"{n} - 1", f"1, {n} - 1", f"{n} - 1, -1, -1", f"0, {n}, 2", f"2, {n} - 2"]
            heads.append(f"for {counter} in range({self.rng.choice(ranges)}):")
        self.scope.known |= dict.fromkeys(counters, INT)
        body, before = [], []
        for _ in range(self.rng.randrange(1, 3)):
            text, type_ = self.line(names, counters, kind)
            how = self.pick({"store": 3, "add": 1, "sum": 1.5, "temp": 0.5, "if": 0.4})
            own = self.scope.known[into]
            place = f"{into}[{', '.join(map(self.offset, counters))}]"
            if how == "sum":
                name, strong = self.fresh("s"), Type("f8" if kind == "f" else "i8")
                if common(strong, type_) != strong:
                    continue
                before.append(f"{name} = np.{'float64' if kind == 'f' else 'int64'}(0)")
                self.scope.known[name] = strong
                body.append(f"{name} {self.rng.choice(['+', '+', '-', '*'])}= {text}")
            elif how == "add" and common(Type(own.code), type_).kind == kind:
                body.append(f"{place} {self.rng.choice('+-*')}= {text}")
            elif how == "temp":
                name = self.fresh("t")
                self.scope.maybe[name] = type_
                body += [f"{name} = {text}", f"{place} = {name}"]
            elif how == "if":
                test = self.term(names, counters, kind)[0]
                body += [f"if {test} > {self.constant(kind)[0]}:", f"    {place} = {text}"]
            else:
                body.append(f"{place} = {text}")
        for counter in counters:
            self.scope.maybe[counter] = self.scope.known.pop(counter)
        body = body or ["pass"]
        for head in reversed(heads):
            body = [head, *(f"    {line}" for line in body)]
        return before + body
