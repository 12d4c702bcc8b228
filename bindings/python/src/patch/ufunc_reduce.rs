//! `reduce` of the ufuncs `minimum`, `maximum` and `add`: what `np.min`, `x.max()`, `np.sum` and `np.mean` call.

use ferrodide::stats::along::Along;
use ferrodide::stats::arg::extreme;
use ferrodide::stats::keys::Extreme;
use ferrodide::stats::reduce::{are_numbers, sum_columns};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyBool;

use super::methods::{Call, UFUNC, methods};
use super::reducing::{Answer, WARNS, absent, reduction};
use super::{CLong, Declined, from};
use crate::array::{Array, Kind, NewArray, glance};
use crate::by_kind;

methods! {
    REDUCE: fast_with_keywords "reduce" UFUNC, "reduce" => reduce, unless numpys;
}

/// Fewer elements NumPy reduces in the time that a look at the call takes.
const REDUCE_FROM: usize = 4096;

/// The ufuncs, and what stands for a value that is not given.
struct Known {
    minimum: Py<PyAny>,
    maximum: Py<PyAny>,
    add: Py<PyAny>,
    no_value: Py<PyAny>,
}

fn known(py: Python<'_>) -> PyResult<&Known> {
    static KNOWN: PyOnceLock<Known> = PyOnceLock::new();
    KNOWN.get_or_try_init(py, || {
        let numpy = py.import("numpy")?;
        let get = |name: &str| numpy.getattr(name).map(Bound::unbind);
        Ok(Known { minimum: get("minimum")?, maximum: get("maximum")?, add: get("add")?, no_value: get("_NoValue")? })
    })
}

/// Whether NumPy reduces it, at a glance: what is short, and sums of all.
unsafe fn numpys(py: Python<'_>, _: *mut ffi::PyObject, values: &[*mut ffi::PyObject]) -> Option<Declined> {
    let &[array, ref others @ ..] = values else { return Some(Declined::Arguments) };
    // SAFETY: Python's call.
    let Some((_, size, ndim)) = (unsafe { glance(py, array) }) else { return Some(Declined::Operands) };
    if size < from(REDUCE_FROM) {
        return Some(Declined::Short);
    }
    (ndim > 2 || others.is_empty()).then_some(Declined::Operands)
}

/// `ufunc.reduce(array, axis, dtype, out, keepdims, initial, where)`.
fn reduce<'py>(call: &Call<'_, 'py>) -> Answer<'py> {
    let known = known(call.py)?;
    let this = call.this();
    let which = if this.is(&known.minimum) {
        Some(Extreme::Least)
    } else if this.is(&known.maximum) {
        Some(Extreme::Most)
    } else if this.is(&known.add) {
        None
    } else {
        return Err(Declined::Operands);
    };
    let [a, axis, dtype, out, keepdims, initial, place] =
        call.arguments(["array", "axis", "dtype", "out", "keepdims", "initial", "where"])?;
    let everywhere = place.is_none_or(|place| place.is(PyBool::new(call.py, true)));
    // Where no axis is given it is the first.
    if !absent([dtype, out]) || !everywhere || initial.is_some_and(|x| !x.is(&known.no_value)) || axis.is_none() {
        return Err(Declined::Arguments);
    }
    let a = a.ok_or(Declined::Arguments)?;
    let a = Array::any(&a).ok_or(Declined::Operands)?;
    let reduction = reduction(&a, axis, keepdims)?;
    let Some(which) = which else {
        // Sums of a lane are pairwise; shorter integers than C's long are summed as such.
        if matches!(reduction.along, Along::Rows(_)) {
            return Err(Declined::Strides);
        }
        if a.kind().itemsize() < size_of::<CLong>() && a.kind() != Kind::F32 {
            return Err(Declined::Dtype);
        }
        let mut out = NewArray::of_type(call.py, a.type_num(), &reduction.shape[..reduction.ndim])?;
        return by_kind!(summed a.kind(), T => {
            // SAFETY: T is as wide as its dtype, and its sums have the same bits.
            let a = unsafe { a.slice::<T>() }.ok_or(Declined::Strides)?;
            call.start(a.len());
            // SAFETY: of the same dtype.
            let slots = unsafe { out.slice_mut::<T>() };
            sum_columns(a, slots)?;
            if WARNS && !are_numbers(slots) {
                return Err(Declined::Operands);
            }
            Ok(out.into_result()?)
        }, else Err(Declined::Dtype));
    };
    let mut out = NewArray::of_type(call.py, a.type_num(), &reduction.shape[..reduction.ndim])?;
    by_kind!(ranked a.kind(), T => {
        // SAFETY: T is its dtype.
        let a = unsafe { a.slice::<T>() }.ok_or(Declined::Strides)?;
        call.start(a.len());
        // SAFETY: of the same dtype.
        extreme(a, which, reduction.along, unsafe { out.slice_mut::<T>() })?;
        Ok(out.into_result()?)
    }, else Err(Declined::Dtype))
}
