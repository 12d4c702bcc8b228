//! `rankdata`, as `scipy.stats.rankdata`.

use super::nan_count;
use crate::error::{Error, Result};
use crate::sort::SortKey;
use crate::sort::order::Order;

/// Which rank equal elements share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankMethod {
    /// The mean of the ranks that they would have one by one.
    Average,
    /// The least of those.
    Min,
    /// The greatest of those.
    Max,
    /// One more than that of the next smaller elements.
    Dense,
    /// None: each has its own, in the order they came.
    Ordinal,
}

/// What ranks are written as: SciPy has float64 for `Average`, C's `long` for the others.
pub trait Rank: Copy {
    /// Half of `twice`, which is odd for some averages only.
    fn half(twice: u64) -> Self;
}
impl Rank for f64 {
    #[inline(always)]
    fn half(twice: u64) -> f64 {
        // Exact: a position is below 2^52.
        twice as f64 / 2.0
    }
}
impl Rank for i64 {
    #[inline(always)]
    fn half(twice: u64) -> i64 {
        (twice / 2) as i64
    }
}
impl Rank for i32 {
    #[inline(always)]
    fn half(twice: u64) -> i32 {
        (twice / 2) as i32
    }
}

/// Writes the rank of each element into `out`, from 1 on. Integers hold no average: they
/// take the whole part.
///
/// Returns how many elements are NaN. SciPy's `nan_policy` is the caller's: where there are
/// any, `out` stays as it is.
///
/// O(n): a radix sort of the positions; scratch of 16 bytes an element.
///
/// # Errors
/// [`Error::Value`] where `out` has another length, [`Error::OutOfMemory`].
pub fn rankdata<T: SortKey, R: Rank>(lane: &[T], method: RankMethod, out: &mut [R]) -> Result<usize> {
    let n = lane.len();
    if out.len() != n {
        return Err(Error::Value(format!("out has {} elements; expected {n}, one for each of the lane", out.len())));
    }
    let nans = nan_count(lane);
    if nans > 0 {
        return Ok(nans);
    }
    let mut order = Order::of(lane)?;
    let (mut end, mut twice, mut dense) = (0, 0, 0u64);
    let number = |order: &Order, rank: usize| {
        if method == RankMethod::Ordinal {
            return 2 * (rank as u64 + 1);
        }
        if rank == end {
            end += 1;
            while end < n && order.is_tie(end) {
                end += 1;
            }
            dense += 1;
            twice = match method {
                RankMethod::Average => (rank + 1 + end) as u64,
                RankMethod::Min => 2 * (rank + 1) as u64,
                RankMethod::Dense => 2 * dense,
                RankMethod::Max | RankMethod::Ordinal => 2 * end as u64,
            };
        }
        twice
    };
    order.place(out, number, R::half);
    Ok(0)
}
