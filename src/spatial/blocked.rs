//! The fast path: a block of rows of XB is laid out column by column, so that one
//! vector holds the same coordinate of several rows, and each row of XA runs over it.

use super::{Metric, View};
use crate::error::Result;
use crate::memory::{try_filled, try_with_capacity};
use crate::simd::F64s;

/// Vectors in flight: hides the latency of the add that each accumulator waits for.
const UNROLL: usize = 4;
/// Doubles in a block of XB: 16 kB, half of a first-level cache.
const BLOCK: usize = 2048;

/// Shapes are checked by the caller; `out` is (m, n) in C order.
pub(super) fn cdist<V: F64s>(xa: View<'_, f64>, xb: View<'_, f64>, metric: Metric, out: &mut [f64]) -> Result<()> {
    let none = [].as_slice();
    match metric {
        Metric::Euclidean => run(xa, xb, [none; 2], out, square::<V>, |sum, _, _| sum.sqrt()),
        Metric::SqEuclidean => run(xa, xb, [none; 2], out, square::<V>, |sum, _, _| sum),
        Metric::CityBlock => run(xa, xb, [none; 2], out, |sum: V, u, v| sum.add(u.sub(v).abs()), |sum, _, _| sum),
        Metric::Chebyshev => run(xa, xb, [none; 2], out, |max: V, u, v| max.max(u.sub(v).abs()), |max, _, _| max),
        Metric::Cosine => {
            let (norms_a, norms_b) = (norms(xa)?, norms(xb)?);
            let (one, minus_one) = (V::splat(1.0), V::splat(-1.0));
            // One minus the cosine, which rounding must not carry past 1 (as SciPy).
            let finish = |dot: V, a: V, b: V| one.sub(dot.div(a.mul(b)).min(one).max(minus_one));
            run(xa, xb, [&norms_a, &norms_b], out, |dot: V, u, v| dot.add(u.mul(v)), finish)
        }
    }
}

#[inline(always)]
fn square<V: F64s>(sum: V, u: V, v: V) -> V {
    let d = u.sub(v);
    sum.add(d.mul(d))
}

fn norms(x: View<'_, f64>) -> Result<Vec<f64>> {
    let (rows, columns) = (x.shape()[0], x.shape()[1] as isize);
    let mut norms = try_with_capacity(rows)?;
    norms.extend((0..rows as isize).map(|row| {
        let squares = (0..columns).map(|column| {
            // SAFETY: row and column are inside the shape.
            let value = unsafe { x.read(row * x.strides()[0] + column * x.strides()[1]) };
            value * value
        });
        squares.sum::<f64>().sqrt()
    }));
    Ok(norms)
}

/// `finish(fold of step over the columns, scale of the row of XA, scales of the rows of XB)`.
#[inline(always)]
fn run<V: F64s>(
    xa: View<'_, f64>,
    xb: View<'_, f64>,
    [scales_a, scales_b]: [&[f64]; 2],
    out: &mut [f64],
    step: impl Fn(V, V, V) -> V,
    finish: impl Fn(V, V, V) -> V,
) -> Result<()> {
    let (m, n, k) = (xa.shape()[0], xb.shape()[0], xa.shape()[1]);
    let group = UNROLL * V::LANES;
    let width = (BLOCK / k.max(1)).max(group).next_multiple_of(group).min(n.next_multiple_of(group));
    let mut block = try_filled(0.0, width.saturating_mul(k))?;
    let mut row = try_filled(0.0, k)?;
    let mut tail = try_filled(0.0, group)?;
    let mut scales = try_filled(0.0, width)?;
    for first in (0..n).step_by(width.max(1)) {
        let here = width.min(n - first);
        for (c, column) in block.chunks_exact_mut(width).enumerate() {
            for (j, slot) in column[..here].iter_mut().enumerate() {
                // SAFETY: first + j < n and c < k.
                *slot = unsafe { xb.read((first + j) as isize * xb.strides()[0] + c as isize * xb.strides()[1]) };
            }
        }
        if let Some(here_scales) = scales_b.get(first..first + here) {
            scales[..here].copy_from_slice(here_scales);
        }
        for i in 0..m {
            let scale_a = V::splat(scales_a.get(i).copied().unwrap_or(0.0));
            for (c, slot) in row.iter_mut().enumerate() {
                // SAFETY: i < m and c < k.
                *slot = unsafe { xa.read(i as isize * xa.strides()[0] + c as isize * xa.strides()[1]) };
            }
            let out = &mut out[i * n + first..][..here];
            for j in (0..here).step_by(group) {
                let mut sums = [V::splat(0.0); UNROLL];
                for (column, &u) in block.chunks_exact(width).zip(&row) {
                    let (column, u) = (&column[j..][..group], V::splat(u));
                    for (lane, sum) in sums.iter_mut().enumerate() {
                        *sum = step(*sum, u, V::load(&column[lane * V::LANES..]));
                    }
                }
                let whole = j + group <= here;
                let slots = if whole { &mut out[j..j + group] } else { &mut tail[..] };
                for (lane, sum) in sums.into_iter().enumerate() {
                    let at = lane * V::LANES;
                    finish(sum, scale_a, V::load(&scales[j + at..])).store(&mut slots[at..]);
                }
                if !whole {
                    out[j..].copy_from_slice(&tail[..here - j]);
                }
            }
        }
    }
    Ok(())
}
