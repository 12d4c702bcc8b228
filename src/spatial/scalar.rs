//! The plain reference: each distance from its definition, one after the other.

use super::Metric;
use crate::view::View;

/// Shapes are checked by the caller.
pub(super) fn cdist(xa: View<'_, f64>, xb: View<'_, f64>, metric: Metric, out: &mut [f64]) {
    let k = xa.shape()[1] as isize;
    let n = xb.shape()[0];
    let at = |x: View<'_, f64>, row: usize, column: isize| {
        // SAFETY: row and column are inside the shape.
        unsafe { x.read(row as isize * x.strides()[0] + column * x.strides()[1]) }
    };
    for (index, slot) in out.iter_mut().enumerate() {
        let (i, j) = (index / n, index % n);
        let pairs = (0..k).map(|c| (at(xa, i, c), at(xb, j, c)));
        *slot = distance(pairs, metric);
    }
}

fn distance(pairs: impl Iterator<Item = (f64, f64)>, metric: Metric) -> f64 {
    let differences = |pairs: &mut dyn Iterator<Item = (f64, f64)>, f: &dyn Fn(f64, f64) -> f64| {
        pairs.fold(0.0, |sum, (u, v)| f(sum, u - v))
    };
    let mut pairs = pairs;
    match metric {
        Metric::Euclidean => differences(&mut pairs, &|sum, d| sum + d * d).sqrt(),
        Metric::SqEuclidean => differences(&mut pairs, &|sum, d| sum + d * d),
        Metric::CityBlock => differences(&mut pairs, &|sum, d| sum + d.abs()),
        Metric::Chebyshev => differences(&mut pairs, &|max, d| {
            let d = d.abs();
            if max < d { d } else { max }
        }),
        Metric::Cosine => {
            let (dot, uu, vv) =
                pairs.fold((0.0, 0.0, 0.0), |(dot, uu, vv), (u, v)| (dot + u * v, uu + u * u, vv + v * v));
            1.0 - (dot / (uu.sqrt() * vv.sqrt())).clamp(-1.0, 1.0)
        }
    }
}
