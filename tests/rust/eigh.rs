//! `eigh`: residuals and orthogonality over hard matrices, divide and conquer against the QL iteration.

mod common;

use common::Strided;
use common::matrices::{FAMILIES, Family, Float, LAYOUTS, Matrix, symmetric};
use ferrodide::Error;
use ferrodide::linalg::eigh;
use ferrodide::linalg::eigh::eigh_with;

/// Around the base of the recursion, the panels, and powers of two.
const SIZES: [usize; 15] = [0, 1, 2, 3, 4, 8, 9, 31, 32, 33, 47, 64, 65, 97, 131];

fn solve<T: Float>(a: &Strided<T>, lower: bool, layout: usize, blocked: bool) -> (Vec<f64>, Matrix) {
    let n = a.shape[0];
    let mut w = Strided::dense(&[n], vec![T::from_small(-77); n]);
    let mut v = Matrix::eye(n).strided::<T>(&LAYOUTS[layout]);
    eigh_with(a.view(), lower, w.view_mut(), Some(v.view_mut()), blocked).unwrap();
    (w.data.iter().map(|x| x.to_f64()).collect(), Matrix::of(&v))
}

fn check<T: Float>(family: Family, n: usize) {
    let a = symmetric::<T>(family, n, n as u64);
    let norm = a.max() * n as f64;
    // Reductions and merges round in each of n steps; 4 is above what any family needs.
    let bound = 4.0 * T::EPS * (n as f64).max(8.0);
    let what = format!("{family:?} {n} {}", T::NAME);
    let mut values = Vec::new();
    let configurations = [(true, 0), (true, 1), (true, 2), (false, 0)];
    // The largest cost the most, and differ in the algorithm only.
    for (blocked, layout) in configurations.into_iter().take(if n > 47 { 1 } else { 4 }) {
        let lower = layout != 1;
        // What is not to be read is not read.
        let mut x = a.strided::<T>(&LAYOUTS[layout]);
        for i in 0..n {
            for j in 0..i {
                let position = x.position(&if lower { [j, i] } else { [i, j] });
                x.data[position] = T::from_f64(f64::NAN);
            }
        }
        let (w, v) = solve(&x, lower, layout, blocked);
        assert!(w.is_sorted(), "{what}: {w:?}");
        let residual = a.dot(&v).minus(&v.scaled(&w)).max();
        // 3 is the most that is seen.
        assert!(
            residual <= 8.0 * T::EPS * norm,
            "{what} {blocked}: residual {residual:e}, {}",
            residual / norm / T::EPS
        );
        let off = v.orthogonality();
        assert!(off <= bound, "{what} {blocked}: not orthogonal by {off:e}");
        let mut only = Strided::dense(&[n], vec![T::from_small(-77); n]);
        eigh(x.view(), lower, only.view_mut(), None).unwrap();
        values.push(w);
        values.push(only.data.iter().map(|x| x.to_f64()).collect());
    }
    // Weyl: values of nearby matrices are as near.
    for other in &values[1..] {
        for (x, y) in values[0].iter().zip(other) {
            assert!((x - y).abs() <= bound * norm, "{what}: {x} and {y}");
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn residuals() {
    for family in FAMILIES {
        for n in SIZES {
            check::<f64>(family, n);
            if n <= 66 {
                check::<f32>(family, n);
            }
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn known_eigenvalues() {
    // The second difference matrix: 2 - 2 cos(k pi / (n + 1)).
    for n in [5, 40, 100] {
        let a = Matrix::new(n, n, |i, j| match i.abs_diff(j) {
            0 => 2.0,
            1 => -1.0,
            _ => 0.0,
        });
        let (w, _) = solve(&a.dense::<f64>(), true, 0, true);
        for (k, w) in w.iter().enumerate() {
            let exact = 2.0 - 2.0 * ((k + 1) as f64 * std::f64::consts::PI / (n + 1) as f64).cos();
            assert!((w - exact).abs() <= 4.0 * n as f64 * f64::EPSILON, "{n}: {w} and {exact}");
        }
    }
    // Diagonal: nothing is rounded.
    let a = Matrix::new(50, 50, |i, j| if i == j { (i * 37 % 50) as f64 - 20.0 } else { 0.0 });
    let (w, _) = solve(&a.dense::<f64>(), true, 0, true);
    assert_eq!(w, (0..50).map(|i| i as f64 - 20.0).collect::<Vec<_>>());
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_is_not_finite_does_not_converge() {
    for n in [1, 2, 9, 40, 70] {
        for value in [f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for at in [0, n / 2, n - 1] {
                let mut a = symmetric::<f64>(Family::Random, n, 3);
                a.data[at * n] = value;
                let (mut w, mut v) = (Strided::dense(&[n], vec![0.0; n]), a.dense::<f64>());
                let refused = eigh(a.dense().view(), true, w.view_mut(), Some(v.view_mut()));
                assert_eq!(refused, Err(Error::LinAlg("Eigenvalues did not converge".into())));
                assert!(eigh(a.dense().view(), true, w.view_mut(), None).is_err());
                // The other triangle holds nothing of it.
                let other = eigh(a.dense().view(), false, w.view_mut(), None);
                assert_eq!(other.is_err(), at == 0);
            }
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_is_refused() {
    let (a, b) = (Matrix::eye(3).dense::<f64>(), Matrix::new(2, 3, |_, _| 1.0).dense::<f64>());
    let (mut w, mut v) = (Strided::dense(&[3], vec![0.0; 3]), Matrix::eye(2).dense::<f64>());
    let square = "Last 2 dimensions of the array must be square";
    assert_eq!(eigh(b.view(), true, w.view_mut(), None), Err(Error::LinAlg(square.into())));
    let refused = eigh(a.view(), true, w.view_mut(), Some(v.view_mut()));
    assert_eq!(refused, Err(Error::Value("v has shape [2, 2]; expected [3, 3]".into())));
}
