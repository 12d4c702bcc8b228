//! `matmul` over any strides and batches against the sums of the definition.

use ferrodide::Error;
use ferrodide::linalg::{matmul, matmul_shape, matmul_with};

use super::input::Input;
use super::matrix::{Float, order};
use super::strided::Strided;

pub fn run(input: &mut Input) {
    of_types!(input, any, f64, f32)
}

fn any<T: Float>(input: &mut Input) {
    let (m, k, n) = (order(input), order(input), order(input));
    // Batch axes: of one shape, some of them 1 or missing in either operand.
    let batch: Vec<usize> = (0..input.below(3)).map(|_| input.below(4)).collect();
    let mut shape_of = |matrix: &[usize]| {
        let mut shape = batch.clone();
        shape.iter_mut().for_each(|n| {
            if input.below(4) == 0 {
                *n = 1
            }
        });
        shape.drain(..if shape.is_empty() || matrix.len() == 1 { shape.len() } else { input.below(shape.len() + 1) });
        shape.extend_from_slice(matrix);
        shape
    };
    let (left, right) = (shape_of(&[m, k]), shape_of(&[k, n]));
    let (left, right) = match input.below(8) {
        0 => (vec![k], right),
        1 => (left, vec![k]),
        2 => (vec![k], vec![k]),
        3 => (left, shape(input, &right)),
        _ => (left, right),
    };
    let all = |input: &mut Input, shape: &[usize]| {
        let values = input.moderate(shape.iter().product(), T::ROOM);
        Strided::<T>::new(input, shape, true, |_, i| T::from_f64(values[i]))
    };
    let (a, b) = (all(input, &left), all(input, &right));
    let shape = match matmul_shape(&left, &right) {
        Ok(shape) => shape.as_slice().to_vec(),
        Err(error) => {
            assert!(matches!(error, Error::Value(_)) && !fit(&left, &right), "{left:?} {right:?}: {error}");
            return;
        }
    };
    assert!(fit(&left, &right), "{left:?} {right:?}");
    let (x, y) = (a.elements(), b.elements());
    let blocked = input.below(4) > 0;
    let mut out = Strided::<T>::new(input, &shape, false, |_, _| T::small(55));
    if blocked {
        matmul(a.view(), b.view(), out.view_mut()).unwrap();
    } else {
        matmul_with(a.view(), b.view(), out.view_mut(), false).unwrap();
    }
    out.check_gaps();
    let rows = if left.len() > 1 { left[left.len() - 2] } else { 1 };
    let columns = if right.len() > 1 { right[right.len() - 1] } else { 1 };
    let k = left[left.len() - 1];
    for (flat, got) in out.elements().into_iter().enumerate() {
        let (j, rest) = (flat % columns, flat / columns);
        let (i, mut of_batch) = (rest % rows, rest / rows);
        let (mut at_a, mut at_b, mut size_a, mut size_b) = (0, 0, 1, 1);
        let axes = shape.len() - usize::from(left.len() > 1) - usize::from(right.len() > 1);
        for axis in (0..axes).rev() {
            let index = of_batch % shape[axis];
            of_batch /= shape[axis];
            let add = |operand: &[usize], at: &mut usize, size: &mut usize| {
                let own = (axis + operand.len().saturating_sub(2)).checked_sub(axes);
                let length = own.map_or(1, |own| operand[own]);
                *at += if length == 1 { 0 } else { index * *size };
                *size *= length;
            };
            add(&left, &mut at_a, &mut size_a);
            add(&right, &mut at_b, &mut size_b);
        }
        let (mut sum, mut size) = (0.0, 0.0);
        for l in 0..k {
            let term = x[at_a * rows * k + i * k + l].to_f64() * y[at_b * k * columns + l * columns + j].to_f64();
            (sum, size) = (sum + term, size + term.abs());
        }
        let got = got.to_f64();
        // The bound of any order of the sum; one more rounding in each addition where there is no fused one.
        let bound = (k as f64 + 1.0) * T::EPSILON.to_f64() * size + T::MIN_POSITIVE.to_f64() * k as f64;
        let agrees =
            if size.is_finite() { (got - sum).abs() <= bound } else { got == sum || (got.is_nan() && sum.is_nan()) };
        assert!(agrees, "element {flat} of {left:?} @ {right:?} is {got:e}, expected {sum:e} within {bound:e}");
    }
}

/// One length changed, so that they may no longer fit.
fn shape(input: &mut Input, shape: &[usize]) -> Vec<usize> {
    let mut shape = shape.to_vec();
    let at = input.below(shape.len());
    shape[at] = input.below(4);
    shape
}

/// NumPy's rule.
fn fit(left: &[usize], right: &[usize]) -> bool {
    let inner = if right.len() == 1 { right[0] } else { right[right.len() - 2] };
    let batch = |shape: &[usize]| shape[..shape.len().saturating_sub(2)].to_vec();
    let (x, y) = (batch(left), batch(right));
    left[left.len() - 1] == inner && x.iter().rev().zip(y.iter().rev()).all(|(a, b)| a == b || *a == 1 || *b == 1)
}
