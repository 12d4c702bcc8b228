//! Unsigned integers that compare as NumPy orders the values.

use super::radix::RadixKey;

/// An element that `sort`, `argsort` and `median` order.
pub trait SortKey: Copy + PartialOrd + bytemuck::Pod {
    /// An unsigned integer of the element's width.
    type Key: RadixKey + bytemuck::Pod;
    /// Order-preserving: NaN is the greatest, `-0.0` and `0.0` have one key.
    fn sort_key(self) -> Self::Key;
    /// [`sort_key`](Self::sort_key) from the value's bits, cheaper, for values that
    /// [`are_plain`](Self::are_plain).
    fn encode(bits: Self::Key) -> Self::Key;
    /// The bits of the value with this key.
    fn decode(key: Self::Key) -> Self::Key;
    /// Whether none is a NaN or `-0.0`, so that a key holds all of a value's bits.
    fn are_plain(lane: &[Self]) -> bool;
    /// Whether another value with other bits has the same key: NaN and both zeros.
    fn has_twins(self) -> bool;
    /// Whether the values are whole numbers, and so are their keys' differences.
    const IS_INTEGER: bool;
    /// The least value.
    const LEAST: Self;
    /// The greatest that is not NaN.
    const GREATEST: Self;
    /// Whether it is a NaN.
    #[inline(always)]
    #[allow(clippy::eq_op)]
    fn is_unordered(self) -> bool {
        self != self
    }
    /// Itself, or [`GREATEST`](Self::GREATEST) for a NaN.
    #[inline(always)]
    fn not_nan(self) -> Self {
        if self.is_unordered() { Self::GREATEST } else { self }
    }
}

macro_rules! float_key {
    ($float:ty, $key:ty, $signed:ty) => {
        impl SortKey for $float {
            type Key = $key;
            #[inline(always)]
            fn sort_key(self) -> $key {
                // -0.0 + 0.0 is 0.0; any NaN becomes the all-ones key.
                let bits = (self + 0.0).to_bits();
                let sign = (bits as $signed >> (<$key>::BITS - 1)) as $key;
                let key = bits ^ (sign | (1 << (<$key>::BITS - 1)));
                if self.is_nan() { <$key>::MAX } else { key }
            }
            #[inline(always)]
            fn encode(bits: $key) -> $key {
                bits ^ ((bits as $signed >> (<$key>::BITS - 1)) as $key | (1 << (<$key>::BITS - 1)))
            }
            #[inline(always)]
            fn decode(key: $key) -> $key {
                key ^ ((!key as $signed >> (<$key>::BITS - 1)) as $key | (1 << (<$key>::BITS - 1)))
            }
            fn are_plain(lane: &[$float]) -> bool {
                let negative_zero = (-0.0 as $float).to_bits();
                !lane.iter().fold(false, |found, x| found | x.is_nan() | (x.to_bits() == negative_zero))
            }
            #[inline(always)]
            fn has_twins(self) -> bool {
                self.is_nan() || self == 0.0
            }
            const IS_INTEGER: bool = false;
            const LEAST: Self = <$float>::NEG_INFINITY;
            const GREATEST: Self = <$float>::INFINITY;
        }
    };
}
float_key!(f64, u64, i64);
float_key!(f32, u32, i32);

macro_rules! int_key {
    ($int:ty, $key:ty, $flip:expr) => {
        impl SortKey for $int {
            type Key = $key;
            #[inline(always)]
            fn sort_key(self) -> $key {
                self as $key ^ $flip
            }
            #[inline(always)]
            fn encode(bits: $key) -> $key {
                bits ^ $flip
            }
            #[inline(always)]
            fn decode(key: $key) -> $key {
                key ^ $flip
            }
            fn are_plain(_: &[$int]) -> bool {
                true
            }
            #[inline(always)]
            fn has_twins(self) -> bool {
                false
            }
            const IS_INTEGER: bool = true;
            const LEAST: Self = <$int>::MIN;
            const GREATEST: Self = <$int>::MAX;
        }
    };
}
int_key!(i64, u64, 1 << 63);
int_key!(i32, u32, 1 << 31);
int_key!(u8, u8, 0);
int_key!(i8, u8, 1 << 7);
int_key!(i16, u16, 1 << 15);
int_key!(u16, u16, 0);
int_key!(u32, u32, 0);
int_key!(u64, u64, 0);
