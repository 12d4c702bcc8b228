//! Products and decompositions.

use ferrodide::Result;
use ferrodide::linalg::cholesky::cholesky_with;
use ferrodide::linalg::eigh::eigh_with;
use ferrodide::linalg::lstsq::lstsq_with;
use ferrodide::linalg::lu::{det_with, inv_with, solve_with};
use ferrodide::linalg::qr::qr_with;
use ferrodide::linalg::svd::svd_with;
use ferrodide::linalg::{
    Real, cholesky, det, eigh, inv, lstsq, matmul, matmul_with, qr, qr_r, qr_raw, slogdet, solve, svd,
};
use ferrodide::view::{View, ViewMut};

use super::case::{Case, floats};

/// A matrix in C order.
#[derive(Clone, Debug)]
struct Matrix<T> {
    shape: [usize; 2],
    strides: [isize; 2],
    data: Vec<T>,
}

impl<T: Copy> Matrix<T> {
    fn new(m: usize, n: usize, data: Vec<T>) -> Self {
        let item = size_of::<T>() as isize;
        Self { shape: [m, n], strides: [n as isize * item, item], data }
    }
    fn view(&self) -> View<'_, T> {
        View::from_slice(&self.data, &self.shape, &self.strides).unwrap()
    }
    fn view_mut(&mut self) -> ViewMut<'_, T> {
        ViewMut::from_slice(&mut self.data, &self.shape, &self.strides).unwrap()
    }
    /// Its first row, as a vector.
    fn row(&mut self) -> ViewMut<'_, T> {
        ViewMut::from_slice(&mut self.data, &self.shape[1..], &self.strides[1..]).unwrap()
    }
}

fn random<T: Real>(m: usize, n: usize) -> Matrix<T> {
    Matrix::new(m, n, floats(m * n).into_iter().map(T::from_f64).collect())
}

fn blank<T: Real>(m: usize, n: usize) -> Matrix<T> {
    Matrix::new(m, n, vec![T::from_f64(-77.0); m * n])
}

/// Symmetric, and definite.
fn definite<T: Real>(n: usize) -> Matrix<T> {
    let x = floats(n * n);
    let at = |i: usize, j: usize| x[i.max(j) * n + i.min(j)] + if i == j { 2.0 * n as f64 } else { 0.0 };
    Matrix::new(n, n, (0..n * n).map(|k| T::from_f64(at(k / n, k % n))).collect())
}

fn products<T: Real + Send + Sync + 'static>(all: &mut Vec<Case>) {
    // Plain loops; a vector; all of it packed; a product for which the panels are as large as they get.
    for (m, k, n) in [(5, 6, 7), (300, 300, 1), (1, 300, 300), (64, 64, 64), (200, 300, 250), (4500, 400, 100)] {
        let (a, b) = (random::<T>(m, k), random::<T>(k, n));
        let f = move |out: &mut Matrix<T>| matmul(a.view(), b.view(), out.view_mut());
        all.push(Case::new(&["linalg::matmul"], "of two matrices", blank::<T>(m, n), f));
        // Transposed operands are packed otherwise.
        let (a, b) = (random::<T>(k, m), random::<T>(n, k));
        let f = move |out: &mut Matrix<T>| {
            let flipped = |x: &Matrix<T>| ([x.shape[1], x.shape[0]], [x.strides[1], x.strides[0]]);
            let ((sa, ta), (sb, tb)) = (flipped(&a), flipped(&b));
            let a = View::from_slice(&a.data, &sa, &ta)?;
            matmul(a, View::from_slice(&b.data, &sb, &tb)?, out.view_mut())
        };
        all.push(Case::new(&["linalg::matmul"], "of two transposed matrices", blank::<T>(m, n), f));
    }
    let (a, b) = (random::<T>(20, 20), random::<T>(20, 20));
    let f = move |out: &mut Matrix<T>| matmul_with(a.view(), b.view(), out.view_mut(), false);
    all.push(Case::new(&["linalg::matmul_with"], "plain", blank::<T>(20, 20), f));
}

/// On the stack; plain loops; blocks; recursion.
const ORDERS: [usize; 5] = [3, 8, 9, 40, 100];

fn square<T: Real + Send + Sync + 'static>(all: &mut Vec<Case>) {
    for n in ORDERS {
        for blocked in [true, false] {
            let what = if blocked { "blocked" } else { "plain" };
            let (a, b) = (random::<T>(n, n), random::<T>(n, 5));
            let f = move |out: &mut Matrix<T>| match blocked {
                true => solve(a.view(), b.view(), out.view_mut()),
                false => solve_with(a.view(), b.view(), out.view_mut(), false),
            };
            all.push(Case::new(&["linalg::lu::solve", "linalg::lu::solve_with"], what, blank::<T>(n, 5), f));
            let a = random::<T>(n, n);
            let f = move |out: &mut Matrix<T>| match blocked {
                true => inv(a.view(), out.view_mut()),
                false => inv_with(a.view(), out.view_mut(), false),
            };
            all.push(Case::new(&["linalg::lu::inv", "linalg::lu::inv_with"], what, blank::<T>(n, n), f));
            let a = random::<T>(n, n);
            let f = move |out: &mut [T; 3]| {
                let value = if blocked { det(a.view())? } else { det_with(a.view(), false)? };
                let (sign, log) = slogdet(a.view())?;
                *out = [value, sign, log];
                Ok(())
            };
            let names = &["linalg::lu::det", "linalg::lu::det_with", "linalg::lu::slogdet"];
            all.push(Case::new(names, what, [T::ZERO; 3], f));
            for upper in [true, false] {
                let a = definite::<T>(n);
                let f = move |out: &mut Matrix<T>| match blocked {
                    true => cholesky(a.view(), upper, out.view_mut()),
                    false => cholesky_with(a.view(), upper, out.view_mut(), false),
                };
                let names = &["linalg::cholesky::cholesky", "linalg::cholesky::cholesky_with"];
                all.push(Case::new(names, what, blank::<T>(n, n), f));
            }
            let names = &["linalg::eigh::eigh", "linalg::eigh::eigh_with"];
            let a = definite::<T>(n);
            let f = move |(w, v): &mut (Matrix<T>, Matrix<T>)| match blocked {
                true => eigh(a.view(), true, w.row(), Some(v.view_mut())),
                false => eigh_with(a.view(), true, w.row(), Some(v.view_mut()), false),
            };
            all.push(Case::new(names, what, (blank::<T>(1, n), blank::<T>(n, n)), f));
            let a = definite::<T>(n);
            let f = move |w: &mut Matrix<T>| eigh_with(a.view(), false, w.row(), None, blocked);
            all.push(Case::new(names, "values alone", blank::<T>(1, n), f));
        }
    }
}

fn rectangular<T: Real + Send + Sync + 'static>(all: &mut Vec<Case>) {
    for (m, n) in [(3, 2), (2, 3), (9, 9), (40, 40), (30, 60), (100, 40), (50, 90), (90, 90)] {
        let k = m.min(n);
        for blocked in [true, false] {
            let what = if blocked { "blocked" } else { "plain" };
            for columns in [k, m] {
                let a = random::<T>(m, n);
                let f = move |(q, r): &mut (Matrix<T>, Matrix<T>)| match blocked {
                    true => qr(a.view(), q.view_mut(), r.view_mut()),
                    false => qr_with(a.view(), q.view_mut(), r.view_mut(), false),
                };
                let out = (blank::<T>(m, columns), blank::<T>(columns, n));
                all.push(Case::new(&["linalg::qr::qr", "linalg::qr::qr_with"], what, out, f));
            }
            for (rows, columns) in [(m, n), (k, k)] {
                let a = random::<T>(m, n);
                let f = move |(u, s, vt): &mut (Matrix<T>, Matrix<T>, Matrix<T>)| {
                    let vectors = Some((u.view_mut(), vt.view_mut()));
                    match blocked {
                        true => svd(a.view(), s.row(), vectors),
                        false => svd_with(a.view(), s.row(), vectors, false),
                    }
                };
                let out = (blank::<T>(m, rows), blank::<T>(1, k), blank::<T>(columns, n));
                all.push(Case::new(&["linalg::svd::svd", "linalg::svd::svd_with"], what, out, f));
            }
            let a = random::<T>(m, n);
            let f = move |s: &mut Matrix<T>| svd_with(a.view(), s.row(), None, blocked);
            all.push(Case::new(&["linalg::svd::svd_with"], "values alone", blank::<T>(1, k), f));
            // Few right sides are turned by rotations, many by vectors.
            for columns in [0, 2, 12] {
                let (a, b) = (random::<T>(m, n), random::<T>(m, columns));
                let f = move |(x, residuals, s): &mut (Matrix<T>, Matrix<T>, Matrix<T>)| -> Result<()> {
                    let (rcond, left) = (T::from_f64(-1.0), Some(residuals.row()));
                    match blocked {
                        true => lstsq(a.view(), b.view(), rcond, x.view_mut(), left, s.row()),
                        false => lstsq_with(a.view(), b.view(), rcond, x.view_mut(), left, s.row(), false),
                    }
                    .map(drop)
                };
                let out = (blank::<T>(n, columns), blank::<T>(1, columns), blank::<T>(1, k));
                all.push(Case::new(&["linalg::lstsq::lstsq", "linalg::lstsq::lstsq_with"], what, out, f));
            }
        }
        let a = random::<T>(m, n);
        let f = move |r: &mut Matrix<T>| qr_r(a.view(), r.view_mut());
        all.push(Case::new(&["linalg::qr::qr_r"], "", blank::<T>(k, n), f));
        let a = random::<T>(m, n);
        let f = move |(h, tau): &mut (Matrix<T>, Matrix<T>)| qr_raw(a.view(), h.view_mut(), tau.row());
        all.push(Case::new(&["linalg::qr::qr_raw"], "", (blank::<T>(m, n), blank::<T>(1, k)), f));
    }
}

pub fn cases() -> Vec<Case> {
    // Condition numbers of some thousands.
    [of::<f64>(1e-9), of::<f32>(1e-2)].into_iter().flatten().collect()
}

fn of<T: Real + Send + Sync + 'static>(rounding: f64) -> Vec<Case> {
    let mut all = Vec::new();
    products::<T>(&mut all);
    square::<T>(&mut all);
    rectangular::<T>(&mut all);
    all.into_iter().map(|case| case.rounding(rounding)).collect()
}
