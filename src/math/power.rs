//! `power`: exp(y log(x)), the logarithm in head and tail. It is off by 2^-68, and near 1 by up to 2^-61 of itself: more
//! digits of its square term would be a tenth of the work.

use super::exp::{SHIFT_F32, beyond, parts, parts_with};
use super::log::{self, Reduced, split_f32, split_product};
use super::tables::{EXP2_F32, LN2, LOG, LOG_POW, LOG2_S_F32, LOG2E_2_F32};
use super::{Kernel2, ONE_F32, chain, chain_f32, fast_two_sum};
use crate::simd::{F32Bits, F64Bits};

/// log(x), head and tail, for x positive and normal; `extra` adds to its exponent. The tail is up to a 300th of the head;
/// not fused up to 2^-26 of it, and the head has 26 bits.
#[inline(always)]
fn log_dd<V: F64Bits>(x: V, extra: f64) -> (V, V) {
    let c = V::splat;
    let b = V::splat_bits;
    let Reduced { k, z, inverse, row: [log_c, tail] } = Reduced::of(x, &LOG);
    let k = if extra == 0.0 { k } else { k + c(extra) };
    let base = k.madd(c(LN2[0]), log_c);
    let small = k.madd(c(LN2[1]), tail);
    // (log(1 + r) - r) / r^2
    let curve = |r: V| r.madd(chain(r, &LOG_POW), c(-0.5));
    if V::FUSED {
        // Exact, as 1 / c has 9 bits.
        let r = z.madd(inverse, c(-1.0));
        let head = base + r;
        let lost = (base - head) + r;
        return (head, (r * r).madd(curve(r), lost + small));
    }
    let (leading, rest) = split_product(z, inverse);
    let r = leading + rest;
    // Exact: of as few digits behind the point as the table's heads.
    let sum = base + leading;
    let curved = r * r * curve(r);
    let head = (sum + rest + curved).and(b(!0 << 27));
    (head, ((sum - head) + rest) + (curved + small))
}

/// y times a head of 26 bits, which makes an exact product with its leading ones, and a tail.
#[inline(always)]
fn times<V: F64Bits>(y: V, (head, tail): (V, V)) -> (V, V) {
    let y1 = y.and(V::splat_bits(!0 << 27));
    (y1 * head, (y - y1) * head + y * tail)
}

const LARGEST_Y: f64 = 18446744073709551616.0;

/// The rules of C99's Annex F, and what overflows, underflows or starts subnormal.
fn rules(x: f64, y: f64) -> f64 {
    if y == 0.0 || x == 1.0 {
        return 1.0;
    }
    if x.is_nan() || y.is_nan() {
        return x + y;
    }
    let size = x.abs();
    let grows = (size > 1.0) == (y > 0.0);
    // From 2^53 on every number is even.
    let odd = y.abs() < 9007199254740992.0 && (y as i64) as f64 == y && (y as i64) & 1 == 1;
    let whole = y.abs() >= 9007199254740992.0 || (y as i64) as f64 == y;
    let sign = if x.is_sign_negative() && odd { -1.0 } else { 1.0 };
    let limit = if grows { f64::INFINITY } else { 0.0 };
    if size == 0.0 || size == f64::INFINITY {
        return sign * limit;
    }
    if y.is_infinite() {
        return if size == 1.0 { 1.0 } else { limit };
    }
    if x < 0.0 && !whole {
        return f64::NAN;
    }
    if size == 1.0 {
        return sign;
    }
    if y.abs() >= LARGEST_Y {
        return limit;
    }
    let log = if size < f64::MIN_POSITIVE { log_dd(size * 18014398509481984.0, -54.0) } else { log_dd(size, 0.0) };
    let (head, tail) = times(y, log);
    if head.abs() < 708.0 {
        let (scale, rest) = parts(head, tail);
        return sign * (scale + scale * rest);
    }
    sign * beyond(head, tail)
}

/// log2(x), head and tail, to 2^-31 of itself, for x positive and normal: k + s (2 / ln(2) + s^2 (...)), of
/// s = f / (2 + f) in head and tail.
#[inline(always)]
fn log2_f32<V: F32Bits>(x: V) -> (V, V) {
    let c = V::splat;
    let mask = V::splat_bits(!0 << 12);
    let (k, f) = split_f32(x);
    let under = f + c(2.0);
    let inverse = c(1.0) / under;
    let s = f * inverse;
    // Products of 12 bits by 12 are exact.
    let (s1, under1) = (s.and(mask), under.and(mask));
    let under2 = f - (under1 - c(2.0));
    let s2 = ((f - s1 * under1) - s1 * under2) * inverse;
    let s = s1 + s2;
    let z = s * s;
    let more = c(LOG2E_2_F32[1]) + z * chain_f32(z, &LOG2_S_F32);
    let (head, tail) = fast_two_sum(k, s1 * c(LOG2E_2_F32[0]));
    fast_two_sum(head, tail + (s2 * c(LOG2E_2_F32[0]) + s * more))
}

/// `power`
pub struct Power;
impl Kernel2 for Power {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V, y: V) -> (V, V) {
        let log = log_dd(x, 0.0);
        let (head, (scale, rest)) = if V::FUSED {
            let head = y * log.0;
            // What rounding took from it, with its sign turned.
            let lost = y.nmadd(log.0, head);
            let all = y.madd(log.1, head);
            (all, parts_with(all, head, |r| y.madd(log.1, r - lost)))
        } else {
            let (head, tail) = times(y, log);
            (head, parts(head, tail))
        };
        let usual = head.abs().lt(V::splat(708.0));
        (scale.madd(rest, scale), log::ordinary(x).and(usual))
    }
    fn special(x: f64, y: f64) -> f64 {
        rules(x, y)
    }
    #[inline(always)]
    fn narrow<V: F32Bits>(x: V, y: V) -> (V, V) {
        let c = V::splat;
        // Products of 12 bits by 12 are exact.
        let mask = V::splat_bits(!0 << 12);
        let (head, tail) = log2_f32(x);
        let (y1, head1) = (y.and(mask), head.and(mask));
        let leading = y1 * head1;
        let rest = (y - y1) * head + (y1 * (head - head1) + y * tail);
        let exponent = leading + rest;
        let shifted = exponent + c(SHIFT_F32);
        let d = (leading - (shifted - c(SHIFT_F32))) + rest;
        let scale = shifted.shl::<23>().int_add(V::splat_bits(ONE_F32));
        let value = scale + scale * (d * chain_f32(d, &EXP2_F32));
        // The logarithm's error counts as many times: 3 ulp there.
        (value, log::ordinary_f32(x).and(exponent.abs().lt(c(100.0))))
    }
}
