//! `cbrt`, `hypot`.

use super::tables::CBRT;
use super::{Kernel1, Kernel2, SIGN, SIGN_F32, horner, two_prod};
use crate::simd::{F32Bits, F64Bits, F64s};

/// 2^23 and the 23 leading bits of what a third of x's is taken from.
const START_F32: f32 = 8388608.0 + 0x54a21d as f32;

/// |x| = z 2^(3q), 1/2 <= z < 4, and q as a number to add to an exponent.
#[inline(always)]
fn thirds<V: F64Bits>(x: V) -> (V, V) {
    let c = V::splat;
    let b = V::splat_bits;
    let shift = c(6755399441055744.0);
    let exponent = x.and(b(0x7ff << 52)).shr::<52>().or(b(0x433 << 52)) - c(4503599627370496.0 + 1023.0);
    let q = exponent * c(1.0 / 3.0) + shift;
    let z = x.and(b(!SIGN)).int_sub(q.int_add(q.shl::<1>()).shl::<52>());
    (z, q.shl::<52>())
}

/// z^(-1/3) to 2^-33: a polynomial to 1.5%, then (1 - e)^(-1/3) as a series of what is missing.
#[inline(always)]
fn inverse_cbrt<V: F64Bits>(z: V) -> V {
    let c = V::splat;
    let r = horner(z, &CBRT);
    let e = c(1.0) - z * r * (r * r);
    let e2 = e * e;
    let series = (c(1.0 / 3.0) + c(2.0 / 9.0) * e) + e2 * (c(14.0 / 81.0) + c(35.0 / 243.0) * e);
    r + r * e * series
}

#[inline(always)]
fn rejoin<V: F64Bits>(x: V, root: V, q: V) -> V {
    root.int_add(q).or(x.and(V::splat_bits(SIGN)))
}

#[inline(always)]
fn usual<V: F64Bits>(x: V) -> V {
    super::log::ordinary(x.abs())
}

/// `cbrt`
pub struct Cbrt;
impl Kernel1 for Cbrt {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V) -> (V, V) {
        let c = V::splat;
        let mask = V::splat_bits(!0 << 27);
        let (z, q) = thirds(x);
        let r = inverse_cbrt(z);
        // 26 bits of the root, whose cube has a residual without error.
        let root = (z * r * r).and(mask);
        let square = root * root;
        let head = square.and(mask);
        let residual = (z - head * root) - (square - head) * root;
        let step = residual * (r * r) * c(1.0 / 3.0);
        (rejoin(x, root + (step + step * step * r), q), usual(x))
    }
    fn special(x: f64) -> f64 {
        if x == 0.0 || !x.is_finite() {
            return x + x;
        }
        match x.abs() < 1.0 {
            true => Cbrt::wide(x * 2f64.powi(54)).0 * 2f64.powi(-18),
            false => Cbrt::wide(x).0,
        }
    }
    #[inline(always)]
    fn narrow<V: F32Bits>(x: V) -> (V, V) {
        let c = V::splat;
        let size = x.abs();
        // x^(-1/3) to 3.5%: a third off the bits, exponent and significand alike (Kahan, 1986). The 23 leading
        // ones are taken as a number, and stand at the end of 2^23 + that third.
        let third = c(START_F32) - size.shr::<8>().of_int() * c(1.0 / 3.0);
        let r = third.shl::<8>();
        // (1 - e)^(-1/3) as a series.
        let e = c(1.0) - size * r * (r * r);
        let series = c(1.0 / 3.0) + e * (c(2.0 / 9.0) + e * c(14.0 / 81.0));
        let r = r + r * (e * series);
        // 12 bits of the root, whose cube has a residual without error.
        let mask = V::splat_bits(!0 << 12);
        let square = r * r;
        let root = (size * square).int_add(V::splat_bits(1 << 11)).and(mask);
        let whole = root * root;
        let head = whole.and(mask);
        let residual = (size - head * root) - (whole - head) * root;
        let step = residual * (square * c(1.0 / 3.0));
        let value = root + (step + step * step * r);
        // Where the residual does not underflow.
        let good = size.lt(c(f32::MAX)).and(c(2f32.powi(-100)).lt(size).or(size.same(c(0.0))));
        (value.or(x.and(V::splat_bits(SIGN_F32))), good)
    }
}

/// `hypot`
pub struct Hypot;
impl Hypot {
    /// sqrt(x^2 + y^2), the squares and the root's residual without error.
    #[inline(always)]
    fn root<V: F64Bits>(large: V, small: V) -> V {
        let (p, s) = (two_prod(large, large), two_prod(small, small));
        let sum = p.0 + s.0;
        let rest = ((p.0 - sum) + s.0) + (p.1 + s.1);
        let root = sum.sqrt();
        let square = two_prod(root, root);
        root + (((sum - square.0) - square.1) + rest) / (root + root)
    }
}
impl Kernel2 for Hypot {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V, y: V) -> (V, V) {
        let (x, y) = (x.abs(), y.abs());
        let (large, small) = (x.max(y), x.min(y));
        // Asked of both: the larger of a number and NaN may be the number.
        let limit = V::splat(2f64.powi(500));
        let good = V::splat(2f64.powi(-450)).lt(large).and(x.lt(limit)).and(y.lt(limit));
        (Hypot::root(large, small), good)
    }
    fn special(x: f64, y: f64) -> f64 {
        let (x, y) = (x.abs(), y.abs());
        if x == f64::INFINITY || y == f64::INFINITY {
            return f64::INFINITY;
        }
        let large = x.max(y);
        if x.is_nan() || y.is_nan() || large == 0.0 {
            return x + y;
        }
        let (by, back) =
            if large > 1.0 { (2f64.powi(-600), 2f64.powi(600)) } else { (2f64.powi(600), 2f64.powi(-600)) };
        Hypot::root(large * by, x.min(y) * by) * back
    }
    #[inline(always)]
    fn narrow<V: F32Bits>(x: V, y: V) -> (V, V) {
        let (wide_x, wide_y) = (x.widen(), y.widen());
        let value = V::narrow((wide_x * wide_x + wide_y * wide_y).sqrt());
        (value, value.same(value))
    }
}
