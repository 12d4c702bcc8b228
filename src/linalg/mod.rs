//! Products and decompositions: `matmul`, as `numpy.matmul`, and what `numpy.linalg` solves,
//! factors and diagonalises, one matrix a call, or through [`batched`] any number of them.
//!
//! | file | what |
//! |---|---|
//! | [`lu`] | `solve`, `inv`, `det`, `slogdet`: recursive LU with partial pivoting |
//! | [`cholesky`](mod@cholesky) | recursive |
//! | [`qr`](mod@qr) | blocks of Householder reflectors |
//! | [`eigh`](mod@eigh) | tridiagonal form, then divide and conquer |
//! | [`svd`](mod@svd), [`lstsq`](mod@lstsq) | bidiagonal form, then divide and conquer |
//!
//! Small matrices are factored and diagonalised two at a time, in `pairs/`.
//!
//! All of them leave nearly all of their work to one product: `product.rs` packs, `tile.rs` multiplies.

pub mod batched;
mod bidiagonal;
pub mod cholesky;
mod complex;
mod dense;
pub mod eigh;
pub mod einsum;
mod householder;
pub mod lstsq;
pub mod lu;
mod pairs;
pub mod pinv;
mod product;
pub mod qr;
pub mod scalar;
mod secular;
pub mod svd;
mod tile;
mod triangular;
mod tridiagonal;
mod vector;

pub use cholesky::cholesky;
pub use complex::Complex;
pub use dense::Real;
pub use eigh::eigh;
pub use einsum::Einsum;
pub use lstsq::lstsq;
pub use lu::{det, inv, slogdet, solve};
pub use pinv::pinv;
pub use product::Number;
pub use qr::{qr, qr_r, qr_raw};
pub use svd::svd;
pub use tile::Packed;

use crate::error::{Error, Result};
use crate::view::{LaneStarts, MAX_NDIM, View, ViewMut};
use product::{Factor, Sizes, Update};

/// `f64` and `f32`.
pub trait Float: Number + std::ops::Add<Output = Self> + std::ops::Mul<Output = Self> {}
impl Float for f64 {}
impl Float for f32 {}

/// What `matmul` takes: every [`Number`], and [`Complex`] ones of floats. The default is 0.
pub trait Multiply: Copy + Default + 'static {
    /// By plain loops.
    ///
    /// # Safety
    /// The pointers are to matrices of `p`'s sizes and strides; `c` overlaps neither.
    #[doc(hidden)]
    unsafe fn plain(p: &Product, a: *const Self, b: *const Self, c: *mut Self);
    /// Tile by tile; false where it has to be by plain loops.
    ///
    /// # Safety
    /// As [`Self::plain`].
    #[doc(hidden)]
    unsafe fn fast(p: &Product, a: *const Self, b: *const Self, c: *mut Self) -> bool;
}

impl<T: Number> Multiply for T {
    unsafe fn plain(p: &Product, a: *const T, b: *const T, c: *mut T) {
        // SAFETY: the caller's promise.
        unsafe { scalar::product(p, a, b, c) }
    }

    unsafe fn fast(p: &Product, a: *const T, b: *const T, c: *mut T) -> bool {
        let factor = |start, [row, column]: [isize; 2]| Factor { start, row, column };
        let (a, b, c) = (factor(a, p.a), factor(b, p.b), factor(c.cast_const(), p.c));
        // SAFETY: the caller's promise.
        unsafe {
            match (p.m, p.n) {
                (m, 1) => vector::matrix_vector((m, p.k), a, b, c),
                (1, n) => vector::matrix_vector((n, p.k), b.t(), a.t(), c.t()),
                (m, n) => product::multiply(Sizes { m, n, k: p.k }, c, [a, b], Update::SET),
            }
        }
    }
}

/// Up to this many multiplications (6 x 6 x 6) plain loops, spared the packing, are faster than
/// the blocked product: measured in V8, both take as long at this size.
const PLAIN_UP_TO: usize = 216;

/// The shape of a result, kept off the heap.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    dims: [usize; MAX_NDIM],
    ndim: usize,
}

impl Shape {
    /// The axes of the result, in NumPy's order.
    pub fn as_slice(&self) -> &[usize] {
        &self.dims[..self.ndim]
    }
}

/// One operand as (batch axes, rows, columns), a 1-D one raised to a matrix.
struct Operand<'a> {
    batch: (&'a [usize], &'a [isize]),
    rows: (usize, isize),
    columns: (usize, isize),
}

impl<'a> Operand<'a> {
    fn new(shape: &'a [usize], strides: &'a [isize], is_left: bool) -> Self {
        match shape.len() {
            1 if is_left => Self { batch: (&[], &[]), rows: (1, 0), columns: (shape[0], strides[0]) },
            1 => Self { batch: (&[], &[]), rows: (shape[0], strides[0]), columns: (1, 0) },
            ndim => {
                let split = ndim - 2;
                Self {
                    batch: (&shape[..split], &strides[..split]),
                    rows: (shape[split], strides[split]),
                    columns: (shape[split + 1], strides[split + 1]),
                }
            }
        }
    }
}

/// The shape of `x1 @ x2` by NumPy's rules: the last two axes are the matrices, the
/// others broadcast, a 1-D operand is a row on the left and a column on the right.
///
/// # Errors
/// [`Error::Value`] for a 0-d operand, for matrices that do not fit, and for batch
/// axes that do not broadcast.
pub fn matmul_shape(x1: &[usize], x2: &[usize]) -> Result<Shape> {
    for (name, shape) in [("x1", x1), ("x2", x2)] {
        if shape.is_empty() {
            return Err(Error::Value(format!(
                "matmul: {name} is 0-dimensional; expected at least one dimension (use * to multiply by a scalar)"
            )));
        }
    }
    let (k1, k2) = (x1[x1.len() - 1], x2[x2.len().saturating_sub(2)]);
    if k1 != k2 {
        let axis = if x2.len() == 1 { "axis 0" } else { "axis -2" };
        return Err(Error::Value(format!(
            "matmul: x1 has shape {x1:?} and x2 has shape {x2:?}; expected {axis} of x2 to be {k1}, the length of the last axis of x1, got {k2}"
        )));
    }
    let (batch1, batch2) = (&x1[..x1.len().saturating_sub(2)], &x2[..x2.len().saturating_sub(2)]);
    let mut result = broadcast_shape(batch1, batch2).map_err(|(a, b)| {
        Error::Value(format!(
            "matmul: x1 has shape {x1:?} and x2 has shape {x2:?}; their batch axes do not broadcast: {a} against {b}"
        ))
    })?;
    let mut push = |n: usize| {
        result.dims[result.ndim] = n;
        result.ndim += 1;
    };
    if x1.len() > 1 {
        push(x1[x1.len() - 2]);
    }
    if x2.len() > 1 {
        push(x2[x2.len() - 1]);
    }
    Ok(result)
}

/// What two batches broadcast to, or the lengths that do not.
fn broadcast_shape(batch1: &[usize], batch2: &[usize]) -> std::result::Result<Shape, (usize, usize)> {
    let ndim = batch1.len().max(batch2.len());
    let mut result = Shape { dims: [0; MAX_NDIM], ndim };
    for i in 0..ndim {
        let from_end = ndim - i;
        let of = |batch: &[usize]| batch.len().checked_sub(from_end).map_or(1, |j| batch[j]);
        result.dims[i] = match (of(batch1), of(batch2)) {
            (a, b) if a == b => a,
            (1, b) => b,
            (a, 1) => a,
            unlike => return Err(unlike),
        };
    }
    Ok(result)
}

/// `x1 @ x2` into `out`, which has the shape [`matmul_shape`] gives, in any layout.
///
/// Floats, complex numbers, and integers, which wrap around as NumPy's do. O(m n k) for each
/// matrix of the batch: packed, blocked, SIMD. Rounding differs from NumPy's in the order of the sums: within `k * eps` of
/// `|x1| @ |x2|`.
///
/// # Errors
/// As [`matmul_shape`]; [`Error::Value`] where `out` has another shape.
pub fn matmul<T: Multiply>(x1: View<'_, T>, x2: View<'_, T>, out: ViewMut<'_, T>) -> Result<()> {
    matmul_with(x1, x2, out, true)
}

/// [`matmul`], where `blocked == false` forces the plain loops.
pub fn matmul_with<T: Multiply>(x1: View<'_, T>, x2: View<'_, T>, out: ViewMut<'_, T>, blocked: bool) -> Result<()> {
    let shape = matmul_shape(x1.shape(), x2.shape())?;
    if out.shape() != shape.as_slice() {
        return Err(Error::Value(format!("matmul: out has shape {:?}; expected {:?}", out.shape(), shape.as_slice())));
    }
    if out.size() == 0 {
        return Ok(());
    }
    let (a, b) = (Operand::new(x1.shape(), x1.strides(), true), Operand::new(x2.shape(), x2.strides(), false));
    let batch_ndim = a.batch.0.len().max(b.batch.0.len());
    let (batch, strides) = (&out.shape()[..batch_ndim], &out.strides()[..batch_ndim]);
    let (a_strides, b_strides) = (broadcast(a.batch, batch), broadcast(b.batch, batch));
    // What is left of out's axes after the batch: rows, where x1 has them; then columns.
    let rest = &out.strides()[batch_ndim..];
    let item = size_of::<T>() as isize;
    let product = Product {
        m: a.rows.0,
        n: b.columns.0,
        k: a.columns.0,
        a: [a.rows.1 / item, a.columns.1 / item],
        b: [b.rows.1 / item, b.columns.1 / item],
        c: [
            if x1.ndim() > 1 { rest[0] / item } else { 0 },
            if x2.ndim() > 1 { rest[rest.len() - 1] / item } else { 0 },
        ],
    };
    let blocked = blocked && product.m.saturating_mul(product.n).saturating_mul(product.k) > PLAIN_UP_TO;
    let strides = [&a_strides[..batch_ndim], &b_strides[..batch_ndim], strides];
    for [a_start, b_start, c_start] in LaneStarts::new(batch, strides, None) {
        // SAFETY: the starts are matrices inside the three views, `product` holds their
        // own sizes and strides, and a ViewMut shares no memory with a View.
        unsafe {
            let (a, b) = (x1.as_ptr().byte_offset(a_start), x2.as_ptr().byte_offset(b_start));
            let c = out.as_ptr().byte_offset(c_start);
            if !(blocked && T::fast(&product, a, b, c)) {
                T::plain(&product, a, b, c);
            }
        }
    }
    Ok(())
}

/// The strides of `batch` broadcast to `shape`: 0 along axes that repeat.
fn broadcast((from, strides): (&[usize], &[isize]), shape: &[usize]) -> [isize; MAX_NDIM] {
    let mut result = [0; MAX_NDIM];
    let missing = shape.len() - from.len();
    for (axis, (&n, &stride)) in from.iter().zip(strides).enumerate() {
        result[missing + axis] = if n == 1 { 0 } else { stride };
    }
    result
}

/// One matrix product: sizes, and (row, column) strides in elements.
#[doc(hidden)]
pub struct Product {
    m: usize,
    n: usize,
    k: usize,
    a: [isize; 2],
    b: [isize; 2],
    c: [isize; 2],
}
