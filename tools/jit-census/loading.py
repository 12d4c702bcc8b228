"""The modules of a package, run statement by statement: one that fails is left out, and the others go on."""

from __future__ import annotations

import ast
import importlib
import importlib.abc
import importlib.machinery
import sys
import types
import warnings
from pathlib import Path
from typing import Any

from stand_ins import Missing, MissingModule

#: What tests and examples have of functions is not the package's own.
LEFT_OUT = {"tests", "test", "benchmarks", "examples"}


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the packages in a folder, and runs their modules."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        place = self._folder.joinpath(*name.split("."))
        for file, package in ((place / "__init__.py", True), (place.with_suffix(".py"), False)):
            if file.is_file():
                spec = importlib.machinery.ModuleSpec(name, self, origin=str(file), is_package=package)
                spec.has_location = True
                if package:
                    spec.submodule_search_locations = [str(place)]
                return spec
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        file = module.__spec__.origin if module.__spec__ else None
        assert file is not None
        tree = ast.parse(Path(file).read_text(encoding="utf8"), file)
        run(tree.body, module.__dict__, file)


def run(body: list[ast.stmt], space: dict[str, Any], file: str) -> None:
    """Runs statements one by one in a namespace."""
    for statement in body:
        if isinstance(statement, ast.If) and _is_main(statement.test):
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                code = compile(ast.Module([statement], []), file, "exec", dont_inherit=True)
                exec(code, space)
        except (Exception, SystemExit):
            _stand_in(statement, space, file)


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def called(decorator: ast.expr) -> ast.expr:
    """A decorator without the arguments that it is given."""
    while isinstance(decorator, ast.Call):
        decorator = decorator.func
    return decorator


def with_decorators(node: ast.FunctionDef, decorators: list[ast.expr]) -> ast.FunctionDef:
    """A function under other decorators."""
    other = ast.FunctionDef(**{name: getattr(node, name) for name in (*node._fields, *node._attributes)})
    other.decorator_list = decorators
    return other


def _stand_in(statement: ast.stmt, space: dict[str, Any], file: str) -> None:
    """The names that a statement was to bind, bound to something.

    Of an import, what is there, and the rest is missing; of a decorated function, the one whose decorators are given no
    arguments.
    """
    match statement:
        case ast.FunctionDef(decorator_list=decorators) if any(isinstance(each, ast.Call) for each in decorators):
            run([with_decorators(statement, [called(each) for each in decorators])], space, file)
        case ast.Import(names=names):
            for each in names:
                root = each.name.split(".", maxsplit=1)[0]
                name = each.asname or root
                try:
                    found = importlib.import_module(each.name)
                    space[name] = found if each.asname else sys.modules[root]
                except Exception:
                    space.setdefault(name, MissingModule(each.name if each.asname else root))
        case ast.ImportFrom(module=module, names=names, level=level):
            package = space.get("__package__") or space["__name__"]
            parts = package.split(".")
            base = ".".join([*parts[: len(parts) - level + 1], *([module] if module else [])]) if level else module
            for each in names:
                try:
                    source = importlib.import_module(base or "")
                    found = getattr(source, each.name, None) or importlib.import_module(f"{base}.{each.name}")
                except Exception:
                    found = Missing(base or "", each.name)
                space.setdefault(each.asname or each.name, found)


def modules_of(folder: Path) -> list[str]:
    """The names of all modules under a folder, without tests."""
    found = []
    for file in sorted(folder.rglob("*.py")):
        parts = file.relative_to(folder).with_suffix("").parts
        if LEFT_OUT.intersection(parts) or any(part.startswith(("test_", "conftest")) for part in parts):
            continue
        found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return [name for name in found if name]
