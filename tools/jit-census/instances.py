"""What stands in for the values that a function gets from outside: compiled functions that are handed to it, and the
variables of the function that it is made in.

A factory's argument is known only when it is called. Here it is what the code inside asks of it: a function where it is
called, True and False where it is a condition, a dtype where it is used as one, an array where it is indexed.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from guessing import Use, Uses
from stand_ins import Noted

MOST_COMBINATIONS = 8
"""Of values for a factory's variables."""

FLOATS, INTS = np.zeros(1), np.zeros(1, np.int64)


def number(*args):
    """A float that is not known while compiling."""
    return FLOATS[0]


def whole(*args):
    """An int that is not known while compiling."""
    return INTS[0]


def first(*args):
    """What it is handed first."""
    return args[0]


def last(*args):
    """What it is handed last."""
    return args[-1]


def pair(*args):
    """What it is handed first, twice."""
    return args[0], args[0]


def truth(*args):
    """A condition that is not known while compiling."""
    return FLOATS[0] > 0.0


FUNCTIONS = {
    f"function:{each.__name__}": Noted(each, "jit", None, "", {}) for each in (number, first, whole, pair, truth)
}
"""By the text that stands for one among types of arguments."""


def unbound(node: ast.AST, known: Any) -> list[str]:
    """The names that a function reads, and nobody has given a value."""
    names = (each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load))
    stored = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load)}
    stored |= {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
    stored |= {each.name for each in ast.walk(node) if isinstance(each, ast.FunctionDef)}
    return [name for name in dict.fromkeys(names) if name not in stored and name not in known]


def values(names: list[str], body: list[ast.stmt]) -> Iterator[dict[str, Any]]:
    """Values that some variables may have, by what statements do with them: the likeliest first."""
    arguments = ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])
    function = ast.FunctionDef(name="factory", args=arguments, body=body, decorator_list=[])
    uses, dtypes = Uses(function, lambda node: None).uses, set(_dtypes(body))
    choices = [[np.float64] if name in dtypes else _values(name, uses[name]) for name in names]
    for chosen in itertools.islice(itertools.product(*choices), MOST_COMBINATIONS):
        yield dict(zip(names, chosen, strict=True))


def _dtypes(body: list[ast.stmt]) -> Iterator[str]:
    """The names that are used as a dtype."""
    for each in ast.walk(ast.Module(body, [])):
        if isinstance(each, ast.Call):
            name = each.func.attr if isinstance(each.func, ast.Attribute) else ""
            given = [keyword.value for keyword in each.keywords if keyword.arg == "dtype"]
            if name == "astype":
                given += each.args[:1]
            elif name in ("zeros", "ones", "empty", "empty_like", "zeros_like"):
                given += each.args[1:2]
            yield from (found.id for found in given if isinstance(found, ast.Name))


def _values(name: str, use: Use) -> list[Any]:
    if use.called:
        return list(FUNCTIONS.values())
    if use.dimensions:
        shape = (3,) * min(use.dimensions, 4)
        return [np.ones(shape, np.int64 if use.whole else np.float64)]
    if use.truth:
        return [False, True]
    if use.texts:
        return [*dict.fromkeys(use.texts)]
    if use.starred:
        return [(1.0,)]
    return [3] if use.whole else [1.0, 3]
