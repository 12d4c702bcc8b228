//! From the typed form to WebAssembly's binary format.

mod blocks;

use wasm_encoder::{
    BlockType, CodeSection, EntityType, ExportKind, ExportSection, Function as Body, FunctionSection, GlobalSection,
    GlobalType, ImportSection, MemArg, MemArgTarget, MemoryType, TypeSection, ValType,
};

use blocks::{alloc, decref, incref};

use crate::Options;
use crate::build::{add, op, select, sub, wrap};
use crate::ir::{Expr, For, Function, Label, Local, Mem, Module, Op, Rep, Stmt};
use crate::sorted::Map;

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
    known: Map<(Vec<Rep>, Vec<Rep>), u32>,
}

impl Types {
    fn of(&mut self, params: &[Rep], results: &[Rep]) -> u32 {
        let next = self.known.len() as u32;
        *self.known.or_insert_with((params.to_vec(), results.to_vec()), || {
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
    code.function(&decref(&at, module.nested));
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

    fn function(mut self) -> Result<Body, String> {
        self.body.instructions().block(BlockType::Empty);
        self.nest.push(Some(EXIT));
        self.stmts(&self.function.body)?;
        self.body.instructions().end();
        self.nest.pop();
        for &owner in &self.function.owners {
            self.body.instructions().local_get(owner).call(self.at.decref);
        }
        self.body.instructions().local_get(self.status);
        for &result in &self.function.results {
            self.body.instructions().local_get(result);
        }
        self.body.instructions().end();
        Ok(self.body)
    }

    fn branch(&mut self, label: Label) -> Result<u32, String> {
        let depth = self.nest.iter().rev().position(|each| *each == Some(label));
        depth.map(|depth| depth as u32).ok_or_else(|| format!("there is no label {label}"))
    }

    /// Raises where what is on the stack is not 0.
    fn raise_if(&mut self, raise: u32) -> Result<(), String> {
        self.body.instructions().if_(BlockType::Empty);
        self.nest.push(None);
        self.raise(raise)?;
        self.nest.pop();
        self.body.instructions().end();
        Ok(())
    }

    fn raise(&mut self, raise: u32) -> Result<(), String> {
        self.body.instructions().i32_const(raise as i32 + 1).local_set(self.status);
        let depth = self.branch(EXIT)?;
        self.body.instructions().br(depth);
        Ok(())
    }

    fn stmts(&mut self, stmts: &[Stmt]) -> Result<(), String> {
        stmts.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn stmt(&mut self, stmt: &Stmt) -> Result<(), String> {
        match stmt {
            Stmt::Set(local, value) => {
                self.expr(value);
                self.body.instructions().local_set(*local);
            }
            Stmt::Store(mem, address, offset, value) => {
                self.expr(address);
                self.expr(value);
                let arg = mem_arg(u64::from(*offset), mem.align());
                let mut code = self.body.instructions();
                match mem {
                    Mem::Bool => code.i32_store8(arg),
                    Mem::I8 | Mem::U8 => code.i64_store8(arg),
                    Mem::I16 | Mem::U16 => code.i64_store16(arg),
                    Mem::I32 | Mem::U32 => code.i64_store32(arg),
                    Mem::I64 => code.i64_store(arg),
                    Mem::F32 => code.f32_store(arg),
                    Mem::F64 => code.f64_store(arg),
                    Mem::Word => code.i32_store(arg),
                    Mem::V128 => code.v128_store(arg),
                };
            }
            Stmt::If(condition, then, otherwise) => {
                // A branch alone.
                if let ([Stmt::Br(label)], true) = (then.as_slice(), otherwise.is_empty()) {
                    self.expr(condition);
                    let depth = self.branch(*label)?;
                    self.body.instructions().br_if(depth);
                    return Ok(());
                }
                self.expr(condition);
                self.body.instructions().if_(BlockType::Empty);
                self.nest.push(None);
                self.stmts(then)?;
                if !otherwise.is_empty() {
                    self.body.instructions().else_();
                    self.stmts(otherwise)?;
                }
                self.nest.pop();
                self.body.instructions().end();
            }
            Stmt::Block(label, inside) => {
                self.body.instructions().block(BlockType::Empty);
                self.nest.push(Some(*label));
                self.stmts(inside)?;
                self.nest.pop();
                self.body.instructions().end();
            }
            Stmt::Loop(label, inside) => {
                self.body.instructions().loop_(BlockType::Empty);
                self.nest.push(Some(*label));
                self.poll()?;
                self.stmts(inside)?;
                self.nest.pop();
                self.body.instructions().end();
            }
            Stmt::For(count) => self.count(count)?,
            Stmt::Br(label) => {
                let depth = self.branch(*label)?;
                self.body.instructions().br(depth);
            }
            Stmt::Raise(raise) => self.raise(*raise)?,
            Stmt::Check(holds, raise) => {
                self.expr(holds);
                self.body.instructions().i32_eqz();
                self.raise_if(*raise)?;
            }
            Stmt::Call(function, args, results, too_deep) => self.call(*function, args, results, *too_deep)?,
            Stmt::Alloc(local, bytes, raise) => {
                self.expr(bytes);
                self.body.instructions().call(self.at.alloc).local_tee(*local).i32_eqz();
                self.raise_if(*raise)?;
            }
            Stmt::Zero(address, bytes) => {
                self.expr(address);
                self.body.instructions().i32_const(0);
                self.expr(bytes);
                self.body.instructions().memory_fill(0);
            }
            Stmt::Incref(owner) | Stmt::Decref(owner) if *owner == Expr::I32(0) => {}
            Stmt::Incref(owner) => {
                self.expr(owner);
                self.body.instructions().call(self.at.incref);
            }
            Stmt::Decref(owner) => {
                self.expr(owner);
                self.body.instructions().call(self.at.decref);
            }
        }
        Ok(())
    }

    fn call(&mut self, function: u32, args: &[Expr], results: &[Local], too_deep: u32) -> Result<(), String> {
        self.body.instructions().global_get(0).i32_const(DEEPEST).i32_ge_s();
        self.raise_if(too_deep)?;
        let step = |emitter: &mut Self, by: i32| {
            emitter.body.instructions().global_get(0).i32_const(by).i32_add().global_set(0);
        };
        if self.options.interruptible {
            // Recursion may have no loop.
            self.body
                .instructions()
                .global_get(1)
                .i32_const(1)
                .i32_sub()
                .global_set(1)
                .global_get(1)
                .i32_const(0)
                .i32_lt_s()
                .if_(BlockType::Empty);
            self.nest.push(None);
            self.body.instructions().i32_const(FUEL).global_set(1);
            self.ask()?;
            self.nest.pop();
            self.body.instructions().end();
        }
        step(self, 1);
        args.iter().for_each(|arg| self.expr(arg));
        self.body.instructions().call(self.at.functions + function);
        results.iter().rev().for_each(|&result| {
            self.body.instructions().local_set(result);
        });
        self.body.instructions().local_set(self.status);
        step(self, -1);
        self.body.instructions().local_get(self.status);
        let depth = self.branch(EXIT)?;
        self.body.instructions().br_if(depth);
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
        self.body.instructions().local_get(self.fuel);
        self.expr(iterations);
        self.body.instructions().i32_sub().local_tee(self.fuel).i32_const(0).i32_lt_s().if_(BlockType::Empty);
        self.nest.push(None);
        self.body.instructions().i32_const(FUEL).local_set(self.fuel);
        self.ask()?;
        self.nest.pop();
        self.body.instructions().end();
        Ok(())
    }

    /// Leaves the function where the answer is to stop.
    fn ask(&mut self) -> Result<(), String> {
        self.body.instructions().call(self.at.poll).if_(BlockType::Empty);
        self.nest.push(None);
        self.body.instructions().i32_const(-1).local_set(self.status);
        let depth = self.branch(EXIT)?;
        self.body.instructions().br(depth);
        self.nest.pop();
        self.body.instructions().end();
        Ok(())
    }

    fn count(&mut self, count: &For) -> Result<(), String> {
        let For { counter, start, stop, step, body } = count;
        let goes_on = if *step > 0 { Op::I64LtS } else { Op::I64GtS };
        let test = |stop: &Expr| Expr::Op(goes_on, vec![Expr::Local(*counter), stop.clone()]);
        self.expr(start);
        self.body.instructions().local_set(*counter);
        self.expr(&test(stop));
        self.body.instructions().if_(BlockType::Empty);
        self.nest.push(None);
        // An innermost loop is interrupted between long runs of it: a call inside would have the engine keep nothing in
        // registers.
        let in_runs = self.options.interruptible && !body.iter().any(Stmt::holds_loop) && step.abs() < 1 << 16;
        if in_runs {
            self.body.instructions().loop_(BlockType::Empty);
            self.nest.push(None);
            let (from, to) = (Expr::Local(*counter), Expr::Local(self.limit));
            let (low, high) = if *step > 0 { (&from, stop) } else { (stop, &from) };
            let most = i64::from(FUEL) * step;
            let is_long = op(Op::I64GtU, [sub(high.clone(), low.clone()), Expr::I64(most.abs())]);
            self.expr(&select(is_long, add(from.clone(), Expr::I64(most)), stop.clone()));
            self.body.instructions().local_set(self.limit);
            let (low, high) = if *step > 0 { (from, to) } else { (to, from) };
            self.poll_after(&wrap(sub(high, low)))?;
        }
        self.body.instructions().loop_(BlockType::Empty);
        self.nest.push(None);
        if !in_runs {
            self.poll()?;
        }
        self.stmts(body)?;
        self.body.instructions().local_get(*counter).i64_const(*step).i64_add().local_set(*counter);
        let end = if in_runs { Expr::Local(self.limit) } else { stop.clone() };
        self.expr(&test(&end));
        self.body.instructions().br_if(0);
        self.nest.pop();
        self.body.instructions().end();
        if in_runs {
            self.expr(&test(stop));
            self.body.instructions().br_if(0);
            self.nest.pop();
            self.body.instructions().end();
        }
        self.nest.pop();
        self.body.instructions().end();
        Ok(())
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::I32(value) => {
                self.body.instructions().i32_const(*value);
            }
            Expr::I64(value) => {
                self.body.instructions().i64_const(*value);
            }
            Expr::F32(value) => {
                self.body.instructions().f32_const((*value).into());
            }
            Expr::F64(value) => {
                self.body.instructions().f64_const((*value).into());
            }
            Expr::Local(local) => {
                self.body.instructions().local_get(*local);
            }
            Expr::Op(op, args) => {
                args.iter().for_each(|arg| self.expr(arg));
                op.emit(&mut self.body.instructions());
            }
            Expr::Select(parts) => {
                let [condition, then, otherwise] = &**parts;
                self.expr(then);
                self.expr(otherwise);
                self.expr(condition);
                if self.function.rep(then) == Rep::V128 {
                    self.body.instructions().typed_select(ValType::V128);
                } else {
                    self.body.instructions().select();
                }
            }
            Expr::Load(mem, address, offset) => {
                self.expr(address);
                let arg = mem_arg(u64::from(*offset), mem.align());
                let mut code = self.body.instructions();
                match mem {
                    Mem::Bool => code.i32_load8_u(arg),
                    Mem::I8 => code.i64_load8_s(arg),
                    Mem::I16 => code.i64_load16_s(arg),
                    Mem::I32 => code.i64_load32_s(arg),
                    Mem::I64 => code.i64_load(arg),
                    Mem::U8 => code.i64_load8_u(arg),
                    Mem::U16 => code.i64_load16_u(arg),
                    Mem::U32 => code.i64_load32_u(arg),
                    Mem::F32 => code.f32_load(arg),
                    Mem::F64 => code.f64_load(arg),
                    Mem::Word => code.i32_load(arg),
                    Mem::V128 => code.v128_load(arg),
                };
            }
            Expr::Import(import, args) => {
                args.iter().for_each(|arg| self.expr(arg));
                self.body.instructions().call(self.at.math + import);
            }
            Expr::Pack(args) => {
                let rep = args.first().map_or(Rep::F64, |arg| self.function.rep(arg));
                for (lane, arg) in args.iter().enumerate() {
                    self.expr(arg);
                    let lane = lane as u8;
                    let mut code = self.body.instructions();
                    match (rep, lane) {
                        (Rep::F64, 0) => code.f64x2_splat(),
                        (Rep::F64, lane) => code.f64x2_replace_lane(lane),
                        (Rep::F32, 0) => code.f32x4_splat(),
                        (Rep::F32, lane) => code.f32x4_replace_lane(lane),
                        (Rep::I64, 0) => code.i64x2_splat(),
                        (Rep::I64, lane) => code.i64x2_replace_lane(lane),
                        (_, 0) => code.i32x4_splat(),
                        (_, lane) => code.i32x4_replace_lane(lane),
                    };
                }
            }
            Expr::Lane(rep, lane, vector) => {
                self.expr(vector);
                let mut code = self.body.instructions();
                match rep {
                    Rep::F64 => code.f64x2_extract_lane(*lane),
                    Rep::F32 => code.f32x4_extract_lane(*lane),
                    Rep::I64 => code.i64x2_extract_lane(*lane),
                    _ => code.i32x4_extract_lane(*lane),
                };
            }
        }
    }
}
