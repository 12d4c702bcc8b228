//! The end of lists whose items own memory.

use wasm_encoder::{BlockType, Function as Body, Instruction as I, MemArg, MemArgTarget, ValType};

fn word(offset: u64) -> MemArg {
    MemArg { offset, align: 2, target: MemArgTarget::Memory(0), ordering: None }
}

/// `decref(block: i32)`, where the items of a list may own memory: they give up their references before it is freed. Their
/// block says how long an item is, and has a bit for each of its parts that is an owner (`lower/list.rs`).
pub fn decref(decref: u32, free: u32) -> Body {
    // 1: references, then the items' block; 2: the first item, then the next; 3: behind the last; 4: the owners' bits;
    // 5: the part they are at.
    let mut body = Body::new([(5, ValType::I32)]);
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
        I::I32Load(word(8)),
        I::If(BlockType::Empty),
        I::LocalGet(1),
        I::I32Const(16),
        I::I32Add,
        I::LocalTee(2),
        I::LocalGet(0),
        I::I32Load(word(8)),
        I::LocalGet(1),
        I::I32Load(word(4)),
        I::I32Mul,
        I::I32Add,
        I::LocalSet(3),
        I::Block(BlockType::Empty),
        I::Loop(BlockType::Empty),
        I::LocalGet(2),
        I::LocalGet(3),
        I::I32GeU,
        I::BrIf(1),
        I::LocalGet(2),
        I::LocalSet(5),
        I::LocalGet(1),
        I::I32Load(word(8)),
        I::LocalSet(4),
        I::Loop(BlockType::Empty),
        I::LocalGet(4),
        I::I32Const(1),
        I::I32And,
        I::If(BlockType::Empty),
        I::LocalGet(5),
        I::I32Load(word(0)),
        I::Call(decref),
        I::End,
        I::LocalGet(5),
        I::I32Const(8),
        I::I32Add,
        I::LocalSet(5),
        I::LocalGet(4),
        I::I32Const(1),
        I::I32ShrU,
        I::LocalTee(4),
        I::BrIf(0),
        I::End,
        I::LocalGet(2),
        I::LocalGet(1),
        I::I32Load(word(4)),
        I::I32Add,
        I::LocalSet(2),
        I::Br(0),
        I::End,
        I::End,
        I::End,
        I::LocalGet(1),
        I::Call(free),
        I::End,
        I::LocalGet(0),
        I::Call(free),
        I::End,
    ] {
        body.instruction(&instruction);
    }
    body
}
