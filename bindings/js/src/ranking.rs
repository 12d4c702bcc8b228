//! Ranks, and medians that leave NaN out.

use ferrodide::stats::{self, Median, RankMethod};
use ferrodide::view::{View, ViewMut, normalize_axis};
use ferrodide::{Error, dispatch};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use crate::error::to_js_err;
use crate::ndarray::{NdArray, some};
use crate::numeric::{MedianOptions, compute, compute_strided};
use crate::options::options;

#[derive(Deserialize)]
#[serde(default)]
struct RankOptions {
    method: String,
    axis: Option<i32>,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    out: JsValue,
}
impl Default for RankOptions {
    fn default() -> Self {
        Self { method: "average".to_string(), axis: None, out: JsValue::UNDEFINED }
    }
}

/// `scipy.stats.rankdata`: of float32 as float32, else as doubles; flat without an axis. A lane with a NaN is
/// all NaN.
#[wasm_bindgen(skip_typescript)]
pub fn rankdata(x: &JsValue, opts: JsValue) -> Result<JsValue, JsValue> {
    let opts: RankOptions = options(opts, &["method", "axis", "out"])?;
    let x = NdArray::new("x", x)?;
    let method = RankMethod::from_name(&opts.method).ok_or_else(|| {
        let names: Vec<_> = RankMethod::NAMES.iter().map(|(name, _)| *name).collect();
        to_js_err(Error::Value(format!("method: got {:?}; expected one of {}", opts.method, names.join(", "))))
    })?;
    let axis = opts.axis.map(|axis| normalize_axis(axis as isize, x.shape.len())).transpose().map_err(to_js_err)?;
    let out = some(&opts.out).map(|out| NdArray::new("out", out)).transpose()?;
    dispatch!(x.dtype(), T => {
        type Rank = <T as Median>::Mean;
        let a = x.load::<T>()?;
        let Some(axis) = axis else {
            let lane = a.into_lane().map_err(to_js_err)?;
            let (shape, strides) = ([lane.len()], [size_of::<T>() as isize]);
            let ranks = |out: ViewMut<'_, Rank>| {
                stats::rankdata_along(View::from_slice(&lane, &shape, &strides)?, 0, method, out).map(|_| ())
            };
            return compute::<Rank>(&shape, x.bare, &opts.out, ranks);
        };
        let strides = x.strides_for_result::<Rank>(out.as_ref());
        let ranks = |out: ViewMut<'_, Rank>| stats::rankdata_along(a.view()?, axis, method, out).map(|_| ());
        compute_strided::<Rank>(&x.shape, &strides, x.bare, &opts.out, ranks)
    })
}

/// `numpy.nanmedian`
#[wasm_bindgen(skip_typescript)]
pub fn nanmedian(x: &JsValue, opts: JsValue) -> Result<JsValue, JsValue> {
    let opts: MedianOptions = options(opts, MedianOptions::NAMES)?;
    let x = NdArray::new("x", x)?;
    let (axis, shape) = opts.reduce(&x)?;
    dispatch!(x.dtype(), T => {
        let a = x.load::<T>()?;
        opts.finish::<T>(&shape, |out| stats::nanmedian_of_lanes(a.view()?, axis, out))
    })
}

/// `nanmedian` for the bridge, up to the first median that is no finite number; whether there was none.
#[wasm_bindgen(js_name = __nanmedianInto, skip_typescript)]
pub fn nanmedian_into(x: &JsValue, axis: Option<i32>, keepdims: bool, out: JsValue) -> Result<bool, JsValue> {
    let opts = MedianOptions { axis, keepdims, out };
    let x = NdArray::new("x", x)?;
    let (axis, shape) = opts.reduce(&x)?;
    let mut finite = false;
    dispatch!(x.dtype(), T => {
        let a = x.load::<T>()?;
        opts.finish::<T>(&shape, |out| {
            finite = stats::nanmedian_along(a.view()?, axis, out)?;
            Ok(())
        })
    })?;
    Ok(finite)
}
