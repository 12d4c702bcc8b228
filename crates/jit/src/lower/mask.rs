//! Indexing by arrays: masks, and integers of one dimension.

use super::Lower;
use super::val::{Array, Val};
use crate::build::{add, op, or, select};
use crate::error::{Result, Span, typing};
use crate::ir::{Expr, Op, Rep, Stmt};
use crate::types::DType;

impl Lower<'_> {
    /// `array[mask] = val`
    pub(super) fn assign_masked(&mut self, array: &Array, mask: &Array, val: Val, span: Span) -> Result<()> {
        let fits = Self::same_shape(array, mask);
        self.check(fits, "IndexError", "boolean index did not match the indexed array", span);
        let num = match val {
            Val::Num(num) => self.temp_num(num),
            Val::Array(values) if values.ty.ndim == 1 => return self.spread(array, mask, &values, span),
            other => return typing(span, format!("{} is stored by a mask.", other.describe())),
        };
        let (array, mask) = (array.clone(), mask.clone());
        self.loops(&array.shape, &mut |lower, at| {
            let chosen = lower.load_element(DType::Bool, Self::address(&mask.data, &mask.strides, at));
            let outer = std::mem::take(&mut lower.code);
            lower.store_element(array.ty.dtype, Self::address(&array.data, &array.strides, at), num.clone(), span)?;
            let store = std::mem::replace(&mut lower.code, outer);
            lower.emit(Stmt::If(chosen.re, store, Vec::new()));
            Ok(())
        })
    }

    /// `array[mask] = values`, one after the other.
    fn spread(&mut self, array: &Array, mask: &Array, values: &Array, span: Span) -> Result<()> {
        let count = self.count_true(mask)?;
        let one = op(Op::I64Eq, [values.shape[0].clone(), Expr::I64(1)]);
        let fits = or(one.clone(), op(Op::I64Eq, [values.shape[0].clone(), count]));
        self.check(fits, "ValueError", "the values do not fit the mask", span);
        let stride = self.temp(select(one, Expr::I32(0), values.strides[0].clone()));
        let next = self.f.local(Rep::I32);
        self.emit(Stmt::Set(next, values.data.clone()));
        let (array, mask, dtype) = (array.clone(), mask.clone(), values.ty.dtype);
        self.loops(&array.shape, &mut |lower, at| {
            let chosen = lower.load_element(DType::Bool, Self::address(&mask.data, &mask.strides, at));
            let outer = std::mem::take(&mut lower.code);
            let num = lower.load_element(dtype, Expr::Local(next));
            lower.store_element(array.ty.dtype, Self::address(&array.data, &array.strides, at), num, span)?;
            lower.emit(Stmt::Set(next, op(Op::I32Add, [Expr::Local(next), stride.clone()])));
            let store = std::mem::replace(&mut lower.code, outer);
            lower.emit(Stmt::If(chosen.re, store, Vec::new()));
            Ok(())
        })
    }

    /// How many elements of a mask are true.
    pub(super) fn count_true(&mut self, mask: &Array) -> Result<Expr> {
        let count = self.f.local(Rep::I64);
        self.emit(Stmt::Set(count, Expr::I64(0)));
        let mask = mask.clone();
        self.loops(&mask.shape, &mut |lower, at| {
            let chosen = lower.load_element(DType::Bool, Self::address(&mask.data, &mask.strides, at));
            let one = op(Op::I64ExtendI32U, [chosen.re]);
            lower.emit(Stmt::Set(count, add(Expr::Local(count), one)));
            Ok(())
        })?;
        Ok(Expr::Local(count))
    }

    /// `array[mask]`
    pub(super) fn compress(&mut self, array: &Array, mask: &Array, span: Span) -> Result<Val> {
        let fits = Self::same_shape(array, mask);
        self.check(fits, "IndexError", "boolean index did not match the indexed array", span);
        let count = self.count_true(mask)?;
        let out = self.alloc(array.ty.dtype, &[count], span);
        let next = self.f.local(Rep::I32);
        self.emit(Stmt::Set(next, out.data.clone()));
        let (array, mask) = (array.clone(), mask.clone());
        self.loops(&array.shape, &mut |lower, at| {
            let chosen = lower.load_element(DType::Bool, Self::address(&mask.data, &mask.strides, at));
            let outer = std::mem::take(&mut lower.code);
            let num = lower.load_element(array.ty.dtype, Self::address(&array.data, &array.strides, at));
            lower.store_element(array.ty.dtype, Expr::Local(next), num, span)?;
            let size = Expr::I32(array.ty.dtype.size() as i32);
            lower.emit(Stmt::Set(next, op(Op::I32Add, [Expr::Local(next), size])));
            let store = std::mem::replace(&mut lower.code, outer);
            lower.emit(Stmt::If(chosen.re, store, Vec::new()));
            Ok(())
        })?;
        Ok(Val::Array(out))
    }

    /// `array[indices]`, one-dimensional: a copy.
    pub(super) fn gather(&mut self, array: &Array, indices: &Array, span: Span) -> Result<Array> {
        let out = self.alloc(array.ty.dtype, &indices.shape, span);
        let (array, indices, copy) = (array.clone(), indices.clone(), out.clone());
        self.loops(&indices.shape, &mut |lower, at| {
            let index = lower.load_element(indices.ty.dtype, Self::address(&indices.data, &indices.strides, at));
            let index = lower.cast(index, DType::I64).re;
            let length = array.shape[0].clone();
            let negative = op(Op::I64LtS, [index.clone(), Expr::I64(0)]);
            let index = lower.temp(select(negative, add(index.clone(), length.clone()), index));
            let inside = op(Op::I64LtU, [index.clone(), length]);
            lower.check(inside, "IndexError", "index is out of bounds for axis 0", span);
            let num = lower.load_element(array.ty.dtype, Self::address(&array.data, &array.strides, &[index]));
            lower.store_element(copy.ty.dtype, Self::address(&copy.data, &copy.strides, at), num, span)
        })?;
        Ok(out)
    }
}
