"""What may come in besides an ndarray: every array-like, every subclass, and what is none."""

from __future__ import annotations

import warnings
from array import array

import ferrodide
import numpy as np
import pytest
from helpers import PEERS, SERVED, assert_same_outcome, outcome, sample

UNARY = ["sort", "argsort", "median"]
BINARY = ["matmul", "cdist"]


class Plain(np.ndarray):
    """A subclass that changes nothing: NumPy's functions keep its type."""


class Overrides:
    """Has its own say in every ufunc and every NumPy function."""

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return f"{ufunc.__name__} overridden"

    def __array_function__(self, func, types, args, kwargs):
        return f"{func.__name__} overridden"


class RefusesUfuncs:
    __array_ufunc__ = None


class Converts:
    """An array-like by ``__array__``."""

    def __init__(self, a):
        self.a = a

    def __array__(self, dtype=None, copy=None):
        return self.a if dtype is None else self.a.astype(dtype)


class ConvertsAndOverrides(Converts, Overrides):
    """An array of another library: it could be read, but wants to be asked."""


class Interface:
    """An array-like by ``__array_interface__``."""

    def __init__(self, a):
        self.a = a
        self.__array_interface__ = a.__array_interface__


class Fails:
    def __array__(self, dtype=None, copy=None):
        raise ZeroDivisionError("on purpose")


def matrix(a):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        return np.matrix(a)


A = sample("float64", (4, 4), edge=0)

LIKES = {
    "list": A.tolist(),
    "tuple": tuple(map(tuple, A.tolist())),
    "list of arrays": list(A),
    "list of tuples": [tuple(row) for row in A.tolist()],
    "mixed list": [[1, 2.5, True, np.int8(3)]] * 4,
    "nested memoryviews": [memoryview(array("d", row)) for row in A.tolist()],
    "memoryview": memoryview(A),
    "read-only memoryview": memoryview(A).toreadonly(),
    "memoryview of a transpose": memoryview(A.T),
    "__array__": Converts(A),
    "__array_interface__": Interface(A),
    "list of bools": (A > 4).tolist(),
    "list of ints": A.astype(int).tolist(),
    "list of strings": A.astype(str).tolist(),
    "list of complex": (A + 1j).tolist(),
    "list of big ints": [[2**63, 1, 2, 3]] * 4,
    "list of huge ints": [[2**70, 1, 2, 3]] * 4,
    "ragged list": [[1.0, 2.0], [3.0]],
    "list with None": [[1.0, None]] * 2,
    "empty list": [],
    "list of empty lists": [[], []],
    "dict": {"a": 1},
    "set": {1, 2},
    "None": None,
    "string": "abc",
    "bytes": b"abc",
    "int": 3,
    "float": 2.5,
    "bool": True,
    "complex": 1j,
    "NumPy scalar": np.float64(2.5),
    "generator": (x for x in ()),
    "object": object(),
    "range": range(5),
    "failing __array__": Fails(),
    "subclass": A.view(Plain),
    "subclass of a transpose": A.T.view(Plain),
    "float32 subclass": A.astype("f4").view(Plain),
    "masked array": np.ma.array(A, mask=A > 4),
    "masked array, no mask": np.ma.array(A),
    "matrix": matrix(A),
    "recarray": np.rec.array([(1, 2.0), (0, 3.0)], dtype=[("a", "i4"), ("b", "f8")]),
    "memmap-like view": np.ndarray((4, 4), "f8", bytearray(A.tobytes())),
    "array.array d": array("d", [3, 1, 2]),
    "array.array f": array("f", [3, 1, 2]),
    "array.array q": array("q", [3, 1, 2]),
    "array.array i": array("i", [3, 1, 2]),
    "array.array B": array("B", [3, 1, 2]),
    "array.array h": array("h", [3, 1, 2]),
    "bytearray": bytearray(b"cab"),
    "memoryview of bytes": memoryview(b"cab"),
    "overrides NumPy": Overrides(),
    "overrides NumPy, and converts": ConvertsAndOverrides(A),
    "refuses ufuncs": RefusesUfuncs(),
    "__array__ of a masked array": Converts(np.ma.array(A, mask=A > 4)),
    "__array__ of a subclass": Converts(A.view(Plain)),
}
#: Made anew for each call: reading them uses them up, or sort differs between runs.
SEQUENCES = ["list", "tuple", "list of ints", "memoryview", "__array__", "__array_interface__"]


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("like", LIKES)
def test_one_operand(name, like):
    # Without ties, or stably: NumPy's default order of ties is not ours to follow.
    kwargs = {"kind": "stable"} if name != "median" else {}
    for axis in (-1, 0, None):
        assert_same_outcome(name, LIKES[like], axis=axis, **kwargs)
    if name != "argsort":
        assert_same_outcome(name, LIKES[like])


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("like", LIKES)
def test_two_operands(name, like):
    assert_same_outcome(name, LIKES[like], LIKES[like])
    assert_same_outcome(name, LIKES[like], A)
    assert_same_outcome(name, A, LIKES[like])
    assert_same_outcome(name, A.astype("f4"), LIKES[like])


@pytest.mark.parametrize("like", SEQUENCES)
def test_sequences_reach_the_kernels(like, monkeypatch):
    """That the result is right says nothing of who computed it: hide NumPy's and SciPy's own."""

    def refuse(*_args, **_kwargs):
        raise AssertionError("went to NumPy")

    expected = [PEERS[name][0](LIKES[like]) for name in UNARY]
    for name in ("sort", "argsort", "median", "matmul"):
        monkeypatch.setattr(np, name, refuse)
    monkeypatch.setattr("scipy.spatial.distance.cdist", refuse)
    for name, theirs in zip(UNARY, expected, strict=True):
        np.testing.assert_array_equal(PEERS[name][0](LIKES[like]), theirs)
    ferrodide.matmul(LIKES[like], A)
    ferrodide.cdist(LIKES[like], A)


@pytest.mark.parametrize("dtype", SERVED)
def test_served_dtypes_reach_the_kernels(dtype, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("went to NumPy")

    for name in ("sort", "argsort", "median", "matmul"):
        monkeypatch.setattr(np, name, refuse)
    for a in (
        sample(dtype, (3, 4)),
        sample(dtype, (3, 4)).T,
        sample(dtype, (6, 8))[::2, ::-2],
        sample(dtype, (3, 4)).astype(np.dtype(dtype).newbyteorder()),
        np.broadcast_to(sample(dtype, (1, 4)), (3, 4)),
    ):
        for axis in (0, -1, None):
            ferrodide.sort(a, axis)
            ferrodide.sort(a, axis, kind="stable")
            ferrodide.argsort(a, axis, stable=True)
            ferrodide.median(a, axis)
            ferrodide.median(a, axis, keepdims=True)
        ferrodide.median(a, (0, 1))
        if a.dtype.kind == "f":
            ferrodide.matmul(a, a.T)
            ferrodide.matmul(a, a.T, out=np.empty((a.shape[0],) * 2, dtype))


@pytest.mark.parametrize("name", UNARY)
def test_no_operand(name):
    assert_same_outcome(name)
    assert_same_outcome(name, nonsense=3)


def test_an_override_decides():
    assert ferrodide.matmul(Overrides(), A) == "matmul overridden"
    assert ferrodide.matmul(A, Overrides()) == "matmul overridden"
    assert ferrodide.sort(Overrides()) == "sort overridden"
    assert ferrodide.median(Overrides()) == "median overridden"
    assert ferrodide.argsort(ConvertsAndOverrides(A)) == "argsort overridden"
    assert ferrodide.matmul(ConvertsAndOverrides(A), A) == "matmul overridden"
    _, error, _ = outcome(ferrodide.matmul, A, RefusesUfuncs())
    assert type(error) is TypeError


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_subclass_keeps_its_type(dtype):
    a = sample(dtype, (4, 4), edge=0).view(Plain)
    for name in (*UNARY[:2], "matmul"):
        args = (a, a) if name == "matmul" else (a,)
        assert type(PEERS[name][0](*args)) is Plain


def test_more_dimensions_than_usual():
    shape = (2,) + (1,) * 61 + (3, 2)
    a = sample("float64", shape, edge=0)
    assert a.ndim == 64
    few = a.reshape(2, 3, 2)
    # NumPy's own sort refuses more than 32 axes: the same elements with fewer tell what is right.
    for axis, few_axis in ((0, 0), (-64, 0), (62, 1), (63, 2), (-1, -1), (None, None)):
        for name in UNARY:
            ours, theirs = PEERS[name]
            kwargs = {} if name == "median" else {"kind": "stable"}
            result = ours(a, axis, **kwargs)
            np.testing.assert_array_equal(np.ravel(result), np.ravel(theirs(few, few_axis, **kwargs)))
    for name in UNARY:
        assert_same_outcome(name, a, 64)
    assert_same_outcome("matmul", a, np.swapaxes(a, -1, -2))


def test_results_are_fresh_memory():
    a = sample("float64", (5, 5), edge=0)
    for ours, args in (
        (ferrodide.sort, (a,)),
        (ferrodide.argsort, (a,)),
        (ferrodide.median, (a, 0)),
        (ferrodide.matmul, (a, a)),
        (ferrodide.cdist, (a, a)),
    ):
        result = ours(*args)
        assert not np.shares_memory(result, a)
        assert result.flags.owndata or result.base is not a
        assert result.flags.writeable
