//! Which elements are not zero: how many, whether any, whether all, down the columns of a matrix in C order.
//!
//! Elements are looked at as the bits that make them other than zero, so that a kernel serves all types of a width.

use bytemuck::{Pod, cast_slice};

use super::along::Truth;
use super::reduce::{Four, Zero, columns, count_nonzero, in_fours};
use crate::error::Result;
use crate::indexing::count_mask;

/// Columns that are gone down together.
const TILE: usize = 256;
/// As many rows as a byte can count.
const COUNTED: usize = 255;
/// Rows between two questions whether all columns are decided.
const ASK: usize = 16;

/// An element that is zero, of either sign, where no bits but perhaps the first are set.
pub trait Flag: Pod {
    /// As wide.
    type Bits: Bits;
    /// Whether the first bit is a sign that a zero may have.
    const SIGNED_ZERO: bool;
}

/// Bits of an element.
pub trait Bits: Pod {
    /// All ones where others than the first `past` are set.
    fn mask(self, past: u32) -> Self;
    /// All ones, or none.
    fn all(yes: bool) -> Self;
    /// `self | other`.
    fn or(self, other: Self) -> Self;
    /// `self ^ other`.
    fn xor(self, other: Self) -> Self;
    /// One more where a mask is set.
    fn count(self, mask: Self) -> Self;
    /// As a number.
    fn number(self) -> usize;
}

macro_rules! bits {
    ($($t:ty),*) => {$(
        impl Bits for $t {
            #[inline(always)]
            fn mask(self, past: u32) -> $t {
                if self.wrapping_shl(past) != 0 { <$t>::MAX } else { 0 }
            }
            #[inline(always)]
            fn all(yes: bool) -> $t {
                if yes { <$t>::MAX } else { 0 }
            }
            #[inline(always)]
            fn or(self, other: $t) -> $t {
                self | other
            }
            #[inline(always)]
            fn xor(self, other: $t) -> $t {
                self ^ other
            }
            #[inline(always)]
            fn count(self, mask: $t) -> $t {
                self.wrapping_sub(mask)
            }
            #[inline(always)]
            fn number(self) -> usize {
                self as usize
            }
        }
    )*};
}
bits!(u8, u16, u32, u64);

macro_rules! flags {
    ($($t:ty, $bits:ty, $signed:expr);*) => {$(
        impl Flag for $t {
            type Bits = $bits;
            const SIGNED_ZERO: bool = $signed;
        }
    )*};
}
flags!(f64, u64, true; f32, u32, true; i64, u64, false; u64, u64, false; i32, u32, false; u32, u32, false;
    i16, u16, false; u16, u16, false; i8, u8, false; u8, u8, false);

/// Whether any or all elements of each column are not zero, as bytes of 0 and 1; a NaN is not zero. `out` has one
/// element for each column. O(n), less where the first rows decide.
///
/// # Errors
/// [`Error::Value`](crate::Error::Value) where `a` is not made of such rows.
pub fn truth_columns<T: Flag>(a: &[T], truth: Truth, out: &mut [u8]) -> Result<()> {
    columns(a.len(), out.len())?;
    decide(cast_slice::<T, T::Bits>(a), u32::from(T::SIGNED_ZERO), truth, out);
    Ok(())
}

fn decide<B: Bits>(a: &[B], past: u32, truth: Truth, out: &mut [u8]) {
    let (width, unlike) = (out.len(), B::all(truth == Truth::All));
    for (out, start) in out.chunks_mut(TILE).zip((0..).step_by(TILE)) {
        // Where something was found that decides: not zero for any, zero for all.
        let mut found = [B::all(false); TILE];
        let found = &mut found[..out.len()];
        // Some rows, then the question, again and again.
        for rows in a.chunks(ASK.saturating_mul(width)) {
            in_fours(rows, width, 0, start..start + out.len(), |_, parts| look(parts, past, unlike, found));
            if found.iter().fold(true, |all, x| all & (x.number() != 0)) {
                break;
            }
        }
        out.iter_mut().zip(found).for_each(|(slot, x)| *slot = u8::from((x.number() != 0) == (truth == Truth::Any)));
    }
}

/// What is not like it should be.
#[inline(always)]
fn look<B: Bits>(four: Four<B>, past: u32, unlike: B, found: &mut [B]) {
    let one = |x: B| x.mask(past).xor(unlike);
    match four {
        Four::All(parts) => {
            let [a, b, c, d] = parts.map(|part| &part[..found.len()]);
            for (i, found) in found.iter_mut().enumerate() {
                *found = found.or(one(a[i]).or(one(b[i])).or(one(c[i]).or(one(d[i]))));
            }
        }
        Four::One(part) => found.iter_mut().zip(part).for_each(|(found, &x)| *found = found.or(one(x))),
    }
}

/// How many elements are not zero, as `numpy.count_nonzero`. O(n).
pub fn count<T: Flag + Zero>(a: &[T]) -> usize {
    match size_of::<T>() {
        1 => count_mask(cast_slice(a)),
        _ => count_nonzero(a),
    }
}

/// How many elements of each column are not zero, as `numpy.count_nonzero(a, axis=0)`. `out` has one element for each
/// column. O(n).
///
/// # Errors
/// As [`truth_columns`].
pub fn count_columns<T: Flag>(a: &[T], out: &mut [isize]) -> Result<()> {
    columns(a.len(), out.len())?;
    count_bits(cast_slice::<T, T::Bits>(a), u32::from(T::SIGNED_ZERO), out);
    Ok(())
}

fn count_bits<B: Bits>(a: &[B], past: u32, out: &mut [isize]) {
    let width = out.len();
    out.fill(0);
    for (out, start) in out.chunks_mut(TILE).zip((0..).step_by(TILE)) {
        for rows in a.chunks(COUNTED.saturating_mul(width)) {
            let mut counts = [B::all(false); TILE];
            let counts = &mut counts[..out.len()];
            in_fours(rows, width, 0, start..start + out.len(), |_, parts| add(parts, past, counts));
            out.iter_mut().zip(counts).for_each(|(slot, count)| *slot += count.number() as isize);
        }
    }
}

#[inline(always)]
fn add<B: Bits>(four: Four<B>, past: u32, counts: &mut [B]) {
    match four {
        Four::All(parts) => {
            let parts = parts.map(|part| &part[..counts.len()]);
            for (i, count) in counts.iter_mut().enumerate() {
                *count = parts.iter().fold(*count, |count, part| count.count(part[i].mask(past)));
            }
        }
        Four::One(part) => counts.iter_mut().zip(part).for_each(|(count, x)| *count = count.count(x.mask(past))),
    }
}
