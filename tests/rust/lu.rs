//! `solve`, `inv`, `det`, `slogdet`, `cholesky`: backward errors over hard matrices, the recursive
//! algorithms against the plain ones.

mod common;

use common::matrices::{FAMILIES, Family, Float, LAYOUTS, Matrix, make, random, symmetric};
use common::{Random, Strided};
use ferrodide::linalg::cholesky::cholesky_with;
use ferrodide::linalg::lu::{det_with, inv_with, solve_with};
use ferrodide::linalg::{cholesky, det, inv, slogdet, solve};
use ferrodide::{Error, Result};

/// Around the stack's arrays, the panels, the strips, and powers of two.
const SIZES: [usize; 17] = [0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 97];

fn linalg<R: std::fmt::Debug>(result: Result<R>, words: &str) {
    match result {
        Err(Error::LinAlg(message)) => assert_eq!(message, words),
        other => panic!("{other:?}, expected {words}"),
    }
}

/// `|A X - B|` against `|A| |X|`, which is what partial pivoting promises.
fn check_residual(a: &Matrix, x: &Matrix, b: &Matrix, eps: f64, what: &str) {
    let n = a.n.max(1) as f64;
    let residual = a.dot(x).minus(b);
    for j in 0..b.n {
        let column = |m: &Matrix| Matrix::new(m.m, 1, |i, _| m.at(i, j)).max();
        // The pivots of these matrices grow little; 4 n eps is several times what is seen.
        let bound = 4.0 * n * eps * (n * a.max() * column(x) + column(b));
        assert!(column(&residual) <= bound, "{what}: column {j}: {:e} > {bound:e}", column(&residual));
    }
}

fn check_lu<T: Float>(family: Family, n: usize) {
    let a = make::<T>(family, n, n, n as u64);
    let has_zero_pivot = match family {
        Family::Zero => n > 0,
        Family::Ones | Family::Diagonal | Family::Bidiagonal => n > 1,
        _ => false,
    };
    // These may end in a zero, or in a rounding error.
    let doubtful = [Family::RankDeficient, Family::Graded, Family::Hilbert, Family::Wilkinson];
    let may_have = has_zero_pivot || doubtful.contains(&family);
    // The largest cost the most, and differ in the algorithm only.
    let few = if n > 33 { 1 } else { 4 };
    for columns in [0, 1, 5, n] {
        let scale = if a.max() > 0.0 { a.max() } else { 1.0 };
        let b = random(n, columns, &mut Random(n as u64));
        let b = Matrix { data: b.data.iter().map(|x| T::from_f64(x * scale).to_f64()).collect(), ..b };
        for (blocked, layout) in [(true, 2), (true, 0), (true, 1), (false, 0)].into_iter().take(few) {
            let what = format!("{family:?} {n} x {columns} {} {blocked} {layout}", T::NAME);
            let mut x = Matrix::new(n, columns, |_, _| -77.0).strided::<T>(&LAYOUTS[2 - layout]);
            let (a_view, b_view) = (a.strided::<T>(&LAYOUTS[layout]), b.strided::<T>(&LAYOUTS[layout]));
            match solve_with(a_view.view(), b_view.view(), x.view_mut(), blocked) {
                Ok(()) => {
                    assert!(!has_zero_pivot, "{what}");
                    check_residual(&a, &Matrix::of(&x), &b, T::EPS, &what);
                }
                refused => {
                    assert!(may_have, "{what}");
                    linalg(refused, "Singular matrix");
                }
            }
        }
    }
    for (blocked, layout) in [(true, 2), (true, 0), (true, 1), (false, 0)].into_iter().take(few) {
        let what = format!("inverse {family:?} {n} {} {blocked} {layout}", T::NAME);
        let mut x = Matrix::new(n, n, |_, _| -77.0).strided::<T>(&LAYOUTS[2 - layout]);
        let a_view = a.strided::<T>(&LAYOUTS[layout]);
        match inv_with(a_view.view(), x.view_mut(), blocked) {
            Ok(()) => check_residual(&a, &Matrix::of(&x), &Matrix::eye(n), T::EPS, &what),
            refused => {
                assert!(may_have, "{what}");
                linalg(refused, "Singular matrix");
            }
        }
        let value = det_with(a_view.view(), blocked).unwrap().to_f64();
        let (sign, log) = slogdet(a_view.view()).unwrap();
        let (sign, log) = (sign.to_f64(), log.to_f64());
        if family == Family::RankDeficient {
            continue;
        }
        // Of floats, the plain loops round to floats, and the others do not: a doubtful pivot may change its sign.
        let alike = blocked || T::EPS == f64::EPSILON || !doubtful.contains(&family);
        assert!(!alike || sign == 0.0 || value == 0.0 || sign == value.signum(), "{what}: {sign} and {value}");
        assert_eq!(sign == 0.0, log == f64::NEG_INFINITY, "{what}");
        // What the sum of the logarithms rounds, and pivots that rounding moves.
        let bound = 8.0 * (n as f64 + 1.0) * T::EPS * (1.0 + log.abs());
        let range = if T::EPS < 1e-10 { 700.0 } else { 85.0 };
        if log.abs() < range && matches!(family, Family::Random | Family::Orthogonal | Family::Repeated) {
            assert!((value.abs().ln() - log).abs() <= bound, "{what}: {value} and {log}");
        }
        if family == Family::Orthogonal {
            assert!((value.abs() - 1.0).abs() <= bound, "{what}: {value}");
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn systems_and_inverses() {
    for family in FAMILIES {
        for n in SIZES {
            check_lu::<f64>(family, n);
            check_lu::<f32>(family, n);
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn determinants_of_permutations_are_their_signs() {
    for n in [1, 2, 5, 8, 9, 20, 33, 64] {
        for seed in 0..4 {
            let (mut to, mut random, mut sign) = ((0..n).collect::<Vec<usize>>(), Random(seed), 1.0);
            for i in (1..n).rev() {
                let j = random.below(i + 1);
                if i != j {
                    to.swap(i, j);
                    sign = -sign;
                }
            }
            let a = Matrix::new(n, n, |i, j| f64::from(u8::from(to[i] == j)));
            assert_eq!(det(a.dense::<f64>().view()), Ok(sign));
            assert_eq!(det_with(a.dense::<f32>().view(), false), Ok(sign as f32));
            assert_eq!(slogdet(a.dense::<f64>().view()), Ok((sign, 0.0)));
            let mut x = a.dense::<f64>();
            inv(a.dense::<f64>().view(), x.view_mut()).unwrap();
            assert_eq!(Matrix::of(&x).data, a.t().data);
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn a_determinant_overflows_only_as_a_whole() {
    let det_of = |values: &[f64]| {
        let a = Matrix::new(values.len(), values.len(), |i, j| if i == j { values[i] } else { 0.0 });
        det(a.dense::<f64>().view()).unwrap()
    };
    // 2^-1070, which `powi` does not reach.
    let tiny = f64::from_bits(1 << 4);
    assert_eq!(det_of(&[2f64.powi(1000), 2f64.powi(1000), 2f64.powi(-1000), 2f64.powi(-998)]), 4.0);
    assert_eq!(det_of(&[2f64.powi(-1000), tiny, 2f64.powi(1000), 2f64.powi(1023), -2f64.powi(46)]), -0.5);
    assert_eq!(det_of(&[1e300, 1e300]), f64::INFINITY);
    assert_eq!(det_of(&[1e300, -1e300, 1e300]), f64::NEG_INFINITY);
    assert_eq!(det_of(&[1e-300, 1e-300]), 0.0);
    assert_eq!(det_of(&[2f64.powi(-700), 2f64.powi(-370)]), tiny);
    // Every bit of a subnormal pivot counts.
    let pivots = [1.25 * 2f64.powi(-511), 3.0 * f64::from_bits(1), 2f64.powi(1000), 2f64.powi(500)];
    assert_eq!(det_of(&pivots), 3.75 * 2f64.powi(-85));
    assert_eq!(det_of(&[]), 1.0);
    assert_eq!(det_of(&[0.0, 3.0]), 0.0);
    assert!(det_of(&[f64::NAN, 3.0]).is_nan());
    assert_eq!(det_of(&[f64::INFINITY, -3.0]), f64::NEG_INFINITY);
}

fn check_cholesky<T: Float>(family: Family, n: usize) {
    let x = make::<T>(family, n, n, n as u64);
    let square = x.t().dot(&x);
    let square = Matrix::new(n, n, |i, j| T::from_f64(square.at(i.max(j), i.min(j))).to_f64());
    let definite = matches!(family, Family::Random | Family::Orthogonal | Family::Repeated | Family::Identity);
    for (blocked, upper, layout) in
        [(true, false, 0), (true, true, 1), (true, false, 2), (false, true, 0), (false, false, 1)]
    {
        let what = format!("{family:?} {n} {} {blocked} {upper}", T::NAME);
        // Well conditioned enough for either dtype; what is not to be read is NaN.
        let a = Matrix::new(n, n, |i, j| square.at(i, j) + if definite && i == j { 0.5 } else { 0.0 });
        let a = Matrix { data: a.data.iter().map(|x| T::from_f64(*x).to_f64()).collect(), ..a };
        let given = Matrix::new(n, n, |i, j| if (i < j) == upper || i == j { a.at(i, j) } else { f64::NAN });
        let mut out = Matrix::new(n, n, |_, _| -77.0).strided::<T>(&LAYOUTS[2 - layout]);
        match cholesky_with(given.strided::<T>(&LAYOUTS[layout]).view(), upper, out.view_mut(), blocked) {
            Ok(()) => {
                let out = Matrix::of(&out);
                let l = if upper { out.t() } else { out };
                // A pivot that is only a rounding error of doubles may be 0 as a float.
                let positive = |x: f64| x > 0.0 || x == 0.0 && !definite && T::EPS > f64::EPSILON;
                assert!((0..n).all(|i| (i + 1..n).all(|j| l.at(i, j) == 0.0) && positive(l.at(i, i))), "{what}");
                let residual = l.dot(&l.t()).minus(&a).max();
                // n sums to an element, each of a rounding error.
                assert!(residual <= 4.0 * (n as f64 + 4.0) * T::EPS * a.max(), "{what}: {residual:e}");
            }
            refused => {
                assert!(!definite, "{what}");
                linalg(refused, "Matrix is not positive definite");
            }
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn cholesky_factors() {
    for family in FAMILIES {
        // The squares of these are out of range.
        if matches!(family, Family::Tiny | Family::Huge) {
            continue;
        }
        for n in SIZES {
            check_cholesky::<f64>(family, n);
            check_cholesky::<f32>(family, n);
        }
    }
}

/// Of an order whose updates have more than one block of rows and of columns: against the plain loops.
fn check_blocks_of_cholesky<T: Float>() {
    const N: usize = 600;
    let drawn = random(N, N, &mut Random(5));
    // The diagonal dominates, so that both are within a few roundings of the exact factor.
    let element = |i: usize, j: usize| if i == j { N as f64 } else { drawn.at(i.max(j), i.min(j)) };
    let a = Matrix::new(N, N, |i, j| T::from_f64(element(i, j)).to_f64());
    let [blocked, plain] = [true, false].map(|blocked| {
        let mut out = Matrix::new(N, N, |_, _| -77.0).dense::<T>();
        cholesky_with(a.dense::<T>().view(), false, out.view_mut(), blocked).unwrap();
        Matrix::of(&out)
    });
    let difference = blocked.minus(&plain).max();
    assert!(difference <= 4.0 * N as f64 * T::EPS, "{}: {difference:e}", T::NAME);
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn cholesky_of_many_blocks() {
    check_blocks_of_cholesky::<f64>();
    check_blocks_of_cholesky::<f32>();
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn an_indefinite_matrix_has_no_cholesky_factor() {
    for n in [1, 2, 8, 9, 33, 64] {
        for at in [0, n / 2, n - 1] {
            for value in [0.0, -0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
                let a = Matrix::new(n, n, |i, j| {
                    if i != j {
                        0.0
                    } else if i == at {
                        value
                    } else {
                        4.0
                    }
                });
                let mut out = a.dense::<f64>();
                linalg(cholesky(a.dense::<f64>().view(), false, out.view_mut()), "Matrix is not positive definite");
            }
        }
    }
    let scaled = symmetric::<f64>(Family::Identity, 40, 0);
    for scale in [1e-310, 1e-300, 1e300] {
        let a = Matrix::new(40, 40, |i, j| scaled.at(i, j) * scale);
        let mut out = a.dense::<f64>();
        cholesky(a.dense::<f64>().view(), false, out.view_mut()).unwrap();
        assert!((Matrix::of(&out).at(39, 39) / scale.sqrt() - 1.0).abs() < 1e-12);
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_is_not_finite_ends() {
    for n in [1, 2, 5, 8, 9, 20, 70] {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let mut a = make::<f64>(Family::Random, n, n, 5);
            a.data[n / 2 * n] = value;
            let mut x = a.dense::<f64>();
            // A NaN spreads; an infinity becomes a zero or a NaN.
            solve(a.dense::<f64>().view(), a.dense::<f64>().view(), x.view_mut()).unwrap();
            inv(a.dense::<f64>().view(), x.view_mut()).unwrap();
            assert!(!value.is_nan() || Matrix::of(&x).data.iter().any(|x| x.is_nan()));
            let value_of = det(a.dense::<f64>().view()).unwrap();
            assert!(!value_of.is_finite() && slogdet(a.dense::<f64>().view()).is_ok());
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_is_refused() {
    let (a, b) = (Matrix::eye(3).dense::<f64>(), Matrix::new(2, 3, |_, _| 1.0).dense::<f64>());
    let mut out = a.clone();
    let square = "Last 2 dimensions of the array must be square";
    linalg(inv(b.view(), out.view_mut()), square);
    linalg(det(b.view()), square);
    linalg(cholesky(b.view(), false, out.view_mut()), square);
    linalg(solve(b.view(), a.view(), out.view_mut()), square);
    let value = |result: Result<()>, words: &str| match result {
        Err(Error::Value(message)) => assert!(message.contains(words), "{message}"),
        other => panic!("{other:?}"),
    };
    value(solve(a.view(), b.view(), out.view_mut()), "expected 3 rows");
    let mut small = Matrix::eye(2).dense::<f64>();
    value(inv(a.view(), small.view_mut()), "expected [3, 3]");
    value(solve(a.view(), a.view(), small.view_mut()), "expected [3, 3]");
    let vector = Strided::dense(&[3], vec![1.0, 2.0, 4.0]);
    let mut x = Strided::dense(&[3], vec![0.0; 3]);
    solve(a.view(), vector.view(), x.view_mut()).unwrap();
    assert_eq!(x.data, vector.data);
    value(det(vector.view()).map(|_: f64| ()), "expected a matrix");
}
