//! The inner loops of NumPy's ufuncs, by dtype signature: what operators, `np.*` and every
//! library on top of them call.

use std::ffi::{c_char, c_int, c_void};
use std::fmt;
use std::panic::catch_unwind;

use ferrodide::linalg::{self, Float};
use ferrodide::view::{View, ViewMut};
use numpy::PY_UFUNC_API;
use numpy::npyffi::{NPY_TYPES, PyUFuncObject, npy_intp};
use pyo3::prelude::*;

use super::{Declined, Place, Site, type_name};

type LoopFunction = unsafe extern "C" fn(*mut *mut c_char, *mut npy_intp, *mut npy_intp, *mut c_void);

/// A loop of a ufunc.
pub struct Loop {
    module: &'static str,
    ufunc: &'static str,
    /// The type of each operand, the results last.
    signature: &'static [NPY_TYPES],
    new: LoopFunction,
}

impl fmt::Display for Loop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.signature.iter().map(|&each| type_name(each as c_int)).collect();
        write!(f, "{}.{} of {}", self.module, self.ufunc, names.join(", "))
    }
}

impl Loop {
    /// Where `old` is none: the kernel's loop into its place, and what was there; `None` where
    /// the ufunc has no loop of this signature. Else `old` into its place where the kernel's
    /// still is, or `None`.
    pub fn exchange(&self, py: Python<'_>, old: Option<*mut ()>) -> PyResult<Option<*mut ()>> {
        let ufunc = py.import(self.module)?.getattr(self.ufunc)?;
        let object = ufunc.as_ptr().cast::<PyUFuncObject>();
        let replace = |new: LoopFunction| {
            let mut signature: Vec<c_int> = self.signature.iter().map(|&each| each as c_int).collect();
            let mut before = None;
            // SAFETY: a live ufunc with as many operands as the signature; NumPy copies both.
            let found = unsafe {
                PY_UFUNC_API.PyUFunc_ReplaceLoopBySignature(py, object, Some(new), signature.as_mut_ptr(), &mut before)
            };
            before.filter(|_| found == 0)
        };
        match old {
            None => Ok(replace(self.new).map(|before| before as *mut ())),
            Some(old) => {
                // SAFETY: `old` came out of this place, where such functions stand.
                let old = unsafe { std::mem::transmute::<*mut (), LoopFunction>(old) };
                let Some(before) = replace(old) else { return Ok(None) };
                if before as *mut () != self.new as *mut () {
                    // Somebody else's: it stays.
                    replace(before);
                    return Ok(None);
                }
                Ok(Some(before as *mut ()))
            }
        }
    }
}

/// Products of fewer multiplications go to NumPy's own loop, which is as fast there.
const MATMUL_FROM: usize = 1024;

/// The operands of `(m?,k),(k,n?)->(m?,n?)`, and a product of each pair.
///
/// # Safety
/// As NumPy calls a loop of this signature with elements of type `T`, aligned; results overlap no operand.
unsafe fn matmul<T: Float>(
    site: &Site,
    args: *mut *mut c_char,
    dimensions: *mut npy_intp,
    steps: *mut npy_intp,
    data: *mut c_void,
) {
    // SAFETY: three operands; the batch and three lengths; a batch step each, then two steps each.
    let (pointers, lengths, strides) = unsafe {
        (
            std::slice::from_raw_parts(args, 3),
            std::slice::from_raw_parts(dimensions, 4),
            std::slice::from_raw_parts(steps, 9),
        )
    };
    let [batch, m, k, n] = [0, 1, 2, 3].map(|i| lengths[i] as usize);
    let why = 'declined: {
        if m.saturating_mul(k).saturating_mul(n) < MATMUL_FROM {
            break 'declined Declined::Short;
        }
        if strides.iter().any(|stride| stride % size_of::<T>() as isize != 0) {
            break 'declined Declined::Strides;
        }
        let clock = site.start(m * k + k * n);
        let shapes = [[batch, m, k], [batch, k, n], [batch, m, n]];
        let steps: [[isize; 3]; 3] = [0, 1, 2].map(|i| [strides[i], strides[3 + 2 * i], strides[4 + 2 * i]]);
        let product = catch_unwind(|| {
            // SAFETY: NumPy vouches for pointers, lengths and steps.
            let (a, b, c) = unsafe {
                (
                    View::<T>::from_raw_parts(pointers[0].cast(), &shapes[0], &steps[0]),
                    View::<T>::from_raw_parts(pointers[1].cast(), &shapes[1], &steps[1]),
                    ViewMut::<T>::from_raw_parts(pointers[2].cast(), &shapes[2], &steps[2]),
                )
            };
            linalg::matmul(a, b, c)
        });
        match product {
            Ok(Ok(())) => return site.served(clock),
            Ok(Err(_)) => Declined::Memory,
            Err(_) => Declined::Panic,
        }
    };
    site.declined(why);
    // SAFETY: what stood in this place has this signature, and the call is NumPy's own.
    unsafe { std::mem::transmute::<*mut (), LoopFunction>(site.old())(args, dimensions, steps, data) }
}

/// A C function for a site of the table, which it has to know by number: what NumPy hands it
/// as `data` is the old loop's.
unsafe extern "C" fn matmul_at<T: Float, const SITE: usize>(
    args: *mut *mut c_char,
    dimensions: *mut npy_intp,
    steps: *mut npy_intp,
    data: *mut c_void,
) {
    // SAFETY: NumPy's call, passed on.
    unsafe { matmul::<T>(&SITES[SITE], args, dimensions, steps, data) }
}

const fn site(module: &'static str, ufunc: &'static str, signature: &'static [NPY_TYPES], new: LoopFunction) -> Site {
    Site::new(ufunc, Place::Loop(Loop { module, ufunc, signature, new }))
}

pub static SITES: [Site; 2] = [
    site("numpy", "matmul", &[NPY_TYPES::NPY_DOUBLE; 3], matmul_at::<f64, 0>),
    site("numpy", "matmul", &[NPY_TYPES::NPY_FLOAT; 3], matmul_at::<f32, 1>),
];
