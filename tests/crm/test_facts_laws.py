"""Laws of all tables of facts: whatever the records are, every one that was looked at is used or has a reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.crm.world import deal, ref

from salesteam.core import Money
from salesteam.crm import (
    Account,
    Activity,
    Commitment,
    Contact,
    Lead,
    MoneyEvent,
    Records,
    Split,
    Stage,
    StageChange,
    facts,
)

AT = datetime(2026, 9, 30, 8, tzinfo=UTC)
KNOWN = {"li": "LI", "wu": "WU", "li2": "LI"}
"""Two logins are one person, and one login is nobody's."""

keys = st.sampled_from("abc")
instants = st.none() | st.integers(-9, 3).map(lambda days: AT + timedelta(days=days, hours=9))
users = st.none() | st.sampled_from(["li", "li2", "wu", "x"]).map(lambda key: ref("user", key))
values = st.none() | st.integers(-9, 9).map(lambda minor: Money(minor, "CNY"))
abouts = st.none() | st.builds(ref, st.sampled_from(["lead", "deal", "account", "contact", "user"]), keys)
customers = st.none() | keys.map(lambda key: ref("account", key))
shares = st.lists(
    st.builds(
        Split, user=users.filter(bool), share=st.fractions(0, 1), split_kind=st.sampled_from(["revenue", "overlay"])
    ),
    max_size=2,
).map(tuple)
bounds = st.tuples(instants, instants).map(
    lambda pair: pair if None in pair or pair[0] <= pair[1] else (pair[1], pair[0])
)
by_kind = {
    "account": st.builds(
        lambda key, owner, at: Account(ref=ref("account", key), name=key, owner=owner, created_at=at),
        keys,
        users,
        instants,
    ),
    "contact": st.builds(
        lambda key, account: Contact(ref=ref("contact", key), name=key, account=account), keys, customers
    ),
    "lead": st.builds(
        lambda key, status, owner, made, changed, to, away, account: Lead(
            ref=ref("lead", key),
            name=key,
            status=status,
            owner=owner,
            created_at=made,
            updated_at=changed,
            converted_to=to,
            archived=away,
            account=account,
        ),
        keys,
        st.sampled_from(["new", "working", "qualified", "disqualified", "converted"]),
        users,
        instants,
        instants,
        abouts,
        st.booleans(),
        customers,
    ),
    "deal": st.builds(
        lambda key, status, owner, value, on, at, made, splits, account: deal(
            key,
            status=status,
            owner=owner,
            value=value,
            closed_on=on,
            closed_at=at,
            created_at=made,
            splits=splits,
            account=account,
        ),
        keys,
        st.sampled_from(["open", "won", "lost", "void"]),
        users,
        values,
        st.none() | st.dates(date(2026, 9, 20), date(2026, 10, 9)),
        instants,
        instants,
        shares,
        customers,
    ),
    "stage": st.builds(
        lambda key, kind: Stage(ref=ref("stage", key), name=key * 2, stage_kind=kind),
        keys,
        st.sampled_from(["open", "won", "lost"]),
    ),
    "stage_change": st.builds(
        lambda key, deal, to, by, at, span, evidence: StageChange(
            ref=ref("stage_change", str(key)),
            deal=ref("deal", deal),
            to=ref("stage", to),
            by=by,
            at=at,
            at_earliest=span[0],
            at_latest=span[1],
            evidence=evidence,
        ),
        st.integers(0, 9),
        keys,
        keys,
        users,
        instants,
        bounds,
        st.sampled_from(["native", "observed"]),
    ),
    "activity": st.builds(
        lambda key, kind, user, about, at, done: Activity(
            ref=ref("activity", str(key)), activity_kind=kind, user=user, about=about, occurred_at=at, done_at=done
        ),
        st.integers(0, 9),
        st.sampled_from(["call", "email", "meeting", "visit", "task", "note"]),
        users,
        abouts,
        instants,
        instants,
    ),
    "commitment": st.builds(
        lambda key, user, about, at: Commitment(
            ref=ref("commitment", str(key)), text="两周内交付", status="open", user=user, about=about, made_at=at
        ),
        st.integers(0, 9),
        users,
        abouts,
        instants,
    ),
    "money_event": st.builds(
        lambda key, deal, value, kind: MoneyEvent(
            ref=ref("money_event", str(key)), deal=ref("deal", deal), on=AT.date(), value=value, event_kind=kind
        ),
        st.integers(0, 9),
        keys,
        values.filter(bool),
        st.sampled_from(["booked", "invoiced", "paid", "refund"]),
    ),
}
worlds = st.lists(st.one_of(*by_kind.values()), max_size=30, unique_by=lambda made: made.ref).map(
    lambda records: Records(records=tuple(records))
)
TABLES = {
    "compare_booking": (partial(facts.compare_booking, tz="Asia/Shanghai", period="month", identity=KNOWN), "deal"),
    "evidence": (
        partial(facts.evidence, as_of=AT, tz="Asia/Shanghai", identity=KNOWN),
        "deal stage_change activity money_event commitment",
    ),
    "outcomes": (partial(facts.outcomes, tz="Asia/Shanghai", identity=KNOWN), "lead"),
    **{
        f"ownership of {of}": (partial(facts.ownership, of=of, tz="Asia/Shanghai", identity=KNOWN), of)
        for of in facts.OWNERSHIP_OF
    },
    "events": (lambda records: facts.events(records, as_of=AT, identity=KNOWN), "stage_change activity commitment"),
    **{
        f"touches of {of} by {by}": (
            partial(facts.touches, of=of, counts="contact", by=by, as_of=AT, identity=KNOWN),
            f"{of} activity",
        )
        for of in facts.TOUCH_OF
        for by in facts.TOUCHED_BY
    },
}


@pytest.mark.parametrize("name", TABLES)
@given(records=worlds)
def test_every_record_that_is_looked_at_is_used_or_left_out(name, records):
    """Looked at = used + left out, each record once; what is used makes at least one row."""
    make, kinds = TABLES[name]
    table = make(records)
    seen = {record.ref for kind in kinds.split() for record in records.of(kind)}
    assert table.foots
    assert len(seen) == table.looked_at
    aside = [ref for ref, _ in table.aside]
    assert len(set(aside)) == len(aside)
    assert set(aside) <= seen
    assert (table.used == 0) == (len(table) == 0)
    assert table.rows == make(records).rows


@given(worlds)
def test_events_come_in_order_and_none_lies_ahead(records):
    """By case and time; the bounds of a move are in order, those of all else are equal."""
    rows = facts.events(records, as_of=AT).rows
    assert sorted(rows, key=lambda row: (row.case, row.time, row.time_latest)) == list(rows)
    assert all(row.time <= AT and row.time <= row.time_latest for row in rows)
    assert all(row.time == row.time_latest for row in rows if row.evidence == "logged")


@given(worlds, st.sampled_from(sorted(facts.TOUCH_OF)))
def test_more_that_counts_never_makes_a_touch_older(records, of):
    """A wider choice of activities or people gives a last touch as late or later, for the same rows."""
    shared = {"of": of, "as_of": AT, "identity": KNOWN}

    def last(counts, by):
        table = facts.touches(records, counts=counts, by=by, **shared)
        return {row.ref: row.last_activity or AT - timedelta(days=999) for row in table.rows}

    narrow, wide, widest = last("talk", "owner"), last("contact", "owner"), last("any", "anyone")
    assert list(narrow) == list(wide) == list(widest)
    assert all(narrow[ref] <= wide[ref] <= widest[ref] <= AT for ref in narrow)


@given(worlds)
def test_evidence_is_worth_what_its_way_of_knowing_says(records):
    """One kind and one grade for each; what may be one of several days has none, and bounds come in order."""
    worth = {}
    for row in facts.evidence(records, as_of=AT, tz="Asia/Shanghai").rows:
        assert worth.setdefault(row.how_known, (row.kind, row.grade)) == (row.kind, row.grade)
        assert row.how_known in facts.HOW_KNOWN
        if row.at_earliest is not None:
            assert row.at_earliest <= row.at
            assert row.at_earliest <= AT
        assert row.on is None or row.at is not None


@given(worlds)
def test_what_is_decided_was_decided_between_its_bounds(records):
    """Each lead has one of the outcomes; what is open has no instant, and bounds come in order."""
    for row in facts.outcomes(records, tz="Asia/Shanghai").rows:
        assert row.outcome in facts.OUTCOMES
        if row.outcome == "open":
            assert row.decided is row.decided_earliest is None
        if row.decided is not None and row.decided_earliest is not None:
            assert row.decided_earliest <= row.decided
        assert (row.returned == "disqualified") == (row.outcome == "disqualified")
