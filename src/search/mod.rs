//! Searching in sorted arrays: `searchsorted`, `digitize`, `interp`.

mod interp;
mod ranks;

pub use interp::{in_step, interp, interp_with};
pub(crate) use ranks::Ranks;

use crate::error::{Error, Result};
use crate::memory::try_with_capacity;
use crate::sort::SortKey;

/// On which side of the elements equal to a value it is inserted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Before them.
    Left,
    /// After them.
    Right,
}

/// An element type that can be searched for.
pub trait Search: SortKey {
    /// Whether it is a NaN.
    fn is_nan(self) -> bool;
    /// Whether it is infinite and below all others.
    fn is_negative_infinity(self) -> bool;
    /// Whether it is infinite and above all others but NaN.
    fn is_positive_infinity(self) -> bool;
    /// How far it lies above `origin`, rounded: never less for a greater value. Unsigned ones below it may lie 0 above.
    fn distance(self, origin: Self) -> f64;
}

macro_rules! search_float {
    ($($float:ty),*) => {$(
        impl Search for $float {
            #[inline(always)]
            fn is_nan(self) -> bool {
                <$float>::is_nan(self)
            }
            fn is_negative_infinity(self) -> bool {
                self == <$float>::NEG_INFINITY
            }
            fn is_positive_infinity(self) -> bool {
                self == <$float>::INFINITY
            }
            #[inline(always)]
            fn distance(self, origin: Self) -> f64 {
                self as f64 - origin as f64
            }
        }
    )*};
}
search_float!(f64, f32);

macro_rules! search_int {
    ($($int:ty: $distance:expr),*) => {$(
        impl Search for $int {
            #[inline(always)]
            fn is_nan(self) -> bool {
                false
            }
            fn is_negative_infinity(self) -> bool {
                false
            }
            fn is_positive_infinity(self) -> bool {
                false
            }
            #[inline(always)]
            fn distance(self, origin: Self) -> f64 {
                $distance(self, origin)
            }
        }
    )*};
}
search_int! {
    i64: |x: i64, origin: i64| x.saturating_sub(origin) as f64,
    i32: |x: i32, origin: i32| (i64::from(x) - i64::from(origin)) as f64,
    u64: |x: u64, origin: u64| x.saturating_sub(origin) as f64
}

/// Where each of `v` would be inserted into the sorted `a` to keep it sorted, as `numpy.searchsorted`.
///
/// NaN comes last, and `-0.0` equals `0.0`. Of an `a` that is not sorted the answers are some numbers
/// up to its length. O(v log a), and about O(v + a) for at least as many queries as elements, which
/// take a table of up to 8 cells of 4 bytes an element.
///
/// # Errors
/// [`Error::Value`] where `out` is not as long as `v`, [`Error::OutOfMemory`].
pub fn searchsorted<T: Search>(a: &[T], v: &[T], side: Side, out: &mut [isize]) -> Result<()> {
    searchsorted_with(a, v, side, out, true)
}

/// [`searchsorted`], with or without a table of ranks.
pub fn searchsorted_with<T: Search>(a: &[T], v: &[T], side: Side, out: &mut [isize], table: bool) -> Result<()> {
    let out = same_length(out, v.len())?;
    let ranks = if table { Ranks::new(a, v.len())? } else { Ranks::untabled(a)? };
    ranks.of(v, side, |i, rank| out[i] = rank as isize);
    Ok(())
}

/// Whether the elements ascend, NaN last. O(n).
pub fn is_sorted<T: Search>(a: &[T]) -> bool {
    a.windows(2).all(|pair| pair[0].sort_key() <= pair[1].sort_key())
}

/// The bin that each of `x` lies in, as `numpy.digitize`: `i` where `bins[i-1] <= x < bins[i]`, or where
/// `bins[i-1] < x <= bins[i]` with `right`; for decreasing bins the comparisons with `bins` turn around.
///
/// O(x + bins) as [`searchsorted`], besides a copy of decreasing bins.
///
/// # Errors
/// [`Error::Value`] where `bins` neither increase nor decrease, or `out` is not as long as `x`;
/// [`Error::OutOfMemory`].
pub fn digitize<T: Search>(x: &[T], bins: &[T], right: bool, out: &mut [isize]) -> Result<()> {
    let side = if right { Side::Left } else { Side::Right };
    match direction(bins) {
        Some(true) => searchsorted(bins, x, side, out),
        Some(false) => {
            let mut increasing = try_with_capacity(bins.len())?;
            increasing.extend(bins.iter().rev().copied());
            searchsorted(&increasing, x, side, out)?;
            out.iter_mut().for_each(|rank| *rank = bins.len() as isize - *rank);
            Ok(())
        }
        None => Err(Error::Value("bins must be monotonically increasing or decreasing".into())),
    }
}

/// Whether `bins` increase or decrease; those that are all equal increase.
fn direction<T: Search>(bins: &[T]) -> Option<bool> {
    let change = bins.windows(2).position(|pair| pair[0] != pair[1]);
    let Some(rest) = change.map(|at| &bins[at..]) else { return Some(true) };
    let increases = rest[0] < rest[1];
    let opposed = |pair: &[T]| if increases { pair[0] > pair[1] } else { pair[0] < pair[1] };
    (!rest.windows(2).any(opposed)).then_some(increases)
}

/// `out`, which has `len` elements.
pub(crate) fn same_length<T>(out: &mut [T], len: usize) -> Result<&mut [T]> {
    match out.len() == len {
        true => Ok(out),
        false => {
            Err(Error::Value(format!("out has {} elements; expected {len}, one for each of the input", out.len())))
        }
    }
}
