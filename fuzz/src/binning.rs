//! `histogram`, `histogramdd`, `bincount` against a search for each element.

use ferrodide::Error;
use ferrodide::binning::{
    Counted, bincount, bincount_length, bincount_weighted, histogram, histogram_weighted, histogram_with, histogramdd,
};
use ferrodide::doubles::Doubles;

use super::input::{Element, Input, same};

pub fn run(input: &mut Input) {
    match input.below(4) {
        0 => of_types!(input, counts, i64, i32, u64, u32, i16, u16, i8, u8),
        1 => grid(input),
        _ => of_types!(input, bins, f64, f32, i64, i32, u64, u32, i16, u16, i8, u8),
    }
}

/// Edges: equal bins as `linspace` makes them, or any.
fn edges(input: &mut Input, most: usize) -> Vec<f64> {
    let n = 1 + input.length(most);
    if input.flag() {
        let (low, width) = (input.moderate(1, 60)[0], input.moderate(1, 60)[0].abs());
        if low.is_finite() && width.is_finite() && n > 1 {
            let step = width / (n - 1) as f64;
            let mut edges: Vec<f64> = (0..n).map(|i| i as f64 * step + low).collect();
            edges[n - 1] = low + width;
            return edges;
        }
    }
    let mut edges: Vec<f64> = input.lane(n);
    if input.below(8) != 7 {
        edges.sort_by(f64::order);
    }
    edges
}

/// The elements: many of them edges, or beside one.
fn elements<T: Element>(input: &mut Input, edges: &[f64], of: impl Fn(f64) -> T) -> Vec<T> {
    let n = input.length(3000);
    let mut a: Vec<T> = input.lane(n);
    if input.flag() {
        for (i, x) in a.iter_mut().enumerate().filter(|(i, _)| i % 3 != 0) {
            let edge = edges[i * 5 % edges.len()];
            *x = of(f64::from_bits(edge.to_bits().wrapping_add((i % 3) as u64).wrapping_sub(1)));
        }
    }
    a
}

/// Which bin holds `x`, if one does.
fn bin_of(edges: &[f64], x: f64) -> Option<usize> {
    let bins = edges.len() - 1;
    if bins == 0 || x.is_nan() || x < edges[0] || x > edges[bins] {
        return None;
    }
    // The last bin holds its right edge; of equal edges the last counts.
    Some(if x == edges[bins] { bins - 1 } else { edges.partition_point(|edge| *edge <= x) - 1 })
}

fn are_edges(edges: &[f64]) -> bool {
    edges.is_sorted() && !edges.iter().any(|edge| edge.is_nan())
}

fn bins<T: Element + Doubles>(input: &mut Input) {
    let edges = edges(input, 300);
    let of = |x: f64| {
        let mut random = x as i64;
        if size_of::<T>() == 4 {
            random = random.clamp(i32::MIN.into(), i32::MAX.into());
        }
        T::small(random)
    };
    let a = elements::<T>(input, &edges, of);
    let doubles: Vec<f64> = a.iter().map(|x| x.double()).collect();
    let mut want = vec![0isize; edges.len() - 1];
    let mut got = vec![-5isize; edges.len() - 1];
    if !are_edges(&edges) {
        return assert!(matches!(histogram(&a, &edges, &mut got), Err(Error::Value(_))));
    }
    doubles.iter().filter_map(|&x| bin_of(&edges, x)).for_each(|bin| want[bin] += 1);
    for equal in [true, false] {
        histogram_with(&a, &edges, &mut got, equal).unwrap();
        assert_eq!(got, want, "equal {equal}: {a:?} in {edges:?}");
    }
    assert!(histogram(&a, &edges, &mut vec![0; edges.len()]).is_err());
    let weights = input.moderate(a.len(), 60);
    let mut sums = vec![0.5; want.len()];
    histogram_weighted(&a, &weights, &edges, &mut sums).unwrap();
    let mut want = vec![0.0; sums.len()];
    // At most one block of weights, so that the order is the elements'.
    for (&x, weight) in doubles.iter().zip(&weights) {
        if let Some(bin) = bin_of(&edges, x) {
            want[bin] += weight;
        }
    }
    assert!(sums.iter().zip(&want).all(|(x, y)| same(*x, *y)), "{sums:?}, expected {want:?}");
}

fn grid(input: &mut Input) {
    let axes = 1 + input.below(3);
    let edges: Vec<Vec<f64>> = (0..axes).map(|_| edges(input, 8)).collect();
    let n = input.length(1500);
    let lanes: Vec<Vec<f64>> = edges
        .iter()
        .map(|edges| {
            let mut lane = elements::<f64>(input, edges, |x| x);
            lane.resize(n, edges[0]);
            lane
        })
        .collect();
    let weights = input.flag().then(|| input.moderate(n, 60));
    let cells: usize = edges.iter().map(|edges| edges.len() - 1).product();
    let mut out = vec![-5.0; cells];
    let sample: Vec<&[f64]> = lanes.iter().map(|lane| &lane[..]).collect();
    let edge_slices: Vec<&[f64]> = edges.iter().map(|edges| &edges[..]).collect();
    let result = histogramdd(&sample, &edge_slices, weights.as_deref(), &mut out);
    if edges.iter().any(|edges| !are_edges(edges)) {
        return assert!(matches!(result, Err(Error::Value(_))));
    }
    result.unwrap();
    let mut want = vec![0.0; cells];
    for i in 0..n {
        let cell = lanes
            .iter()
            .zip(&edges)
            .try_fold(0, |cell, (lane, edges)| Some(cell * (edges.len() - 1) + bin_of(edges, lane[i])?));
        if let Some(cell) = cell {
            want[cell] += weights.as_ref().map_or(1.0, |weights| weights[i]);
        }
    }
    assert!(out.iter().zip(&want).all(|(x, y)| same(*x, *y)), "{out:?}, expected {want:?}");
}

fn counts<T: Element + Counted>(input: &mut Input) {
    let n = input.length(3000);
    let most = 1 + input.length(3000) as i64;
    let wide: Vec<T> = input.lane(n);
    let narrowed = input.flag();
    let list: Vec<T> =
        wide.iter().map(|x| if narrowed { T::small(value(*x).rem_euclid(most.into()) as i64) } else { *x }).collect();
    let minlength = input.length(3000);
    let length = bincount_length(&list, minlength);
    if list.iter().any(|x| value(*x) < 0) {
        assert!(matches!(length, Err(Error::Value(_))));
        return assert!(matches!(bincount(&list, &mut vec![0; minlength]), Err(Error::Value(_))));
    }
    let greatest = list.iter().map(|x| value(*x)).max().unwrap_or(-1);
    let Ok(length) = length else { return assert!(greatest >= isize::MAX as i128) };
    assert_eq!(length as i128, (greatest + 1).max(minlength as i128));
    // As many as two bytes tell apart.
    if length > 70_000 {
        return assert!(matches!(bincount(&list, &mut vec![0; 100]), Err(Error::Value(_))));
    }
    let (mut want, mut got) = (vec![0isize; length], vec![-5isize; length]);
    list.iter().for_each(|x| want[value(*x) as usize] += 1);
    bincount(&list, &mut got).unwrap();
    assert_eq!(got, want, "{list:?}");
    let weights: Vec<f64> = input.lane(n);
    let (mut want, mut got) = (vec![0.0; length], vec![0.5; length]);
    list.iter().zip(&weights).for_each(|(x, weight)| want[value(*x) as usize] += weight);
    bincount_weighted(&list, &weights, &mut got).unwrap();
    assert!(got.iter().zip(&want).all(|(x, y)| same(*x, *y)));
}

/// Its bits are those of a `u64`, or of an `i64` if it is negative.
fn value<T: Element>(x: T) -> i128 {
    if x.order(&T::small(0)).is_lt() { i128::from(x.own_bits() as i64) } else { x.own_bits().into() }
}
