//! Elementary functions to 90 bits or more, by other ways than the kernels': sums of two f64 (Dekker, 1971),
//! Taylor series, and Newton's step from the platform's f64 result.

#![allow(dead_code)]

pub mod functions;

use std::ops::{Add, Div, Mul, Neg, Sub};

use ferrodide::math::tables::TWO_OVER_PI;

/// hi + lo, |lo| <= ulp(hi) / 2.
#[derive(Clone, Copy, Debug)]
pub struct Dd(pub f64, pub f64);

fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let of_b = sum - a;
    (sum, (a - (sum - of_b)) + (b - of_b))
}

fn two_prod(a: f64, b: f64) -> (f64, f64) {
    let cut = |x: f64| {
        let t = 134217729.0 * x;
        let head = t - (t - x);
        (head, x - head)
    };
    let ((a1, a2), (b1, b2)) = (cut(a), cut(b));
    let product = a * b;
    (product, ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2)
}

impl Dd {
    pub fn of(x: f64) -> Dd {
        Dd(x, 0.0)
    }
    fn new(hi: f64, lo: f64) -> Dd {
        let (hi, lo) = two_sum(hi, lo);
        Dd(hi, lo)
    }
    /// Times 2^e, by steps that do not overflow on the way.
    pub fn scaled(self, e: i32) -> Dd {
        Dd(ldexp(self.0, e), ldexp(self.1, e))
    }
}

/// x 2^e, rounded once at most.
pub fn ldexp(mut x: f64, mut e: i32) -> f64 {
    while e > 1000 {
        (x, e) = (x * 2f64.powi(1000), e - 1000);
    }
    while e < -1000 {
        (x, e) = (x * 2f64.powi(-500) * 2f64.powi(-500), e + 1000);
    }
    if e < -500 { x * 2f64.powi(-500) * 2f64.powi(e + 500) } else { x * 2f64.powi(e) }
}

impl Add for Dd {
    type Output = Dd;
    fn add(self, o: Dd) -> Dd {
        let (s, e) = two_sum(self.0, o.0);
        let (t, f) = two_sum(self.1, o.1);
        let Dd(s, e) = Dd::new(s, e + t);
        Dd::new(s, e + f)
    }
}
impl Neg for Dd {
    type Output = Dd;
    fn neg(self) -> Dd {
        Dd(-self.0, -self.1)
    }
}
impl Sub for Dd {
    type Output = Dd;
    fn sub(self, o: Dd) -> Dd {
        self + -o
    }
}
impl Mul for Dd {
    type Output = Dd;
    fn mul(self, o: Dd) -> Dd {
        let (p, e) = two_prod(self.0, o.0);
        Dd::new(p, e + (self.0 * o.1 + self.1 * o.0))
    }
}
impl Div for Dd {
    type Output = Dd;
    fn div(self, o: Dd) -> Dd {
        let q = self.0 / o.0;
        let r = self - o * Dd::of(q);
        let q2 = r.0 / o.0;
        let r = r - o * Dd::of(q2);
        Dd::new(q, q2) + Dd::of(r.0 / o.0)
    }
}

const ONE: Dd = Dd(1.0, 0.0);
const TWO: Dd = Dd(2.0, 0.0);
const HALF: Dd = Dd(0.5, 0.0);
/// ln(2), to 160 bits: 0.693147180559945309417232121458176568075500134360255...
const LN2: [f64; 3] = [std::f64::consts::LN_2, 2.3190468138462996e-17, 5.707708438416212e-34];
/// pi / 2.
const PIO2: Dd = Dd(std::f64::consts::FRAC_PI_2, 6.123233995736766e-17);

/// A value times 2^e.
#[derive(Clone, Copy, Debug)]
pub struct Scaled(pub Dd, pub i32);

impl From<Dd> for Scaled {
    fn from(v: Dd) -> Scaled {
        Scaled(v, 0)
    }
}

fn times_ln2(k: f64) -> Dd {
    let (p, e) = two_prod(k, LN2[0]);
    let (q, f) = two_prod(k, LN2[1]);
    Dd::new(p, e) + Dd::new(q, f) + Dd::of(k * LN2[2])
}

/// exp(r) - 1, |r| <= 0.4.
fn expm1_small(r: Dd) -> Dd {
    let r = r.scaled(-9);
    let (mut term, mut sum) = (r, r);
    for n in 2..12 {
        term = term * r / Dd::of(f64::from(n));
        sum = sum + term;
    }
    for _ in 0..9 {
        sum = sum * sum + sum + sum;
    }
    sum
}

pub fn exp(x: Dd) -> Scaled {
    let k = (x.0 / LN2[0]).round();
    Scaled(expm1_small(x - times_ln2(k)) + ONE, k as i32)
}

pub fn expm1(x: f64) -> Scaled {
    if x.abs() < 1e-290 {
        return Dd::of(x).into();
    }
    if x.abs() < 0.35 {
        return expm1_small(Dd::of(x)).into();
    }
    let Scaled(v, k) = exp(Dd::of(x));
    if k.abs() > 200 { if k < 0 { (-ONE).into() } else { Scaled(v, k) } } else { (v.scaled(k) - ONE).into() }
}

/// log(m), 0.7 <= m <= 1.5.
fn log_near(m: Dd) -> Dd {
    let f = m - ONE;
    if f.0.abs() < 0.01 {
        let s = f / (TWO + f);
        let (z, mut power, mut sum) = (s * s, s, s);
        for n in 1..12 {
            power = power * z;
            sum = sum + power / Dd::of(f64::from(2 * n + 1));
        }
        return sum + sum;
    }
    let y = Dd::of(m.0.ln());
    let d = m * exp_plain(-y) - ONE;
    y + d - d * d * HALF
}

fn exp_plain(x: Dd) -> Dd {
    let Scaled(v, k) = exp(x);
    v.scaled(k)
}

/// (m, e) of x = m 2^e, m in [0.7, 1.42).
fn parts(x: f64) -> (f64, i32) {
    let (x, extra) = if x < 1e-300 { (x * 2f64.powi(100), -100) } else { (x, 0) };
    let e = ((x.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    let m = ldexp(x, -e);
    if m > 1.41 { (m / 2.0, e + 1 + extra) } else { (m, e + extra) }
}

pub fn log(x: f64) -> Dd {
    let (m, e) = parts(x);
    log_near(Dd::of(m)) + times_ln2(f64::from(e))
}

pub fn log1p(x: f64) -> Dd {
    if x.abs() < 1e-300 {
        return Dd::of(x);
    }
    if x.abs() < 0.01 {
        let f = Dd::of(x);
        let s = f / (TWO + f);
        let (z, mut power, mut sum) = (s * s, s, s);
        for n in 1..12 {
            power = power * z;
            sum = sum + power / Dd::of(f64::from(2 * n + 1));
        }
        return sum + sum;
    }
    let sum = Dd::of(1.0) + Dd::of(x);
    let (m, e) = parts(sum.0);
    log_near(Dd(m, ldexp(sum.1, -e))) + times_ln2(f64::from(e))
}

pub fn log2(x: f64) -> Dd {
    let (m, e) = parts(x);
    log_near(Dd::of(m)) / Dd(LN2[0], LN2[1]) + Dd::of(f64::from(e))
}

pub fn log10(x: f64) -> Dd {
    log(x) / log(10.0)
}

pub fn exp2(x: f64) -> Scaled {
    let k = x.round();
    Scaled(expm1_small(Dd::of(x - k) * Dd(LN2[0], LN2[1])) + ONE, k as i32)
}

pub fn power(x: f64, y: f64) -> Scaled {
    exp(log(x) * Dd::of(y))
}

/// (sin, cos) by Taylor, |x| <= 4.
fn sin_cos_near(x: Dd) -> (Dd, Dd) {
    let (mut sin, mut cos, mut term) = (Dd::of(0.0), Dd::of(0.0), ONE);
    for n in 0..48 {
        match n % 4 {
            0 => cos = cos + term,
            1 => sin = sin + term,
            2 => cos = cos - term,
            _ => sin = sin - term,
        }
        term = term * x / Dd::of(f64::from(n + 1));
    }
    (sin, cos)
}

/// (n, r) of x = n pi / 2 + r, from all the binary digits of 2 / pi.
fn reduce(x: f64) -> (u64, Dd) {
    if x.abs() < 0.78 {
        return (0, Dd::of(x));
    }
    let exponent = ((x.to_bits() >> 52) & 0x7ff) as i32 - 1075;
    let m = (x.to_bits() & ((1 << 52) - 1)) | (1 << 52);
    // Least significant word first.
    let (mut product, mut carry) = (Vec::new(), 0u128);
    for &word in TWO_OVER_PI.iter().rev() {
        let t = u128::from(word) * u128::from(m) + carry;
        product.push(t as u64);
        carry = t >> 64;
    }
    product.push(carry as u64);
    // Bit i of the product has the weight 2^(i + exponent - 64 * 19).
    let point = 64 * (TWO_OVER_PI.len() as i32 - 1) - exponent;
    let bit = |i: i32| if i < 0 { 0 } else { (product[i as usize / 64] >> (i % 64)) & 1 };
    let mut n = bit(point) | (bit(point + 1) << 1);
    let up = bit(point - 1) == 1;
    let (mut sum, mut seen) = (Dd::of(0.0), 0);
    for i in 1..400 {
        let digit = bit(point - i) != u64::from(up);
        if digit {
            sum = sum + Dd::of(ldexp(1.0, -i));
        }
        seen += u32::from(seen > 0 || digit);
        if seen > 110 {
            break;
        }
    }
    let mut r = sum * PIO2;
    if up {
        n += 1;
        r = -r;
    }
    if x < 0.0 { (n.wrapping_neg() & 3, -r) } else { (n & 3, r) }
}

pub fn sin_cos(x: f64) -> (Dd, Dd) {
    let (n, r) = reduce(x);
    let (s, c) = sin_cos_near(r);
    match n {
        0 => (s, c),
        1 => (c, -s),
        2 => (-s, -c),
        _ => (-c, s),
    }
}

pub fn sinh(x: f64) -> Scaled {
    if x.abs() < 1e-290 {
        return Dd::of(x).into();
    }
    if x.abs() > 100.0 {
        let Scaled(v, k) = exp(Dd::of(x.abs()));
        return Scaled(if x < 0.0 { -v } else { v }, k - 1);
    }
    let Scaled(e, _) = expm1(x.abs());
    let value = (e + e / (e + ONE)) * HALF;
    (if x < 0.0 { -value } else { value }).into()
}

pub fn cosh(x: f64) -> Scaled {
    let Scaled(v, k) = exp(Dd::of(x.abs()));
    if k > 150 { Scaled(v, k - 1) } else { ((v.scaled(k) + ONE / v.scaled(k)) * HALF).into() }
}

pub fn tanh(x: f64) -> Dd {
    if x.abs() < 1e-290 {
        return Dd::of(x);
    }
    if x.abs() > 45.0 {
        return Dd::of(1f64.copysign(x));
    }
    let Scaled(e, _) = expm1(2.0 * x.abs());
    let value = e / (e + TWO);
    if x < 0.0 { -value } else { value }
}

/// Of y, x both of middling magnitude.
pub fn arctan2(y: f64, x: f64) -> Dd {
    let near = y.atan2(x);
    if near.abs() < 1e-30 {
        return Dd::of(y) / Dd::of(x);
    }
    let (s, c) = sin_cos_near(Dd::of(near));
    let (y, x) = (Dd::of(y), Dd::of(x));
    let d = (y * c - x * s) / (x * c + y * s);
    Dd::of(near) + d
}

pub fn arctan(x: f64) -> Dd {
    if x.abs() > 1e30 {
        return Dd(PIO2.0.copysign(x), PIO2.1.copysign(x));
    }
    if x.abs() < 1e-30 { Dd::of(x) } else { arctan2(x, 1.0) }
}

pub fn cbrt(x: f64) -> Scaled {
    let (m, e) = parts(x.abs());
    let third = e.div_euclid(3);
    let m = ldexp(m, e - 3 * third);
    let near = Dd::of(m.cbrt());
    let root = near + (Dd::of(m) - near * near * near) / (near * near * Dd::of(3.0));
    Scaled(if x < 0.0 { -root } else { root }, third)
}

pub fn hypot(x: f64, y: f64) -> Dd {
    let (x, y) = (Dd::of(x), Dd::of(y));
    let sum = x * x + y * y;
    let near = Dd::of(sum.0.sqrt());
    near + (sum - near * near) / (near + near)
}

/// How far `got` is from the exact value, in units of the last place of the exact value (f64); never NaN.
pub fn ulps(got: f64, exact: Scaled) -> f64 {
    let Scaled(v, e) = exact;
    if v.0 == 0.0 {
        return if got == 0.0 { 0.0 } else { f64::INFINITY };
    }
    if !got.is_finite() {
        // Right where the exact value rounds to infinity.
        let over = e > 0 && !ldexp(v.0, e).is_finite();
        return if over && got == ldexp(v.0, e) { 0.0 } else { f64::INFINITY };
    }
    // The last place of the exact value: v is near 1 where e is not 0.
    let place = (((v.0.abs().to_bits() >> 52) & 0x7ff) as i32 - 1023 - 52).max(-1074 - e);
    let difference = Dd::of(ldexp(got, -e)) - v;
    let ulps = ldexp(difference.0, -place).abs();
    if ulps.is_nan() { f64::INFINITY } else { ulps }
}
