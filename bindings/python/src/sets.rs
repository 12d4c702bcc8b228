//! Sets: `unique`, `isin`.

use ferrodide::memory::try_with_capacity;
use ferrodide::sets::{self, Wanted};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::array::{Array, INTP, NewArray};
use crate::by_kind;
use crate::error::to_py_err;

type Answer<'py> = PyResult<Bound<'py, PyAny>>;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(unique, module)?)?;
    module.add_function(wrap_pyfunction!(isin, module)?)
}

/// The elements in C order: where they are, or copied into `gathered`.
fn lane<'a, T: Copy>(array: &Array<'a, '_>, gathered: &'a mut Vec<T>) -> ferrodide::Result<&'a [T]> {
    // SAFETY: the callers have T from the array's kind.
    let view = unsafe { array.view::<T>() };
    if let Some(slice) = view.as_slice() {
        return Ok(slice);
    }
    *gathered = try_with_capacity(array.size())?;
    view.extend_into(gathered, |x| x);
    Ok(gathered)
}

/// The distinct elements, in order; with what was wanted besides in a tuple as NumPy's: index,
/// inverse in the shape of `ar`, counts.
#[pyfunction]
#[pyo3(signature = (ar, index, inverse, counts, equal_nan, /))]
fn unique<'py>(
    py: Python<'py>,
    ar: &Bound<'py, PyAny>,
    index: bool,
    inverse: bool,
    counts: bool,
    equal_nan: bool,
) -> Answer<'py> {
    let not_implemented = Ok(py.NotImplemented().into_bound(py));
    let Some(array) = Array::any(ar) else { return not_implemented };
    by_kind!(ordered array.kind(), T => {
        let mut gathered = Vec::new();
        let unique = lane::<T>(&array, &mut gathered)
            .and_then(|lane| sets::unique(lane, Wanted { counts, index, inverse }, equal_nan))
            .map_err(|e| to_py_err(py, e))?;
        let mut values = NewArray::of_type(py, array.type_num(), &[unique.values.len()])?;
        // SAFETY: made with the dtype of `ar`.
        unsafe { values.slice_mut::<T>() }.copy_from_slice(&unique.values);
        let values = values.into_array();
        if !(index || inverse || counts) {
            return Ok(values);
        }
        let parts = [
            (index, &unique.index, None),
            (inverse, &unique.inverse, Some(array.shape())),
            (counts, &unique.counts, None),
        ];
        let mut all = vec![values];
        for (_, part, shape) in parts.into_iter().filter(|(wanted, _, _)| *wanted) {
            let mut to = NewArray::empty(py, INTP, shape.unwrap_or(&[part.len()]))?;
            // SAFETY: isize is NumPy's intp.
            unsafe { to.slice_mut::<isize>() }.copy_from_slice(part);
            all.push(to.into_array());
        }
        Ok(PyTuple::new(py, all)?.into_any())
    }, else not_implemented)
}

/// Which elements of an array occur in another one of the same dtype.
#[pyfunction]
#[pyo3(signature = (element, test_elements, invert, /))]
fn isin<'py>(
    py: Python<'py>,
    element: &Bound<'py, PyAny>,
    test_elements: &Bound<'py, PyAny>,
    invert: bool,
) -> Answer<'py> {
    let not_implemented = Ok(py.NotImplemented().into_bound(py));
    let (Some(a), Some(test)) = (Array::any(element), Array::any(test_elements)) else { return not_implemented };
    if a.kind() != test.kind() {
        return not_implemented;
    }
    by_kind!(ordered a.kind(), T => {
        let (mut one, mut other) = (Vec::new(), Vec::new());
        let mut out = NewArray::empty(py, numpy::npyffi::NPY_TYPES::NPY_BOOL, a.shape())?;
        let from = lane::<T>(&a, &mut one).map_err(|e| to_py_err(py, e))?;
        let test = lane::<T>(&test, &mut other).map_err(|e| to_py_err(py, e))?;
        // SAFETY: a bool is a byte, 0 or 1.
        sets::isin(from, test, invert, unsafe { out.slice_mut::<u8>() }).map_err(|e| to_py_err(py, e))?;
        Ok(out.into_array())
    }, else not_implemented)
}
