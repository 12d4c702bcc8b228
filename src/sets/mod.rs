//! Sets of numbers: `unique` and `isin`, as `numpy.unique` and `numpy.isin`.
//!
//! Whole numbers of a small range go through a table that they index, others through the
//! radix sort ([`crate::sort`]) or a hash table.

mod isin;
mod unique;

pub use isin::{isin, isin_sorted};
pub use unique::{Unique, Wanted, unique, unique_sorted};

use crate::sort::SortKey;

/// Elements compared side by side.
const WIDE: usize = 8;

/// The least and the greatest key of a lane of integers, and how many values lie between
/// them (both counted); `None` for floats, for nothing, and where a `usize` is too small.
fn range<T: SortKey>(lane: &[T]) -> Option<(T::Key, usize)> {
    let &first = lane.first()?;
    if !T::IS_INTEGER {
        return None;
    }
    let smaller = |a: T, b: T| if b < a { b } else { a };
    let greater = |a: T, b: T| if b > a { b } else { a };
    // Side by side: one minimum would wait for the last.
    let (mut least, mut most) = ([first; WIDE], [first; WIDE]);
    let (groups, rest) = lane.as_chunks::<WIDE>();
    for group in groups {
        for (i, &x) in group.iter().enumerate() {
            (least[i], most[i]) = (smaller(least[i], x), greater(most[i], x));
        }
    }
    let min = rest.iter().chain(&least).copied().fold(first, smaller);
    let max = rest.iter().chain(&most).copied().fold(first, greater);
    let span: u64 = (max.sort_key() - min.sort_key()).into();
    Some((min.sort_key(), usize::try_from(span).ok()?.checked_add(1)?))
}
