"""``levenshtein`` and ``extract``, as RapidFuzz's."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, NamedTuple

from ._backend import kernels
from ._text import as_cutoff, as_processor, as_texts, is_none
from .fuzz import SCORERS, WRatio

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

__all__ = ["extract", "levenshtein"]

_UNIFORM = (1, 1, 1)
_U64 = 2**64


def levenshtein(
    s1: Any,
    s2: Any,
    *,
    weights: tuple[int, int, int] | None = _UNIFORM,
    processor: Callable[..., Sequence[Hashable]] | None = None,
    score_cutoff: int | None = None,
    score_hint: int | None = None,
) -> int:
    """Return the Levenshtein distance, as ``rapidfuzz.distance.Levenshtein.distance``.

    Parameters
    ----------
    s1, s2 : str
        What to compare, by code points. Bytes and other sequences of hashable elements
        are compared by element.
    weights : tuple of three int, optional
        What an insertion, a deletion and a substitution cost.
    processor : callable, optional
        Applied to both strings first.
    score_cutoff : int, optional
        A greater distance is returned as ``score_cutoff + 1``, and found sooner.
    score_hint : int, optional
        Accepted as in RapidFuzz; no result depends on it.

    Returns
    -------
    int
        The least total cost of the edits that turn `s1` into `s2`.

    Raises
    ------
    TypeError
        An argument is of another type. Unlike RapidFuzz, fractions are not cut off.
    ValueError
        `weights` are not three, or so large that the distance may not fit 64 bits
        (RapidFuzz wraps round).
    OverflowError
        A weight or `score_cutoff` is negative or does not fit 64 bits.
    MemoryError
        The strings are too long: about 64 bytes a code point are needed.

    Notes
    -----
    Equal weights, and weights under which no substitution pays, run in O(n/64 * m): the
    bit-parallel algorithms of Hyyro (2003, 2004). Others take O(n * m).

    Examples
    --------
    >>> import ferrodide
    >>> ferrodide.levenshtein("kitten", "sitting")
    3
    >>> ferrodide.levenshtein("kitten", "sitting", weights=(1, 1, 2))
    5
    """
    if processor is not None:
        s1, s2 = as_processor(processor)(s1), processor(s2)
    if not (isinstance(s1, str) and isinstance(s2, str)):
        for name, value in (("s1", s1), ("s2", s2)):
            if value is None:
                raise TypeError(f"{name} is None: expected a str, bytes, or another sequence of hashable elements.")
        s1, s2 = as_texts(("s1", "s2"), (s1, s2))
    if weights is not _UNIFORM:
        weights = _as_weights(weights)
    if score_cutoff is not None:
        score_cutoff = _as_u64("score_cutoff", score_cutoff)
    return kernels.levenshtein(s1, s2, weights, score_cutoff)


# RapidFuzz's own mark of a scorer whose best score is the lowest, so that its functions take this one too.
levenshtein._RF_ScorerPy = {  # type: ignore[attr-defined]
    "get_scorer_flags": lambda **_kwargs: {"optimal_score": 0, "worst_score": 2**63 - 1, "flags": 1 << 7}
}


def _as_weights(weights: Any) -> tuple[int, int, int]:
    if weights is None:
        return _UNIFORM
    try:
        values = tuple(weights)
    except TypeError:
        raise TypeError(
            f"weights is of type {type(weights).__name__}: expected three integers, the costs of an "
            "insertion, a deletion and a substitution."
        ) from None
    if len(values) != 3:
        raise ValueError(
            f"weights has {len(values)} values: expected three, the costs of an insertion, a deletion and a "
            "substitution."
        )
    insertion, deletion, substitution = (_as_u64(f"weights[{i}]", value) for i, value in enumerate(values))
    return insertion, deletion, substitution


def _as_u64(name: str, value: Any) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is of type {type(value).__name__}: expected an integer.") from None
    if not 0 <= number < _U64:
        raise OverflowError(f"{name} is {number}: expected an integer from 0 to 2**64 - 1.")
    return number


def extract(
    query: Any,
    choices: Iterable[Any] | Mapping[Any, Any],
    *,
    scorer: Callable[..., float] = WRatio,
    processor: Callable[..., Sequence[Hashable]] | None = None,
    limit: int | None = 5,
    score_cutoff: float | None = None,
    score_hint: float | None = None,
    scorer_kwargs: dict[str, Any] | None = None,
) -> list[tuple[Any, Any, Any]]:
    """Return the choices most like a query, as ``rapidfuzz.process.extract``.

    Parameters
    ----------
    query : str
        What to look for; None and NaN find nothing. Bytes and other sequences of hashable
        elements are compared by element, here and in `choices`.
    choices : iterable of str, or mapping
        Where to look. The values of a mapping (dict, pandas Series) are looked at. None,
        NaN and ``pandas.NA`` are passed over.
    scorer : callable, optional
        A function of :mod:`ferrodide.fuzz`: one call then scores all choices. Any other
        callable ``scorer(query, choice, score_cutoff=..., **scorer_kwargs)`` is called
        choice by choice, in Python; higher is better, but for :func:`levenshtein` and
        RapidFuzz's own distances.
    processor : callable, optional
        Applied to the query and each choice first; the choices are returned as they came.
    limit : int or None, optional
        How many to return at most; None returns all.
    score_cutoff : float, optional
        Choices that score worse are left out. Compared as it is: RapidFuzz rounds it to 32
        bits here, and so may drop a choice that just reaches it.
    score_hint : float, optional
        Accepted as in RapidFuzz; no result depends on it.
    scorer_kwargs : dict, optional
        Further arguments for `scorer`.

    Returns
    -------
    list of (choice, score, index or key)
        Best first; equal scores in the order of `choices`.

    Raises
    ------
    TypeError
        An argument is of another type, or `score_cutoff` is not between 0 and 100.
    ValueError
        `limit` is negative.
    MemoryError
        The choices do not fit once more (universal wheel), or the query is too long.

    Notes
    -----
    The query is prepared once. As soon as `limit` choices are found, the worst of their
    scores is a cutoff for the rest.

    Examples
    --------
    >>> import ferrodide
    >>> ferrodide.extract("Bouston", ["Boston", "Austin", "Houston"], scorer=ferrodide.fuzz.ratio, limit=1)
    [('Boston', 92.3076923076923, 0)]
    """
    if limit is not None:
        limit = _as_limit(limit)
    if not callable(scorer):
        raise TypeError(
            f"scorer is of type {type(scorer).__name__}: expected a function, such as ferrodide.fuzz.ratio."
        )
    if is_none(query):
        return []
    keys: list[Any] | None = None
    if hasattr(choices, "items"):
        pairs = list(choices.items())
        keys, values = [key for key, _ in pairs], [value for _, value in pairs]
    else:
        values = list(choices)
    compared = values
    if processor is not None:
        query = as_processor(processor)(query)
        compared = [None if is_none(choice) else processor(choice) for choice in values]
    name = SCORERS.get(scorer)
    if name is None or scorer_kwargs:
        marked = _marked(scorer, scorer_kwargs or {})
        found = _extract_by(marked, query, compared, limit, score_cutoff)
    else:
        if score_cutoff is not None:
            score_cutoff = as_cutoff(score_cutoff)
            if not 0 <= score_cutoff <= 100:
                raise TypeError(f"score_cutoff is {score_cutoff}: expected a number between 0 and 100, or None.")
        found = _extract(name, query, compared, limit, score_cutoff)
    if keys is None:
        return [(values[index], score, index) for score, index in found]
    return [(values[index], score, keys[index]) for score, index in found]


def _as_limit(limit: Any) -> int:
    try:
        number = operator.index(limit)
    except TypeError:
        raise TypeError(f"limit is of type {type(limit).__name__}: expected an integer, or None for all.") from None
    if number < 0:
        raise ValueError(f"limit is {number}: expected 0 or more, or None for all.")
    return number


def _extract(
    scorer: str, query: Any, choices: list[Any], limit: int | None, score_cutoff: float | None
) -> list[tuple[float, int]]:
    # No more than there are: so it fits whatever integer the kernels count in.
    limit = None if limit is None else min(limit, len(choices))
    try:
        return kernels.extract(query, choices, scorer, limit, score_cutoff)
    except TypeError:
        # Not all are str or None: look at each.
        names = ("query", *(f"choices[{index}]" for index in range(len(choices))))
        query, *choices = as_texts(names, [query, *(None if is_none(choice) else choice for choice in choices)])
    return kernels.extract(query, choices, scorer, limit, score_cutoff)


class _Marked(NamedTuple):
    """Any scorer, and which of its scores are the worst and the best."""

    scorer: Callable[..., Any]
    kwargs: dict[str, Any]
    worst: Any = 0
    best: Any = 100


def _marked(scorer: Callable[..., Any], kwargs: dict[str, Any]) -> _Marked:
    marks = getattr(scorer, "_RF_ScorerPy", None)
    if marks is None:
        return _Marked(scorer, kwargs)
    flags = marks["get_scorer_flags"](**kwargs)
    return _Marked(scorer, kwargs, flags["worst_score"], flags["optimal_score"])


def _extract_by(
    marked: _Marked, query: Any, choices: list[Any], limit: int | None, score_cutoff: Any
) -> list[tuple[Any, int]]:
    """Score choice by choice, in Python."""
    scorer, kwargs, worst, best = marked
    cutoff = worst if score_cutoff is None else score_cutoff
    found = []
    for index, choice in enumerate(choices):
        if not is_none(choice):
            score = scorer(query, choice, score_cutoff=cutoff, **kwargs)
            if (score >= cutoff) if best > worst else (score <= cutoff):
                found.append((score, index))
    # Stable: equal scores stay in their order.
    found.sort(key=operator.itemgetter(0), reverse=best > worst)
    return found[:limit]
