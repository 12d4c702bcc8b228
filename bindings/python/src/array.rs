//! `numpy.ndarray`s as the core's views, in place.

use std::ffi::c_int;
use std::marker::PhantomData;
use std::ptr::null_mut;
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::Relaxed;

use ferrodide::view::{DType, View, ViewMut};
use numpy::PY_ARRAY_API;
use numpy::npyffi::flags::{
    NPY_ARRAY_ALIGNED, NPY_ARRAY_C_CONTIGUOUS, NPY_ARRAY_CARRAY_RO, NPY_ARRAY_NOTSWAPPED, NPY_ARRAY_WRITEABLE,
};
use numpy::npyffi::types::NPY_TYPES;
use numpy::npyffi::{NPY_ORDER, NpyTypes, PyArrayObject, get_type_object};
use pyo3::ffi::{Py_TYPE, PyObject, PyTypeObject};
use pyo3::prelude::*;

/// Whether an object is an `ndarray`, and of no subclass. Every call of a patched function asks it, the shortest, too.
///
/// # Safety
/// A live object.
#[inline]
pub unsafe fn is_exact_array(py: Python<'_>, object: *mut PyObject) -> bool {
    // NumPy's type is static. To ask for it each time takes longer than to compare.
    static CLASS: AtomicPtr<PyTypeObject> = AtomicPtr::new(null_mut());
    let mut class = CLASS.load(Relaxed);
    // SAFETY: the interpreter is held, and the caller's promise.
    unsafe {
        if class.is_null() {
            class = get_type_object(py, NpyTypes::PyArray_Type);
            CLASS.store(class, Relaxed);
        }
        Py_TYPE(object) == class
    }
}

/// NumPy's number of the dtype, the number of elements and that of the axes, of an exact `ndarray`; `None` of another
/// object. It takes a few loads, so that a short call is not held up before it is NumPy's.
///
/// # Safety
/// A live object.
#[inline]
pub unsafe fn glance(py: Python<'_>, object: *mut PyObject) -> Option<(c_int, usize, usize)> {
    // SAFETY: the caller's promise; NumPy holds nd lengths there, none negative.
    unsafe {
        if !is_exact_array(py, object) {
            return None;
        }
        let fields = &(*object.cast::<PyArrayObject>()).fields;
        let (mut size, ndim) = (1usize, fields.nd as usize);
        for axis in 0..ndim {
            size *= *fields.dimensions.add(axis) as usize;
        }
        Some(((*fields.descr).fields.type_num, size, ndim))
    }
}

/// An exact, aligned `ndarray` in native byte order, of a dtype that kernels serve.
pub struct Array<'a, 'py> {
    object: *mut PyArrayObject,
    kind: Kind,
    borrowed: PhantomData<&'a Bound<'py, PyAny>>,
}

/// The types of elements that any kernel serves: NumPy's, whatever C calls them on this platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Bool,
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F32,
    F64,
    C64,
    C128,
}

impl Kind {
    const ALL: [(Kind, NPY_TYPES); 15] = {
        use NPY_TYPES::*;
        const LONG: (Kind, Kind) =
            if size_of::<std::ffi::c_long>() == 8 { (Kind::I64, Kind::U64) } else { (Kind::I32, Kind::U32) };
        [
            (Kind::F64, NPY_DOUBLE),
            (Kind::F32, NPY_FLOAT),
            (Kind::I64, NPY_LONGLONG),
            (Kind::U64, NPY_ULONGLONG),
            (Kind::I32, NPY_INT),
            (Kind::U32, NPY_UINT),
            (Kind::I16, NPY_SHORT),
            (Kind::U16, NPY_USHORT),
            (Kind::I8, NPY_BYTE),
            (Kind::U8, NPY_UBYTE),
            (Kind::Bool, NPY_BOOL),
            (Kind::C64, NPY_CFLOAT),
            (Kind::C128, NPY_CDOUBLE),
            (LONG.0, NPY_LONG),
            (LONG.1, NPY_ULONG),
        ]
    };

    /// By NumPy's number of a dtype.
    pub fn of(type_num: c_int) -> Option<Kind> {
        // A table: short calls ask this, too.
        const TABLE: [Option<Kind>; 24] = {
            let (mut table, mut i) = ([None; 24], 0);
            while i < Kind::ALL.len() {
                table[Kind::ALL[i].1 as usize] = Some(Kind::ALL[i].0);
                i += 1;
            }
            table
        };
        TABLE.get(usize::try_from(type_num).ok()?).copied().flatten()
    }

    /// Bytes of an element.
    pub fn itemsize(self) -> usize {
        match self {
            Kind::Bool | Kind::I8 | Kind::U8 => 1,
            Kind::I16 | Kind::U16 => 2,
            Kind::I32 | Kind::U32 | Kind::F32 => 4,
            Kind::I64 | Kind::U64 | Kind::F64 | Kind::C64 => 8,
            Kind::C128 => 16,
        }
    }

    /// As the core's dtype, where all of its kernels serve it.
    fn dtype(self) -> Option<DType> {
        Some(match self {
            Kind::F64 => DType::F64,
            Kind::F32 => DType::F32,
            Kind::I64 => DType::I64,
            Kind::I32 => DType::I32,
            Kind::U8 => DType::U8,
            _ => return None,
        })
    }
}

/// Calls `$body` with the type alias `$T` set to the element type of a [`Kind`] among those
/// named; a bool is a byte, 0 or 1.
#[macro_export]
macro_rules! by_kind {
    (ordered $kind:expr, $T:ident => $body:expr, else $other:expr) => {
        $crate::by_kind!(@ $kind, $T => $body, else $other;
            Bool u8, I8 i8, U8 u8, I16 i16, U16 u16, I32 i32, U32 u32, I64 i64, U64 u64, F32 f32, F64 f64)
    };
    (integer $kind:expr, $T:ident => $body:expr, else $other:expr) => {
        $crate::by_kind!(@ $kind, $T => $body, else $other;
            I8 i8, U8 u8, I16 i16, U16 u16, I32 i32, U32 u32, I64 i64, U64 u64)
    };
    (float $kind:expr, $T:ident => $body:expr, else $other:expr) => {
        $crate::by_kind!(@ $kind, $T => $body, else $other; F32 f32, F64 f64)
    };
    (index $kind:expr, $T:ident => $body:expr, else $other:expr) => {
        $crate::by_kind!(@ $kind, $T => $body, else $other; I32 i32, I64 i64)
    };
    (counted $kind:expr, $T:ident => $body:expr, else $other:expr) => {
        $crate::by_kind!(@ $kind, $T => $body, else $other;
            Bool u8, I8 i8, U8 u8, I16 i16, U16 u16, I32 i32, U32 u32, I64 i64, U64 u64)
    };
    (searched $kind:expr, $T:ident => $body:expr, else $other:expr) => {
        $crate::by_kind!(@ $kind, $T => $body, else $other; I32 i32, I64 i64, U64 u64, F32 f32, F64 f64)
    };
    (real $kind:expr, $T:ident => $body:expr, else $other:expr) => {
        $crate::by_kind!(@ $kind, $T => $body, else $other;
            I8 i8, U8 u8, I16 i16, U16 u16, I32 i32, U32 u32, I64 i64, U64 u64, F32 f32, F64 f64)
    };
    (multiplied $kind:expr, $T:ident => $body:expr, else $other:expr) => {
        $crate::by_kind!(@ $kind, $T => $body, else $other;
            I8 i8, U8 u8, I16 i16, U16 u16, I32 i32, U32 u32, I64 i64, U64 u64, F32 f32, F64 f64,
            C64 ferrodide::linalg::Complex<f32>, C128 ferrodide::linalg::Complex<f64>)
    };
    (double $kind:expr, $T:ident => $body:expr, else $other:expr) => {
        $crate::by_kind!(@ $kind, $T => $body, else $other; F64 f64)
    };
    (wide $kind:expr, $T:ident => $body:expr, else $other:expr) => {
        $crate::by_kind!(@ $kind, $T => $body, else $other; I32 i32, I64 i64, F32 f32, F64 f64)
    };
    (flag $kind:expr, $T:ident => $body:expr, else $other:expr) => {
        $crate::by_kind!(@ $kind, $T => $body, else $other;
            Bool u8, I8 u8, U8 u8, I16 u16, U16 u16, I32 i32, U32 i32, I64 i64, U64 i64, F32 f32, F64 f64)
    };
    (summed $kind:expr, $T:ident => $body:expr, else $other:expr) => {
        $crate::by_kind!(@ $kind, $T => $body, else $other; I32 i32, U32 i32, I64 i64, U64 i64, F32 f32, F64 f64)
    };
    (ranked $kind:expr, $T:ident => $body:expr, else $other:expr) => {
        $crate::by_kind!(@ $kind, $T => $body, else $other; I32 i32, U32 u32, I64 i64, U64 u64, F32 f32, F64 f64)
    };
    (@ $kind:expr, $T:ident => $body:expr, else $other:expr; $($Kind:ident $t:ty),*) => {
        match $kind {
            $($crate::array::Kind::$Kind => {
                type $T = $t;
                $body
            })*
            #[allow(unreachable_patterns)]
            _ => $other,
        }
    };
}

/// NumPy's number for `intp`, the type of indices.
pub const INTP: NPY_TYPES =
    if size_of::<std::ffi::c_long>() == size_of::<isize>() { NPY_TYPES::NPY_LONG } else { NPY_TYPES::NPY_LONGLONG };

/// NumPy's number for the floating type of a result.
pub fn float_type(is_f32: bool) -> NPY_TYPES {
    if is_f32 { NPY_TYPES::NPY_FLOAT } else { NPY_TYPES::NPY_DOUBLE }
}

impl<'a, 'py> Array<'a, 'py> {
    /// `None` where no kernel that takes a [`DType`] serves `object` as it is.
    pub fn new(object: &'a Bound<'py, PyAny>) -> Option<Self> {
        Self::any(object).filter(|array| array.kind.dtype().is_some())
    }

    /// `None` where no kernel at all serves `object` as it is.
    pub fn any(object: &'a Bound<'py, PyAny>) -> Option<Self> {
        // SAFETY: `object` is a live Python object, and is read as an array only once known to be one.
        unsafe {
            if !is_exact_array(object.py(), object.as_ptr()) {
                return None;
            }
            let array = Self { object: object.as_ptr().cast(), kind: Kind::F64, borrowed: PhantomData };
            let fields = &(*array.object).fields;
            let descr = &(*fields.descr).fields;
            let kind = Kind::of(descr.type_num)?;
            let swapped = descr.byteorder as u8 == if cfg!(target_endian = "little") { b'>' } else { b'<' };
            // A complex number is as aligned as its parts.
            let align = kind.itemsize() as isize >> u8::from(matches!(kind, Kind::C64 | Kind::C128));
            let aligned =
                fields.flags & NPY_ARRAY_ALIGNED != 0 && array.strides().iter().all(|stride| stride % align == 0);
            (aligned && !swapped).then_some(Self { kind, ..array })
        }
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Of an array that [`new`](Self::new) made.
    pub fn dtype(&self) -> DType {
        self.kind.dtype().expect("an array of `new` has one")
    }

    /// Whether the elements lie in C order without gaps.
    pub fn is_contiguous(&self) -> bool {
        // SAFETY: a live array.
        unsafe { (*self.object).fields.flags & NPY_ARRAY_C_CONTIGUOUS != 0 }
    }

    pub fn is_writeable(&self) -> bool {
        // SAFETY: a live array.
        unsafe { (*self.object).fields.flags & NPY_ARRAY_WRITEABLE != 0 }
    }

    /// The addresses of the elements: of the lowest one, and behind the highest.
    pub fn span(&self) -> (usize, usize) {
        // SAFETY: a live array.
        let start = unsafe { (*self.object).fields.data } as usize;
        let (mut from, mut to) = (start, start + self.kind.itemsize());
        for (&n, &stride) in self.shape().iter().zip(self.strides()) {
            let reach = stride * n.saturating_sub(1) as isize;
            let end = if reach < 0 { &mut from } else { &mut to };
            *end = end.wrapping_add_signed(reach);
        }
        (from, to)
    }

    /// NumPy's own number of the dtype, to make an array like this one.
    pub fn type_num(&self) -> c_int {
        // SAFETY: a live array and its dtype.
        unsafe { (*(*self.object).fields.descr).fields.type_num }
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
        debug_assert_eq!(size_of::<T>(), self.kind.itemsize());
        // SAFETY: `new` checked alignment; NumPy vouches for the rest.
        unsafe { View::from_raw_parts((*self.object).fields.data.cast(), self.shape(), self.strides()) }
    }

    /// The elements, to write in place.
    ///
    /// # Safety
    /// As [`view`](Self::view); the array [`is_writeable`](Self::is_writeable), no two of its
    /// elements share memory, and no other view of it is in use.
    pub unsafe fn view_mut<T: Copy>(&self) -> ViewMut<'a, T> {
        debug_assert_eq!(size_of::<T>(), self.kind.itemsize());
        // SAFETY: as for `view`, and the caller's promise.
        unsafe { ViewMut::from_raw_parts((*self.object).fields.data.cast(), self.shape(), self.strides()) }
    }

    /// The elements as one slice, where they lie in C order without gaps.
    ///
    /// # Safety
    /// As [`view`](Self::view).
    pub unsafe fn slice<T: Copy>(&self) -> Option<&'a [T]> {
        // SAFETY: the caller's promise.
        unsafe { self.view::<T>() }.as_slice()
    }
}

/// The array itself, or a copy by NumPy in C order, of the dtype with this number if one is given.
pub fn contiguous<'py>(array: &Bound<'py, PyAny>, type_num: Option<c_int>) -> PyResult<Bound<'py, PyAny>> {
    let py = array.py();
    // SAFETY: a live array; FromArray takes over the reference to the dtype, and null keeps the array's own.
    unsafe {
        let (dtype, native) = match type_num {
            Some(number) => (PY_ARRAY_API.PyArray_DescrFromType(py, number), NPY_ARRAY_NOTSWAPPED),
            None => (std::ptr::null_mut(), 0),
        };
        let flags = NPY_ARRAY_CARRAY_RO | native;
        Bound::from_owned_ptr_or_err(py, PY_ARRAY_API.PyArray_FromArray(py, array.as_ptr().cast(), dtype, flags))
    }
}

/// An array that this call made, and that nobody else knows yet.
pub struct NewArray<'py>(Bound<'py, PyAny>);

impl<'py> NewArray<'py> {
    /// Uninitialised, in C order. `MemoryError` where it does not fit.
    pub fn empty(py: Python<'py>, type_num: NPY_TYPES, shape: &[usize]) -> PyResult<Self> {
        Self::of_type(py, type_num as c_int, shape)
    }

    /// As [`empty`](Self::empty), by NumPy's number of a dtype.
    pub fn of_type(py: Python<'py>, type_num: c_int, shape: &[usize]) -> PyResult<Self> {
        // SAFETY: NumPy makes the strides.
        unsafe { Self::new(py, type_num, shape, std::ptr::null()) }
    }

    /// With strides in bytes that are those of some order of the axes, without gaps.
    pub fn strided(py: Python<'py>, type_num: c_int, shape: &[usize], strides: &[isize]) -> PyResult<Self> {
        assert!(shape.len() == strides.len());
        // SAFETY: one stride for each axis.
        unsafe { Self::new(py, type_num, shape, strides.as_ptr()) }
    }

    /// # Safety
    /// `strides` is null or has one for each axis, which stay within the array.
    unsafe fn new(py: Python<'py>, type_num: c_int, shape: &[usize], strides: *const isize) -> PyResult<Self> {
        // SAFETY: NumPy copies lengths and strides; a null return carries an exception.
        unsafe {
            let array = PY_ARRAY_API.PyArray_New(
                py,
                get_type_object(py, NpyTypes::PyArray_Type),
                shape.len() as c_int,
                shape.as_ptr().cast_mut().cast(),
                type_num,
                strides.cast_mut().cast(),
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

    /// Uninitialised, in C order, with the very dtype of another array.
    ///
    /// # Safety
    /// `array` is one, whose dtype needs no reference counts and no initial value.
    pub unsafe fn of_its_dtype(array: &Bound<'py, PyAny>, shape: &[usize]) -> PyResult<Self> {
        let (py, null) = (array.py(), std::ptr::null_mut::<std::ffi::c_void>());
        // SAFETY: the caller's promise; NewFromDescr takes over a reference to the dtype and copies the lengths.
        unsafe {
            let descr = (*array.as_ptr().cast::<PyArrayObject>()).fields.descr;
            pyo3::ffi::Py_INCREF(descr.cast());
            let class = get_type_object(py, NpyTypes::PyArray_Type);
            let (ndim, lengths) = (shape.len() as c_int, shape.as_ptr().cast_mut().cast());
            let new =
                PY_ARRAY_API.PyArray_NewFromDescr(py, class, descr, ndim, lengths, null.cast(), null, 0, null.cast());
            Bound::from_owned_ptr_or_err(py, new).map(Self)
        }
    }

    /// The first `len` units of its memory, to write.
    ///
    /// # Safety
    /// It has so many, `T` may hold any bits and is no more aligned than they are.
    pub unsafe fn units_mut<T: Copy>(&mut self, len: usize) -> &mut [T] {
        // SAFETY: the caller's promise, of memory that nobody else knows yet.
        unsafe { std::slice::from_raw_parts_mut((*self.0.as_ptr().cast::<PyArrayObject>()).fields.data.cast(), len) }
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

    /// The elements as one slice, in C order, to write.
    ///
    /// # Safety
    /// As [`view_mut`](Self::view_mut), of an array that [`empty`](Self::empty) made.
    pub unsafe fn slice_mut<T: Copy>(&mut self) -> &mut [T] {
        // SAFETY: C order without gaps; what NumPy allocated may hold anything, as all these types may.
        unsafe {
            let fields = &(*self.0.as_ptr().cast::<PyArrayObject>()).fields;
            let size = match fields.nd as usize {
                0 => 1,
                ndim => std::slice::from_raw_parts(fields.dimensions.cast::<usize>(), ndim).iter().product(),
            };
            std::slice::from_raw_parts_mut(fields.data.cast(), size)
        }
    }

    /// The array, whatever its dimensions.
    pub fn into_array(self) -> Bound<'py, PyAny> {
        self.0
    }

    /// The array; a NumPy scalar where it has no dimensions, as NumPy's functions return it.
    pub fn into_result(self) -> PyResult<Bound<'py, PyAny>> {
        returned(self.0)
    }
}

/// An array as NumPy's functions return it: a scalar where it has no dimensions.
pub fn returned(array: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    let py = array.py();
    // SAFETY: PyArray_Return takes over the reference; a null return carries an exception.
    unsafe { Bound::from_owned_ptr_or_err(py, PY_ARRAY_API.PyArray_Return(py, array.into_ptr().cast())) }
}

/// A NumPy scalar.
pub fn scalar<T: Copy>(py: Python<'_>, type_num: NPY_TYPES, value: T) -> PyResult<Bound<'_, PyAny>> {
    // SAFETY: NumPy copies the value, of which `type_num` is the type; it gives a new reference to the dtype, and takes
    // none over; a null return carries an exception.
    unsafe {
        let dtype = PY_ARRAY_API.PyArray_DescrFromType(py, type_num as c_int);
        let _dtype = Bound::from_owned_ptr_or_err(py, dtype.cast())?;
        let data = (&raw const value).cast_mut().cast();
        Bound::from_owned_ptr_or_err(py, PY_ARRAY_API.PyArray_Scalar(py, data, dtype, std::ptr::null_mut()))
    }
}
