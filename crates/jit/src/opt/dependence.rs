//! Whether the accesses of a loop's body may be done several iterations at a time.

use std::collections::HashMap;

use super::affine::{Affine, Sum};
use super::vectorize::{Vectoriser, why};
use crate::build::{and, op, or, wrap};
use crate::ir::{Expr, Op, Stmt};

/// More pairs than this are not compared in front of a loop.
const MOST_PAIRS: usize = 12;

/// A read or write of memory in the body.
pub struct Access {
    at: Affine,
    offset: u32,
    size: u32,
    stores: bool,
}

impl Vectoriser<'_> {
    pub fn accesses(&self) -> Result<Vec<Access>, String> {
        let mut accesses = Vec::new();
        for stmt in &self.body {
            let (mem, address, offset, stores) = match stmt {
                Stmt::Store(mem, address, offset, _) => (mem, address, offset, true),
                Stmt::Set(_, Expr::Load(mem, address, offset)) => (mem, &**address, offset, false),
                _ => continue,
            };
            let Some(at) = self.find(address) else { return why("an address does not go up in equal steps") };
            if stores && at.step != (Sum { constant: mem.size() as i32, terms: Vec::new() }) {
                return why("what it stores is not next to each other");
            }
            accesses.push(Access { at, offset: *offset, size: mem.size(), stores });
        }
        Ok(accesses)
    }

    /// What must hold in front of the loop so that no store meets another access.
    pub fn apart(&mut self, accesses: &[Access], width: i64) -> Result<Expr, String> {
        let mut holds = Expr::I32(1);
        let mut pairs = Vec::new();
        for (i, store) in accesses.iter().enumerate().filter(|each| each.1.stores) {
            for (j, other) in accesses.iter().enumerate() {
                if i == j || other.stores && j < i {
                    continue;
                }
                let alike = store.at.step == other.at.step && store.at.start.terms == other.at.start.terms;
                if alike {
                    let place = |access: &Access| i64::from(access.at.start.constant) + i64::from(access.offset);
                    let ahead = place(other) - place(store);
                    let fits = if other.stores {
                        ahead == 0 || ahead.abs() >= width
                    } else {
                        ahead == 0 || ahead > 0 && j < i || ahead <= -width
                    };
                    if !fits {
                        return why("an iteration reads what one before it wrote");
                    }
                } else {
                    pairs.push((i, j));
                }
            }
        }
        if pairs.len() > MOST_PAIRS {
            return why("too many arrays may overlap");
        }
        let mut ranges: HashMap<usize, (Expr, Expr)> = HashMap::new();
        for (i, j) in pairs {
            for at in [i, j] {
                if ranges.contains_key(&at) {
                    continue;
                }
                let access = &accesses[at];
                let start = op(Op::I32Add, [access.at.start.expr(), Expr::I32(access.offset as i32)]);
                let step = access.at.step.expr();
                let Expr::I32(0..) = step else {
                    return why("arrays that may overlap have strides that are not known");
                };
                let place = |count: Expr| op(Op::I32Add, [start.clone(), op(Op::I32Mul, [wrap(count), step.clone()])]);
                let first = self.early(place(self.each.start.clone()));
                let last = op(Op::I32Add, [place(self.each.stop.clone()), Expr::I32(access.size as i32)]);
                let last = self.early(last);
                ranges.insert(at, (first, last));
            }
            let (Some(a), Some(b)) = (ranges.get(&i), ranges.get(&j)) else { continue };
            let below = op(Op::I32LeU, [a.1.clone(), b.0.clone()]);
            let above = op(Op::I32LeU, [b.1.clone(), a.0.clone()]);
            holds = and(holds, or(below, above));
        }
        Ok(holds)
    }
}
