//! `partition`, `argpartition`, `order_statistics` and `nanmedian`: the sampled selection
//! against quickselect, and both against a full sort.

mod common;

use common::{Element, PATTERNS, Random, bits, cases, check, make, parse_all};
use ferrodide::Error;
use ferrodide::sort::partition::select_in_place;
use ferrodide::sort::{SortKey, argpartition, argpartition_along, partition, partition_along, ranks_of};
use ferrodide::stats::{Median, nan_count, nanmedian, nanmedian_along, nanmedian_of_lanes, order_statistics};
use ferrodide::view::{View, ViewMut};
use proptest::prelude::*;

/// Around the length from which lanes are sampled, and past it by an odd amount.
const LENGTHS: [usize; 6] = [1, 2, 3, 100, 16383, 16385];

fn sorted<T: Element>(values: &[T]) -> Vec<T> {
    let mut values = values.to_vec();
    values.sort_by(T::order);
    values
}

/// Whether `lane` is what `partition` promises; `sorted` has the same elements in order.
fn check_parted<T: Element>(lane: &[T], sorted: &[T], kth: &[usize], what: &str) {
    let mut ranks = kth.to_vec();
    ranks.sort_unstable();
    let mut start = 0;
    for k in ranks {
        assert!(lane[k].order(&sorted[k]).is_eq(), "{what}: rank {k} is {:?}, expected {:?}", lane[k], sorted[k]);
        assert!(lane[start..k].iter().all(|x| x.order(&lane[k]).is_le()), "{what}: greater before rank {k}");
        assert!(lane[k..].iter().all(|x| x.order(&lane[k]).is_ge()), "{what}: smaller after rank {k}");
        start = k;
    }
}

fn check_lane<T: Element + SortKey>(values: &[T], kth: &[usize], what: &str) {
    let (sorted, n) = (sorted(values), values.len());
    let mut all = bits(values);
    all.sort_unstable();
    let mut ranks = kth.to_vec();
    ranks.sort_unstable();
    ranks.dedup();

    let (mut lane, mut plain) = (values.to_vec(), values.to_vec());
    partition(&mut lane, kth).unwrap();
    select_in_place(&mut plain, &ranks, 0, |x| x);
    for (lane, how) in [(&lane, "partition"), (&plain, "quickselect")] {
        check_parted(lane, &sorted, kth, &format!("{what}: {how}"));
        let mut kept = bits(lane);
        kept.sort_unstable();
        assert!(kept == all, "{what}: {how} lost or changed an element");
    }

    let mut positions = vec![-1isize; n];
    argpartition(values, kth, &mut positions).unwrap();
    let taken: Vec<T> = positions.iter().map(|&at| values[at as usize]).collect();
    check_parted(&taken, &sorted, kth, &format!("{what}: argpartition"));
    positions.sort_unstable();
    assert!(positions.iter().enumerate().all(|(i, at)| i as isize == *at), "{what}: no permutation");

    let mut got = vec![T::from_small(77); kth.len()];
    let nans = order_statistics(values, kth, &mut got).unwrap();
    let right = |(&k, x): (&usize, &T)| x.order(&sorted[k]).is_eq();
    assert!(kth.iter().zip(&got).all(right), "{what}: order_statistics of {kth:?}: {got:?}");
    assert_eq!(nans, values.iter().filter(|x| x.is_nan()).count(), "{what}: NaN");
    assert_eq!(nans, nan_count(values), "{what}: NaN");
}

/// A few sets of ranks: one, both ends, several, and so many that the lane is sorted.
fn rank_sets(n: usize) -> Vec<Vec<usize>> {
    let mut sets = vec![vec![], vec![n / 2], vec![n - 1, 0], vec![n / 20, n / 2, n - 1 - n / 20, n / 2]];
    sets.push((0..23).map(|i| i * (n - 1) / 22).collect());
    sets.push((0..40).map(|i| i * (n - 1) / 39).collect());
    sets
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn every_pattern_around_the_sampled_length() {
    for (p, pattern) in PATTERNS.into_iter().enumerate() {
        for n in LENGTHS {
            let seed = p * 100_000 + n;
            every_key!(T => {
                let values = make::<T>(pattern, n, seed as u64);
                let sets = rank_sets(n);
                // All of them on short lanes; on long ones in turn, over the patterns and lengths.
                for (s, kth) in sets.iter().enumerate() {
                    if n < 100 || (s + p + n + size_of::<T>()).is_multiple_of(sets.len()) {
                        check_lane(&values, kth, &format!("{} {pattern:?} {n} {kth:?}", std::any::type_name::<T>()));
                    }
                }
            });
        }
    }
}

/// Floats of any bits are full of NaN: without them, and with a few.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn floats_with_no_nan_few_and_many() {
    for (p, pattern) in PATTERNS.into_iter().enumerate() {
        let n = 16_501;
        let whole = make::<i64>(pattern, n, p as u64);
        for nan_every in [usize::MAX, 100, 3] {
            let mut random = Random(p as u64);
            let mut wide: Vec<f64> = whole.iter().map(|x| *x as f64 * 2f64.powi((x % 900) as i32)).collect();
            let mut narrow: Vec<f32> = whole.iter().map(|x| *x as f32 * 2f32.powi((x % 80) as i32)).collect();
            for i in 0..n {
                if nan_every < n && random.below(nan_every) == 0 {
                    wide[i] = if i % 2 == 0 { f64::NAN } else { -f64::NAN };
                    narrow[i] = -f32::NAN;
                }
            }
            let kth = [n / 2, n - 1, n * 2 / 3, n / 3 + 7];
            for ranks in [&kth[..1], &kth[..]] {
                check_lane(&wide, ranks, &format!("f64 {pattern:?}, NaN every {nan_every}"));
                check_lane(&narrow, ranks, &format!("f32 {pattern:?}, NaN every {nan_every}"));
            }
            check_nanmedian(&wide);
            check_nanmedian(&narrow);
        }
    }
}

/// Data on which the sample's bracket misses, or holds nearly everything.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn data_that_deceives_the_sample() {
    let n = 1usize << 15;
    let mut values: Vec<i64> = (0..n as i64).rev().collect();
    let mut phase = 0u32;
    for i in 0..1024i64 {
        phase = phase.wrapping_add(0x9E37_79B9);
        values[((u128::from(phase) * n as u128) >> 32) as usize] = 1 << 40 | i;
    }
    let kth = [5, n / 4, n / 2, n / 2 + 1, n - 2];
    check_lane(&values, &kth, "large values where the sample looks");
    check_lane(&values, &kth[..1], "large values where the sample looks");
    let negated: Vec<i64> = values.iter().map(|x| -x).collect();
    check_lane(&negated, &kth, "small values where the sample looks");
    for extra in [0, 1, 2] {
        let halves: Vec<f64> = (0..n + extra).map(|i| if i % 2 == 0 { -1.5 } else { 2.5 }).collect();
        check_lane(&halves, &kth, "two values in turn");
    }
    let zeros: Vec<f64> = (0..n).map(|i| if i % 3 == 0 { -0.0 } else { 0.0 }).collect();
    check_lane(&zeros, &kth, "zeros of both signs");
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn any_lane_and_any_ranks() {
    let values = proptest::collection::vec((any::<u64>(), 0..4usize), 1..400);
    let ranks = proptest::collection::vec(any::<u32>(), 0..30);
    check(40, (values, ranks), |(values, ranks)| {
        let kth: Vec<usize> = ranks.iter().map(|rank| *rank as usize % values.len()).collect();
        every_key!(T => {
            let mixed = |(bits, kind): &(u64, usize)| match kind {
                0 => T::SPECIAL[*bits as usize % T::SPECIAL.len()],
                1 => T::from_small((bits % 4) as i8),
                _ => <T as Element>::from_bits(*bits),
            };
            let lane: Vec<T> = values.iter().map(mixed).collect();
            check_lane(&lane, &kth, "any");
        });
        Ok(())
    });
}

/// As `nanmedian` by definition: the median of what is left.
fn check_nanmedian<T: Element + Median<Mean: Element>>(values: &[T]) {
    let left: Vec<T> = sorted(values).into_iter().filter(|x| !x.is_nan()).collect();
    let got = nanmedian(values).unwrap();
    let Some(&high) = left.get(left.len() / 2) else { return assert!(Element::is_nan(got)) };
    let want = if left.len() % 2 == 1 { high.middle() } else { T::mean(left[left.len() / 2 - 1], high) };
    assert!(got == want || (Element::is_nan(got) && Element::is_nan(want)), "got {got:?}, expected {want:?}");
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn nanmedian_of_every_pattern() {
    for (p, pattern) in PATTERNS.into_iter().enumerate() {
        for n in [0, 1, 2, 5, 16385] {
            every_key!(T => check_nanmedian(&make::<T>(pattern, n, (p + n) as u64)));
        }
    }
    assert!(nanmedian(&[f64::NAN, -f64::NAN]).unwrap().is_nan());
    assert_eq!(nanmedian(&[f64::NAN, 4.0, 1.0, f64::NAN]).unwrap(), 2.5);
}

/// The lanes of a matrix in C order: its rows, or its columns, which are gathered.
fn lanes<T: Copy>(matrix: &[T], columns: usize, axis: usize) -> Vec<Vec<T>> {
    match axis {
        1 => matrix.chunks(columns).map(<[T]>::to_vec).collect(),
        _ => (0..columns).map(|j| matrix.iter().skip(j).step_by(columns).copied().collect()).collect(),
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn lanes_along_either_axis() {
    for shape in [[3, 16_400], [16_400, 3], [30, 50], [1, 1]] {
        every_key!(T => {
            let values = make::<T>(PATTERNS[shape[0] % PATTERNS.len()], shape[0] * shape[1], 5);
            let item = size_of::<T>() as isize;
            let (strides, order_strides) = ([shape[1] as isize * item, item], [(shape[1] * size_of::<isize>()) as isize, size_of::<isize>() as isize]);
            for axis in [0, 1] {
                let n = shape[axis];
                let kth = [n / 3, n - 1];
                let what = format!("{} {shape:?} axis {axis}", std::any::type_name::<T>());
                let (mut parted, mut order) = (values.clone(), vec![-1isize; values.len()]);
                partition_along(ViewMut::from_slice(&mut parted, &shape, &strides).unwrap(), axis, &kth).unwrap();
                argpartition_along(
                    View::from_slice(&values, &shape, &strides).unwrap(),
                    axis,
                    &kth,
                    ViewMut::from_slice(&mut order, &shape, &order_strides).unwrap(),
                ).unwrap();
                let all = lanes(&values, shape[1], axis).into_iter().zip(lanes(&parted, shape[1], axis)).zip(lanes(&order, shape[1], axis));
                for ((lane, parted), order) in all {
                    let (mut before, mut after) = (bits(&lane), bits(&parted));
                    before.sort_unstable();
                    after.sort_unstable();
                    assert!(before == after, "{what}: lost or changed an element");
                    check_parted(&parted, &sorted(&lane), &kth, &what);
                    let taken: Vec<T> = order.iter().map(|&at| lane[at as usize]).collect();
                    check_parted(&taken, &sorted(&lane), &kth, &what);
                }
            }
        });
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn lanes_in_order_from_their_end() {
    for n in [2, 127, 128, 129, 20_000] {
        for step in [1, 2] {
            let values: Vec<f64> = (0..n).map(|i| -f64::from(i / step)).collect();
            check_lane(&values, &[0, n as usize / 2], "descending");
            let mut broken = values.clone();
            broken[n as usize - 1] = f64::NAN;
            check_lane(&broken, &[n as usize / 2], "descending up to a NaN");
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn nanmedians_along_an_axis_stop_at_what_is_not_finite() {
    let nan = f64::NAN;
    let a = [1.0, nan, 5.0, nan, 2.0, 4.0];
    let view = || View::from_slice(&a, &[2, 3], &[24, 8]).unwrap();
    let mut out = [9.0; 3];
    let mut along = |axis, len: usize| {
        let done = nanmedian_along(view(), axis, ViewMut::from_slice(&mut out[..len], &[len], &[8]).unwrap());
        (done, out[0], out[len - 1])
    };
    assert_eq!(along(Some(0), 3), (Ok(true), 1.0, 4.5));
    assert_eq!(along(Some(1), 2), (Ok(true), 3.0, 3.0));
    assert_eq!(along(None, 1), (Ok(true), 3.0, 3.0));
    assert!(matches!(along(Some(2), 3).0, Err(Error::Axis { axis: 2, ndim: 2 })));
    assert!(matches!(along(Some(0), 2).0, Err(Error::Value(_))));
    for bad in [nan, f64::INFINITY, f64::MAX] {
        let (a, mut out) = ([bad, 1.0], [9.0; 2]);
        let (view, out_view) = (View::from_slice(&a, &[1, 2], &[16, 8]), ViewMut::from_slice(&mut out, &[2], &[8]));
        assert_eq!(nanmedian_along(view.unwrap(), Some(0), out_view.unwrap()), Ok(false));
        assert_eq!(out[1], 9.0);
        let (view, out_view) = (View::from_slice(&a, &[1, 2], &[16, 8]), ViewMut::from_slice(&mut out, &[2], &[8]));
        assert_eq!(nanmedian_of_lanes(view.unwrap(), Some(0), out_view.unwrap()), Ok(()));
        assert_eq!(out[0].to_bits(), bad.to_bits());
        assert_eq!(out[1], 1.0);
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_they_refuse() {
    assert_eq!(ranks_of(3, &[-1, 0, -3, 2]), Ok(vec![2, 0, 0, 2]));
    assert!([3, -4, isize::MIN, isize::MAX].iter().all(|k| matches!(ranks_of(3, &[0, *k]), Err(Error::Value(_)))));
    let refused = |axis: usize, kth: &[usize]| {
        let mut square = [1.0; 4];
        partition_along(ViewMut::from_slice(&mut square, &[2, 2], &[16, 8]).unwrap(), axis, kth)
    };
    assert!(matches!(refused(2, &[0]), Err(Error::Axis { axis: 2, ndim: 2 })));
    assert!(matches!(refused(1, &[2]), Err(Error::Value(_))));
    let (mut lane, mut out) = ([3.0, 1.0, 2.0], [9isize; 3]);
    let Err(Error::Value(message)) = partition(&mut lane, &[0, 3]) else { panic!() };
    assert!(message.contains("kth(=3) out of bounds (3)"), "{message}");
    assert!(matches!(argpartition(&lane, &[4], &mut out), Err(Error::Value(_))));
    let Err(Error::Value(message)) = argpartition(&lane, &[1], &mut out[..2]) else { panic!() };
    assert!(message.contains("out has 2 elements; expected 3"), "{message}");
    let mut few = [9.0; 2];
    assert!(matches!(order_statistics(&lane, &[0, 7], &mut few), Err(Error::Value(_))));
    assert!(matches!(order_statistics(&lane, &[0], &mut few), Err(Error::Value(_))));
    assert!(matches!(partition::<f64>(&mut [], &[0]), Err(Error::Value(_))));
    assert_eq!(partition::<f64>(&mut [], &[]), Ok(()));
    assert_eq!((lane, out, few), ([3.0, 1.0, 2.0], [9; 3], [9.0; 2]));
}

#[derive(serde::Deserialize)]
struct Case {
    dtype: String,
    values: Vec<String>,
    kth: Vec<usize>,
    selected: Vec<String>,
    nanmedian: String,
}

fn check_case<T: Element + Median<Mean: Element>>(case: &Case, what: &str) {
    let values = parse_all::<T>(&case.values);
    check_lane(&values, &case.kth, what);
    let mut got = vec![T::from_small(77); case.kth.len()];
    order_statistics(&values, &case.kth, &mut got).unwrap();
    let same = |(x, y): (&T, &T)| x.order(y).is_eq();
    assert!(got.iter().zip(&parse_all::<T>(&case.selected)).all(same), "{what}: {got:?}");
    let (got, want) = (nanmedian(&values).unwrap(), <T as Median>::Mean::parse(&case.nanmedian));
    assert!(got.order(&want).is_eq(), "{what}: nanmedian {got:?}, expected {want:?}");
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn the_shared_vectors() {
    for (number, case) in cases::<Case>(include_str!("../cases/partition.json")).iter().enumerate() {
        let what = format!("case {number}, {}", case.dtype);
        key_named!(case.dtype.as_str(), T => check_case::<T>(case, &what));
    }
}
