"""Decompositions have many right results: each is held to what it must satisfy.

Each rule gives a ratio, at most 1 where all is well. The scale is C * n * eps times the norms in the textbook bound of
a backward stable algorithm; C = 30 covers the constants that the textbooks leave open.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["RESIDUALS"]

_C = 30.0
_Rule = Callable[[str, list[np.ndarray], list[np.ndarray], list[np.ndarray]], float]


def _wide(a: np.ndarray) -> np.ndarray:
    return a.astype("c16" if a.dtype.kind == "c" else "f8")


def _norm(a: np.ndarray) -> np.ndarray:
    """Of each matrix of a stack (Frobenius)."""
    return np.sqrt((np.abs(a) ** 2).sum(axis=(-2, -1)))


def _h(a: np.ndarray) -> np.ndarray:
    return np.swapaxes(a, -1, -2).conj()


def _unit(got: list[np.ndarray], a: np.ndarray) -> float:
    eps = max(float(np.finfo(each.dtype).eps) for each in got if each.dtype.kind in "fc")
    return _C * eps * max(1, *a.shape[-2:])


def _worst(error: Any, allowed: Any) -> float:
    error, allowed = np.broadcast_arrays(np.asarray(error, "f8"), np.asarray(allowed, "f8"))
    if error.size == 0:
        return 0.0
    ratio = np.where(error == 0, 0.0, error / np.maximum(allowed, 1e-300))
    return float(np.where(np.isnan(ratio), np.inf, ratio).max())


def _eye(n: int) -> np.ndarray:
    return np.eye(n)


def _mirrored(a: np.ndarray, lower: bool) -> np.ndarray:
    """The Hermitian matrix of which only one triangle is read."""
    triangle = np.tril(a, -1) if lower else _h(np.triu(a, 1))
    return triangle + _h(triangle) + a.real * _eye(a.shape[-1])


def _orthonormal(q: np.ndarray, unit: float) -> float:
    """Of the columns."""
    return _worst(_norm(_h(q) @ q - _eye(q.shape[-1])), unit * max(1, q.shape[-1]) ** 0.5)


def _option(expression: str, name: str, default: str) -> str:
    found = re.search(rf"{name}='?(\w+)'?", expression)
    return found[1] if found else default


def _solve(_: str, values: list[np.ndarray], want: list[np.ndarray], got: list[np.ndarray]) -> float:
    a, b, x = _wide(values[0]), _wide(values[1]), _wide(got[0])
    if b.ndim == 1:
        b, x = b[:, None], x[..., None]
    return _worst(_norm(a @ x - b), _unit(got, a) * (_norm(a) * _norm(x) + _norm(b)))


def _inv(_: str, values: list[np.ndarray], want: list[np.ndarray], got: list[np.ndarray]) -> float:
    a, x = _wide(values[0]), _wide(got[0])
    return _worst(_norm(a @ x - _eye(a.shape[-1])), _unit(got, a) * _norm(a) * _norm(x))


def _log_rows(a: np.ndarray) -> np.ndarray:
    """The logarithm of Hadamard's bound."""
    return np.log(np.sqrt((np.abs(a) ** 2).sum(-1))).sum(-1)


def _det(_: str, values: list[np.ndarray], want: list[np.ndarray], got: list[np.ndarray]) -> float:
    a = _wide(values[0])
    scale = np.exp(np.minimum(_log_rows(a), 700.0))
    if float(np.max(scale, initial=0)) > float(np.finfo(got[0].dtype).max) / 4:
        return 0.0
    return _worst(np.abs(want[0] - got[0]), _unit(got, a) * max(1, a.shape[-1]) * scale)


def _slogdet(_: str, values: list[np.ndarray], want: list[np.ndarray], got: list[np.ndarray]) -> float:
    a = _wide(values[0])
    unit = _unit(got, a)
    relative = unit * max(1, a.shape[-1]) * np.exp(np.minimum(_log_rows(a) - _wide(want[1]), 700.0))
    known = relative < 0.1
    allowed = np.where(known, relative + unit * np.abs(want[1]), np.inf)
    sign = np.where(known, relative + unit, np.inf)
    return max(_worst(np.where(known, np.abs(want[1] - got[1]), 0), allowed), _worst(np.abs(want[0] - got[0]), sign))


def _cholesky(expression: str, values: list[np.ndarray], want: list[np.ndarray], got: list[np.ndarray]) -> float:
    upper = _option(expression, "upper", "False") == "True"
    a, factor = _mirrored(_wide(values[0]), not upper), _wide(got[0])
    if upper:
        factor = _h(factor)
    if np.any(np.triu(factor, 1) != 0):
        return np.inf
    return _worst(_norm(factor @ _h(factor) - a), _unit(got, a) * _norm(a))


def _reflected(h: np.ndarray, tau: np.ndarray) -> np.ndarray:
    """The first columns of the product of Householder's reflections, as LAPACK keeps them."""
    m, k = h.shape[-2], tau.shape[-1]
    q = np.broadcast_to(np.eye(m, dtype=h.dtype), (*h.shape[:-2], m, m)).copy()
    for i in range(k):
        v = h[..., :, i].copy()
        v[..., :i] = 0
        v[..., i] = 1
        q = q - tau[..., i, None, None] * (q @ v[..., :, None]) @ v[..., None, :].conj()
    return q


def _qr(expression: str, values: list[np.ndarray], want: list[np.ndarray], got: list[np.ndarray]) -> float:
    a, mode = _wide(values[0]), _option(expression, "mode", "reduced")
    unit = _unit(got, a)
    if mode == "raw":
        h = np.swapaxes(_wide(got[0]), -1, -2)
        q, r = _reflected(h, _wide(got[1])), np.triu(h)
    elif mode == "r":
        r = _wide(got[0])
        below = np.inf if np.any(np.tril(r, -1) != 0) else 0.0
        return max(below, _worst(_norm(_h(r) @ r - _h(a) @ a), unit * _norm(a) ** 2))
    else:
        q, r = _wide(got[0]), _wide(got[1])
    if np.any(np.tril(r, -1) != 0):
        return np.inf
    return max(_orthonormal(q, unit), _worst(_norm(q @ r - a), unit * _norm(a)))


def _spectrum(_: str, values: list[np.ndarray], want: list[np.ndarray], got: list[np.ndarray]) -> float:
    a = _wide(values[0])
    return _worst(np.abs(want[0].astype("f8") - got[0]), _unit(got, a) * _norm(a)[..., None])


def _eigh(expression: str, values: list[np.ndarray], want: list[np.ndarray], got: list[np.ndarray]) -> float:
    a, w, v = _wide(values[0]), _wide(got[0]), _wide(got[1])
    a = _mirrored(a, _option(expression, "UPLO", "L") == "L")
    unit = _unit(got, a)
    residual = _worst(_norm(a @ v - v * w[..., None, :]), unit * _norm(a))
    return max(residual, _orthonormal(v, unit), _spectrum(expression, values, want, got))


def _svd(expression: str, values: list[np.ndarray], want: list[np.ndarray], got: list[np.ndarray]) -> float:
    if len(got) == 1:
        return _spectrum(expression, values, want, got)
    a, u, s, vh = _wide(values[0]), *map(_wide, got)
    unit, k = _unit(got, a), s.shape[-1]
    residual = _worst(_norm((u[..., :, :k] * s[..., None, :]) @ vh[..., :k, :] - a), unit * _norm(a))
    spectrum = _spectrum(expression, values, want[1:2], got[1:2])
    return max(residual, _orthonormal(u, unit), _orthonormal(_h(vh), unit), spectrum)


def _lstsq(_: str, values: list[np.ndarray], want: list[np.ndarray], got: list[np.ndarray]) -> float:
    """Both solutions err by the condition number, and by its square times the residual."""
    a, b = _wide(values[0]), _wide(values[1])
    b = b[:, None] if b.ndim == 1 else b
    x, y = (_wide(each[0]).reshape(a.shape[1], b.shape[1]) for each in (want, got))
    s, rank = want[3].astype("f8"), int(want[2])
    unit = _unit([want[3], got[3]], a)
    size = float(_norm(a))
    if int(got[2]) != rank:
        # A singular value so small that roundings decide on which side of the cut it is.
        lowest = min(rank, int(got[2]))
        return _worst(s[lowest], unit * size)
    spectrum = _worst(np.abs(s - got[3]), unit * size)
    if rank == 0 or size == 0:
        return max(spectrum, _worst(np.abs(x - y).max(initial=0), 1e-300))
    condition = size / s[rank - 1]
    if unit * condition > 0.01:
        return spectrum
    residual = float(_norm(a @ x - b))
    allowed = unit * (condition * (float(_norm(x)) + float(_norm(b)) / size) + condition**2 * residual / size)
    ratio = max(spectrum, _worst(_norm(x - y), allowed))
    if want[1].size:
        scale = (size * float(_norm(x)) + float(_norm(b))) ** 2
        ratio = max(ratio, _worst(np.abs(want[1].astype("f8") - got[1]).max(), unit * condition * scale))
    return ratio


def _pinv(_: str, values: list[np.ndarray], want: list[np.ndarray], got: list[np.ndarray]) -> float:
    a, x, y = _wide(values[0]), _wide(want[0]), _wide(got[0])
    unit = _unit(got, a)
    condition = _norm(a) * _norm(x)
    known = unit * condition < 0.01
    return _worst(np.where(known, _norm(x - y), 0), unit * condition * _norm(x))


RESIDUALS: dict[str, _Rule] = {
    "solve": _solve,
    "inv": _inv,
    "det": _det,
    "slogdet": _slogdet,
    "cholesky": _cholesky,
    "qr": _qr,
    "eigh": _eigh,
    "spectrum": _spectrum,
    "svd": _svd,
    "lstsq": _lstsq,
    "pinv": _pinv,
}
