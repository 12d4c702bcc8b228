//! Kernels on strings.

use ferrodide::strings::{self, Extractor, Scorer, Weights};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::string::PyStringData;
use pyo3::types::{PyList, PyString};

use crate::error::to_py_err;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(levenshtein, module)?)?;
    module.add_function(wrap_pyfunction!(fuzz_score, module)?)?;
    module.add_function(wrap_pyfunction!(extract, module)?)
}

/// The least cost of turning `s1` into `s2`; above `score_cutoff`, that plus one.
#[pyfunction]
#[pyo3(signature = (s1, s2, weights, score_cutoff, /))]
fn levenshtein(
    s1: &Bound<'_, PyString>,
    s2: &Bound<'_, PyString>,
    weights: (u64, u64, u64),
    score_cutoff: Option<u64>,
) -> PyResult<u64> {
    let error = |e| to_py_err(s1.py(), e);
    let (mut room1, mut room2) = (Vec::new(), Vec::new());
    let (s1, s2) = (code_points(s1, &mut room1)?, code_points(s2, &mut room2)?);
    let (insertion, deletion, substitution) = weights;
    let weights = Weights { insertion, deletion, substitution };
    strings::levenshtein(s1, s2, weights, score_cutoff).map_err(error)
}

/// The similarity by the scorer of that name, between 0 and 100; 0 below `score_cutoff`.
#[pyfunction]
#[pyo3(signature = (scorer, s1, s2, score_cutoff, /))]
fn fuzz_score(scorer: &str, s1: &Bound<'_, PyString>, s2: &Bound<'_, PyString>, score_cutoff: f64) -> PyResult<f64> {
    let error = |e| to_py_err(s1.py(), e);
    let (mut room1, mut room2) = (Vec::new(), Vec::new());
    let (s1, s2) = (code_points(s1, &mut room1)?, code_points(s2, &mut room2)?);
    let scorer = Scorer::from_name(scorer).map_err(error)?;
    strings::fuzz_score(scorer, s1, s2, score_cutoff).map_err(error)
}

/// The best of `choices` as (score, index), best first; `None` among them is passed over.
#[pyfunction]
#[pyo3(signature = (query, choices, scorer, limit, score_cutoff, /))]
fn extract(
    query: &Bound<'_, PyString>,
    choices: &Bound<'_, PyList>,
    scorer: &str,
    limit: Option<usize>,
    score_cutoff: Option<f64>,
) -> PyResult<Vec<(f64, usize)>> {
    let error = |e| to_py_err(choices.py(), e);
    let mut room = Vec::new();
    let query = code_points(query, &mut room)?;
    let scorer = Scorer::from_name(scorer).map_err(error)?;
    let mut extractor = Extractor::new(query, scorer, limit, score_cutoff).map_err(error)?;
    for (index, choice) in choices.iter().enumerate() {
        if choice.is_none() {
            extractor.push(None).map_err(error)?;
        } else if let Ok(choice) = choice.cast::<PyString>() {
            extractor.push(Some(code_points(choice, &mut room)?)).map_err(error)?;
        } else {
            let came = choice.get_type().name()?;
            return Err(PyTypeError::new_err(format!("choices[{index}] is of type {came}: expected str or None")));
        }
    }
    Ok(extractor.finish().into_iter().map(|found| (found.score, found.index)).collect())
}

/// The code points of `s`: its own where it stores 32 bits a character, else in `room`.
fn code_points<'a>(s: &'a Bound<'_, PyString>, room: &'a mut Vec<u32>) -> PyResult<&'a [u32]> {
    // SAFETY: `s` is borrowed, so its data stays; a str never changes, and every way to
    // make one leaves it in its canonical form.
    let filled = match unsafe { s.data() }? {
        PyStringData::Ucs1(data) => strings::set_points(room, data),
        PyStringData::Ucs2(data) => strings::set_points(room, data),
        PyStringData::Ucs4(data) => return Ok(data),
    };
    filled.map_err(|e| to_py_err(s.py(), e))?;
    Ok(room)
}
