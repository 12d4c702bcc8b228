"""Whether two outcomes of a call agree: equal, within a bound that has its reason, or not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from compare_linalg import RESIDUALS
from operands import OPERANDS
from outcomes import NAMESPACE, array_of, leaves

__all__ = ["EQUAL", "NARROW", "WITHIN", "Difference", "compare"]

EQUAL, WITHIN = "equal", "within"
#: The kind of a difference in nothing but the width of an integer: in 32-bit WebAssembly an index is half as wide.
NARROW = "index or default integer of 32 bits"
_WIDER = {"<i4": "<i8", "<u4": "<u8", "int32": "int64", "uint32": "uint64", "intc": "int64"}


class Difference(Exception):
    """How two outcomes differ: of what kind, and where."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind} {detail}".strip())
        self.kind = kind


def compare(want: dict[str, Any], got: dict[str, Any], rule: str, expression: str, values: list[np.ndarray]) -> str:
    """``EQUAL`` or ``WITHIN``; raises a :class:`Difference`.

    ``values`` are those of the call's operands; they give a bound its scale.
    """
    if want["error"] != got["error"]:
        if rule in RESIDUALS and {want["error"], got["error"]} == {None, "LinAlgError"} and _open(expression, values):
            return WITHIN
        raise Difference("error", f"{_failed(want)}, not {_failed(got)}")
    if want["warned"] != got["warned"]:
        raise Difference("warnings", f"{want['warned']}, not {got['warned']}")
    if want["error"]:
        return EQUAL
    if want["result"] == got["result"]:
        return EQUAL
    wanted, gotten = leaves(want["result"]), leaves(got["result"])
    if _frame(want["result"]) != _frame(got["result"]) or len(wanted) != len(gotten):
        raise Difference("structure", f"{_frame(want['result'])}, not {_frame(got['result'])}")
    integers = False
    for one, other in zip(wanted, gotten, strict=True):
        if one[:5] == other[:5]:
            continue
        if _widened(one) != _widened(other):
            raise Difference(*_head(one, other))
        integers = True
    status = _contents(wanted, gotten, rule, expression, values)
    if integers:
        raise Difference(NARROW)
    return status


def _open(expression: str, values: list[np.ndarray]) -> bool:
    """Whether an error is for roundings to decide (a singular matrix), or for LAPACK's build (NaN)."""
    return "'equal-rows'" in expression or "'deficient'" in expression or not _finite(values)


def _finite(arrays: list[np.ndarray]) -> bool:
    return all(np.isfinite(a).all() for a in arrays)


def _failed(outcome: dict[str, Any]) -> str:
    return f"{outcome['error']}: {outcome['message']}" if outcome["error"] else "no error"


def _frame(encoded: Any) -> Any:
    return [encoded[1], *map(_frame, encoded[2])] if encoded[0] == "items" else 0


def _widened(leaf: Any) -> Any:
    return [leaf[0], *(_WIDER.get(each, each) for each in leaf[1:3]), *leaf[3:5]] if leaf[0] == "array" else leaf[:2]


def _head(one: Any, other: Any) -> tuple[str, str]:
    kinds = ("structure", "type", "dtype", "shape", "flags")
    differ = [kind for kind, left, right in zip(kinds, one, other, strict=False) if left != right]
    return (differ or ["structure"])[0], f"{one[1:5]}, not {other[1:5]}"


def _contents(wanted: list[Any], gotten: list[Any], rule: str, expression: str, values: list[np.ndarray]) -> str:
    arrays = [(array_of(one), array_of(other)) for one, other in zip(wanted, gotten, strict=True)]
    if rule in RESIDUALS:
        return _by_residual(arrays, rule, expression, values, f"{_short(wanted)}, not {_short(gotten)}")
    status = EQUAL
    bound: Any = None
    for (one, other), first, second in zip(arrays, wanted, gotten, strict=True):
        if first[-1] == second[-1]:
            continue
        if one is None or other is None:
            raise Difference("values", f"{_short(first[-1])}, not {_short(second[-1])}")
        if one.dtype.kind not in "fc":
            same = one.dtype.kind == other.dtype.kind and (one == other)
            if not np.all(same):
                _refuse("values", one, other, np.asarray(same))
            continue
        if rule == "exact":
            _refuse("values", one, other, _identical(one, other))
        if rule.startswith("ulps"):
            near = _near(one, other, int(rule.split()[1]) * _chain(expression, values), expression, values)
        else:
            bound = bound or BOUNDS[rule](expression, values)
            near = _bounded(one, other, *bound)
        if not near.all():
            _refuse("values", one, other, near)
        status = WITHIN
    return status


def _by_residual(arrays: Any, rule: str, expression: str, values: list[np.ndarray], shown: str) -> str:
    if any(one is None for pair in arrays for one in pair):
        raise Difference("values", shown)
    one, other = [pair[0] for pair in arrays], [pair[1] for pair in arrays]
    if not _finite(values):
        # How far a NaN spreads is LAPACK's own; but it must not get lost.
        if _finite(other) and not _finite(one):
            raise Difference("values that are not finite", shown)
        return WITHIN
    for left, right in zip(one, other, strict=True):
        if not np.array_equal(np.isfinite(left), np.isfinite(right)) and not _open(expression, values):
            _refuse("values that are not finite", left, right, np.isfinite(left) == np.isfinite(right))
    if not _finite([*one, *other]):
        return WITHIN
    with np.errstate(all="ignore"):
        ratio = RESIDUALS[rule](expression, values, one, other)
    if not ratio <= 1:
        raise Difference("residual", f"{ratio:.3g} times what is allowed; {_short(one[0])}, not {_short(other[0])}")
    return WITHIN


def _short(value: Any) -> str:
    shown = " ".join(str(value).split())
    return shown if len(shown) < 200 else shown[:200] + "..."


def _refuse(kind: str, one: np.ndarray, other: np.ndarray, fine: np.ndarray) -> None:
    where = np.argwhere(~np.broadcast_to(fine, one.shape))
    if len(where) == 0:
        return
    index = tuple(where[0].tolist())
    raise Difference(kind, f"at {index} and {len(where) - 1} more: {one[index]!r}, not {other[index]!r}")


def _identical(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    zeros = np.signbit(one.real) == np.signbit(other.real)
    return ((one == other) & zeros) | (np.isnan(one) & np.isnan(other))


def _chain(expression: str, values: list[np.ndarray]) -> int:
    """How many roundings follow one another: many where a ufunc is applied along an axis."""
    chained = any(form in expression for form in (".reduce(", ".accumulate(", ".reduceat(", ".at("))
    return max(2, *(max(a.shape, default=1) for a in values)) if chained else 1


def _near(one: np.ndarray, other: np.ndarray, ulps: int, expression: str, values: list[np.ndarray]) -> np.ndarray:
    """So many units in the last place apart at most; NaN, infinities and the zeros' signs alike."""
    close = _identical(one, other)
    if one.dtype.kind == "c":
        # A complex number errs as a whole.
        parts = [np.nan_to_num(np.abs(part), nan=0, posinf=0) for part in (one.real, one.imag)]
        eps = max(float(np.finfo(one.dtype).eps), _narrowest(values) if "out=" in expression else 0.0)
        allowed = 2 * ulps * eps * np.maximum(*parts)
        real, imag = (
            (np.abs(a - b) <= allowed) | _identical(a, b) for a, b in ((one.real, other.real), (one.imag, other.imag))
        )
        return close | (real & imag)
    width = f"i{one.itemsize}"
    lines = []
    for a in (one, other):
        bits = a.view(width)
        # The floats in their order, as whole numbers.
        lines.append(np.where(bits < 0, np.iinfo(width).min - bits, bits).astype("i8"))
    finite = np.isfinite(one) & np.isfinite(other)
    close |= (np.abs(lines[0] - lines[1]) <= ulps) & (np.signbit(one) == np.signbit(other)) & finite
    if "out=" in expression:
        # What was computed in a narrower type than it is put into.
        close |= finite & (np.abs(one - other) <= ulps * _narrowest(values) * np.abs(one))
    return close


def _narrowest(values: list[np.ndarray]) -> float:
    """The eps of the narrowest type that NumPy may compute in."""
    floats = {"b": "f2", "i1": "f2", "u1": "f2", "i2": "f4", "u2": "f4"}
    own = [a.dtype for a in values if a.dtype != bool]
    names = [floats.get(dtype.str[1:], dtype.str if dtype.kind in "fc" else "f8") for dtype in own]
    return max(float(np.finfo(name).eps) for name in [*names, "f8"])


def _bounded(one: np.ndarray, other: np.ndarray, bound: Any, magnitude: Any, huge: bool) -> np.ndarray:
    """Within an absolute bound. Sums of ``huge`` numbers may overflow in one order and not in another."""
    bound, magnitude = np.asarray(bound), np.asarray(magnitude)
    if bound.ndim and bound.shape != one.shape:
        raise Difference("values", "and the bound has another shape")
    finite = np.isfinite(one) & np.isfinite(other)
    with np.errstate(all="ignore"):
        gap = np.maximum(np.abs(one.real - other.real), np.abs(one.imag - other.imag))
        close = finite & ((gap <= bound) | ~(magnitude < np.finfo(one.dtype).max / 4))
    # Which part of a complex product is infinite or NaN differs from one way to multiply to another.
    special = ~np.isfinite(one) & ~np.isfinite(other) if one.dtype.kind == "c" else _identical(one, other)
    overflow = huge & ~(magnitude < np.finfo(one.dtype).max / 4)
    return close | special | overflow


def _eps(expression: str, values: list[np.ndarray]) -> tuple[float, float]:
    """The roundoff and least number of the narrowest float that takes part."""
    dtypes = [a.dtype for a in values if a.dtype.kind in "fc" and a.dtype.char not in "gG"]
    dtypes += [np.dtype(name) for name in ("float16", "float32") if f"'{name}'" in expression]
    dtypes += [np.dtype("float32")] if "'complex64'" in expression else []
    infos = [np.finfo(dtype) for dtype in (dtypes or [np.dtype("f8")])]
    return max(float(info.eps) for info in infos), max(float(info.smallest_subnormal) for info in infos)


def _huge(values: list[np.ndarray]) -> bool:
    limit = {2: 100.0, 4: 1e17, 8: 1e150}
    for a in values:
        if a.dtype.kind in "fc" and a.size:
            parts = np.abs(np.concatenate([a.real.ravel(), a.imag.ravel()]))
            if (parts[np.isfinite(parts)] > limit.get(a.real.itemsize, 1e150)).any():
                return True
    return False


def _magnitude(expression: str) -> Any:
    """The call on the absolute values of its operands, in double precision."""

    def absolute(make: Callable[..., Any]) -> Callable[..., Any]:
        def made(*args: Any) -> Any:
            plain = np.asarray(make(*args))
            if plain.dtype.kind == "b":
                return plain
            return np.abs(plain.astype("c16" if plain.dtype.kind == "c" else "f8"))

        return made

    names = {name: absolute(NAMESPACE[name]) for name in ("op", "mut", "mat")}
    # The dtypes of results; the operands are of their own, which some of their values depend on.
    expression = re.sub(r"(?<!op\()(?<!mut\()(?<!mat\()'complex(64|128)'", "'float64'", expression)
    expression = expression.replace("dtype='float32'", "dtype='float64'")
    kept = list(OPERANDS)
    try:
        with np.errstate(all="ignore"):
            return eval(expression, {**NAMESPACE, **names})
    except Exception as error:
        raise Difference("values", f"and no bound is known: {error!r}") from error
    finally:
        OPERANDS[:] = kept


def _sum_bound(terms: Callable[[list[np.ndarray]], int]) -> Callable[..., Any]:
    """Two sums of the same k products or terms: k roundings on either side, each half an eps of what is added up.

    As much again for what the first order leaves out; complex products round four times as often.
    """

    def bound(expression: str, values: list[np.ndarray]) -> tuple[Any, Any, bool]:
        magnitude = _magnitude(expression)
        k = terms(values) + 2
        eps, least = _eps(expression, values)
        factor = 8 if any(a.dtype.kind == "c" for a in values) or "complex" in expression else 2
        if isinstance(magnitude, tuple):
            magnitude = magnitude[-1]
        # A mean's sum may be too large for the type where the mean is not.
        summed = np.asarray(magnitude) * (k if "mean(" in expression else 1)
        return factor * k * (eps * np.asarray(magnitude) + least), summed, _huge(values)

    return bound


def _longest(values: list[np.ndarray]) -> int:
    return max((n for a in values for n in a.shape), default=1)


def _largest(values: list[np.ndarray]) -> int:
    return max((a.size for a in values), default=1)


def _squares(expression: str, values: list[np.ndarray]) -> tuple[Any, Any, bool]:
    """The variance of n numbers: n roundings of squares of the spread, and the mean's own error squared."""
    eps, least = _eps(expression, values)
    a = np.abs(values[0]).astype("f8").ravel() if values[0].dtype.kind == "c" else values[0].astype("f8").ravel()
    a = a[np.isfinite(a)]
    largest = float(np.abs(a).max(initial=0))
    spread = 2 * largest if values[0].dtype.kind == "c" else float(a.max(initial=-largest) - a.min(initial=largest))
    n = values[0].size + 2
    with np.errstate(all="ignore"):
        square = 4 * n * eps * spread * spread + (2 * n * eps * largest) ** 2 + n * least
        # The root's error where the variance is not small, and at most the error's root; the divisor may be n - ddof.
        bound = 4 * (2 * n * eps * max(spread, eps * n * largest) if "std" in expression else square)
        magnitude = spread * spread * n
    if "std" in expression:
        bound = max(bound, np.sqrt(least))
    return bound, magnitude, _huge(values)


def _distances(expression: str, values: list[np.ndarray]) -> tuple[Any, Any, bool]:
    """Differences, squares and sums of d positive numbers: relative to the distance; a cosine absolutely."""
    kept = list(OPERANDS)
    exact = np.asarray(eval(expression, dict(NAMESPACE)))
    OPERANDS[:] = kept
    d = values[0].shape[-1] + 4
    bound = 4 * d * np.finfo("f8").eps * (np.abs(exact) + (1 if "cosine" in expression else 0))
    return bound, exact, _huge(values)


BOUNDS: dict[str, Callable[..., Any]] = {
    "products": _sum_bound(_longest),
    "sums": _sum_bound(_largest),
    "squares": _squares,
    "distances": _distances,
}
