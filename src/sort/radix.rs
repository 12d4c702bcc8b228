//! Most-significant-digit radix sort, stable, out of place.
//!
//! Each level distributes a segment over up to 256 buckets by the leading bits of
//! `key - min`, where min and max are the segment's own, so that digits in which no two
//! keys differ cost nothing and skewed keys (floats: the exponent) still spread. After the
//! first level the segments lie in the cache. (The idea: Knuth, TAOCP 3, 5.2.5;
//! McIlroy, Bostic and McIlroy, "Engineering radix sort", Computing Systems 6, 1993.)

/// An unsigned integer that a radix sort can take leading bits of.
pub trait RadixKey: Copy + Ord {
    /// How many low bits it takes to tell `min..=self` apart.
    fn bits_above(self, min: Self) -> u32;
    /// `(self - min) >> shift`, for `self >= min` and a result below [`BUCKETS`].
    fn bucket(self, min: Self, shift: u32) -> usize;
}

macro_rules! radix_key {
    ($($key:ty),*) => {$(
        impl RadixKey for $key {
            #[inline(always)]
            fn bits_above(self, min: Self) -> u32 {
                <$key>::BITS - (self - min).leading_zeros()
            }
            #[inline(always)]
            fn bucket(self, min: Self, shift: u32) -> usize {
                (self.wrapping_sub(min) >> shift) as usize & (BUCKETS - 1)
            }
        }
    )*};
}
radix_key!(u8, u32, u64);

/// Bits in a digit: 256 open write streams are what first-level caches and TLBs bear.
const DIGIT_BITS: u32 = 8;
const BUCKETS: usize = 1 << DIGIT_BITS;

/// Segments up to this length go to insertion sort.
const INSERTION_UP_TO: usize = 24;

/// Sorts `data` by `key`, stable. `scratch` is as long as `data`; what it holds does not matter.
///
/// O(n) for each level; a level consumes at least 8 bits of the key, so at most 8 levels.
pub fn sort_by_key<T: Copy, K: RadixKey>(data: &mut [T], scratch: &mut [T], key: impl Fn(&T) -> K) {
    sort_segment(data, scratch, &key, true);
}

/// Sorts `from`, leaving the result in `from` or, for `!stay`, in `other`.
fn sort_segment<T: Copy, K: RadixKey>(from: &mut [T], other: &mut [T], key: &impl Fn(&T) -> K, stay: bool) {
    let other = &mut other[..from.len()];
    if from.len() <= INSERTION_UP_TO {
        insertion(from, key);
        if !stay {
            other.copy_from_slice(from);
        }
        return;
    }
    let (mut min, mut max, mut sorted) = (key(&from[0]), key(&from[0]), true);
    let mut last = min;
    for item in &*from {
        let k = key(item);
        sorted &= last <= k;
        (min, max, last) = (min.min(k), max.max(k), k);
    }
    if sorted {
        if !stay {
            other.copy_from_slice(from);
        }
        return;
    }
    let shift = max.bits_above(min).saturating_sub(DIGIT_BITS);
    let mut ends = [0usize; BUCKETS];
    for item in &*from {
        ends[key(item).bucket(min, shift)] += 1;
    }
    let mut next = 0;
    for end in &mut ends {
        next += std::mem::replace(end, next);
    }
    // Each entry is now where its bucket starts, and after the distribution where it ends.
    for item in &*from {
        let end = &mut ends[key(item).bucket(min, shift)];
        other[*end] = *item;
        *end += 1;
    }
    if shift == 0 {
        // A bucket holds one key: in order already.
        if stay {
            from.copy_from_slice(other);
        }
        return;
    }
    let mut start = 0;
    for end in ends {
        if end > start {
            sort_segment(&mut other[start..end], &mut from[start..end], key, !stay);
        }
        start = end;
    }
}

/// Insertion sort, stable.
pub(super) fn insertion<T: Copy, K: Ord>(slice: &mut [T], key: &impl Fn(&T) -> K) {
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
