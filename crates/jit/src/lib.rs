//! A typed subset of Python, compiled to WebAssembly.
//!
//! [`compile`] takes a program in the wire form (`wire.rs` reads it) and the types of the arguments, and gives the bytes of a
//! module and what a caller must know to run it. It knows neither Python nor JavaScript.
//!
//! ```text
//! wire text -> ast -> lower (types are found on the way) -> ir -> opt -> emit -> bytes
//! ```
//!
//! The module exports `run(args: i32) -> i32`. `args` is the address of 8-byte slots that hold the arguments, flattened (a
//! number one slot, complex two; an array its data's address, 0, lengths, strides); results are written from the first slot
//! on. `run` returns 0, or 1 + the index of the exception to raise. It never traps.

mod ast;
mod build;
mod emit;
mod error;
mod ir;
mod lower;
mod opt;
mod prelude;
mod sorted;
mod types;
mod wire;

pub use error::{Error, Kind, Result, Span};
pub use ir::Exception;
pub use types::{ArrayType, DType, Layout, Type};

/// How to compile.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Sums may be added in another order, and NaN need not be kept.
    pub fastmath: bool,
    /// Indices are taken to be in range: what is not reads and writes anywhere.
    pub unchecked: bool,
    /// A division by zero gives what NumPy gives, also of Python's own numbers.
    pub numpy_errors: bool,
    /// Loops ask `env.poll` now and then whether to stop.
    pub interruptible: bool,
    /// No vectors.
    pub scalar: bool,
    /// Without the passes of `opt`: their plain twin, for tests.
    pub unoptimized: bool,
}

impl Options {
    /// From blank-separated words: `fastmath`, `boundscheck=off`, `error_model=numpy`, `interruptible`, `simd=off`, `opt=off`.
    pub fn parse(words: &str) -> Self {
        let has = |word| words.split_whitespace().any(|each| each == word);
        Self {
            fastmath: has("fastmath"),
            unchecked: has("boundscheck=off"),
            numpy_errors: has("error_model=numpy"),
            interruptible: has("interruptible"),
            scalar: has("simd=off"),
            unoptimized: has("opt=off"),
        }
    }
}

/// A compiled program.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The WebAssembly module.
    pub wasm: Vec<u8>,
    /// What `run` returns.
    pub result: Type,
    /// How many slots the block of arguments and results needs.
    pub slots: u32,
    /// What it may raise.
    pub errors: Vec<Exception>,
    /// The functions it imports from `math`.
    pub imports: Vec<String>,
    /// What was done to it, for a person.
    pub report: String,
    /// The typed form, as text.
    #[cfg(feature = "text")]
    pub ir: String,
}

/// Compiles a program for arguments of these types (the entry's parameters, then the global arrays).
///
/// # Errors
/// [`Kind::Typing`] and [`Kind::Unsupported`] are the user's to read; [`Kind::Internal`] is a fault of the compiler's.
pub fn compile(program: &str, types: &str, options: &str) -> Result<Compiled> {
    let functions = wire::read(program)?;
    let options = Options::parse(options);
    let Some(types) = types::parse_types(types) else {
        return error::internal(Span::default(), format!("{types} are no types"));
    };
    let lowered = lower::lower(&functions, &types, &options)?;
    let mut module = lowered.module;
    let report = if options.unoptimized { String::new() } else { opt::optimize(&mut module, &options) };
    let emitted = emit::emit(&module, &options);
    let file = functions.first().map_or_else(String::new, |function| function.file.clone());
    let wasm = emitted.map_err(|message| {
        Box::new(Error {
            kind: Kind::Internal,
            message,
            hint: String::new(),
            file,
            span: Span::default(),
            stack: Vec::new(),
        })
    })?;
    #[cfg(feature = "text")]
    let ir = ir::text::module(&module);
    Ok(Compiled {
        wasm,
        result: lowered.result,
        slots: lowered.slots,
        errors: module.raises,
        imports: module.imports.into_iter().map(|import| import.0).collect(),
        report,
        #[cfg(feature = "text")]
        ir,
    })
}
