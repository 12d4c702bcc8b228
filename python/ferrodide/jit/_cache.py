"""Compiled code kept between runs, by the hash of all that it was made from.

The file system is the only store yet; a page that keeps its own (IndexedDB) sets another with :func:`use_store`.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any, Protocol

__all__ = ["FileStore", "Store", "key_of", "load", "save", "use_store"]

#: Of what a file of the cache looks like.
_FORMAT = b"ferrodide jit 1\n"


class Store(Protocol):
    """Bytes by name. Neither method raises: a cache that fails is an empty one."""

    def get(self, key: str) -> bytes | None: ...
    def put(self, key: str, found: bytes) -> None: ...


class FileStore:
    """A file for each compiled function.

    Parameters
    ----------
    folder
        ``~/.cache/ferrodide`` unless told, or what ``FERRODIDE_CACHE_DIR`` says.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def _path(self, key: str) -> Path:
        folder = self._folder or Path(os.environ.get("FERRODIDE_CACHE_DIR") or Path.home() / ".cache" / "ferrodide")
        return folder / f"{key}.jit"

    def get(self, key: str) -> bytes | None:
        """What is kept under a key, or None."""
        try:
            return self._path(key).read_bytes()
        except (OSError, RuntimeError):
            return None

    def put(self, key: str, found: bytes) -> None:
        """Keep bytes; a reader never sees half of them."""
        with contextlib.suppress(OSError, RuntimeError):
            path = self._path(key)
            path.parent.mkdir(parents=True, exist_ok=True)
            half = path.with_suffix(f".{os.getpid()}")
            half.write_bytes(found)
            half.replace(path)


_store: Store = FileStore()


def use_store(store: Store) -> Store:
    """Keep compiled code elsewhere.

    Parameters
    ----------
    store
        What takes the place of the files.

    Returns
    -------
    Store
        The one before.
    """
    global _store
    before, _store = _store, store
    return before


def key_of(program: str, types: str, options: str) -> str:
    """The name of a compiled function: a hash of all that it is made from, the compiler's version included."""
    import hashlib

    from .. import __version__

    whole = "\0".join((__version__, program, types, options))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def load(key: str) -> tuple[Any, ...] | None:
    """What the compiler answered then; None where it was not kept, or not whole."""
    import hashlib
    import json

    found = _store.get(key)
    if found is None or not found.startswith(_FORMAT):
        return None
    head, _, wasm = found.removeprefix(_FORMAT).partition(b"\n")
    try:
        known = json.loads(head)
        if hashlib.sha256(wasm).hexdigest() != known["sha256"]:
            return None
        errors = [tuple(each) for each in known["errors"]]
        return ("ok", wasm, known["result"], known["slots"], errors, known["imports"], known["report"])
    except (ValueError, KeyError, TypeError):
        return None


def save(key: str, answer: tuple[Any, ...]) -> None:
    """Keep what the compiler answered."""
    import hashlib
    import json

    _, wasm, result, slots, errors, imports, report = answer
    known = {"result": result, "slots": slots, "errors": errors, "imports": imports, "report": report}
    known["sha256"] = hashlib.sha256(wasm).hexdigest()
    _store.put(key, _FORMAT + json.dumps(known).encode() + b"\n" + wasm)
