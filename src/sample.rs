//! Which elements a sample takes, and between which values it expects a rank.

use crate::sort::SortKey;

/// The `i`-th position of a sample of `n > 0` elements: Weyl's sequence of the golden
/// ratio, which spreads evenly and follows no period of the data.
pub fn weyl(i: usize, n: usize) -> usize {
    let phase = (i as u32 + 1).wrapping_mul(0x9E37_79B9);
    match u32::try_from(n) {
        Ok(n) => ((u64::from(phase) * u64::from(n)) >> 32) as usize,
        // In WebAssembly a product of 128 bits is a call.
        Err(_) => ((u128::from(phase) * n as u128) >> 32) as usize,
    }
}

/// Keys in a sample, and in that of more than [`LONG`] elements.
const SIZES: [usize; 2] = [1024, 4096];
/// From here on a greater sample costs less than what it leaves out to select from.
const LONG: usize = 256 << 10;

/// From this length on a sample costs less than what it saves: measured in V8, on int64, where both are level.
pub const SAMPLE_FROM: usize = 6 << 10;

/// The least and the greatest value, none of them NaN, between which a sample of the `n > 0` keys that `key_at` gives
/// expects the one of rank `rank < n` (Floyd and Rivest, "Expected time bounds for selection", CACM 18, 1975).
pub fn bracket<T: SortKey>(n: usize, key_at: impl Fn(usize) -> T::Key, rank: usize) -> (T, T) {
    if n < LONG {
        bracket_by::<T, { SIZES[0] }>(n, key_at, rank)
    } else {
        bracket_by::<T, { SIZES[1] }>(n, key_at, rank)
    }
}

/// [`bracket`], by a sample of this size.
#[inline(never)]
fn bracket_by<T: SortKey, const SIZE: usize>(n: usize, key_at: impl Fn(usize) -> T::Key, rank: usize) -> (T, T) {
    let mut keys = [key_at(0); SIZE];
    for (i, slot) in keys.iter_mut().enumerate() {
        *slot = key_at(weyl(i, n));
    }
    let (low, high) = span(rank, n, SIZE);
    let mut nth = |from: usize, at: usize| -> T {
        let (_, &mut key, _) = keys[from..].select_nth_unstable(at - from);
        bytemuck::cast(T::decode(key))
    };
    let least = low.map_or(T::LEAST, |low| nth(0, low));
    let greatest = high.map_or(T::GREATEST, |high| nth(low.unwrap_or(0), high));
    (least.not_nan(), greatest.not_nan())
}

/// Ranks of a sample of `size` between which the element of rank `rank < n` lies: three standard deviations to each side,
/// which one in 400 misses, the outermost standing for all beyond.
fn span(rank: usize, n: usize, size: usize) -> (Option<usize>, Option<usize>) {
    let p = (rank as f64 + 0.5) / n as f64;
    let (middle, half) = (p * size as f64, 3.0 * (p * (1.0 - p) * size as f64).sqrt() + 1.0);
    let (low, high) = (middle - half, middle + half);
    ((low >= 0.0).then_some(low as usize), (high < (size - 1) as f64).then_some(high as usize))
}
