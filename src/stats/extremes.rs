//! The least and the greatest of a lane: `min`, `max`, `ptp` in one pass.

use crate::doubles::Doubles;
use crate::simd::{F64s, Native};

/// Elements that become doubles at once.
const BLOCK: usize = 128;
/// Integers compared side by side.
const WIDE: usize = 8;
/// Lanes that are over before several vectors are made ready.
const SHORT: usize = 16;

/// An element with a least and a greatest.
pub trait MinMax: Copy {
    /// See [`min_max`].
    fn min_max(a: &[Self]) -> Option<(Self, Self)>;
    /// The difference, which wraps for integers.
    fn minus(self, other: Self) -> Self;
}

macro_rules! float_min_max {
    ($($t:ty),*) => {$(
        impl MinMax for $t {
            fn min_max(a: &[$t]) -> Option<($t, $t)> {
                double_min_max::<Native, $t>(a).map(|(least, most)| (least as $t, most as $t))
            }
            fn minus(self, other: $t) -> $t {
                self - other
            }
        }
    )*};
}
float_min_max!(f64, f32);

macro_rules! int_min_max {
    ($($t:ty),*) => {$(
        impl MinMax for $t {
            fn min_max(a: &[$t]) -> Option<($t, $t)> {
                let &first = a.first()?;
                if a.len() <= SHORT {
                    return Some(a.iter().fold((first, first), |(least, most), &x| (least.min(x), most.max(x))));
                }
                // Side by side: one minimum would wait for the last.
                let (mut least, mut most) = ([first; WIDE], [first; WIDE]);
                let (groups, rest) = a.as_chunks::<WIDE>();
                for group in groups {
                    for (i, &x) in group.iter().enumerate() {
                        (least[i], most[i]) = (least[i].min(x), most[i].max(x));
                    }
                }
                let all = |lanes: &[$t; WIDE], of: fn($t, $t) -> $t| lanes.iter().chain(rest).copied().fold(first, of);
                Some((all(&least, <$t>::min), all(&most, <$t>::max)))
            }
            fn minus(self, other: $t) -> $t {
                self.wrapping_sub(other)
            }
        }
    )*};
}
int_min_max!(i64, u64, i32, u32, i16, u16, i8, u8);

/// The least and the greatest of a lane, as `numpy.min` and `numpy.max`: both NaN where there is one, and `None`
/// where it is empty. Their difference is `numpy.ptp`. Of zeros of both signs it may be either. O(n).
pub fn min_max<T: MinMax>(a: &[T]) -> Option<(T, T)> {
    T::min_max(a)
}

fn double_min_max<V: F64s, T: Doubles>(a: &[T]) -> Option<(f64, f64)> {
    let mut buffer = [0.0; SHORT];
    let (head, rest) = a.split_at(a.len().min(SHORT));
    let x = T::doubles(head, &mut buffer);
    let mut short = Extremes::<V, 1>::new(*x.first()?);
    short.add(x);
    if rest.is_empty() {
        return Some(short.finish());
    }
    let mut long = Extremes::<V, 4>::new(x[0]);
    let mut buffer = [0.0; BLOCK];
    rest.chunks(BLOCK).for_each(|block| long.add(T::doubles(block, &mut buffer)));
    let (low, high) = long.finish();
    // Either is NaN where it saw one.
    short.add(&[low, high]);
    Some(short.finish())
}

/// The least and the greatest so far, in `N` vectors.
struct Extremes<V, const N: usize> {
    least: [V; N],
    most: [V; N],
    /// 1 until a NaN comes.
    numbers: [V; N],
}

impl<V: F64s, const N: usize> Extremes<V, N> {
    /// Of one element, which is added in any case.
    fn new(first: f64) -> Self {
        Self { least: [V::splat(first); N], most: [V::splat(first); N], numbers: [V::splat(1.0); N] }
    }

    #[inline(always)]
    fn step(&mut self, i: usize, x: V) {
        (self.least[i], self.most[i]) = (self.least[i].min(x), self.most[i].max(x));
        self.numbers[i] = x.if_number(self.numbers[i], V::splat(0.0));
    }

    #[inline(always)]
    fn add(&mut self, x: &[f64]) {
        let groups = x.chunks_exact(N * V::LANES);
        // In vectors, too: a scalar minimum is a branch in V8.
        groups.remainder().iter().for_each(|&x| self.step(0, V::splat(x)));
        for group in groups {
            (0..N).for_each(|i| self.step(i, V::load(&group[i * V::LANES..])));
        }
    }

    fn finish(&self) -> (f64, f64) {
        let (mut least, mut most, mut numbers) = (self.least[0], self.most[0], self.numbers[0]);
        for i in 1..N {
            (least, most) = (least.min(self.least[i]), most.max(self.most[i]));
            numbers = numbers.min(self.numbers[i]);
        }
        if V::splat(1.0).any_gt(numbers) {
            return (f64::NAN, f64::NAN);
        }
        let (mut low, mut high) = ([0.0; WIDE], [0.0; WIDE]);
        least.store(&mut low);
        most.store(&mut high);
        let each = |lanes: [f64; WIDE], of: fn(f64, f64) -> f64| lanes[..V::LANES].iter().copied().fold(lanes[0], of);
        (each(low, F64s::min), each(high, F64s::max))
    }
}
