"""The kernels called by name, each with the peer that a user would call otherwise."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator

import numpy as np
from timing import Case


def cases(only: str) -> Iterator[Case]:
    """Cases whose names contain ``only``, each with its data made just before it runs."""
    for name, make in _CASES.items():
        if only in name:
            yield Case(name, *make())


def _matmul(dtype: str, target: float) -> Callable[[], tuple[object, ...]]:
    def make() -> tuple[object, ...]:
        import ferrodide

        a, b = _random((512, 512), dtype), _random((512, 512), dtype)
        return "512x512", lambda: ferrodide.matmul(a, b), "numpy.matmul", lambda: np.matmul(a, b), target

    return make


def _one_array(name: str, dtype: str, count: int, target: float | None) -> Callable[[], tuple[object, ...]]:
    def make() -> tuple[object, ...]:
        import ferrodide

        x = _random(count, dtype)
        ours, peer = getattr(ferrodide, name), getattr(np, name)
        return f"{count:,}", lambda: ours(x), f"numpy.{name}", lambda: peer(x), target

    return make


def _sort_in_range(high: int) -> Callable[[], tuple[object, ...]]:
    def make() -> tuple[object, ...]:
        import ferrodide

        x = np.random.default_rng(0).integers(0, high, MILLION)
        return f"{MILLION:,} < {high:.0e}", lambda: ferrodide.sort(x), "numpy.sort", lambda: np.sort(x), 5

    return make


def _small_cdist() -> tuple[object, ...]:
    import ferrodide
    from scipy.spatial.distance import cdist as peer

    a = _random((2, 2), "f8")
    return "2x2x2", lambda: ferrodide.cdist(a, a), "scipy.spatial.distance.cdist", lambda: peer(a, a), 1.0


def _small_matmul() -> tuple[object, ...]:
    import ferrodide

    a = _random((2, 2), "f8")
    return "2x2", lambda: ferrodide.matmul(a, a), "numpy.matmul", lambda: np.matmul(a, a), 1.0


def _cdist(metric: str, target: float | None) -> Callable[[], tuple[object, ...]]:
    def make() -> tuple[object, ...]:
        import ferrodide
        from scipy.spatial.distance import cdist as peer

        a, b = _random((2000, 8), "f8"), _random((2000, 8), "f8")
        return (
            "2000x2000x8",
            lambda: ferrodide.cdist(a, b, metric),
            "scipy.spatial.distance.cdist",
            lambda: peer(a, b, metric),
            target,
        )

    return make


def _levenshtein() -> tuple[object, ...]:
    import ferrodide

    left, right = (_word(seed, 300) for seed in (1, 2))
    return (
        "300x300",
        lambda: ferrodide.levenshtein(left, right),
        "plain Python",
        lambda: _plain(left, right),
        None,
    )


def _extract() -> tuple[object, ...]:
    import ferrodide

    choices = [_word(seed, 20) for seed in range(1000)]
    query = choices[500][:-2]
    return (
        "1,000 choices",
        lambda: ferrodide.extract(query, choices, limit=5),
        "difflib.get_close_matches",
        lambda: difflib.get_close_matches(query, choices, n=5),
        None,
    )


def _plain(left: str, right: str) -> int:
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        corner, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (a != b))
    return row[-1]


def _word(seed: int, length: int) -> str:
    return "".join(map(chr, np.random.default_rng(seed).integers(97, 123, length)))


def _random(shape: int | tuple[int, ...], dtype: str) -> np.ndarray:
    rng = np.random.default_rng(0)
    if np.dtype(dtype).kind == "f":
        return rng.standard_normal(shape).astype(dtype)
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, shape, dtype=dtype)


MILLION = 1_000_000

_CASES: dict[str, Callable[[], tuple[object, ...]]] = {
    "matmul_f64": _matmul("f8", 12),
    "matmul_f32": _matmul("f4", 11),
    "sort_f64": _one_array("sort", "f8", MILLION, 4),
    "sort_f32": _one_array("sort", "f4", MILLION, 9),
    "sort_i64": _one_array("sort", "i8", MILLION, 5),
    "sort_i64_ids": _sort_in_range(10**6),
    "sort_i32": _one_array("sort", "i4", MILLION, None),
    "sort_u8": _one_array("sort", "u1", MILLION, None),
    "argsort_f64": _one_array("argsort", "f8", MILLION, 3),
    "argsort_f32": _one_array("argsort", "f4", MILLION, None),
    "argsort_i64": _one_array("argsort", "i8", MILLION, None),
    "median_f64": _one_array("median", "f8", MILLION, 5),
    "median_f32": _one_array("median", "f4", MILLION, None),
    "median_i64": _one_array("median", "i8", MILLION, None),
    "cdist_euclidean": _cdist("euclidean", 6),
    "cdist_sqeuclidean": _cdist("sqeuclidean", None),
    "cdist_cityblock": _cdist("cityblock", None),
    "cdist_chebyshev": _cdist("chebyshev", None),
    "cdist_cosine": _cdist("cosine", None),
    "levenshtein": _levenshtein,
    "extract": _extract,
    "small_sort": _one_array("sort", "f8", 4, 1),
    "small_argsort": _one_array("argsort", "f8", 4, 1),
    "small_median": _one_array("median", "f8", 4, 1),
    "small_matmul": _small_matmul,
    "small_cdist": _small_cdist,
}
