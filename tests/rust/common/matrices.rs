//! Matrices that are hard on a decomposition, and norms of what it leaves.

use super::{Element, Layout, Random, Strided};
use ferrodide::linalg::Real;

/// A float with what the bounds need.
pub trait Float: Element + Real {
    const EPS: f64;
    const NAME: &'static str;
    /// Scales that leave room for a matrix' norm, and none for the squares of its elements.
    const SCALES: [f64; 2];
}
impl Float for f64 {
    const EPS: f64 = f64::EPSILON;
    const NAME: &'static str = "float64";
    const SCALES: [f64; 2] = [1e-300, 1e300];
}
impl Float for f32 {
    const EPS: f64 = f32::EPSILON as f64;
    const NAME: &'static str = "float32";
    const SCALES: [f64; 2] = [1e-30, 1e33];
}

/// How the elements come about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Family {
    Random,
    Hilbert,
    Graded,
    RankDeficient,
    Orthogonal,
    Diagonal,
    Repeated,
    Clustered,
    Identity,
    Zero,
    Ones,
    Tiny,
    Huge,
    Wilkinson,
    Bidiagonal,
}

pub const FAMILIES: [Family; 15] = [
    Family::Random,
    Family::Hilbert,
    Family::Graded,
    Family::RankDeficient,
    Family::Orthogonal,
    Family::Diagonal,
    Family::Repeated,
    Family::Clustered,
    Family::Identity,
    Family::Zero,
    Family::Ones,
    Family::Tiny,
    Family::Huge,
    Family::Wilkinson,
    Family::Bidiagonal,
];

/// A matrix in C order, of doubles.
#[derive(Clone, Debug)]
pub struct Matrix {
    pub m: usize,
    pub n: usize,
    pub data: Vec<f64>,
}

impl Matrix {
    pub fn new(m: usize, n: usize, f: impl Fn(usize, usize) -> f64) -> Self {
        Self { m, n, data: (0..m * n).map(|i| f(i / n, i % n)).collect() }
    }
    pub fn of<T: Float>(x: &Strided<T>) -> Self {
        let (m, n) = (x.shape[0], x.shape.get(1).copied().unwrap_or(1));
        Self { m, n, data: x.elements().iter().map(|x| x.to_f64()).collect() }
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
    /// Each column times a number.
    pub fn scaled(&self, by: &[f64]) -> Self {
        Self::new(self.m, self.n, |i, j| self.at(i, j) * by[j])
    }
    pub fn dot(&self, other: &Self) -> Self {
        assert_eq!(self.n, other.m);
        let mut data = vec![0.0; self.m * other.n];
        for i in 0..self.m {
            for l in 0..self.n {
                let x = self.at(i, l);
                for j in 0..other.n {
                    data[i * other.n + j] += x * other.data[l * other.n + j];
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
        assert_eq!((self.m, self.n), (other.m, other.n));
        Self::new(self.m, self.n, |i, j| self.at(i, j) - other.at(i, j))
    }
    /// `|Q^T Q - I|`.
    pub fn orthogonality(&self) -> f64 {
        self.t().dot(self).minus(&Self::eye(self.n)).max()
    }
    /// Rounded to the dtype, in a layout.
    pub fn strided<T: Float>(&self, axes: &[(u32, usize, bool)]) -> Strided<T> {
        let layout = Layout { shape: vec![self.m, self.n], axes: axes.to_vec() };
        let mut x = Strided::new(&layout, |_| T::from_small(-77));
        for i in 0..self.m {
            for j in 0..self.n {
                let position = x.position(&[i, j]);
                x.data[position] = T::from_f64(self.at(i, j));
            }
        }
        x
    }
    pub fn dense<T: Float>(&self) -> Strided<T> {
        self.strided(&[(1, 1, false), (0, 1, false)])
    }
}

/// C order, Fortran order, and one with gaps that runs backwards.
pub const LAYOUTS: [[(u32, usize, bool); 2]; 3] =
    [[(1, 1, false), (0, 1, false)], [(0, 1, false), (1, 1, false)], [(1, 2, true), (0, 3, true)]];

pub fn uniform(random: &mut Random) -> f64 {
    (random.next() as i64 >> 11) as f64 * 2f64.powi(-52)
}

/// A product of reflectors.
pub fn orthogonal(n: usize, random: &mut Random) -> Matrix {
    let mut q = Matrix::eye(n);
    for _ in 0..4 {
        let v: Vec<f64> = (0..n).map(|_| uniform(random)).collect();
        let squares: f64 = v.iter().map(|x| x * x).sum();
        for i in 0..n {
            let sum: f64 = (0..n).map(|j| q.at(i, j) * v[j]).sum::<f64>() * 2.0 / squares;
            for (j, x) in v.iter().enumerate() {
                q.data[i * n + j] -= sum * x;
            }
        }
    }
    q
}

pub fn random(m: usize, n: usize, random: &mut Random) -> Matrix {
    let data = (0..m * n).map(|_| uniform(random)).collect();
    Matrix { m, n, data }
}

/// An m x n matrix of a family, rounded to the dtype.
pub fn make<T: Float>(family: Family, m: usize, n: usize, seed: u64) -> Matrix {
    let r = &mut Random(seed);
    let small = m.min(n);
    let with = |r: &mut Random, s: &dyn Fn(usize) -> f64| {
        let (u, v) = (orthogonal(m, r), orthogonal(n, r));
        let s: Vec<f64> = (0..small).map(s).collect();
        u.columns(small).scaled(&s).dot(&v.columns(small).t())
    };
    let x = match family {
        Family::Random => random(m, n, r),
        Family::Hilbert => Matrix::new(m, n, |i, j| 1.0 / (i + j + 1) as f64),
        Family::Graded => {
            let x = random(m, n, r);
            Matrix::new(m, n, |i, j| x.at(i, j) * 2f64.powi(-((i + j) as i32)))
        }
        Family::RankDeficient => random(m, small / 2, r).dot(&random(small / 2, n, r)),
        Family::Orthogonal => with(r, &|_| 1.0),
        Family::Diagonal => Matrix::new(m, n, |i, j| if i == j { (i * 7 % 5) as f64 - 2.0 } else { 0.0 }),
        Family::Repeated => with(r, &|i| (i % 3) as f64 + 1.0),
        Family::Clustered => with(r, &|i| 1.0 + i as f64 * 4.0 * T::EPS),
        Family::Identity => Matrix::new(m, n, |i, j| f64::from(u8::from(i == j))),
        Family::Zero => Matrix::new(m, n, |_, _| 0.0),
        Family::Ones => Matrix::new(m, n, |_, _| 1.0),
        Family::Tiny => {
            let x = random(m, n, r);
            Matrix::new(m, n, |i, j| x.at(i, j) * T::SCALES[0])
        }
        Family::Huge => {
            let x = random(m, n, r);
            Matrix::new(m, n, |i, j| x.at(i, j) * T::SCALES[1])
        }
        // Zeros on the diagonal, which split it.
        Family::Bidiagonal => Matrix::new(m, n, |i, j| match j.wrapping_sub(i) {
            0 if i % 3 != 1 => (i % 5 + 1) as f64,
            1 => (i % 2 + 1) as f64,
            _ => 0.0,
        }),
        // Eigenvalues in pairs that agree to the last digits.
        Family::Wilkinson => Matrix::new(m, n, |i, j| match i.abs_diff(j) {
            0 => (i as f64 - (small as f64 - 1.0) / 2.0).abs(),
            1 => 1.0,
            _ => 0.0,
        }),
    };
    Matrix { data: x.data.iter().map(|x| T::from_f64(*x).to_f64()).collect(), ..x }
}

/// [`make`], symmetric.
pub fn symmetric<T: Float>(family: Family, n: usize, seed: u64) -> Matrix {
    let x = match family {
        Family::Orthogonal | Family::Repeated | Family::Clustered | Family::RankDeficient => {
            let q = orthogonal(n, &mut Random(seed));
            let value = |i: usize| match family {
                Family::Orthogonal => (i % 2) as f64 * 2.0 - 1.0,
                Family::Repeated => (i % 3) as f64 - 1.0,
                Family::Clustered => 1.0 + i as f64 * 4.0 * T::EPS,
                _ => (i % 2 * i) as f64 / n as f64,
            };
            q.scaled(&(0..n).map(value).collect::<Vec<_>>()).dot(&q.t())
        }
        _ => make::<T>(family, n, n, seed),
    };
    Matrix::new(n, n, |i, j| T::from_f64(x.at(i.max(j), i.min(j))).to_f64())
}
