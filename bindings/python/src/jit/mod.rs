//! What compiled functions need of the extension module: callers that find a specialisation by themselves, and the
//! elementary functions.

use pyo3::prelude::*;

mod caller;
#[cfg(not(target_arch = "wasm32"))]
mod compile;
#[cfg(target_arch = "wasm32")]
mod math;
mod plan;
mod results;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    #[cfg(not(target_arch = "wasm32"))]
    module.add_function(wrap_pyfunction!(compile::_jit_compile, module)?)?;
    module.add_class::<caller::Caller>()
}
