//! `linalg::batched`: each matrix as the functions of one matrix have it, whatever the axes before it
//! and their strides; shapes, and what is refused. And `pinv`, alone and batched.

mod common;

use common::matrices::{FAMILIES, Family, Float, LAYOUTS, Matrix, make, random, symmetric};
use common::{Layout, Random, Strided, indices};
use ferrodide::linalg::{self, Shape, batched};
use ferrodide::{Error, Result};

/// The axes before the matrices.
const BATCHES: [&[usize]; 5] = [&[], &[3], &[2, 3], &[0], &[2, 0, 1]];
/// Around the stack's arrays and the blocks; and what is empty.
const SHAPES: [(usize, usize); 12] =
    [(0, 0), (0, 3), (3, 0), (1, 1), (2, 2), (5, 3), (3, 5), (8, 8), (9, 9), (40, 33), (33, 40), (41, 41)];

/// Axes in an order of their own, with gaps, some backwards.
fn layout(shape: &[usize], seed: u64) -> Layout {
    let mut random = Random(seed);
    let axes = shape.iter().map(|_| (random.next() as u32, 1 + random.below(2), random.below(2) == 0)).collect();
    Layout { shape: shape.to_vec(), axes }
}

/// A result to be filled, in a layout that has nothing to do with that of the operand.
fn blank<T: Float>(shape: &[usize], seed: u64) -> Strided<T> {
    Strided::new(&layout(shape, seed), |_| T::from_small(-77))
}

/// A batch of what `make` gives for each of its matrices.
fn stack<T: Float>(
    batch: &[usize],
    (m, n): (usize, usize),
    seed: u64,
    mut make: impl FnMut(u64) -> Matrix,
) -> Strided<T> {
    let shape: Vec<usize> = batch.iter().copied().chain([m, n]).collect();
    let mut x = blank(&shape, seed);
    for (number, index) in indices(batch).iter().enumerate() {
        let matrix = make(number as u64);
        for at in indices(&[m, n]) {
            let index: Vec<usize> = index.iter().copied().chain(at.iter().copied()).collect();
            let position = x.position(&index);
            x.data[position] = T::from_f64(matrix.at(at[0], at[1]));
        }
    }
    x
}

/// What lies at an index of the batch, in C order.
fn part<T: Float>(x: &Strided<T>, index: &[usize]) -> Strided<T> {
    let core = &x.shape[index.len()..];
    let at = |rest: Vec<usize>| x.get(&index.iter().copied().chain(rest).collect::<Vec<_>>());
    Strided::dense(core, indices(core).into_iter().map(at).collect())
}

fn axes<const N: usize>(shapes: Result<[Shape; N]>) -> [Vec<usize>; N] {
    shapes.unwrap().map(|shape| shape.as_slice().to_vec())
}

/// Each part of the results is what the function of one matrix makes of that part of the operand.
fn same<T: Float>(batch: &[usize], got: &[&Strided<T>], what: &str, one: impl Fn(&[usize]) -> Vec<Strided<T>>) {
    for index in indices(batch) {
        let want = one(&index);
        assert_eq!(want.len(), got.len());
        for (number, (got, want)) in got.iter().zip(&want).enumerate() {
            let (got, want) = (part(got, &index), want.elements());
            let bits = |x: &[T]| x.iter().map(|x| x.bits()).collect::<Vec<_>>();
            assert_eq!(bits(&got.data), bits(&want), "{what}: result {number} at {index:?}");
        }
    }
}

fn join(batch: &[usize], core: &[usize]) -> Vec<usize> {
    batch.iter().chain(core).copied().collect()
}

fn check_square<T: Float>(batch: &[usize], n: usize) {
    let what = format!("{} {batch:?} {n}", T::NAME);
    let a = stack::<T>(batch, (n, n), 1, |seed| random(n, n, &mut Random(seed + 3)));
    let zero = |shape: &[usize]| Strided::dense(shape, vec![T::from_small(-77); shape.iter().product()]);
    let [square] = axes(batched::inv_shape(&a.shape).map(|x| [x]));
    assert_eq!(square, join(batch, &[n, n]));
    let mut out = blank(&square, 2);
    batched::inv(a.view(), out.view_mut()).unwrap();
    same(batch, &[&out], &format!("inv {what}"), |index| {
        let mut one = zero(&[n, n]);
        linalg::inv(part(&a, index).view(), one.view_mut()).unwrap();
        vec![one]
    });
    let [numbers] = axes(batched::det_shape(&a.shape).map(|x| [x]));
    assert_eq!(numbers, batch);
    let (mut det, mut sign, mut log) = (blank(batch, 3), blank(batch, 4), blank(batch, 5));
    batched::det(a.view(), det.view_mut()).unwrap();
    batched::slogdet(a.view(), sign.view_mut(), log.view_mut()).unwrap();
    same(batch, &[&det, &sign, &log], &format!("det {what}"), |index| {
        let a = part(&a, index);
        let (s, l) = linalg::slogdet(a.view()).unwrap();
        [linalg::det(a.view()).unwrap(), s, l].map(|x| Strided::dense(&[], vec![x])).to_vec()
    });
    let definite = stack::<T>(batch, (n, n), 6, |seed| {
        let x = random(n, n, &mut Random(seed));
        let squares = x.t().dot(&x);
        Matrix::new(n, n, |i, j| squares.at(i.max(j), i.min(j)) + f64::from(u8::from(i == j)))
    });
    for flag in [false, true] {
        let mut out = blank(&square, 7);
        batched::cholesky(definite.view(), flag, out.view_mut()).unwrap();
        same(batch, &[&out], &format!("cholesky {what}"), |index| {
            let mut one = zero(&[n, n]);
            linalg::cholesky(part(&definite, index).view(), flag, one.view_mut()).unwrap();
            vec![one]
        });
        let [values, vectors] = axes(batched::eigh_shapes(&a.shape));
        assert_eq!((&values, &vectors), (&join(batch, &[n]), &square));
        let (mut w, mut v, mut alone) = (blank(&values, 8), blank(&vectors, 9), blank(&values, 10));
        batched::eigh(a.view(), flag, w.view_mut(), Some(v.view_mut())).unwrap();
        batched::eigh(a.view(), flag, alone.view_mut(), None).unwrap();
        same(batch, &[&w, &v, &alone], &format!("eigh {what}"), |index| {
            let (a, mut w, mut v, mut alone) = (part(&a, index), zero(&[n]), zero(&[n, n]), zero(&[n]));
            linalg::eigh(a.view(), flag, w.view_mut(), Some(v.view_mut())).unwrap();
            linalg::eigh(a.view(), flag, alone.view_mut(), None).unwrap();
            vec![w, v, alone]
        });
    }
}

fn check_any<T: Float>(batch: &[usize], (m, n): (usize, usize)) {
    let what = format!("{} {batch:?} {m} x {n}", T::NAME);
    let k = m.min(n);
    let a = stack::<T>(batch, (m, n), 1, |seed| random(m, n, &mut Random(seed + 3)));
    let zero = |shape: &[usize]| Strided::dense(shape, vec![T::from_small(-77); shape.iter().product()]);
    for full in [false, true] {
        let (columns, rows) = if full { (m, n) } else { (k, k) };
        let [u_shape, s_shape, vt_shape] = axes(batched::svd_shapes(&a.shape, full));
        assert_eq!([&u_shape, &vt_shape], [&join(batch, &[m, columns]), &join(batch, &[rows, n])]);
        assert_eq!(s_shape, join(batch, &[k]));
        let (mut u, mut s, mut vt) = (blank(&u_shape, 2), blank(&s_shape, 3), blank(&vt_shape, 4));
        let mut alone = blank(&s_shape, 5);
        batched::svd(a.view(), s.view_mut(), Some((u.view_mut(), vt.view_mut()))).unwrap();
        batched::svd(a.view(), alone.view_mut(), None).unwrap();
        same(batch, &[&u, &s, &vt, &alone], &format!("svd {what}"), |index| {
            let a = part(&a, index);
            let (mut u, mut s, mut vt, mut alone) = (zero(&[m, columns]), zero(&[k]), zero(&[rows, n]), zero(&[k]));
            linalg::svd(a.view(), s.view_mut(), Some((u.view_mut(), vt.view_mut()))).unwrap();
            linalg::svd(a.view(), alone.view_mut(), None).unwrap();
            vec![u, s, vt, alone]
        });
        let k = if full { m } else { k };
        let [q_shape, r_shape] = axes(batched::qr_shapes(&a.shape, full));
        assert_eq!([&q_shape, &r_shape], [&join(batch, &[m, k]), &join(batch, &[k, n])]);
        let (mut q, mut r) = (blank(&q_shape, 6), blank(&r_shape, 7));
        batched::qr(a.view(), q.view_mut(), r.view_mut()).unwrap();
        same(batch, &[&q, &r], &format!("qr {what}"), |index| {
            let (mut q, mut r) = (zero(&[m, k]), zero(&[k, n]));
            linalg::qr(part(&a, index).view(), q.view_mut(), r.view_mut()).unwrap();
            vec![q, r]
        });
    }
    let [h_shape, tau_shape] = axes(batched::qr_raw_shapes(&a.shape));
    assert_eq!((&h_shape, &tau_shape), (&a.shape, &join(batch, &[k])));
    let (mut h, mut tau, mut r) = (blank(&h_shape, 8), blank(&tau_shape, 9), blank(&join(batch, &[k, n]), 10));
    batched::qr_raw(a.view(), h.view_mut(), tau.view_mut()).unwrap();
    batched::qr_r(a.view(), r.view_mut()).unwrap();
    let [inverse] = axes(batched::pinv_shape(&a.shape).map(|x| [x]));
    assert_eq!(inverse, join(batch, &[n, m]));
    let mut pinv = blank(&inverse, 11);
    batched::pinv(a.view(), 1e-5, pinv.view_mut()).unwrap();
    same(batch, &[&h, &tau, &r, &pinv], &format!("raw, r, pinv {what}"), |index| {
        let (a, mut h, mut tau, mut r) = (part(&a, index), zero(&[m, n]), zero(&[k]), zero(&[k, n]));
        linalg::qr_raw(a.view(), h.view_mut(), tau.view_mut()).unwrap();
        linalg::qr_r(a.view(), r.view_mut()).unwrap();
        let mut pinv = zero(&[n, m]);
        linalg::pinv(a.view(), 1e-5, pinv.view_mut()).unwrap();
        vec![h, tau, r, pinv]
    });
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn each_matrix_is_as_if_alone() {
    for batch in BATCHES {
        for n in [0, 1, 2, 3, 8, 9, 40] {
            check_square::<f64>(batch, n);
            check_square::<f32>(batch, n);
        }
        for shape in SHAPES {
            check_any::<f64>(batch, shape);
            check_any::<f32>(batch, shape);
        }
    }
}

/// Small matrices share the lanes of vectors: one that is easy with one that is graded, tiny, or has no vectors to find.
fn check_neighbours<T: Float>(m: usize, n: usize) {
    let batch = [FAMILIES.len()];
    let zero = |shape: &[usize]| Strided::dense(shape, vec![T::from_small(-77); shape.iter().product()]);
    // The second round makes others of them neighbours.
    for first in 0..2 {
        let family = |number: u64| FAMILIES[(number as usize + first) % FAMILIES.len()];
        let what = format!("of families from {first} on, {} {m} x {n}", T::NAME);
        let a = stack::<T>(&batch, (m, n), 1, |number| make::<T>(family(number), m, n, number));
        let k = m.min(n);
        let (mut u, mut s) = (zero(&[batch[0], m, k]), zero(&[batch[0], k]));
        let (mut vt, mut alone) = (zero(&[batch[0], k, n]), zero(&[batch[0], k]));
        batched::svd(a.view(), s.view_mut(), Some((u.view_mut(), vt.view_mut()))).unwrap();
        batched::svd(a.view(), alone.view_mut(), None).unwrap();
        same(&batch, &[&u, &s, &vt, &alone], &format!("svd {what}"), |index| {
            let a = part(&a, index);
            let (mut u, mut s, mut vt, mut alone) = (zero(&[m, k]), zero(&[k]), zero(&[k, n]), zero(&[k]));
            linalg::svd(a.view(), s.view_mut(), Some((u.view_mut(), vt.view_mut()))).unwrap();
            linalg::svd(a.view(), alone.view_mut(), None).unwrap();
            vec![u, s, vt, alone]
        });
        if m != n {
            continue;
        }
        let a = stack::<T>(&batch, (n, n), 1, |number| symmetric::<T>(family(number), n, number));
        let (mut w, mut v, mut alone) = (zero(&[batch[0], n]), zero(&[batch[0], n, n]), zero(&[batch[0], n]));
        batched::eigh(a.view(), true, w.view_mut(), Some(v.view_mut())).unwrap();
        batched::eigh(a.view(), true, alone.view_mut(), None).unwrap();
        same(&batch, &[&w, &v, &alone], &format!("eigh {what}"), |index| {
            let (a, mut w, mut v, mut alone) = (part(&a, index), zero(&[n]), zero(&[n, n]), zero(&[n]));
            linalg::eigh(a.view(), true, w.view_mut(), Some(v.view_mut())).unwrap();
            linalg::eigh(a.view(), true, alone.view_mut(), None).unwrap();
            vec![w, v, alone]
        });
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn neighbours_do_not_matter() {
    for (m, n) in [(1, 1), (2, 2), (3, 2), (5, 5), (12, 12), (9, 20), (33, 33), (48, 48)] {
        check_neighbours::<f64>(m, n);
        check_neighbours::<f32>(m, n);
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn solve_broadcasts() {
    // The batches of a and of b, and of the result; `None`: b is a vector.
    type Case<'a> = (&'a [usize], Option<&'a [usize]>, &'a [usize]);
    let cases: [Case; 9] = [
        (&[], None, &[]),
        (&[3], None, &[3]),
        (&[2, 3], None, &[2, 3]),
        (&[], Some(&[4]), &[4]),
        (&[3], Some(&[3]), &[3]),
        (&[2, 1], Some(&[1, 3]), &[2, 3]),
        (&[1, 3], Some(&[2, 1, 1]), &[2, 1, 3]),
        (&[0], Some(&[1]), &[0]),
        (&[2, 1], Some(&[0]), &[2, 0]),
    ];
    for (a_batch, b_batch, batch) in cases {
        for (n, columns) in [(0, 0), (0, 2), (3, 0), (1, 1), (4, 3), (9, 10), (33, 4)] {
            let what = format!("{a_batch:?} {b_batch:?} {n} {columns}");
            let a = stack::<f64>(a_batch, (n, n), 1, |seed| random(n, n, &mut Random(seed + 3)));
            let (b, core) = match b_batch {
                None => (stack(&[], (n, 1), 2, |seed| random(n, 1, &mut Random(seed))), vec![n]),
                Some(b_batch) => {
                    (stack(b_batch, (n, columns), 2, |seed| random(n, columns, &mut Random(seed))), vec![n, columns])
                }
            };
            let b = if b_batch.is_none() { Strided::dense(&[n], b.elements()) } else { b };
            let shape = batched::solve_shape(&a.shape, &b.shape).unwrap();
            assert_eq!(shape.as_slice(), join(batch, &core), "{what}");
            let mut x = blank::<f64>(shape.as_slice(), 3);
            batched::solve(a.view(), b.view(), x.view_mut()).unwrap();
            same(batch, &[&x], &what, |index| {
                let of = |batch: &[usize]| {
                    let last = &index[index.len() - batch.len()..];
                    last.iter().zip(batch).map(|(&i, &n)| if n == 1 { 0 } else { i }).collect::<Vec<_>>()
                };
                let mut one = Strided::dense(&core, vec![-77.0; core.iter().product()]);
                let b = part(&b, &of(b_batch.unwrap_or(&[])));
                linalg::solve(part(&a, &of(a_batch)).view(), b.view(), one.view_mut()).unwrap();
                vec![one]
            });
        }
    }
}

fn refused<R: std::fmt::Debug>(result: Result<R>, words: &str) {
    match result {
        Err(Error::LinAlg(message)) => assert_eq!(message, words),
        other => panic!("{other:?}, expected {words}"),
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn one_bad_matrix_fails_the_call() {
    for n in [1, 3, 9, 40] {
        for bad in 0..3 {
            let with = |value: f64| {
                stack::<f64>(&[3], (n, n), 0, |number| {
                    Matrix::new(n, n, |i, j| match i == j {
                        true if number == bad && i == n / 2 => value,
                        same => f64::from(u8::from(same)),
                    })
                })
            };
            let (zero, nan, negative) = (with(0.0), with(f64::NAN), with(-1.0));
            let mut out = zero.clone();
            let (mut w, mut u, mut vt) = (blank::<f64>(&[3, n], 0), zero.clone(), zero.clone());
            refused(batched::inv(zero.view(), out.view_mut()), "Singular matrix");
            refused(batched::solve(zero.view(), zero.view(), out.view_mut()), "Singular matrix");
            let words = "Matrix is not positive definite";
            refused(batched::cholesky(negative.view(), false, out.view_mut()), words);
            refused(batched::cholesky(zero.view(), true, out.view_mut()), words);
            let words = "Eigenvalues did not converge";
            refused(batched::eigh(nan.view(), true, w.view_mut(), None), words);
            refused(batched::eigh(nan.view(), true, w.view_mut(), Some(out.view_mut())), words);
            let words = "SVD did not converge";
            refused(batched::svd(nan.view(), w.view_mut(), None), words);
            refused(batched::svd(nan.view(), w.view_mut(), Some((u.view_mut(), vt.view_mut()))), words);
            refused(batched::pinv(nan.view(), 1e-15, out.view_mut()), words);
            let (mut det, mut sign, mut log) = (blank::<f64>(&[3], 0), blank::<f64>(&[3], 0), blank::<f64>(&[3], 0));
            batched::det(zero.view(), det.view_mut()).unwrap();
            batched::slogdet(zero.view(), sign.view_mut(), log.view_mut()).unwrap();
            for number in 0..3 {
                let (value, log_value) = if number == bad { (0.0, f64::NEG_INFINITY) } else { (1.0, 0.0) };
                let at = [number as usize];
                assert_eq!([det.get(&at), sign.get(&at), log.get(&at)], [value, value, log_value]);
            }
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_is_refused() {
    let few = "1-dimensional array given. Array must be at least two-dimensional";
    let square = "Last 2 dimensions of the array must be square";
    refused(batched::inv_shape(&[3]), few);
    refused(batched::det_shape(&[3]), few);
    refused(batched::qr_shapes(&[3], true), few);
    refused(batched::svd_shapes(&[3], true), few);
    refused(batched::pinv_shape(&[3]), few);
    refused(batched::solve_shape(&[3], &[3]), few);
    refused(batched::inv_shape(&[]), "0-dimensional array given. Array must be at least two-dimensional");
    refused(batched::inv_shape(&[3, 2]), square);
    refused(batched::eigh_shapes(&[2, 3, 2]), square);
    refused(batched::solve_shape(&[2, 3], &[2]), square);
    let value = |result: Result<()>, words: &str| match result {
        Err(Error::Value(message)) => assert!(message.contains(words), "{message}"),
        other => panic!("{other:?}"),
    };
    for b in [&[][..], &[2], &[4, 2, 1], &[2, 3]] {
        value(batched::solve_shape(&[3, 3, 3], b).map(|_| ()), "expected b to have 3 rows");
    }
    value(batched::solve_shape(&[2, 3, 3], &[4, 3, 1]).map(|_| ()), "batches that broadcast");
    let a = Strided::dense(&[2, 2, 2], vec![1.0f64, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0]);
    let b = Strided::dense(&[2], vec![1.0f64, 2.0]);
    let (mut x, mut y) = (a.clone(), Strided::dense(&[3], vec![0.0f64; 3]));
    value(batched::solve(a.view(), b.view(), x.view_mut()), "out has shape [2, 2, 2]; expected [2, 2]");
    value(batched::inv(a.view(), y.view_mut()), "out has shape [3]; expected [2, 2, 2]");
    value(batched::det(a.view(), y.view_mut()), "out has shape [3]; expected [2]");
    value(batched::slogdet(a.view(), b.clone().view_mut(), y.view_mut()), "logabsdet has shape [3]; expected [2]");
    value(batched::cholesky(a.view(), false, y.view_mut()), "expected [2, 2, 2]");
    value(batched::qr(a.view(), x.view_mut(), y.view_mut()), "r has shape [3]; expected [2, 2, 2]");
    value(batched::qr_r(a.view(), y.view_mut()), "r has shape [3]; expected [2, 2, 2]");
    value(batched::qr_raw(a.view(), x.view_mut(), y.view_mut()), "tau has shape [3]; expected [2, 2]");
    value(batched::eigh(a.view(), true, y.view_mut(), None), "w has shape [3]; expected [2, 2]");
    value(batched::svd(a.view(), y.view_mut(), None), "s has shape [3]; expected [2, 2]");
    value(batched::pinv(a.view(), 1e-15, y.view_mut()), "out has shape [3]; expected [2, 2, 2]");
}

/// Moore's and Penrose's four conditions.
fn check_pinv<T: Float>(family: Family, (m, n): (usize, usize)) {
    let a = make::<T>(family, m, n, (m * 100 + n) as u64);
    let size = m.max(n).max(4) as f64;
    let mut s = Strided::dense(&[m.min(n)], vec![T::from_small(0); m.min(n)]);
    linalg::svd(a.dense::<T>().view(), s.view_mut(), None).unwrap();
    let s: Vec<f64> = s.data.iter().map(|x| x.to_f64()).collect();
    let rcond = size * T::EPS;
    let largest = s.first().copied().unwrap_or(0.0);
    let kept = s.iter().rev().find(|&&s| s > rcond * largest).copied().unwrap_or(1.0);
    // What is cut off is what A is known to; the rest is conditioned as the singular values that stay.
    let condition = if largest > 0.0 { largest / kept } else { 1.0 };
    let bound = 8.0 * size * T::EPS * condition;
    if bound > 0.1 || !(kept.recip() * largest.recip()).is_normal() && largest > 0.0 {
        return;
    }
    for layout in 0..3 {
        let what = format!("pinv {family:?} {m} x {n} {} {layout}", T::NAME);
        let mut x = Matrix::new(n, m, |_, _| -77.0).strided::<T>(&LAYOUTS[2 - layout]);
        linalg::pinv(a.strided::<T>(&LAYOUTS[layout]).view(), rcond, x.view_mut()).unwrap();
        let x = Matrix::of(&x);
        let (ax, xa) = (a.dot(&x), x.dot(&a));
        let close = |x: &Matrix, y: &Matrix, scale: f64| {
            let off = x.minus(y).max();
            assert!(off <= bound * scale, "{what}: {off:e} > {:e}", bound * scale);
        };
        close(&ax.dot(&a), &a, largest);
        close(&xa.dot(&x), &x, if largest > 0.0 { 1.0 / kept } else { 1.0 });
        close(&ax, &ax.t(), 1.0);
        close(&xa, &xa.t(), 1.0);
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn pseudo_inverses() {
    for family in FAMILIES {
        for shape in SHAPES {
            check_pinv::<f64>(family, shape);
            check_pinv::<f32>(family, shape);
        }
    }
    // Of a symmetric one, symmetric; and of a regular one, the inverse.
    let a = symmetric::<f64>(Family::Repeated, 12, 4);
    let mut x = a.dense::<f64>();
    linalg::pinv(a.dense::<f64>().view(), 1e-15, x.view_mut()).unwrap();
    let regular = Matrix::new(12, 12, |i, j| a.at(i, j) + 3.0 * f64::from(u8::from(i == j)));
    linalg::pinv(regular.dense::<f64>().view(), 1e-15, x.view_mut()).unwrap();
    assert!(Matrix::of(&x).dot(&regular).minus(&Matrix::eye(12)).max() < 1e-13);
    // A cutoff above the largest leaves nothing; a zero one keeps it all.
    linalg::pinv(regular.dense::<f64>().view(), 1.0, x.view_mut()).unwrap();
    assert!(x.data.iter().all(|x| *x == 0.0));
    let mut y = Strided::dense(&[2, 2], vec![7.0f64; 4]);
    linalg::pinv(Strided::dense(&[2, 2], vec![4.0f64, 0.0, 0.0, 2f64.powi(-60)]).view(), 0.0, y.view_mut()).unwrap();
    assert_eq!(y.data, [0.25, 0.0, 0.0, 2f64.powi(60)]);
}
