//! Copies of locals that are set once, and constants, take the place of the locals that hold them.

use rustc_hash::FxHashMap as HashMap;

use crate::build;
use crate::ir::{Expr, Function, Local, Stmt};

/// How often each local is set. Parameters are set once by the call.
pub fn set_counts(function: &Function) -> Vec<u32> {
    let mut counts = vec![0; function.locals.len()];
    counts[..function.params].fill(1);
    count(&function.body, &mut counts);
    counts
}

fn count(stmts: &[Stmt], counts: &mut [u32]) {
    for stmt in stmts {
        match stmt {
            Stmt::Set(local, _) | Stmt::Alloc(local, ..) => counts[*local as usize] += 1,
            Stmt::Call(_, _, results, _) => results.iter().for_each(|&local| counts[local as usize] += 1),
            Stmt::If(_, then, otherwise) => {
                count(then, counts);
                count(otherwise, counts);
            }
            Stmt::Block(_, body) | Stmt::Loop(_, body) => count(body, counts),
            Stmt::For(each) => {
                // By the loop itself, again and again.
                counts[each.counter as usize] += 2;
                count(&each.body, counts);
            }
            _ => {}
        }
    }
}

/// Puts what a local stands for in its place. A local set once has its value wherever it is read: its only assignment
/// comes first on every way there (lowering makes no other).
pub fn propagate(function: &mut Function) {
    let counts = set_counts(function);
    let owners: Vec<bool> = {
        let mut owners = vec![false; counts.len()];
        function.owners.iter().chain(&function.results).for_each(|&local| owners[local as usize] = true);
        owners
    };
    let mut known: HashMap<Local, Expr> = HashMap::default();
    let mut body = std::mem::take(&mut function.body);
    rewrite(&mut body, &counts, &owners, &mut Vec::new(), &mut known);
    function.body = body;
}

/// A loop's counter is fixed inside of it, so that its copies go too; `counters` are those around.
fn rewrite(
    stmts: &mut [Stmt],
    counts: &[u32],
    owners: &[bool],
    counters: &mut Vec<Local>,
    known: &mut HashMap<Local, Expr>,
) {
    for stmt in stmts.iter_mut() {
        each_expr(stmt, &mut |expr| {
            // Most have nothing to replace, and need no copy.
            if expr.any(&|part| matches!(part, Expr::Local(local) if known.contains_key(local))) {
                *expr = replace(expr, known);
            }
        });
        match stmt {
            Stmt::Set(local, value) => {
                let once = |local: Local| counts[local as usize] == 1;
                let stands = match value {
                    Expr::Local(source) => once(*source) || counters.contains(source),
                    Expr::I32(_) | Expr::I64(_) | Expr::F32(_) | Expr::F64(_) => true,
                    _ => false,
                };
                if stands && once(*local) && !owners[*local as usize] {
                    known.insert(*local, value.clone());
                }
            }
            Stmt::If(_, then, otherwise) => {
                rewrite(then, counts, owners, counters, known);
                rewrite(otherwise, counts, owners, counters, known);
            }
            Stmt::Block(_, body) | Stmt::Loop(_, body) => rewrite(body, counts, owners, counters, known),
            Stmt::For(each) => {
                counters.push(each.counter);
                rewrite(&mut each.body, counts, owners, counters, known);
                counters.pop();
            }
            _ => {}
        }
    }
}

/// Calls `visit` with each expression that a statement itself has.
pub fn each_expr(stmt: &mut Stmt, visit: &mut impl FnMut(&mut Expr)) {
    match stmt {
        Stmt::Set(_, value) => visit(value),
        Stmt::Store(_, address, _, value) => {
            visit(address);
            visit(value);
        }
        Stmt::If(condition, ..) | Stmt::Check(condition, _) => visit(condition),
        Stmt::For(each) => {
            visit(&mut each.start);
            visit(&mut each.stop);
        }
        Stmt::Call(_, args, ..) => args.iter_mut().for_each(visit),
        Stmt::Alloc(_, bytes, _) => visit(bytes),
        Stmt::Zero(address, bytes) => {
            visit(address);
            visit(bytes);
        }
        Stmt::Incref(owner) | Stmt::Decref(owner) => visit(owner),
        Stmt::Block(..) | Stmt::Loop(..) | Stmt::Br(_) | Stmt::Raise(_) => {}
    }
}

/// An expression with what is known in the place of its locals.
pub fn replace(expr: &Expr, known: &HashMap<Local, Expr>) -> Expr {
    let all = |args: &[Expr]| args.iter().map(|arg| replace(arg, known)).collect::<Vec<_>>();
    match expr {
        Expr::Local(local) => known.get(local).unwrap_or(expr).clone(),
        Expr::Op(op, args) => {
            let args = all(args);
            match <[Expr; 2]>::try_from(args) {
                Ok(args) => build::op(*op, args),
                Err(args) => match <[Expr; 1]>::try_from(args) {
                    Ok(args) => build::op(*op, args),
                    Err(args) => Expr::Op(*op, args),
                },
            }
        }
        Expr::Select(parts) => {
            let [condition, then, otherwise] = &**parts;
            build::select(replace(condition, known), replace(then, known), replace(otherwise, known))
        }
        Expr::Load(mem, address, offset) => Expr::Load(*mem, Box::new(replace(address, known)), *offset),
        Expr::Import(import, args) => Expr::Import(*import, all(args)),
        Expr::Pack(args) => Expr::Pack(all(args)),
        Expr::Lane(rep, lane, vector) => Expr::Lane(*rep, *lane, Box::new(replace(vector, known))),
        other => other.clone(),
    }
}
