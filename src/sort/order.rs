//! The order of a lane's positions, for who needs more than that: ranks, distinct values.

use super::radix::{RadixKey, bit_width};
use super::{SortKey, lane};
use crate::error::Result;
use crate::memory::{try_filled, try_with_capacity};

/// The positions of a lane in their order, stable, and which of them are ties.
pub struct Order {
    entries: Vec<u64>,
    scratch: Vec<u64>,
}

/// The keys of a lane, in one of the two widths that the ordering of positions is compiled
/// for: with a copy of that for each dtype, a module of ten of them was a third larger.
pub fn keys<T: SortKey, K: RadixKey>(lane: &[T]) -> Result<Vec<K>> {
    let mut keys = try_with_capacity(lane.len())?;
    keys.extend(lane.iter().map(|x| K::truncate(x.sort_key().into())));
    Ok(keys)
}

/// From this length on, what is written where the positions say goes there in two steps.
const PLACED_FROM: usize = 1 << 15;
/// A step's parts: 256 open write streams, as the radix sort.
const PART_BITS: u32 = 8;

impl Order {
    /// O(n), as `argsort`; scratch of 16 bytes an element, and 8 for its key.
    pub fn of<T: SortKey>(lane: &[T]) -> Result<Self> {
        match T::Key::BITS {
            u64::BITS => Self::of_keys::<u64>(&keys(lane)?),
            _ => Self::of_keys::<u32>(&keys(lane)?),
        }
    }

    fn of_keys<K: RadixKey>(keys: &[K]) -> Result<Self> {
        let mut entries: Vec<u64> = try_filled(0, keys.len())?;
        let mut scratch: Vec<u64> = try_filled(0, lane::scratch_len::<K>(keys.len()))?;
        lane::argsort_marked(&mut entries, &mut scratch, |position| keys[position as usize])?;
        Ok(Self { entries, scratch })
    }

    /// The position that comes at `rank`.
    pub fn position(&self, rank: usize) -> usize {
        (self.entries[rank] & !lane::SAME) as usize
    }

    /// Whether the element at `rank` has the key of the one before: NaNs do, and both zeros.
    pub fn is_tie(&self, rank: usize) -> bool {
        self.entries[rank] & lane::SAME != 0
    }

    /// `out[position(rank)] = value(number(rank))` for each rank in ascending order, the
    /// numbers at most twice the length. `out` is as long as the order.
    pub fn place<R: Copy>(
        &mut self,
        out: &mut [R],
        mut number: impl FnMut(&Self, usize) -> u64,
        value: impl Fn(u64) -> R,
    ) {
        let n = self.entries.len();
        if n < PLACED_FROM || n > u32::MAX as usize / 2 || self.scratch.len() < n {
            for rank in 0..n {
                out[self.position(rank)] = value(number(self, rank));
            }
            return;
        }
        // Each part of `out` gets as many as it has elements: first all numbers go to their
        // part, then to their place in it, which is in the cache by then.
        let shift = bit_width(n as u64 - 1) - PART_BITS;
        let mut next: [usize; 1 << PART_BITS] = std::array::from_fn(|part| part << shift);
        let mut parts = std::mem::take(&mut self.scratch);
        for rank in 0..n {
            let (position, number) = (self.position(rank), number(self, rank));
            let slot = &mut next[position >> shift];
            parts[*slot] = number << 32 | position as u64;
            *slot += 1;
        }
        for &entry in &parts[..n] {
            out[entry as u32 as usize] = value(entry >> 32);
        }
        self.scratch = parts;
    }
}
