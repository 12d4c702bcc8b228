//! `numpy.ndarray`s as the core's views, in place.

use std::ffi::c_int;
use std::marker::PhantomData;

use ferrodide::view::{DType, View, ViewMut};
use numpy::PY_ARRAY_API;
use numpy::npyffi::flags::{NPY_ARRAY_ALIGNED, NPY_ARRAY_WRITEABLE};
use numpy::npyffi::types::NPY_TYPES;
use numpy::npyffi::{NPY_ORDER, NpyTypes, PyArray_CheckExact, PyArrayObject, get_type_object};
use pyo3::prelude::*;

/// An exact, aligned `ndarray` in native byte order, of a dtype that kernels serve.
pub struct Array<'a, 'py> {
    object: *mut PyArrayObject,
    dtype: DType,
    borrowed: PhantomData<&'a Bound<'py, PyAny>>,
}

/// NumPy's number for `intp`, the type of indices.
pub const INTP: NPY_TYPES =
    if size_of::<std::ffi::c_long>() == size_of::<isize>() { NPY_TYPES::NPY_LONG } else { NPY_TYPES::NPY_LONGLONG };

/// NumPy's number for the floating type of a result.
pub fn float_type(is_f32: bool) -> NPY_TYPES {
    if is_f32 { NPY_TYPES::NPY_FLOAT } else { NPY_TYPES::NPY_DOUBLE }
}

/// `int32` and `int64` are C `int`, `long` or `long long`, by platform.
fn dtype_of(type_num: c_int) -> Option<DType> {
    const LONG: DType = if size_of::<std::ffi::c_long>() == 8 { DType::I64 } else { DType::I32 };
    Some(match type_num {
        n if n == NPY_TYPES::NPY_DOUBLE as c_int => DType::F64,
        n if n == NPY_TYPES::NPY_FLOAT as c_int => DType::F32,
        n if n == NPY_TYPES::NPY_LONGLONG as c_int => DType::I64,
        n if n == NPY_TYPES::NPY_LONG as c_int => LONG,
        n if n == NPY_TYPES::NPY_INT as c_int => DType::I32,
        n if n == NPY_TYPES::NPY_UBYTE as c_int => DType::U8,
        _ => return None,
    })
}

impl<'a, 'py> Array<'a, 'py> {
    /// `None` where the kernels do not serve `object` as it is.
    pub fn new(object: &'a Bound<'py, PyAny>) -> Option<Self> {
        // SAFETY: `object` is a live Python object, and is read as an array only once known to be one.
        unsafe {
            if PyArray_CheckExact(object.py(), object.as_ptr()) == 0 {
                return None;
            }
            let array = Self { object: object.as_ptr().cast(), dtype: DType::F64, borrowed: PhantomData };
            let fields = &(*array.object).fields;
            let descr = &(*fields.descr).fields;
            let dtype = dtype_of(descr.type_num)?;
            let swapped = descr.byteorder as u8 == if cfg!(target_endian = "little") { b'>' } else { b'<' };
            let aligned = fields.flags & NPY_ARRAY_ALIGNED != 0
                && array.strides().iter().all(|s| s % itemsize(dtype) as isize == 0);
            (aligned && !swapped).then_some(Self { dtype, ..array })
        }
    }

    pub fn dtype(&self) -> DType {
        self.dtype
    }

    pub fn ndim(&self) -> usize {
        // SAFETY: a live array.
        unsafe { (*self.object).fields.nd as usize }
    }

    pub fn size(&self) -> usize {
        self.shape().iter().product()
    }

    pub fn shape(&self) -> &'a [usize] {
        match self.ndim() {
            0 => &[],
            // SAFETY: NumPy holds nd lengths there, none negative, for as long as the array lives.
            ndim => unsafe { std::slice::from_raw_parts((*self.object).fields.dimensions.cast(), ndim) },
        }
    }

    pub fn strides(&self) -> &'a [isize] {
        match self.ndim() {
            0 => &[],
            // SAFETY: NumPy holds nd strides there, in bytes, for as long as the array lives.
            ndim => unsafe { std::slice::from_raw_parts((*self.object).fields.strides, ndim) },
        }
    }

    /// The elements, where they are.
    ///
    /// # Safety
    /// `T` is the type of `self.dtype()`, and nothing writes to the array meanwhile
    /// (the interpreter is held, and no Python code runs inside a kernel).
    pub unsafe fn view<T: Copy>(&self) -> View<'a, T> {
        debug_assert_eq!(size_of::<T>(), itemsize(self.dtype));
        // SAFETY: `new` checked alignment; NumPy vouches for the rest.
        unsafe { View::from_raw_parts((*self.object).fields.data.cast(), self.shape(), self.strides()) }
    }
}

fn itemsize(dtype: DType) -> usize {
    ferrodide::dispatch!(dtype, T => size_of::<T>())
}

/// An array that this call made, and that nobody else knows yet.
pub struct NewArray<'py>(Bound<'py, PyAny>);

impl<'py> NewArray<'py> {
    /// Uninitialised, in C order. `MemoryError` where it does not fit.
    pub fn empty(py: Python<'py>, type_num: NPY_TYPES, shape: &[usize]) -> PyResult<Self> {
        // SAFETY: NumPy copies the lengths; a null return carries an exception.
        unsafe {
            let array = PY_ARRAY_API.PyArray_New(
                py,
                get_type_object(py, NpyTypes::PyArray_Type),
                shape.len() as c_int,
                shape.as_ptr().cast_mut().cast(),
                type_num as c_int,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                0,
                0,
                std::ptr::null_mut(),
            );
            Bound::from_owned_ptr_or_err(py, array).map(Self)
        }
    }

    /// Uninitialised, with the shape, dtype and memory order of another. `MemoryError`
    /// where it does not fit.
    pub fn like(py: Python<'py>, array: &Array<'_, 'py>) -> PyResult<Self> {
        // SAFETY: a live array, whose dtype NumPy keeps for null; a null return carries an exception.
        unsafe {
            let null = std::ptr::null_mut();
            let new = PY_ARRAY_API.PyArray_NewLikeArray(py, array.object, NPY_ORDER::NPY_KEEPORDER, null, 0);
            Bound::from_owned_ptr_or_err(py, new).map(Self)
        }
    }

    /// The elements, to write.
    ///
    /// # Safety
    /// `T` has the size and alignment of the array's dtype.
    pub unsafe fn view_mut<T: Copy>(&mut self) -> ViewMut<'_, T> {
        // SAFETY: made by `empty` or `like`, so writeable, aligned, and known to nobody else.
        unsafe {
            let fields = &(*self.0.as_ptr().cast::<PyArrayObject>()).fields;
            debug_assert!(fields.flags & NPY_ARRAY_WRITEABLE != 0);
            let (shape, strides) = match fields.nd as usize {
                0 => (&[][..], &[][..]),
                ndim => (
                    std::slice::from_raw_parts(fields.dimensions.cast::<usize>(), ndim),
                    std::slice::from_raw_parts(fields.strides, ndim),
                ),
            };
            ViewMut::from_raw_parts(fields.data.cast(), shape, strides)
        }
    }

    /// The array; a NumPy scalar where it has no dimensions, as NumPy's functions return it.
    pub fn into_result(self) -> PyResult<Bound<'py, PyAny>> {
        let py = self.0.py();
        // SAFETY: PyArray_Return takes over the reference; a null return carries an exception.
        unsafe { Bound::from_owned_ptr_or_err(py, PY_ARRAY_API.PyArray_Return(py, self.0.into_ptr().cast())) }
    }
}
