"""How complete records are, and how soon they were written: shares that add up, and conventions that are named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.crm.faulty import Faulty, server_of, synced
from tests.crm.world import codes, deal, ref

from salesteam.core import Calendar
from salesteam.crm import (
    Activity,
    DealContact,
    Membership,
    Records,
    Required,
    Stage,
    completeness,
    open_store,
    sync,
    timeliness,
)
from salesteam.errors import InvalidValueError, NotFoundError

MONDAY = datetime(2026, 9, 28, 2, tzinfo=UTC)
"""Ten in the morning in Shanghai."""
DAY, HOUR, MICRO = timedelta(days=1), timedelta(hours=1), timedelta(microseconds=1)
RULES = [
    Required(kind="deal", field="value", when={"stage": ("talks", "won")}),
    Required(kind="deal", field="competitor_response", weight=Fraction(3)),
    Required(kind="deal", relation="deal_contact", where={"role": ("decision_maker",)}),
]


def stage(name):
    """A stage."""
    return ref("stage", name)


def world():
    """Two deals: one in talks with a decision maker, one new with a placeholder."""
    contact = DealContact(
        ref=ref("deal_contact", "1"), deal=ref("deal", "D-1"), contact=ref("contact", "C"), role="decision_maker"
    )
    return (
        deal("D-1", owner=ref("user", "li"), stage=stage("talks"), competitor_response="cheaper"),
        deal("D-2", owner=ref("user", "wu"), stage=stage("new"), competitor_response=" 待定 "),
        contact,
        attrs.evolve(contact, ref=ref("deal_contact", "2"), deal=ref("deal", "D-2"), role="blocker"),
    )


def test_three_totals_stand_side_by_side():
    """Cells, weighted records, and records with everything."""
    found = completeness(Records(records=world()), RULES, by="owner")
    li, wu = found.rows
    assert ("li", 1, 3, 2) == (li.group, li.records, li.cells, li.filled)
    assert (Fraction(2, 3), Fraction(4, 5), 0) == (li.cells_share, li.records_share, li.strict_share)
    assert ("wu", 2, 0, 0) == (wu.group, wu.cells, wu.filled, wu.records_share)
    assert (Fraction(2, 5), Fraction(2, 5)) == (found.total.cells_share, found.total.records_share)
    assert (ref("deal", "D-1"), "value") in found.missing
    assert ["crm.incomplete"] * 3 == codes(found.report)
    assert "li：3 项应填，已填 2（" in found.explain("li", "zh")
    assert len(found.to_frame()) == 2
    assert "<table" in found._repr_html_()


def test_each_field_is_counted_in_each_group():
    """Only where it applies; over a group the counts come to those of its row."""
    found = completeness(Records(records=world()), RULES, by="owner")
    decision = "deal_contact(role=decision_maker)"
    assert [
        ("li", "deal", "competitor_response", 1, 1),
        ("li", "deal", decision, 1, 1),
        ("li", "deal", "value", 0, 1),
        ("wu", "deal", "competitor_response", 0, 1),
        ("wu", "deal", decision, 0, 1),
    ] == [(cell.group, cell.kind, cell.field, cell.filled, cell.cells) for cell in found.cells]
    for row in found.rows:
        own = [cell for cell in found.cells if cell.group == row.group]
        assert (row.filled, row.cells) == (sum(cell.filled for cell in own), sum(cell.cells for cell in own))
    assert [1, 1, 0, 0, 0] == [cell.share for cell in found.cells]
    assert (2, 5) == (len(found.to_frame()), len(found.to_frame("cells")))
    with pytest.raises(NotFoundError):
        found.to_frame("fields")


def test_a_record_that_names_no_team_belongs_to_the_only_team_of_its_owner():
    """On the day looked from; to nobody's if the owner is in two, or in none."""
    joined = [
        Membership(ref=ref("membership", key), user=ref("user", user), team=ref("team", team), valid_from=start)
        for key, user, team, start in (
            ("1", "li", "east", None),
            ("2", "wu", "west", None),
            ("3", "wu", "east", MONDAY.date()),
        )
    ]
    deals = (
        deal("D-1", owner=ref("user", "li")),
        deal("D-2", owner=ref("user", "wu")),
        deal("D-3", owner=ref("user", "li"), team=ref("team", "north")),
        deal("D-4"),
    )
    held = Records(records=(*joined, *deals))
    found = completeness(held, RULES[1:2], by="team")
    assert {"east": 1, "north": 1, "—": 2} == {row.group: row.records for row in found.rows}
    server = server_of(records=[*joined, *deals], now=MONDAY - 2 * DAY)
    with open_store(":memory:") as store:
        synced(server.adapter(), store)
        early = completeness(store, RULES[1:2], by="team", as_of=MONDAY - DAY)
    assert {"east": 1, "north": 1, "west": 1, "—": 1} == {row.group: row.records for row in early.rows}


def test_logins_of_one_person_are_one_group():
    """By the identity table, for cells and for delays."""
    table = {"wu": "li", "li": "li"}
    assert ["li"] == [
        row.group for row in completeness(Records(records=world()), RULES, by="owner", identity=table).rows
    ]
    both = (visit(HOUR), attrs.evolve(visit(HOUR, key="2"), user=ref("user", "wu")))
    assert {"li"} == {row.owner for row in measured(*both, identity=table).rows}
    stale = timeliness(
        Records(records=(deal("D", owner=ref("user", "wu"), created_at=MONDAY),)),
        basis="staleness",
        clock="elapsed",
        as_of=MONDAY,
        tz="UTC",
        identity=table,
    )
    assert ["li"] == [row.owner for row in stale.rows]


def test_where_nothing_applies_there_is_no_share():
    """Not 1: nobody filled anything."""
    found = completeness(Records(), RULES, by="field")
    assert (None, None, None, ()) == (
        found.total.cells_share,
        found.total.records_share,
        found.total.strict_share,
        found.rows,
    )


def test_stage_and_owner_are_those_of_the_day():
    """What was required then, of whom it was."""
    server = server_of(records=[deal("D-1", owner=ref("user", "li"), stage=stage("new"))])
    with open_store(":memory:") as store:
        synced(Faulty(server), store)
        then = server.now
        server.now += DAY
        server.change(ref("deal", "D-1"), owner=ref("user", "wu"), stage=stage("talks"))
        synced(Faulty(server), store)
        now = completeness(store, RULES[:1], by="owner")
        before = completeness(store, RULES[:1], by="owner", as_of=then)
    assert (["wu"], []) == ([row.group for row in now.rows], [row.group for row in before.rows])


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.sampled_from(["li", "wu"])), max_size=8))
def test_shares_lie_between_0_and_1_and_strict_is_the_least(made):
    """And filling a cell never lowers one."""
    rules = [Required(kind="deal", field="name"), Required(kind="deal", field="lost_reason", weight=Fraction(1, 2))]
    deals = [
        deal(f"D-{n}", name="x" if one else None, lost_reason="y" if two else "n/a", owner=ref("user", owner))
        for n, (one, two, owner) in enumerate(made)
    ]
    found = completeness(Records(records=tuple(deals)), rules, by="owner")
    more = completeness(Records(records=tuple(attrs.evolve(each, name="z") for each in deals)), rules, by="owner")
    for row, better in zip(found.rows, more.rows, strict=True):
        assert 0 <= row.strict_share <= row.records_share <= 1
        assert row.cells_share <= better.cells_share
        assert row.records_share <= better.records_share


def test_a_condition_may_name_a_reference_by_its_name_and_one_of_several_values():
    """A stage as people call it, one competitor of many, yes and no."""
    talks = Stage(ref=stage("s17"), name="Talks", pipeline=ref("pipeline", "p"), position=1, stage_kind="open")
    one = deal("D-1", stage=talks.ref, competitors=("Bolt", "Acme"), archived=True)
    for when in ({"stage": ("Talks",)}, {"stage": ("s17",)}, {"competitors": ("Acme",)}, {"archived": ("true",)}):
        found = completeness(
            Records(records=(talks, one)), [Required(kind="deal", field="value", when=when)], by="kind"
        )
        assert (1, ["crm.incomplete"]) == (found.total.cells, codes(found.report))


def test_a_condition_that_nothing_can_meet_is_told():
    """A misspelt stage would make a rule silent; a stage without deals, and an option that none has, are no mistake."""
    talks = Stage(ref=stage("talks"), name="Talks", pipeline=ref("pipeline", "p"), position=1, stage_kind="open")
    held = Records(records=(talks, deal("D-1", stage=stage("new"), value=None)))

    def told(**when):
        return completeness(held, [Required(kind="deal", field="value", when=when)], by="kind").report

    report = told(stage=("tlaks", "new"))
    assert ["crm.incomplete", "crm.matches-nothing"] == codes(report)
    assert "No deal has tlaks as its stage" in report.text()
    assert "such as talks, or" in report.text()
    assert [] == codes(told(stage=("talks",)))
    assert [] == codes(told(status=("lost",)))
    assert ["crm.matches-nothing"] == codes(told(source=("fair",)))


def test_a_wrong_requirement_is_refused():
    """Unknown fields, none, both, and choices left open."""
    with pytest.raises(NotFoundError, match="did you mean 'value'"):
        Required(kind="deal", field="valu")
    with pytest.raises(NotFoundError, match="did you mean 'open'"):
        Required(kind="deal", field="value", when={"status": ("opne",)})
    with pytest.raises(InvalidValueError, match="no single thing"):
        Required(kind="deal")
    with pytest.raises(InvalidValueError, match="no weight"):
        Required(kind="deal", field="value", weight=Fraction(0))
    with pytest.raises(InvalidValueError, match="choose 'by'"):
        completeness(Records(), [])
    with pytest.raises(NotFoundError):
        completeness(Records(), [], by="kind").explain("li")


def visit(after, *, at=MONDAY, key="1"):
    """A visit that was written down so long after, or long after the day looked from."""
    return Activity(
        ref=ref("activity", key),
        activity_kind="visit",
        user=ref("user", "li"),
        occurred_at=at,
        created_at=at + (99 * DAY if after is None else after),
    )


def measured(*activities, clock="elapsed", later=9 * DAY, **options):
    """The states, by a clock, some days later."""
    return timeliness(
        Records(records=activities), basis="activity", clock=clock, as_of=MONDAY + later, tz="Asia/Shanghai", **options
    )


@pytest.mark.parametrize(
    ("after", "state"),
    [(24 * HOUR, "on time"), (24 * HOUR + MICRO, "breached"), (-MICRO, "invalid"), (None, "breached")],
)
def test_exactly_24_hours_is_on_time(after, state):
    """不得超过24小时: one microsecond more is too late, and what is dated ahead is neither."""
    assert [state] == [row.state for row in measured(visit(after)).rows]


def test_what_is_not_written_down_is_pending_until_it_is_due():
    """Then it is a breach."""
    assert ["pending"] == [row.state for row in measured(visit(None), later=23 * HOUR).rows]
    assert ["breached"] == [row.state for row in measured(visit(None), later=25 * HOUR).rows]


def test_nobody_is_blamed_for_what_no_record_tells():
    """A visit without a time of recording, and a deal that was changed again since, are left out and told."""
    silent = attrs.evolve(visit(HOUR), created_at=None)
    found = measured(silent, visit(HOUR, key="2"))
    assert (["on time"], ["crm.recorded-unknown"]) == ([row.state for row in found.rows], codes(found.report))
    assert "1 of 2 activities do not tell" in found.report.text()
    deals = [deal("D-1", created_at=MONDAY - 9 * DAY, updated_at=MONDAY + MICRO), deal("D-2", created_at=MONDAY + DAY)]
    found = timeliness(Records(records=tuple(deals)), basis="staleness", clock="elapsed", as_of=MONDAY, tz="UTC")
    assert ((), ["crm.changed-since"]) == (found.rows, codes(found.report))
    assert "1 个未结商机" in found.report.text("zh")


def test_another_clock_blames_others():
    """Friday evening to Monday noon: late by the wall clock, not by workdays; all three are told."""
    friday = MONDAY - 3 * DAY + 7 * HOUR
    found = measured(visit(66 * HOUR, at=friday))
    assert {"elapsed": 1, "business_hours": 0, "next_business_day": 0} == dict(found.breaches)
    assert ["crm.late-update"] == codes(found.report)
    assert [3] == [row.hours for row in measured(visit(66 * HOUR, at=friday), clock="business_hours").rows]
    holiday = Calendar(name="shop", holidays=frozenset({MONDAY.date()}))
    assert 0 == measured(visit(66 * HOUR, at=friday), clock="next_business_day", calendar=holiday).count("breached")


@given(
    st.lists(st.none() | st.integers(-50, 200), max_size=9),
    st.sampled_from(["elapsed", "business_hours", "next_business_day"]),
)
def test_every_row_has_one_state(hours, clock):
    """On time, breached, pending and invalid are all."""
    rows = [visit(None if each is None else each * HOUR, key=str(n)) for n, each in enumerate(hours)]
    found = measured(*rows, clock=clock, later=2 * DAY)
    assert len(rows) == sum(found.count(state) for state in ("on time", "breached", "pending", "invalid"))
    assert found.share is None or 0 <= found.share <= 1


def test_open_deals_grow_stale():
    """From the last change to the day looked from."""
    deals = [deal(f"D-{n}", updated_at=MONDAY - n * DAY, owner=ref("user", "li")) for n in range(3)]
    found = timeliness(Records(records=tuple(deals)), basis="staleness", clock="elapsed", as_of=MONDAY, tz="UTC")
    assert ["on time", "on time", "breached"] == [row.state for row in found.rows]
    assert "li: 2 on time, 1 breached, 0 pending, 0 invalid (staleness, elapsed, 24 h)" == found.explain("li")
    assert "及时 2" in found.explain("li", "zh")
    assert "更新及时性" in found.grid("zh").text()
    assert "<table" in found._repr_html_()
    assert 3 == len(found.to_frame())


def test_the_past_of_a_store_is_measured_as_it_was_known():
    """A visit that was written down later was not yet there."""
    server = server_of(records=[], now=MONDAY)
    with open_store(":memory:") as store:
        server.create(attrs.evolve(visit(HOUR), updated_at=MONDAY + HOUR))
        sync(server.adapter(), store)
        early = timeliness(store, basis="activity", clock="elapsed", as_of=MONDAY, tz="UTC")
    assert () == early.rows


def test_choices_that_move_blame_are_required():
    """Each error lists the options."""
    for options in ({}, {"basis": "activity"}, {"basis": "activity", "clock": "sundial"}):
        with pytest.raises(InvalidValueError, match="the field knows several ways"):
            timeliness(Records(), as_of=MONDAY, tz="UTC", **options)


def test_what_lies_years_back_is_measured_by_weekdays():
    """Where the calendar does not know the holidays; a clock of workdays tells so. From ten on, to a holiday that it knows."""
    shop = Calendar(name="shop", holidays=frozenset({MONDAY.date()}), years=frozenset({2026}))
    old = visit(DAY, at=MONDAY - 2000 * DAY)
    options = {"calendar": shop, "later": DAY}
    assert "calendar.unknown-year" not in codes(measured(old, **options).report)
    found = measured(attrs.evolve(old, created_at=MONDAY), clock="business_hours", **options)
    assert "calendar.unknown-year" in codes(found.report)
    days = [(old.occurred_at + n * DAY).weekday() < 5 for n in range(2000)]
    assert [9 * sum(days) - 1] == [row.hours for row in found.rows]


def test_a_limit_below_zero_is_refused():
    """Nothing could be on time by it."""
    with pytest.raises(InvalidValueError, match="limit cannot be negative"):
        measured(limit=-MICRO)


def test_days_of_bulk_logging_are_those_of_the_zone():
    """Three days in Greenwich are two in Shanghai: no bulk."""
    rows = [
        Activity(
            ref=ref("activity", str(n)),
            activity_kind="call",
            user=ref("user", "li"),
            occurred_at=MONDAY - (0, 16, 30)[n % 3] * HOUR,
            created_at=MONDAY + n * timedelta(minutes=1),
        )
        for n in range(10)
    ]
    assert 3 == len({row.occurred_at.date() for row in rows})
    assert [] == [code for code in codes(measured(*rows).report) if code == "crm.bulk-logging"]


def test_much_recorded_at_once_about_many_days_is_told():
    """Ten calls of three days within an hour; not nine, nor of two days, nor over more than an hour."""

    def told(count, days, minutes):
        rows = [
            Activity(
                ref=ref("activity", str(n)),
                activity_kind="call",
                user=ref("user", "li"),
                occurred_at=MONDAY - (n % days) * DAY,
                created_at=MONDAY + HOUR + n * timedelta(minutes=minutes),
            )
            for n in range(count)
        ]
        return "crm.bulk-logging" in codes(measured(*rows).report)

    assert told(10, 3, 6)
    assert not told(9, 3, 6)
    assert not told(10, 2, 6)
    assert not told(10, 3, 7)
