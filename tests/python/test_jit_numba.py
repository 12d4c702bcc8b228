"""The decorators on a desktop that has Numba itself: npm run bench -- --only jit sets one up, in .tools/numba."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import ferrodide
import pytest
from helpers import IN_PYODIDE

NUMBA = Path(__file__).parents[2] / ".tools" / "numba" / "bin" / "python"

pytestmark = pytest.mark.skipif(IN_PYODIDE or not NUMBA.exists(), reason="needs native Numba: .tools/numba has none")

PROGRAM = """
import warnings
warnings.simplefilter("error")
import numpy as np
import ferrodide
from ferrodide import guvectorize, jit, njit, numba_compat, prange, vectorize
from ferrodide.jit import float64, int64, types
import sys
assert "numba" not in sys.modules or sys.modules["numba"].__version__

@njit(parallel=True)
def total(x):
    found = 0.0
    for i in prange(len(x)):
        found += x[i]
    return found

@jit
def twice(x):
    return 2 * x

@njit([float64(float64), int64(int64)], cache=False)
def same(x):
    return x

@vectorize(["float64(float64, float64)"])
def larger(x, y):
    return x if x > y else y

@guvectorize(["void(float64[:], float64[:])"], "(n)->(n)")
def sums(x, out):
    s = 0.0
    for i in range(len(x)):
        s += x[i]
        out[i] = s

import numba
assert types is numba.types and prange is numba.prange and float64 is numba.float64
x = np.arange(5.0)
assert (total(x), twice(2), same(3)) == (10.0, 4, 3)
assert [str(each) for each in same.signatures] == ["(float64,)", "(int64,)"]
assert larger(x, 2.0).tolist() == [2, 2, 2, 3, 4]
assert sums(x).tolist() == [0, 1, 3, 6, 10]
for each in (total, twice, same, larger, sums):
    assert type(each).__module__.startswith("numba"), type(each)
assert not numba_compat.install()
assert sys.modules["numba"] is numba
print("numba", numba.__version__)
"""

WITHOUT = """
import importlib.util
assert importlib.util.find_spec("numba") is None
from ferrodide import njit, prange
from ferrodide.jit import float64
f = njit(float64(float64))(lambda x: sum(prange(x)))
assert f(4) == 6 and f.signatures == []
print("plain")
"""


def run(python, program, tmp_path):
    # The decorators are Python's alone; which kernels there are is another question.
    file = tmp_path / "program.py"
    file.write_text(program)
    package = Path(ferrodide.__file__).parents[1]
    env = {**os.environ, "PYTHONPATH": str(package), "FERRODIDE_BACKEND": "numpy"}
    done = subprocess.run([python, file], env=env, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout


def test_numba_takes_over(tmp_path):
    assert run(NUMBA, PROGRAM, tmp_path).startswith("numba ")


def test_without_numba_the_function_is_pythons(tmp_path):
    assert run(sys.executable, WITHOUT, tmp_path) == "plain\n"
