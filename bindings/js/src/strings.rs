//! Kernels on strings.

use ferrodide::strings::{self, Extractor, Match, Scorer, Weights};
use ferrodide::{Error, memory};
use js_sys::{Array, BigInt, Float64Array, JsString, Number, Uint32Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use crate::error::{to_js_err, type_error};
use crate::options::options;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("strings.d.ts");

#[derive(Deserialize)]
#[serde(default)]
struct LevenshteinOptions {
    weights: (u64, u64, u64),
    score_cutoff: Option<u64>,
}
impl Default for LevenshteinOptions {
    fn default() -> Self {
        Self { weights: (1, 1, 1), score_cutoff: None }
    }
}

#[derive(Deserialize)]
#[serde(default)]
struct ExtractOptions {
    scorer: String,
    /// Kept as it came: here null and undefined differ.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    limit: JsValue,
    score_cutoff: Option<f64>,
}
impl Default for ExtractOptions {
    fn default() -> Self {
        Self { scorer: "WRatio".to_string(), limit: JsValue::UNDEFINED, score_cutoff: None }
    }
}

#[derive(Serialize)]
struct Found {
    #[serde(with = "serde_wasm_bindgen::preserve")]
    choice: JsValue,
    score: f64,
    index: usize,
}

/// `Levenshtein.distance` of RapidFuzz. A bigint only where a number cannot hold it.
#[wasm_bindgen(skip_typescript)]
pub fn levenshtein(s1: &JsValue, s2: &JsValue, opts: JsValue) -> Result<JsValue, JsValue> {
    let opts: LevenshteinOptions = options(opts, &["weights", "score_cutoff"])?;
    let (mut points1, mut points2) = (Vec::new(), Vec::new());
    set_string(&mut points1, "s1", s1)?;
    set_string(&mut points2, "s2", s2)?;
    distance(&points1, &points2, opts.weights, opts.score_cutoff)
}

/// A scorer of RapidFuzz's `fuzz`, by name.
#[wasm_bindgen(js_name = fuzzScore, skip_typescript)]
pub fn fuzz_score(scorer: &str, s1: &JsValue, s2: &JsValue, score_cutoff: Option<f64>) -> Result<f64, JsValue> {
    let scorer = Scorer::from_name(scorer).map_err(to_js_err)?;
    let (mut points1, mut points2) = (Vec::new(), Vec::new());
    set_string(&mut points1, "s1", s1)?;
    set_string(&mut points2, "s2", s2)?;
    strings::fuzz_score(scorer, &points1, &points2, score_cutoff.unwrap_or(0.0)).map_err(to_js_err)
}

/// `process.extract` of RapidFuzz.
#[wasm_bindgen(skip_typescript)]
pub fn extract(query: &JsValue, choices: &JsValue, opts: JsValue) -> Result<JsValue, JsValue> {
    let opts: ExtractOptions = options(opts, &["scorer", "limit", "score_cutoff"])?;
    let scorer = Scorer::from_name(&opts.scorer).map_err(to_js_err)?;
    let limit = limit(&opts.limit)?;
    let choices: &Array = choices.dyn_ref().ok_or_else(|| {
        type_error(format!("choices is of type {}: expected an array of strings and nulls", js_type(choices)))
    })?;
    let mut points = Vec::new();
    set_string(&mut points, "query", query)?;
    let mut extractor = Extractor::new(&points, scorer, limit, opts.score_cutoff).map_err(to_js_err)?;
    for index in 0..choices.length() {
        let choice = choices.get(index);
        let choice = if choice.is_null() || choice.is_undefined() {
            None
        } else {
            set_string(&mut points, &format!("choices[{index}]"), &choice)?;
            Some(&points[..])
        };
        extractor.push(choice).map_err(to_js_err)?;
    }
    let found: Vec<Found> = extractor
        .finish()
        .into_iter()
        .map(|Match { score, index }| Found { choice: choices.get(index as u32), score, index })
        .collect();
    serde_wasm_bindgen::to_value(&found).map_err(|error| type_error(error.to_string()))
}

/// `levenshtein` of two strings in one array (see [`Packed`]).
#[wasm_bindgen(js_name = __levenshteinPacked, skip_typescript)]
pub fn levenshtein_packed(
    packed: &Uint32Array,
    insertion: u64,
    deletion: u64,
    substitution: u64,
    score_cutoff: Option<u64>,
) -> Result<JsValue, JsValue> {
    let packed = Packed::load(packed)?;
    let mut strings = packed.strings()?;
    let (s1, s2) = (next(&mut strings)?, next(&mut strings)?);
    distance(s1, s2, (insertion, deletion, substitution), score_cutoff)
}

/// `fuzzScore` of two strings in one array.
#[wasm_bindgen(js_name = __fuzzScorePacked, skip_typescript)]
pub fn fuzz_score_packed(scorer: &str, packed: &Uint32Array, score_cutoff: f64) -> Result<f64, JsValue> {
    let scorer = Scorer::from_name(scorer).map_err(to_js_err)?;
    let packed = Packed::load(packed)?;
    let mut strings = packed.strings()?;
    let (s1, s2) = (next(&mut strings)?, next(&mut strings)?);
    strings::fuzz_score(scorer, s1, s2, score_cutoff).map_err(to_js_err)
}

/// `extract` of the first string among the others: score, index, score, index, ...
#[wasm_bindgen(js_name = __extractPacked, skip_typescript)]
pub fn extract_packed(
    packed: &Uint32Array,
    scorer: &str,
    limit: Option<usize>,
    score_cutoff: Option<f64>,
) -> Result<Float64Array, JsValue> {
    let scorer = Scorer::from_name(scorer).map_err(to_js_err)?;
    let packed = Packed::load(packed)?;
    let mut strings = packed.strings()?;
    let query = next(&mut strings)?;
    let found = strings::extract(query, strings, scorer, limit, score_cutoff).map_err(to_js_err)?;
    let mut flat = memory::try_with_capacity(2 * found.len()).map_err(to_js_err)?;
    flat.extend(found.into_iter().flat_map(|Match { score, index }| [score, index as f64]));
    Ok(Float64Array::from(&flat[..]))
}

/// Many strings in one array: how many, the length of each (`ABSENT` for none), then
/// their code points, one after the other.
struct Packed(Vec<u32>);

const ABSENT: u32 = u32::MAX;

impl Packed {
    fn load(packed: &Uint32Array) -> Result<Self, JsValue> {
        let mut values = Vec::new();
        set_array(&mut values, packed)?;
        Ok(Packed(values))
    }

    fn strings(&self) -> Result<impl Iterator<Item = Option<&[u32]>>, JsValue> {
        let parts = self.0.split_first().and_then(|(&count, rest)| rest.split_at_checked(count as usize));
        let (lengths, mut points) = parts.ok_or_else(malformed)?;
        let total: u64 = lengths.iter().filter(|&&len| len != ABSENT).map(|&len| u64::from(len)).sum();
        if total != points.len() as u64 {
            return Err(malformed());
        }
        Ok(lengths.iter().map(move |&len| {
            let (string, rest) = points.split_at_checked((len != ABSENT).then_some(len as usize)?)?;
            points = rest;
            Some(string)
        }))
    }
}

fn next<'a>(strings: &mut impl Iterator<Item = Option<&'a [u32]>>) -> Result<&'a [u32], JsValue> {
    strings.next().flatten().ok_or_else(malformed)
}

fn malformed() -> JsValue {
    to_js_err(Error::Value("packed strings: the lengths do not fit the array".to_string()))
}

fn distance(
    s1: &[u32],
    s2: &[u32],
    (insertion, deletion, substitution): (u64, u64, u64),
    score_cutoff: Option<u64>,
) -> Result<JsValue, JsValue> {
    let weights = Weights { insertion, deletion, substitution };
    let distance = strings::levenshtein(s1, s2, weights, score_cutoff).map_err(to_js_err)?;
    Ok(match distance as f64 {
        number if number <= Number::MAX_SAFE_INTEGER => number.into(),
        _ => BigInt::from(distance).into(),
    })
}

fn limit(value: &JsValue) -> Result<Option<usize>, JsValue> {
    const DEFAULT: usize = 5;
    if value.is_undefined() {
        return Ok(Some(DEFAULT));
    }
    if value.is_null() {
        return Ok(None);
    }
    match value.as_f64() {
        // A number beyond usize becomes its greatest value: no limit either.
        Some(limit) if limit >= 0.0 && limit.fract() == 0.0 || limit == f64::INFINITY => Ok(Some(limit as usize)),
        came => Err(type_error(format!(
            "options.limit is {}: expected a whole number, 0 or more, or null for all matches",
            came.map_or_else(|| js_type(value), |number| number.to_string())
        ))),
    }
}

/// The code points of a JavaScript string, or those in a `Uint32Array`.
fn set_string(points: &mut Vec<u32>, name: &str, value: &JsValue) -> Result<(), JsValue> {
    if let Some(array) = value.dyn_ref::<Uint32Array>() {
        return set_array(points, array);
    }
    let Some(string) = value.dyn_ref::<JsString>() else {
        return Err(type_error(format!("{name} is of type {}: expected a string", js_type(value))));
    };
    // The conversion to UTF-8 allocates three bytes a unit at most, and infallibly.
    memory::probe(string.length() as usize * 3).map_err(to_js_err)?;
    let utf8 = String::from(string);
    // It turns lone surrogates into U+FFFD. Where there is one, look at each unit.
    let done = match utf8.contains(char::REPLACEMENT_CHARACTER) {
        false => strings::set_str(points, &utf8),
        true => strings::set_utf16(points, (0..string.length()).map(|i| string.char_code_at(i) as u16)),
    };
    done.map_err(to_js_err)
}

fn set_array(points: &mut Vec<u32>, array: &Uint32Array) -> Result<(), JsValue> {
    let len = array.length() as usize;
    *points = memory::try_filled(0, len).map_err(to_js_err)?;
    array.copy_to(points);
    Ok(())
}

fn js_type(value: &JsValue) -> String {
    value.js_typeof().as_string().unwrap_or_default()
}
