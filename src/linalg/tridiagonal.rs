//! A symmetric matrix to tridiagonal form, in panels, as LAPACK's sytrd and latrd; and the
//! implicit QL iteration for that form (H. Bowdler, R. Martin, C. Reinsch and J. Wilkinson,
//! "The QR and QL algorithms for symmetric matrices", Numer. Math. 11, 1968).

use super::dense::{Block, Sizes, Update, area, axpy, dot, gemv, gemv_t, multiply, scale};
use super::householder::reflector;
use crate::error::Result;
use crate::memory::try_filled;

/// Columns of a panel.
const PANEL: usize = 32;
/// Up to this order, all columns are one panel.
const LAST: usize = 64;
/// Columns of a strip of the symmetric update.
const STRIP: usize = 64;

/// Reduces the symmetric matrix whose lower triangle is in `a`, n columns `ld` apart:
/// `A = Q T Q^T`. T's diagonal goes to `d`, what is beside it to `e`; reflector j of Q lies in
/// column j from row j + 1 on. O(4/3 n^3), half of it products of a matrix and a vector.
pub(super) fn reduce(
    a: &mut [f64],
    ld: usize,
    d: &mut [f64],
    e: &mut [f64],
    tau: &mut [f64],
    blocked: bool,
) -> Result<()> {
    let n = d.len();
    let width = if blocked && n > LAST { LAST } else { n };
    let mut w = try_filled(0.0, area(n, width)?)?;
    let mut row = try_filled(0.0, 2 * width)?;
    let mut from = 0;
    while from < n {
        let to = if !blocked || n - from <= LAST { n } else { from + PANEL };
        panel(a, ld, (from, to), [&mut *d, &mut *e, &mut *tau], &mut w, &mut row);
        let (v, rest) = a.split_at_mut(to * ld);
        let mut start = to;
        while start < n {
            let end = n.min(start + STRIP);
            let sizes = Sizes { m: n - start, n: end - start, k: to - from };
            let at = (start, start - to);
            let block = |row| [Block::of(&*v, ld, row, from), Block::of(&w, n, row, 0)];
            let ([v, w], [v_top, w_top]) = (block(start), block(start));
            multiply(rest, ld, at, sizes, Update::SUBTRACT, [v, w_top.t()]);
            multiply(rest, ld, at, sizes, Update::SUBTRACT, [w, v_top.t()]);
            start = end;
        }
        from = to;
    }
    Ok(())
}

/// Reduces the columns `from..to`; the rest of `a` stays as it is, short of `V W^T + W V^T`.
fn panel(
    a: &mut [f64],
    ld: usize,
    (from, to): (usize, usize),
    [d, e, tau]: [&mut [f64]; 3],
    w: &mut [f64],
    row: &mut [f64],
) {
    let n = d.len();
    for c in from..to {
        let done = c - from;
        let (before, rest) = a.split_at_mut(c * ld);
        let v = &before[from * ld..];
        let (v_row, w_row) = row.split_at_mut(done.max(1));
        for l in 0..done {
            (v_row[l], w_row[l]) = (v[l * ld + c], w[l * n + c]);
        }
        let (column, after) = rest.split_at_mut(ld.min(rest.len()));
        if done > 0 {
            gemv(&mut column[c..n], -1.0, &v[c..], ld, &w_row[..done]);
            gemv(&mut column[c..n], -1.0, &w[c..], n, &v_row[..done]);
        }
        d[c] = column[c];
        if c + 1 == n {
            return;
        }
        let x = &mut column[c + 1..n];
        let t = reflector(x);
        (e[c], tau[c]) = (x[0], t);
        x[0] = 1.0;
        let (w, rest) = w.split_at_mut(done * n);
        let y = &mut rest[c + 1..n];
        y.fill(0.0);
        if t == 0.0 {
            continue;
        }
        symmetric(y, &after[c + 1..], ld, x);
        if done > 0 {
            let sums = &mut v_row[..done];
            sums.fill(0.0);
            gemv_t(sums, 1.0, &w[c + 1..], n, x);
            gemv(y, -1.0, &v[c + 1..], ld, sums);
            sums.fill(0.0);
            gemv_t(sums, 1.0, &v[c + 1..], ld, x);
            gemv(y, -1.0, &w[c + 1..], n, sums);
        }
        scale(y, t);
        let alpha = -0.5 * t * dot(y, x);
        axpy(y, alpha, x);
    }
}

/// `y += A x`, of which the lower triangle is in `a`: each of its elements is read once.
fn symmetric(y: &mut [f64], a: &[f64], ld: usize, x: &[f64]) {
    let n = y.len();
    let mut j = 0;
    while j + 4 <= n {
        let column = |c: usize| &a[(j + c) * ld..][..n];
        let columns = [column(0), column(1), column(2), column(3)];
        for c in 0..4 {
            y[j + c] += columns[c][j + c] * x[j + c];
            for r in c + 1..4 {
                let value = columns[c][j + r];
                y[j + r] += value * x[j + c];
                y[j + c] += value * x[j + r];
            }
        }
        let below = j + 4;
        let factors = [x[j], x[j + 1], x[j + 2], x[j + 3]];
        let mut sums = [[0.0; 2]; 4];
        // Pairs of rows, so that the compiler makes vectors of them.
        let [(a0, r0), (a1, r1), (a2, r2), (a3, r3)] = columns.map(|column| column[below..].as_chunks::<2>());
        let (x_pairs, x_rest) = x[below..n].as_chunks::<2>();
        let (y_pairs, y_rest) = y[below..n].as_chunks_mut::<2>();
        let pairs = a0.iter().zip(a1).zip(a2).zip(a3).zip(x_pairs).zip(y_pairs);
        for (((((v0, v1), v2), v3), x), y) in pairs {
            for l in 0..2 {
                y[l] += (v0[l] * factors[0] + v1[l] * factors[1]) + (v2[l] * factors[2] + v3[l] * factors[3]);
                sums[0][l] += v0[l] * x[l];
                sums[1][l] += v1[l] * x[l];
                sums[2][l] += v2[l] * x[l];
                sums[3][l] += v3[l] * x[l];
            }
        }
        if let ([y], [x]) = (y_rest, x_rest) {
            for (c, value) in [r0, r1, r2, r3].into_iter().flatten().enumerate() {
                *y += value * factors[c];
                sums[c][0] += value * x;
            }
        }
        for (c, sums) in sums.iter().enumerate() {
            y[j + c] += sums[0] + sums[1];
        }
        j += 4;
    }
    for j in j..n {
        let column = &a[j * ld..][..n];
        y[j] += column[j] * x[j];
        for i in j + 1..n {
            y[i] += column[i] * x[j];
            y[j] += column[i] * x[i];
        }
    }
}

/// `sqrt(x^2 + y^2)`; the slow way where the squares leave the range.
pub(super) fn hypot(x: f64, y: f64) -> f64 {
    let squares = x * x + y * y;
    if squares > 1e-280 && squares < 1e280 { squares.sqrt() } else { x.hypot(y) }
}

/// `(x, y) = (c x + s y, c y - s x)`, element by element.
pub(super) fn rotate(x: &mut [f64], y: &mut [f64], c: f64, s: f64) {
    for (x, y) in x.iter_mut().zip(y) {
        (*x, *y) = (c * *x + s * *y, c * *y - s * *x);
    }
}

/// Columns `i` and `j` of `q`, where i < j, from `row` on.
pub(super) fn two_columns(
    q: &mut [f64],
    ld: usize,
    (i, j): (usize, usize),
    (row, rows): (usize, usize),
) -> (&mut [f64], &mut [f64]) {
    let (head, tail) = q.split_at_mut(j * ld);
    (&mut head[i * ld + row..][..rows], &mut tail[row..][..rows])
}

/// A square block on the diagonal of a larger matrix: columns `ld` apart, from (at, at) on.
pub(super) type Corner<'a> = (&'a mut [f64], usize, usize);

/// Sweeps that one eigenvalue may take before the iteration is given up.
const SWEEPS: usize = 60;

/// The eigenvalues of a tridiagonal matrix, in no order, into `d`; the rotations are applied to
/// the columns of `q`. False where the iteration does not end.
pub(super) fn implicit_ql(d: &mut [f64], e: &mut [f64], mut q: Option<Corner<'_>>) -> bool {
    let n = d.len();
    let mut norm = f64::MIN_POSITIVE;
    for l in 0..n {
        norm = norm.max(d[l].abs() + if l + 1 < n { e[l].abs() } else { 0.0 });
        for sweep in 0.. {
            let small = |m: usize| e[m].abs() <= f64::EPSILON * norm;
            let m = (l..n - 1).find(|&m| small(m)).unwrap_or(n - 1);
            if m == l {
                break;
            }
            if sweep == SWEEPS {
                return false;
            }
            let mut g = (d[l + 1] - d[l]) / (2.0 * e[l]);
            let root = hypot(g, 1.0);
            g = d[m] - d[l] + e[l] / (g + if g < 0.0 { -root } else { root });
            let (mut s, mut c, mut p) = (1.0, 1.0, 0.0);
            let mut underflow = false;
            for i in (l..m).rev() {
                let (f, b) = (s * e[i], c * e[i]);
                let r = hypot(f, g);
                e[i + 1] = r;
                if r == 0.0 {
                    d[i + 1] -= p;
                    e[m] = 0.0;
                    underflow = true;
                    break;
                }
                (s, c) = (f / r, g / r);
                let h = d[i + 1] - p;
                let r = (d[i] - h) * s + 2.0 * c * b;
                p = s * r;
                d[i + 1] = h + p;
                g = c * r - b;
                if let Some((q, ld, at)) = &mut q {
                    let (x, y) = two_columns(q, *ld, (*at + i, *at + i + 1), (*at, n));
                    rotate(x, y, c, -s);
                }
            }
            if !underflow {
                d[l] -= p;
                e[l] = g;
                e[m] = 0.0;
            }
        }
    }
    true
}
