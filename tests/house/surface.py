"""The public surface: every name that users may rely on, found by importing all public packages.

Run it to compare the committed list with reality, or to write the list anew::

    python tests/house/surface.py
    python tests/house/surface.py --write
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import FunctionType, ModuleType

import salesteam

LIST = Path(__file__).with_name("public.txt")
COMMAND = "python tests/house/surface.py --write"


def packages() -> tuple[ModuleType, ...]:
    """All public packages and modules, by name."""
    found = pkgutil.walk_packages(salesteam.__path__, "salesteam.")
    names = ["salesteam", *(each.name for each in found)]
    return tuple(importlib.import_module(name) for name in sorted(names) if "._" not in name)


def public_names(package: ModuleType) -> tuple[tuple[str, object], ...]:
    """The names that a package exports, with what they are; packages that it lists are left to themselves."""
    pairs = ((name, getattr(package, name)) for name in package.__all__)
    return tuple((name, value) for name, value in pairs if not inspect.ismodule(value))


def is_home(package: ModuleType, value: type | FunctionType) -> bool:
    """Whether a class or function belongs to this package, and is not only handed on by it."""
    return value.__module__.partition("._")[0] == package.__name__


def members(cls: type) -> tuple[str, ...]:
    """What a class itself offers to users: the fields it is made of, its methods and its properties."""
    fields = {each.name for each in getattr(cls, "__attrs_attrs__", ())}
    return tuple(name for name in sorted(fields | set(vars(cls))) if not name.startswith(("_", "test_")))


def parameters(function: Callable[..., object]) -> str:
    """The names by which a function takes its arguments, with ``=`` where one may be left out."""
    words: list[str] = []
    star = False
    for each in inspect.signature(function).parameters.values():
        if each.kind is each.KEYWORD_ONLY and not star:
            words.append("*")
        star = star or each.kind in (each.KEYWORD_ONLY, each.VAR_POSITIONAL)
        mark = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
        words.append(f"{mark}{each.name}" + ("" if each.default is each.empty else "="))
    return f"({', '.join(words)})"


def line(package: ModuleType, name: str, value: object) -> str:
    """One name with what users see of it."""
    path = f"{package.__name__}.{name}"
    if not (inspect.isclass(value) or inspect.isroutine(value)):
        return f"{path} ="
    if not is_home(package, value):
        return f"{path} is {value.__module__.partition('._')[0]}.{value.__qualname__}"
    if inspect.isclass(value):
        return f"{path}: {' '.join(members(value))}".rstrip()
    return path + parameters(value)


def surface() -> list[str]:
    """The lines of the list."""
    return sorted(line(package, *pair) for package in packages() for pair in public_names(package))


def listed() -> list[str]:
    """The lines as they are committed."""
    return LIST.read_text(encoding="utf-8").splitlines()


def main(arguments: list[str]) -> int:
    """Write the list, or say how it differs."""
    lines = surface()
    if "--write" in arguments:
        LIST.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return 0
    for sign, only in (("-", set(listed()) - set(lines)), ("+", set(lines) - set(listed()))):
        for each in sorted(only):
            print(sign, each)
    return int(listed() != lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
