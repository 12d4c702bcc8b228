//! `convolve`, `correlate`, `correlate_whole` against the definition.

use ferrodide::signal::{Mode, Sample, Whole, convolve, correlate, correlate_whole};

use super::input::{Element, Input};

pub fn run(input: &mut Input) {
    match input.below(3) {
        0 => of_types!(input, whole, i64, i32, i16, i8, u64, u32, u16, u8),
        _ => of_types!(input, any, f64, f32),
    }
}

/// `sum(a[k - i] * v[i])` over what overlaps, for all `k`, each with the sum of the magnitudes.
fn full(a: &[f64], v: &[f64]) -> Vec<(f64, f64)> {
    (0..a.len() + v.len() - 1)
        .map(|k| {
            let overlap = k.saturating_sub(a.len() - 1)..v.len().min(k + 1);
            overlap.fold((0.0, 0.0), |(sum, size), i| (sum + a[k - i] * v[i], size + (a[k - i] * v[i]).abs()))
        })
        .collect()
}

const MODES: [Mode; 3] = [Mode::Full, Mode::Same, Mode::Valid];

/// Which of all outputs a mode begins with.
fn first_of(mode: Mode, n: usize, m: usize, correlates: bool) -> usize {
    let short = n.min(m);
    match mode {
        Mode::Full => 0,
        // NumPy takes the other middle where it turned the operands round.
        Mode::Same if correlates && m > n => short - 1 - (short - 1) / 2,
        Mode::Same => (short - 1) / 2,
        Mode::Valid => short - 1,
    }
}

fn length(mode: Mode, n: usize, m: usize) -> usize {
    let (long, short) = (n.max(m), n.min(m));
    match mode {
        Mode::Full => long + short - 1,
        Mode::Same => long,
        Mode::Valid => long - short + 1,
    }
}

/// Whole numbers: modulo 2^64, cut off.
fn whole<T: Element + Whole>(input: &mut Input) {
    let (n, m) = (input.length(1200), input.length(300));
    let (mut a, mut v): (Vec<T>, Vec<T>) = (input.lane(n), input.lane(m));
    if input.flag() {
        (a, v) = (v, a);
    }
    let mode = input.pick(&MODES);
    let mut out = vec![T::small(77); mode.len(n, m)];
    let result = correlate_whole(&a, &v, mode, &mut out);
    if n == 0 || m == 0 {
        return assert!(result.is_err());
    }
    result.unwrap();
    assert_eq!(out.len(), length(mode, n, m));
    let first = first_of(mode, a.len(), v.len(), true);
    for (k, got) in (first..).zip(&out) {
        let overlap = k.saturating_sub(a.len() - 1)..v.len().min(k + 1);
        let sum = overlap
            .fold(0u64, |sum, i| sum.wrapping_add(a[k - i].own_bits().wrapping_mul(v[v.len() - 1 - i].own_bits())));
        assert_eq!(got.own_bits(), T::of_bits(sum).own_bits(), "{mode:?} output {k} of {a:?} and {v:?}");
    }
    assert!(correlate_whole(&a, &v, mode, &mut vec![T::small(0); out.len() + 1]).is_err());
}

fn any<T: Element + Sample>(input: &mut Input) {
    let (n, m) = (input.length(1200), input.length(300));
    // Products and sums stay in range, and so does a product of the least: what is not finite then was not before.
    let most = if size_of::<T>() == 4 { 30 } else { 200 };
    let of =
        |x: f64| if size_of::<T>() == 4 { T::of_bits((x as f32).to_bits().into()) } else { T::of_bits(x.to_bits()) };
    let mut lane = |n| input.moderate(n, most).into_iter().map(of).collect::<Vec<T>>();
    let (mut a, mut v) = (lane(n), lane(m));
    if input.flag() {
        (a, v) = (v, a);
    }
    let mode = input.pick(&MODES);
    let mut out = vec![T::small(77); mode.len(a.len(), v.len())];
    let correlates = input.flag();
    let result = if correlates { correlate(&a, &v, mode, &mut out) } else { convolve(&a, &v, mode, &mut out) };
    if a.is_empty() || v.is_empty() {
        return assert!(result.is_err());
    }
    result.unwrap();
    let doubles = |x: &[T]| x.iter().map(|x| Element::double(*x)).collect::<Vec<f64>>();
    let (a, mut v) = (doubles(&a), doubles(&v));
    if correlates {
        v.reverse();
    }
    let all = full(&a, &v);
    let first = first_of(mode, a.len(), v.len(), correlates);
    let short = a.len().min(v.len());
    assert_eq!(out.len(), length(mode, a.len(), v.len()));
    let unit = if size_of::<T>() == 4 { f64::from(f32::EPSILON) / 2.0 } else { 0.0 };
    for (k, (got, &(sum, size))) in out.iter().zip(&all[first..]).enumerate() {
        let got = Element::double(*got);
        // Any order of the sum; and an output is rounded once more, to its type.
        let bound = short as f64 * f64::EPSILON * size + unit * sum.abs() + if unit > 0.0 { 1e-45 } else { 0.0 };
        let agrees =
            if size.is_finite() { (got - sum).abs() <= bound } else { got == sum || (got.is_nan() && sum.is_nan()) };
        assert!(agrees, "{mode:?} output {k} is {got:e}, expected {sum:e}; correlate {correlates}, {a:?} and {v:?}");
    }
}
