//! `A = U diag(s) V^T`: to bidiagonal form, and the implicit QR iteration, both matrices in step.

use super::super::dense::{Real, area, store as store_values, store_columns, store_rows};
use super::super::svd::no_convergence;
use super::super::tridiagonal::hypot;
use super::qr::{reflect, reflector_of};
use super::{
    Both, Diagonal, LEAST, MOST, Pairs, SWEEPS, TURN, Two, WIDE, clear, get, lanes, leading, load, put, scale, turn,
    unpack, update, wide,
};
use crate::error::Result;
use crate::simd::F64s;
use crate::view::{View, ViewMut};

/// Bases of the left and of the right vectors.
type Bases<'a> = [&'a mut [f64]; 2];

impl Pairs {
    /// The singular values of m x n matrices, m >= n, descending, into the first results, and where there are more, the
    /// vectors of k columns on the left and of n on the right, transposed, or with `flipped` the other way round.
    pub fn svd<T: Real, const N: usize>(
        &mut self,
        a: [View<'_, T>; 2],
        (m, n, k): (usize, usize, usize),
        flipped: bool,
        results: &mut [[ViewMut<'_, T>; N]],
    ) -> Result<()> {
        let vectors = N > 1;
        let (at_u, at_v) = (leading(n), leading(n) + leading(k));
        let ld = if vectors { at_v + leading(n) } else { at_u };
        let x = self.x.take(area(m, ld)?)?;
        load(a, x, ld, 0);
        let scale = scale(x, ld, |_| n).ok_or_else(no_convergence)?;
        let (mut d, mut e): (Diagonal, Diagonal) = ([[0.0; 2]; MOST + 2], [[0.0; 2]; MOST + 2]);
        let mut tau_p = [[0.0; 2]; MOST];
        reduce(x, ld, (m, n), [&mut d, &mut e], [&mut self.tau, &mut tau_p]);
        let (rows, inner) = (m.next_multiple_of(TURN), n.next_multiple_of(TURN));
        let z = self.z.take(if vectors { 2 * (rows * k + inner * n) } else { 0 })?;
        let (first, second) = z.split_at_mut(z.len() / 2);
        let mut bases = [first, second].map(|z| {
            let (u, v) = z.split_at_mut(if vectors { rows * k } else { 0 });
            [u, v]
        });
        if vectors {
            let v = &mut self.v;
            clear(x, ld, at_u, k);
            (0..k).for_each(|i| x[i * ld + at_u + i] = [1.0; 2]);
            for j in (0..n).rev() {
                let rest = &mut x[j * ld..];
                let v = &mut v[..m - j];
                v.iter_mut().zip(rest.chunks_exact(ld)).for_each(|(v, row)| *v = row[j]);
                v[0] = [1.0; 2];
                reflect(v, self.tau[j], rest, ld, (at_u + j, at_u + k));
            }
            clear(&mut x[..n * ld], ld, at_v, n);
            (0..n).for_each(|i| x[i * ld + at_v + i] = [1.0; 2]);
            for j in (0..n.saturating_sub(2)).rev() {
                let v = &mut v[..n - j - 1];
                v.copy_from_slice(&x[j * ld + j + 1..][..n - j - 1]);
                v[0] = [1.0; 2];
                reflect(v, tau_p[j], &mut x[(j + 1) * ld..], ld, (at_v + j + 1, at_v + n));
            }
            for (lane, [u, v]) in bases.iter_mut().enumerate().take(results.len()) {
                unpack(lane, x, ld, at_u, m, u);
                unpack(lane, x, ld, at_v, n, v);
            }
        }
        let lds = [rows, inner];
        let mut iteration = Iteration::new(n, &mut d, &mut e, results.len());
        let ended = match vectors {
            true => iteration.run::<true>(&mut bases, lds),
            false => iteration.run::<false>(&mut bases, lds),
        };
        if !ended {
            return Err(no_convergence());
        }
        let mut order = [0; MOST];
        let order = &mut order[..n];
        for (lane, (result, [u, v])) in results.iter_mut().zip(&mut bases).enumerate() {
            for (j, d) in d[..n].iter_mut().enumerate() {
                if d[lane].is_sign_negative() {
                    d[lane] = -d[lane];
                    if vectors {
                        v[j * inner..][..inner].iter_mut().for_each(|x| *x = -*x);
                    }
                }
            }
            order.iter_mut().enumerate().for_each(|(i, slot)| *slot = i);
            // Descending, and equal ones as they come.
            order.sort_unstable_by(|&i, &j| d[j][lane].total_cmp(&d[i][lane]).then(i.cmp(&j)));
            store_values(&mut result[0], |i, _| T::from_f64(d[order[i]][lane] / scale[lane]));
            if let [_, left, right] = &mut result[..] {
                let u = |j: usize| &u[order.get(j).copied().unwrap_or(j) * rows..];
                let v = |j: usize| &v[order[j] * inner..];
                if flipped {
                    store_columns(left, v, T::from_f64);
                    store_rows(right, u, T::from_f64);
                } else {
                    store_columns(left, u, T::from_f64);
                    store_rows(right, v, T::from_f64);
                }
            }
        }
        Ok(())
    }
}

/// To bidiagonal form: the diagonal goes to `d`, what is right of it to `e`; reflector j of the columns is left in
/// column j from row j on, that of the rows in row j from column j + 1 on.
///
/// The update for both reflectors of a step, and the product with the next of the columns, go through the matrix at
/// once.
fn reduce(
    a: &mut [Both],
    ld: usize,
    (m, n): (usize, usize),
    [d, e]: [&mut Diagonal; 2],
    [tau_q, tau_p]: [&mut [Both; MOST]; 2],
) {
    let zero = [[0.0; 2]; MOST + WIDE];
    // A -= v y^T + x p^T is still to be done.
    let (mut v, mut x, mut y, mut p) = (zero, zero, zero, zero);
    let (mut u, mut next) = (zero, zero);
    for j in 0..n {
        if j > 0 {
            let (y, p) = (get(&y[j]), get(&p[j]));
            for (i, row) in a.chunks_exact_mut(ld).enumerate().skip(j) {
                row[j] = lanes(get(&row[j]).sub(get(&v[i]).mul(y)).sub(get(&x[i]).mul(p)));
            }
        }
        let rest = &mut a[j * ld..];
        if j + 1 == m {
            // One element: there is nothing to reflect.
            (d[j], tau_q[j]) = (rest[j], [0.0; 2]);
            return;
        }
        tau_q[j] = reflector_of(&mut u[j..m], rest, ld, j);
        d[j] = rest[j];
        if j + 1 == n {
            return;
        }
        let tau = get(&tau_q[j]);
        for at in (j + 1..n).step_by(WIDE) {
            let sums = if j == 0 {
                pass::<false>(&mut a[..m * ld], ld, j, at, [&u, &v, &x], [&y, &p])
            } else {
                pass::<true>(&mut a[..m * ld], ld, j, at, [&u, &v, &x], [&y, &p])
            };
            put(&mut next, at, sums.map(|sum| sum.mul(tau)));
        }
        std::mem::swap(&mut v, &mut u);
        std::mem::swap(&mut y, &mut next);
        let (row, below) = a[j * ld..].split_at_mut(ld);
        let row = &mut row[j + 1..n];
        row.iter_mut().zip(&y[j + 1..]).for_each(|(a, y)| *a = lanes(get(a).sub(get(y))));
        if j + 2 == n {
            (e[j], tau_p[j]) = (row[0], [0.0; 2]);
            p[j + 1] = [0.0; 2];
            continue;
        }
        tau_p[j] = reflector_of(&mut p[j + 1..n], row, 1, 0);
        e[j] = row[0];
        let tau = get(&tau_p[j]);
        let inner =
            y[j + 1..n].iter().zip(&p[j + 1..n]).fold(Two::splat(0.0), |sum, (y, p)| sum.add(get(y).mul(get(p))));
        let mut rows = below.chunks_exact(ld).take(m - j - 1);
        let mut i = j + 1;
        while i < m {
            let group: [Option<&[Both]>; 4] = std::array::from_fn(|_| rows.next());
            let found = 4.min(m - i);
            let sums = match group {
                [Some(r0), Some(r1), Some(r2), Some(r3)] => {
                    products([r0, r1, r2, r3].map(|row| &row[j + 1..n]), &p[j + 1..n])
                }
                _ => group.map(|row| row.map_or(Two::splat(0.0), |row| products([&row[j + 1..n]], &p[j + 1..n])[0])),
            };
            for (l, sum) in sums.into_iter().enumerate().take(found) {
                x[i + l] = lanes(sum.sub(get(&v[i + l]).mul(inner)).mul(tau));
            }
            i += found;
        }
    }
}

/// The products of rows with a vector.
#[inline(always)]
fn products<const R: usize>(rows: [&[Both]; R], p: &[Both]) -> [Two; R] {
    let n = p.len();
    assert!(rows.iter().all(|row| row.len() == n));
    let mut sums = [Two::splat(0.0); R];
    for (c, p) in p.iter().enumerate() {
        for (sum, row) in sums.iter_mut().zip(rows) {
            // SAFETY: c < n.
            *sum = sum.add(get(unsafe { row.get_unchecked(c) }).mul(get(p)));
        }
    }
    sums
}

/// `A -= v y^T + x p^T`, with `UPDATE`, in the rows from `from` on and [`WIDE`] columns from `at` on; and of these
/// columns the products with u.
fn pass<const UPDATE: bool>(
    a: &mut [Both],
    ld: usize,
    from: usize,
    at: usize,
    [u, v, x]: [&[Both; MOST + WIDE]; 3],
    [y, p]: [&[Both; MOST + WIDE]; 2],
) -> [Two; WIDE] {
    let (y, p) = (wide(y, at), wide(p, at));
    let mut sums = [Two::splat(0.0); WIDE];
    let rows = a.len() / ld - from;
    update::<WIDE>(&mut a[from * ld..], ld, at, rows, |l, mut row| {
        let i = (from + l).min(MOST);
        if UPDATE {
            let (v, x) = (get(&v[i]), get(&x[i]));
            row = std::array::from_fn(|c| row[c].sub(v.mul(y[c])).sub(x.mul(p[c])));
        }
        let u = get(&u[i]);
        sums = std::array::from_fn(|c| sums[c].add(u.mul(row[c])));
        row
    });
    sums
}

/// Where the iteration is in one of the matrices: step j is next, of a sweep through the block k..p. All from p on are
/// singular values.
#[derive(Clone, Copy)]
struct Place {
    j: usize,
    k: usize,
    p: usize,
    sweeps: usize,
    norm: f64,
}

/// The implicit QR iteration (bidiagonal.rs) of both matrices. They are in step, rotation by rotation, so that both
/// wait for the same roots and quotients; which rotation that is, each knows for itself.
struct Iteration<'a> {
    n: usize,
    d: &'a mut Diagonal,
    e: &'a mut Diagonal,
    /// How many matrices there are.
    count: usize,
    places: [Place; 2],
    f: Both,
    g: Both,
}

impl<'a> Iteration<'a> {
    fn new(n: usize, d: &'a mut Diagonal, e: &'a mut Diagonal, count: usize) -> Self {
        // A lane that is done has rotations by nothing for ever.
        (d[n], d[n + 1], e[n], e[n + 1]) = ([1.0; 2], [1.0; 2], [1.0; 2], [0.0; 2]);
        let norm = |lane: usize| {
            let largest = |x: &[Both]| x.iter().fold(f64::MIN_POSITIVE, |norm, x| norm.max(x[lane].abs()));
            largest(&d[..n]).max(largest(&e[..n]))
        };
        let places = [0, 1].map(|lane| Place { j: n, k: 0, p: n, sweeps: 0, norm: norm(lane) });
        Self { n, d, e, count, places, f: [1.0; 2], g: [0.0; 2] }
    }

    /// Begins the next sweep of a lane, or leaves it done; false where it has had too many.
    fn begin<const VECTORS: bool>(&mut self, lane: usize, bases: &mut Bases<'_>, lds: [usize; 2]) -> bool {
        (self.f[lane], self.g[lane], self.places[lane].j) = (1.0, 0.0, self.n);
        let norm = self.places[lane].norm;
        loop {
            let p = self.places[lane].p;
            if p == 0 {
                return true;
            }
            let e = |i: usize| self.e[i][lane].abs();
            if p == 1 || e(p - 2) <= f64::EPSILON * norm {
                if p > 1 {
                    self.e[p - 2][lane] = 0.0;
                }
                (self.places[lane].p, self.places[lane].sweeps) = (p - 1, 0);
                continue;
            }
            if self.places[lane].sweeps == SWEEPS {
                return false;
            }
            self.places[lane].sweeps += 1;
            // The block k..p is not split by an e, but may be by a d.
            let k = (0..p - 1).rev().find(|&k| e(k) <= f64::EPSILON * norm).map_or(0, |k| k + 1);
            let zero = (k..p).rev().find(|&i| {
                let left = if i > k { e(i - 1) } else { 0.0 };
                let right = if i + 1 < p { e(i) } else { 0.0 };
                self.d[i][lane].abs() <= f64::EPSILON * (left + right)
            });
            match zero {
                Some(zero) => self.chase::<VECTORS>(lane, (k, zero, p), bases, lds),
                None => {
                    self.shift(lane, k, p);
                    return true;
                }
            }
        }
    }

    /// The first rotation of a sweep.
    fn shift(&mut self, lane: usize, k: usize, p: usize) {
        let (d, e) = (|i: usize| self.d[i][lane], |i: usize| self.e[i][lane]);
        let (last, before, beside) = (d(p - 1), d(p - 2), e(p - 2));
        let largest = [last, before, beside, d(k), e(k)].iter().fold(0.0f64, |max, x| max.max(x.abs()));
        let (last, before, beside) = (last / largest, before / largest, beside / largest);
        let (first, second) = (d(k) / largest, e(k) / largest);
        let b = ((before + last) * (before - last) + beside * beside) / 2.0;
        let c = (last * beside) * (last * beside);
        let mut shift = 0.0;
        if b != 0.0 || c != 0.0 {
            shift = c / (b + (b * b + c).sqrt().copysign(b));
        }
        (self.f[lane], self.g[lane]) = ((first + last) * (first - last) + shift, first * second);
        (self.places[lane].j, self.places[lane].k) = (k, k);
    }

    /// Where an element of the diagonal counts as zero, chases the one beside it out.
    #[cold]
    fn chase<const VECTORS: bool>(
        &mut self,
        lane: usize,
        (k, zero, p): (usize, usize, usize),
        [u, v]: &mut Bases<'_>,
        lds: [usize; 2],
    ) {
        let (d, e) = (&mut *self.d, &mut *self.e);
        d[zero][lane] = 0.0;
        if zero == p - 1 {
            let mut f = std::mem::replace(&mut e[p - 2][lane], 0.0);
            for j in (k..p - 1).rev() {
                let (c, s, r) = givens(d[j][lane], f);
                d[j][lane] = r;
                if j > k {
                    (f, e[j - 1][lane]) = (-s * e[j - 1][lane], c * e[j - 1][lane]);
                }
                if VECTORS {
                    turn(v, lds[1], (j, p - 1), c, s);
                }
            }
            return;
        }
        let mut f = std::mem::replace(&mut e[zero][lane], 0.0);
        for j in zero + 1..p {
            let (c, s, r) = givens(d[j][lane], f);
            d[j][lane] = r;
            (f, e[j][lane]) = (-s * e[j][lane], c * e[j][lane]);
            if VECTORS {
                // Of (j, zero), which comes first.
                turn(u, lds[0], (zero, j), c, -s);
            }
        }
    }

    /// Makes singular values of `d`, in no order and of any sign, and applies the rotations to the columns of the bases,
    /// where `VECTORS`. False where the iteration does not end.
    fn run<const VECTORS: bool>(&mut self, bases: &mut [Bases<'_>; 2], lds: [usize; 2]) -> bool {
        let n = self.n;
        for (lane, bases) in bases.iter_mut().enumerate().take(self.count) {
            if !self.begin::<VECTORS>(lane, bases, lds) {
                return false;
            }
        }
        while self.places[0].j < n || self.places[1].j < n {
            let at = [self.places[0].j, self.places[1].j];
            let both = |x: &Diagonal, by: usize| get(&[x[at[0] + by][0], x[at[1] + by][1]]);
            let (d, d_next) = (both(self.d, 0), both(self.d, 1));
            let (e, e_next) = (both(self.e, 0), both(self.e, 1));
            let (c, s, r) = givens_of(get(&self.f), get(&self.g));
            let (f, e) = (c.mul(d).add(s.mul(e)), c.mul(e).sub(s.mul(d)));
            let (g, d_next) = (s.mul(d_next), c.mul(d_next));
            let (right_c, right_s, before) = (lanes(c), lanes(s), lanes(r));
            let (c, s, r) = givens_of(f, g);
            let (f, d_next) = (c.mul(e).add(s.mul(d_next)), c.mul(d_next).sub(s.mul(e)));
            let (g, e_next) = (s.mul(e_next), c.mul(e_next));
            let (left_c, left_s, d) = (lanes(c), lanes(s), lanes(r));
            (self.f, self.g) = (lanes(f), lanes(g));
            let (d_next, e_next) = (lanes(d_next), lanes(e_next));
            for lane in 0..2 {
                let j = at[lane];
                if j == n {
                    continue;
                }
                let Place { k, p, .. } = self.places[lane];
                if j > k {
                    self.e[j - 1][lane] = before[lane];
                }
                (self.d[j][lane], self.d[j + 1][lane], self.e[j + 1][lane]) = (d[lane], d_next[lane], e_next[lane]);
                if VECTORS {
                    let [u, v] = &mut bases[lane];
                    turn(v, lds[1], (j, j + 1), right_c[lane], right_s[lane]);
                    turn(u, lds[0], (j, j + 1), left_c[lane], left_s[lane]);
                }
                if j + 2 < p {
                    self.places[lane].j = j + 1;
                    continue;
                }
                self.e[p - 2][lane] = self.f[lane];
                if !self.begin::<VECTORS>(lane, &mut bases[lane], lds) {
                    return false;
                }
            }
        }
        true
    }
}

/// Cosine, sine and length of (f, g).
fn givens(f: f64, g: f64) -> (f64, f64, f64) {
    let r = hypot(f, g);
    if r == 0.0 { (1.0, 0.0, 0.0) } else { (f / r, g / r, r) }
}

/// [`givens`] of both.
#[inline(always)]
fn givens_of(f: Two, g: Two) -> (Two, Two, Two) {
    let squares = f.mul(f).add(g.mul(g));
    if Two::splat(LEAST).any_gt(squares) {
        return slowly(f, g);
    }
    let r = squares.sqrt();
    (f.div(r), g.div(r), r)
}

#[cold]
fn slowly(f: Two, g: Two) -> (Two, Two, Two) {
    let (f, g) = (lanes(f), lanes(g));
    let [x, y] = [0, 1].map(|lane| givens(f[lane], g[lane]));
    (get(&[x.0, y.0]), get(&[x.1, y.1]), get(&[x.2, y.2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The singular values of a bidiagonal matrix in each lane, of any sign.
    fn values(d: [&[f64]; 2], e: [&[f64]; 2]) -> [Vec<f64>; 2] {
        let n = d[0].len();
        let (mut ds, mut es) = ([[0.0; 2]; MOST + 2], [[0.0; 2]; MOST + 2]);
        for lane in 0..2 {
            (0..n).for_each(|i| ds[i][lane] = d[lane][i]);
            (0..n - 1).for_each(|i| es[i][lane] = e[lane][i]);
        }
        let mut bases: [Bases<'_>; 2] = [[&mut [], &mut []], [&mut [], &mut []]];
        assert!(Iteration::new(n, &mut ds, &mut es, 2).run::<false>(&mut bases, [0, 0]));
        [0, 1].map(|lane| ds[..n].iter().map(|d| d[lane]).collect())
    }

    /// Numbers whose squares are lost, which only underflow can leave in a matrix that was scaled.
    #[test]
    fn sums_of_squares_that_have_lost_digits() {
        let (d, e) = ([1.0, -2.0, 3.0, 0.5, 0.25], [0.5, 1.0, -1.5, 2.0]);
        let tiny = 2f64.powi(-530);
        let (small_d, small_e) = (d.map(|x| x * tiny), e.map(|x| x * tiny));
        let [alone, _] = values([&d; 2], [&e; 2]);
        let [same, scaled] = values([&d, &small_d], [&e, &small_e]);
        assert_eq!(alone, same, "the neighbour does not matter");
        for (x, y) in alone.iter().zip(&scaled) {
            // Five numbers near 4, as if each rotation had rounded each of them.
            assert!((x - y / tiny).abs() <= 32.0 * 4.0 * f64::EPSILON, "{x} and {}", y / tiny);
        }
        assert_eq!(givens(0.0, 0.0), (1.0, 0.0, 0.0));
    }
}
