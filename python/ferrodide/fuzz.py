"""RapidFuzz's scorers: how alike two strings are, between 0 and 100.

Each takes what RapidFuzz's takes and returns the same float, bit by bit:

- ``s1``, ``s2``: what to compare, by code points. Bytes and other sequences of hashable
  elements are compared by element. None, NaN and ``pandas.NA`` score 0.
- ``processor``: a function applied to both first, for example ``str.lower``.
- ``score_cutoff``: a lower score is returned as 0, and found sooner.

What is no such sequence is a TypeError; strings that do not fit, with about 64 bytes a code
point to work in, are a MemoryError. To score one string against many, use
:func:`ferrodide.extract`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._backend import kernels
from ._text import as_cutoff, as_processor, as_texts, is_none

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

__all__ = [
    "QRatio",
    "WRatio",
    "partial_ratio",
    "partial_token_ratio",
    "partial_token_set_ratio",
    "partial_token_sort_ratio",
    "ratio",
    "token_ratio",
    "token_set_ratio",
    "token_sort_ratio",
]

_fuzz_score = kernels.fuzz_score


def _score(
    scorer: str,
    s1: Any,
    s2: Any,
    processor: Callable[..., Sequence[Hashable]] | None,
    score_cutoff: float | None,
) -> float:
    cutoff = 0.0 if score_cutoff is None else as_cutoff(score_cutoff)
    if processor is None and isinstance(s1, str) and isinstance(s2, str):
        return _fuzz_score(scorer, s1, s2, cutoff)
    if is_none(s1) or is_none(s2):
        return 0.0
    if processor is not None:
        s1, s2 = as_processor(processor)(s1), processor(s2)
    s1, s2 = as_texts(("s1", "s2"), (s1, s2))
    return _fuzz_score(scorer, s1, s2, cutoff)


def ratio(
    s1: Any,
    s2: Any,
    *,
    processor: Callable[..., Sequence[Hashable]] | None = None,
    score_cutoff: float | None = None,
) -> float:
    """Return the share of code points in common, in order.

    As ``rapidfuzz.fuzz.ratio``.
    The normalised Indel similarity: ``100 * (1 - distance / (len(s1) + len(s2)))``, where the
    distance counts insertions and deletions. O(n/64 * m), bit-parallel (Hyyro 2004).

    Examples
    --------
    >>> import ferrodide
    >>> ferrodide.fuzz.ratio("this is a test", "this is a test!")
    96.55172413793103
    """
    return _score("ratio", s1, s2, processor, score_cutoff)


def partial_ratio(
    s1: Any,
    s2: Any,
    *,
    processor: Callable[..., Sequence[Hashable]] | None = None,
    score_cutoff: float | None = None,
) -> float:
    """Return the best ``ratio`` of the shorter string with a piece of the longer.

    As ``rapidfuzz.fuzz.partial_ratio``.
    The pieces are all windows of the shorter string's
    length, and shorter ones at both ends of the longer string. O(n/64 * m) for each of up to
    m - n windows, few of which need a look where the strings are alike.

    Examples
    --------
    >>> import ferrodide
    >>> ferrodide.fuzz.partial_ratio("this is a test", "this is a test!")
    100.0
    """
    return _score("partial_ratio", s1, s2, processor, score_cutoff)


def token_sort_ratio(
    s1: Any,
    s2: Any,
    *,
    processor: Callable[..., Sequence[Hashable]] | None = None,
    score_cutoff: float | None = None,
) -> float:
    """Return the ``ratio`` of the sorted words.

    As ``rapidfuzz.fuzz.token_sort_ratio``.
    Words part at white space. As in RapidFuzz for C++, U+0085 and U+00A0 part words only in a
    string that also has a code point above 255.

    Examples
    --------
    >>> import ferrodide
    >>> ferrodide.fuzz.token_sort_ratio("fuzzy wuzzy was a bear", "wuzzy fuzzy was a bear")
    100.0
    """
    return _score("token_sort_ratio", s1, s2, processor, score_cutoff)


def token_set_ratio(
    s1: Any,
    s2: Any,
    *,
    processor: Callable[..., Sequence[Hashable]] | None = None,
    score_cutoff: float | None = None,
) -> float:
    """Return the best ``ratio`` of the shared words and what each string adds.

    As ``rapidfuzz.fuzz.token_set_ratio``.
    Shared words count once, in whatever order; 0 where a string has no word.

    Examples
    --------
    >>> import ferrodide
    >>> ferrodide.fuzz.token_set_ratio("fuzzy was a bear", "fuzzy fuzzy was a bear")
    100.0
    """
    return _score("token_set_ratio", s1, s2, processor, score_cutoff)


def token_ratio(
    s1: Any,
    s2: Any,
    *,
    processor: Callable[..., Sequence[Hashable]] | None = None,
    score_cutoff: float | None = None,
) -> float:
    """Return the greater of ``token_sort_ratio`` and ``token_set_ratio``.

    As ``rapidfuzz.fuzz.token_ratio``.
    Faster than the two calls.

    Examples
    --------
    >>> import ferrodide
    >>> ferrodide.fuzz.token_ratio("a bear was fuzzy", "fuzzy was a bear")
    100.0
    """
    return _score("token_ratio", s1, s2, processor, score_cutoff)


def partial_token_sort_ratio(
    s1: Any,
    s2: Any,
    *,
    processor: Callable[..., Sequence[Hashable]] | None = None,
    score_cutoff: float | None = None,
) -> float:
    """Return the ``partial_ratio`` of the sorted words.

    As ``rapidfuzz.fuzz.partial_token_sort_ratio``.
    The words are those of :func:`token_sort_ratio`, the pieces those of
    :func:`partial_ratio`.

    Examples
    --------
    >>> import ferrodide
    >>> ferrodide.fuzz.partial_token_sort_ratio("b a", "a b c")
    100.0
    """
    return _score("partial_token_sort_ratio", s1, s2, processor, score_cutoff)


def partial_token_set_ratio(
    s1: Any,
    s2: Any,
    *,
    processor: Callable[..., Sequence[Hashable]] | None = None,
    score_cutoff: float | None = None,
) -> float:
    """Return the ``partial_ratio`` of the words that only one string has.

    As ``rapidfuzz.fuzz.partial_token_set_ratio``.
    100 where the strings share a word; 0 where one has none.

    Examples
    --------
    >>> import ferrodide
    >>> ferrodide.fuzz.partial_token_set_ratio("fuzzy bear", "a fuzzy dog")
    100.0
    """
    return _score("partial_token_set_ratio", s1, s2, processor, score_cutoff)


def partial_token_ratio(
    s1: Any,
    s2: Any,
    *,
    processor: Callable[..., Sequence[Hashable]] | None = None,
    score_cutoff: float | None = None,
) -> float:
    """Return the greater of ``partial_token_sort_ratio`` and ``partial_token_set_ratio``.

    As ``rapidfuzz.fuzz.partial_token_ratio``.
    Faster than the two calls.

    Examples
    --------
    >>> import ferrodide
    >>> ferrodide.fuzz.partial_token_ratio("fuzzy bear", "a fuzzy dog")
    100.0
    """
    return _score("partial_token_ratio", s1, s2, processor, score_cutoff)


def WRatio(
    s1: Any,
    s2: Any,
    *,
    processor: Callable[..., Sequence[Hashable]] | None = None,
    score_cutoff: float | None = None,
) -> float:
    """Return a weighting of the other scorers by how alike the lengths are.

    As ``rapidfuzz.fuzz.WRatio``.
    The greatest of ``ratio`` and, where the longer string is less than 1.5 times the shorter,
    0.95 * ``token_ratio``; else 0.9 * ``partial_ratio`` and 0.855 * ``partial_token_ratio``
    (0.6 and 0.57 beyond 8 times). 0 where a string is empty.

    Examples
    --------
    >>> import ferrodide
    >>> ferrodide.fuzz.WRatio("Heathrow", "London Heathrow")
    90.0
    """
    return _score("WRatio", s1, s2, processor, score_cutoff)


def QRatio(
    s1: Any,
    s2: Any,
    *,
    processor: Callable[..., Sequence[Hashable]] | None = None,
    score_cutoff: float | None = None,
) -> float:
    """Return ``ratio``, but 0 where a string is empty.

    As ``rapidfuzz.fuzz.QRatio``.
    As :func:`ratio` otherwise.

    Examples
    --------
    >>> import ferrodide
    >>> ferrodide.fuzz.QRatio("", "")
    0.0
    """
    return _score("QRatio", s1, s2, processor, score_cutoff)


#: The kernels' name of each scorer.
SCORERS: dict[Any, str] = {
    scorer: scorer.__name__
    for scorer in (
        ratio,
        partial_ratio,
        token_sort_ratio,
        token_set_ratio,
        token_ratio,
        partial_token_sort_ratio,
        partial_token_set_ratio,
        partial_token_ratio,
        WRatio,
        QRatio,
    )
}
