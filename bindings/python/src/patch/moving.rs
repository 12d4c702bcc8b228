//! Moving elements: `a[indices]`, `a[mask]`, `take`.

use ferrodide::indexing;
use ferrodide::view::MAX_NDIM;
use pyo3::prelude::*;

use super::methods::{Call, methods};
use super::{Declined, Site, from};
use crate::array::{Array, Kind, NewArray};
use crate::by_kind;

methods! {
    TAKE: fast_with_keywords "take" None, "take" => take;
}

/// Fewer indices are NumPy's: it takes as long.
const GETITEM_FROM: usize = 64;

/// Calls `$body` with the type alias `$T` set to plain numbers of as many bytes.
macro_rules! by_size {
    ($size:expr, $T:ident => $body:expr) => {
        match $size {
            1 => {
                type $T = u8;
                $body
            }
            2 => {
                type $T = u16;
                $body
            }
            4 => {
                type $T = u32;
                $body
            }
            8 => {
                type $T = u64;
                $body
            }
            _ => {
                type $T = [u64; 2];
                $body
            }
        }
    };
}

/// `a[key]`, where `key` is an array: of booleans, or of indices along the first axis.
pub fn getitem<'py>(
    site: &'static Site,
    a: &Bound<'py, PyAny>,
    key: &Bound<'py, PyAny>,
) -> Result<Bound<'py, PyAny>, Declined> {
    let (Some(array), Some(key)) = (Array::any(a), Array::any(key)) else { return Err(Declined::Operands) };
    if key.size() < from(GETITEM_FROM) {
        return Err(Declined::Short);
    }
    let clock = site.start(key.size());
    let result = match key.kind() {
        Kind::Bool => mask(a.py(), &array, &key),
        Kind::I32 | Kind::I64 => rows(a.py(), &array, &key),
        _ => Err(Declined::Dtype),
    };
    if result.is_ok() {
        site.served(clock);
    }
    result
}

/// The elements that a mask of the same shape chooses.
fn mask<'py>(py: Python<'py>, a: &Array<'_, 'py>, mask: &Array<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined> {
    if a.shape() != mask.shape() {
        return Err(Declined::Operands);
    }
    by_size!(a.kind().itemsize(), T => {
        // SAFETY: T is as large as an element of `a`, no more aligned, and any bits are one; a bool is a byte.
        let (Some(a_slice), Some(mask)) = (unsafe { (a.slice::<T>(), mask.slice::<u8>()) }) else {
            return Err(Declined::Strides);
        };
        let mut out = NewArray::of_type(py, a.type_num(), &[indexing::count_mask(mask)])?;
        // SAFETY: the dtype of `a`.
        indexing::compress(mask, a_slice, unsafe { out.slice_mut() })?;
        Ok(out.into_array())
    })
}

/// The rows (of a 1-D array, the elements) at indices, in the shape of these.
fn rows<'py>(py: Python<'py>, a: &Array<'_, 'py>, indices: &Array<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined> {
    let Some((_, row)) = a.shape().split_first() else { return Err(Declined::Operands) };
    let width: usize = row.iter().product();
    let ndim = indices.ndim() + row.len();
    // An array of no dimensions is one index, for which NumPy gives a scalar or a view.
    if width == 0 || indices.ndim() == 0 || ndim > MAX_NDIM {
        return Err(Declined::Operands);
    }
    let mut shape = [0; MAX_NDIM];
    shape[..indices.ndim()].copy_from_slice(indices.shape());
    shape[indices.ndim()..ndim].copy_from_slice(row);
    let mut out = NewArray::of_type(py, a.type_num(), &shape[..ndim])?;
    by_size!(a.kind().itemsize(), T => {
        // SAFETY: T is as large as an element of `a`, no more aligned, and any bits are one.
        let Some(a) = (unsafe { a.slice::<T>() }) else { return Err(Declined::Strides) };
        // SAFETY: the dtype of `a`; I is that of `indices`.
        let out = unsafe { out.slice_mut::<T>() };
        by_kind!(index indices.kind(), I => {
            // SAFETY: I is their dtype.
            let Some(indices) = (unsafe { indices.slice::<I>() }) else { return Err(Declined::Strides) };
            match width {
                1 => indexing::take(a, indices, out)?,
                _ => indexing::take_rows(a, width, indices, out)?,
            }
        }, else return Err(Declined::Dtype));
    });
    Ok(out.into_array())
}

/// `a.take(indices)` along the first axis, or of the flattened array.
fn take<'py>(call: &Call<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined> {
    let [indices, axis, out, mode] = call.arguments(["indices", "axis", "out", "mode"])?;
    let raises = mode.is_none_or(|mode| mode.extract::<&str>().is_ok_and(|mode| mode == "raise"));
    if out.is_some_and(|out| !out.is_none()) || !raises {
        return Err(Declined::Arguments);
    }
    let this = call.this();
    let (Some(a), Some(indices)) = (Array::any(&this), indices.as_ref().and_then(|each| Array::any(each))) else {
        return Err(Declined::Operands);
    };
    let along_first = match axis.filter(|axis| !axis.is_none()) {
        None => a.ndim() == 1,
        Some(axis) => axis.extract::<isize>().is_ok_and(|axis| axis == 0 || axis == -(a.ndim() as isize)),
    };
    if !along_first {
        return Err(Declined::Arguments);
    }
    if indices.size() < from(GETITEM_FROM) {
        return Err(Declined::Short);
    }
    call.start(indices.size());
    rows(call.py, &a, &indices)
}
