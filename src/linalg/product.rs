//! Products of matrices of any strides: packed, blocked for the caches, tile by tile (K. Goto and
//! R. van de Geijn, "Anatomy of high-performance matrix multiplication", ACM Trans. Math. Softw.
//! 34, 2008).

use std::mem::MaybeUninit;

use super::tile::{COLUMNS, MOST_ROWS, Packed, VECTORS, Vector, rows, tile};

/// A number that is multiplied.
pub trait Number: Copy + Default + PartialEq + 'static {
    /// What its products are computed in: itself, or a wider integer, of which the result is the
    /// lower part.
    type Packed: Packed;
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// Widened.
    fn pack(self) -> Self::Packed;
    /// Cut to its own width.
    fn unpack(value: Self::Packed) -> Self;
    /// `self + other`, of integers modulo their range.
    fn plus(self, other: Self) -> Self;
    /// `self * other`, of integers modulo their range.
    fn times(self, other: Self) -> Self;
    /// `-self`, of integers modulo their range.
    fn minus(self) -> Self;
}

macro_rules! float {
    ($($t:ident)*) => {$(
        impl Number for $t {
            type Packed = $t;
            const ZERO: $t = 0.0;
            const ONE: $t = 1.0;
            #[inline(always)]
            fn pack(self) -> $t {
                self
            }
            #[inline(always)]
            fn unpack(value: $t) -> $t {
                value
            }
            #[inline(always)]
            fn plus(self, other: $t) -> $t {
                self + other
            }
            #[inline(always)]
            fn times(self, other: $t) -> $t {
                self * other
            }
            #[inline(always)]
            fn minus(self) -> $t {
                -self
            }
        }
    )*};
}
float!(f64 f32);

macro_rules! integer {
    ($($t:ident: $packed:ident),*) => {$(
        impl Number for $t {
            type Packed = $packed;
            const ZERO: $t = 0;
            const ONE: $t = 1;
            #[inline(always)]
            fn pack(self) -> $packed {
                self as $packed
            }
            #[inline(always)]
            fn unpack(value: $packed) -> $t {
                value as $t
            }
            #[inline(always)]
            fn plus(self, other: $t) -> $t {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn times(self, other: $t) -> $t {
                self.wrapping_mul(other)
            }
            #[inline(always)]
            fn minus(self) -> $t {
                self.wrapping_neg()
            }
        }
    )*};
}
integer!(i64: i64, u64: i64, i32: i32, u32: i32, i16: i16, u16: i16, i8: i16, u8: i16);

/// Products of this many terms go into a tile at once: both factors' panels stay in the first cache.
const DEPTH: usize = 256;
/// Rows that are packed at once, and stay in the second cache with [`WIDTH`] columns.
const HEIGHT: usize = 96;
/// Columns that are packed at once.
const WIDTH: usize = 256;
/// Bytes of a working memory on the stack, which small products need no other than.
const STACK: usize = 8192;

/// A matrix: the strides are from row to row and from column to column, in elements.
pub(super) struct Factor<T> {
    pub start: *const T,
    pub row: isize,
    pub column: isize,
}

impl<T> Clone for Factor<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Factor<T> {}

impl<T> Factor<T> {
    pub fn t(self) -> Self {
        Self { start: self.start, row: self.column, column: self.row }
    }

    pub fn at(self, row: usize, column: usize) -> Self {
        let start = self.start.wrapping_offset(row as isize * self.row + column as isize * self.column);
        Self { start, ..self }
    }
}

/// Sizes of a product: the result is m x n, and k products are summed.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pub m: usize,
    pub n: usize,
    pub k: usize,
}

/// What becomes of the result.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Update {
    /// It is added to what is there.
    pub add: bool,
    /// It is of the opposite sign.
    pub negate: bool,
    /// Nobody reads what lies above its diagonal, which may be left as it is.
    pub lower: bool,
}

impl Update {
    /// The product itself.
    pub const SET: Self = Self { add: false, negate: false, lower: false };
    /// Minus the product.
    pub const NEGATIVE: Self = Self { add: false, negate: true, lower: false };
    /// What is there, minus the product.
    pub const SUBTRACT: Self = Self { add: true, negate: true, lower: false };
    /// As [`Self::SUBTRACT`], of the lower triangle.
    pub const SUBTRACT_LOWER: Self = Self { lower: true, ..Self::SUBTRACT };
}

/// The elements that the packed factors of a product take.
fn packed_len<P: Packed>(sizes: Sizes) -> usize {
    let depth = sizes.k.min(DEPTH);
    let height = sizes.m.min(HEIGHT).next_multiple_of(rows::<P>());
    let width = sizes.n.min(WIDTH).next_multiple_of(COLUMNS);
    (height + width) * depth
}

/// `c = a b`, or as `update` says; false, and nothing is done, where there is no memory to pack in.
///
/// # Safety
/// The matrices are as large as `sizes` says, and can be read; `c` can be written, and overlaps
/// neither factor.
pub(super) unsafe fn multiply<T: Number>(sizes: Sizes, c: Factor<T>, [a, b]: [Factor<T>; 2], update: Update) -> bool {
    let Sizes { m, n, k } = sizes;
    if k == 0 {
        if !update.add {
            for (i, j) in (0..m).flat_map(|i| (0..n).map(move |j| (i, j))) {
                // SAFETY: i < m and j < n.
                unsafe { c.at(i, j).start.cast_mut().write(T::ZERO) };
            }
        }
        return true;
    }
    // Tiles are written column by column.
    if c.row.unsigned_abs() > c.column.unsigned_abs() {
        let sizes = Sizes { m: n, n: m, k };
        let update = Update { lower: false, ..update };
        // SAFETY: the same matrices, transposed.
        return unsafe { multiply(sizes, c.t(), [b.t(), a.t()], update) };
    }
    let len = packed_len::<T::Packed>(sizes);
    let mut small = [MaybeUninit::<u64>::uninit(); STACK / 8];
    if len * size_of::<T::Packed>() <= STACK {
        // SAFETY: the caller's promise; the memory is large enough, and aligned for any number.
        unsafe { blocks(sizes, c, [a, b], update, small.as_mut_ptr().cast()) };
        return true;
    }
    let mut large: Vec<MaybeUninit<T::Packed>> = Vec::new();
    if large.try_reserve_exact(len).is_err() {
        return false;
    }
    // SAFETY: the caller's promise; the memory is large enough.
    unsafe { blocks(sizes, c, [a, b], update, large.as_mut_ptr().cast()) };
    true
}

/// # Safety
/// As [`multiply`]; k > 0, and `memory` has room for [`packed_len`] elements.
unsafe fn blocks<T: Number>(
    sizes: Sizes,
    c: Factor<T>,
    [a, b]: [Factor<T>; 2],
    mut update: Update,
    memory: *mut T::Packed,
) {
    let Sizes { m, n, k } = sizes;
    let negate = update.negate;
    for l in (0..k).step_by(DEPTH) {
        let depth = DEPTH.min(k - l);
        for j in (0..n).step_by(WIDTH) {
            let width = WIDTH.min(n - j);
            let right = memory;
            // SAFETY: `packed_len` counts both parts.
            let left = unsafe { memory.add(width.next_multiple_of(COLUMNS) * depth) };
            let block = b.at(l, j).t();
            // SAFETY: inside b; `right` has room for it.
            unsafe {
                if negate {
                    pack::<T, COLUMNS>(block, width, depth, right, |x| x.minus().pack());
                } else {
                    pack::<T, COLUMNS>(block, width, depth, right, T::pack);
                }
            }
            for i in (0..m).step_by(HEIGHT) {
                let height = HEIGHT.min(m - i);
                // Rows of this block that are above the diagonal in its first column; in each after it, one more.
                let above = if update.lower { j as isize - i as isize } else { isize::MIN };
                if above >= height as isize {
                    continue;
                }
                let block = a.at(i, l);
                // SAFETY: inside a, and inside c; `left` has room for it. The width of a panel is `rows`.
                unsafe {
                    match rows::<T::Packed>() {
                        4 => pack::<T, 4>(block, height, depth, left, T::pack),
                        8 => pack::<T, 8>(block, height, depth, left, T::pack),
                        _ => pack::<T, MOST_ROWS>(block, height, depth, left, T::pack),
                    }
                    tiles(Sizes { m: height, n: width, k: depth }, c.at(i, j), [left, right], update.add, above);
                }
            }
        }
        update.add = true;
    }
}

/// Copies the first `height` rows and `depth` columns into panels of `W` rows, column after column;
/// what the last panel lacks is 0.
///
/// # Safety
/// `from` is that large, and `to` has room for it.
#[inline(always)]
unsafe fn pack<T: Number, const W: usize>(
    from: Factor<T>,
    height: usize,
    depth: usize,
    mut to: *mut T::Packed,
    convert: impl Fn(T) -> T::Packed,
) {
    for i in (0..height).step_by(W) {
        let panel = from.at(i, 0);
        let full = W.min(height - i);
        // SAFETY: i + w < height and l < depth; W elements are written for each l.
        unsafe {
            if full < W {
                for l in 0..depth {
                    for w in 0..W {
                        let value = if w < full { convert(panel.at(w, l).start.read()) } else { T::Packed::ZERO };
                        to.add(l * W + w).write(value);
                    }
                }
            } else if panel.row == 1 {
                for l in 0..depth {
                    let column = panel.at(0, l).start.cast::<[T; W]>().read();
                    to.add(l * W).cast::<[T::Packed; W]>().write(column.map(&convert));
                }
            } else {
                for l in 0..depth {
                    for w in 0..W {
                        to.add(l * W + w).write(convert(panel.at(w, l).start.read()));
                    }
                }
            }
            to = to.add(W * depth);
        }
    }
}

/// # Safety
/// `left` and `right` are packed; `c` is as large as `sizes` says.
#[inline(never)]
unsafe fn tiles<T: Number>(sizes: Sizes, c: Factor<T>, [left, right]: [*const T::Packed; 2], add: bool, above: isize) {
    let Sizes { m, n, k } = sizes;
    let (height, lanes) = (rows::<T::Packed>(), <T::Packed as Packed>::Vector::LANES);
    // One and the same type, but for the sign.
    let direct = size_of::<T>() == size_of::<T::Packed>() && c.row == 1;
    for j in (0..n).step_by(COLUMNS) {
        // SAFETY: panels of COLUMNS columns.
        let b = unsafe { right.add(j * k) };
        let first = above.saturating_add(j as isize).max(0) as usize / height * height;
        for i in (first..m).step_by(height) {
            // SAFETY: panels of `height` rows; the tile's part inside c is what is written.
            unsafe {
                let sums = tile(k, left.add(i * k), b);
                let start = c.at(i, j);
                if direct && i + height <= m && j + COLUMNS <= n {
                    for (j, sums) in sums.into_iter().enumerate() {
                        let column = start.at(0, j).start.cast_mut().cast::<T::Packed>();
                        for (i, sum) in sums.into_iter().enumerate() {
                            let to = column.add(i * lanes);
                            let sum = if add { <T::Packed as Packed>::Vector::load(to).add(sum) } else { sum };
                            sum.store(to);
                        }
                    }
                } else {
                    edge(sums, start, (m - i).min(height), (n - j).min(COLUMNS), add);
                }
            }
        }
    }
}

/// Writes the part of a tile that lies in the result.
///
/// # Safety
/// `c` has so many rows and columns.
unsafe fn edge<T: Number>(
    sums: [[<T::Packed as Packed>::Vector; VECTORS]; COLUMNS],
    c: Factor<T>,
    height: usize,
    width: usize,
    add: bool,
) {
    for (j, sums) in sums.into_iter().enumerate().take(width) {
        let mut column = [T::Packed::ZERO; MOST_ROWS];
        for (i, sum) in sums.into_iter().enumerate() {
            // SAFETY: a column has room for all vectors of a tile.
            unsafe { sum.store(column.as_mut_ptr().add(i * <T::Packed as Packed>::Vector::LANES)) };
        }
        for (i, value) in column.into_iter().enumerate().take(height) {
            let (to, value) = (c.at(i, j).start.cast_mut(), T::unpack(value));
            // SAFETY: i < height and j < width.
            unsafe { to.write(if add { to.read().plus(value) } else { value }) };
        }
    }
}
