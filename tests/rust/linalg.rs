//! The decompositions against what numpy.linalg says, on the shared vectors.

mod common;

use common::matrices::Float;
use common::{Strided, cases, parse_all};
use ferrodide::linalg::{cholesky, det, eigh, inv, lstsq, qr, slogdet, solve, svd};

#[derive(serde::Deserialize)]
struct Case {
    dtype: String,
    shape: [usize; 2],
    a: Vec<String>,
    b: Vec<String>,
    q: Vec<String>,
    r: Vec<String>,
    s: Vec<String>,
    x: Vec<String>,
    residuals: Vec<String>,
    rank: usize,
    square: Option<Square>,
}

#[derive(serde::Deserialize)]
struct Square {
    inverse: Vec<String>,
    det: Vec<String>,
    slogdet: Vec<String>,
    gram: Vec<String>,
    cholesky: Vec<String>,
    eigenvalues: Vec<String>,
}

fn close<T: Float>(got: &[T], want: &[String], what: &str) {
    let want: Vec<f64> = want.iter().map(|x| x.parse().unwrap()).collect();
    let largest = want.iter().fold(0.0f64, |max, x| max.max(x.abs()));
    // The file has ten digits, or four; what conditioning costs is below that.
    let bound = largest * if T::EPS < 1e-10 { 2e-9 } else { 2e-3 };
    assert_eq!(got.len(), want.len(), "{what}");
    for (x, y) in got.iter().zip(&want) {
        assert!((x.to_f64() - y).abs() <= bound, "{what}: {got:?}, expected {want:?}");
    }
}

fn check<T: Float>(case: &Case, what: &str) {
    let [m, n] = case.shape;
    let k = m.min(n);
    let zeros = |shape: &[usize]| Strided::dense(shape, vec![T::from_small(-77); shape.iter().product()]);
    let a = Strided::dense(&[m, n], parse_all::<T>(&case.a));
    let b = Strided::dense(&[m, 2], parse_all::<T>(&case.b));
    let (mut q, mut r) = (zeros(&[m, k]), zeros(&[k, n]));
    qr(a.view(), q.view_mut(), r.view_mut()).unwrap();
    close(&q.data, &case.q, &format!("{what}: q"));
    close(&r.data, &case.r, &format!("{what}: r"));
    let mut s = zeros(&[k]);
    svd(a.view(), s.view_mut(), None).unwrap();
    close(&s.data, &case.s, &format!("{what}: s"));
    let (mut x, mut residuals) = (zeros(&[n, 2]), zeros(&[2]));
    let rank = lstsq(a.view(), b.view(), T::from_small(-1), x.view_mut(), Some(residuals.view_mut()), s.view_mut());
    assert_eq!(rank, Ok(case.rank), "{what}");
    close(&x.data, &case.x, &format!("{what}: lstsq"));
    close(&s.data, &case.s, &format!("{what}: lstsq's s"));
    if !case.residuals.is_empty() {
        close(&residuals.data, &case.residuals, &format!("{what}: residuals"));
    }
    let Some(square) = &case.square else { return };
    solve(a.view(), b.view(), x.view_mut()).unwrap();
    close(&x.data, &case.x, &format!("{what}: solve"));
    let mut out = zeros(&[n, n]);
    inv(a.view(), out.view_mut()).unwrap();
    close(&out.data, &square.inverse, &format!("{what}: inv"));
    close(&[det(a.view()).unwrap()], &square.det, &format!("{what}: det"));
    let (sign, log) = slogdet(a.view()).unwrap();
    close(&[sign, log], &square.slogdet, &format!("{what}: slogdet"));
    let gram = Strided::dense(&[n, n], parse_all::<T>(&square.gram));
    cholesky(gram.view(), false, out.view_mut()).unwrap();
    close(&out.data, &square.cholesky, &format!("{what}: cholesky"));
    let mut w = zeros(&[n]);
    eigh(gram.view(), true, w.view_mut(), None).unwrap();
    close(&w.data, &square.eigenvalues, &format!("{what}: eigvalsh"));
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn the_shared_vectors() {
    for (number, case) in cases::<Case>(include_str!("../cases/linalg.json")).iter().enumerate() {
        let what = format!("case {number}, {} {:?}", case.dtype, case.shape);
        match case.dtype.as_str() {
            "float64" => check::<f64>(case, &what),
            "float32" => check::<f32>(case, &what),
            other => panic!("{other} is no dtype of ours"),
        }
    }
}
