//! Reductions of a lane, and of each row or column of a matrix in C order.
//!
//! Sums of a lane are pairwise, in the blocks and the order of NumPy's (Higham, "The accuracy of
//! floating point summation", 1993): their error grows with the logarithm of the length.

use std::ops::Range;

use crate::doubles::Doubles;
use crate::error::{Error, Result};
use crate::memory::try_filled;
use crate::simd::{F64s, Native};

/// The longest run that is summed without being halved, and the sums it is summed in.
const BLOCK: usize = 128;
const SUMS: usize = 8;
/// Lanes that are over before a block's buffer or several vectors are made ready.
const SHORT: usize = 16;
/// Elements looked at between two questions whether to go on.
const CHUNK: usize = 1024;

/// Columns that are gone down together.
const TILE: usize = 512;

/// What is summed instead of an element.
trait Term {
    fn of<V: F64s>(&self, x: V) -> V;
}

struct Itself;
impl Term for Itself {
    #[inline(always)]
    fn of<V: F64s>(&self, x: V) -> V {
        x
    }
}

struct SquareFrom(f64);
impl Term for SquareFrom {
    #[inline(always)]
    fn of<V: F64s>(&self, x: V) -> V {
        let deviation = x.sub(V::splat(self.0));
        deviation.mul(deviation)
    }
}

struct NumberOrZero;
impl Term for NumberOrZero {
    #[inline(always)]
    fn of<V: F64s>(&self, x: V) -> V {
        x.if_number(x, V::splat(0.0))
    }
}

/// The pairwise sum of the terms of `a`.
fn sum<V: F64s, T: Doubles, F: Term>(a: &[T], term: &F) -> f64 {
    if a.len() > BLOCK {
        let half = a.len() / 2;
        let (low, high) = a.split_at(half - half % SUMS);
        return sum::<V, T, F>(low, term) + sum::<V, T, F>(high, term);
    }
    if a.len() <= SHORT {
        return sum_block::<V, F>(T::doubles(a, &mut [0.0; SHORT]), term);
    }
    sum_block::<V, F>(T::doubles(a, &mut [0.0; BLOCK]), term)
}

/// The terms of at most a block, in [`SUMS`] sums.
#[inline(always)]
fn sum_block<V: F64s, F: Term>(x: &[f64], term: &F) -> f64 {
    let (groups, rest) = x.as_chunks::<SUMS>();
    // Only the first SUMS / LANES are in use.
    let mut sums = [V::splat(-0.0); SUMS];
    for group in groups {
        for (lane, sum) in (0..SUMS).step_by(V::LANES).zip(&mut sums) {
            *sum = sum.add(term.of(V::load(&group[lane..])));
        }
    }
    let mut parts = [0.0; SUMS];
    (0..SUMS).step_by(V::LANES).zip(sums).for_each(|(lane, sum)| sum.store(&mut parts[lane..]));
    let [a, b, c, d, e, f, g, h] = parts;
    let whole = ((a + b) + (c + d)) + ((e + f) + (g + h));
    rest.iter().fold(whole, |sum, &x| sum + term.of(x))
}

/// The variance of a lane, as `numpy.var`: the mean of the squared deviations from the mean, over `n - ddof`.
///
/// Of doubles the bits are NumPy's; other types are computed with as doubles. NaN where the lane is empty,
/// or holds what is not finite. O(n).
pub fn var<T: Doubles>(a: &[T], ddof: f64) -> f64 {
    var_with::<Native, T>(a, ddof)
}

/// [`var`] with vectors of a kind.
pub fn var_with<V: F64s, T: Doubles>(a: &[T], ddof: f64) -> f64 {
    let n = a.len() as f64;
    let mean = sum::<V, T, _>(a, &Itself) / n;
    sum::<V, T, _>(a, &SquareFrom(mean)) / (n - ddof).max(0.0)
}

/// The sum of a lane's numbers, as `numpy.nansum`: a NaN counts as 0. O(n).
pub fn nansum<T: Doubles>(a: &[T]) -> f64 {
    0.0 + sum::<Native, T, _>(a, &NumberOrZero)
}

/// The mean of a lane's numbers, as `numpy.nanmean`; NaN where there is none. O(n).
pub fn nanmean<T: Doubles>(a: &[T]) -> f64 {
    let count = |x: &[f64]| x.iter().map(|x| u64::from(!x.is_nan())).sum::<u64>();
    let count: u64 = match a.len() <= SHORT {
        true => count(T::doubles(a, &mut [0.0; SHORT])),
        false => {
            let mut buffer = [0.0; BLOCK];
            a.chunks(BLOCK).map(|block| count(T::doubles(block, &mut buffer))).sum()
        }
    };
    nansum(a) / count as f64
}

/// An element that may be zero, and has a sum.
pub trait Zero: Copy + PartialEq + Default + 'static {
    /// The sum, which wraps for integers.
    fn plus(self, other: Self) -> Self;
    /// Whether it is finite.
    fn is_number(self) -> bool;
}
macro_rules! zero {
    ($($t:ty, $plus:expr, $is_number:expr);*) => {$(
        impl Zero for $t {
            #[inline(always)]
            fn plus(self, other: $t) -> $t {
                $plus(self, other)
            }
            #[inline(always)]
            fn is_number(self) -> bool {
                $is_number(self)
            }
        }
    )*};
    (integers $($t:ty)*) => {
        zero!($($t, <$t>::wrapping_add, |_| true);*);
    };
}
zero!(f64, std::ops::Add::add, f64::is_finite; f32, std::ops::Add::add, f32::is_finite);
zero!(integers i64 u64 i32 u32 i16 u16 i8 u8);

/// How many elements are not zero (a NaN is not), as `numpy.count_nonzero`. O(n).
pub fn count_nonzero<T: Zero>(a: &[T]) -> usize {
    a.iter().map(|x| usize::from(*x != T::default())).sum()
}

/// Whether any element is not zero, as `numpy.any`. O(n).
pub fn any<T: Zero>(a: &[T]) -> bool {
    a.chunks(CHUNK).any(|chunk| chunk.iter().fold(false, |any, x| any | (*x != T::default())))
}

/// Whether no element is zero, as `numpy.all`. O(n).
pub fn all<T: Zero>(a: &[T]) -> bool {
    a.chunks(CHUNK).all(|chunk| chunk.iter().fold(true, |all, x| all & (*x != T::default())))
}

/// Whether none is NaN or infinite. O(n).
pub fn are_numbers<T: Zero>(a: &[T]) -> bool {
    a.iter().all(|x| x.is_number())
}

/// The sum of each column, row by row, as `numpy.sum(a, axis=0)` of an array of `out`'s type: of floats the bits are
/// NumPy's. `out` has one element for each column. O(n).
///
/// # Errors
/// [`Error::Value`] where `a` is not made of such rows.
pub fn sum_columns<T: Zero>(a: &[T], out: &mut [T]) -> Result<()> {
    let width = out.len();
    columns(a.len(), width)?;
    // From 0.0, so that no sum is -0.0.
    out.fill(T::default());
    for (sums, start) in out.chunks_mut(TILE).zip((0..).step_by(TILE)) {
        in_fours(a, width, 0, start..start + sums.len(), |_, four| match four {
            Four::All(parts) => {
                let parts = parts.map(|part| &part[..sums.len()]);
                for (i, sum) in sums.iter_mut().enumerate() {
                    *sum = parts.iter().fold(*sum, |sum, part| sum.plus(part[i]));
                }
            }
            Four::One(part) => sums.iter_mut().zip(part).for_each(|(sum, &x)| *sum = sum.plus(x)),
        });
    }
    Ok(())
}

/// A lane's reduction for each row of `width` elements. `out` has one element for each row.
///
/// # Errors
/// [`Error::Value`] where `a` is not that many rows.
pub fn rows<T, U>(a: &[T], width: usize, out: &mut [U], reduce: impl Fn(&[T]) -> U) -> Result<()> {
    check_length(a.len(), out.len().saturating_mul(width))?;
    for (row, slot) in out.iter_mut().enumerate() {
        *slot = reduce(&a[row * width..][..width]);
    }
    Ok(())
}

/// The variance of each column, as `numpy.var(a, axis=0)`: as [`var`], but each sum runs down its column.
/// `out` has one element for each column. O(n); scratch of one row.
///
/// # Errors
/// [`Error::Value`] where `a` is not made of such rows; [`Error::OutOfMemory`].
pub fn var_columns<T: Doubles>(a: &[T], ddof: f64, out: &mut [f64]) -> Result<()> {
    let rows = columns(a.len(), out.len())?;
    let mut means = try_filled(0.0, out.len())?;
    add_rows(a, &mut means, |sum, x, _| *sum += x, &[]);
    means.iter_mut().for_each(|sum| *sum /= rows as f64);
    out.fill(0.0);
    add_rows(a, out, |sum, x, mean| *sum += (x - mean) * (x - mean), &means);
    out.iter_mut().for_each(|sum| *sum /= (rows as f64 - ddof).max(0.0));
    Ok(())
}

/// The sum of each column's numbers, as `numpy.nansum(a, axis=0)`. As [`var_columns`].
///
/// # Errors
/// As [`var_columns`].
pub fn nansum_columns<T: Doubles>(a: &[T], out: &mut [f64]) -> Result<()> {
    columns(a.len(), out.len())?;
    out.fill(0.0);
    add_rows(a, out, |sum, x, _| *sum += if x.is_nan() { 0.0 } else { x }, &[]);
    Ok(())
}

/// The mean of each column's numbers, as `numpy.nanmean(a, axis=0)`. As [`var_columns`].
///
/// # Errors
/// As [`var_columns`].
pub fn nanmean_columns<T: Doubles>(a: &[T], out: &mut [f64]) -> Result<()> {
    let mut counts = try_filled(0.0, out.len())?;
    nansum_columns(a, out)?;
    add_rows(a, &mut counts, |count, x, _| *count += if x.is_nan() { 0.0 } else { 1.0 }, &[]);
    out.iter_mut().zip(counts).for_each(|(sum, count)| *sum /= count);
    Ok(())
}

/// `step(a slot of the column, an element, what `beside` holds for the column, or 0)`, row by row.
#[inline(always)]
fn add_rows<T: Doubles>(a: &[T], slots: &mut [f64], step: impl Fn(&mut f64, f64, f64), beside: &[f64]) {
    let width = slots.len();
    let mut buffer = [0.0; BLOCK];
    for row in a.chunks_exact(width.max(1)) {
        for (number, (slots, block)) in slots.chunks_mut(BLOCK).zip(row.chunks(BLOCK)).enumerate() {
            let x = T::doubles(block, &mut buffer);
            match beside.get(number * BLOCK..number * BLOCK + block.len()) {
                Some(beside) => slots.iter_mut().zip(x).zip(beside).for_each(|((slot, &x), &b)| step(slot, x, b)),
                None => slots.iter_mut().zip(x).for_each(|(slot, &x)| step(slot, x, 0.0)),
            }
        }
    }
}

/// Rows that are read together, so that what is kept of a column is read and written once for all of them.
pub(super) enum Four<'a, T> {
    /// Four of them.
    All([&'a [T]; 4]),
    /// One of what is left.
    One(&'a [T]),
}

/// These columns of the rows from the `row`th on, each with its number.
#[inline(always)]
pub(super) fn in_fours<T>(
    a: &[T],
    width: usize,
    mut row: usize,
    columns: Range<usize>,
    mut step: impl FnMut(usize, Four<T>),
) {
    let rows = a.len() / width;
    let part = |row: usize| &a[row * width..][columns.clone()];
    while row + 4 <= rows {
        step(row, Four::All([part(row), part(row + 1), part(row + 2), part(row + 3)]));
        row += 4;
    }
    (row..rows).for_each(|row| step(row, Four::One(part(row))));
}

/// How many rows of `width` elements `a` is made of.
pub(super) fn columns(len: usize, width: usize) -> Result<usize> {
    match len.checked_div(width) {
        Some(rows) if rows * width == len => Ok(rows),
        None if len == 0 => Ok(0),
        _ => Err(Error::Value(format!("a has {len} elements; expected rows of {width}, one for each of out"))),
    }
}

pub(super) fn check_length(got: usize, expected: usize) -> Result<()> {
    match got == expected {
        true => Ok(()),
        false => Err(Error::Value(format!("got {got} elements; expected {expected}"))),
    }
}
