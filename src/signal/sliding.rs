//! Sums of products with taps that slide along, blocked for registers.
//!
//! Of [`OUTPUTS`] vectors of outputs and [`TAPS`] taps that lie a vector apart, each loaded
//! vector serves up to [`TAPS`] products: a load for each would take as long as the arithmetic.

use crate::simd::F64s;

/// Vectors of outputs in registers.
const OUTPUTS: usize = 4;
/// Taps in registers.
const TAPS: usize = 4;

/// `out[k] = sum(x[k + i] * taps[i])`; `x` has at least `out.len() + taps.len() - 1` elements.
pub fn sums<V: F64s>(x: &[f64], taps: &[f64], out: &mut [f64]) {
    let width = OUTPUTS * V::LANES;
    let tail = out.len() % width;
    let whole = out.len() - tail;
    let here = &mut out[..whole];
    match taps.len() {
        1 => few::<V, 1>(x, taps, here),
        2 => few::<V, 2>(x, taps, here),
        3 => few::<V, 3>(x, taps, here),
        4 => few::<V, 4>(x, taps, here),
        5 => few::<V, 5>(x, taps, here),
        6 => few::<V, 6>(x, taps, here),
        7 => few::<V, 7>(x, taps, here),
        8 => few::<V, 8>(x, taps, here),
        _ => {
            for (k, out) in (0..).step_by(width).zip(here.chunks_exact_mut(width)) {
                let sums = block::<V, OUTPUTS>(&x[k..], taps);
                sums.iter().enumerate().for_each(|(i, sum)| sum.store(&mut out[i * V::LANES..]));
            }
        }
    }
    let (ones, last) = (whole..out.len() - tail % V::LANES, out.len() - tail % V::LANES..out.len());
    for k in ones.step_by(V::LANES) {
        let [sum] = block::<V, 1>(&x[k..], taps);
        sum.store(&mut out[k..]);
    }
    for k in last {
        [out[k]] = block::<f64, 1>(&x[k..], taps);
    }
}

/// As many taps as stay in registers: no loop but that over the outputs, which are whole blocks of [`OUTPUTS`] vectors.
fn few<V: F64s, const N: usize>(x: &[f64], taps: &[f64], out: &mut [f64]) {
    let taps: [V; N] = std::array::from_fn(|i| V::splat(taps[i]));
    let width = OUTPUTS * V::LANES;
    for (k, out) in (0..).step_by(width).zip(out.chunks_exact_mut(width)) {
        let x = &x[k..][..width + N - 1];
        for (v, out) in out.chunks_exact_mut(V::LANES).enumerate() {
            let sum = taps
                .iter()
                .enumerate()
                .fold(V::splat(0.0), |sum, (t, tap)| sum.add(V::load(&x[v * V::LANES + t..]).mul(*tap)));
            sum.store(out);
        }
    }
}

/// `N` vectors of outputs.
#[inline(always)]
fn block<V: F64s, const N: usize>(x: &[f64], taps: &[f64]) -> [V; N] {
    let mut sums = [V::splat(0.0); N];
    let group = TAPS * V::LANES;
    let mut i = 0;
    while i + group <= taps.len() {
        let taps = &taps[i..i + group];
        for phase in 0..V::LANES {
            let here = &x[i + phase..][..(N + TAPS - 1) * V::LANES];
            let tap: [V; TAPS] = std::array::from_fn(|t| V::splat(taps[phase + t * V::LANES]));
            for v in 0..N + TAPS - 1 {
                let value = V::load(&here[v * V::LANES..]);
                for (t, tap) in tap.iter().enumerate() {
                    if v >= t && v - t < N {
                        sums[v - t] = sums[v - t].add(value.mul(*tap));
                    }
                }
            }
        }
        i += group;
    }
    for (i, &tap) in taps.iter().enumerate().skip(i) {
        let (here, tap) = (&x[i..][..N * V::LANES], V::splat(tap));
        for (v, sum) in sums.iter_mut().enumerate() {
            *sum = sum.add(V::load(&here[v * V::LANES..]).mul(tap));
        }
    }
    sums
}
