"""Misspelt airport names, each matched with the most similar of 3,376 real ones.

The names are those of the vega-datasets package. Two letters of each misspelt name were
swapped, dropped, doubled or replaced, always in the same way. The similarity is
RapidFuzz's ``ratio``: from 0 to 100, by the edits (insertions and deletions) that turn
one name into the other. Of equally similar names the first is the answer.
"""

from __future__ import annotations

import csv
import random
import string
from collections.abc import Callable
from typing import Any

import ferrodide
import numpy as np

TITLE = "Misspelt airports"
FILE = "/data/airports.csv"
MISSPELT = 30

Progress = Callable[[int, int], None]
#: The index of the best choice, and its score.
Match = tuple[int, float]


class Airports:
    """The names to choose from, and the misspelt ones with what they were."""

    def __init__(self, quick: bool) -> None:
        with open(FILE, encoding="utf-8", newline="") as file:
            self.names = [row["name"] for row in csv.DictReader(file)]
        rng = random.Random(2026)
        long_enough = [name for name in self.names if len(name) > 5]
        self.meant = rng.sample(long_enough, 8 if quick else MISSPELT)
        self.misspelt = [misspell(misspell(name, rng), rng) for name in self.meant]

    def __str__(self) -> str:
        return f"{len(self.misspelt)} names, each compared with {len(self.names):,}"


def misspell(name: str, rng: random.Random) -> str:
    """One typing error: two letters swapped, or one dropped, doubled or replaced."""
    i = rng.randrange(1, len(name) - 1)
    kind = rng.choice(["swap", "drop", "double", "replace"])
    if kind == "swap":
        return name[:i] + name[i + 1] + name[i] + name[i + 2 :]
    letter = {"drop": "", "double": name[i] * 2, "replace": rng.choice(string.ascii_lowercase)}[kind]
    return name[:i] + letter + name[i + 1 :]


def plain_python(data: Airports, progress: Progress) -> list[Match]:
    def ratio(a: str, b: str) -> float:
        # The longest common subsequence, row by row.
        row = [0] * (len(b) + 1)
        for p in a:
            diagonal = left = 0
            for j, q in enumerate(b, 1):
                above = row[j]
                if p == q:
                    left = diagonal + 1
                elif above > left:
                    left = above
                row[j] = left
                diagonal = above
        edits = len(a) + len(b) - 2 * row[-1]
        return 100 * (1 - edits / (len(a) + len(b)))

    answers = []
    for done, name in enumerate(data.misspelt):
        progress(done, len(data.misspelt))
        scores = [ratio(name, choice) for choice in data.names]
        best = max(range(len(scores)), key=scores.__getitem__)
        answers.append((best, scores[best]))
    return answers


def with_numpy(data: Airports, progress: Progress) -> list[Match]:
    # All names at once: one column of letters each, filled up with zeros.
    lengths = np.array([len(name) for name in data.names])
    letters = np.array([list(name.ljust(lengths.max(), "\0").encode("latin-1")) for name in data.names])
    columns = np.ascontiguousarray(letters.T, dtype=np.uint8)
    answers = []
    for done, name in enumerate(data.misspelt):
        progress(done, len(data.misspelt))
        # The longest common subsequence with every name; a running maximum goes down the columns.
        common = np.zeros((len(columns) + 1, len(lengths)), dtype=np.uint8)
        for letter in name.encode("latin-1"):
            grown = np.maximum(common[1:], common[:-1] + (columns == letter))
            np.maximum.accumulate(grown, axis=0, out=common[1:])
        total = lengths + len(name)
        scores = 100 * (1 - (total - 2 * common[-1].astype(int)) / total)
        best = int(scores.argmax())
        answers.append((best, float(scores[best])))
    return answers


def with_ferrodide(data: Airports, progress: Progress) -> list[Match]:
    answers = []
    for done, name in enumerate(data.misspelt):
        progress(done, len(data.misspelt))
        [(_, score, best)] = ferrodide.extract(name, data.names, scorer=ferrodide.fuzz.ratio, limit=1)
        answers.append((best, score))
    return answers


def summary(data: Airports, answers: list[Match]) -> str:
    found = sum(data.names[best] == meant for (best, _), meant in zip(answers, data.meant, strict=True))
    return f"{found} of {len(answers)} names are found again."


def gallery(data: Airports, answers: list[Match]) -> list[dict[str, Any]]:
    return [
        {"misspelt": misspelt, "match": data.names[best], "score": score, "meant": meant}
        for misspelt, meant, (best, score) in list(zip(data.misspelt, data.meant, answers, strict=True))[:12]
    ]
