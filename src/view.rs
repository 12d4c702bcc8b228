//! Borrowed strided arrays over somebody else's memory, laid out as NumPy lays
//! them out: a pointer to the first element, a shape, strides in bytes.

use std::marker::PhantomData;

use crate::error::{Error, Result};

/// The most dimensions an array can have (NumPy's own limit).
pub const MAX_NDIM: usize = 64;

/// Element types of arrays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DType {
    /// IEEE 754 binary64.
    F64,
    /// IEEE 754 binary32.
    F32,
    /// Signed, 64 bits.
    I64,
    /// Signed, 32 bits.
    I32,
    /// Unsigned, 8 bits.
    U8,
}

/// Calls `$body` with the type alias `$T` set to the element type of `$dtype`.
/// The one place that turns a run-time dtype into a compile-time type.
#[macro_export]
macro_rules! dispatch {
    ($dtype:expr, $T:ident => $body:expr) => {
        match $dtype {
            $crate::view::DType::F64 => {
                type $T = f64;
                $body
            }
            $crate::view::DType::F32 => {
                type $T = f32;
                $body
            }
            $crate::view::DType::I64 => {
                type $T = i64;
                $body
            }
            $crate::view::DType::I32 => {
                type $T = i32;
                $body
            }
            $crate::view::DType::U8 => {
                type $T = u8;
                $body
            }
        }
    };
    (float $dtype:expr, $T:ident => $body:expr, else $other:expr) => {
        match $dtype {
            $crate::view::DType::F64 => {
                type $T = f64;
                $body
            }
            $crate::view::DType::F32 => {
                type $T = f32;
                $body
            }
            _ => $other,
        }
    };
}

/// A read-only strided array. `shape[i]` elements along axis `i`, `strides[i]` bytes apart.
#[derive(Clone, Copy)]
pub struct View<'a, T> {
    ptr: *const T,
    shape: &'a [usize],
    strides: &'a [isize],
    memory: PhantomData<&'a [T]>,
}

/// A writable strided array. No two of its elements share memory.
pub struct ViewMut<'a, T> {
    ptr: *mut T,
    shape: &'a [usize],
    strides: &'a [isize],
    memory: PhantomData<&'a mut [T]>,
}

/// Byte range `low..high`, relative to the first element, that a layout reaches.
/// `None` where it does not fit an `isize`.
fn reach(shape: &[usize], strides: &[isize], itemsize: usize) -> Option<(isize, isize)> {
    let (mut low, mut high) = (0isize, isize::try_from(itemsize).ok()?);
    if shape.contains(&0) {
        return Some((0, 0));
    }
    for (&n, &stride) in shape.iter().zip(strides) {
        let span = isize::try_from(n - 1).ok()?.checked_mul(stride)?;
        if span < 0 {
            low = low.checked_add(span)?;
        } else {
            high = high.checked_add(span)?;
        }
    }
    Some((low, high))
}

/// Fails unless the layout lies inside `len` elements and is aligned.
pub(crate) fn check_layout<T>(len: usize, offset: usize, shape: &[usize], strides: &[isize]) -> Result<()> {
    if shape.len() != strides.len() || shape.len() > MAX_NDIM {
        return Err(Error::Value(format!(
            "strides: got {} for a shape of {} dimensions; expected one for each, and at most {MAX_NDIM}",
            strides.len(),
            shape.len()
        )));
    }
    let itemsize = size_of::<T>();
    let bytes = |elements: usize| isize::try_from(elements.checked_mul(itemsize)?).ok();
    let inside = reach(shape, strides, itemsize).is_some_and(|(low, high)| {
        let within = |offset: isize| Some(offset.checked_add(low)? >= 0 && offset.checked_add(high)? <= bytes(len)?);
        low == high || bytes(offset).and_then(within) == Some(true)
    });
    // Zero strides reach few elements, and lengths of 0 none, but `size` has to count them (NumPy's own rule).
    let countable = shape.iter().filter(|n| **n > 0).try_fold(1usize, |size, n| size.checked_mul(*n));
    let countable = countable.is_some_and(|size| isize::try_from(size).is_ok());
    if !inside || !countable || strides.iter().any(|s| s % align_of::<T>() as isize != 0) {
        return Err(Error::Value(format!(
            "shape {shape:?} with strides {strides:?} (bytes) and offset {offset} does not fit the {len} elements of data"
        )));
    }
    Ok(())
}

macro_rules! common {
    ($View:ident, $ptr:ty) => {
        impl<'a, T: Copy> $View<'a, T> {
            /// A view of raw memory.
            ///
            /// # Safety
            /// `ptr` is aligned for `T`; every element that `shape` and `strides`
            /// (bytes, multiples of `T`'s alignment, one for each axis, at most
            /// [`MAX_NDIM`]) reach is initialised and stays valid for `'a`, and
            /// nobody writes to it (for a `ViewMut`: nobody touches it) meanwhile.
            pub unsafe fn from_raw_parts(ptr: $ptr, shape: &'a [usize], strides: &'a [isize]) -> Self {
                debug_assert!(shape.len() == strides.len() && shape.len() <= MAX_NDIM);
                Self { ptr, shape, strides, memory: PhantomData }
            }

            /// Elements along each axis.
            pub fn shape(&self) -> &'a [usize] {
                self.shape
            }

            /// Bytes from one element to the next along each axis.
            pub fn strides(&self) -> &'a [isize] {
                self.strides
            }

            /// The number of axes.
            pub fn ndim(&self) -> usize {
                self.shape.len()
            }

            /// The number of elements.
            pub fn size(&self) -> usize {
                self.shape.iter().product()
            }

            /// The address of the first element; only valid to read where `size() > 0`.
            pub fn as_ptr(&self) -> $ptr {
                self.ptr
            }
        }
    };
}
common!(View, *const T);
common!(ViewMut, *mut T);

impl<'a, T: Copy> View<'a, T> {
    /// A view of `data` that starts at its first element; strides in bytes.
    pub fn from_slice(data: &'a [T], shape: &'a [usize], strides: &'a [isize]) -> Result<Self> {
        Self::from_slice_at(data, 0, shape, strides)
    }

    /// A view of `data` that starts at element `offset`; strides in bytes, which may be negative.
    pub fn from_slice_at(data: &'a [T], offset: usize, shape: &'a [usize], strides: &'a [isize]) -> Result<Self> {
        check_layout::<T>(data.len(), offset, shape, strides)?;
        // SAFETY: check_layout held every reachable element inside `data`, which is
        // borrowed for 'a; an offset past the end only passes for an empty layout.
        Ok(unsafe { Self::from_raw_parts(data.as_ptr().wrapping_add(offset), shape, strides) })
    }

    /// The element at a byte distance from the first.
    ///
    /// # Safety
    /// `offset` is one that the shape and strides reach.
    #[inline(always)]
    pub unsafe fn read(&self, offset: isize) -> T {
        // SAFETY: the caller's promise, and that of `from_raw_parts`.
        unsafe { self.ptr.byte_offset(offset).read() }
    }

    /// The elements in C order, each through `f`, appended to `to`, which has room for them.
    /// What is not contiguous has an axis: a 0-d view is.
    pub fn extend_into<U>(&self, to: &mut Vec<U>, f: impl Fn(T) -> U) {
        match self.as_slice() {
            Some(slice) => to.extend(slice.iter().map(|&x| f(x))),
            None => {
                let inner = self.ndim() - 1;
                let (n, stride) = (self.shape[inner], self.strides[inner]);
                for [start] in LaneStarts::new(self.shape, [self.strides], Some(inner)) {
                    // SAFETY: start and the n steps along the axis are inside the view.
                    to.extend((0..n as isize).map(|i| f(unsafe { self.read(start + i * stride) })));
                }
            }
        }
    }

    /// The view as one slice, where its elements lie in C order without gaps.
    pub fn as_slice(&self) -> Option<&'a [T]> {
        is_contiguous::<T>(self.shape, self.strides).then(|| {
            match self.size() {
                0 => &[][..],
                // SAFETY: contiguous, so these are exactly the elements of the view.
                size => unsafe { std::slice::from_raw_parts(self.ptr, size) },
            }
        })
    }
}

impl<'a, T: Copy> ViewMut<'a, T> {
    /// A writable view of `data` that starts at its first element; strides in bytes.
    ///
    /// Fails where the layout is not inside `data`, or where an axis of several
    /// elements has stride zero (its elements would share memory).
    pub fn from_slice(data: &'a mut [T], shape: &'a [usize], strides: &'a [isize]) -> Result<Self> {
        check_layout::<T>(data.len(), 0, shape, strides)?;
        if !is_contiguous::<T>(shape, strides) && !is_disjoint(shape, strides) {
            return Err(Error::Value(format!(
                "strides {strides:?} (bytes) let elements of shape {shape:?} share memory; expected distinct ones"
            )));
        }
        // SAFETY: inside `data`, borrowed for 'a, and no two elements overlap.
        Ok(unsafe { Self::from_raw_parts(data.as_mut_ptr(), shape, strides) })
    }

    /// A read-only view of the same elements.
    pub fn as_view(&self) -> View<'_, T> {
        // SAFETY: same elements, borrowed from self.
        unsafe { View::from_raw_parts(self.ptr, self.shape, self.strides) }
    }

    /// Writes the element at a byte distance from the first.
    ///
    /// # Safety
    /// `offset` is one that the shape and strides reach.
    #[inline(always)]
    pub unsafe fn write(&mut self, offset: isize, value: T) {
        // SAFETY: the caller's promise, and that of `from_raw_parts`.
        unsafe { self.ptr.byte_offset(offset).write(value) }
    }

    /// The view as one slice, where its elements lie in C order without gaps.
    pub fn as_mut_slice(&mut self) -> Option<&mut [T]> {
        is_contiguous::<T>(self.shape, self.strides).then(|| match self.size() {
            0 => &mut [][..],
            // SAFETY: contiguous, so these are exactly the elements of the view.
            size => unsafe { std::slice::from_raw_parts_mut(self.ptr, size) },
        })
    }
}

/// Whether elements lie in C order without gaps. Strides of axes of length 1 do not count.
pub fn is_contiguous<T>(shape: &[usize], strides: &[isize]) -> bool {
    // NumPy leaves the strides of an empty array open.
    if shape.contains(&0) {
        return true;
    }
    let mut expected = size_of::<T>();
    for (&n, &stride) in shape.iter().zip(strides).rev() {
        if n != 1 && stride != expected as isize {
            return false;
        }
        expected = expected.saturating_mul(n);
    }
    true
}

/// Whether a layout that starts at the first of `len` adjacent elements is made of all of
/// them, each once, in any order.
pub fn fills<T>(len: usize, shape: &[usize], strides: &[isize]) -> bool {
    shape.len() == strides.len()
        && shape.iter().try_fold(1usize, |size, n| size.checked_mul(*n)) == Some(len)
        && is_disjoint(shape, strides)
        && reach(shape, strides, size_of::<T>()) == Some((0, (len * size_of::<T>()) as isize))
}

/// Whether, axes sorted by stride, each step passes over all that the smaller ones reach.
fn is_disjoint(shape: &[usize], strides: &[isize]) -> bool {
    let mut axes = [(0usize, 0usize); MAX_NDIM];
    let axes = &mut axes[..shape.len()];
    for (slot, (&n, &stride)) in axes.iter_mut().zip(shape.iter().zip(strides)) {
        *slot = (stride.unsigned_abs(), n);
    }
    axes.sort_unstable();
    let mut covered = 0usize;
    axes.iter().filter(|axis| axis.1 > 1).all(|&(stride, n)| {
        let ok = stride > covered;
        covered = covered.saturating_add(stride.saturating_mul(n - 1));
        ok
    })
}

/// C-order strides in bytes for elements of `itemsize` bytes.
pub fn contiguous_strides(shape: &[usize], itemsize: usize, strides: &mut [isize]) {
    let mut next = itemsize;
    for (stride, &n) in strides.iter_mut().zip(shape).rev() {
        *stride = next as isize;
        next = next.saturating_mul(n.max(1));
    }
}

/// `axis` counted from the front, or [`Error::Axis`]. Negative ones count from the end, as in NumPy.
pub fn normalize_axis(axis: isize, ndim: usize) -> Result<usize> {
    let n = ndim as isize;
    if (-n..n).contains(&axis) {
        Ok((if axis < 0 { axis + n } else { axis }) as usize)
    } else {
        Err(Error::Axis { axis, ndim })
    }
}

/// The byte offsets, in `N` operands at once, at which each 1-D lane along one
/// axis starts; all axes but that one in C order. With `axis == None` every
/// element is a lane of its own.
pub struct LaneStarts<'a, const N: usize> {
    shape: &'a [usize],
    strides: [&'a [isize]; N],
    axis: Option<usize>,
    index: [usize; MAX_NDIM],
    offsets: [isize; N],
    left: usize,
}

impl<'a, const N: usize> LaneStarts<'a, N> {
    /// The strides of all operands have as many entries as `shape`; that of `axis` is not used.
    pub fn new(shape: &'a [usize], strides: [&'a [isize]; N], axis: Option<usize>) -> Self {
        let lanes = |(i, &n): (usize, &usize)| if Some(i) == axis { 1 } else { n };
        let left = shape.iter().enumerate().map(lanes).product();
        Self { shape, strides, axis, index: [0; MAX_NDIM], offsets: [0; N], left }
    }
}

impl<const N: usize> Iterator for LaneStarts<'_, N> {
    type Item = [isize; N];

    #[inline]
    fn next(&mut self) -> Option<[isize; N]> {
        self.left = self.left.checked_sub(1)?;
        let now = self.offsets;
        for axis in (0..self.shape.len()).rev() {
            if Some(axis) == self.axis {
                continue;
            }
            self.index[axis] += 1;
            let wrapped = self.index[axis] == self.shape[axis];
            let steps = if wrapped { 1 - self.shape[axis] as isize } else { 1 };
            for (offset, strides) in self.offsets.iter_mut().zip(&self.strides) {
                *offset += steps * strides[axis];
            }
            if !wrapped {
                break;
            }
            self.index[axis] = 0;
        }
        Some(now)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<const N: usize> ExactSizeIterator for LaneStarts<'_, N> {}
