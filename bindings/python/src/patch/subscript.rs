//! `a[key]` of an array: the slot of `numpy.ndarray` under `__getitem__`.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use numpy::npyffi::{NpyTypes, get_type_object};
use pyo3::exceptions::PyRuntimeError;
use pyo3::ffi;
use pyo3::prelude::*;

use super::moving::getitem_short;
use super::{Declined, Place, Site};
use crate::array::is_exact_array;

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
    // Only keys that are arrays are looked at, and counted: the others are many, and quick.
    // SAFETY: Python calls this, so the interpreter is held, and holds both objects.
    unsafe {
        let py = Python::assume_attached();
        if is_exact_array(py, key) {
            if let Some(why) = getitem_short(py, this, key) {
                SITE.declined(why);
            } else if let Some(result) = by_array(py, this, key) {
                return result;
            }
        }
        // What stood in this slot has this signature, and the call is Python's own.
        std::mem::transmute::<*mut (), ffi::binaryfunc>(SITE.old())(this, key)
    }
}

/// `this[key]` of two arrays, or null and an exception; `None` where NumPy has to. Apart, since what catches a panic
/// takes its time.
///
/// # Safety
/// Live arrays.
#[inline(never)]
unsafe fn by_array(py: Python<'_>, this: *mut ffi::PyObject, key: *mut ffi::PyObject) -> Option<*mut ffi::PyObject> {
    // SAFETY: the caller's promise.
    let (this, key) = unsafe { (Borrowed::from_ptr(py, this), Borrowed::from_ptr(py, key)) };
    match catch_unwind(AssertUnwindSafe(|| super::moving::getitem(&SITE, &this, &key))) {
        Ok(Ok(result)) => Some(result.into_ptr()),
        Ok(Err(why)) => {
            SITE.declined(why);
            None
        }
        Err(_) => {
            SITE.declined(Declined::Panic);
            PyRuntimeError::new_err("ferrodide: the kernel of a[key] panicked; ferrodide.unpatch() is a way round")
                .restore(py);
            Some(std::ptr::null_mut())
        }
    }
}
