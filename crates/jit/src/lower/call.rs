//! Calls: of compiled functions, of Python's own functions, of NumPy's.

use super::flow::target_names;
use super::val::{Num, Val};
use super::{INLINE_DEPTH, Lower};
use crate::ast::{self, BinOp, CmpOp, Expr as Ast, ExprKind, Stmt as AstStmt, StmtKind};
use crate::build::{op, select, sub};
use crate::error::{Hint, Kind, Result, Span, error, internal, typing, unsupported};
use crate::ir::{Expr, Op, Rep, Stmt};
use crate::types::{DType, Type};

/// A function of more statements is called, not inlined.
const INLINE_SIZE: usize = 40;

/// The arguments of a call.
pub(super) struct Args {
    /// By position.
    pub positional: Vec<Val>,
    /// By name.
    pub keywords: Vec<(String, Val)>,
    /// The call.
    pub span: Span,
    /// What is called.
    pub name: String,
}

impl Args {
    /// The argument at a position or of a name, taken out.
    pub fn take(&mut self, at: usize, name: &str) -> Option<Val> {
        if let Some(found) = self.keywords.iter().position(|keyword| keyword.0 == name) {
            return Some(self.keywords.remove(found).1);
        }
        let val = self.positional.get_mut(at)?;
        // What was taken leaves a mark, so that the others keep their positions.
        Some(std::mem::replace(val, Val::Ellipsis))
    }

    /// As [`Args::take`], of one that must be there.
    pub fn need(&mut self, at: usize, name: &str) -> Result<Val> {
        match self.take(at, name) {
            Some(val) => Ok(val),
            None => typing(self.span, format!("{} needs its argument {name}.", self.name)),
        }
    }

    /// An error where an argument is left.
    pub fn done(&self) -> Result<()> {
        if let Some((name, _)) = self.keywords.first() {
            return unsupported(self.span, format!("{} is compiled without its argument {name}.", self.name));
        }
        match self.positional.iter().position(|val| *val != Val::Ellipsis) {
            Some(at) => unsupported(self.span, format!("{} is compiled without its argument {}.", self.name, at + 1)),
            None => Ok(()),
        }
    }
}

impl Lower<'_> {
    /// `function(args, name=value)`
    pub(super) fn call(
        &mut self,
        function: &Ast,
        args: &[Ast],
        keywords: &[(String, Ast)],
        span: Span,
    ) -> Result<Val> {
        let callee = self.expr(function)?;
        if let Val::Function(name) = &callee
            && let [arg] = args
            && let Some((element, generators)) = Self::as_generator(arg)
        {
            match name.as_str() {
                "any" | "all" => return self.quantify(span, name == "all", element, generators),
                "sum" => return self.sum_generated(span, element, generators),
                _ => {}
            }
        }
        let mut positional = Vec::new();
        for arg in args {
            if let ExprKind::Star(inner) = &arg.kind {
                match self.expr(inner)? {
                    Val::Tuple(items) | Val::Named(_, _, items) => positional.extend(items),
                    other => return typing(arg.span, format!("{} is no tuple to hand over with *.", other.describe())),
                }
                continue;
            }
            let val = self.lazy_expr(arg)?;
            positional.push(self.settle(val));
        }
        let mut named = Vec::new();
        for (name, value) in keywords {
            let val = self.lazy_expr(value)?;
            named.push((name.clone(), self.settle(val)));
        }
        match callee {
            Val::Jit(id) => {
                let mut args = Args { positional, keywords: named, span, name: String::new() };
                for val in args.positional.iter_mut().chain(args.keywords.iter_mut().map(|keyword| &mut keyword.1)) {
                    *val = self.force(val.clone(), span)?;
                }
                self.call_jit(id, args)
            }
            Val::Function(name) => self.call_function(Args { positional, keywords: named, span, name }),
            Val::Method(of, name) => self.call_method(*of, Args { positional, keywords: named, span, name }),
            other => typing(span, format!("{} cannot be called.", other.describe())),
        }
    }

    /// A compiled function.
    fn call_jit(&mut self, id: u32, mut args: Args) -> Result<Val> {
        let span = args.span;
        let program = self.program;
        let Some(at) = program.iter().position(|each| each.id == id) else {
            return internal(span, "a called function is not in the program");
        };
        let function = &program[at];
        args.name.clone_from(&function.name);
        let mut bound = Vec::new();
        for (i, param) in function.params.iter().enumerate() {
            let val = if param.star {
                let rest = args.positional.iter_mut().skip(i).map(|val| std::mem::replace(val, Val::Ellipsis)).collect();
                Val::Tuple(rest)
            } else {
                match args.take(i, &param.name) {
                    Some(val) => val,
                    None => match self.default(param) {
                        Ok(val) => val,
                        Err(_) => {
                            return typing(span, format!("{} needs its argument {}.", function.name, param.name));
                        }
                    },
                }
            };
            bound.push((param.name.clone(), val));
        }
        if let Some((name, _)) = args.keywords.first() {
            return typing(span, format!("{} has no parameter {name}.", function.name));
        }
        if args.positional.iter().any(|val| *val != Val::Ellipsis) {
            return typing(
                span,
                format!("{} takes {} arguments, not {}.", function.name, function.params.len(), args.positional.len()),
            );
        }
        let running = self.frames.iter().any(|frame| frame.function == at);
        let typed: Option<Vec<Type>> = bound.iter().map(|(_, val)| val.ty()).collect();
        let small = function.body.iter().map(size).sum::<usize>() <= INLINE_SIZE;
        if running || !small || self.frames.len() > INLINE_DEPTH {
            let Some(types) = typed else {
                return unsupported(span, "A function is handed only to functions that are small and not recursive.");
            };
            return self.call_instance(id, &types, bound, span);
        }
        let mut wanted = None;
        let outer = std::mem::take(&mut self.code);
        loop {
            let (val, wider) = self.body_inline(at, bound.clone(), wanted, span, None)?;
            if wider.is_none() {
                let code = std::mem::replace(&mut self.code, outer);
                self.code.extend(code);
                return Ok(val);
            }
            self.code.clear();
            wanted = wider;
        }
    }

    fn call_instance(&mut self, id: u32, types: &[Type], bound: Vec<(String, Val)>, span: Span) -> Result<Val> {
        let (index, result) = self.instance(id, types, span)?;
        let args: Vec<_> = bound.iter().flat_map(|(_, val)| val.parts()).collect();
        let (val, locals) = self.hollow_locals(&result);
        let raise = self.raise("RecursionError", "maximum recursion depth exceeded", span);
        self.emit(Stmt::Call(index as u32, args, locals, raise));
        // The reference that comes with the result.
        for owner in val.owners() {
            self.own(owner);
        }
        Ok(self.assemble(&result, &mut val.parts().into_iter()))
    }

    /// A function of Python's or NumPy's.
    fn call_function(&mut self, mut args: Args) -> Result<Val> {
        let span = args.span;
        let name = args.name.clone();
        if let Some(dtype) = name.strip_prefix("numpy.").and_then(DType::from_name) {
            let val = args.need(0, "x")?;
            args.done()?;
            return self.cast_val(val, Type::number(dtype), span);
        }
        if let Some(found) = self.builtin(&name, &mut args)? {
            args.done()?;
            return Ok(found);
        }
        if let Some(found) = self.numpy_call(&name, &mut args)? {
            args.done()?;
            return Ok(found);
        }
        if Self::is_function_of_numbers(&name) {
            return self.call_elementwise(&name, args);
        }
        unsupported(span, format!("{name} is not compiled."))
    }

    /// `of.name(...)`
    fn call_method(&mut self, of: Val, mut args: Args) -> Result<Val> {
        let span = args.span;
        match of {
            Val::List(list) => {
                let vals = std::mem::take(&mut args.positional);
                self.list_method(&list, &args.name, &vals, span)
            }
            Val::Num(num) => match args.name.as_str() {
                "conjugate" | "conj" => Ok(Val::Num(self.conjugate(num))),
                "item" => Ok(Val::Num(Num { weak: true, ..num })),
                "astype" => {
                    let dtype = args.need(0, "dtype")?;
                    let dtype = self.dtype_of(&dtype, span)?;
                    self.cast_val(Val::Num(num), Type::number(dtype), span)
                }
                "is_integer" if num.dtype.is_float() => {
                    let name = "numpy.floor";
                    let floor = self.function_of_numbers(name, vec![num.clone()], span)?;
                    Ok(Val::Num(Num::bool(self.compare_num(CmpOp::Eq, floor, num, span)?)))
                }
                "bit_length" | "bit_count" | _ => {
                    unsupported(span, format!("The method {} of a number is not compiled.", args.name))
                }
            },
            Val::Tuple(items) if args.name == "index" || args.name == "count" => {
                let _ = items;
                unsupported(span, format!("tuple.{} is not compiled.", args.name))
            }
            of @ Val::Array(_) => {
                let name = args.name.clone();
                if let Some(found) = self.array_method(&of, &name, &mut args)? {
                    args.done()?;
                    return Ok(found);
                }
                unsupported(span, format!("The method {name} of an array is not compiled."))
            }
            other => unsupported(span, format!("{}.{} is not compiled.", other.describe(), args.name)),
        }
    }

    /// A value as one of a number's type.
    pub(super) fn cast_val(&mut self, val: Val, ty: Type, span: Span) -> Result<Val> {
        let Type::Number { dtype, weak } = ty else { return internal(span, "a cast to what is no number") };
        match val {
            Val::Num(num) => {
                if num.dtype.is_complex() && !dtype.is_complex() && dtype != DType::Bool {
                    return typing(span, "A complex number is not made a real one.").hint("Take its .real part.");
                }
                Ok(Val::Num(Num { weak, ..self.cast(num, dtype) }))
            }
            val @ (Val::Array(_) | Val::Lazy(_)) => {
                let lazy = self.lazy(val, span)?;
                Ok(Val::Lazy(Box::new(super::val::Lazy::Apply(super::val::ElementOp::Cast, dtype, vec![lazy]))))
            }
            other => typing(span, format!("{} is not made a {}.", other.describe(), dtype.name())),
        }
    }

    /// The dtype that an argument `dtype=` means.
    pub(super) fn dtype_of(&mut self, val: &Val, span: Span) -> Result<DType> {
        let name = match val {
            Val::Function(name) => name.strip_prefix("numpy.").unwrap_or(name),
            Val::Str(name) => name,
            other => return typing(span, format!("{} is no dtype.", other.describe())),
        };
        match DType::from_name(name) {
            Some(dtype) => Ok(dtype),
            None => unsupported(span, format!("The dtype {name} is not compiled.")),
        }
    }

    /// A number argument.
    pub(super) fn number(&mut self, val: Val, span: Span) -> Result<Num> {
        match val {
            Val::Num(num) => Ok(num),
            Val::Array(array) if array.ty.ndim == 1 => {
                let one = op(Op::I64Eq, [array.shape[0].clone(), Expr::I64(1)]);
                self.check(one, "TypeError", "only length-1 arrays can be converted to Python scalars", span);
                Ok(self.load_element(array.ty.dtype, array.data.clone()))
            }
            other => typing(span, format!("A number is needed, not {}.", other.describe())),
        }
    }

    /// An int argument: an i64.
    pub(super) fn int_arg(&mut self, val: Val, span: Span) -> Result<Expr> {
        match self.number(val, span)? {
            num if num.dtype.is_int() || num.dtype == DType::Bool => {
                let num = self.cast(num, DType::I64);
                Ok(self.temp(num.re))
            }
            num => typing(span, format!("An int is needed, not {}.", Val::Num(num).describe())),
        }
    }

    /// Python's own functions; `None` of others.
    fn builtin(&mut self, name: &str, args: &mut Args) -> Result<Option<Val>> {
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
                    Val::Num(self.to_int(num, span))
                }
            },
            "float" => match args.take(0, "x") {
                None => Val::Num(Num::float(Expr::F64(0.0))),
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
                        let last = crate::build::add(start.clone(), crate::build::mul(sub(trips, Expr::I64(1)), step.clone()));
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
                        Val::Num(self.to_int(near, span))
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
                self.elementwise_call("numpy.absolute", vec![val], span)?
            }
            "list" => {
                let of = args.need(0, "iterable")?;
                let Some(length) = self.iter_length(&of) else {
                    return typing(span, format!("{} cannot be gone through.", of.describe()));
                };
                let at = Expr::Local(self.f.local(Rep::I64));
                let code = std::mem::take(&mut self.code);
                let item = self.iter_item(&of, at);
                self.code = code;
                let Some(item @ Type::Number { .. }) = item.ty() else {
                    return unsupported(span, "Only lists of numbers are compiled.");
                };
                let list = self.new_list(item.clone(), span);
                let names = std::collections::BTreeSet::new();
                self.count(span, &names, &[], [Expr::I64(0), length, Expr::I64(1)], |lower, counter| {
                    let val = lower.iter_item(&of, counter);
                    let val = lower.convert(val, &item);
                    lower.list_append(&list, &val, span);
                    Ok(())
                })?;
                self.unnamed(list)
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
        let names = std::collections::BTreeSet::new();
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
        let names = std::collections::BTreeSet::new();
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
    fn sum_generated(&mut self, span: Span, element: &Ast, generators: &[ast::Comp]) -> Result<Val> {
        let item = self.item_type(span, element, generators)?;
        let Some(ty @ Type::Number { .. }) = Type::INT.unify(&item) else {
            return unsupported(span, "Only numbers are summed.");
        };
        let (total, locals) = self.hollow_locals(&ty);
        let zero = self.convert(Val::int(0), &ty);
        self.set_locals(&locals, &zero);
        self.generate(span, generators, &mut |lower| {
            let item = lower.expr(element)?;
            let next = lower.binary(BinOp::Add, total.clone(), item, span)?;
            let next = lower.settle(next);
            lower.set_locals(&locals, &next);
            Ok(())
        })?;
        Ok(total)
    }

    /// The conjugate of a number.
    pub(super) fn conjugate(&mut self, num: Num) -> Num {
        let negate = if num.dtype == DType::C64 { Op::F32Neg } else { Op::F64Neg };
        Num { im: num.im.map(|im| op(negate, [im])), ..num }
    }

    /// A function that NumPy applies to each element.
    fn call_elementwise(&mut self, name: &str, args: Args) -> Result<Val> {
        if !args.keywords.is_empty() {
            return error(Kind::Unsupported, args.span, format!("{name} is compiled without keywords."));
        }
        self.elementwise_call(name, args.positional, args.span)
    }
}

/// Statements in a statement, itself counted.
fn size(stmt: &AstStmt) -> usize {
    1 + match &stmt.kind {
        StmtKind::If(_, body, orelse) | StmtKind::While(_, body, orelse) | StmtKind::For(_, body, orelse) => {
            body.iter().chain(orelse).map(size).sum()
        }
        StmtKind::Assign(targets, _) => {
            let mut names = std::collections::BTreeSet::new();
            targets.iter().for_each(|target| target_names(target, &mut names));
            names.len().saturating_sub(1)
        }
        _ => 0,
    }
}
