//! `rankdata` and `lexsort` against their definitions.

mod common;

use common::{Element, PATTERNS, Pattern, Random, cases, check, make, parse_all};
use ferrodide::Error;
use ferrodide::sort::{SortKey, lexsort, lexsort_by};
use ferrodide::stats::{RankMethod, rankdata, rankdata_along};
use ferrodide::view::{View, ViewMut};
use proptest::prelude::*;

const METHODS: [RankMethod; 5] =
    [RankMethod::Average, RankMethod::Min, RankMethod::Max, RankMethod::Dense, RankMethod::Ordinal];

/// Around the thresholds of the sort, and of the placing in two steps.
const LENGTHS: [usize; 8] = [0, 1, 2, 60, 575, 576, 3000, 32_769];

/// Ranks by definition, from a stable sort of the positions; an average as its double.
fn expected<T: Element>(lane: &[T], method: RankMethod) -> Vec<u64> {
    let mut order: Vec<usize> = (0..lane.len()).collect();
    order.sort_by(|&i, &j| lane[i].order(&lane[j]));
    let mut twice = vec![0; lane.len()];
    let mut start = 0;
    for (dense, run) in order.chunk_by(|&i, &j| lane[i] == lane[j]).enumerate() {
        let (least, greatest) = (start as u64 + 1, (start + run.len()) as u64);
        for (i, &position) in run.iter().enumerate() {
            twice[position] = match method {
                RankMethod::Average => least + greatest,
                RankMethod::Min => 2 * least,
                RankMethod::Max => 2 * greatest,
                RankMethod::Dense => 2 * (dense as u64 + 1),
                RankMethod::Ordinal => 2 * (least + i as u64),
            };
        }
        start += run.len();
    }
    twice
}

fn check_rank<T: Element + SortKey>(lane: &[T], what: &str) {
    let nans = lane.iter().filter(|x| x.is_nan()).count();
    for method in METHODS {
        let (mut floats, mut longs, mut ints) =
            (vec![-1.0; lane.len()], vec![-1i64; lane.len()], vec![-1i32; lane.len()]);
        assert_eq!(rankdata(lane, method, &mut floats), Ok(nans), "{what}");
        assert_eq!(rankdata(lane, method, &mut longs), Ok(nans), "{what}");
        assert_eq!(rankdata(lane, method, &mut ints), Ok(nans), "{what}");
        let want = if nans > 0 { vec![0; 0] } else { expected(lane, method) };
        let agree = |i: usize| match want.get(i) {
            Some(&twice) => {
                (floats[i], longs[i], ints[i]) == (twice as f64 / 2.0, twice as i64 / 2, (twice / 2) as i32)
            }
            None => (floats[i], longs[i], ints[i]) == (-1.0, -1, -1),
        };
        assert!((0..lane.len()).all(agree), "{what}: {method:?}");
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn ranks_of_every_pattern() {
    for (p, pattern) in PATTERNS.into_iter().enumerate() {
        for n in LENGTHS {
            every_key!(T => if n < 10_000 || (p + size_of::<T>()).is_multiple_of(5) {
                let mut lane = make::<T>(pattern, n, (p * 100_000 + n) as u64);
                let what = format!("{} {pattern:?} {n}", std::any::type_name::<T>());
                check_rank(&lane, &what);
                // Without NaN, where nearly any bits would hold one.
                if lane.iter().any(|x| x.is_nan()) {
                    lane.iter_mut().filter(|x| x.is_nan()).for_each(|x| *x = T::from_small(3));
                    check_rank(&lane, &what);
                }
            });
        }
    }
}

fn check_lexsort<T: Element + SortKey>(keys: &[&[T]], n: usize, what: &str) {
    let mut want: Vec<isize> = (0..n as isize).collect();
    for key in keys {
        want.sort_by(|&i, &j| key[i as usize].order(&key[j as usize]));
    }
    let mut got = vec![-1; n];
    lexsort(keys, &mut got).unwrap();
    assert!(got == want, "{what}: {} keys of {n}", keys.len());
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn lexsort_by_keys_of_every_pattern() {
    for (p, pattern) in PATTERNS.into_iter().enumerate() {
        for n in [0, 1, 2, 60, 575, 576, 3001] {
            every_key!(T => {
                let few = make::<T>(Pattern::FewDistinct, n, 3);
                let (any, more) = (make::<T>(pattern, n, p as u64), make::<T>(pattern, n, 99 + p as u64));
                let what = format!("{} {pattern:?}", std::any::type_name::<T>());
                check_lexsort::<T>(&[], n, &what);
                check_lexsort(&[&any[..]], n, &what);
                check_lexsort(&[&any[..], &few], n, &what);
                check_lexsort(&[&few[..], &any], n, &what);
                check_lexsort(&[&any[..], &more, &few], n, &what);
            });
        }
    }
}

/// Keys of several dtypes: a step for each.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn any_keys() {
    let rows = proptest::collection::vec((0..6u8, any::<i64>(), 0..4usize), 0..900);
    check(60, rows, |rows| {
        let mut random = Random(rows.len() as u64);
        let group: Vec<u8> = rows.iter().map(|row| row.0).collect();
        let wide: Vec<i64> = rows.iter().map(|row| if row.2 == 0 { row.1 } else { row.1 % 5 }).collect();
        let real: Vec<f64> = rows.iter().map(|_| f64::SPECIAL[random.below(f64::SPECIAL.len())]).collect();
        let mut got: Vec<isize> = (0..rows.len() as isize).collect();
        let mut want = got.clone();
        lexsort_by(&real, &mut got).unwrap();
        lexsort_by(&wide, &mut got).unwrap();
        lexsort_by(&group, &mut got).unwrap();
        want.sort_by(|&i, &j| {
            let (i, j) = (i as usize, j as usize);
            group[i].cmp(&group[j]).then(wide[i].cmp(&wide[j])).then(real[i].order(&real[j]))
        });
        prop_assert_eq!(got, want);
        check_rank(&wide, "any");
        check_rank(&group, "any");
        Ok(())
    });
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_they_refuse() {
    let mut out = [7isize, 0];
    for key in [&[1.0, 2.0, 3.0][..], &[1.0], &[2.0, 1.0]] {
        let refused = lexsort_by(key, &mut out);
        let Err(Error::Value(message)) = refused else { panic!("{refused:?}") };
        assert!(message.contains("for an order of 2"), "{message}");
    }
    for positions in [[-1, 0], [2, 0]] {
        assert!(matches!(lexsort_by(&[2.0, 1.0], &mut positions.clone()), Err(Error::Value(_))));
    }
    assert_eq!(out, [7, 0]);
    let mut ranks = [7.0; 2];
    let refused = rankdata(&[1.0, 2.0, 3.0], RankMethod::Min, &mut ranks);
    let Err(Error::Value(message)) = refused else { panic!("{refused:?}") };
    assert!(message.contains("out has 2 elements; expected 3"), "{message}");
    assert_eq!(ranks, [7.0; 2]);
}

#[derive(serde::Deserialize)]
struct Case {
    dtype: String,
    values: Vec<String>,
    average: Vec<f64>,
    min: Vec<f64>,
    max: Vec<f64>,
    dense: Vec<f64>,
    ordinal: Vec<f64>,
    primary: Vec<String>,
    lexsorted: Vec<isize>,
}

fn check_case<T: Element + SortKey>(case: &Case, what: &str) {
    let (values, primary) = (parse_all::<T>(&case.values), parse_all::<T>(&case.primary));
    for (method, want) in METHODS.into_iter().zip([&case.average, &case.min, &case.max, &case.dense, &case.ordinal]) {
        let mut got = vec![-1.0; values.len()];
        let nans = rankdata(&values, method, &mut got).unwrap();
        assert!(
            if want.len() < values.len() { nans > 0 } else { nans == 0 && got == *want },
            "{what}: {method:?}: {got:?}"
        );
    }
    let mut order = vec![-1; values.len()];
    lexsort(&[&values[..], &primary], &mut order).unwrap();
    assert_eq!(order, case.lexsorted, "{what}");
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn the_shared_vectors() {
    for (number, case) in cases::<Case>(include_str!("../cases/rank.json")).iter().enumerate() {
        let what = format!("case {number}, {}", case.dtype);
        key_named!(case.dtype.as_str(), T => check_case::<T>(case, &what));
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn lanes_along_either_axis() {
    let a = [3.0, 1.0, f64::NAN, 3.0, 2.0, 5.0];
    let view = || View::from_slice(&a, &[2, 3], &[24, 8]).unwrap();
    let (mut wide, mut narrow, mut whole) = ([0.0; 6], [0f32; 6], [7i32; 6]);
    let out = ViewMut::from_slice(&mut wide, &[2, 3], &[8, 16]).unwrap();
    assert_eq!(rankdata_along(view(), 0, RankMethod::Average, out), Ok(1));
    assert_eq!(wide[..4], [1.5, 1.5, 1.0, 2.0]);
    assert!(wide[4..].iter().all(|x| x.is_nan()));
    let out = ViewMut::from_slice(&mut narrow, &[2, 3], &[12, 4]).unwrap();
    assert_eq!(rankdata_along(view(), 1, RankMethod::Min, out), Ok(1));
    assert!(narrow[..3].iter().all(|x| x.is_nan()));
    assert_eq!(narrow[3..], [2.0, 1.0, 3.0]);
    let out = ViewMut::from_slice(&mut whole, &[2, 3], &[12, 4]).unwrap();
    assert_eq!(rankdata_along(view(), 1, RankMethod::Max, out), Ok(1));
    assert_eq!(whole, [0, 0, 0, 2, 1, 3]);
    let mut refused = |axis: usize| {
        let out = ViewMut::from_slice(&mut wide, &[3, 2], &[16, 8]).unwrap();
        rankdata_along(view(), axis, RankMethod::Min, out)
    };
    assert!(matches!(refused(0), Err(Error::Value(_))));
    assert!(matches!(refused(2), Err(Error::Axis { axis: 2, ndim: 2 })));
}
