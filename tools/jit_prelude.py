"""NumPy's functions that are written in the compiled subset, as the compiler reads them.

``python tools/jit_prelude.py`` turns ``crates/jit/prelude/*.py`` into ``crates/jit/src/prelude.wire``: a function a
line, behind the names that it is called by. ``--check`` says whether the file is what would be written.

Places are told by the line of the call, so that only what the compiler tells apart by its place, loops and lists, has
one: its number in the function, which is shorter than its line.
"""

import importlib
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "crates" / "jit" / "prelude"
TARGET = ROOT / "crates" / "jit" / "src" / "prelude.wire"

#: A list's tag, and its place.
PLACE = re.compile(r"\(([a-z]+) (\d+):\d+:\d+:\d+")
KEPT = ("for", "while", "list", "listcomp")


def numbered(text):
    """A function's text with its places numbered, or left out."""
    numbers = {}

    def place(match):
        tag, line = match.groups()
        return f"({tag} {numbers.setdefault(line, len(numbers) + 1) if tag in KEPT else '_'}"

    return PLACE.sub(place, text)


def functions():
    """Each public function and helper, in the order of the files and of the lines."""
    for path in sorted(SOURCES.glob("[!_]*.py")):
        module = importlib.import_module(f"prelude.{path.stem}")
        found = [each for each in vars(module).values() if getattr(each, "__module__", "") == module.__name__]
        yield from sorted(found, key=lambda each: each.__code__.co_firstlineno)


def lines():
    from ferrodide.jit._program import Resolver, _Builder, _defaults
    from ferrodide.jit._source import source_of
    from ferrodide.jit._wire import Writer

    names = set()
    for number, function in enumerate(functions()):
        known = getattr(function, "known_as", None)
        if known is None or names.intersection(known):
            raise SystemExit(f"{function.__module__}.{function.__name__} has no name, or another's")
        names.update(known)
        source = source_of(function)
        builder = _Builder()
        text = Writer(source, Resolver(builder, source)).function(number, _defaults(function))
        if builder.arrays or "(unsupported" in text or "(jit " in text:
            raise SystemExit(f"{function.__module__}.{function.__name__} is not in the subset:\n{text}")
        text = numbered(text)
        head = f'(function {number} "{function.__name__}" "{source.file}" {source.line} '
        if not text.startswith(head):
            raise SystemExit(f"{function.__name__} begins with {text[:80]}")
        # Whoever reads it numbers it, and nobody asks for its line.
        yield f'{" ".join(known)} (function 0 "{function.__name__}" "" 0 {text[len(head) :]}'


def main():
    sys.path[:0] = [str(ROOT / "python"), str(ROOT / "crates" / "jit")]
    text = "\n".join(lines()) + "\n"
    if "--check" in sys.argv:
        same = TARGET.exists() and TARGET.read_text() == text
        print(f"{TARGET}: {'is' if same else 'is not'} what {Path(__file__).name} writes")
        return 0 if same else 1
    TARGET.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
