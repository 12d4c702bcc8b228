//! numpy.linalg's functions over any number of leading axes: the matrices are the last two, and
//! the functions of the other modules see one after another. What a call works in is made once
//! where it is small; what fails for one matrix fails for the call.
//!
//! Each `*_shape` checks the operands as `numpy.linalg` does, and gives the shapes of the results.

use super::dense::{Real, Scratch, expect};
use super::pairs::{self, Pairs};
use super::{
    Shape, broadcast, cholesky as factor, eigh as diagonal, lu, pinv as inverse, qr as reflect, svd as values,
};
use crate::error::{Error, Result};
use crate::view::{LaneStarts, MAX_NDIM, View, ViewMut};

/// Whether matrices of this shape (the last two axes), or a vector, are computed in doubles whatever the dtype, as NumPy
/// does with all of them: only the results are rounded.
pub fn in_doubles(shape: &[usize]) -> bool {
    pairs::serve(shape)
}

/// The axes before the matrix, and its rows and columns.
fn split(shape: &[usize]) -> Result<(&[usize], usize, usize)> {
    match shape {
        [batch @ .., rows, columns] => Ok((batch, *rows, *columns)),
        _ => Err(Error::LinAlg(format!(
            "{}-dimensional array given. Array must be at least two-dimensional",
            shape.len()
        ))),
    }
}

/// The axes before a square matrix, and its order.
fn square(shape: &[usize]) -> Result<(&[usize], usize)> {
    let (batch, rows, columns) = split(shape)?;
    if rows != columns {
        return Err(Error::LinAlg("Last 2 dimensions of the array must be square".into()));
    }
    Ok((batch, rows))
}

/// The shape of a result: a batch of vectors or matrices, or with none of `core` of numbers.
fn shape(batch: &[usize], core: &[usize]) -> Shape {
    let mut result = Shape { dims: [0; MAX_NDIM], ndim: 0 };
    for &n in batch.iter().chain(core).take(MAX_NDIM) {
        result.dims[result.ndim] = n;
        result.ndim += 1;
    }
    result
}

/// What lies behind the first `batch` axes, at a distance in bytes.
///
/// # Safety
/// The distance is one that those axes reach.
unsafe fn part<T: Copy>(view: View<'_, T>, start: isize, batch: usize) -> View<'_, T> {
    // SAFETY: the caller's promise: this is a part of the view.
    unsafe { View::from_raw_parts(view.as_ptr().byte_offset(start), &view.shape()[batch..], &view.strides()[batch..]) }
}

/// As [`part`], to write to.
///
/// # Safety
/// As [`part`]; and no two parts that overlap live at the same time.
unsafe fn part_mut<'a, T: Copy>(view: &ViewMut<'a, T>, start: isize, batch: usize) -> ViewMut<'a, T> {
    // SAFETY: the caller's promise: this is a part of the view.
    unsafe {
        ViewMut::from_raw_parts(view.as_ptr().byte_offset(start), &view.shape()[batch..], &view.strides()[batch..])
    }
}

/// Calls `f` with each matrix of `a`, and the parts of the results that belong to it. All of them
/// begin with the axes of `batch`; there are at most three results.
fn each<T: Copy, const N: usize>(
    batch: &[usize],
    a: View<'_, T>,
    results: [ViewMut<'_, T>; N],
    mut f: impl FnMut(View<'_, T>, [ViewMut<'_, T>; N]) -> Result<()>,
) -> Result<()> {
    let axes = batch.len();
    let mut strides = [&a.strides()[..axes]; 4];
    for (strides, result) in strides[1..].iter_mut().zip(&results) {
        *strides = &result.strides()[..axes];
    }
    for starts in LaneStarts::new(batch, strides, None) {
        // SAFETY: starts of the same part of the batch, which all of the views have; one at a time.
        unsafe { f(part(a, starts[0], axes), std::array::from_fn(|i| part_mut(&results[i], starts[i + 1], axes)))? }
    }
    Ok(())
}

/// Calls `f` with both operands and their places, or with one twice where there is one place. Where that fails, with one
/// after the other: the results up to the one that fails are there, as if each had come alone.
fn both<A: Copy, P>(a: [A; 2], places: &mut [P], mut f: impl FnMut([A; 2], &mut [P]) -> Result<()>) -> Result<()> {
    match f(a, places) {
        Err(_) if places.len() == 2 => {
            f([a[0]; 2], &mut places[..1])?;
            f([a[1]; 2], &mut places[1..])
        }
        result => result,
    }
}

/// As [`each`], two matrices at a time: an odd one at the end comes twice, with one place for the results.
fn each_two<T: Copy, const N: usize>(
    batch: &[usize],
    a: View<'_, T>,
    results: [ViewMut<'_, T>; N],
    mut f: impl FnMut([View<'_, T>; 2], &mut [[ViewMut<'_, T>; N]]) -> Result<()>,
) -> Result<()> {
    let axes = batch.len();
    let mut strides = [&a.strides()[..axes]; 4];
    for (strides, result) in strides[1..].iter_mut().zip(&results) {
        *strides = &result.strides()[..axes];
    }
    let mut parts = LaneStarts::new(batch, strides, None);
    while let Some(first) = parts.next() {
        let second = parts.next();
        let starts = [first, second.unwrap_or(first)];
        // SAFETY: starts of the same part of the batch, which all of the views have, and different ones.
        let (a, mut places) = unsafe {
            (
                starts.map(|at| part(a, at[0], axes)),
                starts.map(|at| std::array::from_fn(|i| part_mut(&results[i], at[i + 1], axes))),
            )
        };
        both(a, &mut places[..1 + usize::from(second.is_some())], &mut f)?;
    }
    Ok(())
}

/// The shape of `numpy.linalg.solve(a, b)`: `b` is a vector only if it is 1-D, else a batch of
/// matrices that broadcasts against that of `a`.
///
/// # Errors
/// [`Error::LinAlg`] where `a` is no batch of square matrices; [`Error::Value`] where the rows
/// differ, the batches do not broadcast, or `b` is 0-D.
pub fn solve_shape(a: &[usize], b: &[usize]) -> Result<Shape> {
    let (batch, n) = square(a)?;
    let refused = || {
        Error::Value(format!(
            "solve: a has shape {a:?} and b has shape {b:?}; expected b to have {n} rows, and batches that broadcast"
        ))
    };
    let (other, rows, core) = match b {
        [] => return Err(refused()),
        [rows] => (&b[..0], *rows, b),
        [other @ .., rows, _] => (other, *rows, &b[b.len() - 2..]),
    };
    if rows != n {
        return Err(refused());
    }
    Ok(shape(super::broadcast_shape(batch, other).map_err(|_| refused())?.as_slice(), core))
}

/// The solutions of `A X = B`, as [`super::solve`], into `out` of [`solve_shape`].
///
/// # Errors
/// As [`solve_shape`]; "Singular matrix" where any of the batch is; [`Error::Value`] where `out`
/// has another shape; [`Error::OutOfMemory`].
pub fn solve<T: Real>(a: View<'_, T>, b: View<'_, T>, out: ViewMut<'_, T>) -> Result<()> {
    let expected = solve_shape(a.shape(), b.shape())?;
    expect("out", out.shape(), expected.as_slice())?;
    let axes = [a.ndim() - 2, b.ndim() - b.ndim().min(2), out.ndim() - b.ndim().min(2)];
    let batch = &out.shape()[..axes[2]];
    let a_strides = broadcast((&a.shape()[..axes[0]], &a.strides()[..axes[0]]), batch);
    let b_strides = broadcast((&b.shape()[..axes[1]], &b.strides()[..axes[1]]), batch);
    let strides = [&a_strides[..axes[2]], &b_strides[..axes[2]], &out.strides()[..axes[2]]];
    if pairs::serve(a.shape()) && pairs::serve(b.shape()) {
        let (mut pairs, mut parts) = (Pairs::new(), LaneStarts::new(batch, strides, None));
        while let Some(first) = parts.next() {
            let second = parts.next();
            let starts = [first, second.unwrap_or(first)];
            // SAFETY: starts of the same part of the batch, broadcast, and different ones.
            let (sides, mut places) = unsafe {
                (
                    starts.map(|at| (part(a, at[0], axes[0]), part(b, at[1], axes[1]))),
                    starts.map(|at| part_mut(&out, at[2], axes[2])),
                )
            };
            both(sides, &mut places[..1 + usize::from(second.is_some())], |sides, places| {
                lu::solve_pair(&mut pairs, sides.map(|side| side.0), sides.map(|side| side.1), places)
            })?;
        }
        return Ok(());
    }
    let mut memory = lu::Memory::new();
    for starts in LaneStarts::new(batch, strides, None) {
        // SAFETY: starts of the same part of the batch, broadcast; one at a time.
        unsafe {
            let (a, b) = (part(a, starts[0], axes[0]), part(b, starts[1], axes[1]));
            memory.solve(a, b, part_mut(&out, starts[2], axes[2]), true)?;
        }
    }
    Ok(())
}

/// The shape of `numpy.linalg.inv(a)`, and of `cholesky(a)`: that of `a`.
///
/// # Errors
/// [`Error::LinAlg`] where `a` is no batch of square matrices.
pub fn inv_shape(a: &[usize]) -> Result<Shape> {
    let (batch, n) = square(a)?;
    Ok(shape(batch, &[n, n]))
}

/// The inverses, as [`super::inv`], into `out` of [`inv_shape`].
///
/// # Errors
/// As [`solve`].
pub fn inv<T: Real>(a: View<'_, T>, out: ViewMut<'_, T>) -> Result<()> {
    let (batch, _) = square(a.shape())?;
    expect("out", out.shape(), a.shape())?;
    if pairs::serve(a.shape()) {
        let mut pairs = Pairs::new();
        return each_two(batch, a, [out], |a, out| lu::inv_pair(&mut pairs, a, out.as_flattened_mut()));
    }
    let mut memory = lu::Memory::new();
    each(batch, a, [out], |a, [out]| memory.inv(a, out, true))
}

/// The shape of `numpy.linalg.det(a)`, and of both results of `slogdet(a)`: the axes before the
/// matrices.
///
/// # Errors
/// [`Error::LinAlg`] where `a` is no batch of square matrices.
pub fn det_shape(a: &[usize]) -> Result<Shape> {
    Ok(shape(square(a)?.0, &[]))
}

/// The determinants, as [`super::det`], into `out` of [`det_shape`].
///
/// # Errors
/// As [`det_shape`]; [`Error::Value`] where `out` has another shape; [`Error::OutOfMemory`].
pub fn det<T: Real>(a: View<'_, T>, out: ViewMut<'_, T>) -> Result<()> {
    let (batch, _) = square(a.shape())?;
    expect("out", out.shape(), batch)?;
    if pairs::serve(a.shape()) {
        let mut pairs = Pairs::new();
        return each_two(batch, a, [out], |a, out| {
            for ([out], value) in out.iter_mut().zip(lu::det_pair(&mut pairs, a)?) {
                // SAFETY: a 0-D view has the one element.
                unsafe { out.write(0, value) };
            }
            Ok(())
        });
    }
    let mut memory = lu::Memory::new();
    each(batch, a, [out], |a, [mut out]| {
        let value = memory.det(a, true)?;
        // SAFETY: a 0-D view has the one element.
        unsafe { out.write(0, value) };
        Ok(())
    })
}

/// Signs and logarithms of the determinants, as [`super::slogdet`], into `sign` and `logabsdet`,
/// both of [`det_shape`].
///
/// # Errors
/// As [`det`].
pub fn slogdet<T: Real>(a: View<'_, T>, sign: ViewMut<'_, T>, logabsdet: ViewMut<'_, T>) -> Result<()> {
    let (batch, _) = square(a.shape())?;
    expect("sign", sign.shape(), batch)?;
    expect("logabsdet", logabsdet.shape(), batch)?;
    if pairs::serve(a.shape()) {
        let mut pairs = Pairs::new();
        return each_two(batch, a, [sign, logabsdet], |a, results| {
            for ([sign, log], (s, l)) in results.iter_mut().zip(lu::slogdet_pair(&mut pairs, a)?) {
                // SAFETY: a 0-D view has the one element.
                unsafe {
                    sign.write(0, s);
                    log.write(0, l);
                }
            }
            Ok(())
        });
    }
    let mut memory = lu::Memory::new();
    each(batch, a, [sign, logabsdet], |a, [mut sign, mut log]| {
        let (s, l) = memory.slogdet(a)?;
        // SAFETY: a 0-D view has the one element.
        unsafe {
            sign.write(0, s);
            log.write(0, l);
        }
        Ok(())
    })
}

/// The Cholesky factors, as [`super::cholesky()`], into `out` of [`inv_shape`].
///
/// # Errors
/// As [`inv_shape`]; "Matrix is not positive definite" where any of the batch is not;
/// [`Error::Value`] where `out` has another shape; [`Error::OutOfMemory`].
pub fn cholesky<T: Real>(a: View<'_, T>, upper: bool, out: ViewMut<'_, T>) -> Result<()> {
    let (batch, _) = square(a.shape())?;
    expect("out", out.shape(), a.shape())?;
    if pairs::serve(a.shape()) {
        let mut pairs = Pairs::new();
        return each_two(batch, a, [out], |a, out| factor::cholesky_pair(&mut pairs, a, upper, out.as_flattened_mut()));
    }
    let mut scratch = Scratch::new(T::ZERO);
    each(batch, a, [out], |a, [out]| factor::cholesky_in(&mut scratch, a, upper, out, true))
}

/// The shapes of `q` and `r` of `numpy.linalg.qr(a)`, with mode "complete" or "reduced".
///
/// # Errors
/// [`Error::LinAlg`] where `a` has fewer than two axes.
pub fn qr_shapes(a: &[usize], complete: bool) -> Result<[Shape; 2]> {
    let (batch, m, n) = split(a)?;
    let k = if complete { m } else { m.min(n) };
    Ok([shape(batch, &[m, k]), shape(batch, &[k, n])])
}

/// Q and R, as [`super::qr()`], into `q` and `r` of [`qr_shapes`].
///
/// # Errors
/// As [`qr_shapes`]; [`Error::Value`] where the results have other shapes; [`Error::OutOfMemory`].
pub fn qr<T: Real>(a: View<'_, T>, q: ViewMut<'_, T>, r: ViewMut<'_, T>) -> Result<()> {
    let (batch, m, _) = split(a.shape())?;
    let complete = q.shape().last() == Some(&m);
    let [expected_q, expected_r] = qr_shapes(a.shape(), complete)?;
    expect("q", q.shape(), expected_q.as_slice())?;
    expect("r", r.shape(), expected_r.as_slice())?;
    if pairs::serve(a.shape()) {
        let mut pairs = Pairs::new();
        return each_two(batch, a, [q, r], |a, results| reflect::qr_pair(&mut pairs, a, results));
    }
    let mut memory = reflect::Memory::new();
    each(batch, a, [q, r], |a, [q, r]| memory.qr(a, q, r, true))
}

/// R alone, as [`super::qr_r`], into `r` of `qr_shapes(a, false)[1]`.
///
/// # Errors
/// As [`qr`].
pub fn qr_r<T: Real>(a: View<'_, T>, r: ViewMut<'_, T>) -> Result<()> {
    let (batch, _, _) = split(a.shape())?;
    expect("r", r.shape(), qr_shapes(a.shape(), false)?[1].as_slice())?;
    if pairs::serve(a.shape()) {
        let mut pairs = Pairs::new();
        return each_two(batch, a, [r], |a, out| reflect::qr_r_pair(&mut pairs, a, out.as_flattened_mut()));
    }
    let mut memory = reflect::Memory::new();
    each(batch, a, [r], |a, [r]| memory.r(a, r))
}

/// The shapes of `h`, (..., m, n), and `tau`, (..., min(m, n)), of [`qr_raw`]. NumPy's `h` is
/// transposed: its strides are those of the last two axes in the other order.
///
/// # Errors
/// As [`qr_shapes`].
pub fn qr_raw_shapes(a: &[usize]) -> Result<[Shape; 2]> {
    let (batch, m, n) = split(a)?;
    Ok([shape(batch, &[m, n]), shape(batch, &[m.min(n)])])
}

/// The factored matrices, as [`super::qr_raw`], into `h` and `tau` of [`qr_raw_shapes`].
///
/// # Errors
/// As [`qr`].
pub fn qr_raw<T: Real>(a: View<'_, T>, h: ViewMut<'_, T>, tau: ViewMut<'_, T>) -> Result<()> {
    let (batch, _, _) = split(a.shape())?;
    expect("h", h.shape(), a.shape())?;
    expect("tau", tau.shape(), qr_raw_shapes(a.shape())?[1].as_slice())?;
    if pairs::serve(a.shape()) {
        let mut pairs = Pairs::new();
        return each_two(batch, a, [h, tau], |a, results| reflect::qr_raw_pair(&mut pairs, a, results));
    }
    let mut memory = reflect::Memory::new();
    each(batch, a, [h, tau], |a, [h, tau]| memory.raw(a, h, tau))
}

/// The shapes of `w`, (..., n), and `v`, (..., n, n), of `numpy.linalg.eigh(a)`.
///
/// # Errors
/// [`Error::LinAlg`] where `a` is no batch of square matrices.
pub fn eigh_shapes(a: &[usize]) -> Result<[Shape; 2]> {
    let (batch, n) = square(a)?;
    Ok([shape(batch, &[n]), shape(batch, &[n, n])])
}

/// Eigenvalues and eigenvectors, as [`super::eigh()`], into `w` and `v` of [`eigh_shapes`]; with
/// no `v` the values alone, as `numpy.linalg.eigvalsh`.
///
/// # Errors
/// As [`eigh_shapes`]; "Eigenvalues did not converge" where any of the batch is not finite;
/// [`Error::Value`] where the results have other shapes; [`Error::OutOfMemory`].
pub fn eigh<T: Real>(a: View<'_, T>, lower: bool, w: ViewMut<'_, T>, v: Option<ViewMut<'_, T>>) -> Result<()> {
    let (batch, _) = square(a.shape())?;
    let [expected_w, expected_v] = eigh_shapes(a.shape())?;
    expect("w", w.shape(), expected_w.as_slice())?;
    if let Some(v) = &v {
        expect("v", v.shape(), expected_v.as_slice())?;
    }
    if pairs::serve(a.shape()) {
        let mut pairs = Pairs::new();
        return match v {
            None => each_two(batch, a, [w], |a, results| diagonal::eigh_pair(&mut pairs, a, lower, results)),
            Some(v) => each_two(batch, a, [w, v], |a, results| diagonal::eigh_pair(&mut pairs, a, lower, results)),
        };
    }
    match v {
        None => each(batch, a, [w], |a, [w]| diagonal::eigh(a, lower, w, None)),
        Some(v) => each(batch, a, [w, v], |a, [w, v]| diagonal::eigh(a, lower, w, Some(v))),
    }
}

/// The shapes of `u`, `s` and `vt` of `numpy.linalg.svd(a, full_matrices)`.
///
/// # Errors
/// [`Error::LinAlg`] where `a` has fewer than two axes.
pub fn svd_shapes(a: &[usize], full_matrices: bool) -> Result<[Shape; 3]> {
    let (batch, m, n) = split(a)?;
    let k = m.min(n);
    let (columns, rows) = if full_matrices { (m, n) } else { (k, k) };
    Ok([shape(batch, &[m, columns]), shape(batch, &[k]), shape(batch, &[rows, n])])
}

/// The singular value decompositions, as [`super::svd()`], into `s` and `vectors` = (u, vt) of
/// [`svd_shapes`], full or reduced; with no `vectors` the values alone.
///
/// # Errors
/// As [`svd_shapes`]; "SVD did not converge" where any of the batch is not finite;
/// [`Error::Value`] where the results have other shapes; [`Error::OutOfMemory`].
pub fn svd<T: Real>(
    a: View<'_, T>,
    s: ViewMut<'_, T>,
    vectors: Option<(ViewMut<'_, T>, ViewMut<'_, T>)>,
) -> Result<()> {
    let (batch, m, n) = split(a.shape())?;
    let reduced = svd_shapes(a.shape(), false)?;
    expect("s", s.shape(), reduced[1].as_slice())?;
    match vectors {
        None if pairs::serve(a.shape()) => {
            let mut pairs = Pairs::new();
            each_two(batch, a, [s], |a, results| values::svd_pair(&mut pairs, a, results))
        }
        None => each(batch, a, [s], |a, [s]| values::svd(a, s, None)),
        Some((u, vt)) => {
            // Either may be the same in both forms.
            let full = u.shape().last() != Some(&m.min(n)) || vt.shape() != reduced[2].as_slice();
            let [expected_u, _, expected_vt] = svd_shapes(a.shape(), full)?;
            expect("u", u.shape(), expected_u.as_slice())?;
            expect("vt", vt.shape(), expected_vt.as_slice())?;
            if pairs::serve(a.shape()) {
                let mut pairs = Pairs::new();
                return each_two(batch, a, [s, u, vt], |a, results| values::svd_pair(&mut pairs, a, results));
            }
            each(batch, a, [s, u, vt], |a, [s, u, vt]| values::svd(a, s, Some((u, vt))))
        }
    }
}

/// The shape of `numpy.linalg.pinv(a)`: the matrices are transposed.
///
/// # Errors
/// [`Error::LinAlg`] where `a` has fewer than two axes.
pub fn pinv_shape(a: &[usize]) -> Result<Shape> {
    let (batch, m, n) = split(a)?;
    Ok(shape(batch, &[n, m]))
}

/// The pseudo-inverses, as [`super::pinv()`], into `out` of [`pinv_shape`].
///
/// # Errors
/// As [`svd`].
pub fn pinv<T: Real>(a: View<'_, T>, rcond: f64, out: ViewMut<'_, T>) -> Result<()> {
    let (batch, _, _) = split(a.shape())?;
    expect("out", out.shape(), pinv_shape(a.shape())?.as_slice())?;
    each(batch, a, [out], |a, [out]| inverse::pinv(a, rcond, out))
}
