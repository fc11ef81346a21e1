"""A draft of a source asks for everything that somebody must decide, and cannot be used before it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

import attrs
import pytest
from tests.crm.world import Pages

from salesteam import review
from salesteam.crm import Field, Kind, Schema, Secret, draft_tenant
from salesteam.errors import InvalidValueError


@attrs.frozen(kw_only=True)
class Config:
    """Settings of the tests.

    Parameters
    ----------
    token, key : Secret
        Where the two parts
        of the login are.
    excess_digits : {'reject', 'half_up'}
        What becomes of digits.
    stages : mapping
        Stages to ours.
    """

    token: Secret
    key: Secret | None = None
    excess_digits: Literal["reject", "half_up"]
    stages: Mapping[str, Literal["open", "won"]]
    statuses: Mapping[str, Literal["open", "won"]] = attrs.field(factory=dict)
    kinds: Mapping[Kind, str]
    currency: str | None = None
    extra: Mapping[Kind, tuple[str, ...]] = attrs.field(factory=dict)
    share: Fraction = Fraction(1, 2)
    strict: bool = True
    marks: tuple[str, ...] = ()
    sign: str = '"'
    read: Literal["rest", "bulk"] = "rest"


class Asking(Pages):
    """An adapter with settings of every sort."""

    name = "asking"
    Config = Config


TENANT = Schema(
    fields={
        "deal": (
            Field(name="stage", type="text", options=('first "talks"', "done")),
            Field(name="budget__c", type="money", custom=True),
        )
    },
    currencies=("CNY", "USD"),
)


def lines(schema=None):
    """The settings of a draft."""
    text = draft_tenant(Asking, schema, source="ours")
    return [line.strip() for line in text.partition("settings:\n")[2].splitlines()]


def test_what_must_be_decided_is_asked_and_the_rest_is_a_comment():
    """With what the settings say of themselves, and the words that may be written."""
    said = lines()
    assert 'token: "?"    # where it is: env:NAME or file:PATH; never the secret itself' in said
    assert "# Where the two parts of the login are." in said
    assert "# key: …" in said
    assert 'excess_digits: "?"    # reject or half_up' in said
    assert 'stages: "?"    # each open or won' in said
    assert 'kinds: "?"' in said
    for optional in (
        "# currency: …",
        "# statuses: {}    # each open or won",
        "# extra: {}",
        "# share: 1/2",
        "# strict: true",
        "# marks: []",
        '# sign: "\\""',
        "# read: rest    # rest or bulk",
    ):
        assert optional in said


def test_what_the_tenant_has_stands_where_it_is_asked_for():
    """Its stages one by one, its own fields, its currencies."""
    said = lines(TENANT)
    start = said.index("stages:    # each open or won")
    assert ['"first \\"talks\\"": "?"', '"done": "?"'] == said[start + 1 : start + 3]
    assert ["# extra:", "#   deal: [budget__c]    # which of these?"] == said[said.index("# extra:") :][:2]
    assert "# currency: …    # the tenant has CNY, USD" in said


@pytest.mark.parametrize("schema", [None, TENANT])
def test_a_question_that_is_left_is_refused_at_its_line(tmp_path, schema):
    """Each of them, and the day that counts."""
    text = (review.demo_folder() / "playbook.yaml").read_text(encoding="utf-8")
    (tmp_path / "playbook.yaml").write_text(text, encoding="utf-8")
    draft = draft_tenant(Asking, schema, source="ours")
    (tmp_path / "sources.yaml").write_text(draft, encoding="utf-8")
    report = review.read(tmp_path, adapters={"asking": Asking}).report
    asked = [number for number, line in enumerate(draft.splitlines(), start=1) if '"?"' in line.partition("#")[0]]
    told = {finding.place.line for finding in report.errors if finding.code == "review.unanswered"}
    assert set(asked[1:]) == told
    assert asked[0] in {finding.place.line for finding in report.errors}


def test_settings_that_are_no_attrs_class_are_refused():
    """There is nothing to ask."""

    class Odd(Pages):
        Config = dict

    with pytest.raises(InvalidValueError, match="no attrs class"):
        draft_tenant(Odd)
