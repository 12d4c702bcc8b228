//! The core's errors as Python exceptions.

use ferrodide::Error;
use pyo3::exceptions::{PyIndexError, PyMemoryError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

/// The exception that NumPy or SciPy would raise.
pub fn to_py_err(py: Python<'_>, error: Error) -> PyErr {
    match error {
        Error::Value(message) | Error::LinAlg(message) => PyValueError::new_err(message),
        Error::Type(message) => PyTypeError::new_err(message),
        Error::Index(message) => PyIndexError::new_err(message),
        Error::OutOfMemory { .. } => PyMemoryError::new_err(error.to_string()),
        Error::Axis { axis, ndim } => axis_error(py, axis, ndim).unwrap_or_else(|e| e),
    }
}

fn axis_error(py: Python<'_>, axis: isize, ndim: usize) -> PyResult<PyErr> {
    static AXIS_ERROR: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = AXIS_ERROR.import(py, "numpy.exceptions", "AxisError")?;
    let expected = match ndim {
        0 => "expected an array of at least one dimension".to_string(),
        _ => format!("expected -{ndim} <= axis < {ndim}"),
    };
    // AxisError(axis, ndim, prefix) fills its attributes `axis` and `ndim`, as NumPy's own do.
    Ok(PyErr::from_value(class.call1((axis, ndim, expected))?))
}
