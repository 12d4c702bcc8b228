//! Elements as keys of which the greatest is wanted: so that one kernel finds the least as well, and one serves the
//! signed and the unsigned.

use bytemuck::{Pod, cast_slice, cast_slice_mut};

use crate::simd::{F64Bits, F64s, Native};

/// Which of a lane's elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extreme {
    /// The least.
    Least,
    /// The greatest.
    Most,
}

/// A signed number of 32 or 64 bits, which may be turned around: then the least is the greatest.
pub trait Key: Pod + PartialOrd {
    /// Lanes of fewer elements are gone through one by one, which takes less: measured in V8.
    const SHORT: usize;
    /// As wide, unsigned.
    type Bits: Pod + From<u8> + TryFrom<usize> + TryInto<usize> + PartialEq + std::ops::BitOr<Output = Self::Bits>;
    /// The key of an element whose bits are `self`.
    fn turned(self, by: Self::Bits) -> Self;
    /// All ones where it is NaN, else zeros.
    fn nan(self) -> Self::Bits;
    /// The greatest of a block as turned, and whether there is a NaN in it; then the greatest is any. The block has an
    /// element.
    #[inline(always)]
    fn most(block: &[Self], by: Self::Bits) -> (Self, bool) {
        most::<Self, 16>(block, by)
    }
}

/// [`Key::most`], `WIDE` elements side by side: one maximum would wait for the last.
fn most<K: Key, const WIDE: usize>(block: &[K], by: K::Bits) -> (K, bool) {
    let first = block[0].turned(by);
    let (mut most, mut nan) = ([first; WIDE], [K::Bits::from(0); WIDE]);
    let greater = |most: K, x: K| if most < x { x } else { most };
    let (groups, rest) = block.as_chunks::<WIDE>();
    for group in groups {
        for (i, &x) in group.iter().enumerate() {
            let x = x.turned(by);
            most[i] = greater(most[i], x);
            nan[i] = nan[i] | x.nan();
        }
    }
    for (i, &x) in rest.iter().enumerate() {
        let x = x.turned(by);
        most[i] = greater(most[i], x);
        nan[i] = nan[i] | x.nan();
    }
    let any = nan.into_iter().fold(K::Bits::from(0), std::ops::BitOr::bitor);
    (most.into_iter().fold(first, greater), any != K::Bits::from(0))
}

/// [`Key::most`] in vectors of a kind: of doubles the compiler makes none by itself.
fn most_in<V: F64Bits>(block: &[f64], by: u64) -> (f64, bool) {
    const VECTORS: usize = 4;
    let turn = V::splat_bits(by);
    let first = V::splat(block[0]).xor(turn);
    let (mut most, mut numbers) = ([first; VECTORS], first.same(first));
    let groups = block.chunks_exact(VECTORS * V::LANES);
    for &x in groups.remainder() {
        let x = V::splat(x).xor(turn);
        (most[0], numbers) = (most[0].max(x), numbers.and(x.same(x)));
    }
    for group in groups {
        for (i, most) in most.iter_mut().enumerate() {
            let x = V::load(&group[i * V::LANES..]).xor(turn);
            (*most, numbers) = (most.max(x), numbers.and(x.same(x)));
        }
    }
    let [a, b, c, d] = most;
    let mut lanes = [0.0; 8];
    a.max(b).max(c.max(d)).store(&mut lanes);
    (lanes[1..V::LANES].iter().fold(lanes[0], |most, &x| F64s::max(most, x)), !numbers.all())
}

macro_rules! float_key {
    ($($t:ty, $bits:ty, $short:literal $(, $most:expr)?);*) => {$(
        impl Key for $t {
            const SHORT: usize = $short;
            type Bits = $bits;
            #[inline(always)]
            fn turned(self, by: $bits) -> $t {
                <$t>::from_bits(self.to_bits() ^ by)
            }
            #[inline(always)]
            fn nan(self) -> $bits {
                if self.is_nan() { <$bits>::MAX } else { 0 }
            }
            $(#[inline(always)]
            fn most(block: &[$t], by: $bits) -> ($t, bool) {
                $most(block, by)
            })?
        }
    )*};
}
float_key!(f64, u64, 128, most_in::<Native>; f32, u32, 128);

macro_rules! int_key {
    ($($t:ty, $bits:ty, $short:literal $(, $most:expr)?);*) => {$(
        impl Key for $t {
            const SHORT: usize = $short;
            type Bits = $bits;
            #[inline(always)]
            fn turned(self, by: $bits) -> $t {
                self ^ by as $t
            }
            #[inline(always)]
            fn nan(self) -> $bits {
                0
            }
            $(#[inline(always)]
            fn most(block: &[$t], by: $bits) -> ($t, bool) {
                $most(block, by)
            })?
        }
    )*};
}
// Their maximum takes a comparison and two moves, in no vectors, and there are not many registers.
int_key!(i64, u64, 1536, most::<i64, 4>; i32, u32, 128);

/// An element that is compared by way of a key.
pub trait Keyed: Pod {
    /// The key, which is as wide.
    type Key: Key;
    /// What turns an element into a key, and a key back.
    fn turn(which: Extreme) -> <Self::Key as Key>::Bits;
    /// The elements, still to be turned.
    fn keys(a: &[Self]) -> &[Self::Key] {
        cast_slice(a)
    }
    /// As [`keys`](Self::keys), to write.
    fn keys_mut(a: &mut [Self]) -> &mut [Self::Key] {
        cast_slice_mut(a)
    }
    /// The difference, which wraps for integers.
    fn minus(self, other: Self) -> Self;
}

macro_rules! keyed {
    ($($t:ty, $key:ty, $least:expr, $most:expr, $minus:expr);*) => {$(
        impl Keyed for $t {
            type Key = $key;
            fn turn(which: Extreme) -> <$key as Key>::Bits {
                if which == Extreme::Least { $least } else { $most }
            }
            #[inline(always)]
            fn minus(self, other: $t) -> $t {
                $minus(self, other)
            }
        }
    )*};
}
keyed!(
    f64, f64, 1 << 63, 0, std::ops::Sub::sub; f32, f32, 1 << 31, 0, std::ops::Sub::sub;
    i64, i64, u64::MAX, 0, i64::wrapping_sub; i32, i32, u32::MAX, 0, i32::wrapping_sub;
    u64, i64, u64::MAX >> 1, 1 << 63, u64::wrapping_sub; u32, i32, u32::MAX >> 1, 1 << 31, u32::wrapping_sub
);
