//! Least-significant-digit radix sort (Knuth, TAOCP 3, 5.2.5 R), stable, with
//! all digits counted in one pass and digits that all keys share skipped.

/// An unsigned integer that a radix sort can take digits of.
pub trait RadixKey: Copy + Ord {
    /// How many digits of [`DIGIT_BITS`] bits.
    const DIGITS: usize;
    /// Digit `index`, the least significant first.
    fn digit(self, index: usize) -> usize;
}

/// Bits in a digit. 8 bits give 256 open write streams, which first-level caches hold.
pub const DIGIT_BITS: u32 = 8;
const RADIX: usize = 1 << DIGIT_BITS;

macro_rules! radix_key {
    ($($key:ty),*) => {$(
        impl RadixKey for $key {
            const DIGITS: usize = <$key>::BITS.div_ceil(DIGIT_BITS) as usize;
            #[inline(always)]
            fn digit(self, index: usize) -> usize {
                (self >> (index as u32 * DIGIT_BITS)) as usize & (RADIX - 1)
            }
        }
    )*};
}
radix_key!(u8, u32, u64);

/// The most digits of any key.
const MAX_DIGITS: usize = 8;

/// Sorts `data` by `key`, stable. `scratch` needs a capacity of `data.len()`:
/// nothing is allocated where it has it.
///
/// O(n * digits that differ) time.
pub fn sort_by_key<T: Copy, K: RadixKey>(data: &mut [T], scratch: &mut Vec<T>, key: impl Fn(&T) -> K) {
    let n = data.len();
    let mut counts = [[0usize; RADIX]; MAX_DIGITS];
    let counts = &mut counts[..K::DIGITS];
    let mut sorted = true;
    let Some(mut last) = data.first().map(&key) else { return };
    for item in data.iter() {
        let k = key(item);
        sorted &= last <= k;
        last = k;
        for (index, count) in counts.iter_mut().enumerate() {
            count[k.digit(index)] += 1;
        }
    }
    if sorted {
        return;
    }
    scratch.clear();
    scratch.extend_from_slice(data);
    let (mut from, mut to) = (&mut scratch[..], &mut data[..]);
    let mut passes = 0;
    for (index, count) in counts.iter_mut().enumerate() {
        if count[last.digit(index)] == n {
            continue;
        }
        let mut next = 0;
        for slot in count.iter_mut() {
            next += std::mem::replace(slot, next);
        }
        for item in from.iter() {
            let slot = &mut count[key(item).digit(index)];
            to[*slot] = *item;
            *slot += 1;
        }
        std::mem::swap(&mut from, &mut to);
        passes += 1;
    }
    // `from` holds the result: after an even number of passes that is `scratch`.
    if passes % 2 == 0 {
        data.copy_from_slice(scratch);
    }
}
