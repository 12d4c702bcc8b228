"""``patch()`` under ``numpy.linalg``: results by their residuals, shapes and dtypes and memory order as NumPy's."""

from __future__ import annotations

import ferrodide
import numpy as np
import pytest
from helpers import LAYOUTS, hits, outcome

pytestmark = pytest.mark.skipif(ferrodide.backend() != "pyo3", reason="only the compiled module serves these")

NAMES = "solve inv det slogdet cholesky qr eigh eigvalsh svd lstsq".split()
DTYPES = ["float64", "float32", "int64"]
SHAPES = [(1, 1), (2, 2), (3, 3), (5, 5), (17, 17), (40, 40), (100, 100), (4, 3, 3), (2, 3, 8, 8), (1, 20, 20)]


@pytest.fixture(autouse=True)
def _clean():
    yield
    ferrodide.unpatch()
    ferrodide.stats(reset=True)


def random(shape, dtype, seed=0):
    x = np.random.default_rng(seed).standard_normal(shape) * 9
    return x.astype(dtype)


def positive(shape, dtype, seed=0):
    """Symmetric, positive definite."""
    x = random(shape, "f8", seed)
    return (x @ x.swapaxes(-1, -2) + 9 * shape[-1] * np.eye(shape[-1])).astype(dtype)


def eps_of(a):
    """Results are rounded to the dtype; all else is computed in doubles."""
    return np.finfo("f4" if a.dtype == np.float32 else "f8").eps


def same_form(got, want):
    assert type(got) is type(want)
    if isinstance(want, tuple):
        assert len(got) == len(want)
        for ours, theirs in zip(got, want, strict=True):
            same_form(ours, theirs)
        return
    assert got.dtype == want.dtype
    assert np.shape(got) == np.shape(want)
    assert got.flags.c_contiguous == want.flags.c_contiguous
    assert got.flags.f_contiguous == want.flags.f_contiguous


def both(name, *args, **keywords):
    """Patched, with the form of NumPy's own result; a kernel served it, and read its operands only."""
    function = getattr(np.linalg, name)
    before = [np.array(a) for a in args if isinstance(a, np.ndarray)]
    with np.errstate(all="ignore"):
        want = function(*args, **keywords)
        count = hits(name)
        with ferrodide.patched("decompositions"):
            got = getattr(np.linalg, name)(*args, **keywords)
    assert hits(name) == count + 1
    same_form(got, want)
    for a, copy in zip((a for a in args if isinstance(a, np.ndarray)), before, strict=True):
        np.testing.assert_array_equal(a, copy)
    return got, want


def norm(a):
    return np.abs(np.asarray(a, "f8")).max(initial=0.0)


def small(residual, scale, n, eps):
    """Backward stable: a residual of n roundings of the operands' size."""
    assert norm(residual) <= 20 * n * eps * scale


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_solve_and_inv(shape, dtype):
    n = shape[-1]
    a, wide = positive(shape, dtype), positive(shape, dtype).astype("f8")
    eps = eps_of(a)
    for b in [random((*shape[:-1], 3), dtype, 1), *([random(n, dtype, 2)] if len(shape) == 2 else [])]:
        x, _ = both("solve", a, b)
        small(wide @ x - b, norm(wide) * norm(x) * n + norm(b), n, eps)
    x, _ = both("inv", a)
    small(wide @ x - np.eye(n), norm(wide) * norm(x) * n, n, eps)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES[:-4] + SHAPES[-3:])
def test_determinants(shape, dtype):
    n = shape[-1]
    a = (np.eye(n) * 3 + random(shape, "f8") / (9 * n)).astype(dtype)
    got, want = both("det", a)
    np.testing.assert_allclose(got, want, rtol=20 * n * eps_of(a))
    (sign, logdet), (their_sign, their_logdet) = both("slogdet", a)
    np.testing.assert_array_equal(sign, their_sign)
    np.testing.assert_allclose(logdet, their_logdet, rtol=20 * n * eps_of(a), atol=20 * n * eps_of(a))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_cholesky_and_eigenvalues(shape, dtype):
    n, eps = shape[-1], eps_of(np.zeros(0, dtype))
    a = positive(shape, dtype)
    wide = a.astype("f8")
    for upper in (False, True):
        factor, _ = both("cholesky", a, upper=upper)
        wanted = np.triu if upper else np.tril
        np.testing.assert_array_equal(factor, wanted(factor))
        f = factor.astype("f8")
        t = f.swapaxes(-1, -2)
        small((t @ f if upper else f @ t) - wide, norm(wide) * n, n, eps)
    for uplo in ("L", "u"):
        (w, v), (their_w, _) = both("eigh", a, uplo)
        small(w - their_w, norm(wide) * n, n, eps)
        v = v.astype("f8")
        small(wide @ v - v * w[..., None, :], norm(wide) * n, n, eps)
        small(v.swapaxes(-1, -2) @ v - np.eye(n), n, n, eps)
        values, _ = both("eigvalsh", a, UPLO=uplo)
        small(values - their_w, norm(wide) * n, n, eps)
    # The other triangle is not read.
    nonsense = np.tril(a) + np.triu(np.full(shape, 77), 1).astype(dtype)
    np.testing.assert_array_equal(both("cholesky", nonsense)[0], both("cholesky", a)[0])
    np.testing.assert_array_equal(both("eigvalsh", nonsense)[0], both("eigvalsh", a)[0])
    above = nonsense.swapaxes(-1, -2).copy()
    np.testing.assert_array_equal(both("eigvalsh", above, UPLO="U")[0], both("eigvalsh", a, UPLO="U")[0])
    np.testing.assert_array_equal(both("eigh", above, "U")[0][0], both("eigh", a, "U")[0][0])
    np.testing.assert_array_equal(both("cholesky", above, upper=True)[0], both("cholesky", a, upper=True)[0])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [*SHAPES, (30, 7), (7, 30), (1, 9), (9, 1), (2, 8, 5), (2, 5, 8)])
def test_qr_and_svd(shape, dtype):
    a = random(shape, dtype)
    n, eps, wide = max(shape[-2:]), eps_of(a), a.astype("f8")
    for mode in ("reduced", "complete"):
        (q, r), _ = both("qr", a, mode)
        q, r = q.astype("f8"), r.astype("f8")
        small(q @ r - wide, norm(wide) * n, n, eps)
        small(q.swapaxes(-1, -2) @ q - np.eye(q.shape[-1]), n, n, eps)
        np.testing.assert_array_equal(r, np.triu(r))
    for full in (False, True):
        (u, s, vt), (_, their_s, _) = both("svd", a, full)
        small(s - their_s, norm(wide) * n, n, eps)
        u, vt = u.astype("f8"), vt.astype("f8")
        k = s.shape[-1]
        small((u[..., :k] * s[..., None, :]) @ vt[..., :k, :] - wide, norm(wide) * n, n, eps)
        small(u.swapaxes(-1, -2) @ u - np.eye(u.shape[-1]), n, n, eps)
        small(vt @ vt.swapaxes(-1, -2) - np.eye(vt.shape[-2]), n, n, eps)
    s, _ = both("svd", a, compute_uv=False)
    small(s - their_s, norm(wide) * n, n, eps)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(30, 7), (7, 30), (12, 12), (1, 1), (50, 1)])
def test_lstsq(shape, dtype):
    m, n = shape
    a = random(shape, dtype)
    eps = eps_of(a)
    for b in (random(m, dtype, 1), random((m, 3), dtype, 2), random((m, 1), dtype, 2)):
        for rcond in (None, 1e-12, 1e-3):
            got, want = both("lstsq", a, b, rcond)
            assert got[2] == want[2]
            # Both solve the normal equations as well as the condition of a allows.
            cond = np.linalg.cond(a.astype("f8"))
            np.testing.assert_allclose(got[0], want[0], rtol=0, atol=50 * max(m, n) * eps * cond**2 * norm(want[0]))
            np.testing.assert_allclose(got[3], want[3], rtol=50 * max(m, n) * eps)
            np.testing.assert_allclose(got[1], want[1], rtol=1e-5 if eps > 1e-10 else 1e-10, atol=eps * norm(b))
    # What is small beside the largest is no part of the rank, by as much as rcond says.
    scaled = np.zeros((m, n))
    np.fill_diagonal(scaled, np.logspace(0, -6, min(m, n)))
    ranks = [both("lstsq", scaled, random(m, "f8", 1), rcond)[0][2] for rcond in (1e-9, 1e-2)]
    assert ranks == [both("lstsq", scaled, random(m, "f8", 1), rcond)[1][2] for rcond in (1e-9, 1e-2)]
    assert min(m, n) == 1 or ranks[1] < ranks[0]
    low = np.outer(np.arange(1.0, 9), np.arange(1.0, 5)).astype(dtype)
    got, want = both("lstsq", low, random(8, dtype))
    assert (got[2], got[1].size) == (1, 0)


@pytest.mark.parametrize("name", ["solve", "lstsq"])
def test_a_result_of_two_dtypes_has_the_wider_one(name):
    a, b = positive((12, 12), "f8"), random(12, "f8", 1)
    for one, other in [("f4", "f8"), ("f8", "f4"), ("f4", "f4"), ("i8", "f4"), ("f4", "i2")]:
        both(name, a.astype(one), b.astype(other))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(layout):
    a, b = LAYOUTS[layout](positive((12, 12), "f8")), LAYOUTS[layout](random((12, 5), "f8", 1))
    calls = {
        "solve": (a, b), "inv": (a,), "det": (a,), "slogdet": (a,), "cholesky": (a,), "qr": (b,), "eigh": (a,),
        "eigvalsh": (a,), "svd": (b,), "lstsq": (a, b),
    }  # fmt: skip
    for name, args in calls.items():
        want = getattr(np.linalg, name)(*args)
        with ferrodide.patched("decompositions"):
            got = getattr(np.linalg, name)(*args)
        same_form(got, want)
        if name not in ("qr", "svd", "eigh"):
            first = (got[0], want[0]) if isinstance(want, tuple) else (got, want)
            np.testing.assert_allclose(*first, rtol=1e-12)
    batch = LAYOUTS[layout](positive((3, 5, 5), "f8"))
    want = np.linalg.inv(batch)
    with ferrodide.patched("decompositions"):
        got = np.linalg.inv(batch)
    same_form(got, want)
    np.testing.assert_allclose(got, want, rtol=1e-12)


def test_a_singular_matrix_and_one_not_positive_definite_raise():
    singular, stack = np.ones((4, 4)), np.stack([np.eye(3), np.zeros((3, 3)), np.eye(3)])
    ferrodide.patch("decompositions")
    for dtype in DTYPES:
        for a in (singular.astype(dtype), stack.astype(dtype)):
            for call in (lambda a=a: np.linalg.inv(a), lambda a=a: np.linalg.solve(a, np.ones_like(a))):
                with pytest.raises(np.linalg.LinAlgError, match="Singular matrix"):
                    call()
        for a in (-np.eye(3).astype(dtype), -stack.astype(dtype)):
            with pytest.raises(np.linalg.LinAlgError, match="Matrix is not positive definite"):
                np.linalg.cholesky(a)
    assert np.linalg.det(singular) == 0
    assert np.linalg.slogdet(np.zeros((2, 2))) == (0, -np.inf)
    np.testing.assert_array_equal(np.linalg.inv(np.eye(3) * 2), np.eye(3) / 2)


def test_errors_and_what_no_kernel_serves_are_numpys():
    a, rect = positive((6, 6), "f8"), random((4, 6), "f8")
    bad = a.copy()
    bad[2, 3] = np.nan
    calls = [
        lambda: np.linalg.inv(rect),
        lambda: np.linalg.inv(a[0]),
        lambda: np.linalg.inv(np.float64(3)),
        lambda: np.linalg.solve(a, np.ones(5)),
        lambda: np.linalg.solve(a, np.ones((5, 2))),
        lambda: np.linalg.solve(a),
        lambda: np.linalg.solve(a, 3),
        lambda: np.linalg.cholesky(rect),
        lambda: np.linalg.eigh(rect),
        lambda: np.linalg.eigh(a, "X"),
        lambda: np.linalg.qr(a, "none"),
        lambda: np.linalg.qr(a[0]),
        lambda: np.linalg.svd(a[0]),
        lambda: np.linalg.lstsq(a, np.ones(5)),
        lambda: np.linalg.lstsq(a, np.ones(6), nonsense=1),
        lambda: np.linalg.det(a.astype("f2")),
        lambda: np.linalg.inv(a.astype(object)),
    ]
    fine = [
        lambda: np.linalg.inv(a.astype(complex)),
        lambda: np.linalg.inv(a.tolist()),
        lambda: np.linalg.inv(np.zeros((0, 0))),
        lambda: np.linalg.inv(np.zeros((0, 3, 3))),
        lambda: np.linalg.solve(a, np.zeros((6, 0))),
        lambda: np.linalg.qr(a, "r"),
        lambda: np.linalg.qr(a, "raw")[1],
        lambda: np.linalg.svd(a, hermitian=True)[1],
        lambda: np.linalg.det(np.asmatrix(a)),
        lambda: np.linalg.det(bad),
        lambda: np.linalg.lstsq(np.zeros((0, 3)), np.zeros(0), rcond=None)[0],
    ]
    want = [outcome(call) for call in calls + fine]
    with ferrodide.patched("decompositions"):
        got = [outcome(call) for call in calls + fine]
    for i, (ours, theirs) in enumerate(zip(got, want, strict=True)):
        assert type(ours[1]) is type(theirs[1]), (i, ours[1], theirs[1])
        assert str(ours[1]) == str(theirs[1]), i
        if theirs[1] is None:
            assert type(ours[0]) is type(theirs[0]), i
            np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-11, atol=1e-11)
    assert all(error is not None for _, error, _ in want[: len(calls)])


def test_what_numpy_builds_on_them_is_served_too():
    a = random((20, 8), "f8")
    calls = {
        "svd": [
            lambda: np.linalg.pinv(a),
            lambda: np.linalg.matrix_rank(a),
            lambda: np.linalg.cond(a),
            lambda: np.linalg.norm(a, 2),
            lambda: np.linalg.svdvals(a),
        ],
        "inv": [lambda: np.linalg.tensorinv(positive((6, 6), "f8").reshape(6, 2, 3), ind=1)],
        "solve": [lambda: np.linalg.tensorsolve(positive((6, 6), "f8").reshape(2, 3, 6), np.ones((2, 3)))],
    }
    for name, each in calls.items():
        for i, call in enumerate(each):
            want, before = call(), hits(name)
            with ferrodide.patched("decompositions"):
                got = call()
            assert hits(name) == before + 1, (name, i)
            same_form(got, want) if isinstance(want, np.ndarray) else None
            np.testing.assert_allclose(got, want, rtol=1e-11, atol=1e-13)
