//! `svd`: residuals and orthogonality over hard matrices, divide and conquer against
//! the QR iteration.

mod common;

use common::Strided;
use common::matrices::{FAMILIES, Family, Float, LAYOUTS, Matrix, make};
use ferrodide::Error;
use ferrodide::linalg::svd;
use ferrodide::linalg::svd::svd_with;

/// Around the base of the recursion, the panels, powers of two, and where QR comes first.
const SHAPES: [(usize, usize); 26] = [
    (0, 0),
    (0, 3),
    (3, 0),
    (1, 1),
    (1, 4),
    (4, 1),
    (2, 2),
    (3, 2),
    (2, 3),
    (4, 4),
    (8, 8),
    (9, 9),
    (24, 24),
    (31, 31),
    (32, 33),
    (33, 32),
    (33, 33),
    (40, 29),
    (65, 64),
    (64, 65),
    (66, 66),
    (67, 67),
    (90, 60),
    (92, 60),
    (40, 100),
    (131, 131),
];

fn check<T: Float>(family: Family, (m, n): (usize, usize)) {
    let a = make::<T>(family, m, n, (m * 1000 + n) as u64);
    let (k, size) = (m.min(n), m.max(n).max(8) as f64);
    let norm = a.max() * size;
    // Reductions and merges round in each of n steps; 4 is above what any family needs.
    let bound = 4.0 * T::EPS * size;
    let mut all = Vec::new();
    let configurations = [(true, 0, true), (true, 1, false), (true, 2, true), (false, 0, false)];
    // The largest cost the most, and differ in the algorithm only.
    for (blocked, layout, full) in configurations.into_iter().take(if m.max(n) > 40 { 1 } else { 4 }) {
        let what = format!("{family:?} {m} x {n} {} {blocked} {full}", T::NAME);
        let x = a.strided::<T>(&LAYOUTS[layout]);
        let (rows, columns) = if full { (m, n) } else { (k, k) };
        let (zeros_u, zeros_vt) = (Matrix::new(m, rows, |_, _| -77.0), Matrix::new(columns, n, |_, _| -77.0));
        let (mut u, mut vt) = (zeros_u.strided::<T>(&LAYOUTS[layout]), zeros_vt.strided::<T>(&LAYOUTS[2 - layout]));
        let mut s = Strided::dense(&[k], vec![T::from_small(-77); k]);
        svd_with(x.view(), s.view_mut(), Some((u.view_mut(), vt.view_mut())), blocked)
            .unwrap_or_else(|e| panic!("{what}: {e}"));
        let (u, vt) = (Matrix::of(&u), Matrix::of(&vt));
        let s: Vec<f64> = s.data.iter().map(|x| x.to_f64()).collect();
        assert!(s.iter().rev().is_sorted() && s.iter().all(|s| *s >= 0.0), "{what}: {s:?}");
        for (name, off) in [("u", u.orthogonality()), ("vt", vt.t().orthogonality())] {
            assert!(off <= bound, "{what}: {name} not orthogonal by {off:e}");
        }
        let thin = Matrix::new(k, n, |i, j| vt.at(i, j));
        let residual = u.columns(k).scaled(&s).dot(&thin).minus(&a).max();
        // 9 is the most that is seen.
        assert!(residual <= 24.0 * T::EPS * norm, "{what}: residual {residual:e}, {}", residual / norm / T::EPS);
        all.push(s);
        let mut only = Strided::dense(&[k], vec![T::from_small(-77); k]);
        svd(x.view(), only.view_mut(), None).unwrap();
        all.push(only.data.iter().map(|x| x.to_f64()).collect());
    }
    for other in &all[1..] {
        for (x, y) in all[0].iter().zip(other) {
            assert!((x - y).abs() <= bound * norm, "{family:?} {m} x {n}: {x} and {y}");
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn residuals() {
    for family in FAMILIES {
        for shape in SHAPES {
            check::<f64>(family, shape);
            if shape.0.max(shape.1) <= 67 {
                check::<f32>(family, shape);
            }
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn known_singular_values() {
    for (m, n) in [(5, 5), (40, 70), (100, 60), (64, 64)] {
        // Diagonal, with signs: nothing is rounded.
        let k = m.min(n);
        let a =
            Matrix::new(
                m,
                n,
                |i, j| if i == j { (i * 37 % 64) as f64 * if i % 2 == 0 { 1.0 } else { -1.0 } } else { 0.0 },
            );
        let mut s = Strided::dense(&[k], vec![0.0; k]);
        let mut expected: Vec<f64> = (0..k).map(|i| (i * 37 % 64) as f64).collect();
        expected.sort_by(|x, y| y.total_cmp(x));
        let (mut u, mut vt) = (Matrix::eye(m).dense::<f64>(), Matrix::eye(n).dense::<f64>());
        svd(a.dense::<f64>().view(), s.view_mut(), Some((u.view_mut(), vt.view_mut()))).unwrap();
        assert_eq!(s.data, expected);
        svd(a.dense::<f64>().view(), s.view_mut(), None).unwrap();
        assert_eq!(s.data, expected);
    }
    // Upper bidiagonal with ones: 2 cos(k pi / (2 n + 1)).
    for n in [5, 50, 90] {
        let a = Matrix::new(n, n, |i, j| f64::from(u8::from(i == j || i + 1 == j)));
        let (mut s, mut u) = (Strided::dense(&[n], vec![0.0; n]), a.dense::<f64>());
        let mut vt = u.clone();
        svd(a.dense::<f64>().view(), s.view_mut(), Some((u.view_mut(), vt.view_mut()))).unwrap();
        for (k, s) in s.data.iter().enumerate() {
            let exact = 2.0 * ((k + 1) as f64 * std::f64::consts::PI / (2 * n + 1) as f64).cos();
            assert!((s - exact).abs() <= 4.0 * n as f64 * f64::EPSILON, "{n}: {s} and {exact}");
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn multiples_of_the_identity_come_with_the_identity() {
    // Divide and conquer, which takes over beyond, has them in another order.
    for n in [1, 2, 3, 24] {
        for blocked in [false, true] {
            let a = Matrix::new(n, n, |i, j| if i == j { 2.5 } else { 0.0 }).dense::<f64>();
            let (mut s, mut u, mut vt) = (Strided::dense(&[n], vec![0.0; n]), a.clone(), a.clone());
            svd_with(a.view(), s.view_mut(), Some((u.view_mut(), vt.view_mut())), blocked).unwrap();
            for got in [u, vt] {
                assert!(Matrix::of(&got).data == Matrix::eye(n).data, "{n} {blocked}");
            }
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_is_not_finite_does_not_converge() {
    for (m, n) in [(1, 1), (3, 2), (9, 40), (70, 70), (90, 20)] {
        for value in [f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let (k, mut a) = (m.min(n), make::<f64>(Family::Random, m, n, 3));
            a.data[m * n / 2] = value;
            let mut s = Strided::dense(&[k], vec![0.0; k]);
            let (mut u, mut vt) = (Matrix::eye(m).dense::<f64>(), Matrix::eye(n).dense::<f64>());
            let expected = Err(Error::LinAlg("SVD did not converge".into()));
            assert_eq!(svd(a.dense().view(), s.view_mut(), None), expected);
            assert_eq!(svd(a.dense().view(), s.view_mut(), Some((u.view_mut(), vt.view_mut()))), expected);
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_is_refused() {
    let a = Matrix::new(4, 3, |_, _| 1.0).dense::<f64>();
    let (mut s, mut u, mut vt) =
        (Strided::dense(&[3], vec![0.0; 3]), Matrix::eye(4).dense::<f64>(), Matrix::eye(4).dense::<f64>());
    let refused = svd(a.view(), s.view_mut(), Some((u.view_mut(), vt.view_mut())));
    assert_eq!(refused, Err(Error::Value("vt has shape [4, 4]; expected [3, 3]".into())));
    let mut long = Strided::dense(&[4], vec![0.0; 4]);
    assert_eq!(svd(a.view(), long.view_mut(), None), Err(Error::Value("s has shape [4]; expected [3]".into())));
}
