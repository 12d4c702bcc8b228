//! `power`: exp(y log(x)), the logarithm in head and tail, to 2^-68 of itself.

use super::Kernel2;
use super::exp::{beyond, narrow_exp, parts};
use super::log::{self, Reduced, narrow_log, reduce};
use super::tables::{LN2, LOG_POW};
use super::horner;
use crate::simd::F64Bits;

/// log(x), head and tail, for x positive and normal; `exponent` adds to that of x.
#[inline(always)]
fn log_dd<V: F64Bits>(x: V, exponent: f64) -> (V, V) {
    let c = V::splat;
    let Reduced { k, log_c, r: (leading, rest) } = reduce(x);
    let k = k + c(exponent);
    let r = leading + rest;
    let base = k * c(LN2[0]) + log_c.0;
    let sum = base + r;
    // What rounding took from r, which the leading part and the rest still have.
    let rounded = (leading - r) + rest;
    let lo1 = k * c(LN2[1]) + log_c.1 + rounded;
    let lo2 = (base - sum) + r;
    // r^2 / 2: the leading part's square is exact.
    let half = c(-0.5) * r;
    let half_leading = c(-0.5) * leading;
    let square = leading * half_leading;
    let head = sum + square;
    let lo3 = rest * (half + half_leading);
    let lo4 = (sum - head) + square;
    let tail = lo1 + lo2 + lo3 + lo4 + r * r * r * horner(r, &LOG_POW);
    let total = head + tail;
    (total, (head - total) + tail)
}

/// y times a head and tail.
#[inline(always)]
fn times<V: F64Bits>(y: V, (head, tail): (V, V)) -> (V, V) {
    let mask = V::splat_bits(!0 << 27);
    let (y1, h1) = (y.and(mask), head.and(mask));
    let (y2, h2) = (y - y1, head - h1);
    (y1 * h1, y2 * h1 + y * (h2 + tail))
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

/// `power`
pub struct Power;
impl Kernel2 for Power {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V, y: V) -> (V, V) {
        let (head, tail) = times(y, log_dd(x, 0.0));
        let (scale, rest) = parts(head, tail);
        let usual = y.abs().lt(V::splat(LARGEST_Y)).and(head.abs().lt(V::splat(708.0)));
        (scale + scale * rest, log::ordinary(x).and(usual))
    }
    fn special(x: f64, y: f64) -> f64 {
        rules(x, y)
    }
    #[inline(always)]
    fn narrow<V: F64Bits>(x: V, y: V) -> (V, V) {
        let usual = y.abs().lt(V::splat(LARGEST_Y)).and(log::ordinary(x));
        (narrow_exp(y * narrow_log(x)), usual)
    }
}
