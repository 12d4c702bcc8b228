//! One lane: which sort it gets, and the way between values, keys and positions.

use bytemuck::{cast_slice, cast_slice_mut};

use super::radix::{self, DIGIT_BITS, RadixKey, Source, bit_width};
use super::{SortKey, scalar};
use crate::error::Result;
use crate::memory::try_with_capacity;
use crate::sample::weyl;

/// Below this many elements the radix sort's fixed cost, a table of 256 counts for each
/// digit of `K`, outweighs its passes. Measured in V8, the two are level between 64 and 128
/// elements of one byte, 200 and 500 of four, 300 and 900 of eight.
///
/// At most 512: up to 4096 bytes, the standard library's merge sort works on the stack, and
/// beyond it would allocate, infallibly.
const fn radix_from<K>() -> usize {
    let from = 64 + 64 * size_of::<K>();
    if from < 512 { from } else { 512 }
}

/// Values that [`is_sorted`] looks at together.
const BLOCK: usize = 128;

/// How much scratch a lane of `n` elements wants, whose keys are `K`s.
pub fn scratch_len<K>(n: usize) -> usize {
    if n < radix_from::<K>() { 0 } else { n }
}

/// Whether a lane is in order already: NaN last.
pub fn is_sorted<T: SortKey>(lane: &[T]) -> bool {
    let Some((_, after)) = lane.split_first() else { return true };
    // Whole blocks, so that values are compared several at a time.
    let mut blocks = lane.chunks(BLOCK).zip(after.chunks(BLOCK));
    let ordered = |(x, y): (&[T], &[T])| x.iter().zip(y).fold(true, |all, (x, y)| all & (x <= y));
    // A NaN is in no order with anything: keys are.
    blocks.all(ordered) || lane.is_sorted_by_key(|x| x.sort_key())
}

/// Sorts a lane in place: ascending, NaN last, stable. `scratch` has [`scratch_len`] elements.
pub fn sort<T: SortKey>(lane: &mut [T], scratch: &mut [T]) {
    if lane.len() < radix_from::<T>() {
        scalar::sort_by_key(lane, |x| x.sort_key());
    } else if !is_sorted(lane) {
        if T::are_plain(lane) {
            sort_plain::<T>(Source::InPlace, cast_slice_mut(lane), cast_slice_mut(scratch));
        } else {
            sort_around_twins(lane, scratch);
        }
    }
}

/// As [`sort`], of a copy of `from` in `to`, which is as long.
pub fn sort_copy<T: SortKey>(from: &[T], to: &mut [T], scratch: &mut [T]) {
    let radix = from.len() >= radix_from::<T>() && !is_sorted(from) && T::are_plain(from);
    if radix {
        sort_plain::<T>(Source::Slice(cast_slice(from)), cast_slice_mut(to), cast_slice_mut(scratch));
    } else {
        to.copy_from_slice(from);
        sort(to, scratch);
    }
}

/// The radix sort, of values without NaN and `-0.0`: keys have the size of their values,
/// and are made in the values' place.
fn sort_plain<T: SortKey>(source: Source<'_, T::Key>, to: &mut [T::Key], scratch: &mut [T::Key]) {
    let Span { min, max, low } = Span::of(to.len(), |i| T::encode(source.codes(to)[i]));
    let width = bit_width(max - min);
    if width <= DIGIT_BITS {
        return radix::count_and_fill(source, to, min, T::encode, T::decode);
    }
    // With more cells than elements, to look at the empty ones takes longer than a pass.
    let counted = width <= radix::WIDE_BITS && to.len() >> width > 0;
    if counted && radix::count_and_fill_wide(source, to, min, T::encode, T::decode) {
        return;
    }
    let bits = source.codes(to);
    let (key_of, bits_of) = (|x| T::encode(x) - min, |key| T::decode(key + min));
    let lead = leading_bits(bits.len(), width, |i| key_of(bits[i]).into()).next_multiple_of(DIGIT_BITS);
    if low + lead + DIGIT_BITS < width {
        radix::sort_coded(source, to, scratch, width - lead..width, key_of, bits_of);
        if finish_by_insertion(to, T::encode) {
            return;
        }
    }
    radix::sort_coded(source, to, scratch, low..width, key_of, bits_of);
}

/// Keys that a sample needs to tell how they lie.
const SAMPLE: usize = 256;

/// How many of the leading bits of `width`-bit keys order all but a few of them: those
/// that tell a sample's neighbours apart, and as many more as each of them stands for.
fn leading_bits(n: usize, width: u32, key_at: impl Fn(usize) -> u64) -> u32 {
    if n < 4 * SAMPLE {
        return width;
    }
    let mut sample = [0; SAMPLE];
    for (i, slot) in sample.iter_mut().enumerate() {
        *slot = key_at(weyl(i, n));
    }
    sample.sort_unstable();
    let mut shared = [0; SAMPLE - 1];
    for (slot, pair) in shared.iter_mut().zip(sample.windows(2)) {
        // Equal keys need no telling apart.
        *slot = if pair[0] == pair[1] { 0 } else { width - bit_width(pair[0] ^ pair[1]) };
    }
    shared.sort_unstable();
    (shared[SAMPLE * 7 / 8] + bit_width((n / SAMPLE) as u64)).min(width)
}

/// Insertion sort of what leading bits have nearly sorted. False, with the lane
/// reordered but whole, where that takes more than a few steps an element.
fn finish_by_insertion<K: RadixKey>(bits: &mut [K], key_of: impl Fn(K) -> K) -> bool {
    let mut budget = bits.len().saturating_mul(4);
    let Some(mut greatest) = bits.first().map(|&first| key_of(first)) else { return true };
    for i in 1..bits.len() {
        let moving = bits[i];
        let key = key_of(moving);
        // Nearly all are in place: these are only looked at.
        if key >= greatest {
            greatest = key;
            continue;
        }
        let mut j = i;
        while j > 0 && key < key_of(bits[j - 1]) {
            bits[j] = bits[j - 1];
            j -= 1;
            budget -= 1;
            if budget == 0 {
                bits[j] = moving;
                return false;
            }
        }
        bits[j] = moving;
    }
    true
}

/// What keys have in common.
struct Span<K> {
    min: K,
    max: K,
    /// How many low bits of `key - min` are zero in all of them.
    low: u32,
}

impl<K: RadixKey> Span<K> {
    /// Of the `n > 0` keys that `key_at` gives. Where a sample already spans all digits
    /// of the type, there is nothing to learn from the rest.
    fn of(n: usize, key_at: impl Fn(usize) -> K) -> Self {
        let first = key_at(0);
        let spread = |i: usize| key_at(weyl(i, n)) ^ first;
        let sampled: u64 = (0..8).fold(K::truncate(0), |differ, i| differ | spread(i)).into();
        if sampled & 1 == 1 && bit_width(sampled) == K::BITS {
            return Self { min: K::truncate(0), max: !K::truncate(0), low: 0 };
        }
        let (mut min, mut max, mut differ) = (first, first, K::truncate(0));
        for i in 0..n {
            let key = key_at(i);
            (min, max, differ) = (min.min(key), max.max(key), differ | (key ^ first));
        }
        let differ: u64 = differ.into();
        Self { min, max, low: if differ == 0 { 0 } else { differ.trailing_zeros() } }
    }
}

/// For lanes with NaN or `-0.0`, whose bits a key does not hold: these and the other
/// zeros step aside, in order, while the rest is sorted.
fn sort_around_twins<T: SortKey>(lane: &mut [T], scratch: &mut [T]) {
    let n = lane.len();
    let (mut rest, mut aside) = (0, 0);
    for i in 0..n {
        let x = lane[i];
        let slot = if x.has_twins() { (&mut scratch[aside], &mut aside) } else { (&mut lane[rest], &mut rest) };
        *slot.0 = x;
        *slot.1 += 1;
    }
    scratch.copy_within(..aside, rest);
    let (scratch, aside) = scratch.split_at_mut(rest);
    sort(&mut lane[..rest], scratch);
    let zero_key = T::zeroed().sort_key();
    let zeros = aside.iter().filter(|x| x.sort_key() == zero_key).count();
    let at = lane[..rest].partition_point(|x| x.sort_key() < zero_key);
    lane.copy_within(at..rest, at + zeros);
    let (mut zero_at, mut nan_at) = (at, rest + zeros);
    for x in aside {
        let slot = if x.sort_key() == zero_key { &mut zero_at } else { &mut nan_at };
        lane[*slot] = *x;
        *slot += 1;
    }
}

/// Set in an entry of [`argsort_marked`] whose key is equal to that of the one before.
pub const SAME: u64 = 1 << 63;

/// The positions `0..work.len()` in the order of their keys, stable, into `work`.
/// `scratch` has [`scratch_len`] elements.
///
/// A position and as many leading bits of its key as fit travel in one `u64`; where
/// keys agree in those, their run is ordered by the rest.
pub fn argsort<K: RadixKey>(work: &mut [u64], scratch: &mut [u64], key_at: impl Fn(u64) -> K + Copy) -> Result<()> {
    argsort_with(work, scratch, key_at, false)
}

/// As [`argsort`], with [`SAME`] in the entries whose keys are ties: who asks the lane
/// for them would wait for its memory at each.
pub fn argsort_marked<K: RadixKey>(
    work: &mut [u64],
    scratch: &mut [u64],
    key_at: impl Fn(u64) -> K + Copy,
) -> Result<()> {
    argsort_with(work, scratch, key_at, true)
}

fn argsort_with<K: RadixKey>(
    work: &mut [u64],
    scratch: &mut [u64],
    key_at: impl Fn(u64) -> K + Copy,
    mark: bool,
) -> Result<()> {
    for (position, slot) in work.iter_mut().enumerate() {
        *slot = position as u64;
    }
    let short = work.len() < radix_from::<K>();
    if short {
        scalar::sort_by_key(work, |&position| key_at(position));
    }
    if short || (1..work.len() as u64).all(|position| key_at(position - 1) <= key_at(position)) {
        if mark {
            mark_ties(work, key_at);
        }
        return Ok(());
    }
    order(work, scratch, key_at, |position| position, mark)
}

/// As [`argsort`] of the positions that `work` holds, which keep their order where their keys
/// are equal; scratch of one more lane.
pub fn reorder<K: RadixKey>(work: &mut [u64], scratch: &mut [u64], key_at: impl Fn(u64) -> K + Copy) -> Result<()> {
    if work.is_sorted_by_key(|position| key_at(*position)) {
        return Ok(());
    }
    order_run(work, scratch, key_at)
}

/// Sets [`SAME`] where it belongs in a run of ordered positions.
fn mark_ties<K: RadixKey>(run: &mut [u64], key_at: impl Fn(u64) -> K) {
    let mut last = None;
    for slot in run {
        let key = key_at(*slot);
        *slot |= if last == Some(key) { SAME } else { 0 };
        last = Some(key);
    }
}

/// Orders `work`, which holds `0..n`; `named` says which position of the lane an entry
/// stands for.
fn order<K: RadixKey>(
    work: &mut [u64],
    scratch: &mut [u64],
    key_at: impl Fn(u64) -> K + Copy,
    named: impl Fn(u64) -> u64,
    mark: bool,
) -> Result<()> {
    let n = work.len();
    let Span { min, max, low: zeros } = Span::of(n, |entry| key_at(named(entry as u64)));
    let width = bit_width(max - min).saturating_sub(zeros);
    let low = bit_width(n as u64 - 1);
    // Four times as many cells as `sort` uses: a run costs a look at each of its keys.
    let lead = leading_bits(n, width, |entry| (key_at(named(entry as u64)) - min).into() >> zeros) + 2;
    let lead = lead.next_multiple_of(DIGIT_BITS).min(u64::BITS - low);
    let dropped = width.saturating_sub(lead);
    for (entry, slot) in work.iter_mut().enumerate() {
        let lead: u64 = (key_at(named(entry as u64)) - min).into() >> (zeros + dropped);
        *slot = lead << low | entry as u64;
    }
    radix::sort_by_bits(work, scratch, low, low + width - dropped);
    let entry_of = |slot: u64| slot & ((1 << low) - 1);
    if dropped == 0 {
        let mut last = !work[0] >> low;
        for slot in work.iter_mut() {
            let lead = *slot >> low;
            *slot = named(entry_of(*slot)) | if mark && lead == last { SAME } else { 0 };
            last = lead;
        }
        return Ok(());
    }
    let mut start = 0;
    while start < n {
        let lead = work[start] >> low;
        let len = 1 + work[start + 1..].iter().take_while(|slot| **slot >> low == lead).count();
        let run = &mut work[start..start + len];
        run.iter_mut().for_each(|slot| *slot = named(entry_of(*slot)));
        if len > 1 {
            order_run(run, scratch, key_at)?;
            if mark {
                mark_ties(run, key_at);
            }
        }
        start += len;
    }
    Ok(())
}

/// Orders positions whose keys share their leading bits.
fn order_run<K: RadixKey>(run: &mut [u64], scratch: &mut [u64], key_at: impl Fn(u64) -> K + Copy) -> Result<()> {
    if run.len() < radix_from::<K>() {
        scalar::sort_by_key(run, |&position| key_at(position));
        return Ok(());
    }
    let mut positions: Vec<u64> = try_with_capacity(run.len())?;
    positions.extend_from_slice(run);
    // A run spans the dropped bits only: each level is narrower than the one before.
    order(run, scratch, key_at, |entry| positions[entry as usize], false)
}
