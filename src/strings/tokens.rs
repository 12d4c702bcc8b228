//! Words of a string: split on white space, sorted, joined by one space.

use std::ops::Range;

use super::try_extend;
use crate::error::{Error, Result};

const SPACE: u32 = ' ' as u32;

/// The words of a string in ascending order.
#[derive(Default)]
pub(super) struct Tokens {
    /// All words, sorted, with a space between each two.
    pub(super) joined: Vec<u32>,
    /// Where each word stands in `joined`.
    words: Vec<Range<usize>>,
}

impl Tokens {
    /// Takes the words of `text`, in memory that is there already where it suffices.
    pub(super) fn set(&mut self, text: &[u32]) -> Result<()> {
        self.words.clear();
        self.joined.clear();
        // RapidFuzz looks at the width that a string is stored in: where one byte a
        // character does, U+0085 and U+00A0 separate no words.
        let mut latin = None;
        let mut start = 0;
        for end in 0..=text.len() {
            let separates = match text.get(end) {
                None => true,
                Some(0x85 | 0xA0) => !*latin.get_or_insert_with(|| text.iter().all(|&c| c < 256)),
                Some(&c) => is_space(c),
            };
            if separates {
                if start < end {
                    self.push(start..end)?;
                }
                start = end + 1;
            }
        }
        self.words.sort_unstable_by(|a, b| text[a.clone()].cmp(&text[b.clone()]));
        for word in &mut self.words {
            *word = join(&mut self.joined, &text[word.clone()])?;
        }
        Ok(())
    }

    fn push(&mut self, word: Range<usize>) -> Result<()> {
        self.words.try_reserve(1).map_err(|_| Error::OutOfMemory {
            bytes: size_of::<Range<usize>>().saturating_mul(self.words.len() + 1),
        })?;
        self.words.push(word);
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub(super) fn count(&self) -> usize {
        self.words.len()
    }

    /// The words, each once.
    fn distinct(&self) -> impl Iterator<Item = &[u32]> {
        let mut last = None;
        self.words.iter().filter_map(move |word| {
            let word = &self.joined[word.clone()];
            (last.replace(word) != Some(word)).then_some(word)
        })
    }
}

/// Two sets of words: what they share and what only one has. Sorted, joined.
#[derive(Default)]
pub(super) struct Split {
    /// How many words both have.
    pub(super) shared: usize,
    /// How long the shared words would be, joined.
    pub(super) shared_len: usize,
    /// The words only the first has.
    pub(super) only1: Vec<u32>,
    /// How many those are.
    pub(super) count1: usize,
    /// The words only the second has.
    pub(super) only2: Vec<u32>,
    /// How many those are.
    pub(super) count2: usize,
}

impl Split {
    /// Takes two new sets of words. O(n + m), both being sorted.
    pub(super) fn set(&mut self, tokens1: &Tokens, tokens2: &Tokens) -> Result<()> {
        (self.shared, self.shared_len, self.count1, self.count2) = (0, 0, 0, 0);
        self.only1.clear();
        self.only2.clear();
        let (mut words1, mut words2) = (tokens1.distinct().peekable(), tokens2.distinct().peekable());
        loop {
            let order = match (words1.peek(), words2.peek()) {
                (None, None) => break,
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(word1), Some(word2)) => word1.cmp(word2),
            };
            let word1 = if order.is_le() { words1.next() } else { None };
            let word2 = if order.is_ge() { words2.next() } else { None };
            match (word1, word2) {
                (Some(word), Some(_)) => {
                    self.shared_len += word.len() + usize::from(self.shared > 0);
                    self.shared += 1;
                }
                (Some(word), None) => {
                    join(&mut self.only1, word)?;
                    self.count1 += 1;
                }
                (None, Some(word)) => {
                    join(&mut self.only2, word)?;
                    self.count2 += 1;
                }
                (None, None) => {}
            }
        }
        Ok(())
    }
}

/// Appends `word`, after a space where it is not the first. Where it stands now.
fn join(joined: &mut Vec<u32>, word: &[u32]) -> Result<Range<usize>> {
    if !joined.is_empty() {
        try_extend(joined, &[SPACE])?;
    }
    let start = joined.len();
    try_extend(joined, word)?;
    Ok(start..joined.len())
}

/// What Python's `str.isspace` calls white space.
fn is_space(c: u32) -> bool {
    matches!(
        c,
        0x09..=0x0D
            | 0x1C..=0x20
            | 0x85
            | 0xA0
            | 0x1680
            | 0x2000..=0x200A
            | 0x2028
            | 0x2029
            | 0x202F
            | 0x205F
            | 0x3000
    )
}
