"""Nouns are values: they keep nothing of the caller's, and hold what their annotations say."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

import attrs
import pytest

from salesteam.core._load import dump, load_text
from salesteam.core._noun import FrozenMapping, as_annotated
from salesteam.errors import InvalidValueError

Kind = Literal["increase", "decrease"]


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Goal:
    name: str
    kind: Kind | None = None
    tags: tuple[str, ...] = ()
    levels: tuple[Literal["year", "month"], ...] | None = None
    weights: Mapping[str, int] = attrs.field(factory=dict)
    days: frozenset[date] = frozenset()
    pair: tuple[str, int] = ("a", 1)
    count: int = 1
    due: date | None = None
    parent: Goal | None = None
    loud: tuple[str, ...] = attrs.field(default=(), converter=lambda words: tuple(word.upper() for word in words))


def test_a_noun_keeps_nothing_of_the_caller() -> None:
    """Lists become tuples and mappings are copied, so that a later change of either changes no noun."""
    tags, weights, days = ["new"], {"li": 5}, {date(2026, 9, 30)}
    made = Goal(name="g", tags=tags, weights=weights, days=days, levels=iter(["year"]))
    tags.append("old")
    weights["li"] = 0
    days.clear()
    expected = (("new",), {"li": 5}, frozenset({date(2026, 9, 30)}), ("year",))
    assert expected == (made.tags, made.weights, made.days, made.levels)


def test_a_noun_can_be_copied_pickled_hashed_and_written() -> None:
    """Mappings within it do not stand in the way."""
    made = Goal(name="g", weights={"li": 5}, parent=Goal(name="top"))
    assert [made, made, made] == [copy.deepcopy(made), pickle.loads(pickle.dumps(made)), attrs.evolve(made)]
    assert hash(made) == hash(Goal(name="g", weights={"li": 5}, parent=Goal(name="top")))
    assert made == load_text(dump(made), Goal).value


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", None, "None is no text (Goal.name)"),
        ("name", 5, "5 is no text (Goal.name)"),
        ("kind", "increse", "did you mean increase? Use one of increase, decrease"),
        ("kind", ["increase"], "not known here (Goal.kind)"),
        ("tags", "new", "'new' is no list (Goal.tags)"),
        ("tags", None, "None is no list (Goal.tags)"),
        ("tags", [5], "5 is no text (Goal.tags)"),
        ("levels", ["day"], "'day' is not known here (Goal.levels)"),
        ("weights", ["li"], "is no mapping (Goal.weights)"),
        ("count", True, "True is no whole number (Goal.count)"),
        ("count", 1.5, "1.5 is no whole number (Goal.count)"),
        ("count", "1", "'1' is no whole number (Goal.count)"),
        ("due", datetime(2026, 9, 30), "is no day (Goal.due)"),
        ("due", "2026-09-30", "is no day (Goal.due)"),
    ],
)
def test_a_noun_holds_what_its_annotations_say(field: str, value: object, message: str) -> None:
    """Anything else is refused where it is passed, with the field and what belongs there."""
    with pytest.raises(InvalidValueError) as caught:
        Goal(**{"name": "g", field: value})
    assert message in str(caught.value)


def test_what_may_lack_may_be_none() -> None:
    """None passes where the annotation or the default has it, and other converters are left alone."""
    made = Goal(name="g", kind=None, levels=None, due=None, loud=["a"], pair=("b", 2))
    assert (None, None, None, ("A",), ("b", 2)) == (made.kind, made.levels, made.due, made.loud, made.pair)


def test_a_frozen_mapping_is_like_a_dict() -> None:
    """In order, by key, by comparison; it has no way to be changed."""
    made = FrozenMapping([("b", 1), ("a", 2)])
    assert (["b", "a"], 2, 2) == (list(made), made["a"], len(made))
    assert {"a": 2, "b": 1} == made
    assert hash(made) == hash(FrozenMapping({"a": 2, "b": 1}))
    assert not hasattr(made, "__setitem__")
