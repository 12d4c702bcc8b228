//! `P A = L U`, from the left, and what is solved with it.

use super::super::dense::{Real, area};
use super::super::lu::singular;
use super::{Both, Divisor, Pairs, Two, WIDE, clear, columns, get, lanes, leading, load, put, store, wide};
use crate::error::Result;
use crate::simd::F64s;
use crate::view::{View, ViewMut};

/// `tile -= factors[r][l] * rows[l]`, summed over l: the tile is at column `at`.
#[inline(always)]
fn subtract<const R: usize>(tile: &mut [[Two; WIDE]; R], factors: [&[Both]; R], rows: &[Both], ld: usize, at: usize) {
    let count = factors[0].len();
    assert!(factors.iter().all(|factors| factors.len() == count));
    for (l, row) in columns::<WIDE>(rows, ld, at, count).enumerate() {
        for (tile, factors) in tile.iter_mut().zip(factors) {
            // SAFETY: l < count.
            let factor = get(unsafe { factors.get_unchecked(l) });
            for (x, y) in tile.iter_mut().zip(row) {
                *x = x.sub(factor.mul(y));
            }
        }
    }
}

impl Pairs {
    /// `P A = L U` of (n, n) matrices, with `columns` more beside them: those of `L^-1 P B`.
    pub fn lu<T: Real>(
        &mut self,
        a: [View<'_, T>; 2],
        n: usize,
        b: Option<[View<'_, T>; 2]>,
        columns: usize,
    ) -> Result<Factored<'_>> {
        let ld = leading(n + columns);
        let x = self.x.take(area(n.next_multiple_of(2), ld)?)?;
        load(a, x, ld, 0);
        let mut used = n;
        if let Some(b) = b {
            load(b, x, ld, n);
            used += columns;
        }
        let pivots = &mut self.pivots[..n];
        let mut factored = Factored { x, ld, n, columns, pivots, singular: [false; 2] };
        for at in (0..used).step_by(WIDE) {
            if at > 0 {
                factored.eliminated(at);
            }
            factored.panel(at, used);
        }
        Ok(factored)
    }
}

/// Both matrices factored, `P A = L U`; in the columns beside them what is solved for.
pub(in crate::linalg) struct Factored<'a> {
    x: &'a mut [Both],
    ld: usize,
    n: usize,
    columns: usize,
    /// Of each row, the one that it was swapped with.
    pivots: &'a mut [[usize; 2]],
    /// Whether a pivot is exactly zero.
    singular: [bool; 2],
}

impl Factored<'_> {
    /// Brings the columns from `at` on to where the columns before them are.
    fn eliminated(&mut self, at: usize) {
        let ld = self.ld;
        for i in (0..self.n).step_by(2) {
            let (top, rest) = self.x.split_at_mut(i * ld);
            let (first, second) = rest.split_at_mut(ld);
            let second = &mut second[..ld];
            let known = i.min(at);
            let mut tile = [wide(first, at), wide(second, at)];
            subtract(&mut tile, [&first[..known], &second[..known]], top, ld, at);
            if i < at {
                let factor = get(&second[i]);
                tile[1] = std::array::from_fn(|c| tile[1][c].sub(factor.mul(tile[0][c])));
            }
            put(first, at, tile[0]);
            put(second, at, tile[1]);
        }
    }

    /// Eliminates the columns from `at` on, one by one; `used` of them all have anything.
    fn panel(&mut self, at: usize, used: usize) {
        let (n, ld) = (self.n, self.ld);
        for j in at..n.min(at + WIDE) {
            let column = || self.x[j * ld..].chunks_exact(ld).take(n - j).map(|row| &row[j]);
            // A NaN in the first place stays: nothing is larger.
            let first = get(&self.x[j * ld + j]).abs();
            let largest = lanes(column().fold(first, |largest, x| largest.max(get(x).abs())));
            let found = [0, 1].map(|lane| column().position(|x| x[lane].abs() == largest[lane]));
            for lane in 0..2 {
                // A NaN is not zero: it is carried on, as in getrf.
                self.singular[lane] |= largest[lane] == 0.0;
                self.pivots[j][lane] = j + found[lane].unwrap_or(0);
            }
            let rows = self.pivots[j].map(|pivot| pivot * ld);
            if rows != [j * ld; 2] {
                for c in 0..used {
                    let old = self.x[j * ld + c];
                    self.x[j * ld + c] = lanes(get(&[self.x[rows[0] + c][0], self.x[rows[1] + c][1]]));
                    self.x[rows[0] + c][0] = old[0];
                    self.x[rows[1] + c][1] = old[1];
                }
            }
            let (done, rest) = self.x.split_at_mut((j + 1) * ld);
            let (done, rest) = (&done[j * ld..], &mut rest[..(n - j - 1) * ld]);
            match j - at {
                0 => eliminate::<0>(done, rest, ld, at),
                1 => eliminate::<1>(done, rest, ld, at),
                2 => eliminate::<2>(done, rest, ld, at),
                _ => eliminate::<3>(done, rest, ld, at),
            }
        }
    }

    /// Fails where a matrix is singular.
    fn regular(&self) -> Result<()> {
        if self.singular == [false; 2] { Ok(()) } else { Err(singular()) }
    }

    /// Solves the upper triangle for the columns beside it.
    fn back(&mut self) {
        let (n, ld) = (self.n, self.ld);
        let mut end = n;
        while end > 0 {
            let two = end.is_multiple_of(2);
            let (i, last) = (end - 1 - usize::from(two), end - 1);
            let (top, known) = self.x.split_at_mut(end * ld);
            let (first, second) = top[i * ld..].split_at_mut(if two { ld } else { 0 });
            let second = &mut second[..ld];
            if !two {
                let divisor = Divisor::new(get(&second[last]));
                for at in (n..n + self.columns).step_by(WIDE) {
                    let mut tile = [wide(second, at)];
                    subtract(&mut tile, [&second[end..n]], known, ld, at);
                    put(second, at, tile[0].map(|x| divisor.divide(x)));
                }
            } else {
                let divisors = [get(&first[i]), get(&second[last])].map(Divisor::new);
                let factor = get(&first[last]);
                for at in (n..n + self.columns).step_by(WIDE) {
                    let mut tile = [wide(first, at), wide(second, at)];
                    subtract(&mut tile, [&first[end..n], &second[end..n]], known, ld, at);
                    let below = tile[1].map(|x| divisors[1].divide(x));
                    put(second, at, below);
                    let value = |c: usize| divisors[0].divide(tile[0][c].sub(factor.mul(below[c])));
                    put(first, at, std::array::from_fn(value));
                }
            }
            end = i;
        }
    }

    /// The solutions for the columns that were beside the matrices.
    pub fn solve<T: Real>(mut self, out: &mut [ViewMut<'_, T>]) -> Result<()> {
        self.regular()?;
        self.back();
        store(out, self.x, self.ld, self.n);
        Ok(())
    }

    /// The inverses; there are n columns beside the matrices, of zeros.
    pub fn invert<T: Real>(mut self, out: &mut [ViewMut<'_, T>]) -> Result<()> {
        self.regular()?;
        let (n, ld) = (self.n, self.ld);
        // L^-1, of which only the lower triangle is not zero.
        for from in (0..n).step_by(WIDE) {
            let at = n + from;
            clear(&mut self.x[..from * ld], ld, at, 1);
            for i in (from..n).step_by(2) {
                let (top, rest) = self.x.split_at_mut(i * ld);
                let (first, second) = rest.split_at_mut(ld);
                let second = &mut second[..ld];
                let one = |i: usize| std::array::from_fn(|c| Two::splat(if from + c == i { 1.0 } else { 0.0 }));
                let mut tile = [one(i), one(i + 1)];
                subtract(&mut tile, [&first[from..i], &second[from..i]], &top[from * ld..], ld, at);
                let factor = get(&second[i]);
                tile[1] = std::array::from_fn(|c| tile[1][c].sub(factor.mul(tile[0][c])));
                put(first, at, tile[0]);
                put(second, at, tile[1]);
            }
        }
        self.back();
        // P from the right: the swaps of the rows, undone on the columns.
        for row in self.x.chunks_exact_mut(ld).take(n) {
            let row = &mut row[n..2 * n];
            for (j, pivots) in self.pivots.iter().enumerate().rev() {
                for (lane, &pivot) in pivots.iter().enumerate() {
                    (row[j][lane], row[pivot][lane]) = (row[pivot][lane], row[j][lane]);
                }
            }
        }
        store(out, self.x, ld, n);
        Ok(())
    }

    /// Of one of the matrices: whether it is singular, whether the number of swaps is odd, and the pivots.
    pub fn diagonal(&self, lane: usize) -> (bool, bool, impl Iterator<Item = f64>) {
        let swaps = self.pivots.iter().enumerate().filter(|(j, pivots)| *j != pivots[lane]).count();
        (self.singular[lane], swaps % 2 == 1, (0..self.n).map(move |i| self.x[i * self.ld + i][lane]))
    }
}

/// The multipliers of column `at + D` of the rows, and that times the pivot's row from the columns
/// of the same panel right of it.
#[inline(always)]
fn eliminate<const D: usize>(pivot: &[Both], rows: &mut [Both], ld: usize, at: usize) {
    let pivot = wide(pivot, at);
    let divisor = Divisor::new(pivot[D]);
    for row in rows.chunks_exact_mut(ld) {
        let row = &mut row[at..at + WIDE];
        let factor = divisor.divide(get(&row[D]));
        row[D] = lanes(factor);
        for c in D + 1..WIDE {
            row[c] = lanes(get(&row[c]).sub(factor.mul(pivot[c])));
        }
    }
}
