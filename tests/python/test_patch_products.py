"""``patch()`` under the products that are no ufuncs: dot, inner, vdot, tensordot, einsum."""

from __future__ import annotations

import itertools

import ferrodide
import numpy as np
import pytest
from helpers import LAYOUTS, assert_same, dot_bound, outcome

needs_loops = pytest.mark.skipif(
    ferrodide.backend() != "pyo3", reason="only the compiled module reaches NumPy's methods"
)
pytestmark = needs_loops

FLOATS = ["float64", "float32"]


@pytest.fixture(autouse=True, params=[False, True], ids=["as shipped", "every length"])
def every_length(request):
    from ferrodide._backend import kernels

    kernels._patch_serve_short(request.param)
    yield request.param
    kernels._patch_serve_short(False)
    ferrodide.unpatch()
    ferrodide.stats(reset=True)


def hits(name: str) -> int:
    return ferrodide.stats()[name]["hits"]


def random(shape, dtype, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def within(got, want, bound):
    assert type(got) is type(want)
    assert np.shape(got) == np.shape(want)
    assert got.dtype == want.dtype
    assert got.flags.c_contiguous == want.flags.c_contiguous
    assert (np.abs(got.astype("f8") - want) <= bound).all()


SHAPES = [
    ((40, 30), (30, 50)),
    ((30,), (30, 50)),
    ((40, 30), (30,)),
    ((900,), (900,)),
    ((3, 20, 30), (30, 10)),
    ((2, 2), (2, 2)),
]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_dot_of_any_layout(dtype, layout):
    for one, other in [*SHAPES, ((0, 4), (4, 3)), ((4, 0), (0, 3)), ((0,), (0,)), ((1,), (1,))]:
        a, b = LAYOUTS[layout](random(one, dtype)), LAYOUTS[layout](random(other, dtype, 1))
        want = np.dot(a, b)
        with ferrodide.patched("products"):
            got, by_method = np.dot(a, b), a.dot(b)
        bound = dot_bound(a, b, dtype)
        within(got, want, bound)
        within(by_method, want, bound)
    assert hits("dot") or layout in ("unaligned", "byte-swapped", "byte-swapped F")


@pytest.mark.parametrize("dtype", FLOATS)
def test_inner_vdot_and_tensordot(dtype):
    a, b, v = random((40, 30), dtype), random((50, 30), dtype, 1), random(700, dtype, 2)
    cubes = random((20, 12, 15), dtype, 3), random((12, 15, 9), dtype, 4)
    calls = {
        "inner": (lambda: np.inner(a, b), dot_bound(a, b.T, dtype)),
        "inner of vectors": (lambda: np.inner(v, v[::-1]), dot_bound(v, v, dtype)),
        "inner of cubes": (lambda: np.inner(cubes[0], a[:, :15]), dot_bound(cubes[0], a[:, :15].T, dtype)),
        "vdot": (lambda: np.vdot(v, v), dot_bound(v, v, dtype)),
        "tensordot": (
            lambda: np.tensordot(*cubes),
            dot_bound(cubes[0].reshape(20, -1), cubes[1].reshape(-1, 9), dtype),
        ),
    }
    for name, (call, bound) in calls.items():
        want = call()
        before = sum(hits(each) for each in ("inner", "vdot", "dot"))
        with ferrodide.patched("products"):
            got = call()
        assert sum(hits(each) for each in ("inner", "vdot", "dot")) == before + 1, name
        within(got, want, bound)


EINSUMS = [
    "ij,jk->ik", "ij,jk->ki", "ij,kj->ik", "ji,jk->ik", "ij,jk", "ij,j->i", "i,i->", "ij,ij->", "ij,ij->i",
    "ijk,ikl->ijl", "ijk,jkl->il", "ijk,kjl->li", "aib,cbj->aicj", "ij,jk,kl->il", "ij,ik,jk->", "i,j->ij",
    "ij , jk -> ik",
]  # fmt: skip


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("subscripts", EINSUMS)
def test_einsum_gives_numpys_result_in_its_memory_order(subscripts, dtype, every_length):
    inputs = subscripts.replace(" ", "").split("->")[0].split(",")
    rng = np.random.default_rng(0)
    n = 0
    for sizes in [(12, 13, 14, 15, 5, 6), (3, 1, 2, 4, 2, 1), (2, 0, 3, 2, 2, 2)]:
        extent = dict(zip("ijklabc", (*sizes, 4), strict=False))
        for turn in range(12):
            operands = []
            for labels in inputs:
                order = rng.permutation(len(labels)) if turn else np.arange(len(labels))
                a = rng.standard_normal([extent[labels[axis]] for axis in order]).astype(dtype)
                operands.append(
                    a.transpose(np.argsort(order))[tuple(slice(None, None, -1 if turn == 5 else 1) for _ in labels)]
                )
            want = np.einsum(subscripts, *operands)
            with ferrodide.patched("einsum"):
                got = np.einsum(subscripts, *operands)
            assert type(got) is type(want)
            assert got.dtype == want.dtype
            if isinstance(want, np.ndarray):
                assert got.shape == want.shape
                assert got.strides == want.strides or want.size <= 1 or 1 in want.shape or 0 in want.shape
                assert got.flags.c_contiguous == want.flags.c_contiguous
                assert got.flags.f_contiguous == want.flags.f_contiguous
            # Each sum has at most as many terms as there are elements of the whole product, each within a rounding.
            magnitude = np.einsum(subscripts, *(np.abs(a).astype("f8") for a in operands))
            terms = max(1, int(np.prod([extent[label] for label in set("".join(inputs))])))
            bound = 2 * (terms + 2) * np.finfo(dtype).eps * magnitude
            assert (np.abs(got.astype("f8") - want) <= bound).all()
            n += 1
    assert n == 36
    if every_length:
        assert hits("einsum") >= 30


def test_errors_and_what_no_kernel_serves_are_numpys():
    a, b = random((30, 40), "f8"), random((30, 40), "f8")
    masked = np.ma.array(a, mask=a > 1)
    frozen = np.zeros((30, 30))
    frozen.flags.writeable = False
    out = np.zeros((30, 30))
    calls = [
        lambda: np.dot(a, b),
        lambda: a.dot(b),
        lambda: np.dot(a),
        lambda: np.dot(a, b.T, c=1),
        lambda: np.dot(a, b.T, frozen),
        lambda: np.inner(a, b.T),
        lambda: np.vdot(a, b[:20]),
        lambda: np.einsum("ij,jk->ik", a, b),
        lambda: np.einsum("ij,kj->ii", a, b),
        lambda: np.einsum("ij,kj->iz", a, b),
        lambda: np.einsum("ij,k->ik", a, b),
        lambda: np.einsum("ij,kj->ik", a),
        lambda: np.dot(a.astype("i8"), b.T.astype("i8")),
        lambda: np.dot(masked, masked.T),
        lambda: np.dot(np.float64(3), a),
        lambda: np.dot(a, b.T.astype(object)),
        lambda: np.dot(a, b.T.astype("f4")),
        lambda: np.einsum("ij,kj->ik", a, b, order="F"),
        lambda: np.einsum("...j,kj->...k", a, b),
        lambda: np.einsum(a, [0, 1], b, [2, 1], [0, 2]),
        lambda: np.dot(a, b.T, out=out),
    ]
    want = [outcome(call) for call in calls]
    with ferrodide.patched("products"):
        got = [outcome(call) for call in calls]
    for i, ((ours, our_error, _), (theirs, their_error, _)) in enumerate(zip(got, want, strict=True)):
        assert type(our_error) is type(their_error), i
        assert str(our_error) == str(their_error), i
        if their_error is None:
            assert type(ours) is type(theirs)
            np.testing.assert_allclose(np.asarray(ours, float), np.asarray(theirs, float), rtol=1e-12, atol=1e-12)
    assert sum(ferrodide.stats()["dot"]["fallbacks"].values()) == 9


def test_special_values_arrive_where_they_do_in_numpy():
    for bad, at in itertools.product([np.nan, np.inf, -np.inf], [(0, 0), (19, 3)]):
        a, b = random((20, 30), "f8"), random((30, 25), "f8", 1)
        a[at] = bad
        with np.errstate(invalid="ignore"):
            want = np.dot(a, b), np.einsum("ij,jk->ki", a, b)
            with ferrodide.patched("products"):
                got = np.dot(a, b), np.einsum("ij,jk->ki", a, b)
        for ours, theirs in zip(got, want, strict=True):
            np.testing.assert_array_equal(np.isfinite(ours), np.isfinite(theirs))
            np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs))
            assert_same(ours[~np.isfinite(ours)], theirs[~np.isfinite(theirs)], exact=False)
