"""What a global object is called in the wire form, and which of them have a form at all."""

from __future__ import annotations

import enum
import sys
import types
from functools import cache
from typing import Any

import numpy as np

__all__ = ["ARRAY_DTYPES", "Absent", "canonical", "describe", "dtype_code", "quote", "unsupported", "value"]

#: The dtypes that compiled code knows: kind and itemsize, as in the type text.
ARRAY_DTYPES = frozenset(("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8", "c8", "c16"))

#: Modules whose functions have canonical names. What is not imported has been given to nobody.
_MODULES = ("builtins", "math", "cmath", "operator", "heapq", "numpy", "numpy.linalg", "numpy.random", "numpy.fft")


class Absent(Exception):
    """A name that stands for nothing; its text says so in a person's words."""


def quote(text: str) -> str:
    r"""A string in the wire form: in double quotes, with ``\"``, ``\\`` and ``\n``."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def unsupported(what: str) -> str:
    """A VALUE that no compiled code can use, told if the program gets there."""
    return f"(unsupported {quote(what)})"


def dtype_code(dtype: np.dtype[Any]) -> str | None:
    """``f8`` and the like, of a dtype in any byte order; None of one that compiled code does not know."""
    code = f"{dtype.kind}{dtype.itemsize}"
    return code if code in ARRAY_DTYPES else None


@cache
def _functions(module: str) -> dict[int, str]:
    """The name of each function of a module; the object's own where the module has it under that."""
    space = vars(sys.modules[module])
    prefix = "" if module == "builtins" else f"{module}."
    names: dict[int, str] = {}
    for name in sorted(space):
        found = space[name]
        if name.startswith("_") or isinstance(found, types.ModuleType) or not callable(found):
            continue
        own = getattr(found, "__name__", "")
        known = own if isinstance(own, str) and space.get(own) is found else name
        names.setdefault(id(found), prefix + known)
    return names


def _by_identity(found: Any) -> str | None:
    known = (_functions(module).get(id(found)) for module in _MODULES if module in sys.modules)
    return next((name for name in known if name is not None), None)


def canonical(found: Any) -> str | None:
    """The canonical name of a function or type that the compiler may know, however it was imported.

    Parameters
    ----------
    found
        Any object.

    Returns
    -------
    str or None
        ``"abs"``, ``"math.sin"``, ``"numpy.linalg.norm"``; a NumPy scalar type or dtype by its width, so that
        ``numpy.intc`` is ``"numpy.int32"``. None of what is no function or type of the known modules.
    """
    marked = getattr(found, "__ferrodide_name__", None)
    if isinstance(marked, str):
        return marked
    if isinstance(found, type) and issubclass(found, np.generic):
        try:
            found = np.dtype(found)
        except TypeError:
            return _by_identity(found)
    if isinstance(found, np.dtype):
        code = dtype_code(found)
        return None if code is None or not found.isnative else f"numpy.{np.dtype(code).name}"
    return _by_identity(found)


def value(found: Any) -> str | None:
    """A constant in the wire form; None of what has none.

    NumPy's scalars have none: they are conversions of a constant, see ``_source``.
    """
    if found is None:
        return "(none)"
    if found is Ellipsis:
        return "(ellipsis)"
    if isinstance(found, (bool, np.bool)):
        return f"(bool {int(found)})"
    if isinstance(found, np.generic) and not isinstance(found, str):
        return None
    if not isinstance(found, (int, float, complex, str, tuple)) or hasattr(found, "_fields"):
        return None
    if isinstance(found, enum.Enum):
        found = found.value
        return value(found) if type(found) in (int, float, str) else None
    if isinstance(found, int):
        return f"(int {int(found)})"
    if isinstance(found, float):
        return f"(float {float.hex(found)})"
    if isinstance(found, complex):
        return f"(complex {float.hex(found.real)} {float.hex(found.imag)})"
    if isinstance(found, str):
        return f"(str {quote(str(found))})"
    elements = [value(each) for each in found]
    whole = [each for each in elements if each is not None]
    return f"(tuple {' '.join(whole)})".replace(" )", ")") if len(whole) == len(elements) else None


def describe(found: Any) -> str:
    """What an object is, in a person's words, for one that no compiled code can use."""
    if isinstance(found, types.ModuleType):
        return f"a module, {found.__name__}"
    if isinstance(found, enum.Enum):
        return f"a member of the enum {type(found).__name__}"
    if isinstance(found, type):
        return f"a class, {found.__qualname__}"
    if isinstance(found, types.FunctionType):
        return f"the function {found.__qualname__}, which is not compiled: decorate it with @njit"
    if isinstance(found, np.ndarray):
        return f"an array of dtype {found.dtype}"
    if callable(found):
        module, name = getattr(found, "__module__", None), getattr(found, "__qualname__", None)
        if name is not None:
            return f"the function {name}" if module in (None, "builtins") else f"the function {module}.{name}"
    known: dict[type, str] = {list: "a list (a tuple would do)", dict: "a dict", set: "a set", bytes: "bytes"}
    name = type(found).__name__
    return known.get(type(found)) or f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
