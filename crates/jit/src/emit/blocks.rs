//! The functions of each module for blocks of memory, which have their count in front.

use wasm_encoder::{BlockType, Function as Body, InstructionSink, MemArg, ValType};

use super::{Indices, mem_arg};

fn word(offset: u64) -> MemArg {
    mem_arg(offset, 2)
}

/// `alloc(bytes: i64) -> i32`: a block with its header, or 0.
pub(super) fn alloc(at: &Indices) -> Body {
    let mut body = Body::new([(1, ValType::I32)]);
    body.instructions()
        .local_get(0)
        .i64_const((1 << 31) - 64)
        .i64_gt_u()
        .if_(BlockType::Empty)
        .i32_const(0)
        .return_()
        .end()
        .local_get(0)
        .i32_wrap_i64()
        .i32_const(16)
        .i32_add()
        .call(at.malloc)
        .local_tee(1)
        .if_(BlockType::Empty)
        .local_get(1)
        .i64_const(1)
        .i64_store(word(0))
        .end()
        .local_get(1)
        .end();
    body
}

/// `incref(block: i32)`
pub(super) fn incref() -> Body {
    let mut body = Body::new([]);
    body.instructions()
        .local_get(0)
        .if_(BlockType::Empty)
        .local_get(0)
        .local_get(0)
        .i32_load(word(0))
        .i32_const(1)
        .i32_add()
        .i32_store(word(0))
        .end()
        .end();
    body
}

/// `decref(block: i32)`: with the last reference the block is freed, and a list's items before it. Where there are lists
/// whose items may own memory, these give up their references before.
pub(super) fn decref(at: &Indices, nested: bool) -> Body {
    // 1: references, then the items' block; the others are for what the items own.
    let mut body = Body::new([(if nested { 5 } else { 1 }, ValType::I32)]);
    let mut code = body.instructions();
    code.local_get(0)
        .i32_eqz()
        .if_(BlockType::Empty)
        .return_()
        .end()
        .local_get(0)
        .local_get(0)
        .i32_load(word(0))
        .i32_const(1)
        .i32_sub()
        .local_tee(1)
        .i32_store(word(0))
        .local_get(1)
        .if_(BlockType::Empty)
        .return_()
        .end()
        .local_get(0)
        .i32_load(word(4))
        .local_tee(1)
        .if_(BlockType::Empty);
    if nested {
        release_items(&mut code, at);
    }
    code.local_get(1).call(at.free).end().local_get(0).call(at.free).end();
    body
}

/// The references that a list's items own. Their block says how long an item is, and has a bit for each of its parts that
/// is an owner (`lower/list.rs`).
fn release_items(code: &mut InstructionSink<'_>, at: &Indices) {
    // 2: the first item, then the next; 3: behind the last; 4: the owners' bits; 5: the part they are at.
    code.local_get(1)
        .i32_load(word(8))
        .if_(BlockType::Empty)
        .local_get(1)
        .i32_const(16)
        .i32_add()
        .local_tee(2)
        .local_get(0)
        .i32_load(word(8))
        .local_get(1)
        .i32_load(word(4))
        .i32_mul()
        .i32_add()
        .local_set(3)
        .block(BlockType::Empty)
        .loop_(BlockType::Empty)
        .local_get(2)
        .local_get(3)
        .i32_ge_u()
        .br_if(1)
        .local_get(2)
        .local_set(5)
        .local_get(1)
        .i32_load(word(8))
        .local_set(4)
        .loop_(BlockType::Empty)
        .local_get(4)
        .i32_const(1)
        .i32_and()
        .if_(BlockType::Empty)
        .local_get(5)
        .i32_load(word(0))
        .call(at.decref)
        .end()
        .local_get(5)
        .i32_const(8)
        .i32_add()
        .local_set(5)
        .local_get(4)
        .i32_const(1)
        .i32_shr_u()
        .local_tee(4)
        .br_if(0)
        .end()
        .local_get(2)
        .local_get(1)
        .i32_load(word(4))
        .i32_add()
        .local_set(2)
        .br(0)
        .end()
        .end()
        .end();
}
