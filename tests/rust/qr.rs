//! `qr`: residuals and orthogonality over hard matrices, blocks of reflectors against one by one.

mod common;

use common::Strided;
use common::matrices::{FAMILIES, Family, Float, LAYOUTS, Matrix, make};
use ferrodide::Error;
use ferrodide::linalg::qr::qr_with;
use ferrodide::linalg::{qr, qr_r, qr_raw};

/// Around the stack's arrays and the blocks.
const SHAPES: [(usize, usize); 24] = [
    (0, 0),
    (0, 3),
    (3, 0),
    (1, 1),
    (1, 4),
    (4, 1),
    (2, 2),
    (5, 3),
    (3, 5),
    (8, 8),
    (9, 9),
    (8, 9),
    (9, 8),
    (23, 23),
    (24, 24),
    (31, 31),
    (32, 32),
    (33, 33),
    (40, 64),
    (64, 40),
    (65, 65),
    (100, 33),
    (33, 100),
    (97, 97),
];

/// Q from its definition: H_0 H_1 ..., each `I - tau v v^T`.
fn product(h: &Matrix, tau: &[f64]) -> Matrix {
    let mut q = Matrix::eye(h.m);
    for (j, tau) in tau.iter().enumerate().rev() {
        let v = Matrix::new(h.m, 1, |i, _| {
            if i < j {
                0.0
            } else if i == j {
                1.0
            } else {
                h.at(i, j)
            }
        });
        let sums = v.t().dot(&q);
        q = Matrix::new(h.m, h.m, |i, l| q.at(i, l) - tau * v.at(i, 0) * sums.at(0, l));
    }
    q
}

fn check<T: Float>(family: Family, (m, n): (usize, usize)) {
    let a = make::<T>(family, m, n, (m * 1000 + n) as u64);
    let (k, size) = (m.min(n), m.max(n).max(4) as f64);
    // Each of n reflectors rounds each element; 2 is several times what is seen.
    let bound = 2.0 * T::EPS * size;
    let mut raw = (Matrix::new(m, n, |_, _| -77.0).dense::<T>(), Strided::dense(&[k], vec![T::from_small(-77); k]));
    qr_raw(a.dense::<T>().view(), raw.0.view_mut(), raw.1.view_mut()).unwrap();
    let h = Matrix::of(&raw.0);
    let tau: Vec<f64> = raw.1.data.iter().map(|x| x.to_f64()).collect();
    let defined = product(&h, &tau);
    for (j, &tau) in tau.iter().enumerate() {
        let what = format!("{family:?} {m} x {n} {}: column {j}", T::NAME);
        // LAPACK's: 0, or between 1 and 2; the last of a square matrix is 0.
        assert!(tau == 0.0 || (1.0 - bound..=2.0 + bound).contains(&tau), "{what}: {tau}");
        assert!(j + 1 < m || tau == 0.0, "{what}");
    }
    let configurations = [(true, 2, true), (true, 0, true), (true, 1, false), (false, 0, true)];
    // The largest cost the most, and differ in the algorithm only.
    for (blocked, layout, complete) in configurations.into_iter().take(if m.max(n) > 40 { 1 } else { 4 }) {
        let what = format!("{family:?} {m} x {n} {} {blocked} {complete}", T::NAME);
        let columns = if complete { m } else { k };
        let (zero_q, zero_r) = (Matrix::new(m, columns, |_, _| -77.0), Matrix::new(columns, n, |_, _| -77.0));
        let (mut q, mut r) = (zero_q.strided::<T>(&LAYOUTS[layout]), zero_r.strided::<T>(&LAYOUTS[2 - layout]));
        qr_with(a.strided::<T>(&LAYOUTS[layout]).view(), q.view_mut(), r.view_mut(), blocked).unwrap();
        let (q, r) = (Matrix::of(&q), Matrix::of(&r));
        assert!((0..columns).all(|i| (0..n.min(i)).all(|j| r.at(i, j) == 0.0)), "{what}: R");
        let off = q.orthogonality();
        assert!(off <= bound, "{what}: not orthogonal by {off:e}");
        let residual = q.dot(&r).minus(&a).max();
        assert!(residual <= bound * size.sqrt() * a.max(), "{what}: {residual:e}, {}", residual / T::EPS / a.max());
        let same = q.minus(&defined.columns(columns)).max();
        // One column after another is determined only as far as A is well conditioned.
        let stable = matches!(family, Family::Orthogonal | Family::Identity | Family::Zero | Family::Diagonal);
        assert!(same <= bound || !blocked && !stable, "{what}: {same:e}");
        let mut alone = Matrix::new(k, n, |_, _| -77.0).dense::<T>();
        qr_r(a.dense::<T>().view(), alone.view_mut()).unwrap();
        let alone = Matrix::of(&alone);
        let upper = Matrix::new(k, n, |i, j| if i > j { 0.0 } else { h.at(i, j) });
        assert_eq!(alone.data, upper.data, "{what}");
        if blocked {
            assert_eq!(Matrix::new(k, n, |i, j| r.at(i, j)).data, upper.data, "{what}");
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn residuals() {
    for family in FAMILIES {
        for shape in SHAPES {
            check::<f64>(family, shape);
            check::<f32>(family, shape);
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn signs_are_lapacks() {
    // beta = -sign(alpha) |x|; a column that is zero below its diagonal stays as it is.
    for (column, beta) in
        [([3.0, 4.0], -5.0), ([-3.0, 4.0], 5.0), ([0.0, 4.0], -4.0), ([-0.0, 4.0], 4.0), ([-2.0, 0.0], -2.0)]
    {
        let mut r = Strided::dense(&[1, 1], vec![0.0]);
        qr_r(Strided::dense(&[2, 1], column.to_vec()).view(), r.view_mut()).unwrap();
        assert_eq!(r.data, [beta]);
    }
    // So does all right of such a column, infinities too.
    let a = Strided::dense(&[2, 2], vec![1.0, f64::INFINITY, 0.0, 1.0]);
    let (mut q, mut r) = (Strided::dense(&[2, 2], vec![0.0; 4]), Strided::dense(&[2, 2], vec![-77.0; 4]));
    qr(a.view(), q.view_mut(), r.view_mut()).unwrap();
    assert_eq!((q.data, r.data), (vec![1.0, 0.0, 0.0, 1.0], a.data));
    // Subnormal all through: the norm is computed where it is exact.
    let tiny = f64::from_bits(4);
    let (mut q, mut r) = (Strided::dense(&[2, 1], vec![0.0; 2]), Strided::dense(&[1, 1], vec![0.0]));
    qr(Strided::dense(&[2, 1], vec![3.0 * tiny, 4.0 * tiny]).view(), q.view_mut(), r.view_mut()).unwrap();
    assert_eq!(r.data, [-5.0 * tiny]);
    assert!((q.data[0] + 0.6).abs() < 1e-15 && (q.data[1] + 0.8).abs() < 1e-15, "{:?}", q.data);
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_is_not_finite_ends() {
    for n in [1, 2, 5, 9, 40] {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let mut a = make::<f64>(Family::Random, n, n, 5);
            a.data[n / 2 * n] = value;
            let (mut q, mut r) = (a.dense::<f64>(), a.dense::<f64>());
            qr(a.dense::<f64>().view(), q.view_mut(), r.view_mut()).unwrap();
            assert!(r.data.iter().any(|x| !x.is_finite()));
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_is_refused() {
    let a = Matrix::new(4, 3, |_, _| 1.0).dense::<f64>();
    let (mut q, mut r) = (Matrix::eye(4).dense::<f64>(), Matrix::eye(3).dense::<f64>());
    let refused = qr(a.view(), q.view_mut(), r.view_mut());
    let Err(Error::Value(message)) = refused else { panic!("{refused:?}") };
    assert_eq!(message, "r has shape [3, 3]; expected [4, 3]");
}
