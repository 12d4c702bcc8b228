//! `numpy.linalg`: `solve`, `inv`, `det`, `slogdet`, `cholesky`, `qr`, `eigh`, `eigvalsh`, `svd`, `lstsq`, and
//! so what NumPy builds on these (`pinv`, `matrix_rank`, `cond`, `norm`, ...).
//!
//! As NumPy, they compute in doubles whatever the dtype, and round the result to it. Small matrices of floats are read and
//! written as they are; larger ones are converted before and after.

use ferrodide::Error;
use ferrodide::linalg::{self, Shape, batched};
use numpy::PY_ARRAY_API;
use numpy::npyffi::NPY_TYPES;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyTuple, PyType};

use super::Declined;
use super::functions::functions;
use super::methods::Call;
use crate::array::{Array, Kind, NewArray, returned, scalar};

type Answer<'py> = Result<Bound<'py, PyAny>, Declined>;

functions! {
    SOLVE: "solve" "numpy.linalg", "solve" => solve;
    INV: "inv" "numpy.linalg", "inv" => inv;
    DET: "det" "numpy.linalg", "det" => det;
    SLOGDET: "slogdet" "numpy.linalg", "slogdet" => slogdet;
    CHOLESKY: "cholesky" "numpy.linalg", "cholesky" => cholesky;
    QR: "qr" "numpy.linalg", "qr" => qr;
    EIGH: "eigh" "numpy.linalg", "eigh" => eigh;
    EIGVALSH: "eigvalsh" "numpy.linalg", "eigvalsh" => eigvalsh;
    SVD: "svd" "numpy.linalg", "svd" => svd;
    LSTSQ: "lstsq" "numpy.linalg", "lstsq" => lstsq;
}

/// A real operand: of doubles, or of floats that are widened where they are read.
struct Real<'py> {
    array: Bound<'py, PyAny>,
    /// Whether the result is rounded to `float32`.
    is_single: bool,
    /// Whether it is of floats.
    is_kept: bool,
}

impl<'py> Real<'py> {
    fn new(given: Option<Borrowed<'_, 'py, PyAny>>) -> Result<Self, Declined> {
        let given = given.ok_or(Declined::Arguments)?;
        let array = Array::any(&given).ok_or(Declined::Operands)?;
        // Where nothing is to be done, or no matrices lie one after another, NumPy makes the result.
        if array.size() == 0 || array.ndim() == 0 {
            return Err(Declined::Operands);
        }
        if array.ndim() > 2 && !array.is_contiguous() {
            return Err(Declined::Strides);
        }
        let is_single = array.kind() == Kind::F32;
        match array.kind() {
            Kind::C64 | Kind::C128 => Err(Declined::Dtype),
            Kind::F64 => Ok(Self { array: given.to_owned(), is_single, is_kept: false }),
            Kind::F32 if batched::in_doubles(array.shape()) => {
                Ok(Self { array: given.to_owned(), is_single, is_kept: true })
            }
            _ => Ok(Self { array: cast(given.py(), &given, NPY_TYPES::NPY_DOUBLE)?, is_single, is_kept: false }),
        }
    }

    /// In doubles.
    fn widened(self) -> PyResult<Self> {
        if !self.is_kept {
            return Ok(self);
        }
        let array = cast(self.array.py(), &self.array, NPY_TYPES::NPY_DOUBLE)?;
        Ok(Self { array, is_kept: false, ..self })
    }

    /// A result of its type.
    fn empty(&self, shape: &Shape) -> PyResult<NewArray<'py>> {
        let dtype = if self.is_kept { NPY_TYPES::NPY_FLOAT } else { NPY_TYPES::NPY_DOUBLE };
        NewArray::empty(self.array.py(), dtype, shape.as_slice())
    }

    fn as_array(&self) -> Result<Array<'_, 'py>, Declined> {
        Array::any(&self.array).ok_or(Declined::Operands)
    }
}

/// An array in another dtype, in C order.
fn cast<'py>(py: Python<'py>, array: &Bound<'py, PyAny>, type_num: NPY_TYPES) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: a live array; NumPy takes over the dtype's reference; a null return carries an exception.
    unsafe {
        let dtype = PY_ARRAY_API.PyArray_DescrFromType(py, type_num as _);
        Bound::from_owned_ptr_or_err(py, PY_ARRAY_API.PyArray_CastToType(py, array.as_ptr().cast(), dtype, 0))
    }
}

/// A result, rounded where it is not yet; a scalar where it has no dimensions.
fn finish<'py>(made: NewArray<'py>, operand: &Real<'py>) -> Answer<'py> {
    let array = made.into_array();
    let is_rounded = operand.is_kept || !operand.is_single;
    let array = if is_rounded { array } else { cast(array.py(), &array, NPY_TYPES::NPY_FLOAT)? };
    Ok(returned(array)?)
}

/// The expression where `$T` is the type of the operand's elements.
macro_rules! of_type {
    ($real:expr, $T:ident => $body:expr) => {
        if $real.is_kept {
            type $T = f32;
            $body
        } else {
            type $T = f64;
            $body
        }
    };
}

/// That a matrix is singular, or not positive definite, is raised: where WebAssembly has no floating-point flags,
/// NumPy does not see it. The other errors are NumPy's to raise.
fn refused(py: Python<'_>, error: Error) -> Declined {
    static LIN_ALG_ERROR: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    match error {
        Error::LinAlg(message) if !message.contains("converge") => {
            let class = LIN_ALG_ERROR.import(py, "numpy.linalg", "LinAlgError");
            class.map_or_else(|e| e, |class| PyErr::from_type(class.clone(), message)).restore(py);
            Declined::Raised
        }
        error => error.into(),
    }
}

/// An instance of one of numpy.linalg's named tuples.
fn named<'py, const N: usize>(py: Python<'py>, class: &str, fields: [Bound<'py, PyAny>; N]) -> Answer<'py> {
    let class = py.import("numpy.linalg._linalg")?.getattr(class)?;
    Ok(class.call1(PyTuple::new(py, fields)?)?)
}

fn flag(argument: Option<Borrowed<'_, '_, PyAny>>, default: bool) -> Result<bool, Declined> {
    argument.map_or(Ok(default), |argument| argument.extract::<bool>().map_err(|_| Declined::Arguments))
}

fn solve<'py>(call: &Call<'_, 'py>) -> Answer<'py> {
    let [a, b] = call.arguments(["a", "b"])?;
    let (mut a, mut b) = (Real::new(a)?, Real::new(b)?);
    if a.is_kept != b.is_kept {
        (a, b) = (a.widened()?, b.widened()?);
    }
    a.is_single &= b.is_single;
    let (a_array, b_array) = (a.as_array()?, b.as_array()?);
    // The order in which a batch of results lies, where the operands broadcast, is NumPy's to say.
    if a_array.ndim() > 2 && b_array.ndim() != a_array.ndim() || b_array.ndim() > 2 && a_array.ndim() == 2 {
        return Err(Declined::Operands);
    }
    let shape = batched::solve_shape(a_array.shape(), b_array.shape())?;
    call.start(a_array.size());
    let mut out = a.empty(&shape)?;
    // SAFETY: all are of this type.
    let solved = of_type!(a, T => unsafe {
        batched::solve::<T>(a_array.view(), b_array.view(), out.view_mut())
    });
    solved.map_err(|e| refused(call.py, e))?;
    finish(out, &a)
}

/// One result of one operand: of which shape, and what computes it.
macro_rules! one_result {
    ($call:expr, $a:expr, $shape:expr, |$view:ident, $out:ident| $kernel:expr) => {{
        let (call, a): (&Call<'_, '_>, Real<'_>) = ($call, $a);
        let array = a.as_array()?;
        let shape = $shape(array.shape())?;
        call.start(array.size());
        let mut made = a.empty(&shape)?;
        let computed = of_type!(a, T => {
            // SAFETY: both are of this type.
            let ($view, $out) = unsafe { (array.view::<T>(), made.view_mut::<T>()) };
            $kernel
        });
        computed.map_err(|e| refused(call.py, e))?;
        finish(made, &a)
    }};
}

fn inv<'py>(call: &Call<'_, 'py>) -> Answer<'py> {
    let [a] = call.arguments(["a"])?;
    one_result!(call, Real::new(a)?, batched::inv_shape, |a, out| batched::inv(a, out))
}

fn cholesky<'py>(call: &Call<'_, 'py>) -> Answer<'py> {
    let [a, upper] = call.arguments(["a", "upper"])?;
    let upper = flag(upper, false)?;
    one_result!(call, Real::new(a)?, batched::inv_shape, |a, out| batched::cholesky(a, upper, out))
}

fn det<'py>(call: &Call<'_, 'py>) -> Answer<'py> {
    let [a] = call.arguments(["a"])?;
    one_result!(call, Real::new(a)?, batched::det_shape, |a, out| batched::det(a, out))
}

fn slogdet<'py>(call: &Call<'_, 'py>) -> Answer<'py> {
    let py = call.py;
    let [a] = call.arguments(["a"])?;
    let a = Real::new(a)?;
    let array = a.as_array()?;
    let shape = batched::det_shape(array.shape())?;
    call.start(array.size());
    let (mut sign, mut logdet) = (a.empty(&shape)?, a.empty(&shape)?);
    // SAFETY: all are of this type.
    let computed = of_type!(a, T => unsafe {
        batched::slogdet::<T>(array.view(), sign.view_mut(), logdet.view_mut())
    });
    computed.map_err(|e| refused(py, e))?;
    named(py, "SlogdetResult", [finish(sign, &a)?, finish(logdet, &a)?])
}

fn qr<'py>(call: &Call<'_, 'py>) -> Answer<'py> {
    let py = call.py;
    let [a, mode] = call.arguments(["a", "mode"])?;
    let complete = match mode {
        None => false,
        Some(mode) => match mode.extract::<&str>() {
            Ok("reduced") => false,
            Ok("complete") => true,
            _ => return Err(Declined::Arguments),
        },
    };
    let a = Real::new(a)?;
    let array = a.as_array()?;
    // R lies as the operand does.
    if !array.is_contiguous() {
        return Err(Declined::Strides);
    }
    let [q_shape, r_shape] = batched::qr_shapes(array.shape(), complete)?;
    call.start(array.size());
    let (mut q, mut r) = (a.empty(&q_shape)?, a.empty(&r_shape)?);
    // SAFETY: all are of this type.
    of_type!(a, T => unsafe { batched::qr::<T>(array.view(), q.view_mut(), r.view_mut()) })?;
    named(py, "QRResult", [finish(q, &a)?, finish(r, &a)?])
}

/// Whether the lower triangle is read.
fn is_lower(uplo: Option<Borrowed<'_, '_, PyAny>>) -> Result<bool, Declined> {
    match uplo.map(|uplo| uplo.extract::<&str>().map(str::to_ascii_uppercase)) {
        None => Ok(true),
        Some(Ok(uplo)) if uplo == "L" => Ok(true),
        Some(Ok(uplo)) if uplo == "U" => Ok(false),
        Some(_) => Err(Declined::Arguments),
    }
}

fn eigh<'py>(call: &Call<'_, 'py>) -> Answer<'py> {
    let py = call.py;
    let [a, uplo] = call.arguments(["a", "UPLO"])?;
    let (a, lower) = (Real::new(a)?, is_lower(uplo)?);
    let array = a.as_array()?;
    let [w_shape, v_shape] = batched::eigh_shapes(array.shape())?;
    call.start(array.size());
    let (mut w, mut v) = (a.empty(&w_shape)?, a.empty(&v_shape)?);
    // SAFETY: all are of this type.
    of_type!(a, T => unsafe { batched::eigh::<T>(array.view(), lower, w.view_mut(), Some(v.view_mut())) })?;
    named(py, "EighResult", [finish(w, &a)?, finish(v, &a)?])
}

fn eigvalsh<'py>(call: &Call<'_, 'py>) -> Answer<'py> {
    let [a, uplo] = call.arguments(["a", "UPLO"])?;
    let lower = is_lower(uplo)?;
    let shape = |shape: &[usize]| batched::eigh_shapes(shape).map(|[values, _]| values);
    one_result!(call, Real::new(a)?, shape, |a, w| batched::eigh(a, lower, w, None))
}

fn svd<'py>(call: &Call<'_, 'py>) -> Answer<'py> {
    let py = call.py;
    let [a, full, vectors, hermitian] = call.arguments(["a", "full_matrices", "compute_uv", "hermitian"])?;
    let (full, vectors) = (flag(full, true)?, flag(vectors, true)?);
    if flag(hermitian, false)? {
        return Err(Declined::Arguments);
    }
    let a = Real::new(a)?;
    if !vectors {
        let shape = |shape: &[usize]| batched::svd_shapes(shape, false).map(|[_, s, _]| s);
        return one_result!(call, a, shape, |a, s| batched::svd(a, s, None));
    }
    let array = a.as_array()?;
    let [u_shape, s_shape, vt_shape] = batched::svd_shapes(array.shape(), full)?;
    call.start(array.size());
    let (mut u, mut s, mut vt) = (a.empty(&u_shape)?, a.empty(&s_shape)?, a.empty(&vt_shape)?);
    // SAFETY: all are of this type.
    of_type!(a, T => unsafe {
        batched::svd::<T>(array.view(), s.view_mut(), Some((u.view_mut(), vt.view_mut())))
    })?;
    let [u, s, vt] = [u, s, vt].map(|each| finish(each, &a));
    named(py, "SVDResult", [u?, s?, vt?])
}

fn lstsq<'py>(call: &Call<'_, 'py>) -> Answer<'py> {
    let py = call.py;
    let [a, b, rcond] = call.arguments(["a", "b", "rcond"])?;
    let (mut a, b) = (Real::new(a)?.widened()?, Real::new(b)?.widened()?);
    a.is_single &= b.is_single;
    let (a_array, b_array) = (a.as_array()?, b.as_array()?);
    let &[m, n] = a_array.shape() else { return Err(Declined::Operands) };
    let columns = match *b_array.shape() {
        [rows] if rows == m => None,
        [rows, columns] if rows == m => Some(columns),
        _ => return Err(Declined::Operands),
    };
    let rcond = match rcond.filter(|rcond| !rcond.is_none()) {
        None => f64::EPSILON * m.max(n) as f64,
        Some(rcond) => rcond.extract::<f64>().map_err(|_| Declined::Arguments)?,
    };
    // By the precision itself, a rank is a matter of the last rounding: NumPy's.
    if rcond.is_nan() || rcond < 0.0 {
        return Err(Declined::Arguments);
    }
    call.start(a_array.size());
    let x_shape = [n, columns.unwrap_or(1)];
    let mut x = NewArray::empty(py, NPY_TYPES::NPY_DOUBLE, &x_shape[..1 + usize::from(columns.is_some())])?;
    let mut s = NewArray::empty(py, NPY_TYPES::NPY_DOUBLE, &[m.min(n)])?;
    let mut residuals = NewArray::empty(py, NPY_TYPES::NPY_DOUBLE, &[columns.unwrap_or(1)])?;
    // SAFETY: all are float64.
    let (a_view, b_view) = unsafe { (a_array.view::<f64>(), b_array.view()) };
    // SAFETY: as above.
    let (x_view, residual_view, s_view) = unsafe { (x.view_mut(), residuals.view_mut(), s.view_mut()) };
    let rank = linalg::lstsq(a_view, b_view, rcond, x_view, Some(residual_view), s_view)?;
    if rank != n || m <= n {
        residuals = NewArray::empty(py, NPY_TYPES::NPY_DOUBLE, &[0])?;
    }
    let [x, residuals, s] = [x, residuals, s].map(|each| finish(each, &a));
    let fields = [x?, residuals?, scalar(py, NPY_TYPES::NPY_INT, rank as i32)?, s?];
    Ok(PyTuple::new(py, fields)?.into_any())
}
