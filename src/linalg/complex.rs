//! Complex products: of real and imaginary parts, four real products in all.

use super::product::{Factor, Sizes, Update, multiply};
use super::{Float, Multiply, Product};
use crate::memory::try_filled;

/// A complex number, in memory as C's, Fortran's and NumPy's.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Complex<T> {
    /// The real part.
    pub re: T,
    /// The imaginary part.
    pub im: T,
}

/// Copies the real parts, in C order, and after them the imaginary ones. Products of the parts as they
/// lie, two apart, take twice as long.
///
/// # Safety
/// `from` has so many rows and columns.
unsafe fn split<T: Float>(from: Factor<Complex<T>>, (rows, columns): (usize, usize), to: &mut [T]) {
    let (re, im) = to.split_at_mut(rows * columns);
    let lines = re.chunks_exact_mut(columns.max(1)).zip(im.chunks_exact_mut(columns.max(1)));
    for (i, (re, im)) in lines.enumerate() {
        for (j, (re, im)) in re.iter_mut().zip(im).enumerate() {
            // SAFETY: i < rows and j < columns.
            let value = unsafe { from.at(i, j).start.read() };
            (*re, *im) = (value.re, value.im);
        }
    }
}

impl<T: Float> Multiply for Complex<T> {
    unsafe fn plain(p: &Product, a: *const Self, b: *const Self, c: *mut Self) {
        for i in 0..p.m as isize {
            for j in 0..p.n as isize {
                let (mut re, mut im) = (T::ZERO, T::ZERO);
                for l in 0..p.k as isize {
                    // SAFETY: i < m, j < n, l < k, and the caller's promise.
                    let (a, b) = unsafe { (*a.offset(i * p.a[0] + l * p.a[1]), *b.offset(l * p.b[0] + j * p.b[1])) };
                    re = re.plus(a.re.times(b.re).plus(a.im.times(b.im).minus()));
                    im = im.plus(a.re.times(b.im).plus(a.im.times(b.re)));
                }
                // SAFETY: as above.
                unsafe { c.offset(i * p.c[0] + j * p.c[1]).write(Complex { re, im }) };
            }
        }
    }

    unsafe fn fast(p: &Product, a: *const Self, b: *const Self, c: *mut Self) -> bool {
        // One row or column would be packed for little.
        if p.m == 1 || p.n == 1 {
            return false;
        }
        let (m, n, k) = (p.m, p.n, p.k);
        let [Some(a_len), Some(b_len), Some(c_len)] = [(m, k), (k, n), (m, n)].map(|(x, y)| x.checked_mul(y)) else {
            return false;
        };
        let mut planes = [(); 3].map(|()| Vec::new());
        for (plane, len) in planes.iter_mut().zip([a_len, b_len, c_len]) {
            let Some(len) = len.checked_mul(2) else { return false };
            let Ok(zeros) = try_filled(T::ZERO, len) else { return false };
            *plane = zeros;
        }
        let [a_planes, b_planes, c_planes] = &mut planes;
        // SAFETY: the caller's matrices, of these sizes.
        unsafe {
            split(Factor { start: a, row: p.a[0], column: p.a[1] }, (m, k), a_planes);
            split(Factor { start: b, row: p.b[0], column: p.b[1] }, (k, n), b_planes);
        }
        let start = c_planes.as_mut_ptr().cast_const();
        let plane = |start: *const T, len: usize, columns: usize, which: usize| Factor {
            start: start.wrapping_add(which * len),
            row: columns as isize,
            column: 1,
        };
        let parts = [
            (0, 0, 0, Update::SET),
            (0, 1, 1, Update::SUBTRACT),
            (1, 0, 1, Update::SET),
            (1, 1, 0, Update { add: true, ..Update::SET }),
        ];
        for (to, i, j, update) in parts {
            let factors = [plane(a_planes.as_ptr(), a_len, k, i), plane(b_planes.as_ptr(), b_len, n, j)];
            // SAFETY: the planes are matrices of these sizes, in C order.
            if !unsafe { multiply(Sizes { m, n, k }, plane(start, c_len, n, to), factors, update) } {
                return false;
            }
        }
        let (re, im) = c_planes.split_at(c_len);
        for (i, (re, im)) in re.chunks_exact(n).zip(im.chunks_exact(n)).enumerate() {
            for (j, (&re, &im)) in re.iter().zip(im).enumerate() {
                // SAFETY: i < m and j < n.
                unsafe { c.offset(i as isize * p.c[0] + j as isize * p.c[1]).write(Complex { re, im }) };
            }
        }
        true
    }
}
