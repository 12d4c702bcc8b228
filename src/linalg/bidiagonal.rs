//! A matrix to upper bidiagonal form, in panels, as LAPACK's gebrd and labrd; and the implicit
//! QR iteration for that form (G. Golub and C. Reinsch, "Singular value decomposition and least
//! squares solutions", Numer. Math. 14, 1970, in the shape of LINPACK's svdc).

use super::dense::{Block, Sizes, Update, area, axpy, gemv, gemv_t, multiply, scale};
use super::householder::reflector;
use super::tridiagonal::{hypot, rotate, two_columns};
use crate::error::{Error, Result};
use crate::memory::try_filled;

/// Columns of a panel.
const PANEL: usize = 32;
/// Up to this many columns, all are one panel.
const LAST: usize = 64;

/// What the reduction leaves: `A = Q B P^T`.
pub(super) struct Bidiagonal {
    pub d: Vec<f64>,
    /// Right of `d`; the last is 0.
    pub e: Vec<f64>,
    pub tau_q: Vec<f64>,
    /// n x n: reflector j of P in column j from row j + 1 on.
    pub p: Vec<f64>,
    pub tau_p: Vec<f64>,
}

/// Reduces the m x n matrix in `a`, m >= n, columns `ld` apart: reflector j of Q lies in column j
/// from row j on. O(4 n^2 (m - n/3)), half of it products of a matrix and a vector.
pub(super) fn reduce(a: &mut [f64], ld: usize, (m, n): (usize, usize), blocked: bool) -> Result<Bidiagonal> {
    let width = if blocked && n > LAST { LAST } else { n };
    let vector = |n: usize| try_filled(0.0, n);
    let mut result = Bidiagonal {
        d: vector(n)?,
        e: vector(n)?,
        tau_q: vector(n)?,
        p: vector(area(n, n)?)?,
        tau_p: vector(n.saturating_sub(1))?,
    };
    let (mut x, mut y) = (vector(area(m, width)?)?, vector(area(n, width)?)?);
    let mut rows = vector(5 * width)?;
    let mut from = 0;
    while from < n {
        let to = if !blocked || n - from <= LAST { n } else { from + PANEL };
        panel(a, ld, (m, n), (from, to), &mut result, [&mut x, &mut y, &mut rows]);
        let (v, rest) = a.split_at_mut(to * ld);
        let sizes = Sizes { m: m - to, n: n - to, k: to - from };
        let (v, y) = (Block::of(&*v, ld, to, from), Block::of(&y, n, to, 0));
        multiply(rest, ld, (to, 0), sizes, Update::SUBTRACT, [v, y.t()]);
        let (x, p) = (Block::of(&x, m, to, 0), Block::of(&result.p, n, to, from));
        multiply(rest, ld, (to, 0), sizes, Update::SUBTRACT, [x, p.t()]);
        from = to;
    }
    Ok(result)
}

/// Reduces the columns and rows `from..to`; the rest of `a` stays as it is, short of
/// `V Y^T + X P^T`.
fn panel(
    a: &mut [f64],
    ld: usize,
    (m, n): (usize, usize),
    (from, to): (usize, usize),
    result: &mut Bidiagonal,
    [x, y, rows]: [&mut [f64]; 3],
) {
    let width = rows.len() / 5;
    let (x_row, rows) = rows.split_at_mut(width);
    let (y_row, rows) = rows.split_at_mut(width);
    let (v_row, rows) = rows.split_at_mut(width);
    let (p_row, sums) = rows.split_at_mut(width);
    for c in from..to {
        let i = c - from;
        for l in 0..i {
            x_row[l] = x[l * m + c];
            y_row[l] = y[l * n + c];
            p_row[l] = result.p[(from + l) * n + c];
        }
        let (before, after) = a.split_at_mut((c + 1) * ld);
        let (before, column) = before.split_at_mut(c * ld);
        let v = if i == 0 { &[] } else { &before[from * ld..] };
        for l in 0..i {
            v_row[l] = v[l * ld + c];
        }
        v_row[i] = 1.0;
        let column = &mut column[c..m];
        if i > 0 {
            gemv(column, -1.0, &v[c..], ld, &y_row[..i]);
            gemv(column, -1.0, &x[c..], m, &p_row[..i]);
        }
        result.tau_q[c] = reflector(column);
        result.d[c] = column[0];
        column[0] = 1.0;
        if c + 1 == n {
            return;
        }
        let (p, p_rest) = result.p.split_at_mut(c * n);
        let p = if i == 0 { &[] } else { &p[from * n + c + 1..] };
        let sums = &mut sums[..i + 1];
        sums.fill(0.0);
        // Y, a column further.
        let (y_done, y_rest) = y.split_at_mut(i * n);
        let next = &mut y_rest[c + 1..n];
        next.fill(0.0);
        gemv_t(next, 1.0, &after[c..], ld, column);
        if i > 0 {
            gemv_t(&mut sums[..i], 1.0, &v[c..], ld, column);
            gemv(next, -1.0, &y_done[c + 1..], n, &sums[..i]);
            sums.fill(0.0);
            gemv_t(&mut sums[..i], 1.0, &x[c..], m, column);
            gemv(next, -1.0, p, n, &sums[..i]);
        }
        scale(next, result.tau_q[c]);
        // The row right of the diagonal.
        let row = &mut p_rest[c + 1..n];
        for (slot, column) in row.iter_mut().zip(after.chunks(ld)) {
            *slot = column[c];
        }
        gemv(row, -1.0, &y[c + 1..], n, &v_row[..i + 1]);
        if i > 0 {
            gemv(row, -1.0, p, n, &x_row[..i]);
        }
        result.tau_p[c] = reflector(row);
        result.e[c] = row[0];
        row[0] = 1.0;
        // X, a column further.
        let (x_done, x_rest) = x.split_at_mut(i * m);
        let next = &mut x_rest[c + 1..m];
        next.fill(0.0);
        gemv(next, 1.0, &after[c + 1..], ld, row);
        sums.fill(0.0);
        gemv_t(sums, 1.0, &y[c + 1..], n, row);
        axpy(next, -sums[i], &column[1..]);
        if i > 0 {
            gemv(next, -1.0, &v[c + 1..], ld, &sums[..i]);
            sums.fill(0.0);
            gemv_t(&mut sums[..i], 1.0, p, n, row);
            gemv(next, -1.0, &x_done[c + 1..], m, &sums[..i]);
        }
        scale(next, result.tau_p[c]);
    }
}

/// Sweeps that one singular value may take before the iteration is given up.
const SWEEPS: usize = 60;

/// What the rotations of columns are applied to.
pub(super) enum Columns<'a> {
    Nothing,
    /// Columns `ld` apart, of which `rows` elements from (row, column) on.
    Of {
        data: &'a mut [f64],
        ld: usize,
        row: usize,
        column: usize,
        rows: usize,
    },
    /// They are kept, to be applied to vectors later.
    Recorded(&'a mut Recording),
}

/// Rotations of columns (i, j), in their order; i == j stands for a change of sign.
#[derive(Default)]
pub(super) struct Recording {
    rotations: Vec<(u32, u32, f64, f64)>,
    /// There was no room for one.
    full: bool,
}

impl Recording {
    fn push(&mut self, i: usize, j: usize, c: f64, s: f64) {
        if self.full || self.rotations.try_reserve(1).is_err() {
            self.full = true;
        } else {
            self.rotations.push((i as u32, j as u32, c, s));
        }
    }

    /// x becomes the product of the rotations times x, or the transposed product.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] where they did not fit when they were made.
    pub fn apply(&self, x: &mut [f64], transposed: bool) -> Result<()> {
        if self.full {
            return Err(Error::OutOfMemory { bytes: size_of_val(&self.rotations[..]) });
        }
        let sign = if transposed { 1.0 } else { -1.0 };
        let mut one = |&(i, j, c, s): &(u32, u32, f64, f64)| {
            let (i, j, s) = (i as usize, j as usize, s * sign);
            if i == j {
                x[i] = -x[i];
            } else {
                (x[i], x[j]) = (c * x[i] + s * x[j], c * x[j] - s * x[i]);
            }
        };
        if transposed {
            self.rotations.iter().for_each(one)
        } else {
            self.rotations.iter().rev().for_each(&mut one)
        }
        Ok(())
    }
}

impl Columns<'_> {
    fn rotate(&mut self, i: usize, j: usize, c: f64, s: f64) {
        match self {
            Columns::Nothing => {}
            Columns::Of { data, ld, row, column, rows } => {
                let (low, high) = (i.min(j), i.max(j));
                let (x, y) = two_columns(data, *ld, (*column + low, *column + high), (*row, *rows));
                if i < j { rotate(x, y, c, s) } else { rotate(y, x, c, s) }
            }
            Columns::Recorded(recording) => recording.push(i, j, c, s),
        }
    }

    fn negate(&mut self, j: usize) {
        match self {
            Columns::Nothing => {}
            Columns::Of { data, ld, row, column, rows } => {
                scale(&mut data[(*column + j) * *ld + *row..][..*rows], -1.0);
            }
            Columns::Recorded(recording) => recording.push(j, j, -1.0, 0.0),
        }
    }
}

/// Cosine, sine and length of (f, g).
fn givens(f: f64, g: f64) -> (f64, f64, f64) {
    let r = hypot(f, g);
    if r == 0.0 { (1.0, 0.0, 0.0) } else { (f / r, g / r, r) }
}

/// U and V of a subproblem: each as columns `ld` apart, from (at, at) on; n and n + 1 of them.
pub(super) type Pair<'a> = ((&'a mut [f64], usize), (&'a mut [f64], usize), usize);

/// The singular values of the n x (n + 1) bidiagonal matrix (d, e), in no order, into `d`; the
/// rotations are applied to the columns of `u` and `v`. False where the iteration does not end.
pub(super) fn implicit_qr(d: &mut [f64], e: &mut [f64], u: &mut Columns<'_>, v: &mut Columns<'_>) -> bool {
    let n = d.len();
    if n == 0 {
        return true;
    }
    // The column beyond the square: its one element is chased up and out.
    let mut f = std::mem::replace(&mut e[n - 1], 0.0);
    for i in (0..n).rev() {
        if f == 0.0 {
            break;
        }
        let (c, s, r) = givens(d[i], f);
        d[i] = r;
        if i > 0 {
            (f, e[i - 1]) = (-s * e[i - 1], c * e[i - 1]);
        }
        v.rotate(i, n, c, s);
    }
    let norm = d.iter().chain(&*e).fold(f64::MIN_POSITIVE, |norm, x| norm.max(x.abs()));
    let (mut p, mut sweeps) = (n, 0);
    while p > 0 {
        if p == 1 || e[p - 2].abs() <= f64::EPSILON * norm {
            if p > 1 {
                e[p - 2] = 0.0;
            }
            p -= 1;
            sweeps = 0;
            continue;
        }
        if sweeps == SWEEPS {
            return false;
        }
        sweeps += 1;
        // The block k..p is not split by an e, but may be by a d.
        let k = (0..p - 1).rev().find(|&k| e[k].abs() <= f64::EPSILON * norm).map_or(0, |k| k + 1);
        let zero = (k..p).rev().find(|&i| {
            let left = if i > k { e[i - 1].abs() } else { 0.0 };
            let right = if i + 1 < p { e[i].abs() } else { 0.0 };
            d[i].abs() <= f64::EPSILON * (left + right)
        });
        match zero {
            Some(last) if last == p - 1 => {
                d[last] = 0.0;
                let mut f = std::mem::replace(&mut e[p - 2], 0.0);
                for j in (k..p - 1).rev() {
                    let (c, s, r) = givens(d[j], f);
                    d[j] = r;
                    if j > k {
                        (f, e[j - 1]) = (-s * e[j - 1], c * e[j - 1]);
                    }
                    v.rotate(j, p - 1, c, s);
                }
            }
            Some(middle) => {
                d[middle] = 0.0;
                let mut f = std::mem::replace(&mut e[middle], 0.0);
                for j in middle + 1..p {
                    let (c, s, r) = givens(d[j], f);
                    d[j] = r;
                    (f, e[j]) = (-s * e[j], c * e[j]);
                    u.rotate(j, middle, c, s);
                }
            }
            None => sweep(d, e, (k, p), u, v),
        }
    }
    for (j, d) in d.iter_mut().enumerate() {
        if d.is_sign_negative() {
            *d = -*d;
            v.negate(j);
        }
    }
    true
}

/// One step of the iteration on the block k..p.
fn sweep(d: &mut [f64], e: &mut [f64], (k, p): (usize, usize), u: &mut Columns<'_>, v: &mut Columns<'_>) {
    let (last, before, beside) = (d[p - 1], d[p - 2], e[p - 2]);
    let largest = [last, before, beside, d[k], e[k]].iter().fold(0.0f64, |max, x| max.max(x.abs()));
    let (last, before, beside) = (last / largest, before / largest, beside / largest);
    let (first, second) = (d[k] / largest, e[k] / largest);
    let b = ((before + last) * (before - last) + beside * beside) / 2.0;
    let c = (last * beside) * (last * beside);
    let mut shift = 0.0;
    if b != 0.0 || c != 0.0 {
        shift = c / (b + (b * b + c).sqrt().copysign(b));
    }
    let (mut f, mut g) = ((first + last) * (first - last) + shift, first * second);
    for j in k..p - 1 {
        let (c, s, r) = givens(f, g);
        if j > k {
            e[j - 1] = r;
        }
        f = c * d[j] + s * e[j];
        e[j] = c * e[j] - s * d[j];
        g = s * d[j + 1];
        d[j + 1] *= c;
        v.rotate(j, j + 1, c, s);
        let (c, s, r) = givens(f, g);
        d[j] = r;
        f = c * e[j] + s * d[j + 1];
        d[j + 1] = c * d[j + 1] - s * e[j];
        g = s * e[j + 1];
        e[j + 1] *= c;
        u.rotate(j, j + 1, c, s);
    }
    e[p - 2] = f;
}
