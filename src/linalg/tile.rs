//! The innermost part of every product: a tile of the result, in registers, for the numbers that
//! there are vectors of.
//!
//! On WebAssembly the vectors are written out: what matters is that one number of the right factor
//! is loaded into all lanes at once, and that the loop is not unrolled, which makes V8 run out of
//! registers. Measured in V8, this is half as fast again as the kernel of crate `gemm`.

/// Several numbers in one register.
pub(super) trait Vector: Copy {
    type Item: Copy;
    const LANES: usize;
    fn zero() -> Self;
    /// # Safety
    /// `LANES` numbers can be read.
    unsafe fn load(from: *const Self::Item) -> Self;
    /// One number in all lanes.
    ///
    /// # Safety
    /// It can be read.
    unsafe fn splat(from: *const Self::Item) -> Self;
    /// # Safety
    /// `LANES` numbers can be written.
    unsafe fn store(self, to: *mut Self::Item);
    /// Lane by lane the sum; of integers, modulo their range.
    fn add(self, other: Self) -> Self;
    /// Lane by lane `self + a * b`, each rounded; of integers, modulo their range.
    fn add_product(self, a: Self, b: Self) -> Self;
}

/// A number that products are computed in.
pub trait Packed: Copy + 'static {
    #[doc(hidden)]
    #[expect(private_bounds, reason = "how it is computed is nobody's business")]
    type Vector: Vector<Item = Self>;
    /// 0.
    const ZERO: Self;
}

/// Rows of a tile, in vectors: with [`COLUMNS`] this leaves registers for both factors.
pub(super) const VECTORS: usize = 2;
/// Columns of a tile.
pub(super) const COLUMNS: usize = 4;
/// The most rows that a tile has.
pub(super) const MOST_ROWS: usize = VECTORS * 8;

/// Rows of a tile.
pub(super) const fn rows<P: Packed>() -> usize {
    VECTORS * P::Vector::LANES
}

/// The sums of `k` products: a tile of `a b`, where the columns of `a` are [`rows`] long and lie
/// one after another, as do the rows of `b`, [`COLUMNS`] long.
///
/// # Safety
/// Both have `k` of them.
#[inline(always)]
pub(super) unsafe fn tile<P: Packed>(k: usize, mut a: *const P, mut b: *const P) -> [[P::Vector; VECTORS]; COLUMNS] {
    let mut sums = [[P::Vector::zero(); VECTORS]; COLUMNS];
    for _ in 0..k {
        // SAFETY: the caller's promise; the pointers go on by what is read.
        unsafe {
            let column: [P::Vector; VECTORS] = std::array::from_fn(|i| P::Vector::load(a.add(i * P::Vector::LANES)));
            for (j, sums) in sums.iter_mut().enumerate() {
                let factor = P::Vector::splat(b.add(j));
                for (sum, a) in sums.iter_mut().zip(column) {
                    *sum = sum.add_product(a, factor);
                }
            }
            a = a.add(rows::<P>());
            b = b.add(COLUMNS);
        }
    }
    sums
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod vectors {
    use super::{Packed, Vector};
    use core::arch::wasm32::*;

    macro_rules! vector {
        ($V:ident, $t:ident, $lanes:literal, $splat:ident, $zero:expr, $add:ident, $mul:ident) => {
            #[derive(Clone, Copy)]
            pub struct $V(v128);
            impl Vector for $V {
                type Item = $t;
                const LANES: usize = $lanes;
                #[inline(always)]
                fn zero() -> Self {
                    $V($zero)
                }
                #[inline(always)]
                unsafe fn load(from: *const $t) -> Self {
                    // SAFETY: the caller's promise; 16 bytes, of any alignment.
                    $V(unsafe { v128_load(from.cast()) })
                }
                #[inline(always)]
                unsafe fn splat(from: *const $t) -> Self {
                    // SAFETY: the caller's promise; one number, of any alignment.
                    $V(unsafe { $splat(from.cast()) })
                }
                #[inline(always)]
                unsafe fn store(self, to: *mut $t) {
                    // SAFETY: the caller's promise; 16 bytes, of any alignment.
                    unsafe { v128_store(to.cast(), self.0) }
                }
                #[inline(always)]
                fn add(self, other: Self) -> Self {
                    $V($add(self.0, other.0))
                }
                #[inline(always)]
                fn add_product(self, a: Self, b: Self) -> Self {
                    $V($add(self.0, $mul(a.0, b.0)))
                }
            }
            impl Packed for $t {
                type Vector = $V;
                const ZERO: $t = 0 as $t;
            }
        };
    }
    vector!(F64x2, f64, 2, v128_load64_splat, f64x2_splat(0.0), f64x2_add, f64x2_mul);
    vector!(F32x4, f32, 4, v128_load32_splat, f32x4_splat(0.0), f32x4_add, f32x4_mul);
    vector!(I64x2, i64, 2, v128_load64_splat, i64x2_splat(0), i64x2_add, i64x2_mul);
    vector!(I32x4, i32, 4, v128_load32_splat, i32x4_splat(0), i32x4_add, i32x4_mul);
    vector!(I16x8, i16, 8, v128_load16_splat, i16x8_splat(0), i16x8_add, i16x8_mul);
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod vectors {
    use super::{Packed, Vector};

    /// The compiler turns them into whatever vectors the target has.
    macro_rules! vector {
        ($V:ident, $t:ident, $lanes:literal, $add:expr, $mul:expr) => {
            #[derive(Clone, Copy)]
            pub struct $V([$t; $lanes]);
            impl Vector for $V {
                type Item = $t;
                const LANES: usize = $lanes;
                #[inline(always)]
                fn zero() -> Self {
                    $V([0 as $t; $lanes])
                }
                #[inline(always)]
                unsafe fn load(from: *const $t) -> Self {
                    // SAFETY: the caller's promise.
                    $V(unsafe { from.cast::<[$t; $lanes]>().read() })
                }
                #[inline(always)]
                unsafe fn splat(from: *const $t) -> Self {
                    // SAFETY: the caller's promise.
                    $V([unsafe { *from }; $lanes])
                }
                #[inline(always)]
                unsafe fn store(self, to: *mut $t) {
                    // SAFETY: the caller's promise.
                    unsafe { to.cast::<[$t; $lanes]>().write(self.0) }
                }
                #[inline(always)]
                fn add(self, other: Self) -> Self {
                    $V(std::array::from_fn(|i| $add(self.0[i], other.0[i])))
                }
                #[inline(always)]
                fn add_product(self, a: Self, b: Self) -> Self {
                    $V(std::array::from_fn(|i| $add(self.0[i], $mul(a.0[i], b.0[i]))))
                }
            }
            impl Packed for $t {
                type Vector = $V;
                const ZERO: $t = 0 as $t;
            }
        };
    }
    vector!(F64x2, f64, 2, std::ops::Add::add, std::ops::Mul::mul);
    vector!(F32x4, f32, 4, std::ops::Add::add, std::ops::Mul::mul);
    vector!(I64x2, i64, 2, i64::wrapping_add, i64::wrapping_mul);
    vector!(I32x4, i32, 4, i32::wrapping_add, i32::wrapping_mul);
    vector!(I16x8, i16, 8, i16::wrapping_add, i16::wrapping_mul);
}
