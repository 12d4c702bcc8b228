//! One call of a kernel, as often as it is wanted.

use std::fmt::Debug;

use ferrodide::Result;

use super::tally::armed;

/// A call: the paths of the functions that it covers, and what it is about.
pub struct Case {
    pub names: &'static [&'static str],
    pub what: &'static str,
    /// Whether a refusal may leave the result half written: its documentation has to say so.
    pub partial: bool,
    /// How far its numbers may lie from those of a good call, relative to the largest, where plain loops step in.
    rounding: f64,
    run: Box<dyn Fn() -> Outcome + Send + Sync>,
}

/// How a call went; what it writes to, before and after.
#[derive(Debug, PartialEq)]
pub struct Outcome {
    pub result: Result<()>,
    pub before: String,
    pub after: String,
}

impl Case {
    /// `f` writes to a copy of `out`. Only `f` is counted: it should call nothing but the kernel.
    pub fn new<O: Clone + Debug + Send + Sync + 'static>(
        names: &'static [&'static str],
        what: &'static str,
        out: O,
        f: impl Fn(&mut O) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        let run = move || {
            let mut out = out.clone();
            // Equal where their bits are, all NaNs being one.
            let before = format!("{out:?}");
            let result = armed(|| f(&mut out));
            Outcome { result, before, after: format!("{out:?}") }
        };
        Self { names, what, partial: false, rounding: 0.0, run: Box::new(run) }
    }

    pub fn partial(self) -> Self {
        Self { partial: true, ..self }
    }

    pub fn rounding(self, rounding: f64) -> Self {
        Self { rounding, ..self }
    }

    /// Whether an outcome is as right as another.
    pub fn agree(&self, one: &Outcome, other: &Outcome) -> bool {
        if one == other || self.rounding == 0.0 || one.result != other.result {
            return one == other;
        }
        let numbers = |outcome: &Outcome| -> Vec<f64> {
            let parts = outcome.after.split(|c: char| !(c.is_ascii_alphanumeric() || ".+-".contains(c)));
            parts.filter_map(|part| part.parse().ok()).collect()
        };
        let (one, other) = (numbers(one), numbers(other));
        let largest = one.iter().filter(|x| x.is_finite()).fold(0.0, |most: f64, x| most.max(x.abs()));
        let near =
            |(x, y): (&f64, &f64)| x == y || (x.is_nan() && y.is_nan()) || (x - y).abs() <= self.rounding * largest;
        one.len() == other.len() && one.iter().zip(&other).all(near)
    }

    pub fn run(&self) -> Outcome {
        (self.run)()
    }
}

/// Random numbers from a seed.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// `n` numbers in -1..1.
pub fn floats(n: usize) -> Vec<f64> {
    let mut random = Random(n as u64);
    (0..n).map(|_| (random.next() as i64 >> 11) as f64 * 2f64.powi(-52)).collect()
}

pub fn floats32(n: usize) -> Vec<f32> {
    floats(n).into_iter().map(|x| x as f32).collect()
}

/// `n` numbers in `0..below`.
pub fn whole(n: usize, below: u64) -> Vec<i64> {
    let mut random = Random(n as u64 ^ below);
    (0..n).map(|_| (random.next() % below) as i64).collect()
}

pub fn ascending(n: usize) -> Vec<f64> {
    (0..n).map(|i| i as f64).collect()
}
