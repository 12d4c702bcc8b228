//! `A = Q diag(w) Q^T`: to tridiagonal form, and the implicit QL iteration, both matrices in step.

use super::super::dense::{Real, area, store as store_values, store_columns};
use super::super::eigh::{no_convergence, sort};
use super::super::tridiagonal::hypot;
use super::qr::{reflect, reflector_of};
use super::{Both, Diagonal, LEAST, MOST, Pairs, SWEEPS, TURN, Two, clear, get, lanes, leading, scale, turn, unpack};
use crate::error::Result;
use crate::simd::F64s;
use crate::view::{View, ViewMut};

impl Pairs {
    /// The eigenvalues of symmetric matrices, of which the lower triangle is read, or the upper one, and into the
    /// second results, where there are, the eigenvectors.
    pub fn eigh<T: Real, const N: usize>(
        &mut self,
        a: [View<'_, T>; 2],
        n: usize,
        lower: bool,
        results: &mut [[ViewMut<'_, T>; N]],
    ) -> Result<()> {
        let (at, vectors) = (leading(n), N > 1);
        let ld = at + if vectors { at } else { 0 };
        let x = self.x.take(area(n, ld)?)?;
        load_lower(a, lower, x, ld);
        let scale = scale(x, ld, |i| i + 1).ok_or_else(no_convergence)?;
        let (mut d, mut e): (Diagonal, Diagonal) = ([[0.0; 2]; MOST + 2], [[0.0; 2]; MOST + 2]);
        reduce(x, ld, &mut d[..n], &mut e, &mut self.v, &mut self.tau);
        let ldz = n.next_multiple_of(TURN);
        let z = self.z.take(if vectors { 2 * ldz * n } else { 0 })?;
        let (first, second) = z.split_at_mut(z.len() / 2);
        let mut z = [first, second];
        if vectors {
            // Q is the identity in the first row and column.
            clear(x, ld, at, n);
            (0..n).for_each(|i| x[i * ld + at + i] = [1.0; 2]);
            for j in (0..n.saturating_sub(2)).rev() {
                let rest = &mut x[(j + 1) * ld..];
                let v = &mut self.v[..n - j - 1];
                v.iter_mut().zip(rest.chunks_exact(ld)).for_each(|(v, row)| *v = row[j]);
                v[0] = [1.0; 2];
                reflect(v, self.tau[j], rest, ld, (at + j + 1, at + n));
            }
            for (lane, z) in z.iter_mut().enumerate().take(results.len()) {
                unpack(lane, x, ld, at, n, z);
            }
        }
        let count = results.len();
        let ended = match vectors {
            true => Iteration::new(n, &mut d, &mut e, count).run::<true>(&mut z, ldz),
            false => Iteration::new(n, &mut d, &mut e, count).run::<false>(&mut z, ldz),
        };
        if !ended {
            return Err(no_convergence());
        }
        let (mut values, mut order) = ([0.0; MOST], [0; MOST]);
        let (values, order) = (&mut values[..n], &mut order[..n]);
        for (lane, result) in results.iter_mut().enumerate() {
            values.iter_mut().zip(&d).for_each(|(value, d)| *value = d[lane]);
            sort(values, order);
            store_values(&mut result[0], |i, _| T::from_f64(values[order[i]] / scale[lane]));
            if let Some(v) = result.get_mut(1) {
                store_columns(v, |j| &z[lane][order[j] * ldz..], T::from_f64);
            }
        }
        Ok(())
    }
}

/// Copies the lower triangles, or the transposed upper ones.
fn load_lower<T: Real>(a: [View<'_, T>; 2], lower: bool, x: &mut [Both], ld: usize) {
    let strides = a.map(|a| if lower { [a.strides()[0], a.strides()[1]] } else { [a.strides()[1], a.strides()[0]] });
    for (i, row) in x.chunks_exact_mut(ld).enumerate() {
        let mut from = [0, 1].map(|lane| a[lane].as_ptr().wrapping_byte_offset(i as isize * strides[lane][0]));
        for to in &mut row[..=i] {
            // SAFETY: element (i, j), or (j, i), where j <= i < n.
            *to = from.map(|from| unsafe { from.read() }.to_f64());
            from = [0, 1].map(|lane| from[lane].wrapping_byte_offset(strides[lane][1]));
        }
    }
}

/// To tridiagonal form: the diagonal goes to `d`, what is beside it to `e`; reflector j is left in column j from row
/// j + 1 on. The update for one reflector, and the product with the next, go through the matrix at once.
fn reduce(
    x: &mut [Both],
    ld: usize,
    d: &mut [Both],
    e: &mut Diagonal,
    next: &mut [Both; MOST],
    tau: &mut [Both; MOST],
) {
    let n = d.len();
    let (mut v, mut w, mut y) = ([[0.0; 2]; MOST], [[0.0; 2]; MOST], [[0.0; 2]; MOST]);
    for j in 0..n {
        if j > 0 {
            let (v_j, w_j) = (get(&v[j]), get(&w[j]));
            for ((row, v), w) in x.chunks_exact_mut(ld).zip(&v).zip(&w).skip(j) {
                row[j] = lanes(get(&row[j]).sub(get(v).mul(w_j)).sub(get(w).mul(v_j)));
            }
        }
        d[j] = x[j * ld + j];
        if j + 2 >= n {
            if j + 2 == n {
                let last = &mut x[(j + 1) * ld..];
                e[j] = last[j];
                // Nothing is left to reflect; the last element has had no turn yet.
                let product = if j > 0 { get(&v[j + 1]).mul(get(&w[j + 1])) } else { Two::splat(0.0) };
                d[j + 1] = lanes(get(&last[j + 1]).sub(product).sub(product));
            }
            return;
        }
        let u = &mut next[..n];
        tau[j] = reflector_of(&mut u[j + 1..], &mut x[(j + 1) * ld..], ld, j);
        e[j] = x[(j + 1) * ld + j];
        y[j + 1..n].fill([0.0; 2]);
        if j > 0 {
            pass::<true>(x, ld, j + 1, [u, &v, &w], &mut y[..n]);
        } else {
            pass::<false>(x, ld, j + 1, [u, &v, &w], &mut y[..n]);
        }
        let t = get(&tau[j]);
        let mut sum = Two::splat(0.0);
        for (y, u) in y[j + 1..n].iter_mut().zip(&u[j + 1..]) {
            let value = get(y).mul(t);
            *y = lanes(value);
            sum = sum.add(value.mul(get(u)));
        }
        let alpha = Two::splat(-0.5).mul(t).mul(sum);
        for (i, y) in y[..n].iter().enumerate().skip(j + 1) {
            v[i] = u[i];
            w[i] = lanes(get(y).add(alpha.mul(get(&u[i]))));
        }
    }
}

/// `A -= v w^T + w v^T`, with `UPDATE`, and `y += A u`: of the lower triangle from (from, from) on.
fn pass<const UPDATE: bool>(x: &mut [Both], ld: usize, from: usize, [u, v, w]: [&[Both]; 3], y: &mut [Both]) {
    let n = y.len();
    let (u, v, w) = (&u[..n], &v[..n], &w[..n]);
    assert!(n * ld <= x.len() && n <= ld);
    let start = x.as_mut_ptr();
    let mut k = from;
    while k < n {
        let width = 2.min(n - k);
        // The triangle at the top of the strip.
        for c in k..k + width {
            for i in c..k + width {
                let to = &mut x[i * ld + c];
                let mut a = get(to);
                if UPDATE {
                    a = a.sub(get(&v[i]).mul(get(&w[c]))).sub(get(&w[i]).mul(get(&v[c])));
                    *to = lanes(a);
                }
                y[i] = lanes(get(&y[i]).add(a.mul(get(&u[c]))));
                if i != c {
                    y[c] = lanes(get(&y[c]).add(a.mul(get(&u[i]))));
                }
            }
        }
        if width < 2 {
            return;
        }
        let (v_k, w_k, u_k) =
            ([get(&v[k]), get(&v[k + 1])], [get(&w[k]), get(&w[k + 1])], [get(&u[k]), get(&u[k + 1])]);
        let mut sums = [get(&y[k]), get(&y[k + 1])];
        let mut row = start.wrapping_add((k + 2) * ld + k);
        for i in k + 2..n {
            // SAFETY: the elements (i, k) and (i, k + 1), where k + 1 < i < n <= ld; and i < n.
            unsafe {
                let u_i = get(u.get_unchecked(i));
                let mut a = [get(&*row), get(&*row.add(1))];
                if UPDATE {
                    let (v_i, w_i) = (get(v.get_unchecked(i)), get(w.get_unchecked(i)));
                    for c in 0..2 {
                        a[c] = a[c].sub(v_i.mul(w_k[c])).sub(w_i.mul(v_k[c]));
                        a[c].store(&mut *row.add(c));
                    }
                }
                sums = [sums[0].add(a[0].mul(u_i)), sums[1].add(a[1].mul(u_i))];
                let y = y.get_unchecked_mut(i);
                get(y).add(a[0].mul(u_k[0])).add(a[1].mul(u_k[1])).store(y);
            }
            row = row.wrapping_add(ld);
        }
        (y[k], y[k + 1]) = (lanes(sums[0]), lanes(sums[1]));
        k += 2;
    }
}

/// Where the iteration is in one of the matrices: the rotation of the columns i and i + 1 is next, in a sweep from m
/// up to l; all before l are eigenvalues.
#[derive(Clone, Copy)]
struct Place {
    i: usize,
    l: usize,
    m: usize,
    sweeps: usize,
    /// The largest element so far.
    norm: f64,
}

/// The implicit QL iteration (tridiagonal.rs) of both matrices. They are in step, rotation by rotation, so that both
/// wait for the same roots and quotients; which rotation that is, each knows for itself.
struct Iteration<'a> {
    n: usize,
    d: &'a mut Diagonal,
    e: &'a mut Diagonal,
    /// How many matrices there are.
    count: usize,
    places: [Place; 2],
}

/// What a rotation leaves for the next: s, c, p and g.
type State<T> = [T; 4];
/// Of a lane that is done.
const DONE: State<f64> = [0.0, 1.0, 0.0, 1.0];

impl<'a> Iteration<'a> {
    fn new(n: usize, d: &'a mut Diagonal, e: &'a mut Diagonal, count: usize) -> Self {
        // A lane that is done has a rotation by nothing for ever.
        (d[n], d[n + 1], e[n]) = ([0.0; 2], [0.0; 2], [1.0; 2]);
        let place = Place { i: n, l: 0, m: 0, sweeps: 0, norm: f64::MIN_POSITIVE };
        Self { n, d, e, count, places: [place; 2] }
    }

    /// Begins the next sweep of a lane, or leaves it done; `None` where it has had too many.
    fn begin(&mut self, lane: usize) -> Option<State<f64>> {
        let Place { mut l, mut sweeps, mut norm, .. } = self.places[lane];
        let (mut m, mut i) = (0, self.n);
        let mut state = DONE;
        let (d, e) = (&*self.d, &*self.e);
        while l < self.n {
            let beside = |m: usize| e[m][lane].abs();
            norm = norm.max(d[l][lane].abs() + if l + 1 < self.n { beside(l) } else { 0.0 });
            m = (l..self.n - 1).find(|&m| beside(m) <= f64::EPSILON * norm).unwrap_or(self.n - 1);
            if m > l {
                break;
            }
            (l, sweeps) = (l + 1, 0);
        }
        if l < self.n {
            if sweeps == SWEEPS {
                return None;
            }
            let (d, e) = (|i: usize| d[i][lane], |i: usize| e[i][lane]);
            let g = (d(l + 1) - d(l)) / (2.0 * e(l));
            let root = hypot(g, 1.0);
            let g = d(m) - d(l) + e(l) / (g + if g < 0.0 { -root } else { root });
            state = [1.0, 1.0, 0.0, g];
            (i, sweeps) = (m - 1, sweeps + 1);
        }
        self.places[lane] = Place { i, l, m, sweeps, norm };
        Some(state)
    }

    /// Makes eigenvalues of `d`, in no order, and applies the rotations to the columns of `z`, `ld` apart, where
    /// `VECTORS`. False where the iteration does not end.
    fn run<const VECTORS: bool>(&mut self, z: &mut [&mut [f64]; 2], ld: usize) -> bool {
        let n = self.n;
        let mut state = DONE.map(Two::splat);
        for lane in 0..self.count {
            let Some(first) = self.begin(lane) else { return false };
            replace(&mut state, lane, first);
        }
        while self.places[0].i < n || self.places[1].i < n {
            let at = [self.places[0].i, self.places[1].i];
            let both = |x: &Diagonal, by: usize| get(&[x[at[0] + by][0], x[at[1] + by][1]]);
            let [s, c, p, g] = state;
            let (beside, d_low, d_high) = (both(self.e, 0), both(self.d, 0), both(self.d, 1));
            let (f, b) = (s.mul(beside), c.mul(beside));
            let squares = f.mul(f).add(g.mul(g));
            let mut r = squares.sqrt();
            let mut ended = [false; 2];
            if Two::splat(LEAST).any_gt(squares) {
                (r, ended) = lengths(f, g);
            }
            let (s, c) = (f.div(r), g.div(r));
            let h = d_high.sub(p);
            let t = d_low.sub(h).mul(s).add(c.add(c).mul(b));
            let p = s.mul(t);
            let g = c.mul(t).sub(b);
            state = [s, c, p, g];
            let [s, c, p, g] = state.map(lanes);
            let (d_new, r) = (lanes(h.add(get(&p))), lanes(r));
            for lane in 0..2 {
                let i = at[lane];
                (self.d[i + 1][lane], self.e[i + 1][lane]) = (d_new[lane], r[lane]);
                if i == n {
                    continue;
                }
                let Place { l, m, .. } = self.places[lane];
                if ended[lane] {
                    (self.e[i + 1][lane], self.e[m][lane]) = (0.0, 0.0);
                    let Some(next) = self.begin(lane) else { return false };
                    replace(&mut state, lane, next);
                    continue;
                }
                if VECTORS {
                    turn(z[lane], ld, (i, i + 1), c[lane], -s[lane]);
                }
                if i > l {
                    self.places[lane].i = i - 1;
                    continue;
                }
                self.d[l][lane] -= p[lane];
                (self.e[l][lane], self.e[m][lane]) = (g[lane], 0.0);
                let Some(next) = self.begin(lane) else { return false };
                replace(&mut state, lane, next);
            }
        }
        true
    }
}

/// Gives a lane of the state other values.
fn replace(state: &mut State<Two>, lane: usize, values: State<f64>) {
    for (state, value) in state.iter_mut().zip(values) {
        let mut both = lanes(*state);
        both[lane] = value;
        *state = get(&both);
    }
}

/// `sqrt(f^2 + g^2)`, or 1 and true where that is 0: then the sweep ends.
#[cold]
fn lengths(f: Two, g: Two) -> (Two, [bool; 2]) {
    let (f, g) = (lanes(f), lanes(g));
    let r = [0, 1].map(|lane| hypot(f[lane], g[lane]));
    let ended = r.map(|r| r == 0.0);
    (get(&[0, 1].map(|lane| if ended[lane] { 1.0 } else { r[lane] })), ended)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The eigenvalues of a tridiagonal matrix in each lane.
    fn values(d: [&[f64]; 2], e: [&[f64]; 2]) -> [Vec<f64>; 2] {
        let n = d[0].len();
        let (mut ds, mut es) = ([[0.0; 2]; MOST + 2], [[0.0; 2]; MOST + 2]);
        for lane in 0..2 {
            (0..n).for_each(|i| ds[i][lane] = d[lane][i]);
            (0..n - 1).for_each(|i| es[i][lane] = e[lane][i]);
        }
        assert!(Iteration::new(n, &mut ds, &mut es, 2).run::<false>(&mut [&mut [], &mut []], 0));
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
    }

    /// No rotation is left where both numbers are 0: the sweep ends, and the columns stay as they are.
    #[test]
    fn a_length_of_zero() {
        let (r, ended) = lengths(Two::load(&[0.0, 3.0]), Two::load(&[0.0, 4.0]));
        assert_eq!((lanes(r), ended), ([1.0, 5.0], [true, false]));
    }
}
