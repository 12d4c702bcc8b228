//! Elements by their rank, for `numpy.percentile`, `quantile` and `nanmedian`.

use super::{Median, mean_of_keys};
use crate::error::{Error, Result};
use crate::memory::try_with_capacity;
use crate::sort::{SortKey, partition};

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
/// O(n), as [`order_statistics`].
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn nanmedian<T: Median>(lane: &[T]) -> Result<T::Mean> {
    let n = lane.len() - nan_count(lane);
    if n == 0 {
        return Ok(T::NAN);
    }
    let mut middle = [T::zeroed(); 2];
    order_statistics(lane, &[(n - 1) / 2, n / 2], &mut middle)?;
    Ok(mean_of_keys::<T>(middle[0].sort_key(), middle[1].sort_key(), n))
}
