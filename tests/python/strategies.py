"""Arrays of any shape, of edge values, in any layout."""

from __future__ import annotations

from typing import Any

import numpy as np
from helpers import LAYOUTS, edges
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp


def elements(dtype: str) -> st.SearchStrategy[Any]:
    """Any value of the dtype, every second one an edge."""
    return st.one_of(hnp.from_dtype(np.dtype(dtype)), st.sampled_from(list(edges(dtype))))


def tame(dtype: str) -> st.SearchStrategy[Any]:
    """Finite floats whose products neither overflow nor vanish."""
    width = np.dtype(dtype).itemsize * 8
    return st.floats(-(2.0**20), 2.0**20, width=width).map(lambda x: 0.0 if abs(x) < 2.0**-20 else x)


@st.composite
def laid_out(draw: st.DrawFn, array: np.ndarray) -> np.ndarray:
    """The same elements in some layout, and some of the axes repeated with stride zero."""
    result = LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))](array) if array.ndim else array
    if array.ndim and array.shape[0] == 1 and draw(st.booleans()):
        result = np.broadcast_to(result, (draw(st.integers(1, 3)), *result.shape[1:]))
    return result


@st.composite
def arrays(draw: st.DrawFn, dtype: str, *, min_dims: int = 1, max_dims: int = 4) -> np.ndarray:
    shape = draw(hnp.array_shapes(min_dims=min_dims, max_dims=max_dims, min_side=0, max_side=6))
    return draw(laid_out(draw(hnp.arrays(dtype, shape, elements=elements(dtype)))))
