//! `unique` and `isin`: tables and hashing against sorting, and all of them against their definitions.

mod common;

use common::{Element, PATTERNS, Pattern, Random, bits, cases, check, make, parse_all};
use ferrodide::Error;
use ferrodide::sets::{Unique, Wanted, isin, isin_sorted, unique, unique_sorted};
use ferrodide::sort::SortKey;
use proptest::prelude::*;

/// Around the thresholds of the sort, of the tables and of the placing in two steps.
const LENGTHS: [usize; 8] = [0, 1, 2, 50, 575, 576, 3000, 33_001];

const NOTHING: Wanted = Wanted { counts: false, index: false, inverse: false };
const ALL: Wanted = Wanted { counts: true, index: true, inverse: true };

fn same<T: Element>(x: &T, y: &T, equal_nan: bool) -> bool {
    x == y || (equal_nan && x.is_nan() && y.is_nan())
}

/// `unique` by definition: a stable sort of the positions, and its runs.
fn expected<T: Element>(lane: &[T], equal_nan: bool) -> Unique<T> {
    let mut order: Vec<usize> = (0..lane.len()).collect();
    order.sort_by(|&i, &j| lane[i].order(&lane[j]));
    let mut to = Unique { values: vec![], counts: vec![], index: vec![], inverse: vec![0; lane.len()] };
    for (i, &position) in order.iter().enumerate() {
        if i == 0 || !same(&lane[order[i - 1]], &lane[position], equal_nan) {
            to.values.push(lane[position]);
            to.index.push(position as isize);
            to.counts.push(0);
        }
        *to.counts.last_mut().unwrap() += 1;
        to.inverse[position] = to.values.len() as isize - 1;
    }
    to
}

fn check_unique<T: Element + SortKey>(lane: &[T], what: &str) {
    for equal_nan in [true, false] {
        let want = expected(lane, equal_nan);
        let one = |counts, index, inverse| Wanted { counts, index, inverse };
        for wanted in [NOTHING, ALL, one(true, false, false), one(false, true, false), one(false, false, true)] {
            for (how, got) in
                [("unique", unique(lane, wanted, equal_nan)), ("sorted", unique_sorted(lane, wanted, equal_nan))]
            {
                let (got, what) = (got.unwrap(), format!("{what}: {how}, {wanted:?}, equal_nan {equal_nan}"));
                // Bits: of equal ones the first stands for all.
                assert!(
                    bits(&got.values) == bits(&want.values),
                    "{what}: {:?}, expected {:?}",
                    got.values,
                    want.values
                );
                let parts = [
                    ("counts", wanted.counts, &got.counts, &want.counts),
                    ("index", wanted.index, &got.index, &want.index),
                    ("inverse", wanted.inverse, &got.inverse, &want.inverse),
                ];
                for (part, wanted, got, want) in parts {
                    assert!(if wanted { got == want } else { got.is_empty() }, "{what}: {part}");
                }
            }
        }
    }
}

fn check_isin<T: Element + SortKey>(a: &[T], test: &[T], what: &str) {
    let mut numbers: Vec<T> = test.iter().copied().filter(|x| !x.is_nan()).collect();
    numbers.sort_by(T::order);
    let found = |x: &T| !x.is_nan() && numbers.binary_search_by(|y| y.order(x)).is_ok();
    for invert in [false, true] {
        let want: Vec<u8> = a.iter().map(|x| u8::from(found(x) != invert)).collect();
        let mut out = vec![7; a.len()];
        isin(a, test, invert, &mut out).unwrap();
        assert!(out == want, "{what}: isin, invert {invert}, {} in {}", a.len(), test.len());
        out.fill(7);
        isin_sorted(a, test, invert, &mut out).unwrap();
        assert!(out == want, "{what}: isin_sorted, invert {invert}");
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn unique_of_every_pattern() {
    for (p, pattern) in PATTERNS.into_iter().enumerate() {
        for n in LENGTHS {
            // Long lanes of half the types: each type sees each length in some pattern.
            every_key!(T => if n < 10_000 || (p + size_of::<T>()).is_multiple_of(5) {
                let seed = (p * 100_000 + n) as u64;
                check_unique(&make::<T>(pattern, n, seed), &format!("{} {pattern:?} {n}", std::any::type_name::<T>()));
            });
        }
    }
}

/// Ranges just below and above those that tables hold, from anywhere on.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn unique_of_integers_of_any_range() {
    fn from<T: Element + SortKey>(base: i64, span: u64, n: usize) {
        let mut random = Random(span);
        let value = |offset: u64| T::from_whole(base.wrapping_add(offset as i64));
        let mut lane: Vec<T> = (0..n).map(|_| value(random.next() % span)).collect();
        (lane[n / 2], lane[n / 3]) = (value(0), value(span - 1));
        check_unique(&lane, &format!("{} from {base}, {span} wide", std::any::type_name::<T>()));
    }
    let n = 2000;
    let times = |k: u64| [k * n - 1, k * n, k * n + 1];
    let bytes = [(1 << 14) - 1, 1 << 14, (1 << 14) + 1];
    for span in [1, 2, 63, 64, 65, 1 << 40].into_iter().chain(times(2)).chain(bytes).chain(times(16)) {
        for base in [i64::MIN, -40, 0, i64::MAX - span as i64] {
            from::<i64>(base, span, n as usize);
            from::<u64>(base, span, n as usize);
        }
        from::<i32>(-40, span, n as usize);
        from::<u32>(1 << 31, span, n as usize);
        from::<i16>(-9000, span.min(1 << 16), n as usize);
    }
    check_unique(&[i64::MIN, i64::MAX, i64::MIN], "both ends");
    check_unique(&[u64::MAX, 0, u64::MAX], "both ends");
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn nan_is_one_value_or_each_its_own() {
    let lane = [f64::NAN, 1.0, -f64::NAN, 0.0, -0.0, f64::NAN];
    let one = unique(&lane, ALL, true).unwrap();
    assert_eq!((one.values.len(), one.counts, one.index), (3, vec![2, 1, 3], vec![3, 1, 0]));
    assert_eq!(one.inverse, [2, 1, 2, 0, 0, 2]);
    let own = unique(&lane, ALL, false).unwrap();
    assert_eq!((own.values.len(), own.counts, own.index), (5, vec![2, 1, 1, 1, 1], vec![3, 1, 0, 2, 5]));
    assert_eq!(own.inverse, [2, 1, 3, 0, 0, 4]);
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn isin_of_every_pattern() {
    for (p, pattern) in PATTERNS.into_iter().enumerate() {
        for m in [0, 1, 4, 5, 6, 100, 3000] {
            every_key!(T => {
                let a = make::<T>(pattern, 1500, p as u64);
                let what = format!("{} {pattern:?} {m}", std::any::type_name::<T>());
                // Of the same values, some there and some not; of other values; of extremes.
                let some: Vec<T> = a.iter().copied().step_by(3).cycle().take(m).collect();
                check_isin(&a, &some, &what);
                check_isin(&a, &make::<T>(pattern, m, 77), &what);
                check_isin(&a, &make::<T>(Pattern::Special, m, 5), &what);
                check_isin(&make::<T>(Pattern::Special, 300, 6), &some, &what);
            });
        }
    }
    check_isin::<f64>(&[], &[1.0; 20], "nothing");
}

/// The range of `test` against that of `a`: values just outside a table of bits.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn isin_around_the_ends_of_a_table() {
    for base in [i64::MIN, -3, 0, i64::MAX - 200] {
        let test: Vec<i64> = (0..=200).step_by(2).map(|i| base + i).collect();
        let near = (-70..270).map(|i| base.wrapping_add(i));
        let a: Vec<i64> = near.chain([i64::MIN, i64::MAX, 0]).collect();
        check_isin(&a, &test, "near a table");
    }
    for m in [5, 100, 5000] {
        // Too wide for bits, with the key that marks a free slot, and without it.
        let mut test: Vec<u64> = (0..m).map(|i| u64::MAX - i * 0x0100_0000_0000).collect();
        let a: Vec<u64> = test.iter().flat_map(|x| [*x, x.wrapping_add(1), x - 1]).collect();
        check_isin(&a, &test, "wide");
        test.remove(0);
        check_isin(&a, &test, "wide, without the greatest");
    }
}

/// Keys that all hash to one place: found to be piled up, and searched for instead.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn keys_that_aim_at_the_hash() {
    // The multiplier's inverse modulo 2^64, by Newton's iteration.
    let multiplier = 0x9E37_79B9_7F4A_7C15u64;
    let inverse = (0..6).fold(multiplier, |x, _| x.wrapping_mul(2u64.wrapping_sub(multiplier.wrapping_mul(x))));
    assert_eq!(multiplier.wrapping_mul(inverse), 1);
    for m in [60, 64, 65, 66, 67, 5000] {
        let test: Vec<u64> = (0..m).map(|i: u64| (0x1234_5678 << 32 | i).wrapping_mul(inverse)).collect();
        let others = test.iter().map(|x| x ^ 1);
        let a: Vec<u64> = test.iter().copied().chain(others).collect();
        check_isin(&a, &test, "one hash");
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn any_lanes() {
    let values = || proptest::collection::vec((any::<u64>(), 0..4usize), 0..300);
    check(60, (values(), values()), |(a, test)| {
        every_key!(T => {
            let mixed = |(bits, kind): &(u64, usize)| match kind {
                0 => T::SPECIAL[*bits as usize % T::SPECIAL.len()],
                1 => T::from_small((bits % 4) as i8),
                _ => <T as Element>::from_bits(*bits),
            };
            let (a, test): (Vec<T>, Vec<T>) = (a.iter().map(mixed).collect(), test.iter().map(mixed).collect());
            check_unique(&a, "any");
            check_isin(&a, &test, "any");
        });
        Ok(())
    });
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_isin_refuses() {
    let mut out = [7; 2];
    for refused in [isin(&[1, 2, 3], &[1], false, &mut out), isin_sorted(&[1], &[1], false, &mut out)] {
        let Err(Error::Value(message)) = refused else { panic!("{refused:?}") };
        assert!(message.contains("out has 2 elements; expected"), "{message}");
    }
    assert_eq!(out, [7; 2]);
}

#[derive(serde::Deserialize)]
struct Case {
    dtype: String,
    values: Vec<String>,
    unique: Vec<String>,
    counts: Vec<isize>,
    index: Vec<isize>,
    inverse: Vec<isize>,
    distinct_nan: usize,
    test: Vec<String>,
    isin: Vec<u8>,
}

fn check_case<T: Element + SortKey>(case: &Case, what: &str) {
    let (values, test) = (parse_all::<T>(&case.values), parse_all::<T>(&case.test));
    check_unique(&values, what);
    check_isin(&values, &test, what);
    let got = unique(&values, ALL, true).unwrap();
    let want = parse_all::<T>(&case.unique);
    assert!(got.values.len() == want.len(), "{what}: {:?}", got.values);
    assert!(got.values.iter().zip(&want).all(|(x, y)| same(x, y, true)), "{what}: {:?}", got.values);
    assert_eq!((&got.counts, &got.index, &got.inverse), (&case.counts, &case.index, &case.inverse), "{what}");
    assert_eq!(unique(&values, NOTHING, false).unwrap().values.len(), case.distinct_nan, "{what}");
    let mut out = vec![7; values.len()];
    isin(&values, &test, false, &mut out).unwrap();
    assert_eq!(out, case.isin, "{what}");
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn the_shared_vectors() {
    for (number, case) in cases::<Case>(include_str!("../cases/sets.json")).iter().enumerate() {
        let what = format!("case {number}, {}", case.dtype);
        key_named!(case.dtype.as_str(), T => check_case::<T>(case, &what));
    }
}
