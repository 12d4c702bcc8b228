//! `rankdata`, as `scipy.stats.rankdata`.

use super::nan_count;
use crate::error::{Error, Result};
use crate::memory::{try_filled, try_with_capacity};
use crate::sort::SortKey;
use crate::sort::order::Order;
use crate::view::{LaneStarts, View, ViewMut};

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

impl RankMethod {
    /// All of them, by SciPy's names.
    pub const NAMES: [(&'static str, RankMethod); 5] = [
        ("average", RankMethod::Average),
        ("min", RankMethod::Min),
        ("max", RankMethod::Max),
        ("dense", RankMethod::Dense),
        ("ordinal", RankMethod::Ordinal),
    ];

    /// The method that SciPy calls `name`.
    pub fn from_name(name: &str) -> Option<RankMethod> {
        Self::NAMES.iter().find(|(n, _)| *n == name).map(|(_, method)| *method)
    }
}

/// What ranks are written as: SciPy since 1.18 has the float type of the elements, before that
/// float64 for `Average` and C's `long` for the others.
pub trait Rank: Copy {
    /// What stands for the rank where there is none.
    const NONE: Self;
    /// Half of `twice`, which is odd for some averages only.
    fn half(twice: u64) -> Self;
}
impl Rank for f32 {
    const NONE: f32 = f32::NAN;
    #[inline(always)]
    fn half(twice: u64) -> f32 {
        // Exact up to 2^23; from there on SciPy's are not either.
        twice as f32 / 2.0
    }
}
impl Rank for f64 {
    const NONE: f64 = f64::NAN;
    #[inline(always)]
    fn half(twice: u64) -> f64 {
        // Exact: a position is below 2^52.
        twice as f64 / 2.0
    }
}
impl Rank for i64 {
    const NONE: i64 = 0;
    #[inline(always)]
    fn half(twice: u64) -> i64 {
        (twice / 2) as i64
    }
}
impl Rank for i32 {
    const NONE: i32 = 0;
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

/// [`rankdata`] of each lane of `a` along `axis`, into `out`, which has its shape. A lane with a NaN
/// has no ranks: [`Rank::NONE`] stands for each. Returns how many lanes that is so of.
///
/// O(n) for each lane; scratch of two more lanes where they are not contiguous.
///
/// # Errors
/// [`Error::Axis`], [`Error::Value`] where the shapes differ, [`Error::OutOfMemory`].
pub fn rankdata_along<T: SortKey, R: Rank>(
    a: View<'_, T>,
    axis: usize,
    method: RankMethod,
    mut out: ViewMut<'_, R>,
) -> Result<usize> {
    if axis >= a.ndim() {
        return Err(Error::Axis { axis: axis as isize, ndim: a.ndim() });
    }
    if a.shape() != out.shape() {
        return Err(Error::Value(format!("out has shape {:?}; expected {:?}, the shape of a", out.shape(), a.shape())));
    }
    let (n, stride, out_stride) = (a.shape()[axis], a.strides()[axis], out.strides()[axis]);
    let [contiguous, out_contiguous] =
        [stride == size_of::<T>() as isize, out_stride == size_of::<R>() as isize].map(|yes| yes && n > 0);
    let mut lane: Vec<T> = try_with_capacity(if contiguous { 0 } else { n })?;
    let mut ranks: Vec<R> = try_filled(R::NONE, if out_contiguous { 0 } else { n })?;
    let mut unranked = 0;
    for [start, out_start] in LaneStarts::new(a.shape(), [a.strides(), out.strides()], Some(axis)) {
        let from = if contiguous {
            // SAFETY: the n elements of this lane are adjacent and inside the view.
            unsafe { std::slice::from_raw_parts(a.as_ptr().byte_offset(start), n) }
        } else {
            lane.clear();
            // SAFETY: start and the n steps along the axis are inside the view.
            lane.extend((0..n as isize).map(|i| unsafe { a.read(start + i * stride) }));
            &lane
        };
        let to = if out_contiguous {
            // SAFETY: as above; a ViewMut shares no memory with a View.
            unsafe { std::slice::from_raw_parts_mut(out.as_ptr().byte_offset(out_start), n) }
        } else {
            &mut ranks[..]
        };
        if rankdata(from, method, to)? > 0 {
            to.fill(R::NONE);
            unranked += 1;
        }
        if !out_contiguous {
            for (i, &rank) in ranks.iter().enumerate() {
                // SAFETY: out has the shape of a, and out_start is a lane of it.
                unsafe { out.write(out_start + i as isize * out_stride, rank) };
            }
        }
    }
    Ok(unranked)
}
