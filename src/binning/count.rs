//! Counters.

use std::ops::AddAssign;

use crate::error::{Error, Result};
use crate::memory::try_filled;

/// Copies of each counter, in turn: a run of equal values does not wait for its own last store.
const COPIES: usize = 4;
/// With more counters than this there are no copies: they would leave the first-level cache.
const FEW: usize = 2048;
/// Nor with fewer elements than this for each of so many counters: clearing the copies and adding them up would take
/// longer.
const PER_COUNTER: usize = 8;
/// Numbers after which it is asked whether they are few.
const PIECE: usize = 1024;
/// Numbers compared side by side.
const WIDE: usize = 8;

/// One counter for each of some values.
pub(crate) struct Counts {
    /// One copy after the other.
    counters: Vec<usize>,
    len: usize,
}

impl Counts {
    /// Of the values below `len`, all 0.
    pub fn new(len: usize) -> Result<Self> {
        let copies = if len <= FEW { COPIES } else { 1 };
        Ok(Counts { counters: try_filled(0, len.saturating_mul(copies))?, len })
    }

    /// Counts the value of each item, which is below the length.
    #[inline(always)]
    pub fn add<T: Copy>(&mut self, items: &[T], value: impl Fn(T) -> usize) {
        let (groups, rest) = items.as_chunks::<COPIES>();
        if self.counters.len() > self.len {
            let (low, high) = self.counters.split_at_mut(2 * self.len);
            let ((a, b), (c, d)) = (low.split_at_mut(self.len), high.split_at_mut(self.len));
            for group in groups {
                let [i, j, k, l] = group.map(&value);
                a[i] += 1;
                b[j] += 1;
                c[k] += 1;
                d[l] += 1;
            }
        } else {
            groups.as_flattened().iter().for_each(|&item| self.counters[value(item)] += 1);
        }
        rest.iter().for_each(|&item| self.counters[value(item)] += 1);
    }

    /// How often a value came.
    pub fn total(&self, value: usize) -> usize {
        self.counters[value..].iter().step_by(self.len).sum()
    }

    /// The totals from `first` on.
    pub fn sum(&self, first: usize, out: &mut [isize]) {
        out.iter_mut().enumerate().for_each(|(i, slot)| *slot = self.total(first + i) as isize);
    }
}

/// A whole number to count.
pub trait Counted: Copy + Ord {
    /// Its lowest bits: the number itself where it is a `usize`.
    fn low(self) -> usize;
    /// All its bits, those above filled with its sign.
    fn bits(self) -> u64;
    /// With its sign; the greatest for what is greater.
    fn widen(self) -> i64;
}

macro_rules! counted {
    ($($int:ty),*) => {$(
        impl Counted for $int {
            #[inline(always)]
            fn low(self) -> usize {
                self as usize
            }
            #[inline(always)]
            fn bits(self) -> u64 {
                self as u64
            }
            #[inline(always)]
            #[allow(clippy::unnecessary_fallible_conversions)]
            fn widen(self) -> i64 {
                i64::try_from(self).unwrap_or(i64::MAX)
            }
        }
    )*};
}
counted!(i64, u64, i32, u32, i16, u16, i8, u8);

/// The length of `numpy.bincount(list, minlength=minlength)`: one more than the greatest element. O(n).
///
/// # Errors
/// [`Error::Value`] where an element is negative, [`Error::OutOfMemory`] where no array is so long.
pub fn bincount_length<T: Counted>(list: &[T], minlength: usize) -> Result<usize> {
    let Some(&first) = list.first() else { return Ok(minlength) };
    // Side by side: one maximum would wait for the last.
    let (mut most, mut bits) = ([first; WIDE], [0; WIDE]);
    let (groups, rest) = list.as_chunks::<WIDE>();
    for group in groups {
        for (i, &x) in group.iter().enumerate() {
            most[i] = most[i].max(x);
            bits[i] |= x.bits();
        }
    }
    let bits = rest.iter().fold(0, |bits, x| bits | x.bits()) | bits.iter().fold(0, |bits, x| bits | x);
    let greatest = rest.iter().chain(&most).fold(first, |most, &x| most.max(x));
    if (bits as i64) < 0 && list.iter().any(|x| x.widen() < 0) {
        return Err(Error::Value("'list' argument must have no negative elements".into()));
    }
    let len = usize::try_from(greatest.widen() as u64 + 1).unwrap_or(usize::MAX);
    match isize::try_from(len) {
        Ok(_) => Ok(len.max(minlength)),
        Err(_) => Err(Error::OutOfMemory { bytes: usize::MAX }),
    }
}

/// How often each number below `out.len()` stands in `list`, as `numpy.bincount`. `out` is as long as
/// [`bincount_length`] says. O(n).
///
/// # Errors
/// [`Error::Value`] where an element is negative or has no place in `out`; [`Error::OutOfMemory`].
pub fn bincount<T: Counted>(list: &[T], out: &mut [isize]) -> Result<()> {
    let len = out.len();
    if len <= FEW
        && let Some(counts) = bincount_few(list)?
    {
        let (inside, beyond) = counts.split_at(len);
        if beyond.iter().any(|&count| count > 0) {
            return Err(no_place(len));
        }
        out.copy_from_slice(inside);
        return Ok(());
    }
    out.fill(0);
    add_each(list, out, |_| 1)
}

/// How often each number below [`FEW`] stands in `list`: in one pass, which need not know the greatest. `None` where
/// one is not below, or `list` is too short to gain. O(n).
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn bincount_few<T: Counted>(list: &[T]) -> Result<Option<Vec<isize>>> {
    if list.len() < PER_COUNTER * FEW {
        return Ok(None);
    }
    let mut counters = try_filled(0, COPIES * FEW)?;
    let [a, b, c, d] = counters.as_chunks_mut::<FEW>().0 else { return Ok(None) };
    for piece in list.chunks(PIECE) {
        let (groups, rest) = piece.as_chunks::<COPIES>();
        // A remainder needs no check, and whether it was the number itself is asked once, at the end.
        let mut bits = 0;
        for group in groups {
            let [i, j, k, l] = group.map(|x| x.low() % FEW);
            bits |= group.iter().fold(0, |bits, x| bits | x.bits());
            a[i] += 1;
            b[j] += 1;
            c[k] += 1;
            d[l] += 1;
        }
        for x in rest {
            bits |= x.bits();
            a[x.low() % FEW] += 1;
        }
        if bits >= FEW as u64 {
            return Ok(None);
        }
    }
    for value in 0..FEW {
        a[value] += b[value] + c[value] + d[value];
    }
    counters.truncate(FEW);
    Ok(Some(counters))
}

/// The sums of the `weights` of each number below [`FEW`] in `list`, in their order, and one more than the greatest of
/// these numbers: in one pass, which need not know it. `None` as of [`bincount_few`], or where there are more or fewer
/// weights. O(n).
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn bincount_weighted_few<T: Counted>(list: &[T], weights: &[f64]) -> Result<Option<(Vec<f64>, usize)>> {
    if list.len() < PER_COUNTER * FEW || list.len() != weights.len() {
        return Ok(None);
    }
    let mut counters = try_filled(0.0, FEW)?;
    let [sums] = counters.as_chunks_mut::<FEW>().0 else { return Ok(None) };
    let mut greatest = 0;
    for (piece, weights) in list.chunks(PIECE).zip(weights.chunks(PIECE)) {
        // As above.
        let mut bits = 0;
        for (&x, &weight) in piece.iter().zip(weights) {
            let at = x.low() % FEW;
            bits |= x.bits();
            greatest = greatest.max(at);
            sums[at] += weight;
        }
        if bits >= FEW as u64 {
            return Ok(None);
        }
    }
    Ok(Some((counters, greatest + 1)))
}

/// Adds an amount to the place of each number, for its position in `list`.
#[inline(always)]
fn add_each<T: Counted, S: AddAssign>(list: &[T], out: &mut [S], amount: impl Fn(usize) -> S) -> Result<()> {
    let len = out.len();
    let mut bits = 0;
    for (i, x) in list.iter().enumerate() {
        bits |= x.bits();
        *out.get_mut(x.low()).ok_or_else(|| no_place(len))? += amount(i);
    }
    // What is no `usize` has been taken for its lowest bits.
    usize::try_from(bits).map(drop).map_err(|_| no_place(len))
}

/// The sums of the `weights` of each number in `list`, in their order, as `numpy.bincount(list, weights)`. O(n).
///
/// # Errors
/// As [`bincount`]; [`Error::Value`] where there are more or fewer weights than elements.
pub fn bincount_weighted<T: Counted>(list: &[T], weights: &[f64], out: &mut [f64]) -> Result<()> {
    if weights.len() != list.len() {
        return Err(Error::Value("The weights and list don't have the same length.".into()));
    }
    out.fill(0.0);
    add_each(list, out, |i| weights[i])
}

fn no_place(len: usize) -> Error {
    Error::Value(format!("list holds a number that is not in 0..{len}; expected a longer out"))
}
