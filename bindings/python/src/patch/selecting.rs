//! Selecting: `partition`, `argpartition`, and what NumPy builds on them (`np.percentile`,
//! `np.quantile`).

use ferrodide::memory::try_with_capacity;
use ferrodide::sort;
use ferrodide::view::{ViewMut, normalize_axis};
use numpy::npyffi::{NpyTypes, get_type_object};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyList, PyTuple};

use super::methods::{Call, methods};
use super::{Declined, from};
use crate::array::{Array, INTP, Kind, NewArray, glance};
use crate::by_kind;

methods! {
    PARTITION: fast_with_keywords "partition" None, "partition" => partition, unless short;
    ARGPARTITION: fast_with_keywords "argpartition" None, "argpartition" => argpartition, unless short;
}

/// Lanes of fewer elements go to NumPy's own function, which is as fast there: on one array over
/// and over, which flatters its branches.
const PARTITION_FROM: usize = 1 << 15;
/// As many values as 16 bits have are counted, which takes longer for few.
const PARTITION_16_FROM: usize = 1 << 17;

type Argument<'a, 'py> = Option<Borrowed<'a, 'py, PyAny>>;

/// Whether NumPy is asked for nothing but the one kind of selection that it has.
fn plain(kind: Argument<'_, '_>, order: Argument<'_, '_>) -> bool {
    order.is_none_or(|order| order.is_none())
        && kind.is_none_or(|kind| kind.extract::<&str>().is_ok_and(|kind| kind == "introselect"))
}

/// `axis`, of an array with so many axes.
fn axis_of(axis: Argument<'_, '_>, ndim: usize) -> Result<usize, Declined> {
    let axis = match axis {
        None => -1,
        Some(axis) if axis.is_exact_instance_of::<PyInt>() => axis.extract().map_err(|_| Declined::Arguments)?,
        Some(_) => return Err(Declined::Arguments),
    };
    Ok(normalize_axis(axis, ndim)?)
}

/// The ranks in a lane of `n` elements that `kth` stands for: an integer, a list or tuple of
/// them, or an array of one dimension at most.
fn ranks(kth: Argument<'_, '_>, n: usize) -> Result<Vec<usize>, Declined> {
    let kth = kth.ok_or(Declined::Arguments)?;
    let integer = |k: &Bound<'_, PyAny>| match is_integer(k) {
        true => k.extract::<isize>().map_err(|_| Declined::Arguments),
        false => Err(Declined::Arguments),
    };
    let mut all = try_with_capacity(kth.len().unwrap_or(1))?;
    if let Ok(list) = kth.cast::<PyList>() {
        for k in list.iter() {
            all.push(integer(&k)?);
        }
    } else if let Ok(tuple) = kth.cast::<PyTuple>() {
        for k in tuple.iter() {
            all.push(integer(&k)?);
        }
    } else if let Some(array) = Array::any(&kth).filter(|array| array.ndim() <= 1) {
        by_kind!(index array.kind(), T => {
            // SAFETY: T is the dtype of `array`.
            unsafe { array.view::<T>() }.extend_into(&mut all, |k| k as isize)
        }, else return Err(Declined::Arguments));
    } else {
        all.push(integer(&kth)?);
    }
    // Nothing at all is a float to NumPy.
    if all.is_empty() { Err(Declined::Arguments) } else { Ok(sort::ranks_of(n, &all)?) }
}

/// Whether this is an integer of Python's or NumPy's, and no boolean.
fn is_integer(k: &Bound<'_, PyAny>) -> bool {
    // SAFETY: a live object, and a type of NumPy's, which lives for ever.
    k.is_exact_instance_of::<PyInt>()
        || unsafe { ffi::PyObject_TypeCheck(k.as_ptr(), get_type_object(k.py(), NpyTypes::PyIntegerArrType_Type)) != 0 }
}

/// Whether no two elements share memory, as far as the strides show it.
fn is_apart(array: &Array<'_, '_>) -> bool {
    let (mut axes, mut used) = ([(0, 0); ferrodide::view::MAX_NDIM], 0);
    for (&n, stride) in array.shape().iter().zip(array.strides()).filter(|(n, _)| **n > 1) {
        axes[used] = (stride.unsigned_abs(), n);
        used += 1;
    }
    axes[..used].sort_unstable();
    let mut extent = array.kind().itemsize();
    axes[..used].iter().all(|&(stride, n)| {
        let apart = stride >= extent;
        extent += stride.saturating_mul(n - 1);
        apart
    })
}

/// The least lane that is served.
fn least(kind: Kind) -> usize {
    from(if kind.itemsize() == 2 { PARTITION_16_FROM } else { PARTITION_FROM })
}

/// Whether the whole array is shorter than a lane has to be, at a glance: the arguments need no look then.
unsafe fn short(py: Python<'_>, this: *mut ffi::PyObject, _: &[*mut ffi::PyObject]) -> Option<Declined> {
    // SAFETY: Python's call of a method of arrays.
    let (kind, size, _) = unsafe { glance(py, this) }?;
    Kind::of(kind).filter(|kind| size < least(*kind)).map(|_| Declined::Short)
}

/// `a.partition(kth)`, in place.
fn partition<'py>(call: &Call<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined> {
    let this = call.this();
    let Some(a) = Array::any(&this) else { return Err(Declined::Operands) };
    let [kth, axis, kind, order] = call.arguments(["kth", "axis", "kind", "order"])?;
    let axis = axis_of(axis, a.ndim())?;
    let n = a.shape()[axis];
    if n < least(a.kind()) {
        return Err(Declined::Short);
    }
    if !plain(kind, order) {
        return Err(Declined::Arguments);
    }
    if !a.is_writeable() || a.size() == 0 || !is_apart(&a) {
        return Err(Declined::Operands);
    }
    let kth = ranks(kth, n)?;
    call.start(a.size());
    by_kind!(ordered a.kind(), T => {
        // SAFETY: T is the dtype of `a`, which is writeable, with its elements apart; no other view of it is in use.
        sort::partition_along(unsafe { a.view_mut::<T>() }, axis, &kth)?
    }, else return Err(Declined::Dtype));
    Ok(call.py.None().into_bound(call.py))
}

/// `a.argpartition(kth)`.
fn argpartition<'py>(call: &Call<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined> {
    let this = call.this();
    let Some(a) = Array::any(&this) else { return Err(Declined::Operands) };
    let [kth, axis, kind, order] = call.arguments(["kth", "axis", "kind", "order"])?;
    let flattened = axis.is_some_and(|axis| axis.is_none());
    let (axis, n) = match flattened {
        true => (0, a.size()),
        false => {
            let axis = axis_of(axis, a.ndim())?;
            (axis, a.shape()[axis])
        }
    };
    if n < least(a.kind()) {
        return Err(Declined::Short);
    }
    if !plain(kind, order) {
        return Err(Declined::Arguments);
    }
    if a.size() == 0 || a.ndim() == 0 || matches!(a.kind(), Kind::C64 | Kind::C128) {
        return Err(Declined::Operands);
    }
    let kth = ranks(kth, n)?;
    call.start(a.size());
    let mut out = NewArray::empty(call.py, INTP, if flattened { std::slice::from_ref(&n) } else { a.shape() })?;
    by_kind!(ordered a.kind(), T => {
        // SAFETY: T is the dtype of `a`, and isize is NumPy's intp.
        let (a, to): (_, ViewMut<'_, isize>) = unsafe { (a.view::<T>(), out.view_mut()) };
        match flattened {
            // SAFETY: isize is NumPy's intp.
            true => sort::argpartition(a.as_slice().ok_or(Declined::Strides)?, &kth, unsafe { out.slice_mut() })?,
            false => sort::argpartition_along(a, axis, &kth, to)?,
        }
    }, else return Err(Declined::Dtype));
    Ok(out.into_array())
}
