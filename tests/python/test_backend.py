"""Which kernels answer, what happens without any, and that a panic ends neither the call nor the interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import ferrodide
import numpy as np
import pytest
from ferrodide._backend import kernels
from helpers import IN_PYODIDE

#: One run of a fresh interpreter, with the package that these tests use.
PACKAGE = str(Path(ferrodide.__file__).parents[1])
NEEDS_A_PROCESS = pytest.mark.skipif(IN_PYODIDE, reason="a browser starts no processes: Pyodide has no subprocess")


def python(code: str, backend: str, *options: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "FERRODIDE_BACKEND": backend, "PYTHONPATH": PACKAGE}
    command = [sys.executable, *options, "-c", code]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)


def test_the_backend_is_the_one_under_test():
    # npm test says which; by hand, the machine's own Python can only have the compiled one.
    expected = os.environ.get("FERRODIDE_TEST_BACKEND")
    if expected is None and not IN_PYODIDE:
        expected = "pyo3"
    assert expected, "in Pyodide, set FERRODIDE_TEST_BACKEND to pyo3 or universal"
    assert ferrodide.backend() == expected


def test_a_panic_is_an_exception_and_the_next_call_works():
    a = np.array([3.0, 1.0, 2.0])
    for _ in range(100):
        # PyO3's PanicException is a BaseException; the JavaScript bridge raises RuntimeError.
        with pytest.raises(BaseException, match="a panic on purpose") as caught:
            kernels._panic_for_test()
        assert caught.type.__name__ in ("PanicException", "RuntimeError")
        np.testing.assert_array_equal(ferrodide.sort(a), [1.0, 2.0, 3.0])
        assert ferrodide.median(a) == 2.0
    assert ferrodide.levenshtein("kitten", "sitting") == 3
    np.testing.assert_array_equal(ferrodide.matmul(np.eye(30), np.ones((30, 30))), np.ones((30, 30)))


EVERYTHING = """
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import ferrodide
import numpy as np
from scipy.spatial.distance import cdist
print(ferrodide.backend(), [w.category.__name__ for w in caught])
print(*[w.message for w in caught])
a = np.array([[3.0, np.nan, 1.0], [2.0, 5.0, 4.0]])
same = np.testing.assert_array_equal
for axis in (0, 1, -1, None):
    same(ferrodide.sort(a, axis), np.sort(a, axis))
    same(ferrodide.argsort(a, axis), np.argsort(a, axis))
    same(ferrodide.median(a, axis), np.median(a, axis))
same(ferrodide.sort([3, 1, 2], kind="stable"), [1, 2, 3])
same(ferrodide.median(a, (0, 1), keepdims=True), np.median(a, (0, 1), keepdims=True))
out = np.empty(2)
assert ferrodide.median(a, 1, out) is out
same(ferrodide.matmul(a, a.T), a @ a.T)
for metric in ("euclidean", "cosine", "minkowski"):
    same(ferrodide.cdist(a, a, metric), cdist(a, a, metric))
for call in (ferrodide.sort, ferrodide.argsort, ferrodide.median):
    try:
        call(a, axis=2)
    except np.exceptions.AxisError:
        pass
    else:
        raise SystemExit(call)
print("done")
"""


@NEEDS_A_PROCESS
def test_numpy_alone_does_everything():
    forced = python(EVERYTHING, "numpy")
    assert forced.returncode == 0, forced.stderr
    first, message, last = forced.stdout.splitlines()
    assert first == "numpy []", "FERRODIDE_BACKEND=numpy is a choice, which needs no warning"
    assert (message, last) == ("", "done")


#: The package without anything compiled, as another machine would find it.
WITHOUT = """
import shutil, sys, tempfile
from pathlib import Path
folder = tempfile.mkdtemp()
shutil.copytree({package!r}, folder + "/ferrodide", ignore=shutil.ignore_patterns("_core*", "_wasm", "__pycache__"))
sys.path.insert(0, folder)
"""


@NEEDS_A_PROCESS
def test_without_kernels_numpy_answers_with_one_warning():
    without = WITHOUT.format(package=str(Path(ferrodide.__file__).parent))
    found = python(without + EVERYTHING, "")
    assert found.returncode == 0, found.stderr
    first, message, last = found.stdout.splitlines()
    assert first == "numpy ['RuntimeWarning']"
    assert "no compiled kernels for this Python" in message
    assert "Install a wheel" in message
    assert last == "done"


@NEEDS_A_PROCESS
def test_a_backend_that_does_not_exist():
    found = python("import ferrodide", "nonsense")
    assert found.returncode == 1
    assert "FERRODIDE_BACKEND is 'nonsense'; expected one of pyo3, javascript, universal, numpy." in found.stderr
    found = python("import ferrodide", "universal")
    assert found.returncode == 1
    assert "FERRODIDE_BACKEND asks for 'universal', which is not installed here." in found.stderr


@NEEDS_A_PROCESS
def test_a_wheel_for_another_python_says_so():
    without = WITHOUT.format(package=str(Path(ferrodide.__file__).parent))
    without += "Path(folder, 'ferrodide', '_core.cpython-399-wasm32-emscripten.so').write_bytes(b'')\n"
    found = python(without + "import ferrodide", "")
    assert found.returncode == 1
    assert "the compiled module in this wheel (_core.cpython-399-wasm32-emscripten.so) does not load in CPython" in (
        found.stderr
    )
    assert "ferrodide-*-py3-none-any.whl, which runs in every Pyodide" in found.stderr
    assert "During handling" not in found.stderr


@NEEDS_A_PROCESS
def test_without_numpy_the_strings_work():
    # As where NumPy is not installed: nothing of that name is found.
    hide = """
import importlib.util, sys
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "numpy" else real(name, package)
sys.modules["numpy"] = None
import ferrodide
assert ferrodide.levenshtein("kitten", "sitting") == 3
assert ferrodide.fuzz.ratio("a", "a") == 100
for name in ("sort", "argsort", "median", "matmul", "cdist"):
    try:
        getattr(ferrodide, name)
    except ImportError as error:
        assert f"ferrodide.{name} needs NumPy" in str(error)
    else:
        raise SystemExit(name)
try:
    ferrodide.nonsense
except AttributeError as error:
    assert "no attribute 'nonsense'" in str(error)
print("done")
"""
    found = python(hide, "pyo3")
    assert (found.stdout.strip(), found.returncode) == ("done", 0), found.stderr
