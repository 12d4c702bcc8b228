//! Python's own functions.

use super::Lower;
use super::call::Args;
use super::val::{Num, Val};
use crate::ast::{self, BinOp, CmpOp, Expr as Ast};
use crate::build::{op, select, sub};
use crate::error::{Hint, Result, Span, internal, typing, unsupported};
use crate::ir::{Expr, Op, Rep, Stmt};
use crate::sorted::Set;
use crate::types::{DType, Type};

impl Lower<'_> {
    /// Python's own functions; `None` of others.
    pub(super) fn builtin(&mut self, name: &str, args: &mut Args) -> Result<Option<Val>> {
        let span = args.span;
        Ok(Some(match name {
            "range" | "ferrodide.prange" => {
                let count = args.positional.len();
                let mut ints = Vec::new();
                for i in 0..count {
                    let val = args.need(i, "")?;
                    ints.push(self.int_arg(val, span)?);
                }
                let bounds = match ints.as_slice() {
                    [stop] => [Expr::I64(0), stop.clone(), Expr::I64(1)],
                    [start, stop] => [start.clone(), stop.clone(), Expr::I64(1)],
                    [start, stop, step] => {
                        let some = op(Op::I64Ne, [step.clone(), Expr::I64(0)]);
                        self.check(some, "ValueError", "range() arg 3 must not be zero", span);
                        [start.clone(), stop.clone(), step.clone()]
                    }
                    _ => return typing(span, "range takes one to three ints."),
                };
                Val::Range(bounds)
            }
            "len" => {
                let val = args.need(0, "obj")?;
                let val = self.force(val, span)?;
                match &val {
                    Val::Str(text) => Val::int(text.chars().count() as i64),
                    Val::Enumerate(..) | Val::Zip(_) => return typing(span, "enumerate and zip have no length."),
                    other => match self.iter_length(other) {
                        Some(length) => Self::int_val(length),
                        None => return typing(span, format!("{} has no length.", other.describe())),
                    },
                }
            }
            "int" => match args.take(0, "x") {
                None => Val::int(0),
                Some(val) => {
                    let num = self.number(val, span)?;
                    if num.dtype.is_complex() {
                        return typing(span, "A complex number is not made an int.");
                    }
                    Val::Num(self.truncated(num, span))
                }
            },
            "float" => match args.take(0, "x") {
                None => Val::Num(Num::float(Expr::F64(0.0))),
                Some(Val::Str(text)) => match float_of(&text) {
                    Some(value) => Val::Num(Num::float(Expr::F64(value))),
                    None => {
                        let message = format!("\"{text}\" is no float.");
                        return typing(span, message)
                            .hint("Of numbers, a call with the string itself is read: float(\"1.5\").");
                    }
                },
                Some(val) => {
                    let num = self.number(val, span)?;
                    self.cast_val(Val::Num(num), Type::FLOAT, span)?
                }
            },
            "bool" => {
                let val = args.need(0, "x")?;
                Val::Num(Num::bool(self.truth_of(&val, span)?))
            }
            "complex" => {
                let re = args.take(0, "real").unwrap_or(Val::Num(Num::float(Expr::F64(0.0))));
                let re = self.number(re, span)?;
                match args.take(1, "imag") {
                    None => self.cast_val(Val::Num(re), Type::COMPLEX, span)?,
                    Some(im) => {
                        let im = self.number(im, span)?;
                        let (re, im) = (self.cast(re, DType::F64), self.cast(im, DType::F64));
                        Val::Num(Num { dtype: DType::C128, weak: true, re: re.re, im: Some(im.re) })
                    }
                }
            }
            "enumerate" => {
                let of = args.need(0, "iterable")?;
                let of = self.force(of, span)?;
                let start = match args.take(1, "start") {
                    Some(start) => self.int_arg(start, span)?,
                    None => Expr::I64(0),
                };
                if let (Val::Tuple(items), Expr::I64(start)) = (&of, &start) {
                    let pairs = items.iter().enumerate();
                    return Ok(Some(Val::Tuple(
                        pairs.map(|(i, item)| Val::Tuple(vec![Val::int(start + i as i64), item.clone()])).collect(),
                    )));
                }
                Val::Enumerate(Box::new(of), start)
            }
            "zip" => {
                let mut items = Vec::new();
                for i in 0..args.positional.len() {
                    let val = args.need(i, "")?;
                    items.push(self.force(val, span)?);
                }
                let all: Option<Vec<&Vec<Val>>> =
                    items.iter().map(|item| if let Val::Tuple(items) = item { Some(items) } else { None }).collect();
                if let Some(tuples) = all {
                    let least = tuples.iter().map(|tuple| tuple.len()).min().unwrap_or(0);
                    let rows = (0..least).map(|i| Val::Tuple(tuples.iter().map(|tuple| tuple[i].clone()).collect()));
                    return Ok(Some(Val::Tuple(rows.collect())));
                }
                Val::Zip(items)
            }
            "reversed" => {
                let of = args.need(0, "sequence")?;
                match of {
                    Val::Range([start, stop, step]) => {
                        let trips = self.trips(&start, &stop, &step);
                        let trips = self.temp(trips);
                        let last =
                            crate::build::add(start.clone(), crate::build::mul(sub(trips, Expr::I64(1)), step.clone()));
                        let (first, back) = (self.temp(last), self.temp(sub(Expr::I64(0), step)));
                        let end = self.temp(crate::build::add(start, back.clone()));
                        Val::Range([first, end, back])
                    }
                    Val::Tuple(items) => Val::Tuple(items.into_iter().rev().collect()),
                    other => return unsupported(span, format!("reversed({}) is not compiled.", other.describe())),
                }
            }
            "tuple" => match args.need(0, "iterable")? {
                val @ (Val::Tuple(_) | Val::Named(..)) => match val {
                    Val::Named(_, _, items) => Val::Tuple(items),
                    other => other,
                },
                other => return unsupported(span, format!("tuple({}) is not compiled.", other.describe())),
            },
            "min" | "max" => self.least_or_greatest(name == "max", args)?,
            "sum" => {
                let val = args.need(0, "iterable")?;
                let start = args.take(1, "start").unwrap_or(Val::int(0));
                self.sum_items(val, start, span)?
            }
            "round" => {
                let val = args.need(0, "number")?;
                let num = self.number(val, span)?;
                match args.take(1, "ndigits") {
                    None | Some(Val::None) if num.dtype.is_float() => {
                        let near = self.function_of_numbers("numpy.rint", vec![num], span)?;
                        Val::Num(self.truncated(near, span))
                    }
                    None | Some(Val::None) => Val::Num(self.cast(num, DType::I64)),
                    Some(_) => return unsupported(span, "round is compiled without digits.").hint("Use np.round."),
                }
            }
            "divmod" => {
                let (a, b) = (args.need(0, "x")?, args.need(1, "y")?);
                let (a, b) = (self.settle(a), self.settle(b));
                let quotient = self.binary(BinOp::FloorDiv, a.clone(), b.clone(), span)?;
                let quotient = self.settle(quotient);
                Val::Tuple(vec![quotient, self.binary(BinOp::Mod, a, b, span)?])
            }
            "pow" => {
                let (a, b) = (args.need(0, "base")?, args.need(1, "exp")?);
                self.binary(BinOp::Pow, a, b, span)?
            }
            "abs" => {
                let val = args.need(0, "x")?;
                self.elementwise_call("abs", vec![val], span)?
            }
            "list" => {
                let Some(of) = args.take(0, "iterable") else {
                    let list = self.open_list(None, span);
                    return Ok(Some(self.unnamed(list)));
                };
                let of = self.force(of, span)?;
                let Some(length) = self.iter_length(&of) else {
                    return typing(span, format!("{} cannot be gone through.", of.describe()));
                };
                let at = Expr::Local(self.f.local(Rep::I64));
                let code = std::mem::take(&mut self.code);
                let item = self.iter_item(&of, at);
                self.code = code;
                let item = Self::storable(item.ty(), span)?;
                let list = self.new_list(item.clone(), span);
                let names = Set::new();
                self.count(span, &names, &[], [Expr::I64(0), length, Expr::I64(1)], |lower, counter| {
                    let outer = std::mem::take(&mut lower.temps);
                    let val = lower.iter_item(&of, counter);
                    let val = lower.convert(val, &item);
                    lower.list_append(&list, &val, span);
                    lower.release_temps();
                    lower.temps = outer;
                    Ok(())
                })?;
                self.unnamed(list)
            }
            "slice" => {
                let given: Vec<Val> =
                    args.positional.iter_mut().map(|val| std::mem::replace(val, Val::Ellipsis)).collect();
                match given.as_slice() {
                    [stop] => Val::Slice(vec![Val::None, stop.clone(), Val::None]),
                    [start, stop] => Val::Slice(vec![start.clone(), stop.clone(), Val::None]),
                    [_, _, _] => Val::Slice(given),
                    _ => return typing(span, "slice takes one to three ints."),
                }
            }
            "list.empty_list" => {
                let item = match args.take(0, "item_type") {
                    Some(Val::Function(name)) => {
                        let dtype = name.strip_prefix("numpy.").and_then(DType::from_name);
                        dtype.map(Type::number)
                    }
                    Some(Val::Str(text)) => Type::parse(&text),
                    _ => None,
                };
                args.take(1, "allocated");
                let list = self.open_list(item, span);
                self.unnamed(list)
            }
            "numpy.ndindex" => {
                let shape = match args.positional.as_slice() {
                    [Val::Tuple(_) | Val::Named(..)] => args.need(0, "shape")?,
                    _ => Val::Tuple(std::mem::take(&mut args.positional)),
                };
                let Val::Tuple(lengths) = shape else { return typing(span, "ndindex takes a shape.") };
                let mut shape = Vec::new();
                for length in lengths {
                    let length = self.int_arg(length, span)?;
                    let holds = op(Op::I64GeS, [length.clone(), Expr::I64(0)]);
                    self.check(holds, "ValueError", "negative dimensions are not allowed", span);
                    shape.push(length);
                }
                Val::Indices(shape)
            }
            "numpy.ndenumerate" => {
                let of = args.need(0, "arr")?;
                let array = self.as_array(of, span)?;
                Val::Zip(vec![Val::Indices(array.shape.clone()), Val::Flat(array)])
            }
            "ferrodide.literal_unroll" => args.need(0, "container")?,
            "ferrodide.typeof" => {
                let val = args.need(0, "val")?;
                match val.ty() {
                    Some(ty) => Val::Str(ty.to_string()),
                    None => return typing(span, format!("{} has no type.", val.describe())),
                }
            }
            "ferrodide.get_num_threads" => Val::int(1),
            "ferrodide.get_thread_id" => Val::int(0),
            "ferrodide.set_num_threads" => {
                args.take(0, "n");
                Val::None
            }
            "print" => return unsupported(span, "print is not compiled.").hint("Return what is to be printed."),
            "isinstance" => return unsupported(span, "isinstance is not compiled."),
            _ => return Ok(None),
        }))
    }

    /// `min(a, b, ...)`, `max(...)`, of numbers, a tuple, or a sequence.
    fn least_or_greatest(&mut self, greatest: bool, args: &mut Args) -> Result<Val> {
        let span = args.span;
        let mut items: Vec<Val> = args.positional.iter_mut().map(|val| std::mem::replace(val, Val::Ellipsis)).collect();
        if items.len() == 1 {
            match items.remove(0) {
                Val::Tuple(of) | Val::Named(_, _, of) => items = of,
                of @ (Val::Array(_) | Val::List(_) | Val::Lazy(_)) => {
                    let of = self.force(of, span)?;
                    return self.extreme_of(greatest, &of, span);
                }
                other => return typing(span, format!("{} has no items.", other.describe())),
            }
        }
        let mut best: Option<Num> = None;
        for item in items {
            let Val::Num(num) = item else { return typing(span, "min and max are compiled for numbers.") };
            let num = self.temp_num(num);
            best = Some(match best {
                None => num,
                Some(best) => {
                    let better = if greatest { CmpOp::Gt } else { CmpOp::Lt };
                    let holds = self.compare_num(better, num.clone(), best.clone(), span)?;
                    self.pick(holds, num, best, span)?
                }
            });
        }
        match best {
            Some(best) => Ok(Val::Num(best)),
            None => typing(span, "min and max need an argument."),
        }
    }

    /// One of two numbers, of the type of both.
    pub(super) fn pick(&mut self, condition: Expr, a: Num, b: Num, span: Span) -> Result<Num> {
        let ty = |num: &Num| Type::Number { dtype: num.dtype, weak: num.weak };
        let Some(both) = ty(&a).unify(&ty(&b)) else { return typing(span, "The numbers have no type together.") };
        let (Val::Num(a), Val::Num(b)) = (self.convert(Val::Num(a), &both), self.convert(Val::Num(b), &both)) else {
            return internal(span, "a number became something else");
        };
        let condition = self.temp(condition);
        let im = match (a.im, b.im) {
            (Some(a), Some(b)) => Some(self.temp(select(condition.clone(), a, b))),
            _ => None,
        };
        Ok(Num { re: self.temp(select(condition, a.re, b.re)), im, ..a })
    }

    fn extreme_of(&mut self, greatest: bool, of: &Val, span: Span) -> Result<Val> {
        let Some(length) = self.iter_length(of) else { return typing(span, "This has no items.") };
        let some = op(Op::I64Ne, [length.clone(), Expr::I64(0)]);
        let name = if greatest { "max" } else { "min" };
        self.check(some, "ValueError", format!("{name}() iterable argument is empty"), span);
        let first = self.iter_item(of, Expr::I64(0));
        let Some(ty @ Type::Number { .. }) = first.ty() else {
            return typing(span, "min and max are compiled for numbers.");
        };
        let (best, locals) = self.hollow_locals(&ty);
        self.set_locals(&locals, &first);
        let names = Set::new();
        self.count(span, &names, &[], [Expr::I64(1), length, Expr::I64(1)], |lower, counter| {
            let item = lower.iter_item(of, counter);
            let (Val::Num(item), Val::Num(best)) = (item, best.clone()) else {
                return internal(span, "a number became something else");
            };
            let better = if greatest { CmpOp::Gt } else { CmpOp::Lt };
            let holds = lower.compare_num(better, item.clone(), best.clone(), span)?;
            let next = lower.pick(holds, item, best, span)?;
            lower.set_locals(&locals, &Val::Num(next));
            Ok(())
        })?;
        Ok(best)
    }

    /// Sets locals to a value's parts.
    pub(super) fn set_locals(&mut self, locals: &[crate::ir::Local], val: &Val) {
        for (&local, part) in locals.iter().zip(val.parts()) {
            self.emit(Stmt::Set(local, part));
        }
    }

    /// `sum(items)`: Python's, one after the other.
    fn sum_items(&mut self, of: Val, start: Val, span: Span) -> Result<Val> {
        let of = self.force(of, span)?;
        if let Val::Tuple(items) = of {
            let mut total = start;
            for item in items {
                total = self.binary(BinOp::Add, total, item, span)?;
                total = self.settle(total);
            }
            return Ok(total);
        }
        let Some(length) = self.iter_length(&of) else { return typing(span, "This has no items to sum.") };
        let at = Expr::Local(self.f.local(Rep::I64));
        let code = std::mem::take(&mut self.code);
        let item = self.iter_item(&of, at);
        let total = self.binary(BinOp::Add, start.clone(), item, span)?;
        self.code = code;
        let Some(ty @ Type::Number { .. }) = total.ty() else { return unsupported(span, "Only numbers are summed.") };
        let (total, locals) = self.hollow_locals(&ty);
        let start = self.convert(start, &ty);
        self.set_locals(&locals, &start);
        let names = Set::new();
        self.count(span, &names, &[], [Expr::I64(0), length, Expr::I64(1)], |lower, counter| {
            let item = lower.iter_item(&of, counter);
            let next = lower.binary(BinOp::Add, total.clone(), item, span)?;
            let next = lower.settle(next);
            lower.set_locals(&locals, &next);
            Ok(())
        })?;
        Ok(total)
    }

    /// `sum(element for ...)`
    pub(super) fn sum_generated(&mut self, span: Span, element: &Ast, generators: &[ast::Comp]) -> Result<Val> {
        let item = self.item_type(span, element, generators)?;
        let Some(ty @ Type::Number { .. }) = Type::INT.unify(&item) else {
            return unsupported(span, "Only numbers are summed.");
        };
        let (total, locals) = self.hollow_locals(&ty);
        let zero = self.convert(Val::int(0), &ty);
        self.set_locals(&locals, &zero);
        self.generate(generators, &mut |lower| {
            let item = lower.expr(element)?;
            let next = lower.binary(BinOp::Add, total.clone(), item, span)?;
            let next = lower.settle(next);
            lower.set_locals(&locals, &next);
            Ok(())
        })?;
        Ok(total)
    }
}

/// A string as Python's `float` reads it, if it is `inf`, `nan` or their like. Of numbers, `_wire.py` has made constants; what
/// it takes to read them is a sizeable table.
fn float_of(text: &str) -> Option<f64> {
    let text = text.trim().to_ascii_lowercase();
    let (sign, word) = match text.strip_prefix('-') {
        Some(word) => (-1.0, word),
        None => (1.0, text.strip_prefix('+').unwrap_or(&text)),
    };
    match word {
        "inf" | "infinity" => Some(sign * f64::INFINITY),
        "nan" => Some(f64::NAN.copysign(sign)),
        _ => None,
    }
}
