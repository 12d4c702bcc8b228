//! `partial_ratio`: the best `ratio` of the shorter string with a piece of the longer.

use super::lcs::Pattern;
use super::ratio::{max_distance, score};
use super::try_extend;
use crate::error::Result;

/// A shorter string, prepared to be looked for in longer ones.
#[derive(Default)]
pub(super) struct Needle {
    forwards: Pattern,
    backwards: Pattern,
    chars: Vec<u32>,
}

impl Needle {
    pub(super) fn new(needle: &[u32]) -> Result<Self> {
        let mut new = Needle::default();
        new.set(needle)?;
        Ok(new)
    }

    /// Takes a new needle, in memory that is there already where it suffices.
    pub(super) fn set(&mut self, needle: &[u32]) -> Result<()> {
        self.chars.clear();
        try_extend(&mut self.chars, needle)?;
        self.forwards.set(needle.iter().copied())?;
        self.backwards.set(needle.iter().rev().copied())
    }

    /// The best score of the needle with a piece of `text`, which is no shorter, or 0
    /// where that is below `cutoff`.
    ///
    /// The pieces are all windows of the needle's length, all shorter prefixes and all
    /// shorter suffixes, as in RapidFuzz (a shorter piece from within could score
    /// higher). The prefixes cost one pass together, so do the suffixes; and a window whose
    /// common subsequence is `k` too short lets the next `k - 1` be passed over: a step
    /// of one changes it by one at most.
    fn best(&mut self, text: &[u32], mut cutoff: f64) -> f64 {
        let len = self.chars.len();
        let mut result = 0.0;
        if text.len() > len {
            // A window counts if its distance is below this.
            let mut limit = max_distance(2 * len, cutoff);
            let mut best = None;
            let mut start = 0;
            // The last window is a suffix, and counts as one.
            while start < text.len() - len {
                let wanted = (2 * len - limit) / 2 + 1;
                let common = self.forwards.lcs(&text[start..start + len]);
                if common >= wanted {
                    best = Some(common);
                    if common == len {
                        return 100.0;
                    }
                    limit = 2 * (len - common);
                    start += 1;
                } else {
                    start += wanted - common;
                }
            }
            if let Some(common) = best {
                let value = (1.0 - (2 * (len - common)) as f64 / (2 * len) as f64) * 100.0;
                if value >= cutoff {
                    (cutoff, result) = (value, value);
                }
            }
        }
        let mut best = Fraction { common: 0, total: 1 };
        // A piece of n code points has at most n in common with the needle.
        let from = shortest(len, cutoff);
        let mut visit = |n, common| best.raise(common, len + n);
        let prefix = text[..len - 1].iter().copied();
        self.forwards.prefixes(prefix, from, &mut visit);
        let suffix = text[text.len() - len..].iter().rev().copied();
        self.backwards.prefixes(suffix, from, &mut visit);
        f64::max(result, score(best.common, best.total, cutoff))
    }
}

/// How many code points a piece must have for its score with a needle of `len` to
/// reach `cutoff`, or fewer.
fn shortest(len: usize, cutoff: f64) -> usize {
    let ratio = (cutoff / 100.0 - 1e-4).clamp(0.0, 1.0);
    (len as f64 * ratio / (2.0 - ratio)) as usize
}

/// The greatest share of code points in common so far.
struct Fraction {
    common: usize,
    total: usize,
}

impl Fraction {
    fn raise(&mut self, common: usize, total: usize) {
        if common as u64 * self.total as u64 > self.common as u64 * total as u64 {
            (self.common, self.total) = (common, total);
        }
    }
}

/// `partial_ratio` of the needle's string with `other`. `spare` is room to work in.
pub(super) fn partial_ratio(needle: &mut Needle, other: &[u32], cutoff: f64, spare: &mut Needle) -> Result<f64> {
    if cutoff > 100.0 {
        return Ok(0.0);
    }
    let (len1, len2) = (needle.chars.len(), other.len());
    if len1 == 0 || len2 == 0 {
        return Ok(if len1 == len2 { 100.0 } else { 0.0 });
    }
    if len1 > len2 {
        spare.set(other)?;
        return Ok(spare.best(&needle.chars, cutoff));
    }
    let result = needle.best(other, cutoff);
    if len1 < len2 || result == 100.0 {
        return Ok(result);
    }
    // Of equal length: either may be the one that is cut.
    spare.set(other)?;
    let swapped = spare.best(&needle.chars, f64::max(cutoff, result));
    Ok(f64::max(result, swapped))
}
