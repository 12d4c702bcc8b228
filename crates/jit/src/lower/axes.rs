//! Views of an array with its axes in another order, or with others.

use super::Lower;
use super::call::Args;
use super::val::{Array, Val};
use crate::build::{op, or, select};
use crate::error::{Result, Span, typing, unsupported};
use crate::ir::{Expr, Op};
use crate::types::{ArrayType, Layout};

impl Lower<'_> {
    /// `transpose`, `swapaxes`, `moveaxis`, `expand_dims`, `squeeze` and `broadcast_to`; `None` of others.
    pub(super) fn axes(&mut self, name: &str, of: &Array, args: &mut Args) -> Result<Option<Val>> {
        let span = args.span;
        let ndim = of.ty.ndim as usize;
        let order = match name {
            "transpose" => {
                let items: Vec<Val> =
                    args.positional.iter_mut().map(|val| std::mem::replace(val, Val::Ellipsis)).collect();
                let axes = match (args.take(0, "axes"), items.as_slice()) {
                    (Some(axes @ Val::Tuple(_)), _) => axes,
                    (_, [axes @ Val::Tuple(_)]) => axes.clone(),
                    (_, [] | [Val::None]) => return Ok(Some(Val::Array(Self::transposed(of)))),
                    _ => Val::Tuple(items),
                };
                let Val::Tuple(axes) = axes else { return Ok(None) };
                axes.into_iter().map(|axis| self.axis(axis, ndim, span)).collect::<Result<Vec<_>>>()?
            }
            "swapaxes" => {
                let (a, b) = (args.need(0, "axis1")?, args.need(1, "axis2")?);
                let (a, b) = (self.axis(a, ndim, span)?, self.axis(b, ndim, span)?);
                let mut order: Vec<usize> = (0..ndim).collect();
                order.swap(a, b);
                order
            }
            "moveaxis" => {
                let (from, to) = (args.need(0, "source")?, args.need(1, "destination")?);
                let (from, to) = (self.axis(from, ndim, span)?, self.axis(to, ndim, span)?);
                let mut order: Vec<usize> = (0..ndim).filter(|&axis| axis != from).collect();
                order.insert(to, from);
                order
            }
            "expand_dims" | "squeeze" => return self.inserted(name == "squeeze", of, args).map(Some),
            "broadcast_to" => return self.broadcast_to(of, args).map(Some),
            _ => return Ok(None),
        };
        if order.len() != ndim || (0..ndim).any(|axis| !order.contains(&axis)) {
            return typing(span, "The axes do not match the array's.");
        }
        let layout = if order.iter().enumerate().all(|(at, &axis)| at == axis) {
            of.ty.layout
        } else if order.iter().rev().enumerate().all(|(at, &axis)| at == axis) {
            return Ok(Some(Val::Array(Self::transposed(of))));
        } else {
            Layout::Any
        };
        Ok(Some(Val::Array(Array {
            ty: ArrayType { layout, ..of.ty },
            shape: order.iter().map(|&axis| of.shape[axis].clone()).collect(),
            strides: order.iter().map(|&axis| of.strides[axis].clone()).collect(),
            ..of.clone()
        })))
    }

    /// An axis, from 0 on.
    pub(super) fn axis(&mut self, val: Val, ndim: usize, span: Span) -> Result<usize> {
        let Val::Num(num) = &val else { return typing(span, format!("An axis is an int, not {}.", val.describe())) };
        let Some(axis) = num.constant().filter(|_| num.dtype.is_int()) else {
            return unsupported(span, "An axis must be a constant.");
        };
        let from_start = if axis < 0 { axis + ndim as i64 } else { axis };
        match usize::try_from(from_start) {
            Ok(found) if found < ndim => Ok(found),
            _ => typing(span, format!("axis {axis} is out of bounds for array of dimension {ndim}")),
        }
    }

    fn inserted(&mut self, squeeze: bool, of: &Array, args: &mut Args) -> Result<Val> {
        let span = args.span;
        let mut array = of.clone();
        let axis = args.need(0, "axis")?;
        if squeeze {
            let axis = self.axis(axis, array.shape.len(), span)?;
            let one = op(Op::I64Eq, [array.shape[axis].clone(), Expr::I64(1)]);
            self.check(one, "ValueError", "cannot select an axis to squeeze out which has size not equal to one", span);
            array.shape.remove(axis);
            array.strides.remove(axis);
        } else {
            let axis = self.axis(axis, array.shape.len() + 1, span)?;
            array.shape.insert(axis, Expr::I64(1));
            array.strides.insert(axis, Expr::I32(0));
        }
        if !(1..=4).contains(&array.shape.len()) {
            return unsupported(span, "Arrays have one to four dimensions.");
        }
        array.ty.ndim = array.shape.len() as u8;
        if array.ty.layout != Layout::Any {
            // Without gaps as before; of a length 1 the stride is what follows from the others.
            array.ty.layout = if array.ty.layout == Layout::C || array.ty.ndim == 1 { Layout::C } else { Layout::F };
            array.strides = self.strides(array.ty, &array.shape.clone());
        }
        Ok(Val::Array(array))
    }

    fn broadcast_to(&mut self, of: &Array, args: &mut Args) -> Result<Val> {
        let span = args.span;
        let shape = args.need(0, "shape")?;
        let shape = self.shape_arg(shape, span)?;
        let Some(lead) = shape.len().checked_sub(of.shape.len()) else {
            return typing(span, "The array has more dimensions than the shape.");
        };
        for (own, length) in of.shape.iter().zip(&shape[lead..]) {
            let fits = or(op(Op::I64Eq, [own.clone(), length.clone()]), op(Op::I64Eq, [own.clone(), Expr::I64(1)]));
            self.check(fits, "ValueError", "the array cannot be broadcast to this shape", span);
        }
        for length in &shape {
            let holds = op(Op::I64GeS, [length.clone(), Expr::I64(0)]);
            self.check(holds, "ValueError", "all elements of broadcast shape must be non-negative", span);
        }
        let mut strides = vec![Expr::I32(0); lead];
        for (own, (length, stride)) in of.shape.iter().zip(shape[lead..].iter().zip(&of.strides)) {
            let same = op(Op::I64Eq, [own.clone(), length.clone()]);
            strides.push(self.temp(select(same, stride.clone(), Expr::I32(0))));
        }
        let ty = ArrayType { ndim: shape.len() as u8, layout: Layout::Any, readonly: true, ..of.ty };
        Ok(Val::Array(Array { ty, shape, strides, ..of.clone() }))
    }
}
