"""Packs a wheel as small as deflate allows, with more files and their lines in its RECORD.

    pack_wheel.py WHEEL [NAME PATH ...]

Zopfli finds a twentieth that zlib leaves; who unpacks it notices nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import zipfile
from pathlib import Path

from zopfli import zlib

#: What the compiler may add to a wheel, packed, in bytes, without what compiled functions need of the kernels' module:
#: that is 47 kB, as a wheel has shown that was built without.
_COMPILER = ("ferrodide/jit/", "ferrodide/numba_compat.py")
_COMPILER_LIMIT = json.loads(Path(__file__).parents[1].joinpath("budget.json").read_text())["the compiler in a wheel"]

#: A third of Zopfli's own default; each costs seconds.
_ITERATIONS = 5


class _Zopfli:
    """A compressor as zipfile wants it."""

    def __init__(self) -> None:
        self._data = bytearray()

    def compress(self, data: bytes) -> bytes:
        self._data += data
        return b""

    def flush(self) -> bytes:
        # Without zlib's header and checksum it is what a zip file holds.
        return bytes(zlib.compress(bytes(self._data), numiterations=_ITERATIONS)[2:-4])


# zipfile has no public place for another compressor; where this private one goes, packing fails and says so.
assert callable(zipfile._get_compressor)  # type: ignore[attr-defined]
zipfile._get_compressor = lambda *_: _Zopfli()  # type: ignore[attr-defined]

wheel, *pairs = sys.argv[1:]
added = {name: Path(path).read_bytes() for name, path in zip(pairs[::2], pairs[1::2], strict=True)}

with zipfile.ZipFile(wheel) as source:
    entries = [(info, source.read(info)) for info in source.infolist()]
(record,) = (info.filename for info, _ in entries if info.filename.endswith(".dist-info/RECORD"))
date = entries[0][0].date_time

with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as target:
    lines = []
    for name, data in added.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}\n")
        new = zipfile.ZipInfo(name, date)
        new.compress_type = zipfile.ZIP_DEFLATED
        new.external_attr = 0o644 << 16
        target.writestr(new, data)
    for info, data in entries:
        target.writestr(info, "".join(lines).encode() + data if info.filename == record else data)

with zipfile.ZipFile(wheel) as packed:
    damaged = packed.testzip()
    if damaged:
        sys.exit(f"{wheel}: {damaged} cannot be unpacked again.")
    compiler = sum(info.compress_size for info in packed.infolist() if info.filename.startswith(_COMPILER))
    if compiler > _COMPILER_LIMIT:
        sys.exit(f"{wheel}: the compiler takes {compiler} bytes of it; it may take {_COMPILER_LIMIT}.")
