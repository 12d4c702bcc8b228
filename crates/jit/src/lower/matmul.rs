//! Products of matrices and vectors.

use super::Lower;
use super::val::{Num, Val};
use crate::ast::BinOp;
use crate::build::op;
use crate::error::{Result, Span, internal, unsupported};
use crate::ir::{Expr, Op, Stmt};
use crate::types::DType;

impl Lower<'_> {
    /// `a @ b`, by the definition.
    pub(super) fn matmul(&mut self, a: Val, b: Val, span: Span) -> Result<Val> {
        let (a, b) = (self.as_array(a, span)?, self.as_array(b, span)?);
        let dtype = a.ty.dtype.promote(b.ty.dtype);
        let (ra, rb) = (a.shape.len(), b.shape.len());
        if ra > 2 || rb > 2 {
            return unsupported(span, "@ is compiled for one and two dimensions.");
        }
        let inner = a.shape[ra - 1].clone();
        let fits = op(Op::I64Eq, [inner.clone(), b.shape[0].clone()]);
        self.check(fits, "ValueError", "matmul: the inner dimensions differ", span);
        let mut shape = Vec::new();
        if ra == 2 {
            shape.push(a.shape[0].clone());
        }
        if rb == 2 {
            shape.push(b.shape[1].clone());
        }
        let zero = |lower: &mut Self| {
            let num = lower.cast(Num::int(Expr::I64(0)), dtype);
            Num { weak: false, ..num }
        };
        let term = |lower: &mut Self, at_a: &[Expr], at_b: &[Expr]| -> Result<Num> {
            let x = lower.load_element(a.ty.dtype, Self::address(&a.data, &a.strides, at_a));
            let y = lower.load_element(b.ty.dtype, Self::address(&b.data, &b.strides, at_b));
            let (x, y) = (lower.cast(x, dtype), lower.cast(y, dtype));
            lower.binary_num(BinOp::Mul, x, y, span)
        };
        if ra == 1 && rb == 1 {
            let total = self.accumulate(
                inner,
                dtype,
                zero,
                |lower, k| term(lower, std::slice::from_ref(&k), std::slice::from_ref(&k)),
                span,
            )?;
            return Ok(Val::Num(total));
        }
        let out = self.alloc(dtype, &shape, span);
        if rb == 1 {
            // Row by row.
            self.loops(&shape, &mut |lower, at| {
                let total = lower.accumulate(
                    inner.clone(),
                    dtype,
                    zero,
                    |lower, k| term(lower, &[at[0].clone(), k.clone()], std::slice::from_ref(&k)),
                    span,
                )?;
                lower.store_element(dtype, Self::address(&out.data, &out.strides, at), total, span)
            })?;
            return Ok(Val::Array(out));
        }
        // The products of an element and a row of b are added to a row of the result: all in step with memory.
        self.zero_fill(&out);
        let rows = if ra == 2 { a.shape[0].clone() } else { Expr::I64(1) };
        self.loops(&[rows, inner], &mut |lower, at| {
            let at_a: &[Expr] = if ra == 2 { at } else { &at[1..] };
            let x = lower.load_element(a.ty.dtype, Self::address(&a.data, &a.strides, at_a));
            let x = lower.cast(x, dtype);
            let x = lower.temp_num(x);
            lower.loops(&b.shape[1..], &mut |lower, j| {
                let y =
                    lower.load_element(b.ty.dtype, Self::address(&b.data, &b.strides, &[at[1].clone(), j[0].clone()]));
                let y = lower.cast(y, dtype);
                let product = lower.binary_num(BinOp::Mul, x.clone(), y, span)?;
                let at_out = if ra == 2 { vec![at[0].clone(), j[0].clone()] } else { vec![j[0].clone()] };
                let address = lower.temp(Self::address(&out.data, &out.strides, &at_out));
                let old = lower.load_element(dtype, address.clone());
                let sum = lower.binary_num(BinOp::Add, old, product, span)?;
                lower.store_element(dtype, address, sum, span)
            })
        })?;
        Ok(Val::Array(out))
    }

    /// The sum of terms, one after the other.
    fn accumulate(
        &mut self,
        length: Expr,
        dtype: DType,
        zero: impl Fn(&mut Self) -> Num,
        term: impl Fn(&mut Self, Expr) -> Result<Num>,
        span: Span,
    ) -> Result<Num> {
        let start = zero(self);
        let (val, locals) = self.hollow_locals(&crate::types::Type::number(dtype));
        let Val::Num(total) = val else { return internal(span, "a number became something else") };
        let set = |lower: &mut Self, num: Num| {
            let parts: Vec<_> = Val::Num(num).parts().into_iter().map(|part| lower.temp(part)).collect();
            for (&local, part) in locals.iter().zip(parts) {
                lower.emit(Stmt::Set(local, part));
            }
        };
        set(self, start);
        self.loops(&[length], &mut |lower, at| {
            let next = term(lower, at[0].clone())?;
            let sum = lower.binary_num(BinOp::Add, total.clone(), next, span)?;
            let sum = lower.cast(sum, dtype);
            set(lower, sum);
            Ok(())
        })?;
        Ok(total)
    }
}
