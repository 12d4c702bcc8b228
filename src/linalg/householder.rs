//! Elementary reflectors `H = I - tau v v^T`, `v[0] = 1`, with LAPACK's signs, and products of
//! them in blocks (R. Schreiber and C. Van Loan, "A storage-efficient WY representation for
//! products of Householder transformations", SIAM J. Sci. Stat. Comput. 10, 1989).

use super::dense::{Block, Real, Sizes, Update, area, axpy, dot, leading, multiply, scale};
use crate::error::Result;
use crate::memory::try_filled;

/// Reflectors that are applied at once.
pub(super) const BLOCK: usize = 32;

/// The Euclidean norm, without overflow or underflow on the way.
pub(super) fn norm<T: Real>(x: &[T]) -> T {
    let squares = dot(x, x);
    let low = T::MIN_POSITIVE / (T::EPSILON * T::EPSILON);
    if squares > low && squares < T::ONE / low {
        return squares.sqrt();
    }
    let mut largest = T::ZERO;
    for x in x {
        // A NaN stays: nothing is larger.
        let smaller_or_nan = largest >= x.abs();
        if !smaller_or_nan && largest.abs() >= T::ZERO {
            largest = x.abs();
        }
    }
    if largest == T::ZERO {
        return T::ZERO;
    }
    let mut sum = T::ZERO;
    for x in x {
        let ratio = *x / largest;
        sum = sum + ratio * ratio;
    }
    largest * sum.sqrt()
}

/// `-|value|` for what has no minus sign, else `|value|`: the sign that loses nothing.
fn opposite<T: Real>(value: T, of: T) -> T {
    if of.to_f64().is_sign_negative() { value.abs() } else { -value.abs() }
}

/// The reflector that maps `x` to `(beta, 0, ...)`, as LAPACK's larfg: `x[0]` becomes beta, the
/// rest v; returns tau, which is 0 where the rest is zero already.
pub(super) fn reflector<T: Real>(x: &mut [T]) -> T {
    let Some((alpha, tail)) = x.split_first_mut() else { return T::ZERO };
    let mut rest = norm(tail);
    if rest == T::ZERO {
        return T::ZERO;
    }
    let safe = T::MIN_POSITIVE / T::EPSILON;
    let mut beta = opposite(norm(&[*alpha, rest]), *alpha);
    let mut rescaled = 0;
    // beta may be inexact here: scale x up until it is not.
    while beta.abs() < safe && rescaled < 20 {
        scale(tail, T::ONE / safe);
        *alpha = *alpha / safe;
        rest = norm(tail);
        beta = opposite(norm(&[*alpha, rest]), *alpha);
        rescaled += 1;
    }
    let tau = (beta - *alpha) / beta;
    let divisor = *alpha - beta;
    let factor = T::ONE / divisor;
    if factor.abs() >= T::MIN_POSITIVE {
        scale(tail, factor);
    } else {
        tail.iter_mut().for_each(|x| *x = *x / divisor);
    }
    for _ in 0..rescaled {
        beta = beta * safe;
    }
    *alpha = beta;
    tau
}

/// `c = (I - tau v v^T) c` for each of the columns, `ld` apart; `v[0]` is taken as 1.
pub(super) fn reflect<T: Real>(v: &[T], tau: T, columns: std::slice::ChunksMut<'_, T>, row: usize) {
    if tau == T::ZERO {
        return;
    }
    for column in columns {
        let column = &mut column[row..][..v.len()];
        let sum = tau * (column[0] + dot(&v[1..], &column[1..]));
        column[0] = column[0] - sum;
        axpy(&mut column[1..], -sum, &v[1..]);
    }
}

/// `Q = H_0 H_1 ...` as it lies after a reduction: v of reflector j in column j of `data`, from
/// row `j + shift` on (there the place of its 1) down to row `rows`.
#[derive(Clone, Copy)]
pub(super) struct Reflectors<'a, T> {
    pub data: &'a [T],
    pub ld: usize,
    pub rows: usize,
    pub shift: usize,
    pub tau: &'a [T],
}

/// Scratch for blocks of reflectors, and one block: `I - V T V^T`.
pub(super) struct Work<T> {
    /// Columns `rows` apart, with the ones and the zeros that `data` has no room for.
    v: Vec<T>,
    rows: usize,
    /// Upper triangular, and V^T V.
    t: Vec<T>,
    squares: Vec<T>,
    /// V^T C, and T times that.
    products: [Vec<T>; 2],
    /// Of the block in `v`: its height, and how many reflectors.
    size: (usize, usize),
}

impl<T: Real> Work<T> {
    /// Room for reflectors of `rows` elements and results of `columns` columns.
    pub fn new(rows: usize, columns: usize) -> Result<Self> {
        let rows = leading(rows);
        let product = || try_filled(T::ZERO, area(BLOCK, columns.max(1))?);
        Ok(Self {
            v: try_filled(T::ZERO, area(rows, BLOCK)?)?,
            rows,
            t: try_filled(T::ZERO, BLOCK * BLOCK)?,
            squares: try_filled(T::ZERO, BLOCK * BLOCK)?,
            products: [product()?, product()?],
            size: (0, 0),
        })
    }

    /// `C = (I - V T V^T) C`, or with T transposed; C has the block's height, from `row` on, and
    /// all columns of `c`, `ld` apart.
    pub fn apply(&mut self, c: &mut [T], ld: usize, row: usize, transposed: bool) {
        let (m, k) = self.size;
        let n = c.len().div_ceil(ld);
        let [first, second] = &mut self.products;
        let v = Block::of(&self.v, self.rows, 0, 0);
        multiply(first, BLOCK, (0, 0), Sizes { m: k, n, k: m }, Update::SET, [v.t(), Block::of(c, ld, row, 0)]);
        let t = Block::of(&self.t, BLOCK, 0, 0);
        let t = if transposed { t.t() } else { t };
        multiply(second, BLOCK, (0, 0), Sizes { m: k, n, k }, Update::SET, [t, Block::of(first, BLOCK, 0, 0)]);
        multiply(c, ld, (row, 0), Sizes { m, n, k }, Update::SUBTRACT, [v, Block::of(second, BLOCK, 0, 0)]);
    }
}

impl<T: Real> Reflectors<'_, T> {
    fn vector(&self, j: usize) -> &[T] {
        &self.data[j * self.ld..][j + self.shift..self.rows]
    }

    /// Makes the product of the reflectors `from..to` the block of `work`.
    pub fn gather(&self, from: usize, to: usize, work: &mut Work<T>) {
        let (m, k) = (self.rows - from - self.shift, to - from);
        work.size = (m, k);
        for (j, column) in work.v.chunks_mut(work.rows).take(k).enumerate() {
            column[..j].fill(T::ZERO);
            column[j..m].copy_from_slice(self.vector(from + j));
            column[j] = T::ONE;
        }
        let v = Block::of(&work.v, work.rows, 0, 0);
        multiply(&mut work.squares, BLOCK, (0, 0), Sizes { m: k, n: k, k: m }, Update::SET, [v.t(), v]);
        work.t.fill(T::ZERO);
        for j in 0..k {
            let tau = self.tau[from + j];
            for i in 0..j {
                let sum = (i..j).fold(T::ZERO, |sum, l| sum + work.t[l * BLOCK + i] * work.squares[j * BLOCK + l]);
                work.t[j * BLOCK + i] = -tau * sum;
            }
            work.t[j * BLOCK + j] = tau;
        }
    }

    /// `C = Q C`, or `Q^T C`. C is all columns of `c`, `ld` apart.
    ///
    /// With `identity`, C is the identity, and its zeros are not worked on. Without `work`, the
    /// reflectors are applied one by one.
    pub fn apply(&self, c: &mut [T], ld: usize, transposed: bool, identity: bool, work: Option<&mut Work<T>>) {
        let count = self.tau.len();
        let step = if work.is_some() { BLOCK } else { 1 };
        let mut work = work;
        let steps = count.div_ceil(step);
        for at in 0..steps {
            let start = if transposed { at } else { steps - 1 - at } * step;
            let row = start + self.shift;
            let skipped = if identity { (row * ld).min(c.len()) } else { 0 };
            let c = &mut c[skipped..];
            match &mut work {
                None => reflect(self.vector(start), self.tau[start], c.chunks_mut(ld), row),
                Some(work) => {
                    self.gather(start, count.min(start + BLOCK), work);
                    work.apply(c, ld, row, transposed);
                }
            }
        }
    }
}
