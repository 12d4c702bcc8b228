//! Levenshtein distance with weights.

use rapidfuzz::distance::levenshtein as uniform;

use super::ratio::indel;
use super::room;
use crate::error::{Error, Result};
use crate::memory::try_with_capacity;

/// What each edit costs that turns the first string into the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weights {
    /// Cost of a code point that only the second string has.
    pub insertion: u64,
    /// Cost of a code point that only the first string has.
    pub deletion: u64,
    /// Cost of replacing one code point by another.
    pub substitution: u64,
}

impl Default for Weights {
    /// Every edit costs one.
    fn default() -> Self {
        Weights { insertion: 1, deletion: 1, substitution: 1 }
    }
}

/// The least total cost of the edits that turn `s1` into `s2`, as RapidFuzz's
/// `Levenshtein.distance`. A distance above `score_cutoff` comes back as
/// `score_cutoff + 1`.
///
/// Equal weights run in O(⌈N/64⌉·M) (Hyyrö 2003, bit-parallel), and so do weights
/// under which a substitution is never cheaper than a deletion and an insertion
/// (Hyyrö 2004, longest common subsequence); both through the crate `rapidfuzz`.
/// Other weights take O(N·M) time and O(min(N, M)) memory (Wagner and Fischer 1974).
///
/// # Errors
///
/// [`Error::Value`] where the weights are so large that a distance of these two
/// lengths may not fit 64 bits (RapidFuzz wraps round there), and
/// [`Error::OutOfMemory`].
///
/// ```
/// use ferrodide::strings::{Weights, code_points, levenshtein};
///
/// let (s1, s2) = (code_points("kitten")?, code_points("sitting")?);
/// assert_eq!(levenshtein(&s1, &s2, Weights::default(), None)?, 3);
/// assert_eq!(levenshtein(&s1, &s2, Weights::default(), Some(1))?, 2);
/// # Ok::<(), ferrodide::Error>(())
/// ```
pub fn levenshtein(s1: &[u32], s2: &[u32], weights: Weights, score_cutoff: Option<u64>) -> Result<u64> {
    let all_replaced =
        u128::from(weights.deletion) * s1.len() as u128 + u128::from(weights.insertion) * s2.len() as u128;
    if all_replaced > u128::from(u64::MAX) {
        return Err(Error::Value(format!(
            "weights of ({}, {}, {}) are too large for strings of {} and {} code points: \
             their distance may not fit 64 bits; divide the weights by a common factor",
            weights.insertion,
            weights.deletion,
            weights.substitution,
            s1.len(),
            s2.len()
        )));
    }
    let cutoff = score_cutoff.unwrap_or(u64::MAX);
    let distance = match edits(weights) {
        Edits::Free => 0,
        Edits::Uniform(cost) => scaled(cost, cutoff, |cutoff| uniform_distance(s1, s2, cutoff))?,
        Edits::Indel(cost) => scaled(cost, cutoff, |cutoff| indel(s1, s2, cutoff))?,
        Edits::General => wagner_fischer(s1, s2, weights)?,
    };
    Ok(if distance <= cutoff { distance } else { cutoff.saturating_add(1) })
}

/// Which algorithm a weight table admits.
enum Edits {
    /// Insertions and deletions are free, so is everything.
    Free,
    /// All three cost the same.
    Uniform(u64),
    /// No substitution is ever worth it.
    Indel(u64),
    General,
}

fn edits(weights: Weights) -> Edits {
    let Weights { insertion, deletion, substitution } = weights;
    if insertion != deletion {
        Edits::General
    } else if insertion == 0 {
        Edits::Free
    } else if substitution == insertion {
        Edits::Uniform(insertion)
    } else if substitution / 2 >= insertion {
        Edits::Indel(insertion)
    } else {
        Edits::General
    }
}

/// Runs `distance` in units of `cost`. It answers `None` above its cutoff.
fn scaled(cost: u64, cutoff: u64, distance: impl FnOnce(usize) -> Result<Option<usize>>) -> Result<u64> {
    let cutoff = usize::try_from(cutoff.div_ceil(cost)).unwrap_or(usize::MAX);
    Ok(match distance(cutoff)? {
        // Fits: all_replaced in levenshtein() is no less.
        Some(units) => units as u64 * cost,
        None => u64::MAX,
    })
}

fn uniform_distance(s1: &[u32], s2: &[u32], cutoff: usize) -> Result<Option<usize>> {
    room(s1.len().max(s2.len()))?;
    let (points1, points2) = (s1.iter().copied(), s2.iter().copied());
    if s1.len().checked_mul(s2.len()).is_none() {
        // The one-off function multiplies the lengths; where usize has 32 bits that
        // wraps, and may send it the slow way.
        let batch = uniform::BatchComparator::new(points1);
        let args = uniform::Args::default().score_cutoff(cutoff);
        return Ok(batch.distance_with_args(points2, &args));
    }
    let args = uniform::Args::default().score_cutoff(cutoff);
    Ok(uniform::distance_with_args(points1, points2, &args))
}

/// The textbook recurrence on one row, for weights that no bit-parallel form serves.
fn wagner_fischer(s1: &[u32], s2: &[u32], weights: Weights) -> Result<u64> {
    let prefix = s1.iter().zip(s2).take_while(|(a, b)| a == b).count();
    let (s1, s2) = (&s1[prefix..], &s2[prefix..]);
    let suffix = (s1.iter().rev().zip(s2.iter().rev())).take_while(|(a, b)| a == b).count();
    let (s1, s2) = (&s1[..s1.len() - suffix], &s2[..s2.len() - suffix]);
    // The row lies along the shorter string: reading an edit script backwards
    // swaps insertions and deletions.
    let (across, down, insertion, deletion) = if s1.len() <= s2.len() {
        (s1, s2, weights.insertion, weights.deletion)
    } else {
        (s2, s1, weights.deletion, weights.insertion)
    };
    let mut row: Vec<u64> = try_with_capacity(across.len() + 1)?;
    row.extend((0..=across.len()).map(|i| i as u64 * deletion));
    for &b in down {
        let mut diagonal = row[0];
        row[0] += insertion;
        let mut left = row[0];
        for (&a, cell) in across.iter().zip(&mut row[1..]) {
            let above = *cell;
            left = if a == b {
                diagonal
            } else {
                // Every cell is at most all_replaced; only the substitution may be huge.
                (left + deletion).min(above + insertion).min(diagonal.saturating_add(weights.substitution))
            };
            *cell = left;
            diagonal = above;
        }
    }
    Ok(row[across.len()])
}
