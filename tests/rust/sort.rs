//! `sort` and `argsort`: the radix sort against its plain twin and against NumPy's order.

mod common;

use common::{
    Element, Layout, PATTERNS, Pattern, Strided, bits, cases, check, indices, lanes, layouts, make, parse_all,
};
use ferrodide::sort::radix::{self, RadixKey};
use ferrodide::sort::{SortKey, argsort, scalar, sort, sort_copy};
use ferrodide::view::{View, ViewMut};
use ferrodide::{Error, dispatch, view::DType};
use proptest::prelude::*;

const DTYPES: [DType; 5] = [DType::F64, DType::F32, DType::I64, DType::I32, DType::U8];

/// Around every threshold of the implementation, and well past the last.
const LENGTHS: [usize; 16] = [0, 1, 2, 3, 20, 21, 127, 128, 129, 319, 320, 575, 576, 1023, 1024, 9001];

/// What NumPy's stable argsort gives, from the definition of its order.
fn expected_order<T: Element>(values: &[T]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&i, &j| values[i].order(&values[j]));
    order
}

fn sorted<T: Element + SortKey>(values: &[T]) -> Vec<T> {
    let mut result = values.to_vec();
    let shape = [values.len()];
    sort(ViewMut::from_slice(&mut result, &shape, &[size_of::<T>() as isize]).unwrap(), 0).unwrap();
    result
}

fn sorted_copy<T: Element + SortKey>(values: &[T]) -> Vec<T> {
    let mut result = vec![T::from_small(77); values.len()];
    let (shape, strides) = ([values.len()], [size_of::<T>() as isize]);
    let a = View::from_slice(values, &shape, &strides).unwrap();
    sort_copy(a, 0, ViewMut::from_slice(&mut result, &shape, &strides).unwrap()).unwrap();
    result
}

fn argsorted<T: Element + SortKey>(values: &[T]) -> Vec<usize> {
    let (shape, mut order) = ([values.len()], vec![-1isize; values.len()]);
    let a = View::from_slice(values, &shape, &[size_of::<T>() as isize]).unwrap();
    argsort(a, 0, ViewMut::from_slice(&mut order, &shape, &[size_of::<isize>() as isize]).unwrap()).unwrap();
    order.into_iter().map(|i| i as usize).collect()
}

fn check_lane<T: Element + SortKey>(values: &[T], what: &str) {
    let order = expected_order(values);
    let expected: Vec<T> = order.iter().map(|&i| values[i]).collect();
    // Bits: of equal elements (NaNs, both zeros) each keeps its own, in the order they came.
    assert_eq!(bits(&sorted(values)), bits(&expected), "sort: {what}");
    assert_eq!(bits(&sorted_copy(values)), bits(&expected), "sort_copy: {what}");
    assert_eq!(argsorted(values), order, "argsort: {what}");

    let mut by_scalar = values.to_vec();
    scalar::sort_by_key(&mut by_scalar, |x| x.sort_key());
    assert_eq!(bits(&by_scalar), bits(&expected), "scalar: {what}");
    let mut positions: Vec<usize> = (0..values.len()).collect();
    scalar::sort_by_key(&mut positions, |&i| values[i].sort_key());
    assert_eq!(positions, order, "scalar argsort: {what}");
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn every_pattern_at_every_threshold() {
    for dtype in DTYPES {
        for (p, pattern) in PATTERNS.into_iter().enumerate() {
            for n in LENGTHS {
                dispatch!(dtype, T => {
                    let mut values = make::<T>(pattern, n, (p * 100_000 + n) as u64);
                    check_lane(&values, &format!("{dtype:?} {pattern:?} {n}"));
                    // Among many floats there is a NaN or a zero; without any they take another path.
                    values.iter_mut().filter(|x| x.is_nan() || x.order(&T::default()).is_eq()).for_each(|x| *x = T::from_small(1));
                    check_lane(&values, &format!("{dtype:?} {pattern:?} {n}, plain"));
                });
            }
        }
    }
}

/// The types that no [`DType`] names.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn every_pattern_of_the_other_integers() {
    for (p, pattern) in PATTERNS.into_iter().enumerate() {
        for n in LENGTHS {
            every_key!(T => {
                let values = make::<T>(pattern, n, (p * 100_000 + n) as u64);
                check_lane(&values, &format!("{} {pattern:?} {n}", std::any::type_name::<T>()));
            }, i8 i16 u16 u32 u64);
        }
    }
}

/// Ranges around the widths of the tables that count, and lanes around as many elements as cells.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn ranges_that_are_counted() {
    fn lane<T: Element + SortKey>(base: i64, span: u64, n: usize) {
        let mut random = common::Random(span + n as u64);
        let value = |offset: u64| T::from_whole(base.wrapping_add(offset as i64));
        let mut values: Vec<T> = (0..n).map(|_| value(random.next() % span)).collect();
        (values[n / 2], values[n / 3]) = (value(0), value(span - 1));
        check_lane(&values, &format!("{} from {base}, {span} wide, {n}", std::any::type_name::<T>()));
    }
    for (span, n) in [(255, 700), (256, 700), (257, 700), (512, 511), (512, 600), (1000, 1023), (1000, 1024)] {
        lane::<i64>(-100, span, n);
        lane::<u64>(1 << 63, span, n);
        lane::<i32>(i64::from(i32::MIN), span, n);
        lane::<i16>(i64::from(i16::MIN), span, n);
        lane::<u16>(5, span, n);
    }
    for (span, n) in [(65_535, 65_536), (65_536, 65_536), (65_537, 131_072), (65_536, 65_535)] {
        lane::<i64>(i64::MAX - span as i64, span, n);
        lane::<u32>(7, span, n);
        lane::<i16>(i64::from(i16::MIN), span.min(65_536), n);
    }
    // Floats whose keys are as near.
    let near: Vec<f64> = (0..70_000u64).map(|i| f64::from_bits(1.0f64.to_bits() + i * 7919 % 65_536)).collect();
    check_lane(&near, "neighbours of 1.0");
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn a_long_lane() {
    dispatch!(DType::F64, T => check_lane(&make::<T>(Pattern::AnyBits, 100_000, 1), "f64"));
    dispatch!(DType::F32, T => check_lane(&make::<T>(Pattern::Exponents, 100_000, 2), "f32"));
    dispatch!(DType::I64, T => check_lane(&make::<T>(Pattern::Exponents, 100_000, 3), "i64"));
    dispatch!(DType::I64, T => check_lane(&make::<T>(Pattern::AnyBits, 100_000, 4), "i64"));
    // Normally distributed, and so near one another in the leading bits.
    let mut random = common::Random(5);
    let normal: Vec<f64> =
        (0..100_000).map(|_| (0..12).map(|_| random.below(1 << 30) as f64).sum::<f64>() - 6e9).collect();
    check_lane(&normal, "normal f64");
    check_lane(&normal.iter().map(|x| *x as f32).collect::<Vec<_>>(), "normal f32");
}

/// By the bits `low..high` alone: those below travel along, and show that ties keep their order.
fn twins_agree<K: RadixKey + std::fmt::Debug>(keys: &[u64], low: u32, high: u32) -> Result<(), TestCaseError> {
    let mask = if high == 64 { u64::MAX } else { (1 << high) - 1 };
    let keys: Vec<K> = keys.iter().map(|key| K::truncate(key & mask)).collect();
    let (mut by_radix, mut by_scalar, mut scratch) = (keys.to_vec(), keys.to_vec(), keys.to_vec());
    radix::sort_by_bits(&mut by_radix, &mut scratch, low, high);
    scalar::sort_by_key(&mut by_scalar, |key| Into::<u64>::into(*key) >> low);
    prop_assert_eq!(by_radix, by_scalar);
    Ok(())
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn the_twins_agree_on_any_bits_of_any_keys() {
    let bits = (0..64u32, 0..=64u32).prop_map(|(low, width)| (low, (low + width).min(64)));
    let keys = (proptest::collection::vec(any::<u64>(), 0..600), any::<u64>(), any::<u64>(), bits);
    check(300, keys, |(keys, ones, mask, (low, high))| {
        // Whole digits that all keys share, and so passes that are left out.
        let keys: Vec<u64> = keys.iter().map(|key| key & mask | ones).collect();
        twins_agree::<u64>(&keys, low, high)?;
        twins_agree::<u32>(&keys, low % 32, (low % 32 + high - low).min(32))?;
        twins_agree::<u8>(&keys, low % 8, (low % 8 + high - low).min(8))
    });
}

/// Sorts along each axis, and holds every lane to the order; what lies between the elements stays.
fn check_layout<T: Element + SortKey>(layout: &Layout, out_layout: &Layout, seed: u64) -> Result<(), TestCaseError> {
    let mut random = common::Random(seed);
    let before = Strided::<T>::new(layout, |_| match random.below(3) {
        0 => T::SPECIAL[random.below(T::SPECIAL.len())],
        1 => T::from_small((random.next() % 4) as i8),
        _ => T::from_bits(random.next()),
    });
    for axis in 0..layout.shape.len() {
        let mut after = before.clone();
        prop_assert_eq!(sort(after.view_mut(), axis), Ok(()));
        let mut order = Strided::<i64>::new(out_layout, |_| -1);
        let strides: Vec<isize> = order.strides.iter().map(|s| s / 8 * size_of::<isize>() as isize).collect();
        let mut positions = vec![-1isize; order.data.len()];
        // SAFETY: the layout of `order`, for elements of another width; it is inside `positions`.
        let out = unsafe { ViewMut::from_raw_parts(positions.as_mut_ptr().add(order.offset), &order.shape, &strides) };
        prop_assert_eq!(argsort(before.view(), axis, out), Ok(()));
        order.data = positions.iter().map(|&i| i as i64).collect();

        let mut expected = before.clone();
        let mut expected_positions = vec![-1i64; order.data.len()];
        for lane in lanes(&layout.shape, axis) {
            let values: Vec<T> = lane.iter().map(|index| before.get(index)).collect();
            for (index, i) in lane.iter().zip(expected_order(&values)) {
                let position = expected.position(index);
                expected.data[position] = values[i];
                expected_positions[order.position(index)] = i as i64;
            }
        }
        prop_assert_eq!(bits(&after.data), bits(&expected.data), "sort along {}", axis);
        let mut copy = Strided::<T>::new(out_layout, |_| T::from_small(77));
        let mut expected_copy = copy.clone();
        for index in indices(&layout.shape) {
            let position = expected_copy.position(&index);
            expected_copy.data[position] = expected.get(&index);
        }
        prop_assert_eq!(sort_copy(before.view(), axis, copy.view_mut()), Ok(()));
        prop_assert_eq!(bits(&copy.data), bits(&expected_copy.data), "sort_copy along {}", axis);
        prop_assert_eq!(&order.data, &expected_positions, "argsort along {}", axis);
    }
    Ok(())
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn every_axis_of_any_layout() {
    let case =
        (layouts(1..=4, 5), proptest::collection::vec((any::<u32>(), 1..=2usize, any::<bool>()), 4), any::<u64>());
    check(150, case, |(layout, mut axes, seed)| {
        axes.truncate(layout.shape.len());
        let out = Layout { shape: layout.shape.clone(), axes };
        for dtype in DTYPES {
            dispatch!(dtype, T => check_layout::<T>(&layout, &out, seed))?;
        }
        Ok(())
    });
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn long_lanes_in_the_middle_of_an_array() {
    for backwards in [false, true] {
        let layout = Layout { shape: vec![2, 300, 3], axes: vec![(2, 1, backwards), (0, 2, !backwards), (1, 1, true)] };
        let out = Layout { shape: layout.shape.clone(), axes: vec![(0, 1, true), (1, 1, backwards), (2, 2, false)] };
        for dtype in DTYPES {
            dispatch!(dtype, T => check_layout::<T>(&layout, &out, 7)).unwrap();
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_sort_refuses() {
    let (mut a, mut out) = ([3.0, 1.0], [7isize; 2]);
    assert_eq!(sort(ViewMut::from_slice(&mut a, &[2], &[8]).unwrap(), 1), Err(Error::Axis { axis: 1, ndim: 1 }));
    assert_eq!(sort(ViewMut::from_slice(&mut a, &[], &[]).unwrap(), 0), Err(Error::Axis { axis: 0, ndim: 0 }));
    let item = size_of::<isize>() as isize;
    let view = View::from_slice(&a, &[2], &[8]).unwrap();
    let refused = argsort(view, 3, ViewMut::from_slice(&mut out, &[2], &[item]).unwrap());
    assert_eq!(refused, Err(Error::Axis { axis: 3, ndim: 1 }));
    let refused = argsort(view, 0, ViewMut::from_slice(&mut out, &[1], &[item]).unwrap());
    let Err(Error::Value(message)) = refused else { panic!("{refused:?}") };
    assert!(message.contains("out has shape [1]") && message.contains("[2]"), "{message}");
    let mut copy = [9.0; 2];
    let refused = sort_copy(view, 1, ViewMut::from_slice(&mut copy, &[2], &[8]).unwrap());
    assert_eq!(refused, Err(Error::Axis { axis: 1, ndim: 1 }));
    let refused = sort_copy(view, 0, ViewMut::from_slice(&mut copy, &[1], &[8]).unwrap());
    assert!(matches!(refused, Err(Error::Value(message)) if message.contains("out has shape [1]")));
    assert_eq!((a, out, copy), ([3.0, 1.0], [7; 2], [9.0; 2]));
}

/// A shape that no memory holds, over one element: the scratch is refused, not the process ended.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn scratch_that_does_not_fit() {
    let (one, mut out) = ([1.0f64], [0isize; 2]);
    let (shape, strides) = ([isize::MAX as usize], [size_of::<isize>() as isize]);
    let a = View::from_slice(&one, &shape, &[0]).unwrap();
    // SAFETY: as long as no memory could be: argsort has to give up before it writes.
    let impossible = unsafe { ViewMut::from_raw_parts(out.as_mut_ptr(), &shape, &strides) };
    let refused = argsort(a, 0, impossible);
    assert!(matches!(refused, Err(Error::OutOfMemory { bytes }) if bytes > isize::MAX as usize), "{refused:?}");
    let mut copy = [9.0; 2];
    // SAFETY: as above, of sort_copy; its elements would be adjacent.
    let impossible = unsafe { ViewMut::from_raw_parts(copy.as_mut_ptr(), &shape, &[8]) };
    let refused = sort_copy(a, 0, impossible);
    assert!(matches!(refused, Err(Error::OutOfMemory { bytes }) if bytes > isize::MAX as usize), "{refused:?}");
    assert_eq!((out, copy), ([0; 2], [9.0; 2]));
    assert_eq!(argsorted(&[2.0, 1.0]), [1, 0]);
}

#[derive(serde::Deserialize)]
struct Case {
    dtype: String,
    shape: Vec<usize>,
    axis: usize,
    values: Vec<String>,
    sorted: Vec<String>,
    argsorted: Vec<isize>,
}

fn check_case<T: Element + SortKey>(case: &Case, what: &str) {
    let mut a = Strided::dense(&case.shape, parse_all::<T>(&case.values));
    let mut order = vec![-1isize; a.data.len()];
    let strides: Vec<isize> =
        a.strides.iter().map(|s| s / size_of::<T>() as isize * size_of::<isize>() as isize).collect();
    argsort(a.view(), case.axis, ViewMut::from_slice(&mut order, &case.shape, &strides).unwrap()).unwrap();
    assert_eq!(order, case.argsorted, "argsort: {what}");
    sort(a.view_mut(), case.axis).unwrap();
    // Text holds no NaN's payload: any NaN will do.
    let expected = parse_all::<T>(&case.sorted);
    let same = |x: &T, y: &T| x.bits() == y.bits() || (x.is_nan() && y.is_nan());
    assert!(a.data.iter().zip(&expected).all(|(x, y)| same(x, y)), "sort: {what}: {:?}", a.data);
    assert_eq!(a.data.len(), expected.len());
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn the_shared_vectors() {
    for (number, case) in cases::<Case>(include_str!("../cases/sort.json")).iter().enumerate() {
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
