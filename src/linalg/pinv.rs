//! `pinv`: by the singular value decomposition.

use super::dense::{Real, expect, matrix};
use super::{matmul, svd};
use crate::error::Result;
use crate::memory::try_filled;
use crate::view::{View, ViewMut};

/// The pseudo-inverse, as `numpy.linalg.pinv`: `a` is (m, n), `out` is (n, m); singular values
/// up to `rcond` times the largest count as 0. Any strides.
///
/// O(m n min(m, n)). The product of what [`super::svd()`] gives, rounded to the dtype as NumPy's is.
///
/// # Errors
/// As [`super::svd()`].
pub fn pinv<T: Real>(a: View<'_, T>, rcond: f64, out: ViewMut<'_, T>) -> Result<()> {
    let (m, n) = matrix("a", a.shape())?;
    expect("out", out.shape(), &[n, m])?;
    let (k, item) = (m.min(n), size_of::<T>() as isize);
    // U in Fortran order, so that its columns are rows of U^T; V^T in C order.
    let vector = |len: usize| try_filled(T::ZERO, len);
    let (mut s, mut u, mut vt) = (vector(k)?, vector(super::dense::area(m, k)?)?, vector(super::dense::area(k, n)?)?);
    {
        let (u_shape, u_strides) = ([m, k], [item, m as isize * item]);
        let (vt_shape, vt_strides) = ([k, n], [n as isize * item, item]);
        let u = ViewMut::from_slice(&mut u, &u_shape, &u_strides)?;
        let vt = ViewMut::from_slice(&mut vt, &vt_shape, &vt_strides)?;
        let s_shape = [k];
        svd(a, ViewMut::from_slice(&mut s, &s_shape, &[item])?, Some((u, vt)))?;
    }
    let cutoff = rcond * s.first().map_or(0.0, |s| s.to_f64());
    for (s, u) in s.iter().zip(u.chunks_exact_mut(m.max(1))) {
        // Not above it for a NaN either.
        let factor = if s.to_f64() > cutoff { T::ONE / *s } else { T::ZERO };
        u.iter_mut().for_each(|u| *u = *u * factor);
    }
    let v = (&[n, k], &[item, n as isize * item]);
    let ut = (&[k, m], &[m as isize * item, item]);
    matmul(View::from_slice(&vt, v.0, v.1)?, View::from_slice(&u, ut.0, ut.1)?, out)
}
