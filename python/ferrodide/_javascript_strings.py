"""The string kernels behind a JavaScript bridge (``js/bridge-strings.js``)."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

#: In place of the length of a string that is None.
_ABSENT = 0xFFFFFFFF


def _pack(strings: Sequence[str | None]) -> memoryview:
    """All strings in one buffer: how many, the length of each, then their code points.

    One buffer costs one proxy, however many strings there are; and code points arrive as
    they are, where JavaScript would take two surrogates in a row for one character.
    """
    lengths = [_ABSENT if s is None else len(s) for s in strings]
    points = "".join([s for s in strings if s is not None]).encode("utf-32-le", "surrogatepass")
    return memoryview(array("I", [len(lengths), *lengths]).tobytes() + points).cast("I")


class JavascriptStrings:
    """The string functions of ``ferrodide._backend.Kernels`` over a bridge object."""

    def __init__(self, bridge: Any) -> None:
        from pyodide.ffi import JsException  # type: ignore[import-not-found]

        self._strings = bridge
        self._string_error = JsException

    def _answer(self, name: str, *args: Any) -> Any:
        try:
            return getattr(self._strings, name)(*args)
        except self._string_error as error:
            from ._javascript import raise_from_js

            raise_from_js(error)

    def levenshtein(self, s1: str, s2: str, weights: tuple[int, int, int], score_cutoff: int | None, /) -> int:
        if s1.isascii() and s2.isascii():
            return int(self._answer("levenshteinAscii", s1, s2, *weights, score_cutoff))
        return int(self._answer("levenshtein", _pack((s1, s2)), *weights, score_cutoff))

    def fuzz_score(self, scorer: str, s1: str, s2: str, score_cutoff: float, /) -> float:
        # A whole number comes back as an int.
        if s1.isascii() and s2.isascii():
            return float(self._answer("fuzzScoreAscii", scorer, s1, s2, score_cutoff))
        return float(self._answer("fuzzScore", scorer, _pack((s1, s2)), score_cutoff))

    def extract(
        self,
        query: str,
        choices: list[str | None],
        scorer: str,
        limit: int | None,
        score_cutoff: float | None,
        /,
    ) -> list[tuple[float, int]]:
        answer = self._answer("extract", _pack((query, *choices)), scorer, limit, score_cutoff)
        found = answer.to_py().tolist()
        return [(score, int(index)) for score, index in zip(found[::2], found[1::2], strict=True)]
