//! The inner loops of NumPy's ufuncs, by dtype signature: what operators, `np.*` and every
//! library on top of them call.

use std::ffi::{c_char, c_int, c_void};
use std::fmt;
use std::panic::{UnwindSafe, catch_unwind};
use std::ptr::{null, null_mut};
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::{Acquire, Release};

use ferrodide::linalg::{self, Complex, Multiply};
use ferrodide::math::fused::Loops;
use ferrodide::math::{self, Binary, Path, Real, Unary};
use ferrodide::view::{View, ViewMut};
use numpy::PY_UFUNC_API;
use numpy::npyffi::{NPY_TYPES, PyUFuncObject, npy_intp};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use super::{CLong, CULong, Declined, Place, Site, from, type_name};

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
            // Ours already, put back by somebody who had kept it, must not become its own fallback.
            None => {
                Ok(replace(self.new).map(|before| before as *mut ()).filter(|before| *before != self.new as *mut ()))
            }
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
unsafe fn matmul<T: Multiply>(
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
        if m.saturating_mul(k).saturating_mul(n) < from(MATMUL_FROM) {
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
unsafe extern "C" fn matmul_at<T: Multiply, const SITE: usize>(
    args: *mut *mut c_char,
    dimensions: *mut npy_intp,
    steps: *mut npy_intp,
    data: *mut c_void,
) {
    // SAFETY: NumPy's call, passed on.
    unsafe { matmul::<T>(&PRODUCTS[SITE], args, dimensions, steps, data) }
}

/// Calls on fewer elements go to NumPy's own loop, which is as fast there.
const ELEMENTWISE_FROM: usize = 24;

/// Whether a result, of `n` elements, may be written while operands are read: each operand is
/// the result itself, shares no memory with it, or is read ahead of it (`np.sin(x[::2], out=x[:n])`).
/// Not so in `reduce` and `accumulate`, which read what they wrote.
fn is_elementwise(n: usize, item: usize, operands: &[(*mut c_char, isize)], (out, step): (*mut c_char, isize)) -> bool {
    let span = |(pointer, step): (*mut c_char, isize)| {
        let (first, last) = (pointer as usize, (pointer as usize).wrapping_add_signed((n as isize - 1) * step));
        (first.min(last), first.max(last) + item)
    };
    let (low, high) = span((out, step));
    n < 2
        || step.unsigned_abs() >= item
            && operands.iter().all(|&operand| {
                let (from, to) = span(operand);
                let ahead = step > 0 && operand.0 >= out && operand.1 >= step;
                ahead || operand == (out, step) || to <= low || high <= from
            })
}

/// A loop of a function of `OPERANDS` floats, element by element.
///
/// # Safety
/// As NumPy calls a loop of that many operands and one result of type `T`, aligned.
#[inline(always)]
unsafe fn elementwise<T, const OPERANDS: usize>(
    site: &Site,
    args: *mut *mut c_char,
    dimensions: *mut npy_intp,
    steps: *mut npy_intp,
    data: *mut c_void,
    apply: impl FnOnce(usize, [(*mut c_char, isize); OPERANDS], (*mut c_char, isize)) + UnwindSafe,
) {
    // SAFETY: one length, and a pointer and a step for each operand and the result.
    let (n, operands, out) = unsafe {
        let at = |i: usize| (*args.add(i), *steps.add(i));
        (*dimensions as usize, std::array::from_fn(at), at(OPERANDS))
    };
    let why = if n < from(ELEMENTWISE_FROM) {
        Declined::Short
    } else if is_elementwise(n, size_of::<T>(), &operands, out) {
        let clock = site.start(n);
        match catch_unwind(|| apply(n, operands, out)) {
            Ok(()) => return site.served(clock),
            Err(_) => Declined::Panic,
        }
    } else {
        Declined::Strides
    };
    site.declined(why);
    // SAFETY: what stood in this place has this signature, and the call is NumPy's own.
    unsafe { std::mem::transmute::<*mut (), LoopFunction>(site.old())(args, dimensions, steps, data) }
}

/// The loops of `ferrodide._fused`, where it is loaded.
static FUSED: AtomicPtr<Loops> = AtomicPtr::new(null_mut());

fn fused() -> Option<&'static Loops> {
    // SAFETY: null, or the table of a module, which is never unloaded.
    unsafe { FUSED.load(Acquire).as_ref() }
}

/// Fused loops in place of the plain ones from now on: those of a capsule of `ferrodide._fused`; without, the plain.
///
/// Raises ValueError where the capsule is another.
#[pyfunction]
#[pyo3(signature = (loops))]
pub fn _patch_fuse(loops: Option<&Bound<'_, PyCapsule>>) -> PyResult<()> {
    let table = match loops {
        // The name says what it points to, and the module is of the same wheel.
        Some(capsule) => capsule.pointer_checked(Some(c"ferrodide._fused.loops"))?.as_ptr().cast_const().cast(),
        None => null::<Loops>(),
    };
    FUSED.store(table.cast_mut(), Release);
    Ok(())
}

unsafe extern "C" fn unary_at<T: Real, const SITE: usize, const F: usize>(
    args: *mut *mut c_char,
    dimensions: *mut npy_intp,
    steps: *mut npy_intp,
    data: *mut c_void,
) {
    let apply = |n, [(x, x_step)]: [_; 1], (out, step): (*mut c_char, isize)| {
        let x: *mut c_char = x;
        let f = Unary::NAMES[F].1;
        let apply = fused().and_then(|loops| loops.unary::<T>(f)).unwrap_or(math::unary_loop::<T>(f, Path::Simd));
        // SAFETY: NumPy's call; `elementwise` has checked how the operands lie.
        unsafe { apply(n, x.cast(), x_step, out.cast(), step) }
    };
    // SAFETY: NumPy's call, passed on.
    unsafe { elementwise::<T, 1>(&UNARY[SITE], args, dimensions, steps, data, apply) }
}

unsafe extern "C" fn binary_at<T: Real, const SITE: usize, const F: usize>(
    args: *mut *mut c_char,
    dimensions: *mut npy_intp,
    steps: *mut npy_intp,
    data: *mut c_void,
) {
    let apply = |n, [(x1, step1), (x2, step2)]: [_; 2], (out, step): (*mut c_char, isize)| {
        let (x1, x2): (*mut c_char, *mut c_char) = (x1, x2);
        let f = Binary::NAMES[F].1;
        let apply = fused().and_then(|loops| loops.binary::<T>(f)).unwrap_or(math::binary_loop::<T>(f, Path::Simd));
        // SAFETY: NumPy's call; `elementwise` has checked how the operands lie.
        unsafe { apply(n, x1.cast(), step1, x2.cast(), step2, out.cast(), step) }
    };
    // SAFETY: NumPy's call, passed on.
    unsafe { elementwise::<T, 2>(&BINARY[SITE], args, dimensions, steps, data, apply) }
}

const fn site(module: &'static str, ufunc: &'static str, signature: &'static [NPY_TYPES], new: LoopFunction) -> Site {
    Site::new(ufunc, Place::Loop(Loop { module, ufunc, signature, new }))
}

const F64: &[NPY_TYPES] = &[NPY_TYPES::NPY_DOUBLE; 3];
const F32: &[NPY_TYPES] = &[NPY_TYPES::NPY_FLOAT; 3];

/// The sites of each function of `$Enum`, in its order: f64, then f32.
macro_rules! functions {
    ($at:ident, $Enum:ident, $operands:literal, $($f:literal)*) => {
        [$(
            site("numpy", $Enum::NAMES[$f].0, F64.split_at($operands + 1).0, $at::<f64, { 2 * $f }, $f>),
            site("numpy", $Enum::NAMES[$f].0, F32.split_at($operands + 1).0, $at::<f32, { 2 * $f + 1 }, $f>),
        )*]
    };
}

/// The sites of `matmul`: number, type of the elements, NumPy's name of it.
macro_rules! products {
    ($($site:literal $t:ty, $type:ident;)*) => {
        [$(site("numpy", "matmul", &[NPY_TYPES::$type; 3], matmul_at::<$t, $site>),)*]
    };
}

pub static PRODUCTS: [Site; 14] = products! {
    0 f64, NPY_DOUBLE;
    1 f32, NPY_FLOAT;
    2 Complex<f64>, NPY_CDOUBLE;
    3 Complex<f32>, NPY_CFLOAT;
    4 i8, NPY_BYTE;
    5 u8, NPY_UBYTE;
    6 i16, NPY_SHORT;
    7 u16, NPY_USHORT;
    8 i32, NPY_INT;
    9 u32, NPY_UINT;
    10 CLong, NPY_LONG;
    11 CULong, NPY_ULONG;
    12 i64, NPY_LONGLONG;
    13 u64, NPY_ULONGLONG;
};

pub static UNARY: [Site; 2 * Unary::NAMES.len()] = functions!(unary_at, Unary, 1, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14);

pub static BINARY: [Site; 2 * Binary::NAMES.len()] = functions!(binary_at, Binary, 2, 0 1 2);

/// All of them.
pub fn sites() -> impl Iterator<Item = &'static Site> {
    PRODUCTS.iter().chain(&UNARY).chain(&BINARY)
}
