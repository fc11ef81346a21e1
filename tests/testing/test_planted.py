"""The contract catches planted bugs, each in the test that is about it."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from salesteam.testing import AdapterContract

HERE = Path(__file__).parent
PLANTED = HERE / "planted.py"


def planted():
    """The classes of the planted file, each with the tests that must fail, and whether more may."""
    for node in ast.parse(PLANTED.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            said = {ast.unparse(each.targets[0]): each.value for each in node.body if isinstance(each, ast.Assign)}
            caught_by = ast.literal_eval(said["caught_by"]) if "caught_by" in said else ()
            yield node.name, frozenset(caught_by), "and_more" in said


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Run the planted file under a pytest of its own: the tests of each class that failed, and those that ran."""
    folder = tmp_path_factory.mktemp("planted")
    report = folder / "report.xml"
    path = os.pathsep.join([str(HERE), *sys.path])
    command = [sys.executable, "-m", "pytest", str(PLANTED), f"--junitxml={report}", "-q", "--tb=line"]
    options = ["-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(HERE), "--import-mode=importlib"]
    done = subprocess.run(
        [*command, *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.exists(), done.stdout + done.stderr
    failed: dict[str, set[str]] = {}
    passed: dict[str, set[str]] = {}
    for case in ET.parse(report).iter("testcase"):
        name = case.get("classname").rpartition(".")[2]
        bad = case.find("failure") is not None or case.find("error") is not None
        if bad or case.find("skipped") is None:
            (failed if bad else passed).setdefault(name, set()).add(case.get("name"))
    return failed, passed


BUGS = [pytest.param(*bug, id=bug[0]) for bug in planted() if bug[1]]


@pytest.mark.parametrize(("name", "caught_by", "and_more"), BUGS)
def test_each_bug_is_caught_where_it_belongs(outcomes, name, caught_by, and_more):
    """The tests about the bug fail; a bug that is not gross fails in no other."""
    failed, passed = outcomes
    assert caught_by <= failed[name]
    assert and_more or caught_by == failed[name]
    assert passed["TestSound"] == passed[name] | failed[name], "none was skipped"


def test_the_contract_runs_whole_on_the_reference(outcomes):
    """Without a bug every test of the contract runs and passes: a bug could hide behind a skip."""
    tests = {name for name in dir(AdapterContract) if name.startswith("test_")}
    failed, passed = outcomes
    assert tests == passed["TestSound"]
    assert "TestSound" not in failed


def test_every_test_of_the_contract_catches_a_bug():
    """No test of the contract is there for show."""
    tests = {name for name in dir(AdapterContract) if name.startswith("test_")}
    caught = set().union(*(caught_by for _, caught_by, _ in planted()))
    assert set() == tests - caught


def test_whoever_forgets_the_harness_is_told(outcomes):
    """Without the fixture every test fails with what to give."""
    failed, passed = outcomes
    assert "TestWithoutHarness" not in passed
    assert passed["TestSound"] == failed["TestWithoutHarness"]
