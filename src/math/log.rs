//! `log`, `log2`, `log10`, `log1p`: x = 2^k (1 + f), and log(1 + f) = 2 artanh(s) of s = f / (2 + f)
//! (Ng, "log", FreeBSD's msun, 1993); the logarithm for `power` is in [`super::power`].

use super::tables::{
    LN2, LN2_F32, LOG_OFF, LOG_S, LOG_S_F32, LOG2, LOG2_R, LOG2E_10, LOG2E_DD, LOG2E_F32, LOG10_2, LOG10_2_F32,
    LOG10E_DD, LOG10E_F32,
};
use super::{Kernel1, SIGN, SIGN_F32, chain, chain_f32, horner, two_sum};
use crate::simd::{F32Bits, F64Bits};

const HALF_SQRT2: u64 = std::f64::consts::FRAC_1_SQRT_2.to_bits();

/// log(1 + f) = f - (half - more).
#[inline(always)]
fn series<V: F64Bits>(f: V) -> (V, V) {
    let c = V::splat;
    let s = f / (f + c(2.0));
    let z = s * s;
    let half = c(0.5) * f * f;
    (half, s * z.madd(horner(z, &LOG_S), half))
}

/// (k, f) of x, positive and normal.
#[inline(always)]
fn split<V: F64Bits>(x: V) -> (V, V) {
    let b = V::splat_bits;
    let t = x.int_sub(b(HALF_SQRT2));
    // The exponent has 12 bits and a sign; with that turned it is 2048 more.
    let k = t.shr::<52>().xor(b(0x433 << 52 | 0x800)) - V::splat(4503599627370496.0 + 2048.0);
    (k, x.int_sub(t.and(b(0xfff << 52))) - V::splat(1.0))
}

/// x = 2^k z, and what a table says of a c near z.
pub struct Reduced<V> {
    /// The exponent.
    pub k: V,
    /// The significand.
    pub z: V,
    /// 1 / c.
    pub inverse: V,
    /// The logarithm of c, head and tail.
    pub row: [V; 2],
}

impl<V: F64Bits> Reduced<V> {
    /// Of x, positive and normal.
    #[inline(always)]
    pub fn of(x: V, table: &[[u64; 4]; 256]) -> Self {
        let b = V::splat_bits;
        let t = x.int_sub(b(LOG_OFF));
        let [inverse, head, tail, _] = t.rows::<44, 4, 256>(table);
        Reduced { k: t.exponent(), z: x.int_sub(t.and(b(0xfff << 52))), inverse, row: [head, tail] }
    }
}

/// z / c - 1, in two parts: from the 23 leading bits of z, which is exact as 1/c has 9, and from the others.
#[inline(always)]
pub fn split_product<V: F64Bits>(z: V, inverse: V) -> (V, V) {
    let b = V::splat_bits;
    let leading = z.int_add(b(1 << 29)).and(b(!0 << 30));
    (leading.madd(inverse, V::splat(-1.0)), (z - leading) * inverse)
}

/// log(2^k (1 + f)) + left, as f - s (f - ...): less work than [`series`], to 0.9 ulp.
#[inline(always)]
fn natural<V: F64Bits>((k, f): (V, V), left: V) -> V {
    let c = V::splat;
    let s = f / (f + c(2.0));
    let z = s * s;
    k.madd(c(LN2[0]), f + s.nmadd(z.nmadd(horner(z, &LOG_S), f), k.madd(c(LN2[1]), left)))
}

/// (k, f) of x, positive and normal.
#[inline(always)]
pub fn split_f32<V: F32Bits>(x: V) -> (V, V) {
    let t = x.int_sub(V::splat_bits(std::f32::consts::FRAC_1_SQRT_2.to_bits()));
    let power = t.and(V::splat_bits(0xff80_0000));
    (t.shr::<23>().of_int(), x.int_sub(power) - V::splat(1.0))
}

/// log(1 + f) = f - (half - more).
#[inline(always)]
fn series_f32<V: F32Bits>(f: V) -> (V, V) {
    let s = f / (f + V::splat(2.0));
    let z = s * s;
    let half = V::splat(0.5) * f * f;
    (half, s * z.madd(chain_f32(z, &LOG_S_F32), half))
}

/// k ln(2) + log(1 + f) + left
#[inline(always)]
fn natural_f32<V: F32Bits>((k, f): (V, V), left: V) -> V {
    let (half, more) = series_f32(f);
    k.madd(V::splat(LN2_F32[0]), f - (half - (more + k.madd(V::splat(LN2_F32[1]), left))))
}

/// The logarithm of what is not positive, normal and finite; `of` takes k and f.
#[inline]
fn special(x: f64, of: impl Fn((f64, f64)) -> f64) -> f64 {
    match x {
        _ if x == 0.0 => f64::NEG_INFINITY,
        _ if x < 0.0 => f64::NAN,
        _ if x < f64::MIN_POSITIVE => {
            let (k, f) = split(x * 18014398509481984.0);
            of((k - 54.0, f))
        }
        _ if x < f64::INFINITY => of(split(x)),
        _ => x + x,
    }
}

/// Whether each lane lies between the smallest normal and the greatest number. (To compare with a
/// subnormal or with infinity takes longer.)
#[inline(always)]
pub fn ordinary<V: F64Bits>(x: V) -> V {
    x.lt(V::splat(f64::MAX)).and(V::splat(f64::MIN_POSITIVE).lt(x))
}

/// As [`ordinary`].
#[inline(always)]
pub fn ordinary_f32<V: F32Bits>(x: V) -> V {
    x.lt(V::splat(f32::MAX)).and(V::splat(f32::MIN_POSITIVE).lt(x))
}

/// `log`
pub struct Log;
impl Kernel1 for Log {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V) -> (V, V) {
        (natural(split(x), V::splat(-0.0)), ordinary(x))
    }
    fn special(x: f64) -> f64 {
        special(x, |parts| natural(parts, 0.0))
    }
    #[inline(always)]
    fn narrow<V: F32Bits>(x: V) -> (V, V) {
        (natural_f32(split_f32(x), V::splat(0.0)), ordinary_f32(x))
    }
}

/// k * unit + log(1 + f) * factor, the factor's head having 21 bits. The larger part comes last, and is at
/// least twice the other, or 0.
#[inline(always)]
fn based<V: F64Bits>((k, f): (V, V), unit: [f64; 2], factor: [f64; 2]) -> V {
    let c = V::splat;
    let (half, more) = series(f);
    // 32 bits of it, so that the product with the factor's head is exact, which fused it is anyway.
    let head = if V::FUSED { f - half } else { (f - half).and(V::splat_bits(!0 << 32)) };
    let tail = (f - head) - half + more;
    // The tail is not small beside the head where `more` is not: the factor's tail counts with both.
    let rest = (tail + head).madd(c(factor[1]), tail * c(factor[0]));
    let rest = if unit[1] == 0.0 { rest } else { k.madd(c(unit[1]), rest) };
    k.madd(c(unit[0]), head.madd(c(factor[0]), rest))
}

/// As [`based`], the factor's head having 12 bits.
#[inline(always)]
fn based_f32<V: F32Bits>(x: V, unit: [f32; 2], factor: [f32; 2]) -> V {
    let c = V::splat;
    let (k, f) = split_f32(x);
    let (half, more) = series_f32(f);
    let head = if V::FUSED { f - half } else { (f - half).and(V::splat_bits(!0 << 12)) };
    let tail = (f - head) - half + more;
    let rest = (tail + head).madd(c(factor[1]), tail * c(factor[0]));
    let rest = if unit[1] == 0.0 { rest } else { k.madd(c(unit[1]), rest) };
    k.madd(c(unit[0]), head.madd(c(factor[0]), rest))
}

macro_rules! based_log {
    ($Name:ident, $doc:literal, $unit:expr, $factor:expr, $narrow_unit:expr, $narrow_factor:expr) => {
        #[doc = $doc]
        pub struct $Name;
        impl Kernel1 for $Name {
            #[inline(always)]
            fn wide<V: F64Bits>(x: V) -> (V, V) {
                (based(split(x), $unit, $factor), ordinary(x))
            }
            fn special(x: f64) -> f64 {
                special(x, |parts| based(parts, $unit, $factor))
            }
            #[inline(always)]
            fn narrow<V: F32Bits>(x: V) -> (V, V) {
                (based_f32(x, $narrow_unit, $narrow_factor), ordinary_f32(x))
            }
        }
    };
}
based_log!(Log10, "`log10`", LOG10_2, LOG10E_DD, LOG10_2_F32, LOG10E_F32);

/// log2(x), x positive and normal, as k + log2(c) + log2(1 + r) of x = 2^k c (1 + r).
#[inline(always)]
fn log2_by_table<V: F64Bits>(x: V) -> V {
    let c = V::splat;
    let Reduced { k, inverse, z, row: [head, tail] } = Reduced::of(x, &LOG2);
    let (leading, rest) = split_product(z, inverse);
    let r = leading + rest;
    // Exact: of as few digits behind the point as the table's heads.
    let sum = leading.madd(c(LOG2E_10[0]), k + head);
    let less = (r * r).madd(chain(r, &LOG2_R), r.madd(c(LOG2E_10[1]), tail));
    sum + rest.madd(c(LOG2E_10[0]), less)
}

/// `log2`
pub struct Log2;
impl Kernel1 for Log2 {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V) -> (V, V) {
        // By the table it takes a fourth less where products and sums are one, and not where they are two.
        let log = if V::FUSED { log2_by_table(x) } else { based(split(x), [1.0, 0.0], LOG2E_DD) };
        (log, ordinary(x))
    }
    fn special(x: f64) -> f64 {
        special(x, |parts| based(parts, [1.0, 0.0], LOG2E_DD))
    }
    #[inline(always)]
    fn narrow<V: F32Bits>(x: V) -> (V, V) {
        (based_f32(x, [1.0, 0.0], LOG2E_F32), ordinary_f32(x))
    }
}

/// `log1p`
pub struct Log1p;
impl Kernel1 for Log1p {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V) -> (V, V) {
        let c = V::splat;
        let (sum, error) = two_sum(x, c(1.0));
        // What rounding took from 1 + x, over it.
        let log = natural(split(sum), error / sum);
        (log.or(x.and(V::splat_bits(SIGN))), x.lt(c(1e300)).and(c(-1.0).lt(x)))
    }
    fn special(x: f64) -> f64 {
        special(1.0 + x, |parts| natural(parts, 0.0))
    }
    #[inline(always)]
    fn narrow<V: F32Bits>(x: V) -> (V, V) {
        let c = V::splat;
        let (sum, error) = two_sum(x, c(1.0));
        let log = natural_f32(split_f32(sum), error / sum);
        (log.or(x.and(V::splat_bits(SIGN_F32))), x.lt(c(1e37)).and(c(-1.0).lt(x)))
    }
}
