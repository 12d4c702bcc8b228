//! Unsigned integers that compare as NumPy orders the values.

use super::radix::RadixKey;

/// An element that `sort`, `argsort` and `median` order.
pub trait SortKey: Copy + PartialEq {
    /// An unsigned integer of the element's width.
    type Key: RadixKey;
    /// Order-preserving: NaN is the greatest, `-0.0` and `0.0` have one key.
    fn sort_key(self) -> Self::Key;
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
        }
    };
}
int_key!(i64, u64, 1 << 63);
int_key!(i32, u32, 1 << 31);
int_key!(u8, u8, 0);
