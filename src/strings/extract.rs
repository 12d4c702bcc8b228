//! The best matches of a query among many choices.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::fuzz::{Query, Scorer};
use crate::error::{Error, Result};

/// One choice that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// Between 0 and 100.
    pub score: f64,
    /// Which of the choices it is; those that are `None` count.
    pub index: usize,
}

/// Scores choices one by one and keeps the best.
///
/// For a caller that makes each choice only when its turn comes; [`extract`] is the
/// same for choices that are there.
pub struct Extractor {
    query: Query,
    limit: usize,
    cutoff: f64,
    /// The worst of what is kept is on top.
    kept: BinaryHeap<Kept>,
    index: usize,
}

impl Extractor {
    /// Prepares `query` for `scorer`. `limit` and `score_cutoff` as for [`extract`].
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub fn new(query: &[u32], scorer: Scorer, limit: Option<usize>, score_cutoff: Option<f64>) -> Result<Self> {
        Ok(Extractor {
            query: Query::new(scorer, query)?,
            limit: limit.unwrap_or(usize::MAX),
            cutoff: score_cutoff.unwrap_or(0.0),
            kept: BinaryHeap::new(),
            index: 0,
        })
    }

    /// Scores the next choice; `None` only counts.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub fn push(&mut self, choice: Option<&[u32]>) -> Result<()> {
        let index = self.index;
        self.index += 1;
        let Some(choice) = choice else { return Ok(()) };
        if self.kept.len() < self.limit {
            let score = self.query.score(choice, self.cutoff)?;
            if score >= self.cutoff {
                self.kept
                    .try_reserve(1)
                    .map_err(|_| Error::OutOfMemory { bytes: size_of::<Kept>().saturating_mul(self.kept.len() + 1) })?;
                self.kept.push(Kept(Match { score, index }));
            }
            return Ok(());
        }
        let Some(mut worst) = self.kept.peek_mut() else { return Ok(()) };
        // An equal score is no better: this choice comes later. So what cannot beat the
        // worst need not be scored to the end. The scorers round on their way, and
        // the slack is far more than that: it changes no result.
        let floor = worst.0.score;
        if floor < 100.0 {
            let score = self.query.score(choice, self.cutoff.max(floor * (1.0 - 1e-9)))?;
            if score > floor {
                *worst = Kept(Match { score, index });
            }
        }
        Ok(())
    }

    /// What was kept, best first.
    pub fn finish(self) -> Vec<Match> {
        // "Less" is better here, so ascending order is best first.
        let kept = self.kept.into_sorted_vec();
        kept.into_iter().map(|kept| kept.0).collect()
    }
}

/// A match in order of worth: the better is the lesser, so that a heap has the worst on top.
struct Kept(Match);

impl Ord for Kept {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.score.total_cmp(&self.0.score).then(self.0.index.cmp(&other.0.index))
    }
}

impl PartialOrd for Kept {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Kept {}

/// The choices that are most like `query`, best first, as RapidFuzz's
/// `process.extract`. Choices of equal score stand in their own order.
///
/// `limit` is how many to return, `None` all. Choices that score below `score_cutoff`
/// (`None`: 0) are left out, and so are those that are `None`.
///
/// The query is prepared once. As soon as `limit` choices are found, the worst of their
/// scores is a cutoff for the rest, which leaves out much of the work. A choice costs
/// what [`Query::score`] says; the matches are kept in O(log limit).
///
/// # Errors
///
/// [`Error::OutOfMemory`].
///
/// ```
/// use ferrodide::strings::{Scorer, code_points, extract};
///
/// let names = [code_points("Boston")?, code_points("Austin")?, code_points("Houston")?];
/// let choices = names.iter().map(|name| Some(&name[..]));
/// let found = extract(&code_points("Bouston")?, choices, Scorer::Ratio, Some(2), None)?;
/// assert_eq!(found.iter().map(|m| m.index).collect::<Vec<_>>(), [0, 2]);
/// # Ok::<(), ferrodide::Error>(())
/// ```
pub fn extract<'a>(
    query: &[u32],
    choices: impl IntoIterator<Item = Option<&'a [u32]>>,
    scorer: Scorer,
    limit: Option<usize>,
    score_cutoff: Option<f64>,
) -> Result<Vec<Match>> {
    let mut extractor = Extractor::new(query, scorer, limit, score_cutoff)?;
    for choice in choices {
        extractor.push(choice)?;
    }
    Ok(extractor.finish())
}
