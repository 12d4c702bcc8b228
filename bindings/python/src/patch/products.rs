//! Products that are no ufuncs: `dot`, `inner`.

use ferrodide::linalg;
use pyo3::prelude::*;

use super::methods::{Call, methods};
use super::{Declined, from};
use crate::array::{Array, NewArray};
use crate::by_kind;

const MULTIARRAY: Option<&str> = Some("numpy._core._multiarray_umath");

methods! {
    DOT: fast_with_keywords "dot" MULTIARRAY, "dot" => dot;
    DOT_METHOD: fast_with_keywords "dot" None, "dot" => dot_method;
}

/// Products of fewer multiplications are NumPy's, which is as fast there.
const DOT_FROM: usize = 256;

/// `numpy.dot(a, b)`.
fn dot<'py>(call: &Call<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined> {
    let [a, b, out] = call.arguments(["a", "b", "out"])?;
    product(call, a, b, out)
}

/// `a.dot(b)`.
fn dot_method<'py>(call: &Call<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined> {
    let [b, out] = call.arguments(["b", "out"])?;
    product(call, Some(call.this()), b, out)
}

fn product<'py>(
    call: &Call<'_, 'py>,
    a: Option<Borrowed<'_, 'py, PyAny>>,
    b: Option<Borrowed<'_, 'py, PyAny>>,
    out: Option<Borrowed<'_, 'py, PyAny>>,
) -> Result<Bound<'py, PyAny>, Declined> {
    if out.is_some_and(|out| !out.is_none()) {
        return Err(Declined::Arguments);
    }
    let (Some(a), Some(b)) = (a, b) else { return Err(Declined::Operands) };
    let (Some(a), Some(b)) = (Array::any(&a), Array::any(&b)) else { return Err(Declined::Operands) };
    if a.kind() != b.kind() {
        return Err(Declined::Dtype);
    }
    // Of more dimensions a dot is no matmul.
    if !(1..=2).contains(&a.ndim()) || !(1..=2).contains(&b.ndim()) {
        return Err(Declined::Operands);
    }
    let columns = if b.ndim() == 2 { b.shape()[1] } else { 1 };
    if a.size().saturating_mul(columns) < from(DOT_FROM) {
        return Err(Declined::Short);
    }
    call.start(a.size().max(b.size()));
    let shape = linalg::matmul_shape(a.shape(), b.shape())?;
    let mut out = NewArray::of_type(call.py, a.type_num(), shape.as_slice())?;
    by_kind!(float a.kind(), T => {
        // SAFETY: T is the dtype of all three.
        let (a, b, c) = unsafe { (a.view::<T>(), b.view::<T>(), out.view_mut::<T>()) };
        linalg::matmul(a, b, c)?
    }, else return Err(Declined::Dtype));
    Ok(out.into_result()?)
}
