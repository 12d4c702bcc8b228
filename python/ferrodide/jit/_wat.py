"""WebAssembly's text form of a compiled module's bytes: each instruction that is in them, and no other.

The numbers of sections, types and instructions are those of the WebAssembly core specification 3.0, chapter "Binary
Format". What the compiler never writes (tables, data, element segments) is refused, and not left out.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable

from ._errors import InternalError

__all__ = ["wat"]

_TYPES = {0x7F: "i32", 0x7E: "i64", 0x7D: "f32", 0x7C: "f64", 0x7B: "v128"}
_KINDS = ("func", "table", "memory", "global")
_TYPE, _IMPORT, _FUNCTION, _GLOBAL, _EXPORT, _CODE = 1, 2, 3, 6, 7, 10

_ORDER = "lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u"
_INT_COMPARE = f"eqz eq ne {_ORDER}"
_FLOAT_COMPARE = "eq ne lt gt le ge"
_INT = "clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr"
_FLOAT = "abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign"
_FROM_FLOATS = "f32_s f32_u f64_s f64_u"
_FROM_INTS = "i32_s i32_u i64_s i64_u"


def _named(shape: str, names: str, prefix: str = "") -> list[str]:
    return [f"{shape}.{prefix}{name}" for name in names.split()]


def _numbered(first: int, *groups: list[str]) -> dict[int, str]:
    """Instructions in the order of their numbers; ``-`` leaves one out."""
    names = [name for group in groups for name in group]
    return {first + i: name for i, name in enumerate(names) if not name.endswith(".-")}


#: Instructions without anything behind them.
_PLAIN = {
    0x00: "unreachable",
    0x01: "nop",
    0x05: "else",
    0x0B: "end",
    0x0F: "return",
    0x1A: "drop",
    0x1B: "select",
    **_numbered(
        0x45,
        _named("i32", _INT_COMPARE),
        _named("i64", _INT_COMPARE),
        _named("f32", _FLOAT_COMPARE),
        _named("f64", _FLOAT_COMPARE),
        _named("i32", _INT),
        _named("i64", _INT),
        _named("f32", _FLOAT),
        _named("f64", _FLOAT),
        ["i32.wrap_i64"],
        _named("i32", _FROM_FLOATS, "trunc_"),
        ["i64.extend_i32_s", "i64.extend_i32_u"],
        _named("i64", _FROM_FLOATS, "trunc_"),
        _named("f32", _FROM_INTS, "convert_"),
        ["f32.demote_f64"],
        _named("f64", _FROM_INTS, "convert_"),
        ["f64.promote_f32", "i32.reinterpret_f32", "i64.reinterpret_f64", "f32.reinterpret_i32", "f64.reinterpret_i64"],
        _named("i32", "extend8_s extend16_s"),
        _named("i64", "extend8_s extend16_s extend32_s"),
    ),
}

#: With an index behind them.
_INDEXED = {
    0x10: "call",
    0x20: "local.get",
    0x21: "local.set",
    0x22: "local.tee",
    0x23: "global.get",
    0x24: "global.set",
}

#: Loads and stores, and how many bytes each reaches.
_MEMORY = {
    0x28 + i: (name, width)
    for i, (name, width) in enumerate(
        [
            *(("i32.load", 4), ("i64.load", 8), ("f32.load", 4), ("f64.load", 8)),
            *(("i32.load8_s", 1), ("i32.load8_u", 1), ("i32.load16_s", 2), ("i32.load16_u", 2)),
            *(("i64.load8_s", 1), ("i64.load8_u", 1), ("i64.load16_s", 2), ("i64.load16_u", 2)),
            *(("i64.load32_s", 4), ("i64.load32_u", 4)),
            *(("i32.store", 4), ("i64.store", 8), ("f32.store", 4), ("f64.store", 8)),
            *(("i32.store8", 1), ("i32.store16", 2), ("i64.store8", 1), ("i64.store16", 2), ("i64.store32", 4)),
        ]
    )
}

#: Behind 0xFC.
_SATURATING = _numbered(0, _named("i32", _FROM_FLOATS, "trunc_sat_"), _named("i64", _FROM_FLOATS, "trunc_sat_"))

#: Behind 0xFD: what has nothing behind it but its operands.
_VECTOR = {
    14: "i8x16.swizzle",
    **_numbered(15, [f"{shape}.splat" for shape in ("i8x16", "i16x8", "i32x4", "i64x2", "f32x4", "f64x2")]),
    **_numbered(35, *(_named(shape, f"eq ne {_ORDER}") for shape in ("i8x16", "i16x8", "i32x4"))),
    **_numbered(65, *(_named(shape, _FLOAT_COMPARE) for shape in ("f32x4", "f64x2"))),
    **_numbered(77, _named("v128", "not and andnot or xor bitselect any_true")),
    94: "f32x4.demote_f64x2_zero",
    95: "f64x2.promote_low_f32x4",
    **_numbered(
        96,
        _named("i8x16", "abs neg popcnt all_true bitmask narrow_i16x8_s narrow_i16x8_u"),
        _named("f32x4", "ceil floor trunc nearest"),
        _named("i8x16", "shl shr_s shr_u add add_sat_s add_sat_u sub sub_sat_s sub_sat_u"),
        _named("f64x2", "ceil floor"),
        _named("i8x16", "min_s min_u max_s max_u"),
        ["f64x2.trunc", "i8x16.avgr_u"],
        _named("i16x8", "extadd_pairwise_i8x16_s extadd_pairwise_i8x16_u"),
        _named("i32x4", "extadd_pairwise_i16x8_s extadd_pairwise_i16x8_u"),
        _named("i16x8", "abs neg q15mulr_sat_s all_true bitmask narrow_i32x4_s narrow_i32x4_u"),
        _named("i16x8", "extend_low_i8x16_s extend_high_i8x16_s extend_low_i8x16_u extend_high_i8x16_u"),
        _named("i16x8", "shl shr_s shr_u add add_sat_s add_sat_u sub sub_sat_s sub_sat_u"),
        ["f64x2.nearest"],
        _named("i16x8", "mul min_s min_u max_s max_u - avgr_u"),
        _named("i16x8", "extmul_low_i8x16_s extmul_high_i8x16_s extmul_low_i8x16_u extmul_high_i8x16_u"),
        _named("i32x4", "abs neg - all_true bitmask - -"),
        _named("i32x4", "extend_low_i16x8_s extend_high_i16x8_s extend_low_i16x8_u extend_high_i16x8_u"),
        _named("i32x4", "shl shr_s shr_u add - - sub - - - mul min_s min_u max_s max_u dot_i16x8_s -"),
        _named("i32x4", "extmul_low_i16x8_s extmul_high_i16x8_s extmul_low_i16x8_u extmul_high_i16x8_u"),
        _named("i64x2", "abs neg - all_true bitmask - -"),
        _named("i64x2", "extend_low_i32x4_s extend_high_i32x4_s extend_low_i32x4_u extend_high_i32x4_u"),
        _named("i64x2", "shl shr_s shr_u add - - sub - - - mul eq ne lt_s gt_s le_s ge_s"),
        _named("i64x2", "extmul_low_i32x4_s extmul_high_i32x4_s extmul_low_i32x4_u extmul_high_i32x4_u"),
        _named("f32x4", "abs neg - sqrt add sub mul div min max pmin pmax"),
        _named("f64x2", "abs neg - sqrt add sub mul div min max pmin pmax"),
        _named("i32x4", "trunc_sat_f32x4_s trunc_sat_f32x4_u"),
        _named("f32x4", "convert_i32x4_s convert_i32x4_u"),
        _named("i32x4", "trunc_sat_f64x2_s_zero trunc_sat_f64x2_u_zero"),
        _named("f64x2", "convert_low_i32x4_s convert_low_i32x4_u"),
        _named("i8x16", "relaxed_swizzle"),
        _named("i32x4", "relaxed_trunc_f32x4_s relaxed_trunc_f32x4_u"),
        _named("i32x4", "relaxed_trunc_f64x2_s_zero relaxed_trunc_f64x2_u_zero"),
        _named("f32x4", "relaxed_madd relaxed_nmadd"),
        _named("f64x2", "relaxed_madd relaxed_nmadd"),
    ),
}

#: Behind 0xFD: a lane's number behind them.
_LANES = _numbered(
    21,
    _named("i8x16", "extract_lane_s extract_lane_u replace_lane"),
    _named("i16x8", "extract_lane_s extract_lane_u replace_lane"),
    *(_named(shape, "extract_lane replace_lane") for shape in ("i32x4", "i64x2", "f32x4", "f64x2")),
)

#: Behind 0xFD: loads and stores of a whole vector, and how many bytes each reaches.
_VECTOR_MEMORY = {
    i: (f"v128.{name}", width)
    for i, (name, width) in {
        0: ("load", 16),
        **{i + 1: (f"load{name}", 8) for i, name in enumerate("8x8_s 8x8_u 16x4_s 16x4_u 32x2_s 32x2_u".split())},
        **{i + 7: (f"load{8 << i}_splat", 1 << i) for i in range(4)},
        11: ("store", 16),
        92: ("load32_zero", 4),
        93: ("load64_zero", 8),
    }.items()
}

#: Behind 0xFD: of one lane; its number stands behind the address.
_LANE_MEMORY = {
    84 + i: (f"v128.{name}{8 << (i % 4)}_lane", 1 << (i % 4)) for i, name in enumerate(["load"] * 4 + ["store"] * 4)
}


class _Bytes:
    """Bytes that are read from the front."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.at = 0

    def __bool__(self) -> bool:
        return self.at < len(self._content)

    def byte(self) -> int:
        self.at += 1
        return self._content[self.at - 1]

    def bytes(self, count: int) -> bytes:
        self.at += count
        return self._content[self.at - count : self.at]

    def unsigned(self) -> int:
        """LEB128, as the next."""
        found = shift = 0
        while True:
            byte = self.byte()
            found |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return found

    def signed(self) -> int:
        start = self.at
        found = self.unsigned()
        bits = 7 * (self.at - start)
        return found - (1 << bits) if found >> (bits - 1) else found

    def part(self) -> _Bytes:
        return _Bytes(self.bytes(self.unsigned()))

    def name(self) -> str:
        return self.bytes(self.unsigned()).decode()

    def types(self) -> list[str]:
        return [_TYPES[self.byte()] for _ in range(self.unsigned())]


def _quoted(name: str) -> str:
    return '"' + "".join(c if c.isalnum() or c in "._" else f"\\u{{{ord(c):x}}}" for c in name) + '"'


def _float(content: bytes) -> str:
    """A float's bits, as a number that reads back as them."""
    wide = len(content) == 8
    (bits,) = struct.unpack("<Q" if wide else "<I", content)
    (number,) = struct.unpack("<d" if wide else "<f", content)
    fraction = bits & ((1 << (52 if wide else 23)) - 1)
    if math.isnan(number):
        return f"{'-' if bits >> (63 if wide else 31) else ''}nan:0x{fraction:x}"
    return str(number) if math.isinf(number) else number.hex()


def _each(word: str, parts: Iterable[str]) -> str:
    joined = " ".join(parts)
    return f" ({word} {joined})" if joined else ""


def _offset(code: _Bytes, width: int) -> str:
    align, offset = 1 << code.unsigned(), code.unsigned()
    return (f" offset={offset}" if offset else "") + (f" align={align}" if align != width else "")


class _Body:
    """The instructions of one function."""

    def __init__(self, code: _Bytes) -> None:
        self._code = code
        self._depth = 0
        self.lines: list[str] = []

    def read(self) -> list[str]:
        while self._code:
            at = self._code.at
            text = self._next(self._code.byte())
            if text == "end" and not self._code:
                # The function's own.
                break
            if text is None:
                raise InternalError(f"the compiled module has no known instruction at byte {at} of a function.")
            outward = text in ("end", "else")
            self._depth -= outward
            self.lines.append("  " * self._depth + text)
            self._depth += text == "else" or text.startswith(("block", "loop", "if"))
        return self.lines

    def _next(self, op: int) -> str | None:
        code = self._code
        if op in _PLAIN:
            return _PLAIN[op]
        if op in _INDEXED:
            return f"{_INDEXED[op]} {code.unsigned()}"
        if op in _MEMORY:
            name, width = _MEMORY[op]
            return name + _offset(code, width)
        if op in (0x02, 0x03, 0x04):
            return ("block", "loop", "if")[op - 2] + self._block(code.byte()) + f" ;; label = @{self._depth + 1}"
        if op in (0x0C, 0x0D):
            depth = code.unsigned()
            return f"{'br_if' if op == 0x0D else 'br'} {depth} (;@{self._depth - depth};)"
        if op in (0x41, 0x42):
            return f"{'i64' if op == 0x42 else 'i32'}.const {code.signed()}"
        if op in (0x43, 0x44):
            return f"{'f64' if op == 0x44 else 'f32'}.const {_float(code.bytes(8 if op == 0x44 else 4))}"
        if op == 0xFC:
            return self._prefixed(code.unsigned())
        return self._vector(code.unsigned()) if op == 0xFD else None

    @staticmethod
    def _block(kind: int) -> str:
        return "" if kind == 0x40 else f" (result {_TYPES[kind]})"

    def _prefixed(self, op: int) -> str | None:
        if op == 10:
            return "memory.copy" if self._code.bytes(2) == b"\0\0" else None
        if op == 11:
            return "memory.fill" if self._code.byte() == 0 else None
        return _SATURATING.get(op)

    def _vector(self, op: int) -> str | None:
        code = self._code
        if op in _VECTOR:
            return _VECTOR[op]
        if op in _LANES:
            return f"{_LANES[op]} {code.byte()}"
        if op in _VECTOR_MEMORY:
            name, width = _VECTOR_MEMORY[op]
            return name + _offset(code, width)
        if op in _LANE_MEMORY:
            name, width = _LANE_MEMORY[op]
            return f"{name}{_offset(code, width)} {code.byte()}"
        if op == 12:
            return "v128.const i32x4 " + " ".join(f"0x{word:08x}" for word in struct.unpack("<4I", code.bytes(16)))
        return "i8x16.shuffle " + " ".join(map(str, code.bytes(16))) if op == 13 else None


class _Module:
    def __init__(self, wasm: bytes) -> None:
        self._reader = _Bytes(wasm)
        self._types: list[tuple[list[str], list[str]]] = []
        self._functions: list[int] = []
        self._imported = 0
        self._globals = 0
        self.lines: list[str] = []

    def read(self) -> list[str]:
        reader = self._reader
        if reader.bytes(8) != b"\0asm\1\0\0\0":
            raise InternalError("the compiled module does not begin as one.")
        known: dict[int, Callable[[_Bytes, int], None]] = {
            _TYPE: self._type,
            _IMPORT: self._import,
            _FUNCTION: self._function,
            _GLOBAL: self._global,
            _EXPORT: self._export,
            _CODE: self._code,
        }
        while reader:
            section, content = reader.byte(), reader.part()
            if section not in known:
                raise InternalError(f"the compiled module has a section {section}, which has no text form here.")
            for i in range(content.unsigned()):
                known[section](content, i)
            if content:
                raise InternalError(f"the compiled module's section {section} is longer than it says.")
        return self.lines

    def _signature(self, index: int) -> str:
        params, results = self._types[index]
        return _each("param", params) + _each("result", results)

    def _type(self, content: _Bytes, i: int) -> None:
        if content.byte() != 0x60:
            raise InternalError("the compiled module has a type that is no function's.")
        self._types.append((content.types(), content.types()))
        self.lines.append(f"(type (;{i};) (func{self._signature(i)}))")

    def _import(self, content: _Bytes, i: int) -> None:
        place = f"(import {_quoted(content.name())} {_quoted(content.name())}"
        kind = content.byte()
        if kind == 0:
            index = content.unsigned()
            self.lines.append(f"{place} (func (;{self._imported};) (type {index})))")
            self._imported += 1
        elif kind == 2:
            flags = content.byte()
            limits = [str(content.unsigned()) for _ in range(1 + (flags & 1))]
            self.lines.append(f"{place} (memory (;0;) {' '.join(limits)}{' shared' if flags & 2 else ''}))")
        else:
            raise InternalError(f"the compiled module imports a {_KINDS[kind]}.")

    def _function(self, content: _Bytes, i: int) -> None:
        self._functions.append(content.unsigned())

    def _global(self, content: _Bytes, i: int) -> None:
        kind, mutable = _TYPES[content.byte()], content.byte()
        held = f"(mut {kind})" if mutable else kind
        if content.byte() != 0x41:
            raise InternalError("the compiled module has a global that does not begin as a constant.")
        start = content.signed()
        if content.byte() != 0x0B:
            raise InternalError("the compiled module has a global that does not begin as one constant.")
        self.lines.append(f"(global (;{i};) {held} (i32.const {start}))")

    def _export(self, content: _Bytes, i: int) -> None:
        name = content.name()
        self.lines.append(f"(export {_quoted(name)} ({_KINDS[content.byte()]} {content.unsigned()}))")

    def _code(self, content: _Bytes, i: int) -> None:
        code, kind = content.part(), self._functions[i]
        held = [(code.unsigned(), code.byte()) for _ in range(code.unsigned())]
        self.lines.append(f"(func (;{self._imported + i};) (type {kind}){self._signature(kind)}")
        names = [_TYPES[kind] for count, kind in held for _ in range(count)]
        self.lines += [f"  (local {' '.join(names)})"] if names else []
        self.lines += [f"  {line}" for line in _Body(code).read()]
        self.lines.append(")")


def wat(wasm: bytes) -> str:
    """The text form of a module.

    Parameters
    ----------
    wasm
        A module that the compiler wrote.

    Returns
    -------
    str
        What an assembler makes the same bytes of.

    Raises
    ------
    InternalError
        Of bytes that the compiler does not write.
    """
    return "\n".join(["(module", *(f"  {line}" for line in _Module(wasm).read()), ")", ""])
