//! Running sums.

use super::reduce::{Zero, check_length, columns};
use crate::error::Result;

/// Rows that are summed in step: an addition takes as long as four can be started in.
const STEP: usize = 4;

/// Each element of a row of `width` elements and all before it, summed in their order, as `numpy.cumsum` of an array of
/// `out`'s type: of floats the bits are NumPy's. A whole array is one row. O(n).
///
/// Whether all sums are finite: what is not stays so to the end.
///
/// # Errors
/// [`Error::Value`](crate::Error::Value) where `out` is not as long as `a`, or `a` is not made of such rows.
pub fn cumsum<T: Zero>(a: &[T], width: usize, out: &mut [T]) -> Result<bool> {
    check_length(out.len(), a.len())?;
    if columns(a.len(), width)? == 0 {
        return Ok(true);
    }
    let (mut sources, mut targets) = (a.chunks_exact(width * STEP), out.chunks_exact_mut(width * STEP));
    for (source, target) in sources.by_ref().zip(targets.by_ref()) {
        let (x, y) = source.split_at(2 * width);
        let ((x0, x1), (x2, x3)) = (x.split_at(width), y.split_at(width));
        let (x, y) = target.split_at_mut(2 * width);
        let ((y0, y1), (y2, y3)) = (x.split_at_mut(width), y.split_at_mut(width));
        let mut sums = [x0[0], x1[0], x2[0], x3[0]];
        [y0[0], y1[0], y2[0], y3[0]] = sums;
        for i in 1..width {
            sums = [sums[0].plus(x0[i]), sums[1].plus(x1[i]), sums[2].plus(x2[i]), sums[3].plus(x3[i])];
            [y0[i], y1[i], y2[i], y3[i]] = sums;
        }
    }
    let rest = sources.remainder().chunks_exact(width).zip(targets.into_remainder().chunks_exact_mut(width));
    for (source, target) in rest {
        let mut sum = source[0];
        target[0] = sum;
        for (slot, &x) in target[1..].iter_mut().zip(&source[1..]) {
            sum = sum.plus(x);
            *slot = sum;
        }
    }
    Ok(out.iter().skip(width - 1).step_by(width).all(|sum| sum.is_number()))
}

/// As [`cumsum`], down the columns of a matrix whose rows have `width` elements.
///
/// # Errors
/// As [`cumsum`].
pub fn cumsum_columns<T: Zero>(a: &[T], width: usize, out: &mut [T]) -> Result<bool> {
    check_length(out.len(), a.len())?;
    if columns(a.len(), width)? == 0 {
        return Ok(true);
    }
    out[..width].copy_from_slice(&a[..width]);
    for (row, x) in a.chunks_exact(width).enumerate().skip(1) {
        let (above, below) = out.split_at_mut(row * width);
        let above = &above[(row - 1) * width..];
        below.iter_mut().zip(above).zip(x).for_each(|((slot, &sum), &x)| *slot = sum.plus(x));
    }
    Ok(out[out.len() - width..].iter().all(|sum| sum.is_number()))
}
