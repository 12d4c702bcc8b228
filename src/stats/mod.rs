//! Order statistics: `median`, as `numpy.median`, its parts for `percentile` and `nanmedian`, and
//! ranks. Reductions: [`reduce`], [`extremes`], [`arg`], [`truths`]; running sums: [`cumulative`].

pub mod along;
pub mod arg;
pub mod cumulative;
pub mod extremes;
pub mod keys;
mod order;
mod rank;
pub mod reduce;
pub mod select;
pub mod truths;

pub use order::{nan_count, nanmedian, nanmedian_along, nanmedian_of_lanes, order_statistics};
pub use rank::{Rank, RankMethod, rankdata, rankdata_along};

use crate::elements::Elements;
use crate::error::{Error, Result};
use crate::memory::try_with_capacity;
use crate::sort::SortKey;
use crate::view::{LaneStarts, View, ViewMut};

/// An element type that has a median.
pub trait Median: SortKey {
    /// The result's type: that of NumPy's `mean` of this dtype.
    type Mean: Copy;
    /// What the median of nothing is, and of anything with a NaN in it.
    const NAN: Self::Mean;
    /// The key that only NaN has; `None` for integers.
    const NAN_KEY: Option<Self::Key>;
    /// The element in the middle of an odd count.
    fn middle(self) -> Self::Mean;
    /// The mean of the middle two elements of an even count; it may overflow, as NumPy's.
    fn mean(low: Self, high: Self) -> Self::Mean;
    /// Whether twice a median is finite.
    fn doubles(median: Self::Mean) -> bool;
}

macro_rules! median {
    ($t:ty, $mean:ty, $nan:expr) => {
        impl Median for $t {
            type Mean = $mean;
            const NAN: $mean = <$mean>::NAN;
            const NAN_KEY: Option<Self::Key> = $nan;
            #[inline]
            fn middle(self) -> $mean {
                self as $mean
            }
            #[inline]
            fn mean(low: $t, high: $t) -> $mean {
                (low as $mean + high as $mean) / 2.0
            }
            #[inline]
            fn doubles(median: $mean) -> bool {
                (median + median).is_finite()
            }
        }
    };
}
median!(f64, f64, Some(u64::MAX));
median!(f32, f32, Some(u32::MAX));
median!(i64, f64, None);
median!(i32, f64, None);
median!(u8, f64, None);
median!(i8, f64, None);
median!(i16, f64, None);
median!(u16, f64, None);
median!(u32, f64, None);
median!(u64, f64, None);

/// The median along `axis`, or of all elements where `axis` is `None`.
///
/// `out` is contiguous with one element for each lane, in C order (with or without
/// the axes of length 1 that `keepdims` leaves). NaN where a lane holds a NaN or is empty.
///
/// O(n): see [`select`]. Scratch of at most one lane, which for `None` is one copy of
/// the input.
///
/// # Errors
/// [`Error::Axis`], [`Error::Value`] where `out` has another size, [`Error::OutOfMemory`], perhaps
/// with the lanes so far written.
pub fn median<T: Median>(a: View<'_, T>, axis: Option<usize>, mut out: ViewMut<'_, T::Mean>) -> Result<()> {
    if let Some(axis) = axis
        && axis >= a.ndim()
    {
        return Err(Error::Axis { axis: axis as isize, ndim: a.ndim() });
    }
    let out = slots(&mut out, lanes(a.shape(), axis))?;
    let mut keys = Vec::new();
    let Some(axis) = axis else {
        out[0] = match a.as_slice() {
            Some(mut slice) => median_of(&mut slice, &mut keys)?,
            None => {
                let mut gathered = try_with_capacity(a.size())?;
                a.extend_into(&mut gathered, T::sort_key);
                median_of_keys::<T>(&mut gathered)
            }
        };
        return Ok(());
    };
    let (n, stride) = (a.shape()[axis], a.strides()[axis]);
    let contiguous = stride == size_of::<T>() as isize;
    for ([start], slot) in LaneStarts::new(a.shape(), [a.strides()], Some(axis)).zip(out) {
        *slot = if contiguous {
            // SAFETY: the n elements of this lane are adjacent and inside the view.
            let mut lane = unsafe { std::slice::from_raw_parts(a.as_ptr().byte_offset(start), n) };
            median_of(&mut lane, &mut keys)?
        } else {
            keys.clear();
            keys.try_reserve(n).map_err(|_| Error::OutOfMemory { bytes: n.saturating_mul(size_of::<T>()) })?;
            // SAFETY: start and the n steps along the axis are inside the view.
            keys.extend((0..n as isize).map(|i| unsafe { a.read(start + i * stride) }.sort_key()));
            median_of_keys::<T>(&mut keys)
        };
    }
    Ok(())
}

/// The median of elements that may lie where no [`View`] reaches, into the one element of
/// `out`; NaN where one is NaN or there are none.
///
/// O(n), as [`median`]; scratch of a sixth of the elements, or of all where many are alike.
///
/// # Errors
/// [`Error::Value`] where `out` does not have one element, [`Error::OutOfMemory`].
pub fn median_of_elements<T: Median>(elements: &mut impl Elements<T>, mut out: ViewMut<'_, T::Mean>) -> Result<()> {
    slots(&mut out, 1)?[0] = median_of(elements, &mut Vec::new())?;
    Ok(())
}

/// How many lanes there are along an axis; for `None` all is one.
fn lanes(shape: &[usize], axis: Option<usize>) -> usize {
    axis.map_or(1, |axis| shape.iter().enumerate().filter(|(i, _)| *i != axis).map(|(_, n)| n).product())
}

/// `out` as one element for each lane.
fn slots<'a, M: Copy>(out: &'a mut ViewMut<'_, M>, lanes: usize) -> Result<&'a mut [M]> {
    out.as_mut_slice()
        .filter(|out| out.len() == lanes)
        .ok_or_else(|| Error::Value(format!("out: expected {lanes} contiguous elements, one for each lane of a")))
}

fn median_of<T: Median>(elements: &mut impl Elements<T>, keys: &mut Vec<T::Key>) -> Result<T::Mean> {
    match select::middle_two(elements, T::NAN_KEY, keys)? {
        select::Middle::Nan => Ok(T::NAN),
        select::Middle::Keys(low, high) => Ok(mean_of_keys::<T>(low, high, elements.len())),
    }
}

fn median_of_keys<T: Median>(keys: &mut [T::Key]) -> T::Mean {
    match select::middle_two_in_place(keys, T::NAN_KEY) {
        select::Middle::Nan => T::NAN,
        select::Middle::Keys(low, high) => mean_of_keys::<T>(low, high, keys.len()),
    }
}

fn mean_of_keys<T: Median>(low: T::Key, high: T::Key, n: usize) -> T::Mean {
    let value = |key| bytemuck::cast::<T::Key, T>(T::decode(key));
    if n % 2 == 1 { value(low).middle() } else { T::mean(value(low), value(high)) }
}
