//! The scorers of RapidFuzz's `fuzz` module, for one query and many choices.

use super::partial::{Needle, partial_ratio};
use super::ratio::{Ratio, indel, score_of_distance};
use super::tokens::{Split, Tokens};
use super::try_extend;
use crate::error::{Error, Result};

/// One of RapidFuzz's scorers. Each gives a similarity between 0 and 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scorer {
    /// Normalised Indel similarity of the whole strings.
    Ratio,
    /// The best `Ratio` of the shorter string with a piece of the longer.
    PartialRatio,
    /// `Ratio` of the sorted words.
    TokenSortRatio,
    /// `Ratio` of the sets of words, where shared words count once.
    TokenSetRatio,
    /// The greater of `TokenSortRatio` and `TokenSetRatio`.
    TokenRatio,
    /// `PartialRatio` of the sorted words.
    PartialTokenSortRatio,
    /// `PartialRatio` of the words that only one has; 100 where they share one.
    PartialTokenSetRatio,
    /// The greater of `PartialTokenSortRatio` and `PartialTokenSetRatio`.
    PartialTokenRatio,
    /// A weighting of the others by how alike the lengths are.
    WRatio,
    /// `Ratio`, but 0 where a string is empty.
    QRatio,
}

impl Scorer {
    /// Every scorer, in the order of their declaration.
    pub const ALL: [Scorer; 10] = [
        Scorer::Ratio,
        Scorer::PartialRatio,
        Scorer::TokenSortRatio,
        Scorer::TokenSetRatio,
        Scorer::TokenRatio,
        Scorer::PartialTokenSortRatio,
        Scorer::PartialTokenSetRatio,
        Scorer::PartialTokenRatio,
        Scorer::WRatio,
        Scorer::QRatio,
    ];

    /// RapidFuzz's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Scorer::Ratio => "ratio",
            Scorer::PartialRatio => "partial_ratio",
            Scorer::TokenSortRatio => "token_sort_ratio",
            Scorer::TokenSetRatio => "token_set_ratio",
            Scorer::TokenRatio => "token_ratio",
            Scorer::PartialTokenSortRatio => "partial_token_sort_ratio",
            Scorer::PartialTokenSetRatio => "partial_token_set_ratio",
            Scorer::PartialTokenRatio => "partial_token_ratio",
            Scorer::WRatio => "WRatio",
            Scorer::QRatio => "QRatio",
        }
    }

    /// The scorer that RapidFuzz calls `name`.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] where there is none.
    pub fn from_name(name: &str) -> Result<Self> {
        Scorer::ALL.into_iter().find(|scorer| scorer.name() == name).ok_or_else(|| {
            Error::Value(format!(
                "scorer {name:?} is not known: expected one of {}",
                Scorer::ALL.map(Scorer::name).join(", ")
            ))
        })
    }
}

/// A query prepared once, to be scored against many choices.
///
/// Preparing costs O(n log n) time and about 64 bytes a code point of the query;
/// scoring a choice allocates only where it is longer than those before it.
pub struct Query {
    scorer: Scorer,
    text: Vec<u32>,
    tokens: Tokens,
    whole: Lazy<Ratio>,
    sorted: Lazy<Ratio>,
    whole_needle: Lazy<Needle>,
    sorted_needle: Lazy<Needle>,
    spare: Spare,
}

/// Room to work in that a choice leaves to the next.
#[derive(Default)]
struct Spare {
    tokens: Tokens,
    split: Split,
    needle: Needle,
    needle2: Needle,
}

/// A preparation that is made when a choice first asks for it.
struct Lazy<T>(Option<T>);

impl<T> Lazy<T> {
    fn get(&mut self, make: impl FnOnce() -> Result<T>) -> Result<&mut T> {
        match &mut self.0 {
            Some(made) => Ok(made),
            empty => Ok(empty.insert(make()?)),
        }
    }
}

impl Query {
    /// Prepares `query` for `scorer`.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub fn new(scorer: Scorer, query: &[u32]) -> Result<Self> {
        let mut text = Vec::new();
        try_extend(&mut text, query)?;
        let mut tokens = Tokens::default();
        if !matches!(scorer, Scorer::Ratio | Scorer::QRatio | Scorer::PartialRatio) {
            tokens.set(query)?;
        }
        Ok(Query {
            scorer,
            text,
            tokens,
            whole: Lazy(None),
            sorted: Lazy(None),
            whole_needle: Lazy(None),
            sorted_needle: Lazy(None),
            spare: Spare::default(),
        })
    }

    /// The similarity of the query and `choice`, or 0 where it is below `score_cutoff`.
    ///
    /// A higher cutoff is faster: much work is left out once it cannot be reached.
    /// Without one, whole strings cost O(⌈N/64⌉·M); the partial scorers look at up to
    /// |N - M| windows of that cost, few of them where the strings are alike.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub fn score(&mut self, choice: &[u32], score_cutoff: f64) -> Result<f64> {
        let cutoff = score_cutoff;
        match self.scorer {
            _ if cutoff.is_nan() => Ok(0.0),
            Scorer::Ratio => self.ratio(choice, cutoff),
            Scorer::QRatio if self.text.is_empty() || choice.is_empty() => Ok(0.0),
            Scorer::QRatio => self.ratio(choice, cutoff),
            Scorer::WRatio => self.weighted_ratio(choice, cutoff),
            // `ratio` of two empty strings is 100, so the cutoff has to be asked first.
            _ if cutoff > 100.0 => Ok(0.0),
            Scorer::PartialRatio => self.partial_ratio(choice, cutoff),
            Scorer::TokenSortRatio => self.token_sort_ratio(choice, cutoff),
            Scorer::TokenSetRatio => self.token_set_ratio(choice, cutoff),
            Scorer::TokenRatio => self.token_ratio(choice, cutoff),
            Scorer::PartialTokenSortRatio => self.partial_token_sort_ratio(choice, cutoff),
            Scorer::PartialTokenSetRatio => self.partial_token_set_ratio(choice, cutoff),
            Scorer::PartialTokenRatio => self.partial_token_ratio(choice, cutoff),
        }
    }

    fn ratio(&mut self, choice: &[u32], cutoff: f64) -> Result<f64> {
        let whole = self.whole.get(|| Ratio::new(&self.text))?;
        whole.score(choice, cutoff)
    }

    /// `ratio` of the sorted words; those of the choice are in `spare.tokens`.
    fn sorted_ratio(&mut self, cutoff: f64) -> Result<f64> {
        let sorted = self.sorted.get(|| Ratio::new(&self.tokens.joined))?;
        sorted.score(&self.spare.tokens.joined, cutoff)
    }

    fn partial_ratio(&mut self, choice: &[u32], cutoff: f64) -> Result<f64> {
        partial_ratio(self.whole_needle.get(|| Needle::new(&self.text))?, choice, cutoff, &mut self.spare.needle)
    }

    fn sorted_partial_ratio(&mut self, cutoff: f64) -> Result<f64> {
        let needle = self.sorted_needle.get(|| Needle::new(&self.tokens.joined))?;
        partial_ratio(needle, &self.spare.tokens.joined, cutoff, &mut self.spare.needle)
    }

    /// `partial_ratio` of the words that only one of the two has.
    fn distinct_partial_ratio(&mut self, cutoff: f64) -> Result<f64> {
        let Spare { split, needle, needle2, .. } = &mut self.spare;
        // The shorter of the two is the needle.
        let (short, long) = if split.only1.len() <= split.only2.len() {
            (&split.only1, &split.only2)
        } else {
            (&split.only2, &split.only1)
        };
        needle.set(short)?;
        partial_ratio(needle, long, cutoff, needle2)
    }

    /// Splits the choice into words, and both sets of words into shared and not.
    fn split(&mut self, choice: &[u32]) -> Result<()> {
        self.spare.tokens.set(choice)?;
        self.spare.split.set(&self.tokens, &self.spare.tokens)
    }

    fn token_sort_ratio(&mut self, choice: &[u32], cutoff: f64) -> Result<f64> {
        self.spare.tokens.set(choice)?;
        self.sorted_ratio(cutoff)
    }

    fn token_set_ratio(&mut self, choice: &[u32], cutoff: f64) -> Result<f64> {
        self.split(choice)?;
        // As FuzzyWuzzy has it: no word is like nothing.
        if self.tokens.is_empty() || self.spare.tokens.is_empty() {
            return Ok(0.0);
        }
        if self.one_contains_other() {
            return Ok(100.0);
        }
        self.set_ratio(cutoff)
    }

    fn token_ratio(&mut self, choice: &[u32], cutoff: f64) -> Result<f64> {
        self.split(choice)?;
        if self.one_contains_other() {
            return Ok(100.0);
        }
        let sorted = self.sorted_ratio(cutoff)?;
        Ok(f64::max(sorted, self.set_ratio(cutoff)?))
    }

    fn one_contains_other(&self) -> bool {
        let split = &self.spare.split;
        split.shared > 0 && (split.count1 == 0 || split.count2 == 0)
    }

    /// The best of three: the shared words alone with the shared words and the rest of
    /// one string, the same with the other string, and those two with each other.
    fn set_ratio(&self, cutoff: f64) -> Result<f64> {
        let split = &self.spare.split;
        let shared = split.shared_len;
        let space = usize::from(shared > 0);
        let (rest1, rest2) = (space + split.only1.len(), space + split.only2.len());
        let total = 2 * shared + rest1 + rest2;
        let max = (total as f64 * (1.0 - cutoff / 100.0)).ceil() as usize;
        // The shared words lead both strings, so the rest decides the distance.
        let distance = indel(&split.only1, &split.only2, max)?;
        let both = distance.map_or(0.0, |distance| score_of_distance(distance, total, cutoff));
        if shared == 0 {
            return Ok(both);
        }
        // Here one string begins with the other: the distance is what follows.
        let one = score_of_distance(rest1, 2 * shared + rest1, cutoff);
        let other = score_of_distance(rest2, 2 * shared + rest2, cutoff);
        Ok(both.max(one).max(other))
    }

    fn partial_token_sort_ratio(&mut self, choice: &[u32], cutoff: f64) -> Result<f64> {
        self.spare.tokens.set(choice)?;
        self.sorted_partial_ratio(cutoff)
    }

    fn partial_token_set_ratio(&mut self, choice: &[u32], cutoff: f64) -> Result<f64> {
        self.split(choice)?;
        if self.tokens.is_empty() || self.spare.tokens.is_empty() {
            return Ok(0.0);
        }
        if self.spare.split.shared > 0 {
            return Ok(100.0);
        }
        self.distinct_partial_ratio(cutoff)
    }

    fn partial_token_ratio(&mut self, choice: &[u32], cutoff: f64) -> Result<f64> {
        self.split(choice)?;
        if self.spare.split.shared > 0 {
            return Ok(100.0);
        }
        let sorted = self.sorted_partial_ratio(cutoff)?;
        let Spare { tokens, split, .. } = &self.spare;
        if self.tokens.count() == split.count1 && tokens.count() == split.count2 {
            // No word is there twice: the sets are the sorted words again.
            return Ok(sorted);
        }
        Ok(sorted.max(self.distinct_partial_ratio(cutoff.max(sorted))?))
    }

    fn weighted_ratio(&mut self, choice: &[u32], cutoff: f64) -> Result<f64> {
        const TOKENS: f64 = 0.95;
        if cutoff > 100.0 || self.text.is_empty() || choice.is_empty() {
            return Ok(0.0);
        }
        let (len1, len2) = (self.text.len() as f64, choice.len() as f64);
        let unlike = if len1 > len2 { len1 / len2 } else { len2 / len1 };
        let ratio = self.ratio(choice, cutoff)?;
        if unlike < 1.5 {
            let cutoff = cutoff.max(ratio) / TOKENS;
            if cutoff > 100.0 {
                return Ok(ratio);
            }
            return Ok(ratio.max(self.token_ratio(choice, cutoff)? * TOKENS));
        }
        let partial = if unlike <= 8.0 { 0.9 } else { 0.6 };
        let cutoff = cutoff.max(ratio) / partial;
        let ratio = ratio.max(self.partial_ratio(choice, cutoff)? * partial);
        let cutoff = cutoff.max(ratio) / TOKENS;
        if cutoff > 100.0 {
            return Ok(ratio);
        }
        Ok(ratio.max(self.partial_token_ratio(choice, cutoff)? * TOKENS * partial))
    }
}
