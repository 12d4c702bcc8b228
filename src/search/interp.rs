//! `interp`: linear interpolation between sample points.

use super::ranks::{Ranks, SIDE_BY_SIDE};
use super::{Side, same_length};
use crate::error::{Error, Result};
use crate::memory::try_with_capacity;

/// Whether they ascend is asked of so many `x` at once.
const BLOCK: usize = 256;
/// Ascending `x` walk over so many points before they search.
const WALK: usize = 8;

/// The piecewise linear function through the points (`xp`, `fp`) at each of `x`, bit for bit as `numpy.interp`
/// (but for the payload of a NaN that arithmetic made).
///
/// `xp` increases; where it does not, the answers mean nothing (as NumPy's). Below `xp[0]` the value is `left`,
/// above the last `right`, which are `fp[0]` and the last of `fp` where `None`. A NaN in `x` stays.
///
/// O(x + xp) where there are about as many `x` as points, O(x log xp) where there are fewer. Scratch as
/// [`searchsorted`](super::searchsorted), and 24 bytes for each point.
///
/// # Errors
/// [`Error::Value`] where there are no points, or `fp` is not as long as `xp`, or `out` not as long as `x`;
/// [`Error::OutOfMemory`], perhaps with a part of `out` written.
pub fn interp(x: &[f64], xp: &[f64], fp: &[f64], left: Option<f64>, right: Option<f64>, out: &mut [f64]) -> Result<()> {
    interp_with(x, xp, fp, [left, right], out, true)
}

/// Whether `x` ascends, as far as a few of its elements show it, through about as many points: then the next piece is the one to try next.
pub fn in_step(x: &[f64], xp: &[f64]) -> bool {
    const LOOKED_AT: usize = 64;
    let step = (x.len() / LOOKED_AT).max(1);
    x.len() / 2 < xp.len() && xp.len() / 2 < x.len() && x.iter().step_by(step).is_sorted()
}

/// [`interp`], with or without tables made beforehand.
pub fn interp_with(
    x: &[f64],
    xp: &[f64],
    fp: &[f64],
    outside: [Option<f64>; 2],
    out: &mut [f64],
    tables: bool,
) -> Result<()> {
    let out = same_length(out, x.len())?;
    if xp.is_empty() && !x.is_empty() {
        return Err(Error::Value("array of sample points is empty".into()));
    }
    if fp.len() != xp.len() {
        return Err(Error::Value("fp and xp are not of the same length.".into()));
    }
    let ([y_first, ..], [.., y_last]) = (fp, fp) else { return Ok(()) };
    if let ([xp], [fp]) = (xp, fp)
        && xp.is_nan()
    {
        // Nothing lies beside it.
        out.fill(*fp);
        return Ok(());
    }
    let points = Points { xp, fp, left: outside[0].unwrap_or(*y_first), right: outside[1].unwrap_or(*y_last) };
    if tables && xp.len() <= x.len() {
        return points.tabulated(x, out);
    }
    let ranks = Ranks::untabled(xp)?;
    let (groups, rest) = x.as_chunks::<SIDE_BY_SIDE>();
    let (slots, last) = out.as_chunks_mut::<SIDE_BY_SIDE>();
    for (slots, x) in slots.iter_mut().zip(groups) {
        let found = ranks.group::<true, SIDE_BY_SIDE>(x);
        *slots = std::array::from_fn(|lane| points.at(x[lane], found[lane]));
    }
    for (slot, &x) in last.iter_mut().zip(rest) {
        *slot = points.at(x, ranks.group::<true, 1>(&[x])[0]);
    }
    Ok(())
}

/// At least one point, and what holds outside.
struct Points<'a> {
    xp: &'a [f64],
    fp: &'a [f64],
    left: f64,
    right: f64,
}

/// A straight piece: `slope * (x - origin) + value`.
#[derive(Clone, Copy)]
struct Piece {
    origin: f64,
    value: f64,
    slope: f64,
}

impl Points<'_> {
    /// The value at `x`, which is not below `rank` of the points.
    #[inline(never)]
    fn at(&self, x: f64, rank: usize) -> f64 {
        let (xp, fp) = (self.xp, self.fp);
        let last = xp.len() - 1;
        if x.is_nan() {
            return if last == 0 { fp[0] } else { x };
        }
        let Some(j) = rank.checked_sub(1) else { return self.left };
        if x > xp[last] {
            return self.right;
        }
        // At a point the slope may be infinite, which times zero is no number.
        if j >= last || xp[j] == x {
            return fp[j.min(last)];
        }
        let slope = (fp[j + 1] - fp[j]) / (xp[j + 1] - xp[j]);
        let from_below = slope * (x - xp[j]) + fp[j];
        if !from_below.is_nan() {
            return from_below;
        }
        let from_above = slope * (x - xp[j + 1]) + fp[j + 1];
        if from_above.is_nan() && fp[j] == fp[j + 1] { fp[j] } else { from_above }
    }

    /// The piece of each rank. The outer two are level, and their zero slopes have the signs that
    /// leave a value of `-0.0` as it is.
    fn pieces(&self) -> Result<Vec<Piece>> {
        let (xp, fp) = (self.xp, self.fp);
        let last = xp.len() - 1;
        let mut pieces = try_with_capacity(xp.len() + 1)?;
        pieces.push(Piece { origin: xp[0], value: self.left, slope: 0.0 });
        pieces.extend(xp.windows(2).zip(fp.windows(2)).map(|(x, y)| Piece {
            origin: x[0],
            value: y[0],
            slope: (y[1] - y[0]) / (x[1] - x[0]),
        }));
        pieces.push(Piece { origin: xp[last], value: self.right, slope: -0.0 });
        Ok(pieces)
    }

    /// Blocks that ascend walk along the pieces; others look up a table.
    fn tabulated(&self, x: &[f64], out: &mut [f64]) -> Result<()> {
        let pieces = self.pieces()?;
        let untabled = Ranks::untabled(self.xp)?;
        let (mut tabled, mut rank) = (None, 0);
        for (slots, block) in out.chunks_mut(BLOCK).zip(x.chunks(BLOCK)) {
            if block.is_sorted() {
                rank = self.walk(&pieces, &untabled, rank, block, slots);
                continue;
            }
            let ranks = match &mut tabled {
                Some(ranks) => ranks,
                none => none.insert(Ranks::new(self.xp, x.len())?),
            };
            let mut found = [0; BLOCK];
            ranks.of(block, Side::Right, |i, rank| found[i] = rank);
            for ((slot, &x), &rank) in slots.iter_mut().zip(block).zip(&found) {
                *slot = self.on(pieces[rank], x, rank);
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn on(&self, piece: Piece, x: f64, rank: usize) -> f64 {
        let along = x - piece.origin;
        // At a point the slope may be infinite, which times zero is no number; and -0.0 stays.
        let y = if along == 0.0 { piece.value } else { piece.slope * along + piece.value };
        // Not a number for one of several reasons; or the last point, whose piece has the value to the right of it.
        if y.is_nan() || (along == 0.0 && rank == self.xp.len()) { self.at(x, rank) } else { y }
    }

    /// From the piece `rank` on; returns the last.
    fn walk(&self, pieces: &[Piece], ranks: &Ranks<'_, f64>, mut rank: usize, x: &[f64], out: &mut [f64]) -> usize {
        let start = |rank: usize| if rank == 0 { f64::NEG_INFINITY } else { pieces[rank].origin };
        let end = |rank: usize| pieces.get(rank + 1).map_or(f64::INFINITY, |next| next.origin);
        for (slots, x) in out.chunks_mut(SIDE_BY_SIDE).zip(x.chunks(SIDE_BY_SIDE)) {
            let (first, last, piece) = (x[0], x[x.len() - 1], pieces[rank]);
            if start(rank) <= first && last < end(rank) {
                slots.iter_mut().zip(x).for_each(|(slot, &x)| *slot = self.on(piece, x, rank));
                continue;
            }
            for (slot, &x) in slots.iter_mut().zip(x) {
                let limit = rank + WALK;
                while x >= end(rank) && rank < limit && rank < self.xp.len() {
                    rank += 1;
                }
                if !(start(rank) <= x && x < end(rank)) {
                    [rank] = ranks.group::<true, 1>(&[x]);
                }
                *slot = self.on(pieces[rank], x, rank);
            }
        }
        rank
    }
}
