//! The plain reference: the standard library's stable sort on the same keys. It is
//! also the fast path for lanes too short for a radix sort.

/// Up to this many elements insertion sort wins over the library's merge sort.
const INSERTION_UP_TO: usize = 20;

/// Sorts by `key`, stable. Allocates, infallibly, where the slice has more than 4096 bytes.
pub fn sort_by_key<T: Copy, K: Ord>(slice: &mut [T], key: impl Fn(&T) -> K) {
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
