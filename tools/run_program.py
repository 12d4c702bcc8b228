"""Runs a program as ``python`` itself would, and answers with its exit code."""

import atexit
import importlib
import os
import runpy
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

# Imported now, so that a folder js/ beside a program cannot hide JavaScript's globals.
sys.path[:] = filter(None, sys.path)
importlib.import_module("js")


def run_file(path: str, args: list[str]) -> int:
    """``python path args...``"""
    import __main__

    sys.argv = [path, *args]
    sys.path[:] = [os.path.dirname(os.path.abspath(path)), *sys.path]
    __main__.__dict__.update(__file__=path, __name__="__main__")
    return _exit_code(lambda: exec(compile(Path(path).read_bytes(), path, "exec"), __main__.__dict__))


def run_module(name: str, args: list[str]) -> int:
    """``python -m name args...``"""
    sys.argv = [name, *args]
    sys.path[:] = [os.getcwd(), *sys.path]
    return _exit_code(lambda: runpy.run_module(name, run_name="__main__", alter_sys=True))


def _exit_code(program: Callable[[], object]) -> int:
    try:
        try:
            program()
            code: object = None
        except SystemExit as exit_:
            code = exit_.code
        except BaseException as error:
            # The frames of this file are no part of the program.
            frames = error.__traceback__
            while frames is not None and frames.tb_frame.f_code.co_filename == __file__:
                frames = frames.tb_next
            traceback.print_exception(type(error), error, frames)
            code = 1
        atexit._run_exitfuncs()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr, flush=True)
    return 1


__file__ = _exit_code.__code__.co_filename
