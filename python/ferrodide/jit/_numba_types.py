"""Types as Numba writes them: ``float64``, ``float64[:, ::1]``, ``int64(float64[:], int32)``, and strings of these."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ._names import canonical, dtype_code
from ._types import Type

__all__ = [
    "Array",
    "NumbaType",
    "Number",
    "Optional",
    "Signature",
    "Tuple",
    "UniTuple",
    "best_signature",
    "namespace",
    "none",
    "signatures_of",
    "text_of",
]

#: How far an argument is from what is declared: the same, without loss, with a loss that Numba takes.
_SAME, _SAFE, _LOSSY = 0, 1, 2


class NumbaType:
    """A type of a signature. Called with types it makes a signature that returns it; ``[:]`` makes an array of it."""

    name = ""

    def __repr__(self) -> str:
        return self.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NumbaType) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __call__(self, *args: Any) -> Any:
        if len(args) == 1 and not isinstance(args[0], (NumbaType, type(None), tuple)):
            return self.convert(args[0])
        return Signature(self, tuple(map(_as_type, args)))

    def __getitem__(self, index: Any) -> Array:
        axes = index if isinstance(index, tuple) else (index,)
        if not axes or not all(isinstance(axis, slice) for axis in axes):
            raise TypeError(f"{self}[{index!r}] is no type; an array of two dimensions is {self}[:, :].")
        whole = [axis.step == 1 for axis in axes]
        if any(whole[1:-1]) or sum(whole) > 1:
            raise TypeError(f"{self}{list(axes)} is no type; ::1 stands for the first axis or for the last.")
        layout = "C" if whole[-1] else "F" if whole[0] else "A"
        return Array(self, len(axes), layout)

    def convert(self, found: Any) -> Any:
        """A value of this type, outside compiled code."""
        raise TypeError(f"{self} converts no value.")

    def distance(self, actual: Type) -> int | None:
        """How far an argument's type is from this one; None where it does not go."""
        raise NotImplementedError

    def text(self, actual: Type) -> str:
        """The type text to compile for, of an argument that goes."""
        raise NotImplementedError

    def coerce(self, found: Any) -> Any:
        """An argument as this type."""
        return found


class Number(NumbaType):
    """A number's type.

    Parameters
    ----------
    name
        Numba's.
    code
        As in the type text: ``f8``.
    element
        The code of an array's elements, where it is another.
    """

    def __init__(self, name: str, code: str, element: str = "") -> None:
        self.name = name
        self.code = code
        self.element = element or code

    @property
    def __ferrodide_name__(self) -> str:
        return f"numpy.{np.dtype(self.code).name}"

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(self.code)

    def convert(self, found: Any) -> Any:
        return self.dtype.type(found)

    def distance(self, actual: Type) -> int | None:
        code = _WEAK.get(actual.kind, actual.kind)
        if code == self.code:
            return _SAME
        try:
            given = np.dtype(code)
        except TypeError:
            return None
        if np.can_cast(given, self.dtype, "safe"):
            return _SAFE
        return None if given.kind == "c" else _LOSSY

    def text(self, actual: Type) -> str:
        return self.code

    def coerce(self, found: Any) -> Any:
        kind = self.dtype.kind
        if kind in "iu":
            number = int(found)
            size = self.dtype.itemsize * 8
            # As Numba's conversion does: the low bits count.
            number &= (1 << size) - 1
            return number - (1 << size) if kind == "i" and number >> (size - 1) else number
        return {"b": bool, "f": float, "c": complex}[kind](found)


class Array(NumbaType):
    """An array's type.

    Parameters
    ----------
    dtype
        Of its elements.
    ndim
        Its dimensions.
    layout
        C, F or A.
    readonly
        Whether it may be read only.
    aligned
        Always so.
    """

    def __init__(
        self, dtype: NumbaType, ndim: int, layout: str = "A", readonly: bool = False, aligned: bool = True
    ) -> None:
        if not isinstance(dtype, Number):
            raise TypeError(f"An array of {dtype} does not compile.")
        self.dtype = dtype
        self.ndim = ndim
        self.layout = layout
        self.readonly = readonly
        self.name = f"{'readonly ' if readonly else ''}array({dtype}, {ndim}d, {layout})"

    def distance(self, actual: Type) -> int | None:
        fits = (
            actual.kind == "array"
            and actual.dtype == self.dtype.element
            and actual.ndim == self.ndim
            and (self.layout in ("A", actual.layout) or (self.ndim == 1 and actual.layout != "A"))
            and (self.readonly or not actual.readonly)
        )
        return None if not fits else _SAME if actual.layout == self.layout else _SAFE

    def text(self, actual: Type) -> str:
        # What lies without gaps is faster as that.
        return f"{actual.dtype}[{actual.ndim}{actual.layout}{'r' if actual.readonly else ''}]"


class _Nothing(NumbaType):
    name = "none"

    def distance(self, actual: Type) -> int | None:
        return _SAME if actual.kind == "none" else None

    def text(self, actual: Type) -> str:
        return "none"


class _String(NumbaType):
    name = "unicode_type"

    def distance(self, actual: Type) -> int | None:
        return _SAME if actual.kind == "text" else None

    def text(self, actual: Type) -> str:
        from ._names import quote

        return quote(actual.text)


class Optional(NumbaType):
    """A type, or None."""

    def __init__(self, type: NumbaType) -> None:
        self.type = type
        self.name = f"OptionalType({type})"

    def distance(self, actual: Type) -> int | None:
        return _SAFE if actual.kind == "none" else self.type.distance(actual)

    def text(self, actual: Type) -> str:
        return "none" if actual.kind == "none" else self.type.text(actual)

    def coerce(self, found: Any) -> Any:
        return None if found is None else self.type.coerce(found)


class Tuple(NumbaType):
    """A tuple of types."""

    def __init__(self, types: Sequence[NumbaType]) -> None:
        self.types = tuple(types)
        self.name = f"Tuple({', '.join(map(repr, self.types))})"

    def distance(self, actual: Type) -> int | None:
        if actual.kind != "tuple" or len(actual.elements) != len(self.types):
            return None
        each = [type.distance(element) for type, element in zip(self.types, actual.elements, strict=True)]
        known = [distance for distance in each if distance is not None]
        return max(known, default=_SAME) if len(known) == len(each) else None

    def text(self, actual: Type) -> str:
        parts = [type.text(element) for type, element in zip(self.types, actual.elements, strict=True)]
        if actual.fields:
            parts = [f"{field}:{part}" for field, part in zip(actual.fields, parts, strict=True)]
        return f"{actual.text}({','.join(parts)})"

    def coerce(self, found: Any) -> Any:
        parts = [type.coerce(each) for type, each in zip(self.types, found, strict=True)]
        return type(found)(*parts) if hasattr(found, "_make") else tuple(parts)


class ListType(NumbaType):
    """The type of a list, which compiled code makes: no argument is one.

    Parameters
    ----------
    item_type
        Of its items.
    """

    def __init__(self, item_type: NumbaType) -> None:
        self.item_type = item_type
        self.name = f"ListType[{item_type}]"

    def distance(self, actual: Type) -> int | None:
        return None


def text_of(declared: NumbaType) -> str:
    """The type text of what is declared; empty where it has none by itself."""
    match declared:
        case Array(dtype=Number(element=element), ndim=ndim, layout=layout, readonly=readonly):
            return f"{element}[{ndim}{layout}{'r' * readonly}]"
        case Number(code=code):
            return code
        case Optional(type=inner):
            return text_of(inner)
        case Tuple(types=types):
            texts = [text_of(each) for each in types]
            return f"({','.join(texts)})" if all(texts) else ""
        case ListType(item_type=inner):
            return f"list({text_of(inner)})" if text_of(inner) else ""
    return "none" if declared == none else ""


def UniTuple(dtype: NumbaType, count: int) -> Tuple:
    """A tuple of one type, so many times."""
    return Tuple([dtype] * count)


class Signature:
    """What a function takes and returns.

    Parameters
    ----------
    return_type
        None where it is not declared.
    args
        One type for each parameter.
    """

    def __init__(self, return_type: NumbaType | None, args: tuple[NumbaType, ...]) -> None:
        self.return_type = return_type
        self.args = args

    def __repr__(self) -> str:
        return f"({', '.join(map(repr, self.args))}) -> {self.return_type}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Signature) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(repr(self))

    def distance(self, actual: Sequence[Type]) -> tuple[int, int] | None:
        """The worst argument's distance, and the sum of all; None where one does not go."""
        if len(actual) != len(self.args):
            return None
        each = [declared.distance(given) for declared, given in zip(self.args, actual, strict=True)]
        known = [distance for distance in each if distance is not None]
        return (max(known, default=_SAME), sum(known)) if len(known) == len(each) else None


none = _Nothing()
_WEAK = {"int": "i8", "float": "f8", "complex": "c16", "bool": "b1"}
_INTP = str(dtype_code(np.dtype(np.intp)))
_UINTP = "u" + _INTP[1:]


def namespace() -> dict[str, Any]:
    """Every name that a signature may have."""
    numbers = [Number("boolean", "b1")]
    for bits in (8, 16, 32, 64):
        numbers += [Number(f"int{bits}", f"i{bits // 8}"), Number(f"uint{bits}", f"u{bits // 8}")]
    numbers += [Number("float32", "f4"), Number("float64", "f8")]
    numbers += [Number("complex64", "c8"), Number("complex128", "c16")]
    names: dict[str, Any] = {each.name: each for each in numbers}
    names |= {each.code: each for each in numbers}
    # An int is 64 bits wide, and NumPy's own arrays of indices are as wide as an address.
    names["intp"], names["uintp"] = Number("int64", "i8", _INTP), Number("uint64", "u8", _UINTP)
    for alias, name in _SYNONYMS.items():
        names[alias] = names[name]
    names |= {"none": none, "void": none, "unicode_type": _String(), "string": _String(), "optional": Optional}
    return names | {"Optional": Optional, "Tuple": Tuple, "UniTuple": UniTuple, "Array": Array, "ListType": ListType}


_SYNONYMS = {
    "bool": "boolean",
    "bool_": "boolean",
    "byte": "uint8",
    "char": "int8",
    "uchar": "uint8",
    "short": "int16",
    "ushort": "uint16",
    "intc": "int32",
    "uintc": "uint32",
    "int_": "intp",
    "uint": "uintp",
    "long_": "intp",
    "ulong": "uintp",
    "longlong": "int64",
    "ulonglong": "uint64",
    "float_": "float32",
    "double": "float64",
}
_NAMES = namespace()


def _as_type(found: Any) -> NumbaType:
    """A type of a signature out of what stands for one: NumPy's and Python's types, and None, as well."""
    if isinstance(found, NumbaType):
        return found
    if found is None:
        return none
    if isinstance(found, tuple):
        return Tuple([_as_type(each) for each in found])
    python = {int: "int64", float: "float64", complex: "complex128", bool: "boolean", str: "unicode_type"}
    if isinstance(found, type) and found in python:
        return _NAMES[python[found]]  # type: ignore[no-any-return]
    name = (canonical(found) or "").removeprefix("numpy.")
    if isinstance(_NAMES.get(name), Number):
        return _NAMES[name]  # type: ignore[no-any-return]
    raise TypeError(f"{found!r} is no type; write one as float64, int32[:] or Tuple((int64, float64)).")


def signatures_of(declared: Any) -> list[Signature]:
    """The signatures that a decorator was given.

    Parameters
    ----------
    declared
        A string, a signature, a tuple of argument types, or a list of these.

    Returns
    -------
    list of Signature
    """
    if isinstance(declared, list):
        return [each for one in declared for each in signatures_of(one)]
    if isinstance(declared, str):
        try:
            tree = ast.parse(declared.strip(), mode="eval").body
        except SyntaxError:
            raise TypeError(f"{declared!r} is no signature; write one as 'float64(float64[:], int64)'.") from None
        declared = _evaluate(tree, declared)
    if isinstance(declared, Signature):
        return [declared]
    if isinstance(declared, tuple):
        return [Signature(None, tuple(map(_as_type, declared)))]
    raise TypeError(f"{declared!r} is no signature; write one as 'float64(float64[:], int64)'.")


def _evaluate(node: ast.expr, text: str) -> Any:
    """A signature's text without Python's eval: names, calls and slices only."""
    match node:
        case ast.Name(id=name) if name in _NAMES:
            return _NAMES[name]
        case ast.Attribute(value=ast.Name(id="types" | "numba" | "nb"), attr=name) if name in _NAMES:
            return _NAMES[name]
        case ast.Constant(value=None):
            return none
        case ast.Constant(value=int() as number):
            return number
        case ast.Constant(value=str() as layout):
            return layout
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return tuple(_evaluate(each, text) for each in elements)
        case ast.Slice(lower=None, upper=None, step=step):
            return slice(None, None, None if step is None else _evaluate(step, text))
        case ast.Subscript(value=inner, slice=index):
            return _evaluate(inner, text)[_evaluate(index, text)]
        case ast.Call(func=function, args=arguments, keywords=[]):
            return _evaluate(function, text)(*(_evaluate(each, text) for each in arguments))
    raise TypeError(f"{ast.unparse(node)!r} is no type, in the signature {text!r}.")


def best_signature(signatures: Iterable[Signature], actual: Sequence[Type]) -> Signature | None:
    """The signature that is nearest to an argument list; the first of those as near."""
    fitting = [(each.distance(actual), each) for each in signatures]
    known = [(distance, each) for distance, each in fitting if distance is not None]
    return min(known, key=lambda pair: pair[0])[1] if known else None


def from_text(actual: Type) -> NumbaType | None:
    """The type object of a type text; None of what has none."""
    if actual.kind == "array":
        return Array(_NAMES[actual.dtype], actual.ndim, actual.layout, actual.readonly)
    if actual.kind == "list":
        item = from_text(actual.elements[0])
        return None if item is None else ListType(item)
    if actual.kind == "tuple":
        parts = [from_text(each) for each in actual.elements]
        return Tuple([each for each in parts if each is not None])
    named = {"none": none, "text": _NAMES["unicode_type"], **{weak: _NAMES[code] for weak, code in _WEAK.items()}}
    return named.get(actual.kind) or _NAMES.get(actual.kind)
