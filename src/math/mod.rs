//! Elementary functions, element by element, in the operand's precision.
//!
//! Special values are those of C99's Annex F, which are NumPy's. Errors are within 1 ulp, 0.5 to
//! 0.95 ulp; of `power` within 4: 0.6, but up to 2.5 where it raises what is near 1 to a power that comes near the ends of
//! the range, and 3.5 of f32 (`tests/rust/math.rs` measures them).
//! Without FMA, which WebAssembly has only in engines with relaxed SIMD: for these the same source is compiled
//! once more, over vectors that fuse ([`Path::Fused`]). A value's result does not depend on its neighbours or its place
//! in the array.

pub mod apply;
pub mod arctan;
mod drive;
pub mod exp;
pub mod fused;
pub mod hyperbolic;
pub mod log;
pub mod power;
pub mod roots;
#[rustfmt::skip]
#[allow(clippy::excessive_precision, clippy::approx_constant, clippy::unreadable_literal)]
pub mod tables;
pub mod trig;

use std::ops::{Add, Sub};

use crate::error::{Error, Result};
#[cfg(any(not(target_arch = "wasm32"), target_feature = "relaxed-simd"))]
use crate::simd::Fused;
use crate::simd::{F32Bits, F64Bits, F64s, Native, NativeF32, Pair};
use crate::view::{LaneStarts, View, ViewMut};

const SIGN: u64 = 1 << 63;
const SIGN_F32: u32 = 1 << 31;
const ONE_F32: u32 = 0x7f << 23;

/// A function of one operand. Generic in the vector, so that one lane has the bits of many.
///
/// The vector code returns with its results the mask of the lanes that they are good for. The other
/// lanes go through the scalar `special`, out of the loop: a call inside it costs the registers.
pub trait Kernel1 {
    /// In f64.
    fn wide<V: F64Bits>(x: V) -> (V, V);
    /// What `wide` leaves.
    fn special(x: f64) -> f64;
    /// In f32.
    fn narrow<V: F32Bits>(x: V) -> (V, V);
    /// What `narrow` leaves: by way of f64.
    #[inline]
    fn narrow_special(x: f32) -> f32 {
        let (value, good) = Self::wide(f64::from(x));
        (if good.all() { value } else { Self::special(x.into()) }) as f32
    }
}

/// A function of two operands; as [`Kernel1`].
pub trait Kernel2 {
    /// In f64.
    fn wide<V: F64Bits>(x: V, y: V) -> (V, V);
    /// What `wide` leaves.
    fn special(x: f64, y: f64) -> f64;
    /// In f32.
    fn narrow<V: F32Bits>(x: V, y: V) -> (V, V);
    /// What `narrow` leaves: by way of f64.
    #[inline]
    fn narrow_special(x: f32, y: f32) -> f32 {
        let (value, good) = Self::wide(f64::from(x), f64::from(y));
        (if good.all() { value } else { Self::special(x.into(), y.into()) }) as f32
    }
}

/// The mask of all lanes.
#[inline(always)]
fn everywhere<V: F64s>() -> V {
    V::splat(f64::from_bits(!0))
}

/// The mask of all lanes.
#[inline(always)]
fn everywhere_f32<V: F32Bits>() -> V {
    V::splat_bits(!0)
}

/// a + b, and what its rounding took (Knuth, TAOCP 2, 4.2.2).
#[inline(always)]
fn two_sum<V: Copy + Add<Output = V> + Sub<Output = V>>(a: V, b: V) -> (V, V) {
    let sum = a + b;
    let of_b = sum - a;
    (sum, (a - (sum - of_b)) + (b - of_b))
}

/// a + b, and what its rounding took, where a is 0 or |a| >= |b|.
#[inline(always)]
fn fast_two_sum<V: Copy + Add<Output = V> + Sub<Output = V>>(a: V, b: V) -> (V, V) {
    let sum = a + b;
    (sum, (a - sum) + b)
}

/// a * b, and what its rounding took (Dekker, "A floating-point technique for extending the available
/// precision", Numer. Math. 18, 1971), with parts of 26 and 27 bits.
#[inline(always)]
fn two_prod<V: F64Bits>(a: V, b: V) -> (V, V) {
    if V::FUSED {
        let product = a * b;
        return (product, a.madd(b, V::splat(0.0) - product));
    }
    let mask = V::splat_bits(!0 << 27);
    let (a1, b1) = (a.and(mask), b.and(mask));
    let (a2, b2) = (a - a1, b - b1);
    let product = a * b;
    (product, (((a1 * b1 - product) + a1 * b2) + a2 * b1) + a2 * b2)
}

/// The quotient of two sums of head and tail: 26 bits of it, whose product with the divisor is exact in two
/// parts, and the rest. Fused, the head is all of its bits.
#[inline(always)]
fn divide<V: F64Bits>(over: (V, V), under: (V, V)) -> (V, V) {
    let inverse = V::splat(1.0) / under.0;
    if V::FUSED {
        let head = over.0 * inverse;
        let left = head.nmadd(under.0, over.0) + head.nmadd(under.1, over.1);
        return (head, left * inverse);
    }
    let mask = V::splat_bits(!0 << 27);
    let head = (over.0 * inverse).and(mask);
    let leading = under.0.and(mask);
    let left = ((over.0 - head * leading) - head * (under.0 - leading)) + (over.1 - head * under.1);
    (head, left * inverse)
}

/// The polynomial with these coefficients, constant first, in two interleaved halves.
#[inline(always)]
fn horner<V: F64Bits, const N: usize>(x: V, coefficients: &[f64; N]) -> V {
    let square = x * x;
    let mut halves = [V::splat(0.0); 2];
    for (i, &coefficient) in coefficients.iter().enumerate().rev() {
        let c = V::splat(coefficient);
        halves[i % 2] = if i + 2 >= N { c } else { halves[i % 2].madd(square, c) };
    }
    halves[1].madd(x, halves[0])
}

/// As [`horner`], in one chain: less work, where there is enough else to do between its links.
#[inline(always)]
fn chain<V: F64Bits, const N: usize>(x: V, coefficients: &[f64; N]) -> V {
    let first = V::splat(coefficients[N - 1]);
    coefficients[..N - 1].iter().rev().fold(first, |sum, &coefficient| sum.madd(x, V::splat(coefficient)))
}

/// As [`chain`], of f32.
#[inline(always)]
fn chain_f32<V: F32Bits, const N: usize>(x: V, coefficients: &[f32; N]) -> V {
    let first = V::splat(coefficients[N - 1]);
    coefficients[..N - 1].iter().rev().fold(first, |sum, &coefficient| sum.madd(x, V::splat(coefficient)))
}

pub use drive::{Real, Vectors};

/// A NumPy inner loop of one operand: n, x and its stride, the result and its stride; strides in bytes.
pub type UnaryLoop<T> = unsafe extern "C" fn(usize, *const T, isize, *mut T, isize);
/// A NumPy inner loop of two operands. A scalar operand has stride 0.
pub type BinaryLoop<T> = unsafe extern "C" fn(usize, *const T, isize, *const T, isize, *mut T, isize);

/// Which code computes; tests force each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// The vectors of this target.
    Simd,
    /// The same algorithm with one lane.
    OneLane,
    /// The vectors, with products and sums that round once: in engines whose relaxed SIMD does that, see
    /// [`fused::fuses`]; natively with the processor's, or slowly without.
    #[cfg(any(not(target_arch = "wasm32"), target_feature = "relaxed-simd"))]
    Fused,
    /// The same with one lane.
    #[cfg(any(not(target_arch = "wasm32"), target_feature = "relaxed-simd"))]
    FusedLane,
}

unsafe extern "C" fn unary_entry<T: Real, S: Vectors, K: Kernel1>(
    n: usize,
    x: *const T,
    xs: isize,
    out: *mut T,
    os: isize,
) {
    // SAFETY: the caller's promise, that of `drive`.
    unsafe { drive::drive(T::unary::<S, K>, T::lanes::<S>(), n, [x], [xs], out, os) }
}

unsafe extern "C" fn binary_entry<T: Real, S: Vectors, K: Kernel2>(
    n: usize,
    x1: *const T,
    s1: isize,
    x2: *const T,
    s2: isize,
    out: *mut T,
    os: isize,
) {
    // SAFETY: the caller's promise, that of `drive`.
    unsafe { drive::drive(T::binary::<S, K>, T::lanes::<S>(), n, [x1, x2], [s1, s2], out, os) }
}

macro_rules! functions {
    ($Enum:ident, $Loop:ident, $Kernel:ident, $entry:ident, $of:ident, $doc:literal, $($Name:ident $numpy:literal $K:ty, $S:ty, $F:ty);* $(;)?) => {
        #[doc = $doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $Enum {
            $(#[doc = concat!("`numpy.", $numpy, "`")] $Name,)*
        }

        impl $Enum {
            /// All of them, by NumPy's names.
            pub const NAMES: &'static [(&'static str, $Enum)] = &[$(($numpy, $Enum::$Name)),*];
        }

        /// The loop of one function, for a table of loops: no allocation, no error, n may be 0.
        ///
        /// Calling it is safe where `n` elements are readable at each operand's stride and writable
        /// at the result's, all aligned, and where the result with its stride is an operand with
        /// its own, shares no memory with any, or is at or before each element of one, with a positive stride that is
        /// no longer.
        pub const fn $of<T: Real>(f: $Enum, path: Path) -> $Loop<T> {
            match (f, path) {
                $(
                    ($Enum::$Name, Path::Simd) => $entry::<T, $S, $K>,
                    ($Enum::$Name, Path::OneLane) => $entry::<T, (f64, f32), $K>,
                    #[cfg(any(not(target_arch = "wasm32"), target_feature = "relaxed-simd"))]
                    ($Enum::$Name, Path::Fused) => $entry::<T, Fused<$F>, $K>,
                    #[cfg(any(not(target_arch = "wasm32"), target_feature = "relaxed-simd"))]
                    ($Enum::$Name, Path::FusedLane) => $entry::<T, Fused<(f64, f32)>, $K>,
                )*
            }
        }
    };
}
/// Two vectors of f64 in step, four of f32: pays for most.
type InStep = (Pair<Native>, Pair<Pair<NativeF32>>);
/// Four of either.
type Fours = (Pair<Pair<Native>>, Pair<Pair<NativeF32>>);
/// For what is short.
type Short = (Pair<Native>, NativeF32);

functions!(
    Unary, UnaryLoop, Kernel1, unary_entry, unary_loop, "A function of one operand.",
    Exp "exp" exp::Exp, InStep, Fours;
    Exp2 "exp2" exp::Exp2, InStep, Fours;
    Expm1 "expm1" exp::Expm1, Fours, Fours;
    Log "log" log::Log, Fours, Fours;
    Log2 "log2" log::Log2, Fours, Fours;
    Log10 "log10" log::Log10, Fours, Fours;
    Log1p "log1p" log::Log1p, InStep, Fours;
    Sin "sin" trig::Sin, InStep, Fours;
    Cos "cos" trig::Cos, InStep, Fours;
    Tan "tan" trig::Tan, Fours, Fours;
    Sinh "sinh" hyperbolic::Sinh, Fours, Fours;
    Cosh "cosh" hyperbolic::Cosh, Fours, Fours;
    Tanh "tanh" hyperbolic::Tanh, Fours, Fours;
    Arctan "arctan" arctan::Arctan, Fours, Fours;
    Cbrt "cbrt" roots::Cbrt, Fours, Fours;
);
functions!(
    Binary, BinaryLoop, Kernel2, binary_entry, binary_loop, "A function of two operands.",
    Power "power" power::Power, InStep, Fours;
    Arctan2 "arctan2" arctan::Arctan2, InStep, Fours;
    Hypot "hypot" roots::Hypot, Short, Short;
);

fn check_shape(what: &str, shape: &[usize], out: &[usize]) -> Result<()> {
    if shape == out {
        return Ok(());
    }
    Err(Error::Value(format!("{what} has shape {shape:?}, out has {out:?}; expected the same")))
}

/// `f` of each element, into `out` of the same shape.
///
/// # Errors
/// [`Error::Value`] where the shapes differ.
pub fn unary<T: Real>(f: Unary, x: View<'_, T>, out: ViewMut<'_, T>) -> Result<()> {
    check_shape("x", x.shape(), out.shape())?;
    let apply = unary_loop::<T>(f, Path::Simd);
    let inner = x.ndim().checked_sub(1);
    let [n, xs, os] = inner.map_or([1, 0, 0], |i| [x.shape()[i] as isize, x.strides()[i], out.strides()[i]]);
    for [at, to] in LaneStarts::new(x.shape(), [x.strides(), out.strides()], inner) {
        // SAFETY: one lane of either view, and a ViewMut's memory is its own.
        unsafe { apply(n as usize, x.as_ptr().byte_offset(at), xs, out.as_ptr().byte_offset(to), os) };
    }
    Ok(())
}

/// `f` of each pair of elements, into `out`; all have one shape (a broadcast axis has stride 0).
///
/// # Errors
/// [`Error::Value`] where the shapes differ.
pub fn binary<T: Real>(f: Binary, x1: View<'_, T>, x2: View<'_, T>, out: ViewMut<'_, T>) -> Result<()> {
    check_shape("x1", x1.shape(), out.shape())?;
    check_shape("x2", x2.shape(), out.shape())?;
    let apply = binary_loop::<T>(f, Path::Simd);
    let inner = x1.ndim().checked_sub(1);
    let [n, s1, s2, os] =
        inner.map_or([1, 0, 0, 0], |i| [x1.shape()[i] as isize, x1.strides()[i], x2.strides()[i], out.strides()[i]]);
    for [a, b, to] in LaneStarts::new(x1.shape(), [x1.strides(), x2.strides(), out.strides()], inner) {
        let (x1, x2, out) = (x1.as_ptr(), x2.as_ptr(), out.as_ptr());
        // SAFETY: one lane of each view, and a ViewMut's memory is its own.
        unsafe { apply(n as usize, x1.byte_offset(a), s1, x2.byte_offset(b), s2, out.byte_offset(to), os) };
    }
    Ok(())
}
