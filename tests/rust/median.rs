//! `median`: the sampled path against quickselect, and both against a full sort.

mod common;

use common::{
    Copied, Element, Layout, PATTERNS, Pattern, Strided, cases, check, indices, lanes, layouts, make, parse_all,
};
use ferrodide::stats::select::{Middle, middle_two, middle_two_in_place};
use ferrodide::stats::{Median, median};
use ferrodide::view::{View, ViewMut};
use ferrodide::{Error, dispatch, view::DType};
use proptest::prelude::*;

const DTYPES: [DType; 5] = [DType::F64, DType::F32, DType::I64, DType::I32, DType::U8];

/// Around the length from which slices are sampled, and past it by odd amounts.
const LENGTHS: [usize; 9] = [1, 2, 3, 4, 5, 1023, 6143, 6144, 17407];

/// The result's arithmetic: that of NumPy's mean.
trait Mean: Element {
    type Of: Element + Into<f64>;
    fn own(self) -> Self::Of;
    fn mean(low: Self, high: Self) -> Self::Of;
}
macro_rules! mean {
    ($($t:ident => $mean:ident),*) => {$(
        impl Mean for $t {
            type Of = $mean;
            fn own(self) -> $mean {
                self as $mean
            }
            fn mean(low: $t, high: $t) -> $mean {
                (low as $mean + high as $mean) / 2.0
            }
        }
    )*};
}
mean!(f64 => f64, f32 => f32, i64 => f64, i32 => f64, u8 => f64);

/// The median from a full sort; None for nothing, or where there is a NaN.
fn expected<T: Mean>(values: &[T]) -> Option<T::Of> {
    let mut values = values.to_vec();
    values.sort_by(T::order);
    let n = values.len();
    if n == 0 || Element::is_nan(values[n - 1]) {
        return None;
    }
    Some(if n % 2 == 1 { values[n / 2].own() } else { T::mean(values[n / 2 - 1], values[n / 2]) })
}

/// NaN where nothing is expected, or infinity minus infinity; else equal (either zero will do).
fn agrees<M: Element>(got: M, expected: Option<M>) -> bool {
    match expected {
        Some(expected) if !expected.is_nan() => got == expected,
        _ => got.is_nan(),
    }
}

fn median_of<T: Mean + Median<Mean = <T as Mean>::Of>>(values: &[T]) -> <T as Mean>::Of {
    let mut out = [<T as Mean>::Of::from_small(77)];
    let shape = [values.len()];
    let a = View::from_slice(values, &shape, &[size_of::<T>() as isize]).unwrap();
    median(a, None, ViewMut::from_slice(&mut out, &[], &[]).unwrap()).unwrap();
    out[0]
}

fn check_slice<T: Mean + Median<Mean = <T as Mean>::Of>>(values: &[T], what: &str) {
    let want = expected(values);
    let got = median_of(values);
    assert!(agrees(got, want), "{what}: got {got:?}, expected {want:?}");

    let mut keys: Vec<T::Key> = values.iter().map(|x| x.sort_key()).collect();
    let sampled = middle_two(&mut { values }, T::NAN_KEY, &mut Vec::new()).unwrap();
    let streamed = middle_two(&mut Copied::of(values), T::NAN_KEY, &mut Vec::new()).unwrap();
    let selected = middle_two_in_place(&mut keys, T::NAN_KEY);
    assert!(sampled == selected, "{what}: the sampled path and quickselect differ");
    assert!(streamed == selected, "{what}: selecting from copied chunks and quickselect differ");
    assert_eq!(matches!(selected, Middle::Nan), want.is_none(), "{what}");
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn every_pattern_around_the_sampled_length() {
    for dtype in DTYPES {
        for (p, pattern) in PATTERNS.into_iter().enumerate() {
            for n in LENGTHS {
                dispatch!(dtype, T => check_slice(
                    &make::<T>(pattern, n, (p * 100_000 + n) as u64),
                    &format!("{dtype:?} {pattern:?} {n}")
                ));
            }
        }
    }
}

/// Most random bits hold a NaN somewhere: without any, so that the bracket does its work.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn floats_without_nan() {
    for (p, pattern) in PATTERNS.into_iter().enumerate() {
        for n in LENGTHS {
            let whole = make::<i64>(pattern, n, (p * 7 + n) as u64);
            let wide: Vec<f64> = whole.iter().map(|x| *x as f64 * 2f64.powi((x % 900) as i32)).collect();
            let narrow: Vec<f32> = whole.iter().map(|x| *x as f32 * 2f32.powi((x % 80) as i32)).collect();
            assert!(expected(&wide).is_some() && expected(&narrow).is_some());
            check_slice(&wide, &format!("f64 {pattern:?} {n}"));
            check_slice(&narrow, &format!("f32 {pattern:?} {n}"));
        }
    }
}

/// Data on which the bracket of the sample misses the middle, or holds nearly everything.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn data_that_deceives_the_sample() {
    let n = 1usize << 15;
    // Where the sample looks (Weyl's sequence) there are only large values: the bracket misses.
    let mut values = vec![0i64; n];
    let mut phase = 0u32;
    for i in 0..1024i64 {
        phase = phase.wrapping_add(0x9E37_79B9);
        values[((u128::from(phase) * n as u128) >> 32) as usize] = 1 << 40 | i;
    }
    for (i, value) in values.iter_mut().enumerate() {
        if *value == 0 {
            *value = i as i64;
        }
    }
    check_slice(&values, "large values where the sample looks");
    // The middle is on the edge: half are one value, half another, and one decides.
    for extra in [0, 1, 2] {
        let halves: Vec<i64> = (0..n + extra).map(|i| i64::from(i % 2 == 1) * 3 - 1).collect();
        check_slice(&halves, "alternating halves");
        let halves: Vec<f64> = (0..n + extra).map(|i| if i <= n / 2 { -1.5 } else { 2.5 }).collect();
        check_slice(&halves, "two halves");
    }
    let zeros: Vec<f64> = (0..n).map(|i| if i % 3 == 0 { -0.0 } else { 0.0 }).collect();
    check_slice(&zeros, "zeros of both signs");
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn a_nan_anywhere_is_found() {
    for n in [1usize, 2, 3, 100, 1024, 6143, 6144, 20_000] {
        for at in [0, 1, n / 3, n / 2, n.saturating_sub(2), n - 1] {
            for nan in [f64::NAN, -f64::NAN, f64::from_bits(0x7FF0_0000_0000_0001)] {
                let mut values = make::<f64>(Pattern::FewDistinct, n, 5);
                let at = at.min(n - 1);
                values[at] = nan;
                assert!(median_of(&values).is_nan(), "NaN at {at} of {n}");
                let mut values = make::<f32>(Pattern::FewDistinct, n, 5);
                values[at] = nan as f32;
                assert!(median_of(&values).is_nan(), "f32 NaN at {at} of {n}");
            }
        }
    }
}

/// An odd count has one middle: halving a sum would overflow.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn one_middle_is_the_element_itself() {
    assert_eq!(median_of(&[f64::MAX]), f64::MAX);
    assert_eq!(median_of(&[f64::MIN, f64::MIN, 1.0]), f64::MIN);
    assert_eq!(median_of(&[f32::MAX, f32::MAX, f32::MAX]), f32::MAX);
    assert_eq!(median_of(&[f64::from_bits(1)]), f64::from_bits(1));
    assert_eq!(median_of(&vec![f64::MAX; 16385]), f64::MAX);
    // NumPy's mean of two overflows, and so do we.
    assert_eq!(median_of(&[f64::MAX, f64::MAX]), f64::INFINITY);
}

fn check_layout<T: Mean + Median<Mean = <T as Mean>::Of>>(layout: &Layout, seed: u64) -> Result<(), TestCaseError> {
    let mut random = common::Random(seed);
    let a = Strided::<T>::new(layout, |_| match random.below(8) {
        0 => T::SPECIAL[random.below(T::SPECIAL.len())],
        1..4 => T::from_bits(random.next()),
        _ => T::from_small((random.next() % 50) as i8),
    });
    let before = common::bits(&a.data);
    let all = expected(&a.elements());
    let mut out = [<T as Mean>::Of::default()];
    prop_assert_eq!(median(a.view(), None, ViewMut::from_slice(&mut out, &[], &[]).unwrap()), Ok(()));
    prop_assert!(agrees(out[0], all), "all: got {:?}, expected {:?}", out[0], all);
    for axis in 0..layout.shape.len() {
        let want: Vec<_> = lanes(&layout.shape, axis)
            .iter()
            .map(|lane| expected(&lane.iter().map(|index| a.get(index)).collect::<Vec<T>>()))
            .collect();
        let mut out = vec![<T as Mean>::Of::default(); want.len()];
        let (shape, strides) = ([want.len()], [size_of::<<T as Mean>::Of>() as isize]);
        prop_assert_eq!(median(a.view(), Some(axis), ViewMut::from_slice(&mut out, &shape, &strides).unwrap()), Ok(()));
        for (got, want) in out.iter().zip(want) {
            prop_assert!(agrees(*got, want), "axis {}: got {:?}, expected {:?}", axis, got, want);
        }
    }
    prop_assert_eq!(common::bits(&a.data), before, "the input was written to");
    Ok(())
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn every_axis_of_any_layout() {
    check(150, (layouts(0..=4, 5), any::<u64>()), |(layout, seed)| {
        for dtype in DTYPES {
            dispatch!(dtype, T => check_layout::<T>(&layout, seed))?;
        }
        Ok(())
    });
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn long_lanes_with_gaps_and_backwards() {
    let layout = Layout { shape: vec![2, 17_000], axes: vec![(1, 1, true), (0, 2, true)] };
    for dtype in [DType::F64, DType::I32] {
        dispatch!(dtype, T => {
            let a = Strided::<T>::new(&layout, |i| T::from_small((i % 101) as i8));
            for (lane, want) in lanes(&a.shape, 1).iter().zip([50.0, 50.0]) {
                let values: Vec<T> = lane.iter().map(|index| a.get(index)).collect();
                assert_eq!(expected(&values), Some(want));
            }
        });
        dispatch!(dtype, T => check_layout::<T>(&layout, 3)).unwrap();
    }
    assert_eq!(indices(&layout.shape).len(), 34_000);
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_median_refuses() {
    let (data, mut out) = ([1.0, 2.0, 3.0, 4.0], [9.0; 4]);
    let a = View::from_slice(&data, &[2, 2], &[16, 8]).unwrap();
    let refused = median(a, Some(2), ViewMut::from_slice(&mut out, &[2], &[8]).unwrap());
    assert_eq!(refused, Err(Error::Axis { axis: 2, ndim: 2 }));
    for (shape, strides) in [(&[3][..], &[8][..]), (&[2], &[16]), (&[], &[])] {
        let refused = median(a, Some(0), ViewMut::from_slice(&mut out, shape, strides).unwrap());
        let Err(Error::Value(message)) = refused else { panic!("{refused:?}") };
        assert!(message.contains("out: expected 2"), "{message}");
    }
    assert_eq!(out, [9.0; 4]);
    assert!(median_of::<f64>(&[]).is_nan() && median_of::<u8>(&[]).is_nan());
}

/// More elements than memory holds, all of them one: both the gathered and the kept copy are refused.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn a_copy_that_does_not_fit() {
    let (one, mut out) = ([1.0f64], [9.0]);
    let shape = [isize::MAX as usize];
    let a = View::from_slice(&one, &shape, &[0]).unwrap();
    for axis in [None, Some(0)] {
        let refused = median(a, axis, ViewMut::from_slice(&mut out, &[1], &[8]).unwrap());
        assert!(matches!(refused, Err(Error::OutOfMemory { bytes }) if bytes > isize::MAX as usize), "{refused:?}");
    }
    assert_eq!(out, [9.0]);
    assert_eq!(median_of(&[1.0, 4.0]), 2.5);
}

#[derive(serde::Deserialize)]
struct Case {
    dtype: String,
    shape: Vec<usize>,
    axis: Option<usize>,
    values: Vec<String>,
    median: Vec<String>,
}

fn check_case<T: Mean + Median<Mean = <T as Mean>::Of>>(case: &Case, what: &str) {
    let a = Strided::dense(&case.shape, parse_all::<T>(&case.values));
    let want = parse_all::<<T as Mean>::Of>(&case.median);
    let mut out = vec![<T as Mean>::Of::from_small(77); want.len()];
    let (shape, strides) = ([want.len()], [size_of::<<T as Mean>::Of>() as isize]);
    median(a.view(), case.axis, ViewMut::from_slice(&mut out, &shape, &strides).unwrap()).unwrap();
    assert!(out.iter().zip(&want).all(|(got, want)| agrees(*got, Some(*want))), "{what}: {out:?}, expected {want:?}");
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn the_shared_vectors() {
    for (number, case) in cases::<Case>(include_str!("../cases/median.json")).iter().enumerate() {
        let what = format!("case {number}, {}", case.dtype);
        match case.dtype.as_str() {
            "float64" => check_case::<f64>(case, &what),
            "float32" => check_case::<f32>(case, &what),
            "int64" => check_case::<i64>(case, &what),
            "int32" => check_case::<i32>(case, &what),
            "uint8" => check_case::<u8>(case, &what),
            other => panic!("{other} is no dtype of ours"),
        }
    }
}
