//! Counting in bins: `histogram`, `histogramdd`.

use ferrodide::binning;
use ferrodide::doubles::Doubles;
use ferrodide::stats::extremes::{MinMax, min_max};
use ferrodide::view::DType;
use ferrodide::{Error, dispatch, memory};
use js_sys::{Array, Float64Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use crate::error::{to_js_err, type_error};
use crate::ndarray::{Element, NdArray, indices, some, store_contiguous};
use crate::options::options;

#[derive(Deserialize)]
#[serde(default)]
struct HistogramOptions {
    #[serde(with = "serde_wasm_bindgen::preserve")]
    bins: JsValue,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    range: JsValue,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    weights: JsValue,
}
impl Default for HistogramOptions {
    fn default() -> Self {
        Self { bins: JsValue::UNDEFINED, range: JsValue::UNDEFINED, weights: JsValue::UNDEFINED }
    }
}
const NAMES: &[&str] = &["bins", "range", "weights"];

#[derive(Serialize)]
struct Histogram {
    #[serde(with = "serde_wasm_bindgen::preserve")]
    hist: JsValue,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    bin_edges: JsValue,
}

#[derive(Serialize)]
struct Grid {
    #[serde(with = "serde_wasm_bindgen::preserve")]
    hist: JsValue,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    edges: JsValue,
}

/// The elements in C order.
fn lane<T: Element>(x: &NdArray) -> Result<Vec<T>, JsValue> {
    x.load::<T>()?.into_lane().map_err(to_js_err)
}

/// The doubles of an argument.
fn doubles(name: &str, value: &JsValue) -> Result<Vec<f64>, JsValue> {
    match value.dyn_ref::<Float64Array>() {
        Some(_) => f64::load(value),
        None => serde_wasm_bindgen::from_value(value.clone())
            .map_err(|_| type_error(format!("{name}: expected a Float64Array or an array of numbers"))),
    }
}

fn weights(value: &JsValue) -> Result<Option<Vec<f64>>, JsValue> {
    let Some(value) = some(value) else { return Ok(None) };
    let weights = NdArray::new("weights", value)?;
    match weights.dtype() {
        DType::F64 => lane(&weights).map(Some),
        other => Err(type_error(format!("weights holds {other:?}; expected a Float64Array"))),
    }
}

/// Two numbers, or none.
fn ends(range: &JsValue) -> Result<Option<[f64; 2]>, JsValue> {
    let Some(range) = some(range) else { return Ok(None) };
    let ends: Option<[f64; 2]> = serde_wasm_bindgen::from_value(range.clone()).ok();
    ends.map(Some).ok_or_else(|| type_error("range: expected two numbers, [least, greatest]"))
}

/// The edges that `bins` and `range` mean for these elements: 10 equal bins unless told.
fn edges<T: MinMax + Doubles>(a: &[T], bins: &JsValue, range: &JsValue) -> Result<Vec<f64>, JsValue> {
    let bins = match (some(bins), bins.as_f64()) {
        (None, _) => 10.0,
        (_, Some(bins)) => bins,
        (Some(edges), None) => return doubles("bins", edges),
    };
    if !(bins >= 1.0 && bins.fract() == 0.0 && bins <= i32::MAX as f64) {
        return Err(to_js_err(Error::Value(format!("bins: got {bins}; expected a whole number from 1 on, or edges"))));
    }
    let [first, last] = match (ends(range)?, min_max(a)) {
        (Some(ends), _) => ends,
        (None, None) => [0.0, 1.0],
        (None, Some((least, most))) => {
            let (extent, mut buffer) = ([least, most], [0.0; 2]);
            let extent = T::doubles(&extent, &mut buffer);
            [extent[0], extent[1]]
        }
    };
    binning::equal_edges(first, last, bins as usize).map_err(to_js_err)
}

/// Counts, or the sums of weights, into `out` or into a new typed array.
fn count<T: Element + Doubles>(
    a: &[T],
    edges: &[f64],
    weights: Option<&[f64]>,
    out: &JsValue,
) -> Result<JsValue, JsValue> {
    let bins = edges.len().checked_sub(1).ok_or_else(|| {
        to_js_err(Error::Value("bins: got no edges; expected at least one, or a whole number".into()))
    })?;
    if let Some(weights) = weights {
        let mut sums = memory::try_filled(0.0, bins).map_err(to_js_err)?;
        binning::histogram_weighted(a, weights, edges, &mut sums).map_err(to_js_err)?;
        return store_contiguous(&sums, &[bins], true, out);
    }
    let mut counts = memory::try_filled(0, bins).map_err(to_js_err)?;
    binning::histogram(a, edges, &mut counts).map_err(to_js_err)?;
    store_contiguous(indices(&counts), &[bins], true, out)
}

/// `numpy.histogram`: `{hist, bin_edges}`.
#[wasm_bindgen(skip_typescript)]
pub fn histogram(x: &JsValue, opts: JsValue) -> Result<JsValue, JsValue> {
    let opts: HistogramOptions = options(opts, NAMES)?;
    let x = NdArray::new("x", x)?;
    let weights = weights(&opts.weights)?;
    dispatch!(x.dtype(), T => {
        let a = lane::<T>(&x)?;
        let edges = edges(&a, &opts.bins, &opts.range)?;
        let hist = count(&a, &edges, weights.as_deref(), &JsValue::UNDEFINED)?;
        Ok(serde_wasm_bindgen::to_value(&Histogram { hist, bin_edges: f64::to_typed_array(&edges) })?)
    })
}

/// `histogram` for the bridge, of given edges.
#[wasm_bindgen(js_name = __histogramInto, skip_typescript)]
pub fn histogram_into(x: &JsValue, edges: &JsValue, weighing: &JsValue, out: &JsValue) -> Result<(), JsValue> {
    let x = NdArray::new("x", x)?;
    let (edges, weights) = (doubles("bins", edges)?, weights(weighing)?);
    dispatch!(x.dtype(), T => count(&lane::<T>(&x)?, &edges, weights.as_deref(), out).map(|_| ()))
}

/// The columns of a sample, all of one type.
fn columns(sample: &JsValue) -> Result<Vec<NdArray>, JsValue> {
    let expected = || type_error("sample: expected an array of typed arrays of one type, one for each axis");
    let columns = sample.dyn_ref::<Array>().filter(|columns| columns.length() > 0).ok_or_else(expected)?;
    let columns = columns.iter().map(|column| NdArray::new("sample", &column)).collect::<Result<Vec<_>, _>>()?;
    match columns.iter().all(|column| column.dtype() == columns[0].dtype()) {
        true => Ok(columns),
        false => Err(expected()),
    }
}

/// The grid, into `out` or into a new array.
fn count_cells<T: Element + Doubles>(
    lanes: &[Vec<T>],
    edges: &[Vec<f64>],
    weights: Option<&[f64]>,
    out: &JsValue,
) -> Result<JsValue, JsValue> {
    let shape: Vec<usize> = edges.iter().map(|edges| edges.len().saturating_sub(1)).collect();
    let cells = shape.iter().try_fold(1usize, |cells, n| cells.checked_mul(*n));
    let cells = cells.ok_or_else(|| to_js_err(Error::OutOfMemory { bytes: usize::MAX }))?;
    let lanes: Vec<&[T]> = lanes.iter().map(Vec::as_slice).collect();
    let edges: Vec<&[f64]> = edges.iter().map(Vec::as_slice).collect();
    let mut grid = memory::try_filled(0.0, cells).map_err(to_js_err)?;
    binning::histogramdd(&lanes, &edges, weights, &mut grid).map_err(to_js_err)?;
    store_contiguous(&grid, &shape, false, out)
}

/// `bins` or `range` along one axis: an array has one for each.
fn along(name: &str, value: &JsValue, axis: usize, axes: usize) -> Result<JsValue, JsValue> {
    match value.dyn_ref::<Array>() {
        Some(each) if each.length() as usize == axes => Ok(each.get(axis as u32)),
        None if name == "bins" || some(value).is_none() => Ok(value.clone()),
        _ => Err(to_js_err(Error::Value(format!("{name}: expected an array of {axes}, one for each axis")))),
    }
}

/// `numpy.histogramdd`: `{hist, edges}`.
#[wasm_bindgen(skip_typescript)]
pub fn histogramdd(sample: &JsValue, opts: JsValue) -> Result<JsValue, JsValue> {
    let opts: HistogramOptions = options(opts, NAMES)?;
    let (columns, weights) = (columns(sample)?, weights(&opts.weights)?);
    dispatch!(columns[0].dtype(), T => {
        let lanes = columns.iter().map(lane::<T>).collect::<Result<Vec<_>, _>>()?;
        let each = |(axis, lane): (usize, &Vec<T>)| {
            let along = |name, value| along(name, value, axis, lanes.len());
            edges(lane, &along("bins", &opts.bins)?, &along("range", &opts.range)?)
        };
        let edges = lanes.iter().enumerate().map(each).collect::<Result<Vec<_>, JsValue>>()?;
        let hist = count_cells(&lanes, &edges, weights.as_deref(), &JsValue::UNDEFINED)?;
        let edges: Array = edges.iter().map(|edges| f64::to_typed_array(edges)).collect();
        Ok(serde_wasm_bindgen::to_value(&Grid { hist, edges: edges.into() })?)
    })
}

/// `histogramdd` for the bridge, of given edges, into the typed array of a grid.
#[wasm_bindgen(js_name = __histogramddInto, skip_typescript)]
pub fn histogramdd_into(sample: &JsValue, edges: &Array, weighing: &JsValue, out: &JsValue) -> Result<(), JsValue> {
    let (columns, weights) = (columns(sample)?, weights(weighing)?);
    let edges = edges.iter().map(|edges| doubles("bins", &edges)).collect::<Result<Vec<_>, _>>()?;
    dispatch!(columns[0].dtype(), T => {
        let lanes = columns.iter().map(lane::<T>).collect::<Result<Vec<_>, _>>()?;
        count_cells(&lanes, &edges, weights.as_deref(), out).map(|_| ())
    })
}
