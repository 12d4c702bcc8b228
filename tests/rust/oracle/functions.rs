//! The functions of one number by name: exactly, and by the platform.

use ferrodide::math::Unary;

use super::{Dd, Scaled};

/// The result to many more bits than an f64 has, inside [`domain`].
pub fn exact(f: Unary, x: f64) -> Scaled {
    match f {
        Unary::Exp => super::exp(Dd::of(x)),
        Unary::Exp2 => super::exp2(x),
        Unary::Expm1 => super::expm1(x),
        Unary::Log => super::log(x).into(),
        Unary::Log2 => super::log2(x).into(),
        Unary::Log10 => super::log10(x).into(),
        Unary::Log1p => super::log1p(x).into(),
        Unary::Sin => super::sin_cos(x).0.into(),
        Unary::Cos => super::sin_cos(x).1.into(),
        Unary::Tan => {
            let (s, c) = super::sin_cos(x);
            (s / c).into()
        }
        Unary::Sinh => super::sinh(x),
        Unary::Cosh => super::cosh(x),
        Unary::Tanh => super::tanh(x).into(),
        Unary::Arctan => super::arctan(x).into(),
        Unary::Cbrt => super::cbrt(x),
    }
}

/// The platform's f64 result: half an ulp of f32 has 2^28 of its ulps, so that its own error does not show.
pub fn platform(f: Unary, x: f64) -> f64 {
    match f {
        Unary::Exp => x.exp(),
        Unary::Exp2 => x.exp2(),
        Unary::Expm1 => x.exp_m1(),
        Unary::Log => x.ln(),
        Unary::Log2 => x.log2(),
        Unary::Log10 => x.log10(),
        Unary::Log1p => x.ln_1p(),
        Unary::Sin => x.sin(),
        Unary::Cos => x.cos(),
        Unary::Tan => x.tan(),
        Unary::Sinh => x.sinh(),
        Unary::Cosh => x.cosh(),
        Unary::Tanh => x.tanh(),
        Unary::Arctan => x.atan(),
        Unary::Cbrt => x.cbrt(),
    }
}

/// Where a function is finite, and [`exact`] holds.
pub fn domain(f: Unary) -> (f64, f64) {
    match f {
        Unary::Exp => (-745.2, 709.8),
        Unary::Exp2 => (-1075.1, 1024.0),
        Unary::Expm1 => (-745.0, 709.8),
        Unary::Log | Unary::Log2 | Unary::Log10 => (0.0, f64::MAX),
        Unary::Log1p => (-1.0, f64::MAX),
        Unary::Sinh | Unary::Cosh => (-710.5, 710.5),
        _ => (-f64::MAX, f64::MAX),
    }
}
