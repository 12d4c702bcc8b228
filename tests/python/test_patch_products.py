"""``patch()`` under the products that are no ufuncs: dot, inner, vdot, tensordot, einsum."""

from __future__ import annotations

import itertools

import ferrodide
import numpy as np
import pytest
from helpers import LAYOUTS, assert_same, dot_bound, hits, outcome

needs_loops = pytest.mark.skipif(
    ferrodide.backend() != "pyo3", reason="only the compiled module reaches NumPy's methods"
)
pytestmark = needs_loops

FLOATS = ["float64", "float32", "complex128", "complex64"]
INTEGERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "long", "ulong"]
DTYPES = FLOATS + INTEGERS


@pytest.fixture(autouse=True, params=[False, True], ids=["as shipped", "every length"])
def every_length(request):
    from ferrodide._backend import kernels

    kernels._patch_serve_short(request.param)
    yield request.param
    kernels._patch_serve_short(False)
    ferrodide.unpatch()
    ferrodide.stats(reset=True)


def random(shape, dtype, seed=0):
    rng, dtype = np.random.default_rng(seed), np.dtype(dtype)
    if dtype.kind in "iu":
        # Of the whole range, so that products wrap around.
        info = np.iinfo(dtype)
        return rng.integers(info.min, info.max, shape, dtype, endpoint=True)
    values = rng.standard_normal(shape)
    return (values + 1j * rng.standard_normal(shape) if dtype.kind == "c" else values).astype(dtype)


def within(got, want, bound):
    assert type(got) is type(want)
    assert np.shape(got) == np.shape(want)
    assert got.dtype == want.dtype
    assert got.flags.c_contiguous == want.flags.c_contiguous
    assert is_near(got, want, bound)


def eps(dtype):
    return 0 if np.dtype(dtype).kind in "iu" else np.finfo(dtype).eps


def is_near(got, want, bound):
    """Within the bound; integers are equal, for they wrap around in any order of a sum."""
    if np.asarray(want).dtype.kind in "iu":
        return np.array_equal(got, want)
    # Two steps for a complex number: to the products of its parts, and to their sum.
    wide = "c16" if np.iscomplexobj(want) else "f8"
    return (np.abs(got.astype(wide) - want) <= bound * (2 if wide == "c16" else 1)).all()


SHAPES = [
    ((40, 30), (30, 50)),
    ((30,), (30, 50)),
    ((40, 30), (30,)),
    ((900,), (900,)),
    ((3, 20, 30), (30, 10)),
    ((2, 2), (2, 2)),
]


MATMUL_SHAPES = [
    ((30, 40), (40, 50)),
    ((40,), (40, 50)),
    ((30, 40), (40,)),
    ((2000,), (2000,)),
    ((3, 20, 20), (20, 20)),
    ((2, 1, 12, 13), (3, 13, 11)),
    ((0, 5), (5, 3)),
    ((4, 0), (0, 30)),
    ((2, 2), (2, 2)),
]


@pytest.mark.parametrize("dtype", DTYPES)
def test_matmul_of_any_layout(dtype, every_length):
    for one, other in MATMUL_SHAPES:
        a, b = random(one, dtype), random(other, dtype, 1)
        for layout in LAYOUTS:
            x, y = LAYOUTS[layout](a), LAYOUTS[layout](b)
            want = x @ y
            with ferrodide.patched("products"):
                got = x @ y
            assert_same(np.zeros_like(got), np.zeros_like(want))
            assert is_near(got, want, dot_bound(a, b, dtype)), (one, other, layout)
    assert hits("matmul")
    assert every_length or "short" in ferrodide.stats()["matmul"]["fallbacks"]


@pytest.mark.parametrize("dtype", ["float64", "complex64", "int32"])
def test_a_product_into_its_own_operand(dtype):
    a = random((64, 64), dtype)
    want = a @ a, a.T @ a
    with ferrodide.patched("products"):
        b = a.copy()
        np.matmul(b, b, out=b)
        c = a.copy()
        np.matmul(c.T, c, out=c[::-1])
    assert is_near(b, want[0], dot_bound(a, a, dtype))
    assert is_near(c[::-1], want[1], dot_bound(a.T, a, dtype))
    assert hits("matmul") == 2


@pytest.mark.parametrize("dtype", DTYPES)
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


@pytest.mark.parametrize("dtype", DTYPES)
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
        # vdot conjugates.
        served = int(name != "vdot" or np.dtype(dtype).kind != "c")
        assert sum(hits(each) for each in ("inner", "vdot", "dot")) == before + served, name
        within(got, want, bound)


EINSUMS = [
    "ij,jk->ik", "ij,jk->ki", "ij,kj->ik", "ji,jk->ik", "ij,jk", "ij,j->i", "i,i->", "ij,ij->", "ij,ij->i",
    "ijk,ikl->ijl", "ijk,jkl->il", "ijk,kjl->li", "aib,cbj->aicj", "ij,jk,kl->il", "ij,ik,jk->", "i,j->ij",
    "ij , jk -> ik",
]  # fmt: skip


@pytest.mark.parametrize("dtype", ["float64", "float32", "complex64", "int8", "int64", "ulong"])
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
                a = random([extent[labels[axis]] for axis in order], dtype, int(rng.integers(1000)))
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
            assert is_near(got, want, 2 * (terms + 2) * eps(dtype) * magnitude)
            n += 1
    assert n == 36
    if every_length:
        assert hits("einsum") >= 30


@pytest.mark.parametrize("dtype", DTYPES)
def test_dot_writes_into_the_out_that_it_is_given(dtype):
    a, b = random((30, 40), dtype), random((40, 20), dtype, 1)
    for x, y in [(a, b), (a, b[:, 3]), (a[0], b), (a[:, ::-2], b[1::2]), (a[:0], b), (a[:, :0], b[:0])]:
        for call in (lambda x, y, out: np.dot(x, y, out), lambda x, y, out: x.dot(y, out=out)):
            out = np.full_like(np.dot(x, y), 7.0)
            before = hits("dot")
            with ferrodide.patched("products"):
                want = np.dot(x, y)
                assert call(x, y, out) is out
            assert hits("dot") == before + 2
            np.testing.assert_array_equal(out, want)


def test_dot_leaves_to_numpy_an_out_that_it_cannot_write():
    memory = random((60, 60), "f8")
    a, b = memory[:30, :30], memory[30:, :30]
    wrong = np.zeros((30, 31))
    frozen = np.zeros((30, 30))
    frozen.flags.writeable = False
    calls = [
        lambda a, b: np.dot(a, b, wrong),
        lambda a, b: np.dot(a, b, frozen),
        lambda a, b: np.dot(a, b, np.zeros((30, 30), "f4")),
        lambda a, b: np.dot(a, b, np.zeros((30, 30)).T[:, ::-1]),
        lambda a, b: np.dot(a[0], b[0], np.zeros(())),
        # Over its own operands.
        lambda a, b: np.dot(a, b, memory.reshape(-1)[450:1350].reshape(30, 30)),
        lambda a, b: np.dot(memory[:, 0], memory, memory[5]),
    ]
    before = memory.copy()
    for i, call in enumerate(calls):
        memory[:] = before
        want, want_error, _ = outcome(lambda call=call: call(a, b))
        after = memory.copy()
        memory[:] = before
        with ferrodide.patched("products"):
            served = hits("dot")
            got, error, _ = outcome(lambda call=call: call(a, b))
        assert hits("dot") == served, i
        assert (type(error), str(error)) == (type(want_error), str(want_error)), i
        assert type(got) is type(want), i
        np.testing.assert_array_equal(memory, after)


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
        lambda: np.dot(a.astype("f2"), b.T.astype("f2")),
        lambda: np.dot(a > 0, b.T > 0),
        lambda: np.dot(masked, masked.T),
        lambda: np.dot(np.float64(3), a),
        lambda: np.dot(a, b.T.astype(object)),
        lambda: np.dot(a, b.T.astype("f4")),
        lambda: np.einsum("ij,kj->ik", a, b, order="F"),
        lambda: np.einsum("...j,kj->...k", a, b),
        lambda: np.einsum(a, [0, 1], b, [2, 1], [0, 2]),
        lambda: np.einsum("ij,kj->ik", a, b.astype("f4")),
        lambda: np.einsum("ij,kj->ik", a.astype("i4"), b),
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
