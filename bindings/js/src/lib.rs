//! The kernels as a wasm-bindgen module for typed arrays. Convert, call, convert.

use wasm_bindgen::prelude::*;

mod binning;
mod error;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[path = "../../python/src/jit/math.rs"]
mod jit_math;
mod ndarray;
mod numeric;
mod options;
mod ranking;
mod sets;
mod strings;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

thread_local! {
    static PANIC: std::cell::RefCell<Option<String>> = const { std::cell::RefCell::new(None) };
}

/// This target aborts on a panic: keep the message, the trap that follows has none.
#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(|info| PANIC.with(|panic| *panic.borrow_mut() = Some(info.to_string()))));
}

/// The message of the panic that led to the last trap, once.
#[wasm_bindgen(js_name = __takePanicMessage, skip_typescript)]
pub fn take_panic_message() -> Option<String> {
    PANIC.with(|panic| panic.borrow_mut().take())
}

/// Panics. Proves, in the very module that ships, that the next call works.
#[wasm_bindgen(js_name = __panicForTest, skip_typescript)]
pub fn panic_for_test() {
    panic!("a panic on purpose, from __panicForTest");
}

/// The version of the kernels.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_string()
}
