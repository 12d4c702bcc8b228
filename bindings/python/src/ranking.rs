//! Ranks, and medians that leave NaN out.

use ferrodide::stats::{self, RankMethod};
use ferrodide::view::{MAX_NDIM, normalize_axis};
use pyo3::prelude::*;

use crate::array::{Array, Kind, NewArray, float_type};
use crate::by_kind;
use crate::error::to_py_err;

type Answer<'py> = PyResult<Bound<'py, PyAny>>;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(rankdata, module)?)?;
    module.add_function(wrap_pyfunction!(nanmedian, module)?)
}

/// From so many elements on, SciPy's ranks in float32 are rounded, each in its own way.
const EXACT_IN_F32: usize = 1 << 23;

/// The ranks along `axis`, of the dtype that `like` has; in the memory order of SciPy's. Not of
/// empty arrays.
#[pyfunction]
#[pyo3(signature = (a, method, axis, like, /))]
fn rankdata<'py>(
    py: Python<'py>,
    a: &Bound<'py, PyAny>,
    method: &str,
    axis: isize,
    like: &Bound<'py, PyAny>,
) -> Answer<'py> {
    let not_implemented = Ok(py.NotImplemented().into_bound(py));
    let Some(method) = RankMethod::from_name(method) else { return not_implemented };
    let (Some(array), Some(like)) = (Array::any(a), Array::any(like)) else { return not_implemented };
    let Ok(axis) = normalize_axis(axis, array.ndim()) else { return not_implemented };
    let (n, last) = (array.shape()[axis], array.ndim() - 1);
    if array.size() == 0 || like.kind() == Kind::F32 && n > EXACT_IN_F32 {
        return not_implemented;
    }
    let mut shape = [0; MAX_NDIM];
    shape[..=last].copy_from_slice(array.shape());
    shape[..=last].swap(axis, last);
    let ranks = NewArray::of_type(py, like.type_num(), &shape[..=last])?.into_array();
    let ranks = if axis == last { ranks } else { ranks.call_method1("swapaxes", (axis, last))? };
    let unranked = {
        let out = Array::any(&ranks).expect("of the dtype of `like`");
        by_kind!(wide like.kind(), R => by_kind!(ordered array.kind(), T => {
            // SAFETY: T and R are the dtypes of both; `ranks` was made here, and nobody else knows it.
            let (a, out) = unsafe { (array.view::<T>(), out.view_mut::<R>()) };
            stats::rankdata_along(a, axis, method, out).map_err(|e| to_py_err(py, e))?
        }, else return not_implemented), else return not_implemented)
    };
    // Integers have no NaN to say so.
    if unranked > 0 && !matches!(like.kind(), Kind::F32 | Kind::F64) { not_implemented } else { Ok(ranks) }
}

/// The median along `axis`, or of everything, of what is not NaN. Not of empty arrays, nor where
/// a median is not finite, of which NumPy warns; nor where the memory order of several axes has
/// a say in that of NumPy's result.
#[pyfunction]
#[pyo3(signature = (a, axis, keepdims, /))]
fn nanmedian<'py>(py: Python<'py>, a: &Bound<'py, PyAny>, axis: Option<isize>, keepdims: bool) -> Answer<'py> {
    let not_implemented = Ok(py.NotImplemented().into_bound(py));
    let Some(array) = Array::any(a).filter(|a| a.size() > 0 && a.ndim() > 0) else { return not_implemented };
    let Ok(axis) = axis.map(|axis| normalize_axis(axis, array.ndim())).transpose() else { return not_implemented };
    if axis.is_some() && array.ndim() > 2 && !array.is_contiguous() {
        return not_implemented;
    }
    let (mut dims, mut ndim) = ([1usize; MAX_NDIM], 0);
    for (i, &n) in array.shape().iter().enumerate() {
        let reduced = axis.is_none_or(|axis| axis == i);
        if !reduced || keepdims {
            dims[ndim] = if reduced { 1 } else { n };
            ndim += 1;
        }
    }
    let mut out = NewArray::empty(py, float_type(array.kind() == Kind::F32), &dims[..ndim])?;
    let finite = by_kind!(ordered array.kind(), T => {
        // SAFETY: T is the dtype of `a`, and `out` was made with that of its mean.
        let (a, out) = unsafe { (array.view::<T>(), out.view_mut()) };
        stats::nanmedian_along(a, axis, out).map_err(|e| to_py_err(py, e))?
    }, else return not_implemented);
    if finite { out.into_result() } else { not_implemented }
}
