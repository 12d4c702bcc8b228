//! The functions of one number and of one vector have the bits of the loops: a part of `math.rs`.

use ferrodide::math::{Binary, Path, Unary, apply as one, arctan, exp, hyperbolic, log, power, roots, trig};
use ferrodide::simd::{F32Bits, F64Bits, F64s, Native, NativeF32};

use crate::common::Random;
use crate::{apply, apply2, points};

/// Any bits, and what is special.
fn operands(count: usize, seed: u64) -> Vec<f64> {
    let mut random = Random(seed);
    let mut all = points(Unary::Exp, count, seed);
    all.extend((0..count / 8).map(|_| f64::from_bits(random.next())));
    all.extend([0.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 5e-324, -1.0, 1.0, 1e308, -745.5, 1e300]);
    // Whole vectors.
    all.truncate(all.len() / 16 * 16);
    all
}

/// A function, and with each vector of a file what it makes of them.
macro_rules! check {
    ($($f:ident $K:ty),*; $($f2:ident $K2:ty),*) => {
        #[cfg_attr(not(target_arch = "wasm32"), test)]
        #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
        fn one_vector_is_as_the_loop() {
            let (x, y) = (operands(4000, 1), operands(4000, 2));
            let (x32, y32): (Vec<f32>, Vec<f32>) = x.iter().zip(&y).map(|(&x, &y)| (x as f32, y as f32)).unzip();
            let lanes = <Native as F64s>::LANES;
            let lanes32 = <NativeF32 as F32Bits>::LANES;
            $(
                let (loop64, loop32) = (apply(Unary::$f, Path::Simd, &x), apply(Unary::$f, Path::Simd, &x32));
                let singles = x.iter().map(|&x| one::wide::<f64, $K>(x)).collect::<Vec<_>>();
                same(stringify!($f), &singles, &loop64);
                same(stringify!($f), &wide(&[&x], lanes, |a| one::wide::<Native, $K>(a[0])), &loop64);
                let singles = x32.iter().map(|&x| one::narrow::<f32, $K>(x).into()).collect::<Vec<f64>>();
                same_f32(stringify!($f), &singles, &loop32);
                same_f32(stringify!($f), &narrow(&[&x32], lanes32, |a| one::narrow::<NativeF32, $K>(a[0])), &loop32);
            )*
            $(
                let loop64 = apply2(Binary::$f2, Path::Simd, &x, &y);
                let loop32 = apply2(Binary::$f2, Path::Simd, &x32, &y32);
                let singles = x.iter().zip(&y).map(|(&x, &y)| one::wide2::<f64, $K2>(x, y)).collect::<Vec<_>>();
                same(stringify!($f2), &singles, &loop64);
                same(stringify!($f2), &wide(&[&x, &y], lanes, |a| one::wide2::<Native, $K2>(a[0], a[1])), &loop64);
                let singles =
                    x32.iter().zip(&y32).map(|(&x, &y)| one::narrow2::<f32, $K2>(x, y).into()).collect::<Vec<f64>>();
                same_f32(stringify!($f2), &singles, &loop32);
                let vectors = narrow(&[&x32, &y32], lanes32, |a| one::narrow2::<NativeF32, $K2>(a[0], a[1]));
                same_f32(stringify!($f2), &vectors, &loop32);
            )*
            assert_eq!([$(stringify!($f)),*].len(), Unary::NAMES.len());
            assert_eq!([$(stringify!($f2)),*].len(), Binary::NAMES.len());
        }
    };
}

check!(
    Exp exp::Exp, Exp2 exp::Exp2, Expm1 exp::Expm1, Log log::Log, Log2 log::Log2, Log10 log::Log10, Log1p log::Log1p,
    Sin trig::Sin, Cos trig::Cos, Tan trig::Tan, Sinh hyperbolic::Sinh, Cosh hyperbolic::Cosh, Tanh hyperbolic::Tanh,
    Arctan arctan::Arctan, Cbrt roots::Cbrt;
    Power power::Power, Arctan2 arctan::Arctan2, Hypot roots::Hypot
);

fn wide<V: F64Bits>(x: &[&[f64]], lanes: usize, f: impl Fn(&[V]) -> V) -> Vec<f64> {
    let mut all = vec![0.0; x[0].len()];
    for at in (0..all.len()).step_by(lanes) {
        let operands = x.iter().map(|x| V::load(&x[at..])).collect::<Vec<_>>();
        f(&operands).store(&mut all[at..]);
    }
    all
}

fn narrow<V: F32Bits>(x: &[&[f32]], lanes: usize, f: impl Fn(&[V]) -> V) -> Vec<f64> {
    let mut all = vec![0.0; x[0].len()];
    for at in (0..all.len()).step_by(lanes) {
        let operands = x.iter().map(|x| V::load(&x[at..])).collect::<Vec<_>>();
        f(&operands).store(&mut all[at..]);
    }
    all.into_iter().map(f64::from).collect()
}

fn same(name: &str, got: &[f64], expected: &[f64]) {
    for (i, (got, expected)) in got.iter().zip(expected).enumerate() {
        // The sign of a NaN is nobody's.
        let equal = got.to_bits() == expected.to_bits() || (got.is_nan() && expected.is_nan());
        assert!(equal, "{name} of operand {i}: {got:e}, and {expected:e} in the loop");
    }
}

fn same_f32(name: &str, got: &[f64], expected: &[f32]) {
    same(name, got, &expected.iter().map(|&each| each.into()).collect::<Vec<f64>>());
}
