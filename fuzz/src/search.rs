//! `searchsorted`, `digitize`, `interp` against binary searches and NumPy's formula.

use ferrodide::Error;
use ferrodide::search::{
    Search, Side, digitize, interp, interp_with, is_sorted as ascends, searchsorted, searchsorted_with,
};

use super::input::{Element, Input, same};

pub fn run(input: &mut Input) {
    match input.below(3) {
        0 => of_types!(input, search, f64, f32, i64, i32, u64),
        1 => of_types!(input, bins, f64, f32, i64, i32, u64),
        _ => interpolate(input),
    }
}

/// Queries: many of them elements themselves.
fn queries<T: Element>(input: &mut Input, a: &[T]) -> Vec<T> {
    let n = input.length(3000);
    let mut v: Vec<T> = input.lane(n);
    if input.flag() && !a.is_empty() {
        v.iter_mut().enumerate().filter(|(i, _)| i % 2 == 0).for_each(|(i, x)| *x = a[i * 5 % a.len()]);
    }
    if input.flag() {
        v.sort_by(T::order);
    }
    v
}

fn rank<T: Element>(a: &[T], x: T, side: Side) -> isize {
    a.partition_point(|y| match side {
        Side::Left => y.order(&x).is_lt(),
        Side::Right => y.order(&x).is_le(),
    }) as isize
}

fn search<T: Element + Search>(input: &mut Input) {
    let n = input.length(3000);
    let mut a: Vec<T> = input.lane(n);
    let is_sorted = input.below(8) != 7;
    if is_sorted {
        a.sort_by(T::order);
    }
    assert_eq!(ascends(&a), a.is_sorted_by(|x, y| x.order(y).is_le()), "{a:?}");
    let v = queries(input, &a);
    let side = input.pick(&[Side::Left, Side::Right]);
    let mut out = vec![-5isize; v.len()];
    for table in [true, false] {
        searchsorted_with(&a, &v, side, &mut out, table).unwrap();
        if !is_sorted {
            assert!(out.iter().all(|rank| (0..=n as isize).contains(rank)));
            continue;
        }
        for (&x, &got) in v.iter().zip(&out) {
            assert_eq!(got, rank(&a, x, side), "{x:?} {side:?} table {table} in {a:?}");
        }
    }
    searchsorted(&a, &v, side, &mut out).unwrap();
    assert!(searchsorted(&a, &v, side, &mut vec![0; v.len() + 1]).is_err());
}

fn bins<T: Element + Search>(input: &mut Input) {
    let n = input.length(500);
    let mut bins: Vec<T> = input.lane(n);
    let kind = input.below(8);
    if kind < 7 {
        bins.sort_by(T::order);
    }
    if kind < 3 {
        bins.reverse();
    }
    let x = queries(input, &bins);
    let right = input.flag();
    let mut out = vec![-5isize; x.len()];
    let result = digitize(&x, &bins, right, &mut out);
    // A NaN is not in order with its neighbours, but no evidence against it either.
    if bins.iter().any(|b| Element::is_nan(*b)) {
        return if result.is_ok() {
            assert!(out.iter().all(|bin| (0..=n as isize).contains(bin)))
        };
    }
    let increases = bins.is_sorted_by(|x, y| x.order(y).is_le());
    let decreases = bins.is_sorted_by(|x, y| x.order(y).is_ge());
    if !increases && !decreases {
        return assert!(matches!(result, Err(Error::Value(_))));
    }
    result.unwrap();
    for (&x, &got) in x.iter().zip(&out) {
        // From the definition: how many edges are at most x, or below it with `right`; a NaN is above all.
        let side = if right { Side::Left } else { Side::Right };
        let want = if increases {
            rank(&bins, x, side)
        } else {
            let ascending: Vec<T> = bins.iter().rev().copied().collect();
            n as isize - rank(&ascending, x, side)
        };
        assert_eq!(got, want, "{x:?} right {right} in {bins:?}");
    }
}

/// NumPy's `compiled_base.c`, by its documentation: one point at a time.
fn plain_interp(x: f64, xp: &[f64], fp: &[f64], left: f64, right: f64) -> f64 {
    let last = xp.len() - 1;
    if x.is_nan() {
        return if last == 0 { fp[0] } else { x };
    }
    let above = xp.partition_point(|p| *p <= x);
    if above == 0 {
        return left;
    }
    if x > xp[last] {
        return right;
    }
    let j = above - 1;
    if j == last || xp[j] == x {
        return fp[j];
    }
    let slope = (fp[j + 1] - fp[j]) / (xp[j + 1] - xp[j]);
    let mut y = slope * (x - xp[j]) + fp[j];
    if y.is_nan() {
        y = slope * (x - xp[j + 1]) + fp[j + 1];
        if y.is_nan() && fp[j] == fp[j + 1] {
            y = fp[j];
        }
    }
    y
}

fn interpolate(input: &mut Input) {
    let n = input.length(1500);
    let mut xp: Vec<f64> = input.lane(n);
    let increasing = input.below(8) != 7;
    if increasing {
        xp.retain(|x| !x.is_nan());
        xp.sort_by(f64::order);
        xp.dedup();
    }
    let fp: Vec<f64> = input.lane(xp.len());
    let x = queries(input, &xp);
    let outside = [0; 2].map(|_| input.flag().then(|| f64::from_bits(input.bits())));
    let mut out = vec![0.5; x.len()];
    let result = interp(&x, &xp, &fp, outside[0], outside[1], &mut out);
    if xp.is_empty() {
        return assert_eq!(result.is_err(), !x.is_empty());
    }
    result.unwrap();
    if !increasing {
        return;
    }
    let (left, right) = (outside[0].unwrap_or(fp[0]), outside[1].unwrap_or(fp[fp.len() - 1]));
    for tables in [true, false] {
        interp_with(&x, &xp, &fp, outside, &mut out, tables).unwrap();
        for (&x, &got) in x.iter().zip(&out) {
            let want = plain_interp(x, &xp, &fp, left, right);
            assert!(same(got, want), "{x:e} gives {got:e}, expected {want:e}; tables {tables}, {xp:?} {fp:?}");
        }
    }
}
