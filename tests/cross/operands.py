"""The operands of the calls: values by class, layouts in memory, and a watch over their memory.

Numbers come from an integer hash and exact conversions alone, so that every machine builds the same.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["LAYOUTS", "OPERANDS", "VALUES", "Operand", "mat", "mut", "op"]

#: Memory beside the elements of an operand; no call may write there.
SENTINEL = 0xA5


class Unbuildable(BaseException):
    """An operand cannot be built: a fault of the generator, no outcome of a call."""


class Operand:
    """An array that a call was given, its values and all the memory around it, before the call."""

    def __init__(self, array: Any, memory: np.ndarray | None, writes: bool) -> None:
        self.array, self.memory = array, memory
        self.writes = writes and isinstance(array, np.ndarray) and array.flags.writeable
        plain = np.asarray(array)
        self.values = plain.copy()
        self.before = _content(plain, memory)

    def touched(self) -> bool:
        """Whether the call wrote where it must not."""
        if self.writes and self.memory is not None:
            plain = self.array.view(np.ndarray)
            kept = plain.copy()
            plain[...] = self.values
            touched = _content(plain, self.memory) != self.before
            plain[...] = kept
            return touched
        return not self.writes and _content(np.asarray(self.array), self.memory) != self.before


def _content(plain: np.ndarray, memory: np.ndarray | None) -> Any:
    if plain.dtype.hasobject:
        return repr(plain.tolist()), plain.shape
    return (plain if memory is None else memory).tobytes(), plain.shape, plain.strides, plain.dtype.str


#: The operands of the call under way, in the order in which it made them.
OPERANDS: list[Operand] = []


def _bits(n: int, seed: int) -> np.ndarray:
    """N hashes of 64 bits (splitmix64)."""
    x = (np.arange(n, dtype=np.uint64) + np.uint64(seed * 1_000_003 + 1)) * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _below(n: int, seed: int, bound: int) -> np.ndarray:
    return ((_bits(n, seed) >> np.uint64(33)) % np.uint64(bound)).astype(np.int64)


def _chosen(values: list[Any], n: int, seed: int, dtype: np.dtype[Any]) -> np.ndarray:
    return _picked(np.array(values, dtype), n, seed)


def _picked(table: np.ndarray, n: int, seed: int) -> np.ndarray:
    out = np.empty(n, table.dtype)
    which = _below(n, seed, len(table))
    for i in range(len(table)):
        out[which == i] = table[i]
    return out


def _mixed(a: np.ndarray, special: list[Any], seed: int, one_in: int = 4) -> np.ndarray:
    """``a`` with special values here and there."""
    chosen = _chosen(special, a.size, seed + 1, a.dtype)
    return np.where(_below(a.size, seed + 2, one_in) == 0, chosen, a).astype(a.dtype)


def _one(a: np.ndarray, index: int, value: Any) -> np.ndarray:
    if a.size:
        a[index] = value
    return a


def _limits(dtype: np.dtype[Any]) -> list[Any]:
    if dtype.kind == "f":
        info = np.finfo(dtype)
        least = info.smallest_subnormal if dtype.char != "g" else info.tiny
        return [info.max, info.min, info.tiny, -info.tiny, least, -least, info.eps, 1, -1]
    info = np.iinfo(dtype)
    return [info.min, info.max, info.min + 1, info.max - 1, 0, 1, info.max // 2]


def _small(n: int, seed: int, dtype: np.dtype[Any]) -> np.ndarray:
    low = 0 if dtype.kind == "u" else -4
    return (_below(n, seed, 9) + low).astype(dtype)


def _spread(n: int, seed: int, dtype: np.dtype[Any]) -> np.ndarray:
    """Floats of many magnitudes; integers over their whole range."""
    if dtype.kind in "iu":
        return _bits(n, seed).astype(np.dtype(f"u{dtype.itemsize}")).view(dtype)
    reach = 6 if dtype.itemsize == 2 else 40
    mantissa = (_below(n, seed, 1024) - 512).astype(dtype)
    power = np.ldexp(np.ones(n), (_below(n, seed + 5, 2 * reach) - reach - 8).astype(np.int32))
    return mantissa * power.astype(dtype)


def _unit(n: int, seed: int, dtype: np.dtype[Any]) -> np.ndarray:
    """Fractions of 128 in (-8, 8): sums of their products are exact for a while."""
    if dtype.kind in "iu":
        return _below(n, seed, 100).astype(dtype)
    return ((_below(n, seed, 2048) - 1024).astype(np.float64) / 128).astype(dtype)


def _subnormal(n: int, seed: int, dtype: np.dtype[Any]) -> np.ndarray:
    if dtype.char not in "efd":
        return _small(n, seed, dtype)
    digits = {"e": 10, "f": 23, "d": 52}[dtype.char]
    pattern = _bits(n, seed) & np.uint64((1 << digits) - 1 | 1 << (8 * dtype.itemsize - 1))
    return pattern.astype(np.dtype(f"u{dtype.itemsize}")).view(dtype)


def _ordered(n: int, seed: int, dtype: np.dtype[Any]) -> np.ndarray:
    top = 100 if dtype.itemsize == 1 else 2000 if dtype.itemsize == 2 else 1 << 20
    return np.arange(n).astype(np.int64).__mul__(top).__floordiv__(max(n, 1)).astype(dtype)


_NAN, _INF = float("nan"), float("inf")
_Maker = Callable[[int, int, "np.dtype[Any]"], np.ndarray]

#: Real numbers by class; integers and bool have those that need no NaN.
VALUES: dict[str, _Maker] = {
    "small": _small,
    "unit": _unit,
    "spread": _spread,
    "sorted": _ordered,
    "reversed": lambda n, s, d: _ordered(n, s, d)[::-1].copy(),
    "constant": lambda n, s, d: np.full(n, 3, d),
    "two-runs": lambda n, s, d: np.concatenate([_ordered(n // 2, s, d), _ordered(n - n // 2, s, d)]),
    "limits": lambda n, s, d: _mixed(_small(n, s, d), _limits(d), s, 2),
    "nan": lambda n, s, d: _mixed(_small(n, s, d), [_NAN, -_NAN], s),
    "nan-first": lambda n, s, d: _one(_unit(n, s, d), 0, -_NAN),
    "nan-last": lambda n, s, d: _one(_unit(n, s, d), -1, _NAN),
    "all-nan": lambda n, s, d: _chosen([_NAN, -_NAN], n, s, d),
    "inf": lambda n, s, d: _mixed(_small(n, s, d), [_INF, -_INF], s),
    "one-inf": lambda n, s, d: _one(_unit(n, s, d), n // 2, _INF),
    "zeros": lambda n, s, d: _chosen([0.0, -0.0, 0.0, -0.0, 1, -1], n, s, d),
    "subnormal": _subnormal,
    "edges": lambda n, s, d: _mixed(_small(n, s, d), [_NAN, -_NAN, _INF, -_INF, -0.0, *_limits(d)], s, 2),
}
WHOLE = "small unit spread sorted reversed constant two-runs limits".split()

_WORDS = ["", "a", "b", "ab", "ba", "abc", "B", "é", "zz"]
_THINGS = {
    "mixed": [1, "a", None, 2.5, "b"],
    "floats": [1.5, _NAN, -2.0, 0.0, 3.25],
}


def _plain(dtype: np.dtype[Any], n: int, values: str, seed: int) -> np.ndarray:
    """A flat array of n values of a class."""
    kind = dtype.kind
    if kind == "c":
        part = np.dtype({"F": "f", "D": "d", "G": "g"}[dtype.char])
        out = np.empty(n, dtype)
        out.real, out.imag = _plain(part, n, values, seed), _plain(part, n, values, seed + 77)
        return out
    if kind == "b":
        if values in ("constant", "sorted", "reversed"):
            return np.full(n, values != "reversed")
        return _below(n, seed, 2) == 1
    if kind == "O":
        out = np.empty(n, dtype)
        table = _THINGS.get(values)
        out[:] = [table[i] for i in _below(n, seed, 5)] if table else [int(i) - 4 for i in _below(n, seed, 9)]
        return out
    if kind in "US":
        words = _WORDS if kind == "U" else [word for word in _WORDS if word.isascii()]
        return _picked(np.array(words).astype(dtype), n, seed)
    if kind in "mM":
        out = _small(n, seed, np.dtype("i8"))
        if values.startswith(("nan", "edges")):
            out = _mixed(out, [np.iinfo("i8").min], seed)
        return out.view(dtype)
    if kind in "iu" and values not in WHOLE:
        values = "limits"
    return VALUES[values](n, seed, dtype)


def _filled(nbytes: int) -> np.ndarray:
    return np.full(nbytes, SENTINEL, np.uint8)


def _c(a: np.ndarray) -> tuple[Any, Any]:
    memory = _filled(a.nbytes + 32)
    view = memory[16 : 16 + a.nbytes].view(a.dtype).reshape(a.shape)
    view[...] = a
    return view, memory


def _gaps(a: np.ndarray) -> tuple[Any, Any]:
    wide, memory = _c(np.full([2 * n + 1 for n in a.shape], 1).astype(a.dtype))
    view = wide[tuple(slice(1, 2 * n + 1, 2) for n in a.shape)]
    view[...] = a
    return view, memory


def _through(change: Callable[[Any], Any], back: Callable[[Any], Any], into: Any = _c) -> Callable[[Any], Any]:
    def laid(a: np.ndarray) -> tuple[Any, Any]:
        view, memory = into(change(a))
        return back(view), memory

    return laid


def _unaligned(a: np.ndarray) -> tuple[Any, Any]:
    memory = _filled(a.nbytes + 32)
    view = memory[1 : 1 + a.nbytes].view(a.dtype).reshape(a.shape)
    view[...] = a
    return view, memory


def _field(a: np.ndarray) -> tuple[Any, Any]:
    records = np.zeros(a.shape, [("one", "i1"), ("x", a.dtype), ("two", "i2")])
    records["x"] = a
    return records["x"], records


def _swapped(a: np.ndarray) -> tuple[Any, Any]:
    return _c(a.astype(a.dtype.newbyteorder()))


def _read_only(a: np.ndarray) -> tuple[Any, Any]:
    view, memory = _c(a)
    view.flags.writeable = False
    return view, memory


def _broadcast(axis: int) -> Callable[[Any], Any]:
    """One element stands for all along an axis: strides of zero."""

    def laid(a: np.ndarray) -> tuple[Any, Any]:
        if a.ndim == 0 or a.shape[axis] == 0:
            return _c(a)
        index = [slice(None)] * a.ndim
        index[axis] = slice(0, 1)
        view, memory = _c(a[tuple(index)])
        return np.broadcast_to(view, a.shape), memory

    return laid


def _window(a: np.ndarray) -> tuple[Any, Any]:
    """Rows that overlap one another in memory."""
    if a.ndim < 2 or a.size == 0:
        return _c(a)
    run, memory = _c(a.ravel()[: a.shape[0] + a.shape[-1] - 1])
    if run.size < a.shape[0] + a.shape[-1] - 1:
        return _c(a)
    step = run.strides[0]
    strides = [step] + [0] * (a.ndim - 2) + [step]
    return np.lib.stride_tricks.as_strided(run, a.shape, strides, writeable=False), memory


class Sub(np.ndarray):
    """A subclass that changes nothing."""


def _masked(a: np.ndarray) -> tuple[Any, Any]:
    return np.ma.array(a, mask=(_below(a.size, 5, 3) == 0).reshape(a.shape)), None


#: Name -> function of a plain array, giving the same elements differently in memory, and that memory.
LAYOUTS: dict[str, Callable[[np.ndarray], tuple[Any, Any]]] = {
    "C": _c,
    "F": _through(np.transpose, np.transpose),
    "gaps": _gaps,
    "flipped": _through(np.flip, np.flip),
    "last-flipped": _through(lambda a: a[..., ::-1], lambda a: a[..., ::-1]),
    "moved": _through(lambda a: np.moveaxis(a, 0, -1), lambda a: np.moveaxis(a, -1, 0)),
    "gaps-flipped": _through(lambda a: np.flip(a.T), lambda a: np.flip(a).T, _gaps),
    "unaligned": _unaligned,
    "field": _field,
    "swapped": _swapped,
    "swapped-F": _through(np.transpose, np.transpose, _swapped),
    "read-only": _read_only,
    "broadcast": _broadcast(0),
    "broadcast-last": _broadcast(-1),
    "window": _window,
    "masked": _masked,
    "subclass": lambda a: (a.copy().view(Sub), None),
    "list": lambda a: (a.tolist(), None),
}


def _lay(plain: np.ndarray, layout: str, writes: bool) -> Any:
    if plain.ndim == 0 and layout not in ("unaligned", "swapped", "read-only", "masked", "subclass", "list", "scalar"):
        layout = "C"
    if layout == "scalar":
        array, memory = plain[()], None
    elif plain.dtype.hasobject and layout in ("C", "unaligned", "gaps", "field", "swapped", "read-only", "broadcast"):
        array, memory = (np.repeat(plain, 2, -1)[..., ::2] if layout == "gaps" else plain.copy()), None
    elif plain.dtype.hasobject and layout not in ("list", "masked", "subclass"):
        array, memory = plain.copy("F"), None
    else:
        array, memory = LAYOUTS[layout](plain)
    OPERANDS.append(Operand(array, memory, writes))
    return array


def _certain(make: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(make)
    def made(*args: Any) -> Any:
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return make(*args)
        except Exception as error:
            raise Unbuildable(f"{make.__name__}{args}: {error!r}") from error

    return made


@_certain
def op(dtype: str, shape: tuple[int, ...], values: str = "small", layout: str = "C", seed: int = 0) -> Any:
    """An operand that the call must leave as it is."""
    return _lay(_shaped(dtype, shape, values, seed), layout, False)


@_certain
def mut(dtype: str, shape: tuple[int, ...], values: str = "small", layout: str = "C", seed: int = 0) -> Any:
    """An operand that the call may write: into its elements, not beside them."""
    return _lay(_shaped(dtype, shape, values, seed), layout, True)


def _shaped(dtype: str, shape: tuple[int, ...], values: str, seed: int) -> np.ndarray:
    size = 1
    for n in shape:
        size *= n
    return _plain(np.dtype(dtype), size, values, seed).reshape(shape)


@_certain
def mat(dtype: str, shape: tuple[int, ...], kind: str, layout: str = "C", seed: int = 0) -> Any:
    """A matrix, or a stack of them, of a kind: ``dominant``, ``general``, ``symmetric``, ``definite``, ..."""
    base = np.dtype(dtype)
    values = {"nan": "nan", "inf": "one-inf", "zero": "constant"}.get(kind, "unit")
    a = _shaped(dtype, shape, values, seed)
    m, n = shape[-2:]
    if kind == "zero":
        a = a * base.type(0)
    if kind in ("symmetric", "definite") and m == n:
        mirrored = np.swapaxes(a, -1, -2)
        # Halves of fractions of 128 are exact, integers stay whole.
        a = a + (mirrored.conj() if base.kind == "c" else mirrored)
    if kind in ("dominant", "definite"):
        step = np.arange(min(m, n))
        a[..., step, step] = a[..., step, step].real + base.type(8 * max(m, n))
    if kind == "deficient" and n > 1:
        a[..., -1] = a[..., 0]
    if kind == "equal-rows" and m > 1:
        a[..., -1, :] = a[..., 0, :]
    if kind == "graded":
        scale = np.ldexp(np.ones(n), -(np.arange(n) % 12).astype(np.int32)).astype(base)
        a = (a * scale).astype(base)
    return _lay(a, layout, False)
