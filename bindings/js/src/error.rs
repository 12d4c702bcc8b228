//! The core's errors as JavaScript's, named as the Python exceptions are.

use ferrodide::Error;
use wasm_bindgen::JsValue;

/// A JavaScript `Error` (of an index, a `RangeError`) whose `name` is that of the Python exception class.
pub fn to_js_err(error: Error) -> JsValue {
    let message = error.to_string();
    let js = match error {
        Error::Index(_) => js_sys::RangeError::new(&message).into(),
        _ => js_sys::Error::new(&message),
    };
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
