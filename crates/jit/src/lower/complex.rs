//! Complex numbers.

use super::Lower;
use super::val::{Num, rep, zero};
use crate::ast::BinOp;
use crate::build::{op, select};
use crate::error::{Result, Span, typing, unsupported};
use crate::ir::{Expr, Op};
use crate::types::DType;

/// The operators of a complex number's parts.
struct Parts {
    add: Op,
    sub: Op,
    mul: Op,
    div: Op,
    abs: Op,
    ge: Op,
}

fn parts(dtype: DType) -> Parts {
    match dtype {
        DType::C64 => {
            Parts { add: Op::F32Add, sub: Op::F32Sub, mul: Op::F32Mul, div: Op::F32Div, abs: Op::F32Abs, ge: Op::F32Ge }
        }
        _ => {
            Parts { add: Op::F64Add, sub: Op::F64Sub, mul: Op::F64Mul, div: Op::F64Div, abs: Op::F64Abs, ge: Op::F64Ge }
        }
    }
}

impl Lower<'_> {
    /// A complex number's parts, each in a local.
    fn split(&mut self, num: Num) -> (Expr, Expr) {
        let im = num.im.unwrap_or_else(|| zero(rep(num.dtype)));
        (self.temp(num.re), self.temp(im))
    }

    /// `a operator b`, both of one complex dtype.
    pub(super) fn complex_binary(&mut self, operator: BinOp, a: Num, b: Num, weak: bool, span: Span) -> Result<Num> {
        let dtype = a.dtype;
        let p = parts(dtype);
        let ((ar, ai), (br, bi)) = (self.split(a), self.split(b));
        let (re, im) = match operator {
            BinOp::Add => (op(p.add, [ar, br]), op(p.add, [ai, bi])),
            BinOp::Sub => (op(p.sub, [ar, br]), op(p.sub, [ai, bi])),
            BinOp::Mul => (
                op(p.sub, [op(p.mul, [ar.clone(), br.clone()]), op(p.mul, [ai.clone(), bi.clone()])]),
                op(p.add, [op(p.mul, [ar, bi]), op(p.mul, [ai, br])]),
            ),
            BinOp::Div => {
                if weak && !self.options.numpy_errors {
                    let none = zero(rep(dtype));
                    let differs = if dtype == DType::C64 { Op::F32Ne } else { Op::F64Ne };
                    let some =
                        crate::build::or(op(differs, [br.clone(), none.clone()]), op(differs, [bi.clone(), none]));
                    self.check(some, "ZeroDivisionError", "complex division by zero", span);
                }
                self.complex_quotient(&p, (ar, ai), (br, bi))
            }
            _ => return typing(span, format!("{} is not defined for complex numbers.", operator.symbol())),
        };
        Ok(Num { dtype, weak, re, im: Some(im) })
    }

    /// R. L. Smith's way ("Algorithm 116: Complex division", CACM 5, 1962), which CPython and NumPy go as well.
    fn complex_quotient(&mut self, p: &Parts, a: (Expr, Expr), b: (Expr, Expr)) -> (Expr, Expr) {
        let (ar, ai) = a;
        let (br, bi) = b;
        let wide = self.temp(op(p.ge, [op(p.abs, [br.clone()]), op(p.abs, [bi.clone()])]));
        let large = self.temp(select(wide.clone(), br.clone(), bi.clone()));
        let small = self.temp(select(wide.clone(), bi, br));
        let ratio = self.temp(op(p.div, [small.clone(), large.clone()]));
        let under = self.temp(op(p.add, [large, op(p.mul, [small, ratio.clone()])]));
        let times = |x: &Expr| op(p.mul, [x.clone(), ratio.clone()]);
        let re_wide = op(p.add, [ar.clone(), times(&ai)]);
        let re_tall = op(p.add, [times(&ar), ai.clone()]);
        let im_wide = op(p.sub, [ai.clone(), times(&ar)]);
        let im_tall = op(p.sub, [times(&ai), ar]);
        let re = op(p.div, [select(wide.clone(), re_wide, re_tall), under.clone()]);
        let im = op(p.div, [select(wide, im_wide, im_tall), under]);
        (re, im)
    }

    /// A power with a small whole exponent, by products.
    pub(super) fn complex_power(&mut self, a: Num, b: Num, span: Span) -> Result<Num> {
        let (dtype, weak) = Self::common(&a, &b);
        let exponent = b.constant().filter(|_| b.dtype.is_int());
        let Some(exponent @ 1..=16) = exponent else {
            return unsupported(span, "Complex powers are compiled for the exponents 1 to 16 only.");
        };
        let mut square = self.cast(a, dtype);
        square = self.temp_num(square);
        let (mut left, mut result) = (exponent, None::<Num>);
        while left > 0 {
            if left & 1 == 1 {
                let product = match result {
                    None => square.clone(),
                    Some(result) => self.complex_binary(BinOp::Mul, result, square.clone(), weak, span)?,
                };
                result = Some(self.temp_num(product));
            }
            left >>= 1;
            if left > 0 {
                let product = self.complex_binary(BinOp::Mul, square.clone(), square, weak, span)?;
                square = self.temp_num(product);
            }
        }
        Ok(Num { weak, ..result.unwrap_or(square) })
    }
}
