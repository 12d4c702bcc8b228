//! Small vector traits. An algorithm is written once over [`F64s`] or [`F32Bits`] and instantiated for
//! each instruction set, alone or in a [`Pair`]; the number itself is the scalar twin.

mod bits;
mod fused;
mod narrow;
mod pair;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;

pub use bits::F64Bits;
pub use fused::{Fused, MulAdd};
pub use narrow::{F32Bits, NarrowLanes};
pub use pair::Pair;

/// Several `f64` in one register.
pub trait F64s: Copy {
    /// How many.
    const LANES: usize;
    /// `value` in every lane.
    fn splat(value: f64) -> Self;
    /// The first `LANES` elements. Panics where there are fewer.
    fn load(from: &[f64]) -> Self;
    /// Into the first `LANES` elements. Panics where there are fewer.
    fn store(self, to: &mut [f64]);
    /// Lane by lane `self + other`.
    fn add(self, other: Self) -> Self;
    /// Lane by lane `self - other`.
    fn sub(self, other: Self) -> Self;
    /// Lane by lane `self * other`.
    fn mul(self, other: Self) -> Self;
    /// Lane by lane `self / other`.
    fn div(self, other: Self) -> Self;
    /// Lane by lane the absolute value.
    fn abs(self) -> Self;
    /// Lane by lane the larger; `self` where either is NaN.
    fn max(self, other: Self) -> Self;
    /// Lane by lane the smaller; `self` where either is NaN.
    fn min(self, other: Self) -> Self;
    /// Lane by lane the square root, correctly rounded.
    fn sqrt(self) -> Self;
    /// Whether `self > other` in any lane; not where either is NaN.
    fn any_gt(self, other: Self) -> bool;
    /// Lane by lane `yes`, but `no` where `self` is NaN.
    fn if_number(self, yes: Self, no: Self) -> Self;
}

impl F64s for f64 {
    const LANES: usize = 1;
    #[inline(always)]
    fn splat(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn load(from: &[f64]) -> Self {
        from[0]
    }
    #[inline(always)]
    fn store(self, to: &mut [f64]) {
        to[0] = self;
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self + other
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self - other
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self * other
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self / other
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        if other < self { other } else { self }
    }
    #[inline(always)]
    fn abs(self) -> Self {
        f64::abs(self)
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if self < other { other } else { self }
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }
    #[inline(always)]
    fn any_gt(self, other: Self) -> bool {
        self > other
    }
    #[inline(always)]
    fn if_number(self, yes: Self, no: Self) -> Self {
        if self.is_nan() { no } else { yes }
    }
}

/// Plain arrays: the compiler turns them into whatever vectors the target has.
#[derive(Clone, Copy)]
pub struct Lanes<const N: usize>([f64; N]);

impl<const N: usize> Lanes<N> {
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f64, f64) -> f64) -> Self {
        Lanes(std::array::from_fn(|i| f(self.0[i], other.0[i])))
    }
}

impl<const N: usize> F64s for Lanes<N> {
    const LANES: usize = N;
    #[inline(always)]
    fn splat(value: f64) -> Self {
        Lanes([value; N])
    }
    #[inline(always)]
    fn load(from: &[f64]) -> Self {
        let from = &from[..N];
        Lanes(std::array::from_fn(|i| from[i]))
    }
    #[inline(always)]
    fn store(self, to: &mut [f64]) {
        to[..N].copy_from_slice(&self.0);
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| a / b)
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        self.zip(other, F64s::min)
    }
    #[inline(always)]
    fn abs(self) -> Self {
        Lanes(self.0.map(f64::abs))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.zip(other, F64s::max)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        Lanes(self.0.map(f64::sqrt))
    }
    #[inline(always)]
    fn any_gt(self, other: Self) -> bool {
        self.0.iter().zip(&other.0).fold(false, |any, (a, b)| any | (a > b))
    }
    #[inline(always)]
    fn if_number(self, yes: Self, no: Self) -> Self {
        Lanes(std::array::from_fn(|i| self.0[i].if_number(yes.0[i], no.0[i])))
    }
}

/// The vectors for this target.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod native {
    /// Of doubles.
    pub type Native = super::simd128::F64x2;
    /// Of floats.
    pub type NativeF32 = super::simd128::F32x4;
}
/// The vectors for this target.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod native {
    /// Of doubles.
    pub type Native = super::Lanes<4>;
    /// Of floats.
    pub type NativeF32 = super::NarrowLanes<4>;
}
pub use native::{Native, NativeF32};
