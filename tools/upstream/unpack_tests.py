"""Unpacks what lies in some folders of a wheel: unpack_tests.py WHEEL FOLDER NAME..."""

import sys
import zipfile

wheel, folder, *names = sys.argv[1:]
with zipfile.ZipFile(wheel) as opened:
    for member in opened.namelist():
        if any(member == name or member.startswith(f"{name}/") for name in names):
            opened.extract(member, folder)
