//! The plain reference: the standard library's stable sort on the same keys. It is
//! also the fast path for lanes too short for a radix sort.

/// Whether `a` sorts before `b`: NaN, which does not equal itself, is below nothing.
#[inline(always)]
#[allow(clippy::eq_op)]
fn is_below<T: Copy + PartialOrd>(a: T, b: T) -> bool {
    a < b || (b != b && a == a)
}

/// Sorts a few elements: ascending, NaN last, stable. O(n^2).
#[inline(always)]
pub fn insertion_sort<T: Copy + PartialOrd>(slice: &mut [T]) {
    for i in 1..slice.len() {
        let moving = slice[i];
        let mut j = i;
        while j > 0 && is_below(moving, slice[j - 1]) {
            slice[j] = slice[j - 1];
            j -= 1;
        }
        slice[j] = moving;
    }
}

/// Orders a few positions by the elements of `lane` they point to: ascending, NaN last,
/// stable. O(n^2). Panics where a position is not inside `lane`.
#[inline(always)]
pub fn insertion_argsort<T: Copy + PartialOrd>(lane: &[T], order: &mut [isize]) {
    for i in 1..order.len() {
        let moving = order[i];
        let mut j = i;
        while j > 0 && is_below(lane[moving as usize], lane[order[j - 1] as usize]) {
            order[j] = order[j - 1];
            j -= 1;
        }
        order[j] = moving;
    }
}

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
