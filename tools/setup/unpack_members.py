"""Unpacks files of an archive by their base names: unpack_members.py ARCHIVE FOLDER NAME..."""

import shutil
import sys
import zipfile
from pathlib import Path, PurePosixPath

archive, folder, *names = sys.argv[1:]
with zipfile.ZipFile(archive) as opened:
    for member in opened.namelist():
        name = PurePosixPath(member).name
        if name in names:
            with opened.open(member) as source, (Path(folder) / name).open("wb") as target:
                shutil.copyfileobj(source, target)
