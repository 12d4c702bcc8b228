//! `matmul` over any strides and batches against the sums of the definition: exactly for integers, which wrap around,
//! and within the bound of any order of the sum for floats and complex numbers.

use ferrodide::Error;
use ferrodide::linalg::{matmul, matmul_shape, matmul_with};

use super::input::Input;
use super::matrix::order;
use super::multiply::{Terms, of_numbers};
use super::strided::Strided;

pub fn run(input: &mut Input) {
    of_numbers!(input, any)
}

/// Rows, terms, columns: around a tile, and one of them around a block now and then.
fn sizes(input: &mut Input) -> [usize; 3] {
    let mut sizes = [order(input), order(input), order(input)];
    if input.below(4) == 3 {
        sizes = sizes.map(|n| n % 20);
        let (at, long) = (input.below(3), input.length(600));
        sizes[at] = long;
    }
    sizes
}

fn any<T: Terms>(input: &mut Input) {
    let [m, k, n] = sizes(input);
    // Batch axes: of one shape, some of them 1 or missing in either operand.
    let most = if m * k * n > 100_000 { 2 } else { 4 };
    let batch: Vec<usize> = (0..input.below(3)).map(|_| input.below(most)).collect();
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
        let values = T::factors(input, shape.iter().product(), 2);
        Strided::<T>::new(input, shape, true, |_, i| values[i])
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
    let mut out = Strided::<T>::new(input, &shape, false, |_, _| T::OTHER);
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
        let mut sum = T::Sum::default();
        for l in 0..k {
            T::add(&mut sum, &[x[at_a * rows * k + i * k + l], y[at_b * k * columns + l * columns + j]]);
        }
        if let Some(want) = T::differs(got, &sum, k) {
            panic!("element {flat} of {left:?} @ {right:?} is {got:?}, expected {want}; blocked {blocked}");
        }
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
