//! Reductions: of everything, or along an axis of a matrix in C order.

use ferrodide::stats::along::{Along, Moment, Truth, are_finite};
use ferrodide::stats::arg::{arg, ptp_columns, short_row};
use ferrodide::stats::cumulative::{cumsum, cumsum_columns};
use ferrodide::stats::keys::Extreme;
use ferrodide::stats::truths::{count, count_columns, truth_columns};
use ferrodide::stats::{along, reduce};
use ferrodide::view::normalize_axis;
use numpy::npyffi::NPY_TYPES;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyBool;

use super::functions::functions;
use super::methods::{Call, methods};
use super::{CLong, Declined, from};
use crate::array::{Array, INTP, Kind, NewArray, float_type, glance, scalar};
use crate::by_kind;

/// Whether NumPy warns of sums and differences that overflow, or are no number: WebAssembly does not tell it.
pub const WARNS: bool = cfg!(not(target_family = "wasm"));

pub type Argument<'a, 'py> = Option<Borrowed<'a, 'py, PyAny>>;
pub type Answer<'py> = Result<Bound<'py, PyAny>, Declined>;

functions! {
    VAR: "var" "numpy._core._methods", "_var" => |call| var(call, false);
    STD: "std" "numpy._core._methods", "_std" => |call| var(call, true);
    PTP: "ptp" "numpy._core._methods", "_ptp" => ptp;
    ANY: "any" "numpy", "any" => |call| any_or_all(call, Truth::Any);
    ALL: "all" "numpy", "all" => |call| any_or_all(call, Truth::All);
    NANSUM: "nansum" "numpy", "nansum" => |call| of_numbers(call, Moment::NanSum);
    NANMEAN: "nanmean" "numpy", "nanmean" => |call| of_numbers(call, Moment::NanMean);
    COUNT_ALONG: "count_nonzero" "numpy", "count_nonzero" => count_along;
}

methods! {
    VAR_METHOD: fast_with_keywords "var" None, "var" => |call| var_method(call, false);
    STD_METHOD: fast_with_keywords "std" None, "std" => |call| var_method(call, true);
    COUNT_NONZERO: fast "count_nonzero" Some("numpy._core._multiarray_umath"), "count_nonzero" => count_nonzero, unless few;
    ARGMIN: fast_with_keywords "argmin" None, "argmin" => |call| argument(call, Extreme::Least), unless short;
    ARGMAX: fast_with_keywords "argmax" None, "argmax" => |call| argument(call, Extreme::Most), unless short;
    CUMSUM: tuple_with_keywords "cumsum" None, "cumsum" => running_sum;
}

/// Along what, and the shape of the result.
pub struct Reduction {
    pub along: Along,
    pub shape: [usize; 2],
    pub ndim: usize,
    /// How many elements go into one result.
    count: usize,
}

/// Of arrays of one or two dimensions; NumPy warns of empty ones.
pub fn reduction(
    array: &Array<'_, '_>,
    axis: Argument<'_, '_>,
    keepdims: Argument<'_, '_>,
) -> Result<Reduction, Declined> {
    let keepdims = keepdims.map_or(Ok(false), |keepdims| keepdims.extract::<bool>());
    let (whole, keepdims) = (array.shape(), keepdims.map_err(|_| Declined::Arguments)?);
    let size = array.size();
    if size == 0 || !(1..=2).contains(&whole.len()) {
        return Err(Declined::Operands);
    }
    let axis = match axis.filter(|axis| !axis.is_none()) {
        None => None,
        // A method of NumPy's may take no bool for one.
        Some(axis) if axis.is_instance_of::<PyBool>() => return Err(Declined::Arguments),
        Some(axis) => {
            let axis = axis.extract::<isize>().map_err(|_| Declined::Arguments)?;
            Some(normalize_axis(axis, whole.len())?)
        }
    };
    let last = whole.len() - 1;
    let (along, count) = match axis {
        None => (Along::Rows(size), size),
        Some(axis) if axis == last => (Along::Rows(whole[last]), whole[last]),
        Some(axis) => (Along::Columns, whole[axis]),
    };
    let (mut shape, mut ndim) = ([1; 2], 0);
    for (i, &n) in whole.iter().enumerate() {
        let reduced = axis.is_none_or(|axis| axis == i);
        if !reduced || keepdims {
            shape[ndim] = if reduced { 1 } else { n };
            ndim += 1;
        }
    }
    Ok(Reduction { along, shape, ndim, count })
}

/// Whether all of these are not given, or `None`.
pub fn absent<const N: usize>(arguments: [Argument<'_, '_>; N]) -> bool {
    arguments.iter().all(|argument| argument.is_none_or(|argument| argument.is_none()))
}

fn var<'py>(call: &Call<'_, 'py>, root: bool) -> Answer<'py> {
    let [a, axis, dtype, out, ddof, keepdims] = call.arguments(["a", "axis", "dtype", "out", "ddof", "keepdims"])?;
    if !absent([dtype, out]) {
        return Err(Declined::Arguments);
    }
    spread(call, a, [axis, ddof, keepdims], root)
}

fn var_method<'py>(call: &Call<'_, 'py>, root: bool) -> Answer<'py> {
    let [axis, dtype, out, ddof, keepdims] = call.arguments(["axis", "dtype", "out", "ddof", "keepdims"])?;
    if !absent([dtype, out]) {
        return Err(Declined::Arguments);
    }
    spread(call, Some(call.this()), [axis, ddof, keepdims], root)
}

/// `var`, or its root.
fn spread<'py>(
    call: &Call<'_, 'py>,
    a: Argument<'_, 'py>,
    [axis, ddof, keepdims]: [Argument<'_, 'py>; 3],
    root: bool,
) -> Answer<'py> {
    let a = a.ok_or(Declined::Arguments)?;
    let a = Array::any(&a).ok_or(Declined::Operands)?;
    let reduction = reduction(&a, axis, keepdims)?;
    let ddof = ddof.map_or(Ok(0.0), |ddof| ddof.extract::<f64>()).map_err(|_| Declined::Arguments)?;
    // NumPy warns of no degrees of freedom.
    if ddof.is_nan() || ddof >= reduction.count as f64 {
        return Err(Declined::Arguments);
    }
    let moment = if root { Moment::Std { ddof } } else { Moment::Var { ddof } };
    moments(call, &a, &reduction, moment)
}

/// `nansum` and `nanmean`.
fn of_numbers<'py>(call: &Call<'_, 'py>, moment: Moment) -> Answer<'py> {
    let [a, axis, dtype, out, keepdims] = call.arguments(["a", "axis", "dtype", "out", "keepdims"])?;
    if !absent([dtype, out]) {
        return Err(Declined::Arguments);
    }
    let a = a.ok_or(Declined::Arguments)?;
    let a = Array::any(&a).ok_or(Declined::Operands)?;
    // Integers have no NaN, and NumPy sums them as integers.
    if !matches!(a.kind(), Kind::F32 | Kind::F64) {
        return Err(Declined::Dtype);
    }
    moments(call, &a, &reduction(&a, axis, keepdims)?, moment)
}

fn moments<'py>(call: &Call<'_, 'py>, a: &Array<'_, 'py>, reduction: &Reduction, moment: Moment) -> Answer<'py> {
    let narrow = a.kind() == Kind::F32;
    by_kind!(wide a.kind(), T => {
        // SAFETY: T is its dtype.
        let a = unsafe { a.slice::<T>() }.ok_or(Declined::Strides)?;
        call.start(a.len());
        let mut out = NewArray::empty(call.py, float_type(narrow), &reduction.shape[..reduction.ndim])?;
        let finite = if narrow {
            // SAFETY: an array of float32.
            let out = unsafe { out.slice_mut::<f32>() };
            along::moment(a, moment, reduction.along, out)?;
            are_finite(out)
        } else {
            // SAFETY: an array of float64.
            let out = unsafe { out.slice_mut::<f64>() };
            along::moment(a, moment, reduction.along, out)?;
            are_finite(out)
        };
        // NumPy warns of what is NaN, and of what overflows, each in its own way.
        if finite { Ok(out.into_result()?) } else { Err(Declined::Operands) }
    }, else Err(Declined::Dtype))
}

fn any_or_all<'py>(call: &Call<'_, 'py>, truth: Truth) -> Answer<'py> {
    let [a, axis, out, keepdims] = call.arguments(["a", "axis", "out", "keepdims"])?;
    if !absent([out]) {
        return Err(Declined::Arguments);
    }
    let a = a.ok_or(Declined::Arguments)?;
    let a = Array::any(&a).ok_or(Declined::Operands)?;
    let reduction = reduction(&a, axis, keepdims)?;
    by_kind!(flag a.kind(), T => {
        // SAFETY: T is as wide as its dtype, and has its zeros.
        let a = unsafe { a.slice::<T>() }.ok_or(Declined::Strides)?;
        call.start(a.len());
        if let (Along::Rows(width), 0) = (reduction.along, reduction.ndim) {
            let mut one = [0];
            along::truth(a, truth, width, &mut one)?;
            return Ok(scalar(call.py, NPY_TYPES::NPY_BOOL, one[0])?);
        }
        let mut out = NewArray::empty(call.py, NPY_TYPES::NPY_BOOL, &reduction.shape[..reduction.ndim])?;
        // SAFETY: a bool is a byte, 0 or 1.
        let slots = unsafe { out.slice_mut() };
        match reduction.along {
            Along::Rows(width) => along::truth(a, truth, width, slots)?,
            Along::Columns => truth_columns(a, truth, slots)?,
        }
        Ok(out.into_result()?)
    }, else Err(Declined::Dtype))
}

/// `numpy._core._methods._ptp`.
fn ptp<'py>(call: &Call<'_, 'py>) -> Answer<'py> {
    let [a, axis, out, keepdims] = call.arguments(["a", "axis", "out", "keepdims"])?;
    if !absent([out]) {
        return Err(Declined::Arguments);
    }
    let a = a.ok_or(Declined::Arguments)?;
    let a = Array::any(&a).ok_or(Declined::Operands)?;
    if !matches!(a.kind(), Kind::I32 | Kind::I64 | Kind::F32 | Kind::F64) {
        return Err(Declined::Dtype);
    }
    let reduction = reduction(&a, axis, keepdims)?;
    let mut out = NewArray::of_type(call.py, a.type_num(), &reduction.shape[..reduction.ndim])?;
    by_kind!(wide a.kind(), T => {
        // SAFETY: T is its dtype.
        let a = unsafe { a.slice::<T>() }.ok_or(Declined::Strides)?;
        call.start(a.len());
        // SAFETY: of the same dtype.
        let slots = unsafe { out.slice_mut::<T>() };
        match reduction.along {
            Along::Rows(width) => along::ptp(a, width, slots)?,
            Along::Columns => ptp_columns(a, slots)?,
        }
        if WARNS && !reduce::are_numbers(slots) {
            return Err(Declined::Operands);
        }
        Ok(out.into_result()?)
    }, else Err(Declined::Dtype))
}

/// Fewer elements NumPy counts in less time than it takes to look at the call.
const COUNT_FROM: usize = 24;

/// Whether there is little to count, at a glance.
unsafe fn few(py: Python<'_>, _: *mut ffi::PyObject, values: &[*mut ffi::PyObject]) -> Option<Declined> {
    // SAFETY: Python's call.
    let (_, size, _) = unsafe { glance(py, *values.first()?) }?;
    (size < from(COUNT_FROM)).then_some(Declined::Short)
}

/// `numpy._core.multiarray.count_nonzero(a)`, which `numpy.count_nonzero` calls where there is no axis.
fn count_nonzero<'py>(call: &Call<'_, 'py>) -> Answer<'py> {
    let [Some(a)] = call.arguments(["a"])? else { return Err(Declined::Arguments) };
    let a = Array::any(&a).ok_or(Declined::Operands)?;
    by_kind!(flag a.kind(), T => {
        // SAFETY: T is as wide as its dtype, and has its zeros.
        let a = unsafe { a.slice::<T>() }.ok_or(Declined::Strides)?;
        call.start(a.len());
        Ok(scalar(call.py, INTP, count(a) as isize)?)
    }, else Err(Declined::Dtype))
}

/// `numpy.count_nonzero(a, axis, keepdims)`.
fn count_along<'py>(call: &Call<'_, 'py>) -> Answer<'py> {
    let [a, axis, keepdims] = call.arguments(["a", "axis", "keepdims"])?;
    let a = a.ok_or(Declined::Arguments)?;
    if call.positional().len() > 2 {
        return Err(Declined::Arguments);
    }
    let a = Array::any(&a).ok_or(Declined::Operands)?;
    let reduction = reduction(&a, axis, keepdims)?;
    by_kind!(flag a.kind(), T => {
        // SAFETY: T is as wide as its dtype, and has its zeros.
        let a = unsafe { a.slice::<T>() }.ok_or(Declined::Strides)?;
        call.start(a.len());
        if let (Along::Rows(_), 0) = (reduction.along, reduction.ndim) {
            return Ok(scalar(call.py, INTP, count(a) as isize)?);
        }
        let mut out = NewArray::empty(call.py, INTP, &reduction.shape[..reduction.ndim])?;
        // SAFETY: an array of intp.
        let slots = unsafe { out.slice_mut::<isize>() };
        match reduction.along {
            Along::Rows(width) => reduce::rows(a, width, slots, |row| count(row) as isize)?,
            Along::Columns => count_columns(a, slots)?,
        }
        Ok(out.into_result()?)
    }, else Err(Declined::Dtype))
}

/// Fewer elements NumPy has gone through in the time that a look at the call takes.
const ARG_FROM: usize = 256;
/// Of a matrix, whose rows may be too short for the kernel.
const ARG_ROWS_FROM: usize = 2500;

/// Whether `argmin` or `argmax` has little to do, at a glance.
unsafe fn short(py: Python<'_>, this: *mut ffi::PyObject, _: &[*mut ffi::PyObject]) -> Option<Declined> {
    // SAFETY: Python's call.
    let (_, size, ndim) = unsafe { glance(py, this) }?;
    (size < from(if ndim == 1 { ARG_FROM } else { ARG_ROWS_FROM })).then_some(Declined::Short)
}

/// `a.argmin(axis, out, keepdims)` and `a.argmax`.
fn argument<'py>(call: &Call<'_, 'py>, which: Extreme) -> Answer<'py> {
    let [axis, out, keepdims] = call.arguments(["axis", "out", "keepdims"])?;
    if !absent([out]) || call.positional().len() > 2 {
        return Err(Declined::Arguments);
    }
    let this = call.this();
    let a = Array::any(&this).ok_or(Declined::Operands)?;
    let reduction = reduction(&a, axis, keepdims)?;
    by_kind!(ranked a.kind(), T => {
        if matches!(reduction.along, Along::Rows(width) if width < a.size() && width < from(short_row::<T>())) {
            return Err(Declined::Short);
        }
        // SAFETY: T is its dtype.
        let a = unsafe { a.slice::<T>() }.ok_or(Declined::Strides)?;
        call.start(a.len());
        if reduction.ndim == 0 {
            let mut one = [0];
            arg(a, which, Along::Rows(a.len()), &mut one)?;
            return Ok(scalar(call.py, INTP, one[0])?);
        }
        let mut out = NewArray::empty(call.py, INTP, &reduction.shape[..reduction.ndim])?;
        // SAFETY: an array of intp.
        arg(a, which, reduction.along, unsafe { out.slice_mut() })?;
        Ok(out.into_result()?)
    }, else Err(Declined::Dtype))
}

/// `a.cumsum(axis, dtype, out)`.
fn running_sum<'py>(call: &Call<'_, 'py>) -> Answer<'py> {
    let [axis, dtype, out] = call.arguments(["axis", "dtype", "out"])?;
    if !absent([dtype, out]) {
        return Err(Declined::Arguments);
    }
    let this = call.this();
    let a = Array::any(&this).ok_or(Declined::Operands)?;
    // Shorter integers than C's long NumPy sums as such.
    if a.kind().itemsize() < size_of::<CLong>() && a.kind() != Kind::F32 {
        return Err(Declined::Dtype);
    }
    let flat = axis.is_none_or(|axis| axis.is_none());
    let Reduction { along, count, .. } = reduction(&a, axis, None)?;
    let (size, whole) = ([a.size()], a.shape());
    let mut out = NewArray::of_type(call.py, a.type_num(), if flat { &size } else { whole })?;
    by_kind!(summed a.kind(), T => {
        // SAFETY: T is as wide as its dtype, and its sums have the same bits.
        let a = unsafe { a.slice::<T>() }.ok_or(Declined::Strides)?;
        call.start(a.len());
        // SAFETY: of the same dtype.
        let slots = unsafe { out.slice_mut::<T>() };
        let finite = match along {
            Along::Rows(width) => cumsum(a, width, slots),
            Along::Columns => cumsum_columns(a, a.len() / count, slots),
        }?;
        if WARNS && !finite {
            return Err(Declined::Operands);
        }
        Ok(out.into_array())
    }, else Err(Declined::Dtype))
}
