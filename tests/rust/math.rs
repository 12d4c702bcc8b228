//! Elementary functions: against an oracle of more precision, the vectors against one lane, C99's special
//! values, and strides.

mod common;
mod math_apply;
mod math_f32;
mod oracle;

use common::Random;
use ferrodide::math::{Binary, Path, Real, Unary, binary_loop, unary_loop};
use oracle::functions::{domain, exact, platform};
use oracle::{Scaled, ulps};

fn apply<T: Real>(f: Unary, path: Path, x: &[T]) -> Vec<T> {
    let mut out = vec![T::default(); x.len()];
    let size = size_of::<T>() as isize;
    // SAFETY: contiguous operands of one length.
    unsafe { unary_loop::<T>(f, path)(x.len(), x.as_ptr(), size, out.as_mut_ptr(), size) };
    out
}

fn apply2<T: Real>(f: Binary, path: Path, x: &[T], y: &[T]) -> Vec<T> {
    assert_eq!(x.len(), y.len());
    let mut out = vec![T::default(); x.len()];
    let size = size_of::<T>() as isize;
    // SAFETY: contiguous operands of one length.
    unsafe {
        binary_loop::<T>(f, path)(x.len(), x.as_ptr(), size, y.as_ptr(), size, out.as_mut_ptr(), size);
    }
    out
}

/// Points of the domain: its whole width, every magnitude, around 1 and 0, and near multiples of pi / 2.
fn points(f: Unary, count: usize, seed: u64) -> Vec<f64> {
    let mut random = Random(seed);
    let (low, high) = domain(f);
    let unit = |random: &mut Random| random.next() as f64 / 18446744073709551616.0;
    let mut all = Vec::with_capacity(count);
    while all.len() < count {
        let u = unit(&mut random);
        let x = match random.below(8) {
            0 => low.max(-1e4) + u * (high.min(1e4) - low.max(-1e4)),
            1 => low.max(-20.0) + u * (high.min(20.0) - low.max(-20.0)),
            2 => f64::from_bits(random.next()),
            3 => low.max(-1.0) + u * (1.5 - low.max(-1.0)),
            // Around 1, at every distance.
            4 => 1.0 + (u - 0.5) * 2f64.powi(-(random.below(53) as i32)),
            5 => (u - 0.5) * 2f64.powi(-(random.below(1074) as i32)),
            // Beside multiples of pi / 4, and of half a table's step.
            6 => {
                let k = (random.next() >> random.below(64)) as f64;
                let x = k * std::f64::consts::FRAC_PI_4;
                f64::from_bits(x.to_bits().wrapping_add(random.below(7) as u64).wrapping_sub(3))
            }
            _ => {
                let edge =
                    [low, high, 0.3, 0.55, 1.0, 22.0, 708.0, 0.41421356237309503, 2.414213562373095, 2f64.sqrt() / 2.0]
                        [random.below(10)];
                f64::from_bits(edge.to_bits().wrapping_add(random.below(65) as u64).wrapping_sub(32))
            }
        };
        if x > low && x < high && x != 0.0 {
            all.push(x);
        }
    }
    all
}

/// The vectors' code: plain, and where there is one fused.
#[cfg(target_arch = "wasm32")]
const PATHS: [Path; 1] = [Path::Simd];
#[cfg(not(target_arch = "wasm32"))]
const PATHS: [Path; 2] = [Path::Simd, Path::Fused];

/// The same algorithms, with one lane.
#[cfg(target_arch = "wasm32")]
const LANES: [Path; 1] = [Path::OneLane];
#[cfg(not(target_arch = "wasm32"))]
const LANES: [Path; 2] = [Path::OneLane, Path::FusedLane];

/// Those that the long tests go through: all, or the one that ON names (the fused ones take
/// `RUSTFLAGS=-Ctarget-feature=+fma`, or else an hour).
#[cfg(not(target_arch = "wasm32"))]
fn long_paths() -> impl Iterator<Item = Path> {
    let on = std::env::var("ON").unwrap_or_default();
    PATHS.into_iter().filter(move |path| format!("{path:?}").contains(&on))
}

/// The greatest error, and where.
fn worst(f: Unary, path: Path, count: usize, seed: u64) -> (f64, f64) {
    let x = points(f, count, seed);
    let got = apply(f, path, &x);
    let errors = x.iter().zip(&got).map(|(&x, &got)| (ulps(got, exact(f, x)), x));
    errors.fold((0.0, 0.0), |worst, each| if each.0 > worst.0 { each } else { worst })
}

/// What each function's error was found to stay below (1e7 points each), rounded up; none may pass 1. The
/// worst of exp, exp2 and power are subnormal results, which are rounded twice; their others stay below 0.53.
fn bound(f: Unary) -> f64 {
    match f {
        Unary::Exp | Unary::Exp2 | Unary::Expm1 => 0.77,
        Unary::Cbrt => 0.65,
        _ => 0.95,
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn f64_against_the_oracle() {
    let count = if cfg!(target_arch = "wasm32") { 4000 } else { 100_000 };
    for path in PATHS {
        for (i, &(name, f)) in Unary::NAMES.iter().enumerate() {
            let (error, x) = worst(f, path, count, 1000 + i as u64);
            assert!(error <= bound(f), "{path:?}: {name}({x:e}) is off by {error} ulp");
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
#[ignore = "1e7 points a function: minutes, in release"]
fn f64_against_the_oracle_at_length() {
    let only = std::env::var("ONLY").unwrap_or_default();
    for path in long_paths() {
        for (i, &(name, f)) in Unary::NAMES.iter().enumerate().filter(|each| each.1.0.contains(&only)) {
            let rounds = (0..100).map(|round| worst(f, path, 100_000, 7 + 1_000_000 * round + i as u64));
            let (error, x) = rounds.fold((0.0, 0.0), |worst, each| if each.0 > worst.0 { each } else { worst });
            println!("{path:?} {name:8} {error:.4} ulp at {x:e}");
            assert!(error < 1.0 && error <= bound(f), "{name}({x:e}) is off by {error} ulp");
        }
    }
}

/// As [`bound`]. What the logarithm's last digits are off by counts up to 700 times in a power, where a number near 1 makes
/// one near the ends of the range.
fn bound2(f: Binary) -> f64 {
    match f {
        Binary::Power => 3.5,
        _ => 0.90,
    }
}

fn exact2(f: Binary, x: f64, y: f64) -> Scaled {
    match f {
        Binary::Power => oracle::power(x, y),
        Binary::Arctan2 => oracle::arctan2(x, y).into(),
        Binary::Hypot => oracle::hypot(x, y).into(),
    }
}

/// Pairs with a finite result, and every quotient of magnitudes.
fn pairs(f: Binary, count: usize, seed: u64) -> (Vec<f64>, Vec<f64>) {
    let mut random = Random(seed);
    let unit = |random: &mut Random| random.next() as f64 / 18446744073709551616.0;
    let (mut first, mut second) = (Vec::new(), Vec::new());
    while first.len() < count {
        let wide =
            |random: &mut Random, e: usize| (unit(random) - 0.5) * 2f64.powi(random.below(2 * e) as i32 - e as i32);
        let (x, y) = match f {
            Binary::Power => {
                let x = match random.below(4) {
                    0 => unit(&mut random) * 10.0,
                    1 => f64::from_bits(random.next() >> 1),
                    // Around 1, with exponents that still make something of it.
                    2 => 1.0 + (unit(&mut random) - 0.5) * 2f64.powi(-(random.below(52) as i32)),
                    _ => (1 + random.below(30)) as f64,
                };
                let most = 745.0 / x.ln();
                let y = if random.below(4) == 0 {
                    (random.below(80) as f64 - 40.0) / 2.0
                } else {
                    (unit(&mut random) * 2.0 - 1.0) * most
                };
                (x, y)
            }
            _ if random.below(2) == 0 => (wide(&mut random, 3), wide(&mut random, 3)),
            _ => (wide(&mut random, 300), wide(&mut random, 300)),
        };
        let fits = match f {
            Binary::Power => {
                x > 0.0
                    && x.is_finite()
                    && x != 1.0
                    && y.is_finite()
                    && (y * x.ln()).abs() < 744.0
                    && y * x.ln() < 709.7
            }
            _ => x != 0.0 && y != 0.0,
        };
        // The oracle's squares and quotients are exact only where nothing is lost below.
        let near = f == Binary::Power || (x / y).abs().log2().abs() < 300.0;
        if fits && near {
            first.push(x);
            second.push(y);
        }
    }
    (first, second)
}

fn worst2(f: Binary, path: Path, count: usize, seed: u64) -> (f64, f64, f64) {
    let (x, y) = pairs(f, count, seed);
    let got = apply2(f, path, &x, &y);
    let errors = (0..count).map(|i| (ulps(got[i], exact2(f, x[i], y[i])), x[i], y[i]));
    errors.fold((0.0, 0.0, 0.0), |worst, each| if each.0 > worst.0 { each } else { worst })
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn f64_pairs_against_the_oracle() {
    let count = if cfg!(target_arch = "wasm32") { 4000 } else { 100_000 };
    for path in PATHS {
        for (i, &(name, f)) in Binary::NAMES.iter().enumerate() {
            let (error, x, y) = worst2(f, path, count, 500 + i as u64);
            assert!(error <= bound2(f), "{path:?}: {name}({x:e}, {y:e}) is off by {error} ulp");
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
#[ignore = "1e7 pairs a function: minutes, in release"]
fn f64_pairs_against_the_oracle_at_length() {
    let only = std::env::var("ONLY").unwrap_or_default();
    for path in long_paths() {
        for (i, &(name, f)) in Binary::NAMES.iter().enumerate().filter(|each| each.1.0.contains(&only)) {
            let rounds = (0..100).map(|round| worst2(f, path, 100_000, 9 + 1_000_000 * round + i as u64));
            let (error, x, y) = rounds.fold((0.0, 0.0, 0.0), |worst, each| if each.0 > worst.0 { each } else { worst });
            println!("{path:?} {name:8} {error:.4} ulp at {x:e}, {y:e}");
            assert!(error <= bound2(f), "{name}({x:e}, {y:e}) is off by {error} ulp");
        }
    }
}

const SPECIAL: [f64; 40] = [
    f64::NAN,
    f64::INFINITY,
    0.0,
    5e-324,
    1e-310,
    f64::MIN_POSITIVE,
    1e-300,
    1e-20,
    0.3,
    0.5,
    1.0,
    1.5,
    2.0,
    3.0,
    4.0,
    22.0,
    708.0,
    709.782712893384,
    709.7827128933841,
    710.4758600739439,
    710.475860073944,
    711.0,
    745.13321910194,
    745.1332191019412,
    746.0,
    1023.0,
    1023.9999999999999,
    1024.0,
    1022.0,
    1074.0,
    1075.0,
    1075.0000000000002,
    1e6,
    4503599627370497.0,
    9007199254740991.0,
    9007199254740992.0,
    1e19,
    1e100,
    1e300,
    f64::MAX,
];

fn specials() -> Vec<f64> {
    SPECIAL.iter().flat_map(|&x| [x, -x]).collect()
}

/// NaN for NaN, and the same zero, one, or infinity; elsewhere within so many ulps of f64.
fn agrees(got: f64, expected: f64, within: i64) -> bool {
    if expected.is_nan() {
        return got.is_nan();
    }
    if expected == 0.0 || expected.is_infinite() || expected.abs() == 1.0 {
        return got.to_bits() == expected.to_bits();
    }
    (got.to_bits() as i64).wrapping_sub(expected.to_bits() as i64).abs() <= within
}

/// C99's Annex F, which the platform's libm follows.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn special_values() {
    let x = specials();
    let narrow: Vec<f32> = x.iter().map(|&x| x as f32).collect();
    for path in PATHS {
        for &(name, f) in Unary::NAMES {
            for (&x, &got) in x.iter().zip(&apply(f, path, &x)) {
                let expected = platform(f, x);
                assert!(agrees(got, expected, 2), "{path:?}: {name}({x:e}) is {got:e}, expected {expected:e}");
            }
            for (&x, &got) in narrow.iter().zip(&apply(f, path, &narrow)) {
                let expected = platform(f, f64::from(x)) as f32;
                assert!(
                    agrees(got.into(), expected.into(), 1 << 29),
                    "{path:?}: {name}({x:e}f32) is {got:e}, expected {expected:e}"
                );
            }
        }
        for &(name, f) in Binary::NAMES {
            for &y in &specials() {
                let y = vec![y; x.len()];
                for (i, &got) in apply2(f, path, &x, &y).iter().enumerate() {
                    let expected = match f {
                        Binary::Power => x[i].powf(y[i]),
                        Binary::Arctan2 => x[i].atan2(y[i]),
                        Binary::Hypot => x[i].hypot(y[i]),
                    };
                    assert!(
                        agrees(got, expected, 2),
                        "{path:?}: {name}({:e}, {:e}) is {got:e}, expected {expected:e}",
                        x[i],
                        y[i]
                    );
                }
            }
        }
    }
}

/// Known to 20 digits from the literature: the argument nearest to a multiple of pi / 2, and the largest.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn reduction_of_the_hardest_arguments() {
    // Muller et al., Handbook of Floating-Point Arithmetic, 11.3: 6381956970095103 * 2^797.
    let nearest = 6381956970095103.0 * 2f64.powi(797);
    assert_eq!(apply(Unary::Cos, Path::Simd, &[nearest])[0], -4.687165924254628e-19);
    // Ng, "Argument reduction for huge arguments: good to the last bit", 1992.
    assert_eq!(apply(Unary::Sin, Path::Simd, &[1e22])[0], -0.8522008497671888);
    assert_eq!(apply(Unary::Sin, Path::Simd, &[std::f64::consts::PI])[0], 1.2246467991473532e-16);
}

fn same_bits(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

/// Vectors and one lane, at every length around a vector and a buffer: the bits do not depend on the place.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn vectors_have_the_bits_of_one_lane() {
    let mut random = Random(11);
    for (path, lane) in PATHS.into_iter().zip(LANES) {
        for &(name, f) in Unary::NAMES {
            for n in [0, 1, 2, 3, 4, 5, 7, 8, 63, 127, 128, 129, 131, 260, 400] {
                let mut x = if n == 0 { vec![] } else { points(f, n, random.next()) };
                for special in specials() {
                    if n > 0 && random.below(3) == 0 {
                        x[random.below(n)] = special;
                    }
                }
                let (many, one) = (apply(f, path, &x), apply(f, lane, &x));
                let reversed: Vec<f64> = x.iter().rev().copied().collect();
                let back = apply(f, path, &reversed);
                for i in 0..n {
                    assert!(same_bits(many[i], one[i]), "{name}({:e}): {:e} and {:e}", x[i], many[i], one[i]);
                    assert!(same_bits(many[i], back[n - 1 - i]), "{name}({:e}) depends on its place", x[i]);
                }
                let narrow: Vec<f32> = x.iter().map(|&x| x as f32).collect();
                let (many, one) = (apply(f, path, &narrow), apply(f, lane, &narrow));
                for i in 0..n {
                    assert!(same_bits(many[i].into(), one[i].into()), "{name}({:e}f32)", narrow[i]);
                }
            }
        }
        for &(name, f) in Binary::NAMES {
            for n in [1, 2, 5, 129, 300] {
                let (mut x, y) = pairs(f, n, random.next());
                x[random.below(n)] = specials()[random.below(80)];
                let (many, one) = (apply2(f, path, &x, &y), apply2(f, lane, &x, &y));
                for i in 0..n {
                    assert!(
                        same_bits(many[i], one[i]),
                        "{name}({:e}, {:e}): {:e} and {:e}",
                        x[i],
                        y[i],
                        many[i],
                        one[i]
                    );
                }
                let narrow = |x: &[f64]| x.iter().map(|&x| x as f32).collect::<Vec<f32>>();
                let (x, y) = (narrow(&x), narrow(&y));
                let (many, one) = (apply2(f, path, &x, &y), apply2(f, lane, &x, &y));
                for i in 0..n {
                    assert!(same_bits(many[i].into(), one[i].into()), "{name}({:e}, {:e}) of f32", x[i], y[i]);
                }
            }
        }
    }
}

/// Strides of every sign, scalars, and results in place, special values among them.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn strides_scalars_and_in_place() {
    for n in [1usize, 2, 3, 128, 131, 300] {
        let x: Vec<f64> =
            points(Unary::Log, n, 5).into_iter().enumerate().map(|(i, x)| if i % 37 == 5 { 0.0 } else { x }).collect();
        let plain = apply(Unary::Log, Path::Simd, &x);
        for step in [-3isize, -1, 1, 2] {
            let span = (n - 1) * step.unsigned_abs() + 1;
            let first = if step < 0 { span - 1 } else { 0 };
            let at = |i: usize| (first as isize + i as isize * step) as usize;
            let mut data = vec![0.0f64; span];
            (0..n).for_each(|i| data[at(i)] = x[i]);
            let mut apart = vec![7.0f64; 2 * n];
            let source = data.as_mut_ptr().wrapping_add(first);
            // SAFETY: n elements at these strides, of memory that is borrowed here alone; the second is in place.
            unsafe {
                unary_loop::<f64>(Unary::Log, Path::Simd)(n, source, step * 8, apart.as_mut_ptr(), 16);
                unary_loop::<f64>(Unary::Log, Path::Simd)(n, source, step * 8, source, step * 8);
            }
            for i in 0..n {
                assert!(same_bits(apart[2 * i], plain[i]) && apart[2 * i + 1] == 7.0, "stride {step}, {i} of {n}");
                assert!(same_bits(data[at(i)], plain[i]), "in place, stride {step}, {i} of {n}");
            }
        }
        let scalars = [2.5f64, 0.0, f64::NAN, -1.0];
        for scalar in scalars {
            let (left, right) = (
                apply2(Binary::Power, Path::Simd, &vec![scalar; n], &x),
                apply2(Binary::Power, Path::Simd, &x, &vec![scalar; n]),
            );
            let mut got = x.clone();
            let mut other = vec![0.0; n];
            // SAFETY: n elements each, and scalars; the second is in place.
            unsafe {
                let power = binary_loop::<f64>(Binary::Power, Path::Simd);
                power(n, &raw const scalar, 0, x.as_ptr(), 8, other.as_mut_ptr(), 8);
                power(n, got.as_ptr(), 8, &raw const scalar, 0, got.as_mut_ptr(), 8);
            }
            for i in 0..n {
                assert!(same_bits(other[i], left[i]), "{scalar} ** {:e}", x[i]);
                assert!(same_bits(got[i], right[i]), "{:e} ** {scalar}", x[i]);
            }
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn views() {
    use common::{Strided, check, indices, layouts};
    use ferrodide::math::{binary, unary};
    check(200, layouts(0..=3, 5), |layout| {
        let x = Strided::new(&layout, |i| i as f64 / 7.0 - 1.0);
        let mut out = Strided::dense(&layout.shape, vec![0.0; layout.shape.iter().product()]);
        unary(Unary::Sin, x.view(), out.view_mut()).unwrap();
        for index in indices(&layout.shape) {
            assert_eq!(out.get(&index), apply(Unary::Sin, Path::Simd, &[x.get(&index)])[0]);
        }
        binary(Binary::Hypot, x.view(), x.view(), out.view_mut()).unwrap();
        for index in indices(&layout.shape) {
            assert_eq!(out.get(&index), apply2(Binary::Hypot, Path::Simd, &[x.get(&index)], &[x.get(&index)])[0]);
        }
        Ok(())
    });
    let (a, mut b) = (Strided::dense(&[2], vec![1.0, 2.0]), Strided::dense(&[3], vec![0.0; 3]));
    assert!(unary(Unary::Exp, a.view(), b.view_mut()).is_err());
    assert!(binary(Binary::Power, a.view(), a.view(), b.view_mut()).is_err());
}

/// Rounded once: what a wrong last coefficient costs would hide behind the bound for subnormal results.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn normal_results_of_exponentials() {
    for path in PATHS {
        for f in [Unary::Exp, Unary::Exp2] {
            let x: Vec<f64> = points(f, 20_000, 77).into_iter().filter(|x| x.abs() < 700.0).collect();
            for (&x, &got) in x.iter().zip(&apply(f, path, &x)) {
                let error = ulps(got, exact(f, x));
                assert!(error < 0.54, "{path:?}: {f:?}({x:e}) is off by {error} ulp");
            }
        }
        let (x, y) = pairs(Binary::Power, 20_000, 78);
        for (i, &got) in apply2(Binary::Power, path, &x, &y).iter().enumerate() {
            let error = ulps(got, exact2(Binary::Power, x[i], y[i]));
            // See `bound2`.
            let bound = 0.54 + (y[i] * x[i].ln()).abs() / 350.0;
            assert!(error < bound || got < 1e-300, "{path:?}: {:e} ** {:e} is off by {error} ulp", x[i], y[i]);
        }
    }
}
