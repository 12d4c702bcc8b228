//! `ratio`: the normalised Indel similarity as a score between 0 and 100.
//!
//! The formulas are RapidFuzz's, operation by operation, so that scores agree bit by bit.

use rapidfuzz::distance::lcs_seq;

use super::room;
use crate::error::Result;

/// The score of two strings of `total` code points together that have a common
/// subsequence of `common`, or 0 where it is below `cutoff`.
pub(super) fn score(common: usize, total: usize, cutoff: f64) -> f64 {
    let distance = (total - 2 * common) as f64;
    let normalized = if total == 0 { 0.0 } else { distance / total as f64 };
    let normalized = if normalized <= normalized_cutoff(cutoff) { normalized } else { 1.0 };
    let similarity = 1.0 - normalized;
    if similarity >= cutoff / 100.0 { similarity * 100.0 } else { 0.0 }
}

/// The same score where the distance is known, in the form that the token scorers use.
pub(super) fn score_of_distance(distance: usize, total: usize, cutoff: f64) -> f64 {
    let score = if total == 0 { 100.0 } else { 100.0 - 100.0 * distance as f64 / total as f64 };
    if score >= cutoff { score } else { 0.0 }
}

/// A distance above this scores below `cutoff`; the slack covers rounding.
pub(super) fn max_distance(total: usize, cutoff: f64) -> usize {
    ((total as f64 * normalized_cutoff(cutoff)).ceil() as usize).min(total)
}

fn normalized_cutoff(cutoff: f64) -> f64 {
    f64::min(1.0, 1.0 - cutoff / 100.0 + 0.00001)
}

/// How long a common subsequence must be for a distance of `max` or less.
fn least_common(total: usize, max: usize) -> usize {
    (total - max.min(total)).div_ceil(2)
}

/// One string to compare with many.
pub(super) struct Ratio {
    len: usize,
    batch: lcs_seq::BatchComparator<u32>,
}

impl Ratio {
    pub(super) fn new(s: &[u32]) -> Result<Self> {
        room(s.len())?;
        Ok(Ratio { len: s.len(), batch: lcs_seq::BatchComparator::new(s.iter().copied()) })
    }

    pub(super) fn score(&self, other: &[u32], cutoff: f64) -> f64 {
        let total = self.len + other.len();
        let least = least_common(total, max_distance(total, cutoff));
        let args = lcs_seq::Args::default().score_cutoff(least);
        let common = self.batch.similarity_with_args(other.iter().copied(), &args);
        score(common.unwrap_or(0), total, cutoff)
    }
}

/// The Indel distance of two strings, or `None` where it exceeds `max`.
pub(super) fn indel(s1: &[u32], s2: &[u32], max: usize) -> Result<Option<usize>> {
    room(s1.len().max(s2.len()))?;
    let total = s1.len() + s2.len();
    let args = lcs_seq::Args::default().score_cutoff(least_common(total, max));
    let common = lcs_seq::similarity_with_args(s1.iter().copied(), s2.iter().copied(), &args);
    Ok(common.map(|common| total - 2 * common))
}
