//! Strided operands through small buffers, so that the vector code is one.

use super::{Unary1, Unary2};
use crate::simd::F64Bits;

/// Elements of a buffer, a multiple of every vector's lanes.
const CHUNK: usize = 128;

/// From `N` operands to a result, so many vectors of them, all contiguous.
type Block<T, const N: usize> = unsafe fn([*const T; N], *mut T, usize);

/// An element type that the functions take: f64, f32.
pub trait Real: Copy + Default + sealed::Blocks {}
impl Real for f64 {}
impl Real for f32 {}

mod sealed {
    use super::*;

    pub trait Blocks: Sized {
        /// # Safety
        /// Each operand has `vectors * LANES` readable elements, `out` as many writable ones; it is
        /// an operand or disjoint from it.
        unsafe fn unary<V: F64Bits, K: Unary1>(x: [*const Self; 1], out: *mut Self, vectors: usize);
        /// # Safety
        /// As for `unary`.
        unsafe fn binary<V: F64Bits, K: Unary2>(x: [*const Self; 2], out: *mut Self, vectors: usize);
    }

    macro_rules! blocks {
        ($T:ty, $function:ident, $load:ident, $store:ident) => {
            impl Blocks for $T {
                unsafe fn unary<V: F64Bits, K: Unary1>([x]: [*const $T; 1], out: *mut $T, vectors: usize) {
                    for i in (0..vectors).map(|i| i * V::LANES) {
                        // SAFETY: the caller's promise; the loaded slice is no longer borrowed when the result is stored.
                        let x = V::$load(unsafe { std::slice::from_raw_parts(x.add(i), V::LANES) });
                        let result = K::$function(x);
                        // SAFETY: the caller's promise.
                        result.$store(unsafe { std::slice::from_raw_parts_mut(out.add(i), V::LANES) });
                    }
                }
                unsafe fn binary<V: F64Bits, K: Unary2>([x, y]: [*const $T; 2], out: *mut $T, vectors: usize) {
                    for i in (0..vectors).map(|i| i * V::LANES) {
                        // SAFETY: as above.
                        let x = V::$load(unsafe { std::slice::from_raw_parts(x.add(i), V::LANES) });
                        // SAFETY: as above.
                        let y = V::$load(unsafe { std::slice::from_raw_parts(y.add(i), V::LANES) });
                        let result = K::$function(x, y);
                        // SAFETY: as above.
                        result.$store(unsafe { std::slice::from_raw_parts_mut(out.add(i), V::LANES) });
                    }
                }
            }
        };
    }
    blocks!(f64, wide, load, store);
    blocks!(f32, narrow, load_f32, store_f32);
}

/// `n` results of `block`; strides in bytes, 0 for a scalar operand.
///
/// # Safety
/// `n` elements are readable at each operand's stride and writable at `out_stride`; `out` with its
/// stride is an operand with its own, or shares no memory with it. `lanes` are those of `block`.
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
    let mut buffers = [[T::default(); CHUNK]; N];
    let mut results = [T::default(); CHUNK];
    for i in 0..N {
        if strides[i] == 0 && n > 0 {
            // SAFETY: there is an element.
            buffers[i] = [unsafe { operands[i].read() }; CHUNK];
        }
    }
    let mut start = 0;
    while start < n {
        let len = (n - start).min(CHUNK);
        let padded = len.next_multiple_of(lanes);
        let at = |stride: isize, i: usize| (start + i) as isize * stride;
        let mut sources = operands;
        for i in 0..N {
            let buffer = &mut buffers[i];
            if strides[i] == size && padded == len {
                // SAFETY: an element of this operand, as start < n.
                sources[i] = unsafe { operands[i].byte_offset(at(size, 0)) };
                continue;
            }
            if strides[i] != 0 {
                for (j, slot) in buffer[..len].iter_mut().enumerate() {
                    // SAFETY: start + j < n.
                    *slot = unsafe { operands[i].byte_offset(at(strides[i], j)).read() };
                }
                let last = buffer[len - 1];
                buffer[len..padded].fill(last);
            }
            sources[i] = buffer.as_ptr();
        }
        if out_stride == size && padded == len {
            // SAFETY: len = padded elements from start on, of every operand or its buffer, and of the result.
            unsafe { block(sources, out.byte_offset(at(size, 0)), padded / lanes) };
        } else {
            // SAFETY: as above; the buffer is long enough, CHUNK being a multiple of the lanes.
            unsafe { block(sources, results.as_mut_ptr(), padded / lanes) };
            for (j, &result) in results[..len].iter().enumerate() {
                // SAFETY: start + j < n.
                unsafe { out.byte_offset(at(out_stride, j)).write(result) };
            }
        }
        start += len;
    }
}
