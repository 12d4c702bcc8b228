//! The elementary functions under C names, for compiled functions to import: `ferrodide_math_sin` of f64,
//! `..._f32`, `..._f64x2` and `..._f32x4`. WebAssembly alone needs them.

// To WebAssembly's own calling convention a vector is a value as any number is.
#![allow(improper_ctypes_definitions)]

use std::arch::wasm32::{f32x4_extract_lane, f32x4_splat, f64x2_extract_lane, f64x2_splat, v128};

use ferrodide::math::{apply, arctan, exp, hyperbolic, log, power, roots, trig};
use ferrodide::simd::{Native, NativeF32};

/// Of the functions that loops call most, f64 has a form of its own, which is quicker. Other numbers go through a
/// vector's lanes, of which the first one counts: the algorithm is there once, and not twice.
macro_rules! exported {
    ($of:ident $of_f32:ident $arguments:tt; $($K:ty: $double:ident $single:ident $doubles:ident $singles:ident $way:ident;)*) => {
        $(
            exported!(@lanes $doubles $arguments apply::$of::<Native, $K>);
            exported!(@lanes $singles $arguments apply::$of_f32::<NativeF32, $K>);
            exported!(@$way $double $arguments $doubles apply::$of::<f64, $K>);
            exported!(@number $single f32 $arguments $singles f32x4_splat f32x4_extract_lane);
        )*
    };
    (@own $name:ident ($($x:ident),*) $lanes:ident $apply:expr) => {
        /// The function of its name.
        #[unsafe(no_mangle)]
        extern "C" fn $name($($x: f64),*) -> f64 {
            $apply($($x),*)
        }
    };
    (@lane $name:ident $arguments:tt $lanes:ident $apply:expr) => {
        exported!(@number $name f64 $arguments $lanes f64x2_splat f64x2_extract_lane);
    };
    (@lanes $name:ident ($($x:ident),*) $apply:expr) => {
        /// The function of its name, of each lane.
        #[unsafe(no_mangle)]
        #[inline(never)]
        extern "C" fn $name($($x: v128),*) -> v128 {
            $apply($($x.into()),*).into()
        }
    };
    (@number $name:ident $T:tt ($($x:ident),*) $lanes:ident $splat:ident $first:ident) => {
        /// The function of its name.
        #[unsafe(no_mangle)]
        extern "C" fn $name($($x: $T),*) -> $T {
            $first::<0>($lanes($($splat($x)),*))
        }
    };
}

exported!(
    wide narrow (x);
    exp::Exp: ferrodide_math_exp ferrodide_math_exp_f32 ferrodide_math_exp_f64x2 ferrodide_math_exp_f32x4 own;
    exp::Exp2: ferrodide_math_exp2 ferrodide_math_exp2_f32 ferrodide_math_exp2_f64x2 ferrodide_math_exp2_f32x4 lane;
    exp::Expm1: ferrodide_math_expm1 ferrodide_math_expm1_f32 ferrodide_math_expm1_f64x2 ferrodide_math_expm1_f32x4 lane;
    log::Log: ferrodide_math_log ferrodide_math_log_f32 ferrodide_math_log_f64x2 ferrodide_math_log_f32x4 own;
    log::Log2: ferrodide_math_log2 ferrodide_math_log2_f32 ferrodide_math_log2_f64x2 ferrodide_math_log2_f32x4 lane;
    log::Log10: ferrodide_math_log10 ferrodide_math_log10_f32 ferrodide_math_log10_f64x2 ferrodide_math_log10_f32x4 lane;
    log::Log1p: ferrodide_math_log1p ferrodide_math_log1p_f32 ferrodide_math_log1p_f64x2 ferrodide_math_log1p_f32x4 lane;
    trig::Sin: ferrodide_math_sin ferrodide_math_sin_f32 ferrodide_math_sin_f64x2 ferrodide_math_sin_f32x4 own;
    trig::Cos: ferrodide_math_cos ferrodide_math_cos_f32 ferrodide_math_cos_f64x2 ferrodide_math_cos_f32x4 own;
    trig::Tan: ferrodide_math_tan ferrodide_math_tan_f32 ferrodide_math_tan_f64x2 ferrodide_math_tan_f32x4 own;
    hyperbolic::Sinh: ferrodide_math_sinh ferrodide_math_sinh_f32 ferrodide_math_sinh_f64x2 ferrodide_math_sinh_f32x4 lane;
    hyperbolic::Cosh: ferrodide_math_cosh ferrodide_math_cosh_f32 ferrodide_math_cosh_f64x2 ferrodide_math_cosh_f32x4 lane;
    hyperbolic::Tanh: ferrodide_math_tanh ferrodide_math_tanh_f32 ferrodide_math_tanh_f64x2 ferrodide_math_tanh_f32x4 own;
    arctan::Arctan: ferrodide_math_arctan ferrodide_math_arctan_f32 ferrodide_math_arctan_f64x2 ferrodide_math_arctan_f32x4 own;
    roots::Cbrt: ferrodide_math_cbrt ferrodide_math_cbrt_f32 ferrodide_math_cbrt_f64x2 ferrodide_math_cbrt_f32x4 lane;
);
exported!(
    wide2 narrow2 (x, y);
    power::Power: ferrodide_math_power ferrodide_math_power_f32 ferrodide_math_power_f64x2 ferrodide_math_power_f32x4 own;
    arctan::Arctan2: ferrodide_math_arctan2 ferrodide_math_arctan2_f32 ferrodide_math_arctan2_f64x2 ferrodide_math_arctan2_f32x4 own;
    roots::Hypot: ferrodide_math_hypot ferrodide_math_hypot_f32 ferrodide_math_hypot_f64x2 ferrodide_math_hypot_f32x4 own;
);
