"""The programs that the compiler is timed with: as they are, in NumPy's whole-array calls, and compiled."""

from __future__ import annotations

import copy
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers import IN_PYODIDE

sys.path.append(str(Path(__file__).parents[2] / "benches"))

import jit
from jit.checks import exact

try:
    from ferrodide.jit import njit
except ImportError:
    njit = None


@pytest.fixture(params=jit.NAMES)
def program(request):
    return jit.load(request.param)


def test_there_are_enough():
    assert len(jit.NAMES) >= 32


def test_program_is_complete(program):
    assert program.__doc__
    assert callable(program.ENTRY)
    assert all(map(callable, program.HELPERS))
    assert isinstance(program.EXACT, bool)


def test_arguments_are_the_same_every_time_and_stay_as_they_are(program):
    arguments = program.arguments("small")
    again = program.arguments("small")
    program.ENTRY(*arguments)
    if program.numpy_form is not None:
        program.numpy_form(*arguments)
    exact(arguments, again)


def test_numpy_form(program):
    if program.numpy_form is None:
        pytest.skip("nobody would write it in whole-array calls")
    arguments = program.arguments("small")
    program.check(program.numpy_form(*arguments), program.ENTRY(*arguments))


def _moved(result):
    """The result with one number in it a little off; or off by one, where it is whole."""
    if isinstance(result, tuple):
        return (_moved(result[0]), *result[1:])
    if not isinstance(result, np.ndarray):
        # The last bit of a whole number: no type is too narrow for it.
        return result ^ 1 if isinstance(result, (int, np.integer)) else result * (1 + 1e-6) + 1e-6
    moved = copy.deepcopy(result)
    where = np.unravel_index(np.nanargmax(np.abs(moved)), moved.shape)
    moved[where] = _moved(moved[where])
    return moved


def test_check_tells_results_apart(program):
    result = program.ENTRY(*program.arguments("small"))
    if program.ENTRY.__name__ == "monte_carlo_random":
        pytest.skip("it estimates")
    program.check(result, copy.deepcopy(result))
    with pytest.raises(AssertionError):
        program.check(_moved(result), result)


@pytest.mark.skipif(njit is None, reason="there is no ferrodide.jit here")
@pytest.mark.skipif(not IN_PYODIDE, reason="outside of Pyodide, Numba compiles it, or nothing does")
def test_compiled(program):
    compiled = jit.decorate(jit.load(Path(program.__file__).stem), njit)
    arguments = program.arguments("small")
    result, expected = compiled(*arguments), program.ENTRY(*arguments)
    assert compiled.signatures
    if program.EXACT:
        exact(result, expected)
    else:
        program.check(result, expected)
    exact(arguments, program.arguments("small"))
