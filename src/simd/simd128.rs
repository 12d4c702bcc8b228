//! WebAssembly's 128-bit vectors.

use core::arch::wasm32::*;

#[cfg(target_feature = "relaxed-simd")]
use super::MulAdd;
use super::bits::operator;
use super::{F32Bits, F64Bits, F64s, Pair};

#[cfg(not(target_feature = "relaxed-simd"))]
use {f32x4_pmax as pmax_f32, f32x4_pmin as pmin_f32, f64x2_pmax as pmax_f64, f64x2_pmin as pmin_f64};

/// LLVM makes relaxed minima and maxima of pmin and pmax where the target has them, which may lose a NaN.
#[cfg(target_feature = "relaxed-simd")]
macro_rules! by_comparison {
    ($($name:ident $is:ident),*) => {$(
        #[inline(always)]
        fn $name(a: v128, b: v128) -> v128 {
            v128_bitselect(b, a, $is(b, a))
        }
    )*};
}
#[cfg(target_feature = "relaxed-simd")]
by_comparison!(pmax_f32 f32x4_gt, pmin_f32 f32x4_lt, pmax_f64 f64x2_gt, pmin_f64 f64x2_lt);

/// Two `f64` in a `v128`.
#[derive(Clone, Copy)]
pub struct F64x2(v128);

impl From<v128> for F64x2 {
    #[inline(always)]
    fn from(vector: v128) -> Self {
        F64x2(vector)
    }
}
impl From<F64x2> for v128 {
    #[inline(always)]
    fn from(vector: F64x2) -> Self {
        vector.0
    }
}

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
        F64x2(pmin_f64(self.0, other.0))
    }
    #[inline(always)]
    fn abs(self) -> Self {
        F64x2(f64x2_abs(self.0))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        F64x2(pmax_f64(self.0, other.0))
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

/// Rounded once where the engine fuses the instruction, which it may do or not, but always alike.
#[cfg(target_feature = "relaxed-simd")]
impl MulAdd for F64x2 {
    #[inline(always)]
    fn fma(self, a: Self, b: Self) -> Self {
        F64x2(f64x2_relaxed_madd(self.0, a.0, b.0))
    }
    #[inline(always)]
    fn fnma(self, a: Self, b: Self) -> Self {
        F64x2(f64x2_relaxed_nmadd(self.0, a.0, b.0))
    }
}

impl F64Bits for F64x2 {
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
    fn exponent(self) -> Self {
        let exponents = i32x4_shr(self.0, 20);
        F64x2(f64x2_convert_low_i32x4(i32x4_shuffle::<1, 3, 1, 3>(exponents, exponents)))
    }
    #[inline(always)]
    fn rows<const BY: u32, const W: usize, const N: usize>(self, table: &[[u64; W]; N]) -> [Self; W] {
        const { assert!(W.is_power_of_two() && N.is_power_of_two() && W * N <= 1 << 24) };
        // Both lanes' distances from the table at once, in bytes.
        let scale = (8 * W as u32).ilog2();
        let scaled = if BY < scale { i64x2_shl(self.0, scale - BY) } else { u64x2_shr(self.0, BY - scale) };
        let distances = v128_and(scaled, u64x2_splat((8 * W * (N - 1)) as u64));
        let load = |distance: u32, at: usize| {
            // SAFETY: the distance is that of one of N rows, and `at + 2` at most W; v128 loads need no alignment.
            unsafe { v128_load(table.as_ptr().byte_add(distance as usize).cast::<u64>().add(at).cast()) }
        };
        let (first, second) = (u32x4_extract_lane::<0>(distances), u32x4_extract_lane::<2>(distances));
        let mut columns = [self; W];
        for at in (0..W).step_by(2) {
            let (a, b) = (load(first, at), load(second, at));
            columns[at] = F64x2(i64x2_shuffle::<0, 2>(a, b));
            columns[at + 1] = F64x2(i64x2_shuffle::<1, 3>(a, b));
        }
        columns
    }
}

/// Four `f32` in a `v128`.
#[derive(Clone, Copy)]
pub struct F32x4(v128);

impl From<v128> for F32x4 {
    #[inline(always)]
    fn from(vector: v128) -> Self {
        F32x4(vector)
    }
}
impl From<F32x4> for v128 {
    #[inline(always)]
    fn from(vector: F32x4) -> Self {
        vector.0
    }
}

macro_rules! arithmetic {
    ($($Op:ident $op:ident $f:ident),*) => {$(
        impl std::ops::$Op for F32x4 {
            type Output = Self;
            #[inline(always)]
            fn $op(self, other: Self) -> Self {
                F32x4($f(self.0, other.0))
            }
        }
    )*};
}
arithmetic!(Add add f32x4_add, Sub sub f32x4_sub, Mul mul f32x4_mul, Div div f32x4_div);

macro_rules! two_operands {
    ($($name:ident $f:ident),*) => {$(
        #[inline(always)]
        fn $name(self, other: Self) -> Self {
            F32x4($f(self.0, other.0))
        }
    )*};
}

/// As of [`F64x2`].
#[cfg(target_feature = "relaxed-simd")]
impl MulAdd for F32x4 {
    #[inline(always)]
    fn fma(self, a: Self, b: Self) -> Self {
        F32x4(f32x4_relaxed_madd(self.0, a.0, b.0))
    }
    #[inline(always)]
    fn fnma(self, a: Self, b: Self) -> Self {
        F32x4(f32x4_relaxed_nmadd(self.0, a.0, b.0))
    }
}

impl F32Bits for F32x4 {
    const LANES: usize = 4;
    type Wide = Pair<F64x2>;
    #[inline(always)]
    fn splat(value: f32) -> Self {
        F32x4(f32x4_splat(value))
    }
    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        let from = &from[..4];
        // SAFETY: four elements, 16 readable bytes; v128 loads need no alignment.
        F32x4(unsafe { v128_load(from.as_ptr().cast()) })
    }
    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        let to = &mut to[..4];
        // SAFETY: four elements, 16 writable bytes; v128 stores need no alignment.
        unsafe { v128_store(to.as_mut_ptr().cast(), self.0) }
    }
    #[inline(always)]
    fn widen(self) -> Pair<F64x2> {
        let high = i64x2_shuffle::<1, 1>(self.0, self.0);
        Pair(F64x2(f64x2_promote_low_f32x4(self.0)), F64x2(f64x2_promote_low_f32x4(high)))
    }
    #[inline(always)]
    fn narrow(wide: Pair<F64x2>) -> Self {
        // The average of equals changes nothing, but LLVM does not see through it: it would round the
        // lanes one by one, in twelve instructions.
        let round = |wide: F64x2| {
            let rounded = f32x4_demote_f64x2_zero(wide.0);
            u8x16_avgr(rounded, rounded)
        };
        F32x4(i64x2_shuffle::<0, 2>(round(wide.0), round(wide.1)))
    }
    #[inline(always)]
    fn low_bits(wide: Pair<F64x2>) -> Self {
        F32x4(i32x4_shuffle::<0, 2, 4, 6>(wide.0.0, wide.1.0))
    }
    #[inline(always)]
    fn abs(self) -> Self {
        F32x4(f32x4_abs(self.0))
    }
    two_operands!(max pmax_f32, min pmin_f32, and v128_and, or v128_or, xor v128_xor);
    two_operands!(int_add i32x4_add, int_sub i32x4_sub, lt f32x4_lt, same f32x4_eq);
    #[inline(always)]
    fn shl<const BY: u32>(self) -> Self {
        F32x4(i32x4_shl(self.0, BY))
    }
    #[inline(always)]
    fn shr<const BY: u32>(self) -> Self {
        F32x4(i32x4_shr(self.0, BY))
    }
    #[inline(always)]
    fn of_int(self) -> Self {
        F32x4(f32x4_convert_i32x4(self.0))
    }
    #[inline(always)]
    fn select(self, yes: Self, no: Self) -> Self {
        F32x4(v128_bitselect(yes.0, no.0, self.0))
    }
    #[inline(always)]
    fn all(self) -> bool {
        i32x4_bitmask(self.0) == 15
    }
}
