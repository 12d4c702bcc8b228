//! What the decompositions share: column-major working matrices, their vector loops, and
//! the product of blocks, tile by tile from a size on where packing pays.

use super::product::{self, Factor};
pub(super) use super::product::{Sizes, Update};
use super::{Float, PLAIN_UP_TO};
use crate::error::{Error, Result};
use crate::memory::try_filled;
use crate::view::{View, ViewMut};

/// `f64` and `f32`, with the arithmetic that a decomposition needs.
pub trait Real:
    Float
    + PartialOrd
    + std::fmt::Debug
    + std::ops::Sub<Output = Self>
    + std::ops::Div<Output = Self>
    + std::ops::Neg<Output = Self>
{
    /// The distance from 1 to the next number.
    const EPSILON: Self;
    /// The smallest number that is not subnormal.
    const MIN_POSITIVE: Self;
    /// `|self|`.
    fn abs(self) -> Self;
    /// The square root, correctly rounded.
    fn sqrt(self) -> Self;
    /// Nearest to `value`.
    fn from_f64(value: f64) -> Self;
    /// The same number.
    fn to_f64(self) -> f64;
}

macro_rules! real {
    ($t:ident) => {
        impl Real for $t {
            const EPSILON: $t = $t::EPSILON;
            const MIN_POSITIVE: $t = $t::MIN_POSITIVE;
            #[inline(always)]
            fn abs(self) -> $t {
                $t::abs(self)
            }
            #[inline(always)]
            fn sqrt(self) -> $t {
                $t::sqrt(self)
            }
            #[inline(always)]
            fn from_f64(value: f64) -> $t {
                value as $t
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                self as f64
            }
        }
    };
}
real!(f64);
real!(f32);

/// Matrices of up to this order are worked on in an array on the stack.
pub(super) const SMALL: usize = 8;
/// Elements of such an array.
pub(super) const SMALL_LEN: usize = SMALL * SMALL;

/// Working memory that is asked for again and again: on the stack up to `N` elements, else on
/// the heap, where it stays.
pub(super) struct Scratch<T, const N: usize = SMALL_LEN> {
    small: [T; N],
    heap: Vec<T>,
}

impl<T: Copy, const N: usize> Scratch<T, N> {
    /// Nothing on the heap yet; `zero` is what fresh elements are.
    pub fn new(zero: T) -> Self {
        Self { small: [zero; N], heap: Vec::new() }
    }

    /// `len` elements, of any values.
    pub fn take(&mut self, len: usize) -> Result<&mut [T]> {
        if len <= N {
            return Ok(&mut self.small[..len]);
        }
        if self.heap.len() < len {
            self.heap = try_filled(self.small[0], len)?;
        }
        Ok(&mut self.heap[..len])
    }
}

/// The leading dimension for columns of `rows` elements. A multiple of a large power of two
/// would put the elements of a row into the same few sets of the cache.
pub(super) fn leading(rows: usize) -> usize {
    if rows != 0 && rows.is_multiple_of(64) { rows + 8 } else { rows.max(1) }
}

/// `rows * columns`, or [`Error::OutOfMemory`] where it does not fit a `usize`.
pub(super) fn area(rows: usize, columns: usize) -> Result<usize> {
    rows.checked_mul(columns).ok_or(Error::OutOfMemory { bytes: usize::MAX })
}

/// Fails unless `shape` is that of a matrix; its rows and columns.
pub(super) fn matrix(name: &str, shape: &[usize]) -> Result<(usize, usize)> {
    match *shape {
        [rows, columns] => Ok((rows, columns)),
        _ => Err(Error::Value(format!("{name}: expected a matrix, got an array of shape {shape:?}"))),
    }
}

/// The order of a square matrix, or numpy.linalg's error.
pub(super) fn square(shape: &[usize]) -> Result<usize> {
    let (rows, columns) = matrix("a", shape)?;
    if rows != columns {
        return Err(Error::LinAlg("Last 2 dimensions of the array must be square".into()));
    }
    Ok(rows)
}

/// Fails unless `shape` is `expected`.
pub(super) fn expect(name: &str, shape: &[usize], expected: &[usize]) -> Result<()> {
    if shape != expected {
        return Err(Error::Value(format!("{name} has shape {shape:?}; expected {expected:?}")));
    }
    Ok(())
}

/// Rows and columns of the tiles in which rows become columns: eight rows, however far apart, are in
/// as many lines as a set of the first cache has.
const TILE: (usize, usize) = (8, 4);

/// The parts that tiles cut a matrix into: from a row and a column on, so many rows and columns.
fn tiles(rows: usize, columns: usize) -> impl Iterator<Item = [(usize, usize); 2]> {
    let parts = |n: usize, step: usize| (0..n).step_by(step).map(move |from| (from, step.min(n - from)));
    parts(rows, TILE.0).flat_map(move |rows| parts(columns, TILE.1).map(move |columns| [rows, columns]))
}

/// Rows, columns, and their strides in bytes; a vector is one column.
pub(super) fn layout(shape: &[usize], strides: &[isize]) -> (usize, usize, isize, isize) {
    match (shape, strides) {
        (&[rows, columns], &[row, column]) => (rows, columns, row, column),
        (&[rows], &[row]) => (rows, 1, row, 0),
        _ => (0, 0, 0, 0),
    }
}

/// Copies a matrix (or a vector, as one column) into columns `ld` apart.
pub(super) fn load<T: Real, U: Real>(from: View<'_, T>, to: &mut [U], ld: usize, convert: impl Fn(T) -> U) {
    let (rows, columns, row, column) = layout(from.shape(), from.strides());
    // Rows whose elements lie together are read so, a piece at a time.
    let by_rows = column == size_of::<T>() as isize && row != column;
    let start = from.as_ptr();
    for [(i0, height), (j0, width)] in tiles(rows, columns) {
        let at = |i: usize, j: usize| start.wrapping_byte_offset((i0 + i) as isize * row + (j0 + j) as isize * column);
        if by_rows && (height, width) == TILE {
            // SAFETY: inside the matrix; the elements of a row lie together.
            let tile: [[T; TILE.1]; TILE.0] = std::array::from_fn(|i| unsafe { at(i, 0).cast::<[T; TILE.1]>().read() });
            for j in 0..TILE.1 {
                let column: &mut [U; TILE.0] = (&mut to[(j0 + j) * ld + i0..][..TILE.0]).try_into().unwrap();
                *column = std::array::from_fn(|i| convert(tile[i][j]));
            }
            continue;
        }
        for j in 0..width {
            for (i, slot) in to[(j0 + j) * ld + i0..][..height].iter_mut().enumerate() {
                // SAFETY: i < height and j < width: inside the matrix.
                *slot = convert(unsafe { at(i, j).read() });
            }
        }
    }
}

/// Writes `value(row, column)` to each element of a matrix (or of a vector, as one column).
pub(super) fn store<T: Real>(to: &mut ViewMut<'_, T>, value: impl Fn(usize, usize) -> T) {
    let (rows, columns, row, column) = layout(to.shape(), to.strides());
    for [(i0, height), (j0, width)] in tiles(rows, columns) {
        for (i, j) in (i0..i0 + height).flat_map(|i| (j0..j0 + width).map(move |j| (i, j))) {
            // SAFETY: i < rows and j < columns.
            unsafe { to.write(i as isize * row + j as isize * column, value(i, j)) };
        }
    }
}

/// Writes to each column of a matrix what `from` has for it, through `convert`.
///
/// Panics where that is shorter than the matrix is high.
pub(super) fn store_columns<'a, T: Real, U: Real>(
    to: &mut ViewMut<'_, T>,
    from: impl Fn(usize) -> &'a [U],
    convert: impl Fn(U) -> T,
) {
    // SAFETY: the view's own elements.
    unsafe { write_columns(to.as_ptr(), layout(to.shape(), to.strides()), from, convert) }
}

/// [`store_columns`], of the transposed matrix: to each row.
pub(super) fn store_rows<'a, T: Real, U: Real>(
    to: &mut ViewMut<'_, T>,
    from: impl Fn(usize) -> &'a [U],
    convert: impl Fn(U) -> T,
) {
    let (rows, columns, row, column) = layout(to.shape(), to.strides());
    // SAFETY: the view's own elements, with the axes the other way round.
    unsafe { write_columns(to.as_ptr(), (columns, rows, column, row), from, convert) }
}

/// # Safety
/// A matrix of so many rows and columns, such strides in bytes, is at `start`, to be written.
unsafe fn write_columns<'a, T: Real, U: Real>(
    start: *mut T,
    (rows, columns, row, column): (usize, usize, isize, isize),
    from: impl Fn(usize) -> &'a [U],
    convert: impl Fn(U) -> T,
) {
    let by_rows = column == size_of::<T>() as isize && row != column;
    for [(i0, height), (j0, width)] in tiles(rows, columns) {
        let at = |i: usize, j: usize| start.wrapping_byte_offset((i0 + i) as isize * row + (j0 + j) as isize * column);
        if by_rows && (height, width) == TILE {
            let tile: [&[U; TILE.0]; TILE.1] =
                std::array::from_fn(|j| from(j0 + j)[i0..][..TILE.0].try_into().unwrap());
            for i in 0..TILE.0 {
                let line = tile.map(|column| convert(column[i]));
                // SAFETY: inside the matrix; the elements of a row lie together.
                unsafe { at(i, 0).cast::<[T; TILE.1]>().write(line) };
            }
            continue;
        }
        for j in 0..width {
            for (i, &value) in from(j0 + j)[i0..][..height].iter().enumerate() {
                // SAFETY: i < height and j < width: inside the matrix.
                unsafe { at(i, j).write(convert(value)) };
            }
        }
    }
}

/// Partial sums in flight: the compiler makes vectors of them.
const LANES: usize = 8;

/// The sum of `f` over pairs of elements.
#[inline(always)]
fn lanes_sum<T: Real>(lanes: [T; LANES]) -> T {
    let mut sum = T::ZERO;
    for lane in lanes {
        sum = sum + lane;
    }
    sum
}

/// `x . y`, over the shorter length.
pub(super) fn dot<T: Real>(x: &[T], y: &[T]) -> T {
    let n = x.len().min(y.len());
    let (x, y) = (&x[..n], &y[..n]);
    let mut lanes = [T::ZERO; LANES];
    let (xs, ys) = (x.chunks_exact(LANES), y.chunks_exact(LANES));
    let mut rest = T::ZERO;
    for (a, b) in xs.remainder().iter().zip(ys.remainder()) {
        rest = rest + *a * *b;
    }
    for (xs, ys) in xs.zip(ys) {
        for l in 0..LANES {
            lanes[l] = lanes[l] + xs[l] * ys[l];
        }
    }
    rest + lanes_sum(lanes)
}

/// `y += alpha * x`, over the shorter length.
pub(super) fn axpy<T: Real>(y: &mut [T], alpha: T, x: &[T]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y = *y + alpha * *x;
    }
}

/// `x *= alpha`.
pub(super) fn scale<T: Real>(x: &mut [T], alpha: T) {
    for x in x {
        *x = *x * alpha;
    }
}

/// `y += alpha * A x`: the columns of A are `ld` apart and have at least `y.len()` elements.
pub(super) fn gemv<T: Real>(y: &mut [T], alpha: T, a: &[T], ld: usize, x: &[T]) {
    let m = y.len();
    let fours = x.len() / 4 * 4;
    for (quad, x) in x[..fours].chunks_exact(4).enumerate() {
        let column = |c: usize| &a[(quad * 4 + c) * ld..][..m];
        let (a0, a1, a2, a3) = (column(0), column(1), column(2), column(3));
        let (x0, x1, x2, x3) = (alpha * x[0], alpha * x[1], alpha * x[2], alpha * x[3]);
        for i in 0..m {
            y[i] = y[i] + ((a0[i] * x0 + a1[i] * x1) + (a2[i] * x2 + a3[i] * x3));
        }
    }
    for (j, x) in x.iter().enumerate().skip(fours) {
        axpy(y, alpha * *x, &a[j * ld..][..m]);
    }
}

/// `y += A x` and `z += A w`, of the same length: the columns of A are `ld` apart. Each element of A is loaded once.
pub(super) fn gemv_pair<T: Real>([y, z]: [&mut [T]; 2], a: &[T], ld: usize, [x, w]: [&[T]; 2]) {
    let m = y.len();
    let z = &mut z[..m];
    let k = x.len();
    let fours = k / 4 * 4;
    for j in (0..fours).step_by(4) {
        let column = |c: usize| &a[(j + c) * ld..][..m];
        let (a0, a1, a2, a3) = (column(0), column(1), column(2), column(3));
        let [[x0, x1, x2, x3], [w0, w1, w2, w3]] = [x, w].map(|x| [x[j], x[j + 1], x[j + 2], x[j + 3]]);
        for i in 0..m {
            y[i] = y[i] + ((a0[i] * x0 + a1[i] * x1) + (a2[i] * x2 + a3[i] * x3));
            z[i] = z[i] + ((a0[i] * w0 + a1[i] * w1) + (a2[i] * w2 + a3[i] * w3));
        }
    }
    for j in fours..k {
        let column = &a[j * ld..][..m];
        axpy(y, x[j], column);
        axpy(z, w[j], column);
    }
}

/// `y += alpha * A^T x`: the columns of A are `ld` apart and have at least `x.len()` elements.
pub(super) fn gemv_t<T: Real>(y: &mut [T], alpha: T, a: &[T], ld: usize, x: &[T]) {
    let m = x.len();
    let fours = y.len() / 4 * 4;
    let (x_chunks, x_rest) = x.as_chunks::<4>();
    for (quad, y) in y[..fours].chunks_exact_mut(4).enumerate() {
        let column = |c: usize| a[(quad * 4 + c) * ld..][..m].as_chunks::<4>();
        let [(a0, r0), (a1, r1), (a2, r2), (a3, r3)] = [column(0), column(1), column(2), column(3)];
        let mut sums = [[T::ZERO; 4]; 4];
        for ((((x, v0), v1), v2), v3) in x_chunks.iter().zip(a0).zip(a1).zip(a2).zip(a3) {
            for (sums, v) in sums.iter_mut().zip([v0, v1, v2, v3]) {
                for l in 0..4 {
                    sums[l] = sums[l] + v[l] * x[l];
                }
            }
        }
        for ((y, s), rest) in y.iter_mut().zip(sums).zip([r0, r1, r2, r3]) {
            *y = *y + alpha * ((s[0] + s[1]) + (s[2] + s[3]) + dot(rest, x_rest));
        }
    }
    for (j, y) in y.iter_mut().enumerate().skip(fours) {
        *y = *y + alpha * dot(&a[j * ld..][..m], x);
    }
}

/// A block inside a column-major buffer; as the operand of a product it may be transposed.
#[derive(Clone, Copy)]
pub(super) struct Block<'a, T> {
    /// `None`: in the same buffer as the result.
    data: Option<&'a [T]>,
    ld: usize,
    row: usize,
    column: usize,
    transposed: bool,
}

impl<'a, T> Block<'a, T> {
    /// The block of another buffer that starts at (row, column).
    pub fn of(data: &'a [T], ld: usize, row: usize, column: usize) -> Self {
        Self { data: Some(data), ld, row, column, transposed: false }
    }

    /// The block of the result's own buffer that starts at (row, column).
    pub fn same(row: usize, column: usize) -> Self {
        Self { data: None, ld: 0, row, column, transposed: false }
    }

    /// Transposed.
    pub fn t(self) -> Self {
        Self { transposed: !self.transposed, ..self }
    }
}

/// `C = A B`, or as `update` says, where C is the block of `c` at `at`.
///
/// Panics where a block leaves its buffer, or where one in `c` overlaps the result.
pub(super) fn multiply<T: Real>(
    c: &mut [T],
    ld: usize,
    at: (usize, usize),
    sizes: Sizes,
    update: Update,
    [a, b]: [Block<'_, T>; 2],
) {
    let Sizes { m, n, k } = sizes;
    if m == 0 || n == 0 || (k == 0 && update.add) {
        return;
    }
    // The last element's index, where the block is rows x columns as it lies.
    let last = |ld: usize, row: usize, column: usize, rows: usize, columns: usize| {
        assert!(row + rows <= ld || columns == 1);
        (column + columns - 1) * ld + row + rows - 1
    };
    assert!(last(ld, at.0, at.1, m, n) < c.len());
    let operand = |block: &Block<'_, T>, rows: usize, columns: usize| -> Factor<T> {
        let (rows, columns) = if block.transposed { (columns, rows) } else { (rows, columns) };
        let (data, from) = match block.data {
            Some(data) => (data, block.ld),
            None => {
                let beside = block.row + rows <= at.0 || at.0 + m <= block.row;
                let apart = block.column + columns <= at.1 || at.1 + n <= block.column;
                assert!(k == 0 || beside || apart);
                (&*c, ld)
            }
        };
        assert!(k == 0 || last(from, block.row, block.column, rows, columns) < data.len());
        let start = data.as_ptr().wrapping_add(block.column * from + block.row);
        let factor = Factor { start, row: 1, column: from as isize };
        if block.transposed { factor.t() } else { factor }
    };
    let (a, b) = (operand(&a, m, k), operand(&b, k, n));
    let start = c.as_mut_ptr().cast_const().wrapping_add(at.1 * ld + at.0);
    let to = Factor { start, row: 1, column: ld as isize };
    // SAFETY: the three blocks were checked to lie in their buffers, and the result apart from the others.
    unsafe {
        if m.saturating_mul(n).saturating_mul(k) > PLAIN_UP_TO && product::multiply(sizes, to, [a, b], update) {
            return;
        }
    }
    for (j, i) in (0..n).flat_map(|j| (0..m).map(move |i| (j, i))) {
        // SAFETY: i < m, j < n, l < k: inside the blocks, which were checked above, and apart.
        unsafe {
            let sum = (0..k).fold(T::ZERO, |sum, l| sum + a.at(i, l).start.read() * b.at(l, j).start.read());
            let (to, sum) = (to.at(i, j).start.cast_mut(), if update.negate { -sum } else { sum });
            to.write(if update.add { to.read() + sum } else { sum });
        }
    }
}
