"""Strings without kernels: RapidFuzz where it is installed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any


def _rapidfuzz(module: str) -> Any:
    if find_spec("rapidfuzz") is None:
        raise ImportError(
            "ferrodide has no kernels here, and RapidFuzz, which would take their place, is not installed; "
            "install a ferrodide wheel for this platform, or rapidfuzz."
        )
    return import_module(f"rapidfuzz.{module}")


class FallbackStrings:
    """The string functions of ``ferrodide._backend.Kernels``."""

    def levenshtein(self, s1: str, s2: str, weights: tuple[int, int, int], score_cutoff: int | None, /) -> int:
        if find_spec("rapidfuzz") is not None:
            distance: int = _rapidfuzz("distance").Levenshtein.distance(
                s1, s2, weights=weights, score_cutoff=score_cutoff
            )
            return distance
        distance = _wagner_fischer(s1, s2, *weights)
        return distance if score_cutoff is None else min(distance, score_cutoff + 1)

    def fuzz_score(self, scorer: str, s1: str, s2: str, score_cutoff: float, /) -> float:
        return float(getattr(_rapidfuzz("fuzz"), scorer)(s1, s2, score_cutoff=score_cutoff))

    def extract(
        self,
        query: str,
        choices: list[str | None],
        scorer: str,
        limit: int | None,
        score_cutoff: float | None,
        /,
    ) -> list[tuple[float, int]]:
        function = getattr(_rapidfuzz("fuzz"), scorer)
        found = _rapidfuzz("process").extract(query, choices, scorer=function, limit=limit, score_cutoff=score_cutoff)
        return [(score, index) for _, score, index in found]


def _wagner_fischer(s1: str, s2: str, insertion: int, deletion: int, substitution: int) -> int:
    """Compute the distance by the textbook algorithm, on one row: O(n * m)."""
    row = [i * deletion for i in range(len(s1) + 1)]
    for b in s2:
        diagonal, row[0] = row[0], row[0] + insertion
        for i, a in enumerate(s1, 1):
            above = row[i]
            row[i] = diagonal if a == b else min(row[i - 1] + deletion, above + insertion, diagonal + substitution)
            diagonal = above
    return row[-1]
