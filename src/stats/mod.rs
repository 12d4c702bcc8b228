//! Order statistics: `median`, as `numpy.median`.

use crate::error::{Error, Result};
use crate::memory::try_with_capacity;
use crate::sort::SortKey;
use crate::view::{LaneStarts, View, ViewMut};

/// An element type that has a median.
pub trait Median: SortKey {
    /// The result's type: NumPy's `mean` of this dtype.
    type Mean: Copy;
    /// Both middle elements' mean; for an odd count they are the same element.
    fn mean(low: Self, high: Self) -> Self::Mean;
    /// What the median of nothing is, and of anything with a NaN in it.
    const NAN: Self::Mean;
    /// The key that only NaN has; `None` for integers.
    const NAN_KEY: Option<Self::Key>;
    /// The value that has this key (NaN keys do not come here).
    fn from_key(key: Self::Key) -> Self;
}

macro_rules! median {
    ($t:ty, $mean:ty, $nan:expr, $key:ident => $from_key:expr) => {
        impl Median for $t {
            type Mean = $mean;
            const NAN: $mean = <$mean>::NAN;
            const NAN_KEY: Option<Self::Key> = $nan;
            #[inline]
            fn mean(low: $t, high: $t) -> $mean {
                (low as $mean + high as $mean) / 2.0
            }
            #[inline]
            fn from_key($key: Self::Key) -> $t {
                $from_key
            }
        }
    };
}
median!(f64, f64, Some(u64::MAX), key => f64::from_bits(if key >> 63 == 1 { key ^ (1 << 63) } else { !key }));
median!(f32, f32, Some(u32::MAX), key => f32::from_bits(if key >> 31 == 1 { key ^ (1 << 31) } else { !key }));
median!(i64, f64, None, key => (key ^ (1 << 63)) as i64);
median!(i32, f64, None, key => (key ^ (1 << 31)) as i32);
median!(u8, f64, None, key => key);

/// The median along `axis`, or of all elements where `axis` is `None`.
///
/// `out` is contiguous with one element for each lane, in C order (with or without
/// the axes of length 1 that `keepdims` leaves). NaN where a lane holds a NaN or is empty.
///
/// Quickselect, O(n) expected and in the worst case; scratch of one lane, which for
/// `None` is one copy of the input.
///
/// # Errors
/// [`Error::Axis`], [`Error::Value`] where `out` has another size, [`Error::OutOfMemory`].
pub fn median<T: Median>(a: View<'_, T>, axis: Option<usize>, mut out: ViewMut<'_, T::Mean>) -> Result<()> {
    if let Some(axis) = axis
        && axis >= a.ndim()
    {
        return Err(Error::Axis { axis: axis as isize, ndim: a.ndim() });
    }
    let lanes: usize = match axis {
        None => 1,
        Some(axis) => a.shape().iter().enumerate().filter(|(i, _)| *i != axis).map(|(_, n)| n).product(),
    };
    let Some(out) = out.as_mut_slice().filter(|out| out.len() == lanes) else {
        return Err(Error::Value(format!("out: expected {lanes} contiguous elements, one for each lane of a")));
    };
    let Some(axis) = axis else {
        let mut keys = try_with_capacity(a.size())?;
        a.extend_into(&mut keys, T::sort_key);
        out[0] = median_of_keys::<T>(&mut keys);
        return Ok(());
    };
    let (n, stride) = (a.shape()[axis], a.strides()[axis]);
    let mut keys = try_with_capacity(n)?;
    let starts = LaneStarts::new(a.shape(), [a.strides()], Some(axis));
    for ([start], slot) in starts.zip(out) {
        keys.clear();
        // SAFETY: start and the n steps along the axis are inside the view.
        keys.extend((0..n as isize).map(|i| unsafe { a.read(start + i * stride) }.sort_key()));
        *slot = median_of_keys::<T>(&mut keys);
    }
    Ok(())
}

/// Selects on integer keys, which compare in one instruction and need no NaN test.
fn median_of_keys<T: Median>(keys: &mut [T::Key]) -> T::Mean {
    let n = keys.len();
    // A NaN has the greatest key there is; no other float does.
    if n == 0 || T::NAN_KEY.is_some_and(|nan| keys.contains(&nan)) {
        return T::NAN;
    }
    let (below, &mut high, _) = keys.select_nth_unstable(n / 2);
    let low = match n % 2 {
        0 => below.iter().copied().max().unwrap_or(high),
        _ => high,
    };
    T::mean(T::from_key(low), T::from_key(high))
}
