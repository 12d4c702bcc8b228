"""Compiled code kept in IndexedDB, where a page or a worker has one.

IndexedDB answers later, and a call of Python's does not wait. So all that is kept is read at once, in the background or
by ``await load_cache()``, and written behind: a call finds what has been read by then.
"""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import Any

__all__ = ["PageStore"]

_DATABASE, _TABLE = "ferrodide.jit", "code"

#: What the page's store may hold of ours; the least recently used goes first.
MOST_BYTES = 16 << 20
MOST_ENTRIES = 2000

#: How long a call waits, in seconds, where it can wait at all.
_PATIENCE = 3.0

#: What was used so long ago, in milliseconds, is told to have been used now.
_STALE = 24 * 3600 * 1000.0


class _Refused(Exception):
    """What the browser says of a request that failed."""


class PageStore:
    """Bytes by name in IndexedDB. A store that the browser denies, or that is full, is one that keeps nothing."""

    where = "IndexedDB"

    def __init__(self) -> None:
        #: Why nothing is kept; or why nothing has been found yet.
        self.reason = "IndexedDB was not read by then: `await ferrodide.jit.load_cache()` does it"
        #: Whether nothing will be kept any more.
        self.failed = False
        self._database: Any = None
        self._loading: asyncio.Future[None] | None = None
        #: Places in ``_values``, by name.
        self._places: dict[str, int] = {}
        self._values: Any = None
        self._written: dict[str, bytes] = {}
        self._waiting: dict[str, bytes] = {}
        #: When each was used, and how many bytes it has; looked up when the first one is written.
        self._used: dict[str, tuple[float, int]] | None = None
        self._touched: set[str] = set()
        self._tasks: set[asyncio.Future[None]] = set()

    @staticmethod
    def is_here() -> bool:
        """Whether there is one to be asked."""
        js = import_module("js")
        try:
            return getattr(js, "indexedDB", None) is not None
        except Exception:
            # Some browsers refuse even the question. The answer to `open` says why.
            return True

    def begin(self) -> None:
        """Start to read it, in the background."""
        if self._loading is None:
            self._loading = asyncio.ensure_future(self._load())

    async def load(self) -> int:
        """Read it.

        Returns
        -------
        int
            How many functions are kept.
        """
        self.begin()
        assert self._loading is not None
        await asyncio.shield(self._loading)
        return len(self._places)

    def get(self, key: str) -> bytes | None:
        """What is kept under a name, or None."""
        found = self._written.get(key)
        if found is not None:
            return found
        self._wait()
        place = self._places.get(key)
        if place is None:
            return None
        self._touch(key)
        return bytes(self._values[place].data.to_bytes())

    def put(self, key: str, found: bytes) -> None:
        """Keep bytes; they are written when the page comes to it."""
        if self.failed:
            return
        self._written[key] = self._waiting[key] = found
        self.begin()
        self._later()

    def _later(self) -> None:
        """Write, when the page comes to it."""
        task = asyncio.ensure_future(self._write())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _wait(self) -> None:
        """Wait until it is read, where a call can: under ``runPythonAsync``, in an engine that switches stacks."""
        self.begin()
        if self._loading is None or self._loading.done():
            return
        from pyodide.ffi import can_run_sync, run_sync  # type: ignore[import-not-found]

        if can_run_sync():
            run_sync(asyncio.wait([self._loading], timeout=_PATIENCE))

    async def _load(self) -> None:
        from pyodide.ffi import create_once_callable

        try:
            request = import_module("js").indexedDB.open(_DATABASE, 1)
            request.onupgradeneeded = create_once_callable(lambda _: request.result.createObjectStore(_TABLE))
            await _settled(request, "success")
            self._database = request.result
            table = self._database.transaction(_TABLE).objectStore(_TABLE)
            # Answered in this order.
            keys, values = table.getAllKeys(), table.getAll()
            await _settled(values, "success")
        except Exception as error:
            self._refuse(error)
            return
        self._values = values.result
        self._places = {key: place for place, key in enumerate(keys.result.to_py())}
        self.reason = ""

    async def _write(self) -> None:
        await self.load()
        if self.failed or not (self._waiting or self._touched):
            return
        waiting, self._waiting = self._waiting, {}
        touched, self._touched = self._touched.difference(waiting), set()
        used = self._index()
        now = float(import_module("js").Date.now())
        used.update({key: (now, len(found)) for key, found in waiting.items()})
        used.update({key: (now, used[key][1]) for key in touched})
        try:
            transaction = self._database.transaction(_TABLE, "readwrite")
            table = transaction.objectStore(_TABLE)
            for key, found in waiting.items():
                table.put(_record(found, now), key)
            for key in touched:
                table.put(_record(self._values[self._places[key]].data, now), key)
            for key in self._superfluous(used):
                table.delete(key)
                del used[key]
            await _settled(transaction, "complete")
        except Exception as error:
            self._refuse(error)

    def _index(self) -> dict[str, tuple[float, int]]:
        if self._used is None:
            records = {key: self._values[place] for key, place in self._places.items()}
            self._used = {key: (float(each.used), int(each.data.byteLength)) for key, each in records.items()}
        return self._used

    @staticmethod
    def _superfluous(used: dict[str, tuple[float, int]]) -> list[str]:
        """What is to go, the least recently used first."""
        count, total = len(used), sum(size for _, size in used.values())
        gone = []
        for key, (_, size) in sorted(used.items(), key=lambda each: each[1][0]):
            if total <= MOST_BYTES and count <= MOST_ENTRIES:
                break
            gone.append(key)
            total, count = total - size, count - 1
        return gone

    def _touch(self, key: str) -> None:
        record = self._values[self._places[key]]
        if float(import_module("js").Date.now()) - float(record.used) > _STALE:
            self._touched.add(key)
            self._later()

    def _refuse(self, error: Exception) -> None:
        """Keep nothing from here on."""
        self.failed = True
        self._waiting.clear()
        self.reason = f"IndexedDB refuses ({str(error) or type(error).__name__})"
        # Found out behind the back of the call that it is about.
        from ._cache import warn_once

        warn_once(self.reason)


def _record(data: Any, now: float) -> Any:
    from pyodide.ffi import to_js

    record = import_module("js").Object.new()
    record.data, record.used = to_js(data), now
    return record


async def _settled(request: Any, event: str) -> None:
    """Wait for a request or a transaction, which says by an event that it is done."""
    from pyodide.ffi import create_proxy

    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def succeeded(_: Any) -> None:
        if not done.done():
            done.set_result(None)

    def failed(event: Any) -> None:
        # Without this, the browser reports it as an error that nobody has caught.
        event.preventDefault()
        if not done.done():
            said = request.error
            done.set_exception(_Refused(f"{said.name}: {said.message}" if said else event.type))

    proxies = {event: create_proxy(succeeded), "error": create_proxy(failed), "abort": create_proxy(failed)}
    for name, proxy in proxies.items():
        request.addEventListener(name, proxy)
    try:
        await done
    finally:
        for name, proxy in proxies.items():
            request.removeEventListener(name, proxy)
            proxy.destroy()
