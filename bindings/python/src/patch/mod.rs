//! NumPy's inner loops and dtype slots, exchanged for kernels: each exactly put back,
//! each call counted. `python/ferrodide/_patch.py` decides which, and when.
//!
//! A site is one function pointer of NumPy's. The kernel in its place serves what it is
//! good at, and calls the old function for the rest.

use std::ffi::c_int;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize};
use std::time::Instant;

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

mod loops;
mod slots;

/// Why a call went to the old function.
#[derive(Clone, Copy)]
pub enum Declined {
    /// So few elements that the old function is as fast.
    Short,
    /// Data nearly in order, for which the old function is faster.
    Ordered,
    /// Strides that the kernel has no use for.
    Strides,
    /// The kernel's scratch does not fit.
    Memory,
    /// The kernel panicked, which is a fault of ours.
    Panic,
}

const REASONS: [&str; 5] = ["short", "ordered", "strides", "memory", "panic in the kernel"];

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

    fn old(&self) -> *mut () {
        self.old.load(Relaxed)
    }

    /// Puts the kernel in its place. False where this NumPy has no such place.
    fn swap(&self, py: Python<'_>) -> PyResult<bool> {
        if self.swapped.load(Relaxed) {
            return Ok(true);
        }
        let old = match &self.place {
            Place::Slot(slot) => slot.exchange(py, None)?,
            Place::Loop(a_loop) => a_loop.exchange(py, None)?,
        };
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
        let old = self.old();
        let done = match &self.place {
            Place::Slot(slot) => slot.exchange(py, Some(old))?,
            Place::Loop(a_loop) => a_loop.exchange(py, Some(old))?,
        };
        if done.is_some() {
            self.swapped.store(false, Relaxed);
        }
        Ok(done.is_some())
    }
}

fn sites() -> impl Iterator<Item = &'static Site> {
    slots::SITES.iter().chain(loops::sites())
}

fn site(index: usize) -> PyResult<&'static Site> {
    sites().nth(index).ok_or_else(|| PyIndexError::new_err(format!("there is no site {index}")))
}

/// What can be exchanged: a list of (name, where).
#[pyfunction]
fn _patch_sites() -> Vec<(&'static str, String)> {
    let place = |site: &Site| match &site.place {
        Place::Slot(slot) => slot.to_string(),
        Place::Loop(a_loop) => a_loop.to_string(),
    };
    sites().map(|site| (site.name, place(site))).collect()
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
    module.add_function(wrap_pyfunction!(_patch_reset, module)?)
}
