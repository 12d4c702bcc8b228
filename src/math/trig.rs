//! `sin`, `cos`, `tan`: reduction by multiples of pi / 2 (Cody and Waite; Payne and Hanek, "Radian reduction
//! for trigonometric functions", SIGNUM Newsletter 18, 1983), then the polynomials of both on [-pi/4, pi/4],
//! with the reduced argument's tail (Ng, "k_sin", "k_cos", fdlibm, 1993).

use super::tables::{COS, COS_F32, PIO2, PIO2_DD, SIN, SIN_F32, TAN, TAN_F32, TWO_OVER_PI};
use super::{Kernel1, SIGN, SIGN_F32, chain_f32, divide, fast_two_sum, horner, two_prod, two_sum};
use crate::simd::{F32Bits, F64Bits, F64s};

/// Adding it rounds to an integer, which then stands in the low bits.
const SHIFT: f64 = 6755399441055744.0;
/// Up to here the products of Cody and Waite are exact.
const LARGEST: f64 = 1e6;

/// x = n pi / 2 + head + tail, n in the low bits.
struct Reduced<V> {
    n: V,
    head: V,
    tail: V,
}

/// The mask says where enough bits are left: not beside a multiple of pi / 2.
#[inline(always)]
fn reduce<V: F64Bits>(x: V) -> (Reduced<V>, V) {
    let c = V::splat;
    let n = x.madd(c(std::f64::consts::FRAC_2_PI), c(SHIFT));
    let k = n - c(SHIFT);
    let (head, error) = two_sum(k.nmadd(c(PIO2[0]), x), k * c(-PIO2[1]));
    let (head, tail) = fast_two_sum(head, k.nmadd(c(PIO2[2]), error));
    let far = c(2f64.powi(-40)).lt(head.abs()).or(x.abs().lt(c(0.5)));
    (Reduced { n, head, tail }, far.and(x.abs().lt(c(LARGEST))))
}

/// For any finite |x| >= 1/2: of x / (pi / 2) modulo 4 all bits that matter, as integers.
fn reduce_exactly(x: f64) -> Reduced<f64> {
    let exponent = (x.to_bits() >> 52 & 0x7ff) as i32 - 1075;
    let significand = (x.to_bits() & ((1 << 52) - 1)) | 1 << 52;
    // Digits of 2/pi before `first` make multiples of 4. The table has 64 zeros before the first.
    let first = (exponent - 1 + 63) as usize;
    let (word, bit) = (first / 64, first % 64);
    let digits = |i: usize| {
        let pair = u128::from(TWO_OVER_PI[word + i]) << 64 | u128::from(TWO_OVER_PI[word + i + 1]);
        (pair << bit >> 64) as u64
    };
    let times = |digits: u64| u128::from(digits) * u128::from(significand);
    // The product modulo 2^192; the two leading bits are whole quarters.
    let (low, mid) = (times(digits(2)), times(digits(1)));
    let low_words = low.wrapping_add(mid << 64);
    let carry = (mid >> 64) as u64 + u64::from(low_words < low);
    let high = digits(0).wrapping_mul(significand).wrapping_add(carry);
    let quarters = high >> 62;
    let mut fraction = [high << 2 | (low_words >> 126) as u64, (low_words >> 62) as u64];
    let negative = fraction[0] >> 63 == 1;
    if negative {
        fraction = fraction.map(|word| !word);
    }
    let n = quarters.wrapping_add(u64::from(negative));
    // 128 bits of the distance to the nearest quarter, at least 60 of which are not zero.
    let whole = u128::from(fraction[0]) << 64 | u128::from(fraction[1]);
    let zeros = whole.leading_zeros();
    let shifted = whole << zeros;
    let unit = f64::from_bits(u64::from(1023 - 53 - zeros) << 52);
    let head = (shifted >> 75) as u64 as f64 * unit;
    let tail = (shifted << 53 >> 75) as u64 as f64 * unit * 2f64.powi(-53);
    let (product, error) = two_prod(head, PIO2_DD[0]);
    let (product, tail) = fast_two_sum(product, error + (head * PIO2_DD[1] + tail * PIO2_DD[0]));
    let negate = if negative != (x < 0.0) { -1.0 } else { 1.0 };
    let n = if x < 0.0 { n.wrapping_neg() } else { n };
    Reduced { n: f64::from_bits(n), head: product * negate, tail: tail * negate }
}

impl<V: F64Bits> Reduced<V> {
    /// sin(head + tail) = head + this.
    #[inline(always)]
    fn sin(&self) -> V {
        let c = V::splat;
        let z = self.head * self.head;
        let v = z * self.head;
        let [_, rest @ ..] = &SIN;
        self.tail - (z * (c(0.5) * self.tail - v * horner(z, rest)) - v * c(SIN[0]))
    }

    /// cos(head + tail), as head and tail.
    #[inline(always)]
    fn cos(&self) -> (V, V) {
        let c = V::splat;
        let z = self.head * self.head;
        let half = c(0.5) * z;
        let head = c(1.0) - half;
        (head, ((c(1.0) - head) - half) + (z * z * horner(z, &COS) - self.head * self.tail))
    }

    /// The mask of odd multiples.
    #[inline(always)]
    fn odd(&self) -> V {
        V::splat_bits(0).int_sub(self.n.and(V::splat_bits(1)))
    }

    /// sin(x), or with `ahead` = 1 cos(x).
    #[inline(always)]
    fn turned(mut self, ahead: u64) -> V {
        self.n = self.n.int_add(V::splat_bits(ahead));
        let (sin, (cos, rest)) = (self.head + self.sin(), self.cos());
        let value = self.odd().select(cos + rest, sin);
        value.xor(self.n.and(V::splat_bits(2)).shl::<62>())
    }

    /// tan, from t of the half: 2t / (1 - t^2), or by odd multiples the negative inverse.
    #[inline(always)]
    fn tan(self) -> V {
        let c = V::splat;
        let (half, tail) = (c(0.5) * self.head, c(0.5) * self.tail);
        let z = half * half;
        let (t, tail) = fast_two_sum(half, half.madd(z * horner(z, &TAN), tail));
        let (double, double_tail) = (t + t, tail + tail);
        let square = t * t;
        let less = c(1.0) - square;
        let lost = if V::FUSED {
            t.madd(t, c(0.0) - square)
        } else {
            // What rounding took from the square, by (t + t1) (t - t1) of the leading half t1 of t.
            let leading = t.and(V::splat_bits(!0 << 27));
            (leading * leading - square) + (t + leading) * (t - leading)
        };
        let less_tail = ((c(1.0) - less) - square) - t.madd(double_tail, lost);
        let odd = self.odd();
        let over = (odd.select(less, double), odd.select(less_tail, double_tail));
        let under = (odd.select(double, less), odd.select(double_tail, less_tail));
        let (quotient, rest) = divide(over, under);
        (quotient + rest).xor(odd.and(V::splat_bits(SIGN)))
    }
}

/// |x| = n pi / 2 + r in f64, n in the low bits.
#[inline(always)]
fn reduce_f32<V: F32Bits>(size: V) -> (V::Wide, V::Wide) {
    let c = V::Wide::splat;
    let wide = size.widen();
    let n = wide * c(std::f64::consts::FRAC_2_PI) + c(SHIFT);
    let k = n - c(SHIFT);
    (n, (wide - k * c(PIO2[0])) - k * c(PIO2[1] + PIO2[2]))
}

/// sin(|x|), or with `ahead` = 1 cos(|x|), its sign turned by that of `sign`.
#[inline(always)]
fn turned_f32<V: F32Bits>(x: V, ahead: u32, sign: V) -> (V, V) {
    let c = V::splat;
    let (n, r) = reduce_f32(x.abs());
    let head = V::narrow(r);
    let tail = V::narrow(r - head.widen());
    let n = V::low_bits(n).int_add(V::splat_bits(ahead));
    let z = head * head;
    let sin = head + (tail + head * (z * chain_f32(z, &SIN_F32)));
    let half = c(0.5) * z;
    let less = c(1.0) - half;
    let cos = less + (((c(1.0) - less) - half) + (z * (z * chain_f32(z, &COS_F32)) - head * tail));
    let odd = V::splat_bits(0).int_sub(n.and(V::splat_bits(1)));
    let value = odd.select(cos, sin).xor(n.shl::<30>().xor(sign).and(V::splat_bits(SIGN_F32)));
    (value, x.abs().lt(c(LARGEST as f32)))
}

/// tan(|x|), the last steps in f64.
#[inline(always)]
fn tan_f32<V: F32Bits>(x: V) -> V {
    let c = V::Wide::splat;
    let (n, r) = reduce_f32(x.abs());
    let narrow = V::narrow(r);
    let rest = chain_f32(narrow * narrow, &TAN_F32).widen();
    let z = r * r;
    let tan = r + r * z * (c(1.0 / 3.0) + z * rest);
    V::narrow(Reduced { n, head: r, tail: r }.odd().select(c(-1.0) / tan, tan))
}

/// What is NaN or infinite makes NaN; the rest is reduced exactly.
#[inline]
fn special(x: f64, of: impl Fn(Reduced<f64>) -> f64) -> f64 {
    if x.is_finite() { of(reduce_exactly(x)) } else { x * 0.0 }
}

#[inline(always)]
fn keep_zero<V: F64Bits>(x: V, value: V) -> V {
    x.same(V::splat(0.0)).select(x, value)
}

/// `sin`
pub struct Sin;
impl Kernel1 for Sin {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V) -> (V, V) {
        let (reduced, good) = reduce(x);
        (keep_zero(x, reduced.turned(0)), good)
    }
    fn special(x: f64) -> f64 {
        special(x, |reduced| reduced.turned(0))
    }
    #[inline(always)]
    fn narrow<V: F32Bits>(x: V) -> (V, V) {
        turned_f32(x, 0, x)
    }
}

/// `cos`
pub struct Cos;
impl Kernel1 for Cos {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V) -> (V, V) {
        let (reduced, good) = reduce(x);
        (reduced.turned(1), good)
    }
    fn special(x: f64) -> f64 {
        special(x, |reduced| reduced.turned(1))
    }
    #[inline(always)]
    fn narrow<V: F32Bits>(x: V) -> (V, V) {
        turned_f32(x, 1, V::splat(0.0))
    }
}

/// `tan`
pub struct Tan;
impl Kernel1 for Tan {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V) -> (V, V) {
        let (reduced, good) = reduce(x);
        // Half of the smallest subnormals is none.
        let tiny = x.abs().lt(V::splat(2f64.powi(-28)));
        (tiny.select(x, reduced.tan()), good)
    }
    fn special(x: f64) -> f64 {
        special(x, Reduced::tan)
    }
    #[inline(always)]
    fn narrow<V: F32Bits>(x: V) -> (V, V) {
        (tan_f32(x).xor(x.and(V::splat_bits(SIGN_F32))), x.abs().lt(V::splat(LARGEST as f32)))
    }
}
