//! Which elements a sample takes, and between which values it expects a rank.

use bytemuck::Pod;

use crate::sort::SortKey;

/// The `i`-th position of a sample of `n > 0` elements: Weyl's sequence of the golden
/// ratio, which spreads evenly and follows no period of the data.
pub fn weyl(i: usize, n: usize) -> usize {
    let phase = (i as u32 + 1).wrapping_mul(0x9E37_79B9);
    ((u128::from(phase) * n as u128) >> 32) as usize
}

/// Keys in a [`Sample`].
const SIZE: usize = 1024;

/// From this length on a sample costs less than what it saves: measured in V8, on int64, where both are level.
pub const SAMPLE_FROM: usize = 6 << 10;

/// The sorted keys of a few elements (Floyd and Rivest, "Expected time bounds for
/// selection", CACM 18, 1975).
pub struct Sample<K>([K; SIZE]);

impl<K: Pod + Ord> Sample<K> {
    /// Of the `n > 0` keys that `key_at` gives.
    #[inline(never)]
    pub fn of(n: usize, key_at: impl Fn(usize) -> K) -> Self {
        let mut keys = [key_at(0); SIZE];
        for (i, slot) in keys.iter_mut().enumerate() {
            *slot = key_at(weyl(i, n));
        }
        keys.sort_unstable();
        Self(keys)
    }

    /// Ranks of the sample between which the element of rank `rank < n` lies: four standard
    /// deviations to each side, the outermost standing for all beyond.
    fn span(rank: usize, n: usize) -> (Option<usize>, Option<usize>) {
        let p = (rank as f64 + 0.5) / n as f64;
        let (middle, half) = (p * SIZE as f64, 4.0 * (p * (1.0 - p) * SIZE as f64).sqrt() + 1.0);
        let (low, high) = (middle - half, middle + half);
        ((low >= 0.0).then_some(low as usize), (high < (SIZE - 1) as f64).then_some(high as usize))
    }

    /// The least and the greatest value that the element of rank `rank < n` is expected to
    /// have, none of them NaN.
    pub fn bracket<T: SortKey<Key = K>>(&self, rank: usize, n: usize) -> (T, T) {
        let value = |at: usize| -> T { bytemuck::cast(T::decode(self.0[at])) };
        let (low, high) = Self::span(rank, n);
        (low.map_or(T::LEAST, value).not_nan(), high.map_or(T::GREATEST, value).not_nan())
    }
}
