"""Columns are declared once, on the fields of a noun."""

import enum
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import attrs
import pytest

from salesteam.core._table import Column, column, columns
from salesteam.errors import InvalidValueError


class Stage(enum.Enum):
    """Where a deal stands."""

    OPEN = "open"
    WON = "won"


@attrs.frozen(kw_only=True)
class Deal:
    """A noun with a field of every kind."""

    deal: str = column("id of the deal")
    amount_minor: int = column("signed amount", "minor units")
    share: Fraction = column("part", default=Fraction(1))
    units: int | None = column("units sold", "pieces", default=None)
    price: Decimal | None = column("list price", default=None)
    heat: float | None = column("score", default=None)
    closed: date | None = column("day it closed", default=None)
    seen: datetime | None = column("last contact", default=None)
    hot: bool = column("worth a call", default=False)
    stage: Stage = column("where it stands", default=Stage.OPEN)
    kind: Literal["carve_out", "overlay"] = column("kind of split", default="carve_out")
    tags: tuple[str, ...] = column("labels", default=())
    origin: str = column("where from", key="from", default="")
    nested: tuple[tuple[str, int], ...] = attrs.field(default=())
    more: Mapping[str, object] = column("everything else", rest=True)


def test_the_kind_follows_from_the_type_of_the_field() -> None:
    """Each supported type has its kind, a name ending in _minor makes it money, and an unreadable type is no column."""
    expected = {
        "deal": "text",
        "amount_minor": "money",
        "share": "rational",
        "units": "whole",
        "price": "decimal",
        "heat": "number",
        "closed": "date",
        "seen": "moment",
        "hot": "flag",
        "stage": "text",
        "kind": "text",
        "tags": "texts",
        "from": "text",
        "more": "rest",
    }
    actual = {each.name: each.kind for each in columns(Deal)}
    assert expected == actual


def test_doc_unit_and_requirement_come_from_the_declaration() -> None:
    """A field without a default is a required column that may not be empty."""
    expected = Column(
        name="amount_minor",
        field="amount_minor",
        kind="money",
        doc="signed amount",
        unit="minor units",
        required=True,
        nullable=False,
    )
    actual = columns(Deal)[1]
    assert expected == actual


def test_a_key_names_the_column_where_the_field_cannot() -> None:
    """The column is called from, the field origin."""
    expected = ("from", "origin")
    origin = next(each for each in columns(Deal) if each.field == "origin")
    assert expected == (origin.name, origin.field)


def test_choices_come_from_literals_and_enumerations() -> None:
    """Only the listed texts are allowed."""
    expected = {"stage": ("open", "won"), "kind": ("carve_out", "overlay")}
    actual = {each.name: each.choices for each in columns(Deal) if each.choices}
    assert expected == actual


def test_a_plain_attrs_field_is_a_column_too() -> None:
    """A noun need not use column() for every field."""

    @attrs.frozen(kw_only=True)
    class Plain:
        payee: str
        note: str | None = None

    expected = [("payee", True, False), ("note", False, True)]
    actual = [(each.name, each.required, each.nullable) for each in columns(Plain)]
    assert expected == actual


def test_a_required_optional_column_must_be_there_but_may_be_empty() -> None:
    """X | None without a default is required and nullable."""

    @attrs.frozen(kw_only=True)
    class Seat:
        person: str | None = column("who sits there")

    expected = (True, True)
    actual = (columns(Seat)[0].required, columns(Seat)[0].nullable)
    assert expected == actual


def test_a_required_field_that_no_cell_can_hold_is_refused() -> None:
    """The error names the class and the field."""

    @attrs.frozen(kw_only=True)
    class Bad:
        parts: dict[str, int]

    with pytest.raises(InvalidValueError, match=r"Bad\.parts"):
        columns(Bad)


def test_a_class_without_attrs_is_refused() -> None:
    """Columns can only be declared on an attrs class."""
    with pytest.raises(InvalidValueError, match="no attrs class"):
        columns(int)


def test_types_that_exist_only_for_the_type_checker_are_refused() -> None:
    """The error says to import them at run time."""

    @attrs.frozen(kw_only=True)
    class Hidden:
        day: "NeverImported"  # noqa: F821  # the point of the test

    with pytest.raises(InvalidValueError, match="import the types"):
        columns(Hidden)


def test_a_rest_field_does_not_break_hashing() -> None:
    """A noun with a mapping of extra columns can still be a key."""
    expected = hash(Deal(deal="D", amount_minor=1))
    actual = hash(Deal(deal="D", amount_minor=1, more={"mood": "fine"}))
    assert expected == actual
