//! NumPy's inner loops and dtype slots, exchanged for kernels: each exactly put back,
//! each call counted. `python/ferrodide/_patch.py` decides which, and when.
//!
//! A site is one function pointer of NumPy's. The kernel in its place serves what it is
//! good at, and calls the old function for the rest.

use std::ffi::{c_int, c_long, c_ulong};
use std::fmt;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize};
use std::time::Instant;

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

mod decompositions;
mod functions;
mod gates;
mod lanes;
mod loops;
mod methods;
mod moving;
mod products;
mod reducing;
mod searching;
mod selecting;
mod signal;
mod slots;
mod subscript;
mod ufunc_reduce;

/// C's `long` on this platform, and its unsigned twin.
type CLong = c_long;
type CULong = c_ulong;

/// Why a call went to the old function.
#[derive(Clone, Copy)]
pub enum Declined {
    /// So few elements that the old function is as fast.
    Short,
    /// Data nearly in order, for which the old function is faster.
    Ordered,
    /// Strides that the kernel has no use for.
    Strides,
    /// The kernel's scratch or result does not fit.
    Memory,
    /// A dtype, or two of them, that no kernel serves.
    Dtype,
    /// A keyword or another argument that no kernel knows.
    Arguments,
    /// No array, an array of a subclass, or shapes that no kernel serves; NumPy also raises what is wrong with them.
    Operands,
    /// What is wrong with the operands has been raised already.
    Raised,
    /// The kernel panicked, which is a fault of ours.
    Panic,
}

const REASONS: [&str; 9] =
    ["short", "ordered", "strides", "memory", "dtype", "arguments", "operands", "raised", "panic in the kernel"];

impl From<ferrodide::Error> for Declined {
    fn from(error: ferrodide::Error) -> Self {
        if matches!(error, ferrodide::Error::OutOfMemory { .. }) { Declined::Memory } else { Declined::Operands }
    }
}

impl From<PyErr> for Declined {
    /// Where an array cannot be made: NumPy will say it once more.
    fn from(_: PyErr) -> Self {
        Declined::Memory
    }
}

/// Whether kernels serve calls of every length, also where NumPy's own function is as fast: for tests.
static SERVE_SHORT: AtomicBool = AtomicBool::new(false);

/// The least length that a kernel serves, of which it is measured that it is faster from there on.
fn from(length: usize) -> usize {
    if SERVE_SHORT.load(Relaxed) { 0 } else { length }
}

/// Whether kernels serve calls of every length, for tests: else the short ones are NumPy's.
#[pyfunction]
fn _patch_serve_short(yes: bool) {
    SERVE_SHORT.store(yes, Relaxed);
}

/// Calls on fewer elements are counted, not timed: reading the clock takes as long as they do.
const TIMED_FROM: usize = 4096;

/// What happened at a site since the last reset.
struct Counts {
    hits: AtomicUsize,
    declined: [AtomicUsize; REASONS.len()],
    nanoseconds: AtomicU64,
}

/// A function pointer of NumPy's, and what has become of it.
pub struct Site {
    /// The function's name in `numpy`, as `patch(only=...)` takes it.
    name: &'static str,
    place: Place,
    /// Whether the kernel's function stands there.
    swapped: AtomicBool,
    /// NumPy's own function. It stays known: a call in another thread may still be on its way.
    old: AtomicPtr<()>,
    counts: Counts,
}

/// Where the pointer is.
enum Place {
    Slot(slots::Slot),
    Loop(loops::Loop),
    Method(methods::Method),
    Function(functions::Function),
    Subscript(subscript::Subscript),
}

impl Place {
    /// Where `old` is none: the kernel's function into its place, and what was there; `None` where
    /// this NumPy has no such place. Else `old` into its place where the kernel's still is, or `None`.
    fn exchange(&self, py: Python<'_>, old: Option<*mut ()>) -> PyResult<Option<*mut ()>> {
        match self {
            Place::Slot(slot) => slot.exchange(py, old),
            Place::Loop(a_loop) => a_loop.exchange(py, old),
            Place::Method(method) => method.exchange(py, old),
            // Python puts it in its places.
            Place::Function(function) => Ok(Some((&raw const *function).cast_mut().cast())),
            Place::Subscript(subscript) => subscript.exchange(py, old),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Slot(slot) => slot.fmt(f),
            Place::Loop(a_loop) => a_loop.fmt(f),
            Place::Method(method) => method.fmt(f),
            Place::Function(function) => function.fmt(f),
            Place::Subscript(subscript) => subscript.fmt(f),
        }
    }
}

impl Site {
    const fn new(name: &'static str, place: Place) -> Self {
        let counts = Counts {
            hits: AtomicUsize::new(0),
            declined: [const { AtomicUsize::new(0) }; REASONS.len()],
            nanoseconds: AtomicU64::new(0),
        };
        Self { name, place, swapped: AtomicBool::new(false), old: AtomicPtr::new(std::ptr::null_mut()), counts }
    }

    fn start(&self, elements: usize) -> Option<Instant> {
        (elements >= TIMED_FROM).then(Instant::now)
    }

    fn served(&self, start: Option<Instant>) {
        self.counts.hits.fetch_add(1, Relaxed);
        if let Some(start) = start {
            self.counts.nanoseconds.fetch_add(start.elapsed().as_nanos() as u64, Relaxed);
        }
    }

    fn declined(&self, why: Declined) {
        self.counts.declined[why as usize].fetch_add(1, Relaxed);
    }

    fn is_swapped(&self) -> bool {
        self.swapped.load(Relaxed)
    }

    fn old(&self) -> *mut () {
        self.old.load(Relaxed)
    }

    /// Puts the kernel in its place. False where this NumPy has no such place.
    fn swap(&self, py: Python<'_>) -> PyResult<bool> {
        if self.swapped.load(Relaxed) {
            return Ok(true);
        }
        let old = self.place.exchange(py, None)?;
        if let Some(old) = old {
            self.old.store(old, Relaxed);
            self.swapped.store(true, Relaxed);
        }
        Ok(old.is_some())
    }

    /// Puts NumPy's own function back. False where somebody else has put one there meanwhile.
    fn restore(&self, py: Python<'_>) -> PyResult<bool> {
        if !self.swapped.load(Relaxed) {
            return Ok(true);
        }
        let done = self.place.exchange(py, Some(self.old()))?;
        if done.is_some() {
            self.swapped.store(false, Relaxed);
        }
        Ok(done.is_some())
    }
}

fn sites() -> impl Iterator<Item = &'static Site> {
    let methods = [moving::SITES, products::SITES, searching::SITES, selecting::SITES, signal::SITES, reducing::SITES];
    let functions = [ufunc_reduce::SITES, lanes::SITES, reducing::FUNCTIONS, decompositions::FUNCTIONS];
    let methods = methods.into_iter().chain(functions).flatten().copied();
    slots::SITES.iter().chain(loops::sites()).chain(methods).chain([&subscript::SITE])
}

fn site(index: usize) -> PyResult<&'static Site> {
    sites().nth(index).ok_or_else(|| PyIndexError::new_err(format!("there is no site {index}")))
}

/// What can be exchanged: a list of (name, where).
#[pyfunction]
fn _patch_sites() -> Vec<(&'static str, String)> {
    sites().map(|site| (site.name, site.place.to_string())).collect()
}

/// Those sites that are functions of Python: a list of (index, module, function).
#[pyfunction]
fn _patch_functions() -> Vec<(usize, &'static str, &'static str)> {
    let function = |(index, site): (usize, &'static Site)| match &site.place {
        Place::Function(function) => Some((index, function.module, function.function)),
        _ => None,
    };
    sites().enumerate().filter_map(function).collect()
}

/// Puts the kernel of a site in its place; whether this NumPy has that place.
#[pyfunction]
fn _patch_swap(py: Python<'_>, index: usize) -> PyResult<bool> {
    site(index)?.swap(py)
}

/// Puts NumPy's own function back; whether the kernel's was still there.
#[pyfunction]
fn _patch_restore(py: Python<'_>, index: usize) -> PyResult<bool> {
    site(index)?.restore(py)
}

/// (calls served, {reason: calls that went to NumPy's own function}, seconds inside) of a site.
#[pyfunction]
fn _patch_counts(py: Python<'_>, index: usize) -> PyResult<(usize, Bound<'_, PyDict>, f64)> {
    let counts = &site(index)?.counts;
    let declined = PyDict::new(py);
    for (why, count) in REASONS.iter().zip(&counts.declined) {
        if count.load(Relaxed) > 0 {
            declined.set_item(why, count.load(Relaxed))?;
        }
    }
    Ok((counts.hits.load(Relaxed), declined, counts.nanoseconds.load(Relaxed) as f64 * 1e-9))
}

/// Sets all counts to zero.
#[pyfunction]
fn _patch_reset() {
    for Site { counts, .. } in sites() {
        counts.hits.store(0, Relaxed);
        counts.declined.iter().for_each(|count| count.store(0, Relaxed));
        counts.nanoseconds.store(0, Relaxed);
    }
}

/// How NumPy's type numbers are called.
fn type_name(type_num: c_int) -> &'static str {
    use numpy::npyffi::NPY_TYPES::*;
    const NAMES: [(numpy::npyffi::NPY_TYPES, &str); 13] = [
        (NPY_DOUBLE, "double"),
        (NPY_FLOAT, "float"),
        (NPY_BOOL, "bool"),
        (NPY_BYTE, "byte"),
        (NPY_UBYTE, "ubyte"),
        (NPY_SHORT, "short"),
        (NPY_USHORT, "ushort"),
        (NPY_INT, "int"),
        (NPY_UINT, "uint"),
        (NPY_LONG, "long"),
        (NPY_ULONG, "ulong"),
        (NPY_LONGLONG, "longlong"),
        (NPY_ULONGLONG, "ulonglong"),
    ];
    NAMES.iter().find(|(number, _)| *number as c_int == type_num).map_or("?", |(_, name)| name)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(_patch_sites, module)?)?;
    module.add_function(wrap_pyfunction!(_patch_swap, module)?)?;
    module.add_function(wrap_pyfunction!(_patch_restore, module)?)?;
    module.add_function(wrap_pyfunction!(_patch_counts, module)?)?;
    module.add_function(wrap_pyfunction!(_patch_functions, module)?)?;
    module.add_function(wrap_pyfunction!(functions::_patch_function, module)?)?;
    module.add_function(wrap_pyfunction!(functions::_patch_gate, module)?)?;
    module.add_function(wrap_pyfunction!(functions::_patch_gate_counts, module)?)?;
    module.add_function(wrap_pyfunction!(_patch_serve_short, module)?)?;
    module.add_function(wrap_pyfunction!(loops::_patch_fuse, module)?)?;
    module.add_function(wrap_pyfunction!(_patch_reset, module)?)
}
