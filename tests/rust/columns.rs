//! Reductions and running sums along either axis of a matrix, against the definitions lane by lane.

mod common;

use common::{Element, PATTERNS, make};
use ferrodide::Error;
use ferrodide::stats::along::{Along, Truth};
use ferrodide::stats::arg::{arg, extreme, ptp_columns};
use ferrodide::stats::cumulative::{cumsum, cumsum_columns};
use ferrodide::stats::keys::{Extreme, Keyed};
use ferrodide::stats::reduce::{Zero, are_numbers, sum_columns};
use ferrodide::stats::truths::{Flag, count, count_columns, truth_columns};

/// Around rows read in fours, tiles of 256 columns, blocks of 128 elements, and what a byte counts.
const SHAPES: [(usize, usize); 18] = [
    (1, 1),
    (1, 5),
    (2, 3),
    (4, 16),
    (5, 17),
    (8, 255),
    (9, 256),
    (3, 257),
    (16, 600),
    (254, 3),
    (255, 2),
    (256, 4),
    (257, 1),
    (521, 33),
    (3, 511),
    (2, 513),
    (1, 4000),
    (7, 1291),
];

/// The lanes of a matrix along an axis.
fn lanes<T: Copy>(a: &[T], width: usize, columns: bool) -> Vec<Vec<T>> {
    match columns {
        true => (0..width).map(|j| a.iter().skip(j).step_by(width).copied().collect()).collect(),
        false => a.chunks(width).map(<[T]>::to_vec).collect(),
    }
}

/// One by one: the first NaN, else the first that no other is before.
fn plain_arg<T: Element>(lane: &[T], which: Extreme) -> usize {
    if let Some(nan) = lane.iter().position(|x| Element::is_nan(*x)) {
        return nan;
    }
    (1..lane.len()).fold(0, |best, i| {
        let order = lane[i].order(&lane[best]);
        if (which == Extreme::Least && order.is_lt()) || (which == Extreme::Most && order.is_gt()) { i } else { best }
    })
}

fn plain_cumsum<T: Element + Zero>(lane: &[T]) -> Vec<T> {
    let mut sum = lane[0];
    let mut all = vec![sum];
    for &x in &lane[1..] {
        sum = sum.plus(x);
        all.push(sum);
    }
    all
}

fn same<T: Element>(got: T, want: T) -> bool {
    got.bits() == want.bits() || (Element::is_nan(got) && Element::is_nan(want))
}

/// Of what has an order.
fn check_order<T: Element + Keyed>(a: &[T], width: usize) {
    let height = a.len() / width;
    for which in [Extreme::Least, Extreme::Most] {
        let whole = plain_arg(a, which);
        let (mut at, mut value) = ([77], [T::from_small(77)]);
        arg(a, which, Along::Rows(a.len()), &mut at).unwrap();
        extreme(a, which, Along::Rows(a.len()), &mut value).unwrap();
        assert_eq!(at[0], whole as isize, "{which:?} of {} elements", a.len());
        assert!(value[0] == a[whole] || Element::is_nan(value[0]) && Element::is_nan(a[whole]), "{which:?}: {value:?}");
        for (along, columns, results) in [(Along::Rows(width), false, height), (Along::Columns, true, width)] {
            let (mut at, mut values) = (vec![77; results], vec![T::from_small(77); results]);
            arg(a, which, along, &mut at).unwrap();
            extreme(a, which, along, &mut values).unwrap();
            for ((lane, at), got) in lanes(a, width, columns).iter().zip(at).zip(values) {
                let want = plain_arg(lane, which);
                assert_eq!(at, want as isize, "{which:?} {along:?} of {height} x {width}");
                // Of two zeros it may be either.
                assert!(got == lane[want] || Element::is_nan(got) && Element::is_nan(lane[want]), "{got:?} {along:?}");
            }
        }
    }
    let mut ranges = vec![T::from_small(77); width];
    ptp_columns(a, &mut ranges).unwrap();
    for (lane, got) in lanes(a, width, true).iter().zip(ranges) {
        let (least, most) = (lane[plain_arg(lane, Extreme::Least)], lane[plain_arg(lane, Extreme::Most)]);
        let want = most.minus(least);
        assert!(got == want || Element::is_nan(got) && Element::is_nan(want), "{got:?}, expected {want:?}");
    }
}

/// Of what may be zero, and has a sum.
fn check_zeros<T: Element + Flag + Zero>(a: &[T], width: usize) {
    let columns = lanes(a, width, true);
    let counts: Vec<_> = columns.iter().map(|lane| lane.iter().filter(|x| **x != T::default()).count()).collect();
    let mut counted = vec![77; width];
    count_columns(a, &mut counted).unwrap();
    assert!(counted.iter().zip(&counts).all(|(&got, &want)| got == want as isize), "{counted:?}, expected {counts:?}");
    assert_eq!(count(a), counts.iter().sum::<usize>());
    for which in [Truth::Any, Truth::All] {
        let mut out = vec![7; width];
        truth_columns(a, which, &mut out).unwrap();
        for ((got, &count), lane) in out.into_iter().zip(&counts).zip(&columns) {
            let want = if which == Truth::Any { count > 0 } else { count == lane.len() };
            assert_eq!(got, u8::from(want), "{which:?} of {lane:?}");
        }
    }
    let mut sums = vec![T::from_small(77); width];
    sum_columns(a, &mut sums).unwrap();
    // From 0.0 on.
    let sum = |lane: &Vec<T>| lane.iter().fold(T::default(), |sum, &x| sum.plus(x));
    assert!(sums.iter().zip(&columns).all(|(&got, lane)| same(got, sum(lane))), "sums of {width} columns");
    for by_columns in [true, false] {
        let mut out = vec![T::from_small(77); a.len()];
        let sum = if by_columns { cumsum_columns } else { cumsum };
        let finite = sum(a, width, &mut out).unwrap();
        let want: Vec<_> = lanes(a, width, by_columns).iter().map(|lane| plain_cumsum(lane)).collect();
        let got = lanes(&out, width, by_columns);
        assert!(got.iter().flatten().zip(want.iter().flatten()).all(|(&got, &want)| same(got, want)), "{width} wide");
        assert_eq!(finite, out.iter().all(|sum| sum.is_number()));
        assert_eq!(finite, are_numbers(&out));
    }
}

fn matrices<T: Element>(mut check: impl FnMut(&[T], usize)) {
    for (seed, (height, width)) in SHAPES.into_iter().enumerate() {
        let n = height * width;
        for pattern in PATTERNS {
            let a: Vec<T> = make(pattern, n, seed as u64);
            check(&a, width);
            let mut few = a.clone();
            few.iter_mut().filter(|x| Element::is_nan(**x)).for_each(|x| *x = T::from_small(2));
            check(&few, width);
        }
        // One that differs, anywhere; all before it alike.
        for at in [0, n / 3, n / 2, n - 1] {
            for value in T::SPECIAL.iter().step_by(3) {
                for others in [T::default(), T::from_small(3)] {
                    let mut a = vec![others; n];
                    a[at] = *value;
                    check(&a, width);
                }
            }
        }
        // Each a new extreme.
        let up: Vec<T> = (0..n).map(|i| T::from_whole(i as i64)).collect();
        check(&up, width);
        check(&up.iter().rev().copied().collect::<Vec<_>>(), width);
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn extremes_and_where_they_are() {
    matrices::<f64>(check_order);
    matrices::<f32>(check_order);
    matrices::<i64>(check_order);
    matrices::<i32>(check_order);
    matrices::<u64>(check_order);
    matrices::<u32>(check_order);
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn zeros_and_running_sums() {
    matrices::<f64>(check_zeros);
    matrices::<f32>(check_zeros);
    matrices::<i64>(check_zeros);
    matrices::<i32>(check_zeros);
    matrices::<u16>(check_zeros);
    matrices::<u8>(check_zeros);
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_they_refuse() {
    let refused = |text: &str| Err(Error::Value(text.into()));
    let (a, mut out) = ([1.0; 5], [9.0; 2]);
    let columns = "a has 5 elements; expected rows of 2, one for each of out";
    assert_eq!(arg(&a, Extreme::Most, Along::Columns, &mut [9; 2]), refused(columns));
    assert_eq!(extreme(&a, Extreme::Most, Along::Columns, &mut out), refused(columns));
    assert_eq!(ptp_columns(&a, &mut out), refused(columns));
    assert_eq!(sum_columns(&a, &mut out), refused(columns));
    assert_eq!(truth_columns(&a, Truth::Any, &mut [9; 2]), refused(columns));
    assert_eq!(count_columns(&a, &mut [9; 2]), refused(columns));
    let empty = "columns of 0 elements; expected some";
    assert_eq!(arg::<f64>(&[], Extreme::Least, Along::Columns, &mut [9; 2]), refused(empty));
    assert_eq!(extreme(&[], Extreme::Least, Along::Columns, &mut out), refused(empty));
    assert_eq!(ptp_columns(&[], &mut out), refused(empty));
    assert_eq!(arg::<f64>(&[], Extreme::Least, Along::Columns, &mut []), Ok(()));
    assert_eq!(ptp_columns::<f64>(&[], &mut []), Ok(()));
    assert_eq!(
        arg::<f64>(&[], Extreme::Least, Along::Rows(0), &mut [9; 2]),
        refused("rows of 0 elements; expected some")
    );
    assert_eq!(arg(&a, Extreme::Least, Along::Rows(2), &mut [9; 2]), refused("got 5 elements; expected 4"));
    for sum in [cumsum::<f64>, cumsum_columns::<f64>] {
        assert_eq!(sum(&a, 5, &mut out), Err(Error::Value("got 2 elements; expected 5".into())));
        assert_eq!(sum(&a, 2, &mut [9.0; 5]), Err(Error::Value(columns.into())));
        assert_eq!(sum(&[], 0, &mut []), Ok(true));
        assert_eq!(sum(&[], 3, &mut []), Ok(true));
        assert_eq!(sum(&a, usize::MAX, &mut [9.0; 5]).map_err(|_| ()), Err(()));
    }
    assert_eq!(out, [9.0; 2]);
    assert_eq!(sum_columns(&[], &mut out), Ok(()));
    assert_eq!(out, [0.0; 2]);
    // Nothing to be counted, and so all of it is.
    let (mut any, mut counts) = ([9; 2], [9; 2]);
    assert_eq!(truth_columns::<f64>(&[], Truth::Any, &mut any), Ok(()));
    assert_eq!(any, [0; 2]);
    assert_eq!(truth_columns::<f64>(&[], Truth::All, &mut any), Ok(()));
    assert_eq!(any, [1; 2]);
    assert_eq!(count_columns::<f64>(&[], &mut counts), Ok(()));
    assert_eq!(counts, [0; 2]);
}
