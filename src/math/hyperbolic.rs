//! `sinh`, `cosh`, `tanh`, from exp in head and tail.

use super::exp::{beyond, expm1_parts, narrow_exp, narrow_expm1, parts, rescaled};
use super::tables::SINH;
use super::{Kernel1, SIGN, divide, everywhere, fast_two_sum, horner, two_sum};
use crate::simd::F64Bits;

/// exp(x) / 2 as head and tail, and exp(-x) / 2, for 0 <= x < 708.
#[inline(always)]
fn halves<V: F64Bits>(x: V) -> (V, V, V) {
    let (scale, rest) = parts(x, V::splat(0.0));
    let half = scale * V::splat(0.5);
    let tail = half * rest;
    (half, tail, V::splat(0.25) / (half + tail))
}

/// exp(|x|) / 2, for |x| >= 708.
fn half_exp(x: f64) -> f64 {
    let x = x.abs();
    if x < 711.0 { rescaled(parts(x, 0.0), true, 0.5) } else { beyond(x, 0.0) }
}

#[inline(always)]
fn signed<V: F64Bits>(x: V, size: V) -> V {
    size.or(x.and(V::splat_bits(SIGN)))
}

/// `sinh`
pub struct Sinh;
impl Kernel1 for Sinh {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V) -> (V, V) {
        let size = x.abs();
        let z = size * size;
        let short = size + size * z * horner(z, &SINH);
        let (half, tail, inverse) = halves(size);
        let value = size.lt(V::splat(1.0)).select(short, half + (tail - inverse));
        (signed(x, value), size.lt(V::splat(708.0)))
    }
    fn special(x: f64) -> f64 {
        half_exp(x).copysign(x)
    }
    #[inline(always)]
    fn narrow<V: F64Bits>(x: V) -> (V, V) {
        let less = narrow_expm1(x.abs().min(V::splat(200.0)));
        (signed(x, (less + less / (less + V::splat(1.0))) * V::splat(0.5)), everywhere())
    }
}

/// `cosh`
pub struct Cosh;
impl Kernel1 for Cosh {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V) -> (V, V) {
        let size = x.abs();
        let (half, tail, inverse) = halves(size);
        // The smaller of the two first.
        let (sum, error) = fast_two_sum(half, inverse);
        (sum + (tail + error), size.lt(V::splat(708.0)))
    }
    fn special(x: f64) -> f64 {
        half_exp(x)
    }
    #[inline(always)]
    fn narrow<V: F64Bits>(x: V) -> (V, V) {
        let exp = narrow_exp(x.abs());
        ((exp + V::splat(1.0) / exp) * V::splat(0.5), everywhere())
    }
}

/// `tanh`
pub struct Tanh;
impl Kernel1 for Tanh {
    /// (exp(2x) - 1) / (exp(2x) + 1)
    #[inline(always)]
    fn wide<V: F64Bits>(x: V) -> (V, V) {
        let c = V::splat;
        // Past it the result is 1.
        let size = x.abs().min(c(22.0));
        let (head, tail) = expm1_parts(size + size);
        let over = fast_two_sum(head, tail);
        let (sum, error) = two_sum(over.0, c(2.0));
        let (quotient, rest) = divide(over, (sum, error + over.1));
        (signed(x, quotient + rest), everywhere())
    }
    fn special(x: f64) -> f64 {
        x
    }
    #[inline(always)]
    fn narrow<V: F64Bits>(x: V) -> (V, V) {
        let size = x.abs().min(V::splat(22.0));
        let less = narrow_expm1(size + size);
        (signed(x, less / (less + V::splat(2.0))), everywhere())
    }
}
