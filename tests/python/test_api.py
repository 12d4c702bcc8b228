"""The surface: names, signatures, docstrings, and the version."""

from __future__ import annotations

import inspect
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import ferrodide
import numpy as np
import pytest
import scipy.stats
from helpers import PEERS

ROOT = Path(__file__).parents[2]
FUNCTIONS = [name for name in ferrodide.__all__ if inspect.isfunction(getattr(ferrodide, name))]


def test_names():
    expected = (
        "__version__ argsort backend cdist extract fuzz guvectorize histogram histogram2d histogramdd isin jit "
        "levenshtein matmul median nanmedian njit patch patched prange rankdata report sort stats unique unpatch "
        "vectorize"
    ).split()
    assert sorted(ferrodide.__all__) == expected
    for name in ferrodide.__all__:
        assert getattr(ferrodide, name) is not None
    with pytest.raises(AttributeError, match="nonsense"):
        ferrodide.nonsense  # noqa: B018


@pytest.mark.parametrize("name", ["sort", "argsort", "median", "cdist"])
def test_signatures_are_the_originals(name):
    ours, theirs = (inspect.signature(function) for function in PEERS[name])
    assert [(p.name, p.kind, p.default) for p in ours.parameters.values()] == [
        (p.name, p.kind, p.default) for p in theirs.parameters.values()
    ]


@pytest.mark.parametrize(
    ("name", "original"),
    [("unique", np.unique), ("isin", np.isin), ("nanmedian", np.nanmedian), ("rankdata", scipy.stats.rankdata)],
)
def test_signatures_of_sets_and_ranks(name, original):
    ours, theirs = (inspect.signature(function) for function in (getattr(ferrodide, name), original))
    assert [(p.name, p.kind, p.default) for p in ours.parameters.values()] == [
        (p.name, p.kind, p.default) for p in theirs.parameters.values()
    ]


def test_matmul_has_the_signature_of_the_ufunc():
    """NumPy before 2.4 keeps it to itself; here it is from its documentation."""
    P = inspect.Parameter
    ours = inspect.signature(ferrodide.matmul).parameters.values()
    found = [(p.name, p.kind, p.default) for p in ours]
    assert found[:3] == [
        ("x1", P.POSITIONAL_ONLY, P.empty),
        ("x2", P.POSITIONAL_ONLY, P.empty),
        ("out", P.POSITIONAL_OR_KEYWORD, None),
    ]
    documented = {"casting": "same_kind", "order": "K", "dtype": None, "subok": True, "signature": None}
    keywords = {name: default for name, kind, default in found[3:] if kind is P.KEYWORD_ONLY}
    assert len(keywords) == len(found) - 3
    assert {name: keywords.pop(name, "missing") for name in documented} == documented
    # NumPy's default for these is a marker of its own.
    assert set(keywords) <= {"axes", "axis", "keepdims"}
    assert {"axes", "axis"} <= set(keywords)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_docstrings(name):
    text = inspect.getdoc(getattr(ferrodide, name))
    assert text
    if inspect.signature(getattr(ferrodide, name)).return_annotation not in ("None", "Iterator[None]"):
        assert "Returns\n-------" in text
    assert "Examples\n--------" in text
    for parameter in inspect.signature(getattr(ferrodide, name)).parameters:
        assert re.search(rf"\b{parameter}\b", text), f"{parameter} is not documented"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_examples_are_true(name):
    """The examples of the docstrings, run."""
    import doctest

    if name in ("backend", "patch", "patched", "stats", "unpatch") and ferrodide.backend() != "pyo3":
        pytest.skip("the example shows the compiled module")

    finder = doctest.DocTestFinder(recurse=False)
    [test] = finder.find(getattr(ferrodide, name), name, globs={"np": np, "ferrodide": ferrodide})
    assert test.examples
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed == 0


def test_types_are_declared():
    assert Path(ferrodide.__file__).with_name("py.typed").exists()
    for name in FUNCTIONS:
        hints = inspect.get_annotations(getattr(ferrodide, name))
        assert "return" in hints, name


def test_the_version_is_cargos():
    cargo = tomllib.loads((ROOT / "Cargo.toml").read_text())
    assert ferrodide.__version__ == cargo["workspace"]["package"]["version"]
    assert version("ferrodide") == ferrodide.__version__


def test_functions_say_where_they_live():
    for name in FUNCTIONS:
        assert getattr(ferrodide, name).__name__ == name
        assert getattr(ferrodide, name).__module__.startswith("ferrodide")
