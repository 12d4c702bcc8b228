//! Moving elements: `a[indices]`, `a[mask]`, `take`, `compress`; and where they are: `nonzero`.

use std::ffi::c_int;

use ferrodide::indexing::{self, Beyond};
use ferrodide::view::{MAX_NDIM, normalize_axis};
use numpy::npyffi::types::NPY_TYPES;
use numpy::npyffi::{PyArrayObject, PyDataType_ELSIZE, flags};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::methods::{Call, MULTIARRAY, methods};
use super::{Declined, Site, from};
use crate::array::{Array, INTP, Kind, NewArray, contiguous, glance, is_exact_array};
use crate::by_kind;

methods! {
    TAKE: fast_with_keywords "take" None, "take" => take, unless not_taken;
    COMPRESS: tuple_with_keywords "compress" None, "compress" => compress;
    NONZERO: tuple "nonzero" None, "nonzero" => nonzero, unless of_booleans;
    WHERE: fast "nonzero" MULTIARRAY, "where" => where_, unless where_else;
}

/// Fewer indices of elements are NumPy's: it takes as long.
const GETITEM_FROM: usize = 16;
/// So are fewer bytes of a mask of elements, of which few may be set.
const MASK_FROM: usize = 320;

/// Why `this[key]` of two arrays is NumPy's, where that shows at a glance.
///
/// # Safety
/// `this` is a live array, of whatever class, and `key` an exact one.
#[inline]
pub unsafe fn getitem_short(py: Python<'_>, this: *mut ffi::PyObject, key: *mut ffi::PyObject) -> Option<Declined> {
    // SAFETY: the caller's promise.
    unsafe {
        let (kind, size, ndim) = glance(py, key)?;
        let fields = &(*this.cast::<PyArrayObject>()).fields;
        if (*fields.descr).fields.type_num == NPY_TYPES::NPY_OBJECT as c_int {
            return Some(Declined::Dtype);
        }
        // Rows take NumPy much longer than elements.
        let least = match kind == NPY_TYPES::NPY_BOOL as c_int {
            true if ndim == fields.nd as usize => MASK_FROM,
            _ if fields.nd == 1 => GETITEM_FROM,
            _ => 0,
        };
        (size < from(least)).then_some(Declined::Short)
    }
}

/// Why `this.take(...)` is NumPy's at a glance.
unsafe fn not_taken(py: Python<'_>, this: *mut ffi::PyObject, values: &[*mut ffi::PyObject]) -> Option<Declined> {
    // SAFETY: Python's call of a method of arrays.
    unsafe {
        let number = (*(*this.cast::<PyArrayObject>()).fields.descr).fields.type_num;
        if number == NPY_TYPES::NPY_OBJECT as c_int {
            return Some(Declined::Dtype);
        }
        values.first().filter(|indices| !is_exact_array(py, **indices)).map(|_| Declined::Operands)
    }
}

/// Of booleans NumPy finds as fast what is not zero.
unsafe fn boolean(py: Python<'_>, a: *mut ffi::PyObject) -> Option<Declined> {
    // SAFETY: the caller's promise.
    let (number, ..) = unsafe { glance(py, a) }?;
    (number == NPY_TYPES::NPY_BOOL as c_int).then_some(Declined::Dtype)
}

/// Why `this.nonzero()` is NumPy's at a glance.
unsafe fn of_booleans(py: Python<'_>, this: *mut ffi::PyObject, _: &[*mut ffi::PyObject]) -> Option<Declined> {
    // SAFETY: Python's call.
    unsafe { boolean(py, this) }
}

/// Why `numpy.where(...)` is NumPy's at a glance.
unsafe fn where_else(py: Python<'_>, _: *mut ffi::PyObject, values: &[*mut ffi::PyObject]) -> Option<Declined> {
    match *values {
        // SAFETY: Python's call.
        [condition] => unsafe { boolean(py, condition) },
        _ => Some(Declined::Arguments),
    }
}

/// An exact array in C order whose elements can be moved as they are: no Python objects, no fields.
struct Movable<'py> {
    array: Bound<'py, PyAny>,
    /// An element is so many units of so many bytes.
    units: usize,
    unit: usize,
}

impl<'py> Movable<'py> {
    /// An array in C order, or where that is worth it a copy that is.
    fn new(array: &Bound<'py, PyAny>, copy: bool) -> Result<Self, Declined> {
        // SAFETY: a live object, read as an array once known to be one.
        unsafe {
            if !is_exact_array(array.py(), array.as_ptr()) {
                return Err(Declined::Operands);
            }
            let fields = &(*array.as_ptr().cast::<PyArrayObject>()).fields;
            let number = (*fields.descr).fields.type_num;
            let others = [NPY_TYPES::NPY_OBJECT, NPY_TYPES::NPY_VOID].map(|other| other as c_int);
            if !(0..=NPY_TYPES::NPY_HALF as c_int).contains(&number) || others.contains(&number) {
                return Err(Declined::Dtype);
            }
            let array = match fields.flags & flags::NPY_ARRAY_CARRAY_RO == flags::NPY_ARRAY_CARRAY_RO {
                true => array.clone(),
                false if copy => contiguous(array, None)?,
                false => return Err(Declined::Strides),
            };
            let fields = &(*array.as_ptr().cast::<PyArrayObject>()).fields;
            let size = PyDataType_ELSIZE(array.py(), fields.descr) as usize;
            let fits =
                |unit: &usize| size.is_multiple_of(*unit) && (fields.data as usize).is_multiple_of(*unit.min(&8));
            match [16, 8, 4, 2, 1].into_iter().find(fits) {
                Some(unit) if size > 0 => Ok(Self { array, units: size / unit, unit }),
                _ => Err(Declined::Dtype),
            }
        }
    }

    fn shape(&self) -> &[usize] {
        // SAFETY: an array.
        unsafe { shape(&self.array) }
    }

    fn size(&self) -> usize {
        self.shape().iter().product()
    }

    /// # Safety
    /// `T` is as large as a unit, no more aligned, and may hold any bits.
    unsafe fn slice<T: Copy>(&self) -> &[T] {
        // SAFETY: in C order without gaps, and the caller's promise.
        unsafe {
            let data = (*self.array.as_ptr().cast::<PyArrayObject>()).fields.data;
            std::slice::from_raw_parts(data.cast(), self.size() * self.units)
        }
    }

    /// An array to move elements into.
    fn result(&self, shape: &[usize]) -> PyResult<NewArray<'py>> {
        // SAFETY: `new` looked at the dtype.
        unsafe { NewArray::of_its_dtype(&self.array, shape) }
    }
}

/// Calls `$body` with the type alias `$T` set to plain numbers of as many bytes.
macro_rules! by_size {
    ($size:expr, $T:ident => $body:expr) => {
        match $size {
            1 => {
                type $T = u8;
                $body
            }
            2 => {
                type $T = u16;
                $body
            }
            4 => {
                type $T = u32;
                $body
            }
            8 => {
                type $T = u64;
                $body
            }
            _ => {
                type $T = [u64; 2];
                $body
            }
        }
    };
}

/// The lengths of several shapes, one after the other.
struct Shape([usize; MAX_NDIM], usize);

impl Shape {
    fn of(parts: [&[usize]; 3]) -> Result<Self, Declined> {
        let mut shape = Shape([0; MAX_NDIM], 0);
        for &n in parts.into_iter().flatten() {
            *shape.0.get_mut(shape.1).ok_or(Declined::Operands)? = n;
            shape.1 += 1;
        }
        Ok(shape)
    }

    fn as_slice(&self) -> &[usize] {
        &self.0[..self.1]
    }
}

/// `a[key]`, where `key` is an array: of booleans, or of indices along the first axis.
pub fn getitem<'py>(
    site: &'static Site,
    a: &Bound<'py, PyAny>,
    key: &Bound<'py, PyAny>,
) -> Result<Bound<'py, PyAny>, Declined> {
    let Some(array) = Array::any(key) else { return Err(Declined::Operands) };
    // SAFETY: `getitem` is a method of arrays.
    let lengths = unsafe { shape(a) };
    // One without dimensions is no array here.
    if array.ndim() == 0 {
        return Err(Declined::Operands);
    }
    let clock = site.start(array.size());
    let result = match array.kind() {
        Kind::Bool => mask(&Movable::new(a, lengths == array.shape())?, key),
        _ => {
            // NumPy's own result has the order of the indices.
            if array.ndim() > 1 && !is_contiguous(key) {
                return Err(Declined::Strides);
            }
            let a = Movable::new(a, false)?;
            rows(&a, 0, key, Beyond::Raise).map(NewArray::into_array)
        }
    };
    if result.is_ok() {
        site.served(clock);
    }
    result
}

/// Whether an array is in C order without gaps.
pub fn is_contiguous(array: &Bound<'_, PyAny>) -> bool {
    // SAFETY: an array, as the caller knows.
    unsafe { (*array.as_ptr().cast::<PyArrayObject>()).fields.flags & flags::NPY_ARRAY_C_CONTIGUOUS != 0 }
}

/// The lengths of an array.
///
/// # Safety
/// It is one.
unsafe fn shape<'a>(array: &'a Bound<'_, PyAny>) -> &'a [usize] {
    // SAFETY: NumPy holds nd lengths there, none negative, for as long as the array lives.
    unsafe {
        let fields = &(*array.as_ptr().cast::<PyArrayObject>()).fields;
        if fields.nd == 0 { &[] } else { std::slice::from_raw_parts(fields.dimensions.cast(), fields.nd as usize) }
    }
}

/// What a mask chooses of the first axes, as many as it has itself.
fn mask<'py>(a: &Movable<'py>, mask: &Bound<'py, PyAny>) -> Result<Bound<'py, PyAny>, Declined> {
    let copy = if is_contiguous(mask) { None } else { Some(contiguous(mask, None)?) };
    let Some(mask) = Array::any(copy.as_ref().unwrap_or(mask)) else { return Err(Declined::Operands) };
    let Some((shape, rest)) = a.shape().split_at_checked(mask.ndim()) else { return Err(Declined::Operands) };
    if mask.ndim() == 0 || shape != mask.shape() {
        return Err(Declined::Operands);
    }
    let width = rest.iter().product::<usize>() * a.units;
    // SAFETY: a bool is a byte.
    let (Some(mask), true) = (unsafe { mask.slice::<u8>() }, width > 0) else { return Err(Declined::Strides) };
    let chosen = indexing::count_mask(mask);
    let mut out = a.result(Shape::of([&[chosen], rest, &[]])?.as_slice())?;
    if chosen == 0 {
        return Ok(out.into_array());
    }
    by_size!(a.unit, T => {
        // SAFETY: T is a unit of both.
        let (a, out) = unsafe { (a.slice::<T>(), out.units_mut::<T>(chosen * width)) };
        indexing::compress_rows(mask, a, width, out)?;
    });
    Ok(out.into_array())
}

/// What lies at indices along an axis, in their shape.
fn rows<'py>(
    a: &Movable<'py>,
    axis: usize,
    indices: &Bound<'py, PyAny>,
    beyond: Beyond,
) -> Result<NewArray<'py>, Declined> {
    let kind = Array::any(indices).ok_or(Declined::Operands)?.kind();
    let narrow = match kind {
        Kind::I32 | Kind::I64 => None,
        Kind::I8 | Kind::U8 | Kind::I16 | Kind::U16 => Some(INTP as c_int),
        _ => return Err(Declined::Dtype),
    };
    let as_it_is = narrow.is_none() && is_contiguous(indices);
    let copy = if as_it_is { None } else { Some(contiguous(indices, narrow)?) };
    let Some(indices) = Array::any(copy.as_ref().unwrap_or(indices)) else { return Err(Declined::Operands) };
    let shape = a.shape();
    let Some(&n) = shape.get(axis) else { return Err(Declined::Operands) };
    let lengths = [shape[..axis].iter().product(), n, shape[axis + 1..].iter().product::<usize>() * a.units];
    if lengths.contains(&0) {
        return Err(Declined::Operands);
    }
    let mut out = a.result(Shape::of([&shape[..axis], indices.shape(), &shape[axis + 1..]])?.as_slice())?;
    let len = lengths[0] * indices.size() * lengths[2];
    by_size!(a.unit, T => {
        // SAFETY: T is a unit of both.
        let (a, out) = unsafe { (a.slice::<T>(), out.units_mut::<T>(len)) };
        by_kind!(index indices.kind(), I => {
            // SAFETY: I is their dtype.
            let Some(indices) = (unsafe { indices.slice::<I>() }) else { return Err(Declined::Strides) };
            indexing::take_along(a, lengths, indices, beyond, out)?
        }, else return Err(Declined::Dtype));
    });
    Ok(out)
}

/// `a` as it is, and the axis; or flattened, for no axis.
fn along<'py>(
    a: &Bound<'py, PyAny>,
    axis: Option<Borrowed<'_, 'py, PyAny>>,
) -> Result<(Movable<'py>, usize), Declined> {
    let mut a = Movable::new(a, true)?;
    let ndim = a.shape().len();
    match axis.filter(|axis| !axis.is_none()) {
        None if ndim == 1 => Ok((a, 0)),
        None => {
            a.array = a.array.call_method1("reshape", (-1,)).map_err(|_| Declined::Operands)?;
            Ok((a, 0))
        }
        Some(axis) => {
            let axis = axis.cast_exact::<pyo3::types::PyInt>().ok().and_then(|axis| axis.extract::<isize>().ok());
            Ok((a, normalize_axis(axis.ok_or(Declined::Arguments)?, ndim)?))
        }
    }
}

/// `a.take(indices)`.
fn take<'py>(call: &Call<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined> {
    let [indices, axis, out, mode] = call.arguments(["indices", "axis", "out", "mode"])?;
    let beyond = match mode.map(|mode| mode.extract::<&str>()) {
        None | Some(Ok("raise")) => Beyond::Raise,
        Some(Ok("wrap")) => Beyond::Wrap,
        Some(Ok("clip")) => Beyond::Clip,
        _ => return Err(Declined::Arguments),
    };
    if out.is_some_and(|out| !out.is_none()) {
        return Err(Declined::Arguments);
    }
    let indices = indices.ok_or(Declined::Arguments)?;
    call.start(Array::any(&indices).ok_or(Declined::Operands)?.size());
    let (a, axis) = along(&call.this(), axis)?;
    Ok(rows(&a, axis, &indices, beyond)?.into_result()?)
}

/// `a.compress(mask)` along the first axis, or of the flattened array.
fn compress<'py>(call: &Call<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined> {
    let [condition, axis, out] = call.arguments(["condition", "axis", "out"])?;
    if out.is_some_and(|out| !out.is_none()) {
        return Err(Declined::Arguments);
    }
    let condition = condition.ok_or(Declined::Arguments)?;
    let chosen = Array::any(&condition).filter(|array| array.kind() == Kind::Bool && array.ndim() == 1);
    call.start(chosen.ok_or(Declined::Operands)?.size());
    let (a, axis) = along(&call.this(), axis)?;
    if axis > 0 {
        return Err(Declined::Arguments);
    }
    mask(&a, &condition)
}

/// `a.nonzero()`.
fn nonzero<'py>(call: &Call<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined> {
    let [] = call.arguments([])?;
    positions(call, &call.this())
}

/// `numpy.where(a)`, without values to choose from.
fn where_<'py>(call: &Call<'_, 'py>) -> Result<Bound<'py, PyAny>, Declined> {
    let [condition] = call.arguments([""])?;
    positions(call, &*condition.ok_or(Declined::Arguments)?)
}

/// The positions of what is not zero along one axis. NumPy is as fast where it looks for booleans.
fn positions<'py>(call: &Call<'_, 'py>, a: &Bound<'py, PyAny>) -> Result<Bound<'py, PyAny>, Declined> {
    let Some(array) = Array::any(a).filter(|array| array.ndim() == 1) else { return Err(Declined::Operands) };
    call.start(array.size());
    let copy = if is_contiguous(a) { None } else { Some(contiguous(a, None)?) };
    let Some(array) = Array::any(copy.as_ref().unwrap_or(a)) else { return Err(Declined::Operands) };
    by_kind!(ordered array.kind(), T => {
        // SAFETY: T is the dtype of `a`.
        let Some(a) = (unsafe { array.slice::<T>() }) else { return Err(Declined::Strides) };
        let mut out = NewArray::empty(call.py, INTP, &[indexing::count_nonzero(a)])?;
        // SAFETY: isize is NumPy's intp.
        indexing::flatnonzero(a, unsafe { out.slice_mut() })?;
        Ok(PyTuple::new(call.py, [out.into_array()])?.into_any())
    }, else Err(Declined::Dtype))
}
