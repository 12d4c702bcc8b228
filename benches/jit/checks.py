"""How results of the programs are held against each other."""

from __future__ import annotations

from typing import Any

import numpy as np

EPS = float(np.finfo(np.float64).eps)


def exact(result: Any, expected: Any) -> None:
    """The same shape, dtype and values; a tuple, element by element. A Python number equals NumPy's of its value."""
    if isinstance(expected, tuple):
        assert isinstance(result, tuple), type(result)
        for ours, theirs in zip(result, expected, strict=True):
            exact(ours, theirs)
        return
    if isinstance(expected, np.ndarray):
        assert isinstance(result, np.ndarray), type(result)
        assert result.dtype == expected.dtype, (result.dtype, expected.dtype)
    assert np.shape(result) == np.shape(expected), (np.shape(result), np.shape(expected))
    np.testing.assert_array_equal(result, expected)


def close(result: Any, expected: Any, roundings: float, scale: Any = None) -> None:
    """No further apart than so many roundings of numbers as large as ``scale``.

    Parameters
    ----------
    result, expected : array_like or tuple of array_like
        Of the same shape; a tuple is compared element by element.
    roundings : float
        How many of float64's eps, for both sides together.
    scale : array_like, optional
        What is rounded; the largest absolute value of ``expected`` unless told.
    """
    if isinstance(expected, tuple):
        assert isinstance(result, tuple), type(result)
        for ours, theirs in zip(result, expected, strict=True):
            close(ours, theirs, roundings, scale)
        return
    ours, theirs = np.asarray(result), np.asarray(expected)
    assert ours.shape == theirs.shape, (ours.shape, theirs.shape)
    size = np.abs(theirs).max() if scale is None and theirs.size else scale
    bound = 0 if size is None else roundings * EPS * np.asarray(size)
    distance = np.abs(ours - theirs)
    worst = np.max(distance - bound) if theirs.size else 0
    assert np.all(distance <= bound), f"{np.max(distance):g} apart, which is {worst:g} beyond the bound"
