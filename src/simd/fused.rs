//! Multiplication and addition with one rounding: in [`Fused`] the vector traits' `madd` and `nmadd` are that,
//! so that an algorithm written over them is compiled with and without it.

use std::ops::{Add, Div, Mul, Sub};

use super::{F32Bits, F64Bits, F64s, Pair};

/// What computes a product and a sum with one rounding.
pub trait MulAdd: Copy {
    /// `self * a + b`, rounded once.
    fn fma(self, a: Self, b: Self) -> Self;
    /// `b - self * a`, rounded once.
    fn fnma(self, a: Self, b: Self) -> Self;
}

macro_rules! number {
    ($($T:ty),*) => {$(
        impl MulAdd for $T {
            #[inline(always)]
            fn fma(self, a: Self, b: Self) -> Self {
                self.mul_add(a, b)
            }
            #[inline(always)]
            fn fnma(self, a: Self, b: Self) -> Self {
                (-self).mul_add(a, b)
            }
        }
    )*};
}
number!(f64, f32);

impl<V: MulAdd> MulAdd for Pair<V> {
    #[inline(always)]
    fn fma(self, a: Self, b: Self) -> Self {
        Pair(self.0.fma(a.0, b.0), self.1.fma(a.1, b.1))
    }
    #[inline(always)]
    fn fnma(self, a: Self, b: Self) -> Self {
        Pair(self.0.fnma(a.0, b.0), self.1.fnma(a.1, b.1))
    }
}

/// A vector whose `madd` and `nmadd` round once.
#[derive(Clone, Copy)]
pub struct Fused<V>(V);

macro_rules! operator {
    ($($Op:ident $op:ident),*) => {$(
        impl<V: $Op<Output = V>> $Op for Fused<V> {
            type Output = Self;
            #[inline(always)]
            fn $op(self, other: Self) -> Self {
                Fused($Op::$op(self.0, other.0))
            }
        }
    )*};
}
operator!(Add add, Sub sub, Mul mul, Div div);

macro_rules! as_within {
    ($Trait:ident: $($name:ident $(<$BY:ident>)? ($($other:ident),*)),*) => {$(
        #[inline(always)]
        fn $name $(<const $BY: u32>)? (self $(, $other: Self)*) -> Self {
            Fused($Trait::$name $(::<$BY>)? (self.0 $(, $other.0)*))
        }
    )*};
}

macro_rules! memory {
    ($T:ty) => {
        #[inline(always)]
        fn splat(value: $T) -> Self {
            Fused(V::splat(value))
        }
        #[inline(always)]
        fn load(from: &[$T]) -> Self {
            Fused(V::load(from))
        }
        #[inline(always)]
        fn store(self, to: &mut [$T]) {
            self.0.store(to);
        }
    };
}

macro_rules! once {
    () => {
        const FUSED: bool = true;
        #[inline(always)]
        fn madd(self, a: Self, b: Self) -> Self {
            Fused(self.0.fma(a.0, b.0))
        }
        #[inline(always)]
        fn nmadd(self, a: Self, b: Self) -> Self {
            Fused(self.0.fnma(a.0, b.0))
        }
        #[inline(always)]
        fn all(self) -> bool {
            self.0.all()
        }
    };
}

impl<V: F64s> F64s for Fused<V> {
    const LANES: usize = V::LANES;
    memory!(f64);
    as_within!(F64s: add(other), sub(other), mul(other), div(other), abs(), max(other), min(other), sqrt());
    as_within!(F64s: if_number(yes, no));
    #[inline(always)]
    fn any_gt(self, other: Self) -> bool {
        self.0.any_gt(other.0)
    }
}

impl<V: F64Bits + MulAdd> F64Bits for Fused<V> {
    once!();
    as_within!(F64Bits: and(other), or(other), xor(other), int_add(other), int_sub(other), shl<BY>(), shr<BY>(), exponent());
    as_within!(F64Bits: lt(other), same(other), select(yes, no));
    #[inline(always)]
    fn rows<const BY: u32, const W: usize, const N: usize>(self, table: &[[u64; W]; N]) -> [Self; W] {
        self.0.rows::<BY, W, N>(table).map(Fused)
    }
}

impl<V: F32Bits<Wide: MulAdd> + MulAdd> F32Bits for Fused<V> {
    const LANES: usize = V::LANES;
    type Wide = Fused<V::Wide>;
    memory!(f32);
    once!();
    #[inline(always)]
    fn widen(self) -> Self::Wide {
        Fused(self.0.widen())
    }
    #[inline(always)]
    fn narrow(wide: Self::Wide) -> Self {
        Fused(V::narrow(wide.0))
    }
    #[inline(always)]
    fn low_bits(wide: Self::Wide) -> Self {
        Fused(V::low_bits(wide.0))
    }
    as_within!(F32Bits: abs(), max(other), min(other), and(other), or(other), xor(other));
    as_within!(F32Bits: int_add(other), int_sub(other), shl<BY>(), shr<BY>(), of_int());
    as_within!(F32Bits: lt(other), same(other), select(yes, no));
}
