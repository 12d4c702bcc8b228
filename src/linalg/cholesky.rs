//! `cholesky`, recursive: nearly all of the work is matrix products, and the update of the
//! rest computes only the half that is used (F. Gustavson, "Recursion leads to automatic
//! variable blocking for dense linear-algebra algorithms", IBM J. Res. Dev. 41, 1997).

use super::dense::{
    Block, Real, Scratch, Sizes, Update, area, axpy, expect, gemv, gemv_pair, leading, load, multiply, scale, square,
    store_columns, store_rows,
};
use super::pairs::{self, Pairs};
use crate::error::{Error, Result};
use crate::view::{View, ViewMut};

/// Columns that are factored one by one.
const PANEL: usize = 16;

/// The Cholesky factor, as `numpy.linalg.cholesky`: L of `A = L L^T` from the lower triangle
/// of `a`, or with `upper` the transposed from the upper one. `a` and `out` are (n, n), any
/// strides; the other triangle of `a` is not read, that of `out` is zero.
///
/// O(n^3 / 3), backward stable: `|A - L L^T|` is within `c n eps |L| |L^T|`.
///
/// # Errors
/// [`Error::LinAlg`] where `a` is not square, or a pivot is not above zero (or NaN): "Matrix
/// is not positive definite"; [`Error::Value`] where `out` has another shape;
/// [`Error::OutOfMemory`].
pub fn cholesky<T: Real>(a: View<'_, T>, upper: bool, out: ViewMut<'_, T>) -> Result<()> {
    cholesky_with(a, upper, out, true)
}

/// [`cholesky`], where `blocked == false` forces the plain loops.
pub fn cholesky_with<T: Real>(a: View<'_, T>, upper: bool, out: ViewMut<'_, T>, blocked: bool) -> Result<()> {
    if blocked && pairs::serve(a.shape()) {
        return cholesky_pair(&mut Pairs::new(), [a; 2], upper, &mut [out]);
    }
    cholesky_in(&mut Scratch::new(T::ZERO), a, upper, out, blocked)
}

fn indefinite() -> Error {
    Error::LinAlg("Matrix is not positive definite".into())
}

/// [`cholesky`] of two small matrices of the same order, or of one twice, into as many results.
pub(super) fn cholesky_pair<T: Real>(
    pairs: &mut Pairs,
    a: [View<'_, T>; 2],
    upper: bool,
    out: &mut [ViewMut<'_, T>],
) -> Result<()> {
    let n = square(a[0].shape())?;
    expect("out", out[0].shape(), a[0].shape())?;
    if pairs.cholesky(a, n, upper, out)? { Ok(()) } else { Err(indefinite()) }
}

/// [`cholesky_with`], in memory of the caller's.
pub(super) fn cholesky_in<T: Real>(
    scratch: &mut Scratch<T>,
    a: View<'_, T>,
    upper: bool,
    mut out: ViewMut<'_, T>,
    blocked: bool,
) -> Result<()> {
    let n = square(a.shape())?;
    expect("out", out.shape(), a.shape())?;
    let ld = leading(n);
    let data = scratch.take(area(ld, n)?)?;
    let [row, column] = [a.strides()[0], a.strides()[1]];
    let strides = if upper { [column, row] } else { [row, column] };
    // SAFETY: the same elements; both axes have n of them, so that their strides can change places.
    load(unsafe { View::from_raw_parts(a.as_ptr(), a.shape(), &strides) }, data, ld, |x| x);
    let positive = if blocked { factor(data, ld, n, 0, n) } else { plain(data, ld, n) };
    if !positive {
        return Err(indefinite());
    }
    for j in 1..n {
        data[j * ld..][..j].fill(T::ZERO);
    }
    if upper {
        store_rows(&mut out, |j| &data[j * ld..], |x| x);
    } else {
        store_columns(&mut out, |j| &data[j * ld..], |x| x);
    }
    Ok(())
}

/// Factors the columns `from..to` of the lower triangle, of which the rows below `to` are
/// solved for too; false where a pivot is not above zero.
fn factor<T: Real>(data: &mut [T], ld: usize, n: usize, from: usize, to: usize) -> bool {
    if to - from <= PANEL {
        return panel(data, ld, n, from, to);
    }
    let middle = from + ((to - from) / 2).next_multiple_of(PANEL);
    if !factor(data, ld, n, from, middle) {
        return false;
    }
    let (left, right) = data.split_at_mut(middle * ld);
    update(left, right, ld, n, (from, middle), (middle, to));
    factor(data, ld, n, middle, to)
}

/// Subtracts what the columns `done` put into the columns `from..to`, from the diagonal down to row n.
fn update<T: Real>(left: &[T], right: &mut [T], ld: usize, n: usize, done: (usize, usize), (from, to): (usize, usize)) {
    let sizes = Sizes { m: n - from, n: to - from, k: done.1 - done.0 };
    let factors = [Block::of(left, ld, from, done.0), Block::of(left, ld, from, done.0).t()];
    multiply(right, ld, (from, from - done.1), sizes, Update::SUBTRACT_LOWER, factors);
}

/// Column by column, each by all before it.
fn plain<T: Real>(data: &mut [T], ld: usize, n: usize) -> bool {
    (0..n).all(|j| {
        let (done, rest) = data.split_at_mut(j * ld);
        let column = &mut rest[j..n];
        for other in done.chunks(ld) {
            let other = &other[j..n];
            axpy(column, -other[0], other);
        }
        pivot(column)
    })
}

/// As [`plain`], from a column on; those before go into two columns at once.
fn panel<T: Real>(data: &mut [T], ld: usize, n: usize, from: usize, to: usize) -> bool {
    let mut j = from;
    while j < to {
        let (done, rest) = data.split_at_mut(j * ld);
        // Empty, where nothing is done.
        let done = &done[from * ld..];
        let rows = done.get(j..).unwrap_or_default();
        let k = j - from;
        let width = 2.min(to - j);
        let mut factors = [[T::ZERO; PANEL]; 2];
        for (c, factors) in factors.iter_mut().enumerate().take(width) {
            for (l, factor) in factors.iter_mut().enumerate().take(k) {
                *factor = -done[l * ld + j + c];
            }
        }
        let (first, second) = rest.split_at_mut(ld.min(rest.len()));
        let first = &mut first[j..n];
        if width == 2 {
            // The element above the diagonal is computed in vain.
            let second = &mut second[j..n];
            gemv_pair([first, second], rows, ld, [&factors[0][..k], &factors[1][..k]]);
            if !pivot(first) {
                return false;
            }
            let (second, below) = (&mut second[1..], &first[1..]);
            axpy(second, -below[0], below);
            if !pivot(second) {
                return false;
            }
        } else {
            gemv(first, T::ONE, rows, ld, &factors[0][..k]);
            if !pivot(first) {
                return false;
            }
        }
        j += width;
    }
    true
}

/// Divides a column by the root of its first element; false where that is not above zero.
fn pivot<T: Real>(column: &mut [T]) -> bool {
    let pivot = column[0];
    // Not so for a NaN either.
    let positive = pivot > T::ZERO;
    if positive {
        let root = pivot.sqrt();
        column[0] = root;
        scale(&mut column[1..], T::ONE / root);
    }
    positive
}
