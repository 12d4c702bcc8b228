//! What the fuzzer's bytes mean: sizes around the kernels' thresholds, lanes of every kind, layouts.

use std::cmp::Ordering;
use std::fmt::Debug;

use arbitrary::Unstructured;
use ferrodide::sort::SortKey;

/// Lengths at which the kernels change their ways, and one beside each.
const EDGES: [usize; 32] = [
    4, 5, 7, 8, 9, 15, 16, 17, 20, 21, 32, 33, 64, 65, 127, 128, 129, 191, 192, 255, 256, 257, 319, 320, 511, 512, 575,
    576, 1023, 1024, 4096, 4097,
];

/// The bytes, taken one decision after the other; where they end, every decision is the first of its choices.
pub struct Input<'a>(Unstructured<'a>);

impl<'a> Input<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        Self(Unstructured::new(data))
    }

    pub fn bits(&mut self) -> u64 {
        self.0.arbitrary().unwrap_or_default()
    }

    /// In `0..n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0.int_in_range(0..=n - 1).unwrap_or_default()
    }

    pub fn flag(&mut self) -> bool {
        self.below(2) == 1
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Mostly short, often at an edge, sometimes long.
    pub fn length(&mut self, most: usize) -> usize {
        let n = match self.below(8) {
            0..=3 => self.below(24),
            4 => self.below(200),
            5 | 6 => self.pick(&EDGES),
            _ => self.below(most + 1),
        };
        n.min(most)
    }

    /// As many elements of one of several kinds, and a few special ones among them.
    pub fn lane<T: Element>(&mut self, n: usize) -> Vec<T> {
        let mut lane: Vec<T> = match self.below(9) {
            0 => (0..n).map(|_| T::of_bits(self.bits())).collect(),
            1 => (0..n).map(|_| T::small(self.below(256) as i64 - 128)).collect(),
            kind => {
                let (mut random, span) = (Random(self.bits()), 1u64 << self.below(63));
                let base = if self.flag() { self.bits() as i64 } else { 0 };
                let mut all: Vec<T> = (0..n)
                    .map(|i| match kind {
                        2 => T::of_bits(random.next()),
                        3 => T::SPECIAL[random.below(T::SPECIAL.len())],
                        4 => T::small((i as i64).wrapping_mul(span as i64)),
                        _ => T::small(base.wrapping_add((random.next() % span) as i64)),
                    })
                    .collect();
                match kind {
                    5 => all.sort_by(T::order),
                    6 => all.sort_by(|x, y| y.order(x)),
                    _ => {}
                }
                all
            }
        };
        for _ in 0..self.below(4) {
            if n > 0 {
                let (at, special) = (self.below(n), self.pick(T::SPECIAL));
                lane[at] = special;
            }
        }
        lane
    }

    /// A lane whose finite numbers lie within `2^-most..2^most`.
    pub fn moderate(&mut self, n: usize, most: i32) -> Vec<f64> {
        let lane: Vec<f64> = self.lane(n);
        let bound = 2f64.powi(most);
        lane.into_iter()
            .map(|x| match x.abs() {
                size if size < 1.0 / bound => 0.0 * x,
                size if size > bound && size.is_finite() => x / size * bound,
                _ => x,
            })
            .collect()
    }
}

/// Random numbers from a seed (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

/// An element of a lane.
pub trait Element: SortKey + Debug + 'static {
    const SPECIAL: &'static [Self];
    fn of_bits(bits: u64) -> Self;
    fn small(value: i64) -> Self;
    /// Its own bits, so that two NaNs differ as two zeros do.
    fn own_bits(self) -> u64;
    fn double(self) -> f64;

    /// NumPy's order: NaN last, both zeros equal.
    #[allow(clippy::eq_op)]
    fn order(&self, other: &Self) -> Ordering {
        let (nan, other_nan) = (self != self, other != other);
        self.partial_cmp(other).unwrap_or_else(|| nan.cmp(&other_nan))
    }

    fn is_nan(self) -> bool {
        self.order(&self).is_eq() && self.partial_cmp(&self).is_none()
    }
}

macro_rules! floats {
    ($($float:ident $bits:ident),*) => {$(
        impl Element for $float {
            const SPECIAL: &'static [Self] = &[
                $float::NAN, -$float::NAN, 0.0, -0.0, $float::INFINITY, $float::NEG_INFINITY, $float::MAX, $float::MIN,
                $float::MIN_POSITIVE, $float::from_bits(1), -$float::MIN_POSITIVE, 1.0, -1.0, 0.5, 1.0 + $float::EPSILON,
                1.0 - $float::EPSILON / 2.0,
            ];
            fn of_bits(bits: u64) -> Self {
                $float::from_bits(bits as $bits)
            }
            fn small(value: i64) -> Self {
                value as $float
            }
            fn own_bits(self) -> u64 {
                self.to_bits().into()
            }
            fn double(self) -> f64 {
                self.into()
            }
        }
    )*};
}
floats!(f64 u64, f32 u32);

macro_rules! integers {
    ($($int:ident),*) => {$(
        impl Element for $int {
            const SPECIAL: &'static [Self] = &[0, 1, $int::MIN, $int::MAX, $int::MAX - 1, $int::MIN + 1, $int::MAX / 2];
            fn of_bits(bits: u64) -> Self {
                bits as $int
            }
            fn small(value: i64) -> Self {
                value as $int
            }
            fn own_bits(self) -> u64 {
                self as u64
            }
            fn double(self) -> f64 {
                self as f64
            }
        }
    )*};
}
integers!(i64, i32, i16, i8, u64, u32, u16, u8);

/// Calls a function of the element type that the input picks among those listed.
macro_rules! of_types {
    ($input:expr, $function:ident, $($T:ty),*) => {{
        let functions: &[fn(&mut Input)] = &[$($function::<$T>),*];
        $input.pick(functions)($input)
    }};
}

/// The bits of all, to compare what `==` would not.
pub fn bits_of<T: Element>(lane: &[T]) -> Vec<u64> {
    lane.iter().map(|x| x.own_bits()).collect()
}

/// Equal bits, but any NaN for a NaN.
pub fn same(got: f64, want: f64) -> bool {
    got.to_bits() == want.to_bits() || (got.is_nan() && want.is_nan())
}
