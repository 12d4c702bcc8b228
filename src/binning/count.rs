//! Counters.

use crate::error::{Error, Result};
use crate::memory::try_filled;
use crate::stats::extremes::{MinMax, min_max};

/// Copies of each counter, in turn: a run of equal values does not wait for its own last store.
const COPIES: usize = 4;
/// With more counters than this there are no copies: they would leave the first-level cache.
const FEW: usize = 2048;
/// Nor with fewer elements than this for each counter: adding the copies up would take longer.
const PER_COUNTER: usize = 8;

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
pub trait Counted: MinMax {
    /// The number itself below `end`, else `end`; that too for a negative one.
    fn below(self, end: usize) -> usize;
    /// With its sign; the greatest for what is greater.
    fn widen(self) -> i64;
}

macro_rules! counted {
    ($($int:ty: $below:expr),*) => {$(
        impl Counted for $int {
            #[inline(always)]
            fn below(self, end: usize) -> usize {
                end.min($below(self))
            }
            #[inline(always)]
            #[allow(clippy::unnecessary_fallible_conversions)]
            fn widen(self) -> i64 {
                i64::try_from(self).unwrap_or(i64::MAX)
            }
        }
    )*};
}
// No length is beyond `isize::MAX`, and what is negative is, as a `usize`.
counted! {
    i64: |x| usize::try_from(x).unwrap_or(usize::MAX),
    u64: |x| usize::try_from(x).unwrap_or(usize::MAX),
    i32: |x| x as isize as usize,
    u32: |x| x as usize,
    i16: |x| x as isize as usize,
    u16: |x| x as usize,
    i8: |x| x as isize as usize,
    u8: |x| x as usize
}

/// The length of `numpy.bincount(list, minlength=minlength)`: one more than the greatest element. O(n).
///
/// # Errors
/// [`Error::Value`] where an element is negative, [`Error::OutOfMemory`] where no array is so long.
pub fn bincount_length<T: Counted>(list: &[T], minlength: usize) -> Result<usize> {
    let Some((least, greatest)) = min_max(list) else { return Ok(minlength) };
    if least.widen() < 0 {
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
    if len > FEW || list.len() < PER_COUNTER * len {
        out.fill(0);
        for x in list {
            *out.get_mut(x.below(len)).ok_or_else(|| no_place(len))? += 1;
        }
        return Ok(());
    }
    let mut counts = Counts::new(len + 1)?;
    // What has no place is counted in one more.
    counts.add(list, |x| x.below(len));
    if counts.total(len) > 0 {
        return Err(no_place(len));
    }
    counts.sum(0, out);
    Ok(())
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
    let len = out.len();
    for (x, weight) in list.iter().zip(weights) {
        *out.get_mut(x.below(len)).ok_or_else(|| no_place(len))? += weight;
    }
    Ok(())
}

fn no_place(len: usize) -> Error {
    Error::Value(format!("list holds a number that is not in 0..{len}; expected a longer out"))
}
