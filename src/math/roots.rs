//! `cbrt`, `hypot`.

use super::{Kernel1, Kernel2, SIGN, SIGN_F32, two_prod};
use crate::simd::{F32Bits, F64Bits, F64s};

/// 2^23 and the 23 leading bits of what a third of x's is taken from.
const START_F32: f32 = 8388608.0 + 0x54a21d as f32;

/// As [`START_F32`], for 43 bits.
const START: f64 = 4503599627370496.0 + 0x0553_ee00_0000_u64 as f64;

/// `cbrt`
pub struct Cbrt;
impl Kernel1 for Cbrt {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V) -> (V, V) {
        let c = V::splat;
        let b = V::splat_bits;
        let size = x.abs();
        // x^(-1/3) to 3.5%: a third off the bits, exponent and significand alike (as FreeBSD's cbrt begins). The 43 leading
        // ones are taken as a number, and stand at the end of 2^52 + that third.
        let leading = size.shr::<20>().or(b(0x433 << 52)) - c(4503599627370496.0);
        let r = (c(START) - leading * c(1.0 / 3.0)).shl::<20>();
        // (1 - e)^(-1/3) as a series, twice.
        let missing = |r: V| (size * r).nmadd(r * r, c(1.0));
        let e = missing(r);
        let (low, high) = (e.madd(c(2.0 / 9.0), c(1.0 / 3.0)), e.madd(c(35.0 / 243.0), c(14.0 / 81.0)));
        let series = (e * e).madd(high, low);
        let r = r.madd(e * series, r);
        let r = r.madd(missing(r) * c(1.0 / 3.0), r);
        let square = r * r;
        let third = square * c(1.0 / 3.0);
        let value = if V::FUSED {
            let root = size * square;
            let whole = root * root;
            // What rounding took from the square, with its sign turned.
            let lost = root.nmadd(root, whole);
            lost.madd(root, whole.nmadd(root, size)).madd(third, root)
        } else {
            // 26 bits of the root, whose cube has a residual without error.
            let mask = b(!0 << 27);
            let root = (size * square).and(mask);
            let whole = root * root;
            let head = whole.and(mask);
            let residual = (size - head * root) - (whole - head) * root;
            let step = residual * third;
            root + (step + step * step * r)
        };
        // Where the residual does not underflow.
        let good = size.lt(c(f64::MAX)).and(c(2f64.powi(-900)).lt(size).or(size.same(c(0.0))));
        (value.or(x.and(b(SIGN))), good)
    }
    fn special(x: f64) -> f64 {
        if x == 0.0 || !x.is_finite() {
            return x + x;
        }
        let (by, back) = if x.abs() < 1.0 { (300, -100) } else { (-300, 100) };
        Cbrt::wide(x * 2f64.powi(by)).0 * 2f64.powi(back)
    }
    #[inline(always)]
    fn narrow<V: F32Bits>(x: V) -> (V, V) {
        let c = V::splat;
        let size = x.abs();
        // x^(-1/3) to 3.5%: a third off the bits, exponent and significand alike (as FreeBSD's cbrt begins). The 23 leading
        // ones are taken as a number, and stand at the end of 2^23 + that third.
        let r = (c(START_F32) - size.shr::<8>().of_int() * c(1.0 / 3.0)).shl::<8>();
        // (1 - e)^(-1/3) as a series.
        let e = (size * r).nmadd(r * r, c(1.0));
        let series = e.madd(e.madd(c(14.0 / 81.0), c(2.0 / 9.0)), c(1.0 / 3.0));
        let r = r.madd(e * series, r);
        let square = r * r;
        let third = square * c(1.0 / 3.0);
        let value = if V::FUSED {
            let root = size * square;
            let whole = root * root;
            let lost = root.nmadd(root, whole);
            lost.madd(root, whole.nmadd(root, size)).madd(third, root)
        } else {
            // 12 bits of the root, whose cube has a residual without error.
            let mask = V::splat_bits(!0 << 12);
            let root = (size * square).int_add(V::splat_bits(1 << 11)).and(mask);
            let whole = root * root;
            let head = whole.and(mask);
            let residual = (size - head * root) - (whole - head) * root;
            let step = residual * third;
            root + (step + step * step * r)
        };
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
