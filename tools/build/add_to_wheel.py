"""Puts files into a wheel, and into its RECORD: add_to_wheel.py WHEEL NAME PATH [NAME PATH ...]."""

from __future__ import annotations

import base64
import hashlib
import sys
import zipfile
from pathlib import Path

wheel, *pairs = sys.argv[1:]
added = {name: Path(path).read_bytes() for name, path in zip(pairs[::2], pairs[1::2], strict=True)}

with zipfile.ZipFile(wheel) as source:
    entries = [(info, source.read(info)) for info in source.infolist()]
(record,) = (info.filename for info, _ in entries if info.filename.endswith(".dist-info/RECORD"))
date = entries[0][0].date_time

with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
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
