//! What elementary functions need of a vector besides arithmetic: the lanes as 64-bit
//! integers, masks, and tables.

use std::ops::{Add, Div, Mul, Sub};

use super::{F64s, Lanes, MulAdd};

/// [`F64s`] whose lanes are also 64-bit integers, and masks of all ones or all zeros.
pub trait F64Bits: F64s + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> {
    /// Whether [`madd`](Self::madd) and [`nmadd`](Self::nmadd) round once: a product's rounding error is then one of them.
    const FUSED: bool = false;
    /// `self * a + b`.
    #[inline(always)]
    fn madd(self, a: Self, b: Self) -> Self {
        self * a + b
    }
    /// `b - self * a`.
    #[inline(always)]
    fn nmadd(self, a: Self, b: Self) -> Self {
        b - self * a
    }
    /// `bits` in every lane.
    #[inline(always)]
    fn splat_bits(bits: u64) -> Self {
        Self::splat(f64::from_bits(bits))
    }
    /// Each bit `self & other`.
    fn and(self, other: Self) -> Self;
    /// Each bit `self | other`.
    fn or(self, other: Self) -> Self;
    /// Each bit `self ^ other`.
    fn xor(self, other: Self) -> Self;
    /// Lane by lane the integers' sum, modulo 2^64.
    fn int_add(self, other: Self) -> Self;
    /// Lane by lane the integers' difference, modulo 2^64.
    fn int_sub(self, other: Self) -> Self;
    /// The integers shifted left.
    fn shl<const BY: u32>(self) -> Self;
    /// The integers shifted right, zeros from the left.
    fn shr<const BY: u32>(self) -> Self;
    /// The mask of `self < other`: not for NaN.
    fn lt(self, other: Self) -> Self;
    /// The mask of `self == other`: not for NaN.
    fn same(self, other: Self) -> Self;
    /// `yes` where the mask `self` is set, `no` elsewhere.
    fn select(self, yes: Self, no: Self) -> Self;
    /// Whether the mask is set in every lane.
    fn all(self) -> bool;
    /// The signed integers shifted right by 52, as numbers.
    fn exponent(self) -> Self;
    /// The rows of a table, by the lanes' integers shifted right and modulo its length, which is a power of two.
    fn rows<const BY: u32, const W: usize, const N: usize>(self, table: &[[u64; W]; N]) -> [Self; W];
}

#[inline(always)]
fn mask(set: bool) -> f64 {
    f64::from_bits(0u64.wrapping_sub(u64::from(set)))
}

impl F64Bits for f64 {
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        f64::from_bits(self.to_bits() & other.to_bits())
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        f64::from_bits(self.to_bits() | other.to_bits())
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        f64::from_bits(self.to_bits() ^ other.to_bits())
    }
    #[inline(always)]
    fn int_add(self, other: Self) -> Self {
        f64::from_bits(self.to_bits().wrapping_add(other.to_bits()))
    }
    #[inline(always)]
    fn int_sub(self, other: Self) -> Self {
        f64::from_bits(self.to_bits().wrapping_sub(other.to_bits()))
    }
    #[inline(always)]
    fn shl<const BY: u32>(self) -> Self {
        f64::from_bits(self.to_bits() << BY)
    }
    #[inline(always)]
    fn shr<const BY: u32>(self) -> Self {
        f64::from_bits(self.to_bits() >> BY)
    }
    #[inline(always)]
    fn lt(self, other: Self) -> Self {
        mask(self < other)
    }
    #[inline(always)]
    fn same(self, other: Self) -> Self {
        mask(self == other)
    }
    #[inline(always)]
    fn select(self, yes: Self, no: Self) -> Self {
        if self.to_bits() != 0 { yes } else { no }
    }
    #[inline(always)]
    fn all(self) -> bool {
        self.to_bits() != 0
    }
    #[inline(always)]
    fn exponent(self) -> Self {
        (self.to_bits() as i64 >> 52) as f64
    }
    #[inline(always)]
    fn rows<const BY: u32, const W: usize, const N: usize>(self, table: &[[u64; W]; N]) -> [Self; W] {
        table[(self.to_bits() >> BY) as usize % N].map(f64::from_bits)
    }
}

macro_rules! operator {
    ([$($generics:tt)*] $V:ty, $Op:ident, $op:ident) => {
        impl<$($generics)*> std::ops::$Op for $V {
            type Output = Self;
            #[inline(always)]
            fn $op(self, other: Self) -> Self {
                $crate::simd::F64s::$op(self, other)
            }
        }
    };
}
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(super) use operator;
operator!([const N: usize] Lanes<N>, Add, add);
operator!([const N: usize] Lanes<N>, Sub, sub);
operator!([const N: usize] Lanes<N>, Mul, mul);
operator!([const N: usize] Lanes<N>, Div, div);

impl<const N: usize> MulAdd for Lanes<N> {
    #[inline(always)]
    fn fma(self, a: Self, b: Self) -> Self {
        Lanes(std::array::from_fn(|i| self.0[i].fma(a.0[i], b.0[i])))
    }
    #[inline(always)]
    fn fnma(self, a: Self, b: Self) -> Self {
        Lanes(std::array::from_fn(|i| self.0[i].fnma(a.0[i], b.0[i])))
    }
}

impl<const N: usize> F64Bits for Lanes<N> {
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        self.zip(other, F64Bits::and)
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        self.zip(other, F64Bits::or)
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        self.zip(other, F64Bits::xor)
    }
    #[inline(always)]
    fn int_add(self, other: Self) -> Self {
        self.zip(other, F64Bits::int_add)
    }
    #[inline(always)]
    fn int_sub(self, other: Self) -> Self {
        self.zip(other, F64Bits::int_sub)
    }
    #[inline(always)]
    fn shl<const BY: u32>(self) -> Self {
        Lanes(self.0.map(F64Bits::shl::<BY>))
    }
    #[inline(always)]
    fn shr<const BY: u32>(self) -> Self {
        Lanes(self.0.map(F64Bits::shr::<BY>))
    }
    #[inline(always)]
    fn lt(self, other: Self) -> Self {
        self.zip(other, F64Bits::lt)
    }
    #[inline(always)]
    fn same(self, other: Self) -> Self {
        self.zip(other, F64Bits::same)
    }
    #[inline(always)]
    fn select(self, yes: Self, no: Self) -> Self {
        Lanes(std::array::from_fn(|i| F64Bits::select(self.0[i], yes.0[i], no.0[i])))
    }
    #[inline(always)]
    fn all(self) -> bool {
        self.0.iter().fold(u64::MAX, |all, mask| all & mask.to_bits()) != 0
    }
    #[inline(always)]
    fn exponent(self) -> Self {
        Lanes(self.0.map(F64Bits::exponent))
    }
    #[inline(always)]
    fn rows<const BY: u32, const W: usize, const M: usize>(self, table: &[[u64; W]; M]) -> [Self; W] {
        let rows = self.0.map(|x| F64Bits::rows::<BY, W, M>(x, table));
        std::array::from_fn(|i| Lanes(rows.map(|row| row[i])))
    }
}
