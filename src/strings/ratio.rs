//! `ratio`: the normalised Indel similarity as a score between 0 and 100.
//!
//! The formulas are RapidFuzz's, operation by operation, so that scores agree bit by bit.

use rapidfuzz::common::WithScoreCutoff;
use rapidfuzz::distance::lcs_seq;

use super::lcs::Pattern;
use super::room;
use crate::error::Result;
use crate::memory::probe;

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

/// A cutoff for the crate: the length below which a common subsequence does not give
/// a distance of `max` or less, minus one.
///
/// Minus one because the band that rapidfuzz 0.5.0 computes in is a column too narrow
/// for strings of several words: with the exact cutoff it misses subsequences that just
/// reach it. What lies between the two, the callers sort out.
fn lcs_cutoff(total: usize, max: usize) -> lcs_seq::Args<usize, WithScoreCutoff<usize>> {
    let least = total.saturating_sub(max).div_ceil(2);
    lcs_seq::Args::default().score_cutoff(least.saturating_sub(1))
}

/// Up to so many code points, 256 bytes, the crate's memory for one comparison is not asked for.
const UNASKED: usize = 2048;

/// One string to compare with many.
pub(super) struct Ratio {
    len: usize,
    kind: Kind,
}

enum Kind {
    /// Up to 64 code points. One word needs no band, and no more than the bare loop.
    Short(Pattern),
    Long(lcs_seq::BatchComparator<u32>),
}

impl Ratio {
    pub(super) fn new(s: &[u32]) -> Result<Self> {
        let kind = if s.len() <= 64 {
            let mut pattern = Pattern::default();
            pattern.set(s.iter().copied())?;
            Kind::Short(pattern)
        } else {
            room(s.len())?;
            Kind::Long(lcs_seq::BatchComparator::new(s.iter().copied()))
        };
        Ok(Ratio { len: s.len(), kind })
    }

    pub(super) fn score(&mut self, other: &[u32], cutoff: f64) -> Result<f64> {
        let total = self.len + other.len();
        let max = max_distance(total, cutoff);
        let common = match &mut self.kind {
            // What only the longer has cannot be in common.
            _ if self.len.abs_diff(other.len()) > max => 0,
            Kind::Short(pattern) => pattern.lcs(other),
            Kind::Long(batch) => {
                // It takes a word for each of its own 64 code points. To ask for a few takes as long as to compare.
                if self.len > UNASKED {
                    probe(self.len.div_ceil(64) * size_of::<u64>())?;
                }
                batch.similarity_with_args(other.iter().copied(), &lcs_cutoff(total, max)).unwrap_or(0)
            }
        };
        Ok(score(common, total, cutoff))
    }
}

/// The Indel distance of two strings, or `None` where it exceeds `max`.
pub(super) fn indel(s1: &[u32], s2: &[u32], max: usize) -> Result<Option<usize>> {
    room(s1.len().max(s2.len()))?;
    let total = s1.len() + s2.len();
    let args = lcs_cutoff(total, max);
    let common = lcs_seq::similarity_with_args(s1.iter().copied(), s2.iter().copied(), &args);
    Ok(common.map(|common| total - 2 * common).filter(|&distance| distance <= max))
}

/// The score of two strings that nothing is prepared for.
pub(super) fn ratio(s1: &[u32], s2: &[u32], cutoff: f64) -> Result<f64> {
    let total = s1.len() + s2.len();
    let distance = indel(s1, s2, max_distance(total, cutoff))?;
    Ok(score((total - distance.unwrap_or(total)) / 2, total, cutoff))
}
