//! Integer expressions as sums: a constant, and locals times constants. Sums wrap like the integers they stand for.

use rustc_hash::FxHashMap as HashMap;

use crate::ir::{Expr, Local, Op};
use crate::sorted::Map;

/// `constant + sum of factor * local`, of 64 bits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linear {
    /// What is added.
    pub constant: i64,
    /// Factors, none 0.
    pub terms: Map<Local, i64>,
}

/// What locals that are set once stand for.
pub type Definitions = HashMap<Local, Expr>;

impl Linear {
    /// A constant.
    pub fn constant(constant: i64) -> Self {
        Self { constant, terms: Map::new() }
    }

    /// A local.
    pub fn local(local: Local) -> Self {
        Self { constant: 0, terms: Map::from_iter([(local, 1)]) }
    }

    /// An expression of 64 bits, if it is a sum. Definitions are looked through.
    pub fn of(expr: &Expr, definitions: &Definitions) -> Option<Self> {
        Self::of_depth(expr, definitions, 0)
    }

    fn of_depth(expr: &Expr, definitions: &Definitions, depth: u32) -> Option<Self> {
        if depth > 16 {
            return None;
        }
        let sub = |expr: &Expr| Self::of_depth(expr, definitions, depth + 1);
        match expr {
            Expr::I64(constant) => Some(Self::constant(*constant)),
            Expr::I32(constant) => Some(Self::constant(i64::from(*constant))),
            Expr::Local(local) => match definitions.get(local).and_then(sub) {
                Some(known) => Some(known),
                None => Some(Self::local(*local)),
            },
            Expr::Op(op, args) => match (op, args.as_slice()) {
                (Op::I64Add | Op::I32Add, [a, b]) => Some(sub(a)?.plus(&sub(b)?, 1)),
                (Op::I64Sub | Op::I32Sub, [a, b]) => Some(sub(a)?.plus(&sub(b)?, -1)),
                (Op::I64Mul | Op::I32Mul, [a, b]) => {
                    let (a, b) = (sub(a)?, sub(b)?);
                    if a.terms.is_empty() {
                        Some(b.times(a.constant))
                    } else if b.terms.is_empty() {
                        Some(a.times(b.constant))
                    } else {
                        None
                    }
                }
                (Op::I64Shl, [a, Expr::I64(by)]) if (0..32).contains(by) => Some(sub(a)?.times(1 << by)),
                // Modulo 2^32 the sum is the same.
                (Op::I32WrapI64, [a]) => sub(a),
                _ => None,
            },
            _ => None,
        }
    }

    /// `self + factor * other`
    pub fn plus(&self, other: &Self, factor: i64) -> Self {
        let mut sum = self.clone();
        sum.constant = sum.constant.wrapping_add(other.constant.wrapping_mul(factor));
        for (&local, &count) in &other.terms {
            let entry = sum.terms.or_insert_with(local, || 0);
            *entry = entry.wrapping_add(count.wrapping_mul(factor));
        }
        sum.terms.retain(|_, factor| *factor != 0);
        sum
    }

    /// `self * factor`
    pub fn times(&self, factor: i64) -> Self {
        Self::default().plus(self, factor)
    }

    /// The factor of a local.
    pub fn factor(&self, local: Local) -> i64 {
        self.terms.get(&local).copied().unwrap_or(0)
    }

    /// The rest, without a local.
    pub fn without(&self, local: Local) -> Self {
        let mut rest = self.clone();
        rest.terms.remove(&local);
        rest
    }

    /// As an expression of 64 bits.
    pub fn expr(&self) -> Expr {
        use crate::build::{add, mul};
        let mut sum: Option<Expr> = None;
        for (&local, &factor) in &self.terms {
            let term = mul(Expr::Local(local), Expr::I64(factor));
            sum = Some(match sum {
                None => term,
                Some(sum) => add(sum, term),
            });
        }
        match sum {
            None => Expr::I64(self.constant),
            Some(sum) => add(sum, Expr::I64(self.constant)),
        }
    }
}
