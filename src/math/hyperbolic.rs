//! `sinh`, `cosh`, `tanh`, from exp in head and tail.

use super::exp::{beyond, narrow_exp, parts, parts_f32, rescaled};
use super::tables::{SINH, SINH_F32, TANH, TANH_F32};
use super::{Kernel1, SIGN, SIGN_F32, chain, chain_f32, everywhere, everywhere_f32, fast_two_sum, horner};
use crate::simd::{F32Bits, F64Bits, F64s};

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
    fn narrow<V: F32Bits>(x: V) -> (V, V) {
        let c = V::splat;
        let size = x.abs();
        let z = size * size;
        let short = size + size * z * chain_f32(z, &SINH_F32);
        let (scale, r, rest) = parts_f32(size);
        let half = scale * c(0.5);
        let (head, tail) = fast_two_sum(half, half * r);
        let tail = tail + half * rest;
        let value = head + (tail - c(0.25) / (head + tail));
        let value = size.lt(c(1.0)).select(short, value);
        (value.or(x.and(V::splat_bits(SIGN_F32))), size.lt(c(88.0)))
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
    fn narrow<V: F32Bits>(x: V) -> (V, V) {
        // Past it lies infinity.
        let exp = narrow_exp(x.abs().min(V::splat(200.0)).widen());
        (V::narrow((exp + V::Wide::splat(1.0) / exp) * V::Wide::splat(0.5)), everywhere_f32())
    }
}

/// `tanh`
pub struct Tanh;
impl Kernel1 for Tanh {
    #[inline(always)]
    fn wide<V: F64Bits>(x: V) -> (V, V) {
        let c = V::splat;
        // Past it the result is 1.
        let size = x.abs().min(c(22.0));
        let z = size * size;
        let short = size + size * z * chain(z, &TANH);
        // 1 - 2 / (exp(2x) + 1), the sum in head and tail.
        let (scale, rest) = parts(size + size, c(0.0));
        let (sum, error) = fast_two_sum(scale, c(1.0));
        let (under, rounded) = fast_two_sum(sum, error + scale * rest);
        let quotient = c(2.0) / under;
        let (value, error) = fast_two_sum(c(1.0), c(0.0) - quotient);
        let value = value + (error + quotient * quotient * c(0.5) * rounded);
        (signed(x, size.lt(c(0.55)).select(short, value)), everywhere())
    }
    fn special(x: f64) -> f64 {
        x
    }
    #[inline(always)]
    fn narrow<V: F32Bits>(x: V) -> (V, V) {
        let c = V::splat;
        // Past it the result is 1.
        let size = x.abs().min(c(10.0));
        let z = size * size;
        let short = size + size * z * chain_f32(z, &TANH_F32);
        let (scale, r, rest) = parts_f32(size + size);
        // 1 - 2 / (exp(2x) + 1), the sum in head and tail.
        let (sum, error) = fast_two_sum(scale + c(1.0), scale * r);
        let (under, rounded) = fast_two_sum(sum, error + scale * rest);
        let quotient = c(2.0) / under;
        let (value, error) = fast_two_sum(c(1.0), c(0.0) - quotient);
        let value = value + (error + quotient * quotient * c(0.5) * rounded);
        (size.lt(c(0.75)).select(short, value).or(x.and(V::splat_bits(SIGN_F32))), everywhere_f32())
    }
}
