//! Distances between points: `cdist`, as `scipy.spatial.distance.cdist`.

mod blocked;
pub mod scalar;

use crate::error::{Error, Result};
use crate::simd::Native;
use crate::view::{View, ViewMut};

/// A distance between two vectors `u` and `v`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// `sqrt(sum((u - v)^2))`
    Euclidean,
    /// `sum((u - v)^2)`
    SqEuclidean,
    /// `sum(|u - v|)`
    CityBlock,
    /// `max(|u - v|)`, passing over NaN as SciPy does.
    Chebyshev,
    /// `1 - u.v / (|u| |v|)`; NaN where a vector is zero.
    Cosine,
}

impl Metric {
    /// All of them, by SciPy's names.
    pub const NAMES: [(&'static str, Metric); 5] = [
        ("euclidean", Metric::Euclidean),
        ("sqeuclidean", Metric::SqEuclidean),
        ("cityblock", Metric::CityBlock),
        ("chebyshev", Metric::Chebyshev),
        ("cosine", Metric::Cosine),
    ];

    /// The metric that SciPy calls `name`.
    pub fn from_name(name: &str) -> Option<Metric> {
        Self::NAMES.iter().find(|(n, _)| *n == name).map(|(_, metric)| *metric)
    }
}

/// Which code computes; tests force each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// The vectors of this target.
    Simd,
    /// The blocked algorithm with one lane.
    OneLane,
    /// The plain loops of [`scalar`].
    Scalar,
}

/// The distance of each row of `xa` (m, k) to each row of `xb` (n, k), into `out`
/// (m, n), C order.
///
/// O(m n k) time; scratch of one block of transposed rows of `xb`, at most 32 kB
/// for k up to 512, and of the norms for [`Metric::Cosine`].
///
/// # Errors
/// [`Error::Value`] where a shape does not fit, [`Error::OutOfMemory`].
pub fn cdist(xa: View<'_, f64>, xb: View<'_, f64>, metric: Metric, out: ViewMut<'_, f64>) -> Result<()> {
    cdist_with(Path::Simd, xa, xb, metric, out)
}

/// [`cdist`] through a chosen path.
pub fn cdist_with(
    path: Path,
    xa: View<'_, f64>,
    xb: View<'_, f64>,
    metric: Metric,
    mut out: ViewMut<'_, f64>,
) -> Result<()> {
    let [m, n] = check_shapes(xa.shape(), xb.shape())?;
    if out.shape() != [m, n] {
        return Err(Error::Value(format!("out has shape {:?}; expected ({m}, {n})", out.shape())));
    }
    let Some(out) = out.as_mut_slice() else {
        return Err(Error::Value("out is not C-contiguous; expected an array in C order".to_string()));
    };
    match path {
        Path::Simd => blocked::cdist::<Native>(xa, xb, metric, out),
        Path::OneLane => blocked::cdist::<f64>(xa, xb, metric, out),
        Path::Scalar => {
            scalar::cdist(xa, xb, metric, out);
            Ok(())
        }
    }
}

/// The result's shape, or what SciPy refuses.
pub fn check_shapes(xa: &[usize], xb: &[usize]) -> Result<[usize; 2]> {
    for (name, shape) in [("XA", xa), ("XB", xb)] {
        if shape.len() != 2 {
            return Err(Error::Value(format!(
                "{name} must be a 2-dimensional array; got {} dimension(s), shape {shape:?}",
                shape.len()
            )));
        }
    }
    if xa[1] != xb[1] {
        return Err(Error::Value(format!(
            "XA and XB must have the same number of columns (i.e. feature dimension); got {} and {}",
            xa[1], xb[1]
        )));
    }
    Ok([xa[0], xb[0]])
}
