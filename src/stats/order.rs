//! Elements by their rank, for `numpy.percentile`, `quantile` and `nanmedian`.

use super::{Median, lanes, mean_of_keys, median_of, select, slots};
use crate::error::{Error, Result};
use crate::memory::{try_filled, try_with_capacity};
use crate::sort::{SortKey, partition};
use crate::view::{LaneStarts, View, ViewMut};

/// How many elements of a lane are NaN. O(n).
pub fn nan_count<T: SortKey>(lane: &[T]) -> usize {
    // Counts that cannot overflow the width in which several are taken at a time.
    lane.chunks(1 << 16)
        .map(|block| block.iter().fold(0u32, |nans, x| nans + u32::from(x.is_unordered())) as usize)
        .sum()
}

/// Writes into `out` the elements of the ranks `ranks` (any order, repeats too) of a lane:
/// those that a sort would put there, NaN last; of `-0.0` and `0.0` either. Returns how
/// many elements are NaN, so that a caller can have them spoil the answer, as NumPy does.
///
/// O(n log(number of ranks)), by [`partition()`] of a copy.
///
/// # Errors
/// [`Error::Value`] where a rank is outside the lane, or `out` has another length than
/// `ranks`; [`Error::OutOfMemory`].
pub fn order_statistics<T: SortKey>(lane: &[T], ranks: &[usize], out: &mut [T]) -> Result<usize> {
    if ranks.len() != out.len() {
        return Err(Error::Value(format!(
            "out has {} elements; expected {}, one for each rank",
            out.len(),
            ranks.len()
        )));
    }
    let mut copy = try_with_capacity(lane.len())?;
    copy.extend_from_slice(lane);
    partition(&mut copy, ranks)?;
    for (slot, &rank) in out.iter_mut().zip(ranks) {
        *slot = copy[rank];
    }
    Ok(nan_count(lane))
}

/// The median of those elements of a lane that are not NaN, as `numpy.nanmedian`; NaN where
/// there are none.
///
/// O(n), as [`median`](super::median()).
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn nanmedian<T: Median>(lane: &[T]) -> Result<T::Mean> {
    nanmedian_with(lane, &mut Vec::new())
}

fn nanmedian_with<T: Median>(mut lane: &[T], keys: &mut Vec<T::Key>) -> Result<T::Mean> {
    let n = lane.len() - nan_count(lane);
    if n == 0 {
        return Ok(T::NAN);
    }
    if n == lane.len() {
        return median_of(&mut lane, keys);
    }
    if let Some(select::Middle::Keys(low, high)) = select::middle_two_numbers(&mut lane, n, keys)? {
        return Ok(mean_of_keys::<T>(low, high, n));
    }
    // One more, so that all are written, and a NaN overwritten by the next.
    let mut numbers = try_filled(T::zeroed(), n + 1)?;
    let mut at = 0;
    for &x in lane {
        numbers[at] = x;
        at += usize::from(!x.is_unordered());
    }
    median_of(&mut &numbers[..n], keys)
}

/// [`nanmedian`] of each lane along `axis`, or of all elements where `axis` is `None`. `out` is
/// contiguous with one element for each lane, in C order.
///
/// Returns whether every median is a number whose double is finite: NumPy warns of a lane without
/// numbers, and halves a sum where there may be infinities. At the first that is not, this stops.
///
/// O(n) for each lane; scratch of two lanes at most, which for `None` are two of the input.
///
/// # Errors
/// [`Error::Axis`], [`Error::Value`] where `out` has another size, [`Error::OutOfMemory`].
pub fn nanmedian_along<T: Median>(a: View<'_, T>, axis: Option<usize>, out: ViewMut<'_, T::Mean>) -> Result<bool> {
    along(a, axis, out, T::doubles)
}

/// [`nanmedian`] of each lane along `axis`, or of all elements: as [`nanmedian_along`], but to the end.
///
/// # Errors
/// As [`nanmedian_along`].
pub fn nanmedian_of_lanes<T: Median>(a: View<'_, T>, axis: Option<usize>, out: ViewMut<'_, T::Mean>) -> Result<()> {
    along(a, axis, out, |_| true).map(|_| ())
}

/// The medians up to the first that is not to `go_on`; whether there was none.
fn along<T: Median>(
    a: View<'_, T>,
    axis: Option<usize>,
    mut out: ViewMut<'_, T::Mean>,
    go_on: impl Fn(T::Mean) -> bool,
) -> Result<bool> {
    if let Some(axis) = axis
        && axis >= a.ndim()
    {
        return Err(Error::Axis { axis: axis as isize, ndim: a.ndim() });
    }
    let out = slots(&mut out, lanes(a.shape(), axis))?;
    let mut keys = Vec::new();
    let Some(axis) = axis else {
        out[0] = match a.as_slice() {
            Some(slice) => nanmedian_with(slice, &mut keys)?,
            None => {
                let mut gathered = try_with_capacity(a.size())?;
                a.extend_into(&mut gathered, |x| x);
                nanmedian_with(&gathered, &mut keys)?
            }
        };
        return Ok(go_on(out[0]));
    };
    let (n, stride) = (a.shape()[axis], a.strides()[axis]);
    let contiguous = stride == size_of::<T>() as isize;
    let mut gathered = try_with_capacity(if contiguous { 0 } else { n })?;
    for ([start], slot) in LaneStarts::new(a.shape(), [a.strides()], Some(axis)).zip(out) {
        *slot = if contiguous {
            // SAFETY: the n elements of this lane are adjacent and inside the view.
            nanmedian_with(unsafe { std::slice::from_raw_parts(a.as_ptr().byte_offset(start), n) }, &mut keys)?
        } else {
            gathered.clear();
            // SAFETY: start and the n steps along the axis are inside the view.
            gathered.extend((0..n as isize).map(|i| unsafe { a.read(start + i * stride) }));
            nanmedian_with(&gathered, &mut keys)?
        };
        if !go_on(*slot) {
            return Ok(false);
        }
    }
    Ok(true)
}
