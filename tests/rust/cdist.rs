//! `cdist`: the vectors of this target and the one-lane twin against the plain loops.

mod common;

use common::{Layout, Random, Strided, cases, check, parse_all};
use ferrodide::Error;
use ferrodide::spatial::{Metric, Path, cdist, cdist_with, check_shapes};
use ferrodide::view::{View, ViewMut};
use proptest::prelude::*;

const PATHS: [Path; 3] = [Path::Simd, Path::OneLane, Path::Scalar];

fn distances(path: Path, xa: &Strided<f64>, xb: &Strided<f64>, metric: Metric) -> Vec<f64> {
    let shape = [xa.shape[0], xb.shape[0]];
    // A value that no distance has: a slot that nobody wrote shows.
    let mut out = Strided::dense(&shape, vec![-7.0; shape[0] * shape[1]]);
    cdist_with(path, xa.view(), xb.view(), metric, out.view_mut()).unwrap();
    out.data
}

/// Bit for bit, but for a NaN's payload: every path sums in the order of the columns.
fn same(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan()))
}

fn check_paths(xa: &Strided<f64>, xb: &Strided<f64>) -> Result<(), TestCaseError> {
    for (name, metric) in Metric::NAMES {
        let plain = distances(Path::Scalar, xa, xb, metric);
        for path in [Path::Simd, Path::OneLane] {
            let fast = distances(path, xa, xb, metric);
            prop_assert!(same(&fast, &plain), "{} {:?}: {:?} against {:?}", name, path, fast, plain);
        }
    }
    Ok(())
}

fn points(rows: usize, columns: usize, seed: u64, special: bool) -> Strided<f64> {
    const SPECIAL: [f64; 10] =
        [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 0.0, f64::MAX, f64::MIN, 5e-324, -5e-324, f64::MIN_POSITIVE];
    let mut random = Random(seed);
    let data = (0..rows * columns)
        .map(|_| match special && random.below(4) == 0 {
            true => SPECIAL[random.below(SPECIAL.len())],
            false => (random.next() as i64 >> 20) as f64 * 1e-10,
        })
        .collect();
    Strided::dense(&[rows, columns], data)
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn around_every_block_width() {
    // Blocks hold 2048 doubles and whole groups of 4, 8 or 16 rows, by path and target.
    for k in [0, 1, 2, 3, 7, 128, 129, 500, 2049] {
        let block = 2048 / usize::max(k, 1);
        for n in [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, block - block % 16, block + 1, 2 * block + 3] {
            if n * k > 100_000 {
                continue;
            }
            for m in [0, 1, 2] {
                let (xa, xb) = (points(m, k, n as u64, false), points(n, k, k as u64 + 9, false));
                check_paths(&xa, &xb).unwrap();
            }
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn any_sizes_and_special_values() {
    check(300, (0..6usize, 0..40usize, 0..12usize, any::<u64>(), any::<bool>()), |(m, n, k, seed, special)| {
        check_paths(&points(m, k, seed, special), &points(n, k, seed ^ 1, special))
    });
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn any_layout() {
    let axes = || proptest::collection::vec((any::<u32>(), 1..=3usize, any::<bool>()), 2);
    let zeroed = || proptest::option::of(0..2usize);
    let case = (0..6usize, 0..20usize, 0..6usize, axes(), axes(), zeroed(), zeroed(), any::<u64>());
    check(300, case, |(m, n, k, axes_a, axes_b, zero_a, zero_b, seed)| {
        let mut random = Random(seed);
        let mut lay_out = |rows, axes, zero: Option<usize>| {
            let layout = Layout { shape: vec![rows, k], axes };
            let mut points = Strided::new(&layout, |_| (random.next() % 1000) as f64 / 7.0);
            if let Some(axis) = zero {
                // As broadcast_to leaves it: the elements along the axis are one.
                points.strides[axis] = 0;
            }
            points
        };
        let (xa, xb) = (lay_out(m, axes_a, zero_a), lay_out(n, axes_b, zero_b));
        let (dense_a, dense_b) = (Strided::dense(&xa.shape, xa.elements()), Strided::dense(&xb.shape, xb.elements()));
        for (name, metric) in Metric::NAMES {
            for path in PATHS {
                let (strided, dense) = (distances(path, &xa, &xb, metric), distances(path, &dense_a, &dense_b, metric));
                prop_assert!(same(&strided, &dense), "{} {:?}", name, path);
            }
        }
        check_paths(&xa, &xb)
    });
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_cdist_refuses() {
    let (a, b, mut out) = ([1.0; 6], [2.0; 6], [9.0; 9]);
    let message = |refused: ferrodide::Result<()>| match refused {
        Err(Error::Value(message)) => message,
        other => panic!("{other:?}"),
    };
    let of = |a| View::from_slice(&b, &[2, 3], &[24, 8]).map(|b| (a, b)).unwrap();
    for path in PATHS {
        let (xa, xb) = of(View::from_slice(&a, &[3, 2], &[16, 8]).unwrap());
        let text = message(cdist_with(
            path,
            xa,
            xb,
            Metric::Euclidean,
            ViewMut::from_slice(&mut out, &[3, 2], &[16, 8]).unwrap(),
        ));
        assert!(text.contains("same number of columns") && text.contains("got 2 and 3"), "{text}");
        let (xa, xb) = of(View::from_slice(&a, &[6], &[8]).unwrap());
        let text = message(cdist_with(
            path,
            xa,
            xb,
            Metric::Euclidean,
            ViewMut::from_slice(&mut out, &[3, 2], &[16, 8]).unwrap(),
        ));
        assert!(text.contains("XA must be a 2-dimensional array") && text.contains("[6]"), "{text}");
        let (xa, xb) = of(View::from_slice(&a, &[2, 3], &[24, 8]).unwrap());
        let text = message(cdist_with(
            path,
            xa,
            xb,
            Metric::Euclidean,
            ViewMut::from_slice(&mut out, &[2, 3], &[24, 8]).unwrap(),
        ));
        assert!(text.contains("out has shape [2, 3]") && text.contains("(2, 2)"), "{text}");
        let text = message(cdist_with(
            path,
            xa,
            xb,
            Metric::Euclidean,
            ViewMut::from_slice(&mut out, &[2, 2], &[8, 16]).unwrap(),
        ));
        assert!(text.contains("C-contiguous"), "{text}");
    }
    assert!(message(check_shapes(&[2, 2], &[2, 2, 2]).map(drop)).contains("XB must be"));
    assert_eq!(out, [9.0; 9]);
    assert_eq!(Metric::from_name("minkowski"), None);
    for (name, metric) in Metric::NAMES {
        assert_eq!(Metric::from_name(name), Some(metric));
    }
}

/// A row longer than memory, all of it one element: its copy is refused.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn scratch_that_does_not_fit() {
    let (one, mut out) = ([1.0], [9.0]);
    let shape = [1, isize::MAX as usize];
    let row = View::from_slice(&one, &shape, &[0, 0]).unwrap();
    for metric in [Metric::Euclidean, Metric::SqEuclidean, Metric::CityBlock, Metric::Chebyshev] {
        let refused = cdist(row, row, metric, ViewMut::from_slice(&mut out, &[1, 1], &[8, 8]).unwrap());
        assert!(matches!(refused, Err(Error::OutOfMemory { bytes }) if bytes > isize::MAX as usize), "{refused:?}");
    }
    assert_eq!(out, [9.0]);
}

#[derive(serde::Deserialize)]
struct Case {
    metric: String,
    shape_a: Vec<usize>,
    shape_b: Vec<usize>,
    a: Vec<String>,
    b: Vec<String>,
    distances: Vec<String>,
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn the_shared_vectors() {
    for (number, case) in cases::<Case>(include_str!("../cases/cdist.json")).iter().enumerate() {
        let metric = Metric::from_name(&case.metric).unwrap();
        let xa = Strided::dense(&case.shape_a, parse_all(&case.a));
        let xb = Strided::dense(&case.shape_b, parse_all(&case.b));
        let want: Vec<f64> = parse_all(&case.distances);
        // The sums in these cases are exact; what is left are the roundings of the cosine's
        // two roots, product and quotient, half an ulp each of a number up to 1.
        let bound = if metric == Metric::Cosine { 2.0 * f64::EPSILON } else { 0.0 };
        for path in PATHS {
            let got = distances(path, &xa, &xb, metric);
            let close = |(x, y): (&f64, &f64)| x == y || (x - y).abs() <= bound || (x.is_nan() && y.is_nan());
            assert_eq!(got.len(), want.len());
            assert!(got.iter().zip(&want).all(close), "case {number}, {} {path:?}: {got:?}, {want:?}", case.metric);
        }
    }
}
