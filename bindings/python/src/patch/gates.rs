//! The gate before a function of Python's that stands in for one of NumPy's: what no kernel serves by its dtype or
//! class goes to the original, without a frame of Python's, which takes as long as NumPy takes for a few elements.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use numpy::npyffi::{NPY_TYPES, NpyTypes, get_type_object};
use pyo3::ffi;
use pyo3::prelude::*;

use crate::array::{Array, Kind, glance};
use crate::by_kind;

/// NumPy's numbers of its own dtypes; another one's count comes after theirs, and after that the one of subclasses.
const NUMBERS: usize = NPY_TYPES::NPY_HALF as usize + 1;

/// What is NumPy's besides other dtypes and classes, as far as an element or three show it.
#[derive(Clone, Copy)]
pub enum Besides {
    /// Floats that are NaN throughout.
    Nan,
    /// Integers that are rounded when they become doubles.
    Inexact,
}

/// A gate, and what did not pass it.
pub struct Gate {
    pub replacement: Py<PyAny>,
    besides: Option<Besides>,
    declined: [AtomicUsize; NUMBERS + 2],
}

impl Gate {
    pub fn new(replacement: Py<PyAny>, besides: Option<Besides>) -> Self {
        Self { replacement, besides, declined: [const { AtomicUsize::new(0) }; NUMBERS + 2] }
    }

    /// Whether the replacement is to see a call with this first operand.
    ///
    /// # Safety
    /// A live object.
    pub unsafe fn passes(&self, py: Python<'_>, operand: *mut ffi::PyObject) -> bool {
        // SAFETY: the caller's promise, of an array where `glance` saw one.
        let why = unsafe {
            match glance(py, operand) {
                Some((number, ..)) => match Kind::of(number) {
                    None | Some(Kind::C64 | Kind::C128) => (number as usize).min(NUMBERS),
                    Some(_) => match self.besides {
                        Some(besides) if seems(besides, py, operand) => number as usize,
                        _ => return true,
                    },
                },
                None if ffi::PyObject_TypeCheck(operand, get_type_object(py, NpyTypes::PyArray_Type)) != 0 => {
                    NUMBERS + 1
                }
                None => return true,
            }
        };
        self.declined[why].fetch_add(1, Relaxed);
        false
    }

    /// The counts by NumPy's number of the dtype; then of other dtypes, and of subclasses of `ndarray`.
    pub fn counts(&self, reset: bool) -> Vec<usize> {
        self.declined.iter().map(|count| if reset { count.swap(0, Relaxed) } else { count.load(Relaxed) }).collect()
    }
}

/// Whether the ends and the middle of an array are NaN, or its first integer is large.
///
/// # Safety
/// An exact array.
unsafe fn seems(besides: Besides, py: Python<'_>, array: *mut ffi::PyObject) -> bool {
    // SAFETY: the caller's promise.
    let array = unsafe { Borrowed::from_ptr(py, array) };
    let Some(array) = Array::any(&array) else { return false };
    match besides {
        Besides::Nan => by_kind!(float array.kind(), T => {
            // SAFETY: T is its dtype.
            let Some(a) = (unsafe { array.slice::<T>() }) else { return false };
            let nan = |i: usize| a.get(i).is_some_and(|x| x.is_nan());
            nan(0) && nan(a.len() / 2) && nan(a.len().wrapping_sub(1))
        }, else false),
        Besides::Inexact => {
            if array.kind() != Kind::I64 {
                return false;
            }
            // SAFETY: its dtype.
            let a = unsafe { array.slice::<i64>() };
            a.and_then(|a| a.first()).is_some_and(|x| x.unsigned_abs() >= 1 << 53)
        }
    }
}
