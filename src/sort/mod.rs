//! `sort` and `argsort` along an axis, as `numpy.sort` and `numpy.argsort` order.
//!
//! NaN comes last whatever its sign, and `-0.0` equals `0.0`. Both are stable, so
//! that one algorithm serves every `kind` of NumPy.
//!
//! Long lanes go through a radix sort ([`radix`], O(n) passes over memory,
//! scratch of one lane), short ones through insertion or merge sort. The plain
//! reference, [`scalar`], is the standard library's merge sort on the same keys.

mod key;
pub mod lane;
mod lexsort;
pub(crate) mod order;
pub mod partition;
pub mod radix;
pub mod scalar;

pub use key::SortKey;
pub use lexsort::{lexsort, lexsort_by};
pub use partition::{argpartition, argpartition_along, partition, partition_along, ranks_of};

use crate::error::{Error, Result};
use crate::memory::{try_filled, try_with_capacity};
use crate::view::{LaneStarts, View, ViewMut};

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
    let mut scratch: Vec<T> = try_filled(T::zeroed(), lane::scratch_len::<T>(n))?;
    if stride == size_of::<T>() as isize {
        for [start] in starts {
            // SAFETY: the n elements of this lane are adjacent and inside the view.
            let lane = unsafe { std::slice::from_raw_parts_mut(a.as_ptr().byte_offset(start), n) };
            lane::sort(lane, &mut scratch);
        }
        return Ok(());
    }
    let mut lane: Vec<T> = try_with_capacity(n)?;
    for [start] in starts {
        lane.clear();
        // SAFETY: start and the n steps along the axis are inside the view.
        lane.extend((0..n as isize).map(|i| unsafe { a.as_view().read(start + i * stride) }));
        lane::sort(&mut lane, &mut scratch);
        for (i, &value) in lane.iter().enumerate() {
            // SAFETY: as above.
            unsafe { a.write(start + i as isize * stride, value) };
        }
    }
    Ok(())
}

/// Sorts a copy of `a` along `axis` into `out`, which has its shape; as [`sort`], but
/// without the pass that a copy of its own would take.
///
/// # Errors
/// As [`sort`]; [`Error::Value`] where the shapes differ.
pub fn sort_copy<T: SortKey>(a: View<'_, T>, axis: usize, mut out: ViewMut<'_, T>) -> Result<()> {
    check_axis(axis, a.ndim())?;
    check_same_shape(a.shape(), out.shape())?;
    let (n, stride, out_stride) = (a.shape()[axis], a.strides()[axis], out.strides()[axis]);
    if a.size() == 0 {
        return Ok(());
    }
    let [contiguous, out_contiguous] = [stride, out_stride].map(|stride| stride == size_of::<T>() as isize);
    let mut scratch: Vec<T> = try_filled(T::zeroed(), lane::scratch_len::<T>(n))?;
    let mut lane: Vec<T> = try_with_capacity(if out_contiguous { 0 } else { n })?;
    for [start, out_start] in LaneStarts::new(a.shape(), [a.strides(), out.strides()], Some(axis)) {
        // SAFETY: start and the n steps along the axis are inside the view.
        let read = |i: usize| unsafe { a.read(start + i as isize * stride) };
        if out_contiguous {
            // SAFETY: the n elements of this lane are adjacent and inside the view, and a
            // ViewMut shares no memory with a View.
            let to = unsafe { std::slice::from_raw_parts_mut(out.as_ptr().byte_offset(out_start), n) };
            if contiguous {
                // SAFETY: as above.
                let from = unsafe { std::slice::from_raw_parts(a.as_ptr().byte_offset(start), n) };
                lane::sort_copy(from, to, &mut scratch);
            } else {
                to.iter_mut().enumerate().for_each(|(i, slot)| *slot = read(i));
                lane::sort(to, &mut scratch);
            }
            continue;
        }
        lane.clear();
        lane.extend((0..n).map(read));
        lane::sort(&mut lane, &mut scratch);
        for (i, &value) in lane.iter().enumerate() {
            // SAFETY: out has the shape of a, and out_start is a lane of it.
            unsafe { out.write(out_start + i as isize * out_stride, value) };
        }
    }
    Ok(())
}

fn check_same_shape(a: &[usize], out: &[usize]) -> Result<()> {
    match a == out {
        true => Ok(()),
        false => Err(Error::Value(format!("out has shape {out:?}; expected {a:?}, the shape of a"))),
    }
}

/// The indices that would sort `a` along `axis`: NaN last, ties in their order.
///
/// `out` has the shape of `a`. O(n) for each lane; scratch of 16 bytes an element
/// of one lane.
///
/// # Errors
/// [`Error::Axis`], [`Error::Value`] where the shapes differ, [`Error::OutOfMemory`], with the lanes
/// so far written.
pub fn argsort<T: SortKey>(a: View<'_, T>, axis: usize, mut out: ViewMut<'_, isize>) -> Result<()> {
    check_axis(axis, a.ndim())?;
    check_same_shape(a.shape(), out.shape())?;
    let (n, stride, out_stride) = (a.shape()[axis], a.strides()[axis], out.strides()[axis]);
    if a.size() == 0 {
        return Ok(());
    }
    let starts = LaneStarts::new(a.shape(), [a.strides(), out.strides()], Some(axis));
    let mut work: Vec<u64> = try_filled(0, n)?;
    let mut scratch: Vec<u64> = try_filled(0, lane::scratch_len::<T::Key>(n))?;
    for [start, out_start] in starts {
        // SAFETY: start and the n steps along the axis are inside the view.
        let key_at = |position: u64| unsafe { a.read(start + position as isize * stride) }.sort_key();
        lane::argsort(&mut work, &mut scratch, key_at)?;
        for (i, &position) in work.iter().enumerate() {
            // SAFETY: out has the shape of a, and out_start is a lane of it.
            unsafe { out.write(out_start + i as isize * out_stride, position as isize) };
        }
    }
    Ok(())
}
