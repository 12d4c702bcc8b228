//! What does not change in a loop is computed in front of it.

use rustc_hash::FxHashSet as HashSet;

use super::bounds::sets;
use super::copies::each_expr;
use crate::ir::{Expr, Function, Local, Op, Stmt};

/// Hoists out of all loops, the outermost first. Says how many expressions.
pub fn hoist(function: &mut Function) -> usize {
    let mut hoisted = 0;
    let mut body = std::mem::take(&mut function.body);
    hoist_in(&mut body, function, &mut hoisted);
    function.body = body;
    hoisted
}

fn hoist_in(stmts: &mut Vec<Stmt>, function: &mut Function, hoisted: &mut usize) {
    let mut i = 0;
    while i < stmts.len() {
        let mut before = Vec::new();
        match &mut stmts[i] {
            Stmt::If(_, then, otherwise) => {
                hoist_in(then, function, hoisted);
                hoist_in(otherwise, function, hoisted);
            }
            Stmt::Block(_, body) => hoist_in(body, function, hoisted),
            Stmt::Loop(_, body) => {
                let mut changed = HashSet::default();
                sets(body, &mut changed);
                let mut found = Vec::new();
                take(body, &changed, function, &mut found);
                before = found;
                hoist_in(body, function, hoisted);
            }
            Stmt::For(each) => {
                let mut changed = HashSet::from_iter([each.counter]);
                sets(&each.body, &mut changed);
                let mut found = Vec::new();
                take(&mut each.body, &changed, function, &mut found);
                before = found;
                hoist_in(&mut each.body, function, hoisted);
            }
            _ => {}
        }
        *hoisted += before.len();
        let count = before.len();
        stmts.splice(i..i, before.into_iter().map(|(local, value)| Stmt::Set(local, value)));
        i += count + 1;
    }
}

/// Replaces the largest invariant parts by locals.
fn take(stmts: &mut [Stmt], changed: &HashSet<Local>, function: &mut Function, found: &mut Vec<(Local, Expr)>) {
    for stmt in stmts {
        each_expr(stmt, &mut |expr| take_expr(expr, changed, function, found));
        match stmt {
            Stmt::If(_, then, otherwise) => {
                take(then, changed, function, found);
                take(otherwise, changed, function, found);
            }
            Stmt::Block(_, body) | Stmt::Loop(_, body) => take(body, changed, function, found),
            Stmt::For(each) => take(&mut each.body, changed, function, found),
            _ => {}
        }
    }
}

/// Whether it may be computed early: it changes nowhere in the loop, and computing it in vain is cheap and safe.
fn movable(expr: &Expr, changed: &HashSet<Local>) -> bool {
    let mut fits = true;
    expr.walk(&mut |part| {
        fits &= match part {
            Expr::Local(local) => !changed.contains(local),
            // One without operands gives the same address at all times.
            Expr::Import(_, args) => args.is_empty(),
            Expr::Load(..) => false,
            // These trap where a check behind which they stand would have raised.
            Expr::Op(Op::I64DivS | Op::I64DivU | Op::I64RemU, args) => {
                matches!(args.get(1), Some(Expr::I64(by)) if *by != 0 && *by != -1)
            }
            _ => true,
        };
    });
    fits
}

fn take_expr(expr: &mut Expr, changed: &HashSet<Local>, function: &mut Function, found: &mut Vec<(Local, Expr)>) {
    if expr.is_leaf() {
        return;
    }
    if movable(expr, changed) {
        let known = found.iter().find(|each| each.1 == *expr).map(|each| each.0);
        let local = known.unwrap_or_else(|| {
            let local = function.local(function.rep(expr));
            found.push((local, expr.clone()));
            local
        });
        *expr = Expr::Local(local);
        return;
    }
    match expr {
        Expr::Op(_, args) | Expr::Import(_, args) | Expr::Pack(args) => {
            args.iter_mut().for_each(|arg| take_expr(arg, changed, function, found));
        }
        Expr::Select(parts) => parts.iter_mut().for_each(|part| take_expr(part, changed, function, found)),
        Expr::Load(_, address, _) => take_expr(address, changed, function, found),
        Expr::Lane(_, _, vector) => take_expr(vector, changed, function, found),
        _ => {}
    }
}
