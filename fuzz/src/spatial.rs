//! `cdist`: the vectors and one lane against the plain loops, bit for bit.

use ferrodide::spatial::{Metric, Path, cdist, cdist_with};
use ferrodide::view::ViewMut;

use super::input::{Element, Input, same};
use super::strided::Strided;

pub fn run(input: &mut Input) {
    let (m, n, k) = (input.length(60), input.length(300), input.length(700));
    let k = if m * n * k > 1 << 16 { k % 16 } else { k };
    let mut points = |rows: usize| {
        let values: Vec<f64> = input.lane(rows * k);
        Strided::new(input, &[rows, k], true, |_, i| values[i])
    };
    let (xa, xb) = (points(m), points(n));
    let (_, metric) = input.pick(&Metric::NAMES);
    let shape = [m, n];
    let strides = [(n * 8) as isize, 8];
    let distances = |path: Option<Path>| {
        let mut out = vec![-7.0; m * n];
        let to = ViewMut::from_slice(&mut out, &shape, &strides).unwrap();
        match path {
            Some(path) => cdist_with(path, xa.view(), xb.view(), metric, to),
            None => cdist(xa.view(), xb.view(), metric, to),
        }
        .unwrap();
        out
    };
    let plain = distances(Some(Path::Scalar));
    for path in [None, Some(Path::Simd), Some(Path::OneLane)] {
        let fast = distances(path);
        for (at, (x, y)) in fast.iter().zip(&plain).enumerate() {
            assert!(same(*x, *y), "{metric:?} {path:?} {at}: {x:e}, expected {y:e}");
        }
    }
    // And the plain loops against the definition, where nothing is special.
    let (a, b) = (xa.elements(), xb.elements());
    let fine = |x: &f64| *x == 0.0 || (1e-140..1e140).contains(&x.abs());
    if metric == Metric::Cosine || k == 0 || !a.iter().chain(&b).all(fine) {
        return;
    }
    for i in 0..m {
        for j in 0..n {
            let pairs = || a[i * k..][..k].iter().zip(&b[j * k..][..k]).map(|(u, v)| (u - v).abs());
            let want = match metric {
                Metric::Euclidean => pairs().map(|d| d * d).sum::<f64>().sqrt(),
                Metric::SqEuclidean => pairs().map(|d| d * d).sum(),
                Metric::CityBlock => pairs().sum(),
                _ => pairs().fold(0.0, f64::max),
            };
            let got = plain[i * n + j];
            assert!((got - want).abs() <= k as f64 * f64::EPSILON * want, "{metric:?} {i} {j}: {got:e} and {want:e}");
        }
    }
    assert!(a.iter().all(|x| !Element::is_nan(*x)));
}
