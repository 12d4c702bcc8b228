"""What a call leaves open, taken out of its result: the order of ties, the sign of zeros, the order of a partition."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = ["Like", "any_order", "any_zero", "ordered", "parted", "parts_by"]


class Like:
    """All about an array but its values."""

    def __init__(self, array: Any) -> None:
        self.array = array if isinstance(array, np.ndarray) else np.asarray(array)


def any_zero(a: Any) -> Any:
    """The same with no zero negative: which of two equal zeros comes first is open."""
    if isinstance(a, tuple):
        return tuple(any_zero(each) for each in a)
    if not isinstance(a, (np.ndarray, np.generic)) or a.dtype.kind not in "fc":
        return a
    if not isinstance(a, np.ndarray):
        return a + a.dtype.type(0)
    copy = a.copy()
    parts = copy.view(np.ndarray)
    for part in (parts.real, parts.imag) if a.dtype.kind == "c" else (parts,):
        part[part == 0] = 0
    return Like(a), copy


def _key(value: Any) -> tuple[Any, ...]:
    """NumPy's order: NaN last, a complex number by its parts, numbers with one part NaN before those with both."""
    if isinstance(value, complex):
        nan, part = zip(_key(value.real), _key(value.imag), strict=True)
        return *nan, *part
    if isinstance(value, float):
        nan = math.isnan(value)
        return nan, 0.0 if nan else value + 0.0
    return (value,)


def _values(a: np.ndarray) -> list[Any]:
    """The elements as Python numbers, with no -0.0 and only one NaN that prints alike."""
    plain = np.asarray(a)
    if plain.dtype.kind in "mM":
        whole = plain.astype(plain.dtype.newbyteorder("=")).view("i8").tolist()
        return [(each == np.iinfo("i8").min, each) for each in whole]
    if plain.dtype.char in "gG":
        plain = plain.astype("c16" if plain.dtype.char == "G" else "f8")
    return plain.tolist()


def any_order(a: Any) -> Any:
    """The same elements sorted: a set has no order."""
    a = np.asarray(a)
    return Like(a), [repr(each) for each in sorted(_values(a.ravel()), key=_key)]


def _lanes(a: Any, axis: int | None) -> list[list[Any]]:
    a = np.asarray(a)
    if axis is None:
        return [_values(a.ravel())]
    moved = np.moveaxis(a, axis, -1)
    return [_values(moved[index]) for index in np.ndindex(moved.shape[:-1])]


def ordered(a: Any, order: Any, axis: int | None) -> Any:
    """What ``order`` picks from each lane of ``a``, and whether it picks everything once."""
    picked, whole = [], True
    for values, indices in zip(_lanes(a, axis), _lanes(order, axis), strict=True):
        whole = whole and sorted(indices) == list(range(len(values)))
        picked.append([_key(values[i]) for i in indices])
    return Like(order), whole, repr(picked)


def parted(result: Any, kth: Any, axis: int | None) -> Any:
    """A partition: the elements at kth, and between them sets."""
    return Like(result), repr([_blocks(values, kth) for values in _lanes(result, axis)])


def parts_by(a: Any, order: Any, kth: Any, axis: int | None) -> Any:
    """An argpartition: the partition that it makes, and whether it picks everything once."""
    blocks, whole = [], True
    for values, indices in zip(_lanes(a, axis), _lanes(order, axis), strict=True):
        whole = whole and sorted(indices) == list(range(len(values)))
        blocks.append(_blocks([values[i] for i in indices], kth))
    return Like(order), whole, repr(blocks)


def _blocks(values: list[Any], kth: Any) -> list[Any]:
    keys = [_key(value) for value in values]
    cuts = sorted({k % len(keys) for k in (kth if isinstance(kth, (tuple, list)) else [kth])}) if keys else []
    blocks: list[Any] = []
    start = 0
    for cut in cuts:
        blocks += [sorted(keys[start:cut]), keys[cut]]
        start = cut + 1
    return [*blocks, sorted(keys[start:])]
