//! What an inner loop reads and writes at one place is kept in a local: read in front of the loop, written behind it.
//!
//! That is only right where no other access of the loop meets that place, and where the loop runs at all: the caller asks.

use rustc_hash::FxHashSet as HashSet;

use super::affine::{Affine, Sum, affine, narrowed};
use super::bounds::{local_definitions, sets};
use super::linear::Definitions;
use super::vectorize::{Import, Vectoriser, each_stmt, is_plain};
use crate::build::{and, op, wrap};
use crate::ir::{Expr, For, Function, Local, Mem, Op, Rep, Stmt};

/// More places than these are not kept in locals.
const MOST: usize = 8;

/// What is read or written, and where.
#[derive(Clone, PartialEq)]
pub struct Place {
    mem: Mem,
    at: Affine,
    offset: u32,
}

impl Place {
    /// Whether they lie so that one of them may be a part of the other, though they are not the same.
    fn crosses(&self, other: &Self) -> bool {
        let alike = self.at.step == other.at.step && self.at.start.terms == other.at.start.terms;
        let place = |each: &Self| i64::from(each.at.start.constant) + i64::from(each.offset);
        let size = i64::from(self.mem.size().max(other.mem.size()));
        alike && self != other && (place(self) - place(other)).abs() < size
    }
}

/// A loop's accesses, as they depend on its own counter alone.
pub struct Places<'a> {
    pub counter: Local,
    /// What the loop sets, and its counter.
    pub changed: HashSet<Local>,
    pub definitions: Definitions,
    pub function: &'a mut Function,
}

impl Places<'_> {
    /// A place that depends on nothing else that changes in the loop.
    pub fn place(&self, mem: Mem, address: &Expr, offset: u32) -> Option<Place> {
        let wide =
            |expr: &Expr| matches!(expr, Expr::Local(local) if self.function.locals[*local as usize] == Rep::I64);
        let at = affine(address, self.counter, &self.changed, &self.definitions)?;
        let at = Affine { start: narrowed(&at.start, &wide), step: narrowed(&at.step, &wide) };
        Some(Place { mem, at, offset })
    }

    /// The places that a loop in it stores to, or reads, in each of its iterations. A place that is only read costs a
    /// register and spares little: it is kept where something is stored as well, or all that is read is to be.
    fn found(&self, stmts: &[Stmt], all_read: bool) -> Vec<Place> {
        let (mut stored, mut read, mut all): (Vec<Place>, Vec<Place>, Vec<Place>) = Default::default();
        each_stmt(stmts, &mut |stmt| {
            let (mem, address, offset, into) = match stmt {
                Stmt::Store(mem, address, offset, _) => (mem, address, offset, &mut stored),
                Stmt::Set(_, Expr::Load(mem, address, offset)) => (mem, &**address, offset, &mut read),
                _ => return,
            };
            if let Some(place) = self.place(*mem, address, *offset) {
                all.push(place.clone());
                if matches!(mem, Mem::F64 | Mem::F32 | Mem::I64) && !into.contains(&place) {
                    into.push(place);
                }
            }
        });
        if stored.is_empty() && !all_read {
            return stored;
        }
        read.retain(|place| !stored.contains(place));
        stored.append(&mut read);
        stored.retain(|place| !all.iter().any(|other| place.crosses(other)));
        if stored.len() > MOST { Vec::new() } else { stored }
    }

    /// Replaces the accesses of a loop's body; the statements that read the places, and those that write them.
    fn keep(&mut self, body: &mut [Stmt], places: &[Place]) -> (Vec<Stmt>, Vec<Stmt>) {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for place in places {
            let local = self.function.local(place.mem.rep());
            let moved = op(Op::I32Mul, [wrap(Expr::Local(self.counter)), place.at.step.expr()]);
            let address = op(Op::I32Add, [place.at.start.expr(), moved]);
            let mut writes = false;
            self.replace(body, place, local, &mut writes);
            before.push(Stmt::Set(local, Expr::Load(place.mem, Box::new(address.clone()), place.offset)));
            if writes {
                after.push(Stmt::Store(place.mem, address, place.offset, Expr::Local(local)));
            }
        }
        (before, after)
    }

    fn replace(&self, stmts: &mut [Stmt], place: &Place, local: Local, writes: &mut bool) {
        let here = |mem: Mem, address: &Expr, offset: u32| self.place(mem, address, offset).as_ref() == Some(place);
        for stmt in stmts {
            match stmt {
                Stmt::Set(_, value) => {
                    if let Expr::Load(mem, address, offset) = value
                        && here(*mem, address, *offset)
                    {
                        *value = Expr::Local(local);
                    }
                }
                Stmt::Store(mem, address, offset, value) if here(*mem, address, *offset) => {
                    *writes = true;
                    *stmt = Stmt::Set(local, value.clone());
                }
                Stmt::Block(_, body) => self.replace(body, place, local, writes),
                Stmt::For(each) => self.replace(&mut each.body, place, local, writes),
                _ => {}
            }
        }
    }

    /// Out of all loops in a body, the innermost first. Says whether there was something.
    pub fn inner(&mut self, stmts: &mut Vec<Stmt>, all_read: bool) -> bool {
        let (mut any, mut i) = (false, 0);
        while i < stmts.len() {
            match &mut stmts[i] {
                Stmt::Block(_, body) => any |= self.inner(body, all_read),
                Stmt::For(each) => {
                    any |= self.inner(&mut each.body, all_read);
                    let places = self.found(&each.body, all_read);
                    if !places.is_empty() {
                        let (before, after) = self.keep(&mut each.body, &places);
                        let count = before.len();
                        stmts.splice(i + 1..i + 1, after);
                        stmts.splice(i..i, before);
                        i += count;
                        any = true;
                    }
                }
                _ => {}
            }
            i += 1;
        }
        any
    }
}

/// A nest whose inner loops keep in locals what they store to one place; `None` where they do not store so.
pub fn nest(each: &For, function: &mut Function) -> Option<For> {
    if !is_plain(&each.body) {
        return None;
    }
    let mut changed = HashSet::from_iter([each.counter]);
    sets(&each.body, &mut changed);
    let definitions = local_definitions(&each.body, &changed, each.counter);
    let mut body = each.body.clone();
    let any = Places { counter: each.counter, changed, definitions, function }.inner(&mut body, false);
    any.then(|| For { body, ..each.clone() })
}

/// Innermost loops that store to one place keep it in a local, where a question in front of them says that nothing else
/// meets it. Says how many do.
pub fn promote(function: &mut Function, imports: &mut Vec<Import>) -> usize {
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
            Stmt::For(each) => {
                if each.body.iter().any(Stmt::holds_loop) {
                    in_stmts(&mut each.body, function, imports, count);
                } else if let Some(made) = alone(each, function, imports) {
                    *count += 1;
                    let added = made.len();
                    stmts.splice(i..=i, made);
                    i += added - 1;
                }
            }
            _ => {}
        }
        i += 1;
    }
}

/// A loop without loops in it, in front of it the question, and as it was.
fn alone(each: &For, function: &mut Function, imports: &mut Vec<Import>) -> Option<Vec<Stmt>> {
    if each.step != 1 || !is_plain(&each.body) {
        return None;
    }
    let mut changed = HashSet::from_iter([each.counter]);
    sets(&each.body, &mut changed);
    let definitions = local_definitions(&each.body, &changed, each.counter);
    let mut places = Places { counter: each.counter, changed, definitions, function };
    let mut kept = places.found(&each.body, false);
    kept.retain(|place| place.at.step == Sum::default());
    let mut body = each.body.clone();
    let (before, after) = places.keep(&mut body, &kept);
    if after.is_empty() {
        return None;
    }
    let mut asked = Vectoriser::bare(each, function, imports).ok()?;
    let apart = asked.fixed_apart().ok()?;
    let runs = op(Op::I64LtS, [each.start.clone(), each.stop.clone()]);
    let mut made = std::mem::take(&mut asked.before);
    let mut fast = before;
    fast.push(Stmt::For(Box::new(For { body, ..each.clone() })));
    fast.extend(after);
    made.push(Stmt::If(and(runs, apart), fast, vec![Stmt::For(Box::new(each.clone()))]));
    Some(made)
}
