//! Reductions over all elements.

use super::Lower;
use super::call::Args;
use super::val::{Lazy, Num, Val};
use crate::ast::{BinOp, CmpOp};
use crate::build::{add, not, op};
use crate::error::{Hint, Result, Span, internal, unsupported};
use crate::ir::{Expr, Local, Op, Rep, Stmt};
use crate::types::{DType, Type};

impl Lower<'_> {
    /// `np.name(a)` or `a.name()`; `None` of what is no reduction.
    pub(super) fn reduction(&mut self, name: &str, of: Option<Val>, args: &mut Args) -> Result<Option<Val>> {
        let name = match name {
            "amin" => "min",
            "amax" => "max",
            other => other,
        };
        let known =
            ["sum", "prod", "mean", "var", "std", "min", "max", "any", "all", "argmin", "argmax", "count_nonzero"];
        if !known.contains(&name) {
            return Ok(None);
        }
        let span = args.span;
        let method = of.is_some();
        let lazy = self.reduced(of, args)?;
        if let Some(axis) = args.take(usize::from(!method), "axis")
            && axis != Val::None
        {
            return unsupported(span, format!("{name} is compiled without axis."))
                .hint("Write the loop over the axis out.");
        }
        let dtype = lazy.dtype();
        let shape = self.broadcast_shape(&lazy, span)?;
        let size = self.size(&shape);
        let num = match name {
            "sum" => {
                let total = Self::sum_dtype(dtype);
                self.fold(&lazy, &shape, total, 0, BinOp::Add, span)?
            }
            "prod" => {
                let total = Self::sum_dtype(dtype);
                self.fold(&lazy, &shape, total, 1, BinOp::Mul, span)?
            }
            "mean" => self.mean(&lazy, &shape, &size, span)?,
            "var" | "std" => {
                let mean = self.mean(&lazy, &shape, &size, span)?;
                let mean = self.temp_num(mean);
                let difference =
                    Lazy::Apply(super::val::ElementOp::Binary(BinOp::Sub), mean.dtype, vec![lazy, Lazy::Num(mean)]);
                let square = super::val::ElementOp::Function("numpy.square".to_owned());
                let squares = Lazy::Apply(square, difference.dtype(), vec![difference]);
                let var = self.mean(&squares, &shape, &size, span)?;
                if name == "std" { self.function_of_numbers("numpy.sqrt", vec![var], span)? } else { var }
            }
            "count_nonzero" => {
                let truth = Lazy::Apply(super::val::ElementOp::Cast, DType::Bool, vec![lazy]);
                let count = self.fold(&truth, &shape, DType::I64, 0, BinOp::Add, span)?;
                Num { weak: true, ..count }
            }
            "any" | "all" => self.any_all(&lazy, &shape, name == "all", span)?,
            _ => {
                let some = op(Op::I64Ne, [size, Expr::I64(0)]);
                let message = format!("{name} of an empty array");
                self.check(some, "ValueError", message, span);
                self.extreme(&lazy, &shape, name, span)?
            }
        };
        Ok(Some(Val::Num(num)))
    }

    /// The dtype of a sum.
    fn sum_dtype(dtype: DType) -> DType {
        match dtype {
            DType::Bool | DType::I8 | DType::I16 | DType::I32 | DType::I64 => DType::I64,
            dtype if dtype.is_unsigned() => DType::U64,
            other => other,
        }
    }

    /// Goes through all elements, in C order.
    fn each(
        &mut self,
        lazy: &Lazy,
        shape: &[Expr],
        span: Span,
        body: &mut dyn FnMut(&mut Self, Num) -> Result<()>,
    ) -> Result<()> {
        let arrays: Vec<_> = lazy.arrays().into_iter().cloned().collect();
        let strides: Vec<_> = arrays.iter().map(|array| self.stretched(array, shape)).collect();
        self.loops(shape, &mut |lower, at| {
            let mut next = arrays.iter().zip(&strides);
            let num = lower.element(
                lazy,
                &mut |_| next.next().map_or(Expr::I32(0), |(array, strides)| Self::address(&array.data, strides, at)),
                span,
            )?;
            body(lower, num)
        })
    }

    fn variable(&mut self, num: Num, span: Span) -> Result<(Num, Vec<Local>)> {
        let (val, locals) = self.hollow_locals(&Type::number(num.dtype));
        self.set_locals(&locals, &Val::Num(num));
        match val {
            Val::Num(num) => Ok((num, locals)),
            _ => internal(span, "a number became something else"),
        }
    }

    fn fold(&mut self, lazy: &Lazy, shape: &[Expr], dtype: DType, start: i64, how: BinOp, span: Span) -> Result<Num> {
        let start = self.cast(Num::int(Expr::I64(start)), dtype);
        let (total, locals) = self.variable(start, span)?;
        self.each(lazy, shape, span, &mut |lower, num| {
            let num = lower.cast(num, dtype);
            let next = lower.binary_num(how, total.clone(), Num { weak: false, ..num }, span)?;
            let next = lower.settle(Val::Num(next));
            lower.set_locals(&locals, &next);
            Ok(())
        })?;
        Ok(total)
    }

    fn mean(&mut self, lazy: &Lazy, shape: &[Expr], size: &Expr, span: Span) -> Result<Num> {
        let dtype = match lazy.dtype() {
            dtype if dtype.is_int() || dtype == DType::Bool => DType::F64,
            dtype => dtype,
        };
        let total = self.fold(lazy, shape, dtype, 0, BinOp::Add, span)?;
        let count = self.cast(Num::int(size.clone()), dtype);
        let mean = self.binary_num(BinOp::Div, Num { weak: false, ..total }, Num { weak: false, ..count }, span)?;
        Ok(self.temp_num(mean))
    }

    fn any_all(&mut self, lazy: &Lazy, shape: &[Expr], all: bool, span: Span) -> Result<Num> {
        let found = self.f.local(Rep::I32);
        let out = self.label();
        self.emit(Stmt::Set(found, Expr::I32(i32::from(all))));
        let outer = std::mem::take(&mut self.code);
        self.each(lazy, shape, span, &mut |lower, num| {
            let truth = lower.truth_of_num(&num);
            let decides = if all { not(truth) } else { truth };
            let decided = vec![Stmt::Set(found, Expr::I32(i32::from(!all))), Stmt::Br(out)];
            lower.emit(Stmt::If(decides, decided, Vec::new()));
            Ok(())
        })?;
        let body = std::mem::replace(&mut self.code, outer);
        self.emit(Stmt::Block(out, body));
        Ok(Num::new(DType::Bool, false, Expr::Local(found)))
    }

    /// min, max, argmin, argmax: NaN wins, and of equals the first.
    fn extreme(&mut self, lazy: &Lazy, shape: &[Expr], name: &str, span: Span) -> Result<Num> {
        let dtype = lazy.dtype();
        if dtype.is_complex() {
            return unsupported(span, format!("{name} of complex numbers is not compiled."));
        }
        let greatest = name.ends_with("max");
        let zero = self.cast(Num::int(Expr::I64(0)), dtype);
        let (best, locals) = self.variable(zero, span)?;
        let (at_best, count) = (self.f.local(Rep::I64), self.f.local(Rep::I64));
        self.emit(Stmt::Set(at_best, Expr::I64(0)));
        self.emit(Stmt::Set(count, Expr::I64(0)));
        self.each(lazy, shape, span, &mut |lower, num| {
            let num = lower.temp_num(num);
            let better = if greatest { CmpOp::Gt } else { CmpOp::Lt };
            let mut takes = lower.compare_num(better, num.clone(), best.clone(), span)?;
            if dtype.is_float() {
                let differs = if dtype == DType::F32 { Op::F32Ne } else { Op::F64Ne };
                let same = if dtype == DType::F32 { Op::F32Eq } else { Op::F64Eq };
                let nan = op(differs, [num.re.clone(), num.re.clone()]);
                let not_yet = op(same, [best.re.clone(), best.re.clone()]);
                takes = crate::build::or(takes, crate::build::and(nan, not_yet));
            }
            takes = crate::build::or(takes, op(Op::I64Eqz, [Expr::Local(count)]));
            let takes = lower.temp(takes);
            let next = Num { re: crate::build::select(takes.clone(), num.re, best.re.clone()), ..best.clone() };
            let next = lower.settle(Val::Num(next));
            lower.set_locals(&locals, &next);
            let at = crate::build::select(takes, Expr::Local(count), Expr::Local(at_best));
            lower.emit(Stmt::Set(at_best, at));
            lower.emit(Stmt::Set(count, add(Expr::Local(count), Expr::I64(1))));
            Ok(())
        })?;
        Ok(if name.starts_with("arg") { Num::int(Expr::Local(at_best)) } else { best })
    }
}
