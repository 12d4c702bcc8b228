//! Two vectors as one: an algorithm goes through both in step, so that the latencies of one hide behind the
//! other's work, and constants are fetched once for both.

use std::ops::{Add, Div, Mul, Sub};

use super::{F32Bits, F64Bits, F64s};

/// Two vectors.
#[derive(Clone, Copy)]
pub struct Pair<V>(pub(super) V, pub(super) V);

macro_rules! operator {
    ($($Op:ident $op:ident),*) => {$(
        impl<V: $Op<Output = V>> $Op for Pair<V> {
            type Output = Self;
            #[inline(always)]
            fn $op(self, other: Self) -> Self {
                Pair($Op::$op(self.0, other.0), $Op::$op(self.1, other.1))
            }
        }
    )*};
}
operator!(Add add, Sub sub, Mul mul, Div div);

macro_rules! both {
    ($Trait:ident: $($name:ident $(<$BY:ident>)? ($($other:ident),*)),*) => {$(
        #[inline(always)]
        fn $name $(<const $BY: u32>)? (self $(, $other: Self)*) -> Self {
            Pair($Trait::$name $(::<$BY>)? (self.0 $(, $other.0)*), $Trait::$name $(::<$BY>)? (self.1 $(, $other.1)*))
        }
    )*};
}

macro_rules! memory {
    ($Trait:ident, $T:ty, $load:ident, $store:ident) => {
        #[inline(always)]
        fn $load(from: &[$T]) -> Self {
            Pair($Trait::$load(from), $Trait::$load(&from[V::LANES..]))
        }
        #[inline(always)]
        fn $store(self, to: &mut [$T]) {
            self.0.$store(to);
            self.1.$store(&mut to[V::LANES..]);
        }
    };
}

impl<V: F64s> F64s for Pair<V> {
    const LANES: usize = 2 * V::LANES;
    #[inline(always)]
    fn splat(value: f64) -> Self {
        Pair(V::splat(value), V::splat(value))
    }
    memory!(F64s, f64, load, store);
    both!(F64s: add(other), sub(other), mul(other), div(other), abs(), max(other), min(other), sqrt());
    #[inline(always)]
    fn any_gt(self, other: Self) -> bool {
        self.0.any_gt(other.0) | self.1.any_gt(other.1)
    }
    both!(F64s: if_number(yes, no));
}

impl<V: F64Bits> F64Bits for Pair<V> {
    both!(F64Bits: and(other), or(other), xor(other), int_add(other), int_sub(other), shl<BY>(), shr<BY>(), exponent());
    both!(F64Bits: lt(other), same(other), select(yes, no));
    #[inline(always)]
    fn all(self) -> bool {
        self.0.and(self.1).all()
    }
    #[inline(always)]
    fn rows<const BY: u32, const W: usize, const N: usize>(self, table: &[[u64; W]; N]) -> [Self; W] {
        let (a, b) = (self.0.rows::<BY, W, N>(table), self.1.rows::<BY, W, N>(table));
        std::array::from_fn(|i| Pair(a[i], b[i]))
    }
}

impl<V: F32Bits> F32Bits for Pair<V> {
    const LANES: usize = 2 * V::LANES;
    type Wide = Pair<V::Wide>;
    #[inline(always)]
    fn splat(value: f32) -> Self {
        Pair(V::splat(value), V::splat(value))
    }
    memory!(F32Bits, f32, load, store);
    #[inline(always)]
    fn widen(self) -> Self::Wide {
        Pair(self.0.widen(), self.1.widen())
    }
    #[inline(always)]
    fn narrow(wide: Self::Wide) -> Self {
        Pair(V::narrow(wide.0), V::narrow(wide.1))
    }
    #[inline(always)]
    fn low_bits(wide: Self::Wide) -> Self {
        Pair(V::low_bits(wide.0), V::low_bits(wide.1))
    }
    both!(F32Bits: abs(), max(other), min(other), and(other), or(other), xor(other), int_add(other), int_sub(other));
    both!(F32Bits: shl<BY>(), shr<BY>(), of_int(), lt(other), same(other), select(yes, no));
    #[inline(always)]
    fn all(self) -> bool {
        self.0.and(self.1).all()
    }
}
