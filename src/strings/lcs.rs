//! Longest common subsequence of one needle with many texts, and with every prefix
//! of a text in one pass.
//!
//! Bit-parallel, after Hyyrö, "Bit-Parallel LCS-length Computation Revisited" (2004):
//! O(⌈m/64⌉) a code point of the text. The crate `rapidfuzz` computes the same for
//! whole strings; `partial_ratio` needs the running length that stays inside it.

use crate::error::Result;
use crate::memory::try_filled;

/// Code points below this have a row in a table, others a slot in a hash table.
const TABLE: usize = 256;
/// Slots a word of the needle; it holds at most 64 different code points.
const SLOTS: usize = 128;

/// Where each code point occurs in a needle, as bits.
#[derive(Default)]
pub(super) struct Pattern {
    len: usize,
    words: usize,
    /// `words` words for each code point below `TABLE`.
    table: Vec<u64>,
    /// `SLOTS` (code point, bits) for each word; empty if the needle has no such code point.
    wide: Vec<(u32, u64)>,
    /// One bit a code point of the needle: 0 where the subsequence grew.
    state: Vec<u64>,
}

impl Pattern {
    /// Takes a new needle, in memory that is there already where it suffices.
    pub(super) fn set(&mut self, needle: impl ExactSizeIterator<Item = u32>) -> Result<()> {
        self.len = needle.len();
        self.words = self.len.div_ceil(64);
        clear(&mut self.table, self.words * TABLE, 0)?;
        clear(&mut self.state, self.words, 0)?;
        self.wide.clear();
        for (i, c) in needle.enumerate() {
            let (word, bit) = (i / 64, 1 << (i % 64));
            if (c as usize) < TABLE {
                self.table[c as usize * self.words + word] |= bit;
            } else {
                if self.wide.is_empty() {
                    clear(&mut self.wide, self.words * SLOTS, (0, 0))?;
                }
                let slot = self.slot(word, c);
                self.wide[slot] = (c, self.wide[slot].1 | bit);
            }
        }
        Ok(())
    }

    /// Where `c` is, or would be. Half of a word's slots stay empty, so this ends.
    fn slot(&self, word: usize, c: u32) -> usize {
        let slots = &self.wide[word * SLOTS..][..SLOTS];
        let mut i = c as usize % SLOTS;
        while slots[i].1 != 0 && slots[i].0 != c {
            i = (i + 1) % SLOTS;
        }
        word * SLOTS + i
    }

    fn bits(&self, word: usize, c: u32) -> u64 {
        if (c as usize) < TABLE {
            self.table[c as usize * self.words + word]
        } else if self.wide.is_empty() {
            0
        } else {
            self.wide[self.slot(word, c)].1
        }
    }

    /// How long the longest common subsequence with `text` is.
    pub(super) fn lcs(&mut self, text: &[u32]) -> usize {
        if self.words == 1 {
            let state = text.iter().fold(!0, |state, &c| step(state, self.bits(0, c)));
            return zeros(state);
        }
        self.state.fill(!0);
        for &c in text {
            self.advance(c);
        }
        self.state.iter().copied().map(zeros).sum()
    }

    /// Calls `visit(n, lcs)` for prefixes of `text` of n code points, `n >= from`: for
    /// each that ends in a code point of the needle (the others are no better than a
    /// shorter one).
    pub(super) fn prefixes(
        &mut self,
        text: impl Iterator<Item = u32>,
        from: usize,
        mut visit: impl FnMut(usize, usize),
    ) {
        if self.words == 1 {
            let mut state = !0;
            for (n, c) in (1..).zip(text) {
                let bits = self.bits(0, c);
                state = step(state, bits);
                if n >= from && bits != 0 {
                    visit(n, zeros(state));
                }
            }
            return;
        }
        self.state.fill(!0);
        for (n, c) in (1..).zip(text) {
            if self.advance(c) && n >= from {
                visit(n, self.state.iter().copied().map(zeros).sum());
            }
        }
    }

    /// One code point further; whether the needle has it.
    fn advance(&mut self, c: u32) -> bool {
        let mut carry = false;
        let mut found = false;
        for word in 0..self.words {
            let bits = self.bits(word, c);
            let state = self.state[word];
            let matched = state & bits;
            let (sum, over1) = state.overflowing_add(matched);
            let (sum, over2) = sum.overflowing_add(u64::from(carry));
            carry = over1 | over2;
            self.state[word] = sum | (state - matched);
            found |= bits != 0;
        }
        found
    }
}

/// The recurrence of the paper on one word.
fn step(state: u64, bits: u64) -> u64 {
    let matched = state & bits;
    state.wrapping_add(matched) | (state - matched)
}

fn zeros(state: u64) -> usize {
    state.count_zeros() as usize
}

/// `len` copies of `value` in `vec`, whatever it held.
fn clear<T: Copy>(vec: &mut Vec<T>, len: usize, value: T) -> Result<()> {
    if vec.capacity() < len {
        *vec = try_filled(value, len)?;
    } else {
        vec.clear();
        vec.resize(len, value);
    }
    Ok(())
}
