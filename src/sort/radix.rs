//! Least-significant-digit radix sort of unsigned integers (Knuth, TAOCP 3, 5.2.5 R).
//!
//! Keys are counted from their own minimum, so that only the digits in which they
//! differ cost a pass. Floats and signed integers become such keys in `key`.

use crate::memory::try_filled;

/// An unsigned integer that a radix sort can take digits of.
pub trait RadixKey:
    Copy
    + Ord
    + Into<u64>
    + std::ops::Sub<Output = Self>
    + std::ops::Add<Output = Self>
    + std::ops::BitXor<Output = Self>
    + std::ops::BitOr<Output = Self>
    + std::ops::Not<Output = Self>
{
    /// The width of the type.
    const BITS: u32;
    /// The digit whose lowest bit is bit `shift`.
    fn digit(self, shift: u32) -> usize;
    /// The low [`WIDE_BITS`].
    fn low_bits(self) -> usize;
    /// The key of this value, which fits.
    fn truncate(value: u64) -> Self;
}

macro_rules! radix_key {
    ($($key:ty),*) => {$(
        impl RadixKey for $key {
            const BITS: u32 = <$key>::BITS;
            #[inline(always)]
            fn digit(self, shift: u32) -> usize {
                (self >> shift) as usize & (BUCKETS - 1)
            }
            #[inline(always)]
            fn low_bits(self) -> usize {
                self as usize & ((1 << WIDE_BITS) - 1)
            }
            #[inline(always)]
            fn truncate(value: u64) -> Self {
                value as $key
            }
        }
    )*};
}
radix_key!(u8, u16, u32, u64);

/// Bits in a digit: 256 open write streams are what first-level caches and TLBs bear
/// (11 bits took a third longer on a million u64 in V8).
pub const DIGIT_BITS: u32 = 8;
const BUCKETS: usize = 1 << DIGIT_BITS;

/// The most digits of any key.
const MAX_DIGITS: usize = 8;

/// How many low bits it takes to write `value`.
pub fn bit_width<K: Into<u64>>(value: K) -> u32 {
    u64::BITS - value.into().leading_zeros()
}

/// Sorts `keys`, which have no bits from `high` on, by their bits `low..high`, stable; those
/// below travel along.
/// `scratch` is as long; what it holds does not matter. O(n) for each 8 bits.
pub fn sort_by_bits<K: RadixKey>(keys: &mut [K], scratch: &mut [K], low: u32, high: u32) {
    sort_coded(Source::InPlace, keys, scratch, low..high, |key| key, |key| key);
}

/// Where the first pass of [`sort_coded`] reads.
#[derive(Clone, Copy)]
pub enum Source<'a, K> {
    /// The slice that also receives the result.
    InPlace,
    /// Another one, which stays as it is: a sorted copy needs no copy first.
    Slice(&'a [K]),
}

impl<'a, K> Source<'a, K> {
    /// The codes, of which those in place are in `to`.
    pub fn codes<'b>(self, to: &'b [K]) -> &'b [K]
    where
        'a: 'b,
    {
        match self {
            Source::InPlace => to,
            Source::Slice(slice) => slice,
        }
    }
}

/// Sorts by the bits `bits` of the keys, which have none above, stable; those below travel
/// along. The result is in `to`; `scratch` is as long, and what it holds does not matter.
/// O(n) for each 8 bits.
///
/// The elements are codes: `key_of` turns one into its key, `code_of` back. The first pass
/// decodes and the last encodes, so that neither costs a pass of its own.
pub fn sort_coded<K: RadixKey>(
    source: Source<'_, K>,
    to: &mut [K],
    scratch: &mut [K],
    bits: std::ops::Range<u32>,
    key_of: impl Fn(K) -> K,
    code_of: impl Fn(K) -> K,
) {
    let n = to.len();
    let scratch = &mut scratch[..n];
    let codes = &source.codes(to)[..n];
    let Some(first) = codes.first().map(|&code| key_of(code)) else { return };
    let digits = (bits.end - bits.start).div_ceil(DIGIT_BITS) as usize;
    let mut counts = [[0usize; BUCKETS]; MAX_DIGITS];
    let counts = &mut counts;
    match digits {
        0 => {}
        1 => count::<K, 1>(codes, counts, bits.start, &key_of),
        2 => count::<K, 2>(codes, counts, bits.start, &key_of),
        3 => count::<K, 3>(codes, counts, bits.start, &key_of),
        4 => count::<K, 4>(codes, counts, bits.start, &key_of),
        5 => count::<K, 5>(codes, counts, bits.start, &key_of),
        6 => count::<K, 6>(codes, counts, bits.start, &key_of),
        7 => count::<K, 7>(codes, counts, bits.start, &key_of),
        _ => count::<K, 8>(codes, counts, bits.start, &key_of),
    }
    // A digit that all keys share needs no pass.
    let mut shifts = [0u32; MAX_DIGITS];
    let mut passes = 0;
    for digit in 0..digits {
        let shift = bits.start + digit as u32 * DIGIT_BITS;
        if counts[digit][first.digit(shift)] != n {
            counts.swap(passes, digit);
            shifts[passes] = shift;
            passes += 1;
        }
    }
    let in_place = matches!(source, Source::InPlace);
    // Each pass goes from `x` to `y`; of a copy, the last one ends in `to`.
    let (mut x, mut y) = if in_place || passes % 2 == 0 { (to, scratch) } else { (scratch, to) };
    for (pass, next) in counts[..passes].iter_mut().enumerate() {
        let mut start = 0;
        for slot in next.iter_mut() {
            start += std::mem::replace(slot, start);
        }
        let from = match source {
            Source::Slice(slice) if pass == 0 => &slice[..n],
            _ => &*x,
        };
        let shift = shifts[pass];
        // SAFETY: `next` holds, for each digit, how many keys of `from` have a smaller one,
        // as counted above with the same `key_of` over the same n keys.
        unsafe {
            match (pass == 0, pass + 1 == passes) {
                (true, true) => distribute(from, y, next, shift, &key_of, &code_of),
                (true, false) => distribute(from, y, next, shift, &key_of, |key| key),
                (false, true) => distribute(from, y, next, shift, |key| key, &code_of),
                (false, false) => distribute(from, y, next, shift, |key| key, |key| key),
            }
        }
        std::mem::swap(&mut x, &mut y);
    }
    match source {
        Source::InPlace if passes % 2 == 1 => y.copy_from_slice(x),
        Source::Slice(slice) if passes == 0 => x.copy_from_slice(&slice[..n]),
        _ => {}
    }
}

/// How often each digit occurs, for `N` digits in one pass over the codes; `N` is a
/// constant so that the digits unroll.
#[inline(always)]
fn count<K: RadixKey, const N: usize>(
    codes: &[K],
    counts: &mut [[usize; BUCKETS]; MAX_DIGITS],
    low: u32,
    key_of: impl Fn(K) -> K,
) {
    // Two tables in turn: neighbours with one digit need not wait for each other's count.
    let mut others = [[0usize; BUCKETS]; N];
    let add = |counts: &mut [[usize; BUCKETS]], code: K| {
        let key = key_of(code);
        for (digit, count) in counts[..N].iter_mut().enumerate() {
            count[key.digit(low + digit as u32 * DIGIT_BITS)] += 1;
        }
    };
    let (pairs, rest) = codes.as_chunks::<2>();
    for &[one, other] in pairs {
        add(counts, one);
        add(&mut others, other);
    }
    rest.iter().for_each(|&code| add(counts, code));
    for (count, other) in counts.iter_mut().flatten().zip(others.iter().flatten()) {
        *count += other;
    }
}

/// One pass: each code to the next free place of its digit.
///
/// # Safety
/// `next[d]` is the number of codes in `from` with a digit below `d`, and `to` is as long
/// as `from`.
#[inline(always)]
unsafe fn distribute<K: RadixKey>(
    from: &[K],
    to: &mut [K],
    next: &mut [usize; BUCKETS],
    shift: u32,
    key_of: impl Fn(K) -> K,
    code_of: impl Fn(K) -> K,
) {
    for &code in from {
        let key = key_of(code);
        let slot = &mut next[key.digit(shift)];
        // Checked, a sort takes 2 to 8 % longer.
        // SAFETY: the slots of a digit run from its start to that of the next digit.
        unsafe { *to.get_unchecked_mut(*slot) = code_of(key) };
        *slot += 1;
    }
}

/// Sorts into `to` codes whose keys lie in `min..min + 256`: alike where their keys are
/// equal, so counting them is enough.
pub fn count_and_fill<K: RadixKey>(
    source: Source<'_, K>,
    to: &mut [K],
    min: K,
    key_of: impl Fn(K) -> K,
    code_of: impl Fn(K) -> K,
) {
    let codes = source.codes(to);
    let mut counts = [0; BUCKETS];
    codes.iter().for_each(|&code| counts[(key_of(code) - min).digit(0)] += 1);
    fill(to, &counts, min, code_of);
}

/// The most bits that [`count_and_fill_wide`] counts by: its table fits a second-level cache.
pub const WIDE_BITS: u32 = 16;

/// As [`count_and_fill`], of keys in `min..min + 65536`. False, with nothing done, where the
/// table does not fit the memory.
pub fn count_and_fill_wide<K: RadixKey>(
    source: Source<'_, K>,
    to: &mut [K],
    min: K,
    key_of: impl Fn(K) -> K,
    code_of: impl Fn(K) -> K,
) -> bool {
    let codes = source.codes(to);
    let Ok(mut counts) = try_filled(0usize, 1 << WIDE_BITS) else { return false };
    codes.iter().for_each(|&code| counts[(key_of(code) - min).low_bits()] += 1);
    fill(to, &counts, min, code_of);
    true
}

/// As many of each code as were counted.
fn fill<K: RadixKey>(to: &mut [K], counts: &[usize], min: K, code_of: impl Fn(K) -> K) {
    let mut rest = to;
    for (value, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let (run, after) = rest.split_at_mut(count);
        run.fill(code_of(K::truncate(value as u64) + min));
        rest = after;
    }
}
