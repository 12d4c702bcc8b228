//! Several `f32` in one register, for elementary functions in single precision.

use std::ops::{Add, Div, Mul, Sub};

use super::{F64Bits, Lanes, MulAdd};

/// Several `f32`, which are also 32-bit integers, and masks of all ones or all zeros.
pub trait F32Bits: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> {
    /// How many.
    const LANES: usize;
    /// As many `f64`.
    type Wide: F64Bits;
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
    /// `value` in every lane.
    fn splat(value: f32) -> Self;
    /// `bits` in every lane.
    #[inline(always)]
    fn splat_bits(bits: u32) -> Self {
        Self::splat(f32::from_bits(bits))
    }
    /// The first `LANES` elements. Panics where there are fewer.
    fn load(from: &[f32]) -> Self;
    /// Into the first `LANES` elements. Panics where there are fewer.
    fn store(self, to: &mut [f32]);
    /// Without loss.
    fn widen(self) -> Self::Wide;
    /// Rounded to the nearest.
    fn narrow(wide: Self::Wide) -> Self;
    /// The low 32 bits of each lane.
    fn low_bits(wide: Self::Wide) -> Self;
    /// Lane by lane the absolute value.
    fn abs(self) -> Self;
    /// Lane by lane the larger; `self` where either is NaN.
    fn max(self, other: Self) -> Self;
    /// Lane by lane the smaller; `self` where either is NaN.
    fn min(self, other: Self) -> Self;
    /// Each bit `self & other`.
    fn and(self, other: Self) -> Self;
    /// Each bit `self | other`.
    fn or(self, other: Self) -> Self;
    /// Each bit `self ^ other`.
    fn xor(self, other: Self) -> Self;
    /// Lane by lane the integers' sum, modulo 2^32.
    fn int_add(self, other: Self) -> Self;
    /// Lane by lane the integers' difference, modulo 2^32.
    fn int_sub(self, other: Self) -> Self;
    /// The integers shifted left.
    fn shl<const BY: u32>(self) -> Self;
    /// The signed integers shifted right.
    fn shr<const BY: u32>(self) -> Self;
    /// The signed integers as numbers, rounded.
    fn of_int(self) -> Self;
    /// The mask of `self < other`: not for NaN.
    fn lt(self, other: Self) -> Self;
    /// The mask of `self == other`: not for NaN.
    fn same(self, other: Self) -> Self;
    /// `yes` where the mask `self` is set, `no` elsewhere.
    fn select(self, yes: Self, no: Self) -> Self;
    /// Whether the mask is set in every lane.
    fn all(self) -> bool;
}

#[inline(always)]
fn mask(set: bool) -> f32 {
    f32::from_bits(0u32.wrapping_sub(u32::from(set)))
}

impl F32Bits for f32 {
    const LANES: usize = 1;
    type Wide = f64;
    #[inline(always)]
    fn splat(value: f32) -> Self {
        value
    }
    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        from[0]
    }
    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        to[0] = self;
    }
    #[inline(always)]
    fn widen(self) -> f64 {
        self.into()
    }
    #[inline(always)]
    fn narrow(wide: f64) -> Self {
        wide as f32
    }
    #[inline(always)]
    fn low_bits(wide: f64) -> Self {
        f32::from_bits(wide.to_bits() as u32)
    }
    #[inline(always)]
    fn abs(self) -> Self {
        f32::abs(self)
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if self < other { other } else { self }
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        if other < self { other } else { self }
    }
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        f32::from_bits(self.to_bits() & other.to_bits())
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        f32::from_bits(self.to_bits() | other.to_bits())
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        f32::from_bits(self.to_bits() ^ other.to_bits())
    }
    #[inline(always)]
    fn int_add(self, other: Self) -> Self {
        f32::from_bits(self.to_bits().wrapping_add(other.to_bits()))
    }
    #[inline(always)]
    fn int_sub(self, other: Self) -> Self {
        f32::from_bits(self.to_bits().wrapping_sub(other.to_bits()))
    }
    #[inline(always)]
    fn shl<const BY: u32>(self) -> Self {
        f32::from_bits(self.to_bits() << BY)
    }
    #[inline(always)]
    fn shr<const BY: u32>(self) -> Self {
        f32::from_bits((self.to_bits() as i32 >> BY) as u32)
    }
    #[inline(always)]
    fn of_int(self) -> Self {
        self.to_bits() as i32 as f32
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
}

/// Plain arrays: the compiler turns them into whatever vectors the target has.
#[derive(Clone, Copy)]
pub struct NarrowLanes<const N: usize>([f32; N]);

impl<const N: usize> NarrowLanes<N> {
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        NarrowLanes(std::array::from_fn(|i| f(self.0[i], other.0[i])))
    }
}

macro_rules! lane_by_lane {
    ($($name:ident),*) => {$(
        #[inline(always)]
        fn $name(self, other: Self) -> Self {
            self.zip(other, F32Bits::$name)
        }
    )*};
}
macro_rules! lane_operator {
    ($($Op:ident $op:ident),*) => {$(
        impl<const N: usize> $Op for NarrowLanes<N> {
            type Output = Self;
            #[inline(always)]
            fn $op(self, other: Self) -> Self {
                self.zip(other, $Op::$op)
            }
        }
    )*};
}
lane_operator!(Add add, Sub sub, Mul mul, Div div);

impl<const N: usize> MulAdd for NarrowLanes<N> {
    #[inline(always)]
    fn fma(self, a: Self, b: Self) -> Self {
        NarrowLanes(std::array::from_fn(|i| self.0[i].fma(a.0[i], b.0[i])))
    }
    #[inline(always)]
    fn fnma(self, a: Self, b: Self) -> Self {
        NarrowLanes(std::array::from_fn(|i| self.0[i].fnma(a.0[i], b.0[i])))
    }
}

impl<const N: usize> F32Bits for NarrowLanes<N> {
    const LANES: usize = N;
    type Wide = Lanes<N>;
    #[inline(always)]
    fn splat(value: f32) -> Self {
        NarrowLanes([value; N])
    }
    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        let from = &from[..N];
        NarrowLanes(std::array::from_fn(|i| from[i]))
    }
    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        to[..N].copy_from_slice(&self.0);
    }
    #[inline(always)]
    fn widen(self) -> Lanes<N> {
        Lanes(self.0.map(f64::from))
    }
    #[inline(always)]
    fn narrow(wide: Lanes<N>) -> Self {
        NarrowLanes(wide.0.map(|x| x as f32))
    }
    #[inline(always)]
    fn low_bits(wide: Lanes<N>) -> Self {
        NarrowLanes(wide.0.map(F32Bits::low_bits))
    }
    #[inline(always)]
    fn abs(self) -> Self {
        NarrowLanes(self.0.map(f32::abs))
    }
    lane_by_lane!(max, min, and, or, xor, int_add, int_sub, lt, same);
    #[inline(always)]
    fn shl<const BY: u32>(self) -> Self {
        NarrowLanes(self.0.map(F32Bits::shl::<BY>))
    }
    #[inline(always)]
    fn shr<const BY: u32>(self) -> Self {
        NarrowLanes(self.0.map(F32Bits::shr::<BY>))
    }
    #[inline(always)]
    fn of_int(self) -> Self {
        NarrowLanes(self.0.map(F32Bits::of_int))
    }
    #[inline(always)]
    fn select(self, yes: Self, no: Self) -> Self {
        NarrowLanes(std::array::from_fn(|i| self.0[i].select(yes.0[i], no.0[i])))
    }
    #[inline(always)]
    fn all(self) -> bool {
        self.0.iter().fold(true, |all, lane| all & (lane.to_bits() != 0))
    }
}
