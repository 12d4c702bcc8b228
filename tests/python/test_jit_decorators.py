"""The decorators where nothing is compiled, handing over to Numba, and the package under Numba's name."""

from __future__ import annotations

import importlib
import subprocess
import sys
import types
import warnings
from pathlib import Path

import ferrodide
import ferrodide.jit as module
import numpy as np
import pytest
from ferrodide import guvectorize, jit, njit, numba_compat, prange, vectorize
from ferrodide.jit import TypingError, _runtime, float64, int64
from helpers import IN_PYODIDE

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture
def desktop(monkeypatch):
    """A Python that compiles nothing, and has no Numba."""
    monkeypatch.setattr(_runtime, "in_pyodide", lambda: False)
    monkeypatch.setattr(module, "find_spec", lambda name: None)


@pytest.mark.parametrize("decorator", [jit, njit, jit(), njit(cache=True), njit("int64(int64)"), jit(nopython=True)])
def test_the_plain_function_runs(desktop, decorator):
    calls = []

    def f(x, *rest, k=2):
        """A docstring."""
        calls.append(x)
        return [x, rest, k]

    compiled = decorator(f)
    assert compiled("x", 1, k=3) == ["x", (1,), 3]
    assert calls == ["x"]
    assert (compiled.__name__, compiled.__doc__, compiled.py_func) == ("f", "A docstring.", f)
    assert compiled.signatures == []
    assert compiled.targetoptions == {key: compiled.targetoptions[key] for key in compiled.targetoptions}


def test_prange_is_range():
    assert list(prange(3)) == [0, 1, 2]
    assert prange(1, 9, 2) == range(1, 9, 2)
    with pytest.raises(TypeError):
        prange()


def test_one_name_is_the_decorator_and_the_module():
    assert ferrodide.jit is module
    assert isinstance(module, types.ModuleType)
    assert module.jit is not module
    f = ferrodide.jit(lambda x: x)
    assert type(f) is type(module.jit(lambda x: x))
    assert module.float64 is float64
    assert ferrodide.njit is module.njit
    with pytest.raises(AttributeError, match=r"module 'ferrodide\.jit' has no attribute 'nothing'"):
        _ = module.nothing
    with pytest.raises(AttributeError, match="module 'ferrodide' has no attribute 'nothing'"):
        _ = ferrodide.nothing


@pytest.mark.skipif(IN_PYODIDE, reason="a browser starts no processes: Pyodide has no subprocess")
def test_the_package_is_imported_when_it_is_asked_for():
    code = (
        "import sys, ferrodide; assert 'ferrodide.jit' not in sys.modules; from ferrodide import njit; "
        "assert 'ferrodide.jit' in sys.modules; from ferrodide import jit; "
        "print(jit(lambda x: x)(3))"
    )
    env = {"PYTHONPATH": str(Path(ferrodide.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("3\n", "")


class FakeNumba(types.ModuleType):
    def __init__(self):
        super().__init__("numba")
        for name in ("jit", "njit", "vectorize", "guvectorize"):
            setattr(self, name, lambda *args, name=name, **options: (name, args, options))


def test_numba_takes_over_where_it_is(desktop, monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", FakeNumba())
    monkeypatch.setattr(module, "find_spec", lambda name: name)

    def f(x):
        return x

    assert njit(f) == ("njit", (f,), {})
    assert njit(cache=True) == ("njit", (), {"cache": True})
    assert jit("int64(int64)", nopython=True) == ("jit", ("int64(int64)",), {"nopython": True})
    assert vectorize(["int64(int64)"], target="cpu") == ("vectorize", (["int64(int64)"],), {"target": "cpu"})
    assert guvectorize([], "(n)->(n)") == ("guvectorize", ([], "(n)->(n)"), {})
    monkeypatch.setattr(_runtime, "in_pyodide", lambda: True)
    assert njit(f).py_func is f


# Ufuncs, in plain Python.


def test_vectorize_without_the_compiler(desktop):
    @vectorize
    def f(x, y):
        return x + y if x > y else y

    a = np.arange(4.0)
    np.testing.assert_array_equal(f(a, 2), [2, 2, 2, 5])
    np.testing.assert_array_equal(f(a[:, None], a), np.where(a[:, None] > a, a[:, None] + a, a))
    assert f(3, 2) == 5
    out = np.zeros(4)
    assert f(a, 2.0, out=out) is out
    assert f(a, 2.0, out) is out
    np.testing.assert_array_equal(out, [2, 2, 2, 5])
    with pytest.raises(TypeError, match="Cannot cast"):
        f(a, 2.0, out=np.zeros(4, "i4"))
    np.testing.assert_array_equal(f(a, 2, out=np.zeros(4), where=a > 1), [0, 0, 2, 5])
    assert f.reduce([1, 2, 3]) == 3
    assert f.accumulate(np.array([3, 1, 2])).tolist() == [3, 4, 6]
    assert f.outer([1, 2], [1, 3]).tolist() == [[1, 3], [3, 3]]
    assert (f.nin, f.nout, f.nargs, f.__name__, f.types) == (2, 1, 3, "f", [])
    with pytest.raises(TypeError, match=r"f\(\) takes 2 arguments, and 1 were given"):
        f(a)


def test_declared_loops_without_the_compiler(desktop):
    f = vectorize([int64(int64), "float64(float64)"])(lambda x: x / 2)
    assert f.types in (["q->q", "d->d"], ["l->l", "d->d"])
    found = f(np.array([3, 5], "i4"))
    assert (found.dtype, found.tolist()) == (np.int64, [1, 2])
    assert f(np.array([3.0], "f4")).dtype == np.float64
    with pytest.raises(TypingError, match="has no loop"):
        f(np.array([1j]))
    with pytest.raises(TypeError, match="takes 1 arguments, its signature"):
        vectorize(["float64(float64, float64)"])(lambda x: x)


def test_guvectorize_without_the_compiler(desktop):
    @guvectorize(["void(float64[:,:], float64[:], float64[:], float64[:])"], "(m,n),(n)->(m),()")
    def f(a, x, y, total):
        total[0] = 0.0
        for i in range(a.shape[0]):
            y[i] = 0.0
            for j in range(a.shape[1]):
                y[i] += a[i, j] * x[j]
            total[0] += y[i]

    rng = np.random.default_rng(1)
    a, x = rng.random((4, 1, 2, 3)), rng.random((5, 3))
    y, total = f(a, x)
    np.testing.assert_allclose(y, (a @ x[..., None])[..., 0], rtol=4e-16 * 3)
    assert y.shape == (4, 5, 2)
    assert total.shape == (4, 5)
    np.testing.assert_array_equal(total, y[..., 0] + y[..., 1])
    out = np.zeros((2,)), np.zeros(())
    assert f(a[0, 0], x[0], out=out)[0] is out[0]
    np.testing.assert_array_equal(out[0], y[0, 0])
    one = f(a[0, 0], x[0])[1]
    assert one == total[0, 0]
    with pytest.raises(ValueError, match="operand 1 has a mismatch in its core dimension n, with layout"):
        f(a, x[:, :2])
    with pytest.raises(ValueError, match="operand 0 does not have enough dimensions"):
        f(x[0], x)
    with pytest.raises(ValueError, match=r"out has shape \(\); expected \(1,\)"):
        f(a[0, 0], x[0], out=(np.zeros((1, 2)), np.zeros(())))


def test_guvectorize_without_results(desktop):
    @guvectorize(["void(float64[:], float64[:])"], "(n), (k)")
    def f(x, y):
        y[0] = x.sum()

    x, y = np.arange(6.0).reshape(2, 3), np.zeros((2, 2))
    assert f(x, y) is None
    np.testing.assert_array_equal(y, [[3, 0], [12, 0]])


def test_layouts_that_are_none():
    for layout in ("", "->", "(n),", "(n)(m),(k)", "(n)->(m)->(k)"):
        with pytest.raises(ValueError, match="is no layout; write one as"):
            guvectorize([], layout)(lambda x, y: None)
    with pytest.raises(ValueError, match="is no layout; write one as"):
        guvectorize([], "(n)(n)")(lambda x, y: None)
    with pytest.raises(ValueError, match="is no layout"):
        guvectorize([], "(n),x->(n)")(lambda x, y: None)
    with pytest.raises(TypeError, match=r"takes 1 arguments, its layout \(n\)->\(n\) has 2"):
        guvectorize([], "(n)->(n)")(lambda x: None)
    with pytest.raises(TypeError, match="guvectorize takes signatures and a layout"):
        guvectorize(lambda x: None)


# Under Numba's name.


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.setattr(numba_compat, "find_spec", lambda name: None)
    assert numba_compat.install()
    assert numba_compat.install()
    yield sys.modules["numba"]
    numba_compat.uninstall()
    assert "numba" not in sys.modules


def test_a_library_that_imports_numba(installed):
    space = {}
    code = """
import numba
import numba as nb
import numba.core.types as core_types
from numba import boolean, float64, guvectorize, int64, jit, njit, prange, types, vectorize
from numba.core import types as also
from numba.core.errors import NumbaPerformanceWarning, NumbaWarning, TypingError
from numba.extending import overload, register_jitable
from numba.typed import List
from numba.experimental import jitclass

assert numba.types.float64 is float64 is core_types.float64 is also.float64 is nb.float64
assert numba.__version__.split(".") >= ["0", "50"] and numba.version_info > (0, 50)
assert numba.prange is prange and numba.get_num_threads() == 1

@register_jitable(inline="always")
def helper(x):
    return x + 1

@njit("int64(int64)", cache=True, nogil=True)
def f(x):
    return helper(x)

plain = f.py_func(1)
"""
    exec(code, space)
    assert space["plain"] == 2
    assert space["TypingError"] is TypingError
    assert issubclass(space["NumbaPerformanceWarning"], Warning)
    made = space["overload"](len)(helper := lambda x: x)
    with pytest.raises(NotImplementedError, match=r"no numba\.extending\.overload, which made <lambda>: .* write the"):
        made(1)
    assert helper(1) == 1
    with pytest.raises(NotImplementedError, match=r"no numba\.experimental\.jitclass: A compiled class"):
        space["jitclass"]([])
    with pytest.raises(NotImplementedError, match=r"no numba\.typed\.Dict"):
        installed.typed.Dict.empty(1, 1)
    with pytest.raises(NotImplementedError, match="objmode"), installed.objmode():
        pass
    with pytest.raises(ImportError):
        importlib.import_module("numba.roc")
    with pytest.raises(ValueError, match="must be 1"):
        installed.set_num_threads(2)
    assert repr(installed.typeof(np.ones((2, 3)))) == "array(float64, 2d, C)"
    assert installed.extending.is_jitted(space["f"])
    assert not installed.extending.is_jitted(len)


#: What stumpy, quantecon, numbagg and pynndescent say at the top of their files.
TOPS = """
import numba
from numba import bool_, cuda, f8, float32, guvectorize, int64, intp, jit, njit, objmode, prange, types, vectorize
from numba.core import cgutils
from numba.core.types import Type
from numba.experimental import structref
from numba.extending import intrinsic, overload
from numba.np.linalg import _LAPACK
from numba.np.ufunc.gufunc import GUFunc
from numba.typed import Dict, List

kinds = {types.float32: "s", types.float64: "d", types.complex64: "c", types.complex128: "z"}

@overload(abs, jit_options={"cache": True})
def of_abs(x):
    return lambda x: x

@intrinsic
def popcount(typingctx, value):
    return None

@cuda.jit(device=True)
def on_device(x):
    return x

@cuda.jit
def kernel(x):
    return x

@njit(numba.types.float64[::1](numba.types.Array(numba.types.float32, 1, "C", readonly=True)), fastmath=True)
def f(x):
    return x

@njit
def g(x):
    return popcount(x)

numba.config.THREADING_LAYER, numba.config.THREADING_LAYER_PRIORITY, numba.config.CACHE_DIR
numba.set_num_threads(min(numba.get_num_threads(), numba.config.NUMBA_NUM_THREADS))
layouts = [Type, types.intp, types.uint8[:, ::1], types.Tuple((types.int64, types.float32)), numba.void, types.boolean]
"""


def test_what_libraries_say_at_the_top_of_their_files(installed):
    space = {}
    exec(TOPS, space)
    assert not space["cuda"].is_available()
    assert isinstance(space["types"].float64, space["Type"])
    calls = {
        "popcount": r"no numba\.extending\.intrinsic, which made popcount: Numba's extension interface is LLVM's",
        "on_device": r"no numba\.cuda\.jit, which made on_device: There is no GPU",
        "kernel": r"no numba\.cuda\.jit, which made kernel: There is no GPU",
        "Dict": r"no numba\.typed\.Dict",
        "_LAPACK": r"no numba\.np\.linalg\._LAPACK",
    }
    for name, reason in calls.items():
        with pytest.raises(NotImplementedError, match=reason):
            space[name](1)
    with pytest.raises(NotImplementedError, match=r"no numba\.cuda\.jit, which made kernel"):
        space["kernel"][1, 2](1)
    with pytest.raises(NotImplementedError, match=r"no numba\.types\.ListType"):
        space["types"].ListType(space["types"].int64)


def test_a_jitable_helper_becomes_part_of_the_program(installed):
    from ferrodide.jit._program import build

    helper = installed.extending.register_jitable(_helper)
    space = {"helper": helper}
    f = types.FunctionType(_caller.__code__, {**globals(), **space})
    assert "(jit 1)" in build(f).text
    assert helper(1) == 2
    del _helper.__ferrodide_jit__


def _helper(x=1):
    return x + 1


def _caller(x=1):
    return helper(x) if x is None else None  # noqa: F821


def test_a_numba_that_is_there_stays(monkeypatch):
    real = FakeNumba()
    monkeypatch.setitem(sys.modules, "numba", real)
    assert not numba_compat.install()
    assert sys.modules["numba"] is real
    numba_compat.uninstall()
    assert sys.modules["numba"] is real
    monkeypatch.delitem(sys.modules, "numba")
    monkeypatch.setattr(numba_compat, "find_spec", lambda name: name)
    assert not numba_compat.install()


def test_the_package_itself_does_not_hand_over_to_its_own_name(installed, desktop, monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda name: name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert njit(lambda x: x + 1)(1) == 2
