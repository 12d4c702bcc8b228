//! `svd`: to bidiagonal form, then divide and conquer (secular.rs), or for the values
//! alone the implicit QR iteration; small ones in pairs/. All in `f64`, for `f32` too.

use super::bidiagonal::{Columns, Pair, Recording, implicit_qr, reduce};
use super::dense::{Real, area, expect, leading, load, matrix, store, store_columns, store_rows};
use super::eigh::{scale_of, sort};
use super::householder::{Reflectors, Work};
use super::pairs::{self, Pairs};
use super::qr;
use super::secular::{Basis, Kind, Places, Secular, deflate};
use super::tridiagonal::{hypot, rotate, two_columns};
use crate::error::{Error, Result};
use crate::memory::{try_filled, try_with_capacity};
use crate::view::{View, ViewMut};

/// Order up to which the QR iteration is faster than dividing.
const DIVIDE_FROM: usize = 32;
/// From this many rows for a column, R takes the place of the matrix.
const TALL: f64 = 1.5;

pub(super) fn no_convergence() -> Error {
    Error::LinAlg("SVD did not converge".into())
}

/// A matrix of at least as many rows as columns, reduced: `scale A = Q B P^T`, with Q in one or
/// in two factors.
pub(super) struct Reduced {
    pub m: usize,
    pub n: usize,
    /// What the elements were multiplied by.
    pub scale: f64,
    /// `A = Q R`, where the matrix is tall.
    tall: Option<(Vec<f64>, Vec<f64>)>,
    data: Vec<f64>,
    band: super::bidiagonal::Bidiagonal,
    ld: usize,
    blocked: bool,
}

/// The singular values and vectors of the bidiagonal matrix.
pub(super) struct Values {
    pub s: Vec<f64>,
    /// Their order: ascending.
    pub order: Vec<usize>,
    /// n x n, columns `ld` apart.
    pub u: Vec<f64>,
    /// n x n, columns `v_ld` apart.
    pub v: Vec<f64>,
    pub ld: usize,
    pub v_ld: usize,
}

impl Reduced {
    /// Of an m x n matrix, m >= n.
    pub fn new<T: Real>(a: View<'_, T>, blocked: bool) -> Result<Self> {
        let (m, n) = (a.shape()[0], a.shape()[1]);
        let ld = leading(m);
        let mut data = try_filled(0.0, area(ld, n)?)?;
        load(a, &mut data, ld, T::to_f64);
        let scale = scale_of(data.iter()).ok_or_else(no_convergence)?;
        data.iter_mut().for_each(|x| *x *= scale);
        if !blocked || m as f64 <= TALL * n as f64 {
            let band = reduce(&mut data, ld, (m, n), blocked)?;
            return Ok(Self { m, n, scale, tall: None, data, band, ld, blocked });
        }
        let mut tau = try_filled(0.0, n)?;
        let mut work = Work::new(m, n)?;
        qr::factor(&mut data, ld, (m, n), &mut tau, Some(&mut work));
        let r_ld = leading(n);
        let mut r = try_filled(0.0, area(r_ld, n)?)?;
        for (j, (to, from)) in r.chunks_mut(r_ld).zip(data.chunks(ld)).enumerate() {
            to[..=j].copy_from_slice(&from[..=j]);
        }
        let band = reduce(&mut r, r_ld, (n, n), blocked)?;
        Ok(Self { m, n, scale, tall: Some((data, tau)), data: r, band, ld, blocked })
    }

    /// The order of Q's second factor: n where the matrix is tall, else m.
    fn inner(&self) -> (usize, usize) {
        if self.tall.is_some() { (self.n, leading(self.n)) } else { (self.m, self.ld) }
    }

    /// The singular values alone, ascending.
    pub fn values(mut self) -> Result<Vec<f64>> {
        if !implicit_qr(&mut self.band.d, &mut self.band.e, &mut Columns::Nothing, &mut Columns::Nothing) {
            return Err(no_convergence());
        }
        self.band.d.sort_unstable_by(f64::total_cmp);
        Ok(self.band.d)
    }

    /// The singular values of B, the order in which they ascend, and both its bases as rotations:
    /// for a few vectors less work than [`Self::solve`].
    pub fn rotations(&mut self) -> Result<(Vec<f64>, Vec<usize>, [Recording; 2])> {
        let mut s = std::mem::take(&mut self.band.d);
        let [mut u, mut v] = [(); 2].map(|()| Recording::default());
        if !implicit_qr(&mut s, &mut self.band.e, &mut Columns::Recorded(&mut u), &mut Columns::Recorded(&mut v)) {
            return Err(no_convergence());
        }
        let mut order = try_filled(0, self.n)?;
        sort(&s, &mut order);
        Ok((s, order, [u, v]))
    }

    /// The singular values and vectors of B.
    pub fn solve(&mut self) -> Result<Values> {
        let n = self.n;
        let (ld, v_ld) = (leading(n), leading(n + 1));
        let (mut u, mut v) = (try_filled(0.0, area(ld, n)?)?, try_filled(0.0, area(v_ld, n + 1)?)?);
        (0..n).for_each(|i| u[i * ld + i] = 1.0);
        (0..=n).for_each(|i| v[i * v_ld + i] = 1.0);
        let mut order = try_filled(0, n)?;
        let mut s = std::mem::take(&mut self.band.d);
        let bases = ((&mut u[..], ld), (&mut v[..], v_ld), 0);
        if self.blocked && n > DIVIDE_FROM {
            let square = || try_filled(0.0, (n + 1) * (n + 1));
            let mut scratch = [square()?, square()?, square()?];
            divide(&mut s, &mut self.band.e, bases, &mut order, &mut scratch)?;
        } else {
            conquer(&mut s, &mut self.band.e, bases, &mut order)?;
        }
        Ok(Values { s, order, u, v, ld, v_ld })
    }

    fn work(&self, rows: usize, columns: usize) -> Result<Option<Work<f64>>> {
        Ok(if self.blocked && self.n > DIVIDE_FROM { Some(Work::new(rows, columns)?) } else { None })
    }

    /// `C = Q C`, or `Q^T C`: C has m rows, all columns of `c`, `ld` apart.
    pub fn apply_q(&self, c: &mut [f64], ld: usize, transposed: bool) -> Result<()> {
        let (rows, inner_ld) = self.inner();
        let inner = Reflectors { data: &self.data, ld: inner_ld, rows, shift: 0, tau: &self.band.tau_q };
        let mut work = self.work(self.m, c.len().div_ceil(ld))?;
        if !transposed {
            inner.apply(c, ld, false, false, work.as_mut());
        }
        if let Some((data, tau)) = &self.tall {
            let outer = Reflectors { data, ld: self.ld, rows: self.m, shift: 0, tau };
            outer.apply(c, ld, transposed, false, work.as_mut());
        }
        if transposed {
            inner.apply(c, ld, true, false, work.as_mut());
        }
        Ok(())
    }

    /// `C = P C`, or `P^T C`: C has n rows, all columns of `c`, `ld` apart.
    pub fn apply_p(&self, c: &mut [f64], ld: usize, transposed: bool) -> Result<()> {
        let p = Reflectors { data: &self.band.p, ld: self.n, rows: self.n, shift: 1, tau: &self.band.tau_p };
        let mut work = self.work(self.n, c.len().div_ceil(ld))?;
        p.apply(c, ld, transposed, false, work.as_mut());
        Ok(())
    }
}

/// The singular value decomposition `A = U diag(s) V^T`, as `numpy.linalg.svd`: `a` is (m, n),
/// `s` is (k,), k = min(m, n), descending. With `vectors` = (u, vt): u is (m, m) and vt is (n, n)
/// ("full_matrices"), or u is (m, k) and vt is (k, n). Any strides.
///
/// O(m n k). Backward stable: within `c (m + n) eps |A|`, and the vectors as orthogonal.
///
/// # Errors
/// [`Error::LinAlg`] where an element is not finite ("SVD did not converge"); [`Error::Value`]
/// where the shapes do not fit; [`Error::OutOfMemory`].
pub fn svd<T: Real>(
    a: View<'_, T>,
    s: ViewMut<'_, T>,
    vectors: Option<(ViewMut<'_, T>, ViewMut<'_, T>)>,
) -> Result<()> {
    svd_with(a, s, vectors, true)
}

/// [`svd`], where `blocked == false` forces the plain loops and the QR iteration.
pub fn svd_with<T: Real>(
    a: View<'_, T>,
    mut s: ViewMut<'_, T>,
    vectors: Option<(ViewMut<'_, T>, ViewMut<'_, T>)>,
    blocked: bool,
) -> Result<()> {
    let (m, n) = matrix("a", a.shape())?;
    let k = m.min(n);
    expect("s", s.shape(), &[k])?;
    let mut full = false;
    if let Some((u, vt)) = &vectors {
        let (_, columns) = matrix("u", u.shape())?;
        full = columns != k || vt.shape() != [k, n];
        let (columns, rows) = if full { (m, n) } else { (k, k) };
        expect("u", u.shape(), &[m, columns])?;
        expect("vt", vt.shape(), &[rows, n])?;
    }
    if blocked && pairs::serve(a.shape()) {
        let mut pairs = Pairs::new();
        return match vectors {
            None => svd_pair(&mut pairs, [a; 2], &mut [[s]]),
            Some((u, vt)) => svd_pair(&mut pairs, [a; 2], &mut [[s, u, vt]]),
        };
    }
    // Of a wide matrix, the transposed: its U is V.
    let (shape, strides) = ([n, m], [a.strides()[1], a.strides()[0]]);
    // SAFETY: the same elements, with the axes the other way round.
    let tall = if m < n { unsafe { View::from_raw_parts(a.as_ptr(), &shape, &strides) } } else { a };
    let mut reduced = Reduced::new(tall, blocked)?;
    let scale = reduced.scale;
    let Some((mut u, mut vt)) = vectors else {
        let values = reduced.values()?;
        store(&mut s, |i, _| T::from_f64(values[k - 1 - i] / scale));
        return Ok(());
    };
    let mut values = reduced.solve()?;
    let Values { s: found, order, .. } = &mut values;
    // Descending, and equal ones as they come: a small multiple of the identity has the identity for U and V, as with
    // LAPACK, so that seeded normal variates of this covariance stay the same.
    order.sort_unstable_by(|&i, &j| found[j].total_cmp(&found[i]).then(i.cmp(&j)));
    let (rows, ld) = (reduced.m, leading(reduced.m));
    let columns = if full { rows } else { k };
    let mut left = try_filled(0.0, area(ld, columns)?)?;
    for (i, &j) in values.order.iter().enumerate() {
        left[i * ld..][..k].copy_from_slice(&values.u[j * values.ld..][..k]);
    }
    (k..columns).for_each(|i| left[i * ld + i] = 1.0);
    reduced.apply_q(&mut left, ld, false)?;
    let v_ld = values.v_ld;
    reduced.apply_p(&mut values.v[..v_ld * k], v_ld, false)?;
    store(&mut s, |i, _| T::from_f64(values.s[values.order[i]] / scale));
    let left = |j: usize| &left[j * ld..];
    let right = |j: usize| &values.v[values.order[j] * v_ld..];
    if m < n {
        store_columns(&mut u, right, T::from_f64);
        store_rows(&mut vt, left, T::from_f64);
    } else {
        store_columns(&mut u, left, T::from_f64);
        store_rows(&mut vt, right, T::from_f64);
    }
    Ok(())
}

/// [`svd`] of two small matrices of the same shape, or of one twice, into as many results: each has the values, and both
/// kinds of vectors where they are wanted.
pub(super) fn svd_pair<T: Real, const N: usize>(
    pairs: &mut Pairs,
    a: [View<'_, T>; 2],
    results: &mut [[ViewMut<'_, T>; N]],
) -> Result<()> {
    let (m, n) = matrix("a", a[0].shape())?;
    let (shape, flipped) = ([n, m], m < n);
    let strides = a.map(|a| [a.strides()[1], a.strides()[0]]);
    // The columns of the larger basis.
    let k = results[0].get(1 + usize::from(flipped)).map_or(0, |basis| basis.shape()[usize::from(!flipped)]);
    if !flipped {
        return pairs.svd(a, (m, n, k), flipped, results);
    }
    // SAFETY: the same elements, with the axes the other way round.
    let a = std::array::from_fn(|i| unsafe { View::from_raw_parts(a[i].as_ptr(), &shape, &strides[i]) });
    pairs.svd(a, (n, m, k), flipped, results)
}

/// By the QR iteration. `order` lists the singular values ascending.
fn conquer(d: &mut [f64], e: &mut [f64], ((u, ld), (v, v_ld), at): Pair<'_>, order: &mut [usize]) -> Result<()> {
    let n = d.len();
    let mut u = Columns::Of { data: u, ld, row: at, column: at, rows: n };
    let mut v = Columns::Of { data: v, ld: v_ld, row: at, column: at, rows: n + 1 };
    if !implicit_qr(d, e, &mut u, &mut v) {
        return Err(no_convergence());
    }
    sort(d, order);
    Ok(())
}

/// The singular values of the n x (n + 1) bidiagonal matrix into `d`, the vectors into the blocks
/// of u and v, which are the identity before; the last column of v is what the matrix maps to 0.
fn divide(
    d: &mut [f64],
    e: &mut [f64],
    ((u, ld), (v, v_ld), at): Pair<'_>,
    order: &mut [usize],
    scratch: &mut [Vec<f64>; 3],
) -> Result<()> {
    let n = d.len();
    if n <= DIVIDE_FROM {
        return conquer(d, e, ((u, ld), (v, v_ld), at), order);
    }
    // Row `half` is left out: it holds alpha, the last column of the first half, and beta.
    let half = n / 2;
    let (alpha, beta) = (d[half], e[half]);
    {
        let ((d1, d2), (e1, e2)) = (d.split_at_mut(half), e.split_at_mut(half));
        let (order1, order2) = order.split_at_mut(half);
        divide(d1, e1, ((&mut *u, ld), (&mut *v, v_ld), at), order1, scratch)?;
        let second = ((&mut *u, ld), (&mut *v, v_ld), at + half + 1);
        divide(&mut d2[1..], &mut e2[1..], second, &mut order2[1..], scratch)?;
    }
    let mut right = Basis { data: v, ld: v_ld, at, rows: n + 1, top: half + 1 };
    let mut left = Basis { data: u, ld, at, rows: n, top: half + 1 };
    let mut z = try_with_capacity(n)?;
    z.extend((0..half).map(|j| alpha * right.column(j)[half]));
    // The two columns that the halves map to 0 become one that they do, and one of weight z[half].
    let (first, second) = (alpha * right.column(half)[half], beta * right.column(n)[half + 1]);
    let length = hypot(first, second);
    z.push(length);
    z.extend((half + 1..n).map(|j| beta * right.column(j)[half + 1]));
    if length > 0.0 {
        let (x, y) = two_columns(right.data, v_ld, (at + half, at + n), (at, n + 1));
        rotate(x, y, first / length, second / length);
    }
    d[half] = 0.0;
    let norm = d.iter().chain(&z).fold(alpha.abs().max(beta.abs()), |norm, x| norm.max(x.abs()));
    if norm == 0.0 {
        order.iter_mut().enumerate().for_each(|(i, slot)| *slot = i);
        return Ok(());
    }
    // To numbers near 1, by a power of two: neither squares nor products leave the range.
    let scale = scale_of([norm].iter()).unwrap_or(1.0);
    d.iter_mut().for_each(|d| *d *= scale);
    z.iter_mut().for_each(|z| *z *= scale);
    let tolerance = 8.0 * f64::EPSILON;
    z[half] = z[half].max(tolerance);
    let mut kinds = try_filled(Kind::Bottom, n)?;
    kinds[..half].fill(Kind::Top);
    kinds[half] = Kind::Dense;
    // The row itself comes first, and is not rotated with any.
    d[half] = -1.0;
    sort(d, order);
    d[half] = 0.0;
    let mut deflation = deflate(d, &mut z, &mut kinds, &order[1..], [tolerance; 2], |p, q, c, s| {
        left.turn(p, q, c, s);
        right.turn(p, q, c, s);
    })?;
    // There is room for it: `deflate` asked for d.len().
    deflation.kept.insert(0, half);
    let k = deflation.kept.len();
    let places = Places::new(&deflation.kept, &kinds)?;
    let (mut poles, mut weights, mut exact) = (try_with_capacity(k)?, try_with_capacity(k)?, try_with_capacity(k)?);
    poles.extend(deflation.kept.iter().map(|&p| d[p]));
    weights.extend(deflation.kept.iter().map(|&p| z[p] * z[p]));
    exact.extend(deflation.kept.iter().map(|&p| z[p]));
    if let Some(second) = poles.get_mut(1) {
        *second = second.max(tolerance / 2.0);
    }
    let secular = Secular { d: &poles, w: &weights, squared: true };
    let [vectors, others, spare] = scratch;
    let distances = &mut spare[..k * k];
    let mut roots: Vec<f64> = try_with_capacity(n)?;
    for (i, column) in distances.chunks_exact_mut(k).enumerate() {
        let (origin, y) = secular.root(i, column);
        let pole: f64 = poles[origin];
        roots.push(pole + y / (pole + (pole * pole + y).max(0.0).sqrt()));
    }
    secular.reweigh(&mut exact, distances)?;
    let (vectors, others) = (&mut vectors[..k * k], &mut others[..k * k]);
    let columns = vectors.chunks_exact_mut(k).zip(others.chunks_exact_mut(k));
    for (column, (v, u)) in distances.chunks_exact_mut(k).zip(columns) {
        let mut squares = [0.0; 2];
        for (i, (distance, z)) in column.iter_mut().zip(&exact).enumerate() {
            *distance = z / *distance;
            squares[0] += *distance * *distance;
            let mate = if i == 0 { -1.0 } else { poles[i] * *distance };
            squares[1] += mate * mate;
        }
        let [v_norm, u_norm] = squares.map(f64::sqrt);
        for (i, (value, &row)) in column.iter().zip(&places.row).enumerate() {
            v[row] = value / v_norm;
            u[row] = if i == 0 { -1.0 } else { poles[i] * value } / u_norm;
        }
    }
    left.combine(&deflation, &kinds, &places, others, spare);
    right.combine(&deflation, &kinds, &places, vectors, spare);
    roots.extend(deflation.gone.iter().map(|&p| d[p]));
    for (d, root) in d.iter_mut().zip(&roots) {
        *d = root / scale;
    }
    sort(d, order);
    Ok(())
}
