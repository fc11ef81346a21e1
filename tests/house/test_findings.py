"""The catalogue of findings and the code agree: no code without an entry, no entry without a use."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib import resources

import pytest

from salesteam.core import ACTORS, catalogue, find
from salesteam.crm import CLOCKS, KINDS, AddNote, AssignOwner, CreateTask

CODES = sorted(catalogue())
FAMILIES = sorted({code.split(".")[0] for code in CODES})
HOMES = {"table": "core", "people": "core", "calendar": "core"}
"""Families of codes that are not named after the package that finds them."""


@pytest.fixture(scope="module")
def trees(source, repository):
    """The parsed modules of the library, by package, and of the plugins."""
    files = {file: file.relative_to(source).parts[0].removesuffix(".py") for file in source.rglob("*.py")}
    files |= dict.fromkeys(repository.glob("plugins/*/src/**/*.py"), "crm")
    return [(package, ast.parse(file.read_text(encoding="utf-8"))) for file, package in files.items()]


def texts(tree):
    """All literal texts of a module."""
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def patterns(tree):
    """What the f-strings of a module can be, as regular expressions; those that fix no part of a code are left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
            if parts[0] and re.fullmatch(rf"({'|'.join(FAMILIES)})\.[a-z0-9-]+", parts[0]):
                yield "".join("[a-z0-9-]+" if part is None else re.escape(part) for part in parts)


def test_every_code_that_is_found_is_in_the_catalogue(trees):
    """The first argument of `find` is a code of the catalogue wherever it is written out."""
    calls = (
        node.args[0].value
        for _, tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "find" and node.args
        if isinstance(node.args[0], ast.Constant)
    )
    assert [] == sorted(set(calls) - set(CODES))


def test_every_code_in_the_texts_of_the_code_is_in_the_catalogue(trees):
    """Whatever looks like a code, with a family and a hyphen, is one."""
    look = re.compile(rf"({'|'.join(FAMILIES)})\.[a-z0-9]+(-[a-z0-9]+)+")
    used = {text for _, tree in trees for text in texts(tree) if look.fullmatch(text)}
    assert [] == sorted(used - set(CODES))


def test_every_entry_of_the_catalogue_is_used(trees):
    """A code is written out somewhere, whole or, in the package that it belongs to, without its family."""
    literal = {text for _, tree in trees for text in texts(tree)}
    built = [pattern for _, tree in trees for pattern in patterns(tree)]
    short: dict[str, set[str]] = {}
    for package, tree in trees:
        short.setdefault(package, set()).update(texts(tree))
    unused = [
        code
        for code in CODES
        if code not in literal
        and code.partition(".")[2] not in short.get(HOMES.get(code.partition(".")[0], code.partition(".")[0]), set())
        and not any(re.fullmatch(pattern, code) for pattern in built)
    ]
    assert [] == unused


@pytest.mark.parametrize("code", CODES)
def test_every_entry_speaks_both_languages(code):
    """Each entry has what, question and fix in English and Chinese, with the same names in both, and says who acts."""
    entry = catalogue()[code]
    assert {"en", "zh"} == set(entry.texts)
    assert [{"what", "question", "fix"}] * 2 == [set(entry.texts[lang]) for lang in ("en", "zh")]
    assert entry.acts in ACTORS
    assert re.fullmatch(r"[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*", code)
    assert re.search("[\u4e00-\u9fff]", " ".join(entry.texts["zh"].values()))
    assert re.search("[a-z]", entry.texts["en"]["question"])


def test_a_name_of_the_program_is_a_word_to_its_reader():
    """A kind of record, a clock or a change is told in Chinese, one or several; what is no such name stays as it is."""
    late = find("crm.late-update", owner="deal", count=2, of=5, clock="business_hours")
    assert "按 工作时间 计时，deal 的 5 项中有 2 项逾期。" == late.what("zh")
    assert "deal was late in 2 of 5 cases, by the clock business hours." == late.what()
    down = find("crm.source-down", source="hub", kinds=["deal", "visit"])
    assert "商机、visit" in down.what("zh")


def test_words_are_for_placeholders_and_values_that_there_are():
    """Each word of a catalogue stands for a kind, a clock or a change that exists, where a text names one."""
    raw = tomllib.loads((resources.files("salesteam.core") / "catalogue" / "crm.toml").read_text(encoding="utf-8"))
    names = set().union(*(entry.names for code, entry in catalogue().items() if code.startswith("crm.")))
    known = {
        "kind kinds parents target": set(KINDS),
        "clock": set(CLOCKS),
        "change": {each.name for each in (AssignOwner, CreateTask, AddNote)},
    }
    for words in raw["words"].values():
        for placeholders, of in words.items():
            assert set(placeholders.split()) <= names
            assert set(of) <= known[placeholders]
    assert set(raw["words"]["zh"]["kind kinds parents target"]) == set(KINDS)
