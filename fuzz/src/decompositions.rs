//! `solve`, `inv`, `det`, `slogdet`, `cholesky`, `qr`, `eigh`, `svd`, `lstsq`, `pinv`: residuals, and the plain twins.

use ferrodide::Error;
use ferrodide::linalg::cholesky::cholesky_with;
use ferrodide::linalg::eigh::eigh_with;
use ferrodide::linalg::lstsq::lstsq_with;
use ferrodide::linalg::lu::{det_with, inv_with, solve_with};
use ferrodide::linalg::qr::qr_with;
use ferrodide::linalg::svd::svd_with;
use ferrodide::linalg::{cholesky, det, eigh, inv, lstsq, pinv, qr, qr_r, qr_raw, slogdet, solve, svd};

use super::input::Input;
use super::matrix::{Float, Matrix, matrix, order};
use super::strided::Strided;

pub fn run(input: &mut Input) {
    match input.below(9) {
        0 | 1 => of_types!(input, systems, f64, f32),
        2 => of_types!(input, choleskys, f64, f32),
        3 => of_types!(input, qrs, f64, f32),
        4 | 5 => of_types!(input, eighs, f64, f32),
        6 => of_types!(input, svds, f64, f32),
        7 => of_types!(input, least_squares, f64, f32),
        _ => of_types!(input, pseudo_inverses, f64, f32),
    }
}

fn blank<T: Float>(input: &mut Input, m: usize, n: usize) -> Strided<T> {
    Matrix::new(m, n, |_, _| -77.0).strided(input)
}

fn vector<T: Float>(input: &mut Input, n: usize) -> Strided<T> {
    Strided::new(input, &[n], false, |_, _| T::small(-77))
}

/// The largest residual of `A X = B` over what partial pivoting promises for it, column by column.
fn backward_error(a: &Matrix, x: &Matrix, b: &Matrix) -> f64 {
    let residual = a.dot(x).minus(b);
    let most = |m: &Matrix, j| (0..m.m).map(|i| m.at(i, j).abs()).fold(0.0, f64::max);
    let n = a.n as f64;
    (0..b.n)
        .map(|j| most(&residual, j) / (n * n * a.max() * most(x, j) + n * most(b, j) + f64::MIN_POSITIVE))
        .fold(0.0, f64::max)
}

fn systems<T: Float>(input: &mut Input) {
    let n = order(input);
    let a = matrix::<T>(input, n, n);
    let columns = input.below(6);
    let b = matrix::<T>(input, n, columns);
    let (a_in, b_in) = (a.strided::<T>(input), b.strided::<T>(input));
    let inverts = input.flag();
    let rhs = if inverts { Matrix::eye(n) } else { b };
    let mut found = Vec::new();
    for blocked in [true, false] {
        let mut x = blank::<T>(input, n, rhs.n);
        let result = match (inverts, blocked) {
            (true, true) => inv(a_in.view(), x.view_mut()),
            (true, false) => inv_with(a_in.view(), x.view_mut(), false),
            (false, true) => solve(a_in.view(), b_in.view(), x.view_mut()),
            (false, false) => solve_with(a_in.view(), b_in.view(), x.view_mut(), false),
        };
        x.check_gaps();
        match result {
            Ok(()) => found.push(Some(Matrix::of(&x))),
            Err(Error::LinAlg(message)) => {
                assert_eq!(message, "Singular matrix");
                found.push(None);
            }
            Err(error) => panic!("{error}"),
        }
    }
    let eps = T::EPSILON.to_f64();
    let [fast, plain] = &found[..] else { unreachable!() };
    if a.is_finite() && rhs.is_finite() {
        let within = |x: &Option<Matrix>| x.as_ref().filter(|x| x.is_finite()).map(|x| backward_error(&a, x, &rhs));
        let small = a.max() < 1e3 * T::MIN_POSITIVE.to_f64() * n as f64;
        match (within(fast), within(plain)) {
            // The pivots may grow: then they do in both, by about as much.
            (Some(fast), plain) if !small => {
                let bound = f64::max(8.0 * eps, 16.0 * plain.unwrap_or(0.0));
                assert!(fast <= bound, "{fast:e} > {bound:e}: inverts {inverts}, {a:?} {rhs:?}");
            }
            _ => {}
        }
    }
    // A determinant moves by the perturbation times the cofactors, which Hadamard's inequality bounds.
    let value = det(a_in.view()).unwrap().to_f64();
    let twin = det_with(a_in.view(), false).unwrap().to_f64();
    let (sign, log) = slogdet(a_in.view()).unwrap();
    if !a.is_finite() {
        return;
    }
    let norms: f64 = (0..n).map(|i| (0..n).map(|j| a.at(i, j).powi(2)).sum::<f64>().sqrt()).product();
    if norms.is_nan() || norms <= 0.0 || norms >= f64::from(f32::MAX) {
        return;
    }
    let grown = 2f64.powi((n as i32).min(6));
    let bound = 16.0 * (n * n) as f64 * eps * norms * grown + T::MIN_POSITIVE.to_f64();
    assert!((value - twin).abs() <= bound, "det {value:e} and {twin:e}, within {bound:e}: {a:?}");
    let by_log = sign.to_f64() * log.to_f64().exp();
    let slack = bound + 4.0 * eps * value.abs() * (1.0 + log.to_f64().abs());
    let slack = if slack.is_finite() { slack } else { bound };
    assert!((by_log - value).abs() <= slack, "slogdet {by_log:e}, det {value:e}: {a:?}");
}

fn choleskys<T: Float>(input: &mut Input) {
    let n = order(input);
    let x = matrix::<T>(input, n, n);
    let shift = input.pick(&[0.0, 1e-3, 1.0]) * x.max();
    let definite = input.below(4) > 0;
    let a = if definite { x.t().dot(&x) } else { x.clone() };
    let a =
        Matrix::new(n, n, |i, j| a.at(i, j) + if i == j { shift * x.max() } else { 0.0 }).symmetric().rounded::<T>();
    let upper = input.flag();
    // What is not to be read is NaN.
    let given = Matrix::new(n, n, |i, j| if i == j || (i < j) == upper { a.at(i, j) } else { f64::NAN });
    let given = given.strided::<T>(input);
    let mut found = Vec::new();
    for blocked in [true, false] {
        let mut out = blank::<T>(input, n, n);
        let result = match blocked {
            true => cholesky(given.view(), upper, out.view_mut()),
            false => cholesky_with(given.view(), upper, out.view_mut(), false),
        };
        out.check_gaps();
        match result {
            Ok(()) => found.push(Some(if upper { Matrix::of(&out).t() } else { Matrix::of(&out) })),
            Err(Error::LinAlg(message)) => {
                assert_eq!(message, "Matrix is not positive definite");
                found.push(None);
            }
            Err(error) => panic!("{error}"),
        }
    }
    let bound = 8.0 * (n as f64 + 4.0) * T::EPSILON.to_f64() * a.max() + T::MIN_POSITIVE.to_f64() * n as f64;
    if !a.is_finite() || a.max() > f64::from(f32::MAX) || (a.max() > 0.0 && a.max() < 1e-30) {
        return;
    }
    for l in found.iter().flatten() {
        assert!((0..n).all(|i| (i + 1..n).all(|j| l.at(i, j) == 0.0) && l.at(i, i) > 0.0), "no triangle");
        let residual = l.dot(&l.t()).minus(&a).max();
        assert!(residual <= bound, "residual {residual:e} > {bound:e}: {a:?}");
    }
    if let [Some(l), None] | [None, Some(l)] = &found[..] {
        // Only rounding may decide differently.
        let least = (0..n).map(|i| l.at(i, i)).fold(f64::INFINITY, f64::min);
        assert!(least * least <= bound * n as f64, "one is refused: {a:?}");
    }
}

fn qrs<T: Float>(input: &mut Input) {
    let (m, n) = (order(input), order(input));
    let a = matrix::<T>(input, m, n);
    let k = if input.flag() { m } else { m.min(n) };
    let blocked = input.below(4) > 0;
    let given = a.strided::<T>(input);
    let (mut q, mut r) = (blank::<T>(input, m, k), blank::<T>(input, k, n));
    match blocked {
        true => qr(given.view(), q.view_mut(), r.view_mut()).unwrap(),
        false => qr_with(given.view(), q.view_mut(), r.view_mut(), false).unwrap(),
    }
    let mut only = blank::<T>(input, m.min(n), n);
    qr_r(given.view(), only.view_mut()).unwrap();
    let (mut h, mut tau) = (blank::<T>(input, m, n), vector::<T>(input, m.min(n)));
    qr_raw(given.view(), h.view_mut(), tau.view_mut()).unwrap();
    for array in [&q, &r, &only, &h, &tau] {
        array.check_gaps();
    }
    if !a.is_finite() {
        return;
    }
    let (q, r, only, h) = (Matrix::of(&q), Matrix::of(&r), Matrix::of(&only), Matrix::of(&h));
    let size = m.max(n).max(8) as f64;
    let eps = T::EPSILON.to_f64();
    let bound = 4.0 * eps * size;
    assert!(q.orthogonality() <= bound, "q by {:e}: {a:?}", q.orthogonality());
    let residual = q.dot(&r).minus(&a).max();
    assert!(residual <= bound * size * a.max(), "residual {residual:e}: {a:?}");
    assert!((0..k).all(|i| (0..n.min(i)).all(|j| r.at(i, j) == 0.0)), "r is no triangle");
    for i in 0..m.min(n) {
        for j in i..n {
            assert!((only.at(i, j) - h.at(i, j)).abs() <= bound * size * a.max(), "r of the modes: {a:?}");
        }
    }
    // R^T R = A^T A whatever the signs.
    let gram = only.t().dot(&only).minus(&a.t().dot(&a)).max();
    assert!(gram <= 4.0 * bound * size * size * a.max() * a.max() + f64::MIN_POSITIVE, "gram {gram:e}: {a:?}");
    assert!(
        super::matrix::Matrix::of(&tau).data.iter().all(|tau| (-1e-3..=2.001).contains(tau)),
        "{:?}",
        tau.elements()
    );
}

fn eighs<T: Float>(input: &mut Input) {
    let n = order(input);
    let a = matrix::<T>(input, n, n).symmetric();
    let lower = input.flag();
    let given = Matrix::new(n, n, |i, j| if i == j || (i > j) == lower { a.at(i, j) } else { f64::NAN });
    let given = given.strided::<T>(input);
    let eps = T::EPSILON.to_f64();
    let (size, norm) = ((n as f64).max(8.0), a.max() * n as f64);
    let mut values = Vec::new();
    for blocked in [true, false] {
        let (mut w, mut v) = (vector::<T>(input, n), blank::<T>(input, n, n));
        let result = match blocked {
            true => eigh(given.view(), lower, w.view_mut(), Some(v.view_mut())),
            false => eigh_with(given.view(), lower, w.view_mut(), Some(v.view_mut()), false),
        };
        let mut only = vector::<T>(input, n);
        let alone = eigh_with(given.view(), lower, only.view_mut(), None, blocked);
        for array in [&w, &v, &only] {
            array.check_gaps();
        }
        assert_eq!(result, alone);
        if !a.is_finite() {
            assert_eq!(result, Err(Error::LinAlg("Eigenvalues did not converge".into())));
            continue;
        }
        result.unwrap();
        let (w, v, only) = (Matrix::of(&w).data, Matrix::of(&v), Matrix::of(&only).data);
        assert!(w.is_sorted() && only.is_sorted(), "{w:?} {only:?}");
        let off = v.orthogonality();
        assert!(off <= 4.0 * eps * size, "blocked {blocked}: not orthogonal by {off:e}: {a:?}");
        let residual = a.dot(&v).minus(&v.scaled(&w)).max();
        // A value may be rounded to a subnormal. Constant matrices come to 8 eps times their norm (LAPACK's to 4).
        let least = T::MIN_POSITIVE.to_f64() * size;
        assert!(residual <= 12.0 * eps * norm + least, "blocked {blocked}: residual {residual:e}: {a:?}");
        values.push(w);
        values.push(only);
    }
    for other in values.iter().skip(1) {
        for (x, y) in values[0].iter().zip(other) {
            assert!((x - y).abs() <= 4.0 * eps * size * norm + T::MIN_POSITIVE.to_f64(), "{x:e} and {y:e}: {a:?}");
        }
    }
}

fn svds<T: Float>(input: &mut Input) {
    let (m, n) = (order(input), order(input));
    let a = matrix::<T>(input, m, n);
    let (k, size) = (m.min(n), m.max(n).max(8) as f64);
    let (norm, eps) = (a.max() * size, T::EPSILON.to_f64());
    let full = input.flag();
    let given = a.strided::<T>(input);
    let mut values = Vec::new();
    for blocked in [true, false] {
        let (rows, columns) = if full { (m, n) } else { (k, k) };
        let (mut u, mut vt) = (blank::<T>(input, m, rows), blank::<T>(input, columns, n));
        let (mut s, mut only) = (vector::<T>(input, k), vector::<T>(input, k));
        let vectors = Some((u.view_mut(), vt.view_mut()));
        let result = match blocked {
            true => svd(given.view(), s.view_mut(), vectors),
            false => svd_with(given.view(), s.view_mut(), vectors, false),
        };
        let alone = svd_with(given.view(), only.view_mut(), None, blocked);
        for array in [&u, &vt, &s, &only] {
            array.check_gaps();
        }
        assert_eq!(result, alone);
        if !a.is_finite() {
            assert_eq!(result, Err(Error::LinAlg("SVD did not converge".into())));
            continue;
        }
        result.unwrap();
        let (u, vt, s, only) = (Matrix::of(&u), Matrix::of(&vt), Matrix::of(&s).data, Matrix::of(&only).data);
        assert!(s.iter().rev().is_sorted() && s.iter().all(|s| *s >= 0.0), "{s:?}");
        for (name, off) in [("u", u.orthogonality()), ("vt", vt.t().orthogonality())] {
            assert!(off <= 4.0 * eps * size, "blocked {blocked}: {name} not orthogonal by {off:e}: {a:?}");
        }
        let thin = Matrix::new(k, n, |i, j| vt.at(i, j));
        let residual = u.columns(k).scaled(&s).dot(&thin).minus(&a).max();
        let least = T::MIN_POSITIVE.to_f64() * size;
        assert!(residual <= 24.0 * eps * norm + least, "blocked {blocked}: residual {residual:e}: {a:?}");
        values.push(s);
        values.push(only);
    }
    for other in values.iter().skip(1) {
        for (x, y) in values[0].iter().zip(other) {
            assert!((x - y).abs() <= 4.0 * eps * size * norm + T::MIN_POSITIVE.to_f64(), "{x:e} and {y:e}: {a:?}");
        }
    }
}

fn least_squares<T: Float>(input: &mut Input) {
    let (m, n) = (order(input), order(input));
    let a = matrix::<T>(input, m, n);
    let columns = input.below(12);
    let b = matrix::<T>(input, m, columns);
    let (k, size, eps) = (m.min(n), m.max(n).max(8) as f64, T::EPSILON.to_f64());
    let (a_in, b_in) = (a.strided::<T>(input), b.strided::<T>(input));
    // Well above rounding: the condition of what counts is at most its inverse.
    let rcond = 1e-3;
    let mut values = vector::<T>(input, k);
    let exact = svd(a_in.view(), values.view_mut(), None);
    let s = Matrix::of(&values).data;
    for blocked in [true, false] {
        let (mut x, mut residuals) = (blank::<T>(input, n, columns), vector::<T>(input, columns));
        let mut got = vector::<T>(input, k);
        let result = match blocked {
            true => lstsq(
                a_in.view(),
                b_in.view(),
                T::from_f64(rcond),
                x.view_mut(),
                Some(residuals.view_mut()),
                got.view_mut(),
            ),
            false => lstsq_with(
                a_in.view(),
                b_in.view(),
                T::from_f64(rcond),
                x.view_mut(),
                Some(residuals.view_mut()),
                got.view_mut(),
                false,
            ),
        };
        for array in [&x, &residuals, &got] {
            array.check_gaps();
        }
        let Ok(()) = exact else {
            let message = "SVD did not converge in Linear Least Squares";
            assert_eq!(result, Err(Error::LinAlg(message.into())));
            continue;
        };
        let rank = result.unwrap();
        if s.iter().any(|value| (value - rcond * s[0]).abs() <= 1e-3 * value) || !b.is_finite() || a.max() == 0.0 {
            continue;
        }
        assert_eq!(rank, s.iter().filter(|value| **value > rcond * s[0]).count(), "{s:?}");
        let x = Matrix::of(&x);
        let scale = b.max() / s[..rank].last().copied().unwrap_or(1.0).max(f64::MIN_POSITIVE);
        if !x.is_finite() || scale > T::ROOM as f64 * 1e30 {
            continue;
        }
        // What is left is at right angles to the columns that count: A^T (B - A X) = 0 for full rank.
        if rank == n && columns > 0 {
            let normal = a.t().dot(&b.minus(&a.dot(&x))).max();
            let bound = 64.0 * eps * size * size * a.max() * (size * a.max() * x.max() + b.max());
            assert!(
                normal <= bound + T::MIN_POSITIVE.to_f64(),
                "blocked {blocked}: {normal:e} > {bound:e}: {a:?} {b:?}"
            );
        }
    }
}

/// What `svd` gives, multiplied as the definition says.
fn pseudo_inverses<T: Float>(input: &mut Input) {
    let (m, n) = (order(input), order(input));
    let a = matrix::<T>(input, m, n);
    let k = m.min(n);
    let rcond = input.pick(&[1e-3, 0.0, 1e-15, 1.0]);
    let given = a.strided::<T>(input);
    let mut out = blank::<T>(input, n, m);
    let result = pinv(given.view(), rcond, out.view_mut());
    out.check_gaps();
    let (mut u, mut s, mut vt) = (blank::<T>(input, m, k), vector::<T>(input, k), blank::<T>(input, k, n));
    let exact = svd(given.view(), s.view_mut(), Some((u.view_mut(), vt.view_mut())));
    assert_eq!(result, exact);
    if exact.is_err() {
        return;
    }
    let (got, u, s, vt) = (Matrix::of(&out), Matrix::of(&u), Matrix::of(&s).data, Matrix::of(&vt));
    let kept = s.iter().take_while(|value| **value > rcond * s[0]).count();
    // The inverse of a value, its product with U, and the sum are rounded to the dtype.
    let (eps, least) = (T::EPSILON.to_f64(), T::MIN_POSITIVE.to_f64());
    for i in 0..n {
        for j in 0..m {
            let terms = || (0..kept).map(|l| vt.at(l, i) * (u.at(j, l) / s[l]));
            let (sum, size): (f64, f64) = (terms().sum(), terms().map(f64::abs).sum());
            let far = size >= 0.1 / least || s[..kept].iter().any(|s| 1.0 / s >= 0.1 / least);
            let bound = (k + 4) as f64 * eps * size + k as f64 * least * (1.0 + size);
            let x = got.at(i, j);
            assert!(far || (x - sum).abs() <= bound, "{x:e} at {i} {j}, expected {sum:e} within {bound:e}: {a:?}");
        }
    }
}
