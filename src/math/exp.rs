//! `exp`, `exp2`, `expm1`: 2^(i/512) from a table times a short polynomial (Tang, "Table-driven
//! implementation of the exponential function in IEEE floating-point arithmetic", ACM TOMS 15, 1989).

use super::tables::{EXP, EXP_F32, EXPM1, LN2_512, LN2_DD, LN2_F32};
use super::{Kernel1, ONE_F32, SIGN, SIGN_F32, chain_f32, everywhere_f32, fast_two_sum, horner, two_sum};
use crate::simd::{F32Bits, F64Bits};

/// Adding it rounds to an integer, which then stands in the low bits.
const SHIFT: f64 = 6755399441055744.0; // 1.5 * 2^52

/// The table's part of exp(r + k ln(2) / 512), for k in the low bits of `shifted`: (scale, tail).
#[inline(always)]
fn lookup<V: F64Bits>(shifted: V) -> (V, V) {
    let [tail, head] = shifted.rows::<0, 2, 512>(&EXP);
    (head.int_add(shifted.shl::<43>()), tail)
}

/// exp(r) - 1 where |r| <= ln(2) / 1024: Taylor, to 2^-59 of 1.
#[inline(always)]
fn short<V: F64Bits>(r: V, tail: V) -> V {
    let c = V::splat;
    (r * r).madd(r.madd(r.madd(c(1.0 / 24.0), c(1.0 / 6.0)), c(0.5)), tail + r)
}

/// exp(x + lo) = scale * (1 + rest), for |x| < 746; past 708 the exponent of `scale` wraps, see [`rescaled`].
#[inline(always)]
pub fn parts<V: F64Bits>(x: V, lo: V) -> (V, V) {
    parts_with(x, x, |r| r + lo)
}

/// As [`parts`], of x and what `more` adds, which together are about `all`.
#[inline(always)]
pub fn parts_with<V: F64Bits>(all: V, x: V, more: impl Fn(V) -> V) -> (V, V) {
    let c = V::splat;
    let shifted = all.madd(c(512.0 * std::f64::consts::LOG2_E), c(SHIFT));
    let k = shifted - c(SHIFT);
    let r = more(k.nmadd(c(LN2_512[1]), k.nmadd(c(LN2_512[0]), x)));
    let (scale, tail) = lookup(shifted);
    (scale, short(r, tail))
}

/// scale * (1 + rest) * factor where `scale`, or the result, is out of range; `up` says on which side.
#[inline]
pub fn rescaled((scale, rest): (f64, f64), up: bool, factor: f64) -> f64 {
    let (by, back) = if up { (-4i64, 16.0) } else { (128, 2f64.powi(-128)) };
    let scale = f64::from_bits(scale.to_bits().wrapping_add((by << 52) as u64));
    (scale + scale * rest) * (back * factor)
}

/// exp(x + lo) where |x| >= 708.
pub fn beyond(x: f64, lo: f64) -> f64 {
    match x {
        _ if x.is_nan() => x + x,
        _ if x > 709.79 => f64::INFINITY,
        _ if x < -745.14 => 0.0,
        _ => rescaled(parts(x, lo), x > 0.0, 1.0),
    }
}

#[inline(always)]
fn within<V: F64Bits>(x: V, bound: f64) -> V {
    x.abs().lt(V::splat(bound))
}

/// exp(x) for results of 24 bits, |x| <= 200.
#[inline(always)]
pub fn narrow_exp<V: F64Bits>(x: V) -> V {
    let c = V::splat;
    let shifted = x * c(512.0 * std::f64::consts::LOG2_E) + c(SHIFT);
    let r = x - (shifted - c(SHIFT)) * c(std::f64::consts::LN_2 / 512.0);
    let (scale, _) = lookup(shifted);
    scale + scale * (r + r * r * c(0.5))
}

/// exp2(x) for results of 24 bits, |x| <= 300.
#[inline(always)]
fn narrow_exp2<V: F64Bits>(x: V) -> V {
    let c = V::splat;
    let (shifted, d) = Exp2::reduce(x);
    let (scale, _) = lookup(shifted);
    // Taylor in d ln(2).
    const LN2: f64 = std::f64::consts::LN_2;
    scale + scale * (d * (c(LN2) + d * c(LN2 * LN2 / 2.0)))
}

/// As [`SHIFT`], for f32.
pub(super) const SHIFT_F32: f32 = 12582912.0; // 1.5 * 2^23

/// exp(x) = scale * (1 + r + rest), |r| < 0.35, for |x| < 88.
#[inline(always)]
pub fn parts_f32<V: F32Bits>(x: V) -> (V, V, V) {
    let c = V::splat;
    let shifted = x * c(std::f32::consts::LOG2_E) + c(SHIFT_F32);
    let k = shifted - c(SHIFT_F32);
    let (less, tail) = (x - k * c(LN2_F32[0]), k * c(LN2_F32[1]));
    let r = less - tail;
    let square = r * r;
    let rest = ((less - r) - tail) + (square * c(0.5) + square * r * chain_f32(r, &EXP_F32));
    (shifted.shl::<23>().int_add(V::splat_bits(ONE_F32)), r, rest)
}

/// `exp`
pub struct Exp;
impl Kernel1 for Exp {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V) -> (V, V) {
        let (scale, rest) = parts(x, V::splat(0.0));
        (scale.madd(rest, scale), within(x, 708.0))
    }
    fn special(x: f64) -> f64 {
        beyond(x, 0.0)
    }
    #[inline(always)]
    fn narrow<V: F32Bits>(x: V) -> (V, V) {
        let c = V::splat;
        // Past it lie 0 and infinity.
        (V::narrow(narrow_exp(x.min(c(200.0)).max(c(-200.0)).widen())), everywhere_f32())
    }
}

/// `exp2`
pub struct Exp2;
impl Exp2 {
    /// x as an integer of 512ths in the low bits, and what is left of it.
    #[inline(always)]
    fn reduce<V: F64Bits>(x: V) -> (V, V) {
        // At a 512th of the magnitude the last bit is a 512th.
        let shift = V::splat(SHIFT / 512.0);
        let shifted = x + shift;
        (shifted, x - (shifted - shift))
    }
    #[inline(always)]
    fn parts<V: F64Bits>(x: V) -> (V, V) {
        let (shifted, d) = Exp2::reduce(x);
        let (scale, tail) = lookup(shifted);
        (scale, short(d * V::splat(LN2_DD[0]), tail + d * V::splat(LN2_DD[1])))
    }
}
impl Kernel1 for Exp2 {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V) -> (V, V) {
        let (scale, rest) = Exp2::parts(x);
        (scale + scale * rest, within(x, 1022.0))
    }
    fn special(x: f64) -> f64 {
        match x {
            _ if x.is_nan() => x + x,
            _ if x >= 1024.0 => f64::INFINITY,
            _ if x < -1075.0 => 0.0,
            _ => rescaled(Exp2::parts(x), x > 0.0, 1.0),
        }
    }
    #[inline(always)]
    fn narrow<V: F32Bits>(x: V) -> (V, V) {
        let c = V::splat;
        (V::narrow(narrow_exp2(x.min(c(300.0)).max(c(-300.0)).widen())), everywhere_f32())
    }
}

/// exp(x) - 1 as a head and a tail, not normalised, for |x| < 708.
#[inline(always)]
pub fn expm1_parts<V: F64Bits>(x: V) -> (V, V) {
    let c = V::splat;
    let (scale, rest) = parts(x, c(0.0));
    let (less, error) = two_sum(scale, c(-1.0));
    let (sum, error2) = two_sum(less, scale * rest);
    let x2 = x * x;
    let small = within(x, 0.3);
    let short = x2 * c(0.5) + x2 * x * horner(x, &EXPM1);
    (small.select(x, sum), small.select(short, error + error2))
}

/// `expm1`
pub struct Expm1;
impl Kernel1 for Expm1 {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V) -> (V, V) {
        let (head, tail) = expm1_parts(x);
        ((head + tail).or(x.and(V::splat_bits(SIGN))), within(x, 708.0))
    }
    fn special(x: f64) -> f64 {
        if x < 0.0 { -1.0 } else { beyond(x, 0.0) }
    }
    #[inline(always)]
    fn narrow<V: F32Bits>(x: V) -> (V, V) {
        let (scale, r, rest) = parts_f32(x);
        let less = scale - V::splat(1.0);
        let rounded = (scale - less) - V::splat(1.0);
        let (head, tail) = fast_two_sum(less, scale * r);
        let value = head + ((tail + rounded) + scale * rest);
        (value.or(x.and(V::splat_bits(SIGN_F32))), x.abs().lt(V::splat(88.0)))
    }
}
