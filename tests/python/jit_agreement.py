"""Compiled functions held against the plain ones: results, exceptions, and what becomes of the arguments."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest


def agrees(function: Any, *args: Any) -> None:
    """That a compiled function gives what the plain one does, or raises as it does, and changes its arguments alike."""
    copies = [each.copy(order="K") if isinstance(each, np.ndarray) else each for each in args]
    wanted, error = None, None
    with np.errstate(all="ignore"):
        try:
            wanted = function.py_func(*copies)
        except Exception as raised:
            error = type(raised)
    if error is not None:
        with pytest.raises(error):
            function(*args)
    else:
        np.testing.assert_equal(function(*args), wanted)
    for a, b in zip(args, copies, strict=True):
        np.testing.assert_equal(a, b)
