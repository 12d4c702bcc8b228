//! The plain reference: the standard library's stable sorts on the same keys.
//! It is also the fast path for lanes too short for a radix sort.

use super::SortKey;
use super::radix::RadixKey;

/// Up to this many elements insertion sort wins over the library's merge sort.
const INSERTION_UP_TO: usize = 20;

/// Sorts a lane: ascending, NaN last, stable.
pub fn sort<T: SortKey>(lane: &mut [T]) {
    sort_slice(lane, |x| x.sort_key());
}

/// Sorts `(key, position)` pairs by key, stable.
pub fn sort_pairs<K: RadixKey, P: Copy>(pairs: &mut [(K, P)]) {
    sort_slice(pairs, |pair| pair.0);
}

fn sort_slice<T: Copy, K: RadixKey>(slice: &mut [T], key: impl Fn(&T) -> K) {
    if slice.len() > INSERTION_UP_TO {
        slice.sort_by_key(key);
        return;
    }
    for i in 1..slice.len() {
        let (moving, moving_key) = (slice[i], key(&slice[i]));
        let mut j = i;
        while j > 0 && key(&slice[j - 1]) > moving_key {
            slice[j] = slice[j - 1];
            j -= 1;
        }
        slice[j] = moving;
    }
}
