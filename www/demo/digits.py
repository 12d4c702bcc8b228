"""Handwritten digits, classified by their nearest neighbours.

The data are the 1,797 digits that scikit-learn ships: 8 by 8 pixels, each from 0 to 16.
Every twelfth is a question, the others are the examples. A digit is what most of its K
nearest examples are; where that is a tie, the smallest of them. Of examples equally far
the first counts as nearer. Distances are squared and whole, so that no rounding decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import ferrodide
import numpy as np

TITLE = "Handwritten digits"
K = 5
#: How many questions are answered between two reports of progress.
BATCH = 50

Progress = Callable[[int, int], None]


class Digits:
    """The examples with their labels, and the questions with the right answers."""

    def __init__(self, quick: bool) -> None:
        from sklearn.datasets import load_digits

        images, labels = load_digits(return_X_y=True)
        asked = np.arange(len(images)) % 12 == 0
        self.examples, self.labels = images[~asked], labels[~asked]
        self.questions, self.truth = images[asked], labels[asked]
        if quick:
            self.questions, self.truth = self.questions[:30], self.truth[:30]

    def __str__(self) -> str:
        return f"{len(self.questions)} digits, each compared with {len(self.examples):,}"


def plain_python(data: Digits, progress: Progress) -> list[int]:
    examples = data.examples.astype(int).tolist()
    labels = data.labels.tolist()
    answers = []
    for done, question in enumerate(data.questions.astype(int).tolist()):
        progress(done, len(data.questions))
        distances = [sum([(p - q) * (p - q) for p, q in zip(question, example, strict=True)]) for example in examples]
        nearest = sorted(range(len(examples)), key=distances.__getitem__)[:K]
        votes = Counter(labels[i] for i in nearest)
        answers.append(max(sorted(votes), key=votes.__getitem__))
    return answers


def with_numpy(data: Digits, progress: Progress) -> list[int]:
    examples, answers = data.examples, []
    squares = (examples**2).sum(axis=1)
    for done in range(0, len(data.questions), BATCH):
        progress(done, len(data.questions))
        questions = data.questions[done : done + BATCH]
        # |p - q|^2 = |p|^2 + |q|^2 - 2 p.q
        distances = (questions**2).sum(axis=1)[:, None] + squares - 2 * np.matmul(questions, examples.T)
        nearest = np.argsort(distances, axis=1, kind="stable")[:, :K]
        votes = data.labels[nearest][:, :, None] == np.arange(10)
        answers += votes.sum(axis=1).argmax(axis=1).tolist()
    return answers


def with_ferrodide(data: Digits, progress: Progress) -> list[int]:
    examples, answers = data.examples, []
    for done in range(0, len(data.questions), BATCH):
        progress(done, len(data.questions))
        questions = data.questions[done : done + BATCH]
        distances = ferrodide.cdist(questions, examples, "sqeuclidean")
        nearest = ferrodide.argsort(distances, axis=1, kind="stable")[:, :K]
        votes = data.labels[nearest][:, :, None] == np.arange(10)
        answers += votes.sum(axis=1).argmax(axis=1).tolist()
    return answers


def summary(data: Digits, answers: list[int]) -> str:
    right = int((np.array(answers) == data.truth).sum())
    return f"{right} of {len(answers)} digits are right ({right / len(answers):.1%})."


def gallery(data: Digits, answers: list[int]) -> list[dict[str, Any]]:
    """Every wrong answer, and right ones, for a reader to look at."""
    wrong = [i for i, truth in enumerate(data.truth) if answers[i] != truth]
    right = [i for i in range(0, len(answers), max(1, len(answers) // 25)) if i not in wrong]
    return [
        {"pixels": data.questions[i].tolist(), "answer": answers[i], "truth": int(data.truth[i])}
        for i in [*wrong, *right][:24]
    ]
