//! Reductions of a matrix in C order along one of its axes.

use super::extremes::{MinMax, min_max};
use super::reduce::{Zero, all, any, nanmean, nanmean_columns, nansum, nansum_columns, rows, var, var_columns};
use crate::doubles::Doubles;
use crate::error::{Error, Result};
use crate::memory::try_filled;

/// Which elements go into one result. A whole array is one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Along {
    /// Each row, of so many elements.
    Rows(usize),
    /// Each column. There are as many as results.
    Columns,
}

/// What is computed of the elements, as doubles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Moment {
    /// `numpy.var`.
    Var {
        /// What the number of elements is lessened by.
        ddof: f64,
    },
    /// `numpy.std`: the root of the variance.
    Std {
        /// As for the variance.
        ddof: f64,
    },
    /// `numpy.nansum`.
    NanSum,
    /// `numpy.nanmean`.
    NanMean,
}

/// The type of a result: double, or rounded once to single precision.
pub trait Rounded: Copy {
    /// Computes all results as doubles, into `out` or scratch.
    fn results(out: &mut [Self], compute: impl FnOnce(&mut [f64]) -> Result<()>) -> Result<()>;
}

impl Rounded for f64 {
    fn results(out: &mut [f64], compute: impl FnOnce(&mut [f64]) -> Result<()>) -> Result<()> {
        compute(out)
    }
}

impl Rounded for f32 {
    fn results(out: &mut [f32], compute: impl FnOnce(&mut [f64]) -> Result<()>) -> Result<()> {
        let mut one = [0.0];
        let mut many;
        let wide = match out.len() {
            1 => &mut one[..],
            n => {
                many = try_filled(0.0, n)?;
                &mut many[..]
            }
        };
        compute(wide)?;
        out.iter_mut().zip(wide).for_each(|(slot, x)| *slot = *x as f32);
        Ok(())
    }
}

/// A moment of each row or column of `a`, one for each element of `out`.
///
/// Sums of rows are pairwise, those of columns run down the column, both as NumPy's; computed in doubles,
/// so that of `f64` the bits are NumPy's, and of `f32` the error is one rounding. O(n), and scratch of one or two rows.
///
/// # Errors
/// [`Error::Value`] where `a` is not made of such rows,
/// [`Error::OutOfMemory`].
pub fn moment<T: Doubles, R: Rounded>(a: &[T], moment: Moment, along: Along, out: &mut [R]) -> Result<()> {
    R::results(out, |out| {
        match (along, moment) {
            (Along::Rows(width), Moment::Var { ddof } | Moment::Std { ddof }) => rows(a, width, out, |a| var(a, ddof)),
            (Along::Rows(width), Moment::NanSum) => rows(a, width, out, nansum),
            (Along::Rows(width), Moment::NanMean) => rows(a, width, out, nanmean),
            (Along::Columns, Moment::Var { ddof } | Moment::Std { ddof }) => var_columns(a, ddof, out),
            (Along::Columns, Moment::NanSum) => nansum_columns(a, out),
            (Along::Columns, Moment::NanMean) => nanmean_columns(a, out),
        }?;
        if matches!(moment, Moment::Std { .. }) {
            out.iter_mut().for_each(|x| *x = x.sqrt());
        }
        Ok(())
    })
}

/// Which question [`truth`] answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// `numpy.any`.
    Any,
    /// `numpy.all`.
    All,
}

/// Whether any or all elements of each row of `width` elements are not zero, as bytes of 0 and 1; a NaN is not
/// zero. O(n), less where an early element decides.
///
/// # Errors
/// As [`moment`].
pub fn truth<T: Zero>(a: &[T], truth: Truth, width: usize, out: &mut [u8]) -> Result<()> {
    let decide = match truth {
        Truth::Any => any::<T>,
        Truth::All => all::<T>,
    };
    rows(a, width, out, |row| u8::from(decide(row)))
}

/// The greatest less the least of each row of `width` elements, as `numpy.ptp`; NaN where there is one. O(n).
///
/// # Errors
/// As [`moment`]; [`Error::Value`] where a row is empty.
pub fn ptp<T: MinMax>(a: &[T], width: usize, out: &mut [T]) -> Result<()> {
    if out.len().checked_mul(width) != Some(a.len()) || width == 0 {
        let message = format!("a has {} elements; expected {} rows of {width}, which is not 0", a.len(), out.len());
        return Err(Error::Value(message));
    }
    for (row, slot) in a.chunks_exact(width).zip(out) {
        if let Some((least, most)) = min_max(row) {
            *slot = most.minus(least);
        }
    }
    Ok(())
}

/// Whether none is NaN or infinite.
pub fn are_finite<R: Copy + Into<f64>>(a: &[R]) -> bool {
    a.iter().all(|&x| x.into().is_finite())
}
