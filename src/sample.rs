//! Which elements a sample takes.

/// The `i`-th position of a sample of `n > 0` elements: Weyl's sequence of the golden
/// ratio, which spreads evenly and follows no period of the data.
pub fn weyl(i: usize, n: usize) -> usize {
    let phase = (i as u32 + 1).wrapping_mul(0x9E37_79B9);
    ((u128::from(phase) * n as u128) >> 32) as usize
}
