"""Numba's options, and what each of them means here."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ._errors import JitWarning

__all__ = ["Options", "options", "read_options", "warn_serial"]

#: What a set of LLVM's flags must have: sums are reordered, and NaN need not be kept.
_FAST = frozenset(("reassoc", "nnan"))

_NONE = "Nothing: what it changes in Numba does not exist here."

#: What each of Numba's options means here; docs/jit.md shows them, and a test holds the two together.
_MEANINGS = {
    "nopython": "What does not compile is an error, as with njit. Without it, as with jit, it runs as plain Python, "
    "with one warning that says why.",
    "fastmath": "Sums may be added in another order, and NaN need not be kept, so that more loops become vectors. "
    "True, or a set of LLVM's flags with fast, or with reassoc and nnan.",
    "error_model": 'With "numpy", a division by zero gives inf, nan or 0, as in NumPy; with "python", the default, it '
    "raises ZeroDivisionError.",
    "boundscheck": "False takes away the checks of indices, and with them the safety of the whole interpreter. Without "
    "that they are always there, other than with Numba.",
    "cache": "Keeps compiled code for the next run: in a page in IndexedDB, elsewhere in files.",
    "forceobj": "The function stays plain Python.",
    "parallel": "Nothing but one warning: Pyodide has one thread, so prange runs one iteration after the other.",
    "identity": "Of vectorize: what a reduction of nothing gives.",
    "writable_args": "Of guvectorize: nothing. Only the last arguments are written to, or all where the layout has no "
    "results.",
    **dict.fromkeys(
        (
            "debug",
            "forceinline",
            "inline",
            "locals",
            "looplift",
            "no_cfunc_wrapper",
            "no_cpython_wrapper",
            "no_rewrites",
            "nogil",
            "pipeline_class",
            "target",
            "target_backend",
        ),
        _NONE,
    ),
}


def options() -> dict[str, str]:
    """What each of Numba's options means here, by its name.

    Returns
    -------
    dict
        A sentence or two for each option that the decorators take; those that begin with an underscore are Numba's own
        affair, and are taken as well.
    """
    return dict(_MEANINGS)


_said_serial = False


def warn_serial() -> None:
    """Say once that a parallel loop runs in order, on one thread."""
    global _said_serial  # noqa: PLW0603
    if not _said_serial:
        _said_serial = True
        warnings.warn(
            "ferrodide: Pyodide has one thread, so parallel=True and prange run one iteration after the other.",
            JitWarning,
            stacklevel=5,
        )


@dataclass(frozen=True)
class Options:
    """How a function is compiled.

    Parameters
    ----------
    nopython
        Whether what does not compile is an error, and not run as plain Python.
    fastmath
        Whether sums and products may be reordered.
    boundscheck
        Whether indices are checked.
    numpy_errors
        Whether a division by zero gives inf or nan, and raises nothing.
    cache
        Whether compiled code is kept in a file.
    plain
        Whether the function is not to be compiled at all.
    """

    nopython: bool = True
    fastmath: bool = False
    boundscheck: bool = True
    numpy_errors: bool = False
    cache: bool = False
    plain: bool = False
    #: As they were given, for a Numba that takes over.
    given: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def text(self, *, interruptible: bool) -> str:
        """The words that the compiler reads.

        Parameters
        ----------
        interruptible
            Whether loops ask for signals.
        """
        words = {
            "fastmath": self.fastmath,
            "boundscheck=off": not self.boundscheck,
            "error_model=numpy": self.numpy_errors,
            "interruptible": interruptible,
        }
        return " ".join(word for word, said in words.items() if said)


def _fast(given: Any) -> bool:
    if isinstance(given, Mapping):
        given = [flag for flag, said in given.items() if said]
    if isinstance(given, Collection):
        return "fast" in given or _FAST.issubset(given)
    return bool(given)


def read_options(given: Mapping[str, Any], *, nopython: bool) -> Options:
    """Numba's options as ours.

    Parameters
    ----------
    given
        What the decorator was called with.
    nopython
        The decorator's own default.

    Returns
    -------
    Options

    Raises
    ------
    TypeError
        Of an option that neither has.
    """
    strange = sorted(name for name in given if name not in _MEANINGS and not name.startswith("_"))
    if strange:
        raise TypeError(f"{strange[0]!r} is no option of jit; known are {', '.join(sorted(_MEANINGS))}.")
    model = given.get("error_model", "python")
    if model not in ("python", "numpy"):
        raise ValueError(f"error_model is {model!r}; expected 'python' or 'numpy'.")
    if given.get("parallel"):
        warn_serial()
    return Options(
        nopython=bool(given.get("nopython", nopython)),
        fastmath=_fast(given.get("fastmath", False)),
        # Numba checks nothing unless it is told to; here only False takes the checks away.
        boundscheck=given.get("boundscheck") is not False,
        numpy_errors=model == "numpy",
        cache=bool(given.get("cache", False)),
        plain=bool(given.get("forceobj", False)),
        given=dict(given),
    )
