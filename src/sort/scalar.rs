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

/// Pieces of up to this length are inserted.
const PIECE: usize = 16;

/// Sorts a few dozen elements: ascending, NaN last, not stable. O(n^2) at worst; expected O(n log(n)): quicksort by
/// the median of three (R. Sedgewick, "Implementing quicksort programs", CACM 21, 1978).
pub fn small_sort<T: Copy + PartialOrd>(slice: &mut [T]) {
    let mut rest = slice;
    while rest.len() > PIECE {
        let (middle, last) = (rest.len() / 2, rest.len() - 1);
        if is_below(rest[middle], rest[0]) {
            rest.swap(middle, 0);
        }
        if is_below(rest[last], rest[middle]) {
            rest.swap(last, middle);
            if is_below(rest[middle], rest[0]) {
                rest.swap(middle, 0);
            }
        }
        // The first, the pivot and the last one stop what looks for the next to exchange.
        let pivot = rest[middle];
        rest.swap(middle, last - 1);
        let (mut i, mut j) = (0, last - 1);
        loop {
            i += 1;
            while is_below(rest[i], pivot) {
                i += 1;
            }
            j -= 1;
            while is_below(pivot, rest[j]) {
                j -= 1;
            }
            if i >= j {
                break;
            }
            rest.swap(i, j);
        }
        rest.swap(i, last - 1);
        let (low, high) = rest.split_at_mut(i);
        let high = &mut high[1..];
        let (short, long) = if low.len() < high.len() { (low, high) } else { (high, low) };
        small_sort(short);
        rest = long;
    }
    insertion_sort(rest);
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
