//! Matrices of doubles, by the definitions.

use ferrodide::linalg::Real;

use super::input::{Element, Input, Random};
use super::strided::Strided;

/// In C order.
#[derive(Clone, Debug)]
pub struct Matrix {
    pub m: usize,
    pub n: usize,
    pub data: Vec<f64>,
}

/// A dtype that has decompositions.
pub trait Float: Element + Real {
    /// Half the exponents that leave room for squares of norms.
    const ROOM: i32;
}
impl Float for f64 {
    const ROOM: i32 = 400;
}
impl Float for f32 {
    const ROOM: i32 = 40;
}

impl Matrix {
    pub fn new(m: usize, n: usize, f: impl Fn(usize, usize) -> f64) -> Self {
        Self { m, n, data: (0..m * n).map(|i| f(i / n, i % n)).collect() }
    }

    pub fn of<T: Element>(x: &Strided<T>) -> Self {
        let data = x.elements().iter().map(|x| x.double()).collect();
        Self { m: x.shape[0], n: x.shape.get(1).copied().unwrap_or(1), data }
    }

    pub fn at(&self, i: usize, j: usize) -> f64 {
        self.data[i * self.n + j]
    }

    pub fn t(&self) -> Self {
        Self::new(self.n, self.m, |i, j| self.at(j, i))
    }

    pub fn eye(n: usize) -> Self {
        Self::new(n, n, |i, j| f64::from(u8::from(i == j)))
    }

    pub fn columns(&self, n: usize) -> Self {
        Self::new(self.m, n, |i, j| self.at(i, j))
    }

    pub fn scaled(&self, by: &[f64]) -> Self {
        Self::new(self.m, self.n, |i, j| self.at(i, j) * by[j])
    }

    pub fn dot(&self, other: &Self) -> Self {
        let mut data = vec![0.0; self.m * other.n];
        for i in 0..self.m {
            for l in 0..self.n {
                for j in 0..other.n {
                    data[i * other.n + j] += self.at(i, l) * other.at(l, j);
                }
            }
        }
        Self { m: self.m, n: other.n, data }
    }

    /// The largest element; infinite where one is NaN.
    pub fn max(&self) -> f64 {
        self.data.iter().fold(0.0, |max, x| if x.is_nan() { f64::INFINITY } else { max.max(x.abs()) })
    }

    pub fn minus(&self, other: &Self) -> Self {
        Self::new(self.m, self.n, |i, j| self.at(i, j) - other.at(i, j))
    }

    /// `|Q^T Q - I|`.
    pub fn orthogonality(&self) -> f64 {
        self.t().dot(self).minus(&Self::eye(self.n)).max()
    }

    pub fn is_finite(&self) -> bool {
        self.data.iter().all(|x| x.is_finite())
    }

    /// In a layout that the input chooses, each element rounded to the dtype.
    pub fn strided<T: Float>(&self, input: &mut Input) -> Strided<T> {
        Strided::new(input, &[self.m, self.n], false, |_, i| T::from_f64(self.data[i]))
    }

    pub fn rounded<T: Float>(self) -> Self {
        Self { data: self.data.iter().map(|x| T::from_f64(*x).to_f64()).collect(), ..self }
    }

    pub fn symmetric(&self) -> Self {
        Self::new(self.n, self.n, |i, j| self.at(i.max(j), i.min(j)))
    }
}

/// A matrix: whole numbers, random ones, of low rank, graded, sparse, with one element changed; times a power of two.
pub fn matrix<T: Float>(input: &mut Input, m: usize, n: usize) -> Matrix {
    let kind = input.below(8);
    let mut random = Random(input.bits());
    let mut unit = move || (random.next() as i64 >> 11) as f64 * 2f64.powi(-52);
    let (mut all, rank) = (Vec::new(), 1 + input.below(3));
    let (left, right): (Vec<f64>, Vec<f64>) =
        ((0..m * rank).map(|_| unit()).collect(), (0..rank * n).map(|_| unit()).collect());
    for i in 0..m {
        for j in 0..n {
            all.push(match kind {
                0 => input.below(256) as f64 - 128.0,
                1 => input.below(3) as f64 - 1.0,
                2 | 3 => unit(),
                4 => (0..rank).map(|l| left[i * rank + l] * right[l * n + j]).sum(),
                5 => unit() * 2f64.powi(-((i + j) as i32)),
                6 => match j.wrapping_sub(i) {
                    0 | 1 => (unit() * 4.0).trunc(),
                    _ => 0.0,
                },
                _ => 1.0 / (i + j + 1) as f64,
            });
        }
    }
    let scale = 2f64.powi(match input.below(4) {
        0 => input.below(2 * T::ROOM as usize) as i32 - T::ROOM,
        _ => 0,
    });
    all.iter_mut().for_each(|x| *x *= scale);
    if input.below(16) == 15 && m * n > 0 {
        let (at, special) = (input.below(m * n), input.pick(<T as Element>::SPECIAL));
        // What is huge leaves no room for the bounds.
        if special.double().abs() <= 1.0 || !special.double().is_finite() {
            all[at] = special.double();
        }
    }
    Matrix { m, n, data: all }.rounded::<T>()
}

/// Sizes around the recursions' bases, rarely above.
pub fn order(input: &mut Input) -> usize {
    match input.below(16) {
        0..=7 => input.below(10),
        8..=12 => input.below(30),
        13 | 14 => input.pick(&[24, 31, 32, 33, 34, 40, 48]),
        _ => input.below(72),
    }
}
