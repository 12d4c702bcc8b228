"""Calls of numpy.linalg: compared by residual where the result is not unique."""

from __future__ import annotations

from generator import COMPLEX, FLOATS, Code, Draw, Row, text, words

__all__ = ["ROWS"]

_DTYPES = (*FLOATS * 5, *COMPLEX, "int64", "bool", "float16", "longdouble")
_LAYOUTS = words("C C C C C C F F gaps flipped moved unaligned swapped read-only broadcast subclass list")
_GENERAL = words("dominant dominant general general definite equal-rows deficient zero nan inf graded")
#: LAPACK's singular values of a matrix with an infinity never converge: native NumPy does not come back.
_FINITE = tuple(kind for kind in _GENERAL if kind != "inf")
_SYMMETRIC = ("symmetric", "symmetric", "definite", "zero", "nan", "inf")
_DEFINITE = ("definite", "definite", "definite", "symmetric", "zero", "nan")


def _side(g: Draw) -> int:
    return g.pick((0, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9)) if g.chance(0.9) else g.pick((12, 16, 17, 24, 33, 40))


def _stack(g: Draw) -> tuple[int, ...]:
    return g.pick(((), (), (), (), (), (2,), (3,), (0,), (2, 2)))


def _mat(g: Draw, shape: tuple[int, ...], kinds: tuple[str, ...]) -> Code:
    layout, dtype = g.pick(_LAYOUTS), g.pick(_DTYPES)
    if dtype in ("float16", "longdouble") and layout == "list":
        layout = "C"
    g.last_dtype, g.last_layout = dtype, layout
    return Code(f"mat({dtype!r}, {shape}, {g.pick(kinds)!r}, {layout!r}, {int(g.random() * 1000)})")


def _square(g: Draw, kinds: tuple[str, ...]) -> tuple[Code, tuple[int, ...]]:
    n = _side(g)
    shape = (*_stack(g), n, n)
    if g.chance(0.02):
        shape = g.pick(((3,), (), (2, 3), (*shape[:-1], n + 1)))
    if len(shape) < 2:
        return g.op(shape, FLOATS), (n, n)
    return _mat(g, shape, kinds), shape


def _solve(g: Draw) -> str:
    a, shape = _square(g, _GENERAL)
    dtypes = (g.last_dtype,) * 3 + (*FLOATS, "complex128")
    n = shape[-1] + g.chance(0.02)
    right = g.pick(((n,), (n,), (n, 1), (n, 3), (*shape[:-1], 2)))
    values = ("unit", "unit", "small", "nan") if g.chance(0.1) else ("unit", "small")
    b = g.op(right, dtypes, values, ("C", "F", "gaps", "flipped", "unaligned", "swapped", "read-only"))
    return f"np.linalg.solve({a}, {b})"


def _of_square(name: str, kinds: tuple[str, ...], **keywords: list[object]):
    def draw(g: Draw) -> str:
        return f"np.linalg.{name}({text(_square(g, kinds)[0], **g.some(0.4, **keywords))})"

    return draw


def _any_shape(g: Draw) -> tuple[int, ...]:
    return (*_stack(g), _side(g), _side(g))


def _of_any(name: str, p: float = 0.5, **keywords: list[object]):
    kinds = _GENERAL if name == "qr" else _FINITE

    def draw(g: Draw) -> str:
        return f"np.linalg.{name}({text(_mat(g, _any_shape(g), kinds), **g.some(p, **keywords))})"

    return draw


def _lstsq(g: Draw) -> str:
    m, n = _side(g), _side(g)
    a = _mat(g, (m, n), _FINITE)
    right = (m,) if g.chance(0.5) else (m, g.pick((0, 1, 3)))
    b = g.op(right, (g.last_dtype, *FLOATS), ("unit", "small"), ("C", "F", "gaps", "flipped"))
    return f"np.linalg.lstsq({text(a, b, **g.some(0.2, rcond=[None, 1e-6, -1]))})"


ROWS = [
    Row("solve", 1500, _solve, "solve"),
    Row("inv", 1200, _of_square("inv", _GENERAL), "inv"),
    Row("det", 1000, _of_square("det", _GENERAL), "det"),
    Row("slogdet", 1000, _of_square("slogdet", _GENERAL), "slogdet"),
    Row("cholesky", 1200, _of_square("cholesky", _DEFINITE, upper=[True, False]), "cholesky"),
    Row("qr", 1500, _of_any("qr", 0.7, mode=["reduced", "complete", "r", "raw"]), "qr"),
    Row("eigh", 1200, _of_square("eigh", _SYMMETRIC, UPLO=["L", "U"]), "eigh"),
    Row("eigvalsh", 1000, _of_square("eigvalsh", _SYMMETRIC, UPLO=["L", "U"]), "spectrum"),
    Row("svd", 1500, _of_any("svd", 0.5, full_matrices=[True, False], compute_uv=[True, True, False]), "svd"),
    Row("lstsq", 1000, _lstsq, "lstsq"),
    Row("pinv", 1000, _of_any("pinv", 0.2, rcond=[1e-6, 1e-10], hermitian=[False]), "pinv"),
]
