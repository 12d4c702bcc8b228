//! `a[key]` of an array: the slot of `numpy.ndarray` under `__getitem__`.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use numpy::npyffi::{NpyTypes, PyArray_CheckExact, get_type_object};
use pyo3::exceptions::PyRuntimeError;
use pyo3::ffi;
use pyo3::prelude::*;

use super::{Declined, Place, Site};

/// The slot.
pub struct Subscript;

impl fmt::Display for Subscript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("numpy.ndarray.__getitem__")
    }
}

impl Subscript {
    /// Where `old` is none: the kernel's function into the slot, and what was there. Else `old`
    /// into the slot where the kernel's still is, or `None`.
    pub fn exchange(&self, py: Python<'_>, old: Option<*mut ()>) -> PyResult<Option<*mut ()>> {
        // SAFETY: NumPy's type is static, its table of slots writable, and the interpreter is held.
        unsafe {
            let array = get_type_object(py, NpyTypes::PyArray_Type);
            let slots = (*array).tp_as_mapping;
            if slots.is_null() {
                return Ok(None);
            }
            let slot = (&raw mut (*slots).mp_subscript).cast::<*mut ()>();
            let (now, new) = (slot.read(), subscript as *mut ());
            let next = match old {
                None if now.is_null() || now == new => return Ok(None),
                None => new,
                Some(_) if now != new => return Ok(None),
                Some(old) => old,
            };
            slot.write(next);
            Ok(Some(now))
        }
    }
}

pub static SITE: Site = Site::new("getitem", Place::Subscript(Subscript));

unsafe extern "C" fn subscript(this: *mut ffi::PyObject, key: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: Python calls this, so the interpreter is held, and holds both objects.
    let (py, this_array, key_array) = unsafe {
        let py = Python::assume_attached();
        (py, Borrowed::from_ptr(py, this), Borrowed::from_ptr(py, key))
    };
    // Only keys that are arrays are looked at, and counted: the others are many, and quick.
    // SAFETY: a live object.
    if unsafe { PyArray_CheckExact(py, key) } != 0 {
        match catch_unwind(AssertUnwindSafe(|| super::moving::getitem(&SITE, &this_array, &key_array))) {
            Ok(Ok(result)) => return result.into_ptr(),
            Ok(Err(why)) => SITE.declined(why),
            Err(_) => {
                SITE.declined(Declined::Panic);
                PyRuntimeError::new_err("ferrodide: the kernel of a[key] panicked; ferrodide.unpatch() is a way round")
                    .restore(py);
                return std::ptr::null_mut();
            }
        }
    }
    // SAFETY: what stood in this slot has this signature, and the call is Python's own.
    unsafe { std::mem::transmute::<*mut (), ffi::binaryfunc>(SITE.old())(this, key) }
}
