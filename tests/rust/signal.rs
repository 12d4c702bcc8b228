//! `convolve`, `correlate`: with vectors, with one lane, and by the definition.

mod common;

use common::{Element, Pattern, Random, cases, make, parse_all};
use ferrodide::Error;
use ferrodide::signal::{Mode, Sample, Whole, convolve, correlate, correlate_whole, sliding};
use ferrodide::simd::{F64s, Lanes, Native};

const MODES: [Mode; 3] = [Mode::Full, Mode::Same, Mode::Valid];

/// The sums of a mode by the definition, and for each the sum of the magnitudes.
fn expected(a: &[f64], v: &[f64], mode: Mode) -> Vec<(f64, f64)> {
    let (a, v) = if v.len() > a.len() { (v, a) } else { (a, v) };
    let (n, m) = (a.len(), v.len());
    let full: Vec<(f64, f64)> = (0..n + m - 1)
        .map(|k| {
            let overlap = k.saturating_sub(n - 1)..m.min(k + 1);
            overlap.fold((0.0, 0.0), |(sum, size), i| (sum + a[k - i] * v[i], size + (a[k - i] * v[i]).abs()))
        })
        .collect();
    let first = match mode {
        Mode::Full => 0,
        Mode::Same => (m - 1) / 2,
        Mode::Valid => m - 1,
    };
    full[first..first + mode.len(n, m)].to_vec()
}

/// Within the bound of any order of summation; for what is not finite, the same.
fn agrees(got: f64, (sum, size): (f64, f64), terms: usize, unit: f64) -> bool {
    match size.is_finite() {
        // An output is rounded once more, to its type.
        true => (got - sum).abs() <= terms as f64 * f64::EPSILON * size + unit * sum.abs(),
        false => got == sum || (got.is_nan() && sum.is_nan()),
    }
}

fn check_pair<T: Element + Sample + Into<f64>>(a: &[T], v: &[T], unit: f64, what: &str) {
    let doubles = |x: &[T]| x.iter().map(|&x| x.into()).collect::<Vec<f64>>();
    let (a64, v64) = (doubles(a), doubles(v));
    let mut reversed = v64.clone();
    reversed.reverse();
    let terms = a.len().min(v.len());
    for mode in MODES {
        let mut out = vec![T::from_small(77); mode.len(a.len(), v.len())];
        convolve(a, v, mode, &mut out).unwrap();
        for (k, (&got, want)) in out.iter().zip(expected(&a64, &v64, mode)).enumerate() {
            assert!(agrees(got.into(), want, terms, unit), "{what}, {mode:?}, output {k}: {got:?}, expected {want:?}");
        }
        correlate(a, v, mode, &mut out).unwrap();
        // A correlation of the longer with the shorter is the other one's, backwards.
        let want = match v.len() > a.len() {
            false => expected(&a64, &reversed, mode),
            true => {
                let backwards: Vec<f64> = a64.iter().rev().copied().collect();
                expected(&v64, &backwards, mode).into_iter().rev().collect()
            }
        };
        for (k, (&got, want)) in out.iter().zip(want).enumerate() {
            assert!(agrees(got.into(), want, terms, unit), "correlate {what}, {mode:?}, {k}: {got:?}, {want:?}");
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn every_length_and_mode() {
    let mut random = Random(1);
    let mut unit = || (random.next() >> 11) as f64 / (1u64 << 53) as f64 - 0.4;
    for n in [1usize, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 130, 300] {
        for m in [1usize, 2, 3, 4, 7, 8, 9, 15, 16, 17, 33, 129, 300] {
            let (a, v): (Vec<f64>, Vec<f64>) = ((0..n).map(|_| unit()).collect(), (0..m).map(|_| unit()).collect());
            check_pair(&a, &v, 0.0, &format!("{n} and {m}"));
            let (a, v): (Vec<f32>, Vec<f32>) =
                (a.iter().map(|&x| x as f32).collect(), v.iter().map(|&x| x as f32).collect());
            check_pair(&a, &v, f64::from(f32::EPSILON) / 2.0, &format!("f32, {n} and {m}"));
        }
    }
    // Several pieces of doubles, and the last one short.
    let a: Vec<f32> = (0..5000).map(|_| unit() as f32).collect();
    check_pair(&a, &a[..11], f64::from(f32::EPSILON) / 2.0, "pieces");
    check_pair(&a[..4100], &a[..1500], f64::from(f32::EPSILON) / 2.0, "long pieces");
}

/// Whole numbers have one sum in any order.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn whole_numbers_exactly() {
    let whole = |n: usize, seed: u64| make::<f64>(Pattern::Whole, n, seed);
    for (n, m) in [(1000, 37), (257, 256), (700, 5), (40, 900)] {
        let (a, v) = (whole(n, 1), whole(m, 2));
        for mode in MODES {
            let mut out = vec![0.5; mode.len(n, m)];
            convolve(&a, &v, mode, &mut out).unwrap();
            let want: Vec<f64> = expected(&a, &v, mode).into_iter().map(|(sum, _)| sum).collect();
            assert_eq!(out, want, "{n} and {m}, {mode:?}");
        }
    }
}

/// What lies past an end is no zero: it would make NaN of an infinity.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn values_that_are_not_finite() {
    let plain: Vec<f64> = (1..40).map(f64::from).collect();
    for odd in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN, f64::MAX] {
        for n in [1usize, 2, 5, 20, 39] {
            for at in [0, n / 2, n - 1] {
                let mut v = plain[..n].to_vec();
                v[at] = odd;
                check_pair(&plain, &v, 0.0, &format!("{odd} among {n} taps"));
                check_pair(&v, &plain[..n.div_ceil(2)], 0.0, &format!("{odd} among {n} elements"));
            }
        }
    }
}

fn check_blocks<V: F64s>(what: &str) {
    let (x, taps) = (make::<f64>(Pattern::Whole, 200, 3), make::<f64>(Pattern::Whole, 41, 4));
    for m in 1..=taps.len() {
        for k in [0, 1, 2, 3, 7, 8, 9, 16, 17, 40] {
            let mut out = vec![0.5; k];
            sliding::sums::<V>(&x, &taps[..m], &mut out);
            let want: Vec<f64> = (0..k).map(|k| (0..m).map(|i| x[k + i] * taps[i]).sum()).collect();
            assert_eq!(out, want, "{what}: {m} taps");
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn blocks_of_any_vector() {
    check_blocks::<f64>("one lane");
    check_blocks::<Lanes<2>>("two lanes");
    check_blocks::<Lanes<4>>("four lanes");
    check_blocks::<Native>("this target's");
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_sliding_refuses() {
    let value = |message: &str| Err(Error::Value(message.into()));
    let mut out = [9.0; 3];
    assert_eq!(convolve(&[], &[1.0], Mode::Full, &mut out), value("v cannot be empty"));
    assert_eq!(convolve(&[1.0], &[], Mode::Full, &mut out), value("v cannot be empty"));
    assert_eq!(convolve::<f64>(&[], &[], Mode::Full, &mut out), value("a cannot be empty"));
    assert_eq!(correlate(&[], &[1.0], Mode::Full, &mut out), value("first array argument cannot be empty"));
    assert_eq!(correlate(&[1.0], &[], Mode::Full, &mut out), value("second array argument cannot be empty"));
    assert_eq!(convolve(&[1.0, 2.0], &[1.0], Mode::Same, &mut out), value("out has 3 elements; expected 2"));
    assert_eq!(correlate(&[1.0], &[1.0, 2.0], Mode::Valid, &mut out), value("out has 3 elements; expected 2"));
    assert_eq!(out, [9.0; 3]);
    assert_eq!(MODES.map(|mode| mode.len(0, 5)), [0; 3]);
}

#[derive(serde::Deserialize)]
struct Case {
    kernel: String,
    dtype: String,
    mode: String,
    a: Vec<String>,
    v: Vec<String>,
    want: Vec<String>,
}

fn check_case<T: Element + Sample + Into<f64>>(case: &Case, unit: f64, number: usize) {
    let [a, v, want] = [&case.a, &case.v, &case.want].map(|texts| parse_all::<T>(texts));
    let mode = match case.mode.as_str() {
        "full" => Mode::Full,
        "same" => Mode::Same,
        "valid" => Mode::Valid,
        other => panic!("{other} is no mode"),
    };
    let mut out = vec![T::from_small(77); mode.len(a.len(), v.len())];
    match case.kernel.as_str() {
        "convolve" => convolve(&a, &v, mode, &mut out).unwrap(),
        "correlate" => correlate(&a, &v, mode, &mut out).unwrap(),
        other => panic!("{other} is no kernel of ours"),
    }
    assert_eq!(out.len(), want.len(), "case {number}");
    // NumPy adds up in the operands' own precision: each of its sums of n terms is n roundings off.
    let most = |x: &[T]| x.iter().map(|&x| x.into().abs()).fold(0.0, f64::max);
    let terms = a.len().min(v.len()) as f64;
    let bound = 2.0 * terms * unit * terms * most(&a) * most(&v);
    let near = |(&got, &want): (&T, &T)| {
        let (got, want): (f64, f64) = (got.into(), want.into());
        (got - want).abs() <= bound
    };
    assert!(out.iter().zip(&want).all(near), "case {number}: {out:?}, expected {want:?}");
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn the_shared_vectors() {
    for (number, case) in cases::<Case>(include_str!("../cases/convolve.json")).iter().enumerate() {
        match case.dtype.as_str() {
            "float64" => check_case::<f64>(case, f64::EPSILON, number),
            "float32" => check_case::<f32>(case, f32::EPSILON.into(), number),
            other => panic!("{other} is no dtype of ours"),
        }
    }
}

/// By the definition, modulo 2 to the bits.
fn check_whole<T: Whole + PartialEq + std::fmt::Debug>(of: impl Fn(u64) -> T, to: impl Fn(T) -> u64) {
    let mut random = Random(8);
    for n in [1usize, 2, 3, 15, 16, 17, 40, 300] {
        for m in [1usize, 2, 5, 16, 33, 300] {
            let a: Vec<T> = (0..n).map(|_| of(random.next())).collect();
            let v: Vec<T> = (0..m).map(|_| of(random.next())).collect();
            for mode in MODES {
                let full: Vec<u64> = (0..n + m - 1)
                    .map(|k| {
                        let pairs = (0..m).filter(|i| (k + i + 1).checked_sub(m).is_some_and(|at| at < n));
                        pairs.fold(0u64, |sum, i| sum.wrapping_add(to(a[k + i + 1 - m]).wrapping_mul(to(v[i]))))
                    })
                    .collect();
                let (long, short) = (n.max(m), n.min(m));
                // The middle is that of the longer one, which for a shorter first operand is seen from behind.
                let first = match (mode, m > n) {
                    (Mode::Full, _) => 0,
                    (Mode::Same, false) => short - 1 - short / 2,
                    (Mode::Same, true) => short / 2,
                    (Mode::Valid, _) => short - 1,
                };
                let want: Vec<T> = full[first..][..mode.len(long, short)].iter().map(|&sum| of(sum)).collect();
                let mut out = vec![of(77); want.len()];
                correlate_whole(&a, &v, mode, &mut out).unwrap();
                assert_eq!(out, want, "{n} and {m}, {mode:?}");
            }
            assert!(correlate_whole(&a, &v, Mode::Full, &mut a.clone()).is_err() || m == 1);
        }
    }
    assert!(correlate_whole(&[], &[of(1)], Mode::Full, &mut []).is_err());
    assert!(correlate_whole(&[of(1)], &[], Mode::Full, &mut []).is_err());
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn whole_numbers_wrap() {
    check_whole(|x| x as i8, |x| x as u64);
    check_whole(|x| x as u8, |x| x as u64);
    check_whole(|x| x as i16, |x| x as u64);
    check_whole(|x| x as u16, |x| x as u64);
    check_whole(|x| x as i32, |x| x as u64);
    check_whole(|x| x as u32, |x| x as u64);
    check_whole(|x| x as i64, |x| x as u64);
    check_whole(|x| x, |x: u64| x);
}
