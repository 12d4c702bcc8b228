//! The plain reference: the standard library's stable sort on the same keys. It is
//! also the fast path for lanes too short for a radix sort.

use super::radix::insertion;

/// Up to this many elements insertion sort wins over the library's merge sort.
const INSERTION_UP_TO: usize = 20;

/// Sorts by `key`, stable.
pub fn sort_by_key<T: Copy, K: Ord>(slice: &mut [T], key: impl Fn(&T) -> K) {
    if slice.len() > INSERTION_UP_TO {
        slice.sort_by_key(key);
    } else {
        insertion(slice, &key);
    }
}
