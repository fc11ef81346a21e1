"""Records hold what their kind declares, and refuse everything else where they are made."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import attrs
import pytest
from tests.crm.world import deal, ref

from salesteam.core import Money
from salesteam.crm import ANY_KIND, KINDS, RECORDS, REFERENCES, Ref, Split, field_types, references
from salesteam.errors import InvalidValueError
from salesteam.testing import sample

SHANGHAI = timezone(timedelta(hours=8))
FIELDS = [
    pytest.param(kind, name, type_, id=f"{kind}.{name}")
    for kind in KINDS
    for name, type_ in field_types(RECORDS[kind]).items()
]


def fields_of(*bases):
    """The fields that hold values of some class."""
    return pytest.mark.parametrize(("kind", "name", "type_"), [each for each in FIELDS if each.values[2].base in bases])


def test_every_kind_has_its_class():
    """Kinds and classes are one list, parents before children."""
    assert KINDS == tuple(RECORDS)
    assert list(KINDS) == [record.kind for record in RECORDS.values()]
    assert KINDS.index("account") < KINDS.index("deal") < KINDS.index("deal_line")


@pytest.mark.parametrize("kind", KINDS)
def test_records_are_values(kind):
    """A record is frozen, equal to one with the same fields, and can be a key."""
    record = sample(kind, 1)
    assert {record: 1} == {sample(kind, 1): 1}
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        record.deleted = True


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_is_named_by_a_reference_of_its_kind(kind):
    """The name of another kind is refused."""
    other = ref("account" if kind != "account" else "deal", "x")
    with pytest.raises(InvalidValueError, match=f"names a {other.kind}, not a {kind}"):
        attrs.evolve(sample(kind, 1), ref=other)


@fields_of(datetime)
def test_instants_need_a_zone_and_become_utc(kind, name, type_):
    """A naive time is refused wherever an instant is held; one with a zone is kept in UTC."""
    record = sample(kind, 1)
    with pytest.raises(InvalidValueError, match="no instant with a time zone"):
        attrs.evolve(record, **{name: datetime(2026, 9, 30, 8)})
    at = datetime(2026, 9, 30, 8, tzinfo=SHANGHAI)
    held = getattr(attrs.evolve(record, **{name: at}), name)
    assert (datetime(2026, 9, 30, tzinfo=UTC), timedelta(0)) == (held, held.utcoffset())


@fields_of(date)
def test_dates_are_plain(kind, name, type_):
    """An instant is refused where a date is held, and a text too."""
    for wrong in (datetime(2026, 9, 30, tzinfo=UTC), "2026-09-30"):
        with pytest.raises(InvalidValueError):
            attrs.evolve(sample(kind, 1), **{name: wrong})
    assert date(2026, 9, 30) == getattr(attrs.evolve(sample(kind, 1), **{name: date(2026, 9, 30)}), name)


@fields_of(datetime, date)
def test_the_ends_of_time_stand_for_never(kind, name, type_):
    """No zone can be applied to them, and no day comes after: an open end is left empty."""
    for year in (1, 9999):
        day = date(year, 12, 31)
        value = day if type_.base is date else datetime(year, 12, 31, tzinfo=UTC)
        with pytest.raises(InvalidValueError, match="stands for never"):
            attrs.evolve(sample(kind, 1), **{name: value})


@fields_of(Money, Fraction, int)
def test_numbers_are_exact(kind, name, type_):
    """A binary number is refused wherever money, a share or a count is held, and a truth value too."""
    for wrong in (0.5, True):
        with pytest.raises(InvalidValueError):
            attrs.evolve(sample(kind, 1), **{name: wrong})


@fields_of(Fraction)
def test_exact_numbers_are_read_from_what_sources_send(kind, name, type_):
    """Text and Decimals become fractions."""
    for number in ("0.5", Decimal("0.5"), Fraction(1, 2)):
        assert Fraction(1, 2) == getattr(attrs.evolve(sample(kind, 1), **{name: number}), name)


@fields_of(str)
def test_words_are_of_their_list(kind, name, type_):
    """A word that the field does not know is refused, with those that it knows; so is what is no text."""
    if type_.options:
        with pytest.raises(InvalidValueError, match=", ".join(type_.options)):
            attrs.evolve(sample(kind, 1), **{name: "Won!"})
    with pytest.raises(InvalidValueError):
        attrs.evolve(sample(kind, 1), **{name: 7})


@fields_of(Ref)
def test_references_are_of_the_kind_that_the_field_is_about(kind, name, type_):
    """A reference to another kind is refused, save where a field may refer to several."""
    target = {**REFERENCES, "parent": kind, "ref": kind, "merged_into": kind}[name]
    right, wrong = ref(target, "x"), ref("quota" if target != "quota" else "deal", "x")
    value, other = ((right,), (wrong,)) if type_.many else (right, wrong)
    assert value == getattr(attrs.evolve(sample(kind, 1), **{name: value}), name)
    if name in ANY_KIND:
        assert other == getattr(attrs.evolve(sample(kind, 1), **{name: other}), name)
    else:
        with pytest.raises(InvalidValueError, match="names a"):
            attrs.evolve(sample(kind, 1), **{name: other})


@pytest.mark.parametrize(("kind", "name", "type_"), FIELDS)
def test_only_what_may_be_missing_may_be_none(kind, name, type_):
    """None is held by optional fields, and refused by all others."""
    if type_.optional:
        assert getattr(attrs.evolve(sample(kind, 1), **{name: None}), name) is None
    else:
        with pytest.raises((InvalidValueError, TypeError)):
            attrs.evolve(sample(kind, 1), **{name: None})


def test_lists_are_refused_where_tuples_are_held():
    """A record that could be changed from outside is none."""
    with pytest.raises(InvalidValueError, match=r"Deal.competitors.*a tuple of text|a tuple of text"):
        deal(competitors=["Acme"])


def test_extra_fields_are_json():
    """What a tenant adds is kept as JSON values and cannot be changed; what is no JSON is refused."""
    given = {"b": [1, "zwei"], "a": None}
    extra = deal(extra=given).extra
    given["c"] = 1
    assert {"a": None, "b": [1, "zwei"]} == dict(extra)
    with pytest.raises(TypeError):
        extra["c"] = 1
    for wrong in ({"at": date(2026, 9, 30)}, {"x": float("nan")}):
        with pytest.raises(InvalidValueError, match="no JSON"):
            deal(extra=wrong)


def test_nothing_is_merged_into_itself():
    """A merge needs two."""
    with pytest.raises(InvalidValueError, match="merged into itself"):
        deal("D-1", merged_into=ref("deal", "D-1"))


@pytest.mark.parametrize("probability", [Fraction(-1, 100), Fraction(101, 100), 60])
def test_probabilities_are_between_0_and_1(probability):
    """60 percent is 0.6, not 60."""
    with pytest.raises(InvalidValueError, match="not between 0 and 1"):
        deal(probability=probability)


def test_a_membership_ends_after_it_starts():
    """The end is the first day on which it no longer holds."""
    membership = sample("membership", 1)
    day = date(2026, 9, 30)
    assert day == attrs.evolve(membership, valid_from=day - timedelta(1), valid_to=day).valid_to
    with pytest.raises(InvalidValueError, match="not after its start"):
        attrs.evolve(membership, valid_from=day, valid_to=day)


def test_an_observed_change_lies_between_its_bounds():
    """The latest time is not before the earliest."""
    change, at = sample("stage_change", 1), datetime(2026, 9, 30, tzinfo=UTC)
    with pytest.raises(InvalidValueError, match="before its earliest"):
        attrs.evolve(change, at_earliest=at, at_latest=at - timedelta(seconds=1))


def split(**fields):
    """A split of 60 percent for Li."""
    return Split(**{"user": ref("user", "li"), "share": "0.6", "split_kind": "revenue", **fields})


def test_a_split_has_an_exact_share_of_a_user():
    """Shares are between 0 and 1 and exact, for users, of one of two kinds."""
    assert Fraction(3, 5) == split().share
    for wrong in ({"share": 0.6}, {"share": 60}, {"share": -1}, {"user": ref("team", "east")}, {"split_kind": "half"}):
        with pytest.raises(InvalidValueError):
            split(**wrong)


def test_a_reference_is_a_stable_name():
    """Text, order and UUID of version 5 come from source, kind and id alone."""
    name = Ref("maven", "deal", "1C1I7A6R")
    assert "maven:deal:1C1I7A6R" == str(name)
    assert (5, UUID("982a7858-13e3-5d79-ab5e-c7dc0dcaaca8")) == (name.id.version, name.id)
    assert 4 == len(
        {Ref(*parts).id for parts in [("a", "deal", "1"), ("b", "deal", "1"), ("a", "lead", "1"), ("a", "deal", "2")]}
    )
    assert [Ref("a", "deal", "1"), Ref("a", "deal", "2")] == sorted([Ref("a", "deal", "2"), Ref("a", "deal", "1")])


@pytest.mark.parametrize("parts", [("", "deal", "1"), ("a", "deal", " "), ("a", "deal", 7), ("a", "deal", None)])
def test_a_reference_has_no_blank_part(parts):
    """Source and id are text that is not blank."""
    with pytest.raises(InvalidValueError, match="is no name"):
        Ref(*parts)


def test_an_unknown_kind_is_refused_with_the_nearest():
    """A misspelt kind is told what it was meant to be, a strange one what there is."""
    with pytest.raises(InvalidValueError, match="did you mean 'deal'"):
        Ref("a", "deals", "1")
    with pytest.raises(InvalidValueError, match="use one of user, team"):
        Ref("a", "zzz", "1")


@pytest.mark.parametrize("kind", KINDS)
def test_references_are_all_visited_and_replaced(kind):
    """Every reference in a record passes the visitor, its own name and its merge do not."""
    types = field_types(RECORDS[kind])
    held = {name for name, type_ in types.items() if type_.base is Ref} - {"ref", "merged_into"}
    targets = {**REFERENCES, "parent": kind}
    full = attrs.evolve(
        sample(kind, 1),
        **{name: (ref(targets[name], name),) if types[name].many else ref(targets[name], name) for name in held},
    )
    seen = []
    moved = references(full, lambda each: seen.append(each) or attrs.evolve(each, source="other"))
    assert sorted(held) == sorted(each.external_id for each in seen)
    assert (full.ref, full.merged_into) == (moved.ref, moved.merged_into)
    assert references(full, lambda each: each) is full
    again = []
    references(moved, lambda each: again.append(each) or each)
    assert [attrs.evolve(each, source="other") for each in seen] == again


def test_references_in_splits_are_visited_too():
    """Who shares in a deal is a reference like any other."""
    moved = references(deal(splits=(split(),)), lambda each: attrs.evolve(each, source="other"))
    assert "other" == moved.splits[0].user.source
