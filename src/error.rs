//! The one error type. Each binding maps it once to its language's exceptions.

use std::fmt;

/// What a kernel can refuse. The message of each is a sentence for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// A value or shape is outside what the call accepts (Python: `ValueError`).
    Value(String),
    /// An argument has the wrong type (Python: `TypeError`).
    Type(String),
    /// An index is out of bounds (Python: `IndexError`).
    Index(String),
    /// An axis does not exist (NumPy: `AxisError`).
    Axis {
        /// The axis that was asked for, as it came.
        axis: isize,
        /// How many dimensions the array has.
        ndim: usize,
    },
    /// What `numpy.linalg` raises a `LinAlgError` for, in its own words.
    LinAlg(String),
    /// The working memory or the result does not fit (Python: `MemoryError`).
    OutOfMemory {
        /// How many bytes were asked for.
        bytes: usize,
    },
}

/// What every kernel returns.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The name of the Python exception class that says the same.
    pub fn python_name(&self) -> &'static str {
        match self {
            // LinAlgError is a ValueError.
            Error::Value(_) | Error::LinAlg(_) => "ValueError",
            Error::Type(_) => "TypeError",
            Error::Index(_) => "IndexError",
            Error::Axis { .. } => "AxisError",
            Error::OutOfMemory { .. } => "MemoryError",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Value(message) | Error::Type(message) | Error::Index(message) | Error::LinAlg(message) => {
                f.write_str(message)
            }
            Error::Axis { axis, ndim } => write!(
                f,
                "axis {axis} is out of bounds for array of dimension {ndim}: expected {}",
                match ndim {
                    0 => "an array of at least one dimension".to_string(),
                    _ => format!("-{ndim} <= axis < {ndim}"),
                }
            ),
            Error::OutOfMemory { bytes } => {
                write!(f, "not enough memory: {bytes} more bytes were needed; use a smaller array or a smaller dtype")
            }
        }
    }
}

impl std::error::Error for Error {}
