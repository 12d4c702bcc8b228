"""pandas and scikit-learn on top of a patched NumPy: their own code, unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from patched import UNPATCHED, patched
from patched.wanted import wanted
from timing import Call, Case

ROWS = 1_000_000


def _table() -> Any:
    """1,000,000 rows: floats, integers over their whole range, and keys below 1,000."""
    import pandas

    rng = np.random.default_rng(0)
    return pandas.DataFrame(
        {
            "x": rng.standard_normal(ROWS),
            "i": rng.integers(-(2**62), 2**62, ROWS),
            "key": rng.integers(0, 1_000, ROWS),
        }
    )


def _pandas(call: Callable[[Any], object]) -> Callable[[], Call]:
    def make() -> Call:
        table = _table()
        return lambda: call(table)

    return make


def _kmeans() -> Call:
    from sklearn.cluster import KMeans

    x = np.random.default_rng(0).standard_normal((20_000, 8))
    # So many steps and no fewer, whatever the rounding: tol is what would end it.
    return lambda: KMeans(8, n_init=1, max_iter=20, tol=0, random_state=0).fit(x)


def _pca(solver: str) -> Callable[[], Call]:
    def make() -> Call:
        from sklearn.decomposition import PCA

        x = np.random.default_rng(0).standard_normal((10_000, 64))
        return lambda: PCA(8, svd_solver=solver).fit_transform(x)

    return make


def _kneighbors(algorithm: str) -> Callable[[], Call]:
    def make() -> Call:
        from sklearn.neighbors import NearestNeighbors

        x = np.random.default_rng(0).standard_normal((4_000, 8))
        model = NearestNeighbors(n_neighbors=5, algorithm=algorithm).fit(x)
        return lambda: model.kneighbors(x)

    return make


# group -> (family, name -> (data, maker))
GROUPS: dict[str, tuple[str, dict[str, tuple[str, Callable[[], Call]]]]] = {
    "pandas": (
        "pandas",
        {
            name: ("1,000,000 rows", _pandas(call))
            for name, call in {
                "sort_values of a float column": lambda t: t.sort_values("x"),
                "sort_values of an integer column": lambda t: t.sort_values("i"),
                "sort_values of two columns": lambda t: t.sort_values(["key", "x"]),
                "Series.sort_values": lambda t: t["x"].sort_values(),
                "groupby of integer keys, mean": lambda t: t.groupby("key")["x"].mean(),
                "groupby of integer keys, sum": lambda t: t.groupby("key")["x"].sum(),
                "rolling(10).median": lambda t: t["x"].rolling(10).median(),
                "rank": lambda t: t["x"].rank(),
                "value_counts": lambda t: t["key"].value_counts(),
            }.items()
        },
    ),
    "sklearn": (
        "scikit-learn",
        {
            "KMeans.fit": ("20,000 x 8", _kmeans),
            "PCA.fit_transform, full": ("10,000 x 64", _pca("full")),
            "PCA.fit_transform, covariance_eigh": ("10,000 x 64", _pca("covariance_eigh")),
            "kneighbors, kd_tree": ("4,000 x 8", _kneighbors("kd_tree")),
            "kneighbors, brute": ("4,000 x 8", _kneighbors("brute")),
        },
    ),
}


def cases(only: str) -> Iterator[Case]:
    """Those of the group that ``only`` begins with whose names contain it."""
    group = only.split(" ", maxsplit=1)[0]
    family, rows = GROUPS[group]
    ratios = wanted({family: [*rows]})
    for name, (data, make) in rows.items():
        if only in f"{group} {name}":
            yield _case(f"{group} {name}", data, make, ratios[name], family)


def _case(name: str, data: str, make: Callable[[], Call], ratio: float, family: str) -> Case:
    call = make()
    remake = partial(_case, name, data, make, ratio, family)
    return Case(name, data, call, UNPATCHED, call, ratio, around=patched, family=family, remake=remake)
