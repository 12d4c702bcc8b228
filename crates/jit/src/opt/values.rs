//! Values of a loop's body as vectors.

use super::lanes::{VECTOR_FUNCTIONS, splat, vector_op};
use super::vectorize::{Vectoriser, why};
use crate::build::{add, mul, op, select, sub};
use crate::ir::{Expr, Op, Rep, Stmt};

impl Vectoriser<'_> {
    /// An expression with the vector loop's counter.
    pub(super) fn moved(&self, expr: &Expr) -> Expr {
        match expr {
            Expr::Local(local) if *local == self.each.counter => Expr::Local(self.counter),
            Expr::Local(local) if self.varying.contains(local) => match self.definitions.get(local) {
                Some(definition) => self.moved(definition),
                None => expr.clone(),
            },
            Expr::Op(operator, args) => Expr::Op(*operator, args.iter().map(|arg| self.moved(arg)).collect()),
            Expr::Select(parts) => {
                let [a, b, c] = &**parts;
                select(self.moved(a), self.moved(b), self.moved(c))
            }
            other => other.clone(),
        }
    }

    /// The same number in all lanes, made once in front of the loop.
    pub(super) fn splatted(&mut self, number: &Expr) -> Expr {
        if let Some(known) = self.splats.iter().find(|each| each.0 == *number) {
            return Expr::Local(known.1);
        }
        let local = self.function.local(Rep::V128);
        let rep = self.function.rep(number);
        self.before.push(Stmt::Set(local, splat(rep, number.clone())));
        self.splats.push((number.clone(), local));
        Expr::Local(local)
    }

    pub(super) fn is_invariant(&self, expr: &Expr) -> bool {
        let mut fixed = true;
        expr.walk(&mut |part| match part {
            Expr::Local(local) => fixed &= !self.changed.contains(local),
            Expr::Load(..) => fixed = false,
            _ => {}
        });
        fixed
    }

    /// Whether it is the same in all iterations, though it may change in inner loops.
    pub(super) fn is_uniform(&self, expr: &Expr) -> bool {
        let mut fixed = true;
        expr.walk(&mut |part| match part {
            Expr::Local(local) => fixed &= !self.varying.contains(local),
            Expr::Load(..) => fixed = false,
            _ => {}
        });
        fixed
    }

    /// A vector of a value's lanes.
    pub(super) fn vector(&mut self, expr: &Expr, copy: usize) -> Result<Expr, String> {
        let rep = self.function.rep(expr);
        if rep == self.rep && self.is_invariant(expr) {
            return Ok(self.splatted(expr));
        }
        if rep == self.rep && self.is_uniform(expr) {
            return Ok(splat(rep, expr.clone()));
        }
        let shift = copy as i64 * self.lanes;
        match expr {
            Expr::Local(local) if self.vectors[copy].contains_key(local) => Ok(Expr::Local(self.vectors[copy][local])),
            Expr::Local(local) if rep == self.rep && rep != Rep::I64 && self.definitions.contains_key(local) => {
                let definition = self.definitions[local].clone();
                self.vector(&definition, copy)
            }
            Expr::Op(convert @ (Op::F64ConvertI64S | Op::F32ConvertI64S | Op::F64ConvertI64U), args) => {
                // Of the counter, or a sum with it: each lane by itself.
                let mut lanes = Vec::new();
                for lane in 0..self.lanes {
                    let Some(at) = self.at_lane(&args[0], shift + lane) else { return why("integers are converted") };
                    lanes.push(op(*convert, [at]));
                }
                Ok(Expr::Pack(lanes))
            }
            Expr::Local(_) if rep == Rep::I64 && self.rep == Rep::I64 => {
                let mut lanes = Vec::new();
                for lane in 0..self.lanes {
                    match self.at_lane(expr, shift + lane) {
                        Some(at) => lanes.push(at),
                        None => return why("a value has no vector form"),
                    }
                }
                Ok(Expr::Pack(lanes))
            }
            Expr::Op(operator, args) => {
                let Some((wide, of)) = vector_op(*operator) else { return why("an operation has no vector form") };
                if of != self.rep {
                    return why("it mixes numbers of several sizes");
                }
                let args = args.iter().map(|arg| self.vector(arg, copy));
                Ok(Expr::Op(wide, args.collect::<Result<_, _>>()?))
            }
            Expr::Select(parts) => {
                let [condition, then, otherwise] = &**parts;
                let mask = self.mask(condition, copy)?;
                let then = self.vector(then, copy)?;
                let otherwise = self.vector(otherwise, copy)?;
                Ok(Expr::Op(Op::V128Bitselect, vec![then, otherwise, mask]))
            }
            Expr::Import(import, args) => {
                let (name, params, _) = self.imports[*import as usize].clone();
                let (base, suffix) = match self.rep {
                    Rep::F64 => (name.as_str(), "_f64x2"),
                    Rep::F32 => (name.strip_suffix("_f32").unwrap_or(&name), "_f32x4"),
                    _ => return why("a function has no vector form"),
                };
                if !VECTOR_FUNCTIONS.contains(&base) {
                    return why("a function has no vector form");
                }
                let wide = format!("{base}{suffix}");
                let known = self.imports.iter().position(|each| each.0 == wide).unwrap_or_else(|| {
                    self.imports.push((wide, vec![Rep::V128; params.len()], Rep::V128));
                    self.imports.len() - 1
                });
                let args = args.iter().map(|arg| self.vector(arg, copy));
                Ok(Expr::Import(known as u32, args.collect::<Result<_, _>>()?))
            }
            _ => why("a value has no vector form"),
        }
    }

    /// A truth value for each lane: all bits or none.
    pub(super) fn mask(&mut self, condition: &Expr, copy: usize) -> Result<Expr, String> {
        match condition {
            Expr::Local(local) if self.vectors[copy].contains_key(local) => Ok(Expr::Local(self.vectors[copy][local])),
            Expr::Op(operator @ (Op::I32And | Op::I32Or | Op::I32Xor), args) => {
                let wide = match operator {
                    Op::I32And => Op::V128And,
                    Op::I32Or => Op::V128Or,
                    _ => Op::V128Xor,
                };
                let args = args.iter().map(|arg| self.mask(arg, copy));
                Ok(Expr::Op(wide, args.collect::<Result<_, _>>()?))
            }
            Expr::Op(Op::I32Eqz, args) => {
                let inner = self.mask(&args[0], copy)?;
                Ok(Expr::Op(Op::V128Not, vec![inner]))
            }
            Expr::Op(operator, args) => {
                let Some((wide, of)) = vector_op(*operator) else { return why("a condition has no vector form") };
                if of != self.rep || operator.result() != Rep::I32 {
                    return why("a condition has no vector form");
                }
                let args = args.iter().map(|arg| self.vector(arg, copy));
                Ok(Expr::Op(wide, args.collect::<Result<_, _>>()?))
            }
            _ => why("a condition has no vector form"),
        }
    }

    /// A sum with the counter, as it is in one lane.
    pub(super) fn at_lane(&self, expr: &Expr, lane: i64) -> Option<Expr> {
        match expr {
            Expr::Local(local) if *local == self.each.counter => Some(add(Expr::Local(self.counter), Expr::I64(lane))),
            Expr::Local(local) if self.varying.contains(local) => {
                self.definitions.get(local).and_then(|definition| self.at_lane(definition, lane))
            }
            Expr::Local(_) | Expr::I64(_) => Some(expr.clone()),
            Expr::Op(operator @ (Op::I64Add | Op::I64Sub | Op::I64Mul), args) => {
                let (a, b) = (self.at_lane(&args[0], lane)?, self.at_lane(&args[1], lane)?);
                Some(match operator {
                    Op::I64Add => add(a, b),
                    Op::I64Sub => sub(a, b),
                    _ => mul(a, b),
                })
            }
            _ => None,
        }
    }
}
