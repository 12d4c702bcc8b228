//! Which bin a value lies in.
//!
//! For equal bins a product tells, where it falls clear of the edges. How near an edge it may
//! fall and still be right comes from the edges themselves: the product is computed for each of
//! them, and never decreases, so a value whose product exceeds an edge's is above that edge.

use crate::doubles::Doubles;
use crate::error::{Error, Result};
use crate::search::{Ranks, Side};
use crate::simd::{F64s, Native};

/// Elements whose bins are found at once.
pub(crate) const BLOCK: usize = 512;
/// Vectors in flight.
const UNROLL: usize = 2;
/// Products that are off by more than this are of no use.
const MOST_OFF: f64 = 0.25;
/// Adding it leaves a number's nearest integer in the lowest bits.
const TO_INTEGER: f64 = (1u64 << 52) as f64;

/// Bins between edges.
pub(crate) struct Bins<'a> {
    edges: &'a [f64],
    way: Way<'a>,
}

enum Way<'a> {
    Equal(Equal),
    Search(Ranks<'a, f64>),
}

/// `(x - first) * scale + 0.5` is the code of `x` where it is at most `clear` from an integer.
struct Equal {
    first: f64,
    scale: f64,
    clear: f64,
}

impl<'a> Bins<'a> {
    /// Between `edges`, at least one, for `queries` values; `equal` lets equal bins be told by a product.
    pub fn new(edges: &'a [f64], queries: usize, equal: bool) -> Result<Self> {
        if !edges.is_sorted() || edges.iter().any(|x| x.is_nan()) || edges.is_empty() {
            return Err(Error::Value("`bins` must increase monotonically, when an array".into()));
        }
        if u32::try_from(edges.len()).is_err() {
            return Err(Error::OutOfMemory { bytes: edges.len().saturating_mul(size_of::<f64>()) });
        }
        let equal = if equal { Equal::of(edges) } else { None };
        let way = match equal {
            Some(equal) => Way::Equal(equal),
            None => Way::Search(Ranks::new(edges, queries)?),
        };
        Ok(Bins { edges, way })
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.edges.len() - 1
    }

    /// The codes of a block: one more than the bin, and 0 or `len() + 1` for what lies in none.
    #[inline(never)]
    pub fn of<T: Doubles>(&self, block: &[T]) -> [u32; BLOCK] {
        let (mut buffer, mut codes) = ([0.0; BLOCK], [0; BLOCK]);
        let x = T::doubles(block, &mut buffer);
        match &self.way {
            Way::Equal(equal) => equal.codes::<Native>(self.edges, x, &mut codes),
            Way::Search(ranks) => {
                let (last, bins) = (self.edges[self.len()], self.len());
                // The last bin holds its right edge.
                ranks.of(x, Side::Right, |i, rank| codes[i] = (if x[i] == last { bins } else { rank }) as u32);
            }
        }
        codes
    }
}

impl Equal {
    fn of(edges: &[f64]) -> Option<Equal> {
        let (&[first, .., last], bins) = (edges, edges.len() - 1) else { return None };
        let mut equal = Equal { first, scale: bins as f64 / (last - first), clear: 0.0 };
        let usable = equal.scale.is_finite() && equal.scale > 0.0;
        let off = edges.iter().enumerate().map(|(i, &edge)| (equal.product::<f64>(edge) - (i as f64 + 0.5)).abs());
        let most = off.fold(0.0, f64::max);
        // Strictly nearer than an edge may be.
        equal.clear = (0.5 - most) * (1.0 - f64::EPSILON);
        (usable && most < MOST_OFF).then_some(equal)
    }

    #[inline(always)]
    fn product<V: F64s>(&self, x: V) -> V {
        x.sub(V::splat(self.first)).mul(V::splat(self.scale)).add(V::splat(0.5))
    }

    fn codes<V: F64s>(&self, edges: &[f64], x: &[f64], codes: &mut [u32; BLOCK]) {
        let (clear, magic) = (V::splat(self.clear), V::splat(TO_INTEGER));
        let (zero, outside) = (V::splat(0.0), V::splat(edges.len() as f64));
        let group = UNROLL * V::LANES;
        let mut padded = [0.0; 16];
        let mut near = [0.0; 16];
        for (x, codes) in x.chunks(group).zip(codes.chunks_mut(group)) {
            // A short last group is filled up.
            let from = if x.len() < group {
                padded[..x.len()].copy_from_slice(x);
                &padded[..group]
            } else {
                x
            };
            let mut unclear = false;
            for lane in (0..group).step_by(V::LANES) {
                // In this order a NaN becomes 0, which is outside.
                let at = outside.min(zero.max(self.product(V::load(&from[lane..]))));
                let integer = at.add(magic);
                unclear |= at.sub(integer.sub(magic)).abs().any_gt(clear);
                integer.store(&mut near[lane..]);
            }
            for ((code, near), &x) in codes.iter_mut().zip(&near).zip(x) {
                *code = near.to_bits() as u32;
                if unclear {
                    *code = mend(edges, x, *code as usize) as u32;
                }
            }
        }
    }
}

/// The code of `x` by the edges themselves, at most a step from `near`. Without branches: values on
/// the edges themselves fall on either side of them.
#[inline(always)]
fn mend(edges: &[f64], x: f64, near: usize) -> usize {
    let bins = edges.len() - 1;
    let code = near.clamp(1, bins);
    let code = code - usize::from((x < edges[code - 1]) & (code > 1));
    let code = code + usize::from((x >= edges[code]) & (code < bins));
    code * usize::from((edges[0] <= x) & (x <= edges[bins]))
}
