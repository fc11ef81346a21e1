"""Who knows one subject knows all five: files, nouns, verbs and results have one shape."""

from __future__ import annotations

import ast
import importlib
import inspect
import statistics

import attrs
import pytest

SUBJECTS = ("goals", "raci", "leads", "incentives", "whys")
LONGEST = 400


def names_of(subject):
    """What a subject exports."""
    package = importlib.import_module(f"salesteam.{subject}")
    return {name: getattr(package, name) for name in package.__all__}


def test_no_module_is_longer_than_a_reader_can_hold(source):
    """A module has at most 400 lines."""
    lengths = {
        str(file.relative_to(source)): len(file.read_text("utf-8").splitlines()) for file in source.rglob("*.py")
    }
    assert {} == {name: length for name, length in lengths.items() if length > LONGEST}


def test_the_files_that_the_suite_names_are_there(repository, pytestconfig):
    """A file that is renamed would be measured again, or made anew by each worker, and nobody would notice."""
    suite = pytestconfig.pluginmanager.get_plugin(str(repository / "tests" / "conftest.py"))
    assert [] == sorted(name for name in suite.TOGETHER | suite.UNMEASURED if not (repository / name).exists())


def test_most_modules_are_short(source):
    """The median module has less than 200 lines."""
    assert statistics.median(len(file.read_text("utf-8").splitlines()) for file in source.rglob("*.py")) < 200


def test_every_module_says_what_it_is_for(source):
    """Every module begins with a docstring."""
    modules = [file for file in source.rglob("*.py") if file.read_text("utf-8").strip()]
    assert [] == [str(file) for file in modules if not ast.get_docstring(ast.parse(file.read_text("utf-8")))]


def test_every_package_has_a_list_of_its_names(source):
    """Every folder of code has an `__init__` with `__all__`."""
    folders = {file.parent for file in source.rglob("*.py")}
    inits = {folder: (folder / "__init__.py").read_text("utf-8") for folder in folders}
    assert [] == [str(folder) for folder, text in inits.items() if "\n__all__ = [" not in text]


def test_no_command_has_a_helper_that_another_has_too(source):
    """What several commands do stands in one place, so that it is mended once."""
    homes = {}
    for file in (source / "cli").glob("*.py"):
        for part in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(part, ast.FunctionDef) and (ast.get_docstring(part) is None or len(part.body) > 1):
                body = part.body[ast.get_docstring(part) is not None :]
                homes.setdefault("\n".join(map(ast.unparse, body)), []).append(f"{file.stem}.{part.name}")
    assert [] == [names for names in homes.values() if len(names) > 1]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_subject_has_the_same_parts(subject, source):
    """Nouns in `_model…`, findings in `_check…`, columns in `_frame…`, and a catalogue of findings."""
    stems = {file.stem for file in (source / subject).glob("*.py")}
    parts = ("_model", "_check", "_frame")
    assert list(parts) == [part for part in parts if any(stem.startswith(part) for stem in stems)]
    assert (source / "core" / "catalogue" / f"{subject}.toml").exists()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_subject_loads_and_checks(subject):
    """Each subject has the verbs `load` and `check`."""
    assert {"load", "check"} <= set(names_of(subject))


@pytest.mark.parametrize("subject", SUBJECTS)
def test_nouns_are_frozen(subject):
    """What a subject exports cannot be changed, and its nouns are made by the names of their fields."""
    nouns = {name: value for name, value in names_of(subject).items() if inspect.isclass(value) and attrs.has(value)}
    assert nouns
    thawed = [name for name, cls in nouns.items() if cls.__setattr__ is object.__setattr__]
    assert [] == thawed


@pytest.mark.parametrize("subject", SUBJECTS)
def test_results_show_and_explain_themselves(subject):
    """What turns into a table also explains itself and shows itself in a notebook."""
    results = {name: value for name, value in names_of(subject).items() if hasattr(value, "to_frame")}
    assert results
    needed = ("explain", "_repr_html_")
    assert {} == {
        name: lacking
        for name, cls in results.items()
        if (lacking := [each for each in needed if not hasattr(cls, each)])
    }
