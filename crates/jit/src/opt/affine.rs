//! Addresses in a loop as `start + counter * step`, both of what does not change in it.

use rustc_hash::FxHashSet as HashSet;

use super::linear::Definitions;
use crate::build::op;
use crate::ir::{Expr, Local, Op};

/// A sum modulo 2^32: a constant, and expressions times constants.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sum {
    /// What is added.
    pub constant: i32,
    /// Factors, none 0.
    pub terms: Vec<(Expr, i32)>,
}

impl Sum {
    /// One expression.
    pub fn of(expr: Expr) -> Self {
        match expr {
            Expr::I32(constant) => Self { constant, terms: Vec::new() },
            other => Self { constant: 0, terms: vec![(other, 1)] },
        }
    }

    /// `self + factor * other`
    pub fn plus(mut self, other: &Self, factor: i32) -> Self {
        self.constant = self.constant.wrapping_add(other.constant.wrapping_mul(factor));
        for (expr, count) in &other.terms {
            let more = count.wrapping_mul(factor);
            match self.terms.iter_mut().find(|each| each.0 == *expr) {
                Some(each) => each.1 = each.1.wrapping_add(more),
                None => self.terms.push((expr.clone(), more)),
            }
        }
        self.terms.retain(|each| each.1 != 0);
        self
    }

    /// Whether it is nothing but a constant.
    pub fn is_constant(&self) -> bool {
        self.terms.is_empty()
    }

    /// The product, if one of them is a constant or both are single expressions.
    fn times(&self, other: &Self) -> Option<Self> {
        if self.is_constant() {
            return Some(Self::default().plus(other, self.constant));
        }
        if other.is_constant() {
            return Some(Self::default().plus(self, other.constant));
        }
        let mut product = Self::default();
        for (a, count_a) in self.terms.iter().map(|each| (Some(&each.0), each.1)).chain([(None, self.constant)]) {
            for (b, count_b) in other.terms.iter().map(|each| (Some(&each.0), each.1)).chain([(None, other.constant)]) {
                let count = count_a.wrapping_mul(count_b);
                let term = match (a, b) {
                    (Some(a), Some(b)) => {
                        // One order, so that equal products are found to be equal.
                        let (a, b) = if rank(a) > rank(b) { (b, a) } else { (a, b) };
                        Sum::of(op(Op::I32Mul, [a.clone(), b.clone()]))
                    }
                    (Some(each), None) | (None, Some(each)) => Sum::of(each.clone()),
                    (None, None) => Sum { constant: 1, terms: Vec::new() },
                };
                product = product.plus(&term, count);
            }
        }
        (product.terms.len() <= 8).then_some(product)
    }

    /// As an expression.
    pub fn expr(&self) -> Expr {
        let mut sum: Option<Expr> = None;
        for (expr, factor) in &self.terms {
            let term = op(Op::I32Mul, [expr.clone(), Expr::I32(*factor)]);
            sum = Some(match sum {
                None => term,
                Some(sum) => op(Op::I32Add, [sum, term]),
            });
        }
        match sum {
            None => Expr::I32(self.constant),
            Some(sum) => op(Op::I32Add, [sum, Expr::I32(self.constant)]),
        }
    }
}

/// Locals in their order, in front of all else.
fn rank(expr: &Expr) -> Local {
    if let Expr::Local(local) = expr { *local } else { Local::MAX }
}

/// `start + counter * step`
#[derive(Clone, Debug, PartialEq)]
pub struct Affine {
    /// Where the counter is 0.
    pub start: Sum,
    /// What each count adds.
    pub step: Sum,
}

/// What an expression of 32 bits, or the low half of one of 64, is in a loop. `changed` is what the loop's body sets, its
/// counter among it.
pub fn affine(expr: &Expr, counter: Local, changed: &HashSet<Local>, definitions: &Definitions) -> Option<Affine> {
    of(expr, counter, changed, definitions, 0)
}

fn of(expr: &Expr, counter: Local, changed: &HashSet<Local>, definitions: &Definitions, depth: u32) -> Option<Affine> {
    if depth > 24 {
        return None;
    }
    let sub = |expr: &Expr| of(expr, counter, changed, definitions, depth + 1);
    let invariant = |sum: Sum| Some(Affine { start: sum, step: Sum::default() });
    match expr {
        Expr::I32(constant) => invariant(Sum { constant: *constant, terms: Vec::new() }),
        Expr::I64(constant) => invariant(Sum { constant: *constant as i32, terms: Vec::new() }),
        Expr::Local(local) if *local == counter => {
            Some(Affine { start: Sum::default(), step: Sum { constant: 1, terms: Vec::new() } })
        }
        Expr::Local(local) => match definitions.get(local) {
            Some(definition) if changed.contains(local) => sub(definition),
            // Of an outer variable the low half counts.
            _ if !changed.contains(local) => invariant(Sum::of(expr.clone())),
            _ => None,
        },
        Expr::Op(operator, args) => match (operator, args.as_slice()) {
            (Op::I32Add | Op::I64Add, [a, b]) => {
                let (a, b) = (sub(a)?, sub(b)?);
                Some(Affine { start: a.start.plus(&b.start, 1), step: a.step.plus(&b.step, 1) })
            }
            (Op::I32Sub | Op::I64Sub, [a, b]) => {
                let (a, b) = (sub(a)?, sub(b)?);
                Some(Affine { start: a.start.plus(&b.start, -1), step: a.step.plus(&b.step, -1) })
            }
            (Op::I32Mul | Op::I64Mul, [a, b]) => {
                let (a, b) = (sub(a)?, sub(b)?);
                // One of them without the counter.
                let (a, b) = if a.step == Sum::default() { (b, a) } else { (a, b) };
                if b.step != Sum::default() {
                    return None;
                }
                Some(Affine { start: a.start.times(&b.start)?, step: a.step.times(&b.start)? })
            }
            (Op::I32WrapI64, [a]) => sub(a),
            _ => None,
        },
        _ => None,
    }
}

/// Locals of 64 bits among a sum's terms become their low halves.
pub fn narrowed(sum: &Sum, is_wide: &impl Fn(&Expr) -> bool) -> Sum {
    let terms = sum.terms.iter().map(|(expr, factor)| (narrow(expr, is_wide), *factor)).collect();
    Sum { constant: sum.constant, terms }
}

fn narrow(expr: &Expr, is_wide: &impl Fn(&Expr) -> bool) -> Expr {
    match expr {
        Expr::Op(Op::I32Mul, args) => Expr::Op(Op::I32Mul, args.iter().map(|arg| narrow(arg, is_wide)).collect()),
        other if is_wide(other) => op(Op::I32WrapI64, [other.clone()]),
        other => other.clone(),
    }
}
