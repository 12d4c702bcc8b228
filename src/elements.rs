//! Elements that may lie where only copies reach: the memory of another WebAssembly
//! module, say. They are read chunk by chunk, so that nothing needs a copy of them all
//! besides the one it asks for.

use crate::error::Result;
use crate::memory::{try_filled, try_with_capacity};
use crate::view::{LaneStarts, MAX_NDIM, check_layout};

/// The most elements read at once: some pages, which stay in the first-level cache.
pub const CHUNK: usize = 4096;

/// A row of elements. Those of a slice lie there; others are copied from elsewhere.
pub trait Elements<T> {
    /// How many.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Element `index < len()`.
    fn get(&self, index: usize) -> T;
    /// The `len <=` [`CHUNK`] elements from `start` on.
    fn chunk(&mut self, start: usize, len: usize) -> &[T];
}

impl<T: Copy> Elements<T> for &[T] {
    fn len(&self) -> usize {
        <[T]>::len(self)
    }
    fn get(&self, index: usize) -> T {
        self[index]
    }
    fn chunk(&mut self, start: usize, len: usize) -> &[T] {
        &self[start..][..len]
    }
}

/// The starts and lengths of the chunks of `n` elements.
pub fn chunks(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).step_by(CHUNK).map(move |start| (start, CHUNK.min(n - start)))
}

/// Where a chunk would hold more than this many bytes for each wanted element, or fewer than
/// `FEW` of those, they are read one by one: out of Pyodide's memory that takes 14 ns each,
/// about as long as to copy so many bytes.
const SPARSE: usize = 128;
const FEW: usize = 8;

/// Copies a strided array out of `elements`, without gaps and with its axes in the order
/// of their strides, as `numpy.copy(order="K")`; also the strides of the copy, in bytes.
///
/// O(elements between the first and the last), or O(size) where that is far less.
///
/// # Errors
/// [`Error::Value`](crate::Error::Value) where the layout does not lie inside `elements`,
/// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
pub fn gather<T: Copy>(
    elements: &mut impl Elements<T>,
    offset: usize,
    shape: &[usize],
    strides: &[isize],
) -> Result<(Vec<T>, Vec<isize>)> {
    check_layout::<T>(elements.len(), offset, shape, strides)?;
    let itemsize = size_of::<T>() as isize;
    // The step of an axis of length 1 is never taken, so it may as well be the longest.
    let step = |axis: usize| if shape[axis] == 1 { usize::MAX } else { strides[axis].unsigned_abs() };
    let mut order: [usize; MAX_NDIM] = std::array::from_fn(|axis| axis);
    let order = &mut order[..shape.len()];
    // By the axis in the end, so that the sort need not be stable and take memory for it.
    order.sort_unstable_by_key(|&axis| (std::cmp::Reverse(step(axis)), axis));
    let mut dense = try_filled(0, shape.len())?;
    let mut next = itemsize;
    for &axis in order.iter().rev() {
        dense[axis] = next;
        next = next.saturating_mul(shape[axis].max(1) as isize);
    }
    let size = shape.iter().product();
    let mut to = try_with_capacity(size)?;
    if size == 0 {
        return Ok((to, dense));
    }
    // In elements from here on, the outermost axis first.
    let (mut lengths, mut steps) = ([0; MAX_NDIM], [0; MAX_NDIM]);
    for (i, &axis) in order.iter().enumerate() {
        (lengths[i], steps[i]) = (shape[axis], strides[axis] / itemsize);
    }
    let (shape, strides) = (&lengths[..order.len()], &steps[..order.len()]);
    // A block: as many of the inner axes as a chunk spans, and a piece of the next.
    let (mut outer, mut span, mut piece) = (shape.len(), 1, 1);
    while outer > 0 && piece == shape.get(outer).copied().unwrap_or(1) {
        outer -= 1;
        let stride = strides[outer].unsigned_abs();
        piece = match stride {
            0 => shape[outer],
            _ => shape[outer].min((CHUNK - span) / stride + 1),
        };
        span += (piece - 1) * stride;
    }
    let mut block = [0; MAX_NDIM];
    let block = &mut block[..shape.len() - outer];
    block.copy_from_slice(&shape[outer..]);
    let (along, strides_in) = (shape.get(outer).copied().unwrap_or(1), &strides[outer..]);
    for [start] in LaneStarts::new(&shape[..outer], [&strides[..outer]], None) {
        for first in (0..along).step_by(piece) {
            if let [length, ..] = block {
                *length = piece.min(along - first);
            }
            let start = offset as isize + start + first as isize * strides_in.first().copied().unwrap_or(0);
            read_block(elements, start, block, strides_in, &mut to);
        }
    }
    Ok((to, dense))
}

/// Appends one block, whose first element is `start`: its span is at most [`CHUNK`].
fn read_block<T: Copy>(
    elements: &mut impl Elements<T>,
    start: isize,
    shape: &[usize],
    strides: &[isize],
    to: &mut Vec<T>,
) {
    let (mut low, mut high) = (0, 0);
    for (&n, &stride) in shape.iter().zip(strides) {
        let reach = (n as isize - 1) * stride;
        (low, high) = (low + reach.min(0), high + reach.max(0));
    }
    let span = (high - low) as usize + 1;
    let size: usize = shape.iter().product();
    if size < FEW || span / (SPARSE / size_of::<T>()) > size {
        let starts = LaneStarts::new(shape, [strides], None);
        return to.extend(starts.map(|[at]| elements.get((start + at) as usize)));
    }
    let chunk = elements.chunk((start + low) as usize, span);
    let Some((inner, (&n, &stride))) = shape.iter().zip(strides).enumerate().next_back() else {
        return to.extend_from_slice(chunk);
    };
    for [at] in LaneStarts::new(shape, [strides], Some(inner)) {
        let first = (at - low) as usize;
        match stride {
            1 => to.extend_from_slice(&chunk[first..][..n]),
            2.. => to.extend((0..n).map(|i| chunk[first + i * stride as usize])),
            _ => to.extend((0..n).map(|i| chunk[first - i * stride.unsigned_abs()])),
        }
    }
}
