//! Counting what lies in bins: `histogram`, `histogramdd`, `bincount`.
//!
//! `numpy.histogram` estimates the bin of a value in equal bins and then mends the estimate
//! with the edges, and searches other edges; either way a value lies in the bin whose edges
//! hold it. So do these, and find out from the edges themselves which way is open ([`bins`]).

mod bins;
mod count;

pub use count::{Counted, bincount, bincount_few, bincount_length, bincount_weighted, bincount_weighted_few};

use crate::doubles::Doubles;
use crate::error::{Error, Result};
use crate::memory::try_filled;
use bins::{BLOCK, Bins};
use count::Counts;

/// `numpy.histogram` sums the weights of so many elements at once.
const WEIGHTS_AT_ONCE: usize = 65_536;

/// The edges of `bins` equal bins from `first` to `last`, which are half a unit farther out where they are equal: as
/// `numpy.histogram_bin_edges`, with the roundings of its `linspace`. O(bins).
///
/// # Errors
/// [`Error::Value`] where there are no bins, or the ends are not finite, too far apart for a double, or in the wrong
/// order; [`Error::OutOfMemory`].
pub fn equal_edges(first: f64, last: f64, bins: usize) -> Result<Vec<f64>> {
    if bins == 0 {
        return Err(Error::Value("bins: got 0; expected a whole number from 1 on".into()));
    }
    let (first, last) = if first == last { (first - 0.5, last + 0.5) } else { (first, last) };
    let width = last - first;
    if !(width.is_finite() && width >= 0.0) {
        return Err(Error::Value(format!(
            "range: got {first} to {last}; expected two finite numbers, the greater one last"
        )));
    }
    let count = bins.checked_add(1).ok_or(Error::OutOfMemory { bytes: usize::MAX })?;
    let mut edges = try_filled(last, count)?;
    let step = width / bins as f64;
    for (i, edge) in edges[..bins].iter_mut().enumerate() {
        // Where the step is no double above zero, NumPy divides first.
        let away = if step == 0.0 { i as f64 / bins as f64 * width } else { i as f64 * step };
        *edge = away + first;
    }
    Ok(edges)
}

/// How many elements of `a` lie in each bin, as `numpy.histogram`: `edges[i] <= x < edges[i+1]`, and the
/// last bin holds its right edge too. `counts` has one element less than `edges`.
///
/// For equal bins (`numpy.linspace`'s edges) the counts are those of NumPy's own way, which counts by the same
/// edges. Elements are compared as doubles: integers beyond 2^53 are rounded, as NumPy rounds them for equal bins.
/// O(a + edges) for equal bins, else as [`searchsorted`](crate::search::searchsorted).
///
/// # Errors
/// [`Error::Value`] where the edges do not increase or one is NaN, or `counts` has another length;
/// [`Error::OutOfMemory`].
pub fn histogram<T: Doubles>(a: &[T], edges: &[f64], counts: &mut [isize]) -> Result<()> {
    histogram_with(a, edges, counts, true)
}

/// [`histogram`], with or without the arithmetic for equal bins.
pub fn histogram_with<T: Doubles>(a: &[T], edges: &[f64], counts: &mut [isize], equal: bool) -> Result<()> {
    let bins = bins_for(edges, counts.len(), a.len(), equal)?;
    let mut found = Counts::new(counts.len() + 2)?;
    for block in a.chunks(BLOCK) {
        found.add(&bins.of(block)[..block.len()], |code| code as usize);
    }
    // Without those outside.
    found.sum(1, counts);
    Ok(())
}

/// [`histogram`] of the sums of weights, one for each element of `a`.
///
/// For equal bins they are added up in NumPy's order: 65 536 elements by themselves, then those sums. For
/// others NumPy subtracts running sums; this adds the weights of each bin, which loses less.
///
/// # Errors
/// As [`histogram`]; [`Error::Value`] where there are more or fewer weights than elements.
pub fn histogram_weighted<T: Doubles>(a: &[T], weights: &[f64], edges: &[f64], sums: &mut [f64]) -> Result<()> {
    if weights.len() != a.len() {
        return Err(Error::Value("weights should have the same shape as a.".into()));
    }
    let bins = bins_for(edges, sums.len(), a.len(), true)?;
    let mut partial = try_filled(0.0, sums.len() + 2)?;
    sums.fill(0.0);
    for (a, weights) in a.chunks(WEIGHTS_AT_ONCE).zip(weights.chunks(WEIGHTS_AT_ONCE)) {
        partial.fill(0.0);
        for (block, weights) in a.chunks(BLOCK).zip(weights.chunks(BLOCK)) {
            for (&code, weight) in bins.of(block).iter().zip(weights) {
                partial[code as usize] += weight;
            }
        }
        sums.iter_mut().zip(&partial[1..]).for_each(|(sum, part)| *sum += part);
    }
    Ok(())
}

fn bins_for(edges: &[f64], bins: usize, queries: usize, equal: bool) -> Result<Bins<'_>> {
    match edges.len().checked_sub(1) {
        Some(expected) if expected == bins => Bins::new(edges, queries, equal),
        _ => Err(Error::Value(format!("out has {bins} elements for {} edges; expected one less", edges.len()))),
    }
}

/// How many samples, or what weights of them, lie in each cell of a grid, as `numpy.histogramdd` and
/// `numpy.histogram2d`. `sample[d]` holds the `d`-th coordinates, `edges[d]` the edges along that axis; `out` is
/// the grid in C order, `edges[d].len() - 1` cells along axis `d`. Weights are added up in the samples' order.
///
/// O(samples * d) for equal bins; scratch of one grid with a rim.
///
/// # Errors
/// [`Error::Value`] as [`histogram`], and where the numbers of axes or of coordinates differ;
/// [`Error::OutOfMemory`].
pub fn histogramdd<T: Doubles>(
    sample: &[&[T]],
    edges: &[&[f64]],
    weights: Option<&[f64]>,
    out: &mut [f64],
) -> Result<()> {
    let value = |message: &str| Error::Value(message.into());
    let (Some(first), true) = (sample.first(), sample.len() == edges.len()) else {
        return Err(value("The dimension of bins must be equal to the dimension of the sample x."));
    };
    let n = first.len();
    if sample.iter().any(|lane| lane.len() != n) || weights.is_some_and(|weights| weights.len() != n) {
        return Err(value("The weights and list don't have the same length."));
    }
    let cells = |rim: usize| edges.iter().try_fold(1usize, |n, e| n.checked_mul((e.len() + rim).checked_sub(1)?));
    if cells(0) != Some(out.len()) {
        return Err(Error::Value(format!("out has {} elements; expected one for each cell of the grid", out.len())));
    }
    let rimmed = cells(2).filter(|&n| u32::try_from(n).is_ok()).ok_or(Error::OutOfMemory { bytes: usize::MAX })?;
    let mut bins = crate::memory::try_with_capacity(edges.len())?;
    for &edges in edges {
        bins.push(Bins::new(edges, n, true)?);
    }
    let (mut counts, mut sums) = match weights {
        None => (Some(Counts::new(rimmed)?), Vec::new()),
        Some(_) => (None, try_filled(0.0, rimmed)?),
    };
    let mut flat = [0u32; BLOCK];
    for start in (0..n).step_by(BLOCK) {
        let flat = &mut flat[..BLOCK.min(n - start)];
        flat.fill(0);
        for (lane, bins) in sample.iter().zip(&bins) {
            let width = bins.len() as u32 + 2;
            let codes = bins.of(&lane[start..][..flat.len()]);
            flat.iter_mut().zip(&codes).for_each(|(flat, code)| *flat = *flat * width + code);
        }
        match (&mut counts, weights) {
            (Some(counts), _) => counts.add(flat, |at| at as usize),
            (None, weights) => {
                let weights = weights.unwrap_or_default();
                flat.iter().zip(&weights[start..]).for_each(|(&at, weight)| sums[at as usize] += weight);
            }
        }
    }
    let total = |at: usize| counts.as_ref().map_or_else(|| sums[at], |counts| counts.total(at) as f64);
    // The grid without its rim, row by row.
    let Some(row) = bins.last().map(Bins::len).filter(|&row| row > 0) else { return Ok(()) };
    for (number, slots) in out.chunks_mut(row).enumerate() {
        let (mut rest, mut at, mut stride) = (number, 1, row + 2);
        for bins in bins.iter().rev().skip(1) {
            at += (rest % bins.len() + 1) * stride;
            rest /= bins.len();
            stride *= bins.len() + 2;
        }
        slots.iter_mut().enumerate().for_each(|(i, slot)| *slot = total(at + i));
    }
    Ok(())
}
