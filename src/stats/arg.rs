//! Where the least or the greatest is, and which it is: of a lane, and of each row or column of a matrix in C order.
//!
//! A lane is gone through in blocks, of each only the greatest: where it stands is looked for once, in the block that
//! has it. Down the columns the index is kept beside the greatest so far.

use super::along::Along;
use super::keys::{Extreme, Key, Keyed};
use super::reduce::{Four, check_length, columns, in_fours};
use crate::error::{Error, Result};
use crate::memory::try_filled;

/// Elements of which only the greatest is known at first.
const BLOCK: usize = 128;
/// So many blocks in a row had a greater one each.
const OFTEN: usize = 2;
/// Elements that are looked at before the question whether it was one of them.
const WIDE: usize = 16;
/// Columns that are gone down together: what is kept of each stays in the first cache.
const TILE: usize = 256;

/// The index of the first of the least or greatest elements, along an axis, as `numpy.argmin` and `numpy.argmax`: of
/// the first NaN where there is one. O(n).
///
/// # Errors
/// [`Error::Value`] where `a` is not made of such rows, or they are empty, or where columns have more elements than an
/// index as wide as an element tells apart.
pub fn arg<T: Keyed>(a: &[T], which: Extreme, along: Along, out: &mut [isize]) -> Result<()> {
    let (keys, turn) = (T::keys(a), T::turn(which));
    match along {
        Along::Rows(width) => {
            check_rows(a.len(), width, out.len())?;
            keys.chunks_exact(width).zip(out).for_each(|(row, slot)| *slot = arg_lane(row, turn) as isize);
        }
        Along::Columns => {
            let rows = check_columns(a.len(), out.len())?;
            if <T::Key as Key>::Bits::try_from(rows).is_err() {
                return Err(Error::Value(format!("columns of {rows} elements; expected fewer")));
            }
            arg_columns(keys, turn, out);
        }
    }
    Ok(())
}

/// Rows of fewer elements [`arg`] goes through one by one, as anybody would.
pub const fn short_row<T: Keyed>() -> usize {
    <T::Key as Key>::SHORT
}

/// The least or greatest element, along an axis, as `numpy.min` and `numpy.max`: NaN where there is one. Of zeros of
/// both signs it may be either. O(n).
///
/// # Errors
/// [`Error::Value`] where `a` is not made of such rows, or they are empty.
pub fn extreme<T: Keyed>(a: &[T], which: Extreme, along: Along, out: &mut [T]) -> Result<()> {
    let (keys, turn) = (T::keys(a), T::turn(which));
    match along {
        Along::Rows(width) => {
            check_rows(a.len(), width, out.len())?;
            keys.chunks_exact(width)
                .zip(T::keys_mut(out))
                .for_each(|(row, slot)| *slot = lane(row, turn).0.turned(turn));
        }
        Along::Columns => {
            check_columns(a.len(), out.len())?;
            extreme_columns(keys, turn, T::keys_mut(out));
        }
    }
    Ok(())
}

/// The greatest less the least of each column, as `numpy.ptp(a, axis=0)`; NaN where there is one. `out` has one element
/// for each column. O(n), and scratch of one row.
///
/// # Errors
/// As [`extreme`]; [`Error::OutOfMemory`].
pub fn ptp_columns<T: Keyed>(a: &[T], out: &mut [T]) -> Result<()> {
    let Some(&first) = a.first() else { return check_columns(0, out.len()).map(|_| ()) };
    let mut least = try_filled(first, out.len())?;
    extreme(a, Extreme::Least, Along::Columns, &mut least)?;
    extreme(a, Extreme::Most, Along::Columns, out)?;
    out.iter_mut().zip(least).for_each(|(most, least)| *most = most.minus(least));
    Ok(())
}

fn check_rows(len: usize, width: usize, rows: usize) -> Result<()> {
    check_length(len, rows.saturating_mul(width))?;
    if width == 0 { Err(Error::Value("rows of 0 elements; expected some".into())) } else { Ok(()) }
}

/// How many rows.
fn check_columns(len: usize, width: usize) -> Result<usize> {
    match columns(len, width)? {
        0 if width > 0 => Err(Error::Value("columns of 0 elements; expected some".into())),
        rows => Ok(rows),
    }
}

/// The greatest element of a lane as turned, and where the block starts that has the first of these; if there is a NaN
/// it is a NaN, in the first block with one.
fn lane<K: Key>(lane: &[K], turn: K::Bits) -> (K, usize) {
    let (mut best, mut start, mut improved) = (lane[0].turned(turn), 0, 0);
    for (number, block) in lane.chunks(BLOCK).enumerate() {
        // Whether there is a greater one takes less than to find the greatest. Not where each block has a greater.
        if improved < OFTEN && number > 0 && block.iter().fold(true, |none, x| none & (x.turned(turn) <= best)) {
            improved = 0;
            continue;
        }
        let (most, nan) = K::most(block, turn);
        if nan {
            return (block[find(block, |x| x.nan() != K::Bits::from(0))].turned(turn), number * BLOCK);
        }
        improved = if best < most { improved + 1 } else { 0 };
        if best < most {
            (best, start) = (most, number * BLOCK);
        }
    }
    (best, start)
}

fn arg_lane<K: Key>(a: &[K], turn: K::Bits) -> usize {
    if a.len() < K::SHORT {
        return arg_short(a, turn);
    }
    let (best, start) = lane(a, turn);
    let none = K::Bits::from(0);
    start + find(&a[start..], |x| (x.turned(turn) == best) | ((x.nan() != none) & (best.nan() != none)))
}

/// One by one, with a branch that is seldom taken.
#[inline(always)]
fn arg_short<K: Key>(a: &[K], turn: K::Bits) -> usize {
    let (mut best, mut at) = (a[0].turned(turn), 0);
    let none = K::Bits::from(0);
    while best.nan() == none {
        let rest = &a[at + 1..];
        #[allow(clippy::neg_cmp_op_on_partial_ord)]
        let Some(next) = rest.iter().position(|x| !(x.turned(turn) <= best)) else { break };
        (best, at) = (rest[next].turned(turn), at + 1 + next);
    }
    at
}

/// Where the first such element is, which there is.
#[inline(always)]
fn find<K: Key>(a: &[K], is: impl Fn(K) -> bool) -> usize {
    let groups = a.chunks(WIDE).take_while(|group| !group.iter().fold(false, |any, &x| any | is(x)));
    let start = groups.count() * WIDE;
    start + a.get(start..).unwrap_or_default().iter().take_while(|x| !is(**x)).count()
}

/// Whether `x` takes the place of the greatest so far, which a NaN keeps.
#[inline(always)]
fn beats<K: Key>(x: K, best: K) -> bool {
    // Not the same as `x > best`: so is a NaN.
    #[allow(clippy::neg_cmp_op_on_partial_ord, clippy::eq_op)]
    let beats = !(x <= best) & (best == best);
    beats
}

fn arg_columns<K: Key>(a: &[K], turn: K::Bits, out: &mut [isize]) {
    // None is too large for the type: the caller has seen that their number is not.
    let index = |row: usize| K::Bits::try_from(row).unwrap_or(K::Bits::from(0));
    let width = out.len();
    for (out, start) in out.chunks_mut(TILE).zip((0..).step_by(TILE)) {
        let (mut best, mut at) = ([a[0]; TILE], [K::Bits::from(0); TILE]);
        let (best, at) = (&mut best[..out.len()], &mut at[..out.len()]);
        best.iter_mut().zip(&a[start..]).for_each(|(best, x)| *best = x.turned(turn));
        in_fours(a, width, 1, start..start + out.len(), |row, four| match four {
            Four::All(parts) => improve(parts, std::array::from_fn(|i| index(row + i)), turn, best, at),
            Four::One(part) => improve([part], [index(row)], turn, best, at),
        });
        out.iter_mut().zip(at).for_each(|(slot, at)| *slot = (*at).try_into().unwrap_or(0) as isize);
    }
}

#[inline(always)]
fn improve<K: Key, const N: usize>(
    parts: [&[K]; N],
    indices: [K::Bits; N],
    turn: K::Bits,
    best: &mut [K],
    at: &mut [K::Bits],
) {
    let (n, best) = (at.len(), &mut best[..at.len()]);
    let parts = parts.map(|part| &part[..n]);
    for j in 0..n {
        let (mut most, mut place) = (best[j], at[j]);
        for (part, i) in parts.iter().zip(indices) {
            let x = part[j].turned(turn);
            let beats = beats(x, most);
            (most, place) = (if beats { x } else { most }, if beats { i } else { place });
        }
        (best[j], at[j]) = (most, place);
    }
}

fn extreme_columns<K: Key>(a: &[K], turn: K::Bits, out: &mut [K]) {
    let width = out.len();
    for (best, start) in out.chunks_mut(TILE).zip((0..).step_by(TILE)) {
        best.iter_mut().zip(&a[start..]).for_each(|(best, x)| *best = x.turned(turn));
        in_fours(a, width, 1, start..start + best.len(), |_, four| match four {
            Four::All(parts) => raise(parts, turn, best),
            Four::One(part) => raise([part], turn, best),
        });
        best.iter_mut().for_each(|best| *best = best.turned(turn));
    }
}

#[inline(always)]
fn raise<K: Key, const N: usize>(parts: [&[K]; N], turn: K::Bits, best: &mut [K]) {
    let parts = parts.map(|part| &part[..best.len()]);
    for (j, best) in best.iter_mut().enumerate() {
        for part in parts {
            let x = part[j].turned(turn);
            *best = if beats(x, *best) { x } else { *best };
        }
    }
}
