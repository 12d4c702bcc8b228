//! Options objects, read by serde.

use js_sys::{JsString, Object};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use crate::error::{bad_options, type_error};

/// The options in `value`, or the defaults where there are none. A name that is not among
/// `names` is refused: serde-wasm-bindgen would pass over a misspelt one.
pub fn options<T: Default + for<'de> Deserialize<'de>>(value: JsValue, names: &[&str]) -> Result<T, JsValue> {
    if value.is_undefined() || value.is_null() {
        return Ok(T::default());
    }
    if let Some(object) = value.dyn_ref::<Object>() {
        for key in Object::keys(object).iter().filter_map(|key| key.dyn_into::<JsString>().ok()) {
            if !names.iter().any(|name| key == *name) {
                return Err(type_error(format!("options: {key} is unknown; expected one of {}", names.join(", "))));
            }
        }
    }
    serde_wasm_bindgen::from_value(value).map_err(bad_options)
}
