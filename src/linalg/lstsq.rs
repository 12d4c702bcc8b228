//! `lstsq`: by the singular value decomposition, as LAPACK's gelsd. All in `f64`, for `f32` too.

use super::bidiagonal::Recording;
use super::dense::{Real, area, expect, gemv, gemv_t, leading, load, matrix, store, store_columns};
use super::eigh::scale_of;
use super::svd::{Reduced, Values};
use crate::error::{Error, Result};
use crate::memory::try_filled;
use crate::view::{View, ViewMut};

/// The exponent of a power of two.
fn exponent(power: f64) -> i32 {
    (power.to_bits() >> 52) as i32 - 1023
}

/// `x * 2^exponent`, which only the result can take out of range.
fn shifted(mut x: f64, mut exponent: i32) -> f64 {
    while exponent != 0 {
        let step = exponent.clamp(-1000, 1000);
        x *= 2f64.powi(step);
        exponent -= step;
    }
    x
}

/// Up to this many right sides, B's bases are kept as the rotations that they are products of.
const FEW: usize = 8;

/// The singular values and vectors of the bidiagonal matrix: as vectors, or else as rotations.
struct Bases {
    s: Vec<f64>,
    order: Vec<usize>,
    vectors: Option<Values>,
    rotations: [Recording; 2],
}

impl Bases {
    /// `y = U x`, or with `right` `V x`, or of the transposed one. `x` is not kept.
    fn apply(&self, right: bool, transposed: bool, x: &mut [f64], y: &mut [f64]) -> Result<()> {
        let Some(values) = &self.vectors else {
            self.rotations[usize::from(right)].apply(x, transposed)?;
            y.copy_from_slice(x);
            return Ok(());
        };
        let (basis, ld) = if right { (&values.v, values.v_ld) } else { (&values.u, values.ld) };
        y.fill(0.0);
        if transposed {
            gemv_t(y, 1.0, basis, ld, x)
        } else {
            gemv(y, 1.0, basis, ld, x)
        }
        Ok(())
    }
}

/// The X of least norm among those that minimise the norm of each column of `B - A X`, as
/// `numpy.linalg.lstsq`; returns the rank of A: how many singular values are above `rcond`
/// times the largest (a negative `rcond`: the epsilon of the dtype).
///
/// `a` is (m, n); `b` and `x` are (m, k) and (n, k), or (m,) and (n,); `s`, the singular values
/// descending, is (min(m, n),). `residuals`, (k,), becomes the sums of squares of `B - A X`, and
/// NaN where m < n or the rank is below n, where NumPy gives none. Any strides.
///
/// O(m n min(m, n)).
///
/// # Errors
/// [`Error::LinAlg`] where an element of `a` is not finite ("SVD did not converge in Linear
/// Least Squares"); [`Error::Value`] where the shapes do not fit; [`Error::OutOfMemory`].
pub fn lstsq<T: Real>(
    a: View<'_, T>,
    b: View<'_, T>,
    rcond: T,
    x: ViewMut<'_, T>,
    residuals: Option<ViewMut<'_, T>>,
    s: ViewMut<'_, T>,
) -> Result<usize> {
    lstsq_with(a, b, rcond, x, residuals, s, true)
}

/// [`lstsq`], where `blocked == false` forces the plain loops and the QR iteration.
pub fn lstsq_with<T: Real>(
    a: View<'_, T>,
    b: View<'_, T>,
    rcond: T,
    mut x: ViewMut<'_, T>,
    residuals: Option<ViewMut<'_, T>>,
    mut s: ViewMut<'_, T>,
    blocked: bool,
) -> Result<usize> {
    let (m, n) = matrix("a", a.shape())?;
    let small = m.min(n);
    let columns = match *b.shape() {
        [rows] if rows == m => 1,
        [rows, columns] if rows == m => columns,
        _ => return Err(Error::Value(format!("b has shape {:?}; expected {m} rows, as a", b.shape()))),
    };
    let (vector, pair) = ([n], [n, columns]);
    expect("x", x.shape(), if b.ndim() == 1 { &vector } else { &pair })?;
    expect("s", s.shape(), &[small])?;
    if let Some(residuals) = &residuals {
        expect("residuals", residuals.shape(), &[columns])?;
    }
    let no_convergence = |error| match error {
        Error::LinAlg(_) => Error::LinAlg("SVD did not converge in Linear Least Squares".into()),
        error => error,
    };
    let (shape, strides) = ([n, m], [a.strides()[1], a.strides()[0]]);
    // SAFETY: the same elements, with the axes the other way round.
    let tall = if m < n { unsafe { View::from_raw_parts(a.as_ptr(), &shape, &strides) } } else { a };
    let mut reduced = Reduced::new(tall, blocked).map_err(no_convergence)?;
    let bases = if blocked && columns <= FEW {
        let (s, order, rotations) = reduced.rotations().map_err(no_convergence)?;
        Bases { s, order, vectors: None, rotations }
    } else {
        let mut values = reduced.solve().map_err(no_convergence)?;
        let (s, order) = (std::mem::take(&mut values.s), std::mem::take(&mut values.order));
        Bases { s, order, vectors: Some(values), rotations: Default::default() }
    };
    let value = |i: usize| bases.s[bases.order[small - 1 - i]];
    let rcond = if rcond < T::ZERO { T::EPSILON.to_f64() } else { rcond.to_f64() };
    let rank = (0..small).filter(|&i| value(i) > rcond * value(0)).count();
    // One buffer for B and X: (m, k) becomes (n, k).
    let ld = leading(m.max(n));
    let mut c = try_filled(0.0, area(ld, columns)?)?;
    load(b, &mut c, ld, T::to_f64);
    // What is not finite spreads by itself.
    let b_scale = scale_of(c.iter()).unwrap_or(1.0);
    c.iter_mut().for_each(|c| *c *= b_scale);
    let mut inner = try_filled(0.0, small)?;
    if columns > 0 {
        if m < n { reduced.apply_p(&mut c, ld, true)? } else { reduced.apply_q(&mut c, ld, true)? }
    }
    let back = exponent(reduced.scale) - exponent(b_scale);
    // Nothing is written before all memory is there.
    let mut squares = try_filled(f64::NAN, columns)?;
    if m >= n && rank == n {
        for (squares, column) in squares.iter_mut().zip(c.chunks(ld)) {
            let sum: f64 = column[n..m].iter().map(|x| x * x).sum();
            *squares = shifted(sum, -2 * exponent(b_scale));
        }
    }
    for column in c.chunks_mut(ld) {
        inner.copy_from_slice(&column[..small]);
        bases.apply(m < n, true, &mut inner, &mut column[..small])?;
        for (i, &j) in bases.order.iter().rev().enumerate() {
            inner[j] = if i < rank { column[j] / bases.s[j] } else { 0.0 };
        }
        column.fill(0.0);
        bases.apply(m >= n, false, &mut inner, &mut column[..small])?;
    }
    if columns > 0 {
        if m < n { reduced.apply_q(&mut c, ld, false)? } else { reduced.apply_p(&mut c, ld, false)? }
    }
    if let Some(mut residuals) = residuals {
        store(&mut residuals, |j, _| T::from_f64(squares[j]));
    }
    store(&mut s, |i, _| T::from_f64(value(i) / reduced.scale));
    store_columns(&mut x, |j| &c[j * ld..], |x| T::from_f64(shifted(x, back)));
    Ok(rank)
}
