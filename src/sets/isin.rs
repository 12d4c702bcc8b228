//! Which elements occur in a set.

use super::range;
use crate::error::{Error, Result};
use crate::memory::{try_filled, try_with_capacity};
use crate::sort::radix::RadixKey;
use crate::sort::{SortKey, lane};

/// So few are compared with one by one.
const FEW: usize = 4;
/// Elements whose comparisons stay in the first-level cache.
const BLOCK: usize = 1024;
/// A table of bits may be so many times as long as both lanes; a short one always may.
const BITS_UP_TO: usize = 16;
const SHORT: usize = 1 << 18;
/// Slots up to which a table is eight times as long as its keys; a longer one is twice.
const ROOMY: usize = 1 << 14;
/// Where keys collide more than this many times in a row, something has aimed at it.
const LONGEST: usize = 64;

/// Writes 1 into `out` where the element of `a` is equal to one of `test`, else 0; with
/// `invert` the other way round. NaN equals nothing. As `numpy.isin`.
///
/// O(len(a) + len(test)): a table of bits where the integers of `test` have a small range,
/// else a hash table (multiplicative hashing: Knuth, TAOCP 3, 6.4), or a binary search in
/// the sorted `test` where that finds its keys piled up. Scratch of up to 32 bytes for each
/// of `test`, or two for each of both.
///
/// # Errors
/// [`Error::Value`] where `out` has another length than `a`, [`Error::OutOfMemory`].
pub fn isin<T: SortKey>(a: &[T], test: &[T], invert: bool, out: &mut [u8]) -> Result<()> {
    check_length(a.len(), out.len())?;
    let no = u8::from(invert);
    if test.len() <= FEW {
        for (out, a) in out.chunks_mut(BLOCK).zip(a.chunks(BLOCK)) {
            out.fill(0);
            for &wanted in test {
                out.iter_mut().zip(a).for_each(|(slot, &x)| *slot |= u8::from(x == wanted));
            }
            out.iter_mut().for_each(|slot| *slot ^= no);
        }
        return Ok(());
    }
    if let Some((min, span)) = range(test)
        && span <= SHORT.max((a.len().saturating_add(test.len())).saturating_mul(BITS_UP_TO))
    {
        return by_bits(a, test, min, span, no, out);
    }
    match Table::of(test)? {
        Some(table) => {
            for (slot, &x) in out.iter_mut().zip(a) {
                *slot = u8::from(table.contains(x.sort_key())) ^ no;
            }
            Ok(())
        }
        None => isin_sorted(a, test, invert, out),
    }
}

/// As [`isin`], by a binary search in the sorted `test`: O((len(a) + len(test)) log(len(test))).
pub fn isin_sorted<T: SortKey>(a: &[T], test: &[T], invert: bool, out: &mut [u8]) -> Result<()> {
    check_length(a.len(), out.len())?;
    let mut sorted: Vec<T> = try_with_capacity(test.len())?;
    sorted.extend(test.iter().filter(|x| !x.is_unordered()));
    let mut scratch = try_filled(T::zeroed(), lane::scratch_len::<T>(sorted.len()))?;
    lane::sort(&mut sorted, &mut scratch);
    for (slot, &x) in out.iter_mut().zip(a) {
        let at = sorted.partition_point(|wanted| *wanted < x);
        *slot = u8::from(sorted.get(at).is_some_and(|wanted| *wanted == x)) ^ u8::from(invert);
    }
    Ok(())
}

fn check_length(n: usize, out: usize) -> Result<()> {
    match n == out {
        true => Ok(()),
        false => Err(Error::Value(format!("out has {out} elements; expected {n}, one for each of a"))),
    }
}

/// A bit for each of the range of `test`.
fn by_bits<T: SortKey>(a: &[T], test: &[T], min: T::Key, span: usize, no: u8, out: &mut [u8]) -> Result<()> {
    let mut words: Vec<u64> = try_filled(0, span.div_ceil(64))?;
    let min: u64 = min.into();
    let offset = |x: T| Into::<u64>::into(x.sort_key()).wrapping_sub(min);
    for &x in test {
        let at = offset(x) as usize;
        words[at / 64] |= 1 << (at % 64);
    }
    let span = span as u64;
    for (slot, &x) in out.iter_mut().zip(a) {
        let at = offset(x);
        // Outside the range the first word is looked at, and does not count.
        let inside = at < span;
        let at = if inside { at as usize } else { 0 };
        *slot = (u8::from(inside) & (words[at / 64] >> (at % 64)) as u8) ^ no;
    }
    Ok(())
}

/// A set of keys: open addressing with linear probing, half full at most.
struct Table<K> {
    slots: Vec<K>,
    shift: u32,
    /// What marks a free slot; whether it is a key too.
    free: K,
    has_free: bool,
}

impl<K: RadixKey> Table<K> {
    /// Of the elements of `test` that are not NaN; `None` where too many lie in a row.
    fn of<T: SortKey<Key = K>>(test: &[T]) -> Result<Option<Self>> {
        let free = !K::truncate(0);
        // A small table costs little, and a fuller one a misprediction more often.
        let room = test.len().saturating_mul(8).clamp(1, ROOMY).max(test.len().saturating_mul(2)) as u64;
        let bits = room.next_power_of_two().trailing_zeros().max(1);
        let Ok(len) = usize::try_from(1u64 << bits) else {
            return Err(Error::OutOfMemory { bytes: usize::MAX });
        };
        let mut table = Self { slots: try_filled(free, len)?, shift: u64::BITS - bits, free, has_free: false };
        for &x in test.iter().filter(|x| !x.is_unordered()) {
            let key = x.sort_key();
            if key == free {
                table.has_free = true;
                continue;
            }
            let mut at = table.home(key);
            let mut steps = 0;
            while table.slots[at] != free && table.slots[at] != key {
                at = (at + 1) & (len - 1);
                steps += 1;
                if steps > LONGEST {
                    return Ok(None);
                }
            }
            table.slots[at] = key;
        }
        let runs = table.slots.split(|slot| *slot == free);
        let longest = runs.map(<[K]>::len).max().unwrap_or(0);
        Ok((longest <= LONGEST).then_some(table))
    }

    #[inline(always)]
    fn home(&self, key: K) -> usize {
        // The golden ratio's multiples spread; the upper bits depend on all of the key's.
        (key.into().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize
    }

    #[inline(always)]
    fn contains(&self, key: K) -> bool {
        if key == self.free {
            return self.has_free;
        }
        let mut at = self.home(key);
        loop {
            let slot = self.slots[at];
            if slot == key {
                return true;
            }
            if slot == self.free {
                return false;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }
}
