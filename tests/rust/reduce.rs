//! Reductions: with vectors and with one lane, and both against the definitions.

mod common;

use common::{Element, PATTERNS, Pattern, Random, bits, cases, make, parse_all};
use ferrodide::Error;
use ferrodide::doubles::Doubles;
use ferrodide::simd::{Lanes, Native};
use ferrodide::stats::cumulative::cumsum;
use ferrodide::stats::extremes::{MinMax, min_max};
use ferrodide::stats::reduce::{
    Zero, all, any, count_nonzero, nanmean, nanmean_columns, nansum, nansum_columns, rows, var, var_columns, var_with,
};

/// Around blocks of 8 and 128, the halves of longer ones, and chunks of 1024.
const LENGTHS: [usize; 19] = [1, 2, 3, 7, 8, 9, 15, 16, 17, 127, 128, 129, 136, 257, 1000, 1023, 1024, 1025, 5001];

/// A sum with its error carried along (Neumaier, 1974).
fn exact(terms: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut carried) = (0.0f64, 0.0f64);
    for x in terms {
        let next = sum + x;
        carried += if sum.abs() >= x.abs() { (sum - next) + x } else { (x - next) + sum };
        sum = next;
    }
    sum + carried
}

fn same(got: f64, want: f64) -> bool {
    got.to_bits() == want.to_bits() || (got.is_nan() && want.is_nan())
}

fn unit(random: &mut Random) -> f64 {
    (random.next() >> 11) as f64 / (1u64 << 53) as f64
}

/// Each of log2(n) + 16 levels of sums rounds once, and so does each term, twice.
fn check_var<T: Element + Doubles>(a: &[T], value: impl Fn(T) -> f64) {
    let n = a.len() as f64;
    let mean = exact(a.iter().map(|&x| value(x))) / n;
    let squares = exact(a.iter().map(|&x| (value(x) - mean) * (value(x) - mean)));
    let steps = n.log2() + 20.0;
    // The mean is off by some ulps of the elements, which adds the square of that.
    let off = steps * f64::EPSILON * a.iter().map(|&x| value(x).abs()).fold(0.0, f64::max);
    for ddof in [0.0, 1.0] {
        let (got, want) = (var(a, ddof), squares / (n - ddof));
        if a.len() == 1 && ddof == 1.0 {
            assert!(got.is_nan());
            continue;
        }
        let bound = 2.0 * steps * f64::EPSILON * want + 2.0 * off * off * n / (n - ddof);
        assert!((got - want).abs() <= bound, "{} elements: {got}, expected {want} within {bound}", a.len());
        let twins = [var_with::<f64, T>(a, ddof), var_with::<Lanes<2>, T>(a, ddof), var_with::<Native, T>(a, ddof)];
        assert!(twins.iter().all(|twin| same(*twin, got)), "{} elements: {twins:?}, expected {got}", a.len());
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn variances_of_any_length() {
    let mut random = Random(7);
    for n in LENGTHS {
        for offset in [0.0, 1e8, -3.0] {
            let a: Vec<f64> = (0..n).map(|_| unit(&mut random) + offset).collect();
            check_var(&a, |x| x);
            check_var(&a.iter().map(|&x| x as f32).collect::<Vec<_>>(), f64::from);
            check_var(&a.iter().map(|&x| (x * 1000.0) as i32).collect::<Vec<_>>(), f64::from);
            check_var(&a.iter().map(|&x| (x * 1000.0) as i64).collect::<Vec<_>>(), |x| x as f64);
        }
    }
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for n in [1usize, 8, 129] {
            let mut a = vec![1.0; n];
            a[n / 2] = odd;
            assert!(var(&a, 0.0).is_nan());
        }
    }
    assert!(var::<f64>(&[], 0.0).is_nan());
    assert_eq!(var(&[1.0, 3.0], 5.0), f64::INFINITY);
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn sums_and_means_without_nans() {
    let mut random = Random(17);
    for n in LENGTHS {
        for share in [0, 1, 3, 10] {
            let pick = |random: &mut Random| if random.below(10) < share { f64::NAN } else { unit(random) - 0.3 };
            let a: Vec<f64> = (0..n).map(|_| pick(&mut random)).collect();
            let numbers: Vec<f64> = a.iter().copied().filter(|x| !x.is_nan()).collect();
            let want = exact(numbers.iter().copied());
            let size: f64 = numbers.iter().map(|x| x.abs()).sum();
            // As many roundings as there are levels of sums.
            let bound = ((n as f64).log2() + 16.0) * f64::EPSILON * size;
            assert!((nansum(&a) - want).abs() <= bound, "{n} elements");
            let mean = nanmean(&a);
            match numbers.len() {
                0 => assert!(mean.is_nan()),
                count => assert!((mean - want / count as f64).abs() <= 2.0 * bound / count as f64, "{n} elements"),
            }
            let single: Vec<f32> = a.iter().map(|&x| x as f32).collect();
            let want = exact(single.iter().filter(|x| !x.is_nan()).map(|&x| f64::from(x)));
            assert!((nansum(&single) - want).abs() <= 2.0 * bound);
        }
    }
    assert_eq!(nansum::<f64>(&[]).to_bits(), 0.0f64.to_bits());
    assert_eq!(nansum(&[-0.0, f64::NAN, -0.0]).to_bits(), 0.0f64.to_bits());
    assert_eq!(nansum(&[f64::INFINITY, f64::NAN]), f64::INFINITY);
    assert!(nansum(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
    assert!(nanmean::<f64>(&[]).is_nan());
}

fn check_extremes<T: Element + MinMax + Zero + PartialOrd>(a: &[T]) {
    let nan = a.iter().position(|x| Element::is_nan(*x));
    let (mut least, mut most) = (0, 0);
    for (i, x) in a.iter().enumerate() {
        least = if x.order(&a[least]).is_lt() { i } else { least };
        most = if x.order(&a[most]).is_gt() { i } else { most };
    }
    let got = min_max(a).expect("not empty");
    match nan {
        Some(_) => assert!(Element::is_nan(got.0) && Element::is_nan(got.1), "{got:?}"),
        None => assert_eq!(got, (a[least], a[most]), "{} elements", a.len()),
    }
    let nonzero = a.iter().filter(|x| **x != T::default()).count();
    assert_eq!(count_nonzero(a), nonzero);
    assert_eq!([any(a), all(a)], [nonzero > 0, nonzero == a.len()]);
    let mut out = vec![T::from_small(9); a.len()];
    cumsum(a, a.len(), &mut out).unwrap();
    let mut sum = a[0];
    for (i, (&x, &got)) in a.iter().zip(&out).enumerate() {
        sum = if i == 0 { x } else { sum.plus(x) };
        assert!(got.bits() == sum.bits() || (Element::is_nan(got) && Element::is_nan(sum)), "sum {i}");
    }
}

fn check_patterns<T: Element + MinMax + Zero + PartialOrd>() {
    for n in LENGTHS {
        for pattern in PATTERNS {
            let a: Vec<T> = make(pattern, n, n as u64);
            check_extremes(&a);
            let numbers: Vec<T> = a.iter().copied().filter(|x| !Element::is_nan(*x)).collect();
            if !numbers.is_empty() {
                check_extremes(&numbers);
            }
            // One that differs, anywhere.
            for at in [0, n / 2, n - 1] {
                for value in T::SPECIAL.iter().step_by(5) {
                    let mut a = vec![T::from_small(3); n];
                    a[at] = *value;
                    check_extremes(&a);
                    let mut a = vec![T::default(); n];
                    a[at] = *value;
                    check_extremes(&a);
                }
            }
        }
    }
    assert_eq!(min_max::<T>(&[]), None);
    assert!((count_nonzero::<T>(&[]), any::<T>(&[]), all::<T>(&[])) == (0, false, true));
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn extremes_zeros_and_running_sums() {
    check_patterns::<f64>();
    check_patterns::<f32>();
    check_patterns::<i64>();
    check_patterns::<i32>();
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn rows_and_columns() {
    let mut random = Random(23);
    for (height, width) in [(0usize, 3usize), (1, 1), (1, 130), (5, 2), (40, 10), (3, 128), (7, 129), (300, 300)] {
        let mut a: Vec<f64> = (0..height * width).map(|_| unit(&mut random) * 8.0).collect();
        let column = |a: &[f64], c: usize| a.iter().skip(c).step_by(width).copied().collect::<Vec<f64>>();
        let mut out = vec![9.0; width];
        var_columns(&a, 1.0, &mut out).unwrap();
        for (c, &got) in out.iter().enumerate() {
            let want = var(&column(&a, c), 1.0);
            // Down a column each of the n sums rounds.
            let bound = 4.0 * (height as f64 + 8.0) * f64::EPSILON * want;
            assert!((got - want).abs() <= bound || (got.is_nan() && want.is_nan()), "{got}, expected {want}");
        }
        let mut each = vec![9.0; height];
        rows(&a, width, &mut each, |row| var(row, 0.0)).unwrap();
        assert!(each.iter().zip(a.chunks(width)).all(|(&got, row)| same(got, var(row, 0.0))));
        a.iter_mut().for_each(|x| *x = if random.below(3) == 0 { f64::NAN } else { x.round() });
        // Whole numbers: one sum in any order.
        nansum_columns(&a, &mut out).unwrap();
        (0..width).for_each(|c| assert_eq!(out[c], nansum(&column(&a, c))));
        nanmean_columns(&a, &mut out).unwrap();
        (0..width).for_each(|c| assert!(same(out[c], nanmean(&column(&a, c)))));
        let single: Vec<f32> = a.iter().map(|&x| x as f32).collect();
        let before = out.clone();
        nanmean_columns(&single, &mut out).unwrap();
        assert!(out.iter().zip(&before).all(|(&got, &want)| same(got, want)));
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_reductions_refuse() {
    let mut out = [9.0; 2];
    for a in [&[1.0; 3][..], &[1.0; 1]] {
        let message = format!("a has {} elements; expected rows of 2, one for each of out", a.len());
        assert_eq!(var_columns(a, 0.0, &mut out), Err(Error::Value(message.clone())));
        assert_eq!(nansum_columns(a, &mut out), Err(Error::Value(message.clone())));
        assert_eq!(nanmean_columns(a, &mut out), Err(Error::Value(message)));
        assert!(rows(a, 4, &mut out, |row| row[0]).is_err());
    }
    assert!(var_columns(&[1.0], 0.0, &mut []).is_err());
    assert_eq!(var_columns::<f64>(&[], 0.0, &mut []), Ok(()));
    assert_eq!(cumsum(&[1.0], 1, &mut out), Err(Error::Value("got 2 elements; expected 1".into())));
    assert_eq!(out, [9.0; 2]);
    assert_eq!(rows::<f64, f64>(&[], 0, &mut out, nansum), Ok(()));
    assert_eq!(out, [0.0; 2]);
    let big: Vec<f64> = make(Pattern::Whole, 10, 1);
    assert!(rows(&big, usize::MAX, &mut out, nansum).is_err());
}

#[derive(serde::Deserialize)]
struct Case {
    dtype: String,
    values: Vec<String>,
    var: String,
    nansum: String,
    nanmean: String,
    extremes: [String; 2],
    nonzero: usize,
    cumsum: Vec<String>,
}

fn check_case<T: Element + Doubles + MinMax + Zero + PartialOrd + Into<f64>>(case: &Case, unit: f64, number: usize) {
    let a: Vec<T> = parse_all(&case.values);
    // Doubles have NumPy's bits. Of float32 NumPy rounds each sum and square to single precision.
    let size = exact(a.iter().map(|&x| x.into()).filter(|x: &f64| !x.is_nan()).map(f64::abs));
    let near = |got: f64, want: &str, bound: f64| {
        let want = f64::parse(want);
        assert!(same(got, want) || (got - want).abs() <= bound, "case {number}: {got}, expected {want}");
    };
    let steps = 24.0 * unit;
    near(var(&a, 0.0), &case.var, steps * f64::parse(&case.var).abs());
    near(nansum(&a), &case.nansum, steps * size);
    near(nanmean(&a), &case.nanmean, steps * size);
    let want = case.extremes.each_ref().map(|text| T::parse(text));
    let (least, most) = min_max(&a).unwrap();
    let equal = |got: T, want: T| got == want || (Element::is_nan(got) && Element::is_nan(want));
    assert!(equal(least, want[0]) && equal(most, want[1]), "case {number}");
    assert_eq!(count_nonzero(&a), case.nonzero);
    let mut out = vec![T::default(); a.len()];
    cumsum(&a, a.len(), &mut out).unwrap();
    let want = parse_all::<T>(&case.cumsum);
    assert!(out.iter().zip(&want).all(|(&got, &want)| equal(got, want)), "case {number}: {out:?}, expected {want:?}");
    assert_eq!(bits(&a), bits(&parse_all::<T>(&case.values)));
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn the_shared_vectors() {
    for (number, case) in cases::<Case>(include_str!("../cases/reduce.json")).iter().enumerate() {
        match case.dtype.as_str() {
            "float64" => check_case::<f64>(case, 0.0, number),
            "float32" => check_case::<f32>(case, f32::EPSILON.into(), number),
            "int32" => check_case::<i32>(case, f64::EPSILON, number),
            other => panic!("{other} is no dtype of ours"),
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn along_rows_and_columns_as_lane_by_lane() {
    use ferrodide::stats::along::{Along, Moment, Truth, are_finite, moment, ptp, truth};
    let moments = [Moment::Var { ddof: 1.0 }, Moment::Std { ddof: 0.0 }, Moment::NanSum, Moment::NanMean];
    for (rows, width) in [(1, 1), (1, 300), (300, 1), (7, 33), (150, 140)] {
        let a: Vec<f64> = (0..rows * width).map(|i| ((i * 7919) % 1013) as f64 / 8.0 - 50.0).collect();
        let narrow: Vec<f32> = a.iter().map(|&x| x as f32).collect();
        for each in moments {
            for along in [Along::Rows(width), Along::Columns] {
                let n = if along == Along::Columns { width } else { rows };
                let lane = |i: usize| -> Vec<f64> {
                    match along {
                        Along::Columns => a.iter().skip(i).step_by(width).copied().collect(),
                        Along::Rows(_) => a[i * width..][..width].to_vec(),
                    }
                };
                let (mut wide, mut single) = (vec![f64::NAN; n], vec![f32::NAN; n]);
                moment(&a, each, along, &mut wide).unwrap();
                moment(&narrow, each, along, &mut single).unwrap();
                for i in 0..n {
                    let x = lane(i);
                    let (sum, count) = (x.iter().sum::<f64>(), x.len() as f64);
                    let squares = x.iter().map(|x| (x - sum / count).powi(2)).sum::<f64>();
                    let want = match each {
                        Moment::Var { ddof } => squares / (count - ddof).max(0.0),
                        Moment::Std { ddof } => (squares / (count - ddof)).sqrt(),
                        Moment::NanSum => sum,
                        Moment::NanMean => sum / count,
                    };
                    // As many roundings as there are elements, of terms of up to 77 (squared).
                    let bound = count * f64::EPSILON * 77.0 * 77.0 * 2.0;
                    let same = |got: f64, bound: f64| {
                        got == want || got.is_nan() && want.is_nan() || (got - want).abs() <= bound
                    };
                    assert!(same(wide[i], bound * count), "{each:?} {along:?} {i}: {} {want}", wide[i]);
                    let rounding = f64::from(f32::EPSILON) * want.abs();
                    assert!(same(f64::from(single[i]), bound * count + rounding), "{each:?} {}", single[i]);
                }
            }
        }
        let mut ranges = vec![0.0; rows];
        ptp(&a, width, &mut ranges).unwrap();
        for (row, range) in a.chunks(width).zip(ranges) {
            let (low, high) = row.iter().fold((row[0], row[0]), |(low, high), &x| (low.min(x), high.max(x)));
            assert_eq!(range, high - low);
        }
        let mut answers = vec![9; rows];
        for (each, value) in [(Truth::Any, 1.0), (Truth::All, 0.0)] {
            let mut b = vec![1.0 - value; rows * width];
            b[rows * width - 1] = value;
            truth(&b, each, width, &mut answers).unwrap();
            let want = |row: usize| u8::from((row == rows - 1) == (each == Truth::Any));
            assert!(answers.iter().enumerate().all(|(row, answer)| *answer == want(row)), "{each:?} {rows} {width}");
        }
    }
    let mut out = [0i64; 1];
    ptp(&[i64::MIN, i64::MAX], 2, &mut out).unwrap();
    assert_eq!(out, [-1]);
    assert!(ptp(&[1i64, 2, 3], 2, &mut out).is_err());
    assert!(ptp::<i64>(&[], 0, &mut out).is_err());
    assert!(moment(&[1.0, 2.0, 3.0], Moment::NanSum, Along::Rows(2), &mut [0.0]).is_err());
    assert!(are_finite(&[1.0f32]) && !are_finite(&[f64::NAN]) && !are_finite(&[1.0, f64::INFINITY]));
}
