//! From one dtype to another.

use super::Lower;
use super::val::{List, Num, Val, rep, zero};
use crate::build::{and, op, select};
use crate::error::Span;
use crate::ir::{Expr, Op, Rep};
use crate::types::{DType, Layout, Type};

impl Lower<'_> {
    /// A value as one of a type that it unifies with.
    pub(super) fn convert(&mut self, val: Val, ty: &Type) -> Val {
        match (val, ty) {
            (Val::Num(num), Type::Number { dtype, weak }) => Val::Num(Num { weak: *weak, ..self.cast(num, *dtype) }),
            (Val::Array(mut array), Type::Array(to)) => {
                array.ty.readonly = to.readonly;
                if to.layout == Layout::Any {
                    array.ty.layout = Layout::Any;
                }
                Val::Array(array)
            }
            (Val::List(list), Type::List(item)) => {
                if let (Type::Open(origin), false) = (&list.item, matches!(**item, Type::Open(_))) {
                    self.tell(*origin, (**item).clone());
                }
                Val::List(List { item: (**item).clone(), ..list })
            }
            (Val::Tuple(items), Type::Tuple(types)) => {
                Val::Tuple(items.into_iter().zip(types).map(|(item, ty)| self.convert(item, ty)).collect())
            }
            (Val::Named(name, fields, items), Type::Named(_, types)) => Val::Named(
                name,
                fields,
                items.into_iter().zip(types).map(|(item, ty)| self.convert(item, &ty.1)).collect(),
            ),
            (other, _) => other,
        }
    }

    /// A number of another dtype: C's conversion, but that floats saturate and NaN becomes 0.
    pub(super) fn cast(&mut self, num: Num, to: DType) -> Num {
        let from = num.dtype;
        if from == to {
            return num;
        }
        if to.is_complex() {
            let part = to.real();
            let im = match num.im {
                Some(im) => self.cast(Num::new(from.real(), num.weak, im), part).re,
                None => zero(rep(part)),
            };
            let re = self.cast(Num::new(from.real(), num.weak, num.re), part).re;
            return Num { dtype: to, weak: num.weak, re, im: Some(im) };
        }
        if from.is_complex() {
            if to == DType::Bool {
                return Num::new(to, num.weak, self.truth_of_num(&num));
            }
            return self.cast(Num::new(from.real(), num.weak, num.re), to);
        }
        let re = match (rep(from), to) {
            (_, DType::Bool) => self.truth_of_num(&num),
            (Rep::I32, DType::F32) => op(Op::F32ConvertI32U, [num.re]),
            (Rep::I32, DType::F64) => op(Op::F64ConvertI32U, [num.re]),
            (Rep::I32, _) => op(Op::I64ExtendI32U, [num.re]),
            (Rep::I64, DType::F32) if from == DType::U64 => op(Op::F32ConvertI64U, [num.re]),
            (Rep::I64, DType::F32) => op(Op::F32ConvertI64S, [num.re]),
            (Rep::I64, DType::F64) if from == DType::U64 => op(Op::F64ConvertI64U, [num.re]),
            (Rep::I64, DType::F64) => op(Op::F64ConvertI64S, [num.re]),
            (Rep::I64, _) => narrow(num.re, from, to),
            (Rep::F32, DType::F64) => op(Op::F64PromoteF32, [num.re]),
            (Rep::F64, DType::F32) => op(Op::F32DemoteF64, [num.re]),
            (Rep::F32, DType::U64) => op(Op::I64TruncSatF32U, [num.re]),
            (Rep::F64, DType::U64) => op(Op::I64TruncSatF64U, [num.re]),
            (Rep::F32, _) => narrow(op(Op::I64TruncSatF32S, [num.re]), DType::I64, to),
            (Rep::F64, _) => narrow(op(Op::I64TruncSatF64S, [num.re]), DType::I64, to),
            (Rep::V128, _) => num.re,
        };
        Num::new(to, num.weak, re)
    }

    /// `int(x)`: towards 0, an exception where that is no integer of 64 bits.
    pub(super) fn truncated(&mut self, num: Num, span: Span) -> Num {
        match num.dtype {
            DType::F32 | DType::F64 => {
                let num = self.cast(num, DType::F64);
                let x = self.temp(num.re);
                let number = op(Op::F64Eq, [x.clone(), x.clone()]);
                self.check(number, "ValueError", "cannot convert float NaN to integer", span);
                let above = op(Op::F64Ge, [x.clone(), Expr::F64(-9223372036854775808.0)]);
                let fits = and(above, op(Op::F64Lt, [x.clone(), Expr::F64(9223372036854775808.0)]));
                self.check(fits, "OverflowError", "the float is too large for an integer of 64 bits", span);
                Num::int(op(Op::I64TruncSatF64S, [x]))
            }
            // An int that came in beyond int64.
            DType::U64 if num.weak => num,
            _ => Num { weak: true, ..self.cast(num, DType::I64) },
        }
    }

    /// Whether a number is not 0: an i32 of 0 or 1.
    pub(super) fn truth_of_num(&mut self, num: &Num) -> Expr {
        let part = |expr: &Expr, dtype: DType| match rep(dtype) {
            Rep::I32 => expr.clone(),
            Rep::I64 => op(Op::I64Ne, [expr.clone(), Expr::I64(0)]),
            Rep::F32 => op(Op::F32Ne, [expr.clone(), Expr::F32(0.0)]),
            _ => op(Op::F64Ne, [expr.clone(), Expr::F64(0.0)]),
        };
        match &num.im {
            Some(im) => {
                let (re, im) = (part(&num.re, num.dtype), part(im, num.dtype));
                select(re, Expr::I32(1), im)
            }
            None => part(&num.re, num.dtype),
        }
    }
}

/// An integer of 64 bits cut to a narrower one, and extended again.
fn narrow(value: Expr, from: DType, to: DType) -> Expr {
    let fits = from.is_int()
        && (from.size() < to.size() && (from.is_unsigned() || !to.is_unsigned())
            || from.size() == to.size() && from.is_unsigned() == to.is_unsigned());
    if fits {
        return value;
    }
    match to {
        DType::I8 => op(Op::I64Extend8S, [value]),
        DType::I16 => op(Op::I64Extend16S, [value]),
        DType::I32 => op(Op::I64Extend32S, [value]),
        DType::U8 => op(Op::I64And, [value, Expr::I64(0xff)]),
        DType::U16 => op(Op::I64And, [value, Expr::I64(0xffff)]),
        DType::U32 => op(Op::I64And, [value, Expr::I64(0xffff_ffff)]),
        _ => value,
    }
}
