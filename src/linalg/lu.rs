//! `solve`, `inv`, `det`, `slogdet`: by LU with partial pivoting, as LAPACK's getrf.
//!
//! The factorisation is recursive over the columns (S. Toledo, "Locality of reference in LU
//! decomposition with partial pivoting", SIAM J. Matrix Anal. Appl. 18, 1997): nearly all of
//! the work is matrix products, those of the panel too.

use super::dense::{
    Block, Real, SMALL, Scratch, Sizes, Update, area, axpy, expect, leading, load, multiply, scale, square,
    store_columns,
};
use super::pairs::{self, Pairs};
use super::triangular::{Triangle, Triangular};
use crate::error::{Error, Result};
use crate::view::{View, ViewMut};

/// Columns of a panel that is factored column by column.
const PANEL: usize = 8;

/// A square matrix factored in place: `P A = L U`.
struct Factored<'a, T> {
    data: &'a mut [T],
    ld: usize,
    n: usize,
    /// Row `j` was swapped with this one when column `j` was eliminated.
    pivots: &'a mut [usize],
    /// Whether a pivot is exactly zero.
    singular: bool,
    blocked: bool,
}

/// What one call needs, or many: none of it is on the heap for a small matrix.
pub(super) struct Memory<T> {
    factors: Factors<T>,
    x: Scratch<T>,
}

/// The memory of a [`Factored`].
struct Factors<T> {
    data: Scratch<T>,
    pivots: Scratch<usize, SMALL>,
}

impl<T: Real> Factors<T> {
    fn new() -> Self {
        Self { data: Scratch::new(T::ZERO), pivots: Scratch::new(0) }
    }

    fn factor(&mut self, a: View<'_, T>, n: usize, blocked: bool) -> Result<Factored<'_, T>> {
        let ld = leading(n);
        let data = self.data.take(area(ld, n)?)?;
        let pivots = self.pivots.take(n)?;
        load(a, data, ld, |x| x);
        let mut factored = Factored { data, ld, n, pivots, singular: false, blocked };
        factored.columns(0, n);
        Ok(factored)
    }
}

impl<T: Real> Factored<'_, T> {
    fn triangle(&self, kind: Triangle) -> Triangular<'_, T> {
        Triangular { data: self.data, ld: self.ld, at: 0, n: self.n, kind }
    }

    /// Factors the columns `from..to`, in which all before `from` is eliminated already.
    fn columns(&mut self, from: usize, to: usize) {
        if !self.blocked || to - from <= PANEL {
            return self.panel(from, to);
        }
        let middle = from + ((to - from) / 2).next_multiple_of(PANEL);
        self.columns(from, middle);
        self.swap_rows(middle, to, from, middle);
        // The right half needs the left half's multipliers while it is written.
        let (left, right) = self.data.split_at_mut(middle * self.ld);
        let lower = Triangular { data: left, ld: self.ld, at: from, n: middle - from, kind: Triangle::UnitLower };
        lower.solve(right, self.ld, (from, 0), to - middle, true);
        let sizes = Sizes { m: self.n - middle, n: to - middle, k: middle - from };
        let factors = [Block::of(left, self.ld, middle, from), Block::same(from, 0)];
        multiply(right, self.ld, (middle, 0), sizes, Update::SUBTRACT, factors);
        self.columns(middle, to);
        self.swap_rows(from, middle, middle, to);
    }

    /// Applies the swaps of pivots `first..last` to the columns `from..to`.
    fn swap_rows(&mut self, from: usize, to: usize, first: usize, last: usize) {
        for column in self.data[from * self.ld..].chunks_mut(self.ld).take(to - from) {
            for j in first..last {
                column.swap(j, self.pivots[j]);
            }
        }
    }

    /// Column by column.
    fn panel(&mut self, from: usize, to: usize) {
        let (n, ld) = (self.n, self.ld);
        for j in from..to {
            let column = &self.data[j * ld..][..n];
            let (mut pivot, mut largest) = (j, column[j].abs());
            for (i, x) in column.iter().enumerate().skip(j + 1) {
                if x.abs() > largest {
                    (pivot, largest) = (i, x.abs());
                }
            }
            self.pivots[j] = pivot;
            // A NaN is not zero: it is carried on, as in getrf.
            if largest == T::ZERO {
                self.singular = true;
                continue;
            }
            if pivot != j {
                self.swap_rows(from, to, j, j + 1);
            }
            let (done, rest) = self.data.split_at_mut((j + 1) * ld);
            let column = &mut done[j * ld..][j..n];
            let pivot = column[0];
            if largest >= T::MIN_POSITIVE {
                scale(&mut column[1..], T::ONE / pivot);
            } else {
                column[1..].iter_mut().for_each(|x| *x = *x / pivot);
            }
            for other in rest.chunks_mut(ld).take(to - j - 1) {
                let other = &mut other[j..n];
                let top = other[0];
                axpy(&mut other[1..], -top, &column[1..]);
            }
        }
    }

    fn diagonal(&self) -> impl Iterator<Item = f64> {
        (0..self.n).map(|j| self.data[j * self.ld + j].to_f64())
    }

    /// The sign that the swaps give the determinant, negative if odd in number.
    fn odd_swaps(&self) -> bool {
        self.pivots.iter().enumerate().filter(|(j, pivot)| *j != **pivot).count() % 2 == 1
    }
}

pub(super) fn singular() -> Error {
    Error::LinAlg("Singular matrix".into())
}

/// The solution X of `A X = B`, as `numpy.linalg.solve`: `a` is (n, n), `b` and `out` are
/// (n, k), or (n,) for one right side. Any strides.
///
/// O(n^2 (n + k)). Backward stable in the way of partial pivoting: the residual is within
/// `c n eps |A| |X|` times the growth of the pivots.
///
/// # Errors
/// [`Error::LinAlg`] where a pivot is exactly zero ("Singular matrix"), or `a` is not square;
/// [`Error::Value`] where the shapes do not fit; [`Error::OutOfMemory`].
pub fn solve<T: Real>(a: View<'_, T>, b: View<'_, T>, out: ViewMut<'_, T>) -> Result<()> {
    solve_with(a, b, out, true)
}

/// [`solve`], where `blocked == false` forces the plain loops.
pub fn solve_with<T: Real>(a: View<'_, T>, b: View<'_, T>, out: ViewMut<'_, T>, blocked: bool) -> Result<()> {
    if blocked && pairs::serve(a.shape()) && pairs::serve(b.shape()) {
        return solve_pair(&mut Pairs::new(), [a; 2], [b; 2], &mut [out]);
    }
    Memory::new().solve(a, b, out, blocked)
}

/// The inverse, as `numpy.linalg.inv`: `a` and `out` are (n, n). Any strides.
///
/// O(2 n^3): solves for the identity, whose zeros the lower triangle leaves.
///
/// # Errors
/// As [`solve`].
pub fn inv<T: Real>(a: View<'_, T>, out: ViewMut<'_, T>) -> Result<()> {
    inv_with(a, out, true)
}

/// [`inv`], where `blocked == false` forces the plain loops.
pub fn inv_with<T: Real>(a: View<'_, T>, out: ViewMut<'_, T>, blocked: bool) -> Result<()> {
    if blocked && pairs::serve(a.shape()) {
        return inv_pair(&mut Pairs::new(), [a; 2], &mut [out]);
    }
    Memory::new().inv(a, out, blocked)
}

/// The determinant, as `numpy.linalg.det`: 1 for the empty matrix, 0 where a pivot is
/// exactly zero.
///
/// O(2/3 n^3). The product of the pivots is kept as a fraction and an exponent, so that only
/// the result itself can overflow or underflow.
///
/// # Errors
/// [`Error::LinAlg`] where `a` is not square; [`Error::OutOfMemory`].
pub fn det<T: Real>(a: View<'_, T>) -> Result<T> {
    det_with(a, true)
}

/// [`det`], where `blocked == false` forces the plain loops.
pub fn det_with<T: Real>(a: View<'_, T>, blocked: bool) -> Result<T> {
    if blocked && pairs::serve(a.shape()) {
        return Ok(det_pair(&mut Pairs::new(), [a; 2])?[0]);
    }
    Memory::new().det(a, blocked)
}

/// The sign and the logarithm of the absolute value of the determinant, as
/// `numpy.linalg.slogdet`: `(0, -inf)` where a pivot is exactly zero.
///
/// O(2/3 n^3).
///
/// # Errors
/// As [`det`].
pub fn slogdet<T: Real>(a: View<'_, T>) -> Result<(T, T)> {
    if pairs::serve(a.shape()) {
        return Ok(slogdet_pair(&mut Pairs::new(), [a; 2])?[0]);
    }
    Memory::new().slogdet(a)
}

/// The order of `a`, and how many right sides `b` has.
fn sides(a: &[usize], b: &[usize], out: &[usize]) -> Result<(usize, usize)> {
    let n = square(a)?;
    let columns = match *b {
        [rows] if rows == n => 1,
        [rows, columns] if rows == n => columns,
        _ => return Err(Error::Value(format!("b has shape {b:?}; expected {n} rows, as a"))),
    };
    expect("out", out, b)?;
    Ok((n, columns))
}

/// The product of the pivots, of the opposite sign where the swaps are odd in number.
fn product(odd: bool, pivots: impl Iterator<Item = f64>) -> f64 {
    let (big, small) = (2f64.powi(512), 2f64.powi(-512));
    let (mut fraction, mut power) = (if odd { -1.0 } else { 1.0 }, 0i64);
    for mut pivot in pivots {
        // Both factors stay within 2^-512 and 2^512, and so their product is in range.
        if pivot.abs() > big && pivot.is_finite() {
            (pivot, power) = (pivot * small, power + 1);
        } else if pivot.abs() < small {
            (pivot, power) = (pivot * big, power - 1);
            if pivot.abs() < small {
                (pivot, power) = (pivot * big, power - 1);
            }
        }
        fraction *= pivot;
        if fraction.abs() > big && fraction.is_finite() {
            (fraction, power) = (fraction * small, power + 1);
        } else if fraction.abs() < small {
            (fraction, power) = (fraction * big, power - 1);
        }
    }
    for _ in 0..power.unsigned_abs().min(6) {
        fraction *= if power < 0 { small } else { big };
    }
    fraction
}

/// The sign of that product, and the logarithm of its absolute value.
fn logarithm<T: Real>(odd: bool, pivots: impl Iterator<Item = f64>) -> (T, T) {
    let (mut negative, mut sum) = (odd, 0.0);
    for pivot in pivots {
        negative ^= pivot < 0.0;
        sum += pivot.abs().ln();
    }
    (if negative { -T::ONE } else { T::ONE }, T::from_f64(sum))
}

/// [`solve`] of two small systems of the same shapes, or of one twice, into as many results.
pub(super) fn solve_pair<T: Real>(
    pairs: &mut Pairs,
    a: [View<'_, T>; 2],
    b: [View<'_, T>; 2],
    out: &mut [ViewMut<'_, T>],
) -> Result<()> {
    let (n, columns) = sides(a[0].shape(), b[0].shape(), out[0].shape())?;
    pairs.lu(a, n, Some(b), columns)?.solve(out)
}

/// [`inv`], as [`solve_pair`].
pub(super) fn inv_pair<T: Real>(pairs: &mut Pairs, a: [View<'_, T>; 2], out: &mut [ViewMut<'_, T>]) -> Result<()> {
    let n = square(a[0].shape())?;
    expect("out", out[0].shape(), a[0].shape())?;
    pairs.lu(a, n, None, n)?.invert(out)
}

/// [`det`] of two small matrices of the same order.
pub(super) fn det_pair<T: Real>(pairs: &mut Pairs, a: [View<'_, T>; 2]) -> Result<[T; 2]> {
    let factored = pairs.lu(a, square(a[0].shape())?, None, 0)?;
    Ok([0, 1].map(|lane| {
        let (singular, odd, pivots) = factored.diagonal(lane);
        if singular { T::ZERO } else { T::from_f64(product(odd, pivots)) }
    }))
}

/// [`slogdet`] of two small matrices of the same order.
pub(super) fn slogdet_pair<T: Real>(pairs: &mut Pairs, a: [View<'_, T>; 2]) -> Result<[(T, T); 2]> {
    let factored = pairs.lu(a, square(a[0].shape())?, None, 0)?;
    Ok([0, 1].map(|lane| {
        let (singular, odd, pivots) = factored.diagonal(lane);
        if singular { (T::ZERO, T::from_f64(f64::NEG_INFINITY)) } else { logarithm(odd, pivots) }
    }))
}

impl<T: Real> Memory<T> {
    pub fn new() -> Self {
        Self { factors: Factors::new(), x: Scratch::new(T::ZERO) }
    }

    /// [`solve_with`].
    pub fn solve(&mut self, a: View<'_, T>, b: View<'_, T>, mut out: ViewMut<'_, T>, blocked: bool) -> Result<()> {
        let (n, columns) = sides(a.shape(), b.shape(), out.shape())?;
        let factored = self.factors.factor(a, n, blocked)?;
        if factored.singular {
            return Err(singular());
        }
        let ld = leading(n);
        let x = self.x.take(area(ld, columns)?)?;
        load(b, x, ld, |x| x);
        for column in x.chunks_mut(ld) {
            for (j, &pivot) in factored.pivots.iter().enumerate() {
                column.swap(j, pivot);
            }
        }
        factored.triangle(Triangle::UnitLower).solve(x, ld, (0, 0), columns, blocked);
        factored.triangle(Triangle::Upper).solve(x, ld, (0, 0), columns, blocked);
        store_columns(&mut out, |j| &x[j * ld..], |x| x);
        Ok(())
    }

    /// [`inv_with`].
    pub fn inv(&mut self, a: View<'_, T>, mut out: ViewMut<'_, T>, blocked: bool) -> Result<()> {
        let n = square(a.shape())?;
        expect("out", out.shape(), a.shape())?;
        let factored = self.factors.factor(a, n, blocked)?;
        if factored.singular {
            return Err(singular());
        }
        let ld = leading(n);
        let x = self.x.take(area(ld, n)?)?;
        x.fill(T::ZERO);
        for i in 0..n {
            x[i * ld + i] = T::ONE;
        }
        factored.triangle(Triangle::UnitLower).invert(x, ld, (0, 0), blocked);
        factored.triangle(Triangle::Upper).solve(x, ld, (0, 0), n, blocked);
        // P from the right: the swaps of the rows, undone on the columns.
        for (j, &pivot) in factored.pivots.iter().enumerate().rev() {
            if j != pivot {
                let (head, tail) = x.split_at_mut(pivot * ld);
                head[j * ld..][..n].swap_with_slice(&mut tail[..n]);
            }
        }
        store_columns(&mut out, |j| &x[j * ld..], |x| x);
        Ok(())
    }

    /// [`det_with`].
    pub fn det(&mut self, a: View<'_, T>, blocked: bool) -> Result<T> {
        let n = square(a.shape())?;
        let factored = self.factors.factor(a, n, blocked)?;
        if factored.singular {
            return Ok(T::ZERO);
        }
        Ok(T::from_f64(product(factored.odd_swaps(), factored.diagonal())))
    }

    /// [`slogdet`].
    pub fn slogdet(&mut self, a: View<'_, T>) -> Result<(T, T)> {
        let n = square(a.shape())?;
        let factored = self.factors.factor(a, n, true)?;
        if factored.singular {
            return Ok((T::ZERO, T::from_f64(f64::NEG_INFINITY)));
        }
        Ok(logarithm(factored.odd_swaps(), factored.diagonal()))
    }
}
