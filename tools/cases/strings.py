"""Write tests/cases/strings.json: strings, and what RapidFuzz for C++ makes of them.

Usage: python tools/cases/strings.py [--check]

With --check nothing is written; the exit code is 1 where the file differs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from pathlib import Path

os.environ["RAPIDFUZZ_IMPLEMENTATION"] = "cpp"

import rapidfuzz
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

PATH = Path(__file__).parents[2] / "tests" / "cases" / "strings.json"
SCORERS = [
    "ratio",
    "partial_ratio",
    "token_sort_ratio",
    "token_set_ratio",
    "token_ratio",
    "partial_token_sort_ratio",
    "partial_token_set_ratio",
    "partial_token_ratio",
    "WRatio",
    "QRatio",
]
WEIGHTS = [
    (1, 1, 1),
    (1, 1, 2),
    (2, 2, 2),
    (1, 2, 3),
    (3, 1, 2),
    (0, 1, 1),
    (1, 1, 0),
    (0, 0, 7),
    (3, 3, 5),
    (4, 4, 9),
]
WORDS = [
    "north",
    "south",
    "new",
    "old",
    "port",
    "bay",
    "lake",
    "field",
    "river",
    "saint",
    "grand",
    "mill",
    "fort",
    "spring",
    "county",
    "municipal",
]
SPACES = [" ", "  ", "\t", "\n", "\x1c", "\x1f", "\x85", "\xa0", "\u1680", "\u2003", "\u2028", "\u3000"]
FIXED = [
    "",
    " ",
    " \t\n ",
    "a",
    "kitten",
    "sitting",
    "fuzzy wuzzy was a bear",
    "wuzzy fuzzy was a bear",
    "fuzzy was a bear",
    "fuzzy fuzzy was a bear",
    "a\xa0b",
    "b a",
    "a\xa0b €",
    "a\x85b",
    "ÀÉÎ straße",
    "日本語 テキスト",
    "😀 smile 𝄞",
    "\ud83d\ude00",
    "\udfff \ud800 a",
    "\u200b zero\u200bwidth",
    "x" * 64,
    "x" * 65,
    "ab " * 40,
    "abcdefgh" * 30,
]


def make_strings(rng: random.Random) -> list[str]:
    strings = list(FIXED)
    for _ in range(40):
        words = rng.choices(WORDS, k=rng.randint(1, 6))
        strings.append("".join(word + rng.choice([" ", " ", " ", *SPACES]) for word in words).strip(" "))
    for alphabet in ("ab", "abc ", "äöü ", "a\u4e00\u4e01 ", "😀😁 a", "\ud800\udc00 a"):
        for length in (3, 17, 63, 64, 65, 128, 150):
            strings.append("".join(rng.choice(alphabet) for _ in range(length)))
    for s in list(strings[5:]):
        points = list(s)
        for _ in range(rng.randint(1, 4)):
            at = rng.randint(0, len(points))
            points[at : at + rng.randint(0, 2)] = rng.choice(["", "e", " ", "\u00e9", "\U0001f600"])
        strings.append("".join(points))
    return list(dict.fromkeys(strings))


def make_cases() -> dict[str, object]:
    rng = random.Random(20261123)
    strings = make_strings(rng)
    numbers = range(len(strings))
    pairs = [(i, j) for i in range(len(FIXED)) for j in range(len(FIXED))]
    pairs += [(rng.choice(numbers), rng.choice(numbers)) for _ in range(300)]
    scores, cutoffs, distances = [], [], []
    for i, j in pairs:
        s1, s2 = strings[i], strings[j]
        scores.append([i, j, *(repr(float(getattr(fuzz, name)(s1, s2))) for name in SCORERS)])
        for name in rng.sample(SCORERS, 2):
            exact = getattr(fuzz, name)(s1, s2)
            cutoff = float(rng.choice([exact, exact - 1e-9, min(exact + 1e-9, 100.0), rng.randint(1, 100), 101.0]))
            score = float(getattr(fuzz, name)(s1, s2, score_cutoff=cutoff))
            cutoffs.append([i, j, name, repr(cutoff), repr(score)])
        for weights in rng.sample(WEIGHTS, 2):
            exact = Levenshtein.distance(s1, s2, weights=weights)
            cutoff = rng.choice([None, exact, max(exact - 1, 0), exact + 3, rng.randint(0, 40)])
            distance = Levenshtein.distance(s1, s2, weights=weights, score_cutoff=cutoff)
            distances.append([i, j, weights, cutoff, distance])
    extracts = []
    for n in range(60):
        query = rng.choice(numbers)
        choices = [rng.choice([None, *numbers]) for _ in range(rng.randint(0, 25))]
        name = SCORERS[n % len(SCORERS)]
        limit = rng.choice([None, 0, 1, 2, 5, 100])
        cutoff = rng.choice([None, 0.0, 45.0, 60.5, 90.0])
        found = process.extract(
            strings[query],
            [None if choice is None else strings[choice] for choice in choices],
            scorer=getattr(fuzz, name),
            limit=limit,
            score_cutoff=cutoff,
        )
        matches = [[repr(float(score)), index] for _, score, index in found]
        extracts.append([query, choices, name, limit, None if cutoff is None else repr(cutoff), matches])
    return {
        "about": "Written by tools/cases/strings.py. Scores are strings, so that every reader gets the "
        "same float. A string with surrogates in it is a list of code points.",
        "columns": {
            "scores": "s1, s2 (numbers of strings), then a score for each of the scorers",
            "cutoffs": "s1, s2, scorer, score_cutoff, score",
            "distances": "s1, s2, weights, score_cutoff, distance",
            "extracts": "query, choices, scorer, limit, score_cutoff, matches (score, index)",
        },
        "source": f"RapidFuzz {rapidfuzz.__version__} (C++)",
        "scorers": SCORERS,
        "strings": [[ord(c) for c in s] if any("\ud800" <= c <= "\udfff" for c in s) else s for s in strings],
        "scores": scores,
        "cutoffs": cutoffs,
        "distances": distances,
        "extracts": extracts,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the file differs")
    check = parser.parse_args().check
    cases = make_cases()
    parts = []
    for key, value in cases.items():
        if isinstance(value, list) and isinstance(value[0], list):
            lines = ",\n".join(json.dumps(item, separators=(",", ":"), ensure_ascii=True) for item in value)
            parts.append(f"{json.dumps(key)}: [\n{lines}\n]")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(value)}")
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    if not check:
        PATH.write_text(text)
        print(f"{PATH.name}: {len(text) / 1000:.0f} kB")
        return 0
    if PATH.read_text() == text:
        return 0
    print(
        f"{PATH} differs from what tools/cases/strings.py makes with {cases['source']}: run it again.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
