//! Searching and counting: `searchsorted` (and `digitize` through it), `interp`, `bincount`.

use std::ffi::c_int;

use ferrodide::binning;
use ferrodide::search::{self, Side};
use numpy::PY_ARRAY_API;
use numpy::npyffi::types::NPY_TYPES;
use numpy::npyffi::{PyArray_Descr, PyArrayObject};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt};

use super::methods::{Call, MULTIARRAY, methods};
use super::moving::is_contiguous;
use super::{Declined, from};
use crate::array::{Array, INTP, Kind, NewArray, contiguous, glance};
use crate::by_kind;

methods! {
    SEARCHSORTED: fast_with_keywords "searchsorted" None, "searchsorted" => searchsorted, unless few_queries;
    INTERP: fast_with_keywords "interp" MULTIARRAY, "interp" => interp, unless few_points;
    BINCOUNT: fast_with_keywords "bincount" MULTIARRAY, "bincount" => bincount;
}

/// NumPy copies no array that is so many times as long as the queries.
const COPY_FOR: usize = 4;

/// The dtype that NumPy promotes two to, by its number.
pub fn promoted(one: &Bound<'_, PyAny>, other: &Bound<'_, PyAny>) -> Result<c_int, Declined> {
    let py = one.py();
    // SAFETY: the caller knows both to be arrays; a null return carries an exception, which nobody needs.
    unsafe {
        let [one, other] = [one, other].map(|each| (*each.as_ptr().cast::<PyArrayObject>()).fields.descr);
        let descr: *mut PyArray_Descr = PY_ARRAY_API.PyArray_PromoteTypes(py, one, other);
        if descr.is_null() {
            ffi::PyErr_Clear();
            return Err(Declined::Dtype);
        }
        let number = (*descr).fields.type_num;
        ffi::Py_DECREF(descr.cast());
        Ok(number)
    }
}

/// A dtype that is searched, in which all numbers of another are themselves; by its number.
fn searched(number: c_int) -> Option<c_int> {
    use NPY_TYPES::*;
    let wide = match Kind::of(number)? {
        Kind::F64 => NPY_DOUBLE,
        Kind::F32 => NPY_FLOAT,
        Kind::U64 => NPY_ULONGLONG,
        Kind::I64 | Kind::U32 => NPY_LONGLONG,
        Kind::I32 | Kind::U16 | Kind::I16 | Kind::U8 | Kind::I8 | Kind::Bool => NPY_INT,
        Kind::C64 | Kind::C128 => return None,
    };
    Some(wide as c_int)
}

/// Fewer queries are NumPy's, and fewer of those that have to be made of another dtype first.
const QUERIES_FROM: usize = 4;
const CONVERTED_FROM: usize = 64;

/// Whether `this.searchsorted(...)` is NumPy's at a glance.
unsafe fn few_queries(py: Python<'_>, this: *mut ffi::PyObject, values: &[*mut ffi::PyObject]) -> Option<Declined> {
    // SAFETY: Python's call.
    let (a, v) = unsafe { (glance(py, this), glance(py, *values.first()?)) };
    let (Some((kind, size, _)), Some((other, queries, _))) = (a, v) else { return Some(Declined::Operands) };
    let as_it_is = kind == other && searched(kind).and_then(Kind::of) == Kind::of(kind);
    let least = if as_it_is { QUERIES_FROM } else { CONVERTED_FROM };
    (queries < from(least.max(size / LOOK_FOR))).then_some(Declined::Short)
}

/// `a.searchsorted(v, side)`.
fn searchsorted<'py>(call: &Call<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined> {
    let [v, side, sorter] = call.arguments(["v", "side", "sorter"])?;
    let side = match side.map(|side| side.extract::<&str>()) {
        None | Some(Ok("left")) => Side::Left,
        Some(Ok("right")) => Side::Right,
        _ => return Err(Declined::Arguments),
    };
    if sorter.is_some_and(|sorter| !sorter.is_none()) {
        return Err(Declined::Arguments);
    }
    let (this, v) = (call.this(), v.ok_or(Declined::Arguments)?);
    let queries = Array::any(&v).ok_or(Declined::Operands)?;
    let a = Array::any(&this).ok_or(Declined::Operands)?;
    if a.ndim() != 1 {
        return Err(Declined::Operands);
    }
    call.start(queries.size());
    let common = if a.type_num() == queries.type_num() { a.type_num() } else { promoted(&this, &v)? };
    let dtype = searched(common).ok_or(Declined::Dtype)?;
    let as_it_is = Kind::of(dtype) == Some(a.kind()) && is_contiguous(&this);
    if !as_it_is && a.size() / COPY_FOR > queries.size() {
        return Err(Declined::Strides);
    }
    let mut out = NewArray::empty(call.py, INTP, queries.shape())?;
    let (a, v) = (contiguous(&this, Some(dtype))?, contiguous(&v, Some(dtype))?);
    let (Some(a), Some(v)) = (Array::any(&a), Array::any(&v)) else { return Err(Declined::Operands) };
    by_kind!(searched a.kind(), T => {
        // SAFETY: T is the dtype of both; isize is NumPy's intp.
        match unsafe { (a.slice::<T>(), v.slice::<T>(), out.slice_mut()) } {
            // Of what is not sorted the answers are NumPy's own.
            (Some(a), _, _) if !search::is_sorted(a) => return Err(Declined::Operands),
            (Some(a), Some(v), out) => search::searchsorted(a, v, side, out)?,
            _ => return Err(Declined::Strides),
        }
    }, else return Err(Declined::Dtype));
    Ok(out.into_result()?)
}

/// An array of real numbers as doubles, in C order.
fn doubles<'py>(array: &Bound<'py, PyAny>) -> Result<Bound<'py, PyAny>, Declined> {
    match Array::any(array).ok_or(Declined::Operands)? {
        known if known.kind() == Kind::F64 && known.is_contiguous() => Ok(array.clone()),
        known if matches!(known.kind(), Kind::C64 | Kind::C128) => Err(Declined::Dtype),
        _ => Ok(contiguous(array, Some(NPY_TYPES::NPY_DOUBLE as c_int))?),
    }
}

/// A number that is one without asking it, or nothing for `None`.
fn number(value: Option<Borrowed<'_, '_, PyAny>>) -> Result<Option<f64>, Declined> {
    let Some(value) = value.filter(|value| !value.is_none()) else { return Ok(None) };
    if !value.is_instance_of::<PyFloat>() && !value.is_exact_instance_of::<PyInt>() {
        return Err(Declined::Arguments);
    }
    value.extract().map(Some).map_err(|_| Declined::Arguments)
}

/// For fewer queries than one for so many elements it takes too long to look whether these are sorted.
const LOOK_FOR: usize = 8;

/// Fewer points are NumPy's.
const POINTS_FROM: usize = 32;

/// Whether NumPy, going along from point to point, is as fast: of two arrays that lie as a kernel takes them.
unsafe fn is_in_step(py: Python<'_>, x: *mut ffi::PyObject, xp: *mut ffi::PyObject) -> bool {
    // SAFETY: live objects; all are doubles.
    unsafe {
        let (x, xp) = (Borrowed::from_ptr(py, x), Borrowed::from_ptr(py, xp));
        let doubles = |array: &Array<'_, '_>| array.kind() == Kind::F64 && array.is_contiguous();
        match (Array::any(&x).filter(doubles), Array::any(&xp).filter(doubles)) {
            (Some(x), Some(xp)) => x.slice().zip(xp.slice()).is_some_and(|(x, xp)| search::in_step(x, xp)),
            _ => false,
        }
    }
}

/// Whether there are few points to interpolate at, at a glance.
unsafe fn few_points(py: Python<'_>, _: *mut ffi::PyObject, values: &[*mut ffi::PyObject]) -> Option<Declined> {
    let [x, xp, ..] = *values else { return None };
    // SAFETY: Python's call.
    let (Some((_, n, _)), known) = (unsafe { (glance(py, x), glance(py, xp)) }) else {
        return Some(Declined::Operands);
    };
    let known = known.map_or(0, |(_, known, _)| known);
    if n < from(POINTS_FROM.max(known / LOOK_FOR)) {
        return Some(Declined::Short);
    }
    // SAFETY: Python's call.
    (from(1) > 0 && unsafe { is_in_step(py, x, xp) }).then_some(Declined::Ordered)
}

/// `interp(x, xp, fp, left, right)`.
fn interp<'py>(call: &Call<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined> {
    let [x, xp, fp, left, right] = call.arguments(["x", "xp", "fp", "left", "right"])?;
    let (Some(x), Some(xp), Some(fp)) = (x, xp, fp) else { return Err(Declined::Arguments) };
    let size = Array::any(&x).ok_or(Declined::Operands)?.size();
    let (left, right) = (number(left)?, number(right)?);
    call.start(size);
    let (x, xp, fp) = (doubles(&x)?, doubles(&xp)?, doubles(&fp)?);
    let (Some(x), Some(xp), Some(fp)) = (Array::any(&x), Array::any(&xp), Array::any(&fp)) else {
        return Err(Declined::Operands);
    };
    if xp.ndim() != 1 || xp.size() == 0 || xp.shape() != fp.shape() {
        return Err(Declined::Operands);
    }
    let shape = x.shape();
    // SAFETY: all are doubles.
    let (Some(x), Some(xp), Some(fp)) = (unsafe { (x.slice(), xp.slice(), fp.slice()) }) else {
        return Err(Declined::Strides);
    };
    // NumPy goes along from point to point as fast.
    if from(1) > 0 && search::in_step(x, xp) {
        return Err(Declined::Ordered);
    }
    // It may be longer than it looked: as a list.
    if size < from(xp.len() / LOOK_FOR) {
        return Err(Declined::Short);
    }
    if !search::is_sorted(xp) {
        return Err(Declined::Operands);
    }
    let mut out = NewArray::empty(call.py, NPY_TYPES::NPY_DOUBLE, shape)?;
    // SAFETY: doubles.
    search::interp(x, xp, fp, left, right, unsafe { out.slice_mut() })?;
    Ok(out.into_result()?)
}

/// `values`, and zeros after them.
fn fill<T: Copy + Default>(values: &[T], slots: &mut [T]) {
    let (first, rest) = slots.split_at_mut(values.len());
    first.copy_from_slice(values);
    rest.fill(T::default());
}

/// `bincount(list, weights, minlength)`.
fn bincount<'py>(call: &Call<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined> {
    let [list, weights, minlength] = call.arguments(["list", "weights", "minlength"])?;
    let list = list.ok_or(Declined::Arguments)?;
    let numbers = Array::any(&list).ok_or(Declined::Operands)?;
    if numbers.ndim() != 1 || numbers.size() == 0 {
        return Err(Declined::Operands);
    }
    let minlength = match minlength {
        None => 0,
        Some(n) => n
            .cast_exact::<PyInt>()
            .map_err(|_| Declined::Arguments)?
            .extract::<usize>()
            .map_err(|_| Declined::Arguments)?,
    };
    call.start(numbers.size());
    let weights = weights.filter(|weights| !weights.is_none()).map(|weights| doubles(&weights)).transpose()?;
    let list = contiguous(&list, None)?;
    let Some(list) = Array::any(&list) else { return Err(Declined::Operands) };
    by_kind!(counted list.kind(), T => {
        // SAFETY: T is their dtype; a bool is a byte.
        let Some(list) = (unsafe { list.slice::<T>() }) else { return Err(Declined::Strides) };
        let Some(weights) = &weights else {
            if let Some(counts) = binning::bincount_few(list)? {
                let len = counts.iter().rposition(|&count| count > 0).map_or(0, |last| last + 1);
                let mut out = NewArray::empty(call.py, INTP, &[len.max(minlength)])?;
                // SAFETY: isize is NumPy's intp.
                fill(&counts[..len], unsafe { out.slice_mut() });
                return Ok(out.into_array());
            }
            let len = binning::bincount_length(list, minlength)?;
            let mut out = NewArray::empty(call.py, INTP, &[len])?;
            // SAFETY: isize is NumPy's intp.
            binning::bincount(list, unsafe { out.slice_mut() })?;
            return Ok(out.into_array());
        };
        let weights = Array::any(weights).filter(|weights| weights.ndim() == 1).ok_or(Declined::Operands)?;
        // SAFETY: `doubles` made them.
        let weights = unsafe { weights.slice() }.ok_or(Declined::Strides)?;
        if let Some((sums, len)) = binning::bincount_weighted_few(list, weights)? {
            let mut out = NewArray::empty(call.py, NPY_TYPES::NPY_DOUBLE, &[len.max(minlength)])?;
            // SAFETY: doubles.
            fill(&sums[..len], unsafe { out.slice_mut() });
            return Ok(out.into_array());
        }
        let len = binning::bincount_length(list, minlength)?;
        let mut out = NewArray::empty(call.py, NPY_TYPES::NPY_DOUBLE, &[len])?;
        // SAFETY: doubles.
        binning::bincount_weighted(list, weights, unsafe { out.slice_mut() })?;
        Ok(out.into_array())
    }, else Err(Declined::Dtype))
}
