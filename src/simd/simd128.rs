//! WebAssembly's 128-bit vectors.

use core::arch::wasm32::*;

use super::bits::operator;
use super::{F64Bits, F64s};

/// Two `f64` in a `v128`.
#[derive(Clone, Copy)]
pub struct F64x2(v128);

impl F64s for F64x2 {
    const LANES: usize = 2;
    #[inline(always)]
    fn splat(value: f64) -> Self {
        F64x2(f64x2_splat(value))
    }
    #[inline(always)]
    fn load(from: &[f64]) -> Self {
        let from = &from[..2];
        // SAFETY: two elements, 16 readable bytes; v128 loads need no alignment.
        F64x2(unsafe { v128_load(from.as_ptr().cast()) })
    }
    #[inline(always)]
    fn store(self, to: &mut [f64]) {
        let to = &mut to[..2];
        // SAFETY: two elements, 16 writable bytes; v128 stores need no alignment.
        unsafe { v128_store(to.as_mut_ptr().cast(), self.0) }
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        F64x2(f64x2_add(self.0, other.0))
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        F64x2(f64x2_sub(self.0, other.0))
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        F64x2(f64x2_mul(self.0, other.0))
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        F64x2(f64x2_div(self.0, other.0))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        F64x2(f64x2_pmin(self.0, other.0))
    }
    #[inline(always)]
    fn abs(self) -> Self {
        F64x2(f64x2_abs(self.0))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        F64x2(f64x2_pmax(self.0, other.0))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        F64x2(f64x2_sqrt(self.0))
    }
    #[inline(always)]
    fn any_gt(self, other: Self) -> bool {
        v128_any_true(f64x2_gt(self.0, other.0))
    }
    #[inline(always)]
    fn if_number(self, yes: Self, no: Self) -> Self {
        F64x2(v128_bitselect(yes.0, no.0, f64x2_eq(self.0, self.0)))
    }
}

operator!([] F64x2, Add, add);
operator!([] F64x2, Sub, sub);
operator!([] F64x2, Mul, mul);
operator!([] F64x2, Div, div);

impl F64Bits for F64x2 {
    #[inline(always)]
    fn load_f32(from: &[f32]) -> Self {
        let from = &from[..2];
        // SAFETY: two elements, 8 readable bytes; v128 loads need no alignment.
        F64x2(f64x2_promote_low_f32x4(unsafe { v128_load64_zero(from.as_ptr().cast()) }))
    }
    #[inline(always)]
    fn store_f32(self, to: &mut [f32]) {
        let to = &mut to[..2];
        // The average of equals changes nothing, but LLVM does not see through it: it would round the two
        // wanted lanes one by one, in six instructions for two.
        let rounded = f32x4_demote_f64x2_zero(self.0);
        let rounded = u8x16_avgr(rounded, rounded);
        // SAFETY: two elements, 8 writable bytes; v128 stores need no alignment.
        unsafe { v128_store64_lane::<0>(rounded, to.as_mut_ptr().cast()) }
    }
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        F64x2(v128_and(self.0, other.0))
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        F64x2(v128_or(self.0, other.0))
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        F64x2(v128_xor(self.0, other.0))
    }
    #[inline(always)]
    fn int_add(self, other: Self) -> Self {
        F64x2(i64x2_add(self.0, other.0))
    }
    #[inline(always)]
    fn int_sub(self, other: Self) -> Self {
        F64x2(i64x2_sub(self.0, other.0))
    }
    #[inline(always)]
    fn shl<const BY: u32>(self) -> Self {
        F64x2(i64x2_shl(self.0, BY))
    }
    #[inline(always)]
    fn shr<const BY: u32>(self) -> Self {
        F64x2(u64x2_shr(self.0, BY))
    }
    #[inline(always)]
    fn lt(self, other: Self) -> Self {
        F64x2(f64x2_lt(self.0, other.0))
    }
    #[inline(always)]
    fn same(self, other: Self) -> Self {
        F64x2(f64x2_eq(self.0, other.0))
    }
    #[inline(always)]
    fn select(self, yes: Self, no: Self) -> Self {
        F64x2(v128_bitselect(yes.0, no.0, self.0))
    }
    #[inline(always)]
    fn all(self) -> bool {
        i64x2_bitmask(self.0) == 3
    }
    #[inline(always)]
    fn rows<const N: usize>(self, table: &[[u64; 2]; N]) -> (Self, Self) {
        let row = |i: u32| {
            let row: &[u64; 2] = &table[i as usize % N];
            // SAFETY: a row is 16 readable bytes; v128 loads need no alignment.
            unsafe { v128_load(row.as_ptr().cast()) }
        };
        let (a, b) = (row(u32x4_extract_lane::<0>(self.0)), row(u32x4_extract_lane::<2>(self.0)));
        (F64x2(i64x2_shuffle::<0, 2>(a, b)), F64x2(i64x2_shuffle::<1, 3>(a, b)))
    }
    #[inline(always)]
    fn each(self, f: impl Fn(f64) -> f64) -> Self {
        F64x2(f64x2(f(f64x2_extract_lane::<0>(self.0)), f(f64x2_extract_lane::<1>(self.0))))
    }
    #[inline(always)]
    fn each2(self, other: Self, f: impl Fn(f64, f64) -> f64) -> Self {
        F64x2(f64x2(
            f(f64x2_extract_lane::<0>(self.0), f64x2_extract_lane::<0>(other.0)),
            f(f64x2_extract_lane::<1>(self.0), f64x2_extract_lane::<1>(other.0)),
        ))
    }
}
