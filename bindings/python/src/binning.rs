//! Counting in bins, for the functions of the Python package.

use ferrodide::binning;
use ferrodide::stats::extremes::min_max;
use numpy::npyffi::types::NPY_TYPES;
use pyo3::prelude::*;

use crate::array::{Array, INTP, NewArray};
use crate::by_kind;
use crate::error::to_py_err;

type Answer<'py> = PyResult<Bound<'py, PyAny>>;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(extent, module)?)?;
    module.add_function(wrap_pyfunction!(histogram, module)?)?;
    module.add_function(wrap_pyfunction!(histogramdd, module)?)
}

fn not_implemented(py: Python<'_>) -> Answer<'_> {
    Ok(py.NotImplemented().into_bound(py))
}

/// The doubles of a 1-D array in C order.
fn doubles<'a>(array: &'a Bound<'_, PyAny>) -> Option<&'a [f64]> {
    let array = Array::any(array).filter(|array| array.ndim() == 1)?;
    // SAFETY: `by_kind` looked at the dtype.
    by_kind!(double array.kind(), T => unsafe { array.slice::<T>() }, else None)
}

/// The least and the greatest of a real 1-D array, as Python's numbers; two NaNs where there is one.
#[pyfunction]
#[pyo3(signature = (a, /))]
fn extent<'py>(py: Python<'py>, a: &Bound<'py, PyAny>) -> Answer<'py> {
    let Some(array) = Array::any(a).filter(|array| array.ndim() == 1) else { return not_implemented(py) };
    by_kind!(real array.kind(), T => {
        // SAFETY: T is the dtype of `a`.
        match unsafe { array.slice::<T>() }.and_then(min_max) {
            Some(extent) => Ok(extent.into_pyobject(py)?.into_any()),
            None => not_implemented(py),
        }
    }, else not_implemented(py))
}

/// How many of a real 1-D array lie in each bin (`intp`), or the sums of their weights (doubles).
/// `ValueError` where the edges do not increase.
#[pyfunction]
#[pyo3(signature = (a, edges, weights, /))]
fn histogram<'py>(
    py: Python<'py>,
    a: &Bound<'py, PyAny>,
    edges: &Bound<'py, PyAny>,
    weights: Option<&Bound<'py, PyAny>>,
) -> Answer<'py> {
    let Some(array) = Array::any(a).filter(|array| array.ndim() == 1) else { return not_implemented(py) };
    let Some(edges) = doubles(edges).filter(|edges| edges.len() > 1) else { return not_implemented(py) };
    let bins = [edges.len() - 1];
    by_kind!(real array.kind(), T => {
        // SAFETY: T is the dtype of `a`.
        let Some(a) = (unsafe { array.slice::<T>() }) else { return not_implemented(py) };
        let Some(weights) = weights else {
            let mut out = NewArray::empty(py, INTP, &bins)?;
            // SAFETY: isize is NumPy's intp.
            binning::histogram(a, edges, unsafe { out.slice_mut() }).map_err(|e| to_py_err(py, e))?;
            return Ok(out.into_array());
        };
        let Some(weights) = doubles(weights) else { return not_implemented(py) };
        let mut out = NewArray::empty(py, NPY_TYPES::NPY_DOUBLE, &bins)?;
        // SAFETY: doubles.
        binning::histogram_weighted(a, weights, edges, unsafe { out.slice_mut() }).map_err(|e| to_py_err(py, e))?;
        Ok(out.into_array())
    }, else not_implemented(py))
}

/// How many samples lie in each cell of a grid, or the sums of their weights, as doubles. The columns are real 1-D
/// arrays of one dtype, with as many lists of edges. `ValueError` where edges do not increase.
#[pyfunction]
#[pyo3(signature = (columns, edges, weights, /))]
fn histogramdd<'py>(
    py: Python<'py>,
    columns: Vec<Bound<'py, PyAny>>,
    edges: Vec<Bound<'py, PyAny>>,
    weights: Option<&Bound<'py, PyAny>>,
) -> Answer<'py> {
    let arrays: Option<Vec<Array>> = columns.iter().map(Array::any).collect();
    let edges: Option<Vec<&[f64]>> = edges.iter().map(|edges| doubles(edges).filter(|edges| edges.len() > 1)).collect();
    let (Some(arrays), Some(edges)) = (arrays, edges) else { return not_implemented(py) };
    let Some(kind) = arrays.first().map(Array::kind) else { return not_implemented(py) };
    if arrays.iter().any(|array| array.kind() != kind || array.ndim() != 1) {
        return not_implemented(py);
    }
    let weights = match weights.map(doubles) {
        None => None,
        Some(Some(weights)) => Some(weights),
        Some(None) => return not_implemented(py),
    };
    let shape: Vec<usize> = edges.iter().map(|edges| edges.len() - 1).collect();
    let mut out = NewArray::empty(py, NPY_TYPES::NPY_DOUBLE, &shape)?;
    by_kind!(real kind, T => {
        // SAFETY: T is the dtype of all columns.
        let lanes: Option<Vec<&[T]>> = arrays.iter().map(|array| unsafe { array.slice::<T>() }).collect();
        let Some(lanes) = lanes else { return not_implemented(py) };
        // SAFETY: doubles.
        binning::histogramdd(&lanes, &edges, weights, unsafe { out.slice_mut() }).map_err(|e| to_py_err(py, e))?;
        Ok(out.into_array())
    }, else not_implemented(py))
}
