"""Collisions: two of us on one customer."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from salesteam.leads import Holding, collide

DAY = timedelta(days=1)
T0 = datetime(2026, 9, 1, tzinfo=UTC)
AT = T0 + 29 * DAY


def held(lead, seat, start, end=None, account="Acme", value=None):
    until = None if end is None else T0 + end * DAY
    return Holding(lead=lead, seat=seat, account=account, since=T0 + start * DAY, until=until, value_minor=value)


def test_two_owners_at_one_time_collide():
    """Both holdings are in, with the days that count twice."""
    found = collide([held("1", "li", 0, 10, value=100), held("2", "wu", 6, value=40)], as_of=AT)
    (only,) = found.collisions
    assert (only.owners, only.holdings, only.first, only.duplicates) == (2, 2, "li", 1)
    assert (only.days, only.duplicate_minor, only.value_minor, only.unvalued) == (Fraction(4), 40, 140, 0)


def test_one_owner_or_one_after_the_other_do_not():
    """The end is not part of the time: handing over on a day is no collision."""
    assert collide([held("1", "li", 0, 10), held("2", "wu", 10)], as_of=AT).collisions == ()
    assert collide([held("1", "li", 0, 10), held("2", "li", 5)], as_of=AT).collisions == ()
    assert collide([held("1", "li", 0, 10), held("2", "wu", 5, account="Other")], as_of=AT).collisions == ()


def test_a_long_holding_around_a_short_one_collides_with_it():
    """Both are members, also the one that began first and ended last."""
    assert collide([held("1", "li", 0, 20), held("2", "wu", 5, 6)], as_of=AT).holdings == 2


def test_three_owners_count_twice_beyond_the_first():
    """Owner-days beyond the first: n owners count n less one."""
    rows = [held("1", "a", 0, 10), held("2", "b", 0, 10), held("3", "c", 5, 10), held("4", "a", 0, 10)]
    assert collide(rows, as_of=AT).collisions[0].days == 15


def test_spellings_of_one_customer_are_one():
    """Case, blanks and full width do not hide a collision."""
    assert collide([held("1", "a", 0), held("2", "b", 0, account=" ＡＣＭＥ ")], as_of=AT).accounts == 1


def test_what_lies_after_the_instant_does_not_count():
    """A holding that begins later collides with nothing yet."""
    assert collide([held("1", "a", 0), held("2", "b", 40)], as_of=AT).collisions == ()


def test_rows_without_customer_or_start_are_counted():
    """Left out and told."""
    rows = [held("1", "a", 0, account=None), Holding(lead="2", seat="b", account="Acme"), held("3", "c", 0)]
    found = collide(rows, as_of=AT)
    values = {finding.code: dict(finding.values)["count"] for finding in found.report}
    assert values == {"leads.holding-without-account": 1, "leads.holding-without-start": 1}
    assert found.total == 3


def everything(accounts=40, owners=12):
    return [
        held(f"{account}-{owner}", f"owner {owner:02}", owner % 5, account=f"account {account:02}", value=1000)
        for account in range(accounts)
        for owner in range(owners)
    ]


def test_the_report_stays_readable_when_every_customer_collides():
    """One finding, ten rows, the rest in one line, and sums that foot."""
    found = collide(everything(), as_of=AT)
    assert [(each.code, each.place.text()) for each in found.report] == [
        ("leads.collision", "holdings account 00 account")
    ]
    assert found.summary().startswith("40 of 40 customers are worked by several owners at once. 480 of 480")
    rows = found.grid().rows
    assert len(rows) == 12
    assert rows[-1][2] == "480"
    assert rows[-2][0] == "30 more customers"
    assert max(len(line) for line in found.text("en").splitlines()) <= 80
    assert "其余 30 个客户" in found.text("zh")


def test_the_frames_hold_all_of_it():
    """One row a customer, and one row a holding."""
    found = collide(everything(3, 2), as_of=AT)
    assert (len(found.to_frame()), len(found.members_frame())) == (3, 6)
    assert "<table" in found._repr_html_()


def test_a_collision_is_explained_owner_by_owner():
    """Who, since when, how many."""
    text = str(collide([held("1", "li", 0), held("2", "wu", 3), held("3", "wu", 4)], as_of=AT).explain("Acme"))
    assert "li: from 2026-09-01 = 1 holdings" in text
    assert "wu: from 2026-09-04 = 2 holdings" in text


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 20), st.none() | st.integers(0, 8), st.sampled_from("xy")),
        max_size=12,
    )
)
def test_the_sweep_finds_what_comparing_all_pairs_finds(rows):
    """Members are exactly the holdings that overlap with another owner's."""
    holdings = [
        held(str(number), owner, start, None if length is None else start + length, account)
        for number, (owner, start, length, account) in enumerate(rows)
    ]

    def span(holding):
        return holding.since, min(holding.until or AT, AT)

    expected = {
        one.lead
        for one in holdings
        for other in holdings
        if one.seat != other.seat
        and one.account == other.account
        and max(span(one)[0], span(other)[0]) < min(span(one)[1], span(other)[1])
    }
    assert expected == {holding.lead for holding in collide(holdings, as_of=AT).members}
