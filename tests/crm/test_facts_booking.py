"""The money and the people that move between readings of the booking day."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.crm.world import codes, deal, ref

from salesteam import incentives
from salesteam.core import FiscalYear, Money, Period
from salesteam.crm import Records, Stage, StageChange, facts
from salesteam.errors import InvalidValueError

DAY = date(2026, 9, 30)
NIGHT = datetime(2026, 9, 30, 17, tzinfo=UTC)  # the first of October in Shanghai
QUARTERS = {"tz": "Asia/Shanghai", "period": "quarter"}


def of(*records):
    """Records as they are pulled."""
    return Records(records=records)


def won(key="D-1", **fields):
    """A deal of 500 yuan that Li won, in September by its date and in October by its instant."""
    usual = {"status": "won", "value": Money.of(500, "CNY"), "owner": ref("user", "li")}
    return deal(key, **{**usual, "closed_on": DAY, "closed_at": NIGHT, **fields})


def into_won(key, at):
    """The move of a deal into a won stage."""
    move = StageChange(
        ref=ref("stage_change", key), deal=ref("deal", key), to=ref("stage", "won"), at=at, evidence="native"
    )
    return Stage(ref=ref("stage", "won"), name="签约", stage_kind="won"), move


def money(found):
    """Who has how much in which period, by each reading that was compared."""
    return [
        (row.period, row.payee, *(getattr(row, f"{reading}_minor") for reading in found.readings))
        for row in found.money
    ]


def test_a_deal_that_falls_in_two_quarters_moves_its_money():
    """The deal has each day and each period; its money leaves one quarter and enters the other."""
    found = facts.compare_booking(of(won(), *into_won("D-1", NIGHT - timedelta(1))), **QUARTERS)
    (row,) = found.rows
    assert (DAY, date(2026, 10, 1), DAY) == (row.closed_on, row.closed_at, row.won_stage)
    assert ("2026-Q3", "2026-Q4", "2026-Q3") == (row.closed_on_period, row.closed_at_period, row.won_stage_period)
    assert ("D-1", "li", 50000, "CNY", "demo:deal:D-1") == (
        row.transaction,
        row.payee,
        row.amount_minor,
        row.currency,
        row.ref,
    )
    assert ("closed_on", "closed_at", "won_stage") == found.readings
    assert [("2026-Q3", "li", 50000, 0, 50000), ("2026-Q4", "li", 0, 50000, 0)] == money(found)
    assert 0 == len(facts.compare_booking(of(won()), tz="UTC", period="quarter"))
    assert 0 == len(facts.compare_booking(of(won()), tz="Asia/Shanghai", period="year"))
    half = FiscalYear(start_month=10, named_by="start")
    fiscal = facts.compare_booking(of(won()), tz="Asia/Shanghai", period="year", fiscal=half)
    assert [Period.containing(day, "year", fiscal=half).name for day in (DAY, date(2026, 10, 1))] == [
        row.period for row in fiscal.money
    ]


def test_a_reading_that_no_deal_knows_is_not_compared():
    """Else every deal would move; one that lacks a day that others have does move, out of every period."""
    found = facts.compare_booking(of(won(closed_at=None), won("D-2", closed_at=None)), **QUARTERS)
    assert (("closed_on",), (), 0) == (found.readings, found.money, len(found))
    assert {"same period by every reading": 2} == dict(found.left_out)
    found = facts.compare_booking(of(won(closed_at=None), won("D-2", closed_at=NIGHT - timedelta(1))), **QUARTERS)
    assert [("2026-Q3", "li", 50000, 0)] == money(found)
    assert [("D-1", None, None)] == [(row.transaction, row.closed_at, row.closed_at_period) for row in found.rows]
    assert (None, None) == (found.rows[0].won_stage, found.money[0].won_stage_minor)
    unwon = facts.compare_booking(of(won(closed_at=None), deal("D-2", status="lost", closed_at=NIGHT)), **QUARTERS)
    assert ("closed_on",) == unwon.readings


def test_money_that_changes_places_with_as_much_does_not_move():
    """Deals move both ways; what a person has in the period is the same by both readings. Currencies keep apart."""
    back = won("D-2", closed_on=date(2026, 10, 1), closed_at=NIGHT - timedelta(1))
    found = facts.compare_booking(of(won(), back), **QUARTERS)
    assert (2, ()) == (len(found), found.money)
    dollars = won("D-3", value=Money.of(500, "USD"))
    found = facts.compare_booking(of(won(), back, dollars), **QUARTERS)
    assert {"USD"} == {row.currency for row in found.money}


def test_each_person_has_rows_of_their_own():
    """Logins become persons, and what nobody owns is nobody's."""
    found = facts.compare_booking(
        of(won(), won("D-2", owner=ref("user", "li2")), won("D-3", owner=None), won("D-4", owner=ref("user", "x"))),
        **QUARTERS,
        identity={"li": "LI", "li2": "LI"},
    )
    assert [("2026-Q3", None, 50000, 0), ("2026-Q3", "LI", 100000, 0)] == money(found)[:2]
    assert {"owner is no person of the team": 1} == dict(found.left_out)
    assert ["crm.unmapped-user"] == codes(found.report)


def test_what_moves_nowhere_is_left_out_with_its_reason():
    """Not won, without any day, without a value; what somebody should mend is a finding."""
    found = facts.compare_booking(
        of(
            won(),
            deal("D-2"),
            deal("D-3", status="void"),
            won("D-4", closed_on=None, closed_at=None),
            won("D-5", value=None),
            won("D-6", closed_at=NIGHT - timedelta(1)),
        ),
        **QUARTERS,
    )
    reasons = {"open": 1, "void": 1, "no date": 1, "no value": 1, "same period by every reading": 1}
    assert (reasons, 6, 1, True) == (dict(found.left_out), found.looked_at, found.used, found.foots)
    assert ["crm.no-booking-date", "crm.no-value"] == codes(found.report)
    assert "closed_on / closed_at / won_stage" in next(iter(found.report)).what()


def test_zone_and_period_are_asked_for():
    """Be there deals or not."""
    with pytest.raises(InvalidValueError, match="no time zone"):
        facts.compare_booking(of(), tz="Shanghai", period="quarter")
    with pytest.raises(InvalidValueError, match="decade"):
        facts.compare_booking(of(), tz="UTC", period="decade")


def test_the_comparison_tells_and_shows_what_moves():
    """The account, then how much of how many; the display has a row a period and person; in both languages."""
    back = won("D-2", owner=None, value=Money.of(-500, "CNY"))
    found = facts.compare_booking(of(won(), back, deal("D-3")), **QUARTERS)
    account = "compare_booking: 3 looked at = 2 used + 1 open, in 2 rows (tz=Asia/Shanghai, period=quarter)"
    moving = "Moving between closed_on, closed_at: deals 2, amount CNY 1,000.00, people 1."
    assert f"{account}\n{moving}" == found.explain()
    assert "在 closed_on, closed_at 之间移动：商机 2 单，金额 " in found.explain("zh")
    grid = found.grid()
    assert ("Period", "Person", "closed_on", "closed_at") == grid.columns
    assert [("2026-Q3", "—", "CNY -500.00", "CNY 0.00"), ("2026-Q3", "li", "CNY 500.00", "CNY 0.00")] == [
        tuple(map(str, row)) for row in grid.rows[:2]
    ]
    assert (4, 1) == (len(grid.rows), len(found.grid(most=1).rows))
    assert ("期间", "人员") == found.grid("zh").columns[:2]
    assert moving in found._repr_html_()
    assert [0, 0, -50000, 50000] == list(found.money_frame()["closed_at_minor"])
    assert ["D-1", "D-2"] == list(found.to_frame()["transaction"])


@given(
    st.lists(
        st.builds(
            lambda key, owner, value, on, at: won(
                key, owner=owner and ref("user", owner), value=value, closed_on=on, closed_at=at
            ),
            st.integers(0, 99).map(str),
            st.sampled_from(["li", "wu", None]),
            st.builds(Money, st.integers(-99, 99), st.sampled_from(["CNY", "USD"])),
            st.none() | st.sampled_from([DAY, date(2026, 10, 1), date(2026, 12, 31)]),
            st.none() | st.integers(-2, 2).map(lambda hours: NIGHT - timedelta(hours=hours)),
        ),
        max_size=12,
        unique_by=lambda made: made.ref,
    )
)
def test_what_moves_is_the_difference_between_the_transactions(made):
    """By person, period and currency, for each two readings: no more moves, and no less."""
    records = of(*made)
    found = facts.compare_booking(records, **QUARTERS)
    assert found.foots

    def booked(reading):
        sums = Counter()
        for row in facts.transactions(records, booked_on=reading, tz="Asia/Shanghai").rows:
            sums[row.payee, Period.containing(row.date, "quarter").name, row.currency] += row.amount_minor
        return sums

    if set(found.readings) == {"closed_on", "closed_at"}:
        moved = Counter()
        for row in found.money:
            moved[row.payee, row.period, row.currency] = row.closed_on_minor - row.closed_at_minor
        first, second = booked("closed_on"), booked("closed_at")
        assert {key: first[key] - second[key] for key in {*first, *second} if first[key] != second[key]} == moved
    else:
        assert () == found.money


def test_pay_moves_as_the_comparison_says():
    """A tenth of what each reading counts is paid, period by period, so the difference in pay is a tenth of what moves."""
    records = of(won(), won("D-2", closed_at=NIGHT - timedelta(1), owner=ref("user", "wu")))
    plan = incentives.read(
        """
currency: CNY
period: quarter
measures: {bookings: {unit: money, value: amount}}
components: {commission: {text: On bookings, measure: bookings, method: flat, rate: 10%}}
"""
    ).require()

    def paid(reading):
        table = facts.transactions(records, booked_on=reading, tz="Asia/Shanghai")
        run = incentives.pay(plan, incentives.Facts(transactions=table.to_frame()))
        return {(each.period, each.payee): each.pay_minor for each in run.payouts if each.pay_minor}

    first, second = paid("closed_on"), paid("closed_at")
    assert {("2026-Q3", "li"): 5000, ("2026-Q3", "wu"): 5000} == first
    differs = {key: first.get(key, 0) - second.get(key, 0) for key in {*first, *second}}
    moved = facts.compare_booking(records, **QUARTERS).money
    assert {(row.period, row.payee): (row.closed_on_minor - row.closed_at_minor) // 10 for row in moved} == {
        key: minor for key, minor in differs.items() if minor
    }
