//! `convolve`, `correlate` against the definition.

use ferrodide::signal::{Mode, Sample, convolve, correlate};

use super::input::{Element, Input};

pub fn run(input: &mut Input) {
    of_types!(input, any, f64, f32)
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
    let mode = input.pick(&[Mode::Full, Mode::Same, Mode::Valid]);
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
    let (long, short) = (a.len().max(v.len()), a.len().min(v.len()));
    let first = match mode {
        Mode::Full => 0,
        // NumPy takes the other middle where it turned the operands round.
        Mode::Same if correlates && v.len() > a.len() => short - 1 - (short - 1) / 2,
        Mode::Same => (short - 1) / 2,
        Mode::Valid => short - 1,
    };
    assert_eq!(
        out.len(),
        match mode {
            Mode::Full => long + short - 1,
            Mode::Same => long,
            Mode::Valid => long - short + 1,
        }
    );
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
