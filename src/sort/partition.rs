//! `partition` and `argpartition`: each wanted rank gets its element, smaller ones go
//! before it and greater ones after it.
//!
//! Long lanes: a sorted sample brackets a rank (Floyd and Rivest, "Expected time bounds for
//! selection", CACM 18, 1975), two branchless passes bring what lies inside the bracket
//! together (of positions one, into three places), and only that is selected from. Short lanes, and those whose bracket missed:
//! the standard library's quickselect, O(n) in the worst case.

use super::order::{Order, keys};
use super::radix::RadixKey;
use super::{SortKey, check_axis, check_same_shape, lane};
use crate::elements::CHUNK;
use crate::error::{Error, Result};
use crate::memory::{try_filled, try_with_capacity};
use crate::sample::{self, SAMPLE_FROM};
use crate::view::{LaneStarts, View, ViewMut};

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
    let mut scratch = try_filled(T::zeroed(), sort_scratch::<T>(lane.len(), &kth))?;
    partition_lane(lane, &kth, &mut scratch);
    Ok(())
}

/// How many elements of scratch [`partition_lane`] wants.
fn sort_scratch<T>(n: usize, kth: &[usize]) -> usize {
    if sorts::<T>(kth) { lane::scratch_len::<T>(n) } else { 0 }
}

/// Whether a sort takes less than the selections; of small integers it is a count.
fn sorts<T>(kth: &[usize]) -> bool {
    kth.len() >= SORT_FROM || size_of::<T>() <= 2
}

/// As [`partition`], of ascending ranks.
fn partition_lane<T: SortKey>(lane: &mut [T], kth: &[usize], scratch: &mut [T]) {
    if kth.is_empty() || lane::is_sorted(lane) {
    } else if is_descending(lane) {
        lane.reverse();
    } else if sorts::<T>(kth) {
        lane::sort(lane, scratch);
    } else {
        select(lane, kth, 0, |x| x);
    }
}

/// Whether a lane is in order from its end: without NaN.
fn is_descending<T: SortKey>(lane: &[T]) -> bool {
    const BLOCK: usize = 128;
    let Some((_, after)) = lane.split_first() else { return true };
    // Whole blocks, so that values are compared several at a time.
    let mut blocks = lane.chunks(BLOCK).zip(after.chunks(BLOCK));
    blocks.all(|(x, y)| x.iter().zip(y).fold(true, |all, (x, y)| all & (x >= y)))
}

/// [`partition`] of each lane of `a` along `axis`.
///
/// O(n log(number of ranks)) for each lane; scratch of one lane where it is not contiguous, and
/// of one more where there are many ranks.
///
/// # Errors
/// [`Error::Axis`]; [`Error::Value`] where a rank is outside the lanes; [`Error::OutOfMemory`], with
/// `a` unchanged.
pub fn partition_along<T: SortKey>(mut a: ViewMut<'_, T>, axis: usize, kth: &[usize]) -> Result<()> {
    check_axis(axis, a.ndim())?;
    let (n, stride) = (a.shape()[axis], a.strides()[axis]);
    let kth = sorted_ranks(n, kth)?;
    if n < 2 || a.size() == 0 {
        return Ok(());
    }
    let starts = LaneStarts::new(a.shape(), [a.strides()], Some(axis));
    let mut scratch = try_filled(T::zeroed(), sort_scratch::<T>(n, &kth))?;
    if stride == size_of::<T>() as isize {
        for [start] in starts {
            // SAFETY: the n elements of this lane are adjacent and inside the view.
            let lane = unsafe { std::slice::from_raw_parts_mut(a.as_ptr().byte_offset(start), n) };
            partition_lane(lane, &kth, &mut scratch);
        }
        return Ok(());
    }
    let mut lane: Vec<T> = try_with_capacity(n)?;
    for [start] in starts {
        lane.clear();
        // SAFETY: start and the n steps along the axis are inside the view.
        lane.extend((0..n as isize).map(|i| unsafe { a.as_view().read(start + i * stride) }));
        partition_lane(&mut lane, &kth, &mut scratch);
        for (i, &value) in lane.iter().enumerate() {
            // SAFETY: as above.
            unsafe { a.write(start + i as isize * stride, value) };
        }
    }
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
    argpartition_lane(lane, &kth, out)
}

/// As [`argpartition`], of ascending ranks.
fn argpartition_lane<T: SortKey>(lane: &[T], kth: &[usize], out: &mut [isize]) -> Result<()> {
    let sorted = kth.is_empty() || lane::is_sorted(lane);
    if let [k] = *kth
        && lane.len() >= SAMPLE_FROM
        && !sorted
        && argselect(lane, k, out)?
    {
        return Ok(());
    }
    if sorted {
        count_up(out);
        return Ok(());
    }
    if kth.len() >= SORT_FROM {
        let order = Order::of(lane)?;
        out.iter_mut().enumerate().for_each(|(rank, slot)| *slot = order.position(rank) as isize);
        return Ok(());
    }
    match T::Key::BITS {
        u64::BITS => select_positions::<u64>(&keys(lane)?, kth, out),
        _ => select_positions::<u32>(&keys(lane)?, kth, out),
    }
    Ok(())
}

/// [`argpartition`] of each lane of `a` along `axis`, into `out`, which has its shape.
///
/// As [`argpartition`] for each lane; scratch of two more lanes where they are not contiguous.
///
/// # Errors
/// [`Error::Axis`], [`Error::Value`] where a rank is outside the lanes or the shapes differ,
/// [`Error::OutOfMemory`].
pub fn argpartition_along<T: SortKey>(
    a: View<'_, T>,
    axis: usize,
    kth: &[usize],
    mut out: ViewMut<'_, isize>,
) -> Result<()> {
    check_axis(axis, a.ndim())?;
    check_same_shape(a.shape(), out.shape())?;
    let (n, stride, out_stride) = (a.shape()[axis], a.strides()[axis], out.strides()[axis]);
    let kth = sorted_ranks(n, kth)?;
    let contiguous = [stride, out_stride] == [size_of::<T>() as isize, size_of::<isize>() as isize];
    let room = if contiguous { 0 } else { n };
    let (mut lane, mut order): (Vec<T>, Vec<isize>) = (try_with_capacity(room)?, try_filled(0, room)?);
    for [start, out_start] in LaneStarts::new(a.shape(), [a.strides(), out.strides()], Some(axis)) {
        if contiguous {
            // SAFETY: the n elements of this lane are adjacent and inside the view; so are those of
            // `out`, which shares no memory with a View.
            let (lane, order) = unsafe {
                (
                    std::slice::from_raw_parts(a.as_ptr().byte_offset(start), n),
                    std::slice::from_raw_parts_mut(out.as_ptr().byte_offset(out_start), n),
                )
            };
            argpartition_lane(lane, &kth, order)?;
            continue;
        }
        lane.clear();
        // SAFETY: start and the n steps along the axis are inside the view.
        lane.extend((0..n as isize).map(|i| unsafe { a.read(start + i * stride) }));
        argpartition_lane(&lane, &kth, &mut order)?;
        for (i, &position) in order.iter().enumerate() {
            // SAFETY: out has the shape of a, and out_start is a lane of it.
            unsafe { out.write(out_start + i as isize * out_stride, position) };
        }
    }
    Ok(())
}

/// The positions for one rank in one pass, by a bracket; false where it does not hold the rank or
/// holds more than a quarter of the lane.
fn argselect<T: SortKey>(lane: &[T], k: usize, out: &mut [isize]) -> Result<bool> {
    let n = lane.len();
    let (from, to) = expected(lane, k, |x| x);
    let room = n / 4 + CHUNK;
    // All memory before anything is written.
    let (mut inside, mut keys): (Vec<isize>, Vec<u64>) = (try_filled(0, room)?, try_with_capacity(room)?);
    let (mut low, mut high, mut len) = (0, n, 0);
    for (chunk, values) in lane.chunks(CHUNK).enumerate() {
        if len + CHUNK > room {
            return Ok(false);
        }
        for (i, &x) in values.iter().enumerate() {
            let position = (chunk * CHUNK + i) as isize;
            // Written to all three, of which one counts. There is room between `low` and `high` for
            // all that are yet to come, and a NaN is neither below nor inside.
            let (below, within) = (x < from, x >= from && x <= to);
            out[low] = position;
            out[high - 1] = position;
            inside[len] = position;
            low += usize::from(below);
            len += usize::from(within);
            high -= usize::from(!below & !within);
        }
    }
    if !(low..high).contains(&k) {
        return Ok(false);
    }
    let inside = &inside[..len];
    // Where all are ties there is no more to do.
    if from < to {
        keys.extend(inside.iter().map(|&position| -> u64 { lane[position as usize].sort_key().into() }));
    }
    let between = &mut out[low..high];
    between.iter_mut().enumerate().for_each(|(i, slot)| *slot = i as isize);
    if from < to {
        select(between, &[k - low], 0, |i| keys[i as usize]);
    }
    between.iter_mut().for_each(|slot| *slot = inside[*slot as usize]);
    Ok(true)
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

/// The ranks in a lane of `n` elements that `kth` stands for, where -1 is the last.
///
/// # Errors
/// [`Error::Value`] where one is outside the lane, [`Error::OutOfMemory`].
pub fn ranks_of(n: usize, kth: &[isize]) -> Result<Vec<usize>> {
    let mut ranks = try_with_capacity(kth.len())?;
    for &k in kth {
        let rank = if k < 0 { n.checked_sub(k.unsigned_abs()) } else { Some(k as usize) };
        let rank = rank.filter(|rank| *rank < n);
        ranks.push(rank.ok_or_else(|| Error::Value(format!("kth(={k}) out of bounds ({n})")))?);
    }
    Ok(ranks)
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
    if let [k] = *kth
        && (k == base || k + 1 == base + n)
    {
        return if k == base { least_first(items, value) } else { greatest_last(items, value) };
    }
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

/// Values compared side by side: one extreme would wait for the last.
const WIDE: usize = 8;

/// The value that `better` finds no better one than, but for NaN and starting with `worst`.
#[inline(always)]
fn extreme<E: Copy, T: SortKey>(items: &[E], worst: T, value: impl Fn(E) -> T, better: impl Fn(T, T) -> bool) -> T {
    let best_of = |best: T, x: T| if better(x, best) { x } else { best };
    let mut best = [worst; WIDE];
    let (groups, rest) = items.as_chunks::<WIDE>();
    for group in groups {
        for (best, &item) in best.iter_mut().zip(group) {
            *best = best_of(*best, value(item));
        }
    }
    rest.iter().map(|&item| value(item)).chain(best).fold(worst, best_of)
}

/// Swaps an item to the front that none is smaller than.
fn least_first<E: Copy, T: SortKey>(items: &mut [E], value: impl Fn(E) -> T + Copy) {
    let least = extreme(items, T::GREATEST, value, |x, best| x < best);
    // Nothing but NaN: any will do.
    let at = items.iter().position(|&item| value(item) == least).unwrap_or(0);
    items.swap(0, at);
}

/// Swaps an item to the end that none is greater than, a NaN if there is one.
fn greatest_last<E: Copy, T: SortKey>(items: &mut [E], value: impl Fn(E) -> T + Copy) {
    let Some(last) = items.len().checked_sub(1) else { return };
    let nan = items.iter().position(|&item| value(item).is_unordered());
    let at = nan.or_else(|| {
        let greatest = extreme(items, T::LEAST, value, |x, best| x > best);
        items.iter().position(|&item| value(item) == greatest)
    });
    items.swap(at.unwrap_or(last), last);
}

/// The bracket in which a sample expects the rank.
fn expected<E: Copy, T: SortKey>(items: &[E], rank: usize, value: impl Fn(E) -> T) -> (T, T) {
    sample::bracket(items.len(), |i| value(items[i]).sort_key(), rank)
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
