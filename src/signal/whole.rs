//! Sliding sums of products of whole numbers, in wrapping arithmetic as NumPy's.
//!
//! Narrow ones are widened, which leaves the lowest bits as they are, and cut off at the end.

use super::{Mode, check};
use crate::error::Result;
use crate::memory::{try_filled, try_with_capacity};

/// A whole number of a signal.
pub trait Whole: Copy {
    /// The unsigned type it is computed in.
    type Wide: Wide;
    /// Widened; of a negative one the lowest bits are what counts.
    fn widen(self) -> Self::Wide;
    /// Cut off.
    fn narrow(wide: Self::Wide) -> Self;
}

macro_rules! whole {
    ($($int:ty: $wide:ty),*) => {$(
        impl Whole for $int {
            type Wide = $wide;
            fn widen(self) -> $wide {
                self as $wide
            }
            fn narrow(wide: $wide) -> $int {
                wide as $int
            }
        }
    )*};
}
whole!(i8: u32, u8: u32, i16: u32, u16: u32, i32: u32, u32: u32, i64: u64, u64: u64);

/// What sums are computed in.
pub trait Wide: Copy + Default {
    /// `self + x * tap`, wrapping.
    fn add_product(self, x: Self, tap: Self) -> Self;
}

impl Wide for u32 {
    #[inline(always)]
    fn add_product(self, x: u32, tap: u32) -> u32 {
        self.wrapping_add(x.wrapping_mul(tap))
    }
}

impl Wide for u64 {
    #[inline(always)]
    fn add_product(self, x: u64, tap: u64) -> u64 {
        self.wrapping_add(x.wrapping_mul(tap))
    }
}

/// Outputs in registers.
const OUTPUTS: usize = 16;

/// The cross-correlation of whole numbers, as `numpy.correlate`: `sum(a[k + i] * v[i])`, modulo 2 to the bits.
///
/// `out` has [`Mode::len`] elements. O(n * m); scratch of both operands, twice.
///
/// # Errors
/// [`Error::Value`](crate::Error::Value) where an operand is empty or `out` has another length;
/// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
pub fn correlate_whole<T: Whole>(a: &[T], v: &[T], mode: Mode, out: &mut [T]) -> Result<()> {
    check(a.len(), v.len(), mode, out.len())?;
    let reversed = v.len() > a.len();
    let (long, short) = if reversed { (v, a) } else { (a, v) };
    let (n, m) = (long.len(), short.len());
    let mut taps = try_with_capacity(m)?;
    taps.extend(short.iter().map(|x| x.widen()));
    // Zeros past either end add nothing.
    let before = mode.before(m);
    let mut padded = try_filled(T::Wide::default(), out.len() + m - 1)?;
    padded[before..].iter_mut().zip(long).for_each(|(slot, x)| *slot = x.widen());
    for (k, slots) in (0..).step_by(OUTPUTS).zip(out.chunks_mut(OUTPUTS)) {
        let mut sums = [T::Wide::default(); OUTPUTS];
        if slots.len() == OUTPUTS {
            // Without the taps that meet zeros only.
            let (first, end) = (before.saturating_sub(k + OUTPUTS - 1), m.min((before + n).saturating_sub(k)));
            for (&tap, x) in taps[first..end].iter().zip(padded[k + first..].windows(OUTPUTS)) {
                sums.iter_mut().zip(x).for_each(|(sum, &x)| *sum = sum.add_product(x, tap));
            }
        } else {
            for (j, sum) in sums.iter_mut().enumerate().take(slots.len()) {
                *sum = padded[k + j..].iter().zip(&taps).fold(*sum, |sum, (&x, &tap)| sum.add_product(x, tap));
            }
        }
        slots.iter_mut().zip(sums).for_each(|(slot, sum)| *slot = T::narrow(sum));
    }
    if reversed {
        out.reverse();
    }
    Ok(())
}
