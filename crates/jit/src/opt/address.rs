//! In an innermost loop an address that goes up in equal steps becomes a pointer that is moved on at the end.

use rustc_hash::FxHashSet as HashSet;

use super::affine::{Affine, Sum, affine, narrowed};
use super::bounds::{local_definitions, sets};
use crate::build::{op, wrap};
use crate::ir::{Expr, For, Function, Local, Op, Rep, Stmt};

/// More pointers than this would not stay in registers.
const MOST: usize = 10;

/// A pointer: where it starts but for a constant, its step, the least constant.
struct Pointer {
    start: Sum,
    step: Sum,
    least: i32,
    most: i32,
    local: Local,
}

/// Reduces all innermost counted loops. Says how many pointers there are.
pub fn reduce(function: &mut Function) -> usize {
    let mut count = 0;
    let mut body = std::mem::take(&mut function.body);
    reduce_in(&mut body, function, &mut count);
    function.body = body;
    count
}

fn reduce_in(stmts: &mut Vec<Stmt>, function: &mut Function, count: &mut usize) {
    let mut i = 0;
    while i < stmts.len() {
        let mut before = Vec::new();
        match &mut stmts[i] {
            Stmt::If(_, then, otherwise) => {
                reduce_in(then, function, count);
                reduce_in(otherwise, function, count);
            }
            Stmt::Block(_, body) | Stmt::Loop(_, body) => reduce_in(body, function, count),
            Stmt::For(each) => {
                if each.body.iter().any(Stmt::holds_loop) {
                    reduce_in(&mut each.body, function, count);
                } else {
                    before = reduced(each, function);
                    *count += before.len();
                }
            }
            _ => {}
        }
        let added = before.len();
        stmts.splice(i..i, before);
        i += added + 1;
    }
}

fn reduced(each: &mut For, function: &mut Function) -> Vec<Stmt> {
    let mut changed = HashSet::from_iter([each.counter]);
    sets(&each.body, &mut changed);
    let definitions = local_definitions(&each.body, &changed, each.counter);
    let wide: Vec<bool> = function.locals.iter().map(|rep| *rep == Rep::I64).collect();
    let is_wide = |expr: &Expr| matches!(expr, Expr::Local(local) if wide.get(*local as usize) == Some(&true));
    let find = |address: &Expr| -> Option<Affine> {
        let found = affine(address, each.counter, &changed, &definitions)?;
        let found = Affine { start: narrowed(&found.start, &is_wide), step: narrowed(&found.step, &is_wide) };
        (found.step != Sum::default()).then_some(found)
    };
    let mut pointers: Vec<Pointer> = Vec::new();
    addresses(&each.body, &mut |address| {
        let Some(found) = find(address) else { return };
        let constant = found.start.constant;
        let start = Sum { constant: 0, ..found.start };
        let near = |pointer: &&mut Pointer| {
            pointer.start == start
                && pointer.step == found.step
                && (i64::from(pointer.least.min(constant)) - i64::from(pointer.most.max(constant))).abs() < 1 << 16
        };
        match pointers.iter_mut().find(near) {
            Some(pointer) => {
                pointer.least = pointer.least.min(constant);
                pointer.most = pointer.most.max(constant);
            }
            None => pointers.push(Pointer { start, step: found.step, least: constant, most: constant, local: 0 }),
        }
    });
    if pointers.is_empty() || pointers.len() > MOST {
        return Vec::new();
    }
    let mut before = Vec::new();
    let mut steps = Vec::new();
    for pointer in &mut pointers {
        pointer.local = function.local(Rep::I32);
        let first = op(Op::I32Mul, [wrap(each.start.clone()), pointer.step.expr()]);
        let start = Sum { constant: pointer.least, ..pointer.start.clone() };
        before.push(Stmt::Set(pointer.local, op(Op::I32Add, [start.expr(), first])));
        let mut step = op(Op::I32Mul, [pointer.step.expr(), Expr::I32(each.step as i32)]);
        if !step.is_leaf() {
            let local = function.local(Rep::I32);
            before.push(Stmt::Set(local, step));
            step = Expr::Local(local);
        }
        steps.push(Stmt::Set(pointer.local, op(Op::I32Add, [Expr::Local(pointer.local), step])));
    }
    replace(&mut each.body, &|address, offset| {
        let found = find(address)?;
        let constant = found.start.constant;
        let start = Sum { constant: 0, ..found.start };
        let pointer = pointers.iter().find(|pointer| {
            pointer.start == start && pointer.step == found.step && (pointer.least..=pointer.most).contains(&constant)
        })?;
        Some((Expr::Local(pointer.local), offset + (constant - pointer.least) as u32))
    });
    each.body.extend(steps);
    before
}

/// Calls `visit` with each address that is read or written.
fn addresses(stmts: &[Stmt], visit: &mut impl FnMut(&Expr)) {
    for stmt in stmts {
        match stmt {
            Stmt::Set(_, Expr::Load(_, address, _)) => visit(address),
            Stmt::Store(_, address, ..) => visit(address),
            Stmt::If(_, then, otherwise) => {
                addresses(then, visit);
                addresses(otherwise, visit);
            }
            Stmt::Block(_, body) => addresses(body, visit),
            _ => {}
        }
    }
}

fn replace(stmts: &mut [Stmt], with: &impl Fn(&Expr, u32) -> Option<(Expr, u32)>) {
    for stmt in stmts {
        match stmt {
            Stmt::Set(_, Expr::Load(_, address, offset)) => {
                if let Some((pointer, at)) = with(address, *offset) {
                    (**address, *offset) = (pointer, at);
                }
            }
            Stmt::Store(_, address, offset, _) => {
                if let Some((pointer, at)) = with(address, *offset) {
                    (*address, *offset) = (pointer, at);
                }
            }
            Stmt::If(_, then, otherwise) => {
                replace(then, with);
                replace(otherwise, with);
            }
            Stmt::Block(_, body) => replace(body, with),
            _ => {}
        }
    }
}
