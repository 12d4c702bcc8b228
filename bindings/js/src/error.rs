//! The core's errors as JavaScript's, named as the Python exceptions are.

use ferrodide::Error;
use wasm_bindgen::JsValue;

/// A JavaScript `Error` whose `name` is that of the Python exception class.
pub fn to_js_err(error: Error) -> JsValue {
    let js = js_sys::Error::new(&error.to_string());
    js.set_name(error.python_name());
    js.into()
}

/// A `TypeError` with a sentence for a person.
pub fn type_error(message: impl Into<String>) -> JsValue {
    to_js_err(Error::Type(message.into()))
}

/// Options that do not have the documented form.
pub fn bad_options(error: serde_wasm_bindgen::Error) -> JsValue {
    type_error(format!("options: {error}"))
}
