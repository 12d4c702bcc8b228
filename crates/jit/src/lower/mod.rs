//! From Python to the typed form: types are found on the way, since every variable's is known where it is read. A loop
//! whose end gives a variable a wider type than its start is lowered again with that one.

mod arith;
mod array;
mod axes;
mod builtin;
mod call;
mod cast;
mod complex;
mod expr;
mod flow;
mod index;
mod instance;
mod iter;
mod list;
mod mask;
mod math;
mod matmul;
mod names;
mod numpy;
mod reduce;
mod slots;
mod stmt;
pub mod val;

use rustc_hash::FxHashMap as HashMap;

use crate::Options;
use crate::ast;
use crate::build::op;
use crate::error::{Error, Hint, Result, Span, internal, typing, unsupported};
use crate::ir::{self, Exception, Expr, Local, Op, Rep, Stmt};
use crate::prelude;
use crate::sorted::{Map, Set};
use crate::types::{ArrayType, Layout, Type};
use val::{Array, List, Num, Val};

/// Deeper calls are not inlined into each other.
const INLINE_DEPTH: usize = 12;

/// Expressions, blocks and calls in each other: each takes a few kB of a stack that may have 2 MB, or a browser's.
const DEEPEST: u32 = 250;

/// A variable.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Binding {
    /// Its value.
    val: Val,
    /// Set where it may be without one: an i32 that is 1 when it has.
    defined: Option<Local>,
}

/// A specialisation: the function's number, the arguments' types, in the prelude the line of the call.
type Key = (u32, Vec<Type>, u32);

/// The variables at a point; `None` where no way leads.
type Env = Map<String, Binding>;

/// A loop being lowered.
struct LoopCtx {
    /// Where `break` goes.
    exit: ir::Label,
    /// Where `continue` goes.
    next: ir::Label,
    /// The variables that it assigns, with the locals that hold them from one iteration to the next.
    phis: Map<String, Binding>,
    /// Those first assigned in it.
    late: Map<String, Binding>,
    /// What they would have to be.
    wider: Map<String, Type>,
    /// Where it stands.
    span: Span,
    /// The variables that it assigns.
    assigned: Set<String>,
    /// Those that had a value before it.
    outside: Set<String>,
    /// Whether a `break` leaves it.
    broke: bool,
}

/// A function being lowered: the compiled function itself, or one inlined into it.
struct Frame {
    /// Its index in the program.
    function: usize,
    /// The types of its arguments, as text.
    types: String,
    /// The specialisation that it is the body of.
    key: Option<Key>,
    env: Env,
    /// Whether the statements being lowered can be reached.
    reachable: bool,
    loops: Vec<LoopCtx>,
    /// Where `return` goes.
    exit: ir::Label,
    /// What it returns, once known.
    result: Option<Val>,
    /// What it would have to return.
    wider: Option<Type>,
    /// The owners of variables: name, and which of its memory blocks.
    owners: Map<(String, usize), Local>,
    /// The call, for messages.
    called_at: Span,
}

/// A specialisation.
struct Instance {
    /// Its index in the module.
    index: usize,
    /// What it returns, once known.
    result: Option<Type>,
}

/// The whole program being lowered.
pub(crate) struct Lower<'a> {
    /// The functions of the program, then those of the prelude that it calls.
    program: Vec<&'a ast::Function>,
    options: &'a Options,
    module: ir::Module,
    instances: HashMap<Key, Instance>,
    /// The function of the module being made.
    f: ir::Function,
    code: Vec<Stmt>,
    frames: Vec<Frame>,
    labels: ir::Label,
    /// The types that a loop's variables were found to need: by function, its arguments' types, place and name.
    heads: HashMap<(usize, String, Span, String), Type>,
    /// Set with an error that says: the loop at this place, at this depth of frames, is to be lowered again.
    restart: Option<(usize, Span)>,
    /// Set with an error that says: the program is to be lowered again, more is known.
    again: bool,
    /// What was appended to an empty list made here tells what it holds: a key of `heads`.
    origins: Vec<(usize, String, Span, String)>,
    /// Whether the type of an empty list's items was guessed.
    guessed: bool,
    /// Set where reading from a list that nothing was appended to yet is taken not to happen.
    skips: bool,
    /// Set with an error that says: the rest of the block is not reached, for that reason.
    dead: Option<Box<Error>>,
    /// Set with `dead`, where the result of a recursive call is not known.
    unsettled: bool,
    /// Why something was taken not to be reached: an error, unless the program is lowered again.
    skipped: Option<Box<Error>>,
    /// Owners of what the statement being lowered made.
    temps: Vec<Local>,
    /// Global arrays.
    globals: Vec<Val>,
    /// Expressions, blocks and calls around what is being lowered.
    depth: u32,
    /// The span of the statement or expression being lowered.
    span: Span,
}

/// A program whose entry takes arguments from slots.
pub(crate) struct Lowered {
    pub module: ir::Module,
    pub result: Type,
    pub slots: u32,
}

/// Lowers the first function of a program for these argument types (its parameters', then the global arrays').
pub(crate) fn lower(program: &[ast::Function], types: &[Type], options: &Options) -> Result<Lowered> {
    let mut heads = HashMap::default();
    let mut wanted = None;
    let mut first = None;
    // Each round widens something, and nothing widens more than a few times.
    for _ in 0..64 {
        let mut lowering = Lower {
            program: program.iter().collect(),
            options,
            module: ir::Module::default(),
            instances: HashMap::default(),
            f: new_function("run"),
            code: Vec::new(),
            frames: Vec::new(),
            labels: 0,
            heads: std::mem::take(&mut heads),
            restart: None,
            depth: 0,
            again: false,
            origins: Vec::new(),
            guessed: false,
            skips: first.is_some(),
            dead: None,
            unsettled: false,
            skipped: None,
            temps: Vec::new(),
            globals: Vec::new(),
            span: Span::default(),
        };
        match lowering.entry(types, wanted.take()) {
            Ok(_) if lowering.again => first = None,
            Ok((Some(wider), ..)) => wanted = Some(wider),
            Ok((None, result, slots)) => {
                return match first.or(lowering.skipped) {
                    Some(error) => Err(error),
                    None => Ok(Lowered { module: lowering.module, result, slots }),
                };
            }
            Err(_) if lowering.again => first = None,
            Err(mut error) => {
                lowering.trace(&mut error);
                if first.is_some() || !lowering.guessed {
                    return Err(first.unwrap_or(error));
                }
                // Once more, now skipping what reads from lists that nothing was appended to.
                first = Some(error);
            }
        }
        heads = lowering.heads;
    }
    internal(Span::default(), "the types of the program do not settle")
}

fn new_function(name: &str) -> ir::Function {
    ir::Function {
        name: name.to_owned(),
        params: 0,
        locals: Vec::new(),
        results: Vec::new(),
        body: Vec::new(),
        owners: Vec::new(),
    }
}

impl<'a> Lower<'a> {
    /// The entry: the result's type if it must be wider than `wanted`, the result's type, the slots.
    fn entry(&mut self, types: &[Type], wanted: Option<Type>) -> Result<(Option<Type>, Type, u32)> {
        let Some(&function) = self.program.first() else { return internal(Span::default(), "the program is empty") };
        if types.len() < function.params.len() {
            return internal(Span::default(), "the types do not fit the parameters");
        }
        self.module.functions.push(new_function("run"));
        let base = self.f.local(Rep::I32);
        self.f.params = 1;
        let mut slot = 0;
        let mut args = Vec::new();
        for ty in types {
            args.push(self.read_slots(base, &mut slot, ty));
        }
        self.globals = args.split_off(function.params.len());
        let mut bound = Vec::new();
        for (param, (arg, ty)) in function.params.iter().zip(args.into_iter().zip(types)) {
            bound.push((param.name.clone(), if *ty == Type::Omitted { self.default(param)? } else { arg }));
        }
        let (result, wider) = self.body_inline(0, bound, wanted, Span::default(), None)?;
        if wider.is_some() {
            return Ok((wider, Type::None, 0));
        }
        let ty = match result.ty().map(|ty| ty.closed()) {
            Some(ty) if ty.leaves() => ty,
            _ => {
                return typing(
                    function.params.first().map_or(Span::default(), |param| param.span),
                    format!("The function returns {}, which cannot leave compiled code.", result.describe()),
                )
                .hint("Return numbers, arrays, tuples of them, or a list of numbers.");
            }
        };
        let mut out = 0;
        self.write_slots(base, &mut out, &result)?;
        self.release_temps();
        self.f.body = std::mem::take(&mut self.code);
        self.module.functions[0] = std::mem::replace(&mut self.f, new_function(""));
        Ok((None, ty, slot.max(out)))
    }

    /// The value of a type whose parts are given.
    fn assemble(&mut self, ty: &Type, parts: &mut impl Iterator<Item = Expr>) -> Val {
        let mut next = || parts.next().unwrap_or(Expr::I32(0));
        match ty {
            Type::Number { dtype, weak } => {
                let re = next();
                Val::Num(Num { dtype: *dtype, weak: *weak, re, im: dtype.is_complex().then(next) })
            }
            Type::Array(array) => {
                let (data, owner) = (next(), next());
                let shape: Vec<_> = (0..array.ndim).map(|_| next()).collect();
                let strides = match array.layout {
                    Layout::Any => (0..array.ndim).map(|_| next()).collect(),
                    _ => self.strides(*array, &shape),
                };
                Val::Array(Array { ty: *array, data, owner, shape, strides })
            }
            Type::Tuple(items) => Val::Tuple(items.iter().map(|item| self.assemble(item, parts)).collect()),
            Type::Named(name, fields) => Val::Named(
                name.clone(),
                fields.iter().map(|field| field.0.clone()).collect(),
                fields.iter().map(|field| self.assemble(&field.1, parts)).collect(),
            ),
            Type::List(item) => Val::List(List { item: (**item).clone(), header: next(), origin: None }),
            Type::Str(text) => Val::Str(text.clone()),
            Type::Range => Val::Range([next(), next(), next()]),
            Type::Function(name) => Val::Function(name.clone()),
            Type::Jit(id) => Val::Jit(*id),
            Type::None | Type::Omitted | Type::Open(_) => Val::None,
        }
    }

    /// The strides of an array without gaps.
    fn strides(&mut self, ty: ArrayType, shape: &[Expr]) -> Vec<Expr> {
        let mut strides = vec![Expr::I32(ty.dtype.size() as i32); shape.len()];
        let lengths: Vec<usize> = match ty.layout {
            Layout::F => (0..shape.len()).collect(),
            _ => (0..shape.len()).rev().collect(),
        };
        for pair in lengths.windows(2) {
            let length = op(Op::I32WrapI64, [shape[pair[0]].clone()]);
            strides[pair[1]] = self.temp(op(Op::I32Mul, [strides[pair[0]].clone(), length]));
        }
        strides
    }

    fn default(&self, param: &ast::Param) -> Result<Val> {
        match param.default.as_ref().map(val::constant) {
            Some(Some(val)) => Ok(val),
            Some(None) => typing(param.span, format!("The default of {} is no constant that is compiled.", param.name)),
            None => typing(param.span, format!("The parameter {} got no argument.", param.name)),
        }
    }

    /// Goes one level deeper, if that is not too deep.
    fn deeper<T>(&mut self, span: Span, lower: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == DEEPEST {
            return unsupported(
                span,
                "Expressions, blocks and calls of compiled functions are nested too deeply here.",
            )
            .hint("Divide the longest expression into several, or let fewer functions call each other.");
        }
        self.depth += 1;
        let lowered = lower(self);
        self.depth -= 1;
        lowered
    }

    /// Lowers a function's body where it is called. Gives the result, and the result's type if that must be wider than
    /// `wanted`.
    fn body_inline(
        &mut self,
        function: usize,
        args: Vec<(String, Val)>,
        wanted: Option<Type>,
        called_at: Span,
        key: Option<Key>,
    ) -> Result<(Val, Option<Type>)> {
        let exit = self.label();
        let types = args.iter().map(|arg| arg.1.ty().map_or_else(|| arg.1.describe(), |ty| ty.to_string()));
        let types = types.collect::<Vec<_>>().join(" ");
        let result = wanted.map(|ty| self.hollow_locals(&ty).0);
        let mut env = Env::new();
        for (name, arg) in args {
            let val = self.settle(arg);
            env.insert(name, Binding { val, defined: None });
        }
        self.frames.push(Frame {
            function,
            types,
            key,
            env,
            reachable: true,
            loops: Vec::new(),
            exit,
            result,
            wider: None,
            owners: Map::new(),
            called_at,
        });
        let outer = std::mem::take(&mut self.code);
        let outer_temps = std::mem::take(&mut self.temps);
        let body = &self.program[function].body;
        self.block(body)?;
        if self.frame().reachable {
            self.ret(Val::None, Span::default())?;
        }
        let body = std::mem::replace(&mut self.code, outer);
        self.temps = outer_temps;
        self.emit(Stmt::Block(exit, body));
        let Some(frame) = self.frames.pop() else { return internal(called_at, "a frame is missing") };
        let result = frame.result.unwrap_or(Val::None);
        // What follows from a shape is computed where the shape is known.
        let result = match result.ty() {
            Some(ty) => self.assemble(&ty, &mut result.parts().into_iter()),
            None => result,
        };
        // The reference that `return` took is the caller's temporary, the variables end.
        for owner in result.owners() {
            if owner != Expr::I32(0) {
                self.own(owner);
            }
        }
        for &owner in frame.owners.values() {
            self.emit(Stmt::Decref(Expr::Local(owner)));
            self.emit(Stmt::Set(owner, Expr::I32(0)));
        }
        Ok((result, frame.wider))
    }

    /// One more reference, until the statement ends.
    fn hold(&mut self, owner: Expr) {
        if owner == Expr::I32(0) {
            return;
        }
        self.emit(Stmt::Incref(owner.clone()));
        let local = self.f.local(Rep::I32);
        self.f.owners.push(local);
        // A branch out of a loop may have left one from before.
        self.emit(Stmt::Decref(Expr::Local(local)));
        self.emit(Stmt::Set(local, owner));
        self.temps.push(local);
    }

    /// A reference that is given up when the statement ends.
    fn own(&mut self, owner: Expr) {
        let local = self.f.local(Rep::I32);
        self.f.owners.push(local);
        self.emit(Stmt::Set(local, owner));
        self.temps.push(local);
    }

    fn release_temps(&mut self) {
        for local in std::mem::take(&mut self.temps) {
            self.emit(Stmt::Decref(Expr::Local(local)));
            self.emit(Stmt::Set(local, Expr::I32(0)));
        }
    }

    fn frame(&mut self) -> &mut Frame {
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    fn label(&mut self) -> ir::Label {
        self.labels += 1;
        self.labels
    }

    fn emit(&mut self, stmt: Stmt) {
        self.code.push(stmt);
    }

    /// Evaluated now, in a local of its own.
    fn temp(&mut self, expr: Expr) -> Expr {
        if expr.is_leaf() {
            return expr;
        }
        let local = self.f.local(self.f.rep(&expr));
        self.emit(Stmt::Set(local, expr));
        Expr::Local(local)
    }

    /// A number evaluated now.
    fn temp_num(&mut self, num: Num) -> Num {
        Num { re: self.temp(num.re), im: num.im.map(|im| self.temp(im)), ..num }
    }

    /// A value whose parts are evaluated now.
    fn settle(&mut self, val: Val) -> Val {
        match val {
            Val::Num(num) => Val::Num(self.temp_num(num)),
            Val::Tuple(items) => Val::Tuple(items.into_iter().map(|item| self.settle(item)).collect()),
            Val::Named(name, fields, items) => {
                Val::Named(name, fields, items.into_iter().map(|item| self.settle(item)).collect())
            }
            Val::Range(bounds) => Val::Range(bounds.map(|bound| self.temp(bound))),
            other => other,
        }
    }

    /// The function and the place that an error here is told at: the call, where a function of the prelude was called.
    fn blamed(&self, mut span: Span) -> (usize, Span) {
        for frame in self.frames.iter().rev() {
            if !prelude::has(self.program[frame.function]) {
                return (frame.function, span);
            }
            span = frame.called_at;
        }
        (0, span)
    }

    /// The number of a function of the prelude, which becomes one of the program.
    fn prelude(&mut self, name: &str) -> Result<Option<u32>> {
        let Some(function) = prelude::find(name)? else { return Ok(None) };
        if !self.program.iter().any(|each| each.id == function.id) {
            self.program.push(function);
        }
        Ok(Some(function.id))
    }

    /// An entry of the table of exceptions.
    fn raise(&mut self, class: &str, message: impl Into<String>, span: Span) -> ir::Raise {
        let (function, span) = self.blamed(span);
        let file = self.program[function].file.clone();
        let raise = Exception { class: class.to_owned(), message: message.into(), file, line: span.line };
        let at = self.module.raises.iter().position(|each| *each == raise).unwrap_or_else(|| {
            self.module.raises.push(raise);
            self.module.raises.len() - 1
        });
        at as ir::Raise
    }

    /// Raises where a condition does not hold.
    fn check(&mut self, holds: Expr, class: &str, message: impl Into<String>, span: Span) {
        if holds == Expr::I32(1) {
            return;
        }
        let raise = self.raise(class, message, span);
        self.emit(Stmt::Check(holds, raise));
    }

    /// An imported function of numbers.
    fn import(&mut self, name: &str, args: &[Rep], result: Rep) -> u32 {
        let at = self.module.imports.iter().position(|each| each.0 == name).unwrap_or_else(|| {
            self.module.imports.push((name.to_owned(), args.to_vec(), result));
            self.module.imports.len() - 1
        });
        at as u32
    }

    /// Says in an error where it happened.
    fn trace(&self, error: &mut Error) {
        if self.frames.is_empty() {
            return;
        }
        let (function, span) = self.blamed(error.span);
        error.file.clone_from(&self.program[function].file);
        error.span = span;
        for frame in self.frames.iter().skip(1).rev().skip_while(|frame| prelude::has(self.program[frame.function])) {
            let function = &self.program[frame.function];
            error.stack.push((function.name.clone(), function.file.clone(), frame.called_at.line));
        }
    }
}
