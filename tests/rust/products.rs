//! `matmul` of integers and of complex numbers, and of what is large enough for several blocks: tile by
//! tile and by plain loops, against the definition.

mod common;

use common::{Element, Layout, Random, Strided, check, indices};
use ferrodide::linalg::{Complex, Float, Multiply, Number, matmul_shape, matmul_with};
use ferrodide::view::{View, ViewMut};
use proptest::prelude::*;

/// Around a tile and a block in each direction, rows and columns alone, and what is long and thin.
const SIZES: [(usize, usize, usize); 20] = [
    (1, 300, 1),
    (1, 30, 40),
    (40, 30, 1),
    (3, 700, 2),
    (2, 80, 2),
    (4, 16, 4),
    (5, 16, 5),
    (8, 8, 8),
    (16, 9, 4),
    (17, 9, 5),
    (15, 33, 3),
    (33, 20, 31),
    (95, 12, 7),
    (97, 12, 6),
    (6, 12, 257),
    (7, 255, 9),
    (7, 257, 9),
    (100, 513, 5),
    (193, 3, 258),
    (7, 0, 9),
];

/// Axes in an order of their own, with gaps, some backwards; some of stride zero.
fn operand<T: Element>(
    shape: &[usize],
    random: &mut Random,
    zeros: bool,
    value: impl Fn(&mut Random) -> T,
) -> Strided<T> {
    let axes = shape.iter().map(|_| (random.next() as u32, 1 + random.below(3), random.below(2) == 0)).collect();
    let layout = Layout { shape: shape.to_vec(), axes };
    let mut x = Strided::new(&layout, |_| T::from_small(0));
    for slot in &mut x.data {
        *slot = value(random);
    }
    if zeros && random.below(4) == 0 {
        let axis = random.below(shape.len());
        x.strides[axis] = 0;
    }
    x
}

/// Integers wrap around: the sum modulo 2^64 has the right lower bits.
fn check_integers<T: Element + Number>((m, k, n): (usize, usize, usize), seed: u64) -> Result<(), TestCaseError> {
    let random = &mut Random(seed);
    let value = |random: &mut Random| match random.below(8) {
        0 => T::SPECIAL[random.below(T::SPECIAL.len())],
        _ => T::from_bits(random.next()),
    };
    let (a, b) = (operand::<T>(&[m, k], random, true, value), operand::<T>(&[k, n], random, true, value));
    let marker = T::from_small(-77);
    for fast in [true, false] {
        let mut c = operand(&[m, n], random, false, |_| marker);
        matmul_with(a.view(), b.view(), c.view_mut(), fast).unwrap();
        for index in indices(&[m, n]) {
            let sum = (0..k).fold(0u64, |sum, l| {
                sum.wrapping_add(a.get(&[index[0], l]).bits().wrapping_mul(b.get(&[l, index[1]]).bits()))
            });
            let (got, want) = (c.get(&index), T::from_bits(sum));
            prop_assert!(got == want, "{m} {k} {n} at {index:?}, fast {fast}: {got:?}, expected {want:?}");
            let position = c.position(&index);
            c.data[position] = marker;
        }
        prop_assert!(c.data.iter().all(|x| *x == marker), "{m} {k} {n}: written outside of out");
    }
    Ok(())
}

fn every_integer(sizes: (usize, usize, usize), seed: u64) -> Result<(), TestCaseError> {
    check_integers::<i8>(sizes, seed)?;
    check_integers::<u8>(sizes, seed)?;
    check_integers::<i16>(sizes, seed)?;
    check_integers::<u16>(sizes, seed)?;
    check_integers::<i32>(sizes, seed)?;
    check_integers::<u32>(sizes, seed)?;
    check_integers::<i64>(sizes, seed)?;
    check_integers::<u64>(sizes, seed)
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn integers_wrap_around() {
    for (seed, sizes) in SIZES.into_iter().enumerate() {
        every_integer(sizes, seed as u64).unwrap();
    }
    check(100, (1..24usize, 0..24usize, 1..24usize, any::<u64>()), |(m, k, n, seed)| every_integer((m, k, n), seed));
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn integers_in_batches() {
    let (a, b) = (Strided::dense(&[2, 1, 3, 9], (0..54).collect()), Strided::dense(&[4, 9, 9], (0..324).collect()));
    let shape = matmul_shape(&a.shape, &b.shape).unwrap();
    assert_eq!(shape.as_slice(), [2, 4, 3, 9]);
    let mut c = Strided::dense(shape.as_slice(), vec![0i32; 216]);
    matmul_with(a.view(), b.view(), c.view_mut(), true).unwrap();
    for index in indices(&c.shape) {
        let [p, q, i, j] = index[..] else { unreachable!() };
        let want: i32 = (0..9).map(|l| a.get(&[p, 0, i, l]) * b.get(&[q, l, j])).sum();
        assert_eq!(c.get(&index), want);
    }
}

/// Sums in doubles: `(sum, sum of the absolute values)` of each part of the products.
fn complex_sum<T: Float + Into<f64>>(pairs: impl Iterator<Item = (Complex<T>, Complex<T>)>) -> [(f64, f64); 2] {
    let mut sums = [(0.0, 0.0); 2];
    for (a, b) in pairs {
        let (ar, ai, br, bi): (f64, f64, f64, f64) = (a.re.into(), a.im.into(), b.re.into(), b.im.into());
        for (sum, terms) in sums.iter_mut().zip([[ar * br, -(ai * bi)], [ar * bi, ai * br]]) {
            sum.0 += terms[0] + terms[1];
            sum.1 += terms[0].abs() + terms[1].abs();
        }
    }
    sums
}

/// In this layout: C order, Fortran order, or backwards with gaps. Start and strides in elements.
fn strides(which: usize, rows: usize, columns: usize) -> (usize, [isize; 2]) {
    match which {
        0 => (0, [columns as isize, 1]),
        1 => (0, [1, rows as isize]),
        _ => ((rows.max(1) * columns.max(1)) * 6 - 1, [-2, -3 * rows.max(1) as isize]),
    }
}

fn check_complex<T>((m, k, n): (usize, usize, usize), which: usize, special: bool, rounding: f64, parse: fn(f64) -> T)
where
    T: Element + Float + Into<f64>,
    Complex<T>: Multiply,
{
    let random = &mut Random((m * 7 + k * 3 + n) as u64);
    let mut number = |special: bool| match special && random.below(30) == 0 {
        true => parse([f64::INFINITY, f64::NEG_INFINITY, f64::NAN, -0.0, 0.0][random.below(5)]),
        false => parse((random.next() as i64 >> 40) as f64 * 2f64.powi(-23)),
    };
    let mut fill = |rows: usize, columns: usize| -> Vec<Complex<T>> {
        (0..rows.max(1) * columns.max(1) * 6).map(|_| Complex { re: number(special), im: number(special) }).collect()
    };
    let (a_data, b_data) = (fill(m, k), fill(k, n));
    let item = size_of::<Complex<T>>() as isize;
    let view = |(start, strides): (usize, [isize; 2])| (start, strides.map(|stride| stride * item));
    let ((a_start, a_strides), (b_start, b_strides)) =
        (view(strides(which, m, k)), view(strides((which + 1) % 3, k, n)));
    let (a_shape, b_shape, c_shape) = ([m, k], [k, n], [m, n]);
    let a = View::from_slice_at(&a_data, a_start, &a_shape, &a_strides).unwrap();
    let b = View::from_slice_at(&b_data, b_start, &b_shape, &b_strides).unwrap();
    let at = |view: &View<'_, Complex<T>>, i: usize, j: usize| {
        // SAFETY: i and j are inside the shape.
        unsafe { view.read(i as isize * view.strides()[0] + j as isize * view.strides()[1]) }
    };
    for fast in [true, false] {
        for columns_first in [false, true] {
            let c_strides = if columns_first { [item, item * m as isize] } else { [item * n as isize, item] };
            let mut c_data = vec![Complex { re: parse(7.0), im: parse(7.0) }; m * n];
            matmul_with(a, b, ViewMut::from_slice(&mut c_data, &c_shape, &c_strides).unwrap(), fast).unwrap();
            for (i, j) in (0..m).flat_map(|i| (0..n).map(move |j| (i, j))) {
                let got = c_data[if columns_first { j * m + i } else { i * n + j }];
                let want = complex_sum((0..k).map(|l| (at(&a, i, l), at(&b, l, j))));
                for (got, (want, magnitude)) in [got.re, got.im].into_iter().zip(want) {
                    let got: f64 = got.into();
                    // Each of the 2 k products and sums rounds once.
                    let bound = 2.0 * (2.0 * k as f64 + 2.0) * rounding * magnitude;
                    let close = (got - want).abs() <= bound || got == want || got.is_nan() && want.is_nan();
                    assert!(close, "{m} {k} {n} at {i} {j}, fast {fast}, layout {which}: {got}, expected {want}");
                }
            }
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn complex_numbers() {
    for sizes in SIZES {
        for layout in 0..3 {
            for special in [false, true] {
                check_complex::<f64>(sizes, layout, special, f64::EPSILON / 2.0, |x| x);
                check_complex::<f32>(sizes, layout, special, f64::from(f32::EPSILON) / 2.0, |x| x as f32);
            }
        }
    }
}

/// Small whole numbers, whose products are exact in any order.
fn check_floats<T: Element + Number>((m, k, n): (usize, usize, usize), seed: u64) {
    let random = &mut Random(seed);
    let value = |random: &mut Random| T::from_small(random.below(19) as i8 - 9);
    let (a, b) = (operand::<T>(&[m, k], random, true, value), operand::<T>(&[k, n], random, true, value));
    for fast in [true, false] {
        let mut c = operand(&[m, n], random, false, |_| T::from_small(-77));
        matmul_with(a.view(), b.view(), c.view_mut(), fast).unwrap();
        for index in indices(&[m, n]) {
            let terms = (0..k).map(|l| a.get(&[index[0], l]).times(b.get(&[l, index[1]])));
            assert_eq!(c.get(&index), terms.fold(T::ZERO, T::plus), "{m} {k} {n} at {index:?}, fast {fast}");
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn floats_over_several_blocks() {
    for sizes in SIZES {
        for seed in 0..3 {
            check_floats::<f64>(sizes, seed);
            check_floats::<f32>(sizes, seed);
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn vectors_in_every_layout() {
    // Row by row, column by column, with gaps, and backwards; and with a stride of zero.
    let layouts = [
        [(1, 1, false), (0, 1, false)],
        [(0, 1, false), (1, 1, false)],
        [(1, 2, false), (0, 3, false)],
        [(0, 1, true), (1, 2, true)],
        [(1, 1, true), (0, 1, false)],
    ];
    for (m, k) in [(30, 40), (1, 300), (300, 1), (7, 65), (66, 7), (5, 50), (9, 131)] {
        for (number, axes) in layouts.iter().enumerate() {
            for (gap, zero) in [(1, false), (2, false), (1, true)] {
                let random = &mut Random((m + k) as u64);
                let mut value = |_| f64::from(random.below(19) as i8 - 9);
                let mut a = Strided::new(&Layout { shape: vec![m, k], axes: axes.to_vec() }, &mut value);
                if zero {
                    a.strides[number % 2] = 0;
                }
                let vector = |n: usize| Layout { shape: vec![n], axes: vec![(0, gap, number == 3)] };
                let x = Strided::new(&vector(k), &mut value);
                let (mut y, mut z) = (Strided::new(&vector(m), &mut value), Strided::new(&vector(m), &mut value));
                let t = Strided { shape: vec![k, m], strides: vec![a.strides[1], a.strides[0]], ..a.clone() };
                matmul_with(a.view(), x.view(), y.view_mut(), true).unwrap();
                matmul_with(x.view(), t.view(), z.view_mut(), true).unwrap();
                for i in 0..m {
                    let want: f64 = (0..k).map(|l| a.get(&[i, l]) * x.get(&[l])).sum();
                    assert_eq!((y.get(&[i]), z.get(&[i])), (want, want), "{m} {k}, layout {number}, {gap}: {i}");
                }
            }
        }
    }
}
