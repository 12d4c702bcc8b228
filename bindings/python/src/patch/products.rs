//! Products that are no ufuncs: `dot`, `inner`, `vdot`, `einsum`, and so `tensordot`, which calls `dot`.

use ferrodide::linalg;
use ferrodide::linalg::einsum::{Einsum, MAX_OPERANDS};
use ferrodide::view::View;
use pyo3::prelude::*;

use super::methods::{Call, methods};
use super::{Declined, from};
use crate::array::{Array, Kind, NewArray, returned};
use crate::by_kind;

const MULTIARRAY: Option<&str> = Some("numpy._core._multiarray_umath");

methods! {
    DOT: fast_with_keywords "dot" MULTIARRAY, "dot" => dot;
    DOT_METHOD: fast_with_keywords "dot" None, "dot" => dot_method;
    INNER: fast "inner" MULTIARRAY, "inner" => inner;
    VDOT: fast "vdot" MULTIARRAY, "vdot" => vdot;
    EINSUM: fast_with_keywords "einsum" MULTIARRAY, "c_einsum" => einsum;
}

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

/// `numpy.inner(a, b)`: of the last axes.
fn inner<'py>(call: &Call<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined> {
    let [Some(a), Some(b)] = call.arguments(["a", "b"])? else { return Err(Declined::Arguments) };
    let (Some(a), Some(b)) = (Array::any(&a), Array::any(&b)) else { return Err(Declined::Operands) };
    // A matrix turned around: its rows are what is multiplied.
    let (mut b_shape, mut b_strides) = ([0; 2], [0; 2]);
    let ndim = b.ndim();
    if ndim > 2 {
        return Err(Declined::Operands);
    }
    b_shape[..ndim].copy_from_slice(b.shape());
    b_strides[..ndim].copy_from_slice(b.strides());
    b_shape[..ndim].reverse();
    b_strides[..ndim].reverse();
    multiply(call, &a, &b, (&b_shape[..ndim], &b_strides[..ndim]), None)
}

/// `numpy.vdot(a, b)` of real vectors.
fn vdot<'py>(call: &Call<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined> {
    let [Some(a), Some(b)] = call.arguments(["a", "b"])? else { return Err(Declined::Arguments) };
    let (Some(a), Some(b)) = (Array::any(&a), Array::any(&b)) else { return Err(Declined::Operands) };
    if a.ndim() != 1 || b.ndim() != 1 {
        return Err(Declined::Operands);
    }
    // Of complex ones it conjugates the first.
    if matches!(a.kind(), Kind::C64 | Kind::C128) {
        return Err(Declined::Dtype);
    }
    multiply(call, &a, &b, (b.shape(), b.strides()), None)
}

fn product<'py>(
    call: &Call<'_, 'py>,
    a: Option<Borrowed<'_, 'py, PyAny>>,
    b: Option<Borrowed<'_, 'py, PyAny>>,
    out: Option<Borrowed<'_, 'py, PyAny>>,
) -> Result<Bound<'py, PyAny>, Declined> {
    let (Some(a), Some(b)) = (a, b) else { return Err(Declined::Arguments) };
    let (Some(a), Some(b)) = (Array::any(&a), Array::any(&b)) else { return Err(Declined::Operands) };
    multiply(call, &a, &b, (b.shape(), b.strides()), out.filter(|out| !out.is_none()))
}

/// Whether a product of this shape can be written into `out` while `a` and `b` are read, as NumPy asks of it: else
/// the call is NumPy's, also to raise its error. A 0-d one becomes a scalar there.
fn takes(out: &Array<'_, '_>, shape: &[usize], a: &Array<'_, '_>, b: &Array<'_, '_>) -> bool {
    let (from, to) = out.span();
    let apart = [a.span(), b.span()].iter().all(|&(low, high)| high <= from || to <= low);
    let fits = out.type_num() == a.type_num() && out.shape() == shape && !shape.is_empty();
    fits && out.is_contiguous() && out.is_writeable() && apart
}

/// The product of `a`, of any dimensions, and a vector or matrix, in `out` where there is one.
fn multiply<'py>(
    call: &Call<'_, 'py>,
    a: &Array<'_, 'py>,
    b: &Array<'_, 'py>,
    (b_shape, b_strides): (&[usize], &[isize]),
    out: Option<Borrowed<'_, 'py, PyAny>>,
) -> Result<Bound<'py, PyAny>, Declined> {
    if a.kind() != b.kind() {
        return Err(Declined::Dtype);
    }
    // Where `b` has more dimensions a dot is no matmul.
    if a.ndim() == 0 || !(1..=2).contains(&b_shape.len()) {
        return Err(Declined::Operands);
    }
    let shape = linalg::matmul_shape(a.shape(), b_shape)?;
    let is_given = out.is_some();
    let result = match out {
        Some(out) => out.to_owned(),
        None => NewArray::of_type(call.py, a.type_num(), shape.as_slice())?.into_array(),
    };
    let c = Array::any(&result).ok_or(Declined::Arguments)?;
    if is_given && !takes(&c, shape.as_slice(), a, b) {
        return Err(Declined::Arguments);
    }
    call.start(a.size().max(b.size()));
    by_kind!(multiplied a.kind(), T => {
        // SAFETY: T is the dtype of all three; `b` has these elements, whatever the order of its axes; `c` is new, or
        // writeable and apart from both.
        let (a, b, c) = unsafe {
            let b = b.view::<T>();
            (a.view::<T>(), View::from_raw_parts(b.as_ptr(), b_shape, b_strides), c.view_mut::<T>())
        };
        linalg::matmul(a, b, c)?
    }, else return Err(Declined::Dtype));
    Ok(returned(result)?)
}

/// `numpy.einsum(subscripts, *operands)`; with `optimize` NumPy comes here with pairs, or through `tensordot`.
fn einsum<'py>(call: &Call<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined> {
    let (Some((subscripts, operands)), false) = (call.positional().split_first(), call.has_keywords()) else {
        return Err(Declined::Arguments);
    };
    let n = operands.len();
    if !(2..=MAX_OPERANDS).contains(&n) {
        return Err(Declined::Operands);
    }
    let mut arrays: [Option<Array<'_, 'py>>; MAX_OPERANDS] = Default::default();
    for (array, operand) in arrays.iter_mut().zip(operands) {
        *array = Some(Array::any(operand).ok_or(Declined::Operands)?);
    }
    let [Some(first), ..] = &arrays else { return Err(Declined::Operands) };
    let (kind, type_num) = (first.kind(), first.type_num());
    if arrays.iter().flatten().any(|array| array.kind() != kind) {
        return Err(Declined::Dtype);
    }
    let subscripts = subscripts.extract::<&str>().map_err(|_| Declined::Arguments)?;
    let (mut shapes, mut strides) = ([&[][..]; MAX_OPERANDS], [&[][..]; MAX_OPERANDS]);
    for (i, array) in arrays.iter().flatten().enumerate() {
        (shapes[i], strides[i]) = (array.shape(), array.strides());
    }
    let einsum = Einsum::new(subscripts, &shapes[..n]).ok_or(Declined::Operands)?;
    if from(1) == 1 && !einsum.is_worthwhile() {
        return Err(Declined::Short);
    }
    call.start(arrays.iter().flatten().map(Array::size).max().unwrap_or(0));
    let (shape, ndim) = einsum.shape();
    let out_strides = einsum.strides(&strides[..n], kind.itemsize());
    let mut out = NewArray::strided(call.py, type_num, &shape[..ndim], &out_strides[..ndim])?;
    by_kind!(multiplied kind, T => {
        let empty: View<'_, T> = View::from_slice(&[], &[0], &[0])?;
        let mut views = [empty; MAX_OPERANDS];
        for (view, array) in views.iter_mut().zip(arrays.iter().flatten()) {
            // SAFETY: T is the dtype of all.
            *view = unsafe { array.view::<T>() };
        }
        // SAFETY: as above.
        einsum.run(&views[..n], unsafe { out.view_mut::<T>() })?
    }, else return Err(Declined::Dtype));
    Ok(out.into_result()?)
}
