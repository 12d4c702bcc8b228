//! Moving elements: `take`, `compress`.
//!
//! No element is computed with, so any type of the right size will do: `u64` for `f64`.

use crate::error::{Error, Result};

/// A whole number that chooses an element.
pub trait Index: Copy {
    /// The position it stands for among `n` elements, negative ones counted from the end. What stands for
    /// none becomes a position that is not below `n`.
    fn position(self, n: usize) -> usize;
    /// With its sign.
    fn widen(self) -> i64;
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
}

/// The elements of `a` at `indices`, as `a[indices]` and `numpy.take(a, indices)`. O(indices).
///
/// # Errors
/// [`Error::Index`] where an index is not in `-a.len()..a.len()`, with `out` filled up to there;
/// [`Error::Value`] where `out` is not as long as `indices`.
pub fn take<T: Copy, I: Index>(a: &[T], indices: &[I], out: &mut [T]) -> Result<()> {
    check_length(out.len(), indices.len())?;
    for (slot, index) in out.iter_mut().zip(indices) {
        match a.get(index.position(a.len())) {
            Some(&x) => *slot = x,
            None => return Err(out_of_bounds(index.widen(), a.len())),
        }
    }
    Ok(())
}

/// The rows of `a` at `indices`, as `a[indices]` of a matrix in C order with rows of `width` elements.
/// O(indices * width).
///
/// # Errors
/// As [`take`]; [`Error::Value`] where `a` is not made of whole rows.
pub fn take_rows<T: Copy, I: Index>(a: &[T], width: usize, indices: &[I], out: &mut [T]) -> Result<()> {
    if width == 0 || !a.len().is_multiple_of(width) {
        return Err(Error::Value(format!("a has {} elements; expected rows of {width}, which is not 0", a.len())));
    }
    check_length(out.len(), indices.len().saturating_mul(width))?;
    let rows = a.len() / width;
    for (to, index) in out.chunks_exact_mut(width).zip(indices) {
        let row = index.position(rows);
        if row >= rows {
            return Err(out_of_bounds(index.widen(), rows));
        }
        let from = &a[row * width..][..width];
        if size_of_val(from) > SHORT {
            to.copy_from_slice(from);
            continue;
        }
        let (to, to_rest) = to.as_chunks_mut::<2>();
        let (from, from_rest) = from.as_chunks::<2>();
        to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
        to_rest.iter_mut().zip(from_rest).for_each(|(to, from)| *to = *from);
    }
    Ok(())
}

/// Rows of more bytes than this are worth a call to copy them.
const SHORT: usize = 128;

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

/// How many bytes of a mask are not 0, as `numpy.count_nonzero` of booleans. O(n).
pub fn count_mask(mask: &[u8]) -> usize {
    // As many as a byte can count.
    mask.chunks(255).map(|chunk| chunk.iter().map(|&m| u8::from(m != 0)).sum::<u8>() as usize).sum()
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
