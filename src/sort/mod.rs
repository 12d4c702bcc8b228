//! `sort` and `argsort` along an axis, as `numpy.sort` and `numpy.argsort` order.
//!
//! NaN comes last whatever its sign, and `-0.0` equals `0.0`. Both are stable, so
//! that one algorithm serves every `kind` of NumPy.
//!
//! Long lanes go through a radix sort ([`radix`], O(n) passes over memory,
//! scratch of one lane), short ones through insertion or merge sort. The plain
//! reference, [`scalar`], is the standard library's merge sort on the same keys.

mod key;
pub mod radix;
pub mod scalar;

pub use key::SortKey;
pub use radix::RadixKey;

use crate::error::{Error, Result};
use crate::memory::{try_filled, try_with_capacity};
use crate::view::{LaneStarts, View, ViewMut};

/// Below this many elements a comparison sort beats the radix sort's fixed cost
/// of counting (measured in Node 20, `npm run bench -- --only sort`).
const RADIX_FROM: usize = 256;

fn check_axis(axis: usize, ndim: usize) -> Result<()> {
    match axis < ndim {
        true => Ok(()),
        false => Err(Error::Axis { axis: axis as isize, ndim }),
    }
}

/// Sorts `a` in place along `axis`, ascending, NaN last, stable.
///
/// O(n) for each lane; scratch of one lane (two where the lane is not contiguous).
///
/// # Errors
/// [`Error::Axis`] where `axis >= a.ndim()`; [`Error::OutOfMemory`], with `a` unchanged
/// but for lanes already sorted.
pub fn sort<T: SortKey>(mut a: ViewMut<'_, T>, axis: usize) -> Result<()> {
    check_axis(axis, a.ndim())?;
    let (n, stride) = (a.shape()[axis], a.strides()[axis]);
    if n < 2 || a.size() == 0 {
        return Ok(());
    }
    let starts = LaneStarts::new(a.shape(), [a.strides()], Some(axis));
    // SAFETY: not a value of the array is used, only one to fill the scratch with.
    let filler = unsafe { a.as_view().read(0) };
    let mut scratch = try_filled(filler, scratch_len(n))?;
    if stride == size_of::<T>() as isize {
        for [start] in starts {
            // SAFETY: the n elements of this lane are adjacent and inside the view.
            let lane = unsafe { std::slice::from_raw_parts_mut(a.as_ptr().byte_offset(start), n) };
            sort_lane(lane, &mut scratch, |x| x.sort_key());
        }
        return Ok(());
    }
    let mut lane: Vec<T> = try_with_capacity(n)?;
    for [start] in starts {
        lane.clear();
        // SAFETY: start and the n steps along the axis are inside the view.
        lane.extend((0..n as isize).map(|i| unsafe { a.as_view().read(start + i * stride) }));
        sort_lane(&mut lane, &mut scratch, |x| x.sort_key());
        for (i, &value) in lane.iter().enumerate() {
            // SAFETY: as above.
            unsafe { a.write(start + i as isize * stride, value) };
        }
    }
    Ok(())
}

/// Sorts one lane. `scratch` is as long, or empty for a lane below [`RADIX_FROM`].
fn sort_lane<T: Copy, K: RadixKey>(lane: &mut [T], scratch: &mut [T], key: impl Fn(&T) -> K) {
    if lane.len() < RADIX_FROM {
        scalar::sort_by_key(lane, key);
    } else {
        radix::sort_by_key(lane, scratch, key);
    }
}

/// How much scratch [`sort_lane`] wants for lanes of `n` elements.
fn scratch_len(n: usize) -> usize {
    if n < RADIX_FROM { 0 } else { n }
}

/// The indices that would sort `a` along `axis`: NaN last, ties in their order.
///
/// `out` has the shape of `a`. O(n) for each lane; scratch of two `(key, index)` pairs
/// an element of one lane.
///
/// # Errors
/// [`Error::Axis`], [`Error::Value`] where the shapes differ, [`Error::OutOfMemory`].
pub fn argsort<T: SortKey>(a: View<'_, T>, axis: usize, mut out: ViewMut<'_, isize>) -> Result<()> {
    check_axis(axis, a.ndim())?;
    if a.shape() != out.shape() {
        return Err(Error::Value(format!("out has shape {:?}; expected {:?}, the shape of a", out.shape(), a.shape())));
    }
    let (n, stride, out_stride) = (a.shape()[axis], a.strides()[axis], out.strides()[axis]);
    if a.size() == 0 {
        return Ok(());
    }
    let starts = LaneStarts::new(a.shape(), [a.strides(), out.strides()], Some(axis));
    if u32::try_from(n).is_ok() {
        argsort_lanes::<T, u32>(a, n, stride, starts, &mut out, out_stride)
    } else {
        argsort_lanes::<T, usize>(a, n, stride, starts, &mut out, out_stride)
    }
}

/// The width in which positions travel beside their keys: `u32` halves the traffic.
trait Position: Copy {
    fn from_usize(i: usize) -> Self;
    fn to_isize(self) -> isize;
}
impl Position for u32 {
    fn from_usize(i: usize) -> Self {
        i as u32
    }
    fn to_isize(self) -> isize {
        self as isize
    }
}
impl Position for usize {
    fn from_usize(i: usize) -> Self {
        i
    }
    fn to_isize(self) -> isize {
        self as isize
    }
}

fn argsort_lanes<T: SortKey, P: Position>(
    a: View<'_, T>,
    n: usize,
    stride: isize,
    starts: LaneStarts<'_, 2>,
    out: &mut ViewMut<'_, isize>,
    out_stride: isize,
) -> Result<()> {
    let mut pairs: Vec<(T::Key, P)> = try_with_capacity(n)?;
    // SAFETY: the first element; it only fills the scratch.
    let filler = (unsafe { a.read(0) }.sort_key(), P::from_usize(0));
    let mut scratch = try_filled(filler, scratch_len(n))?;
    for [start, out_start] in starts {
        pairs.clear();
        pairs.extend((0..n).map(|i| {
            // SAFETY: start and the n steps along the axis are inside the view.
            let value = unsafe { a.read(start + i as isize * stride) };
            (value.sort_key(), P::from_usize(i))
        }));
        sort_lane(&mut pairs, &mut scratch, |pair| pair.0);
        for (i, pair) in pairs.iter().enumerate() {
            // SAFETY: out has the shape of a, and out_start is a lane of it.
            unsafe { out.write(out_start + i as isize * out_stride, pair.1.to_isize()) };
        }
    }
    Ok(())
}
