//! Ranks in a sorted slice, many at a time.
//!
//! A search that branches on every comparison mispredicts half of them, so each probe only
//! moves a base (Khuong and Morin, "Array Layouts for Comparison-Based Searching", 2017),
//! and [`SIDE_BY_SIDE`] queries descend in step, so that one waits for memory while the
//! others run. Where the queries pay for it, a table of the ranks at equal steps of value
//! starts each descent near its end (interpolation search: Peterson, "Addressing for
//! Random-Access Storage", 1957, with the steps counted once).

use super::{Search, Side};
use crate::error::Result;
use crate::memory::try_filled;
use crate::sort::radix::bit_width;

/// Queries that descend in step.
pub(crate) const SIDE_BY_SIDE: usize = 4;
/// A table has this many cells for each element, as far as the queries pay for it.
const CELLS_PER_ELEMENT: usize = 8;
/// From so many cells on, a table no longer stays in a second-level cache.
const MANY_CELLS: usize = 1 << 17;
/// A cell takes about as long to fill as this fraction of a query takes to answer.
const CELLS_PER_QUERY: usize = 2;
/// With fewer queries than this there is no table.
const QUERIES_FOR_TABLE: usize = 256;
/// And at least so many.
const FEW_CELLS: usize = 2048;
/// A table that saves fewer steps than this costs more than it saves.
const STEPS_OF_A_TABLE: u32 = 2;
/// Adding it leaves a number's nearest integer in the lowest bits.
const TO_INTEGER: f64 = (1u64 << 52) as f64;

/// A sorted slice, made ready to be searched.
pub(crate) struct Ranks<'a, T> {
    /// Without the NaNs at its end.
    ordered: &'a [T],
    /// How many there are with them.
    len: usize,
    /// `table[cell]` elements lie in cells below `cell`; empty where there is no table.
    table: Vec<u32>,
    /// The element that cell 0 starts at, and cells per unit from there.
    origin: T,
    scale: f64,
    /// No cell holds more elements than this.
    window: usize,
}

impl<'a, T: Search> Ranks<'a, T> {
    /// Of `a`, which is sorted with NaN last, for `queries` queries. O(log(a)), or O(a) where
    /// there are at least as many queries.
    pub fn new(a: &'a [T], queries: usize) -> Result<Self> {
        let ordered = &a[..a.partition_point(|x| !x.is_nan())];
        let mut ranks =
            Ranks { ordered, len: a.len(), table: Vec::new(), origin: T::zeroed(), scale: 0.0, window: ordered.len() };
        if queries >= QUERIES_FOR_TABLE && queries >= ordered.len() / 4 && u32::try_from(a.len()).is_ok() {
            ranks.tabulate(queries)?;
        }
        Ok(ranks)
    }

    /// Only descends from the top: the plain twin.
    pub fn untabled(a: &'a [T]) -> Result<Self> {
        Self::new(a, 0)
    }

    fn tabulate(&mut self, queries: usize) -> Result<()> {
        // Infinities have no distance: they belong to the outermost cells.
        let first = self.ordered.partition_point(|x| x.is_negative_infinity());
        let finite = &self.ordered[first..];
        let finite = &finite[..finite.partition_point(|x| !x.is_positive_infinity())];
        let (Some(&low), Some(&high)) = (finite.first(), finite.last()) else { return Ok(()) };
        let n = self.ordered.len();
        let wanted = n.saturating_mul(CELLS_PER_ELEMENT).max(FEW_CELLS).min(queries.saturating_mul(CELLS_PER_QUERY));
        let cells = wanted.min(MANY_CELLS.max(n));
        self.scale = (cells - 1) as f64 / high.distance(low);
        // One value only, or values too close together or too far apart for a distance.
        if !(self.scale.is_finite() && self.scale > 0.0) {
            return Ok(());
        }
        self.origin = low;
        let mut table = try_filled(0, cells + 1)?;
        let mut filled = 0;
        for (rank, &x) in self.ordered.iter().enumerate() {
            let cell = self.cell(x, cells);
            while filled < cell {
                filled += 1;
                table[filled] = rank as u32;
            }
        }
        table[filled + 1..].fill(self.ordered.len() as u32);
        let window = table.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0) as usize;
        if bit_width(window as u64) + STEPS_OF_A_TABLE <= bit_width(n as u64) {
            (self.table, self.window) = (table, window);
        }
        Ok(())
    }

    /// The cell of a value: never less for a greater one, whatever is rounded; NaN is the greatest.
    #[inline(always)]
    fn cell(&self, x: T, cells: usize) -> usize {
        let at = x.distance(self.origin) * self.scale;
        let last = (cells - 1) as f64;
        // In this order, so that a NaN becomes the last.
        let at = if at < last { at } else { last };
        let at = if at > 0.0 { at } else { 0.0 };
        (at + TO_INTEGER).to_bits() as u32 as usize
    }

    /// Where each of `v` would be inserted: before those equal to it, or after them.
    pub fn of(&self, v: &[T], side: Side, put: impl FnMut(usize, usize)) {
        match side {
            Side::Left => self.run::<false>(v, put),
            Side::Right => self.run::<true>(v, put),
        }
    }

    #[inline(always)]
    fn run<const RIGHT: bool>(&self, v: &[T], mut put: impl FnMut(usize, usize)) {
        let (groups, rest) = v.as_chunks::<SIDE_BY_SIDE>();
        for (i, group) in groups.iter().enumerate() {
            for (lane, rank) in self.group::<RIGHT, SIDE_BY_SIDE>(group).into_iter().enumerate() {
                put(i * SIDE_BY_SIDE + lane, rank);
            }
        }
        for (i, &x) in rest.iter().enumerate() {
            let [rank] = self.group::<RIGHT, 1>(&[x]);
            put(groups.len() * SIDE_BY_SIDE + i, rank);
        }
    }

    /// The ranks of a few, in step.
    #[inline(always)]
    pub fn group<const RIGHT: bool, const N: usize>(&self, v: &[T; N]) -> [usize; N] {
        let a = self.ordered;
        let mut base = [0; N];
        if !self.table.is_empty() {
            let cells = self.table.len() - 1;
            // A window that would pass the end starts earlier: what it then also holds is below.
            let latest = (a.len() - self.window) as u32;
            base = v.map(|x| self.table[self.cell(x, cells)].min(latest) as usize);
        }
        let mut len = self.window;
        while len > 0 {
            let half = len - len / 2;
            for (base, &x) in base.iter_mut().zip(v) {
                let probe = a[*base + half - 1];
                // Negated, so that all is below a NaN.
                #[allow(clippy::neg_cmp_op_on_partial_ord)]
                let below = if RIGHT { !(probe > x) } else { !(probe >= x) };
                *base += if below { half } else { 0 };
            }
            len /= 2;
        }
        if RIGHT && a.len() < self.len {
            // After the NaNs, which are equal to it here.
            std::array::from_fn(|lane| if v[lane].is_nan() { self.len } else { base[lane] })
        } else {
            base
        }
    }
}
