//! `correlate`, and `convolve`, which is one with the second operand reversed.

use ferrodide::signal::{self, Mode};
use pyo3::ffi;
use pyo3::prelude::*;

use super::methods::{Call, MULTIARRAY, methods};
use super::searching::promoted;
use super::{Declined, from};
use crate::array::{Array, Kind, NewArray, contiguous, glance};
use crate::by_kind;

methods! {
    CONVOLVE: fast_with_keywords "convolve" MULTIARRAY, "correlate" => convolve, unless short;
    CORRELATE: fast_with_keywords "correlate" MULTIARRAY, "correlate2" => correlate, unless short;
}

/// Fewer products are NumPy's.
const PRODUCTS_FROM: usize = 32;
/// Floats with fewer taps are, too: it takes as long to make them doubles.
const FLOAT_TAPS_FROM: usize = 4;

/// Whether there are few products, at a glance.
unsafe fn short(py: Python<'_>, _: *mut ffi::PyObject, values: &[*mut ffi::PyObject]) -> Option<Declined> {
    let [a, v, ..] = *values else { return None };
    // SAFETY: Python's call.
    let ((_, n, _), (_, m, _)) = unsafe { (glance(py, a)?, glance(py, v)?) };
    (n.saturating_mul(m) < from(PRODUCTS_FROM)).then_some(Declined::Short)
}

/// `correlate(a, v, mode)` as `numpy.convolve` calls it: with the longer operand first.
fn convolve<'py>(call: &Call<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined> {
    sliding(call, false)
}

/// `correlate2(a, v, mode)`, which is `numpy.correlate`.
fn correlate<'py>(call: &Call<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined> {
    sliding(call, true)
}

fn sliding<'py>(call: &Call<'_, 'py>, any_order: bool) -> Result<Bound<'py, PyAny>, Declined> {
    let [a, v, mode] = call.arguments(["a", "v", "mode"])?;
    let mode = match mode.map(|mode| mode.extract::<&str>()) {
        None | Some(Ok("valid")) => Mode::Valid,
        Some(Ok("same")) => Mode::Same,
        Some(Ok("full")) => Mode::Full,
        _ => return Err(Declined::Arguments),
    };
    let (Some(a), Some(v)) = (a, v) else { return Err(Declined::Arguments) };
    let (Some(x), Some(y)) = (Array::any(&a), Array::any(&v)) else { return Err(Declined::Operands) };
    let (n, m) = (x.size(), y.size());
    if x.ndim() != 1 || y.ndim() != 1 || n == 0 || m == 0 || (n < m && !any_order) {
        return Err(Declined::Operands);
    }
    let floats = x.kind() == Kind::F32 && y.kind() == Kind::F32;
    if floats && n.min(m) < from(FLOAT_TAPS_FROM) {
        return Err(Declined::Short);
    }
    call.start(n.max(m));
    let dtype = promoted(&a, &v)?;
    let (a, v) = (contiguous(&a, Some(dtype))?, contiguous(&v, Some(dtype))?);
    let (Some(a), Some(v)) = (Array::any(&a), Array::any(&v)) else { return Err(Declined::Operands) };
    let mut out = NewArray::of_type(call.py, dtype, &[mode.len(n, m)])?;
    macro_rules! by {
        ($name:ident, $kernel:path) => {
            by_kind!($name a.kind(), T => {
                // SAFETY: T is the dtype of all three.
                match unsafe { (a.slice::<T>(), v.slice::<T>(), out.slice_mut()) } {
                    (Some(a), Some(v), out) => $kernel(a, v, mode, out)?,
                    _ => return Err(Declined::Strides),
                }
            }, else return Err(Declined::Dtype))
        };
    }
    match a.kind() {
        Kind::F32 | Kind::F64 => by!(float, signal::correlate),
        _ => by!(integer, signal::correlate_whole),
    }
    Ok(out.into_array())
}
