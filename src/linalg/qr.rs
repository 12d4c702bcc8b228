//! `qr`: by Householder reflectors, in blocks, as LAPACK's geqrf and orgqr.

use super::dense::{Real, SMALL, Scratch, area, expect, leading, load, matrix, store, store_columns};
use super::householder::{BLOCK, Reflectors, Work, reflect, reflector};
use super::pairs::{self, Pairs};
use crate::error::Result;
use crate::view::{View, ViewMut};

/// From this many columns on, reflectors are applied in blocks.
const BLOCKED_FROM: usize = 24;

/// Factors the m x n matrix in `data` (columns `ld` apart) in place: R on and above the
/// diagonal, the reflectors below. `tau` has min(m, n) elements.
pub(super) fn factor<T: Real>(
    data: &mut [T],
    ld: usize,
    (m, n): (usize, usize),
    tau: &mut [T],
    mut work: Option<&mut Work<T>>,
) {
    let count = tau.len();
    let step = if work.is_some() { BLOCK } else { count.max(1) };
    for from in (0..count).step_by(step) {
        let to = count.min(from + step);
        for j in from..to {
            let (done, rest) = data.split_at_mut(((j + 1) * ld).min(data.len()));
            let column = &mut done[j * ld..][j..m];
            tau[j] = reflector(column);
            let inside = if work.is_some() { to } else { n };
            let end = ((inside - j - 1) * ld).min(rest.len());
            reflect(column, tau[j], rest[..end].chunks_mut(ld), j);
        }
        if let Some(work) = &mut work
            && to < n
        {
            let (done, rest) = data.split_at_mut(to * ld);
            Reflectors { data: done, ld, rows: m, shift: 0, tau: &tau[..to] }.gather(from, to, work);
            work.apply(&mut rest[..(n - to) * ld], ld, from, true);
        }
    }
}

/// A factored matrix.
struct Factored<'a, T> {
    data: &'a mut [T],
    tau: &'a mut [T],
    ld: usize,
    work: Option<&'a mut Work<T>>,
}

/// What one call needs, or many of the same shape: none of it is on the heap for a small matrix.
pub(super) struct Memory<T> {
    factors: Factors<T>,
    x: Scratch<T>,
}

/// The memory of a [`Factored`].
struct Factors<T> {
    data: Scratch<T>,
    tau: Scratch<T, SMALL>,
    work: Option<Work<T>>,
}

impl<T: Real> Factors<T> {
    /// `columns`: how many Q will have.
    fn factor(
        &mut self,
        a: View<'_, T>,
        (m, n): (usize, usize),
        columns: usize,
        blocked: bool,
    ) -> Result<Factored<'_, T>> {
        let ld = leading(m);
        let data = self.data.take(area(ld, n)?)?;
        let tau = self.tau.take(m.min(n))?;
        if blocked && tau.len() >= BLOCKED_FROM && self.work.is_none() {
            self.work = Some(Work::new(m, n.max(columns))?);
        }
        load(a, data, ld, |x| x);
        factor(data, ld, (m, n), tau, self.work.as_mut());
        Ok(Factored { data, tau, ld, work: self.work.as_mut() })
    }
}

impl<T: Real> Factored<'_, T> {
    fn store_r(&self, r: &mut ViewMut<'_, T>) {
        store_columns(r, |j| &self.data[j * self.ld..], |x| x);
        let [rows, columns] = [0, 1].map(|axis| r.shape()[axis]);
        let [row, column] = [0, 1].map(|axis| r.strides()[axis]);
        for (i, j) in (1..rows).flat_map(|i| (0..columns.min(i)).map(move |j| (i, j))) {
            // SAFETY: i < rows and j < columns.
            unsafe { r.write(i as isize * row + j as isize * column, T::ZERO) };
        }
    }
}

/// Q and R of `A = Q R`, as `numpy.linalg.qr`: `a` is (m, n), `q` is (m, k) and `r` is (k, n),
/// where k is min(m, n) ("reduced") or m ("complete"). Any strides.
///
/// The signs are those of LAPACK's geqrf: the diagonal of R has any. O(m n min(m, n)).
/// Backward stable: `|A - Q R|` is within `c m n eps |A|`, and Q as orthogonal.
///
/// # Errors
/// [`crate::Error::Value`] where the shapes do not fit; [`crate::Error::OutOfMemory`].
pub fn qr<T: Real>(a: View<'_, T>, q: ViewMut<'_, T>, r: ViewMut<'_, T>) -> Result<()> {
    qr_with(a, q, r, true)
}

/// [`qr`], where `blocked == false` forces the plain loops.
pub fn qr_with<T: Real>(a: View<'_, T>, q: ViewMut<'_, T>, r: ViewMut<'_, T>, blocked: bool) -> Result<()> {
    if blocked && pairs::serve(a.shape()) {
        return qr_pair(&mut Pairs::new(), [a; 2], &mut [[q, r]]);
    }
    Memory::new().qr(a, q, r, blocked)
}

/// R alone, as `numpy.linalg.qr` with mode "r": `r` is (min(m, n), n).
///
/// # Errors
/// As [`qr`].
pub fn qr_r<T: Real>(a: View<'_, T>, r: ViewMut<'_, T>) -> Result<()> {
    if pairs::serve(a.shape()) {
        return qr_r_pair(&mut Pairs::new(), [a; 2], &mut [r]);
    }
    Memory::new().r(a, r)
}

/// The factored matrix as LAPACK's geqrf leaves it: `h` is (m, n), with R on and above the
/// diagonal and the reflectors below, `tau` is (min(m, n),). `numpy.linalg.qr` with mode "raw"
/// gives h transposed.
///
/// # Errors
/// As [`qr`].
pub fn qr_raw<T: Real>(a: View<'_, T>, h: ViewMut<'_, T>, tau: ViewMut<'_, T>) -> Result<()> {
    if pairs::serve(a.shape()) {
        return qr_raw_pair(&mut Pairs::new(), [a; 2], &mut [[h, tau]]);
    }
    Memory::new().raw(a, h, tau)
}

/// Rows and columns, and columns of Q.
fn sizes(a: &[usize], q: &[usize], r: &[usize]) -> Result<(usize, usize, usize)> {
    let (m, n) = matrix("a", a)?;
    let (_, k) = matrix("q", q)?;
    let k = if k == m { m } else { m.min(n) };
    expect("q", q, &[m, k])?;
    expect("r", r, &[k, n])?;
    Ok((m, n, k))
}

/// [`qr`] of two small matrices of the same shape, or of one twice, into as many (q, r).
pub(super) fn qr_pair<T: Real>(
    pairs: &mut Pairs,
    a: [View<'_, T>; 2],
    results: &mut [[ViewMut<'_, T>; 2]],
) -> Result<()> {
    let sizes = sizes(a[0].shape(), results[0][0].shape(), results[0][1].shape())?;
    pairs.qr(a, sizes, results)
}

/// [`qr_r`], as [`qr_pair`].
pub(super) fn qr_r_pair<T: Real>(pairs: &mut Pairs, a: [View<'_, T>; 2], out: &mut [ViewMut<'_, T>]) -> Result<()> {
    let (m, n) = matrix("a", a[0].shape())?;
    expect("r", out[0].shape(), &[m.min(n), n])?;
    pairs.r(a, (m, n), out)
}

/// [`qr_raw`], as [`qr_pair`].
pub(super) fn qr_raw_pair<T: Real>(
    pairs: &mut Pairs,
    a: [View<'_, T>; 2],
    results: &mut [[ViewMut<'_, T>; 2]],
) -> Result<()> {
    let (m, n) = matrix("a", a[0].shape())?;
    expect("h", results[0][0].shape(), &[m, n])?;
    expect("tau", results[0][1].shape(), &[m.min(n)])?;
    pairs.raw(a, (m, n), results)
}

impl<T: Real> Memory<T> {
    pub fn new() -> Self {
        let factors = Factors { data: Scratch::new(T::ZERO), tau: Scratch::new(T::ZERO), work: None };
        Self { factors, x: Scratch::new(T::ZERO) }
    }

    /// [`qr_with`].
    pub fn qr(&mut self, a: View<'_, T>, mut q: ViewMut<'_, T>, mut r: ViewMut<'_, T>, blocked: bool) -> Result<()> {
        let (m, n, k) = sizes(a.shape(), q.shape(), r.shape())?;
        let mut factored = self.factors.factor(a, (m, n), k, blocked)?;
        let ld = factored.ld;
        let x = self.x.take(area(ld, k)?)?;
        // Nothing is written before all memory is there.
        factored.store_r(&mut r);
        x.fill(T::ZERO);
        for i in 0..k {
            x[i * ld + i] = T::ONE;
        }
        let reflectors = Reflectors { data: factored.data, ld, rows: m, shift: 0, tau: factored.tau };
        reflectors.apply(x, ld, false, true, factored.work.take());
        store_columns(&mut q, |j| &x[j * ld..], |x| x);
        Ok(())
    }

    /// [`qr_r`].
    pub fn r(&mut self, a: View<'_, T>, mut r: ViewMut<'_, T>) -> Result<()> {
        let (m, n) = matrix("a", a.shape())?;
        expect("r", r.shape(), &[m.min(n), n])?;
        self.factors.factor(a, (m, n), 0, true)?.store_r(&mut r);
        Ok(())
    }

    /// [`qr_raw`].
    pub fn raw(&mut self, a: View<'_, T>, mut h: ViewMut<'_, T>, mut tau: ViewMut<'_, T>) -> Result<()> {
        let (m, n) = matrix("a", a.shape())?;
        expect("h", h.shape(), &[m, n])?;
        expect("tau", tau.shape(), &[m.min(n)])?;
        let factored = self.factors.factor(a, (m, n), 0, true)?;
        store_columns(&mut h, |j| &factored.data[j * factored.ld..], |x| x);
        store(&mut tau, |i, _| factored.tau[i]);
        Ok(())
    }
}
