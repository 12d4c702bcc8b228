//! The kernel core of ferrodide: pure Rust, no Python, no JavaScript.
//!
//! Every kernel takes borrowed strided [`view::View`]s and writes into memory
//! that the caller made, so that one contract serves NumPy buffers (zero copy),
//! JavaScript typed arrays and plain Rust slices.
//!
//! | family | kernels |
//! |---|---|
//! | [`binning`] | `histogram`, `histogramdd`, `bincount` |
//! | [`indexing`] | `take`, `compress` |
//! | [`linalg`] | `matmul`, `solve`, `inv`, `det`, `slogdet`, `cholesky`, `qr`, `eigh`, `svd`, `lstsq` |
//! | [`math`] | `exp`, `log`, `sin`, `power` and their kin |
//! | [`search`] | `searchsorted`, `digitize`, `interp` |
//! | [`sets`] | `unique`, `isin` |
//! | [`signal`] | `convolve`, `correlate` |
//! | [`sort`] | `sort`, `argsort`, `lexsort`, `partition`, `argpartition` |
//! | [`spatial`] | `cdist` |
//! | [`stats`] | `median`, `nanmedian`, `order_statistics`, `rankdata`; `var`, `nansum`, `nanmean`, `min_max`, `cumsum`, `count_nonzero` |
//! | [`strings`] | `levenshtein`, the RapidFuzz scorers, `extract` |
//!
//! No kernel panics on any input, and none allocates infallibly in proportion
//! to its input: what does not fit is [`Error::OutOfMemory`].
//!
//! ```
//! use ferrodide::view::ViewMut;
//!
//! let mut x = [3.0, f64::NAN, -1.0, 2.0];
//! ferrodide::sort::sort(ViewMut::from_slice(&mut x, &[4], &[8])?, 0)?;
//! assert_eq!(x[..3], [-1.0, 2.0, 3.0]);
//! assert!(x[3].is_nan());
//! # Ok::<(), ferrodide::Error>(())
//! ```

pub mod binning;
pub mod doubles;
pub mod elements;
pub mod error;
pub mod indexing;
pub mod linalg;
pub mod math;
pub mod memory;
mod sample;
pub mod search;
pub mod sets;
pub mod signal;
pub mod simd;
pub mod sort;
pub mod spatial;
pub mod stats;
pub mod strings;
pub mod view;

pub use error::{Error, Result};
