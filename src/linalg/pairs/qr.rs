//! `A = Q R`, by reflectors that are applied one by one.

use super::super::dense::{Real, area};
use super::super::householder::reflector;
use super::{Both, MOST, Pairs, Two, WIDE, clear, columns, get, lanes, leading, load, store, store_lane, update};
use crate::error::Result;
use crate::simd::F64s;
use crate::view::{View, ViewMut};

impl Pairs {
    /// Q and R of `A = Q R`, with `k` columns of Q, into `q` and `r`.
    pub fn qr<T: Real>(
        &mut self,
        a: [View<'_, T>; 2],
        (m, n, k): (usize, usize, usize),
        results: &mut [[ViewMut<'_, T>; 2]],
    ) -> Result<()> {
        let ld = self.reflectors(a, (m, n), k)?;
        let at = leading(n);
        let x = self.x.take(area(m, ld)?)?;
        clear(x, ld, at, k);
        for i in 0..k {
            x[i * ld + at + i] = [1.0; 2];
        }
        for j in (0..m.min(n)).rev() {
            let rest = &mut x[j * ld..];
            let v = &mut self.v[..m - j];
            for (v, row) in v.iter_mut().zip(rest.chunks_exact_mut(ld)).skip(1) {
                (*v, row[j]) = (row[j], [0.0; 2]);
            }
            v[0] = [1.0; 2];
            reflect(v, self.tau[j], rest, ld, (at + j, at + k));
        }
        for (lane, [q, r]) in results.iter_mut().enumerate() {
            store_lane(lane, q, x, ld, at);
            store_lane(lane, r, x, ld, 0);
        }
        Ok(())
    }

    /// R alone, of min(m, n) rows.
    pub fn r<T: Real>(
        &mut self,
        a: [View<'_, T>; 2],
        (m, n): (usize, usize),
        out: &mut [ViewMut<'_, T>],
    ) -> Result<()> {
        let ld = self.reflectors(a, (m, n), 0)?;
        let x = self.x.take(area(m, ld)?)?;
        for (i, row) in x.chunks_exact_mut(ld).enumerate() {
            row[..i.min(n)].fill([0.0; 2]);
        }
        store(out, x, ld, 0);
        Ok(())
    }

    /// R and below it the reflectors into `h`, and their factors into `tau`.
    pub fn raw<T: Real>(
        &mut self,
        a: [View<'_, T>; 2],
        (m, n): (usize, usize),
        results: &mut [[ViewMut<'_, T>; 2]],
    ) -> Result<()> {
        let ld = self.reflectors(a, (m, n), 0)?;
        let x = self.x.take(area(m, ld)?)?;
        for (lane, [h, tau]) in results.iter_mut().enumerate() {
            store_lane(lane, h, x, ld, 0);
            store_lane(lane, tau, &self.tau, 1, 0);
        }
        Ok(())
    }

    /// The matrices in place of which R and the reflectors are, with room for `k` columns beside
    /// them: they begin at the [`leading`] one. Returns what is from one row to the next.
    fn reflectors<T: Real>(&mut self, a: [View<'_, T>; 2], (m, n): (usize, usize), k: usize) -> Result<usize> {
        let ld = leading(n) + leading(k);
        let x = self.x.take(area(m, ld)?)?;
        load(a, x, ld, 0);
        for j in 0..m.min(n) {
            let rest = &mut x[j * ld..];
            let v = &mut self.v[..m - j];
            self.tau[j] = reflector_of(v, rest, ld, j);
            reflect(v, self.tau[j], rest, ld, (j + 1, n));
        }
        Ok(ld)
    }
}

/// The reflector for column `j` of the rows, as [`reflector`]: v, whose first element is 1, is left
/// in `v`, and below beta in the column. Returns tau.
pub(super) fn reflector_of(v: &mut [Both], rows: &mut [Both], ld: usize, j: usize) -> Both {
    let alpha = rows[j];
    let mut squares = Two::splat(0.0);
    for (v, row) in v.iter_mut().zip(rows.chunks_exact(ld)).skip(1) {
        *v = row[j];
        squares = squares.add(get(v).mul(get(v)));
    }
    let head = get(&alpha);
    let length = lanes(squares.add(head.mul(head)).sqrt());
    let beta = get(&[length[0].copysign(-alpha[0]), length[1].copysign(-alpha[1])]);
    let mut tau = lanes(beta.sub(head).div(beta));
    let factor = Two::splat(1.0).div(head.sub(beta));
    // No square that matters has overflowed or underflowed. Not so for a NaN.
    let squares = lanes(squares);
    let usual = [0, 1].map(|lane| squares[lane] > 1e-260 && squares[lane] < 1e260 && alpha[lane].abs() < 1e130);
    rows[j] = lanes(beta);
    if usual == [true; 2] {
        v[1..].iter_mut().for_each(|v| *v = lanes(get(v).mul(factor)));
    } else {
        let factor = lanes(factor);
        for lane in 0..2 {
            if usual[lane] {
                v[1..].iter_mut().for_each(|v| v[lane] *= factor[lane]);
                continue;
            }
            let mut column = [0.0; MOST];
            let column = &mut column[..v.len()];
            column.iter_mut().zip(&*v).for_each(|(x, v)| *x = v[lane]);
            column[0] = alpha[lane];
            tau[lane] = reflector(column);
            rows[j][lane] = column[0];
            column.iter().zip(&mut *v).for_each(|(x, v)| v[lane] = *x);
        }
    }
    v[0] = [1.0; 2];
    for (v, row) in v.iter().zip(rows.chunks_exact_mut(ld)).skip(1) {
        row[j] = *v;
    }
    tau
}

/// `C = (I - tau v v^T) C`, C in the columns `from..to` of the rows.
pub(super) fn reflect(v: &[Both], tau: Both, rows: &mut [Both], ld: usize, (from, to): (usize, usize)) {
    let mut at = from;
    while at < to {
        // Two tiles where there is as much: a loop over few rows costs more to leave than to run.
        if to - at > WIDE {
            reflect_columns::<{ 2 * WIDE }>(v, tau, rows, ld, at);
            at += 2 * WIDE;
        } else {
            reflect_columns::<WIDE>(v, tau, rows, ld, at);
            at += WIDE;
        }
    }
}

/// [`reflect`], of so many columns from `at` on.
fn reflect_columns<const W: usize>(v: &[Both], tau: Both, rows: &mut [Both], ld: usize, at: usize) {
    let mut sums = [Two::splat(0.0); W];
    for (v, row) in v.iter().zip(columns::<W>(rows, ld, at, v.len())) {
        let v = get(v);
        sums = std::array::from_fn(|c| sums[c].add(v.mul(row[c])));
    }
    sums = sums.map(|sum| sum.mul(get(&tau)));
    if tau.contains(&0.0) {
        // This matrix stays as it is, what is not finite in it too.
        let keep = |lane: usize, sum: f64| if tau[lane] == 0.0 { 0.0 } else { sum };
        sums = sums.map(lanes).map(|sum| get(&[keep(0, sum[0]), keep(1, sum[1])]));
    }
    update::<W>(rows, ld, at, v.len(), |l, row| {
        // SAFETY: l < v.len().
        let v = get(unsafe { v.get_unchecked(l) });
        std::array::from_fn(|c| row[c].sub(v.mul(sums[c])))
    });
}
