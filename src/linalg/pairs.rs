//! Small matrices of doubles, two at a time: element (i, j) of both lies in one vector, so that
//! every loop is of whole vectors, and both wait for the same roots and quotients. One matrix alone
//! is both of them: its result does not depend on what it came with.
//!
//! Row by row; `A = L U` and `A = U^T U` from the left (J. Dongarra, F. Gustavson and A. Karp,
//! "Implementing linear algebra algorithms for dense matrices on a vector pipeline machine", SIAM
//! Review 26, 1984), with tiles of two rows and four columns in registers.

use super::dense::{Real, Scratch, area, layout};
use super::householder::reflector;
use super::lu::singular;
use crate::error::Result;
use crate::simd::F64s;
use crate::view::{View, ViewMut};

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
type Two = crate::simd::Native;
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
type Two = crate::simd::Lanes<2>;

/// The same element of both matrices.
pub(super) type Both = [f64; 2];

/// The largest order: beyond it, packing pays and the cache does not hold both.
const MOST: usize = 48;
/// Columns of a tile.
const WIDE: usize = 4;
/// Elements that need no heap.
const STACK: usize = 96;

/// Whether matrices of this shape are worked on in pairs.
pub(super) fn serve<T: Real>(shape: &[usize]) -> bool {
    let core = &shape[shape.len().saturating_sub(2)..];
    size_of::<T>() == size_of::<f64>() && core.iter().all(|n| (1..=MOST).contains(n))
}

#[inline(always)]
fn get(both: &Both) -> Two {
    Two::load(both)
}

#[inline(always)]
fn lanes(value: Two) -> Both {
    let mut both = [0.0; 2];
    value.store(&mut both);
    both
}

/// The elements from `at` on of each of so many rows.
#[inline(always)]
fn columns<const W: usize>(rows: &[Both], ld: usize, at: usize, count: usize) -> impl Iterator<Item = [Two; W]> {
    assert!(count == 0 || (count - 1) * ld + at + W <= rows.len());
    let mut row = rows.as_ptr().wrapping_add(at);
    (0..count).map(move |_| {
        // SAFETY: the last of them ends inside the rows.
        let elements = std::array::from_fn(|c| get(unsafe { &*row.add(c) }));
        row = row.wrapping_add(ld);
        elements
    })
}

/// Makes of these elements what `f` says, row by row.
#[inline(always)]
fn update<const W: usize>(
    rows: &mut [Both],
    ld: usize,
    at: usize,
    count: usize,
    mut f: impl FnMut(usize, [Two; W]) -> [Two; W],
) {
    assert!(count == 0 || (count - 1) * ld + at + W <= rows.len());
    let start = rows.as_mut_ptr();
    for l in 0..count {
        // SAFETY: the last of them ends inside the rows.
        unsafe {
            let row = start.add(l * ld + at);
            let new = f(l, std::array::from_fn(|c| get(&*row.add(c))));
            for (c, new) in new.into_iter().enumerate() {
                new.store(&mut *row.add(c));
            }
        }
    }
}

/// [`WIDE`] elements of a row.
#[inline(always)]
fn wide(row: &[Both], at: usize) -> [Two; WIDE] {
    let row: &[Both; WIDE] = row[at..at + WIDE].try_into().unwrap();
    row.each_ref().map(get)
}

#[inline(always)]
fn put(row: &mut [Both], at: usize, values: [Two; WIDE]) {
    let row: &mut [Both; WIDE] = (&mut row[at..at + WIDE]).try_into().unwrap();
    *row = values.map(lanes);
}

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

/// A divisor of each lane; where its inverse is precise, it is multiplied with that.
#[derive(Clone, Copy)]
struct Divisor {
    value: Two,
    inverse: Two,
    /// In no lane.
    never: bool,
}

impl Divisor {
    #[inline(always)]
    fn new(value: Two) -> Self {
        let never = lanes(value).map(Self::is_extreme).contains(&true);
        Self { value, inverse: Two::splat(1.0).div(value), never }
    }

    /// Its inverse overflows, or has lost digits. Not so for a NaN.
    #[inline(always)]
    fn is_extreme(value: f64) -> bool {
        value.abs() < 1e-300 || value.abs() > 1e300
    }

    #[inline(always)]
    fn divide(&self, x: Two) -> Two {
        if self.never { self.slowly(x) } else { x.mul(self.inverse) }
    }

    #[cold]
    fn slowly(&self, x: Two) -> Two {
        let (x, value, inverse) = (lanes(x), lanes(self.value), lanes(self.inverse));
        let quotient =
            |lane: usize| if Self::is_extreme(value[lane]) { x[lane] / value[lane] } else { x[lane] * inverse[lane] };
        get(&[quotient(0), quotient(1)])
    }
}

/// From one row to the next, where there are so many columns: tiles may start at any of these.
fn leading(columns: usize) -> usize {
    columns.next_multiple_of(WIDE) + WIDE
}

/// Zeros in so many columns from `at` on, and in those that complete their last tile.
fn clear(rows: &mut [Both], ld: usize, at: usize, columns: usize) {
    for row in rows.chunks_exact_mut(ld) {
        // A tile at a time: a call to fill so few elements takes longer.
        (at..at + columns).step_by(WIDE).for_each(|at| put(row, at, [Two::splat(0.0); WIDE]));
    }
}

/// Copies both matrices (or vectors, as one column) to the columns from `at` on.
fn load<T: Real>(from: [View<'_, T>; 2], to: &mut [Both], ld: usize, at: usize) {
    let [(rows, columns, row, column), (_, _, other_row, other_column)] =
        from.map(|view| layout(view.shape(), view.strides()));
    let item = size_of::<T>() as isize;
    for (i, to) in to.chunks_exact_mut(ld).enumerate().take(rows) {
        let to = &mut to[at..at + columns];
        let starts = [
            from[0].as_ptr().wrapping_byte_offset(i as isize * row),
            from[1].as_ptr().wrapping_byte_offset(i as isize * other_row),
        ];
        if column == item && other_column == item {
            // SAFETY: rows of the matrices, whose elements lie together.
            let [x, y] = starts.map(|start| unsafe { std::slice::from_raw_parts(start, columns) });
            for ((to, x), y) in to.iter_mut().zip(x).zip(y) {
                *to = [x.to_f64(), y.to_f64()];
            }
            continue;
        }
        for (j, to) in to.iter_mut().enumerate() {
            let at = |lane: usize, stride: isize| starts[lane].wrapping_byte_offset(j as isize * stride);
            // SAFETY: i < rows and j < columns.
            *to = unsafe { [at(0, column).read().to_f64(), at(1, other_column).read().to_f64()] };
        }
    }
}

/// Writes the columns from `at` on to the results.
fn store<T: Real>(out: &mut [ViewMut<'_, T>], from: &[Both], ld: usize, at: usize) {
    for (lane, out) in out.iter_mut().enumerate() {
        store_lane(lane, out, from, ld, at);
    }
}

/// [`store`], of one matrix.
fn store_lane<T: Real>(lane: usize, out: &mut ViewMut<'_, T>, from: &[Both], ld: usize, at: usize) {
    let item = size_of::<T>() as isize;
    let (rows, columns, row, column) = layout(out.shape(), out.strides());
    for (i, from) in from.chunks_exact(ld).enumerate().take(rows) {
        let start = out.as_ptr().wrapping_byte_offset(i as isize * row);
        let from = &from[at..at + columns];
        if column == item {
            for (j, both) in from.iter().enumerate() {
                // SAFETY: j < columns, which lie together.
                unsafe { start.add(j).write(T::from_f64(both[lane])) };
            }
            continue;
        }
        for (j, both) in from.iter().enumerate() {
            // SAFETY: i < rows and j < columns.
            unsafe { start.wrapping_byte_offset(j as isize * column).write(T::from_f64(both[lane])) };
        }
    }
}

/// Writes the upper triangle and zeros below it to the results, or the transposed matrix.
fn store_triangle<T: Real>(out: &mut [ViewMut<'_, T>], from: &[Both], ld: usize, upper: bool) {
    for (lane, out) in out.iter_mut().enumerate() {
        let (n, _, row, column) = layout(out.shape(), out.strides());
        let (row, column) = if upper { (column, row) } else { (row, column) };
        for i in 0..n {
            let start = out.as_ptr().wrapping_byte_offset(i as isize * row);
            let at = |j: usize| start.wrapping_byte_offset(j as isize * column);
            for (j, both) in from[i..].iter().step_by(ld).enumerate().take(i + 1) {
                // SAFETY: i < n and j < n.
                unsafe { at(j).write(T::from_f64(both[lane])) };
            }
            for j in i + 1..n {
                // SAFETY: as above.
                unsafe { at(j).write(T::ZERO) };
            }
        }
    }
}

/// What the calls for one pair, or many, work in.
pub(super) struct Pairs {
    x: Scratch<Both, STACK>,
    v: [Both; MOST],
    pivots: [[usize; 2]; MOST],
    tau: [Both; MOST],
}

impl Pairs {
    pub fn new() -> Self {
        let vector = [[0.0; 2]; MOST];
        Self { x: Scratch::new([0.0; 2]), v: vector, pivots: [[0; 2]; MOST], tau: vector }
    }

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
        let (column, pivots) = (&mut self.v[..n], &mut self.pivots[..n]);
        let mut factored = Factored { x, ld, n, columns, column, pivots, singular: [false; 2] };
        for at in (0..used).step_by(WIDE) {
            if at > 0 {
                factored.eliminated(at);
            }
            factored.panel(at, used);
        }
        Ok(factored)
    }

    /// L of `A = L L^T`, of which the lower triangle is read, or the upper one; both matrices, or
    /// false where either is not positive definite.
    pub fn cholesky<T: Real>(
        &mut self,
        a: [View<'_, T>; 2],
        n: usize,
        upper: bool,
        out: &mut [ViewMut<'_, T>],
    ) -> Result<bool> {
        let ld = leading(n);
        let rows = n.next_multiple_of(2);
        let x = self.x.take(area(rows, ld)?)?;
        // Of the lower triangle the rows, and of the upper one the columns, are columns of U.
        let strides =
            a.map(|a| if upper { [a.strides()[1], a.strides()[0]] } else { [a.strides()[0], a.strides()[1]] });
        for j in 0..n {
            let mut from = [0, 1].map(|lane| a[lane].as_ptr().wrapping_byte_offset(j as isize * strides[lane][0]));
            for to in x[j..].iter_mut().step_by(ld).take(j + 1) {
                // SAFETY: element (j, i), or (i, j), where i <= j < n.
                *to = from.map(|from| unsafe { from.read() }.to_f64());
                from = [0, 1].map(|lane| from[lane].wrapping_byte_offset(strides[lane][1]));
            }
        }
        // U of A = U^T U, two rows at a time.
        for i in (0..n).step_by(2) {
            let (top, rest) = x.split_at_mut(i * ld);
            let (first, second) = rest.split_at_mut(ld);
            let second = &mut second[..ld];
            let mut divisors = [Divisor::new(Two::splat(1.0)); 2];
            let mut beside = Two::splat(0.0);
            for at in (i..n).step_by(WIDE) {
                let mut tile = [wide(first, at), wide(second, at)];
                for (row, factors) in columns::<WIDE>(top, ld, at, i).zip(columns::<2>(top, ld, i, i)) {
                    for (tile, factor) in tile.iter_mut().zip(factors) {
                        for (x, y) in tile.iter_mut().zip(row) {
                            *x = x.sub(factor.mul(y));
                        }
                    }
                }
                if at == i {
                    // Not above zero for a NaN either.
                    let positive = |x: Two| lanes(x).iter().all(|&x| x > 0.0);
                    let pivot = tile[0][0];
                    if !positive(pivot) {
                        return Ok(false);
                    }
                    divisors[0] = Divisor::new(pivot.sqrt());
                    beside = divisors[0].divide(tile[0][1]);
                    if i + 1 < n {
                        let pivot = tile[1][1].sub(beside.mul(beside));
                        if !positive(pivot) {
                            return Ok(false);
                        }
                        divisors[1] = Divisor::new(pivot.sqrt());
                    }
                }
                let row = tile[0].map(|x| divisors[0].divide(x));
                put(first, at, row);
                put(second, at, std::array::from_fn(|c| divisors[1].divide(tile[1][c].sub(beside.mul(row[c])))));
            }
            first[i] = lanes(divisors[0].value);
            second[i + 1] = lanes(divisors[1].value);
        }
        store_triangle(out, x, ld, upper);
        Ok(true)
    }

    /// Q and R of `A = Q R`, with `k` columns of Q, into `q` and `r`.
    pub fn qr<T: Real>(
        &mut self,
        a: [View<'_, T>; 2],
        (m, n, k): (usize, usize, usize),
        results: &mut [[ViewMut<'_, T>; 2]],
    ) -> Result<()> {
        let ld = self.reflectors(a, (m, n), k)?;
        let at = leading(n);
        let x = self.x.take(area(m, ld)?)?;
        clear(x, ld, at, k);
        for i in 0..k {
            x[i * ld + at + i] = [1.0; 2];
        }
        for j in (0..m.min(n)).rev() {
            let rest = &mut x[j * ld..];
            let v = &mut self.v[..m - j];
            for (v, row) in v.iter_mut().zip(rest.chunks_exact_mut(ld)).skip(1) {
                (*v, row[j]) = (row[j], [0.0; 2]);
            }
            v[0] = [1.0; 2];
            reflect(v, self.tau[j], rest, ld, (at + j, at + k));
        }
        for (lane, [q, r]) in results.iter_mut().enumerate() {
            store_lane(lane, q, x, ld, at);
            store_lane(lane, r, x, ld, 0);
        }
        Ok(())
    }

    /// R alone, of min(m, n) rows.
    pub fn r<T: Real>(
        &mut self,
        a: [View<'_, T>; 2],
        (m, n): (usize, usize),
        out: &mut [ViewMut<'_, T>],
    ) -> Result<()> {
        let ld = self.reflectors(a, (m, n), 0)?;
        let x = self.x.take(area(m, ld)?)?;
        for (i, row) in x.chunks_exact_mut(ld).enumerate() {
            row[..i.min(n)].fill([0.0; 2]);
        }
        store(out, x, ld, 0);
        Ok(())
    }

    /// R and below it the reflectors into `h`, and their factors into `tau`.
    pub fn raw<T: Real>(
        &mut self,
        a: [View<'_, T>; 2],
        (m, n): (usize, usize),
        results: &mut [[ViewMut<'_, T>; 2]],
    ) -> Result<()> {
        let ld = self.reflectors(a, (m, n), 0)?;
        let x = self.x.take(area(m, ld)?)?;
        for (lane, [h, tau]) in results.iter_mut().enumerate() {
            store_lane(lane, h, x, ld, 0);
            store_lane(lane, tau, &self.tau, 1, 0);
        }
        Ok(())
    }

    /// The matrices in place of which R and the reflectors are, with room for `k` columns beside
    /// them: they begin at the [`leading`] one. Returns what is from one row to the next.
    fn reflectors<T: Real>(&mut self, a: [View<'_, T>; 2], (m, n): (usize, usize), k: usize) -> Result<usize> {
        let ld = leading(n) + leading(k);
        let x = self.x.take(area(m, ld)?)?;
        load(a, x, ld, 0);
        for j in 0..m.min(n) {
            let rest = &mut x[j * ld..];
            let v = &mut self.v[..m - j];
            self.tau[j] = reflector_of(v, rest, ld, j);
            reflect(v, self.tau[j], rest, ld, (j + 1, n));
        }
        Ok(ld)
    }
}

/// The reflector for column `j` of the rows, as [`reflector`]: v, whose first element is 1, is left
/// in `v`, and below beta in the column. Returns tau.
fn reflector_of(v: &mut [Both], rows: &mut [Both], ld: usize, j: usize) -> Both {
    let alpha = rows[j];
    let mut squares = Two::splat(0.0);
    for (v, row) in v.iter_mut().zip(rows.chunks_exact(ld)).skip(1) {
        *v = row[j];
        squares = squares.add(get(v).mul(get(v)));
    }
    let head = get(&alpha);
    let length = lanes(squares.add(head.mul(head)).sqrt());
    let beta = get(&[length[0].copysign(-alpha[0]), length[1].copysign(-alpha[1])]);
    let mut tau = lanes(beta.sub(head).div(beta));
    let factor = Two::splat(1.0).div(head.sub(beta));
    // No square that matters has overflowed or underflowed. Not so for a NaN.
    let squares = lanes(squares);
    let usual = [0, 1].map(|lane| squares[lane] > 1e-260 && squares[lane] < 1e260 && alpha[lane].abs() < 1e130);
    rows[j] = lanes(beta);
    if usual == [true; 2] {
        v[1..].iter_mut().for_each(|v| *v = lanes(get(v).mul(factor)));
    } else {
        let factor = lanes(factor);
        for lane in 0..2 {
            if usual[lane] {
                v[1..].iter_mut().for_each(|v| v[lane] *= factor[lane]);
                continue;
            }
            let mut column = [0.0; MOST];
            let column = &mut column[..v.len()];
            column.iter_mut().zip(&*v).for_each(|(x, v)| *x = v[lane]);
            column[0] = alpha[lane];
            tau[lane] = reflector(column);
            rows[j][lane] = column[0];
            column.iter().zip(&mut *v).for_each(|(x, v)| v[lane] = *x);
        }
    }
    v[0] = [1.0; 2];
    for (v, row) in v.iter().zip(rows.chunks_exact_mut(ld)).skip(1) {
        row[j] = *v;
    }
    tau
}

/// `C = (I - tau v v^T) C`, C in the columns `from..to` of the rows.
fn reflect(v: &[Both], tau: Both, rows: &mut [Both], ld: usize, (from, to): (usize, usize)) {
    let mut at = from;
    while at < to {
        // Two tiles where there is as much: a loop over few rows costs more to leave than to run.
        if to - at > WIDE {
            reflect_columns::<{ 2 * WIDE }>(v, tau, rows, ld, at);
            at += 2 * WIDE;
        } else {
            reflect_columns::<WIDE>(v, tau, rows, ld, at);
            at += WIDE;
        }
    }
}

/// [`reflect`], of so many columns from `at` on.
fn reflect_columns<const W: usize>(v: &[Both], tau: Both, rows: &mut [Both], ld: usize, at: usize) {
    let mut sums = [Two::splat(0.0); W];
    for (v, row) in v.iter().zip(columns::<W>(rows, ld, at, v.len())) {
        let v = get(v);
        sums = std::array::from_fn(|c| sums[c].add(v.mul(row[c])));
    }
    sums = sums.map(|sum| sum.mul(get(&tau)));
    if tau.contains(&0.0) {
        // This matrix stays as it is, what is not finite in it too.
        let keep = |lane: usize, sum: f64| if tau[lane] == 0.0 { 0.0 } else { sum };
        sums = sums.map(lanes).map(|sum| get(&[keep(0, sum[0]), keep(1, sum[1])]));
    }
    update::<W>(rows, ld, at, v.len(), |l, row| {
        // SAFETY: l < v.len().
        let v = get(unsafe { v.get_unchecked(l) });
        std::array::from_fn(|c| row[c].sub(v.mul(sums[c])))
    });
}

/// Both matrices factored, `P A = L U`; in the columns beside them what is solved for.
pub(super) struct Factored<'a> {
    x: &'a mut [Both],
    ld: usize,
    n: usize,
    columns: usize,
    /// The absolute values of a column.
    column: &'a mut [Both],
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
