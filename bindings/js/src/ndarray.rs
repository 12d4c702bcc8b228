//! Typed arrays with a shape, in and out of this module's memory: one copy each way.

use ferrodide::elements::{CHUNK, Elements, gather};
use ferrodide::view::{DType, View, contiguous_strides, fills};
use ferrodide::{Error, dispatch, memory};
use js_sys::{BigInt64Array, Float32Array, Float64Array, Int32Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::error::{to_js_err, type_error};

#[wasm_bindgen]
extern "C" {
    /// `{data, shape, strides?, offset?}`; a Pyodide `PyBufferView` has this form.
    type NdArrayLike;
    #[wasm_bindgen(method, getter, structural)]
    fn data(this: &NdArrayLike) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn shape(this: &NdArrayLike) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn strides(this: &NdArrayLike) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn offset(this: &NdArrayLike) -> JsValue;
}

/// A Rust number and the typed array of it.
pub trait Element: Copy + Default {
    /// All of a typed array of it.
    fn load(data: &JsValue) -> Result<Vec<Self>, JsValue>;
    /// One element of a typed array of it.
    fn get(data: &JsValue, index: usize) -> Self;
    /// The elements of a typed array of it from `start` on, as many as `to` takes.
    fn read(data: &JsValue, start: usize, to: &mut [Self]);
    /// Whether `data` is the typed array of it.
    fn is_in(data: &JsValue) -> bool;
    /// Into an existing typed array of this type and of the same length.
    fn store(values: &[Self], to: &JsValue) -> Result<(), JsValue>;
    /// A new typed array.
    fn to_typed_array(values: &[Self]) -> JsValue;
}

macro_rules! element {
    ($($t:ty => $Array:ty),*) => {$(
        impl Element for $t {
            fn load(data: &JsValue) -> Result<Vec<$t>, JsValue> {
                let data: &$Array = data.unchecked_ref();
                let len = data.length() as usize;
                let mut values = memory::try_with_capacity(len).map_err(to_js_err)?;
                data.copy_to_uninit(&mut values.spare_capacity_mut()[..len]);
                // SAFETY: copy_to_uninit wrote all `len` of them.
                unsafe { values.set_len(len) };
                Ok(values)
            }

            fn get(data: &JsValue, index: usize) -> $t {
                data.unchecked_ref::<$Array>().get_index(index as u32)
            }

            fn read(data: &JsValue, start: usize, to: &mut [$t]) {
                data.unchecked_ref::<$Array>().subarray(start as u32, (start + to.len()) as u32).copy_to(to);
            }

            fn is_in(data: &JsValue) -> bool {
                data.is_instance_of::<$Array>()
            }

            fn store(values: &[$t], to: &JsValue) -> Result<(), JsValue> {
                match to.dyn_ref::<$Array>() {
                    Some(to) if to.length() as usize == values.len() => {
                        to.copy_from(values);
                        Ok(())
                    }
                    _ => Err(type_error(format!(
                        "out: expected a {} of {} elements",
                        stringify!($Array),
                        values.len()
                    ))),
                }
            }

            fn to_typed_array(values: &[$t]) -> JsValue {
                <$Array>::from(values).into()
            }
        }
    )*};
}
element!(f64 => Float64Array, f32 => Float32Array, i64 => BigInt64Array, i32 => Int32Array, u8 => Uint8Array);

/// The elements of a typed array, copied in chunk by chunk.
pub struct Chunks<T> {
    data: JsValue,
    len: usize,
    buffer: Vec<T>,
}

impl<T: Element> Elements<T> for Chunks<T> {
    fn len(&self) -> usize {
        self.len
    }
    fn get(&self, index: usize) -> T {
        T::get(&self.data, index)
    }
    fn chunk(&mut self, start: usize, len: usize) -> &[T] {
        let chunk = &mut self.buffer[..len];
        T::read(&self.data, start, chunk);
        chunk
    }
}

/// An operand as it came from JavaScript.
pub struct NdArray {
    data: JsValue,
    dtype: DType,
    /// Elements along each axis.
    pub shape: Vec<usize>,
    strides: Vec<isize>,
    offset: usize,
    /// A typed array on its own, so that the result is one too.
    pub bare: bool,
}

fn dtype_of(data: &JsValue) -> Option<DType> {
    Some(match data {
        d if d.is_instance_of::<Float64Array>() => DType::F64,
        d if d.is_instance_of::<Float32Array>() => DType::F32,
        d if d.is_instance_of::<BigInt64Array>() => DType::I64,
        d if d.is_instance_of::<Int32Array>() => DType::I32,
        d if d.is_instance_of::<Uint8Array>() => DType::U8,
        _ => return None,
    })
}

/// An operand in this module's memory.
pub struct Loaded<'a, T> {
    /// All of its elements, each once.
    pub values: Vec<T>,
    shape: &'a [usize],
    strides: Vec<isize>,
}

impl<T: Element> Loaded<'_, T> {
    /// The elements in their shape.
    pub fn view(&self) -> ferrodide::Result<View<'_, T>> {
        View::from_slice(&self.values, self.shape, &self.strides)
    }

    /// The elements in C order, one after another.
    pub fn into_lane(self) -> ferrodide::Result<Vec<T>> {
        let view = self.view()?;
        if view.as_slice().is_some() {
            return Ok(self.values);
        }
        let mut lane = memory::try_with_capacity(view.size())?;
        view.extend_into(&mut lane, |x| x);
        Ok(lane)
    }

    /// Whether the elements lie as these strides say.
    pub fn has_strides(&self, strides: &[isize]) -> bool {
        same_strides(&self.strides, strides, self.shape)
    }
}

impl NdArray {
    /// Reads what describes the array; its elements stay where they are.
    pub fn new(name: &str, value: &JsValue) -> Result<Self, JsValue> {
        if let Some(dtype) = dtype_of(value) {
            let len = value.unchecked_ref::<Uint8Array>().length() as usize;
            let strides = vec![itemsize(dtype) as isize];
            return Ok(Self { data: value.clone(), dtype, shape: vec![len], strides, offset: 0, bare: true });
        }
        let expected = "expected a Float64Array, Float32Array, BigInt64Array, Int32Array or Uint8Array, \
                        or {data, shape} with one of them as data";
        if !value.is_object() {
            return Err(type_error(format!(
                "{name}: {expected}, got {:?}",
                value.js_typeof().as_string().unwrap_or_default()
            )));
        }
        let like: &NdArrayLike = value.unchecked_ref();
        let data = like.data();
        let dtype = dtype_of(&data).ok_or_else(|| type_error(format!("{name}: {expected}")))?;
        let whole = |field: &str, value: JsValue| -> Result<Vec<f64>, JsValue> {
            serde_wasm_bindgen::from_value::<Vec<f64>>(value)
                .ok()
                .filter(|numbers| numbers.iter().all(|n| n.fract() == 0.0 && n.abs() <= i32::MAX as f64))
                .ok_or_else(|| type_error(format!("{name}.{field}: expected an array of whole numbers")))
        };
        let dims = whole("shape", like.shape())?;
        if dims.len() > ferrodide::view::MAX_NDIM || dims.iter().any(|n| *n < 0.0) {
            return Err(type_error(format!("{name}.shape: got {dims:?}; expected at most 64 lengths, none negative")));
        }
        let shape: Vec<usize> = dims.iter().map(|n| *n as usize).collect();
        let mut strides = vec![0; shape.len()];
        match like.strides() {
            none if none.is_undefined() || none.is_null() => contiguous_strides(&shape, itemsize(dtype), &mut strides),
            given => {
                strides = whole("strides", given)?.iter().map(|s| *s as isize * itemsize(dtype) as isize).collect()
            }
        }
        let offset = like.offset().as_f64().unwrap_or(0.0) as usize;
        Ok(Self { data, dtype, shape, strides, offset, bare: false })
    }

    /// The element type.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// The elements into this module's memory, without gaps: the one copy in.
    pub fn load<T: Element>(&self) -> Result<Loaded<'_, T>, JsValue> {
        let (values, strides) = match self.fills::<T>() {
            true => (T::load(&self.data)?, self.strides.clone()),
            false => gather(&mut self.read_in_chunks()?, self.offset, &self.shape, &self.strides).map_err(to_js_err)?,
        };
        Ok(Loaded { values, shape: &self.shape, strides })
    }

    /// The elements, each once and in any order, to be copied in chunk by chunk; `None`
    /// where the data holds others.
    pub fn elements<T: Element>(&self) -> Result<Option<Chunks<T>>, JsValue> {
        self.fills::<T>().then(|| self.read_in_chunks()).transpose()
    }

    fn read_in_chunks<T: Element>(&self) -> Result<Chunks<T>, JsValue> {
        let len = self.data_len();
        let buffer = memory::try_filled(T::default(), CHUNK.min(len)).map_err(to_js_err)?;
        Ok(Chunks { data: self.data.clone(), len, buffer })
    }

    fn data_len(&self) -> usize {
        self.data.unchecked_ref::<Uint8Array>().length() as usize
    }

    /// Whether the array is made of all of its data, each element once.
    fn fills<T>(&self) -> bool {
        self.offset == 0 && fills::<T>(self.data_len(), &self.shape, &self.strides)
    }

    /// The strides of a result alike: those of `out` where one is given and takes it, else C order's.
    pub fn strides_for_result<T>(&self, out: Option<&NdArray>) -> Vec<isize> {
        match out {
            Some(out) if out.shape == self.shape && out.fills::<T>() => out.strides.clone(),
            _ => {
                let mut strides = vec![0; self.shape.len()];
                contiguous_strides(&self.shape, size_of::<T>(), &mut strides);
                strides
            }
        }
    }

    /// Fails unless this, an `out`, takes a result of `shape` with these strides.
    fn check_takes(&self, shape: &[usize], strides: &[isize]) -> Result<(), JsValue> {
        let alike = self.shape == shape && self.offset == 0 && same_strides(&self.strides, strides, shape);
        match alike {
            true => Ok(()),
            false => Err(to_js_err(Error::Value(format!(
                "out has shape {:?} and strides {:?} (bytes); expected shape {shape:?} and strides {strides:?}",
                self.shape, self.strides
            )))),
        }
    }
}

/// Whether two layouts of one shape are the same; axes of length 1 do not count.
fn same_strides(a: &[isize], b: &[isize], shape: &[usize]) -> bool {
    a.len() == b.len() && a.iter().zip(b).zip(shape).all(|((a, b), &n)| a == b || n <= 1)
}

fn itemsize(dtype: DType) -> usize {
    dispatch!(dtype, T => size_of::<T>())
}

/// An argument that is there.
pub fn some(value: &JsValue) -> Option<&JsValue> {
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// Indices as JavaScript has them.
pub fn indices(values: &[isize]) -> &[i32] {
    const { assert!(size_of::<isize>() == size_of::<i32>()) };
    // SAFETY: isize is 32 bits wide on wasm32, with the layout of i32.
    unsafe { std::slice::from_raw_parts(values.as_ptr().cast(), values.len()) }
}

#[derive(Serialize)]
struct Result_ {
    #[serde(with = "serde_wasm_bindgen::preserve")]
    data: JsValue,
    shape: Vec<usize>,
}

/// The one copy out: into `out` where there is one, else into a new typed array;
/// `{data, shape}` unless the operand was `bare`.
pub fn store<T: Element>(
    values: &[T],
    shape: &[usize],
    strides: &[isize],
    bare: bool,
    out: &JsValue,
) -> Result<JsValue, JsValue> {
    if !out.is_undefined() && !out.is_null() {
        let target = NdArray::new("out", out)?;
        // Another type of array is refused as such, by `T::store`.
        if T::is_in(&target.data) {
            target.check_takes(shape, strides)?;
        }
        T::store(values, &target.data)?;
        return Ok(out.clone());
    }
    let data = T::to_typed_array(values);
    match bare {
        true => Ok(data),
        false => Ok(serde_wasm_bindgen::to_value(&Result_ { data, shape: shape.to_vec() })?),
    }
}

/// [`store`] of a result in C order.
pub fn store_contiguous<T: Element>(
    values: &[T],
    shape: &[usize],
    bare: bool,
    out: &JsValue,
) -> Result<JsValue, JsValue> {
    let mut strides = vec![0; shape.len()];
    contiguous_strides(shape, size_of::<T>(), &mut strides);
    store(values, shape, &strides, bare, out)
}

/// The one copy out, into the first elements of a typed array.
pub fn store_first<T: Element>(values: &[T], to: &JsValue) -> Result<(), JsValue> {
    T::store(values, &to.unchecked_ref::<Uint8Array>().subarray(0, values.len() as u32))
}
