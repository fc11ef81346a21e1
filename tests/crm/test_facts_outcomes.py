"""What became of leads: by their status and their deal, with both bounds of the instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.crm.faulty import server_of, synced
from tests.crm.world import codes, deal, ref

from salesteam import leads
from salesteam.core import Money
from salesteam.crm import Lead, Records, facts, open_store
from salesteam.errors import InvalidValueError

AT = datetime(2026, 9, 30, 8, tzinfo=UTC)
DAY = timedelta(days=1)
L1, D1 = ref("lead", "L-1"), ref("deal", "D-1")


def of(*records):
    """Records as they are pulled."""
    return Records(records=records)


def lead(key="L-1", **fields):
    """A lead of Li, converted into the deal D-1 unless it is told otherwise."""
    usual = {"status": "converted", "converted_to": D1, "owner": ref("user", "li")}
    return Lead(ref=ref("lead", key), name=key, **{**usual, **fields})


def decided(table):
    """The bounds of each decision."""
    return [(row.decided_earliest, row.decided) for row in table.rows]


@pytest.mark.parametrize(
    ("fields", "became", "outcome"),
    [
        *(({"status": status}, None, "open") for status in ("new", "working", "qualified")),
        ({"status": "disqualified"}, "won", "disqualified"),
        *(({}, status, "converted") for status in ("open", "void", None)),
        ({}, "won", "won"),
        ({}, "lost", "lost"),
        ({"converted_to": None}, "won", "converted"),
        ({"converted_to": ref("account", "A")}, "won", "converted"),
    ],
)
def test_a_lead_that_became_a_deal_has_the_result_of_the_deal(fields, became, outcome):
    """Else that of its own status; a deal that is undecided, void or out of sight leaves it converted."""
    deals = [deal("D-1", status=became)] if became else []
    (row,) = facts.outcomes(of(lead(**fields), *deals), tz="UTC").rows
    assert (outcome, "li", "demo:lead:L-1") == (row.outcome, row.seat, row.ref)
    assert ("disqualified" if outcome == "disqualified" else None) == row.returned
    assert ("D-1" if fields == {} and became else None) == row.deal


def test_a_decision_is_dated_by_the_closing_of_the_deal():
    """An instant is exact, a date is that day in the zone given, and without either the last update bounds it."""
    made = {"status": "won", "created_at": AT - 9 * DAY, "updated_at": AT + 9 * DAY}
    start, end = datetime(2026, 9, 29, 16, tzinfo=UTC), datetime(2026, 9, 30, 16, tzinfo=UTC)
    for fields, bounds in (
        ({"closed_at": AT}, (AT, AT)),
        ({"closed_on": date(2026, 9, 30)}, (start, end)),
        ({}, (AT - 9 * DAY, AT + 9 * DAY)),
    ):
        table = facts.outcomes(of(lead(), deal("D-1", **made, **fields)), tz="Asia/Shanghai")
        assert [bounds] == decided(table)


def test_a_status_that_no_source_dates_lies_between_creation_and_last_update():
    """In memory nothing more is known; what is open was not decided at all."""
    times = {"created_at": AT - DAY, "updated_at": AT}
    for status, bounds in (("disqualified", (AT - DAY, AT)), ("converted", (AT - DAY, AT)), ("new", (None, None))):
        table = facts.outcomes(of(lead(status=status, converted_to=None, **times)), tz="UTC")
        assert [bounds] == decided(table)
        assert AT - DAY == table.rows[0].at
    odd = lead(status="disqualified", created_at=AT, updated_at=AT - DAY)
    assert [(AT - DAY, AT - DAY)] == decided(facts.outcomes(of(odd), tz="UTC"))


def test_the_log_of_a_store_bounds_what_no_source_dates():
    """Since the last reading that saw it otherwise; what changed afterwards does not move it, what it was before does."""
    with open_store(":memory:") as store:
        server = server_of(records=[lead(status="working", converted_to=None), deal("D-1")])
        times = []
        for one, fields in (
            (L1, {}),
            (L1, {"status": "disqualified"}),
            (L1, {"name": "x"}),
            (L1, {"status": "new"}),
            (L1, {"status": "converted", "converted_to": D1}),
            (D1, {"status": "lost"}),
            (D1, {"name": "y"}),
        ):
            server.now += DAY
            if fields:
                server.change(one, **fields)
            changed = server.get(one).updated_at
            server.now += DAY
            synced(server.adapter(), store)
            times.append((changed, server.now))
        tables = [facts.outcomes(store, tz="UTC", known_at=seen) for _, seen in times]
    assert ["open", "disqualified", "disqualified", "open", "converted", "lost", "lost"] == [
        table.rows[0].outcome for table in tables
    ]
    for table, cause in zip(tables, (None, 1, 1, None, 4, 5, 5), strict=True):
        (row,) = table.rows
        if cause is None:
            assert row.decided is row.decided_earliest is None
        else:
            assert times[cause][0] == row.decided
            assert times[cause - 1][1] - DAY <= row.decided_earliest < row.decided


def test_the_value_is_that_of_the_deal_or_else_of_the_lead():
    """With its currency."""
    own, other = Money(5, "CNY"), Money(7, "USD")
    for value, expected in ((other, (7, "USD")), (None, (5, "CNY"))):
        (row,) = facts.outcomes(of(lead(value=own), deal("D-1", status="won", value=value)), tz="UTC").rows
        assert expected == (row.value_minor, row.currency)
    (row,) = facts.outcomes(of(lead(status="new")), tz="UTC").rows
    assert (None, None) == (row.value_minor, row.currency)


def test_open_leads_that_were_put_away_are_left_out_and_strangers_stay():
    """A decision stays one when it is put away; whose it was is told if nobody knows."""
    table = facts.outcomes(
        of(
            lead("L-1", status="new", archived=True),
            lead("L-2", status="disqualified", archived=True),
            lead("L-3", owner=ref("user", "x")),
            lead("L-4", owner=None),
        ),
        tz="UTC",
        identity={"li": "LI"},
    )
    assert (4, 3, {"archived": 1}) == (table.looked_at, table.used, dict(table.left_out))
    assert [("L-2", "LI"), ("L-3", None), ("L-4", None)] == [(row.lead, row.seat) for row in table.rows]
    assert ["crm.unmapped-user"] == codes(table.report)


def test_an_unknown_zone_is_refused():
    """Be there leads or not."""
    with pytest.raises(InvalidValueError, match="no time zone"):
        facts.outcomes(of(), tz="Shanghai")


def test_a_selector_refunds_what_was_disqualified():
    """The table goes into the receipts of the book as it is: who got two of which one was no good got one."""

    def policy(*refunds):
        return leads.Policy(
            id="p",
            salt="2026",
            selectors=[leads.CountBased(id="even", reset="never", joiner="min", returner="min", refunds=refunds)],
            rules=[leads.Rule(id="all", selector="even", on_empty="fallback")],
            fallback=leads.Fallback(queue="triage", owner="wang"),
        )

    came = {"created_at": AT - DAY, "converted_to": None, "source": "web"}
    wu = ref("user", "wu")
    made = [lead("1", status="new", **came), lead("2", status="disqualified", **came)]
    made += [lead("3", status="disqualified", **came)]
    made += [lead(key, status="new", owner=wu, **came) for key in "45"]
    book = leads.Book.of(receipts=facts.outcomes(of(*made), tz="UTC").to_frame())
    assert book.report.ok
    assert 5 == len(book.receipts)
    seats = [leads.Seat(seat="li"), leads.Seat(seat="wu")]
    for refunds, seat in (((), "wu"), (("disqualified",), "li")):
        arrivals = [leads.Lead(lead="new")]
        (decision,) = leads.allocate(arrivals, policy(*refunds), seats, book=book, as_of=AT).decisions
        assert seat == decision.seat
