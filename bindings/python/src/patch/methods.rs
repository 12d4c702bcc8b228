//! C functions of NumPy's that Python calls by name: methods of `ndarray`, and functions of its
//! modules, whoever has imported them under whatever name. What is exchanged is the pointer in
//! NumPy's own table of methods.

use std::cell::Cell;
use std::ffi::c_int;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use numpy::npyffi::{NpyTypes, get_type_object};
use pyo3::exceptions::PyRuntimeError;
use pyo3::ffi;
use pyo3::prelude::*;

use super::{Declined, Place, Site};

/// What serves a call, or says why NumPy has to.
pub type Serve = for<'py> fn(&Call<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined>;

/// Why NumPy has to serve a call, as far as a few loads show it: asked before all else, of the positional arguments.
///
/// # Safety
/// Python's call: `this` and the arguments live.
pub type Glance = unsafe fn(Python<'_>, this: *mut ffi::PyObject, &[*mut ffi::PyObject]) -> Option<Declined>;

/// NumPy's module of functions in C.
pub const MULTIARRAY: Option<&str> = Some("numpy._core._multiarray_umath");

/// NumPy's type of ufuncs, of whose methods one stands in for a module.
pub const UFUNC: Option<&str> = Some("numpy.ufunc");

/// A method.
pub struct Method {
    /// The module that has it as a function, or [`UFUNC`]; none for a method of `ndarray`.
    module: Option<&'static str>,
    method: &'static str,
    new: Function,
    serve: Serve,
}

/// How C is handed the arguments, which NumPy's version decides.
#[derive(Clone, Copy)]
enum Function {
    Fast(ffi::PyCFunctionFast),
    FastWithKeywords(ffi::PyCFunctionFastWithKeywords),
    Tuple(ffi::PyCFunction),
    TupleWithKeywords(ffi::PyCFunctionWithKeywords),
}

impl Function {
    fn address(self) -> *mut () {
        match self {
            Function::Fast(f) => f as *mut (),
            Function::FastWithKeywords(f) => f as *mut (),
            Function::Tuple(f) => f as *mut (),
            Function::TupleWithKeywords(f) => f as *mut (),
        }
    }

    fn flags(self) -> c_int {
        match self {
            Function::Fast(_) => ffi::METH_FASTCALL,
            Function::FastWithKeywords(_) => ffi::METH_FASTCALL | ffi::METH_KEYWORDS,
            Function::Tuple(_) => ffi::METH_VARARGS,
            Function::TupleWithKeywords(_) => ffi::METH_VARARGS | ffi::METH_KEYWORDS,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.module.unwrap_or("numpy.ndarray"), self.method)
    }
}

impl Method {
    /// Where `old` is none: the kernel's function into the table, and what was there; `None` where
    /// there is no such method, or it is called in another way. Else `old` into the table where
    /// the kernel's still is, or `None`.
    pub fn exchange(&self, py: Python<'_>, old: Option<*mut ()>) -> PyResult<Option<*mut ()>> {
        let Some(entry) = self.entry(py)? else { return Ok(None) };
        // SAFETY: `entry` is a live table's, which NumPy keeps in writable memory, and is only
        // touched while the interpreter is held. All members of the union are pointers to functions.
        unsafe {
            if (*entry).ml_flags & !ffi::METH_COEXIST != self.new.flags() {
                return Ok(None);
            }
            let slot = (&raw mut (*entry).ml_meth).cast::<*mut ()>();
            let (now, new) = (slot.read(), self.new.address());
            let next = match old {
                None if now == new => return Ok(None),
                None => new,
                Some(_) if now != new => return Ok(None),
                Some(old) => old,
            };
            slot.write(next);
            Ok(Some(now))
        }
    }

    fn entry(&self, py: Python<'_>) -> PyResult<Option<*mut ffi::PyMethodDef>> {
        // SAFETY: live objects, of the types that they are checked to have.
        unsafe {
            let method_of = |class: Bound<'_, PyAny>| {
                let Ok(method) = class.getattr("__dict__")?.get_item(self.method) else { return Ok(None) };
                let is_method = ffi::Py_TYPE(method.as_ptr()) == &raw mut ffi::PyMethodDescr_Type;
                Ok(is_method.then(|| (*method.as_ptr().cast::<ffi::PyMethodDescrObject>()).d_method))
            };
            match self.module {
                module if module == UFUNC => method_of(py.import("numpy")?.getattr("ufunc")?),
                Some(module) => {
                    let Ok(function) = py.import(module)?.getattr(self.method) else { return Ok(None) };
                    let is_function = ffi::PyCFunction_Check(function.as_ptr()) != 0;
                    Ok(is_function.then(|| (*function.as_ptr().cast::<ffi::PyCFunctionObject>()).m_ml))
                }
                None => method_of(Bound::from_borrowed_ptr(py, get_type_object(py, NpyTypes::PyArray_Type).cast())),
            }
        }
    }
}

/// A call of NumPy's function, as it came.
pub struct Call<'a, 'py> {
    pub py: Python<'py>,
    this: *mut ffi::PyObject,
    /// The positional arguments, then the values of the keywords.
    values: &'a [*mut ffi::PyObject],
    positional: usize,
    /// Their names.
    keywords: &'a [*mut ffi::PyObject],
    clock: Cell<Option<Instant>>,
    site: &'static Site,
}

impl<'a, 'py> Call<'a, 'py> {
    /// The array whose method was called.
    pub fn this(&self) -> Borrowed<'a, 'py, PyAny> {
        // SAFETY: the caller of the method holds it.
        unsafe { Borrowed::from_ptr(self.py, self.this) }
    }

    /// The arguments of these names, by position or keyword; the first `N` positions are theirs.
    ///
    /// # Errors
    /// Declined where there are others: NumPy knows what to say of them.
    pub fn arguments<const N: usize>(
        &self,
        names: [&str; N],
    ) -> Result<[Option<Borrowed<'a, 'py, PyAny>>; N], Declined> {
        let mut found = [None; N];
        if self.positional > N {
            return Err(Declined::Arguments);
        }
        // SAFETY: the caller holds all of them during the call.
        let value = |i: usize| unsafe { Borrowed::from_ptr(self.py, self.values[i]) };
        for (i, slot) in found.iter_mut().enumerate().take(self.positional) {
            *slot = Some(value(i));
        }
        for (i, &name) in (self.positional..).zip(self.keywords) {
            // SAFETY: the caller holds the names, too.
            let name = unsafe { Borrowed::from_ptr(self.py, name) };
            let name = name.extract::<&str>().map_err(|_| Declined::Arguments)?;
            let slot = names.iter().position(|each| *each == name).ok_or(Declined::Arguments)?;
            if found[slot].replace(value(i)).is_some() {
                return Err(Declined::Arguments);
            }
        }
        Ok(found)
    }

    /// The positional arguments.
    pub fn positional(&self) -> &'a [Bound<'py, PyAny>] {
        // SAFETY: a `Bound` is a pointer to an object and the token that the interpreter is held, which has no
        // size; the caller holds all of them during the call, and a reference to a `Bound` releases none.
        unsafe { std::slice::from_raw_parts(self.values.as_ptr().cast(), self.positional) }
    }

    pub fn has_keywords(&self) -> bool {
        !self.keywords.is_empty()
    }

    /// The kernel starts, on so many elements.
    pub fn start(&self, elements: usize) {
        self.clock.set(self.site.start(elements));
    }
}

/// A call served, with its result or null and an exception; or to be handed on. The interpreter is held, and all
/// objects live.
#[inline(never)]
pub fn answer(
    site: &'static Site,
    this: *mut ffi::PyObject,
    values: &[*mut ffi::PyObject],
    keywords: &[*mut ffi::PyObject],
) -> Result<*mut ffi::PyObject, ()> {
    let serve = match &site.place {
        Place::Method(method) => method.serve,
        Place::Function(function) => function.serve,
        _ => return Err(()),
    };
    // SAFETY: Python calls this, so the interpreter is held.
    let py = unsafe { Python::assume_attached() };
    let positional = values.len() - keywords.len();
    let call = Call { py, this, values, positional, keywords, clock: Cell::new(None), site };
    match catch_unwind(AssertUnwindSafe(|| serve(&call))) {
        Ok(Ok(result)) => {
            site.served(call.clock.get());
            Ok(result.into_ptr())
        }
        Ok(Err(Declined::Panic)) | Err(_) => {
            // An argument that is written to may be half done.
            site.declined(Declined::Panic);
            let message =
                format!("ferrodide: the kernel of {} panicked; ferrodide.unpatch() is a way round it", site.place);
            PyRuntimeError::new_err(message).restore(call.py);
            Ok(std::ptr::null_mut())
        }
        Ok(Err(Declined::Raised)) => {
            site.served(call.clock.get());
            Ok(std::ptr::null_mut())
        }
        Ok(Err(why)) => {
            site.declined(why);
            Err(())
        }
    }
}

/// The objects of a tuple, none for null.
///
/// # Safety
/// `tuple` is null, or a tuple that lives for `'a`.
pub unsafe fn items<'a>(tuple: *mut ffi::PyObject) -> &'a [*mut ffi::PyObject] {
    if tuple.is_null() {
        return &[];
    }
    // SAFETY: a tuple holds as many objects as it says.
    unsafe {
        let len = ffi::PyTuple_GET_SIZE(tuple) as usize;
        std::slice::from_raw_parts((&raw const (*tuple.cast::<ffi::PyTupleObject>()).ob_item).cast(), len)
    }
}

/// `len` objects, of which there may be none.
///
/// # Safety
/// They live for `'a`.
pub unsafe fn objects<'a>(objects: *const *mut ffi::PyObject, len: usize) -> &'a [*mut ffi::PyObject] {
    // SAFETY: the caller's promise.
    if len == 0 { &[] } else { unsafe { std::slice::from_raw_parts(objects, len) } }
}

/// Whether a glance shows that the call is NumPy's, which is then counted.
///
/// # Safety
/// As of [`Glance`].
#[inline(always)]
unsafe fn is_numpys(
    site: &'static Site,
    glance: Option<Glance>,
    this: *mut ffi::PyObject,
    positional: &[*mut ffi::PyObject],
) -> bool {
    // SAFETY: Python's call, so the interpreter is held.
    let why = glance.and_then(|glance| unsafe { glance(Python::assume_attached(), this, positional) });
    if let Some(why) = why {
        site.declined(why);
    }
    why.is_some()
}

/// Python's call of a function without keywords.
///
/// # Safety
/// As Python calls one that is declared `METH_FASTCALL`, in the place that `site` says.
#[inline(always)]
pub unsafe fn fast(
    site: &'static Site,
    glance: Option<Glance>,
    this: *mut ffi::PyObject,
    args: *mut *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
) -> *mut ffi::PyObject {
    // SAFETY: as Python hands them over; what stood in this place has this signature.
    unsafe {
        let values = objects(args, nargs as usize);
        if !is_numpys(site, glance, this, values)
            && let Ok(result) = answer(site, this, values, &[])
        {
            return result;
        }
        std::mem::transmute::<*mut (), ffi::PyCFunctionFast>(site.old())(this, args, nargs)
    }
}

/// Python's call of a function that takes keywords.
///
/// # Safety
/// As Python calls one that is declared `METH_FASTCALL | METH_KEYWORDS`, in the place that `site` says.
#[inline(always)]
pub unsafe fn fast_with_keywords(
    site: &'static Site,
    glance: Option<Glance>,
    this: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: as Python hands them over: the values of the keywords follow the others. What stood in this place has this
    // signature.
    unsafe {
        if !is_numpys(site, glance, this, objects(args, nargs as usize)) {
            let keywords = items(kwnames);
            if let Ok(result) = answer(site, this, objects(args, nargs as usize + keywords.len()), keywords) {
                return result;
            }
        }
        std::mem::transmute::<*mut (), ffi::PyCFunctionFastWithKeywords>(site.old())(this, args, nargs, kwnames)
    }
}

/// Python's call of a function that takes a tuple.
///
/// # Safety
/// As Python calls one that is declared `METH_VARARGS`, in the place that `site` says.
#[inline(always)]
pub unsafe fn tuple(
    site: &'static Site,
    glance: Option<Glance>,
    this: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: Python holds the tuple during the call. What stood in this place has this signature.
    unsafe {
        let values = items(args);
        if !is_numpys(site, glance, this, values)
            && let Ok(result) = answer(site, this, values, &[])
        {
            return result;
        }
        std::mem::transmute::<*mut (), ffi::PyCFunction>(site.old())(this, args)
    }
}

/// More arguments than this no function has that takes a tuple and keywords.
const MOST: usize = 8;

/// Python's call of a function that takes a tuple, and a dict of keywords or null.
///
/// # Safety
/// As Python calls one that is declared `METH_VARARGS | METH_KEYWORDS`, in the place that `site` says.
pub unsafe fn tuple_with_keywords(
    site: &'static Site,
    this: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    let (mut values, mut names) = ([std::ptr::null_mut(); MOST], [std::ptr::null_mut(); MOST]);
    // SAFETY: Python holds the tuple and the dict during the call, and nothing changes them meanwhile.
    let served = unsafe {
        let positional = items(args);
        let named = if kwargs.is_null() { 0 } else { ffi::PyDict_Size(kwargs) as usize };
        let all = positional.len() + named;
        if all <= MOST {
            values[..positional.len()].copy_from_slice(positional);
            let mut at = 0;
            for i in 0..named {
                ffi::PyDict_Next(kwargs, &mut at, &mut names[i], &mut values[positional.len() + i]);
            }
            answer(site, this, &values[..all], &names[..named])
        } else {
            site.declined(Declined::Arguments);
            Err(())
        }
    };
    served.unwrap_or_else(|()| {
        // SAFETY: what stood in this place has this signature, and the call is Python's own.
        unsafe { std::mem::transmute::<*mut (), ffi::PyCFunctionWithKeywords>(site.old())(this, args, kwargs) }
    })
}

impl Method {
    pub const fn fast(
        module: Option<&'static str>,
        method: &'static str,
        new: ffi::PyCFunctionFast,
        serve: Serve,
    ) -> Self {
        Self { module, method, new: Function::Fast(new), serve }
    }

    pub const fn fast_with_keywords(
        module: Option<&'static str>,
        method: &'static str,
        new: ffi::PyCFunctionFastWithKeywords,
        serve: Serve,
    ) -> Self {
        Self { module, method, new: Function::FastWithKeywords(new), serve }
    }

    pub const fn tuple(
        module: Option<&'static str>,
        method: &'static str,
        new: ffi::PyCFunction,
        serve: Serve,
    ) -> Self {
        Self { module, method, new: Function::Tuple(new), serve }
    }

    pub const fn tuple_with_keywords(
        module: Option<&'static str>,
        method: &'static str,
        new: ffi::PyCFunctionWithKeywords,
        serve: Serve,
    ) -> Self {
        Self { module, method, new: Function::TupleWithKeywords(new), serve }
    }
}

/// `SITES` of a family: for each its static, how NumPy declares the C function, the name that
/// `patch(only=...)` takes, the module (`None` for a method of `ndarray`), the method, what
/// serves it, and perhaps what shows at a glance that NumPy has to. Each gets a C function of its own, since NumPy hands it no data to know it by.
macro_rules! methods {
    ($($SITE:ident: $convention:ident $name:literal $module:expr, $method:literal => $serve:expr
        $(, unless $glance:expr)?;)*) => {
        $(static $SITE: $crate::patch::Site = {
            use pyo3::ffi;
            methods!(@ $convention $SITE, [$($glance)?]);
            let method = $crate::patch::methods::Method::$convention($module, $method, entry, $serve);
            $crate::patch::Site::new($name, $crate::patch::Place::Method(method))
        };)*
        pub static SITES: &[&$crate::patch::Site] = &[$(&$SITE),*];
    };
    (@ glance) => { None };
    (@ glance $glance:expr) => { Some($glance) };
    (@ fast $SITE:ident, [$($glance:expr)?]) => {
        unsafe extern "C" fn entry(
            this: *mut ffi::PyObject,
            args: *mut *mut ffi::PyObject,
            nargs: ffi::Py_ssize_t,
        ) -> *mut ffi::PyObject {
            // SAFETY: Python's call, passed on.
            unsafe { $crate::patch::methods::fast(&$SITE, methods!(@ glance $($glance)?), this, args, nargs) }
        }
    };
    (@ fast_with_keywords $SITE:ident, [$($glance:expr)?]) => {
        unsafe extern "C" fn entry(
            this: *mut ffi::PyObject,
            args: *const *mut ffi::PyObject,
            nargs: ffi::Py_ssize_t,
            kwnames: *mut ffi::PyObject,
        ) -> *mut ffi::PyObject {
            // SAFETY: Python's call, passed on.
            unsafe { $crate::patch::methods::fast_with_keywords(&$SITE, methods!(@ glance $($glance)?), this, args, nargs, kwnames) }
        }
    };
    (@ tuple $SITE:ident, [$($glance:expr)?]) => {
        unsafe extern "C" fn entry(this: *mut ffi::PyObject, args: *mut ffi::PyObject) -> *mut ffi::PyObject {
            // SAFETY: Python's call, passed on.
            unsafe { $crate::patch::methods::tuple(&$SITE, methods!(@ glance $($glance)?), this, args) }
        }
    };
    (@ tuple_with_keywords $SITE:ident, []) => {
        unsafe extern "C" fn entry(
            this: *mut ffi::PyObject,
            args: *mut ffi::PyObject,
            kwargs: *mut ffi::PyObject,
        ) -> *mut ffi::PyObject {
            // SAFETY: Python's call, passed on.
            unsafe { $crate::patch::methods::tuple_with_keywords(&$SITE, this, args, kwargs) }
        }
    };
}
pub(crate) use methods;
