//! The elementary functions: f64 against an oracle of more precision where it reaches, and the platform's elsewhere; f32
//! against f64; any strides, and in place, against one lane.

use ferrodide::math::{Binary, Path, Real, Unary, binary, binary_loop, unary, unary_loop};

use super::input::{Element, Input};
use super::oracle::functions::{domain, exact, platform};
use super::oracle::ulps;
use super::strided::{Strided, shape};

pub fn run(input: &mut Input) {
    match input.below(4) {
        0 | 1 => of_types!(input, one, f64, f32),
        2 => of_types!(input, two, f64, f32),
        _ => of_types!(input, layouts, f64, f32),
    }
}

fn platform2(f: Binary, x: f64, y: f64) -> f64 {
    // C leaves open what a signalling NaN does: glibc has power(NaN, 0) be NaN for one, musl has 1.
    let quiet = |x: f64| if x.is_nan() { f64::NAN } else { x };
    let (x, y) = (quiet(x), quiet(y));
    match f {
        Binary::Power => x.powf(y),
        Binary::Arctan2 => x.atan2(y),
        Binary::Hypot => x.hypot(y),
    }
}

/// A special value exactly; others within 4 ulps, which glibc's and this crate's errors do not reach together.
fn near(got: f64, expected: f64) -> bool {
    if expected.is_nan() {
        return got.is_nan();
    }
    if expected == 0.0 && got == 0.0 {
        return got.to_bits() == expected.to_bits();
    }
    let off = (got.to_bits() as i64).wrapping_sub(expected.to_bits() as i64);
    off.unsigned_abs() <= 4 || (got.abs() <= 2e-323 && expected.abs() <= 2e-323)
}

/// In ulps of an f32 the error of `got` against f64's `exact`.
fn ulps_f32(got: f64, exact: f64) -> f64 {
    if got.is_nan() || exact.is_nan() {
        return if got.is_nan() && exact.is_nan() { 0.0 } else { f64::INFINITY };
    }
    if exact.is_infinite() {
        return if got == exact { 0.0 } else { f64::INFINITY };
    }
    // Infinity stands for the number that would follow the greatest.
    let (got, exact) = (got.clamp(-2f64.powi(128), 2f64.powi(128)), exact.clamp(-2f64.powi(128), 2f64.powi(128)));
    if exact == 0.0 && got.to_bits() != exact.to_bits() {
        return f64::INFINITY;
    }
    let place = (((exact.to_bits() >> 52) & 0x7ff) as i32 - 1023).clamp(-126, 127) - 23;
    (got - exact).abs() * 2f64.powi(-place)
}

/// Operands: any, within the function's own range, or beside the multiples of pi / 4.
fn operands<T: Element>(input: &mut Input, n: usize) -> Vec<T> {
    let mut x: Vec<T> = input.lane(n);
    let of =
        |x: f64| if size_of::<T>() == 4 { T::of_bits((x as f32).to_bits().into()) } else { T::of_bits(x.to_bits()) };
    let kind = input.below(5);
    for x in &mut x {
        let (bits, double) = (x.own_bits(), x.double());
        match kind {
            0 => *x = of((bits as i64 as f64) * 2f64.powi(-53)),
            1 => *x = of((bits as i64 as f64) * 2f64.powi(-44)),
            2 => *x = of(1.0 + (bits as i64 as f64) * 2f64.powi(-63 - (bits % 50) as i32)),
            3 if double.is_finite() => {
                let multiple = (double * 1e3).trunc() * std::f64::consts::FRAC_PI_4;
                *x = of(f64::from_bits(multiple.to_bits().wrapping_add(bits % 5).wrapping_sub(2)));
            }
            _ => {}
        }
    }
    x
}

fn one<T: Element + Real>(input: &mut Input) {
    let (name, f) = input.pick(Unary::NAMES);
    let n = input.length(300);
    let x: Vec<T> = operands(input, n);
    let size = size_of::<T>() as isize;
    let [got, twin] = [Path::Simd, Path::OneLane].map(|path| {
        let mut out = vec![T::small(77); n];
        // SAFETY: contiguous operands of one length.
        unsafe { unary_loop::<T>(f, path)(n, x.as_ptr(), size, out.as_mut_ptr(), size) };
        out
    });
    for (i, (&got, &twin)) in got.iter().zip(&twin).enumerate() {
        let (x, got) = (x[i].double(), got.double());
        assert!(got.to_bits() == twin.double().to_bits() || got.is_nan() && Element::is_nan(twin), "{name}({x:e})");
        let expected = platform(f, x);
        if size == 4 {
            assert!(ulps_f32(got, expected) <= 1.0, "{name}({x:e}f32) is {got:e}, expected {expected:e}");
            continue;
        }
        let (low, high) = domain(f);
        if x > low && x < high && x != 0.0 && expected.is_finite() && expected != 0.0 {
            let error = ulps(got, exact(f, x));
            assert!(error < 1.0, "{name}({x:e}) is {got:e}, off by {error} ulp");
        } else {
            assert!(near(got, expected), "{name}({x:e}) is {got:e}, expected {expected:e}");
        }
    }
}

fn two<T: Element + Real>(input: &mut Input) {
    let (name, f) = input.pick(Binary::NAMES);
    let n = input.length(300);
    let (x, mut y): (Vec<T>, Vec<T>) = (operands(input, n), operands(input, n));
    if input.flag() {
        // Small whole and half exponents.
        let of = |x: f64| {
            if size_of::<T>() == 4 { T::of_bits((x as f32).to_bits().into()) } else { T::of_bits(x.to_bits()) }
        };
        y.iter_mut().for_each(|y| *y = of((y.own_bits() % 161) as f64 / 2.0 - 40.0));
    }
    let size = size_of::<T>() as isize;
    let [got, twin] = [Path::Simd, Path::OneLane].map(|path| {
        let mut out = vec![T::small(77); n];
        // SAFETY: contiguous operands of one length.
        unsafe { binary_loop::<T>(f, path)(n, x.as_ptr(), size, y.as_ptr(), size, out.as_mut_ptr(), size) };
        out
    });
    for (i, (&got, &twin)) in got.iter().zip(&twin).enumerate() {
        let (x, y, got) = (x[i].double(), y[i].double(), got.double());
        assert!(
            got.to_bits() == twin.double().to_bits() || got.is_nan() && Element::is_nan(twin),
            "{name}({x:e}, {y:e})"
        );
        let expected = platform2(f, x, y);
        if size == 4 {
            // What power's logarithm is off by counts up to 100 times.
            let bound = if f == Binary::Power { 4.0 } else { 1.0 };
            assert!(ulps_f32(got, expected) <= bound, "{name}({x:e}, {y:e}) of f32 is {got:e}, expected {expected:e}");
            continue;
        }
        assert!(near(got, expected), "{name}({x:e}, {y:e}) is {got:e}, expected {expected:e}");
    }
}

/// Any layout gives the bits of a contiguous one lane, and writes nowhere else.
fn layouts<T: Element + Real>(input: &mut Input) {
    let shape = shape(input, 3, 400);
    let size: usize = shape.iter().product();
    let step = size_of::<T>() as isize;
    let (x, y): (Vec<T>, Vec<T>) = (operands(input, size), operands(input, size));
    let x = Strided::new(input, &shape, true, |_, i| x[i]);
    let y = Strided::new(input, &shape, true, |_, i| y[i]);
    let mut out = Strided::new(input, &shape, false, |_, _| T::small(55));
    let (a, b) = (x.elements(), y.elements());
    let mut want = vec![T::small(66); size];
    if input.flag() {
        let (_, f) = input.pick(Unary::NAMES);
        unary(f, x.view(), out.view_mut()).unwrap();
        // SAFETY: contiguous operands of one length.
        unsafe { unary_loop::<T>(f, Path::OneLane)(size, a.as_ptr(), step, want.as_mut_ptr(), step) };
        // In place, as NumPy calls it for `out=x`.
        let mut place = Strided::new(input, &shape, false, |_, i| a[i]);
        let view = place.view_mut();
        let (n, stride) = match shape.as_slice() {
            [n] => (*n, view.strides()[0]),
            _ => (0, 0),
        };
        let at = view.as_ptr();
        // SAFETY: one axis of n elements, operand and result at once.
        unsafe { unary_loop::<T>(f, Path::Simd)(n, at, stride, at, stride) };
        if n > 0 {
            assert!(place.elements().iter().zip(&want).all(|(x, y)| alike(*x, *y)), "in place");
        }
        place.check_gaps();
    } else {
        let (_, f) = input.pick(Binary::NAMES);
        binary(f, x.view(), y.view(), out.view_mut()).unwrap();
        // SAFETY: contiguous operands of one length.
        unsafe {
            binary_loop::<T>(f, Path::OneLane)(size, a.as_ptr(), step, b.as_ptr(), step, want.as_mut_ptr(), step)
        };
    }
    out.check_gaps();
    assert!(
        out.elements().iter().zip(&want).all(|(x, y)| alike(*x, *y)),
        "{shape:?} {:?} {:?}",
        x.strides,
        out.strides
    );
}

fn alike<T: Element>(got: T, want: T) -> bool {
    got.own_bits() == want.own_bits() || (Element::is_nan(got) && Element::is_nan(want))
}
