"""The schema of plan files and case files agrees with their readers."""

from __future__ import annotations

import json
from importlib import resources

import attrs
import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from salesteam import incentives as inc
from salesteam.errors import NotFoundError
from salesteam.incentives._load import _hooks
from salesteam.incentives._schema import described, special_types


def tree(text):
    """A YAML text as plain data, dates as text."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


def problems(kind, content):
    """What a validator says of content."""
    validator = Draft202012Validator(inc.schema(kind))
    return [f"{'.'.join(map(str, e.absolute_path))}: {e.message}"[:300] for e in validator.iter_errors(content)]


@pytest.mark.parametrize("kind", ["plan", "cases"])
def test_a_schema_is_a_schema(kind):
    """Both are right by the meta schema of the draft."""
    Draft202012Validator.check_schema(inc.schema(kind))


@pytest.mark.parametrize("name", inc.schemes())
def test_every_shipped_scheme_keeps_the_schema(name):
    """What the reader takes, the schema takes."""
    file = resources.files("salesteam.incentives") / "schemes" / f"{name}.yaml"
    assert [] == problems("plan", tree(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "about",
    [
        {"componets": {}},
        {"period": "fortnight"},
        {"components": {"c": {"method": "cumulative"}}},
        {"components": {"c": {"method": "flat", "rate": "a tenth"}}},
        {"caps": [{"of": "plan", "limit": "twice the goal"}]},
        {"draw": {"kind": "recoverable"}},
        {"currency": None},
    ],
)
def test_what_the_reader_refuses_is_underlined(about):
    """A misspelt key, a word that is no option, a number that is none, a key that is missing."""
    whole = {"format": "salesteam-plan/1", "currency": "CNY", "period": "month", **about}
    assert problems("plan", whole)
    assert inc.read(json.dumps(whole)).report.errors


def test_every_field_that_is_read_in_a_way_of_its_own_has_a_schema_of_its_own():
    """A hook of the reader without a part of the schema would let them drift apart."""
    scalars = {t for t in _hooks() if t not in special_types()}
    listed = {t for t in scalars if getattr(t, "__origin__", None) is tuple and attrs.has(t.__args__[0])}
    numbers = {inc.Plan.__annotations__.get("x"), *(t for t in scalars - listed)}
    assert {"Number", "Number | None", "pair", "pair | None"} >= {named(t) for t in numbers if t is not None}


def named(kind):
    """A short name of the types of numbers."""
    text = str(kind)
    pair = "tuple" in text
    none = "None" in text
    return ("pair" if pair else "Number") + (" | None" if none else "")


@pytest.mark.parametrize("cls", [inc.Plan, inc.Component, inc.Measure, inc.Tier, inc.Gate, inc.Draw, inc.Clawback])
def test_every_key_is_described(cls):
    """The editor shows what the docstring of the noun says."""
    silent = {"format", "plan", "version", "status", "valid", "text"}
    assert set() == {f.name for f in attrs.fields(cls)} - set(described(cls)) - silent


def test_cases_are_checked_down_to_their_plans():
    """The worked example of the format passes; a key that no case has does not."""
    case = {
        "id": "split-or-not",
        "plan": {
            "currency": "USD", "period": "once", "measures": {"sales": {"unit": "money", "value": "amount"}},
            "components": {"c": {"measure": "sales", "method": "marginal", "accumulate": "transaction",
                                 "tiers": [{"from": 0, "to": 1000, "rate": "4%"}, {"from": 1000, "to": None, "rate": "10%"}]}},
        },
        "facts": {"transactions": [{"amount": 1500}]},
        "expect": {"total": 90, "portions": [{"tier": 1, "pay": 40}], "findings": [{"code": "cliff", "at": 1}], "pay": {"A": {"2026-03": 4}}},
    }  # fmt: skip
    whole = {"format": "salesteam-cases/1", "cases": [case]}
    assert [] == problems("cases", whole)
    assert problems("cases", {**whole, "cases": [{**case, "expects": {}}]})
    assert problems("cases", {**whole, "cases": [{**case, "expect": {"totl": 1}}]})


def test_there_is_no_other_schema():
    """A wrong kind names the right ones."""
    with pytest.raises(NotFoundError, match="cases"):
        inc.schema("case")


def test_the_command_prints_a_schema_or_writes_it_into_a_file(tmp_path):
    """`salesteam schema plan` for editors."""
    typer = pytest.importorskip("typer.testing", reason="the extra cli is not installed")
    from salesteam.cli._app import app

    runner, file = typer.CliRunner(), tmp_path / "plan.json"
    assert inc.schema("cases") == json.loads(runner.invoke(app, ["schema", "cases"]).stdout)
    assert 0 == runner.invoke(app, ["schema", "plan", "--out", str(file)]).exit_code
    assert inc.schema("plan") == json.loads(file.read_text("utf-8"))
    assert 0 != runner.invoke(app, ["schema", "pln"]).exit_code
