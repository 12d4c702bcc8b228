//! The compiler of `@jit` as a module with a memory of its own, for every road: `python/ferrodide/jit/_compiler.py` loads it
//! with the first function that is compiled. A page that compiles nothing does not pay for it, and a trap in it ends one
//! instance, not the interpreter.
//!
//! A text is UTF-8. An answer is fields, each with its length (u32, little-endian) in front, and the length of all in front
//! of the first.

#[cfg(target_family = "wasm")]
mod memory;

use std::panic::PanicHookInfo;
use std::sync::{Mutex, MutexGuard, Once};

use ferrodide_jit::{Compiled, Error};

#[cfg(target_family = "wasm")]
#[global_allocator]
static MEMORY: memory::Lists = memory::Lists::new();

/// The texts of the next call, one after the other.
static TEXTS: Mutex<Vec<u8>> = Mutex::new(Vec::new());
/// What the last call answered.
static ANSWER: Mutex<Fields> = Mutex::new(Fields(Vec::new()));
/// What a panic said. A panic traps when it has said it.
static PANIC: Mutex<Fields> = Mutex::new(Fields(Vec::new()));

struct Fields(Vec<u8>);

impl Fields {
    fn begin(&mut self) {
        self.0.clear();
        self.0.extend([0; 4]);
    }

    fn put(&mut self, field: impl AsRef<[u8]>) {
        let field = field.as_ref();
        self.0.extend((field.len() as u32).to_le_bytes());
        self.0.extend(field);
    }

    fn number(&mut self, value: usize) {
        self.put(value.to_string());
    }

    /// Writes the length in front; where the answer lies.
    fn end(&mut self) -> *const u8 {
        let length = (self.0.len() - 4) as u32;
        self.0[..4].copy_from_slice(&length.to_le_bytes());
        self.0.as_ptr()
    }

    /// `ok`, module, result, slots, report, how many imports, they, how many exceptions, and class, message, file and line
    /// of each.
    fn compiled(&mut self, made: &Compiled) {
        self.put("ok");
        self.put(&made.wasm);
        self.put(made.result.to_string());
        self.number(made.slots as usize);
        self.put(&made.report);
        self.number(made.imports.len());
        made.imports.iter().for_each(|name| self.put(name));
        self.number(made.errors.len());
        for each in &made.errors {
            self.put(&each.class);
            self.put(&each.message);
            self.put(&each.file);
            self.number(each.line as usize);
        }
    }

    /// The kind of error, its message, what to write instead, the file, the place; and function, file and line of each call
    /// that led there.
    fn error(&mut self, error: &Error) {
        self.put(error.kind.name());
        self.put(&error.message);
        self.put(&error.hint);
        self.put(&error.file);
        self.put(error.span.to_string());
        for (function, file, line) in &error.stack {
            self.put(function);
            self.put(file);
            self.number(*line as usize);
        }
    }
}

fn lock<T>(mutex: &'static Mutex<T>) -> MutexGuard<'static, T> {
    // An instance that panicked is not called again but for what it said.
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn keep(panic: &PanicHookInfo<'_>) {
    let mut said = lock(&PANIC);
    said.begin();
    said.put(panic.to_string());
    said.end();
}

/// The address of a block for the texts of the next call, which are so many bytes long.
#[unsafe(no_mangle)]
pub extern "C" fn texts(length: usize) -> *mut u8 {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| std::panic::set_hook(Box::new(keep)));
    let mut texts = lock(&TEXTS);
    texts.clear();
    texts.resize(length, 0);
    texts.as_mut_ptr()
}

/// Compiles the program that the block holds, for the types of arguments behind it, with the options behind these; so many
/// bytes each. The address of the answer, which is good until the next call.
#[unsafe(no_mangle)]
pub extern "C" fn compile(program: usize, types: usize, options: usize) -> *const u8 {
    let given = lock(&TEXTS);
    let text = |start: usize, length: usize| String::from_utf8_lossy(&given[start..start + length]);
    let compiled = ferrodide_jit::compile(&text(0, program), &text(program, types), &text(program + types, options));
    let mut answer = lock(&ANSWER);
    answer.begin();
    match compiled {
        Ok(made) => answer.compiled(&made),
        Err(error) => answer.error(&error),
    }
    answer.end()
}

/// The address of what a panic said, an answer of one field; of a length of 0 where there was none.
#[unsafe(no_mangle)]
pub extern "C" fn panic_message() -> *const u8 {
    let mut said = lock(&PANIC);
    if said.0.is_empty() {
        said.begin();
    }
    said.0.as_ptr()
}
