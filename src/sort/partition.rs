//! `partition` and `argpartition`: each wanted rank gets its element, smaller ones go
//! before it and greater ones after it.
//!
//! Long lanes: a sorted sample brackets a rank (Floyd and Rivest, "Expected time bounds for
//! selection", CACM 18, 1975), two branchless passes bring what lies inside the bracket
//! together, and only that is selected from. Short lanes, and those whose bracket missed:
//! the standard library's quickselect, O(n) in the worst case.

use super::order::{Order, keys};
use super::radix::RadixKey;
use super::{SortKey, lane};
use crate::error::{Error, Result};
use crate::memory::{try_filled, try_with_capacity};
use crate::sample::{SAMPLE_FROM, Sample};

/// For so many ranks a radix sort takes less than the selections.
const SORT_FROM: usize = 24;

/// Reorders `lane` so that the element of each rank in `kth` is where a sort would put it,
/// with none greater before it and none smaller after it; NaN last. As `numpy.partition`,
/// the order of the rest is open.
///
/// O(n log(number of ranks)), the worst case included; no scratch but for the ranks, or one
/// lane where there are many.
///
/// # Errors
/// [`Error::Value`] where a rank is outside the lane, [`Error::OutOfMemory`].
pub fn partition<T: SortKey>(lane: &mut [T], kth: &[usize]) -> Result<()> {
    let kth = sorted_ranks(lane.len(), kth)?;
    if kth.is_empty() || lane::is_sorted(lane) {
        return Ok(());
    }
    if kth.len() >= SORT_FROM || size_of::<T>() <= 2 {
        let mut scratch = try_filled(T::zeroed(), lane::scratch_len::<T>(lane.len()))?;
        lane::sort(lane, &mut scratch);
        return Ok(());
    }
    select(lane, &kth, 0, |x| x);
    Ok(())
}

/// Writes positions of `lane` into `out`, in the order that [`partition`] would give their
/// elements. As `numpy.argpartition`.
///
/// O(n log(number of ranks)); scratch of 8 bytes an element for its key, or 24 where there are
/// many ranks.
///
/// # Errors
/// As [`partition`]; [`Error::Value`] where `out` has another length.
pub fn argpartition<T: SortKey>(lane: &[T], kth: &[usize], out: &mut [isize]) -> Result<()> {
    let kth = sorted_ranks(lane.len(), kth)?;
    check_length(lane.len(), out.len())?;
    if kth.is_empty() || lane::is_sorted(lane) {
        count_up(out);
        return Ok(());
    }
    if kth.len() >= SORT_FROM {
        let order = Order::of(lane)?;
        out.iter_mut().enumerate().for_each(|(rank, slot)| *slot = order.position(rank) as isize);
        return Ok(());
    }
    match T::Key::BITS {
        u64::BITS => select_positions::<u64>(&keys(lane)?, &kth, out),
        _ => select_positions::<u32>(&keys(lane)?, &kth, out),
    }
    Ok(())
}

fn count_up(out: &mut [isize]) {
    out.iter_mut().enumerate().for_each(|(position, slot)| *slot = position as isize);
}

fn select_positions<K: SortKey>(keys: &[K], kth: &[usize], positions: &mut [isize]) {
    count_up(positions);
    select(positions, kth, 0, |position| keys[position as usize]);
}

fn check_length(n: usize, out: usize) -> Result<()> {
    match n == out {
        true => Ok(()),
        false => Err(Error::Value(format!("out has {out} elements; expected {n}, one for each of the lane"))),
    }
}

/// The ranks in ascending order, each once.
fn sorted_ranks(n: usize, kth: &[usize]) -> Result<Vec<usize>> {
    if let Some(k) = kth.iter().find(|k| **k >= n) {
        return Err(Error::Value(format!("kth(={k}) out of bounds ({n})")));
    }
    let mut ranks = try_with_capacity(kth.len())?;
    ranks.extend_from_slice(kth);
    ranks.sort_unstable();
    ranks.dedup();
    Ok(ranks)
}

/// Brings each of `kth`, ascending, to its place in `items`, whose first has the rank
/// `base`; `value` says what an item is ordered by.
fn select<E: Copy, T: SortKey>(items: &mut [E], kth: &[usize], base: usize, value: impl Fn(E) -> T + Copy) {
    let n = items.len();
    if kth.is_empty() || n < SAMPLE_FROM {
        return select_in_place(items, kth, base, value);
    }
    let k = kth[kth.len() / 2] - base;
    let (from, to) = expected::<E, T>(items, k, value);
    // A NaN is neither: it goes to the end.
    let low = split(items, |item| value(item) < from);
    let high = low + split(&mut items[low..], |item| value(item) <= to);
    let (below, kth) = kth.split_at(kth.partition_point(|k| *k < base + low));
    let (inside, above) = kth.split_at(kth.partition_point(|k| *k < base + high));
    let (items, over) = items.split_at_mut(high);
    let (under, items) = items.split_at_mut(low);
    if (low..high).contains(&k) {
        select(under, below, base, value);
        select(over, above, base + high, value);
    } else {
        // The sample says nothing of this lane: no other one is drawn.
        select_in_place(under, below, base, value);
        select_in_place(over, above, base + high, value);
    }
    if items.len() > n / 2 && from < to {
        // Ties at both ends of the bracket, which another sample would bring back.
        select_in_place(items, inside, base + low, value);
    } else if from < to {
        select(items, inside, base + low, value);
    }
}

/// The bracket in which a sample expects the rank.
fn expected<E: Copy, T: SortKey>(items: &[E], rank: usize, value: impl Fn(E) -> T) -> (T, T) {
    Sample::of(items.len(), |i| value(items[i]).sort_key()).bracket(rank, items.len())
}

/// Brings each of `kth`, ascending, to its place in `items`, whose first has the rank `base`, by
/// quickselect alone: the plain twin of [`partition`].
pub fn select_in_place<E: Copy, T: SortKey>(
    items: &mut [E],
    kth: &[usize],
    base: usize,
    value: impl Fn(E) -> T + Copy,
) {
    let (before, [k, after @ ..]) = kth.split_at(kth.len() / 2) else { return };
    let (below, _, above) = items.select_nth_unstable_by_key(k - base, |item| value(*item).sort_key());
    select_in_place(below, before, base, value);
    select_in_place(above, after, k + 1, value);
}

/// Brings the items that `goes_left` to the front, and says how many there are. Lomuto's
/// partition without a branch: one misprediction would cost as much as many swaps.
#[inline(always)]
fn split<E: Copy>(items: &mut [E], goes_left: impl Fn(E) -> bool) -> usize {
    let mut left = 0;
    for i in 0..items.len() {
        let item = items[i];
        items.swap(i, left);
        left += usize::from(goes_left(item));
    }
    left
}
