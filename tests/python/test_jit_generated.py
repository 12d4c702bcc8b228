"""Generated programs: what ``@jit`` makes of them is what CPython gives, by the rules of ``tests/jit/oracle.py``.

``FERRODIDE_TEST_PROGRAMS`` says how many there are, ``FERRODIDE_TEST_SEED`` which is the first.
``npm run jit-programs`` runs 100,000.
"""

from __future__ import annotations

import linecache
import math
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from ferrodide import njit
from ferrodide.jit import TypingError, UnsupportedError
from helpers import COMPILES

sys.path.insert(0, str(Path(__file__).parents[1] / "jit"))

from generate import generate, shrink
from oracle import Skip, load, outcome, same

pytestmark = pytest.mark.skipif(not COMPILES, reason="compiled code runs in Pyodide, with the compiler")

PROGRAMS = int(os.environ.get("FERRODIDE_TEST_PROGRAMS", "2000"))
FIRST = int(os.environ.get("FERRODIDE_TEST_SEED", "0"))
#: Programs of one test.
GROUP = 250
#: The compiled functions of an argument are within 1 ulp, and so are the oracle's own: NumPy's in the page.
ULPS = 2


def compiled(source, entry, **options):
    """The functions of a program, decorated."""
    name = f"<{entry}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    space = {"np": np, "math": math}
    exec(compile(source, name, "exec"), space)
    for key, value in list(space.items()):
        if key.startswith("f") and callable(value):
            space[key] = njit(**options)(value)
    return space[entry]


def difference(source, entry, arguments):
    """What is wrong with a program, in words; nothing where all is well."""
    wanted_args, args = arguments(), arguments()
    kind, wanted = outcome(load(source)[entry], wanted_args)
    function = compiled(source, entry)
    try:
        found_kind, found = "value", function(*args)
    except (TypingError, UnsupportedError):
        raise
    except Exception as error:
        found_kind, found = "raises", type(error).__name__
    finally:
        linecache.cache.pop(f"<{entry}>", None)
    if kind != found_kind or (kind == "raises" and wanted not in ("", found)):
        return f"{wanted} is wanted, {found} found"
    # The second are transcendental.
    if kind == "value" and wanted and not (same(wanted[0], found[0]) and same(wanted[1], found[1], ULPS)):
        return f"{wanted} is wanted, {found} found"
    if not all(map(same, wanted_args, args)):
        return f"the arguments are to be {wanted_args}, and are {args}"
    return ""


def check(seeds, **options):
    """How many of some programs compile; fails with the smallest form of one that goes wrong."""
    compiles = 0
    for seed in seeds:
        program = generate(seed, **options)
        try:
            wrong = difference(program.source, program.entry, program.arguments)
        except Skip:
            continue
        except (TypingError, UnsupportedError):
            continue
        compiles += 1
        if wrong:

            def fails(source, program=program):
                try:
                    return bool(difference(source, program.entry, program.arguments))
                except (Skip, TypingError, UnsupportedError):
                    return False

            smallest = shrink(program.source, fails)
            said = difference(smallest, program.entry, program.arguments)
            pytest.fail(f"seed {seed}, arguments {program.arguments()}:\n{smallest}\n{said}", pytrace=False)
    return compiles


@pytest.mark.parametrize("first", range(FIRST, FIRST + PROGRAMS, GROUP))
def test_generated_programs(first):
    with np.errstate(all="ignore"):
        # The others use variables that may have no value, or types that do not go together.
        assert check(range(first, first + GROUP)) > 0.8 * GROUP


@pytest.mark.parametrize("first", range(0, 500, GROUP))
def test_generated_programs_with_objects(first):
    """Lists of tuples and of arrays, arrays as indices, loops over tuples that are left early."""
    with np.errstate(all="ignore"):
        assert check(range(first, first + GROUP), objects=True) > 0.8 * GROUP
