"""The public surface is what the committed list says, and every name of it is explained."""

from __future__ import annotations

import ast
import inspect
import re
from itertools import pairwise

import pytest
from tests.house import surface

PACKAGES = surface.packages()
NAMES = [
    pytest.param(package, name, value, id=f"{package.__name__}.{name}")
    for package in PACKAGES
    for name, value in surface.public_names(package)
]


def at_home(*kinds):
    """The public classes or functions, each once, where it belongs."""
    return [
        each
        for each in NAMES
        if any(is_kind(each.values[2]) for is_kind in kinds) and surface.is_home(each.values[0], each.values[2])
    ]


def test_the_list_of_public_names_is_reality():
    """A name comes or goes only together with its line in tests/house/public.txt."""
    assert surface.listed() == surface.surface(), f"if this is meant, run: {surface.COMMAND}"


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_every_package_says_what_it_offers(package):
    """A public package has a docstring, and an `__all__` that is sorted and true."""
    names = package.__all__
    assert [] == [name for name in names if not hasattr(package, name)]
    assert len(names) == len(set(names))
    assert (package.__doc__ or "").strip()


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_the_map_of_a_package_names_only_what_is_there(package):
    """What a package docstring puts in backticks can be found in the package, or in the whole."""
    words = re.findall(r"(?<!`)`([A-Za-z_][\w.]*)`(?!`)", package.__doc__ or "")
    known = {*package.__all__, *surface.salesteam.__all__, "report", "testing"}
    fields = {member for _, value in surface.public_names(package) if inspect.isclass(value) for member in dir(value)}
    assert [] == [word for word in words if word.removeprefix("salesteam.").split(".")[0] not in known | fields]


@pytest.mark.parametrize(("package", "name", "value"), at_home(inspect.isclass, inspect.isroutine))
def test_every_public_name_has_a_docstring_with_an_example(package, name, value):
    """Who meets a name for the first time reads what it is for, and sees it run."""
    assert "\nExamples\n--------\n>>> " in inspect.cleandoc(vars(value).get("__doc__") or value.__doc__ or "")


@pytest.mark.parametrize(("package", "name", "value"), at_home(inspect.isclass))
def test_every_public_method_has_a_docstring(package, name, value):
    """Methods and properties say what they give."""
    own = {member: vars(value)[member] for member in surface.members(value) if member in vars(value)}
    callables = {
        member: what
        for member, what in own.items()
        if isinstance(what, (property, classmethod, staticmethod)) or inspect.isfunction(what)
    }
    assert [] == [member for member, what in callables.items() if not (what.__doc__ or "").strip()]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_every_public_value_is_explained_where_it_is_set(package, source):
    """A constant has a docstring below its assignment."""
    values = {
        name
        for name, value in surface.public_names(package)
        if not (inspect.isclass(value) or inspect.isroutine(value))
    }
    folder = source.joinpath(*package.__name__.split(".")[1:])
    files = (
        [folder.with_suffix(".py")]
        if folder.with_suffix(".py").exists()
        else [*folder.glob("*.py"), *folder.glob("_*/*.py")]
    )
    explained: set[str] = set()
    for file in files:
        body = ast.parse(file.read_text(encoding="utf-8")).body
        for node, after in pairwise(body):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                explained |= {target.id for target in targets if isinstance(target, ast.Name)}
    assert set() == values - explained


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_every_package_has_a_page_in_the_reference(package, repository):
    """The reference lists all names of a package from its code; here only that no package is left out."""
    pages = (repository / "docs" / "reference").glob("*.md")
    assert any(f".. public-names:: {package.__name__}\n" in page.read_text(encoding="utf-8") for page in pages)
