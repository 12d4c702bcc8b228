//! Calls: of compiled functions, of Python's own functions, of NumPy's.

use super::names::target_names;
use super::val::{Array, Num, Val};
use super::{INLINE_DEPTH, Lower};
use crate::ast::{CmpOp, Expr as Ast, ExprKind, Stmt as AstStmt, StmtKind};
use crate::build::{op, wrap};
use crate::error::{Hint, Kind, Result, Span, error, internal, typing, unsupported};
use crate::ir::{Expr, Op, Rep, Stmt};
use crate::sorted::Set;
use crate::types::{ArrayType, DType, Layout, Type};

/// A function of more statements is called, not inlined.
const INLINE_SIZE: usize = 40;

/// WebAssembly's functions have at most a thousand parameters and results; a status is one of these.
const WIDEST_CALL: usize = 900;

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
    pub(super) fn call(&mut self, function: &Ast, args: &[Ast], keywords: &[(String, Ast)], span: Span) -> Result<Val> {
        let callee = self.expr(function)?;
        if let Val::Function(name) = &callee
            && let [arg] = args
            && let Some((element, generators)) = Self::as_generator(arg)
        {
            match name.as_str() {
                "any" | "all" => return self.quantify(name == "all", element, generators),
                "sum" => return self.sum_generated(span, element, generators),
                _ => {}
            }
        }
        // A call may change what arguments are to be computed from.
        let now =
            matches!(callee, Val::Jit(_)) || args.iter().chain(keywords.iter().map(|each| &each.1)).any(Ast::calls);
        let mut positional = Vec::new();
        for arg in args {
            if let ExprKind::Star(inner) = &arg.kind {
                match self.expr(inner)? {
                    Val::Tuple(items) | Val::Named(_, _, items) => positional.extend(items),
                    other => return typing(arg.span, format!("{} is no tuple to hand over with *.", other.describe())),
                }
                continue;
            }
            let val = match &arg.kind {
                // A list of arrays is only ever gone through, as a tuple is.
                ExprKind::List(items) if matches!(&callee, Val::Function(name) if name.starts_with("numpy.")) => {
                    self.list_of_arrays(items, arg, false)?
                }
                _ if now => self.expr(arg)?,
                _ => self.lazy_expr(arg)?,
            };
            positional.push(self.settle(val));
        }
        let mut named = Vec::new();
        for (name, value) in keywords {
            let val = if now { self.expr(value)? } else { self.lazy_expr(value)? };
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
            Val::Class(name, fields, defaults) => self.named_tuple(
                name,
                fields,
                defaults,
                Args { positional, keywords: named, span, name: String::new() },
            ),
            Val::Method(of, name) => self.call_method(*of, Args { positional, keywords: named, span, name }),
            other => typing(span, format!("{} cannot be called.", other.describe())),
        }
    }

    /// A named tuple of its class's arguments.
    fn named_tuple(
        &mut self,
        name: String,
        fields: Vec<String>,
        defaults: Vec<Option<Val>>,
        mut args: Args,
    ) -> Result<Val> {
        args.name.clone_from(&name);
        let mut items = Vec::new();
        for (at, (field, default)) in fields.iter().zip(defaults).enumerate() {
            let val = match (args.take(at, field), default) {
                (Some(val), _) => self.force(val, args.span)?,
                (None, Some(default)) => default,
                (None, None) => return typing(args.span, format!("{name} needs its argument {field}.")),
            };
            items.push(val);
        }
        if args.done().is_err() {
            return typing(args.span, format!("{name} has the fields {}, and no others.", fields.join(", ")));
        }
        super::expr::tuple(items, args.span).map(|made| match made {
            Val::Tuple(items) => Val::Named(name, fields, items),
            other => other,
        })
    }

    fn list_of_arrays(&mut self, items: &[Ast], list: &Ast, row: bool) -> Result<Val> {
        let mut vals = Vec::new();
        for item in items {
            let val = match &item.kind {
                ExprKind::List(row) => self.list_of_arrays(row, item, true)?,
                _ => self.expr(item)?,
            };
            vals.push(self.settle(val));
        }
        // Rows are one, too.
        let nested = items.iter().all(|item| matches!(item.kind, ExprKind::List(_)));
        if nested && vals.iter().all(|val| matches!(val, Val::Tuple(_))) && !vals.is_empty()
            || vals.iter().any(|val| matches!(val, Val::Array(_)))
            || row && !vals.is_empty()
        {
            return Ok(Val::Tuple(vals));
        }
        self.list_literal(vals, list.span)
    }

    /// A compiled function.
    fn call_jit(&mut self, id: u32, mut args: Args) -> Result<Val> {
        let span = args.span;
        let Some(at) = self.program.iter().position(|each| each.id == id) else {
            return internal(span, "a called function is not in the program");
        };
        let function = self.program[at];
        args.name.clone_from(&function.name);
        let mut bound = Vec::new();
        for (i, param) in function.params.iter().enumerate() {
            let val = if param.star {
                let rest =
                    args.positional.iter_mut().skip(i).map(|val| std::mem::replace(val, Val::Ellipsis)).collect();
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
        // A dtype is known where the function is inlined.
        let must = crate::prelude::is(id) && typed.is_none();
        if running || !(small || must) || self.frames.len() > INLINE_DEPTH {
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
        if args.len() > WIDEST_CALL || super::val::reps(&result).len() > WIDEST_CALL {
            return unsupported(span, "This call hands over too many values, or gives too many.")
                .hint("Put them into an array.");
        }
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
        if args.name == "numpy.where" && args.positional.len() == 1 && args.keywords.is_empty() {
            args.name = "numpy.nonzero".to_owned();
        }
        let name = args.name.clone();
        if let Some(dtype) = name.strip_prefix("numpy.").and_then(DType::from_name) {
            let val = args.need(0, "x")?;
            args.done()?;
            return self.cast_val(val, Type::number(dtype), span);
        }
        if let "prelude.random_state" | "prelude.random_gauss" = name.as_str() {
            return Ok(Val::Array(self.random_memory(name.ends_with("gauss"))));
        }
        if name == "prelude.strided" {
            return self.strided(&mut args);
        }
        if name == "prelude.common_dtype" {
            let of = args.need(0, "arrays")?;
            return self.common_dtype(of, span);
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
        match self.call_prelude(&name, args)? {
            Some(found) => Ok(found),
            None => unsupported(span, format!("{name} is not compiled.")),
        }
    }

    /// A function of the prelude; `None` of what is none.
    pub(super) fn call_prelude(&mut self, name: &str, mut args: Args) -> Result<Option<Val>> {
        let Some(id) = self.prelude(name)? else { return Ok(None) };
        let span = args.span;
        for val in args.positional.iter_mut().chain(args.keywords.iter_mut().map(|keyword| &mut keyword.1)) {
            *val = self.force(val.clone(), span)?;
        }
        self.call_jit(id, args).map(Some)
    }

    /// A function of the prelude that is there.
    pub(super) fn prelude_call(&mut self, name: &str, positional: Vec<Val>, span: Span) -> Result<Val> {
        let args = Args { positional, keywords: Vec::new(), span, name: name.to_owned() };
        match self.call_prelude(name, args)? {
            Some(found) => Ok(found),
            None => internal(span, format!("{name} is missing")),
        }
    }

    /// The dtype that all arrays of a tuple fit.
    fn common_dtype(&mut self, of: Val, span: Span) -> Result<Val> {
        let (Val::Tuple(items) | Val::Named(_, _, items)) = of else {
            return typing(span, "This is no tuple of arrays.");
        };
        let mut dtype = None;
        for item in items {
            let own = self.lazy(item, span)?.dtype();
            dtype = Some(dtype.map_or(own, |dtype: DType| dtype.promote(own)));
        }
        match dtype {
            Some(dtype) => Ok(Val::Function(format!("numpy.{}", dtype.name()))),
            None => typing(span, "need at least one array"),
        }
    }

    /// The state of `numpy.random`, in memory that all compiled functions share: 624 words, how many of them are used up, and
    /// whether there is a normal number left (int64); behind it, that number (float64).
    fn random_memory(&mut self, gauss: bool) -> Array {
        let import = self.import("random_state", &[], Rep::I32);
        let start = self.temp(Expr::Import(import, Vec::new()));
        let (dtype, offset, length) = if gauss { (DType::F64, 626 * 8, 1) } else { (DType::I64, 0, 626) };
        let data = self.temp(op(Op::I32Add, [start, Expr::I32(offset)]));
        let ty = ArrayType { dtype, ndim: 1, layout: Layout::C, readonly: false };
        Array { ty, data, owner: Expr::I32(0), shape: vec![Expr::I64(length)], strides: vec![Expr::I32(8)] }
    }

    /// A line of an array's elements, of any length and step in bytes.
    fn strided(&mut self, args: &mut Args) -> Result<Val> {
        let span = args.span;
        let Val::Array(array) = args.need(0, "a")? else { return internal(span, "strided is of an array") };
        let mut word = |at, name| self.number(args.need(at, name)?, span).map(|num| num.re);
        let (offset, length, step) = (word(1, "offset")?, word(2, "length")?, word(3, "step")?);
        let data = self.temp(op(Op::I32Add, [array.data.clone(), wrap(offset)]));
        let (length, step) = (self.temp(length), self.temp(wrap(step)));
        let ty = ArrayType { ndim: 1, layout: Layout::Any, ..array.ty };
        Ok(Val::Array(Array { ty, data, shape: vec![length], strides: vec![step], ..array }))
    }

    /// `of.name(...)`
    fn call_method(&mut self, of: Val, mut args: Args) -> Result<Val> {
        let span = args.span;
        match of {
            Val::List(list) => self.list_method(&list, args),
            Val::Str(text) => {
                let other = match args.take(0, "") {
                    Some(Val::Str(other)) => Some(other),
                    _ => None,
                };
                let bool = |holds: bool| Val::Num(Num::bool(Expr::I32(i32::from(holds))));
                let found = match (args.name.as_str(), other) {
                    ("lower", None) => Val::Str(text.to_lowercase()),
                    ("upper", None) => Val::Str(text.to_uppercase()),
                    ("strip", None) => Val::Str(text.trim().to_owned()),
                    ("startswith", Some(part)) => bool(text.starts_with(&part)),
                    ("endswith", Some(part)) => bool(text.ends_with(&part)),
                    (name, _) => return unsupported(span, format!("str.{name} is not compiled.")),
                };
                args.done()?;
                Ok(found)
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
                _ => unsupported(span, format!("The method {} of a number is not compiled.", args.name)),
            },
            of @ Val::Array(_) => {
                let name = args.name.clone();
                if let Some(found) = self.array_method(&of, &name, &mut args)? {
                    args.done()?;
                    return Ok(found);
                }
                args.positional.insert(0, of);
                match self.call_prelude(&format!("numpy.ndarray.{name}"), args)? {
                    Some(found) => Ok(found),
                    None => unsupported(span, format!("The method {name} of an array is not compiled.")),
                }
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
            let mut names = Set::new();
            targets.iter().for_each(|target| target_names(target, &mut names));
            names.len().saturating_sub(1)
        }
        _ => 0,
    }
}
