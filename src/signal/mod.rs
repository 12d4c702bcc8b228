//! Sliding sums of products: `convolve`, `correlate`.
//!
//! The direct form, so that the error is that of a dot product (a transform's is relative to
//! the greatest value). [`sliding`] keeps several outputs and taps in registers.

pub mod sliding;
mod whole;

pub use whole::{Whole, correlate_whole};

use crate::error::{Error, Result};
use crate::memory::{try_filled, try_with_capacity};
use crate::simd::{F64s, Native};

/// Outputs past an end that are summed with the same taps.
const STRIP: usize = 128;

/// Doubles that stay in a first-level cache.
const PIECE: usize = 2048;

/// Which outputs are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// All where the operands overlap: `n + m - 1`.
    Full,
    /// The middle ones of those, as many as the longer operand has elements.
    Same,
    /// Those where they overlap entirely: `max(n, m) - min(n, m) + 1`.
    Valid,
}

impl Mode {
    /// How many outputs operands of `n` and `m` elements have; none where either is empty.
    pub fn len(self, n: usize, m: usize) -> usize {
        let (long, short) = (n.max(m), n.min(m));
        match (self, short) {
            (_, 0) => 0,
            (Mode::Full, _) => long.saturating_add(short - 1),
            (Mode::Same, _) => long,
            (Mode::Valid, _) => long - short + 1,
        }
    }

    /// How many outputs there are before the first where the shorter operand, of `m` elements, overlaps entirely.
    fn before(self, m: usize) -> usize {
        match self {
            Mode::Full => m - 1,
            Mode::Same => m / 2,
            Mode::Valid => 0,
        }
    }
}

/// An element of a signal. All arithmetic is in doubles, and each output is rounded once.
pub trait Sample: Copy {
    /// As a double.
    fn double(self) -> f64;
    /// From a double.
    fn round(value: f64) -> Self;
    /// The elements where they are doubles already.
    fn as_doubles(elements: &[Self]) -> Option<&[f64]>;
    /// The elements where they are doubles already.
    fn as_doubles_mut(elements: &mut [Self]) -> Option<&mut [f64]>;
}

impl Sample for f64 {
    fn double(self) -> f64 {
        self
    }
    fn round(value: f64) -> f64 {
        value
    }
    fn as_doubles(elements: &[f64]) -> Option<&[f64]> {
        Some(elements)
    }
    fn as_doubles_mut(elements: &mut [f64]) -> Option<&mut [f64]> {
        Some(elements)
    }
}

impl Sample for f32 {
    fn double(self) -> f64 {
        self.into()
    }
    fn round(value: f64) -> f32 {
        value as f32
    }
    fn as_doubles(_: &[f32]) -> Option<&[f64]> {
        None
    }
    fn as_doubles_mut(_: &mut [f32]) -> Option<&mut [f64]> {
        None
    }
}

/// The discrete convolution of `a` and `v`, as `numpy.convolve`: `sum(a[k - i] * v[i])` for each `k` of the mode.
///
/// `out` has [`Mode::len`] elements. O(n * m); scratch of the shorter operand, three times.
/// Each output is within `m * eps * sum(|a| * |v|)` of the exact sum.
///
/// # Errors
/// [`Error::Value`] where an operand is empty or `out` has another length; [`Error::OutOfMemory`].
pub fn convolve<T: Sample>(a: &[T], v: &[T], mode: Mode, out: &mut [T]) -> Result<()> {
    let (a, v) = if v.len() > a.len() { (v, a) } else { (a, v) };
    let empty = |name| Err(Error::Value(format!("{name} cannot be empty")));
    if v.is_empty() {
        return empty(if a.is_empty() { "a" } else { "v" });
    }
    slide::<Native, T>(a, doubles(v.iter().rev())?, mode, out)
}

/// The cross-correlation of real `a` and `v`, as `numpy.correlate`: `sum(a[k + i] * v[i])`.
///
/// Lengths, cost and accuracy as [`convolve`].
///
/// # Errors
/// As [`convolve`].
pub fn correlate<T: Sample>(a: &[T], v: &[T], mode: Mode, out: &mut [T]) -> Result<()> {
    check(a.len(), v.len(), mode, out.len())?;
    if v.len() <= a.len() {
        return slide::<Native, T>(a, doubles(v.iter())?, mode, out);
    }
    slide::<Native, T>(v, doubles(a.iter())?, mode, out)?;
    out.reverse();
    Ok(())
}

/// Whether operands of so many elements have an output of that length.
fn check(a: usize, v: usize, mode: Mode, out: usize) -> Result<()> {
    if a == 0 || v == 0 {
        let which = if a == 0 { "first" } else { "second" };
        return Err(Error::Value(format!("{which} array argument cannot be empty")));
    }
    match mode.len(a, v) {
        expected if expected == out => Ok(()),
        expected => Err(Error::Value(format!("out has {out} elements; expected {expected}"))),
    }
}

fn doubles<'a, T: Sample + 'a>(elements: impl ExactSizeIterator<Item = &'a T>) -> Result<Vec<f64>> {
    let mut doubles = try_with_capacity(elements.len())?;
    doubles.extend(elements.map(|x| x.double()));
    Ok(doubles)
}

/// `sum(a[k + i] * taps[i])`, where at least as many elements as taps slide past them.
fn slide<V: F64s, T: Sample>(a: &[T], taps: Vec<f64>, mode: Mode, out: &mut [T]) -> Result<()> {
    let (n, m) = (a.len(), taps.len());
    check(n, m, mode, out.len())?;
    let (rim, before) = (m - 1, mode.before(m));
    let (head, rest) = out.split_at_mut(before);
    let (middle, tail) = rest.split_at_mut(n - rim);
    let ends = !head.is_empty() || !tail.is_empty();
    // Past either end there are zeros, which may only meet finite taps: NumPy sums what overlaps.
    let padded_ends = ends && taps.iter().all(|x| x.is_finite());
    // Nothing is written before all memory is there.
    let padding = if padded_ends { rim } else { 0 };
    let (mut padded, mut sums) = (try_filled(0.0, 2 * padding)?, try_filled(0.0, padding)?);
    inside::<V, T>(a, &taps, middle)?;
    if !padded_ends {
        let at = |first: isize| -> T {
            let skipped = first.min(0).unsigned_abs();
            let overlap = a[first.max(0) as usize..].iter().zip(&taps[skipped..]);
            T::round(overlap.fold(0.0, |sum, (x, tap)| sum + x.double() * tap))
        };
        head.iter_mut().enumerate().for_each(|(i, slot)| *slot = at(i as isize - before as isize));
        tail.iter_mut().enumerate().for_each(|(i, slot)| *slot = at((n - rim + i) as isize));
        return Ok(());
    }
    padded[rim..].iter_mut().zip(a).for_each(|(slot, x)| *slot = x.double());
    // Without the taps that meet zeros only.
    for first in (0..before).step_by(STRIP) {
        let (last, shift) = (before.min(first + STRIP), rim - before + first);
        let skipped = before - (last - 1);
        sliding::sums::<V>(&padded[shift + skipped..], &taps[skipped..], &mut sums[first..last]);
    }
    head.iter_mut().zip(&sums).for_each(|(slot, &sum)| *slot = T::round(sum));
    padded[..rim].iter_mut().zip(&a[n - rim..]).for_each(|(slot, x)| *slot = x.double());
    padded[rim..].fill(0.0);
    let after = tail.len();
    for first in (0..after).step_by(STRIP) {
        let last = after.min(first + STRIP);
        sliding::sums::<V>(&padded[first..], &taps[..rim - first], &mut sums[first..last]);
    }
    tail.iter_mut().zip(&sums).for_each(|(slot, &sum)| *slot = T::round(sum));
    Ok(())
}

/// Where all taps overlap. What is not double yet becomes so piece by piece.
fn inside<V: F64s, T: Sample>(a: &[T], taps: &[f64], out: &mut [T]) -> Result<()> {
    if let (Some(a), Some(out)) = (T::as_doubles(a), T::as_doubles_mut(out)) {
        sliding::sums::<V>(a, taps, out);
        return Ok(());
    }
    let piece = PIECE.max(2 * taps.len()).min(out.len());
    let mut from = try_filled(0.0, piece + taps.len() - 1)?;
    let mut sums = try_filled(0.0, piece)?;
    for (first, out) in (0..).step_by(piece.max(1)).zip(out.chunks_mut(piece.max(1))) {
        let a = &a[first..][..out.len() + taps.len() - 1];
        from.iter_mut().zip(a).for_each(|(slot, x)| *slot = x.double());
        let sums = &mut sums[..out.len()];
        sliding::sums::<V>(&from, taps, sums);
        out.iter_mut().zip(sums).for_each(|(slot, sum)| *slot = T::round(*sum));
    }
    Ok(())
}
