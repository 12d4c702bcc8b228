//! The rank-one update at the heart of divide and conquer: which of its eigenvalues are known
//! already, the roots of the secular equation, and the vectors that belong to them.
//!
//! J. Cuppen, "A divide and conquer method for the symmetric tridiagonal eigenproblem", Numer.
//! Math. 36, 1981; M. Gu and S. Eisenstat, "A divide-and-conquer algorithm for the symmetric
//! tridiagonal eigenproblem", SIAM J. Matrix Anal. Appl. 16, 1995, and the like for the
//! bidiagonal SVD, same volume; the iteration is that of J. Bunch, C. Nielsen and D. Sorensen,
//! "Rank-one modification of the symmetric eigenproblem", Numer. Math. 31, 1978.

use super::dense::{Block, Sizes, Update, multiply};
use super::tridiagonal::{hypot, rotate, two_columns};
use crate::error::Result;
use crate::memory::{try_filled, try_with_capacity};

/// In which rows a column of the basis is not zero.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Top,
    Dense,
    Bottom,
}

/// What deflation leaves: the poles that move, ascending, and the ones that stay.
pub(super) struct Deflation {
    pub kept: Vec<usize>,
    pub gone: Vec<usize>,
}

/// Sorts out the poles whose weight is negligible, and rotates one of two close ones away:
/// `turn(p, q, c, s)` does the same to the columns p and q of the basis.
///
/// `order`: the poles, ascending in `d`. A weight is negligible up to `light`, a coupling of two
/// poles up to `tolerance`.
pub(super) fn deflate(
    d: &mut [f64],
    z: &mut [f64],
    kinds: &mut [Kind],
    order: &[usize],
    [light, tolerance]: [f64; 2],
    mut turn: impl FnMut(usize, usize, f64, f64),
) -> Result<Deflation> {
    let mut result = Deflation { kept: try_with_capacity(d.len())?, gone: try_with_capacity(d.len())? };
    let mut previous: Option<usize> = None;
    for &q in order {
        if z[q].abs() <= light {
            result.gone.push(q);
            continue;
        }
        if let Some(p) = previous {
            let length = hypot(z[p], z[q]);
            let (c, s) = (z[q] / length, -z[p] / length);
            let gap = d[q] - d[p];
            if (gap * c * s).abs() <= tolerance {
                (z[p], z[q]) = (0.0, length);
                turn(p, q, c, s);
                if kinds[p] != kinds[q] {
                    kinds[q] = Kind::Dense;
                }
                (d[p], d[q]) = (d[p] * c * c + d[q] * s * s, d[p] * s * s + d[q] * c * c);
                result.gone.push(p);
            } else {
                result.kept.push(p);
            }
        }
        previous = Some(q);
    }
    result.kept.extend(previous);
    Ok(result)
}

/// The roots of `1 + sum of w_j / (p_j - x)`.
pub(super) struct Secular<'a> {
    /// Ascending, no two alike. The poles are `d_j`, or with `squared` their squares.
    pub d: &'a [f64],
    /// All above zero.
    pub w: &'a [f64],
    pub squared: bool,
}

/// Iterations before the bracket is only halved, and before the root is taken as it is.
const RATIONAL: usize = 30;
const HALVINGS: usize = 120;

impl Secular<'_> {
    /// `p_i - p_j`, without cancellation.
    fn gap(&self, i: usize, j: usize) -> f64 {
        let (a, b) = (self.d[i], self.d[j]);
        if self.squared { (a - b) * (a + b) } else { a - b }
    }

    /// The root after pole i, into `distances[j] = p_j - root`: each exact to a few ulps.
    /// Returns the nearest pole, and the distance of the root from it.
    pub fn root(&self, i: usize, distances: &mut [f64]) -> (usize, f64) {
        let k = self.d.len();
        let fill = |distances: &mut [f64], origin: usize| {
            for (j, slot) in distances.iter_mut().enumerate() {
                *slot = self.gap(j, origin);
            }
        };
        let last = i + 1 == k;
        fill(distances, i);
        let width = if last { self.w.iter().sum() } else { distances[i + 1] };
        let half = 0.5 * width;
        let at_half = self.value(distances, half, i);
        let mut origin = i;
        let (mut low, mut high) = (0.0, half);
        if last {
            (low, high) = if at_half.total() <= 0.0 { (half, width * (1.0 + 4.0 * f64::EPSILON)) } else { (0.0, half) };
        } else if at_half.total() < 0.0 {
            origin = i + 1;
            (low, high) = (-half, 0.0);
            fill(distances, origin);
        }
        let mut y = 0.5 * (low + high);
        if !last {
            // All poles but the two beside the root stay as they are at the half.
            let (left, right) = (self.w[i], self.w[i + 1]);
            let others = at_half.total() + left / half - right / half;
            let (a, b) = match origin == i {
                true => (others * width + left + right, left * width),
                false => (left + right - others * width, -right * width),
            };
            if let Some(guess) = quadratic(others, a, b, low, high) {
                y = guess;
            }
        }
        for iteration in 0..HALVINGS {
            let sums = self.value(distances, y, i);
            let f = sums.total();
            if f.abs() <= 4.0 * f64::EPSILON * sums.magnitude() {
                break;
            }
            if f < 0.0 {
                low = y
            } else {
                high = y
            }
            let step = if iteration >= RATIONAL {
                None
            } else if last {
                // One pole: 1 / f is nearly linear.
                let to_pole = distances[i] - y;
                let step = to_pole * f / (f - to_pole * sums.slopes[0]);
                (y + step > low && y + step < high).then_some(step)
            } else {
                let (left, right) = (distances[i] - y, distances[i + 1] - y);
                let [left_slope, right_slope] = sums.slopes;
                let c = f - left * left_slope - right * right_slope;
                let a = (left + right) * f - left * right * (left_slope + right_slope);
                quadratic(c, a, left * right * f, low - y, high - y)
            };
            let next = step.map_or(0.5 * (low + high), |step| y + step);
            let moved = (next - y).abs() > 0.5 * f64::EPSILON * y.abs();
            let inside = next > low && next < high;
            if !moved || !inside {
                break;
            }
            y = next;
        }
        distances.iter_mut().for_each(|x| *x -= y);
        (origin, y)
    }

    /// The sums at `y`, up to pole i and after it, by distances from the origin.
    fn value(&self, distances: &[f64], y: f64, i: usize) -> Sums {
        let sum = |distances: &[f64], w: &[f64]| {
            const LANES: usize = 4;
            let (mut values, mut slopes) = ([0.0; LANES], [0.0; LANES]);
            let (ds, ws) = (distances.chunks_exact(LANES), w.chunks_exact(LANES));
            for (d, w) in ds.remainder().iter().zip(ws.remainder()) {
                let inverse = 1.0 / (d - y);
                values[0] += w * inverse;
                slopes[0] += w * inverse * inverse;
            }
            for (d, w) in ds.zip(ws) {
                for l in 0..LANES {
                    let inverse = 1.0 / (d[l] - y);
                    let term = w[l] * inverse;
                    values[l] += term;
                    slopes[l] += term * inverse;
                }
            }
            (values.iter().sum::<f64>(), slopes.iter().sum::<f64>())
        };
        let (left, right) = (sum(&distances[..=i], &self.w[..=i]), sum(&distances[i + 1..], &self.w[i + 1..]));
        Sums { values: [left.0, right.0], slopes: [left.1, right.1] }
    }

    /// Gu's and Eisenstat's weights, for which the computed roots are exact: `z`, with its signs,
    /// becomes the square roots of them. Column i of `distances` belongs to root i.
    pub fn reweigh(&self, z: &mut [f64], distances: &[f64]) -> Result<()> {
        let k = self.d.len();
        let mut products = try_filled(1.0, k)?;
        for (i, column) in distances.chunks_exact(k.max(1)).enumerate() {
            for (j, product) in products.iter_mut().enumerate() {
                let factor = if i == j { column[j] } else { column[j] / self.gap(j, i) };
                *product *= factor;
            }
        }
        for (z, product) in z.iter_mut().zip(&products) {
            *z = product.abs().sqrt().copysign(*z);
        }
        Ok(())
    }
}

/// The secular function, as its two halves without the 1.
struct Sums {
    values: [f64; 2],
    slopes: [f64; 2],
}

impl Sums {
    fn total(&self) -> f64 {
        1.0 + (self.values[0] + self.values[1])
    }
    fn magnitude(&self) -> f64 {
        1.0 + self.values[0].abs() + self.values[1].abs()
    }
}

/// The root of `c x^2 - a x + b` strictly between low and high.
fn quadratic(c: f64, a: f64, b: f64, low: f64, high: f64) -> Option<f64> {
    let root = (a * a - 4.0 * b * c).max(0.0).sqrt();
    let q = 0.5 * (a + root.copysign(a));
    let inside = |x: &f64| *x > low && *x < high;
    Some(b / q).filter(inside).or(Some(q / c).filter(inside))
}

/// Where the rows of a vector of the update go: top, dense and bottom columns together.
pub(super) struct Places {
    /// For each kept pole, its row.
    pub row: Vec<usize>,
    counts: [usize; 3],
}

impl Places {
    pub fn new(kept: &[usize], kinds: &[Kind]) -> Result<Self> {
        let of = |kind: Kind| kept.iter().filter(|&&p| kinds[p] == kind).count();
        let counts = [of(Kind::Top), of(Kind::Dense), of(Kind::Bottom)];
        let mut next = [0, counts[0], counts[0] + counts[1]];
        let mut row = try_with_capacity(kept.len())?;
        row.extend(kept.iter().map(|&p| {
            let next = &mut next[kinds[p] as usize];
            *next += 1;
            *next - 1
        }));
        Ok(Self { row, counts })
    }
}

/// A square block on the diagonal of a larger matrix, whose columns are a basis; the first `top`
/// rows of it came from one half, the others from the other.
pub(super) struct Basis<'a> {
    pub data: &'a mut [f64],
    pub ld: usize,
    pub at: usize,
    pub rows: usize,
    pub top: usize,
}

impl Basis<'_> {
    /// Column `j` of the block.
    pub fn column(&mut self, j: usize) -> &mut [f64] {
        &mut self.data[(self.at + j) * self.ld + self.at..][..self.rows]
    }

    /// Rotates two columns.
    pub fn turn(&mut self, p: usize, q: usize, c: f64, s: f64) {
        let (i, j) = (self.at + p.min(q), self.at + p.max(q));
        let (x, y) = two_columns(self.data, self.ld, (i, j), (self.at, self.rows));
        if p < q { rotate(x, y, c, s) } else { rotate(y, x, c, s) }
    }

    /// The kept columns times the k x k matrix `s`, whose rows are where `places` has them, then
    /// the ones that are gone. `scratch` has room for the block.
    pub fn combine(&mut self, deflation: &Deflation, kinds: &[Kind], places: &Places, s: &[f64], scratch: &mut [f64]) {
        let (rows, top) = (self.rows, self.top);
        let (bottom, k) = (rows - top, deflation.kept.len());
        let [tops, dense, bottoms] = places.counts;
        let (upper, rest) = scratch.split_at_mut(top * (tops + dense));
        let (lower, gone) = rest.split_at_mut(bottom * (dense + bottoms));
        for (&p, &row) in deflation.kept.iter().zip(&places.row) {
            let column = self.column(p);
            if kinds[p] != Kind::Bottom {
                upper[row * top..][..top].copy_from_slice(&column[..top]);
            }
            if kinds[p] != Kind::Top {
                lower[(row - tops) * bottom..][..bottom].copy_from_slice(&column[top..]);
            }
        }
        for (to, &p) in gone.chunks_exact_mut(rows).zip(&deflation.gone) {
            to.copy_from_slice(self.column(p));
        }
        let at = self.at;
        for (row, m, first, inner, columns) in
            [(at, top, 0, tops + dense, &*upper), (at + top, bottom, tops, dense + bottoms, &*lower)]
        {
            let factors = [Block::of(columns, m, 0, 0), Block::of(s, k, first, 0)];
            multiply(self.data, self.ld, (row, at), Sizes { m, n: k, k: inner }, Update::SET, factors);
        }
        for (i, from) in gone.chunks_exact(rows).take(deflation.gone.len()).enumerate() {
            self.column(k + i).copy_from_slice(from);
        }
    }
}
