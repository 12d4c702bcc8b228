//! `lexsort`: an indirect stable sort by several keys.

use super::order::keys;
use super::radix::RadixKey;
use super::{SortKey, lane};
use crate::error::{Error, Result};
use crate::memory::try_filled;

/// The positions that order by the last of `keys`, ties by the one before, and so on; what
/// is equal in all of them keeps its order, NaN last. As `numpy.lexsort`.
///
/// O(n) for each key, from the first to the last (Knuth, TAOCP 3, 5: a stable sort by each
/// in turn); scratch of 32 bytes an element.
///
/// # Errors
/// [`Error::Value`] where a key has another length than `out`, [`Error::OutOfMemory`], with `out`
/// ordered by the keys so far.
pub fn lexsort<T: SortKey>(keys: &[&[T]], out: &mut [isize]) -> Result<()> {
    for (position, slot) in out.iter_mut().enumerate() {
        *slot = position as isize;
    }
    keys.iter().try_for_each(|key| lexsort_by(key, out))
}

/// One step of [`lexsort`], for keys of several dtypes: reorders the positions in `out`, a
/// permutation, by the elements of `key` there, stable.
///
/// # Errors
/// As [`lexsort`], with `out` unchanged; also where `out` holds no position of `key`.
pub fn lexsort_by<T: SortKey>(key: &[T], out: &mut [isize]) -> Result<()> {
    let n = key.len();
    if n != out.len() || out.iter().any(|&position| position as usize >= n) {
        return Err(Error::Value(format!(
            "keys: got one of {n} elements for an order of {}; expected as many, and positions among them",
            out.len()
        )));
    }
    match T::Key::BITS {
        u64::BITS => reorder::<u64>(&keys(key)?, out),
        _ => reorder::<u32>(&keys(key)?, out),
    }
}

fn reorder<K: RadixKey>(keys: &[K], out: &mut [isize]) -> Result<()> {
    let mut work: Vec<u64> = try_filled(0, keys.len())?;
    let mut scratch: Vec<u64> = try_filled(0, lane::scratch_len::<K>(keys.len()))?;
    for (slot, &position) in work.iter_mut().zip(&*out) {
        *slot = position as u64;
    }
    lane::reorder(&mut work, &mut scratch, |position| keys[position as usize])?;
    for (slot, &position) in out.iter_mut().zip(&work) {
        *slot = position as isize;
    }
    Ok(())
}
