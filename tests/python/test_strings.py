"""Strings: RapidFuzz's cases everywhere, and RapidFuzz itself beside us where it is installed."""

from __future__ import annotations

import json
import math
from array import array
from importlib.util import find_spec
from pathlib import Path

import ferrodide
import pytest
from ferrodide import fuzz
from hypothesis import given, settings
from hypothesis import strategies as st

CASES = json.loads((Path(__file__).parents[1] / "cases" / "strings.json").read_text())
STRINGS = [s if isinstance(s, str) else "".join(map(chr, s)) for s in CASES["strings"]]
SCORERS = [getattr(fuzz, name) for name in CASES["scorers"]]
NAMES = ["Boston", "Austin", None, "Houston", "Boston Logan"]


def test_scores_are_rapidfuzz_to_the_last_bit():
    for i, j, *scores in CASES["scores"]:
        for scorer, score in zip(SCORERS, scores, strict=True):
            assert scorer(STRINGS[i], STRINGS[j]) == float(score), (scorer.__name__, STRINGS[i], STRINGS[j])


def test_cutoffs_are_rapidfuzz():
    for i, j, name, cutoff, score in CASES["cutoffs"]:
        found = getattr(fuzz, name)(STRINGS[i], STRINGS[j], score_cutoff=float(cutoff))
        assert found == float(score), (name, STRINGS[i], STRINGS[j], cutoff)


def test_distances_are_rapidfuzz():
    for i, j, weights, cutoff, distance in CASES["distances"]:
        found = ferrodide.levenshtein(STRINGS[i], STRINGS[j], weights=tuple(weights), score_cutoff=cutoff)
        assert found == distance, (STRINGS[i], STRINGS[j], weights, cutoff)


def test_extracts_are_rapidfuzz():
    for query, numbers, name, limit, cutoff, matches in CASES["extracts"]:
        choices = [None if number is None else STRINGS[number] for number in numbers]
        found = ferrodide.extract(
            STRINGS[query],
            choices,
            scorer=getattr(fuzz, name),
            limit=limit,
            score_cutoff=None if cutoff is None else float(cutoff),
        )
        assert found == [(choices[index], float(score), index) for score, index in matches]


def test_results_are_python_numbers():
    assert type(ferrodide.levenshtein("a", "b")) is int
    for scorer in SCORERS:
        assert type(scorer("a", "a")) is float
        assert type(scorer("a", None)) is float
    [(choice, score, index)] = ferrodide.extract("a", ["a"])
    assert (type(choice), type(score), type(index)) == (str, float, int)


texts = st.text(st.one_of(st.sampled_from("ab c\xa0\u2003"), st.characters()), max_size=90)


@settings(deadline=None)
@given(texts, texts, st.one_of(st.none(), st.integers(0, 60)))
def test_levenshtein_is_a_metric(s1, s2, cutoff):
    distance = ferrodide.levenshtein(s1, s2)
    assert distance == ferrodide.levenshtein(s2, s1)
    assert abs(len(s1) - len(s2)) <= distance <= max(len(s1), len(s2))
    assert (distance == 0) == (s1 == s2)
    if cutoff is not None:
        assert ferrodide.levenshtein(s1, s2, score_cutoff=cutoff) == min(distance, cutoff + 1)


@settings(deadline=None)
@given(texts, st.lists(st.one_of(st.none(), texts), max_size=12), st.integers(0, 6), st.sampled_from(SCORERS))
def test_extract_is_a_sort_of_all_scores(query, choices, limit, scorer):
    scored = [(choice, scorer(query, choice), i) for i, choice in enumerate(choices) if choice is not None]
    scored.sort(key=lambda match: -match[1])
    assert ferrodide.extract(query, choices, scorer=scorer, limit=limit) == scored[:limit]
    assert ferrodide.extract(query, choices, scorer=scorer, limit=None) == scored


if find_spec("rapidfuzz") is not None:
    import rapidfuzz
    from rapidfuzz.distance import Levenshtein

    weights = st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 11))
    cutoffs = st.one_of(st.none(), st.integers(0, 100), st.floats(0, 100))
    # What RapidFuzz's extract rounds a cutoff to.
    cutoffs32 = st.one_of(st.none(), st.integers(0, 100), st.floats(0, 100, width=32))
    surrogates = st.text(st.one_of(st.sampled_from("ab \ud83d\ude00"), st.characters()), max_size=200)

    @settings(max_examples=400, deadline=None)
    @given(surrogates, surrogates, cutoffs, st.sampled_from(CASES["scorers"]))
    def test_scorers_beside_rapidfuzz(s1, s2, cutoff, name):
        expected = getattr(rapidfuzz.fuzz, name)(s1, s2, score_cutoff=cutoff)
        assert getattr(fuzz, name)(s1, s2, score_cutoff=cutoff) == expected

    @settings(max_examples=400, deadline=None)
    @given(surrogates, surrogates, weights, st.one_of(st.none(), st.integers(0, 300)))
    def test_levenshtein_beside_rapidfuzz(s1, s2, weights, cutoff):
        expected = Levenshtein.distance(s1, s2, weights=weights, score_cutoff=cutoff)
        assert ferrodide.levenshtein(s1, s2, weights=weights, score_cutoff=cutoff) == expected

    sequences = st.one_of(
        st.binary(max_size=20),
        st.lists(st.one_of(st.integers(-3, 3), st.sampled_from(["a", "bc", (1, 2), 2**70, 1.5])), max_size=20),
        st.lists(st.integers(0, 2**31 - 1), max_size=20).map(lambda values: array("q", values)),
        st.text(st.sampled_from("abc\U0010ffff"), max_size=20),
    )

    @settings(deadline=None)
    @given(sequences, sequences)
    def test_other_sequences_beside_rapidfuzz(s1, s2):
        assert ferrodide.levenshtein(s1, s2) == Levenshtein.distance(s1, s2)
        for name in ("ratio", "partial_ratio", "QRatio"):
            assert getattr(fuzz, name)(s1, s2) == getattr(rapidfuzz.fuzz, name)(s1, s2)

    @settings(deadline=None)
    @given(surrogates, st.lists(st.one_of(st.none(), st.just(math.nan), surrogates), max_size=9), cutoffs32)
    def test_extract_beside_rapidfuzz(query, choices, cutoff):
        for name in CASES["scorers"]:
            for limit in (None, 1, 3):
                theirs = rapidfuzz.process.extract(
                    query, choices, scorer=getattr(rapidfuzz.fuzz, name), limit=limit, score_cutoff=cutoff
                )
                ours = ferrodide.extract(query, choices, scorer=getattr(fuzz, name), limit=limit, score_cutoff=cutoff)
                assert ours == theirs

    def test_distances_rank_the_lowest_first():
        for scorer in (ferrodide.levenshtein, Levenshtein.distance):
            found = ferrodide.extract("Bouston", NAMES, scorer=scorer, limit=2)
            assert found == [("Boston", 1, 0), ("Houston", 1, 3)]
        theirs = rapidfuzz.process.extract("Bouston", NAMES, scorer=ferrodide.levenshtein, score_cutoff=4)
        assert theirs == ferrodide.extract("Bouston", NAMES, scorer=ferrodide.levenshtein, score_cutoff=4)


def test_choices_of_every_kind():
    matches = [("Boston", 92.3076923076923, 0), ("Houston", 85.71428571428572, 3)]

    def found(choices, **kwargs):
        return ferrodide.extract("Bouston", choices, scorer=fuzz.ratio, limit=2, **kwargs)

    assert found(NAMES) == found(tuple(NAMES)) == found(iter(NAMES)) == found(name for name in NAMES) == matches
    assert found([*NAMES, math.nan]) == matches
    keyed = {f"key{i}": name for i, name in enumerate(NAMES)}
    assert found(keyed) == [(choice, score, f"key{i}") for choice, score, i in matches]
    assert found([]) == found({}) == []
    assert found("BA") == [("B", 25.0, 0), ("A", 0.0, 1)]
    loud = [name and name.upper() for name in NAMES]
    assert found(loud, processor=str.lower)[0] == ("BOSTON", 92.3076923076923, 0)
    assert found([None, b"Boston", list("Houston")]) == [
        (b"Boston", *matches[0][1:2], 1),
        (list("Houston"), matches[1][1], 2),
    ]


def test_a_choice_that_just_reaches_the_cutoff_is_kept():
    score = fuzz.ratio("abc", "abcd")
    assert ferrodide.extract("abc", ["abcd"], scorer=fuzz.ratio, score_cutoff=score) == [("abcd", score, 0)]
    above = math.nextafter(score, 100)
    assert ferrodide.extract("abc", ["abcd"], scorer=fuzz.ratio, score_cutoff=above) == []


def test_missing_strings():
    for missing in (None, math.nan):
        assert ferrodide.extract(missing, NAMES) == []
        for scorer in SCORERS:
            assert scorer(missing, "a") == scorer("a", missing) == 0.0


def test_any_scorer_that_can_be_called():
    def same_length(s1, s2, *, score_cutoff, points=100):
        assert score_cutoff == 50
        return points if len(s1) == len(s2) else 0

    assert ferrodide.extract("Bouston", NAMES, scorer=same_length, score_cutoff=50) == [("Houston", 100, 3)]
    found = ferrodide.extract(
        "Bouston",
        NAMES,
        scorer=same_length,
        score_cutoff=50,
        scorer_kwargs={"points": 60},
        processor=str.upper,
    )
    assert found == [("Houston", 60, 3)]
    kwargs = {"processor": str.upper}
    assert ferrodide.extract("BOSTON", NAMES, scorer=fuzz.ratio, limit=1, scorer_kwargs=kwargs)[0][1] == 100
    kwargs = {"weights": (1, 1, 5)}
    found = ferrodide.extract("Bouston", NAMES, scorer=ferrodide.levenshtein, limit=2, scorer_kwargs=kwargs)
    assert found == [("Boston", 1, 0), ("Houston", 2, 3)]


def test_processors_and_subclasses():
    class Name(str):
        __slots__ = ()

    assert fuzz.ratio(Name("ab"), Name("ab")) == 100
    assert fuzz.ratio("AB", "ab", processor=str.lower) == 100
    assert fuzz.ratio(5, 6, processor=str) == 0
    assert ferrodide.levenshtein("AB", "ab", processor=str.lower) == 0
    assert ferrodide.levenshtein(Name("ab"), "ab") == 0
    assert ferrodide.extract(Name("ab"), [Name("ab")])[0][1] == 100


def test_code_points_stay_apart():
    # A pair of surrogates in a str is two characters, and none of them is U+1F600.
    assert ferrodide.levenshtein("\ud83d\ude00", "\U0001f600") == 2
    assert ferrodide.levenshtein("\ud83d", "\ud83e") == 1
    assert fuzz.ratio("\ud83d\ude00", "\ud83d") == pytest.approx(200 / 3)
    assert ferrodide.extract("\ude00", ["\U0001f600", "\ud83d\ude00"], scorer=fuzz.partial_ratio)[0][2] == 1


def test_long_strings():
    s = "abcdefghij" * 2_000
    assert ferrodide.levenshtein(s, s[1:] + "x") == 2
    assert ferrodide.levenshtein(s, s[::-1], score_cutoff=5) == 6
    assert fuzz.WRatio(s, s + "x") > 99
    assert ferrodide.extract(s, [s, None, "a"], limit=1) == [(s, 100.0, 0)]


@pytest.mark.parametrize(
    ("error", "message", "call"),
    [
        (TypeError, "s1 is of type int", lambda: fuzz.ratio(1, "a")),
        (TypeError, "s2 is of type set", lambda: fuzz.ratio("a", {"a"})),
        (TypeError, "s1 is a list with an unhashable", lambda: fuzz.ratio([[1]], "a")),
        (TypeError, "s1 is None", lambda: ferrodide.levenshtein(None, "a")),
        (TypeError, "s2 is of type float", lambda: ferrodide.levenshtein("a", 1.5)),
        (TypeError, "score_cutoff is of type str", lambda: fuzz.ratio("a", "b", score_cutoff="x")),
        (
            TypeError,
            "score_cutoff is of type float",
            lambda: ferrodide.levenshtein("a", "b", score_cutoff=1.5),
        ),
        (OverflowError, "score_cutoff is -1", lambda: ferrodide.levenshtein("a", "b", score_cutoff=-1)),
        (TypeError, "processor is of type int", lambda: fuzz.ratio("a", "b", processor=1)),
        (TypeError, "processor is of type int", lambda: ferrodide.extract("a", ["b"], processor=1)),
        (ValueError, "weights has 2 values", lambda: ferrodide.levenshtein("a", "b", weights=(1, 1))),
        (TypeError, "weights is of type int", lambda: ferrodide.levenshtein("a", "b", weights=1)),
        (
            TypeError,
            r"weights\[2\] is of type float",
            lambda: ferrodide.levenshtein("a", "b", weights=(1, 1, 1.5)),
        ),
        (OverflowError, r"weights\[1\] is -1", lambda: ferrodide.levenshtein("a", "b", weights=(1, -1, 1))),
        (OverflowError, r"weights\[0\]", lambda: ferrodide.levenshtein("a", "b", weights=(2**64, 1, 1))),
        (ValueError, "too large", lambda: ferrodide.levenshtein("aaa", "b", weights=(2**63, 2**63, 2**63))),
        (TypeError, r"choices\[1\] is of type int", lambda: ferrodide.extract("a", ["a", 1])),
        (TypeError, "query is of type int", lambda: ferrodide.extract(5, ["a"])),
        (TypeError, "not iterable", lambda: ferrodide.extract("a", 5)),
        (ValueError, "limit is -1", lambda: ferrodide.extract("a", ["a"], limit=-1)),
        (TypeError, "limit is of type float", lambda: ferrodide.extract("a", ["a"], limit=1.5)),
        (TypeError, "score_cutoff is 101", lambda: ferrodide.extract("a", ["a"], score_cutoff=101)),
        (TypeError, "score_cutoff is of type str", lambda: ferrodide.extract("a", ["a"], score_cutoff="x")),
        (TypeError, "scorer is of type str", lambda: ferrodide.extract("a", ["a"], scorer="ratio")),
        (TypeError, "unexpected keyword", lambda: ferrodide.extract("a", ["a"], scorer_kwargs={"x": 1})),
    ],
)
def test_bad_arguments_get_a_sentence(error, message, call):
    with pytest.raises(error, match=message):
        call()
    assert ferrodide.levenshtein("a", "b") == 1


def test_distances_beyond_53_bits():
    weight = 2**60 + 1
    assert ferrodide.levenshtein("a", "bcd", weights=(weight, weight, weight)) == 3 * weight
