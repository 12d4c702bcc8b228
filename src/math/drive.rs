//! Strided operands through small buffers, so that the vector code is one.

use std::mem::MaybeUninit;
use std::ops::Range;

use super::fused::{Loops, LoopsOf};
use super::{Kernel1, Kernel2};
use crate::simd::{F32Bits, F64Bits};
#[cfg(any(not(target_arch = "wasm32"), target_feature = "relaxed-simd"))]
use crate::simd::{Fused, MulAdd};

/// Elements of a buffer, a multiple of every vector's lanes.
const CHUNK: usize = 128;
/// Lanes of the widest vector.
const MOST_LANES: usize = 16;

/// From `N` operands to a result, so many vectors of them, all contiguous.
type Block<T, const N: usize> = unsafe fn([*const T; N], *mut T, usize);

/// An element type that the functions take: f64, f32.
pub trait Real: Copy + Default + sealed::Blocks {}
impl Real for f64 {}
impl Real for f32 {}

/// The vectors that a function goes through.
pub trait Vectors {
    /// For its f64 operands.
    #[allow(non_camel_case_types)]
    type f64: F64Bits;
    /// For its f32 operands.
    #[allow(non_camel_case_types)]
    type f32: F32Bits;
}
impl<D: F64Bits, S: F32Bits> Vectors for (D, S) {
    type f64 = D;
    type f32 = S;
}
#[cfg(any(not(target_arch = "wasm32"), target_feature = "relaxed-simd"))]
impl<D: F64Bits + MulAdd, S: F32Bits<Wide: MulAdd> + MulAdd> Vectors for Fused<(D, S)> {
    type f64 = Fused<D>;
    type f32 = Fused<S>;
}

mod sealed {
    use std::slice::{from_raw_parts, from_raw_parts_mut};

    use crate::simd::{F32Bits, F64Bits, F64s};

    use super::{Kernel1, Kernel2, Loops, LoopsOf, MOST_LANES, Vectors};

    pub trait Blocks: Sized {
        /// Those of this element type.
        fn loops(all: &Loops) -> &LoopsOf<Self>;
        /// Those of the vectors of this element type.
        fn lanes<S: Vectors>() -> usize;
        /// # Safety
        /// Each operand has `vectors * lanes` readable elements, `out` as many writable ones; it is
        /// an operand, disjoint from it, or behind it at each element.
        unsafe fn unary<S: Vectors, K: Kernel1>(x: [*const Self; 1], out: *mut Self, vectors: usize);
        /// # Safety
        /// As for `unary`.
        unsafe fn binary<S: Vectors, K: Kernel2>(x: [*const Self; 2], out: *mut Self, vectors: usize);
    }

    macro_rules! block {
        ($T:ident, $V:ident, $N:literal, $block:ident, $Kernel:ident, $function:ident, $special:ident, $($x:ident $i:literal),*) => {
            unsafe fn $block<S: Vectors, K: $Kernel>(x: [*const $T; $N], out: *mut $T, vectors: usize) {
                /// From vector `i` on, up to and with the first that has a lane that is not good; how far that is.
                /// The operands of that one are kept, since its result may have been written over them, and its mask.
                ///
                /// V8 takes constants out of a loop only as far as the first branch. Hence the test after
                /// the store, and a function without the calls of the slow lanes, which cost registers.
                #[inline(never)]
                unsafe fn run<V: $V, K: $Kernel>(
                    x: [*const $T; $N],
                    out: *mut $T,
                    mut i: usize,
                    vectors: usize,
                    kept: &mut [[$T; MOST_LANES]; $N],
                    mask: &mut [$T; MOST_LANES],
                ) -> usize {
                    loop {
                        // SAFETY: i < vectors; the slices are no longer borrowed when the result is stored.
                        $(let $x = V::load(unsafe { from_raw_parts(x[$i].add(i * V::LANES), V::LANES) });)*
                        let (result, good) = K::$function($($x),*);
                        // SAFETY: i < vectors.
                        result.store(unsafe { from_raw_parts_mut(out.add(i * V::LANES), V::LANES) });
                        i += 1;
                        if !good.all() {
                            $($x.store(&mut kept[$i]);)*
                            good.store(mask);
                            return i;
                        }
                        if i >= vectors {
                            return vectors + 1;
                        }
                    }
                }
                let (mut kept, mut mask) = ([[0.0; MOST_LANES]; $N], [0.0; MOST_LANES]);
                let mut i = 0;
                while i < vectors {
                    // SAFETY: the caller's promise.
                    i = unsafe { run::<S::$T, K>(x, out, i, vectors, &mut kept, &mut mask) };
                    if i > vectors {
                        return;
                    }
                    for lane in (0..<S::$T>::LANES).filter(|&lane| mask[lane].to_bits() == 0) {
                        // SAFETY: a lane of the vector before i, which is at most vectors.
                        unsafe { *out.add((i - 1) * <S::$T>::LANES + lane) = K::$special($(kept[$i][lane]),*) };
                    }
                }
            }
        };
    }
    macro_rules! blocks {
        ($T:ident, $V:ident, $function:ident, $special:ident) => {
            impl Blocks for $T {
                fn loops(all: &Loops) -> &LoopsOf<$T> {
                    &all.$function
                }
                fn lanes<S: Vectors>() -> usize {
                    <S::$T>::LANES
                }
                block!($T, $V, 1, unary, Kernel1, $function, $special, a 0);
                block!($T, $V, 2, binary, Kernel2, $function, $special, a 0, b 1);
            }
        };
    }
    blocks!(f64, F64Bits, wide, special);
    blocks!(f32, F32Bits, narrow, narrow_special);
}

/// `n` results of `block`; strides in bytes, 0 for a scalar operand.
///
/// # Safety
/// `n` elements are readable at each operand's stride and writable at `out_stride`; `out` with its
/// stride is an operand with its own, shares no memory with it, or is at or before each element of it with a stride
/// that is positive and no longer: what is written has been read. `lanes` are those of `block`.
#[inline(never)]
pub unsafe fn drive<T: Real, const N: usize>(
    block: Block<T, N>,
    lanes: usize,
    n: usize,
    operands: [*const T; N],
    strides: [isize; N],
    out: *mut T,
    out_stride: isize,
) {
    let size = size_of::<T>() as isize;
    let mut whole = 0;
    if out_stride == size && strides.iter().all(|&stride| stride == size) {
        whole = n - n % lanes;
        // SAFETY: contiguous, and a multiple of the lanes.
        unsafe { block(operands, out, whole / lanes) };
    }
    if whole < n {
        // SAFETY: the caller's promise, for the elements that are left.
        unsafe { buffered(block, lanes, whole..n, operands, strides, out, out_stride) };
    }
}

/// [`drive`] of some elements, by way of buffers where it needs them.
///
/// # Safety
/// As for [`drive`].
unsafe fn buffered<T: Real, const N: usize>(
    block: Block<T, N>,
    lanes: usize,
    elements: Range<usize>,
    operands: [*const T; N],
    strides: [isize; N],
    out: *mut T,
    out_stride: isize,
) {
    let size = size_of::<T>() as isize;
    let mut buffers = [[const { MaybeUninit::<T>::uninit() }; CHUNK]; N];
    let mut results = [const { MaybeUninit::<T>::uninit() }; CHUNK];
    let mut start = elements.start;
    while start < elements.end {
        let len = (elements.end - start).min(CHUNK);
        let padded = len.next_multiple_of(lanes);
        let at = |stride: isize| start as isize * stride;
        let mut sources = operands;
        for i in 0..N {
            // SAFETY: an element of this operand.
            let mut from = unsafe { operands[i].byte_offset(at(strides[i])) };
            if strides[i] == size && padded == len {
                sources[i] = from;
                continue;
            }
            let buffer = &mut buffers[i];
            // A scalar is the same in every chunk, and the first is the longest.
            if strides[i] != 0 || start == elements.start {
                for slot in &mut buffer[..len] {
                    // SAFETY: one of `len` elements from the start on.
                    slot.write(unsafe { from.read() });
                    from = from.wrapping_byte_offset(strides[i]);
                }
                let last = buffer[len - 1];
                buffer[len..padded].fill(last);
            }
            sources[i] = buffer.as_ptr().cast();
        }
        if out_stride == size && padded == len {
            // SAFETY: len = padded elements from start on, of every operand or its buffer, and of the result.
            unsafe { block(sources, out.byte_offset(at(size)), padded / lanes) };
        } else {
            // SAFETY: as above; the buffers are written so far, and long enough, CHUNK being a multiple of the lanes.
            unsafe { block(sources, results.as_mut_ptr().cast(), padded / lanes) };
            let mut to = out.wrapping_byte_offset(at(out_stride));
            for result in &results[..len] {
                // SAFETY: `block` has written it; the place is one of `len` results from the start on.
                unsafe { to.write(result.assume_init()) };
                to = to.wrapping_byte_offset(out_stride);
            }
        }
        start += len;
    }
}
