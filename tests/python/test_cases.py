"""The shared vectors, which the Rust and JavaScript tests read too."""

from __future__ import annotations

import json
from pathlib import Path

import ferrodide
import numpy as np
import pytest
from helpers import bits

CASES = Path(__file__).parents[1] / "cases"


def load(name):
    cases = json.loads((CASES / f"{name}.json").read_text())["cases"]
    assert cases
    return cases


def read(texts, dtype, shape=None):
    values = [int(x) for x in texts] if np.dtype(dtype).kind in "iu" else [float(x) for x in texts]
    array = np.array(values, dtype)
    return array if shape is None else array.reshape(shape)


@pytest.mark.parametrize("name", ["sort", "median", "cdist", "matmul"])
def test_files_are_small(name):
    assert (CASES / f"{name}.json").stat().st_size < 200_000


def test_sort():
    for case in load("sort"):
        a = read(case["values"], case["dtype"], case["shape"])
        expected = read(case["sorted"], case["dtype"], case["shape"])
        ours = ferrodide.sort(a, case["axis"])
        assert ours.dtype == a.dtype
        np.testing.assert_array_equal(ours, expected)
        # -0.0 and 0.0 in their order; text holds no sign of a NaN.
        if a.dtype.kind == "f":
            number = ~np.isnan(expected)
            np.testing.assert_array_equal(bits(ours)[number], bits(expected)[number])
        order = ferrodide.argsort(a, case["axis"])
        np.testing.assert_array_equal(order.ravel(), case["argsorted"])


def test_median():
    for case in load("median"):
        a = read(case["values"], case["dtype"], case["shape"])
        result = ferrodide.median(a, case["axis"])
        assert result.dtype == (np.float32 if a.dtype == np.float32 else np.float64)
        np.testing.assert_array_equal(np.ravel(result), read(case["median"], result.dtype))


def test_cdist():
    for case in load("cdist"):
        a, b = read(case["a"], "f8", case["shape_a"]), read(case["b"], "f8", case["shape_b"])
        ours = ferrodide.cdist(a, b, case["metric"])
        expected = read(case["distances"], "f8", ours.shape)
        # Exact sums; the cosine rounds two roots, a product and a quotient of a number up to 1.
        atol = 2 * np.finfo(float).eps if case["metric"] == "cosine" else 0
        np.testing.assert_allclose(ours, expected, rtol=0, atol=atol)


def test_matmul():
    for case in load("matmul"):
        x1, x2 = (read(case[f"x{i}"], case["dtype"], case[f"shape{i}"]) for i in (1, 2))
        ours = ferrodide.matmul(x1, x2)
        assert list(np.shape(ours)) == case["shape"]
        np.testing.assert_array_equal(np.ravel(ours), read(case["product"], case["dtype"]))
