//! Fallible allocation: a size that comes from the input goes through here.

use crate::error::{Error, Result};

/// An empty vector with room for `len` elements, or [`Error::OutOfMemory`].
pub fn try_with_capacity<T>(len: usize) -> Result<Vec<T>> {
    let mut vec = Vec::new();
    vec.try_reserve_exact(len).map_err(|_| Error::OutOfMemory { bytes: len.saturating_mul(size_of::<T>()) })?;
    Ok(vec)
}

/// A vector of `len` copies of `value`, or [`Error::OutOfMemory`].
pub fn try_filled<T: Clone>(value: T, len: usize) -> Result<Vec<T>> {
    let mut vec = try_with_capacity(len)?;
    vec.resize(len, value);
    Ok(vec)
}

/// Fails where `bytes` more cannot be had. For a library that allocates
/// infallibly: ask first, with the size it is about to take.
pub fn probe(bytes: usize) -> Result<()> {
    let room: Vec<u8> = try_with_capacity(bytes)?;
    // Without this the optimiser may drop the allocation, and the question with it.
    std::hint::black_box(&room);
    Ok(())
}
