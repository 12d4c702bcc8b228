"""Calls that compute: elementwise functions, products, reductions, and what moves data or slides along it."""

from __future__ import annotations

from generator import ALL, COMPLEX, FLOATS, INTS, NUMBERS, REALS, VALUES, Code, Draw, Row, text, words

__all__ = ["ROWS"]

UNARY = "exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh arctan cbrt".split()
BINARY = "power arctan2 hypot".split()

_SERVED = (*FLOATS * 6, *NUMBERS, "object")
_FACTORS = words("unit unit unit small spread zeros constant nan inf one-inf subnormal limits")
_PRODUCT_DTYPES = (*FLOATS * 4, *COMPLEX * 2, *INTS, "int64", "bool", "float16", "longdouble")
_OUT_DTYPES = ("float64", "float32", "float64", "float32", "float16", "int64", "complex128")


def _broadcastable(g: Draw, shape: tuple[int, ...]) -> tuple[int, ...]:
    r = g.random()
    if r < 0.7:
        return shape
    if r < 0.85:
        return shape[g.pick((1, 1, len(shape))) :]
    return tuple(1 if g.chance(0.5) else n for n in shape)


def _elementwise(name: str, inputs: int):
    def draw(g: Draw) -> str:
        shape = g.shape()
        first = g.op(shape, _SERVED)
        dtype = g.last_dtype
        args = [first]
        if inputs == 2:
            args.append(g.op(_broadcastable(g, shape), (dtype,) * 3 + _SERVED))
            if g.chance(0.15):
                args[g.pick((0, 1))] = g.pick((2, 0.5, 2.5, -1, 3, 0, 1.0, -0.5))
        r = g.random()
        if r < 0.1:
            # Parts of one memory, in and out.
            n, shift, step = g.size(2100), g.pick((-3, -1, 0, 1, 2)), g.pick((1, 1, 2, -1))
            low = Code(f"b[3 : {n + 3} : {step}]" if step > 0 else f"b[{n + 2} : 2 : -1]")
            high = Code(f"b[{3 + shift} : {n + 3 + shift} : {abs(step)}]")
            memory = g.op((n + 6,), (*FLOATS, *FLOATS, "complex128"), VALUES, ("C", "C", "gaps", "unaligned"), "mut")
            operands = [low, *([Code("b[3]")] if inputs == 2 and g.chance(0.3) else [low] * (inputs - 1))]
            return f"(b := {memory}, np.{name}({text(*operands, out=high)}), b)[1:]"
        if r < 0.2 and inputs == 2:
            axis = g.axis(max(len(shape), 1), False)
            form = g.pick(("reduce", "reduce", "accumulate", "reduceat", "outer", "at"))
            if form == "outer":
                one = g.op(g.shape(most=24), _SERVED)
                return f"np.{name}.outer({text(one, g.op(g.shape(most=9), (g.last_dtype,)))})"
            if form == "at":
                target = g.op((9,), FLOATS, VALUES, ("C", "gaps", "flipped", "swapped"), "mut")
                return f"(b := {target}, np.{name}.at(b, [0, 3, -1], 2.0), b)[2]"
            extra = ([0, 1, 0],) if form == "reduceat" else ()
            return f"np.{name}.{form}({text(first, *extra, axis=axis)})"
        keywords: dict[str, object] = {}
        if g.chance(0.15):
            keywords["out"] = g.mut(shape if g.chance(0.95) else (*shape, 2), (dtype, dtype, *_OUT_DTYPES))
        if g.chance(0.12) and keywords:
            keywords["where"] = g.op(shape, ("bool",), layouts=("C", "C", "gaps", "flipped", "broadcast"))
        if g.chance(0.06):
            keywords["dtype"] = g.pick(("float32", "float64", "longdouble", "complex64", "int64"))
        if g.chance(0.04):
            keywords["casting"] = g.pick(("unsafe", "no", "same_kind"))
        if g.chance(0.03):
            keywords["order"] = g.pick("CFAK")
        if name == "power" and not keywords and g.chance(0.6):
            as_array = Code(f"np.asanyarray({args[0]})") if g.chance(0.5) else Code(f"({args[0]})")
            return f"{as_array} ** {text(args[1])}" if "list" not in text(*args) else f"np.power({text(*args)})"
        return f"np.{name}({text(*args, **keywords)})"

    return draw


def _matrix_shapes(g: Draw) -> tuple[tuple[int, ...], tuple[int, ...]]:
    def dim() -> int:
        return g.pick((0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17)) if g.chance(0.95) else g.pick((31, 32, 33, 40, 64, 65))

    m, k, n = dim(), dim() if g.chance(0.9) else g.size(2100), dim()
    if k > 100:
        m, n = m % 4, n % 4
    one, other = g.pick((((m, k), (k, n)),) * 5 + (((k,), (k, n)), ((m, k), (k,)), ((k,), (k,))) * 2)
    if g.chance(0.15):
        one = (g.pick((1, 2, 3)), *one) if len(one) == 2 else one
        other = (g.pick((1, 2, 3)), *other) if len(other) == 2 and g.chance(0.6) else other
    if g.chance(0.03):
        other = (*other[:-1], other[-1] + 1)
    return one, other


def _two(g: Draw, one: tuple[int, ...], other: tuple[int, ...]) -> tuple[Code, Code]:
    first = g.op(one, _PRODUCT_DTYPES, _FACTORS)
    return first, g.op(other, (g.last_dtype,) * 4 + _PRODUCT_DTYPES, _FACTORS)


def _matmul(g: Draw) -> str:
    one, other = _matrix_shapes(g)
    a, b = _two(g, one, other)
    r = g.random()
    if r < 0.35:
        return f"np.asanyarray({a}) @ {b}"
    if r < 0.45 and len(one) == 2:
        n = one[0]
        square = g.op((n, n), FLOATS, _FACTORS, ("C", "F", "gaps", "flipped"), "mut")
        operands = g.pick(("b, b", "b.T, b", "b[::-1], b.T"))
        return f"(b := {square}, np.matmul({operands}, out={g.pick(('b', 'b.T'))}), b)[2]"
    keywords: dict[str, object] = {}
    if r < 0.6 and len(one) == len(other) == 2:
        keywords["out"] = g.mut((one[0], other[1]), (g.last_dtype, "float64"))
    keywords |= g.some(0.04, dtype=["float32", "float64", "complex128"], casting=["unsafe", "no"], order=["C", "F"])
    if r > 0.95:
        keywords["axes"] = [(-1, -2), (-2, -1), (0, 1)]
    return f"np.matmul({text(a, b, **keywords)})"


def _dot(g: Draw) -> str:
    one, other = _matrix_shapes(g)
    if g.chance(0.08):
        one = ()
    if g.chance(0.05):
        other = ()
    a, b = _two(g, one, other)
    if g.chance(0.1) and len(one) == len(other) == 2:
        return f"np.dot({text(a, b, out=g.mut((one[0], other[1]), (g.last_dtype,)))})"
    return f"np.asanyarray({a}).dot({b})" if g.chance(0.3) else f"np.dot({a}, {b})"


def _inner(g: Draw) -> str:
    one, other = _matrix_shapes(g)
    a, b = _two(g, one, other[::-1] if len(other) == 2 else other)
    return f"np.inner({a}, {b})"


def _vdot(g: Draw) -> str:
    shape = g.shape()
    return "np.vdot({}, {})".format(*_two(g, shape, shape if g.chance(0.9) else shape[::-1]))


def _outer(g: Draw) -> str:
    return "np.outer({}, {})".format(*_two(g, g.shape(most=128), g.shape(most=33)))


def _tensordot(g: Draw) -> str:
    one, other, axes = g.pick(
        (
            ((3, 4, 5), (4, 5, 2), 2),
            ((3, 4, 5), (5, 4, 3), 1),
            ((3, 4, 5), (4, 3, 2), ([1, 0], [0, 1])),
            ((6, 7), (7, 6), 1),
            ((6, 7), (7, 6), ([0, 1], [1, 0])),
            ((6, 7), (3,), 0),
            ((17, 33), (33, 9), ((1,), (0,))),
            ((2, 0, 3), (3, 0), ((1, 2), (1, 0))),
            ((40, 40), (40, 40), ((0,), (0,))),
            ((6, 7), (6, 7), 1),
        )
    )
    a, b = _two(g, one, other)
    return f"np.tensordot({text(a, b, axes=axes)})"


_SUBSCRIPTS = (
    ("ij,jk->ik", (5, 7), (7, 9)),
    ("ij,jk", (16, 17), (17, 24)),
    ("ij,kj->ik", (16, 17), (24, 17)),
    ("ji,jk->ki", (9, 5), (9, 3)),
    ("bij,bjk->bik", (3, 4, 5), (3, 5, 6)),
    ("...ij,...jk->...ik", (2, 3, 4), (4, 5)),
    ("i,i->", (33,), (33,)),
    ("i,i", (500,), (500,)),
    ("i,j->ij", (7,), (9,)),
    ("ij,ij->i", (6, 33), (6, 33)),
    ("ij,j->i", (9, 17), (17,)),
    ("ijk,jl->ikl", (3, 4, 5), (4, 6)),
    ("ijk,kjl->il", (3, 4, 5), (5, 4, 6)),
    ("ij,jk,kl->il", (4, 5), (5, 6), (6, 3)),
    ("i,ij,j->", (5,), (5, 6), (6,)),
    ("ii->i", (6, 6)),
    ("ii", (7, 7)),
    ("ij->ji", (4, 9)),
    ("ij->j", (9, 4)),
    ("i->", (100,)),
    ("ij,jk->ik", (5, 7), (8, 9)),
    ("ij,jk->iz", (5, 7), (7, 9)),
    ("ij,jk->ik", (40, 33), (33, 40)),
    ("ij,jk->ik", (0, 3), (3, 4)),
    ("ij,ij->ij", (9, 4), (9, 1)),
    ("ab,ab,c->", (4, 5), (4, 5), (3,)),
)


def _einsum(g: Draw) -> str:
    subscripts, *shapes = g.pick(_SUBSCRIPTS)
    first = g.op(shapes[0], _PRODUCT_DTYPES, _FACTORS)
    rest = [g.op(shape, (g.last_dtype,) * 5 + _PRODUCT_DTYPES, _FACTORS) for shape in shapes[1:]]
    keywords = g.some(0.25, optimize=[True, False, "greedy", "optimal"]) | g.some(0.05, order=["C", "F"])
    keywords |= g.some(0.05, dtype=["float64", "float32", "complex128"], casting=["unsafe"])
    return f"np.einsum({text(subscripts, first, *rest, **keywords)})"


_ADDED = words("unit unit small spread zeros constant nan inf all-nan one-inf sorted limits edges")
#: How far a kernel may go along an axis of many lanes.
_WIDE = ((300, 7), (7, 300), (40, 50), (3, 700), (700, 3), (20, 5, 11))


def _reduced_shape(g: Draw) -> tuple[int, ...]:
    return g.pick(_WIDE) if g.chance(0.1) else g.shape()


def _reduction(name: str, *, ddof: bool = False, method: bool = True, extra: bool = True):
    initial = name in ("sum", "min", "max")

    def draw(g: Draw) -> str:
        shape = _reduced_shape(g)
        x = g.op(shape, ALL if name in ("min", "max", "any", "all", "ptp") else (*REALS, *NUMBERS), _ADDED)
        single = name in ("argmin", "argmax", "cumsum")
        keywords = g.some(0.6, axis=g.axis(len(shape)) if single else g.axes(len(shape)))
        if name != "cumsum":
            keywords |= g.some(0.2, keepdims=[True, False])
        if ddof:
            keywords |= g.some(0.3, ddof=[0, 1, 1.5, 3])
        if name in ("sum", "mean", "nansum", "nanmean", "var", "std", "cumsum"):
            keywords |= g.some(0.1, dtype=["float32", "float64", "int64", "complex128"])
        if extra and g.chance(0.1):
            keywords["where"] = g.op(shape, ("bool",), layouts=("C", "gaps", "flipped"))
            if name in ("min", "max"):
                keywords["initial"] = 1
        if initial and g.chance(0.06):
            keywords["initial"] = 2
        # NumPy itself ends the process after a cumsum into no dimensions, or any and all into an object.
        if g.chance(0.05) and name not in ("ptp", "cumsum") and g.last_dtype != "object":
            keywords |= {"out": g.mut((), (g.last_dtype, "float64", "int64")), "axis": None}
        if method and g.chance(0.25) and "list" not in x and name != "ptp":
            return f"{x}.{name}({text(**keywords)})"
        return f"np.{name}({text(x, **keywords)})"

    return draw


def _count_nonzero(g: Draw) -> str:
    shape = _reduced_shape(g)
    keywords = g.some(0.5, axis=g.axes(len(shape))) | g.some(0.2, keepdims=[True, False])
    return f"np.count_nonzero({text(g.op(shape, ALL, _ADDED), **keywords)})"


def _indices(g: Draw, length: int, shape: tuple[int, ...]) -> Code:
    """Indices into ``length`` elements; now and then one that is not there."""
    dtype = (
        "float64" if g.chance(0.01) else g.pick(words("int64 int64 int32 int32 int32 uint8 int8 int16 uint32 uint64"))
    )
    layouts = words("C C C gaps flipped unaligned swapped list broadcast")
    values = words("small sorted constant limits") if g.chance(0.05) else ("unit", "small")
    raw = g.op(shape, (dtype,), values, layouts)
    if g.last_layout == "list" or g.chance(0.06):
        return raw
    # An array of no dimensions would come out of % as a scalar.
    within = f"np.asarray({raw} % {max(length, 1)})" if shape == () else f"{raw} % {max(length, 1)}"
    return Code(f"({within})" if g.chance(0.7) or dtype[0] == "u" else f"({within} - {length})")


def _take(g: Draw) -> str:
    shape = g.shape(nd=(1, 1, 1, 2, 2, 3))
    axis = g.axis(len(shape))
    length = shape[axis] if axis is not None and -len(shape) <= axis < len(shape) else 3
    indices = _indices(g, length, g.shape(most=2100, nd=(0, 1, 1, 1, 2)))
    modes = ["raise", "wrap", "clip", "bounce"] if g.chance(0.1) else ["wrap", "clip"]
    keywords = {"axis": axis} | g.some(0.4, mode=modes)
    a = g.op(shape, ALL)
    if g.chance(0.3) and g.last_layout != "list":
        return f"{a}.take({text(indices, **keywords)})"
    return f"np.take({text(a, indices, **keywords)})"


def _index(g: Draw) -> str:
    shape = g.shape(nd=(1, 1, 1, 2, 2, 3))
    a = Code(f"np.asanyarray({g.op(shape, ALL)})")
    r = g.random()
    if r < 0.4:
        layouts = ("C", "C", "gaps", "flipped", "unaligned")
        mask = g.op(shape if g.chance(0.6) else shape[:1], ("bool",), layouts=layouts)
        return f"{a}[{mask}]"
    indices = _indices(g, shape[0], g.shape(most=2100, nd=(0, 1, 1, 1, 2)))
    if r < 0.75:
        return f"{a}[{indices}]"
    if r < 0.85 and len(shape) > 1:
        return f"{a}[..., {_indices(g, shape[-1], (g.size(100),))}]"
    target = g.op(shape, (*REALS, *COMPLEX), layouts=("C", "F", "gaps", "flipped", "read-only"), make="mut")
    where = g.op(shape, ("bool",), layouts=("C", "gaps")) if g.chance(0.5) else indices
    return f"(b := {target}, b.__setitem__({where}, 1), b)[2]"


def _compress(g: Draw) -> str:
    shape = g.shape(nd=(1, 1, 1, 2, 2))
    axis = g.axis(len(shape))
    length = shape[axis] if axis is not None and -len(shape) <= axis < len(shape) else shape[0]
    length += g.pick((0, 0, 0, 0, -1, 1))
    dtypes, layouts = words("bool bool bool int64 float64"), words("C gaps flipped list")
    condition = g.op((max(length, 0),), dtypes, ("small", "zeros"), layouts)
    a = g.op(shape, ALL)
    if g.chance(0.3) and g.last_layout != "list":
        return f"{a}.compress({text(condition, axis=axis)})"
    return f"np.compress({text(condition, a, axis=axis)})"


def _sliding(name: str):
    def draw(g: Draw) -> str:
        n, m = g.size(2100), g.size(65)
        if g.chance(0.2):
            n, m = m, n
        a, b = _two(g, (n,), (m,))
        if g.chance(0.02):
            a = g.op((2, 3), FLOATS)
        return f"np.{name}({text(a, b, **g.some(0.7, mode=['full', 'same', 'valid']))})"

    return draw


def _cdist(g: Draw) -> str:
    d = g.pick((0, 1, 2, 3, 4, 7, 8, 9, 16, 33))
    one, other = ((g.pick((0, 1, 2, 3, 5, 8, 17, 40)), d) for _ in range(2))
    metric = g.pick(words("euclidean euclidean sqeuclidean cityblock chebyshev cosine minkowski hamming canberra"))
    dtypes = (*FLOATS * 3, "int64", "bool", "float16")
    values = words("unit unit small spread zeros nan inf constant")
    layouts = words("C C C F gaps flipped unaligned swapped read-only broadcast window list")
    if g.chance(0.02):
        other = (other[0], d + 1)
    keywords = {} if metric == "euclidean" and g.chance(0.5) else {"metric": metric}
    if g.chance(0.05) and metric in ("euclidean", "minkowski", "cityblock"):
        keywords["w"] = g.op((d,), ("float64",), ("constant", "small"))
    points = [g.op(shape, dtypes, values, layouts) for shape in (one, other)]
    return f"distance.cdist({text(*points, **keywords)})"


ROWS = [
    *(Row(name, 1100, _elementwise(name, 1), "ulps 5") for name in UNARY),
    *(Row(name, 1800, _elementwise(name, 2), "ulps 8" if name == "power" else "ulps 5") for name in BINARY),
    Row("matmul", 5000, _matmul, "products"),
    Row("dot", 2000, _dot, "products"),
    Row("inner", 1200, _inner, "products"),
    Row("vdot", 1000, _vdot, "sums"),
    Row("outer", 800, _outer, "products"),
    Row("tensordot", 1000, _tensordot, "sums"),
    Row("einsum", 2500, _einsum, "sums"),
    Row("var", 1500, _reduction("var", ddof=True), "squares"),
    Row("std", 1500, _reduction("std", ddof=True), "squares"),
    Row("mean", 1500, _reduction("mean"), "sums"),
    Row("sum", 1500, _reduction("sum"), "sums"),
    Row("nansum", 1000, _reduction("nansum", method=False), "sums"),
    Row("nanmean", 1000, _reduction("nanmean", method=False), "sums"),
    Row("argmin", 1300, _reduction("argmin", extra=False)),
    Row("argmax", 1300, _reduction("argmax", extra=False)),
    Row("ptp", 1000, _reduction("ptp", extra=False)),
    Row("min", 1200, _reduction("min")),
    Row("max", 1200, _reduction("max")),
    Row("cumsum", 1300, _reduction("cumsum", extra=False), "sums"),
    Row("any", 800, _reduction("any")),
    Row("all", 800, _reduction("all")),
    Row("count_nonzero", 800, _count_nonzero),
    Row("take", 2500, _take),
    Row("index", 3000, _index),
    Row("compress", 1200, _compress),
    Row("convolve", 1500, _sliding("convolve"), "products"),
    Row("correlate", 1500, _sliding("correlate"), "products"),
    Row("cdist", 2500, _cdist, "distances"),
]
