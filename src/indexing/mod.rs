//! Moving elements: `take`, `compress`, and where they are: `flatnonzero`.
//!
//! No element is computed with, so any type of the right size will do: `u64` for `f64`.

use bytemuck::{Pod, try_cast_slice, try_cast_slice_mut};

use crate::error::{Error, Result};
use crate::simd::{F64s, Native};

/// A whole number that chooses an element.
pub trait Index: Copy {
    /// The position it stands for among `n` elements, negative ones counted from the end. What stands for
    /// none becomes a position that is not below `n`.
    fn position(self, n: usize) -> usize;
    /// With its sign.
    fn widen(self) -> i64;
    /// As an `isize`, or its lowest bits.
    fn low(self) -> isize;
}

impl Index for i64 {
    #[inline(always)]
    fn position(self, n: usize) -> usize {
        let at = self.wrapping_add((self >> 63) & n as i64) as u64;
        if at as usize as u64 == at { at as usize } else { usize::MAX }
    }
    #[inline(always)]
    fn widen(self) -> i64 {
        self
    }
    #[inline(always)]
    fn low(self) -> isize {
        self as isize
    }
}

impl Index for i32 {
    #[inline(always)]
    fn position(self, n: usize) -> usize {
        (self as isize).wrapping_add((self >> 31) as isize & n as isize) as usize
    }
    #[inline(always)]
    fn widen(self) -> i64 {
        self.into()
    }
    #[inline(always)]
    fn low(self) -> isize {
        self as isize
    }
}

/// What an index stands for that is not in `-n..n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    /// Nothing: it is an error.
    Raise,
    /// The element that is reached by going round.
    Wrap,
    /// The nearest element, which for a negative index is always the first.
    Clip,
}

/// Positions found at once.
const BLOCK: usize = 256;

/// Whether all indices are in `-n..n`, and their positions where they are. False for an `n` that no `isize` holds.
///
/// Any bit that tells of one outside is kept, and asked for at the end: a comparison of 64 bits takes vectors many steps.
fn inside<I: Index>(indices: &[I], n: usize, found: &mut [usize]) -> bool {
    let Ok(n) = isize::try_from(n) else { return false };
    let (mut wide, mut outside) = (0, 0);
    for (slot, index) in found.iter_mut().zip(indices) {
        let low = index.low();
        wide |= index.widen() ^ low as i64;
        let at = low.wrapping_add(low >> (isize::BITS - 1) & n);
        // Of a position below n neither has its sign set.
        outside |= at | (n - 1).wrapping_sub(at);
        *slot = at as usize;
    }
    wide == 0 && outside >= 0
}

/// The positions among `n` elements that a block of indices stands for. One that no `isize` holds is an error in
/// any case: NumPy cuts it off before it looks.
fn positions<I: Index>(indices: &[I], n: usize, beyond: Beyond, found: &mut [usize; BLOCK]) -> Result<()> {
    let found = &mut found[..indices.len()];
    match beyond {
        Beyond::Raise => {
            if inside(indices, n, found) {
                return Ok(());
            }
            if let Some(index) = indices.iter().find(|index| index.position(n) >= n) {
                return Err(out_of_bounds(index.widen(), n));
            }
            found.iter_mut().zip(indices).for_each(|(slot, index)| *slot = index.position(n));
        }
        _ if n == 0 && !indices.is_empty() => return Err(out_of_bounds(indices[0].widen(), n)),
        _ if indices.iter().any(|index| isize::try_from(index.widen()).is_err()) => {
            return Err(out_of_bounds(i64::MAX, n));
        }
        Beyond::Wrap => {
            let n = n as i64;
            let round = |index: i64| if (0..n).contains(&index) { index } else { index.rem_euclid(n) };
            found.iter_mut().zip(indices).for_each(|(slot, index)| *slot = round(index.widen()) as usize);
        }
        Beyond::Clip => {
            let last = n as i64 - 1;
            found.iter_mut().zip(indices).for_each(|(slot, index)| *slot = index.widen().min(last).max(0) as usize);
        }
    }
    Ok(())
}

/// The elements of `a` at `indices`, as `a[indices]` and `numpy.take(a, indices)`. O(indices).
///
/// # Errors
/// [`Error::Index`] where an index is not in `-a.len()..a.len()`, with `out` partly filled;
/// [`Error::Value`] where `out` is not as long as `indices`.
pub fn take<T: Pod, I: Index>(a: &[T], indices: &[I], out: &mut [T]) -> Result<()> {
    take_along(a, [1, a.len(), 1], indices, Beyond::Raise, out)
}

/// The rows of `a` at `indices`, as `a[indices]` of a matrix in C order with rows of `width` elements.
/// O(indices * width).
///
/// # Errors
/// As [`take`]; [`Error::Value`] where `a` is not made of whole rows.
pub fn take_rows<T: Pod, I: Index>(a: &[T], width: usize, indices: &[I], out: &mut [T]) -> Result<()> {
    if width == 0 || !a.len().is_multiple_of(width) {
        return Err(Error::Value(format!("a has {} elements; expected rows of {width}, which is not 0", a.len())));
    }
    take_along(a, [1, a.len() / width, width], indices, Beyond::Raise, out)
}

/// `numpy.take(a, indices, axis)` of an array in C order: `lengths` are the product of its lengths before the axis,
/// that along it, and the product of those after it. O(out).
///
/// # Errors
/// [`Error::Index`] where an index is not in `-n..n` along the axis and `beyond` does not say what it stands for, or
/// where there are no elements, with `out` partly filled; [`Error::Value`] where a length does not fit.
pub fn take_along<T: Pod, I: Index>(
    a: &[T],
    lengths: [usize; 3],
    indices: &[I],
    beyond: Beyond,
    out: &mut [T],
) -> Result<()> {
    let [outer, n, width] = lengths;
    let product = |along: usize| outer.checked_mul(along).and_then(|rows| rows.checked_mul(width));
    if product(n) != Some(a.len()) || width == 0 {
        return Err(Error::Value(format!("a has {} elements; expected {outer} times {n} times {width}", a.len())));
    }
    check_length(out.len(), product(indices.len()).unwrap_or(usize::MAX))?;
    let mut found = [0; BLOCK];
    for (start, indices_here) in (0..).step_by(BLOCK).zip(indices.chunks(BLOCK)) {
        positions(indices_here, n, beyond, &mut found)?;
        let found = &found[..indices_here.len()];
        for slab in 0..outer {
            let from = &a[slab * n * width..][..n * width];
            let to = &mut out[(slab * indices.len() + start) * width..][..found.len() * width];
            match width {
                1 => to.iter_mut().zip(found).for_each(|(slot, &at)| *slot = from[at]),
                _ => copy_rows(from, width, found, to),
            }
        }
    }
    Ok(())
}

/// The rows of `width` elements at these positions.
#[inline(never)]
fn copy_rows<T: Pod>(from: &[T], width: usize, found: &[usize], to: &mut [T]) {
    // What is made of doubles' sizes is moved as doubles, which changes no bit.
    if let (Ok(from), Ok(to)) = (try_cast_slice(from), try_cast_slice_mut(to))
        && copy_doubles(from, size_of::<T>() / size_of::<f64>() * width, found, to)
    {
        return;
    }
    to.chunks_exact_mut(width).zip(found).for_each(|(to, at)| copy(&from[at * width..][..width], to));
}

/// [`copy_rows`] of few doubles; false where they are too many, or too few for a vector.
fn copy_doubles(from: &[f64], width: usize, found: &[usize], to: &mut [f64]) -> bool {
    macro_rules! widths {
        ($($width:literal)*) => {
            match width {
                $($width if $width >= Native::LANES => copy_of::<$width>(from, found, to),)*
                _ => return false,
            }
        };
    }
    widths!(2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);
    true
}

/// Rows of a length that the compiler knows, in vectors of which the last may overlap: no loop, and all loads of a row before
/// its stores. (Of arrays it would make a call of `memcpy`.)
fn copy_of<const WIDTH: usize>(from: &[f64], found: &[usize], to: &mut [f64]) {
    let (from, to) = (from.as_chunks::<WIDTH>().0, to.as_chunks_mut::<WIDTH>().0);
    let starts = || (0..WIDTH).step_by(Native::LANES).map(|at| at.min(WIDTH.saturating_sub(Native::LANES)));
    for (to, &at) in to.iter_mut().zip(found) {
        let row = &from[at];
        starts().for_each(|at| Native::load(&row[at..]).store(&mut to[at..]));
    }
}

/// Rows of more bytes than this are worth a call to copy them.
const SHORT: usize = 128;

/// A row into another of its length.
#[inline(always)]
fn copy<T: Copy>(from: &[T], to: &mut [T]) {
    if size_of_val(from) > SHORT {
        return to.copy_from_slice(from);
    }
    let (to, to_rest) = to.as_chunks_mut::<2>();
    let (from, from_rest) = from.as_chunks::<2>();
    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
    to_rest.iter_mut().zip(from_rest).for_each(|(to, from)| *to = *from);
}

fn check_length(out: usize, expected: usize) -> Result<()> {
    match out == expected {
        true => Ok(()),
        false => Err(Error::Value(format!("out has {out} elements; expected {expected}"))),
    }
}

#[cold]
fn out_of_bounds(index: i64, size: usize) -> Error {
    Error::Index(format!("index {index} is out of bounds for axis 0 with size {size}"))
}

/// No more than a byte can count, and whole vectors.
const COUNTED: usize = 240;

/// How many bytes of a mask are not 0, as `numpy.count_nonzero` of booleans. O(n).
pub fn count_mask(mask: &[u8]) -> usize {
    let (groups, rest) = mask.as_chunks::<COUNTED>();
    let count = |group: &[u8]| usize::from(group.iter().map(|&m| u8::from(m != 0)).sum::<u8>());
    groups.iter().map(|group| count(group)).sum::<usize>() + count(rest)
}

/// Mask bytes looked at together.
const GROUP: usize = 8;
/// A group of NumPy's `True`.
const ALL: u64 = u64::from_ne_bytes([1; GROUP]);

/// The elements of `a` whose byte in `mask` is not 0, as `a[mask]` and `numpy.compress(mask, a)`. O(n).
///
/// `out` has [`count_mask`] elements.
///
/// # Errors
/// [`Error::Index`] where `mask` is not as long as `a`; [`Error::Value`] where `out` has another length.
pub fn compress<T: Copy>(mask: &[u8], a: &[T], out: &mut [T]) -> Result<()> {
    if mask.len() != a.len() {
        return Err(Error::Index(format!(
            "boolean index did not match indexed array along axis 0; size of axis is {} but size of corresponding \
             boolean axis is {}",
            a.len(),
            mask.len()
        )));
    }
    let mut len = 0;
    // Written in any case, and overwritten where it is not wanted: no branch to mispredict.
    let one = |mask: u8, x: T, out: &mut [T], len: usize| {
        if let Some(slot) = out.get_mut(len) {
            *slot = x;
        }
        len + usize::from(mask != 0)
    };
    let (masks, last_masks) = mask.as_chunks::<GROUP>();
    let (groups, last) = a.as_chunks::<GROUP>();
    for (masks, group) in masks.iter().zip(groups) {
        // Long runs of nothing are common, and of everything.
        match u64::from_ne_bytes(*masks) {
            0 => {}
            ALL => {
                if let Some(slots) = out.get_mut(len..len + GROUP) {
                    slots.copy_from_slice(group);
                }
                len += GROUP;
            }
            _ => len = masks.iter().zip(group).fold(len, |len, (&mask, &x)| one(mask, x, out, len)),
        }
    }
    len = last_masks.iter().zip(last).fold(len, |len, (&mask, &x)| one(mask, x, out, len));
    check_length(out.len(), len)
}

/// The rows of `a`, which have `width` elements, whose byte in `mask` is not 0, as `a[mask]` of a matrix in C order.
/// O(mask + out).
///
/// # Errors
/// As [`compress`], which it is for a width of 1; [`Error::Value`] where `width` is 0.
pub fn compress_rows<T: Copy>(mask: &[u8], a: &[T], width: usize, out: &mut [T]) -> Result<()> {
    if width == 1 {
        return compress(mask, a, out);
    }
    if width == 0 || mask.len().checked_mul(width) != Some(a.len()) {
        return Err(Error::Value(format!("a has {} elements; expected {} rows of {width}", a.len(), mask.len())));
    }
    check_length(out.len(), count_mask(mask).saturating_mul(width))?;
    let mut slots = out.chunks_exact_mut(width);
    let (masks, last_masks) = mask.as_chunks::<GROUP>();
    let (groups, last) = a.split_at(masks.len() * GROUP * width);
    for (masks, group) in masks.iter().zip(groups.chunks_exact(GROUP * width)) {
        if u64::from_ne_bytes(*masks) != 0 {
            copy_chosen(masks, group, width, &mut slots);
        }
    }
    copy_chosen(last_masks, last, width, &mut slots);
    Ok(())
}

#[inline(always)]
fn copy_chosen<'a, T: Copy + 'a>(mask: &[u8], a: &[T], width: usize, slots: &mut impl Iterator<Item = &'a mut [T]>) {
    for (row, _) in a.chunks_exact(width).zip(mask).filter(|(_, mask)| **mask != 0) {
        if let Some(slot) = slots.next() {
            copy(row, slot);
        }
    }
}

/// How many elements of a lane are not 0, as `numpy.count_nonzero`. O(n).
pub fn count_nonzero<T: Copy + PartialEq + Default>(a: &[T]) -> usize {
    a.iter().filter(|x| **x != T::default()).count()
}

/// The positions of the elements that are not 0, as `numpy.flatnonzero`; `out` has [`count_nonzero`] elements. O(n).
///
/// # Errors
/// [`Error::Value`] where `out` has another length.
pub fn flatnonzero<T: Copy + PartialEq + Default>(a: &[T], out: &mut [isize]) -> Result<()> {
    let mut len = 0;
    for (i, &x) in a.iter().enumerate() {
        // Written in any case, and overwritten where it is not wanted: no branch to mispredict.
        if let Some(slot) = out.get_mut(len) {
            *slot = i as isize;
        }
        len += usize::from(x != T::default());
    }
    check_length(out.len(), len)
}
