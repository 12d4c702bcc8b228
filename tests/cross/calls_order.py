"""Calls that sort, select, search, count and move: their results are exact."""

from __future__ import annotations

from generator import ALL, FLOATS, INTS, LAYOUTS, NUMBERS, REALS, VALUES, Code, Draw, Row, text, words

__all__ = ["ROWS"]

#: The elements under a mask are in any order.
_UNMASKED = tuple(layout for layout in LAYOUTS if layout != "masked")

_PLAIN_LAYOUTS = words("C C gaps flipped unaligned swapped read-only list")
_METHODS = "inverted_cdf averaged_inverted_cdf closest_observation interpolated_inverted_cdf hazen weibull linear"
QUANTILES = [*(_METHODS + " median_unbiased normal_unbiased lower higher midpoint nearest").split(), "linear"]
NUMBER_DTYPES = (*FLOATS, "float64", "int64", "int32", "uint8", "bool", "float16")


def _sort(g: Draw) -> str:
    shape = g.shape()
    keywords = {"axis": g.axis(len(shape))} if g.chance(0.6) else {}
    x = g.op(shape, ALL)
    # Which of two equal elements is the masked one is for the order of ties.
    if g.chance(0.45) or g.last_layout == "masked":
        kind = g.pick(["stable", "mergesort"])
        call = f"np.sort({text(x, **keywords, kind=kind)})"
        return call if g.last_dtype != "object" else f"any_zero({call})"
    keywords |= g.some(0.3, kind=["quicksort", "heapsort", "rapid", None])
    if keywords.get("axis", 0) is None or g.chance(0.6):
        return f"any_zero(np.sort({text(x, **keywords)}))"
    return f"((x := {g.mut(shape, ALL)}).sort({text(**keywords)}), any_zero(x))"


def _argsort(g: Draw) -> str:
    shape = g.shape()
    axis = g.axis(len(shape)) if g.chance(0.6) else -1
    x = g.op(shape, ALL)
    method = g.chance(0.3) and g.last_layout not in ("list", "scalar")
    # A masked array's order of ties is its filled values'.
    stable = g.chance(0.5) or g.last_layout == "masked"
    keywords = {"axis": axis} | ({"kind": "stable"} if stable else g.some(0.3, kind=["quicksort", "heapsort"]))
    call = f"x.argsort({text(**keywords)})" if method else f"np.argsort({text(Code('x'), **keywords)})"
    if stable or shape == ():
        return f"(x := {x}, {call})[1]"
    return f"(x := {x}, ordered(x, {call}, {axis}))[1]"


def _lexsort(g: Draw) -> str:
    shape = g.shape(nd=(1, 1, 1, 2))
    keys = ", ".join(g.op(shape, ALL, layouts=_PLAIN_LAYOUTS) for _ in range(g.pick((1, 2, 2, 3))))
    return f"np.lexsort({text(Code(f'({keys},)'), **g.some(0.3, axis=g.axis(len(shape), False)))})"


def _kth(g: Draw, length: int) -> object:
    if g.chance(0.03):
        return g.pick((length, -length - 1, 1.5))
    if g.chance(0.25) and length > 0:
        return sorted({int(g.random() * length) for _ in range(3)})
    return int(g.random() * length) - g.pick((0, 0, 0, length))


def _parting(g: Draw) -> tuple[tuple[int, ...], object, object]:
    shape = g.shape(nd=(1, 1, 1, 2, 2, 3))
    axis = g.axis(len(shape))
    if axis is None:
        length = 1
        for n in shape:
            length *= n
    else:
        length = shape[axis] if -len(shape) <= axis < len(shape) else 1
    return shape, axis, _kth(g, length)


def _partition(g: Draw) -> str:
    shape, axis, kth = _parting(g)
    keywords = {"axis": axis} | g.some(0.1, kind=["introselect", "quick"])
    if axis is None or g.chance(0.6):
        x = g.op(shape, NUMBERS, layouts=_PLAIN_LAYOUTS)
        return f"parted(np.partition({text(x, kth, **keywords)}), {kth}, {axis})"
    return f"((x := {g.mut(shape, NUMBERS)}).partition({text(kth, **keywords)}), parted(x, {kth}, {axis}))"


def _argpartition(g: Draw) -> str:
    shape, axis, kth = _parting(g)
    x = g.op(shape, NUMBERS, layouts=_PLAIN_LAYOUTS)
    return f"(x := {x}, parts_by(x, np.argpartition(x, {text(kth, axis=axis)}), {kth}, {axis}))[1]"


def _unique(g: Draw) -> str:
    shape = g.shape()
    flags = g.some(0.35, return_index=True, return_inverse=True, return_counts=True)
    flags |= g.some(0.15, equal_nan=[True, False], axis=[0, -1, None])
    x = g.op(shape, ALL, layouts=_UNMASKED)
    if "return_index" not in flags and "equal_nan" in flags:
        # Without indices the sort underneath is not stable: which of two NaN is which is open.
        flags.pop("return_inverse", None)
    if g.chance(0.1) and not flags:
        return f"any_order(np.unique({text(x, sorted=False)}))"
    if g.chance(0.1):
        name = g.pick(("unique_values", "unique_counts", "unique_all"))
        return f"any_order(np.{name}({x}))" if name == "unique_values" else f"any_zero(tuple(np.{name}({x})))"
    return f"any_zero(np.unique({text(x, **flags)}))"


def _isin(g: Draw) -> str:
    one, other = g.op(g.shape(), ALL), g.op(g.shape(most=300), ALL if g.chance(0.3) else (g.last_dtype,))
    keywords = g.some(0.2, invert=[True, False], assume_unique=False, kind=["sort", "table", None])
    return f"np.isin({text(one, other, **keywords)})"


def _sorted_values(g: Draw, n: int, dtypes: tuple[str, ...]) -> Code:
    values = ("sorted", "sorted", "sorted", "constant", "nan-last", "small")
    x = g.op((n,), dtypes, values, _PLAIN_LAYOUTS)
    return Code(f"np.sort({x}, kind='stable')") if g.chance(0.5) else x


def _searchsorted(g: Draw) -> str:
    dtypes = ALL if g.chance(0.5) else FLOATS
    a = _sorted_values(g, g.size(), dtypes)
    v = g.op(g.shape(), dtypes if g.chance(0.5) else (g.last_dtype,))
    keywords = g.some(0.5, side=["left", "right"]) | g.some(0.02, side="middle")
    if g.chance(0.1):
        order = Code(f"(a := {a}, np.argsort(a, kind='stable'))")
        return f"(o := {order}, np.searchsorted({text(Code('a'), v, **keywords, sorter=Code('o[1]'))}))[1]"
    if g.chance(0.3):
        return f"np.asarray({a}).searchsorted({text(v, **keywords)})"
    return f"np.searchsorted({text(a, v, **keywords)})"


def _digitize(g: Draw) -> str:
    bins = _sorted_values(g, g.size(300), REALS)
    if g.chance(0.2):
        bins = Code(f"np.asarray({bins})[::-1]")
    return f"np.digitize({text(g.op(g.shape(), REALS), bins, **g.some(0.4, right=[True, False]))})"


def _bins(g: Draw) -> object:
    if g.chance(0.4):
        return g.pick((1, 2, 3, 5, 10, 10, 64, 100, 0, -1) if g.chance(0.1) else (1, 2, 3, 5, 10, 10, 64, 100))
    if g.chance(0.2):
        return g.pick(words("auto sturges fd doane scott sqrt stone rice nothing"))
    n = g.pick((1, 2, 3, 5, 9, 10, 40))
    dtypes, values = words("float64 float64 int64 float32"), words("sorted sorted sorted constant small")
    return g.op((n,), dtypes, values, ("C", "C", "gaps"))


_FINITE = words("small unit unit spread sorted reversed constant zeros two-runs subnormal")
_HISTOGRAM_DTYPES = (*FLOATS, *FLOATS, *INTS, "float16", "bool")


def _histogram_values(g: Draw) -> tuple[str, ...]:
    return VALUES if g.chance(0.15) else _FINITE


def _histogram(g: Draw) -> str:
    shape = g.shape()
    x = g.op(shape, _HISTOGRAM_DTYPES, _histogram_values(g))
    keywords = g.some(0.3, range=[(-4, 4), (0, 1), (0.5, 3.25), (3, 3), (4, 1)], density=[True, False])
    if g.chance(0.3):
        keywords["weights"] = g.op(shape, (*FLOATS, "int64", "complex128"), _FINITE, _PLAIN_LAYOUTS)
    if g.chance(0.1):
        return f"np.histogram_bin_edges({text(x, _bins(g), **g.some(0.3, range=[(-4, 4), (0, 1)]))})"
    return f"np.histogram({text(x, *([_bins(g)] if g.chance(0.8) else []), **keywords)})"


def _histogram2d(g: Draw) -> str:
    n = g.size()
    x, y = (g.op((n,), _HISTOGRAM_DTYPES, _histogram_values(g), _PLAIN_LAYOUTS) for _ in range(2))
    bins = g.pick((5, 10, (3, 4), [2, 8], 0)) if g.chance(0.7) else Code(f"({text(_bins(g))}, 4)")
    keywords = g.some(0.3, range=[[[-4, 4], [0, 2]], [[0, 1], [0, 1]]], density=[True, False])
    if g.chance(0.2):
        keywords["weights"] = g.op((n,), FLOATS, _FINITE, _PLAIN_LAYOUTS)
    return f"np.histogram2d({text(x, y, bins, **keywords)})"


def _histogramdd(g: Draw) -> str:
    n, d = g.size(2100), g.pick((1, 2, 3, 3, 4))
    x = g.op((n, d), _HISTOGRAM_DTYPES, _histogram_values(g), _PLAIN_LAYOUTS)
    bins = g.pick((2, 4, 5, tuple(range(2, 2 + d)), (3, 3)))
    keywords = g.some(0.3, range=[[(-4, 4)] * d, [None] * d], density=[True, False])
    if g.chance(0.2):
        keywords["weights"] = g.op((n,), FLOATS, _FINITE, _PLAIN_LAYOUTS)
    return f"np.histogramdd({text(x, bins, **keywords)})"


def _bincount(g: Draw) -> str:
    n = g.size()
    values = ("constant", "sorted", "small") if g.chance(0.1) else ("small", "constant")
    dtypes = words("uint8 uint8 uint16 uint32 bool int64 int32 int8 uint64 float64")
    x = g.op(() if g.chance(0.01) else (n,), dtypes, values)
    if g.last_dtype.startswith("int") and g.chance(0.9):
        x = Code(f"np.abs({x})")
    keywords = g.some(0.3, minlength=[0, 1, 5, 100, -1])
    if g.chance(0.4):
        keywords["weights"] = g.op((n,), (*FLOATS, *INTS, "complex128"), VALUES, _PLAIN_LAYOUTS)
    return f"np.bincount({text(x, **keywords)})"


def _interp(g: Draw) -> str:
    n = g.size()
    finite = ("small", "unit", "spread", "sorted", "constant")
    xp = _sorted_values(g, n, (*FLOATS, "float64", "int64", "int32"))
    fp = g.op((n,), (*FLOATS, "float64", "int64", "complex128"), finite if g.chance(0.8) else VALUES, _PLAIN_LAYOUTS)
    keywords = g.some(0.2, left=[-9.0, 0, Code("np.nan")], right=[9.0, Code("np.inf")])
    if g.chance(0.1):
        # Points that are one point modulo the period would come in any order.
        xp = g.op((n,), FLOATS, ("sorted", "reversed"), _PLAIN_LAYOUTS)
        keywords["period"] = g.pick((2.0**21, -(2.0**21), 2**21, 0))
    return f"np.interp({text(g.op(g.shape(), REALS), xp, fp, **keywords)})"


def _rankdata(g: Draw) -> str:
    shape = g.shape()
    keywords = g.some(0.6, method=["average", "min", "max", "dense", "ordinal"]) | g.some(0.5, axis=g.axis(len(shape)))
    keywords |= g.some(0.2, nan_policy=["propagate", "omit", "raise"])
    return f"rankdata({text(g.op(shape, (*REALS, 'longdouble')), **keywords)})"


def _quantile_shape(g: Draw) -> tuple[tuple[int, ...], dict[str, object]]:
    shape = g.shape()
    keywords = g.some(0.5, axis=g.axes(len(shape))) | g.some(0.2, keepdims=[True, False])
    return shape, keywords


def _median(g: Draw) -> str:
    shape, keywords = _quantile_shape(g)
    if g.chance(0.05):
        x = g.op(shape, NUMBERS, make="mut")
        return f"np.median({text(x, **keywords, overwrite_input=True)})"
    return f"np.median({text(g.op(shape, NUMBERS), **keywords)})"


def _nanmedian(g: Draw) -> str:
    shape, keywords = _quantile_shape(g)
    return f"np.nanmedian({text(g.op(shape, NUMBERS), **keywords)})"


def _quantile_of(scale: float, names: tuple[str, ...]):
    points = [0, 1, 0.5, 0.25, 0.75, 0.1, 0.9, 0.99, 1 / 3]

    def draw(g: Draw) -> str:
        shape, keywords = _quantile_shape(g)
        keywords |= g.some(0.4, method=QUANTILES) | g.some(0.02, method="nothing")
        q: object = g.pick(points) * scale
        if g.chance(0.3):
            q = [p * scale for p in g.sample(points, 3)]
        elif g.chance(0.03):
            q = g.pick((-0.1, 1.5, float("nan"), [])) if scale == 1 else g.pick((-1, 101))
        q = Code(repr(q).replace("nan", "np.nan"))
        # Which of two equal zeros is the one of a rank is open.
        return f"any_zero(np.{g.pick(names)}({text(g.op(shape, NUMBER_DTYPES), q, **keywords)}))"

    return draw


ROWS = [
    Row("sort", 6000, _sort),
    Row("argsort", 5000, _argsort),
    Row("lexsort", 1500, _lexsort),
    Row("partition", 3000, _partition),
    Row("argpartition", 2000, _argpartition),
    Row("median", 4000, _median, "ulps 2"),
    Row("nanmedian", 2000, _nanmedian, "ulps 2"),
    Row("quantile", 2500, _quantile_of(1, ("quantile", "quantile", "nanquantile")), "ulps 2"),
    Row("percentile", 2500, _quantile_of(100, ("percentile", "percentile", "nanpercentile")), "ulps 2"),
    Row("unique", 4000, _unique),
    Row("isin", 2500, _isin),
    Row("searchsorted", 3500, _searchsorted),
    Row("digitize", 2000, _digitize),
    Row("histogram", 3000, _histogram, "ulps 4"),
    Row("histogram2d", 1200, _histogram2d, "ulps 4"),
    Row("histogramdd", 1200, _histogramdd, "ulps 4"),
    Row("bincount", 1500, _bincount, "ulps 4"),
    Row("interp", 2500, _interp, "ulps 4"),
    Row("rankdata", 2500, _rankdata),
]
