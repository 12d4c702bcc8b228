//! What compiled functions need of the extension module.

#[cfg(target_arch = "wasm32")]
mod math;
