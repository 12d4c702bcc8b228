//! The distinct elements of a lane.

use super::range;
use crate::error::Result;
use crate::memory::{try_filled, try_with_capacity};
use crate::sort::order::Order;
use crate::sort::{SortKey, lane};
use crate::stats::nan_count;

/// What [`unique`] returns besides the values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// How often each value occurs.
    pub counts: bool,
    /// Where each value occurs first.
    pub index: bool,
    /// Which of the values each element is.
    pub inverse: bool,
}

/// The distinct elements. What was not wanted is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unique<T> {
    /// In order, NaN last; of equal ones (`-0.0` and `0.0`, NaNs) the first of the lane.
    pub values: Vec<T>,
    /// How often each value occurs.
    pub counts: Vec<isize>,
    /// The position of each value's first occurrence.
    pub index: Vec<isize>,
    /// For each element of the lane, the position of its value in `values`.
    pub inverse: Vec<isize>,
}

/// A table of bits may be so many times as long as the lane, one of numbers so many.
const BITS_UP_TO: usize = 16;
const NUMBERS_UP_TO: usize = 2;
/// A table of so few elements has bytes in place of bits: no store waits for the word that the last one changed.
const BYTES_UP_TO: usize = 1 << 14;

/// Where one element in so many or more is a value of its own, sorting them again takes less
/// than to fetch each from where it lies.
const MANY: usize = 16;

/// The distinct elements of a lane, as `numpy.unique`. With `equal_nan` all NaN are one
/// value, else each is one of its own.
///
/// O(n): integers of a range not much longer than the lane through a table, others as
/// [`unique_sorted`]. Scratch of up to 24 bytes an element.
///
/// # Errors
/// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
pub fn unique<T: SortKey>(lane: &[T], wanted: Wanted, equal_nan: bool) -> Result<Unique<T>> {
    if let Some((min, span)) = range(lane) {
        let small = |times: usize| span <= lane.len().saturating_mul(times);
        if wanted == Wanted::default() && small(BITS_UP_TO) {
            return if span <= BYTES_UP_TO { by_bytes(lane, min, span) } else { by_bits(lane, min, span) };
        }
        // Positions and counts fit the table's numbers.
        if small(NUMBERS_UP_TO) && lane.len() < u32::MAX as usize {
            return by_numbers(lane, wanted, min, span);
        }
    }
    unique_sorted(lane, wanted, equal_nan)
}

/// The position in a table of a key that is at least `min`, and the value of a position.
#[inline(always)]
fn offset<T: SortKey>(x: T, min: T::Key) -> usize {
    let offset: u64 = (x.sort_key() - min).into();
    offset as usize
}
fn value_at<T: SortKey>(offset: usize, min: T::Key) -> T {
    bytemuck::cast(T::decode(min + crate::sort::radix::RadixKey::truncate(offset as u64)))
}

/// Values alone: a byte for each of the range, which is short.
fn by_bytes<T: SortKey>(lane: &[T], min: T::Key, span: usize) -> Result<Unique<T>> {
    let mut seen: Vec<u8> = try_filled(0, span)?;
    for &x in lane {
        seen[offset(x, min)] = 1;
    }
    let mut values = try_with_capacity(seen.iter().map(|&seen| usize::from(seen)).sum())?;
    values.extend((0..).zip(&seen).filter(|(_, seen)| **seen != 0).map(|(at, _)| value_at::<T>(at, min)));
    Ok(Unique { values, ..Unique::empty() })
}

/// Values alone: a bit for each of the range.
fn by_bits<T: SortKey>(lane: &[T], min: T::Key, span: usize) -> Result<Unique<T>> {
    let mut words: Vec<u64> = try_filled(0, span.div_ceil(64))?;
    for &x in lane {
        let at = offset(x, min);
        words[at / 64] |= 1 << (at % 64);
    }
    let mut values = try_with_capacity(words.iter().map(|word| word.count_ones() as usize).sum())?;
    for (i, &word) in words.iter().enumerate() {
        let mut left = word;
        while left != 0 {
            values.push(value_at(i * 64 + left.trailing_zeros() as usize, min));
            left &= left - 1;
        }
    }
    Ok(Unique { values, ..Unique::empty() })
}

/// With a number for each of the range: where it is first, later which value it is.
fn by_numbers<T: SortKey>(lane: &[T], wanted: Wanted, min: T::Key, span: usize) -> Result<Unique<T>> {
    const ABSENT: u32 = u32::MAX;
    let mut table = try_filled(ABSENT, span)?;
    let mut tally = try_filled(0u32, if wanted.counts { span } else { 0 })?;
    // Backwards, so that the first is written last.
    for (position, &x) in lane.iter().enumerate().rev() {
        table[offset(x, min)] = position as u32;
    }
    if wanted.counts {
        lane.iter().for_each(|&x| tally[offset(x, min)] += 1);
    }
    let distinct = table.iter().filter(|first| **first != ABSENT).count();
    let room = |wanted: bool| if wanted { distinct } else { 0 };
    let mut values = try_with_capacity(distinct)?;
    let (mut counts, mut index) = (try_with_capacity(room(wanted.counts))?, try_with_capacity(room(wanted.index))?);
    for (at, slot) in table.iter_mut().enumerate().filter(|(_, first)| **first != ABSENT) {
        if wanted.index {
            index.push(*slot as isize);
        }
        if wanted.counts {
            counts.push(tally[at] as isize);
        }
        *slot = values.len() as u32;
        values.push(value_at(at, min));
    }
    let mut inverse = try_with_capacity(if wanted.inverse { lane.len() } else { 0 })?;
    if wanted.inverse {
        inverse.extend(lane.iter().map(|&x| table[offset(x, min)] as isize));
    }
    Ok(Unique { values, counts, index, inverse })
}

/// As [`unique`], by sorting whatever the range.
pub fn unique_sorted<T: SortKey>(lane: &[T], wanted: Wanted, equal_nan: bool) -> Result<Unique<T>> {
    if wanted.index || wanted.inverse {
        return by_positions(lane, wanted, equal_nan);
    }
    let n = lane.len();
    let mut sorted: Vec<T> = try_filled(T::zeroed(), n)?;
    lane::sort_copy(lane, &mut sorted, &mut try_filled(T::zeroed(), lane::scratch_len::<T>(n))?);
    // Elements that can be more than one value: of the NaNs only the first.
    let ordered = sorted.partition_point(|x| !x.is_unordered());
    let distinct_up_to = if equal_nan { n.min(ordered + 1) } else { n };
    let Some(&first) = sorted.first() else { return Ok(Unique::empty()) };
    // Written in any case, and overwritten by the next where it is no other value.
    let mut counts = Vec::new();
    let mut distinct = 1;
    if wanted.counts {
        counts = try_filled(0isize, n + 1)?;
        let mut last = first;
        for (i, &x) in sorted[..distinct_up_to].iter().enumerate().skip(1) {
            counts[distinct] = i as isize;
            distinct += usize::from(x != last);
            last = x;
        }
        counts[distinct] = n as isize;
        for i in 0..distinct {
            counts[i] = counts[i + 1] - counts[i];
        }
        counts.truncate(distinct);
    }
    distinct = 1;
    let mut last = first;
    for i in 1..distinct_up_to {
        let x = sorted[i];
        let other = x != last;
        // Of equal ones the first stays.
        last = if other { x } else { last };
        sorted[distinct - usize::from(!other)] = last;
        distinct += usize::from(other);
    }
    sorted.truncate(distinct);
    Ok(Unique { values: sorted, counts, ..Unique::empty() })
}

/// By the order of the positions.
fn by_positions<T: SortKey>(lane: &[T], wanted: Wanted, equal_nan: bool) -> Result<Unique<T>> {
    let n = lane.len();
    let mut order = Order::of(lane)?;
    // NaN is last. Where each is a value of its own, their ties are none.
    let ordered = if equal_nan { n } else { n - nan_count(lane) };
    let begins = |order: &Order, rank: usize| rank >= ordered || !order.is_tie(rank);
    let distinct = (0..n).filter(|&rank| begins(&order, rank)).count();
    let room = |wanted: bool| if wanted { distinct } else { 0 };
    let (mut index, mut counts) = (try_with_capacity(room(wanted.index))?, try_with_capacity(room(wanted.counts))?);
    let few = distinct < n / MANY;
    let mut values = if few { try_with_capacity(distinct)? } else { Vec::new() };
    let mut start = 0;
    for rank in (0..n).filter(|&rank| begins(&order, rank)) {
        let position = order.position(rank);
        if few {
            values.push(lane[position]);
        }
        if wanted.index {
            index.push(position as isize);
        }
        if wanted.counts && rank > 0 {
            counts.push((rank - start) as isize);
        }
        start = rank;
    }
    if wanted.counts && n > 0 {
        counts.push((n - start) as isize);
    }
    let mut inverse = try_filled(0isize, if wanted.inverse { n } else { 0 })?;
    if wanted.inverse {
        let mut value = 0u64;
        let number = |order: &Order, rank: usize| {
            value += u64::from(rank > 0 && begins(order, rank));
            value
        };
        order.place(&mut inverse, number, |value| value as isize);
    }
    if !few {
        drop(order);
        values = unique_sorted(lane, Wanted::default(), equal_nan)?.values;
    }
    Ok(Unique { values, counts, index, inverse })
}

impl<T> Unique<T> {
    fn empty() -> Self {
        Self { values: Vec::new(), counts: Vec::new(), index: Vec::new(), inverse: Vec::new() }
    }
}
