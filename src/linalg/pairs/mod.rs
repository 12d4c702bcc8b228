//! Small matrices, two at a time, in doubles whatever the dtype: element (i, j) of both lies in one vector, so that
//! every loop is of whole vectors, and both wait for the same roots and quotients. One matrix alone
//! is both of them: its result does not depend on what it came with.
//!
//! Row by row; `A = L U` and `A = U^T U` from the left (J. Dongarra, F. Gustavson and A. Karp,
//! "Implementing linear algebra algorithms for dense matrices on a vector pipeline machine", SIAM
//! Review 26, 1984), with tiles of two rows and four columns in registers.

mod eigh;
mod lu;
mod qr;
mod svd;

use super::dense::{Real, Scratch, area, layout};
use super::eigh::scale_of;
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
/// Room for the diagonal of a matrix that is iterated on, or for what is beside it, and for what a lane that is done
/// works on.
type Diagonal = [Both; MOST + 2];
/// Sweeps that one value may take before the iteration is given up.
const SWEEPS: usize = 60;
/// Sums of squares below it have lost digits.
const LEAST: f64 = 1e-280;

/// Columns of a tile.
const WIDE: usize = 4;
/// Elements that need no heap.
const STACK: usize = 96;

/// Whether matrices of this shape are worked on in pairs.
pub(super) fn serve(shape: &[usize]) -> bool {
    shape[shape.len().saturating_sub(2)..].iter().all(|n| (1..=MOST).contains(n))
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

/// Multiplies the first elements of each row, as many as `used` says, by powers of two that bring the largest of them
/// near 1; these, or `None` where one is not finite.
fn scale(rows: &mut [Both], ld: usize, used: impl Fn(usize) -> usize) -> Option<Both> {
    let (mut largest, mut none) = (Two::splat(0.0), Two::splat(0.0));
    for (i, row) in rows.chunks_exact(ld).enumerate() {
        for value in &row[..used(i)] {
            let value = get(value);
            largest = largest.max(value.abs());
            // Of what is not finite, a NaN.
            none = none.add(value.sub(value));
        }
    }
    if lanes(none) != [0.0; 2] {
        return None;
    }
    let [first, second] = lanes(largest).map(|largest| scale_of([largest].iter()));
    let scale = get(&[first?, second?]);
    for (i, row) in rows.chunks_exact_mut(ld).enumerate() {
        row[..used(i)].iter_mut().for_each(|value| *value = lanes(get(value).mul(scale)));
    }
    Some(lanes(scale))
}

/// The columns from `at` on of one of the matrices, which has so many rows, as columns of `to`, [`TURN`] rows at a time.
fn unpack(lane: usize, from: &[Both], ld: usize, at: usize, rows: usize, to: &mut [f64]) {
    for (j, column) in to.chunks_exact_mut(rows.next_multiple_of(TURN)).enumerate() {
        for (to, row) in column.iter_mut().zip(from.chunks_exact(ld)).take(rows) {
            *to = row[at + j][lane];
        }
        column[rows..].fill(0.0);
    }
}

/// Elements of a column are a multiple of these: so many are turned at once.
const TURN: usize = 8;

/// The columns i < j of `z`, of a multiple of [`TURN`] elements: `(x, y) = (c x + s y, c y - s x)`.
#[inline(always)]
fn turn(z: &mut [f64], ld: usize, (i, j): (usize, usize), c: f64, s: f64) {
    let (x, y) = z.split_at_mut(j * ld);
    let (x, y) = (x[i * ld..][..ld].as_chunks_mut::<TURN>().0, y[..ld].as_chunks_mut::<TURN>().0);
    let (c, s) = (Two::splat(c), Two::splat(s));
    for (x, y) in x.iter_mut().zip(y) {
        let (x, y) = (x.as_chunks_mut::<2>().0, y.as_chunks_mut::<2>().0);
        for (x, y) in x.iter_mut().zip(y) {
            let (a, b) = (get(x), get(y));
            *x = lanes(c.mul(a).add(s.mul(b)));
            *y = lanes(c.mul(b).sub(s.mul(a)));
        }
    }
}

/// What the calls for one pair, or many, work in.
pub(super) struct Pairs {
    x: Scratch<Both, STACK>,
    v: [Both; MOST],
    pivots: [[usize; 2]; MOST],
    tau: [Both; MOST],
    /// Bases, a matrix in each half.
    z: Scratch<f64>,
}

impl Pairs {
    pub fn new() -> Self {
        let vector = [[0.0; 2]; MOST];
        Self { x: Scratch::new([0.0; 2]), v: vector, pivots: [[0; 2]; MOST], tau: vector, z: Scratch::new(0.0) }
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
}
