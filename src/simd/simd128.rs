//! WebAssembly's 128-bit vectors.

use core::arch::wasm32::*;

use super::F64s;

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
}
