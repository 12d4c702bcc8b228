//! numpy.linalg's functions over leading axes against one matrix after another, bit for bit.

use ferrodide::linalg::{self, batched};
use ferrodide::view::{View, ViewMut};
use ferrodide::{Error, Result};

use super::input::Input;
use super::matrix::{Float, Matrix, matrix, order};
use super::strided::Strided;

pub fn run(input: &mut Input) {
    match input.below(10) {
        0 => of_types!(input, solve, f64, f32),
        1 => of_types!(input, inv, f64, f32),
        2 => of_types!(input, determinants, f64, f32),
        3 => of_types!(input, cholesky, f64, f32),
        4 => of_types!(input, qr, f64, f32),
        5 => of_types!(input, qr_one, f64, f32),
        6 => of_types!(input, eigh, f64, f32),
        7 => of_types!(input, svd, f64, f32),
        8 => of_types!(input, pinv, f64, f32),
        _ => shapes(input),
    }
}

/// Matrices so small that there may be many, rarely others.
fn small(input: &mut Input) -> usize {
    if input.below(8) == 7 { order(input) } else { input.below(9) }
}

fn batch(input: &mut Input) -> Vec<usize> {
    (0..input.below(3)).map(|_| input.below(4)).collect()
}

fn with(batch: &[usize], core: &[usize]) -> Vec<usize> {
    batch.iter().chain(core).copied().collect()
}

/// A batch of matrices, each of a kind of its own, first through `form`.
fn matrices<T: Float>(
    input: &mut Input,
    batch: &[usize],
    (m, n): (usize, usize),
    form: impl Fn(Matrix) -> Matrix,
) -> Strided<T> {
    let count: usize = batch.iter().product();
    let values: Vec<f64> = (0..count).flat_map(|_| form(matrix::<T>(input, m, n)).rounded::<T>().data).collect();
    Strided::new(input, &with(batch, &[m, n]), true, |_, i| T::from_f64(values[i]))
}

fn blank<T: Float>(input: &mut Input, shape: &[usize]) -> Strided<T> {
    Strided::new(input, shape, false, |_, _| T::small(-77))
}

/// Where the parts behind the first `axes` axes begin, in the batch's C order.
fn starts<T: Float>(x: &Strided<T>, axes: usize) -> Vec<usize> {
    let only = Strided {
        data: x.data.clone(),
        offset: x.offset,
        shape: x.shape[..axes].to_vec(),
        strides: x.strides[..axes].to_vec(),
    };
    only.positions()
}

fn part<T: Float>(x: &Strided<T>, start: usize, axes: usize) -> View<'_, T> {
    View::from_slice_at(&x.data, start, &x.shape[axes..], &x.strides[axes..]).expect("a part of the array")
}

fn part_mut<T: Float>(x: &mut Strided<T>, start: usize, axes: usize) -> ViewMut<'_, T> {
    part(x, start, axes);
    // SAFETY: `part` has checked that the layout lies inside; the array was built with distinct elements.
    unsafe { ViewMut::from_raw_parts(x.data.as_mut_ptr().add(start), &x.shape[axes..], &x.strides[axes..]) }
}

/// The results of a batched call are those of one call after another, up to the first that fails.
fn check<T: Float, const N: usize>(
    axes: usize,
    a: &Strided<T>,
    mut results: [Strided<T>; N],
    all: impl FnOnce(View<'_, T>, [ViewMut<'_, T>; N]) -> Result<()>,
    mut one: impl FnMut(View<'_, T>, [ViewMut<'_, T>; N]) -> Result<()>,
) {
    let mut twins = results.clone();
    let got = all(a.view(), results.each_mut().map(|x| x.view_mut()));
    let places = twins.each_ref().map(|x| starts(x, axes));
    let mut want = Ok(());
    for (i, &start) in starts(a, axes).iter().enumerate() {
        let mut at = places.iter().map(|starts| starts[i]);
        let parts = twins.each_mut().map(|x| part_mut(x, at.next().expect("one for each"), axes));
        want = one(part(a, start, axes), parts);
        if want.is_err() {
            break;
        }
    }
    assert_eq!(got, want, "{:?}", a.elements());
    compare(&results, &twins, a);
}

/// All memory, so that what lies between the elements is looked at too.
fn compare<T: Float>(got: &[Strided<T>], want: &[Strided<T>], a: &Strided<T>) {
    for (which, (got, want)) in got.iter().zip(want).enumerate() {
        let alike = |(x, y): (&T, &T)| x.own_bits() == y.own_bits() || (x.to_f64().is_nan() && y.to_f64().is_nan());
        assert!(
            got.data.iter().zip(&want.data).all(alike),
            "result {which} is {:?}, expected {:?}, of {:?} {:?}",
            got.elements(),
            want.elements(),
            a.shape,
            a.elements()
        );
    }
}

fn square<T: Float>(input: &mut Input, form: impl Fn(Matrix) -> Matrix) -> (Vec<usize>, usize, Strided<T>) {
    let (batch, n) = (batch(input), small(input));
    let a = matrices::<T>(input, &batch, (n, n), form);
    (batch, n, a)
}

fn solve<T: Float>(input: &mut Input) {
    let (batch, n, a) = square::<T>(input, |a| a);
    // Against it: of its own axes, some of them 1 or missing; or a vector.
    let mut other = batch.clone();
    other.iter_mut().for_each(|n| *n = if input.below(3) == 0 { 1 } else { *n });
    other.drain(..input.below(other.len() + 1));
    if input.below(8) == 7 {
        other.insert(0, 2);
    }
    let vector = input.below(4) == 3;
    let columns = input.below(5);
    let b = if vector {
        let values = matrix::<T>(input, n, 1).data;
        Strided::new(input, &[n], true, |_, i| T::from_f64(values[i]))
    } else {
        matrices::<T>(input, &other, (n, columns), |b| b)
    };
    let core = if vector { vec![n] } else { vec![n, columns] };
    let other = if vector { Vec::new() } else { other };
    let both = broadcast(&batch, &other);
    let shape = batched::solve_shape(&a.shape, &b.shape);
    let Some(both) = both else { return assert!(matches!(shape, Err(Error::Value(_)))) };
    assert_eq!(shape.unwrap().as_slice(), with(&both, &core));
    let mut out = blank::<T>(input, &with(&both, &core));
    let mut twin = out.clone();
    let got = batched::solve(a.view(), b.view(), out.view_mut());
    let axes = both.len();
    let (a_starts, b_starts) = (starts(&a, batch.len()), starts(&b, other.len()));
    let mut want = Ok(());
    for (flat, start) in starts(&twin, axes).into_iter().enumerate() {
        let (a_at, b_at) = (a_starts[operand(flat, &both, &batch)], b_starts[operand(flat, &both, &other)]);
        let (a, b) = (part(&a, a_at, batch.len()), part(&b, b_at, other.len()));
        want = linalg::solve(a, b, part_mut(&mut twin, start, axes));
        if want.is_err() {
            break;
        }
    }
    assert_eq!(got, want, "{:?} {:?}", a.elements(), b.elements());
    compare(&[out], &[twin], &a);
}

/// NumPy's rule.
fn broadcast(x: &[usize], y: &[usize]) -> Option<Vec<usize>> {
    let ndim = x.len().max(y.len());
    let of = |shape: &[usize], i: usize| (i + shape.len()).checked_sub(ndim).map_or(1, |axis| shape[axis]);
    (0..ndim)
        .map(|i| match (of(x, i), of(y, i)) {
            (x, y) if x == y || y == 1 => Some(x),
            (1, y) => Some(y),
            _ => None,
        })
        .collect()
}

/// Which part of an operand of shape `own` meets part `flat` of the shape that it is broadcast to.
fn operand(mut flat: usize, shape: &[usize], own: &[usize]) -> usize {
    let (mut at, mut size) = (0, 1);
    for (axis, n) in shape.iter().enumerate().rev() {
        if let Some(own) = (axis + own.len()).checked_sub(shape.len()).map(|axis| own[axis]) {
            at += if own == 1 { 0 } else { flat % n * size };
            size *= own;
        }
        flat /= n;
    }
    at
}

fn inv<T: Float>(input: &mut Input) {
    let (batch, n, a) = square::<T>(input, |a| a);
    let out = blank(input, &with(&batch, &[n, n]));
    check(batch.len(), &a, [out], |a, [out]| batched::inv(a, out), |a, [out]| linalg::inv(a, out));
}

fn determinants<T: Float>(input: &mut Input) {
    let (batch, _, a) = square::<T>(input, |a| a);
    let results = [(); 3].map(|()| blank(input, &batch));
    let all = |a: View<'_, T>, [det, sign, log]: [ViewMut<'_, T>; 3]| {
        batched::det(a, det)?;
        batched::slogdet(a, sign, log)
    };
    let one = |a: View<'_, T>, [mut det, mut sign, mut log]: [ViewMut<'_, T>; 3]| {
        let (value, (s, l)) = (linalg::det(a)?, linalg::slogdet(a)?);
        // SAFETY: a 0-D view has the one element.
        unsafe {
            det.write(0, value);
            sign.write(0, s);
            log.write(0, l);
        }
        Ok(())
    };
    check(batch.len(), &a, results, all, one);
}

fn cholesky<T: Float>(input: &mut Input) {
    let definite = input.below(4) > 0;
    let form = |a: Matrix| if definite { a.t().dot(&a) } else { a };
    let (batch, n, a) = square::<T>(input, form);
    let (upper, out) = (input.flag(), blank(input, &with(&batch, &[n, n])));
    let all = |a: View<'_, T>, [out]: [ViewMut<'_, T>; 1]| batched::cholesky(a, upper, out);
    check(batch.len(), &a, [out], all, |a, [out]| linalg::cholesky(a, upper, out));
}

fn any<T: Float>(input: &mut Input) -> (Vec<usize>, usize, usize, Strided<T>) {
    let (batch, m, n) = (batch(input), small(input), small(input));
    let a = matrices::<T>(input, &batch, (m, n), |a| a);
    (batch, m, n, a)
}

fn qr<T: Float>(input: &mut Input) {
    let (batch, m, n, a) = any::<T>(input);
    let complete = input.flag();
    let k = if complete { m } else { m.min(n) };
    let [q, r] = batched::qr_shapes(&a.shape, complete).unwrap();
    assert_eq!([q.as_slice(), r.as_slice()], [with(&batch, &[m, k]), with(&batch, &[k, n])]);
    let results = [q, r].map(|shape| blank(input, shape.as_slice()));
    let all = |a: View<'_, T>, [q, r]: [ViewMut<'_, T>; 2]| batched::qr(a, q, r);
    check(batch.len(), &a, results, all, |a, [q, r]| linalg::qr(a, q, r));
}

/// The modes of one result: R alone, and what LAPACK leaves.
fn qr_one<T: Float>(input: &mut Input) {
    let (batch, m, n, a) = any::<T>(input);
    let k = m.min(n);
    let r = blank(input, &with(&batch, &[k, n]));
    check(batch.len(), &a, [r], |a, [r]| batched::qr_r(a, r), |a, [r]| linalg::qr_r(a, r));
    let [h, tau] = batched::qr_raw_shapes(&a.shape).unwrap();
    assert_eq!([h.as_slice(), tau.as_slice()], [with(&batch, &[m, n]), with(&batch, &[k])]);
    let results = [h, tau].map(|shape| blank(input, shape.as_slice()));
    let all = |a: View<'_, T>, [h, tau]: [ViewMut<'_, T>; 2]| batched::qr_raw(a, h, tau);
    check(batch.len(), &a, results, all, |a, [h, tau]| linalg::qr_raw(a, h, tau));
}

fn eigh<T: Float>(input: &mut Input) {
    let (batch, n, a) = square::<T>(input, |a| a);
    let lower = input.flag();
    let [w, v] = batched::eigh_shapes(&a.shape).unwrap();
    assert_eq!([w.as_slice(), v.as_slice()], [with(&batch, &[n]), with(&batch, &[n, n])]);
    let [w, v] = [w, v].map(|shape| blank(input, shape.as_slice()));
    let all = |a: View<'_, T>, [w]: [ViewMut<'_, T>; 1]| batched::eigh(a, lower, w, None);
    check(batch.len(), &a, [w.clone()], all, |a, [w]| linalg::eigh(a, lower, w, None));
    let all = |a: View<'_, T>, [w, v]: [ViewMut<'_, T>; 2]| batched::eigh(a, lower, w, Some(v));
    check(batch.len(), &a, [w, v], all, |a, [w, v]| linalg::eigh(a, lower, w, Some(v)));
}

fn svd<T: Float>(input: &mut Input) {
    let (batch, m, n, a) = any::<T>(input);
    let (full, k) = (input.flag(), m.min(n));
    let (columns, rows) = if full { (m, n) } else { (k, k) };
    let [u, s, vt] = batched::svd_shapes(&a.shape, full).unwrap();
    let want = [with(&batch, &[m, columns]), with(&batch, &[k]), with(&batch, &[rows, n])];
    assert_eq!([u.as_slice(), s.as_slice(), vt.as_slice()], want);
    let [u, s, vt] = [u, s, vt].map(|shape| blank(input, shape.as_slice()));
    let all = |a: View<'_, T>, [s]: [ViewMut<'_, T>; 1]| batched::svd(a, s, None);
    check(batch.len(), &a, [s.clone()], all, |a, [s]| linalg::svd(a, s, None));
    let all = |a: View<'_, T>, [u, s, vt]: [ViewMut<'_, T>; 3]| batched::svd(a, s, Some((u, vt)));
    check(batch.len(), &a, [u, s, vt], all, |a, [u, s, vt]| linalg::svd(a, s, Some((u, vt))));
}

fn pinv<T: Float>(input: &mut Input) {
    let (batch, m, n, a) = any::<T>(input);
    let rcond = input.pick(&[1e-15, 1e-3, 0.0, 2.0]);
    let shape = batched::pinv_shape(&a.shape).unwrap();
    assert_eq!(shape.as_slice(), with(&batch, &[n, m]));
    let out = blank(input, shape.as_slice());
    let all = |a: View<'_, T>, [out]: [ViewMut<'_, T>; 1]| batched::pinv(a, rcond, out);
    check(batch.len(), &a, [out], all, |a, [out]| linalg::pinv(a, rcond, out));
}

/// What is no batch of matrices, or of square ones, is refused in NumPy's words.
fn shapes(input: &mut Input) {
    let shape: Vec<usize> = (0..input.below(5)).map(|_| input.below(4)).collect();
    let is_square = shape.len() > 1 && shape[shape.len() - 1] == shape[shape.len() - 2];
    let squares = [
        batched::inv_shape(&shape).err(),
        batched::det_shape(&shape).err(),
        batched::eigh_shapes(&shape).err(),
        batched::solve_shape(&shape, &shape).err(),
    ];
    let others = [
        batched::qr_shapes(&shape, false).err(),
        batched::qr_raw_shapes(&shape).err(),
        batched::svd_shapes(&shape, true).err(),
        batched::pinv_shape(&shape).err(),
    ];
    let refused = |error: &Option<Error>| matches!(error, Some(Error::LinAlg(_)));
    if shape.len() < 2 {
        return assert!(squares.iter().chain(&others).all(refused), "{shape:?}: {squares:?} {others:?}");
    }
    assert!(others.iter().all(Option::is_none), "{shape:?}: {others:?}");
    assert!(squares.iter().all(|error| if is_square { error.is_none() } else { refused(error) }), "{squares:?}");
}
