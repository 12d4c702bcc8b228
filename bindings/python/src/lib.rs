//! `ferrodide._core`: the kernels as a CPython extension module. Convert, call, convert.
//!
//! The functions take exact `numpy.ndarray`s and answer `NotImplemented` where a
//! kernel does not serve the operands; the Python package then converts them, or
//! calls NumPy. So they stay thin, and a call on a small array stays cheap.

use pyo3::prelude::*;

mod array;
mod binning;
mod error;
mod jit;
mod numeric;
mod patch;
mod ranking;
mod sets;
mod strings;

/// Panics. Proves, in the very wheel that ships, that a panic in a kernel arrives
/// as a Python exception and that the next call works.
#[pyfunction]
fn _panic_for_test() {
    panic!("a panic on purpose, from _panic_for_test");
}

#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_function(wrap_pyfunction!(_panic_for_test, module)?)?;
    binning::register(module)?;
    jit::register(module)?;
    numeric::register(module)?;
    patch::register(module)?;
    ranking::register(module)?;
    sets::register(module)?;
    strings::register(module)
}
