//! `x.sort()` and `x.argsort()` of many short lanes: NumPy's own functions are lent to the slots of the dtype for the
//! call (`slots.rs`), so that no lane takes a way round.

use ferrodide::view::normalize_axis;
use numpy::npyffi::PyArrayObject;
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyInt;

use super::methods::{Method, items, objects};
use super::slots::{Lent, Table};
use super::{Declined, Place, Site, from};
use crate::array::glance;

static SORT: Site =
    Site::new("sort", Place::Method(Method::fast_with_keywords(None, "sort", sort, |_| Err(Declined::Short))));
static ARGSORT: Site =
    Site::new("argsort", Place::Method(Method::fast_with_keywords(None, "argsort", argsort, |_| Err(Declined::Short))));
pub static SITES: &[&Site] = &[&SORT, &ARGSORT];

/// Of longer lanes each takes so long that the way round does not matter.
const SHORT: usize = 64;
/// For fewer lanes it takes as long to lend the functions.
const LANES: usize = 4;
/// Of fewer elements, with fewer lanes along the last axis, it takes as long to ask for the axis.
const ELEMENTS: usize = 256;

unsafe extern "C" fn sort(
    this: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: Python's call, passed on.
    unsafe { call(&SORT, Table::Sort, this, args, nargs, kwnames) }
}

unsafe extern "C" fn argsort(
    this: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: Python's call, passed on.
    unsafe { call(&ARGSORT, Table::Argsort, this, args, nargs, kwnames) }
}

/// # Safety
/// As Python calls the method of arrays at this site.
#[inline(always)]
unsafe fn call(
    site: &'static Site,
    table: Table,
    this: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the caller's promise; what stood in this place has this signature.
    unsafe {
        let fields = &(*this.cast::<PyArrayObject>()).fields;
        let many = fields.nd > 1 && {
            let last = fields.nd as usize - 1;
            let lanes: usize = (0..last).map(|axis| *fields.dimensions.add(axis) as usize).product();
            lanes >= LANES || lanes * *fields.dimensions.add(last) as usize >= from(ELEMENTS)
        };
        let lent = if many { lend(site, table, this, args, nargs, kwnames) } else { None };
        let old = std::mem::transmute::<*mut (), ffi::PyCFunctionFastWithKeywords>(site.old());
        let result = old(this, args, nargs, kwnames);
        drop(lent);
        result
    }
}

/// # Safety
/// As of [`call`].
#[inline(never)]
unsafe fn lend(
    site: &'static Site,
    table: Table,
    this: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
    kwnames: *mut ffi::PyObject,
) -> Option<Lent> {
    // SAFETY: the caller's promise: the values of the keywords follow the others, and all live.
    unsafe {
        let py = Python::assume_attached();
        let (number, size, ndim) = glance(py, this)?;
        let keywords = items(kwnames);
        let values = objects(args, nargs as usize + keywords.len());
        let at = match nargs {
            // Names in a call's own text are interned, and NumPy's Python functions name it.
            0 => keywords.iter().position(|name| *name == intern!(py, "axis").as_ptr()).or_else(|| {
                let is_axis = |name: &*mut ffi::PyObject| Borrowed::from_ptr(py, *name).extract::<&str>();
                keywords.iter().position(|name| is_axis(name).is_ok_and(|name| name == "axis"))
            }),
            _ => Some(0),
        };
        let axis = match at.and_then(|at| values.get(at)) {
            None => -1,
            Some(axis) => Borrowed::from_ptr(py, *axis).cast_exact::<PyInt>().ok()?.extract().ok()?,
        };
        let axis = normalize_axis(axis, ndim).ok()?;
        let n = *(*this.cast::<PyArrayObject>()).fields.dimensions.add(axis) as usize;
        let short = n > 0 && n <= SHORT && size / n >= LANES && from(1) > 0;
        short.then(|| {
            site.declined(Declined::Short);
            Lent::new(number, table)
        })
    }
}
