//! What compiled functions need of the extension module: the compiler, callers that find a specialisation by themselves,
//! and the elementary functions.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ferrodide_jit::{Error, Kind};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

mod caller;
#[cfg(target_arch = "wasm32")]
mod math;
mod plan;
mod results;

/// Compiles a program in the wire form for arguments of some types.
///
/// `("ok", wasm, result, slots, errors, imports, report)`, or the kind of error, its message, what to write instead, the
/// file, the place, and the calls that led there. What panics in the compiler is an internal error, too.
#[pyfunction]
fn _jit_compile<'py>(py: Python<'py>, program: &str, types: &str, options: &str) -> PyResult<Bound<'py, PyAny>> {
    let compiled = catch_unwind(AssertUnwindSafe(|| ferrodide_jit::compile(program, types, options)));
    let error = match compiled {
        Ok(Ok(made)) => {
            let errors = made.errors.into_iter().map(|each| (each.class, each.message, each.file, each.line));
            let (errors, wasm) = (errors.collect::<Vec<_>>(), PyBytes::new(py, &made.wasm));
            let answer = ("ok", wasm, made.result.to_string(), made.slots, errors, made.imports, made.report);
            return answer.into_bound_py_any(py);
        }
        Ok(Err(error)) => *error,
        Err(panic) => panicked(panic.as_ref()),
    };
    let Error { kind, message, hint, file, span, stack } = error;
    (kind.name(), message, hint, file, span.to_string(), stack).into_bound_py_any(py)
}

/// A panic as the compiler's own fault.
fn panicked(panic: &(dyn std::any::Any + Send)) -> Error {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Error {
        kind: Kind::Internal,
        message: said.unwrap_or("a panic").to_owned(),
        hint: String::new(),
        file: String::new(),
        span: ferrodide_jit::Span::default(),
        stack: Vec::new(),
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(_jit_compile, module)?)?;
    module.add("_jit_build", ferrodide_jit::BUILD)?;
    module.add_class::<caller::Caller>()
}
