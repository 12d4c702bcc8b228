//! Elementary functions of f32, against the platform's of f64: a part of `math.rs`.

use std::f32::consts::{FRAC_1_SQRT_2, FRAC_PI_4, LN_2, SQRT_2};

use ferrodide::math::{Binary, Path, Unary};

use crate::common::Random;
#[cfg(not(target_arch = "wasm32"))]
use crate::long_paths;
use crate::{PATHS, apply, apply2, platform};

/// The error of an f32 in its own ulps, against f64.
fn ulps_f32(got: f32, exact: f64) -> f64 {
    let rounded = exact as f32;
    if got.to_bits() == rounded.to_bits() || (got.is_nan() && exact.is_nan()) {
        return if got.is_nan() || !got.is_finite() { 0.0 } else { ulps_of_f32(got, exact) };
    }
    if !got.is_finite() || exact.is_nan() {
        return f64::INFINITY;
    }
    ulps_of_f32(got, exact)
}

fn ulps_of_f32(got: f32, exact: f64) -> f64 {
    let place = (((exact.to_bits() >> 52) & 0x7ff) as i32 - 1023).clamp(-126, 127) - 23;
    (f64::from(got) - exact).abs() * 2f64.powi(-place)
}

/// What each function's error was found to stay below over all f32, rounded up; none may pass 1.
fn bound_f32(f: Unary) -> f64 {
    match f {
        // These compute in f64 and round once.
        Unary::Exp | Unary::Exp2 | Unary::Cosh => 0.52,
        Unary::Tan | Unary::Cbrt => 0.65,
        Unary::Arctan | Unary::Expm1 | Unary::Sin | Unary::Cos | Unary::Log2 => 0.97,
        _ => 0.9,
    }
}

/// Every f32 within 40 of where a function changes its ways: thresholds, multiples of ln(2) / 2 and pi / 4.
fn beside_edges() -> impl Iterator<Item = u32> {
    const EDGES: [f32; 31] = [
        0.0,
        1e-42,
        5.9e-39,
        f32::MIN_POSITIVE,
        7.888609e-31,
        8.673617e-19,
        5.9604645e-8,
        0.25,
        0.3,
        0.3465736,
        SQRT_2 - 1.0,
        0.5,
        0.55,
        FRAC_1_SQRT_2,
        0.75,
        1.0,
        SQRT_2,
        2.0,
        SQRT_2 + 1.0,
        9.01,
        10.0,
        17.32868,
        16777216.0,
        88.0,
        88.72284,
        89.41599,
        103.97208,
        1e6,
        1.1529215e18,
        1e37,
        f32::MAX,
    ];
    let steps = (1..300).flat_map(|k| [k as f32 * FRAC_PI_4, k as f32 * (LN_2 / 2.0)]);
    EDGES.into_iter().chain(steps).flat_map(|edge| {
        let first = edge.to_bits().saturating_sub(40);
        (first..first + 81).flat_map(|bits| [bits, bits | 1 << 31])
    })
}

/// The worst error over the f32 with these bits; zero's sign counts.
fn worst_f32(f: Unary, path: Path, bits: impl Iterator<Item = u32>) -> (f64, f32) {
    let mut worst = (0.0, 0.0);
    let mut bits = bits.peekable();
    while bits.peek().is_some() {
        let x: Vec<f32> = bits.by_ref().take(1 << 16).map(f32::from_bits).collect();
        for (&x, &got) in x.iter().zip(&apply(f, path, &x)) {
            let exact = platform(f, f64::from(x));
            let signs = exact != 0.0 || got.to_bits() == (exact as f32).to_bits();
            let error = if signs { ulps_f32(got, exact) } else { f64::INFINITY };
            if error > worst.0 {
                worst = (error, x);
            }
        }
    }
    worst
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn f32_against_f64() {
    // A prime step, so that all exponents and last bits come: 2^18 of them.
    let step = if cfg!(target_arch = "wasm32") { 200_003 } else { 16_381 };
    for path in PATHS {
        for &(name, f) in Unary::NAMES {
            let (error, x) = worst_f32(f, path, (0..u32::MAX).step_by(step).chain(beside_edges()));
            assert!(error <= bound_f32(f), "{path:?}: {name}({x:e}f32) is off by {error} ulp");
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
#[ignore = "all 2^32 of each function: half an hour, in release"]
fn f32_every_value() {
    let only = std::env::var("ONLY").unwrap_or_default();
    for path in long_paths() {
        for &(name, f) in Unary::NAMES.iter().filter(|each| each.0.contains(&only)) {
            let (error, x) = worst_f32(f, path, 0..=u32::MAX);
            println!("{path:?} {name:8} {error:.4} ulp at {x:e}");
            assert!(error <= bound_f32(f), "{name}({x:e}f32) is off by {error} ulp");
        }
    }
}

/// As [`bound_f32`]. What power's logarithm is off by counts up to 100 times.
fn bound2_f32(f: Binary) -> f64 {
    match f {
        Binary::Power => 3.5,
        Binary::Arctan2 => 0.92,
        Binary::Hypot => 0.52,
    }
}

/// The worst error over pairs of any bits, of usual numbers, and near 1; for power with results of every size.
fn worst2_f32(f: Binary, path: Path, count: usize, seed: u64) -> (f64, f32, f32) {
    let mut random = Random(seed);
    let mut any = || {
        let (kind, bits) = (random.below(4), random.next());
        let unit = (bits >> 40) as f32 / 16777216.0;
        match kind {
            0 => f32::from_bits(bits as u32),
            1 => unit * 256.0 - 128.0,
            2 => unit * 4.0,
            _ => 1.0 + (unit - 0.5) * 2f32.powi(-((bits & 15) as i32)),
        }
    };
    let x: Vec<f32> = (0..count).map(|_| any()).collect();
    let mut y: Vec<f32> = (0..count).map(|_| any()).collect();
    if f == Binary::Power {
        // Exponents between -150 and 150.
        for (y, x) in y.iter_mut().zip(&x).step_by(2) {
            *y = y.fract() * 150.0 / x.abs().log2();
        }
    }
    let got = apply2(f, path, &x, &y);
    let errors = (0..count).map(|i| {
        let (x, y) = (f64::from(x[i]), f64::from(y[i]));
        let exact = match f {
            Binary::Power => x.powf(y),
            Binary::Arctan2 => x.atan2(y),
            Binary::Hypot => x.hypot(y),
        };
        (ulps_f32(got[i], exact), x as f32, y as f32)
    });
    errors.fold((0.0, 0.0, 0.0), |worst, each| if each.0 > worst.0 { each } else { worst })
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn f32_pairs_against_f64() {
    let count = if cfg!(target_arch = "wasm32") { 20_000 } else { 200_000 };
    for path in PATHS {
        for (i, &(name, f)) in Binary::NAMES.iter().enumerate() {
            let (error, x, y) = worst2_f32(f, path, count, 3 + i as u64);
            assert!(error <= bound2_f32(f), "{path:?}: {name}({x:e}, {y:e}) of f32 is off by {error} ulp");
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
#[ignore = "1e8 pairs a function: minutes, in release"]
fn f32_pairs_at_length() {
    let only = std::env::var("ONLY").unwrap_or_default();
    for path in long_paths() {
        for (i, &(name, f)) in Binary::NAMES.iter().enumerate().filter(|each| each.1.0.contains(&only)) {
            let rounds = (0..100).map(|round| worst2_f32(f, path, 1_000_000, 5 + 1_000_000 * round + i as u64));
            let (error, x, y) = rounds.fold((0.0, 0.0, 0.0), |worst, each| if each.0 > worst.0 { each } else { worst });
            println!("{path:?} {name:8} {error:.4} ulp at {x:e}, {y:e} of f32");
            assert!(error <= bound2_f32(f), "{name}({x:e}, {y:e}) of f32 is off by {error} ulp");
        }
    }
}

/// The table that a module hands over: the fused loops that gain.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn the_table_of_fused_loops() {
    use ferrodide::math::fused::{LOOPS, fuses};

    assert!(fuses());
    let mut served = (Vec::new(), Vec::new());
    for &(name, f) in Unary::NAMES {
        let x: Vec<f64> = (1..500).map(|i| f64::from(i) / 37.0).collect();
        if let Some(apply) = LOOPS.unary::<f64>(f) {
            let mut got = vec![0.0; x.len()];
            // SAFETY: contiguous operands of one length.
            unsafe { apply(x.len(), x.as_ptr(), 8, got.as_mut_ptr(), 8) };
            assert_eq!(got, crate::apply(f, Path::Fused, &x), "{name}");
            served.0.push(name);
        }
        let x: Vec<f32> = x.iter().map(|&x| x as f32).collect();
        if let Some(apply) = LOOPS.unary::<f32>(f) {
            let mut got = vec![0.0; x.len()];
            // SAFETY: contiguous operands of one length.
            unsafe { apply(x.len(), x.as_ptr(), 4, got.as_mut_ptr(), 4) };
            assert_eq!(got, crate::apply(f, Path::Fused, &x), "{name} of f32");
            served.1.push(name);
        }
    }
    assert_eq!(served.0.len(), Unary::NAMES.len());
    assert_eq!(served.1.join(" "), "expm1 log log2 log10 log1p tan arctan cbrt");
    let binary = |f| (LOOPS.binary::<f64>(f).is_some(), LOOPS.binary::<f32>(f).is_some());
    assert_eq!(
        [Binary::Power, Binary::Arctan2, Binary::Hypot].map(binary),
        [(true, true), (true, true), (true, false)]
    );
}
