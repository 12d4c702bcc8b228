//! A loop around an inner one that adds to the same places again and again is done four iterations at a time, side by side in
//! the inner loop: what it adds to is read and written once for four, and what each iteration sums up by itself no longer
//! waits for the sum before. Every element keeps the order of its sums.
//!
//! That is right where the inner loops run alike for all iterations, and where what one of them writes another meets in the
//! same round of the inner loop or never: `dependence.rs` says what is to be asked in front of the loop.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::bounds::{local_definitions, sets};
use super::copies::{each_expr, replace};
use super::promote::{Place, Places};
use super::vectorize::{Import, Vectoriser};
use crate::build::{add, and, op, select, sub};
use crate::ir::{Expr, For, Function, Local, Op, Stmt};
use crate::sorted::Set;

/// How many iterations are done side by side.
const WIDTH: i64 = 4;

/// More statements than this are not copied.
const MOST: usize = 40;

/// Jams what can be. Says how many loops.
pub fn jam(function: &mut Function, imports: &mut Vec<Import>) -> usize {
    let mut count = 0;
    let mut body = std::mem::take(&mut function.body);
    in_stmts(&mut body, function, imports, &mut count);
    function.body = body;
    count
}

fn in_stmts(stmts: &mut Vec<Stmt>, function: &mut Function, imports: &mut Vec<Import>, count: &mut usize) {
    let mut i = 0;
    while i < stmts.len() {
        match &mut stmts[i] {
            Stmt::If(_, then, otherwise) => {
                in_stmts(then, function, imports, count);
                in_stmts(otherwise, function, imports, count);
            }
            Stmt::Block(_, body) | Stmt::Loop(_, body) => in_stmts(body, function, imports, count),
            Stmt::For(each) if each.body.iter().any(Stmt::holds_loop) => {
                if let Some(made) = jammed(each, function, imports) {
                    *count += 1;
                    let added = made.len();
                    stmts.splice(i..=i, made);
                    i += added - 1;
                } else {
                    in_stmts(&mut each.body, function, imports, count);
                }
            }
            _ => {}
        }
        i += 1;
    }
}

/// The statements of a body that has nothing but loops, assignments and stores.
fn flat(stmts: &[Stmt], into: &mut Vec<Stmt>) {
    for stmt in stmts {
        match stmt {
            Stmt::Block(_, body) => flat(body, into),
            Stmt::For(each) => {
                let mut body = Vec::new();
                flat(&each.body, &mut body);
                into.push(Stmt::For(Box::new(For { body, ..(**each).clone() })));
            }
            other => into.push(other.clone()),
        }
    }
}

fn jammed(each: &For, function: &mut Function, imports: &mut Vec<Import>) -> Option<Vec<Stmt>> {
    let mut asked = Vectoriser::bare(each, function, imports).ok()?;
    let mut body = Vec::new();
    flat(&each.body, &mut body);
    let mut size = body.len();
    for stmt in &body {
        if let Stmt::For(inner) = stmt {
            size += inner.body.len();
            if inner.body.iter().any(Stmt::holds_loop) {
                return None;
            }
        }
    }
    if size > MOST {
        return None;
    }
    // Nothing is carried from one iteration to the next but in memory.
    asked.find_sums(false).ok()?;
    let holds = asked.side_by_side()?;
    let runs = asked.inner_run().ok()?;
    let (start, stop) = (each.start.clone(), each.stop.clone());
    let enough = op(Op::I64LtS, [add(start.clone(), Expr::I64(WIDTH)), stop.clone()]);
    let whole = op(Op::I64And, [sub(sub(stop, start.clone()), Expr::I64(1)), Expr::I64(-WIDTH)]);
    let guard = and(enough, and(holds, runs));
    let end = asked.early(add(start.clone(), select(guard, whole, Expr::I64(0))));
    let mut made = std::mem::take(&mut asked.before);
    let counter = function.local(function.locals[each.counter as usize]);
    let copies: Vec<_> = (0..WIDTH).map(|copy| renaming(each, &body, counter, copy, function)).collect();
    let mut wide = For { counter, start, stop: end.clone(), step: WIDTH, body: interleaved(&body, &copies) };
    let mut changed = HashSet::from_iter([counter]);
    sets(&wide.body, &mut changed);
    let definitions = local_definitions(&wide.body, &changed, counter);
    let mut places = Places { counter, changed, definitions, function };
    places.inner(&mut wide.body, true);
    for stmt in &mut wide.body {
        if let Stmt::For(inner) = stmt {
            forward(inner, function);
        }
    }
    made.push(Stmt::For(Box::new(wide)));
    made.push(Stmt::For(Box::new(For { start: end, ..each.clone() })));
    Some(made)
}

/// What stands for the locals of a body in one of its copies.
fn renaming(each: &For, body: &[Stmt], counter: Local, copy: i64, function: &mut Function) -> HashMap<Local, Expr> {
    let mut set = HashSet::default();
    sets(body, &mut set);
    for stmt in body {
        if let Stmt::For(inner) = stmt {
            set.remove(&inner.counter);
        }
    }
    let set: Set<_> = set.into_iter().collect();
    let mut known = HashMap::from_iter([(each.counter, add(Expr::Local(counter), Expr::I64(copy)))]);
    for local in set {
        known.insert(local, Expr::Local(function.local(function.locals[local as usize])));
    }
    known
}

/// The copies of a body: of its loops one each, with the copies of its body; what lies between them copy by copy.
fn interleaved(body: &[Stmt], copies: &[HashMap<Local, Expr>]) -> Vec<Stmt> {
    let mut made = Vec::new();
    for part in body.chunk_by(|a, b| !matches!((a, b), (Stmt::For(_), _) | (_, Stmt::For(_)))) {
        if let [Stmt::For(inner)] = part {
            // It runs alike in all copies: the first one's locals say how.
            let (start, stop) = (replace(&inner.start, &copies[0]), replace(&inner.stop, &copies[0]));
            let body = interleaved(&inner.body, copies);
            made.push(Stmt::For(Box::new(For { start, stop, body, ..(**inner).clone() })));
            continue;
        }
        for known in copies {
            for stmt in part {
                let mut stmt = stmt.clone();
                each_expr(&mut stmt, &mut |expr| *expr = replace(expr, known));
                if let Stmt::Set(local, _) = &mut stmt
                    && let Some(Expr::Local(other)) = known.get(local)
                {
                    *local = *other;
                }
                made.push(stmt);
            }
        }
    }
    made
}

/// In an innermost loop whose places are the same or apart: what has been stored is not read again, and a place is written
/// once.
fn forward(each: &mut For, function: &mut Function) {
    let mut changed = HashSet::from_iter([each.counter]);
    sets(&each.body, &mut changed);
    let definitions = local_definitions(&each.body, &changed, each.counter);
    let places = Places { counter: each.counter, changed, definitions, function };
    let mut stored: Vec<(Place, usize, Local)> = Vec::new();
    let mut made: Vec<Option<Stmt>> = Vec::new();
    for stmt in std::mem::take(&mut each.body) {
        match stmt {
            Stmt::Store(mem, address, offset, value) if mem.rep() == places.function.rep(&value) => {
                let place = places.place(mem, &address, offset);
                let local = places.function.local(mem.rep());
                made.push(Some(Stmt::Set(local, value)));
                if let Some(place) = place {
                    if let Some(before) = stored.iter().position(|each| each.0 == place) {
                        made[stored.remove(before).1] = None;
                    }
                    stored.push((place, made.len(), local));
                }
                made.push(Some(Stmt::Store(mem, address, offset, Expr::Local(local))));
            }
            Stmt::Set(local, Expr::Load(mem, address, offset)) => {
                let place = places.place(mem, &address, offset);
                let known = stored.iter().find(|each| place.as_ref() == Some(&each.0));
                let value = match known {
                    Some(known) => Expr::Local(known.2),
                    None => Expr::Load(mem, address, offset),
                };
                made.push(Some(Stmt::Set(local, value)));
            }
            other => made.push(Some(other)),
        }
    }
    each.body = made.into_iter().flatten().collect();
}
