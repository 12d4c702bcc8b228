//! `lstsq`: the normal equations, the least norm and the rank, over hard matrices.

mod common;

use common::matrices::{FAMILIES, Family, Float, LAYOUTS, Matrix, make, random};
use common::{Random, Strided};
use ferrodide::Error;
use ferrodide::linalg::lstsq;
use ferrodide::linalg::lstsq::lstsq_with;
use ferrodide::linalg::svd;

const SHAPES: [(usize, usize); 16] = [
    (0, 0),
    (0, 3),
    (3, 0),
    (1, 1),
    (1, 4),
    (4, 1),
    (5, 3),
    (3, 5),
    (9, 9),
    (33, 33),
    (40, 29),
    (29, 40),
    (100, 40),
    (40, 100),
    (66, 65),
    (65, 66),
];

fn check<T: Float>(family: Family, (m, n): (usize, usize), columns: usize) {
    let a = make::<T>(family, m, n, (m * 1000 + n) as u64);
    let scale = if a.max() > 0.0 { a.max() } else { 1.0 };
    let b = random(m, columns, &mut Random(9));
    let b = Matrix { data: b.data.iter().map(|x| T::from_f64(x * scale).to_f64()).collect(), ..b };
    let (k, size) = (m.min(n), m.max(n).max(8) as f64);
    let mut s = Strided::dense(&[k], vec![T::from_small(0); k]);
    let (mut u, mut vt) = (Matrix::new(m, k, |_, _| 0.0).dense::<T>(), Matrix::new(k, n, |_, _| 0.0).dense::<T>());
    svd(a.dense::<T>().view(), s.view_mut(), Some((u.view_mut(), vt.view_mut()))).unwrap();
    let (u, vt) = (Matrix::of(&u), Matrix::of(&vt));
    let values: Vec<f64> = s.data.iter().map(|x| x.to_f64()).collect();
    let configurations = [(true, 2), (true, 0), (true, 1), (false, 0)];
    // The largest cost the most, and differ in the algorithm only.
    for (blocked, layout) in configurations.into_iter().take(if m.max(n) > 40 { 1 } else { 4 }) {
        let what = format!("{family:?} {m} x {n} x {columns} {} {blocked}", T::NAME);
        let mut x = Matrix::new(n, columns, |_, _| -77.0).strided::<T>(&LAYOUTS[2 - layout]);
        let mut residuals = Strided::dense(&[columns], vec![T::from_small(-77); columns]);
        let mut got = Strided::dense(&[k], vec![T::from_small(-77); k]);
        let (a_view, b_view) = (a.strided::<T>(&LAYOUTS[layout]), b.strided::<T>(&LAYOUTS[layout]));
        // Well above rounding, and below what the families have on purpose.
        let rcond = 1e-3;
        let rank = lstsq_with(
            a_view.view(),
            b_view.view(),
            T::from_f64(rcond),
            x.view_mut(),
            Some(residuals.view_mut()),
            got.view_mut(),
            blocked,
        )
        .unwrap_or_else(|e| panic!("{what}: {e}"));
        let x = Matrix::of(&x);
        let expected = values.iter().filter(|s| **s > rcond * values[0]).count();
        assert_eq!(rank, expected, "{what}");
        // The definition: V diag(1 / s) U^T b, over the values that count.
        let inverse: Vec<f64> = values.iter().take(rank).map(|s| 1.0 / s).collect();
        let sums = u.columns(rank).t().dot(&b);
        let v = Matrix::new(rank, n, |i, j| vt.at(i, j)).t();
        let defined = v.scaled(&inverse).dot(&sums);
        // Both are backward stable: they differ by up to the condition number, 1 / rcond, squared
        // where there is a residual.
        let norm = b.max() * inverse.last().copied().unwrap_or(0.0);
        let condition = values.first().map_or(1.0, |s| s * inverse.last().copied().unwrap_or(0.0));
        let off = x.minus(&defined).max();
        assert!(off <= 8.0 * T::EPS * size * norm * condition.max(1.0) * size.sqrt(), "{what}: {off:e}, norm {norm:e}");
        let left = a.dot(&x).minus(&b);
        for j in 0..columns {
            let got = residuals.data[j].to_f64();
            if m < n || rank < n {
                assert!(got.is_nan(), "{what}");
            } else if scale > 1e-20 && scale < 1e20 {
                let squares: f64 = (0..m).map(|i| left.at(i, j) * left.at(i, j)).sum();
                assert!((got - squares).abs() <= 16.0 * T::EPS * size * size * b.max() * b.max() * condition, "{what}");
            }
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn solutions() {
    for family in FAMILIES {
        for shape in SHAPES {
            // Rotations up to 8, vectors above.
            for columns in [0, 2, 10] {
                check::<f64>(family, shape, columns);
                if shape.0.max(shape.1) <= 40 {
                    check::<f32>(family, shape, columns);
                }
            }
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn a_line_through_points() {
    let a = Matrix::new(5, 2, |i, j| if j == 0 { 1.0 } else { i as f64 });
    let b = Strided::dense(&[5], (0..5).map(|i| 2.0 - 3.0 * i as f64).collect());
    let (mut x, mut s) = (Strided::dense(&[2], vec![0.0; 2]), Strided::dense(&[2], vec![0.0; 2]));
    let mut residuals = Strided::dense(&[1], vec![9.0]);
    let rank = lstsq(a.dense::<f64>().view(), b.view(), -1.0, x.view_mut(), Some(residuals.view_mut()), s.view_mut());
    assert_eq!(rank, Ok(2));
    assert!((x.data[0] - 2.0).abs() < 1e-14 && (x.data[1] + 3.0).abs() < 1e-14, "{:?}", x.data);
    assert!(residuals.data[0].abs() < 1e-28);
    // Scales far apart: only what is in the result can overflow.
    let scaled = |by: f64| Matrix::new(5, 2, |i, j| by * if j == 0 { 1.0 } else { i as f64 });
    for (by, b_by) in [(1e300, 1e-8), (1e-300, 1e-305), (1e-300, 1e3), (1e300, 1e306)] {
        let b = Strided::dense(&[5], b.data.iter().map(|b| b * b_by).collect());
        lstsq(scaled(by).dense::<f64>().view(), b.view(), -1.0, x.view_mut(), None, s.view_mut()).unwrap();
        let unit = b_by / by;
        assert!((x.data[0] / unit - 2.0).abs() < 1e-13 && (x.data[1] / unit + 3.0).abs() < 1e-13, "{by}: {:?}", x.data);
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_is_refused_and_what_is_not_finite() {
    let a = Matrix::new(4, 2, |i, j| (i + j) as f64).dense::<f64>();
    let b = Strided::dense(&[4], vec![1.0, f64::NAN, 3.0, 4.0]);
    let (mut x, mut s) = (Strided::dense(&[2], vec![0.0; 2]), Strided::dense(&[2], vec![0.0; 2]));
    lstsq(a.view(), b.view(), -1.0, x.view_mut(), None, s.view_mut()).unwrap();
    assert!(x.data.iter().all(|x| x.is_nan()));
    let mut bad = a.clone();
    bad.data[3] = f64::INFINITY;
    let refused = lstsq(bad.view(), b.view(), -1.0, x.view_mut(), None, s.view_mut());
    assert_eq!(refused, Err(Error::LinAlg("SVD did not converge in Linear Least Squares".into())));
    let short = Strided::dense(&[3], vec![1.0; 3]);
    let refused = lstsq(a.view(), short.view(), -1.0, x.view_mut(), None, s.view_mut());
    assert_eq!(refused, Err(Error::Value("b has shape [3]; expected 4 rows, as a".into())));
}
