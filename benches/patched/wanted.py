"""How many times as fast each patched call is to be at its largest size: the one place that says so.

A pattern of fnmatch and its ratio; the first that fits a row's name counts. 1 is: not slower.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

NOT_SLOWER = 1.0

WANTED: dict[str, dict[str, float]] = {
    "products": {
        "matmul f8": 13,
        "matmul f4": 14,
        "matmul c*": 5,
        "matmul [iu]*": 3,
        "matvec *": 2,
        "dot *": 8,
        "a.dot(b) *": 8,
        "inner *": 8,
        "tensordot *": 8,
        "einsum *": 8,
    },
    "decompositions": {
        "solve *": 5,
        "inv *": 4,
        "cholesky *": 5,
        "qr *": 4,
        "eigh *": 3,
        "svd *": 3,
        "det *": 3,
        "lstsq *": 3,
        "pinv *": 3,
    },
    "sort and select": {
        "sort rows of *": NOT_SLOWER,
        "nanmedian f8, all NaN": NOT_SLOWER,
        "stable argsort i8": 8,
        "*argsort *": 4,
        "stable sort i2": NOT_SLOWER,  # NumPy's own is a radix sort already
        "*sort f8": 5,
        "x.sort() f8": 5,
        "sort f4": 12,
        "*sort i[84]": 7,
        "sort [iu][21]": 10,
        "lexsort *": 2,
        "argpartition *": NOT_SLOWER,
        "*partition*": 5,
        "*median *": 5,
        "percentile*": 5,
        "quantile*": 5,
    },
    "sets and search": {
        "unique with *": 5,
        "unique *": 8,
        "isin *": 3,
        "searchsorted *": 3,
        "digitize *": 5,
        "rankdata *": 10,
    },
    "binning": {
        "histogram *": 6,
        "histogram2d *": 2,
        "bincount *": 2,
        "interp *": 4,
    },
    "elementwise": {"* f8": 3, "* f4": 5},
    "reductions": {"*": NOT_SLOWER},
    "moving data": {
        "*take* f8": 2,
        "x[[]index] *": 2,
        "x[[]mask] *": 2,
        "convolve *": 4,
        "correlate *": 4,
    },
    "pandas": {"*sort_values*": 3, "*": NOT_SLOWER},
    "scikit-learn": {"*": NOT_SLOWER},
}


def wanted(families: dict[str, list[str]]) -> dict[str, float]:
    """The ratio of each row of these families.

    Raises
    ------
    LookupError
        A row that no pattern fits, or a pattern that fits no row first.
    """
    ratios: dict[str, float] = {}
    for family, names in families.items():
        patterns = WANTED[family]
        unused = set(patterns)
        for name in names:
            pattern = next((each for each in patterns if fnmatchcase(name, each)), None)
            if pattern is None:
                raise LookupError(f"wanted.py has no pattern for {name!r} of {family!r}")
            unused.discard(pattern)
            ratios[name] = patterns[pattern]
        if unused:
            raise LookupError(f"wanted.py has patterns of {family!r} that fit no row: {sorted(unused)}")
    return ratios
