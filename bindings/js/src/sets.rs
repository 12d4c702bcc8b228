//! Sets: `unique`, `isin`.

use ferrodide::sets::{self, Unique, Wanted};
use ferrodide::sort::SortKey;
use ferrodide::{dispatch, memory};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use crate::error::{to_js_err, type_error};
use crate::ndarray::{Element, NdArray, indices, some, store_contiguous, store_first};
use crate::options::options;

#[derive(Deserialize)]
#[serde(default)]
struct UniqueOptions {
    return_index: bool,
    return_inverse: bool,
    return_counts: bool,
    equal_nan: bool,
}
impl Default for UniqueOptions {
    fn default() -> Self {
        Self { return_index: false, return_inverse: false, return_counts: false, equal_nan: true }
    }
}

#[derive(Deserialize)]
#[serde(default)]
struct IsinOptions {
    invert: bool,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    out: JsValue,
}
impl Default for IsinOptions {
    fn default() -> Self {
        Self { invert: false, out: JsValue::UNDEFINED }
    }
}

/// What `unique` gives besides the values.
#[derive(Serialize)]
struct Parts {
    #[serde(with = "serde_wasm_bindgen::preserve")]
    values: JsValue,
    #[serde(with = "serde_wasm_bindgen::preserve", skip_serializing_if = "JsValue::is_undefined")]
    index: JsValue,
    #[serde(with = "serde_wasm_bindgen::preserve", skip_serializing_if = "JsValue::is_undefined")]
    inverse: JsValue,
    #[serde(with = "serde_wasm_bindgen::preserve", skip_serializing_if = "JsValue::is_undefined")]
    counts: JsValue,
}

fn distinct<T: Element + SortKey>(x: &NdArray, wanted: Wanted, equal_nan: bool) -> Result<Unique<T>, JsValue> {
    let lane = x.load::<T>()?.into_lane().map_err(to_js_err)?;
    sets::unique(&lane, wanted, equal_nan).map_err(to_js_err)
}

/// `numpy.unique`: the values; with what was wanted besides, an object of these.
#[wasm_bindgen(skip_typescript)]
pub fn unique(x: &JsValue, opts: JsValue) -> Result<JsValue, JsValue> {
    let names = ["return_index", "return_inverse", "return_counts", "equal_nan"];
    let opts: UniqueOptions = options(opts, &names)?;
    let x = NdArray::new("x", x)?;
    let wanted = Wanted { counts: opts.return_counts, index: opts.return_index, inverse: opts.return_inverse };
    dispatch!(x.dtype(), T => {
        let unique = distinct::<T>(&x, wanted, opts.equal_nan)?;
        let n = [unique.values.len()];
        let values = store_contiguous(&unique.values, &n, x.bare, &JsValue::UNDEFINED)?;
        if wanted == Wanted::default() {
            return Ok(values);
        }
        let part = |wanted: bool, part: &[isize], shape: &[usize]| match wanted {
            true => store_contiguous(indices(part), shape, x.bare, &JsValue::UNDEFINED),
            false => Ok(JsValue::UNDEFINED),
        };
        let parts = Parts {
            values,
            index: part(wanted.index, &unique.index, &n)?,
            inverse: part(wanted.inverse, &unique.inverse, &x.shape)?,
            counts: part(wanted.counts, &unique.counts, &n)?,
        };
        Ok(serde_wasm_bindgen::to_value(&parts)?)
    })
}

/// `unique` for the bridge: into the first elements of typed arrays that are long enough for any result,
/// undefined where it is not wanted; how many values there are.
#[wasm_bindgen(js_name = __uniqueInto, skip_typescript)]
pub fn unique_into(
    x: &JsValue,
    equal_nan: bool,
    values: &JsValue,
    index: &JsValue,
    inverse: &JsValue,
    counts: &JsValue,
) -> Result<usize, JsValue> {
    let x = NdArray::new("x", x)?;
    let wanted =
        Wanted { counts: some(counts).is_some(), index: some(index).is_some(), inverse: some(inverse).is_some() };
    dispatch!(x.dtype(), T => {
        let unique = distinct::<T>(&x, wanted, equal_nan)?;
        store_first(&unique.values, values)?;
        for (part, to) in [(&unique.index, index), (&unique.inverse, inverse), (&unique.counts, counts)] {
            if some(to).is_some() {
                store_first(indices(part), to)?;
            }
        }
        Ok(unique.values.len())
    })
}

/// `numpy.isin`, as bytes 0 and 1.
#[wasm_bindgen(skip_typescript)]
pub fn isin(element: &JsValue, test_elements: &JsValue, opts: JsValue) -> Result<JsValue, JsValue> {
    let opts: IsinOptions = options(opts, &["invert", "out"])?;
    let (element, test) = (NdArray::new("element", element)?, NdArray::new("test_elements", test_elements)?);
    if element.dtype() != test.dtype() {
        return Err(type_error(format!(
            "element holds {:?} and test_elements {:?}; expected the same type of array",
            element.dtype(),
            test.dtype()
        )));
    }
    dispatch!(element.dtype(), T => {
        let lane = element.load::<T>()?.into_lane().map_err(to_js_err)?;
        let test = test.load::<T>()?.into_lane().map_err(to_js_err)?;
        let mut found = memory::try_filled(0, lane.len()).map_err(to_js_err)?;
        sets::isin(&lane, &test, opts.invert, &mut found).map_err(to_js_err)?;
        store_contiguous::<u8>(&found, &element.shape, element.bare, &opts.out)
    })
}
