//! Triangular systems: recursive, so that nearly all of the work is matrix products
//! (E. Elmroth, F. Gustavson, I. Jonsson and B. Kågström, "Recursive blocked algorithms and
//! hybrid data structures for dense matrix library software", SIAM Review 46, 2004).

use super::dense::{Block, Real, Sizes, Update, axpy, multiply};

/// Order of the systems that are solved by substitution.
const BASE: usize = 8;

/// Which triangle, and what its diagonal is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Triangle {
    /// Lower, ones on the diagonal, which is not read.
    UnitLower,
    /// Upper.
    Upper,
}

/// A triangular matrix inside a column-major buffer, from (at, at) on.
#[derive(Clone, Copy)]
pub(super) struct Triangular<'a, T> {
    pub data: &'a [T],
    pub ld: usize,
    pub at: usize,
    pub n: usize,
    pub kind: Triangle,
}

impl<T: Real> Triangular<'_, T> {
    fn part(&self, from: usize, n: usize) -> Self {
        Self { at: self.at + from, n, ..*self }
    }

    /// `X = A^-1 X`, where X is `columns` columns of `x` from `(row, column)` on, `ld` apart.
    ///
    /// O(n^2 columns).
    pub fn solve(&self, x: &mut [T], ld: usize, (row, column): (usize, usize), columns: usize, blocked: bool) {
        if columns == 0 || self.n == 0 {
            return;
        }
        // Few columns are no matrix product.
        if !blocked || columns < 4 || self.n <= BASE {
            let tiles = blocked && self.n == BASE;
            for j in column..column + columns {
                let x = &mut x[j * ld + row..][..self.n];
                if tiles { self.substitute_tile(x) } else { self.substitute(x) }
            }
            return;
        }
        // Whole tiles on the side of the smaller indices.
        let half = (self.n / 2).next_multiple_of(BASE);
        let (first, second) = (self.part(0, half), self.part(half, self.n - half));
        let sizes = |m: usize, k: usize| Sizes { m, n: columns, k };
        match self.kind {
            Triangle::UnitLower => {
                first.solve(x, ld, (row, column), columns, blocked);
                let corner = Block::of(self.data, self.ld, second.at, first.at);
                let sizes = sizes(second.n, half);
                multiply(x, ld, (row + half, column), sizes, Update::SUBTRACT, [corner, Block::same(row, column)]);
                second.solve(x, ld, (row + half, column), columns, blocked);
            }
            Triangle::Upper => {
                second.solve(x, ld, (row + half, column), columns, blocked);
                let corner = Block::of(self.data, self.ld, first.at, second.at);
                let sizes = sizes(half, second.n);
                multiply(x, ld, (row, column), sizes, Update::SUBTRACT, [corner, Block::same(row + half, column)]);
                first.solve(x, ld, (row, column), columns, blocked);
            }
        }
    }

    fn column(&self, j: usize) -> &[T] {
        &self.data[(self.at + j) * self.ld + self.at..][..self.n]
    }

    /// Solves for one column.
    fn substitute(&self, x: &mut [T]) {
        match self.kind {
            Triangle::UnitLower => {
                for k in 0..self.n {
                    let value = x[k];
                    axpy(&mut x[k + 1..], -value, &self.column(k)[k + 1..]);
                }
            }
            Triangle::Upper => {
                for k in (0..self.n).rev() {
                    let value = x[k] / self.column(k)[k];
                    x[k] = value;
                    axpy(&mut x[..k], -value, &self.column(k)[..k]);
                }
            }
        }
    }

    /// [`Self::substitute`] for an order known to the compiler.
    fn substitute_tile(&self, x: &mut [T]) {
        let mut tile = [T::ZERO; BASE];
        tile.copy_from_slice(x);
        match self.kind {
            Triangle::UnitLower => {
                for k in 0..BASE {
                    let column = &self.column(k)[..BASE];
                    for i in k + 1..BASE {
                        tile[i] = tile[i] - column[i] * tile[k];
                    }
                }
            }
            Triangle::Upper => {
                for k in (0..BASE).rev() {
                    let column = &self.column(k)[..BASE];
                    tile[k] = tile[k] / column[k];
                    for i in 0..k {
                        tile[i] = tile[i] - column[i] * tile[k];
                    }
                }
            }
        }
        x.copy_from_slice(&tile);
    }

    /// `X = A^-1`, where X is the identity from `(row, column)` on; only for unit lower ones,
    /// whose inverse is one too.
    ///
    /// O(n^3 / 3).
    pub fn invert(&self, x: &mut [T], ld: usize, (row, column): (usize, usize), blocked: bool) {
        if !blocked || self.n <= 2 * BASE {
            self.solve(x, ld, (row, column), self.n, false);
            return;
        }
        let half = (self.n / 2).next_multiple_of(BASE);
        let (first, second) = (self.part(0, half), self.part(half, self.n - half));
        first.invert(x, ld, (row, column), blocked);
        let corner = Block::of(self.data, self.ld, second.at, first.at);
        let sizes = Sizes { m: second.n, n: half, k: half };
        multiply(x, ld, (row + half, column), sizes, Update::NEGATIVE, [corner, Block::same(row, column)]);
        second.solve(x, ld, (row + half, column), half, blocked);
        second.invert(x, ld, (row + half, column + half), blocked);
    }
}
