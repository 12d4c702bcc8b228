"""Type texts of arguments, what has none, and Numba's types and signatures."""

from __future__ import annotations

import enum
import sys
from collections import namedtuple

import numpy as np
import pytest
from ferrodide import jit
from ferrodide.jit import TypingError, _numba_types, types
from ferrodide.jit._numba_types import Signature, best_signature, from_text, signatures_of
from ferrodide.jit._types import Type, parse, type_of

Pair = namedtuple("Pair", "a b")


class Level(enum.IntEnum):
    LOW = 3


class Int(int):
    pass


class Float(float):
    pass


def strided(dtype="f8"):
    return np.zeros((4, 6), dtype)[::2, ::3]


def unaligned():
    return np.zeros(33, np.uint8)[1:].view("f8")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "int"),
        (True, "bool"),
        (1.0, "float"),
        (1j, "complex"),
        (None, "none"),
        ("C", '"C"'),
        ('"\\\n', '"\\"\\\\\\n"'),
        (2**63, "u8"),
        (Level.LOW, "int"),
        (Int(3), "int"),
        (Float(3), "float"),
        (np.float64(1), "f8"),
        (np.complex128(1), "c16"),
        (np.longlong(1), "i8"),
        (np.intp(1), f"i{np.dtype(np.intp).itemsize}"),
        (np.bool(0), "b1"),
        (np.str_("x"), '"x"'),
        ((), "()"),
        ((1,), "(int)"),
        ((1, ("a b", None), np.ones(2)), '(int,("a b",none),f8[1C])'),
        (Pair(1, Pair(2.0, "x")), 'Pair(a:int,b:Pair(a:float,b:"x"))'),
        (np.ones(3), "f8[1C]"),
        (np.ones((2, 3)), "f8[2C]"),
        (np.ones((2, 3)).T, "f8[2F]"),
        (strided(), "f8[2A]"),
        (np.broadcast_to(1.0, (2, 3)), "f8[2Ar]"),
        (np.ones((1, 2, 3, 4), "c8"), "c8[4C]"),
        (np.zeros((0, 3), "u2"), "u2[2C]"),
        *((np.zeros(2, code), f"{code}[1C]") for code in "b1 i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 c8 c16".split()),
    ],
)
def test_the_type_of_a_value(value, text):
    assert type_of(value) == text
    # And what is read back from it is the same.
    (found,) = parse(text)
    assert unparsed(found) == text


def unparsed(found: Type) -> str:
    if found.kind == "text":
        return type_of(found.text)
    if found.kind == "array":
        return f"{found.dtype}[{found.ndim}{found.layout}{'r' if found.readonly else ''}]"
    if found.kind in ("tuple", "list"):
        parts = [unparsed(each) for each in found.elements]
        if found.fields:
            parts = [f"{field}:{part}" for field, part in zip(found.fields, parts, strict=True)]
        return f"{'list' if found.kind == 'list' else found.text}({','.join(parts)})"
    return found.kind


def test_types_are_taken_apart():
    assert [unparsed(each) for each in parse('int "a b)(" f8[2Cr] (int,(f4)) P(x:int) list(float)')] == [
        "int",
        '"a b)("',
        "f8[2Cr]",
        "(int,(f4))",
        "P(x:int)",
        "list(float)",
    ]
    assert parse("") == ()
    assert parse("f8[2Cr]")[0] == Type("array", "f8", 2, "C", True)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1], "x is a list, which does not compile.\nHand over np.array(...), or a tuple."),
        ({}, "x is a dict, which does not compile.\n"),
        (range(3), "x is a range, which does not compile.\nHand over its start, stop and step."),
        (b"x", "x is a bytes, which does not compile."),
        (np, "x is a module, which does not compile."),
        (np.float16(1), "x is a float16 scalar"),
        (np.datetime64(1, "s"), "x is a datetime64[s] scalar"),
        ((1, [2]), "element 1 of x is a list"),
        (np.zeros(2, "f2"), "x is an array of dtype float16, which does not compile.\nHand over x.astype(np.float32)."),
        (np.zeros(2, "O"), "x is an array of dtype object, which does not compile.\nGive it a dtype of numbers"),
        (np.zeros(2, "U3"), "x is an array of dtype <U3, which does not compile."),
        (np.zeros(2, "M8[s]"), "x is an array of dtype datetime64[s]"),
        (np.zeros(2, "f8,i4"), "x is an array of dtype [('f0', '<f8'), ('f1', '<i4')]"),
        (np.zeros(2, ">f8"), "x is an array in the other byte order, >f8.\nHand over x.astype"),
        (unaligned(), "x is an array that is not aligned in memory.\nHand over x.copy()."),
        (np.array(1.0), "x is an array of 0 dimensions; compiled code takes those of 1 to 4.\nHand over x[()]."),
        (np.zeros((1,) * 5), "x is an array of 5 dimensions"),
        (np.ma.array([1.0]), "x is a numpy.ma.MaskedArray, a subclass of ndarray"),
        (np.zeros(2).view(np.recarray), "a subclass of ndarray, whose behaviour compiled code does not have."),
    ],
)
def test_what_has_no_type(value, message):
    with pytest.raises(TypingError) as caught:
        type_of(value, "x")
    assert message in str(caught.value)


@pytest.mark.skipif(np.dtype(np.longdouble).itemsize == 8, reason="here longdouble is float64")
def test_longdouble_has_no_type():
    with pytest.raises(TypingError, match=r"Hand over x\.astype"):
        type_of(np.zeros(2, np.longdouble), "x")
    with pytest.raises(TypingError, match="scalar, which does not compile"):
        type_of(np.longdouble(1), "x")


def test_ints_that_are_too_large():
    for value in (2**64, -(2**63) - 1, 10**30):
        with pytest.raises(OverflowError, match="fits neither int64 nor uint64"):
            type_of(value)


# Numba's types.


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("float64(float64)", "(float64) -> float64"),
        ("f8(f8, i4)", "(float64, int32) -> float64"),
        ("void(float64[:], int64)", "(array(float64, 1d, A), int64) -> none"),
        ("(float32[:,:],)", "(array(float32, 2d, A)) -> None"),
        ("float64[:, ::1](float64[::1, :, :], boolean)", "(array(float64, 3d, F), bool) -> array(float64, 2d, C)"),
        ("int64(Tuple((int64, float32)), UniTuple(int8, 2))", "(Tuple(int64, float32), Tuple(int8, int8)) -> int64"),
        ("types.float64(types.none, optional(intp))", "(none, OptionalType(int64)) -> float64"),
        ("Array(f4, 2, 'C')(u8)", "(uint64) -> array(float32, 2d, C)"),
        ("double()", "() -> float64"),
        ("unicode_type(unicode_type, None)", "(unicode_type, none) -> unicode_type"),
    ],
)
def test_signatures_of_text(text, shown):
    (signature,) = signatures_of(text)
    assert repr(signature) == shown.replace("bool)", "boolean)")


def test_signatures_of_objects():
    assert signatures_of([jit.float64(jit.int32), "float64(int32)", (jit.int32,)]) == [
        Signature(jit.float64, (jit.int32,)),
        Signature(jit.float64, (jit.int32,)),
        Signature(None, (jit.int32,)),
    ]
    assert jit.float64(np.float32, int, None, (float, "x".__class__)).args == (
        jit.float32,
        jit.int64,
        jit.none,
        types.Tuple((jit.float64, types.unicode_type)),
    )
    assert jit.float64[:] == jit.float64[::2] != jit.float64[::1]
    assert {jit.float64[:]: 1}[types.Array(jit.float64, 1, "A")] == 1
    assert jit.types.int_ is jit.types.intp
    assert jit.types.byte is jit.types.uint8


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("float64(", "is no signature; write one as"),
        ("float64", "is no signature"),
        ("nonsense(float64)", "'nonsense' is no type, in the signature 'nonsense(float64)'"),
        ("float64(__import__('os'))", "is no type"),
        ("float64(float64[0])", "is no type; an array of two dimensions is"),
        (3, "is no signature"),
        ([jit.float64], "is no signature"),
    ],
)
def test_what_is_no_signature(wrong, message):
    with pytest.raises(TypeError) as caught:
        signatures_of(wrong)
    assert message in str(caught.value)


def test_what_is_no_type():
    with pytest.raises(TypeError, match="::1 stands for the first axis or for the last"):
        jit.float64[:, ::1, :]
    with pytest.raises(TypeError, match="An array of none does not compile"):
        jit.none[:]
    with pytest.raises(TypeError, match="is no type; write one as float64"):
        jit.float64(jit.int32, "x")
    with pytest.raises(AttributeError, match=r"ferrodide\.jit.* has no attribute 'float63'"):
        _ = jit.float63


def test_types_convert_values():
    assert (jit.int8(300 - 256), type(jit.int8(3))) == (44, np.int8)
    assert (jit.float32(0.1), type(jit.float32(0.1))) == (np.float32(0.1), np.float32)


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        ("int", "int64"),
        ("i1", "int64"),
        ("u4", "int64"),
        ("u8", "float64"),
        ("float", "float64"),
        ("f4", "float32"),
        ("complex", None),
        ("none", None),
        ("f8[1C]", "array(float64, 1d, A)"),
        ("f8[1Cr]", None),
        ("f4[1C]", None),
        ("(int,f4)", "Tuple(int64, float64)"),
        ("(int,f4,int)", None),
    ],
)
def test_the_nearest_signature(given, chosen):
    declared = [jit.int64, jit.float32, jit.float64, jit.float64[:], types.Tuple((jit.int64, jit.float64))]
    found = best_signature([Signature(None, (each,)) for each in declared], parse(given))
    assert (None if found is None else repr(found.args[0])) == chosen


def test_conversions_to_a_declared_type():
    assert types.int8.coerce(300) == 44
    assert types.int8.coerce(200) == -56
    assert types.uint8.coerce(-1) == 255
    assert types.int32.coerce(-2.9) == -2
    assert types.float64.coerce(np.float32(0.5)) == 0.5
    assert types.Tuple((jit.int64, jit.float64)).coerce(Pair(1.5, 2)) == Pair(1, 2.0)
    assert types.optional(jit.int64).coerce(None) is None
    assert types.optional(jit.int64).coerce(2.5) == 2


def test_type_objects_of_type_texts():
    for text, shown in {
        "int": "int64",
        "c8": "complex64",
        '"x"': "unicode_type",
        "none": "none",
        "(int,b1)": "Tuple(int64, boolean)",
        "u2[3F]": "array(uint16, 3d, F)",
        "i4[1Cr]": "readonly array(int32, 1d, C)",
    }.items():
        assert repr(from_text(parse(text)[0])) == shown
    assert from_text(Type("omitted")) is None


def test_indices_are_as_wide_as_numpys():
    code = f"i{np.dtype(np.intp).itemsize}"
    assert best_signature([Signature(None, (jit.intp[:],))], parse(f"{code}[1C]")) is not None
    assert (code == "i4") == (sys.maxsize < 2**32)
    assert _numba_types.namespace()["intp"].code == "i8"
