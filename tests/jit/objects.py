"""Statements with lists of tuples and of arrays, arrays as indices, and loops over tuples that are left early."""

from __future__ import annotations

from expressions import FLOAT, INT, Type
from vectors import Vectors


class Objects(Vectors):
    """Adds them to the loops."""

    has_objects = False

    def objects(self, depth: int) -> dict[str, float]:
        """How often there is one of these."""
        if not self.has_objects:
            return {}
        return {"pairs": 0.4, "arrays": 0.3, "picked": 0.6, "tuple_loop": 0.6 * (depth > 0)}

    def do_pairs(self, depth: int) -> list[str]:
        """A list of tuples, from its making to its end."""
        name, i, x = self.fresh("q"), self.fresh("i"), self.fresh("x")

        def pair() -> str:
            return f"({self.value_of(INT, 1)}, {self.value_of(FLOAT, 1)})"

        lines = [self.rng.choice([f"{name} = []", f"{name} = [{pair()}]"])]
        lines += [f"{name}.append({pair()})" for _ in range(self.rng.randrange(1, 4))]
        if self.chance(0.5):
            lines += [f"for {i} in range({self.small()}):", f"    {name}.append(({i}, {name}[-1][1]))"]
        if self.chance(0.4):
            lines.append(f"{name}[{self.rng.choice(['0', '-1', self.value_of(INT, 1)])}] = {pair()}")
        if self.chance(0.4):
            lines.append(self.rng.choice([f"{name}.insert({self.small()}, {pair()})", f"{name}.reverse()"]))
        if self.chance(0.4):
            lines.append(f"{name} = {name}[{self.rng.choice(['1:', ':-1', '::-1', '::2'])}]")
        how = self.pick({"pop": 2, "loop": 2, "items": 1})
        if how == "pop":
            a, b = self.target(INT), self.target(FLOAT)
            return [*lines, f"{a}, {b} = {name}.pop({self.rng.choice(['', '0', '-1', '1'])})"]
        if how == "items":
            return [*lines, f"{self.target(INT)} = len({name}) + {name}[{self.small()}][0]"]
        total = self.target(FLOAT)
        return [*lines, f"{total} = 0.0", f"for {i}, {x} in {name}:", f"    {total} = {x} - {total}"]

    def do_arrays(self, depth: int) -> list[str]:
        """A list of arrays that are variables, too."""
        names = self.variables(lambda each: each.ndim > 0)
        if not names:
            return []
        type_ = self.scope.known[self.rng.choice(names)]
        alike = [each for each in names if self.scope.known[each] == type_]
        name = self.fresh("q")
        lines = [f"{name} = [{', '.join(f'{self.rng.choice(alike)} + 0' for _ in range(self.rng.randrange(1, 4)))}]"]
        if type_.kind in "bu" or type_.code in ("i1", "i2", "i4"):
            # A Python int may not fit, or makes another dtype.
            lines = [line.replace(" + 0", ".copy()") for line in lines]
        lines += [f"{name}.append({self.rng.choice(alike)}.copy())" for _ in range(self.rng.randrange(3))]
        if self.chance(0.5):
            lines.append(f"{name}[{self.small()}] = {name}[0]")
        found = self.fresh("a")
        lines.append(f"{found} = {name}{self.rng.choice(['[-1]', '[0]', '.pop()', '.pop(0)'])}")
        self.scope.known[found] = Type(type_.code, False, type_.ndim)
        return lines

    def do_picked(self, depth: int) -> list[str]:
        """Elements or rows at the places that an array names."""
        names = self.variables(lambda each: each.ndim in (1, 2))
        if not names:
            return []
        name = self.rng.choice(names)
        type_ = self.scope.known[name]
        axis = self.rng.randrange(type_.ndim)
        at = self.fresh("at")
        lines = [f"{at} = np.arange({self.small()}) % max({name}.shape[{axis}], 1)"]
        index = f":, {at}" if axis else at
        if self.chance(0.5):
            found = self.fresh("a")
            self.scope.known[found] = Type(type_.code, False, type_.ndim)
            return [*lines, f"{found} = {name}[{index}]"]
        value = self.number(1, type_.kind)[0] if self.chance(0.6) else f"{name}[{index}]"
        return [*lines, f"{name}[{index}] = {value}"]

    def do_tuple_loop(self, depth: int) -> list[str]:
        """A loop over a tuple, which may be left."""
        name = self.fresh("i")
        values = [self.value_of(INT, 1) for _ in range(self.rng.randrange(1, 4))]
        before = dict(self.scope.known)
        self.scope.known[name] = INT
        self.scope.fixed.add(name)
        self.loops += 1
        body = [*self.do_leave(depth), *self.inner(self.rng.randrange(1, 4), depth - 1), *self.do_leave(depth)]
        self.loops -= 1
        self.scope.known = {each: type_ for each, type_ in before.items() if each in self.scope.known}
        return [f"for {name} in ({', '.join(values)},):", *(f"    {line}" for line in body)]
