//! Functions that NumPy has in Python: `numpy.var` and the like. What takes their place as an
//! attribute is a callable of ours, which asks a kernel and else calls NumPy's function; Python
//! puts it there (`python/ferrodide/_patch.py`).

use std::ffi::{c_char, c_int, c_uint, c_void};
use std::fmt;
use std::ptr::null_mut;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use super::gates::{Besides, Gate};
use super::methods::{Serve, answer, items, objects};
use super::{Place, Site};

/// A function, and what serves it.
pub struct Function {
    /// Where NumPy defines it.
    pub module: &'static str,
    pub function: &'static str,
    pub serve: Serve,
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.module, self.function)
    }
}

/// `SITES` of a family: for each its static, the name that `patch(only=...)` takes, the module
/// that defines it, the function there, what serves it.
macro_rules! functions {
    ($($SITE:ident: $name:literal $module:literal, $function:literal => $serve:expr;)*) => {
        $(static $SITE: $crate::patch::Site = $crate::patch::Site::new($name, $crate::patch::Place::Function(
            $crate::patch::functions::Function { module: $module, function: $function, serve: $serve },
        ));)*
        pub static FUNCTIONS: &[&$crate::patch::Site] = &[$(&$SITE),*];
    };
}
pub(crate) use functions;

/// The callable: an object with a `__dict__`, into which Python writes name and documentation of the original.
#[repr(C)]
struct Patched {
    base: ffi::PyObject,
    vectorcall: Option<ffi::vectorcallfunc>,
    dict: *mut ffi::PyObject,
    original: *mut ffi::PyObject,
    /// Of one that a kernel serves.
    site: Option<&'static Site>,
    /// Of one that Python serves, or null; a box of its own.
    gate: *mut Gate,
}

/// # Safety
/// Python's call of a [`Patched`].
unsafe extern "C" fn vectorcall(
    this: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargsf: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the caller's promise; the original lives as long as its callable.
    unsafe {
        let patched = &*this.cast::<Patched>();
        // Somebody may have kept it past the end of the patch.
        if let Some(site) = patched.site
            && site.is_swapped()
        {
            let keywords = items(kwnames);
            let values = objects(args, ffi::PyVectorcall_NARGS(nargsf) as usize + keywords.len());
            if let Ok(result) = answer(site, null_mut(), values, keywords) {
                return result;
            }
        }
        ffi::PyObject_Vectorcall(patched.original, args, nargsf, kwnames)
    }
}

/// # Safety
/// Python's call of a [`Patched`] with a gate.
unsafe extern "C" fn through_gate(
    this: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargsf: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the caller's promise; original and gate live as long as their callable.
    unsafe {
        let patched = &*this.cast::<Patched>();
        let (gate, py) = (&*patched.gate, Python::assume_attached());
        let passes = ffi::PyVectorcall_NARGS(nargsf) == 0 || gate.passes(py, *args);
        let function = if passes { gate.replacement.as_ptr() } else { patched.original };
        ffi::PyObject_Vectorcall(function, args, nargsf, kwnames)
    }
}

unsafe extern "C" fn dealloc(this: *mut ffi::PyObject) {
    // SAFETY: Python deallocates a `Patched`, which owns these references and one to its type.
    unsafe {
        let patched = this.cast::<Patched>();
        let class = ffi::Py_TYPE(this);
        ffi::Py_XDECREF((*patched).dict);
        ffi::Py_XDECREF((*patched).original);
        if !(*patched).gate.is_null() {
            drop(Box::from_raw((*patched).gate));
        }
        if let Some(free) = (*class).tp_free {
            free(this.cast());
        }
        ffi::Py_DECREF(class.cast());
    }
}

/// Pickled by name, as a function is.
unsafe extern "C" fn reduce(this: *mut ffi::PyObject, _: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: a live object.
    unsafe { ffi::PyObject_GetAttrString(this, c"__qualname__".as_ptr()) }
}

/// The class of [`Patched`] objects.
fn class(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let member = |name: &'static std::ffi::CStr, offset: usize| ffi::PyMemberDef {
        name: name.as_ptr(),
        type_code: ffi::Py_T_PYSSIZET,
        offset: offset as ffi::Py_ssize_t,
        flags: ffi::Py_READONLY,
        doc: null_mut(),
    };
    let made = CLASS.get_or_try_init(py, || {
        // Python reads members and methods for as long as the class lives: for ever.
        let members = Box::leak(Box::new([
            member(c"__vectorcalloffset__", std::mem::offset_of!(Patched, vectorcall)),
            member(c"__dictoffset__", std::mem::offset_of!(Patched, dict)),
            // SAFETY: the end of the list is all zeros.
            unsafe { std::mem::zeroed() },
        ]));
        let methods = Box::leak(Box::new([
            ffi::PyMethodDef {
                ml_name: c"__reduce__".as_ptr(),
                ml_meth: ffi::PyMethodDefPointer { PyCFunction: reduce },
                ml_flags: ffi::METH_NOARGS,
                ml_doc: null_mut::<c_char>(),
            },
            ffi::PyMethodDef::zeroed(),
        ]));
        let getset = Box::leak(Box::new([
            ffi::PyGetSetDef {
                name: c"__dict__".as_ptr(),
                get: Some(ffi::PyObject_GenericGetDict),
                set: Some(ffi::PyObject_GenericSetDict),
                doc: null_mut::<c_char>(),
                closure: null_mut(),
            },
            // SAFETY: the end of the list is all zeros.
            unsafe { std::mem::zeroed() },
        ]));
        let slot = |slot: c_int, pfunc: *mut c_void| ffi::PyType_Slot { slot, pfunc };
        let mut slots = [
            slot(ffi::Py_tp_dealloc, dealloc as *mut c_void),
            slot(ffi::Py_tp_call, ffi::PyVectorcall_Call as *mut c_void),
            slot(ffi::Py_tp_members, members.as_mut_ptr().cast()),
            slot(ffi::Py_tp_methods, methods.as_mut_ptr().cast()),
            slot(ffi::Py_tp_getset, getset.as_mut_ptr().cast()),
            slot(0, null_mut()),
        ];
        let mut spec = ffi::PyType_Spec {
            name: c"ferrodide.PatchedFunction".as_ptr(),
            basicsize: size_of::<Patched>() as c_int,
            itemsize: 0,
            flags: (ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_HAVE_VECTORCALL) as c_uint,
            slots: slots.as_mut_ptr(),
        };
        // SAFETY: the interpreter is held; a null return carries an exception.
        unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyType_FromSpec(&mut spec)).map(Bound::unbind) }
    })?;
    Ok(made.bind(py))
}

/// What takes the place of `original`, a function whose site has this index.
#[pyfunction]
pub fn _patch_function<'py>(index: usize, original: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let site = super::site(index)?;
    if !matches!(site.place, Place::Function(_)) {
        return Err(PyTypeError::new_err(format!("site {index} ({}) is no function of Python", site.place)));
    }
    make(original, vectorcall, Some(site), null_mut())
}

/// What takes the place of `original`: a gate before `replacement`. Besides, what seems to be `"nan"` throughout does
/// not pass, or `"inexact"` as doubles.
#[pyfunction]
pub fn _patch_gate<'py>(
    original: &Bound<'py, PyAny>,
    replacement: Py<PyAny>,
    besides: Option<&str>,
) -> PyResult<Bound<'py, PyAny>> {
    let besides = match besides {
        None => None,
        Some("nan") => Some(Besides::Nan),
        Some("inexact") => Some(Besides::Inexact),
        Some(other) => return Err(PyValueError::new_err(format!("besides: got {other:?}"))),
    };
    make(original, through_gate, None, Box::into_raw(Box::new(Gate::new(replacement, besides))))
}

/// What did not pass a gate, by NumPy's number of the dtype; then other dtypes, and subclasses. Zero after a reset.
#[pyfunction]
pub fn _patch_gate_counts(function: &Bound<'_, PyAny>, reset: bool) -> PyResult<Vec<usize>> {
    let of_class = function.get_type().is(class(function.py())?);
    // SAFETY: an object of the class is a `Patched`, whose gate is null or lives as long as it does.
    let gate = unsafe { if of_class { (*function.as_ptr().cast::<Patched>()).gate.as_ref() } else { None } };
    gate.map(|gate| gate.counts(reset)).ok_or_else(|| PyTypeError::new_err("function: expected one with a gate"))
}

fn make<'py>(
    original: &Bound<'py, PyAny>,
    call: ffi::vectorcallfunc,
    site: Option<&'static Site>,
    gate: *mut Gate,
) -> PyResult<Bound<'py, PyAny>> {
    let py = original.py();
    // SAFETY: the class is of `Patched` objects, zeroed at first; all fields are set before anybody sees it.
    unsafe {
        let object = ffi::PyType_GenericAlloc(class(py)?.as_ptr().cast(), 0);
        let made = Bound::from_owned_ptr_or_err(py, object)?;
        let patched = &mut *object.cast::<Patched>();
        patched.vectorcall = Some(call);
        patched.original = ffi::Py_NewRef(original.as_ptr());
        patched.site = site;
        patched.gate = gate;
        Ok(made)
    }
}
