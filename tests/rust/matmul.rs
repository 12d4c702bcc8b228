//! `matmul`: the blocked product against the plain loops, and both against the definition.

mod common;

use common::{Element, Layout, Random, Strided, cases, check, indices, parse_all};
use ferrodide::Error;
use ferrodide::linalg::{Float, matmul, matmul_shape, matmul_with};
use ferrodide::view::{View, ViewMut};
use proptest::prelude::*;

/// A float with what the bounds need.
trait Real: Element + Float + std::ops::Sub<Output = Self> + Into<f64> {
    /// Half an ulp of 1: what one rounding costs at most, relatively.
    const ROUNDING: f64;
    fn random(random: &mut Random) -> Self;
}
impl Real for f64 {
    const ROUNDING: f64 = f64::EPSILON / 2.0;
    fn random(random: &mut Random) -> f64 {
        (random.next() as i64 >> 11) as f64 * 2f64.powi(-52)
    }
}
impl Real for f32 {
    const ROUNDING: f64 = f32::EPSILON as f64 / 2.0;
    fn random(random: &mut Random) -> f32 {
        (random.next() as i64 >> 40) as f32 * 2f32.powi(-23)
    }
}

/// The index into an operand of one element of the batch, broadcast.
fn broadcast_index(shape: &[usize], batch: &[usize]) -> Vec<usize> {
    let ndim = shape.len().saturating_sub(2);
    let from = &batch[batch.len() - ndim..];
    from.iter().zip(shape).map(|(&i, &n)| if n == 1 { 0 } else { i }).collect()
}

/// What NumPy documents: the result's shape, and for each of its elements the pairs it sums.
fn definition<T: Real>(x1: &Strided<T>, x2: &Strided<T>) -> (Vec<usize>, Vec<Vec<(T, T)>>) {
    let batch_of = |shape: &[usize]| shape[..shape.len().saturating_sub(2)].to_vec();
    let (batch1, batch2) = (batch_of(&x1.shape), batch_of(&x2.shape));
    let ndim = batch1.len().max(batch2.len());
    let at = |batch: &[usize], axis: usize| (axis + batch.len()).checked_sub(ndim).map_or(1, |i| batch[i]);
    let mut shape: Vec<usize> = (0..ndim)
        .map(|axis| match (at(&batch1, axis), at(&batch2, axis)) {
            (1, n) => n,
            (n, _) => n,
        })
        .collect();
    let (rows, columns) = (x1.shape.len() > 1, x2.shape.len() > 1);
    shape.extend(rows.then(|| x1.shape[x1.shape.len() - 2]));
    shape.extend(columns.then(|| x2.shape[x2.shape.len() - 1]));
    let k = x1.shape[x1.shape.len() - 1];
    let pairs = indices(&shape)
        .iter()
        .map(|index| {
            let batch = &index[..ndim];
            let (i, j) = (rows.then(|| index[ndim]), columns.then(|| index[index.len() - 1]));
            let (head1, head2) = (broadcast_index(&x1.shape, batch), broadcast_index(&x2.shape, batch));
            (0..k)
                .map(|l| {
                    let index1: Vec<usize> = head1.iter().copied().chain(i).chain([l]).collect();
                    let index2: Vec<usize> = head2.iter().copied().chain([l]).chain(j).collect();
                    (x1.get(&index1), x2.get(&index2))
                })
                .collect()
        })
        .collect();
    (shape, pairs)
}

/// Both paths into an `out` of this layout: the plain one exactly, the blocked one within its bound.
fn check_product<T: Real>(x1: &Strided<T>, x2: &Strided<T>, out: &Layout) -> Result<(), TestCaseError> {
    let (shape, pairs) = definition(x1, x2);
    let found = matmul_shape(&x1.shape, &x2.shape).unwrap();
    prop_assert_eq!(found.as_slice(), &shape);
    let mut axes = out.axes.clone();
    axes.resize(shape.len(), (0, 1, false));
    let layout = Layout { shape, axes };
    let marker = T::from_small(-77);
    for blocked in [false, true] {
        let mut out = Strided::new(&layout, |_| marker);
        prop_assert_eq!(matmul_with(x1.view(), x2.view(), out.view_mut(), blocked), Ok(()));
        for (index, pairs) in indices(&layout.shape).iter().zip(&pairs) {
            let got = out.get(index);
            let plain = pairs.iter().fold(<T as ferrodide::linalg::Number>::ZERO, |sum, &(a, b)| sum + a * b);
            let magnitude: f64 = pairs.iter().map(|&(a, b)| (a.into() * b.into()).abs()).sum();
            // Each of the k products and k sums of either side rounds once.
            let bound = 2.0 * (pairs.len() as f64 + 1.0) * T::ROUNDING * magnitude;
            let close = match blocked {
                false => got.bits() == plain.bits(),
                true => (got.into() - plain.into()).abs() <= bound,
            };
            let alike = close || got == plain || (Element::is_nan(got) && Element::is_nan(plain));
            prop_assert!(alike, "blocked {}: {:?} at {:?}, expected {:?} within {}", blocked, got, index, plain, bound);
            let position = out.position(index);
            out.data[position] = marker;
        }
        prop_assert!(out.data.iter().all(|x| *x == marker), "written outside of out");
    }
    Ok(())
}

fn dense<T: Real>(shape: &[usize], seed: u64) -> Strided<T> {
    let mut random = Random(seed);
    Strided::dense(shape, (0..shape.iter().product()).map(|_| T::random(&mut random)).collect())
}

fn plain_layout() -> Layout {
    Layout { shape: vec![], axes: vec![] }
}

fn both<T: Real>(shape1: &[usize], shape2: &[usize]) {
    let (x1, x2) = (dense::<T>(shape1, 1), dense::<T>(shape2, 2));
    let layout = Layout { shape: vec![], axes: vec![(2, 1, false), (1, 1, false), (0, 1, false)] };
    for out in [plain_layout(), layout] {
        if let Err(error) = check_product(&x1, &x2, &out) {
            panic!("{shape1:?} @ {shape2:?}: {error}");
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn sizes_around_the_blocks() {
    for n in [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 48, 65] {
        both::<f64>(&[n, n], &[n, n]);
        both::<f32>(&[n, n], &[n, n]);
    }
    for (m, k, n) in [(1, 600, 1), (600, 1, 2), (2, 1, 600), (3, 1000, 5), (70, 3, 90), (5, 513, 17), (129, 33, 10)] {
        both::<f64>(&[m, k], &[k, n]);
        both::<f32>(&[m, k], &[k, n]);
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn one_dimensional_and_empty_operands() {
    let shapes: [(&[usize], &[usize]); 18] = [
        (&[5], &[5]),
        (&[0], &[0]),
        (&[1], &[1]),
        (&[700], &[700]),
        (&[4], &[4, 3]),
        (&[3, 4], &[4]),
        (&[40], &[40, 30]),
        (&[30, 40], &[40]),
        (&[4], &[2, 4, 3]),
        (&[2, 3, 4], &[4]),
        (&[3, 0], &[0, 2]),
        (&[0, 3], &[3, 2]),
        (&[3, 2], &[2, 0]),
        (&[0, 0], &[0, 0]),
        (&[2, 3, 0], &[0, 2]),
        (&[0, 3, 4], &[4, 5]),
        (&[0], &[0, 4]),
        (&[2, 1, 0, 3, 4], &[1, 4, 5]),
    ];
    for (shape1, shape2) in shapes {
        both::<f64>(shape1, shape2);
        both::<f32>(shape1, shape2);
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn batches_broadcast() {
    let shapes: [(&[usize], &[usize]); 8] = [
        (&[4, 2, 3], &[4, 3, 5]),
        (&[4, 9, 10], &[4, 10, 11]),
        (&[1, 9, 10], &[4, 10, 11]),
        (&[9, 10], &[4, 10, 11]),
        (&[2, 1, 9, 10], &[3, 10, 11]),
        (&[2, 1, 3, 2, 3], &[1, 4, 1, 3, 2]),
        (&[2, 4, 1, 1], &[2, 4, 1, 1]),
        (&[3, 9, 10], &[1, 1, 10, 11]),
    ];
    for (shape1, shape2) in shapes {
        both::<f64>(shape1, shape2);
        both::<f32>(shape1, shape2);
    }
}

/// An operand of random strides; an axis may be of stride zero, as broadcast_to leaves it.
fn operand<T: Real>(
    shape: &[usize],
    axes: &[(u32, usize, bool, bool)],
    random: &mut Random,
    special: bool,
) -> Strided<T> {
    let axes = &axes[..shape.len()];
    let layout = Layout { shape: shape.to_vec(), axes: axes.iter().map(|a| (a.0, a.1, a.2)).collect() };
    let mut x = Strided::new(&layout, |_| match special && random.below(20) == 0 {
        true => [T::parse("inf"), T::parse("-inf"), T::parse("nan"), T::parse("-0.0")][random.below(4)],
        false => T::random(random),
    });
    for (stride, axis) in x.strides.iter_mut().zip(axes) {
        if axis.3 {
            *stride = 0;
        }
    }
    x
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn any_strides_and_special_values() {
    let axes = |zero: f64| {
        proptest::collection::vec((any::<u32>(), 1..=3usize, any::<bool>(), proptest::bool::weighted(zero)), 4)
    };
    let batch = proptest::collection::vec((1..3usize, any::<bool>(), any::<bool>()), 0..=2);
    let sizes = (0..14usize, 0..14usize, 0..14usize);
    let case = (sizes, batch, axes(0.2), axes(0.2), axes(0.0), any::<u64>(), any::<bool>());
    check(300, case, |((m, k, n), batch, axes1, axes2, axes_out, seed, special)| {
        // Either operand may lack a batch axis, or have length 1 along it.
        let of = |one: &dyn Fn(&(usize, bool, bool)) -> bool| -> Vec<usize> {
            batch.iter().map(|axis| if one(axis) { 1 } else { axis.0 }).collect()
        };
        let (mut shape1, mut shape2) = (of(&|axis| axis.1), of(&|axis| axis.2));
        if batch.first().is_some_and(|axis| axis.1) {
            shape1.remove(0);
        }
        shape1.extend([m, k]);
        shape2.extend([k, n]);
        let out = Layout { shape: vec![], axes: axes_out.iter().map(|a| (a.0, a.1, a.2)).collect() };
        let random = &mut Random(seed);
        check_product(
            &operand::<f64>(&shape1, &axes1, random, special),
            &operand::<f64>(&shape2, &axes2, random, special),
            &out,
        )?;
        check_product(
            &operand::<f32>(&shape1, &axes1, random, special),
            &operand::<f32>(&shape2, &axes2, random, special),
            &out,
        )
    });
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn shapes_are_numpys_rules() {
    let shape = || proptest::collection::vec(0..4usize, 0..5);
    check(2000, (shape(), shape()), |(shape1, shape2)| {
        let result = matmul_shape(&shape1, &shape2);
        let fits = !shape1.is_empty()
            && !shape2.is_empty()
            && shape1[shape1.len() - 1] == shape2[shape2.len().saturating_sub(2)]
            && {
                let (batch1, batch2) =
                    (&shape1[..shape1.len().saturating_sub(2)], &shape2[..shape2.len().saturating_sub(2)]);
                batch1.iter().rev().zip(batch2.iter().rev()).all(|(a, b)| a == b || *a == 1 || *b == 1)
            };
        match result {
            Ok(result) => {
                prop_assert!(fits);
                let (x1, x2) = (dense::<f64>(&shape1, 0), dense::<f64>(&shape2, 0));
                prop_assert_eq!(result.as_slice(), definition(&x1, &x2).0);
            }
            Err(error) => prop_assert!(!fits && matches!(error, Error::Value(_))),
        }
        Ok(())
    });
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_matmul_refuses() {
    let message = |shape1: &[usize], shape2: &[usize]| match matmul_shape(shape1, shape2) {
        Err(Error::Value(message)) => message,
        other => panic!("{other:?}"),
    };
    assert!(message(&[], &[2]).contains("x1 is 0-dimensional"));
    assert!(message(&[2], &[]).contains("x2 is 0-dimensional"));
    let text = message(&[2, 3], &[4, 5]);
    assert!(text.contains("x1 has shape [2, 3]") && text.contains("axis -2 of x2 to be 3") && text.contains("got 4"));
    assert!(message(&[3], &[4]).contains("axis 0 of x2 to be 3"));
    assert!(message(&[2, 3, 3], &[4, 3, 3]).contains("do not broadcast: 2 against 4"));
    let (data, mut out) = ([1.0; 4], [9.0; 4]);
    let x = View::from_slice(&data, &[2, 2], &[16, 8]).unwrap();
    let refused = matmul(x, x, ViewMut::from_slice(&mut out, &[4], &[8]).unwrap());
    let Err(Error::Value(text)) = refused else { panic!("{refused:?}") };
    assert!(text.contains("out has shape [4]") && text.contains("[2, 2]"), "{text}");
    assert_eq!(out, [9.0; 4]);
}

#[derive(serde::Deserialize)]
struct Case {
    dtype: String,
    shape1: Vec<usize>,
    shape2: Vec<usize>,
    x1: Vec<String>,
    x2: Vec<String>,
    shape: Vec<usize>,
    product: Vec<String>,
}

fn check_case<T: Real>(case: &Case, what: &str) {
    let x1 = Strided::dense(&case.shape1, parse_all::<T>(&case.x1));
    let x2 = Strided::dense(&case.shape2, parse_all::<T>(&case.x2));
    let want = parse_all::<T>(&case.product);
    for blocked in [false, true] {
        let mut out = Strided::dense(&case.shape, vec![T::from_small(-77); want.len()]);
        matmul_with(x1.view(), x2.view(), out.view_mut(), blocked).unwrap();
        // Every sum in these cases is exact in any order.
        let same = |(x, y): (&T, &T)| x == y || (Element::is_nan(*x) && Element::is_nan(*y));
        assert!(out.data.iter().zip(&want).all(same), "{what}: {:?}, expected {want:?}", out.data);
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn the_shared_vectors() {
    for (number, case) in cases::<Case>(include_str!("../cases/matmul.json")).iter().enumerate() {
        let what = format!("case {number}, {}", case.dtype);
        match case.dtype.as_str() {
            "float64" => check_case::<f64>(case, &what),
            "float32" => check_case::<f32>(case, &what),
            other => panic!("{other} is no dtype of ours"),
        }
    }
}
