"""What a program must give: CPython runs it, with the documented differences of compiled code put in.

Integers have 64 bits and wrap; integer scalars of NumPy are computed in 64 bits; divisions of its numbers by zero give
inf, NaN or 0; a power of floats is a float; what is computed of arrays lies in C order, and is summed in that
order; products go from the first element to the last.
"""

from __future__ import annotations

import ast
import builtins
import math
import types
from typing import Any

import numpy as np

#: Steps of loops after which a program is given up.
MOST_STEPS = 20_000

_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "true_divide",
    ast.FloorDiv: "floor_divide",
    ast.Mod: "remainder",
    ast.Pow: "power",
    ast.LShift: "left_shift",
    ast.RShift: "right_shift",
    ast.BitAnd: "bitwise_and",
    ast.BitOr: "bitwise_or",
    ast.BitXor: "bitwise_xor",
}


class Skip(Exception):
    """The program takes too long, or does what is not defined."""


def wrap(value: int) -> int:
    """An integer cut to 64 bits, with a sign."""
    return (value + 2**63) % 2**64 - 2**63


def _wide(value: Any) -> Any:
    """A number as it is computed with: integers of NumPy's in 64 bits."""
    if isinstance(value, np.uint64):
        return value
    return np.int64(value) if isinstance(value, np.integer | np.bool_) else value


def _is_python(value: Any) -> bool:
    return isinstance(value, int | float | complex) and not isinstance(value, np.generic)


def _python(name: str, a: Any, b: Any) -> Any:  # noqa: PLR0912
    """Of Python's own numbers."""
    if isinstance(a, int) and isinstance(b, int):
        if name in ("bitwise_and", "bitwise_or", "bitwise_xor"):
            return {"bitwise_and": a & b, "bitwise_or": a | b, "bitwise_xor": a ^ b}[name]
        if name == "true_divide":
            return float(a) / float(b)
        if name == "left_shift":
            if b < 0:
                raise ValueError("negative shift count")
            return wrap(a << b) if b < 64 else 0
        if name == "power":
            if b < 0:
                return float(a) ** float(b)
            return wrap(pow(a, b, 2**64))
        if name == "right_shift":
            return a >> b
        found = {"add": int.__add__, "subtract": int.__sub__, "multiply": int.__mul__}.get(name)
        if found:
            return wrap(found(a, b))
        return wrap(a // b) if name == "floor_divide" else a % b
    if name == "power" and not isinstance(a, complex) and not isinstance(b, complex):
        a, b = float(a), float(b)
        if a == 0 and b < 0:
            raise ZeroDivisionError
        return float(np.power(a, b))
    if name == "add":
        return a + b
    if name == "subtract":
        return a - b
    if name == "multiply":
        return a * b
    if name == "true_divide":
        return a / b
    if name == "floor_divide":
        return a // b
    if name == "remainder":
        return a % b
    raise Skip


def _fit(array: Any, number: Any) -> Any:
    """A Python int beside an array of integers, wrapped."""
    dtype = np.asarray(array).dtype
    if type(number) is int and dtype.kind in "iu":
        return np.asarray(number & 0xFFFF_FFFF_FFFF_FFFF, np.uint64).astype(dtype)[()]
    # NumPy's own int has 32 bits where pointers have.
    return np.int64(number) if type(number) is int and dtype.kind == "b" else number


def binary(name: str, a: Any, b: Any, out: Any = None) -> Any:
    """``a operator b``, into ``out`` if that is an array."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        a, b = (a, _fit(a, b)) if isinstance(a, np.ndarray) else (_fit(b, a), b)
        ufunc = getattr(np, name)
        return ufunc(a, b, order="C") if out is None else ufunc(a, b, out=out, casting="same_kind")
    if isinstance(a, tuple) or isinstance(b, tuple):
        return a + b
    if _is_python(a) and _is_python(b):
        return _python(name, a, b)
    if name.startswith("bitwise") and all(isinstance(each, bool | np.bool_) for each in (a, b)):
        return getattr(np, name)(a, b)
    if all(isinstance(each, int | np.integer | np.bool_) for each in (a, b)):
        unsigned = any(isinstance(each, np.uint64) for each in (a, b))
        a, b = (np.uint64(x) if unsigned and isinstance(x, np.unsignedinteger) else _wide(x) for x in (a, b))
    if name == "power" and isinstance(a, int | np.integer) and isinstance(b, int | np.integer):
        if b < 0:
            raise ValueError
        value = pow(int(a), int(b), 2**64)
        unsigned = isinstance(a, np.uint64) or isinstance(b, np.uint64)
        return np.uint64(value) if unsigned else np.int64(wrap(value))
    if name == "true_divide" and all(isinstance(each, int | np.integer) for each in (a, b)):
        a, b = np.float64(a), np.float64(b)
    elif isinstance(a, np.uint64) or isinstance(b, np.uint64):
        a, b = (np.uint64(each % 2**64) if type(each) in (int, bool) else each for each in (a, b))
    elif name.endswith("shift"):
        a, b = np.int64(a), np.int64(b)
    if name.endswith("shift") and not 0 <= b < 64:
        # NumPy cuts the count to the size of a pointer first.
        return a >> a.dtype.type(63) if name == "right_shift" and a.dtype.kind == "i" else a.dtype.type(0)
    return getattr(np, name)(a, b)


def unary(name: str, a: Any) -> Any:
    """``operator a``"""
    if isinstance(a, np.ndarray):
        return {"USub": np.negative, "UAdd": np.positive, "Invert": np.invert}[name](a, order="C")
    if name == "Invert" and isinstance(a, np.bool_):
        return ~a
    a = int(a) if isinstance(a, bool) else _wide(a)
    if name == "Invert":
        return ~a
    if name == "UAdd":
        return a
    return wrap(-a) if isinstance(a, int) else -a if _is_python(a) else np.negative(a)


def store(of: Any, index: Any, value: Any) -> None:
    """``of[index] = value``"""
    if isinstance(of, np.ndarray) and of.dtype.kind in "iu" and type(value) is int:
        value = _fit(of, value)
    if isinstance(of, np.ndarray) and isinstance(value, np.integer):
        value = value.astype(of.dtype)
    _fits(of, index)
    of[index] = value


def absolute(a: Any) -> Any:
    if isinstance(a, np.ndarray):
        return np.absolute(a)
    a = int(a) if isinstance(a, bool) else a if isinstance(a, np.bool_ | np.unsignedinteger) else _wide(a)
    return wrap(builtins.abs(a)) if isinstance(a, int) else np.absolute(a) if isinstance(a, np.generic) else abs(a)


def _numpys_absolute(a: Any) -> Any:
    return absolute(np.int64(a) if type(a) in (bool, int) else np.asarray(a)[()])


def integer(a: Any = 0) -> int:
    """``int(a)``, of 64 bits."""
    value = int(a)
    if isinstance(a, float | np.floating) and not -(2**63) <= value < 2**63:
        raise OverflowError
    return wrap(value)


def floor_like(function: Any) -> Any:
    return lambda a: integer(function(float(a)))


def total(items: Any, start: Any = 0) -> Any:
    """``sum(items)``"""
    for each in items:
        start = binary("add", start, each)
    return start


def _fold(name: str, a: Any) -> Any:
    a = np.asarray(a)
    kind = a.dtype.kind
    if name == "add" and kind in "fc":
        return np.add.reduce(a, axis=None)  # in pairs, in the order of memory
    dtype = np.int64 if kind in "bi" else np.uint64 if kind == "u" else a.dtype
    result = dtype.type(name == "multiply") if isinstance(dtype, np.dtype) else dtype(name == "multiply")
    for each in a.ravel(order="C"):
        result = getattr(np, name)(result, dtype.type(each) if isinstance(dtype, np.dtype) else each.astype(dtype))
    return result


def mean(a: Any) -> Any:
    a = np.asarray(a)
    if a.dtype.kind in "biu":
        a = a.astype(np.float64)
    return _fold("add", a) / a.dtype.type(a.size)


def astype(a: Any, dtype: Any) -> Any:
    """``a.astype(dtype)``; what C leaves open is given up."""
    a = np.asarray(a)
    if a.dtype.kind == "f" and np.dtype(dtype).kind in "iu" and not (np.abs(a) < 2**7 - 1).all():
        raise Skip
    return a.astype(dtype)


_METHODS = {
    "sum": lambda a: _fold("add", a),
    "prod": lambda a: _fold("multiply", a),
    "mean": mean,
    "astype": astype,
}


def _argument(function: Any) -> Any:
    """A function of NumPy's, of numbers and arrays: integers in 64 bits, unless there is an array."""

    def call(*args: Any) -> Any:
        # A condition says nothing of the dtype: it is the last.
        arrays = sorted((each for each in args if isinstance(each, np.ndarray)), key=lambda each: each.dtype == bool)
        return function(*(_fit(arrays[0], each) if arrays else _wide(each) for each in args))

    return call


class _Numpy(types.SimpleNamespace):
    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


def _numpy() -> Any:
    names = ("minimum", "maximum", "where", "sign", "square", "floor", "ceil", "sqrt", "copysign", "clip")
    own = {name: _argument(getattr(np, name)) for name in names}
    own["arange"] = lambda *args: np.arange(*args, dtype=np.int64)
    own |= {"sum": _METHODS["sum"], "prod": _METHODS["prod"], "mean": mean, "abs": _numpys_absolute}
    return _Numpy(**own)


class _Math(types.SimpleNamespace):
    def __getattr__(self, name: str) -> Any:
        return getattr(math, name)


class _Rewrite(ast.NodeTransformer):
    """Operators become calls."""

    def __init__(self) -> None:
        self.temps = 0

    def _call(self, name: str, *args: ast.expr) -> ast.Call:
        return ast.Call(ast.Name(name, ast.Load()), list(args), [])

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        self.generic_visit(node)
        return self._call("_binary", ast.Constant(_OPERATORS[type(node.op)]), node.left, node.right)

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load) and not isinstance(node.slice, ast.Tuple | ast.Slice | ast.Constant):
            return self._call("_item", node.value, node.slice)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not):
            return node
        return self._call("_unary", ast.Constant(type(node.op).__name__), node.operand)

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
            of = node.func.value
            if not (isinstance(of, ast.Name) and of.id in ("np", "math")):
                return self._call("_method", ast.Constant(node.func.attr), of, *node.args)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        self.generic_visit(node)
        name = ast.Constant(_OPERATORS[type(node.op)])
        if isinstance(node.target, ast.Name):
            value = self._call("_augmented", name, ast.Name(node.target.id, ast.Load()), node.value)
            return ast.Assign([node.target], value)
        assert isinstance(node.target, ast.Subscript)
        index = self._index(node.target.slice)
        place = ast.Starred(self._call("_place", node.target.value, index), ast.Load())
        return ast.Expr(self._call("_augmented_place", name, place, node.value))

    @staticmethod
    def _index(index: ast.expr) -> ast.expr:
        def one(item: ast.expr) -> ast.expr:
            if isinstance(item, ast.Slice):
                parts = [each or ast.Constant(None) for each in (item.lower, item.upper, item.step)]
                return ast.Call(ast.Name("slice", ast.Load()), parts, [])
            return item

        return ast.Tuple([one(each) for each in index.elts], ast.Load()) if isinstance(index, ast.Tuple) else one(index)

    def visit_Assign(self, node: ast.Assign) -> Any:
        self.generic_visit(node)
        if all(isinstance(each, ast.Name) for each in node.targets):
            return node
        self.temps += 1
        temp = f"_temp{self.temps}"
        result: list[ast.stmt] = [ast.Assign([ast.Name(temp, ast.Store())], node.value)]
        for target in node.targets:
            items = target.elts if isinstance(target, ast.Tuple) else [target]
            if isinstance(target, ast.Tuple):
                result.append(ast.Expr(self._call("_unpack", ast.Name(temp, ast.Load()), ast.Constant(len(items)))))
            for i, item in enumerate(items):
                value: ast.expr = ast.Name(temp, ast.Load())
                if isinstance(target, ast.Tuple):
                    value = ast.Subscript(value, ast.Constant(i), ast.Load())
                if isinstance(item, ast.Subscript):
                    result.append(ast.Expr(self._call("_store", item.value, self._index(item.slice), value)))
                else:
                    result.append(ast.Assign([item], value))
        return result

    def _loop(self, node: Any) -> Any:
        self.generic_visit(node)
        node.body.insert(0, ast.Expr(self._call("_tick")))
        return node

    visit_For = visit_While = _loop


def _fits(of: Any, index: Any) -> None:
    """NumPy lets an empty mask of another shape pass."""
    if isinstance(index, np.ndarray) and index.dtype == bool and index.shape != of.shape:
        raise IndexError


def _item(of: Any, index: Any) -> Any:
    _fits(of, index)
    return of[index]


def _augmented(name: str, of: Any, value: Any) -> Any:
    if isinstance(of, np.ndarray):
        binary(name, of, value, out=of)
        return of
    return binary(name, of, value)


def _augmented_place(name: str, of: Any, index: Any, loaded: Any, value: Any) -> None:
    store(of, index, _augmented(name, loaded, value))


def _unpack(value: Any, count: int) -> None:
    if len(value) != count:
        raise ValueError


def load(source: str) -> dict[str, Any]:
    """The functions of a program, by their names."""
    tree = ast.fix_missing_locations(_Rewrite().visit(ast.parse(source)))
    steps = [0]

    def tick() -> None:
        steps[0] += 1
        if steps[0] > MOST_STEPS:
            raise Skip

    space: dict[str, Any] = {
        "_binary": binary,
        "_unary": unary,
        "_store": store,
        "_item": _item,
        "_augmented": _augmented,
        "_place": lambda of, index: (of, index, of[index]),
        "_augmented_place": _augmented_place,
        "_unpack": _unpack,
        "_method": lambda name, of, *args: (
            _METHODS[name](of, *args) if isinstance(of, np.ndarray) else getattr(of, name)(*args)
        ),
        "_tick": tick,
        "abs": absolute,
        "int": integer,
        "sum": total,
        "np": _numpy(),
        "math": _Math(**{name: floor_like(getattr(math, name)) for name in ("floor", "ceil", "trunc")}),
    }
    exec(compile(tree, "<oracle>", "exec"), space)
    return space


def outcome(function: Any, args: list[Any]) -> tuple[str, Any]:
    """``("value", result)`` or ``("raises", name of the class)``."""
    with np.errstate(all="ignore"):
        try:
            return "value", function(*args)
        except Skip:
            raise
        except RecursionError:
            raise Skip from None
        except Exception as error:
            name = type(error).__name__
            if name == "OverflowError" and "C long" in str(error):
                raise Skip from None  # NumPy's bool beside an int, where C's long has 32 bits
            if name == "OverflowError" and ("index" in str(error) or "C " in str(error)):
                return "raises", "IndexError"
            if "broadcast" in str(error):
                # Whole-array expressions are computed where they are needed: another error may come first.
                return "raises", ""
            return "raises", "TypeError" if name == "UFuncTypeError" else name


def same(a: Any, b: Any, ulps: int = 0) -> bool:
    """Whether two results are equal, each number to the last bit (NaN is NaN), or within ulps.

    Arrays have their dtype; numbers of NumPy's are returned as Python's.
    """
    if isinstance(a, tuple) or isinstance(b, tuple):
        pairs = isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b)
        return pairs and all(same(x, y, ulps) for x, y in zip(a, b, strict=True))
    if a is None or b is None:
        return a is b
    if not isinstance(a, np.ndarray):
        a, b = (each.item() if isinstance(each, np.generic) else each for each in (a, b))
        if type(a) is int or type(b) is int:
            return type(a) is type(b) and a == b
    x, y = np.asarray(a), np.asarray(b)
    if x.dtype != y.dtype or x.shape != y.shape:
        return False
    if x.dtype.kind == "c":
        return same(x.real, y.real, ulps) and same(x.imag, y.imag, ulps)
    if x.dtype.kind != "f":
        return bool((x == y).all())
    equal = (x == y) & (np.signbit(x) == np.signbit(y)) | np.isnan(x) & np.isnan(y)
    if ulps:
        equal |= np.abs(x - y) <= ulps * np.spacing(np.maximum(np.abs(x), np.abs(y)))
    return bool(equal.all())
