//! The compiler of `@jit`, for Python by way of the bridge; and the elementary functions that compiled code imports.

use ferrodide_jit::Error;
use js_sys::{Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[path = "../../python/src/jit/math.rs"]
mod math;

/// The number of the compiler, by which what it made is kept.
#[wasm_bindgen(js_name = __jitBuild, skip_typescript)]
pub fn jit_build() -> String {
    ferrodide_jit::BUILD.to_owned()
}

/// Compiles a program in the wire form for arguments of some types.
///
/// The module's bytes, or undefined, and what `_core._jit_compile` answers besides them, as lists.
#[wasm_bindgen(js_name = __jitCompile, skip_typescript)]
pub fn jit_compile(program: &str, types: &str, options: &str) -> Result<Array, JsValue> {
    fn lists(found: impl Serialize) -> Result<JsValue, JsValue> {
        Ok(serde_wasm_bindgen::to_value(&found)?)
    }
    match ferrodide_jit::compile(program, types, options) {
        Ok(made) => {
            let errors: Vec<_> =
                made.errors.into_iter().map(|each| (each.class, each.message, each.file, each.line)).collect();
            let rest = lists((made.result.to_string(), made.slots, errors, made.imports, made.report))?;
            Ok(Array::of2(&Uint8Array::from(&made.wasm[..]), &rest))
        }
        Err(error) => {
            let Error { kind, message, hint, file, span, stack } = *error;
            let rest = lists((kind.name(), message, hint, file, span.to_string(), stack))?;
            Ok(Array::of2(&JsValue::UNDEFINED, &rest))
        }
    }
}
