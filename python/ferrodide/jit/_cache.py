"""Compiled code kept between runs, by the hash of all that it was made from.

In a page it is kept in IndexedDB (``_page_store.py``), elsewhere in files. A store that fails is an empty one: it says
why, once, and nobody has to do without the compiled function.
"""

from __future__ import annotations

import binascii
import contextlib
import os
import sys
import types
import warnings
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from ._errors import JitWarning
from ._identity import Identity
from ._program import Program, restore

__all__ = ["FileStore", "Store", "key_of", "load", "load_cache", "save", "store", "use_store"]

#: What an entry begins with.
_FORMAT = b"ferrodide jit 2\n"

#: What files of the cache may hold; the ones that were used longest ago go first.
_MOST_BYTES = 64 << 20
_DAY = 24 * 3600.0


class Store(Protocol):
    """Bytes by name. Neither method raises: a store that fails is an empty one, and says why."""

    #: What a person calls it.
    where: str
    #: Why nothing is kept, or found; empty where all is well.
    reason: str
    #: Whether nothing will ever be kept.
    failed: bool

    def get(self, key: str) -> bytes | None: ...
    def put(self, key: str, found: bytes) -> None: ...


class FileStore:
    """A file for each compiled function.

    Parameters
    ----------
    folder
        ``~/.cache/ferrodide`` unless told, or what ``FERRODIDE_CACHE_DIR`` says.
    """

    where = "files"

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._swept = False
        self.reason = ""
        self.failed = False

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return self._folder or Path(os.environ.get("FERRODIDE_CACHE_DIR") or Path.home() / ".cache" / "ferrodide")

    def _path(self, key: str) -> str:
        return os.path.join(self.folder, f"{key}.jit")

    def get(self, key: str) -> bytes | None:
        """What is kept under a key, or None."""
        try:
            file = os.open(self._path(key), os.O_RDONLY)
            try:
                return os.read(file, _MOST_BYTES)
            finally:
                os.close(file)
        except (OSError, RuntimeError):
            return None

    def put(self, key: str, found: bytes) -> None:
        """Keep bytes; a reader never sees half of them."""
        try:
            path = Path(self._path(key))
            path.parent.mkdir(parents=True, exist_ok=True)
            half = path.with_suffix(f".{os.getpid()}")
            half.write_bytes(found)
            half.replace(path)
        except (OSError, RuntimeError) as error:
            self.failed, self.reason = True, f"the cache cannot be written to ({error})"
            return
        if not self._swept:
            self._swept = True
            self._sweep()

    def _sweep(self) -> None:
        """Once in a run: what is too much goes, the oldest first."""
        with contextlib.suppress(OSError):
            files = [(each.stat(), each) for each in self.folder.glob("*.jit")]
            total = sum(stat.st_size for stat, _ in files)
            for stat, path in sorted(files, key=lambda each: each[0].st_mtime):
                if total <= _MOST_BYTES:
                    break
                path.unlink()
                total -= stat.st_size


def _fitting() -> Store:
    """IndexedDB where there is one; files where a folder is named, or where there is none."""
    if sys.platform == "emscripten" and not os.environ.get("FERRODIDE_CACHE_DIR"):
        from ._page_store import PageStore

        if PageStore.is_here():
            return PageStore()
    return FileStore()


_store: Store | None = None
_warned = False


def store() -> Store:
    """Where compiled code is kept."""
    global _store  # noqa: PLW0603
    if _store is None:
        _store = _fitting()
    return _store


def use_store(other: Store | None) -> Store | None:
    """Keep compiled code elsewhere.

    Parameters
    ----------
    other
        What takes the place of the store; None finds one again.

    Returns
    -------
    Store or None
        The one before.
    """
    global _store
    before, _store = _store, other
    return before


async def load_cache() -> int:
    """In a page: read all compiled code that IndexedDB keeps, so that calls find it.

    A call of Python's cannot wait for IndexedDB, but where the page runs Python by ``runPythonAsync`` in an engine that
    switches stacks. Elsewhere, ``await ferrodide.jit.load_cache()`` comes before the first call of a function with
    ``cache=True``. Without it that call compiles, and what has been read meanwhile serves the later ones.

    Returns
    -------
    int
        How many compiled functions are kept; 0 where files keep them, which are read when they are needed.
    """
    load: Any = getattr(store(), "load", None)
    return 0 if load is None else int(await load())


def begin() -> None:
    """A function with ``cache=True`` is declared: what takes long may begin."""
    start: Any = getattr(store(), "begin", None)
    if start is not None:
        start()


@cache
def _build() -> str:
    """What compiled code depends on besides its function: the compiler, and what writes and reads its texts."""
    from .. import __version__
    from ._compiler import MODULE

    parts = [__version__, str(sys.flags.optimize)]
    sources = ("_calling", "_identity", "_names", "_program", "_source", "_types", "_wire")
    for path in (MODULE, *(Path(__file__).with_name(f"{name}.py") for name in sources)):
        # A changed checkout has the version of the one before. On the desktop there is no such module.
        with contextlib.suppress(OSError):
            parts.append(f"{binascii.crc32(path.read_bytes()):08x}")
    return "\0".join(parts)


def key_of(*made_of: str) -> str:
    """The name of compiled code: a hash of what it is made from, the compiler included.

    Parameters
    ----------
    *made_of
        Texts: of the function, of the types, of the options.
    """
    import hashlib

    whole = "\0".join((_build(), *made_of))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def key_of_function(function: types.FunctionType, wanted: str, options: str) -> str:
    """As :func:`key_of`, without looking at the function's source.

    All that is known while compiling must be in one of the three.
    """
    identity = Identity()
    identity.function(function)
    return key_of(str(identity), wanted, options)


def load(key: str) -> tuple[Any, dict[str, Any] | None] | None:
    """What the compiler answered then, and what the program has kept; None where it was not kept, or not whole."""
    import json

    found = store().get(key)
    if found is None or not found.startswith(_FORMAT):
        return None
    check, _, rest = found.removeprefix(_FORMAT).partition(b"\n")
    if check != b"%08x" % binascii.crc32(rest):
        return None
    try:
        size, _, rest = rest.partition(b"\n")
        head, wasm = rest[: int(size)], rest[int(size) :]
        result, slots, errors, imports, report, kept = json.loads(head)
        return ("ok", wasm, result, slots, [tuple(each) for each in errors], imports, report), kept
    except (ValueError, TypeError):
        return None


def load_program(key: str, function: types.FunctionType) -> tuple[Program, tuple[Any, ...]] | None:
    """As :func:`load`, with the program, of code that :func:`key_of_function` named."""
    found = load(key)
    if found is None or found[1] is None:
        return None
    program = restore(function, found[1])
    return None if program is None else (program, found[0])


def save(key: str, answer: tuple[Any, ...], kept: dict[str, Any] | None = None) -> None:
    """Keep what the compiler answered.

    Parameters
    ----------
    key
        Its name.
    answer
        The answer.
    kept
        What its program needs to be restored.
    """
    import json

    _, wasm, result, slots, errors, imports, report = answer
    head = json.dumps([result, slots, errors, imports, report, kept], separators=(",", ":")).encode()
    rest = b"%d\n%s%s" % (len(head), head, wasm)
    here = store()
    here.put(key, b"%s%08x\n%s" % (_FORMAT, binascii.crc32(rest), rest))
    if here.failed:
        warn_once(here.reason)


def warn_once(reason: str) -> None:
    """Say that nothing is kept, unless it has been said."""
    global _warned  # noqa: PLW0603
    if not _warned:
        _warned = True
        warnings.warn(f"ferrodide: cache=True keeps nothing: {reason}.", JitWarning, stacklevel=2)
