//! `arctan`, `arctan2`: by the addition theorem to |t| <= tan(pi/8), then a polynomial (Moshier, Cephes, 1989).
//! The quotient t has a tail, which what is added to pi/4 or pi/2 needs.

use super::tables::{ARCTAN, ARCTAN_F32, PI_DD, PIO2_DD, PIO4, PIO4_3_DD, PIO4_DD};
use super::{
    Kernel1, Kernel2, SIGN, SIGN_F32, chain, chain_f32, divide, everywhere, everywhere_f32, fast_two_sum, two_sum,
};
use crate::simd::{F32Bits, F64Bits, F64s};

const TAN_PI_8: f64 = 0.4142135623730951;

/// arctan(y / x) = quarters * pi / 4 + arctan(over / under), the two with tails.
struct Turned<V> {
    quarters: V,
    over: (V, V),
    under: (V, V),
}

/// x and y at least 0, one of them positive: y / x, (y - x) / (y + x) or -x / y, by masks alone. `sum` takes the
/// parts of x first.
#[inline(always)]
fn turn<V: F64Bits>(y: V, x: V, sum: impl Fn(V, V) -> (V, V)) -> Turned<V> {
    let one = V::splat(1.0);
    let (not_flat, not_steep) = ((x * V::splat(TAN_PI_8)).lt(y), (y * V::splat(TAN_PI_8)).lt(x));
    Turned {
        quarters: (one - one.and(not_steep)) + one.and(not_flat),
        over: sum(V::splat(0.0) - x.and(not_flat), y.and(not_steep)),
        under: sum(x.and(not_steep), y.and(not_flat)),
    }
}

/// quarters * pi / 4 + arctan(head + tail), for a head of 26 bits.
#[inline(always)]
fn finish<V: F64Bits>(quarters: V, (head, tail): (V, V)) -> V {
    let t = head + tail;
    let z = t * t;
    let (sum, error) = fast_two_sum(quarters * V::splat(PIO4[0]), head);
    sum + (error + (quarters * V::splat(PIO4[1]) + (tail + t * z * chain(z, &ARCTAN))))
}

/// base * pi / 2 + arctan(t), for |t| <= 1, the last steps in f64.
#[inline(always)]
fn finish_f32<V: F32Bits>(base: V, t: V::Wide) -> V {
    let c = V::Wide::splat;
    let narrow = V::narrow(t);
    let rest = chain_f32(narrow * narrow, &ARCTAN_F32).widen();
    let z = t * t;
    V::narrow(base.widen() * c(PIO2_DD[0]) + (t + t * z * (c(-1.0 / 3.0) + z * rest)))
}

/// `arctan`
pub struct Arctan;
impl Kernel1 for Arctan {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V) -> (V, V) {
        // Past it the result is pi / 2.
        let size = x.abs().min(V::splat(1e18));
        // The faster sum is exact for x = 1, although the y that are added to it lie between tan(pi / 8) and its
        // inverse: 1 less the sum is a multiple of the sum's last bit, and below 4.
        let Turned { quarters, over, under } = turn(size, V::splat(1.0), fast_two_sum);
        (finish(quarters, divide(over, under)).or(x.and(V::splat_bits(SIGN))), everywhere())
    }
    fn special(x: f64) -> f64 {
        x
    }
    #[inline(always)]
    fn narrow<V: F32Bits>(x: V) -> (V, V) {
        let c = V::splat;
        let size = x.abs();
        let steep = c(1.0).lt(size);
        let t = steep.select(c(-1.0) / size, size);
        let value = finish_f32(steep.and(c(1.0)), t.widen());
        (value.or(x.and(V::splat_bits(SIGN_F32))), everywhere_f32())
    }
}

/// `arctan2`, of y and x.
pub struct Arctan2;
impl Kernel2 for Arctan2 {
    #[inline(always)]
    fn wide<V: F64Bits>(y: V, x: V) -> (V, V) {
        let (low, high) = (V::splat(2f64.powi(-400)), V::splat(2f64.powi(400)));
        let (up, across) = (y.abs(), x.abs());
        let good = low.lt(up.min(across)).and(up.max(across).lt(high));
        let Turned { quarters, over, under } = turn(up, across, two_sum);
        // In the other half plane pi less that.
        let left = x.lt(V::splat(0.0));
        let flip = left.and(V::splat_bits(SIGN));
        let (head, tail) = divide(over, under);
        let value = finish(left.and(V::splat(4.0)) + quarters.xor(flip), (head.xor(flip), tail.xor(flip)));
        (value.or(y.and(V::splat_bits(SIGN))), good)
    }
    /// Zeros, infinities and NaN as in C99's Annex F, and magnitudes that the quotient's tail needs scaled.
    fn special(y: f64, x: f64) -> f64 {
        if x.is_nan() || y.is_nan() {
            return x + y;
        }
        let (up, across) = (y.abs(), x.abs());
        let left = x.is_sign_negative();
        let size = if up == 0.0 || (across == f64::INFINITY && up < across) {
            if left { PI_DD[0] } else { 0.0 }
        } else if across == 0.0 || (up == f64::INFINITY && across < up) {
            PIO2_DD[0]
        } else if up == f64::INFINITY {
            if left { PIO4_3_DD[0] } else { PIO4_DD[0] }
        } else {
            // The greater to about 1. Where they lie far apart nothing that counts is lost below.
            let lift = if up.max(across) < 1e-250 { 2f64.powi(200) } else { 1.0 };
            let biased = (up.max(across) * lift).to_bits() >> 52;
            let scale = |v: f64| v * lift * f64::from_bits(2045u64.saturating_sub(biased).max(1) << 52);
            let (scaled_up, scaled_across) = (scale(up), scale(across));
            let low = 2f64.powi(-400);
            if scaled_up < low && !left {
                // It is its own tangent, and may be subnormal.
                return (up / across).copysign(y);
            } else if scaled_up < low {
                PI_DD[0]
            } else if scaled_across < low {
                PIO2_DD[0]
            } else {
                Arctan2::wide(scaled_up, scaled_across.copysign(x)).0
            }
        };
        size.copysign(y)
    }
    #[inline(always)]
    fn narrow<V: F32Bits>(y: V, x: V) -> (V, V) {
        let c = V::splat;
        let sign = V::splat_bits(SIGN_F32);
        let (up, across) = (y.abs(), x.abs());
        let (steep, left) = (across.lt(up), x.lt(c(0.0)));
        // The sign of what is added to 0, pi / 2 or pi.
        let over = up.min(across).xor(steep.xor(left).and(sign));
        let under = up.max(across);
        let base = steep.select(c(1.0), left.and(c(2.0)));
        let value = finish_f32(base, over.widen() / under.widen());
        let good = c(0.0).lt(under).and(up.lt(c(f32::MAX))).and(across.lt(c(f32::MAX)));
        (value.or(y.and(sign)), good)
    }
}
