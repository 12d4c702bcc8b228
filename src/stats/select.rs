//! The middle of an unsorted slice.
//!
//! Long slices: a sorted sample brackets the middle, one pass counts what lies below
//! the bracket and keeps what lies inside, and only that is selected from (Floyd and
//! Rivest, "Expected time bounds for selection", CACM 18, 1975). Short slices, and
//! those whose bracket missed: quickselect on a copy of the keys.
//!
//! Both read the elements once, front to back, so that they may lie where only copies
//! reach.

use crate::elements::{CHUNK, Elements, chunks};
use crate::error::Result;
use crate::memory::try_with_capacity;
use crate::sample::{self, SAMPLE_FROM};
use crate::sort::SortKey;

/// What is in the middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Middle<K> {
    /// The slice is empty or holds a NaN.
    Nan,
    /// The elements of ranks `(n - 1) / 2` and `n / 2`.
    Keys(K, K),
}

/// The keys of the middle two of `elements`. `kept` is scratch.
///
/// O(n) expected and worst case.
///
/// # Errors
/// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
pub fn middle_two<T: SortKey>(
    elements: &mut impl Elements<T>,
    nan: Option<T::Key>,
    kept: &mut Vec<T::Key>,
) -> Result<Middle<T::Key>> {
    let n = elements.len();
    if n >= SAMPLE_FROM
        && let Some(middle) = sampled(elements, n, kept)?
    {
        return Ok(middle);
    }
    kept.clear();
    if kept.capacity() < n {
        // Freed first: growing would hold the old and the new at once.
        *kept = Vec::new();
        *kept = try_with_capacity(n)?;
    }
    for (start, len) in chunks(n) {
        kept.extend(elements.chunk(start, len).iter().map(|x| x.sort_key()));
    }
    Ok(middle_two_in_place(kept, nan))
}

/// As [`middle_two`], of the `numbers > 0` elements that are not NaN; `None` where that takes a copy of them.
///
/// O(n).
///
/// # Errors
/// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
pub fn middle_two_numbers<T: SortKey>(
    elements: &mut impl Elements<T>,
    numbers: usize,
    kept: &mut Vec<T::Key>,
) -> Result<Option<Middle<T::Key>>> {
    if elements.len() < SAMPLE_FROM { Ok(None) } else { sampled(elements, numbers, kept) }
}

/// The middle two of `keys` by quickselect, which reorders them. O(n).
pub fn middle_two_in_place<K: Ord + Copy>(keys: &mut [K], nan: Option<K>) -> Middle<K> {
    let n = keys.len();
    if n == 0 || nan.is_some_and(|nan| keys.contains(&nan)) {
        return Middle::Nan;
    }
    let (low, high) = ranks(keys, (n - 1) / 2, n / 2);
    Middle::Keys(low, high)
}

/// The elements of ranks `low` and `high`, which is `low` or the next.
fn ranks<K: Ord + Copy>(keys: &mut [K], low: usize, high: usize) -> (K, K) {
    let (below, &mut at_high, _) = keys.select_nth_unstable(high);
    let at_low = if low == high { None } else { below.iter().copied().max() };
    (at_low.unwrap_or(at_high), at_high)
}

/// One pass with a bracket around the middle of the least `numbers` elements, NaN being the greatest; `None` where the bracket does not hold the middle, or holds
/// more than a sixth of the slice (ties: a tenth is expected).
///
/// It compares values: a key takes longer to make than to use, and only the kept need theirs.
fn sampled<T: SortKey>(
    elements: &mut impl Elements<T>,
    numbers: usize,
    kept: &mut Vec<T::Key>,
) -> Result<Option<Middle<T::Key>>> {
    let n = elements.len();
    let (low, high) = ((numbers - 1) / 2, numbers / 2);
    let (from, to): (T, T) = sample::bracket(n, |i| elements.get(i).sort_key(), low);
    let (mut below, mut ordered, mut len) = (0usize, true, 0usize);
    let room = n / 6 + CHUNK;
    if kept.capacity() < room {
        *kept = Vec::new();
        *kept = try_with_capacity(room)?;
    }
    kept.clear();
    kept.resize(room, from.sort_key());
    for (start, count) in chunks(n) {
        if len + CHUNK > room {
            return Ok(None);
        }
        let chunk = elements.chunk(start, count);
        let slots = &mut kept[len..][..CHUNK];
        let mut inside = 0;
        for &item in chunk {
            below += usize::from(item < from);
            // Not so for a NaN.
            #[allow(clippy::eq_op)]
            let equals_itself = item == item;
            ordered &= equals_itself;
            // Written in any case, and overwritten where it is outside: no branch to mispredict.
            slots[inside & (CHUNK - 1)] = bytemuck::cast(item);
            inside += usize::from(item >= from && item <= to);
        }
        len += inside;
    }
    if !ordered && numbers == n {
        return Ok(Some(Middle::Nan));
    }
    if low < below || high >= below + len {
        return Ok(None);
    }
    let kept = &mut kept[..len];
    kept.iter_mut().for_each(|bits| *bits = bytemuck::cast::<_, T>(*bits).sort_key());
    let (low, high) = ranks(kept, low - below, high - below);
    Ok(Some(Middle::Keys(low, high)))
}
