//! Kernels on typed arrays.

use ferrodide::view::{DType, ViewMut, contiguous_strides, normalize_axis};
use ferrodide::{Error, dispatch, linalg, memory, sort, spatial, stats};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use crate::error::{to_js_err, type_error};
use crate::ndarray::{Chunks, Element, Loaded, NdArray, some, store};
use crate::options::options;

type Answer = Result<JsValue, JsValue>;

#[derive(Deserialize)]
#[serde(default)]
struct SortOptions {
    axis: i32,
    /// Taken for NumPy's sake: every sort here is stable.
    #[serde(rename = "stable")]
    _stable: Option<bool>,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    out: JsValue,
}
impl Default for SortOptions {
    fn default() -> Self {
        Self { axis: -1, _stable: None, out: JsValue::UNDEFINED }
    }
}

#[derive(Deserialize)]
#[serde(default)]
pub struct MedianOptions {
    /// The axis to reduce, all of them where there is none.
    pub axis: Option<i32>,
    /// Leave reduced axes in the result.
    pub keepdims: bool,
    /// Receives the result.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub out: JsValue,
}
impl Default for MedianOptions {
    fn default() -> Self {
        Self { axis: None, keepdims: false, out: JsValue::UNDEFINED }
    }
}

impl MedianOptions {
    /// As they may be called.
    pub const NAMES: &[&str] = &["axis", "keepdims", "out"];

    /// The axis, and the shape of the result.
    pub fn reduce(&self, x: &NdArray) -> Result<(Option<usize>, Vec<usize>), JsValue> {
        let axis = self.axis.map(|axis| normalize_axis(axis as isize, x.shape.len())).transpose().map_err(to_js_err)?;
        let kept = x.shape.iter().enumerate().filter_map(|(i, &n)| match axis.is_none_or(|axis| axis == i) {
            true => self.keepdims.then_some(1),
            false => Some(n),
        });
        Ok((axis, kept.collect()))
    }

    /// The result that `kernel` fills: a number where one is meant.
    pub fn finish<T: stats::Median<Mean: Element + Into<JsValue>>>(
        &self,
        shape: &[usize],
        kernel: impl FnOnce(ViewMut<'_, T::Mean>) -> ferrodide::Result<()>,
    ) -> Answer {
        if self.axis.is_none() && !self.keepdims && some(&self.out).is_none() {
            let mut one = [T::NAN];
            kernel(ViewMut::from_slice(&mut one, &[], &[]).map_err(to_js_err)?).map_err(to_js_err)?;
            return Ok(one[0].into());
        }
        compute::<T::Mean>(shape, false, &self.out, kernel)
    }
}

#[derive(Deserialize)]
#[serde(default)]
struct OutOptions {
    #[serde(with = "serde_wasm_bindgen::preserve")]
    out: JsValue,
}
impl Default for OutOptions {
    fn default() -> Self {
        Self { out: JsValue::UNDEFINED }
    }
}

#[derive(Deserialize)]
#[serde(default)]
struct CdistOptions {
    metric: String,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    out: JsValue,
}
impl Default for CdistOptions {
    fn default() -> Self {
        Self { metric: "euclidean".to_string(), out: JsValue::UNDEFINED }
    }
}

/// A result in C order, filled by `kernel`.
pub fn compute<T: Element>(
    shape: &[usize],
    bare: bool,
    out: &JsValue,
    kernel: impl FnOnce(ViewMut<'_, T>) -> ferrodide::Result<()>,
) -> Answer {
    let mut strides = vec![0; shape.len()];
    contiguous_strides(shape, size_of::<T>(), &mut strides);
    compute_strided(shape, &strides, bare, out, kernel)
}

/// A result with these strides (bytes), filled by `kernel`.
pub fn compute_strided<T: Element>(
    shape: &[usize],
    strides: &[isize],
    bare: bool,
    out: &JsValue,
    kernel: impl FnOnce(ViewMut<'_, T>) -> ferrodide::Result<()>,
) -> Answer {
    let size = shape.iter().try_fold(1usize, |size, n| size.checked_mul(*n));
    let size = size.ok_or_else(|| to_js_err(Error::OutOfMemory { bytes: usize::MAX }))?;
    let mut values = memory::try_filled(T::default(), size).map_err(to_js_err)?;
    let view = ViewMut::from_slice(&mut values, shape, strides).map_err(to_js_err)?;
    kernel(view).map_err(to_js_err)?;
    store(&values, shape, strides, bare, out)
}

/// `numpy.sort`
#[wasm_bindgen(js_name = sort, skip_typescript)]
pub fn sort_(x: &JsValue, opts: JsValue) -> Answer {
    let opts: SortOptions = options(opts, &["axis", "stable", "out"])?;
    let x = NdArray::new("x", x)?;
    let axis = normalize_axis(opts.axis as isize, x.shape.len()).map_err(to_js_err)?;
    let out = some(&opts.out).map(|out| NdArray::new("out", out)).transpose()?;
    dispatch!(x.dtype(), T => {
        let strides = x.strides_for_result::<T>(out.as_ref());
        let mut a = x.load::<T>()?;
        if !a.has_strides(&strides) {
            return compute_strided(&x.shape, &strides, x.bare, &opts.out, |out| sort::sort_copy(a.view()?, axis, out));
        }
        let view = ViewMut::from_slice(&mut a.values, &x.shape, &strides).map_err(to_js_err)?;
        sort::sort(view, axis).map_err(to_js_err)?;
        store(&a.values, &x.shape, &strides, x.bare, &opts.out)
    })
}

/// `numpy.argsort`, as `int32`: the index type of a 32-bit memory.
#[wasm_bindgen(skip_typescript)]
pub fn argsort(x: &JsValue, opts: JsValue) -> Answer {
    let opts: SortOptions = options(opts, &["axis", "stable", "out"])?;
    let x = NdArray::new("x", x)?;
    let axis = normalize_axis(opts.axis as isize, x.shape.len()).map_err(to_js_err)?;
    dispatch!(x.dtype(), T => {
        let a = x.load::<T>()?;
        compute::<i32>(&x.shape, x.bare, &opts.out, |out| {
            // SAFETY: isize is 32 bits wide on wasm32, with the layout of i32.
            let out = unsafe { ViewMut::from_raw_parts(out.as_ptr().cast::<isize>(), out.shape(), out.strides()) };
            sort::argsort(a.view()?, axis, out)
        })
    })
}

/// What a median is taken of.
enum Operand<'a, T> {
    /// To be copied in chunk by chunk.
    Elements(Chunks<T>),
    Array(Loaded<'a, T>),
}

/// `numpy.median`
#[wasm_bindgen(skip_typescript)]
pub fn median(x: &JsValue, opts: JsValue) -> Answer {
    let opts: MedianOptions = options(opts, MedianOptions::NAMES)?;
    let x = NdArray::new("x", x)?;
    let (axis, shape) = opts.reduce(&x)?;
    let one_lane = axis.is_none() || x.shape.len() == 1;
    dispatch!(x.dtype(), T => {
        // One lane is selected from while it is copied in.
        let operand = match x.elements::<T>()? {
            Some(elements) if one_lane => Operand::Elements(elements),
            _ => Operand::Array(x.load::<T>()?),
        };
        opts.finish::<T>(&shape, |out| match operand {
            Operand::Elements(mut elements) => stats::median_of_elements(&mut elements, out),
            Operand::Array(a) => stats::median(a.view()?, axis, out),
        })
    })
}

/// `numpy.matmul`
#[wasm_bindgen(skip_typescript)]
pub fn matmul(x1: &JsValue, x2: &JsValue, opts: JsValue) -> Answer {
    let opts: OutOptions = options(opts, &["out"])?;
    let (x1, x2) = (NdArray::new("x1", x1)?, NdArray::new("x2", x2)?);
    if x1.dtype() != x2.dtype() {
        return Err(type_error(format!(
            "x1 holds {:?} and x2 {:?}; expected the same type of array",
            x1.dtype(),
            x2.dtype()
        )));
    }
    let shape = linalg::matmul_shape(&x1.shape, &x2.shape).map_err(to_js_err)?;
    dispatch!(float x1.dtype(), T => {
        let (a, b) = (x1.load::<T>()?, x2.load::<T>()?);
        compute::<T>(shape.as_slice(), false, &opts.out, |out| linalg::matmul(a.view()?, b.view()?, out))
    }, else Err(type_error(format!("x1 holds {:?}; expected Float64Array or Float32Array", x1.dtype()))))
}

/// `scipy.spatial.distance.cdist`
#[wasm_bindgen(skip_typescript)]
pub fn cdist(xa: &JsValue, xb: &JsValue, opts: JsValue) -> Answer {
    let opts: CdistOptions = options(opts, &["metric", "out"])?;
    let (xa, xb) = (NdArray::new("XA", xa)?, NdArray::new("XB", xb)?);
    let metric = spatial::Metric::from_name(&opts.metric).ok_or_else(|| {
        let names: Vec<_> = spatial::Metric::NAMES.iter().map(|(name, _)| *name).collect();
        to_js_err(Error::Value(format!("metric: got {:?}; expected one of {}", opts.metric, names.join(", "))))
    })?;
    for (name, x) in [("XA", &xa), ("XB", &xb)] {
        if x.dtype() != DType::F64 {
            return Err(type_error(format!("{name} holds {:?}; expected a Float64Array", x.dtype())));
        }
    }
    let shape = spatial::check_shapes(&xa.shape, &xb.shape).map_err(to_js_err)?;
    let (a, b) = (xa.load::<f64>()?, xb.load::<f64>()?);
    compute::<f64>(&shape, false, &opts.out, |out| spatial::cdist(a.view()?, b.view()?, metric, out))
}
