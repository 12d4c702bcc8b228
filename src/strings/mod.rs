//! Edit distances and fuzzy matching, with RapidFuzz's names, scores and order.
//!
//! A string is a slice of Unicode code points, Python's own unit. A lone surrogate is
//! a value like any other, so whatever a Python `str` or a JavaScript string can hold
//! has its place here.
//!
//! | function | RapidFuzz |
//! |---|---|
//! | [`levenshtein`] | `distance.Levenshtein.distance` |
//! | [`fuzz_score`], [`Query`] | the scorers of `fuzz` |
//! | [`extract`], [`Extractor`] | `process.extract` |
//!
//! Distances of whole strings come from the crate `rapidfuzz`, by the author of
//! RapidFuzz. It has no scorers but `ratio`: those are here, and give the very bits
//! of RapidFuzz 3.14 for C++ (tests/cases/strings.json holds both together). How words
//! part is C++ RapidFuzz's too: on white space, but U+0085 and U+00A0 do not part the
//! words of a string whose code points are all below 256.

mod extract;
mod fuzz;
mod lcs;
mod levenshtein;
mod partial;
mod ratio;
mod tokens;

pub use extract::{Extractor, Match, extract};
pub use fuzz::{Query, Scorer};
pub use levenshtein::{Weights, levenshtein};

use crate::error::{Error, Result};
use crate::memory::probe;

/// The similarity of two strings between 0 and 100, or 0 where it is below `score_cutoff`.
///
/// To compare one string with many, prepare it as a [`Query`].
///
/// # Errors
///
/// [`Error::OutOfMemory`].
///
/// ```
/// use ferrodide::strings::{Scorer, code_points, fuzz_score};
///
/// let (s1, s2) = (code_points("this is a test")?, code_points("this is a test!")?);
/// assert_eq!(fuzz_score(Scorer::Ratio, &s1, &s2, 0.0)?, 96.55172413793103);
/// assert_eq!(fuzz_score(Scorer::Ratio, &s1, &s2, 97.0)?, 0.0);
/// # Ok::<(), ferrodide::Error>(())
/// ```
pub fn fuzz_score(scorer: Scorer, s1: &[u32], s2: &[u32], score_cutoff: f64) -> Result<f64> {
    match scorer {
        Scorer::QRatio if s1.is_empty() || s2.is_empty() => Ok(0.0),
        Scorer::Ratio | Scorer::QRatio => ratio::ratio(s1, s2, score_cutoff),
        _ => Query::new(scorer, s1)?.score(s2, score_cutoff),
    }
}

/// The code points of a `str`.
///
/// # Errors
///
/// [`Error::OutOfMemory`].
pub fn code_points(s: &str) -> Result<Vec<u32>> {
    let mut points = Vec::new();
    set_str(&mut points, s)?;
    Ok(points)
}

/// Replaces what `points` holds by the code points of a `str`.
///
/// # Errors
///
/// [`Error::OutOfMemory`].
pub fn set_str(points: &mut Vec<u32>, s: &str) -> Result<()> {
    points.clear();
    reserve(points, s.chars().count())?;
    points.extend(s.chars().map(u32::from));
    Ok(())
}

/// Replaces what `points` holds by the code points of a string in UTF-16, a lone
/// surrogate being one.
///
/// # Errors
///
/// [`Error::OutOfMemory`].
pub fn set_utf16(points: &mut Vec<u32>, units: impl ExactSizeIterator<Item = u16>) -> Result<()> {
    points.clear();
    reserve(points, units.len())?;
    points.extend(char::decode_utf16(units).map(|unit| match unit {
        Ok(c) => u32::from(c),
        Err(lone) => u32::from(lone.unpaired_surrogate()),
    }));
    Ok(())
}

/// Replaces what `points` holds by code points that are narrower than 32 bits.
///
/// # Errors
///
/// [`Error::OutOfMemory`].
pub fn set_points<T: Copy + Into<u32>>(points: &mut Vec<u32>, narrow: &[T]) -> Result<()> {
    points.clear();
    reserve(points, narrow.len())?;
    points.extend(narrow.iter().map(|&c| c.into()));
    Ok(())
}

/// Appends, where there is room or room can be had.
fn try_extend(points: &mut Vec<u32>, more: &[u32]) -> Result<()> {
    reserve(points, more.len())?;
    points.extend_from_slice(more);
    Ok(())
}

fn reserve(points: &mut Vec<u32>, more: usize) -> Result<()> {
    points.try_reserve(more).map_err(|_| Error::OutOfMemory { bytes: more.saturating_mul(size_of::<u32>()) })
}

/// Fails where the crate `rapidfuzz`, which allocates infallibly, could not prepare a
/// string of `len` code points: it takes up to 4,120 bytes for each 64 of them, and a copy.
fn room(len: usize) -> Result<()> {
    // It has them in arrays on the stack.
    const SHORT: usize = 64;
    if len <= SHORT {
        return Ok(());
    }
    probe(len.saturating_add(64).saturating_mul(72))
}
