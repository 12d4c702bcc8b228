//! The functions of each module for blocks of memory, which have their count in front.

use wasm_encoder::{BlockType, Function as Body, Instruction as I, MemArg, ValType};

use super::{Indices, mem_arg};

fn word(offset: u64) -> MemArg {
    mem_arg(offset, 2)
}

/// `alloc(bytes: i64) -> i32`: a block with its header, or 0.
pub(super) fn alloc(at: &Indices) -> Body {
    let mut body = Body::new([(1, ValType::I32)]);
    for instruction in [
        I::LocalGet(0),
        I::I64Const((1 << 31) - 64),
        I::I64GtU,
        I::If(BlockType::Empty),
        I::I32Const(0),
        I::Return,
        I::End,
        I::LocalGet(0),
        I::I32WrapI64,
        I::I32Const(16),
        I::I32Add,
        I::Call(at.malloc),
        I::LocalTee(1),
        I::If(BlockType::Empty),
        I::LocalGet(1),
        I::I64Const(1),
        I::I64Store(word(0)),
        I::End,
        I::LocalGet(1),
        I::End,
    ] {
        body.instruction(&instruction);
    }
    body
}

/// `incref(block: i32)`
pub(super) fn incref() -> Body {
    let mut body = Body::new([]);
    for instruction in [
        I::LocalGet(0),
        I::If(BlockType::Empty),
        I::LocalGet(0),
        I::LocalGet(0),
        I::I32Load(word(0)),
        I::I32Const(1),
        I::I32Add,
        I::I32Store(word(0)),
        I::End,
        I::End,
    ] {
        body.instruction(&instruction);
    }
    body
}

/// `decref(block: i32)`: with the last reference the block is freed, and a list's items before it.
pub(super) fn decref(at: &Indices) -> Body {
    let mut body = Body::new([(1, ValType::I32)]);
    for instruction in [
        I::LocalGet(0),
        I::I32Eqz,
        I::If(BlockType::Empty),
        I::Return,
        I::End,
        I::LocalGet(0),
        I::LocalGet(0),
        I::I32Load(word(0)),
        I::I32Const(1),
        I::I32Sub,
        I::LocalTee(1),
        I::I32Store(word(0)),
        I::LocalGet(1),
        I::If(BlockType::Empty),
        I::Return,
        I::End,
        I::LocalGet(0),
        I::I32Load(word(4)),
        I::LocalTee(1),
        I::If(BlockType::Empty),
        I::LocalGet(1),
        I::Call(at.free),
        I::End,
        I::LocalGet(0),
        I::Call(at.free),
        I::End,
    ] {
        body.instruction(&instruction);
    }
    body
}
