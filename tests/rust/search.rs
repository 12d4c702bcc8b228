//! `searchsorted`, `digitize`, `interp`: with and without tables, and both against the definitions.

mod common;

use common::{Element, PATTERNS, Pattern, Random, bits, cases, check, make, parse_all};
use ferrodide::Error;
use ferrodide::search::{Search, Side, digitize, interp, interp_with, searchsorted, searchsorted_with};
use proptest::prelude::*;

/// The definition: how many elements stand before.
fn expected<T: Element>(a: &[T], v: &[T], side: Side) -> Vec<isize> {
    let before = |x: &T, v: &T| match side {
        Side::Left => x.order(v).is_lt(),
        Side::Right => x.order(v).is_le(),
    };
    v.iter().map(|v| a.partition_point(|x| before(x, v)) as isize).collect()
}

/// Values between the elements, at them, and far from them.
fn queries<T: Element>(a: &[T], n: usize, random: &mut Random) -> Vec<T> {
    (0..n)
        .map(|_| match random.below(4) {
            0 => T::SPECIAL[random.below(T::SPECIAL.len())],
            1 => T::from_bits(random.next()),
            _ if a.is_empty() => T::default(),
            2 => a[random.below(a.len())],
            _ => T::from_bits(a[random.below(a.len())].bits().wrapping_add(random.next() % 3).wrapping_sub(1)),
        })
        .collect()
}

fn check_search<T: Element + Search>(a: &[T], v: &[T], what: &str) {
    let before = bits(a);
    for side in [Side::Left, Side::Right] {
        let want = expected(a, v, side);
        for table in [true, false] {
            let mut out = vec![-7; v.len()];
            searchsorted_with(a, v, side, &mut out, table).unwrap();
            assert_eq!(out, want, "{what}, {side:?}, table: {table}, {} in {}", v.len(), a.len());
        }
    }
    assert_eq!(bits(a), before);
}

fn check_lengths<T: Element + Search>() {
    let mut random = Random(3);
    for n in [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 100, 1023, 1024, 1025, 3000] {
        for pattern in PATTERNS {
            let mut a: Vec<T> = make(pattern, n, n as u64);
            a.sort_by(T::order);
            // Of many elements, fewer: they take long.
            if n > 1000 && !matches!(pattern, Pattern::AnyBits | Pattern::Special | Pattern::Clusters | Pattern::Whole)
            {
                continue;
            }
            for k in [0, 1, 3, 4, 5, n / 4 - usize::from(n > 3), 255, 256, 257, 700] {
                let v = queries(&a, k, &mut random);
                check_search(&a, &v, &format!("{pattern:?}"));
            }
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn ranks_of_any_lengths_and_patterns() {
    check_lengths::<f64>();
    check_lengths::<f32>();
    check_lengths::<i64>();
    check_lengths::<i32>();
    let mut random = Random(21);
    for (n, shift) in [(1, 0), (300, 0), (300, 40), (3000, 0), (3000, 62)] {
        let mut a: Vec<u64> = (0..n).map(|_| random.next() >> shift).collect();
        a.sort();
        a[n - 1] = u64::MAX;
        let v: Vec<u64> = (0..4000).map(|i| [0, u64::MAX, 1 << 63, a[i % n], random.next() >> shift][i % 5]).collect();
        for table in [true, false] {
            let mut out = vec![-7; v.len()];
            searchsorted_with(&a, &v, Side::Left, &mut out, table).unwrap();
            assert!(out.iter().zip(&v).all(|(&at, v)| at as usize == a.partition_point(|x| x < v)), "{n}, {shift}");
            searchsorted_with(&a, &v, Side::Right, &mut out, table).unwrap();
            assert!(out.iter().zip(&v).all(|(&at, v)| at as usize == a.partition_point(|x| x <= v)), "{n}, {shift}");
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn many_queries_in_many_elements() {
    // More cells than a table has by default, and a table as long as the elements.
    let mut random = Random(11);
    for (n, k) in [(20_000, 80_000), (150_000, 40_000)] {
        let mut a: Vec<f64> = (0..n).map(|_| (random.next() >> 11) as f64 - 4e15).collect();
        a.sort_by(Element::order);
        let v: Vec<f64> = (0..k).map(|_| (random.next() >> 11) as f64 - 4e15).collect();
        check_search(&a, &v, "uniform");
        let a: Vec<i64> = a.iter().map(|x| *x as i64 * 1000).collect();
        let v: Vec<i64> = v.iter().map(|x| *x as i64 * 1000).collect();
        check_search(&a, &v, "uniform");
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn distances_that_overflow_or_vanish() {
    let v: Vec<f64> = make(Pattern::AnyBits, 999, 1).into_iter().chain(f64::SPECIAL.iter().copied()).collect();
    let tiny = f64::from_bits(1);
    let sets: [&[f64]; 7] = [
        &[f64::MIN, 0.0, f64::MAX],
        &[f64::NEG_INFINITY, f64::MIN, -1.0, 1.0, f64::MAX, f64::INFINITY, f64::NAN],
        &[f64::NEG_INFINITY, f64::INFINITY],
        &[f64::NAN, f64::NAN],
        &[-tiny, -0.0, 0.0, tiny, 2.0 * tiny],
        &[5.0; 40],
        &[f64::NEG_INFINITY, 1.0, 1.0 + f64::EPSILON, f64::INFINITY, f64::INFINITY],
    ];
    sets.iter().for_each(|a| check_search(a, &v, "few"));
    let v: Vec<i64> = make::<i64>(Pattern::AnyBits, 500, 1).into_iter().chain(i64::SPECIAL.iter().copied()).collect();
    let steps: Vec<i64> = (-50..50).map(|i| i * (i64::MAX / 50)).collect();
    check_search(&steps, &v, "all of i64");
    // Closer to each other than their doubles are.
    let close: Vec<i64> = (0..300).map(|i| i64::MAX - 900 + 3 * i).collect();
    let near: Vec<i64> = (0..900).map(|i| i64::MAX - i).collect();
    check_search(&close, &near, "close");
}

/// What is not sorted has no right answer, but one inside, and no panic.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn an_unsorted_array() {
    check(300, (0..60usize, 0..700usize, any::<u64>()), |(n, k, seed)| {
        let pattern = PATTERNS[(seed % PATTERNS.len() as u64) as usize];
        let (a, v) = (make::<f64>(pattern, n, seed), make::<f64>(Pattern::Special, k, seed ^ 1));
        let mut out = vec![-1; k];
        searchsorted(&a, &v, if seed % 2 == 0 { Side::Left } else { Side::Right }, &mut out).unwrap();
        prop_assert!(out.iter().all(|rank| (0..=n as isize).contains(rank)));
        let mut y = vec![0.0; k];
        if n > 0 {
            prop_assert_eq!(interp(&v, &a, &make::<f64>(Pattern::AnyBits, n, 3), None, None, &mut y), Ok(()));
        }
        Ok(())
    });
}

fn check_digitize<T: Element + Search>(bins: &[T], x: &[T], increasing: bool) {
    for right in [false, true] {
        let inside = |i: usize, x: &T| {
            let below =
                |low: &T, high: &T| if increasing == right { low.order(high).is_lt() } else { low.order(high).is_le() };
            // bins[i-1] against x, then x against bins[i].
            let (after, before) = match increasing {
                true if right => (i == 0 || below(&bins[i - 1], x), i == bins.len() || x.order(&bins[i]).is_le()),
                true => (i == 0 || below(&bins[i - 1], x), i == bins.len() || x.order(&bins[i]).is_lt()),
                false if right => {
                    (i == 0 || x.order(&bins[i - 1]).is_le(), i == bins.len() || x.order(&bins[i]).is_gt())
                }
                false => (i == 0 || x.order(&bins[i - 1]).is_lt(), i == bins.len() || x.order(&bins[i]).is_ge()),
            };
            after && before
        };
        let mut out = vec![-1; x.len()];
        digitize(x, bins, right, &mut out).unwrap();
        for (x, &bin) in x.iter().zip(&out) {
            assert!(inside(bin as usize, x), "{x:?} in bin {bin} of {bins:?}, right: {right}");
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn bins_that_increase_and_decrease() {
    for n in [0usize, 1, 2, 3, 10, 70] {
        for step in [0, 1, 5] {
            let bins: Vec<f64> = (0..n).map(|i| (i / 2 * step) as f64).collect();
            let x: Vec<f64> = (-20..600).map(|i| i as f64 / 2.0).chain([f64::INFINITY, f64::NEG_INFINITY]).collect();
            check_digitize(&bins, &x, true);
            let whole: Vec<i32> = x.iter().map(|x| *x as i32).collect();
            check_digitize(&bins.iter().map(|x| *x as i32).collect::<Vec<_>>(), &whole, true);
            if n > 2 && step > 0 {
                let down: Vec<f64> = bins.iter().rev().copied().collect();
                check_digitize(&down, &x, false);
            }
        }
    }
    let mut out = [0; 2];
    for bins in [&[1.0, 2.0, 1.5][..], &[1.0, 1.0, 0.0, 0.5], &[0.0, 0.0, 1.0, 0.0]] {
        let refused = digitize(&[1.0, 2.0], bins, false, &mut out);
        assert_eq!(refused, Err(Error::Value("bins must be monotonically increasing or decreasing".into())));
    }
}

/// The definition, in the order of numpy.interp's questions; one loop, no tables.
fn interp_plain(x: f64, xp: &[f64], fp: &[f64], left: f64, right: f64) -> f64 {
    let n = xp.len();
    if x.is_nan() {
        return if n == 1 { fp[0] } else { x };
    }
    if x > xp[n - 1] {
        return right;
    }
    let Some(j) = xp.partition_point(|point| *point <= x).checked_sub(1) else { return left };
    if j == n - 1 || xp[j] == x {
        return fp[j];
    }
    let slope = (fp[j + 1] - fp[j]) / (xp[j + 1] - xp[j]);
    let mut y = slope * (x - xp[j]) + fp[j];
    if y.is_nan() {
        y = slope * (x - xp[j + 1]) + fp[j + 1];
        if y.is_nan() && fp[j] == fp[j + 1] {
            y = fp[j];
        }
    }
    y
}

fn check_interp(x: &[f64], xp: &[f64], fp: &[f64], outside: [Option<f64>; 2], what: &str) {
    let [left, right] = [outside[0].unwrap_or(fp[0]), outside[1].unwrap_or(fp[fp.len() - 1])];
    for tables in [true, false] {
        let mut out = vec![7.5; x.len()];
        interp_with(x, xp, fp, outside, &mut out, tables).unwrap();
        for (&x, got) in x.iter().zip(out) {
            let want = interp_plain(x, xp, fp, left, right);
            let same = got.to_bits() == want.to_bits() || (got.is_nan() && want.is_nan());
            assert!(same, "{what}, tables: {tables}: at {x} {got}, expected {want}; {} points", xp.len());
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn interpolation_bit_for_bit() {
    let mut random = Random(8);
    let unit = |random: &mut Random| (random.next() >> 11) as f64 / (1u64 << 53) as f64;
    for n in [1usize, 2, 3, 4, 5, 17, 100, 1000] {
        for kind in 0..6 {
            let mut xp: Vec<f64> = match kind {
                0 | 1 => (0..n).map(|_| unit(&mut random)).collect(),
                2 => (0..n).map(|i| (i / 2) as f64).collect(),
                3 => make(Pattern::Exponents, n, 4),
                _ => (0..n).map(|i| i as f64).collect(),
            };
            xp.retain(|x| !x.is_nan());
            xp.sort_by(Element::order);
            let fp: Vec<f64> = match kind {
                1 => make(Pattern::Special, xp.len(), 5),
                4 => (0..xp.len())
                    .map(|i| [0.0, -0.0, -0.0, f64::INFINITY][random.next() as usize % 4 * usize::from(i > 0)])
                    .collect(),
                _ => xp.iter().map(|_| unit(&mut random) - 0.5).collect(),
            };
            if xp.is_empty() {
                continue;
            }
            for k in [0, 1, 3, n, 4 * n, 3000] {
                let mut x: Vec<f64> = queries(&xp, k, &mut random);
                for (i, slot) in x.iter_mut().enumerate() {
                    if i % 3 > 0 && xp.len() > 1 {
                        let j = random.below(xp.len() - 1);
                        *slot = xp[j] + (xp[j + 1] - xp[j]) * unit(&mut random);
                    }
                }
                let sides = [[None, None], [Some(-0.0), Some(-0.0)], [Some(f64::NAN), Some(3.0)]];
                for outside in sides {
                    check_interp(&x, &xp, &fp, outside, "any order");
                }
                x.sort_by(Element::order);
                check_interp(&x, &xp, &fp, sides[random.below(3)], "ascending, NaN last");
                x.retain(|x| !x.is_nan());
                check_interp(&x, &xp, &fp, sides[random.below(3)], "ascending");
                // Far apart: a walk is too short.
                let far: Vec<f64> = x.iter().step_by(97).copied().collect();
                check_interp(&far, &xp, &fp, [None; 2], "far apart");
            }
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_searching_refuses() {
    let value = |message: &str| Err(Error::Value(message.into()));
    assert_eq!(
        searchsorted(&[1.0], &[1.0, 2.0], Side::Left, &mut [0]),
        value("out has 1 elements; expected 2, one for each of the input")
    );
    let mut out = [9.0; 2];
    assert_eq!(interp(&[1.0, 2.0], &[], &[], None, None, &mut out), value("array of sample points is empty"));
    assert_eq!(
        interp(&[1.0, 2.0], &[1.0], &[1.0, 2.0], None, None, &mut out),
        value("fp and xp are not of the same length.")
    );
    assert!(interp(&[1.0], &[1.0], &[1.0], None, None, &mut out).is_err());
    assert_eq!(interp(&[], &[], &[], None, None, &mut []), Ok(()));
    assert_eq!(out, [9.0; 2]);
}

#[derive(serde::Deserialize)]
struct Case {
    kernel: String,
    dtype: String,
    a: Vec<String>,
    v: Vec<String>,
    #[serde(default)]
    right: bool,
    #[serde(default)]
    fp: Vec<String>,
    #[serde(default)]
    outside: Option<[String; 2]>,
    want: Vec<String>,
}

fn check_ranks<T: Element + Search>(case: &Case, number: usize) {
    let (a, v): (Vec<T>, Vec<T>) = (parse_all(&case.a), parse_all(&case.v));
    let mut out = vec![-1; v.len()];
    match case.kernel.as_str() {
        "searchsorted" => searchsorted(&a, &v, if case.right { Side::Right } else { Side::Left }, &mut out).unwrap(),
        "digitize" => digitize(&v, &a, case.right, &mut out).unwrap(),
        other => panic!("{other} is no kernel of ours"),
    }
    let want: Vec<isize> = case.want.iter().map(|text| text.parse().unwrap()).collect();
    assert_eq!(out, want, "case {number}");
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn the_shared_vectors() {
    for (number, case) in cases::<Case>(include_str!("../cases/search.json")).iter().enumerate() {
        match (case.kernel.as_str(), case.dtype.as_str()) {
            ("interp", _) => {
                let [x, xp, fp, want] = [&case.v, &case.a, &case.fp, &case.want].map(|texts| parse_all::<f64>(texts));
                let [left, right] = match &case.outside {
                    Some(texts) => [0, 1].map(|i| Some(f64::parse(&texts[i]))),
                    None => [None; 2],
                };
                let mut out = vec![7.5; x.len()];
                interp(&x, &xp, &fp, left, right, &mut out).unwrap();
                let same =
                    |(got, want): (&f64, &f64)| got.to_bits() == want.to_bits() || (got.is_nan() && want.is_nan());
                assert!(out.iter().zip(&want).all(same), "case {number}: {out:?}, expected {want:?}");
            }
            (_, "float64") => check_ranks::<f64>(case, number),
            (_, "float32") => check_ranks::<f32>(case, number),
            (_, "int64") => check_ranks::<i64>(case, number),
            (_, "int32") => check_ranks::<i32>(case, number),
            (_, other) => panic!("{other} is no dtype of ours"),
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_is_not_sorted_is_told() {
    use ferrodide::search::is_sorted;
    assert!(is_sorted::<f64>(&[]) && is_sorted(&[f64::NAN]) && is_sorted(&[0.0, -0.0, 1.0, f64::NAN, f64::NAN]));
    assert!(!is_sorted(&[1.0, 9.0, 1.0]) && !is_sorted(&[f64::NAN, 0.0]) && !is_sorted(&[2, 1]));
}
