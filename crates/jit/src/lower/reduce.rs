//! Reductions, over all elements or along an axis.

use super::Lower;
use super::call::Args;
use super::val::{Array, Lazy, Num, Val};
use crate::ast::{BinOp, CmpOp};
use crate::build::{add, and, not, op};
use crate::error::{Result, Span, internal, unsupported};
use crate::ir::{Expr, Local, Op, Rep, Stmt};
use crate::types::{ArrayType, DType, Layout, Type};

/// How to reduce.
struct Reduction<'a> {
    /// NumPy's name.
    name: &'a str,
    /// What is taken off the count, of a variance.
    ddof: Num,
    /// Whether floats are added up in pairs: an i32.
    pairwise: Expr,
    span: Span,
}

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
        let mut lazy = self.reduced(of, args)?;
        let axis = args.take(usize::from(!method), "axis").filter(|axis| *axis != Val::None);
        if let Some(dtype) = args.take(usize::from(!method) + 1, "dtype").filter(|dtype| *dtype != Val::None) {
            let dtype = self.dtype_of(&dtype, span)?;
            lazy = Lazy::Apply(super::val::ElementOp::Cast, dtype, vec![lazy]);
        }
        let ddof = match args.take(usize::MAX, "ddof") {
            Some(ddof) if matches!(name, "var" | "std") => self.number(ddof, span)?,
            Some(_) => return unsupported(span, format!("{name} has no ddof.")),
            None => Num::int(Expr::I64(0)),
        };
        let ddof = self.temp_num(ddof);
        if let Some(axis) = axis {
            if lazy.ndim() != 1 {
                return self.along_axis(name, lazy, axis, ddof, span).map(Some);
            }
            self.axis(axis, 1, span)?;
        }
        let what = Reduction { name, ddof, pairwise: Expr::I32(1), span };
        self.reduce(&what, lazy).map(|num| Some(Val::Num(num)))
    }

    /// Reduces all elements.
    fn reduce(&mut self, what: &Reduction, lazy: Lazy) -> Result<Num> {
        let Reduction { name, span, .. } = *what;
        let dtype = lazy.dtype();
        let shape = self.broadcast_shape(&lazy, span)?;
        let size = self.size(&shape);
        Ok(match name {
            "sum" => self.sum(what, lazy, &shape, Self::sum_dtype(dtype))?,
            "prod" => {
                let total = Self::sum_dtype(dtype);
                self.fold(&lazy, &shape, total, 1, BinOp::Mul, span)?
            }
            "mean" => {
                let count = Num::int(size);
                self.mean(what, lazy, &shape, count)?
            }
            "var" | "std" => {
                let Val::Array(array) = self.forced(lazy, span)? else { return internal(span, "this is no array") };
                let lazy = Lazy::Array(array);
                let mean = self.mean(what, lazy.clone(), &shape, Num::int(size.clone()))?;
                let mean = self.temp_num(mean);
                let dtype = mean.dtype;
                let operator = super::val::ElementOp::Binary;
                let difference = Lazy::Apply(operator(BinOp::Sub), dtype, vec![lazy, Lazy::Num(mean)]);
                let squares = if dtype.is_complex() {
                    // |x|^2, without its root.
                    let Val::Array(array) = self.forced(difference, span)? else {
                        return internal(span, "this is no array");
                    };
                    let parts = ["real", "imag"].map(|part| self.array_attribute(&Val::Array(array.clone()), part));
                    let mut squares = Vec::new();
                    for part in parts {
                        let Some(Val::Array(part)) = part? else { return internal(span, "this is no array") };
                        let part = Lazy::Array(part);
                        squares.push(Lazy::Apply(operator(BinOp::Mul), dtype.real(), vec![part.clone(), part]));
                    }
                    Lazy::Apply(operator(BinOp::Add), dtype.real(), squares)
                } else {
                    let square = super::val::ElementOp::Function("numpy.square".to_owned());
                    Lazy::Apply(square, dtype, vec![difference])
                };
                let count = self.binary_num(BinOp::Sub, Num::int(size), what.ddof.clone(), span)?;
                let (zero, count) = (Num::int(Expr::I64(0)), self.temp_num(count));
                let more = self.compare_num(CmpOp::Gt, count.clone(), zero.clone(), span)?;
                let count = self.pick(more, count, zero, span)?;
                let var = self.mean(what, squares, &shape, count)?;
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
        })
    }

    /// Reduces along an axis of an array of more than one.
    fn along_axis(&mut self, name: &str, lazy: Lazy, axis: Val, ddof: Num, span: Span) -> Result<Val> {
        let Val::Array(array) = self.forced(lazy, span)? else { return internal(span, "this is no array") };
        let ndim = array.shape.len();
        let axis = self.axis(axis, ndim, span)?;
        let others: Vec<usize> = (0..ndim).filter(|&other| other != axis).collect();
        let dtype = match (name, array.ty.dtype) {
            ("sum" | "prod", dtype) => Self::sum_dtype(dtype),
            ("mean" | "var" | "std", dtype) => {
                let dtype = if dtype.is_int() || dtype == DType::Bool { DType::F64 } else { dtype };
                if name == "mean" { dtype } else { dtype.real() }
            }
            ("any" | "all", _) => DType::Bool,
            ("argmin" | "argmax" | "count_nonzero", _) => DType::I64,
            (_, dtype) => dtype,
        };
        let inner = match array.ty.layout {
            Layout::C => Expr::I32(i32::from(axis + 1 == ndim)),
            Layout::F => Expr::I32(i32::from(axis == 0)),
            // NumPy goes along the axis of the least steps, and adds up the others one after the other.
            Layout::Any => {
                let square = |stride: &Expr| op(Op::I32Mul, [stride.clone(), stride.clone()]);
                let own = self.temp(square(&array.strides[axis]));
                let least = others.iter().fold(Expr::I32(1), |all, &other| {
                    and(all, op(Op::I32LeU, [own.clone(), square(&array.strides[other])]))
                });
                self.temp(least)
            }
        };
        let layout = if inner == Expr::I32(1) { Layout::C } else { Layout::Any };
        let shape: Vec<_> = others.iter().map(|&other| array.shape[other].clone()).collect();
        let strides: Vec<_> = others.iter().map(|&other| array.strides[other].clone()).collect();
        let out = self.alloc(dtype, &shape, span);
        let what = Reduction { name, ddof, pairwise: inner, span };
        let ty = ArrayType { ndim: 1, layout, ..array.ty };
        let target = out.clone();
        self.loops(&out.shape.clone(), &mut |lower, at| {
            // What one element allocates ends with it.
            let temps = std::mem::take(&mut lower.temps);
            let data = lower.temp(Self::address(&array.data, &strides, at));
            let (shape, strides) = (vec![array.shape[axis].clone()], vec![array.strides[axis].clone()]);
            let num = lower.reduce(&what, Lazy::Array(Array { ty, data, shape, strides, ..array.clone() }))?;
            lower.store_element(dtype, Self::address(&target.data, &target.strides, at), num, span)?;
            lower.release_temps();
            lower.temps = temps;
            Ok(())
        })?;
        Ok(Val::Array(out))
    }

    /// An array in place of what is to be computed.
    fn forced(&mut self, lazy: Lazy, span: Span) -> Result<Val> {
        match lazy {
            Lazy::Array(array) => Ok(Val::Array(array)),
            other => self.force(Val::Lazy(Box::new(other)), span),
        }
    }

    /// A sum: of floats in NumPy's order, pairs of pairs, where their place in memory is known.
    fn sum(&mut self, what: &Reduction, lazy: Lazy, shape: &[Expr], dtype: DType) -> Result<Num> {
        let span = what.span;
        if dtype.is_int() || shape.is_empty() || what.pairwise == Expr::I32(0) {
            return self.fold(&lazy, shape, dtype, 0, BinOp::Add, span);
        }
        let lazy =
            if lazy.dtype() == dtype { lazy } else { Lazy::Apply(super::val::ElementOp::Cast, dtype, vec![lazy]) };
        let Val::Array(array) = self.forced(lazy, span)? else { return internal(span, "this is no array") };
        let zero = self.cast(Num::int(Expr::I64(0)), dtype);
        let (total, locals) = self.variable(zero.clone(), span)?;
        let outer = std::mem::take(&mut self.code);
        let part = if array.ty.layout == Layout::Any {
            self.prelude_call("prelude.sum_in_memory", vec![Val::Array(array.clone()), Val::Num(zero)], span)?
        } else {
            let size = self.size(&array.shape);
            let step = Expr::I32(array.ty.dtype.size() as i32);
            let ty = ArrayType { ndim: 1, layout: Layout::C, ..array.ty };
            let line = Array { ty, shape: vec![size], strides: vec![step], ..array.clone() };
            let line = self.prelude_call("prelude.pairwise_line", vec![Val::Array(line)], span)?;
            self.binary(BinOp::Add, Val::Num(zero), line, span)?
        };
        let part = self.settle(part);
        self.set_locals(&locals, &part);
        let pairs = std::mem::replace(&mut self.code, outer);
        if what.pairwise == Expr::I32(1) {
            self.code.extend(pairs);
            return Ok(total);
        }
        let outer = std::mem::take(&mut self.code);
        let part = self.fold(&Lazy::Array(array), shape, dtype, 0, BinOp::Add, span)?;
        self.set_locals(&locals, &Val::Num(part));
        let one_by_one = std::mem::replace(&mut self.code, outer);
        self.emit(Stmt::If(what.pairwise.clone(), pairs, one_by_one));
        Ok(total)
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

    /// The sum, divided.
    fn mean(&mut self, what: &Reduction, lazy: Lazy, shape: &[Expr], count: Num) -> Result<Num> {
        let dtype = match lazy.dtype() {
            dtype if dtype.is_int() || dtype == DType::Bool => DType::F64,
            dtype => dtype,
        };
        let total = if lazy.dtype() == dtype {
            self.sum(what, lazy, shape, dtype)?
        } else if lazy.dtype().size() < 8 {
            // Whole numbers: added up without rounding.
            let total = self.fold(&lazy, shape, DType::I64, 0, BinOp::Add, what.span)?;
            self.cast(total, dtype)
        } else {
            self.fold(&lazy, shape, dtype, 0, BinOp::Add, what.span)?
        };
        let count = self.cast(count, dtype);
        let mean =
            self.binary_num(BinOp::Div, Num { weak: false, ..total }, Num { weak: false, ..count }, what.span)?;
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
