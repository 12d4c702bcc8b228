//! The plain reference, and the fast path for matrices too small to pack.

use super::{Number, Product};

/// # Safety
/// The pointers are to matrices of `p`'s sizes and strides; `c` overlaps neither.
pub(super) unsafe fn product<T: Number>(p: &Product, a: *const T, b: *const T, c: *mut T) {
    for i in 0..p.m as isize {
        for j in 0..p.n as isize {
            let mut sum = T::ZERO;
            for l in 0..p.k as isize {
                // SAFETY: i < m, j < n, l < k, and the caller's promise.
                unsafe {
                    let (a, b) = (*a.offset(i * p.a[0] + l * p.a[1]), *b.offset(l * p.b[0] + j * p.b[1]));
                    sum = sum.plus(a.times(b));
                }
            }
            // SAFETY: as above.
            unsafe { c.offset(i * p.c[0] + j * p.c[1]).write(sum) };
        }
    }
}
