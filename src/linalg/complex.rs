//! Complex products: of real and imaginary parts, four real products in all.

use super::product::{Factor, Sizes, Update, multiply};
use super::{Float, Multiply, Product};

/// A complex number, in memory as C's, Fortran's and NumPy's.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Complex<T> {
    /// The real part.
    pub re: T,
    /// The imaginary part.
    pub im: T,
}

/// The real (0) or imaginary (1) parts.
fn part<T: Copy>(of: Factor<Complex<T>>, which: usize) -> Factor<T> {
    Factor { start: of.start.cast::<T>().wrapping_add(which), row: 2 * of.row, column: 2 * of.column }
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
        let factor = |start, [row, column]: [isize; 2]| Factor { start, row, column };
        let (a, b, c) = (factor(a, p.a), factor(b, p.b), factor(c.cast_const(), p.c));
        let sizes = Sizes { m: p.m, n: p.n, k: p.k };
        let parts = [
            (0, 0, 0, Update::SET),
            (0, 1, 1, Update::SUBTRACT),
            (1, 0, 1, Update::SET),
            (1, 1, 0, Update { add: true, negate: false }),
        ];
        // SAFETY: the parts of the caller's matrices.
        parts
            .into_iter()
            .all(|(to, i, j, update)| unsafe { multiply(sizes, part(c, to), [part(a, i), part(b, j)], update) })
    }
}
