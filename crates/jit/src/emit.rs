//! From the typed form to WebAssembly's binary format.

mod blocks;

use std::collections::BTreeMap;

use wasm_encoder::{
    BlockType, CodeSection, EntityType, ExportKind, ExportSection, Function as Body, FunctionSection, GlobalSection,
    GlobalType, ImportSection, Instruction as I, MemArg, MemArgTarget, MemoryType, TypeSection, ValType,
};

use blocks::{alloc, decref, incref};

use crate::Options;
use crate::build::{add, op, select, sub, wrap};
use crate::ir::{Expr, For, Function, Label, Local, Mem, Module, Op, Rep, Stmt};

/// Calls of compiled functions may be nested so deeply, as Python's by default.
const DEEPEST: i32 = 1000;

fn val_type(rep: Rep) -> ValType {
    match rep {
        Rep::I32 => ValType::I32,
        Rep::I64 => ValType::I64,
        Rep::F32 => ValType::F32,
        Rep::F64 => ValType::F64,
        Rep::V128 => ValType::V128,
    }
}

/// The function types of a module, each once.
#[derive(Default)]
struct Types {
    section: TypeSection,
    known: BTreeMap<(Vec<Rep>, Vec<Rep>), u32>,
}

impl Types {
    fn of(&mut self, params: &[Rep], results: &[Rep]) -> u32 {
        let next = self.known.len() as u32;
        *self.known.entry((params.to_vec(), results.to_vec())).or_insert_with(|| {
            self.section.ty().function(params.iter().copied().map(val_type), results.iter().copied().map(val_type));
            next
        })
    }
}

/// The indices of the functions that a body calls.
struct Indices {
    malloc: u32,
    free: u32,
    poll: u32,
    math: u32,
    alloc: u32,
    incref: u32,
    decref: u32,
    functions: u32,
}

/// The bytes of a module.
///
/// # Errors
/// A sentence, where the typed form is broken.
pub fn emit(module: &Module, options: &Options) -> Result<Vec<u8>, String> {
    let mut types = Types::default();
    let mut imports = ImportSection::new();
    let memory = MemoryType { minimum: 0, maximum: None, memory64: false, shared: false, page_size_log2: None };
    imports.import("env", "memory", EntityType::Memory(memory));
    let mut count = 0;
    let mut import =
        |imports: &mut ImportSection, types: &mut Types, place: &str, name: &str, params: &[Rep], results: &[Rep]| {
            imports.import(place, name, EntityType::Function(types.of(params, results)));
            count += 1;
            count - 1
        };
    let malloc = import(&mut imports, &mut types, "env", "malloc", &[Rep::I32], &[Rep::I32]);
    let free = import(&mut imports, &mut types, "env", "free", &[Rep::I32], &[]);
    let poll =
        if options.interruptible { import(&mut imports, &mut types, "env", "poll", &[], &[Rep::I32]) } else { 0 };
    let mut math = 0;
    for (i, (name, params, result)) in module.imports.iter().enumerate() {
        let index = import(&mut imports, &mut types, "math", name, params, &[*result]);
        if i == 0 {
            math = index;
        }
    }
    let at =
        Indices { malloc, free, poll, math, alloc: count, incref: count + 1, decref: count + 2, functions: count + 3 };
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    functions.function(types.of(&[Rep::I64], &[Rep::I32]));
    code.function(&alloc(&at));
    functions.function(types.of(&[Rep::I32], &[]));
    code.function(&incref());
    functions.function(types.of(&[Rep::I32], &[]));
    code.function(&if module.nested { crate::nested::decref(at.decref, at.free) } else { decref(&at) });
    for function in &module.functions {
        let params = &function.locals[..function.params];
        let mut results = vec![Rep::I32];
        results.extend(function.results.iter().map(|&local| function.locals[local as usize]));
        functions.function(types.of(params, &results));
        code.function(&Emitter::new(function, &at, options).function()?);
    }
    let mut globals = GlobalSection::new();
    // How deeply calls are nested; and how many are left until the next question whether to stop.
    for _ in 0..1 + u32::from(options.interruptible) {
        globals.global(
            GlobalType { val_type: ValType::I32, mutable: true, shared: false },
            &wasm_encoder::ConstExpr::i32_const(0),
        );
    }
    let mut exports = ExportSection::new();
    exports.export("run", ExportKind::Func, at.functions);
    let mut out = wasm_encoder::Module::new();
    out.section(&types.section)
        .section(&imports)
        .section(&functions)
        .section(&globals)
        .section(&exports)
        .section(&code);
    Ok(out.finish())
}

fn mem_arg(offset: u64, align: u32) -> MemArg {
    MemArg { offset, align, target: MemArgTarget::Memory(0), ordering: None }
}

/// A word of a block's header.
/// What a branch may go to, from the outside in; `None` of an `if`.
type Nest = Vec<Option<Label>>;

struct Emitter<'a> {
    function: &'a Function,
    at: &'a Indices,
    options: &'a Options,
    body: Body,
    nest: Nest,
    /// 0, or 1 + the exception.
    status: Local,
    /// Loops until the next question whether to stop.
    fuel: Local,
    /// Where an innermost loop's run ends, if loops ask.
    limit: Local,
}

/// The label of a function's end; others start from 1.
const EXIT: Label = 0;

/// Iterations between two questions whether to stop.
const FUEL: i32 = 1 << 14;

impl<'a> Emitter<'a> {
    fn new(function: &'a Function, at: &'a Indices, options: &'a Options) -> Self {
        let own = function.locals[function.params..].iter().map(|&rep| val_type(rep));
        let mut locals: Vec<(u32, ValType)> = Vec::new();
        for kind in own.chain([ValType::I32; 2]).chain(options.interruptible.then_some(ValType::I64)) {
            match locals.last_mut() {
                Some((count, last)) if *last == kind => *count += 1,
                _ => locals.push((1, kind)),
            }
        }
        let body = Body::new(locals);
        let status = function.locals.len() as Local;
        Self { function, at, options, body, nest: Vec::new(), status, fuel: status + 1, limit: status + 2 }
    }

    fn put(&mut self, instruction: I<'_>) {
        self.body.instruction(&instruction);
    }

    fn function(mut self) -> Result<Body, String> {
        self.put(I::Block(BlockType::Empty));
        self.nest.push(Some(EXIT));
        self.stmts(&self.function.body)?;
        self.put(I::End);
        self.nest.pop();
        for &owner in &self.function.owners {
            self.put(I::LocalGet(owner));
            self.put(I::Call(self.at.decref));
        }
        self.put(I::LocalGet(self.status));
        for &result in &self.function.results {
            self.put(I::LocalGet(result));
        }
        self.put(I::End);
        Ok(self.body)
    }

    fn branch(&mut self, label: Label) -> Result<u32, String> {
        let depth = self.nest.iter().rev().position(|each| *each == Some(label));
        depth.map(|depth| depth as u32).ok_or_else(|| format!("there is no label {label}"))
    }

    /// Raises where what is on the stack is not 0.
    fn raise_if(&mut self, raise: u32) -> Result<(), String> {
        self.put(I::If(BlockType::Empty));
        self.nest.push(None);
        self.raise(raise)?;
        self.nest.pop();
        self.put(I::End);
        Ok(())
    }

    fn raise(&mut self, raise: u32) -> Result<(), String> {
        self.put(I::I32Const(raise as i32 + 1));
        self.put(I::LocalSet(self.status));
        let depth = self.branch(EXIT)?;
        self.put(I::Br(depth));
        Ok(())
    }

    fn stmts(&mut self, stmts: &[Stmt]) -> Result<(), String> {
        stmts.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn stmt(&mut self, stmt: &Stmt) -> Result<(), String> {
        match stmt {
            Stmt::Set(local, value) => {
                self.expr(value);
                self.put(I::LocalSet(*local));
            }
            Stmt::Store(mem, address, offset, value) => {
                self.expr(address);
                self.expr(value);
                let arg = mem_arg(u64::from(*offset), mem.align());
                self.put(match mem {
                    Mem::Bool => I::I32Store8(arg),
                    Mem::I8 | Mem::U8 => I::I64Store8(arg),
                    Mem::I16 | Mem::U16 => I::I64Store16(arg),
                    Mem::I32 | Mem::U32 => I::I64Store32(arg),
                    Mem::I64 => I::I64Store(arg),
                    Mem::F32 => I::F32Store(arg),
                    Mem::F64 => I::F64Store(arg),
                    Mem::Word => I::I32Store(arg),
                    Mem::V128 => I::V128Store(arg),
                });
            }
            Stmt::If(condition, then, otherwise) => {
                // A branch alone.
                if let ([Stmt::Br(label)], true) = (then.as_slice(), otherwise.is_empty()) {
                    self.expr(condition);
                    let depth = self.branch(*label)?;
                    self.put(I::BrIf(depth));
                    return Ok(());
                }
                self.expr(condition);
                self.put(I::If(BlockType::Empty));
                self.nest.push(None);
                self.stmts(then)?;
                if !otherwise.is_empty() {
                    self.put(I::Else);
                    self.stmts(otherwise)?;
                }
                self.nest.pop();
                self.put(I::End);
            }
            Stmt::Block(label, inside) => {
                self.put(I::Block(BlockType::Empty));
                self.nest.push(Some(*label));
                self.stmts(inside)?;
                self.nest.pop();
                self.put(I::End);
            }
            Stmt::Loop(label, inside) => {
                self.put(I::Loop(BlockType::Empty));
                self.nest.push(Some(*label));
                self.poll()?;
                self.stmts(inside)?;
                self.nest.pop();
                self.put(I::End);
            }
            Stmt::For(count) => self.count(count)?,
            Stmt::Br(label) => {
                let depth = self.branch(*label)?;
                self.put(I::Br(depth));
            }
            Stmt::Raise(raise) => self.raise(*raise)?,
            Stmt::Check(holds, raise) => {
                self.expr(holds);
                self.put(I::I32Eqz);
                self.raise_if(*raise)?;
            }
            Stmt::Call(function, args, results, too_deep) => self.call(*function, args, results, *too_deep)?,
            Stmt::Alloc(local, bytes, raise) => {
                self.expr(bytes);
                self.put(I::Call(self.at.alloc));
                self.put(I::LocalTee(*local));
                self.put(I::I32Eqz);
                self.raise_if(*raise)?;
            }
            Stmt::Zero(address, bytes) => {
                self.expr(address);
                self.put(I::I32Const(0));
                self.expr(bytes);
                self.put(I::MemoryFill(0));
            }
            Stmt::Incref(owner) | Stmt::Decref(owner) if *owner == Expr::I32(0) => {}
            Stmt::Incref(owner) => {
                self.expr(owner);
                self.put(I::Call(self.at.incref));
            }
            Stmt::Decref(owner) => {
                self.expr(owner);
                self.put(I::Call(self.at.decref));
            }
        }
        Ok(())
    }

    fn call(&mut self, function: u32, args: &[Expr], results: &[Local], too_deep: u32) -> Result<(), String> {
        self.put(I::GlobalGet(0));
        self.put(I::I32Const(DEEPEST));
        self.put(I::I32GeS);
        self.raise_if(too_deep)?;
        let step = |emitter: &mut Self, by: i32| {
            emitter.put(I::GlobalGet(0));
            emitter.put(I::I32Const(by));
            emitter.put(I::I32Add);
            emitter.put(I::GlobalSet(0));
        };
        if self.options.interruptible {
            // Recursion may have no loop.
            self.put(I::GlobalGet(1));
            self.put(I::I32Const(1));
            self.put(I::I32Sub);
            self.put(I::GlobalSet(1));
            self.put(I::GlobalGet(1));
            self.put(I::I32Const(0));
            self.put(I::I32LtS);
            self.put(I::If(BlockType::Empty));
            self.nest.push(None);
            self.put(I::I32Const(FUEL));
            self.put(I::GlobalSet(1));
            self.ask()?;
            self.nest.pop();
            self.put(I::End);
        }
        step(self, 1);
        args.iter().for_each(|arg| self.expr(arg));
        self.put(I::Call(self.at.functions + function));
        results.iter().rev().for_each(|&result| self.put(I::LocalSet(result)));
        self.put(I::LocalSet(self.status));
        step(self, -1);
        self.put(I::LocalGet(self.status));
        let depth = self.branch(EXIT)?;
        self.put(I::BrIf(depth));
        Ok(())
    }

    /// Now and then, asks whether to stop.
    fn poll(&mut self) -> Result<(), String> {
        self.poll_after(&Expr::I32(1))
    }

    /// The same, for so many iterations at once.
    fn poll_after(&mut self, iterations: &Expr) -> Result<(), String> {
        if !self.options.interruptible {
            return Ok(());
        }
        self.put(I::LocalGet(self.fuel));
        self.expr(iterations);
        self.put(I::I32Sub);
        self.put(I::LocalTee(self.fuel));
        self.put(I::I32Const(0));
        self.put(I::I32LtS);
        self.put(I::If(BlockType::Empty));
        self.nest.push(None);
        self.put(I::I32Const(FUEL));
        self.put(I::LocalSet(self.fuel));
        self.ask()?;
        self.nest.pop();
        self.put(I::End);
        Ok(())
    }

    /// Leaves the function where the answer is to stop.
    fn ask(&mut self) -> Result<(), String> {
        self.put(I::Call(self.at.poll));
        self.put(I::If(BlockType::Empty));
        self.nest.push(None);
        self.put(I::I32Const(-1));
        self.put(I::LocalSet(self.status));
        let depth = self.branch(EXIT)?;
        self.put(I::Br(depth));
        self.nest.pop();
        self.put(I::End);
        Ok(())
    }

    fn count(&mut self, count: &For) -> Result<(), String> {
        let For { counter, start, stop, step, body } = count;
        let goes_on = if *step > 0 { Op::I64LtS } else { Op::I64GtS };
        let test = |stop: &Expr| Expr::Op(goes_on, vec![Expr::Local(*counter), stop.clone()]);
        self.expr(start);
        self.put(I::LocalSet(*counter));
        self.expr(&test(stop));
        self.put(I::If(BlockType::Empty));
        self.nest.push(None);
        // An innermost loop is interrupted between long runs of it: a call inside would have the engine keep nothing in
        // registers.
        let in_runs = self.options.interruptible && !body.iter().any(Stmt::holds_loop) && step.abs() < 1 << 16;
        if in_runs {
            self.put(I::Loop(BlockType::Empty));
            self.nest.push(None);
            let (from, to) = (Expr::Local(*counter), Expr::Local(self.limit));
            let (low, high) = if *step > 0 { (&from, stop) } else { (stop, &from) };
            let most = i64::from(FUEL) * step;
            let is_long = op(Op::I64GtU, [sub(high.clone(), low.clone()), Expr::I64(most.abs())]);
            self.expr(&select(is_long, add(from.clone(), Expr::I64(most)), stop.clone()));
            self.put(I::LocalSet(self.limit));
            let (low, high) = if *step > 0 { (from, to) } else { (to, from) };
            self.poll_after(&wrap(sub(high, low)))?;
        }
        self.put(I::Loop(BlockType::Empty));
        self.nest.push(None);
        if !in_runs {
            self.poll()?;
        }
        self.stmts(body)?;
        self.put(I::LocalGet(*counter));
        self.put(I::I64Const(*step));
        self.put(I::I64Add);
        self.put(I::LocalSet(*counter));
        let end = if in_runs { Expr::Local(self.limit) } else { stop.clone() };
        self.expr(&test(&end));
        self.put(I::BrIf(0));
        self.nest.pop();
        self.put(I::End);
        if in_runs {
            self.expr(&test(stop));
            self.put(I::BrIf(0));
            self.nest.pop();
            self.put(I::End);
        }
        self.nest.pop();
        self.put(I::End);
        Ok(())
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::I32(value) => self.put(I::I32Const(*value)),
            Expr::I64(value) => self.put(I::I64Const(*value)),
            Expr::F32(value) => self.put(I::F32Const((*value).into())),
            Expr::F64(value) => self.put(I::F64Const((*value).into())),
            Expr::Local(local) => self.put(I::LocalGet(*local)),
            Expr::Op(op, args) => {
                args.iter().for_each(|arg| self.expr(arg));
                self.put(op.instruction());
            }
            Expr::Select(parts) => {
                let [condition, then, otherwise] = &**parts;
                self.expr(then);
                self.expr(otherwise);
                self.expr(condition);
                if self.function.rep(then) == Rep::V128 {
                    self.put(I::TypedSelect(ValType::V128));
                } else {
                    self.put(I::Select);
                }
            }
            Expr::Load(mem, address, offset) => {
                self.expr(address);
                let arg = mem_arg(u64::from(*offset), mem.align());
                self.put(match mem {
                    Mem::Bool => I::I32Load8U(arg),
                    Mem::I8 => I::I64Load8S(arg),
                    Mem::I16 => I::I64Load16S(arg),
                    Mem::I32 => I::I64Load32S(arg),
                    Mem::I64 => I::I64Load(arg),
                    Mem::U8 => I::I64Load8U(arg),
                    Mem::U16 => I::I64Load16U(arg),
                    Mem::U32 => I::I64Load32U(arg),
                    Mem::F32 => I::F32Load(arg),
                    Mem::F64 => I::F64Load(arg),
                    Mem::Word => I::I32Load(arg),
                    Mem::V128 => I::V128Load(arg),
                });
            }
            Expr::Import(import, args) => {
                args.iter().for_each(|arg| self.expr(arg));
                self.put(I::Call(self.at.math + import));
            }
            Expr::Pack(args) => {
                let rep = args.first().map_or(Rep::F64, |arg| self.function.rep(arg));
                for (lane, arg) in args.iter().enumerate() {
                    self.expr(arg);
                    let lane = lane as u8;
                    self.put(match (rep, lane) {
                        (Rep::F64, 0) => I::F64x2Splat,
                        (Rep::F64, lane) => I::F64x2ReplaceLane(lane),
                        (Rep::F32, 0) => I::F32x4Splat,
                        (Rep::F32, lane) => I::F32x4ReplaceLane(lane),
                        (Rep::I64, 0) => I::I64x2Splat,
                        (Rep::I64, lane) => I::I64x2ReplaceLane(lane),
                        (_, 0) => I::I32x4Splat,
                        (_, lane) => I::I32x4ReplaceLane(lane),
                    });
                }
            }
            Expr::Lane(rep, lane, vector) => {
                self.expr(vector);
                self.put(match rep {
                    Rep::F64 => I::F64x2ExtractLane(*lane),
                    Rep::F32 => I::F32x4ExtractLane(*lane),
                    Rep::I64 => I::I64x2ExtractLane(*lane),
                    _ => I::I32x4ExtractLane(*lane),
                });
            }
        }
    }
}
