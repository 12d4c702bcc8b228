//! What the tests of the numeric core share: a deterministic proptest, strided
//! arrays over owned memory, NumPy's order written out, and the shared vectors.
//!
//! Each test runs natively and, as wasm, under wasm-bindgen-test; hence its two attributes.

// Each test program takes what it needs.
#![allow(dead_code)]

pub mod matrices;

use std::cmp::Ordering;
use std::fmt::Debug;

use ferrodide::elements::{CHUNK, Elements};
use ferrodide::view::{View, ViewMut};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestCaseResult, TestRunner};

/// Runs `test` on `cases` values; always the same ones, and nothing is written to disk.
pub fn check<S: Strategy>(cases: u32, strategy: S, test: impl Fn(S::Value) -> TestCaseResult) {
    let config = Config {
        cases,
        rng_seed: RngSeed::Fixed(20_261_123),
        rng_algorithm: RngAlgorithm::ChaCha,
        failure_persistence: None,
        ..Config::default()
    };
    if let Err(error) = TestRunner::new(config).run(&strategy, test) {
        panic!("{error}");
    }
}

/// An element of an array: its bits, NumPy's order, and values worth testing.
pub trait Element: Copy + Debug + PartialEq + Default + 'static {
    /// The bits, so that NaNs compare, and `-0.0` differs from `0.0`.
    fn bits(self) -> u64;
    /// Any value from 64 random bits.
    fn from_bits(bits: u64) -> Self;
    /// A small whole number.
    fn from_small(n: i8) -> Self;
    /// A whole number, as far as the type holds it.
    fn from_whole(n: i64) -> Self;
    /// Whether it is a float that equals nothing.
    fn is_nan(self) -> bool;
    /// As NumPy sorts: NaN last, `-0.0` equal to `0.0`.
    fn order(&self, other: &Self) -> Ordering;
    /// What the shared vectors write as text.
    fn parse(text: &str) -> Self;
    /// Extremes, and for floats NaNs of both signs and several payloads.
    const SPECIAL: &'static [Self];
}

macro_rules! float_element {
    ($t:ident, $bits:ty) => {
        impl Element for $t {
            fn bits(self) -> u64 {
                self.to_bits() as u64
            }
            fn from_bits(bits: u64) -> Self {
                <$t>::from_bits(bits as $bits)
            }
            fn from_small(n: i8) -> Self {
                n as $t
            }
            fn from_whole(n: i64) -> Self {
                n as $t
            }
            fn is_nan(self) -> bool {
                <$t>::is_nan(self)
            }
            fn order(&self, other: &Self) -> Ordering {
                self.partial_cmp(other).unwrap_or_else(|| <$t>::is_nan(*self).cmp(&<$t>::is_nan(*other)))
            }
            fn parse(text: &str) -> Self {
                // The shortest text of the double, which for an f32 is the f32 itself.
                text.parse::<f64>().expect("a number") as $t
            }
            const SPECIAL: &'static [Self] = &[
                <$t>::NAN,
                -<$t>::NAN,
                <$t>::from_bits(<$t>::INFINITY.to_bits() | 1),
                <$t>::from_bits(<$t>::NEG_INFINITY.to_bits() | 5),
                <$t>::from_bits(<$bits>::MAX),
                <$t>::from_bits(<$bits>::MAX >> 1),
                0.0,
                -0.0,
                <$t>::INFINITY,
                <$t>::NEG_INFINITY,
                <$t>::MAX,
                <$t>::MIN,
                <$t>::MIN_POSITIVE,
                -<$t>::MIN_POSITIVE,
                <$t>::from_bits(1),
                -<$t>::from_bits(1),
                <$t>::EPSILON,
                1.0,
                -1.0,
            ];
        }
    };
}
float_element!(f64, u64);
float_element!(f32, u32);

macro_rules! int_element {
    ($($t:ident),*) => {$(
        impl Element for $t {
            fn bits(self) -> u64 {
                self as u64
            }
            fn from_bits(bits: u64) -> Self {
                bits as $t
            }
            fn from_small(n: i8) -> Self {
                n as $t
            }
            fn from_whole(n: i64) -> Self {
                n as $t
            }
            fn is_nan(self) -> bool {
                false
            }
            fn order(&self, other: &Self) -> Ordering {
                self.cmp(other)
            }
            fn parse(text: &str) -> Self {
                text.parse().expect("a whole number")
            }
            const SPECIAL: &'static [Self] =
                &[$t::MIN, $t::MAX, $t::MIN + 1, $t::MAX - 1, $t::MAX / 2, $t::MIN / 2, 0, 1, 2, 0 as $t ^ (1 << ($t::BITS - 1))];
        }
    )*};
}
int_element!(i64, i32, u8, i8, i16, u16, u32, u64);

/// Runs `$body` for each type that sorts, with the alias `$T`.
#[macro_export]
macro_rules! every_key {
    ($T:ident => $body:expr) => {
        $crate::every_key!($T => $body, f64 f32 i64 i32 i16 i8 u64 u32 u16 u8)
    };
    ($T:ident => $body:expr, $($t:ident)*) => {$({
        type $T = $t;
        $body
    })*};
}

/// Runs `$body` for the type of a shared vector, with the alias `$T`.
#[macro_export]
macro_rules! key_named {
    ($name:expr, $T:ident => $body:expr) => {
        $crate::key_named!($name, $T => $body,
            "float64" f64, "float32" f32, "int64" i64, "int32" i32, "int16" i16, "int8" i8,
            "uint64" u64, "uint32" u32, "uint16" u16, "uint8" u8)
    };
    ($name:expr, $T:ident => $body:expr, $($text:literal $t:ident),*) => {
        match $name {
            $($text => {
                type $T = $t;
                $body
            })*
            other => panic!("{other} is no dtype of ours"),
        }
    };
}

/// Elements that are only reached by copying a chunk.
pub struct Copied<'a, T> {
    from: &'a [T],
    buffer: Vec<T>,
}
impl<'a, T> Copied<'a, T> {
    pub fn of(from: &'a [T]) -> Self {
        Self { from, buffer: Vec::new() }
    }
}
impl<T: Copy> Elements<T> for Copied<'_, T> {
    fn len(&self) -> usize {
        self.from.len()
    }
    fn get(&self, index: usize) -> T {
        self.from[index]
    }
    fn chunk(&mut self, start: usize, len: usize) -> &[T] {
        assert!(len <= CHUNK);
        self.buffer.clear();
        self.buffer.extend_from_slice(&self.from[start..][..len]);
        &self.buffer
    }
}

/// The bits of all, to compare and to print.
pub fn bits<T: Element>(values: &[T]) -> Vec<u64> {
    values.iter().map(|x| x.bits()).collect()
}

/// Ways in which data is hard on a sort or a selection.
#[derive(Debug, Clone, Copy)]
pub enum Pattern {
    AnyBits,
    Special,
    FewDistinct,
    Constant,
    Sorted,
    Reversed,
    OrganPipe,
    Periodic,
    HalfAndHalf,
    Exponents,
    NearlySorted,
    Clusters,
    Whole,
}

pub const PATTERNS: [Pattern; 13] = [
    Pattern::AnyBits,
    Pattern::Special,
    Pattern::FewDistinct,
    Pattern::Constant,
    Pattern::Sorted,
    Pattern::Reversed,
    Pattern::OrganPipe,
    Pattern::Periodic,
    Pattern::HalfAndHalf,
    Pattern::Exponents,
    Pattern::NearlySorted,
    Pattern::Clusters,
    Pattern::Whole,
];

/// A small generator: proptest's own is slow for long vectors.
pub struct Random(pub u64);

impl Random {
    /// SplitMix64 (Steele, Lea and Flood, 2014).
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

/// `n` values in a pattern, the same for the same seed.
pub fn make<T: Element>(pattern: Pattern, n: usize, seed: u64) -> Vec<T> {
    let mut random = Random(seed);
    let special = |random: &mut Random| T::SPECIAL[random.below(T::SPECIAL.len())];
    let mut values: Vec<T> = match pattern {
        Pattern::Special => (0..n).map(|_| special(&mut random)).collect(),
        Pattern::FewDistinct => (0..n).map(|_| T::from_small((random.next() % 5) as i8)).collect(),
        Pattern::Constant => {
            let value = special(&mut random);
            vec![value; n]
        }
        Pattern::Periodic => {
            let period = 1 + random.below(300);
            let lap: Vec<T> = (0..period).map(|_| T::from_bits(random.next())).collect();
            (0..n).map(|i| lap[i % period]).collect()
        }
        Pattern::HalfAndHalf => {
            let (low, high) = (special(&mut random), special(&mut random));
            (0..n).map(|i| if i < n / 2 { low } else { high }).collect()
        }
        // One value far from the rest: the leading bits say nothing of the others.
        Pattern::Exponents => (0..n).map(|_| T::from_bits(random.next() >> (random.next() % 64))).collect(),
        // Few leading bits, shared by many, and differences in the last ones only.
        Pattern::Clusters => {
            let (centres, spread) = ([random.next(), random.next(), random.next()], random.next() % 20);
            (0..n).map(|_| T::from_bits(centres[random.below(3)] ^ (random.next() & ((1 << spread) - 1)))).collect()
        }
        // For floats: low bits that are zero in all.
        Pattern::Whole => (0..n).map(|_| T::from_whole((random.next() % 3000) as i64 - 1000)).collect(),
        _ => (0..n).map(|_| T::from_bits(random.next())).collect(),
    };
    match pattern {
        Pattern::Sorted | Pattern::NearlySorted => values.sort_by(T::order),
        Pattern::Reversed => values.sort_by(|a, b| b.order(a)),
        Pattern::OrganPipe => {
            values.sort_by(T::order);
            values[n / 2..].reverse();
        }
        _ => {}
    }
    if matches!(pattern, Pattern::NearlySorted) && n > 1 {
        for _ in 0..3 {
            let (i, j) = (random.below(n), random.below(n));
            values.swap(i, j);
        }
    }
    values
}

/// An owned strided array with gaps in it, in any axis order and direction.
#[derive(Clone, Debug)]
pub struct Strided<T> {
    pub data: Vec<T>,
    pub offset: usize,
    pub shape: Vec<usize>,
    /// In bytes.
    pub strides: Vec<isize>,
}

/// How a [`Strided`] lies in memory.
#[derive(Clone, Debug)]
pub struct Layout {
    pub shape: Vec<usize>,
    /// For each axis: its rank in memory, the gap factor, and whether it runs backwards.
    pub axes: Vec<(u32, usize, bool)>,
}

/// Layouts of `ndim` axes of up to `longest` elements.
pub fn layouts(ndim: std::ops::RangeInclusive<usize>, longest: usize) -> impl Strategy<Value = Layout> {
    let axis = (0..=longest, any::<u32>(), 1..=3usize, any::<bool>());
    proptest::collection::vec(axis, ndim).prop_map(|axes| Layout {
        shape: axes.iter().map(|axis| axis.0).collect(),
        axes: axes.iter().map(|axis| (axis.1, axis.2, axis.3)).collect(),
    })
}

impl<T: Element> Strided<T> {
    /// Memory filled by `fill(position in data)`.
    pub fn new(layout: &Layout, fill: impl FnMut(usize) -> T) -> Self {
        let ndim = layout.shape.len();
        let mut order: Vec<usize> = (0..ndim).collect();
        order.sort_by_key(|&axis| layout.axes[axis].0);
        let (mut strides, mut next, mut offset) = (vec![0isize; ndim], 1usize, 0usize);
        for axis in order {
            let (_, gap, backwards) = layout.axes[axis];
            let (step, n) = (next * gap, layout.shape[axis]);
            strides[axis] = (step * size_of::<T>()) as isize * if backwards { -1 } else { 1 };
            offset += if backwards { step * n.saturating_sub(1) } else { 0 };
            next = step * n.max(1);
        }
        let data = (0..next).map(fill).collect();
        Self { data, offset, shape: layout.shape.clone(), strides }
    }

    /// C order without gaps.
    pub fn dense(shape: &[usize], data: Vec<T>) -> Self {
        let mut strides = vec![0; shape.len()];
        ferrodide::view::contiguous_strides(shape, size_of::<T>(), &mut strides);
        Self { data, offset: 0, shape: shape.to_vec(), strides }
    }

    pub fn view(&self) -> View<'_, T> {
        View::from_slice_at(&self.data, self.offset, &self.shape, &self.strides).expect("a layout inside its data")
    }

    pub fn view_mut(&mut self) -> ViewMut<'_, T> {
        // The same bounds as for reading; `new` and `dense` let no two elements overlap.
        let _ = self.view();
        // SAFETY: just checked, and the borrow of self lasts as long as the view.
        unsafe { ViewMut::from_raw_parts(self.data.as_mut_ptr().add(self.offset), &self.shape, &self.strides) }
    }

    /// The position in `data` of an element.
    pub fn position(&self, index: &[usize]) -> usize {
        let distance: isize = index.iter().zip(&self.strides).map(|(&i, &stride)| i as isize * stride).sum();
        (self.offset as isize + distance / size_of::<T>() as isize) as usize
    }

    pub fn get(&self, index: &[usize]) -> T {
        self.data[self.position(index)]
    }

    /// The elements in C order.
    pub fn elements(&self) -> Vec<T> {
        indices(&self.shape).iter().map(|index| self.get(index)).collect()
    }
}

/// Every index of a shape, in C order.
pub fn indices(shape: &[usize]) -> Vec<Vec<usize>> {
    let mut all = vec![vec![]];
    for &n in shape {
        all = all.iter().flat_map(|head| (0..n).map(move |i| [head.as_slice(), &[i]].concat())).collect();
    }
    all
}

/// For each lane along `axis`, in C order of the others, the indices of its elements.
pub fn lanes(shape: &[usize], axis: usize) -> Vec<Vec<Vec<usize>>> {
    let mut others = shape.to_vec();
    others[axis] = 1;
    let along = |start: &Vec<usize>| {
        (0..shape[axis])
            .map(|i| {
                let mut index = start.clone();
                index[axis] = i;
                index
            })
            .collect()
    };
    indices(&others).iter().map(along).collect()
}

/// One of the files in tests/cases.
pub fn cases<C: serde::de::DeserializeOwned>(text: &str) -> Vec<C> {
    #[derive(serde::Deserialize)]
    struct File<C> {
        cases: Vec<C>,
    }
    let file: File<C> = serde_json::from_str(text).expect("a file that tools/cases wrote");
    assert!(!file.cases.is_empty());
    file.cases
}

pub fn parse_all<T: Element>(texts: &[String]) -> Vec<T> {
    texts.iter().map(|text| T::parse(text)).collect()
}
