//! What a compiled function left in the slots, as Python objects.

use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

use ferrodide_jit::{ArrayType, DType};
use numpy::PY_ARRAY_API;
use numpy::npyffi::flags::NPY_ARRAY_WRITEABLE;
use numpy::npyffi::types::NPY_TYPES;
use numpy::npyffi::{NpyTypes, PyArrayObject, get_type_object};
use pyo3::exceptions::{PyMemoryError, PySystemError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyComplex, PyFloat, PyInt, PyList, PyTuple};

use super::plan::{Plan, kind_of};
use crate::array::{Array, NewArray};

/// As the capsules that own a result's memory are called.
const CAPSULE: &std::ffi::CStr = c"ferrodide.jit memory";

unsafe extern "C" {
    /// C's: in Pyodide the one whose `malloc` compiled functions import.
    fn free(memory: *mut c_void);
}

/// # Safety
/// Python's call of a capsule of ours, once.
unsafe extern "C" fn release(capsule: *mut ffi::PyObject) {
    // SAFETY: a compiled function allocated it, and handed it over.
    unsafe { free(ffi::PyCapsule_GetPointer(capsule, CAPSULE.as_ptr())) }
}

/// NumPy's number of a dtype.
fn type_num(dtype: DType) -> NPY_TYPES {
    use NPY_TYPES::*;
    match dtype {
        DType::Bool => NPY_BOOL,
        DType::I8 => NPY_BYTE,
        DType::I16 => NPY_SHORT,
        DType::U8 => NPY_UBYTE,
        DType::U16 => NPY_USHORT,
        // Which of C's types NumPy's int32 and int64 are differs: `long` is one of them.
        DType::I32 => {
            if LONG_IS_WIDE {
                NPY_INT
            } else {
                NPY_LONG
            }
        }
        DType::U32 => {
            if LONG_IS_WIDE {
                NPY_UINT
            } else {
                NPY_ULONG
            }
        }
        DType::I64 => {
            if LONG_IS_WIDE {
                NPY_LONG
            } else {
                NPY_LONGLONG
            }
        }
        DType::U64 => {
            if LONG_IS_WIDE {
                NPY_ULONG
            } else {
                NPY_ULONGLONG
            }
        }
        DType::F32 => NPY_FLOAT,
        DType::F64 => NPY_DOUBLE,
        DType::C64 => NPY_CFLOAT,
        DType::C128 => NPY_CDOUBLE,
    }
}
const LONG_IS_WIDE: bool = size_of::<std::ffi::c_long>() == 8;

/// A result of one call, being read.
pub struct Reading<'a, 'py> {
    py: Python<'py>,
    slots: &'a [u64],
    at: usize,
    /// Arguments, and the global arrays: what memory of nobody's may be a part of.
    arguments: Vec<Bound<'py, PyAny>>,
    /// Who owns memory that this call allocated.
    owners: Vec<(u64, Bound<'py, PyAny>)>,
}

impl<'a, 'py> Reading<'a, 'py> {
    pub fn new(py: Python<'py>, slots: &'a [u64]) -> Self {
        Reading { py, slots, at: 0, arguments: Vec::new(), owners: Vec::new() }
    }

    fn take(&mut self) -> u64 {
        let slot = self.slots[self.at];
        self.at += 1;
        slot
    }

    /// The next value.
    ///
    /// # Safety
    /// The slots are a compiled function's results of this type; `arguments` gives the arguments of its call.
    pub unsafe fn read(
        &mut self,
        plan: &Plan,
        arguments: &dyn Fn(&mut Vec<Bound<'py, PyAny>>),
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = self.py;
        match plan {
            Plan::None | Plan::Omitted => Ok(py.None().into_bound(py)),
            Plan::Str(text) => Ok(text.bind(py).clone().into_any()),
            Plan::Int => Ok(PyInt::new(py, self.take() as i64).into_any()),
            Plan::Float => Ok(PyFloat::new(py, f64::from_bits(self.take())).into_any()),
            Plan::Bool => Ok(PyBool::new(py, self.take() != 0).to_owned().into_any()),
            Plan::Complex => self.number(DType::C128),
            Plan::Scalar(dtype, _) => self.number(*dtype),
            Plan::Tuple(items) => {
                // SAFETY: the caller's promise, of each part.
                let parts = items.iter().map(|each| unsafe { self.read(each, arguments) });
                Ok(PyTuple::new(py, parts.collect::<PyResult<Vec<_>>>()?)?.into_any())
            }
            Plan::Named(class, items) => {
                // SAFETY: the caller's promise, of each part.
                let parts = items.iter().map(|each| unsafe { self.read(each, arguments) });
                class.bind(py).call1(PyTuple::new(py, parts.collect::<PyResult<Vec<_>>>()?)?)
            }
            Plan::Array(array) => {
                if self.arguments.is_empty() {
                    arguments(&mut self.arguments);
                }
                // SAFETY: the caller's promise.
                unsafe { self.array(array) }
            }
            // SAFETY: the caller's promise.
            Plan::List(dtype) => unsafe { self.list(*dtype) },
        }
    }

    fn number(&mut self, dtype: DType) -> PyResult<Bound<'py, PyAny>> {
        let py = self.py;
        let slot = self.take();
        let single = |slot: u64| f64::from(f32::from_bits(slot as u32));
        Ok(match dtype {
            DType::Bool => PyBool::new(py, slot != 0).to_owned().into_any(),
            DType::U8 | DType::U16 | DType::U32 | DType::U64 => PyInt::new(py, slot).into_any(),
            DType::F32 => PyFloat::new(py, single(slot)).into_any(),
            DType::F64 => PyFloat::new(py, f64::from_bits(slot)).into_any(),
            DType::C64 => PyComplex::from_doubles(py, single(slot), single(self.take())).into_any(),
            DType::C128 => PyComplex::from_doubles(py, f64::from_bits(slot), f64::from_bits(self.take())).into_any(),
            _ => PyInt::new(py, slot as i64).into_any(),
        })
    }

    /// The capsule that frees an owner's memory.
    fn owner(&mut self, address: u64) -> PyResult<Bound<'py, PyAny>> {
        if let Some((_, known)) = self.owners.iter().find(|each| each.0 == address) {
            return Ok(known.clone());
        }
        // SAFETY: an owner's address is not null, and its memory this call's own from here on.
        let capsule = unsafe {
            let made = ffi::PyCapsule_New(address as usize as *mut c_void, CAPSULE.as_ptr(), Some(release));
            Bound::from_owned_ptr_or_err(self.py, made)?
        };
        self.owners.push((address, capsule.clone()));
        Ok(capsule)
    }

    /// # Safety
    /// The slots are those of an array of this type.
    unsafe fn array(&mut self, array: &ArrayType) -> PyResult<Bound<'py, PyAny>> {
        let ndim = usize::from(array.ndim);
        let (data, owner) = (self.take(), self.take());
        let (mut shape, mut strides) = ([0usize; 4], [0isize; 4]);
        for length in &mut shape[..ndim] {
            *length = self.take() as usize;
        }
        for stride in &mut strides[..ndim] {
            *stride = self.take() as isize;
        }
        let (shape, strides) = (&shape[..ndim], &strides[..ndim]);
        if owner != 0 {
            let base = self.owner(owner)?;
            // SAFETY: the array lies in the owner's memory.
            return unsafe { self.over(data, array.dtype, shape, strides, !array.readonly, base) };
        }
        let mut within = None;
        for object in &self.arguments {
            let Some(found) = Array::any(object).filter(|each| each.kind() == kind_of(array.dtype)) else { continue };
            // SAFETY: a live array.
            let start = unsafe { (*object.as_ptr().cast::<PyArrayObject>()).fields.data } as u64;
            if start == data && found.shape() == shape && found.strides() == strides {
                return Ok(object.clone());
            }
        }
        for object in &self.arguments {
            let Some(found) = Array::any(object) else { continue };
            let (from, to) = found.span();
            if (from as u64..to as u64).contains(&data) && found.size() > 0 {
                within = Some((object.clone(), found.is_writeable()));
                break;
            }
        }
        match within {
            // SAFETY: the array is a part of the argument.
            Some((base, writeable)) => unsafe {
                self.over(data, array.dtype, shape, strides, writeable && !array.readonly, base)
            },
            None if shape.contains(&0) => {
                Ok(NewArray::of_type(self.py, type_num(array.dtype) as c_int, shape)?.into_array())
            }
            None => Err(PySystemError::new_err("a compiled function returned memory that is nobody's")),
        }
    }

    /// An array over memory that `base` keeps.
    ///
    /// # Safety
    /// It is there for as long as `base` lives.
    unsafe fn over(
        &self,
        data: u64,
        dtype: DType,
        shape: &[usize],
        strides: &[isize],
        writeable: bool,
        base: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = self.py;
        let flags = if writeable { NPY_ARRAY_WRITEABLE } else { 0 };
        // SAFETY: NumPy copies lengths and strides, takes over the references to the dtype and to the base; a null return
        // carries an exception.
        unsafe {
            let descr = PY_ARRAY_API.PyArray_DescrFromType(py, type_num(dtype) as c_int);
            let class = get_type_object(py, NpyTypes::PyArray_Type);
            let made = PY_ARRAY_API.PyArray_NewFromDescr(
                py,
                class,
                descr,
                shape.len() as c_int,
                shape.as_ptr().cast_mut().cast(),
                strides.as_ptr().cast_mut(),
                data as usize as *mut c_void,
                flags,
                null_mut(),
            );
            let made = Bound::from_owned_ptr_or_err(py, made)?;
            if PY_ARRAY_API.PyArray_SetBaseObject(py, made.as_ptr().cast(), base.into_ptr()) < 0 {
                return Err(PyErr::fetch(py));
            }
            Ok(made)
        }
    }

    /// # Safety
    /// The slots are those of a list of such numbers.
    unsafe fn list(&mut self, dtype: DType) -> PyResult<Bound<'py, PyAny>> {
        let (data, owner, len, stride) = (self.take(), self.take(), self.take() as usize, self.take() as usize);
        let held = if owner == 0 { None } else { Some(self.owner(owner)?) };
        let size = kind_of(dtype).itemsize();
        let mut numbers = Vec::new();
        numbers.try_reserve_exact(len).map_err(|_| PyMemoryError::new_err("a list of so many numbers"))?;
        for i in 0..len {
            let mut parts = [0u64; 2];
            // SAFETY: one of the list's elements; no number is longer than 16 bytes, and all bits are one.
            unsafe {
                let from = (data as usize + i * stride) as *const u8;
                from.copy_to_nonoverlapping(parts.as_mut_ptr().cast(), size);
            }
            let low = parts[0];
            let widened = match dtype {
                DType::I8 => low as i8 as i64 as u64,
                DType::I16 => low as i16 as i64 as u64,
                DType::I32 => low as i32 as i64 as u64,
                DType::C64 => low & 0xffff_ffff,
                _ => low,
            };
            let second = if dtype == DType::C64 { low >> 32 } else { parts[1] };
            numbers.push(Reading::new(self.py, &[widened, second]).number(dtype)?);
        }
        drop(held);
        Ok(PyList::new(self.py, numbers)?.into_any())
    }
}
