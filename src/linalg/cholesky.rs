//! `cholesky`, recursive: nearly all of the work is matrix products, and the update of the
//! rest computes only the half that is used (F. Gustavson, "Recursion leads to automatic
//! variable blocking for dense linear-algebra algorithms", IBM J. Res. Dev. 41, 1997).

use super::dense::{
    Block, Real, Scratch, Sizes, Update, area, axpy, expect, leading, load, multiply, scale, square, store,
};
use crate::error::{Error, Result};
use crate::view::{View, ViewMut};

/// Columns that are factored one by one.
const PANEL: usize = 8;
/// Order up to which a symmetric update is one product, both halves of it.
const WHOLE: usize = 16;

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
    cholesky_in(&mut Scratch::new(T::ZERO), a, upper, out, blocked)
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
    let flipped =
        |upper: bool, strides: &[isize]| if upper { [strides[1], strides[0]] } else { [strides[0], strides[1]] };
    let strides = flipped(upper, a.strides());
    // SAFETY: the same elements; both axes have n of them, so that their strides can change places.
    load(unsafe { View::from_raw_parts(a.as_ptr(), a.shape(), &strides) }, data, ld, |x| x);
    if !factor(data, ld, n, 0, n, blocked) {
        return Err(Error::LinAlg("Matrix is not positive definite".into()));
    }
    let value = |i: usize, j: usize| if i < j { T::ZERO } else { data[j * ld + i] };
    if upper {
        store(&mut out, |i, j| value(j, i))
    } else {
        store(&mut out, value)
    }
    Ok(())
}

/// Factors the columns `from..to` of the lower triangle, of which the rows below `to` are
/// solved for too; false where a pivot is not above zero.
fn factor<T: Real>(data: &mut [T], ld: usize, n: usize, from: usize, to: usize, blocked: bool) -> bool {
    if !blocked || to - from <= PANEL {
        return panel(data, ld, n, from, to);
    }
    let middle = from + ((to - from) / 2).next_multiple_of(PANEL);
    if !factor(data, ld, n, from, middle, blocked) {
        return false;
    }
    let (left, right) = data.split_at_mut(middle * ld);
    update(left, right, ld, n, (from, middle), (middle, to));
    factor(data, ld, n, middle, to, blocked)
}

/// Subtracts what the columns `done` put into the columns `from..to`, from the diagonal down to row n.
fn update<T: Real>(left: &[T], right: &mut [T], ld: usize, n: usize, done: (usize, usize), (from, to): (usize, usize)) {
    let mut whole = |from: usize, rows: (usize, usize), to: usize| {
        let sizes = Sizes { m: rows.1 - rows.0, n: to - from, k: done.1 - done.0 };
        let factors = [Block::of(left, ld, rows.0, done.0), Block::of(left, ld, from, done.0).t()];
        multiply(right, ld, (rows.0, from - done.1), sizes, Update::SUBTRACT, factors);
    };
    // Strips: what lies above the diagonal in each is computed in vain.
    let mut start = from;
    while start < to {
        let end = to.min(start + WHOLE);
        whole(start, (start, n), end);
        start = end;
    }
}

/// Column by column, each by all before it.
fn panel<T: Real>(data: &mut [T], ld: usize, n: usize, from: usize, to: usize) -> bool {
    for j in from..to {
        let (done, rest) = data.split_at_mut(j * ld);
        let column = &mut rest[j..n];
        for other in done.chunks(ld).skip(from) {
            let other = &other[j..n];
            axpy(column, -other[0], other);
        }
        let pivot = column[0];
        // Not so for a NaN either.
        let positive = pivot > T::ZERO;
        if !positive {
            return false;
        }
        let root = pivot.sqrt();
        column[0] = root;
        scale(&mut column[1..], T::ONE / root);
    }
    true
}
