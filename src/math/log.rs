//! `log`, `log2`, `log10`, `log1p`: log(z) = log(c) + log(1 + r) with r = z/c - 1 small and 1/c, of few
//! bits, from a table (Tang, "Table-driven implementation of the logarithm function in IEEE
//! floating-point arithmetic", ACM TOMS 16, 1990). 1 has c = 1, so that nothing cancels beside it.

use super::tables::{LN2, LOG, LOG_OFF, LOG_POLY, LOG_TAIL, LOG2E_DD, LOG10_2, LOG10E_DD};
use super::{Kernel1, ONE, SIGN, horner, two_sum};
use crate::simd::F64Bits;

const EXPONENT: u64 = 0x7ff << 52;
const NORMAL: f64 = f64::MIN_POSITIVE;

/// x = 2^k c (1 + r + rest).
pub struct Reduced<V> {
    /// The exponent.
    pub k: V,
    /// log(c), head and tail.
    pub log_c: (V, V),
    /// The parts of r from the leading bits of x, exact, and from the others.
    pub r: (V, V),
}

/// x + correction, x positive and normal, |correction| <= ulp(x) / 2.
#[inline(always)]
fn reduce_corrected<V: F64Bits>(x: V, correction: Option<V>) -> Reduced<V> {
    let b = V::splat_bits;
    let t = x.int_add(b(ONE - LOG_OFF));
    let power = t.and(b(EXPONENT));
    let index = t.shr::<45>();
    let biased = t.shr::<52>().or(b(0x433 << 52));
    let k = biased - V::splat(4503599627370496.0 + 1023.0);
    let z = x.int_sub(power).int_add(b(ONE));
    let (inverse, head) = index.rows(&LOG);
    let (tail, _) = index.rows(&LOG_TAIL);
    // 21 bits times 11: the product is exact, and so is what is left of 1.
    let leading = z.int_add(b(1 << 31)).and(b(!0 << 32));
    let mut rest = z - leading;
    if let Some(correction) = correction {
        rest = rest + correction * b(2 * ONE).int_sub(power);
    }
    Reduced { k, log_c: (head, tail), r: (leading * inverse - V::splat(1.0), rest * inverse) }
}

/// x positive and normal.
#[inline(always)]
pub fn reduce<V: F64Bits>(x: V) -> Reduced<V> {
    reduce_corrected(x, None)
}

/// log(x) of a [`Reduced`] x; `exponent` adds to k.
#[inline(always)]
fn natural<V: F64Bits>(x: Reduced<V>, exponent: f64) -> V {
    let c = V::splat;
    let k = x.k + c(exponent);
    let (head, tail) = log_head(&x, k * c(LN2[0]) + x.log_c.0);
    head + (tail + k * c(LN2[1]))
}

/// `base` + r + log(c)'s tail + the polynomial, as head and tail. |base| is 0 or larger than |r|.
#[inline(always)]
fn log_head<V: F64Bits>(x: &Reduced<V>, base: V) -> (V, V) {
    let c = V::splat;
    let r = x.r.0 + x.r.1;
    let rounded = (x.r.0 - r) + x.r.1;
    let head = base + r;
    let rest = (base - head) + r + (x.log_c.1 + rounded);
    let r2 = r * r;
    (head, rest + r2 * (r * horner(r, &LOG_POLY) - c(0.5)))
}

/// log(x) to 24 bits and more, for x positive.
#[inline(always)]
pub fn narrow_log<V: F64Bits>(x: V) -> V {
    let c = V::splat;
    let Reduced { k, log_c, r } = reduce(x);
    let r = r.0 + r.1;
    let series = c(1.0 / 3.0) + r * (c(-0.25) + r * c(0.2));
    (k * c(LN2[0]) + log_c.0) + (r + r * r * (r * series - c(0.5)))
}

/// The logarithm of what is not positive, normal and finite; `of` takes a normal and an exponent to add.
#[inline]
fn special(x: f64, of: impl Fn(f64, f64) -> f64) -> f64 {
    match x {
        _ if x == 0.0 => f64::NEG_INFINITY,
        _ if x < 0.0 => f64::NAN,
        _ if x < NORMAL => of(x * 18014398509481984.0, -54.0),
        _ if x < f64::INFINITY => of(x, 0.0),
        _ => x + x,
    }
}

/// Whether each lane is finite and above the smallest normal. (A subnormal to compare with would cost an assist.)
#[inline(always)]
pub fn ordinary<V: F64Bits>(x: V) -> V {
    x.lt(V::splat(f64::INFINITY)).and(V::splat(NORMAL).lt(x))
}

/// `log`
pub struct Log;
impl Kernel1 for Log {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V) -> (V, V) {
        (natural(reduce(x), 0.0), ordinary(x))
    }
    fn special(x: f64) -> f64 {
        special(x, |x, exponent| natural(reduce(x), exponent))
    }
    #[inline(always)]
    fn narrow<V: F64Bits>(x: V) -> (V, V) {
        (narrow_log(x), ordinary(x))
    }
}

/// k * unit + log(x / 2^k) * factor, the factor's head having 27 bits.
#[inline(always)]
fn based<V: F64Bits>(x: V, exponent: f64, unit: [f64; 2], factor: [f64; 2]) -> V {
    let c = V::splat;
    let x = reduce(x);
    let k = x.k + c(exponent);
    let (head, tail) = log_head(&x, x.log_c.0);
    let sum = head + tail;
    let tail = (head - sum) + tail;
    let leading = sum.and(V::splat_bits(!0 << 27));
    let product = leading * c(factor[0]);
    let rest = (sum - leading + tail) * c(factor[0]) + sum * c(factor[1]);
    let whole = k * c(unit[0]);
    let total = whole + product;
    total + ((whole - total) + product + (rest + k * c(unit[1])))
}

macro_rules! based_log {
    ($Name:ident, $doc:literal, $unit:expr, $factor:expr, $narrow:expr) => {
        #[doc = $doc]
        pub struct $Name;
        impl Kernel1 for $Name {
            #[inline(always)]
            fn wide<V: F64Bits>(x: V) -> (V, V) {
                (based(x, 0.0, $unit, $factor), ordinary(x))
            }
            fn special(x: f64) -> f64 {
                special(x, |x, exponent| based(x, exponent, $unit, $factor))
            }
            #[inline(always)]
            fn narrow<V: F64Bits>(x: V) -> (V, V) {
                (narrow_log(x) * V::splat($narrow), ordinary(x))
            }
        }
    };
}
based_log!(Log2, "`log2`", [1.0, 0.0], LOG2E_DD, std::f64::consts::LOG2_E);
based_log!(Log10, "`log10`", LOG10_2, LOG10E_DD, std::f64::consts::LOG10_E);

/// `log1p`
pub struct Log1p;
impl Kernel1 for Log1p {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V) -> (V, V) {
        let (sum, error) = two_sum(x, V::splat(1.0));
        let log = natural(reduce_corrected(sum, Some(error)), 0.0);
        (log.or(x.and(V::splat_bits(SIGN))), x.lt(V::splat(1e300)).and(V::splat(-1.0).lt(x)))
    }
    fn special(x: f64) -> f64 {
        special(1.0 + x, |x, exponent| natural(reduce(x), exponent))
    }
    #[inline(always)]
    fn narrow<V: F64Bits>(x: V) -> (V, V) {
        let c = V::splat;
        let near = x.abs().lt(c(2f64.powi(-12)));
        let short = x - x * x * (c(0.5) - x * c(1.0 / 3.0));
        let sum = x + c(1.0);
        (near.select(short, narrow_log(sum)), ordinary(sum))
    }
}
