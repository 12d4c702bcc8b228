//! Kernels on arrays.

use ferrodide::view::{DType, MAX_NDIM, normalize_axis};
use ferrodide::{dispatch, linalg, sort, spatial, stats};
use pyo3::prelude::*;

use crate::array::{Array, INTP, Kind, NewArray, float_type};
use crate::by_kind;
use crate::error::to_py_err;

type Answer<'py> = PyResult<Bound<'py, PyAny>>;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(matmul, module)?)?;
    module.add_function(wrap_pyfunction!(sort_, module)?)?;
    module.add_function(wrap_pyfunction!(argsort, module)?)?;
    module.add_function(wrap_pyfunction!(median, module)?)?;
    module.add_function(wrap_pyfunction!(cdist, module)?)
}

fn not_implemented(py: Python<'_>) -> Answer<'_> {
    Ok(py.NotImplemented().into_bound(py))
}

/// `x1 @ x2` for two float arrays of one dtype.
#[pyfunction]
#[pyo3(signature = (x1, x2, /))]
fn matmul<'py>(py: Python<'py>, x1: &Bound<'py, PyAny>, x2: &Bound<'py, PyAny>) -> Answer<'py> {
    let (Some(a), Some(b)) = (Array::new(x1), Array::new(x2)) else { return not_implemented(py) };
    if a.dtype() != b.dtype() {
        return not_implemented(py);
    }
    dispatch!(float a.dtype(), T => {
        let shape = linalg::matmul_shape(a.shape(), b.shape()).map_err(|e| to_py_err(py, e))?;
        let mut out = NewArray::empty(py, float_type(a.dtype() == DType::F32), shape.as_slice())?;
        // SAFETY: T is the dtype of all three.
        let (a, b, c) = unsafe { (a.view::<T>(), b.view::<T>(), out.view_mut::<T>()) };
        linalg::matmul(a, b, c).map_err(|e| to_py_err(py, e))?;
        out.into_result()
    }, else not_implemented(py))
}

/// A sorted copy along `axis`; stable, NaN last.
#[pyfunction]
#[pyo3(name = "sort", signature = (a, axis, /))]
fn sort_<'py>(py: Python<'py>, a: &Bound<'py, PyAny>, axis: isize) -> Answer<'py> {
    let Some(array) = Array::new(a) else { return not_implemented(py) };
    let axis = normalize_axis(axis, array.ndim()).map_err(|e| to_py_err(py, e))?;
    let mut out = NewArray::like(py, &array)?;
    dispatch!(array.dtype(), T => {
        // SAFETY: T is the dtype of both.
        let (a, out) = unsafe { (array.view::<T>(), out.view_mut::<T>()) };
        sort::sort_copy(a, axis, out).map_err(|e| to_py_err(py, e))?
    });
    out.into_result()
}

/// The indices (`intp`) that sort along `axis`; stable, NaN last. 0-d arrays are NumPy's.
#[pyfunction]
#[pyo3(signature = (a, axis, /))]
fn argsort<'py>(py: Python<'py>, a: &Bound<'py, PyAny>, axis: isize) -> Answer<'py> {
    let Some(array) = Array::new(a).filter(|a| a.ndim() > 0) else { return not_implemented(py) };
    let axis = normalize_axis(axis, array.ndim()).map_err(|e| to_py_err(py, e))?;
    let mut out = NewArray::empty(py, INTP, array.shape())?;
    dispatch!(array.dtype(), T => {
        // SAFETY: T is the dtype of `a`, and isize is NumPy's intp.
        let (a, out) = unsafe { (array.view::<T>(), out.view_mut::<isize>()) };
        sort::argsort(a, axis, out).map_err(|e| to_py_err(py, e))?
    });
    out.into_result()
}

/// The median along `axis`, or of everything. Empty arrays (it warns) and 0-d ones are NumPy's.
#[pyfunction]
#[pyo3(signature = (a, axis, keepdims, /))]
fn median<'py>(py: Python<'py>, a: &Bound<'py, PyAny>, axis: Option<isize>, keepdims: bool) -> Answer<'py> {
    let Some(array) = Array::any(a).filter(|a| a.size() > 0 && a.ndim() > 0) else { return not_implemented(py) };
    let axis = axis.map(|axis| normalize_axis(axis, array.ndim())).transpose().map_err(|e| to_py_err(py, e))?;
    let (mut dims, mut ndim) = ([1usize; MAX_NDIM], 0);
    for (i, &n) in array.shape().iter().enumerate() {
        let reduced = axis.is_none_or(|axis| axis == i);
        if !reduced || keepdims {
            dims[ndim] = if reduced { 1 } else { n };
            ndim += 1;
        }
    }
    let mut out = NewArray::empty(py, float_type(array.kind() == Kind::F32), &dims[..ndim])?;
    by_kind!(ordered array.kind(), T => {
        // SAFETY: T is the dtype of `a`, and `out` was made with that of its mean.
        let (a, out) = unsafe { (array.view::<T>(), out.view_mut()) };
        stats::median(a, axis, out).map_err(|e| to_py_err(py, e))?
    }, else return not_implemented(py));
    out.into_result()
}

/// Distances between the rows of two `float64` matrices.
#[pyfunction]
#[pyo3(signature = (xa, xb, metric, /))]
fn cdist<'py>(py: Python<'py>, xa: &Bound<'py, PyAny>, xb: &Bound<'py, PyAny>, metric: &str) -> Answer<'py> {
    let Some(metric) = spatial::Metric::from_name(metric) else { return not_implemented(py) };
    let (Some(a), Some(b)) = (Array::new(xa), Array::new(xb)) else { return not_implemented(py) };
    if [a.dtype(), b.dtype()] != [DType::F64; 2] {
        return not_implemented(py);
    }
    let shape = spatial::check_shapes(a.shape(), b.shape()).map_err(|e| to_py_err(py, e))?;
    let mut out = NewArray::empty(py, float_type(false), &shape)?;
    // SAFETY: all three are float64.
    let (a, b, view) = unsafe { (a.view(), b.view(), out.view_mut()) };
    spatial::cdist(a, b, metric, view).map_err(|e| to_py_err(py, e))?;
    out.into_result()
}
