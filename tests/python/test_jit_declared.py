"""Declared signatures, which convert; without the compiler."""

from __future__ import annotations

import numpy as np
import pytest
from ferrodide import njit
from ferrodide.jit import TypingError, boolean, float32, float64, int32, int64


def anything(x):
    return x


def test_declared_signatures_convert(machine):
    seen = []
    machine.knows("f8 i4", "f8", lambda block: seen.append(block.read("dq")) or 0)
    f = njit("float64(float64, int32)")(lambda x, n: x)
    assert f(1, 2) == 1.0
    assert type(f(True, 2.9)) is float
    assert seen == [(1.0, 2), (1.0, 2)]
    with pytest.raises(
        TypingError, match=r"no declared signature takes \(complex128, int64\); there are: \(float64, int32\)"
    ):
        f(1j, 2)
    with pytest.raises(TypingError, match="no declared signature takes"):
        f(1.0, np.ones(2))
    assert isinstance(TypingError(""), TypeError)


def test_the_nearest_declared_signature_counts(machine):
    for types in ("f4", "f8", "i8"):
        machine.knows(types, "float", lambda block: 0)
    f = njit([float32(float32), float64(float64), int64(int64)])(anything)
    for value in (np.float32(1), 1.0, 1, np.int8(1), np.float16(1).astype("f4"), True):
        f(value)
    assert [types for _, types, _ in machine.calls] == ["f4", "f8", "i8", "f4", "f4"]


def test_declared_arrays(machine):
    for types in ("f8[2C]", "f8[2A]", "f8[2F]"):
        machine.knows(types, "none", lambda block: 0)
    any_layout, rows = njit((float64[:, :],))(anything), njit((float64[:, ::1],))(anything)
    any_layout(np.ones((2, 3)))
    any_layout(np.ones((2, 3)).T)
    rows(np.ones((2, 3)))
    for wrong in (np.ones((2, 3)).T, np.ones(3), np.ones((2, 3), "f4")):
        with pytest.raises(TypingError, match="no declared signature"):
            rows(wrong)


def test_declared_results(machine):
    machine.knows("i8", "f8", lambda block: block.write("d", 2.75))
    assert njit(int32(int64))(anything)(1) == 2
    assert njit(boolean(int64))(anything)(1) is True
    assert njit(float32(int64))(lambda x: x / 3)(1) == 2.75
    with pytest.raises(TypingError, match=r"the function returns float64, and is declared to return array\(float64"):
        njit(float64[:](int64))(anything)(1)
