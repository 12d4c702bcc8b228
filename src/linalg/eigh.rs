//! `eigh` and `eigvalsh`: to tridiagonal form, then divide and conquer (secular.rs),
//! or for the values alone the implicit QL iteration; small ones in pairs/. All in `f64`, for `f32` too.

use super::dense::{Real, area, expect, leading, load, square, store, store_columns};
use super::householder::{Reflectors, Work};
use super::pairs::{self, Pairs};
use super::secular::{Basis, Kind, Places, Secular, deflate};
use super::tridiagonal::{Corner, implicit_ql, reduce};
use crate::error::{Error, Result};
use crate::memory::{try_filled, try_with_capacity};
use crate::view::{View, ViewMut};

/// Order up to which the QL iteration is faster than dividing.
const DIVIDE_FROM: usize = 32;

pub(super) fn no_convergence() -> Error {
    Error::LinAlg("Eigenvalues did not converge".into())
}

/// The eigenvalues of a symmetric matrix, ascending, and its eigenvectors, as
/// `numpy.linalg.eigh` (`eigvalsh` where `v` is `None`): `a` is (n, n), of which only the lower
/// triangle is read, or the upper one; `w` is (n,), `v` is (n, n), a vector in each column. Any
/// strides.
///
/// O(n^3). Backward stable: within `c n eps |A|`, and the vectors as orthogonal, alike ones too.
///
/// # Errors
/// [`Error::LinAlg`] where `a` is not square, and where an element is not finite ("Eigenvalues
/// did not converge"); [`Error::Value`] where the shapes do not fit; [`Error::OutOfMemory`].
pub fn eigh<T: Real>(a: View<'_, T>, lower: bool, w: ViewMut<'_, T>, v: Option<ViewMut<'_, T>>) -> Result<()> {
    eigh_with(a, lower, w, v, true)
}

/// [`eigh`], where `blocked == false` forces the plain loops and the QL iteration.
pub fn eigh_with<T: Real>(
    a: View<'_, T>,
    lower: bool,
    mut w: ViewMut<'_, T>,
    v: Option<ViewMut<'_, T>>,
    blocked: bool,
) -> Result<()> {
    let n = square(a.shape())?;
    expect("w", w.shape(), &[n])?;
    if let Some(v) = &v {
        expect("v", v.shape(), &[n, n])?;
    }
    if blocked && pairs::serve(a.shape()) {
        let mut pairs = Pairs::new();
        return match v {
            None => eigh_pair(&mut pairs, [a; 2], lower, &mut [[w]]),
            Some(v) => eigh_pair(&mut pairs, [a; 2], lower, &mut [[w, v]]),
        };
    }
    let ld = leading(n);
    let mut data = try_filled(0.0, area(ld, n)?)?;
    let [row, column] = [a.strides()[0], a.strides()[1]];
    let strides = if lower { [row, column] } else { [column, row] };
    // SAFETY: the same elements; both axes have n of them, so that their strides can change places.
    load(unsafe { View::from_raw_parts(a.as_ptr(), a.shape(), &strides) }, &mut data, ld, T::to_f64);
    let scale = scale_of((0..n).flat_map(|j| &data[j * ld + j..j * ld + n])).ok_or_else(no_convergence)?;
    data.iter_mut().for_each(|x| *x *= scale);
    let mut d = try_filled(0.0, n)?;
    let mut e = try_filled(0.0, n)?;
    let mut tau = try_filled(0.0, n.saturating_sub(1))?;
    reduce(&mut data, ld, &mut d, &mut e, &mut tau, blocked)?;
    let Some(mut v) = v else {
        if !implicit_ql(&mut d, &mut e, None) {
            return Err(no_convergence());
        }
        d.sort_unstable_by(f64::total_cmp);
        store(&mut w, |i, _| T::from_f64(d[i] / scale));
        return Ok(());
    };
    let mut q = try_filled(0.0, area(ld, n)?)?;
    for i in 0..n {
        q[i * ld + i] = 1.0;
    }
    let mut order = try_filled(0, n)?;
    if blocked && n > DIVIDE_FROM {
        let mut scratch = [try_filled(0.0, n * n)?, try_filled(0.0, n * n)?];
        divide(&mut d, &mut e, (&mut q, ld, 0), &mut order, &mut scratch)?;
    } else {
        conquer(&mut d, &mut e, (&mut q, ld, 0), &mut order)?;
    }
    let reflectors = Reflectors { data: &data, ld, rows: n, shift: 1, tau: &tau };
    let mut work = if blocked && n > DIVIDE_FROM { Some(Work::new(n, n)?) } else { None };
    reflectors.apply(&mut q, ld, false, false, work.as_mut());
    store(&mut w, |i, _| T::from_f64(d[order[i]] / scale));
    store_columns(&mut v, |j| &q[order[j] * ld..], T::from_f64);
    Ok(())
}

/// [`eigh`] of two small matrices of the same order, or of one twice, into as many results: each has the values, and
/// the vectors where they are wanted.
pub(super) fn eigh_pair<T: Real, const N: usize>(
    pairs: &mut Pairs,
    a: [View<'_, T>; 2],
    lower: bool,
    results: &mut [[ViewMut<'_, T>; N]],
) -> Result<()> {
    pairs.eigh(a, square(a[0].shape())?, lower, results)
}

/// A power of two that brings the largest of the elements near 1, or `None` where one is not
/// finite. It is finite itself, and so is its inverse.
pub(super) fn scale_of<'a>(elements: impl Iterator<Item = &'a f64>) -> Option<f64> {
    let (mut largest, mut finite) = (0.0f64, true);
    for x in elements {
        largest = largest.max(x.abs());
        finite &= x.is_finite();
    }
    let exponent = ((largest.to_bits() >> 52) as i32 - 1023).clamp(-1000, 1000);
    finite.then(|| if largest == 0.0 { 1.0 } else { 2f64.powi(-exponent) })
}

/// By the QL iteration. `order` lists the eigenvalues ascending.
fn conquer(d: &mut [f64], e: &mut [f64], (q, ld, at): Corner<'_>, order: &mut [usize]) -> Result<()> {
    if !implicit_ql(d, e, Some((q, ld, at))) {
        return Err(no_convergence());
    }
    sort(d, order);
    Ok(())
}

/// Makes `order` the positions of `d`, ascending.
pub(super) fn sort(d: &[f64], order: &mut [usize]) {
    order.iter_mut().enumerate().for_each(|(i, slot)| *slot = i);
    order.sort_unstable_by(|&i, &j| d[i].total_cmp(&d[j]));
}

/// The eigenvalues of the tridiagonal matrix into `d`, the vectors into the block of `q`, which
/// is the identity before.
fn divide(
    d: &mut [f64],
    e: &mut [f64],
    (q, ld, at): Corner<'_>,
    order: &mut [usize],
    scratch: &mut [Vec<f64>; 2],
) -> Result<()> {
    let n = d.len();
    if n <= DIVIDE_FROM {
        return conquer(d, e, (q, ld, at), order);
    }
    let half = n / 2;
    let beta = e[half - 1];
    // T without beta: both halves, and beta times the outer product of a vector of two ones.
    e[half - 1] = 0.0;
    d[half - 1] -= beta.abs();
    d[half] -= beta.abs();
    let ((d1, d2), (e1, e2)) = (d.split_at_mut(half), e.split_at_mut(half));
    let (order1, order2) = order.split_at_mut(half);
    divide(d1, e1, (q, ld, at), order1, scratch)?;
    divide(d2, e2, (q, ld, at + half), order2, scratch)?;
    let mut basis = Basis { data: q, ld, at, rows: n, top: half };
    let mut z = try_with_capacity(n)?;
    z.extend((0..half).map(|j| basis.column(j)[half - 1] * std::f64::consts::FRAC_1_SQRT_2));
    let sign = std::f64::consts::FRAC_1_SQRT_2.copysign(beta);
    z.extend((half..n).map(|j| basis.column(j)[half] * sign));
    let mut kinds = try_filled(Kind::Bottom, n)?;
    kinds[..half].fill(Kind::Top);
    sort(d, order);
    // To numbers near 1, by a power of two: neither squares nor products leave the range.
    let norm = d.iter().fold(2.0 * beta.abs(), |norm, d| norm.max(d.abs()));
    if norm == 0.0 {
        return Ok(());
    }
    let scale = scale_of([norm].iter()).unwrap_or(1.0);
    d.iter_mut().for_each(|d| *d *= scale);
    let weight = (2.0 * (beta.abs() * scale)).sqrt();
    z.iter_mut().for_each(|z| *z *= weight);
    // An element that is dropped is multiplied by the others, whose norm is `weight`.
    let tolerance = 8.0 * f64::EPSILON;
    let turn = |p: usize, q: usize, c: f64, s: f64| basis.turn(p, q, c, s);
    let deflation = deflate(d, &mut z, &mut kinds, order, [tolerance / weight, tolerance], turn)?;
    let k = deflation.kept.len();
    let places = Places::new(&deflation.kept, &kinds)?;
    let (mut poles, mut weights) = (try_with_capacity(k)?, try_with_capacity(k)?);
    poles.extend(deflation.kept.iter().map(|&p| d[p]));
    weights.extend(deflation.kept.iter().map(|&p| z[p] * z[p]));
    let secular = Secular { d: &poles, w: &weights, squared: false };
    let [vectors, spare] = scratch;
    let distances = &mut spare[..k * k];
    let mut roots: Vec<f64> = try_with_capacity(n)?;
    for (i, column) in distances.chunks_exact_mut(k.max(1)).enumerate() {
        let (origin, y) = secular.root(i, column);
        roots.push(poles[origin] + y);
    }
    let mut exact = try_with_capacity(k)?;
    exact.extend(deflation.kept.iter().map(|&p| z[p]));
    secular.reweigh(&mut exact, distances)?;
    for (column, to) in distances.chunks_exact_mut(k.max(1)).zip(vectors.chunks_exact_mut(k.max(1))) {
        let mut squares = 0.0;
        for (distance, z) in column.iter_mut().zip(&exact) {
            *distance = z / *distance;
            squares += *distance * *distance;
        }
        let norm = squares.sqrt();
        for (value, &row) in column.iter().zip(&places.row) {
            to[row] = value / norm;
        }
    }
    basis.combine(&deflation, &kinds, &places, &vectors[..k * k], spare);
    roots.extend(deflation.gone.iter().map(|&p| d[p]));
    for (d, root) in d.iter_mut().zip(&roots) {
        *d = root / scale;
    }
    sort(d, order);
    Ok(())
}
