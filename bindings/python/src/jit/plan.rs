//! What a specialisation is made for: arguments that are of its types, into the slots that it reads.

use std::ffi::c_int;

use ferrodide_jit::{ArrayType, DType, Layout, Type};
use numpy::PY_ARRAY_API;
use numpy::npyffi::PyArrayObject;
use numpy::npyffi::flags::{NPY_ARRAY_ALIGNED, NPY_ARRAY_C_CONTIGUOUS, NPY_ARRAY_F_CONTIGUOUS, NPY_ARRAY_WRITEABLE};
use pyo3::exceptions::PyValueError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::array::{Kind, is_exact_array};

/// The kind of element of a dtype.
pub fn kind_of(dtype: DType) -> Kind {
    match dtype {
        DType::Bool => Kind::Bool,
        DType::I8 => Kind::I8,
        DType::I16 => Kind::I16,
        DType::I32 => Kind::I32,
        DType::I64 => Kind::I64,
        DType::U8 => Kind::U8,
        DType::U16 => Kind::U16,
        DType::U32 => Kind::U32,
        DType::U64 => Kind::U64,
        DType::F32 => Kind::F32,
        DType::F64 => Kind::F64,
        DType::C64 => Kind::C64,
        DType::C128 => Kind::C128,
    }
}

/// How an array lies, by its flags.
pub fn layout_of(flags: c_int) -> Layout {
    if flags & NPY_ARRAY_C_CONTIGUOUS != 0 {
        Layout::C
    } else if flags & NPY_ARRAY_F_CONTIGUOUS != 0 {
        Layout::F
    } else {
        Layout::Any
    }
}

/// One value as Python has it, and how it lies in the slots.
pub enum Plan {
    Int,
    Float,
    Bool,
    Complex,
    /// A NumPy scalar: its class.
    Scalar(DType, Py<PyAny>),
    None,
    Omitted,
    Str(Py<PyString>),
    Tuple(Vec<Plan>),
    /// The class of a named tuple.
    Named(Py<PyAny>, Vec<Plan>),
    Array(ArrayType),
    List(DType),
}

impl Plan {
    /// Of a type; `classes` has those of named tuples by their names, and NumPy's as `numpy.f8`.
    ///
    /// # Errors
    /// `ValueError` where a class is missing, or a list is one of anything but numbers.
    pub fn new(found: &Type, classes: &Bound<'_, PyDict>) -> PyResult<Self> {
        let class = |name: &str| match classes.get_item(name)? {
            Some(class) => Ok(class.unbind()),
            None => Err(PyValueError::new_err(format!("no class {name} is known"))),
        };
        Ok(match found {
            Type::Number { dtype: DType::Bool, weak: true } => Plan::Bool,
            Type::Number { dtype: DType::F64, weak: true } => Plan::Float,
            Type::Number { dtype: DType::C128, weak: true } => Plan::Complex,
            Type::Number { weak: true, .. } => Plan::Int,
            Type::Number { dtype, weak: false } => Plan::Scalar(*dtype, class(&format!("numpy.{}", dtype.code()))?),
            Type::None => Plan::None,
            Type::Omitted => Plan::Omitted,
            Type::Str(text) => Plan::Str(PyString::new(classes.py(), text).unbind()),
            Type::Tuple(items) => {
                Plan::Tuple(items.iter().map(|each| Plan::new(each, classes)).collect::<PyResult<_>>()?)
            }
            Type::Named(name, fields) => {
                let fields = fields.iter().map(|field| Plan::new(&field.1, classes)).collect::<PyResult<_>>()?;
                Plan::Named(class(name)?, fields)
            }
            Type::Array(array) => Plan::Array(*array),
            Type::List(item) => match item.dtype() {
                Some(dtype) => Plan::List(dtype),
                None => return Err(PyValueError::new_err("a list of other than numbers")),
            },
            Type::Open(_) | Type::Range | Type::Function(_) | Type::Jit(_) => {
                return Err(PyValueError::new_err(format!("{found}, which stays in compiled code")));
            }
        })
    }

    /// How many slots it takes.
    pub fn slots(&self) -> usize {
        match self {
            Plan::Int | Plan::Float | Plan::Bool => 1,
            Plan::Complex => 2,
            Plan::Scalar(dtype, _) => 1 + usize::from(dtype.is_complex()),
            Plan::None | Plan::Omitted | Plan::Str(_) => 0,
            Plan::Tuple(items) | Plan::Named(_, items) => items.iter().map(Plan::slots).sum(),
            Plan::Array(array) => 2 + 2 * usize::from(array.ndim),
            Plan::List(_) => 4,
        }
    }

    /// The classes that it holds, for Python's garbage collector.
    pub fn visit(&self, visit: &pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
        match self {
            Plan::Scalar(_, class) => visit.call(class),
            Plan::Str(text) => visit.call(text),
            Plan::Tuple(items) => items.iter().try_for_each(|each| each.visit(visit)),
            Plan::Named(class, items) => {
                visit.call(class)?;
                items.iter().try_for_each(|each| each.visit(visit))
            }
            _ => Ok(()),
        }
    }
}

/// Slots being filled.
pub struct Filling<'a> {
    slots: &'a mut [u64],
    at: usize,
    /// Whether a number may be Python's own where NumPy's is declared: the signature converts.
    pub converts: bool,
}

impl<'a> Filling<'a> {
    pub fn new(slots: &'a mut [u64], converts: bool) -> Self {
        Filling { slots, at: 0, converts }
    }

    fn put(&mut self, slot: u64) -> bool {
        match self.slots.get_mut(self.at) {
            Some(place) => {
                *place = slot;
                self.at += 1;
                true
            }
            None => false,
        }
    }

    fn put_floats(&mut self, real: f64, imaginary: f64) -> bool {
        self.put(real.to_bits()) && self.put(imaginary.to_bits())
    }

    /// An argument into its slots, or null for one that was not handed over; false where it is not of the type.
    ///
    /// # Safety
    /// A live object or null; the interpreter is held.
    pub unsafe fn write(&mut self, py: Python<'_>, plan: &Plan, object: *mut ffi::PyObject) -> bool {
        // SAFETY: the caller's promise; each branch looks at the object's class before it reads it as one.
        unsafe {
            if object.is_null() {
                return matches!(plan, Plan::Omitted);
            }
            match plan {
                Plan::Int => int(object).is_some_and(|value| self.put(value as u64)),
                Plan::Float => {
                    ffi::PyFloat_CheckExact(object) != 0 && self.put(ffi::PyFloat_AS_DOUBLE(object).to_bits())
                }
                Plan::Bool => ffi::PyBool_Check(object) != 0 && self.put(u64::from(object == ffi::Py_True())),
                Plan::Complex => {
                    ffi::PyComplex_CheckExact(object) != 0 && {
                        let value = ffi::PyComplex_AsCComplex(object);
                        self.put_floats(value.real, value.imag)
                    }
                }
                Plan::Scalar(dtype, class) => {
                    if ffi::Py_TYPE(object).cast() == class.as_ptr() {
                        return self.scalar(py, *dtype, object);
                    }
                    self.converts && self.converted(*dtype, object)
                }
                Plan::None => object == ffi::Py_None(),
                Plan::Omitted => false,
                Plan::Str(text) => {
                    ffi::PyUnicode_CheckExact(object) != 0
                        && (object == text.as_ptr() || ffi::PyUnicode_Compare(object, text.as_ptr()) == 0)
                }
                Plan::Tuple(items) => ffi::PyTuple_CheckExact(object) != 0 && self.items(py, items, object),
                Plan::Named(class, items) => {
                    ffi::Py_TYPE(object).cast() == class.as_ptr() && self.items(py, items, object)
                }
                Plan::Array(array) => self.array(py, array, object, true),
                Plan::List(_) => false,
            }
        }
    }

    /// # Safety
    /// A live tuple, or an object of a class of named tuples.
    unsafe fn items(&mut self, py: Python<'_>, items: &[Plan], tuple: *mut ffi::PyObject) -> bool {
        // SAFETY: the caller's promise; each index is below the length.
        unsafe {
            ffi::PyTuple_GET_SIZE(tuple) == items.len() as isize
                && items
                    .iter()
                    .enumerate()
                    .all(|(i, plan)| self.write(py, plan, ffi::PyTuple_GET_ITEM(tuple, i as isize)))
        }
    }

    /// An exact, aligned array of native byte order, of the dtype, dimensions and layout; with `exact` also as
    /// writeable as the type says.
    ///
    /// # Safety
    /// As for [`write`](Self::write).
    pub unsafe fn array(
        &mut self,
        py: Python<'_>,
        wanted: &ArrayType,
        object: *mut ffi::PyObject,
        exact: bool,
    ) -> bool {
        // SAFETY: the caller's promise, and the object is an array from the first test on; NumPy holds nd lengths and
        // strides there.
        unsafe {
            if !is_exact_array(py, object) {
                return false;
            }
            let fields = &(*object.cast::<PyArrayObject>()).fields;
            let (descr, ndim) = (&(*fields.descr).fields, usize::from(wanted.ndim));
            let fits = fields.nd as usize == ndim
                && Kind::of(descr.type_num) == Some(kind_of(wanted.dtype))
                && descr.byteorder as u8 != b'>'
                && fields.flags & NPY_ARRAY_ALIGNED != 0
                && layout_of(fields.flags) == wanted.layout
                && (!exact || (fields.flags & NPY_ARRAY_WRITEABLE == 0) == wanted.readonly);
            if !fits || self.slots.len() - self.at < 2 + 2 * ndim {
                return false;
            }
            self.put(fields.data as usize as u64);
            self.put(0);
            for from in [fields.dimensions, fields.strides] {
                for axis in 0..ndim {
                    self.put(*from.add(axis) as i64 as u64);
                }
            }
            true
        }
    }

    /// # Safety
    /// A live NumPy scalar of the dtype.
    unsafe fn scalar(&mut self, py: Python<'_>, dtype: DType, object: *mut ffi::PyObject) -> bool {
        let mut parts = [0u64; 2];
        // SAFETY: the caller's promise; no scalar is longer than 16 bytes.
        unsafe { PY_ARRAY_API.PyArray_ScalarAsCtype(py, object, parts.as_mut_ptr().cast()) };
        let low = parts[0];
        match dtype {
            DType::I8 => self.put(low as i8 as i64 as u64),
            DType::I16 => self.put(low as i16 as i64 as u64),
            DType::I32 => self.put(low as i32 as i64 as u64),
            DType::Bool | DType::U8 => self.put(low & 0xff),
            DType::U16 => self.put(low & 0xffff),
            DType::U32 | DType::F32 => self.put(low & 0xffff_ffff),
            DType::I64 | DType::U64 | DType::F64 => self.put(low),
            DType::C64 => self.put(low & 0xffff_ffff) && self.put(low >> 32),
            DType::C128 => self.put(low) && self.put(parts[1]),
        }
    }

    /// A Python number where NumPy's of a width is declared: what goes without a question.
    ///
    /// # Safety
    /// As for [`write`](Self::write).
    unsafe fn converted(&mut self, dtype: DType, object: *mut ffi::PyObject) -> bool {
        // SAFETY: the caller's promise.
        unsafe {
            if ffi::PyFloat_CheckExact(object) != 0 {
                let value = ffi::PyFloat_AS_DOUBLE(object);
                return match dtype {
                    DType::F64 => self.put(value.to_bits()),
                    DType::F32 => self.put(u64::from((value as f32).to_bits())),
                    _ => false,
                };
            }
            let Some(value) = int(object) else { return false };
            match dtype {
                DType::I64 => self.put(value as u64),
                DType::I32 => i32::try_from(value).is_ok() && self.put(value as u64),
                DType::F64 => self.put((value as f64).to_bits()),
                _ => false,
            }
        }
    }
}

/// The value of an exact int that fits.
///
/// # Safety
/// A live object; the interpreter is held.
unsafe fn int(object: *mut ffi::PyObject) -> Option<i64> {
    let mut overflow: c_int = 0;
    // SAFETY: the caller's promise. Of an exact int the conversion raises nothing.
    unsafe {
        if ffi::PyLong_CheckExact(object) == 0 {
            return None;
        }
        let value = ffi::PyLong_AsLongLongAndOverflow(object, &mut overflow);
        (overflow == 0).then_some(value)
    }
}
