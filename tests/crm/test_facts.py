"""Facts: what the subjects take, and an account of every record that was looked at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from tests.crm.world import codes, deal, ref

from salesteam.core import Money
from salesteam.crm import (
    Account,
    Activity,
    DealLine,
    Lead,
    MoneyEvent,
    Product,
    Records,
    Split,
    Stage,
    StageChange,
    facts,
)
from salesteam.errors import InvalidValueError

DAY = date(2026, 9, 30)
NIGHT = datetime(2026, 9, 30, 17, tzinfo=UTC)  # the first of October in Shanghai
BOOKED = {"booked_on": "closed_on", "tz": "Asia/Shanghai"}
LI = ref("user", "li")


def yuan(amount):
    """Money in CNY."""
    return Money.of(amount, "CNY")


def won(key="D-1", **fields):
    """A deal of 500 yuan that Li won on the last day of the third quarter."""
    return deal(key, **{"status": "won", "value": yuan(500), "closed_on": DAY, "owner": LI, **fields})


def of(*records):
    """Records as they are pulled."""
    return Records(records=records)


def accounted(table):
    """What was looked at, used and left out; it must foot."""
    assert table.foots
    return table.looked_at, table.used, dict(table.left_out)


# booking


def test_a_deal_can_fall_in_two_quarters():
    """The booking date is a choice: the same deal counts in September or in October."""
    deals = of(
        won(closed_at=NIGHT),
        Stage(ref=ref("stage", "won"), name="签约", stage_kind="won"),
        StageChange(
            ref=ref("stage_change", "1"),
            deal=ref("deal", "D-1"),
            to=ref("stage", "won"),
            at=NIGHT - timedelta(1),
            evidence="native",
        ),
    )
    days = {
        choice: facts.transactions(deals, booked_on=choice, tz="Asia/Shanghai").rows[0].date
        for choice in facts.BOOKED_ON
    }
    assert {"closed_on": date(2026, 9, 30), "closed_at": date(2026, 10, 1), "won_stage": date(2026, 9, 30)} == days
    assert date(2026, 9, 30) == facts.transactions(deals, booked_on="closed_at", tz="UTC").rows[0].date


@pytest.mark.parametrize("verb", [facts.transactions, facts.metrics])
def test_the_booking_date_and_the_zone_are_asked_for(verb):
    """There is no default; the error lists the choices, one a line."""
    with pytest.raises(TypeError):
        verb(of())
    with pytest.raises(InvalidValueError, match="closed_on: the date that the source calls") as caught:
        verb(of(), booked_on="won", tz="UTC")
    assert [] == [choice for choice in facts.BOOKED_ON if f"\n  {choice}: " not in str(caught.value)]
    for wrong in ("Shanghai", "", "/etc/passwd", 8):
        with pytest.raises(InvalidValueError, match="is no time zone"):
            verb(of(), booked_on="closed_on", tz=wrong)


def test_a_deal_counts_where_it_last_moved_into_a_won_stage():
    """Moves between won stages do not move the booking; a deal that was lost again and regained counts anew."""

    def booked(*moves):
        stages = [
            Stage(ref=ref("stage", name), name=name, stage_kind=kind)
            for name, kind in (("talk", "open"), ("signed", "won"), ("delivered", "won"), ("lost", "lost"))
        ]
        changes = [
            StageChange(
                ref=ref("stage_change", str(number)),
                deal=ref("deal", "D-1"),
                from_=ref("stage", before) if before else None,
                to=ref("stage", after),
                at=datetime(2026, 9, day, tzinfo=UTC) if day else None,
                evidence="native",
            )
            for number, (before, after, day) in enumerate(moves)
        ]
        table = facts.transactions(of(won(), *stages, *reversed(changes)), booked_on="won_stage", tz="UTC")
        return [row.date.day for row in table.rows]

    assert [5] == booked(("talk", "signed", 5), ("signed", "delivered", 20))
    assert [5] == booked((None, "signed", 5), (None, "delivered", 20))
    assert [20] == booked(("talk", "signed", 5), ("signed", "lost", 10), ("lost", "signed", 20))
    assert [] == booked(("talk", "signed", None))
    assert [] == booked(("talk", "lost", 5))


# transactions


def test_won_deals_become_transactions():
    """Amount in minor units, product and quantity of the lines, names of the customer and the team."""
    table = facts.transactions(
        of(
            won(account=ref("account", "A"), team=ref("team", "east")),
            Account(ref=ref("account", "A"), name="华北制造"),
            Product(ref=ref("product", "P"), name="GTX Pro", family="GTX"),
            *(
                DealLine(ref=ref("deal_line", key), deal=ref("deal", "D-1"), product=ref("product", "P"), quantity=3)
                for key in "ab"
            ),
        ),
        **BOOKED,
    )
    (row,) = table.rows
    assert ("D-1", DAY, 50000, "CNY", "li") == (row.transaction, row.date, row.amount_minor, row.currency, row.payee)
    assert (6, "GTX Pro", "GTX") == (row.quantity, row.product, row.family)
    assert ("华北制造", "east", "demo", "demo:deal:D-1") == (row.account, row.team, row.source, row.ref)


def test_a_deal_of_two_products_has_none():
    """Which of them is paid at which rate is not guessed; one that dangles is none either."""
    lines = [DealLine(ref=ref("deal_line", key), deal=ref("deal", "D-1"), product=ref("product", key)) for key in "ab"]
    products = [Product(ref=ref("product", key), name=key) for key in "ab"]
    (row,) = facts.transactions(of(won(), *lines, *products), **BOOKED).rows
    assert (2, None, None) == (row.quantity, row.product, row.family)
    (row,) = facts.transactions(of(won(), lines[0]), **BOOKED).rows
    assert (1, None) == (row.quantity, row.product)
    (row,) = facts.transactions(of(won()), **BOOKED).rows
    assert (None, None) == (row.quantity, row.product)


def test_what_is_no_transaction_is_left_out_with_its_reason():
    """Every deal is a row or has a reason; what somebody should mend is a finding."""
    deals = [
        won("D-1"),
        deal("D-2"),
        deal("D-3", status="lost"),
        deal("D-4", status="void"),
        won("D-5", closed_on=None),
        won("D-6", value=None),
        won("D-7", owner=None),
        won("D-8", owner=ref("user", "stranger")),
    ]
    table = facts.transactions(of(*deals), identity={"li": "LI"}, **BOOKED)
    reasons = {"open": 1, "lost": 1, "void": 1, "no date": 1, "no value": 1, "owner is no person of the team": 1}
    assert (8, 2, reasons) == accounted(table)
    assert [("D-1", "LI"), ("D-7", None)] == [(row.transaction, row.payee) for row in table.rows]
    assert (ref("deal", "D-5"), "no date") in table.aside
    assert ["crm.no-booking-date", "crm.no-value", "crm.unmapped-user"] == codes(table.report)


def test_the_one_co_owner_assists():
    """With several co-owners and no shares nobody is guessed, and it is told."""
    he, wu = ref("user", "he"), ref("user", "wu")
    table = facts.transactions(of(won("D-1", co_owners=(he,)), won("D-2", co_owners=(he, wu))), **BOOKED)
    assert ["he", None] == [row.assistant for row in table.rows]
    assert ["The deal demo:deal:D-2 has 2 co-owners and no shares; its owner is credited alone."] == [
        each.what() for each in table.report
    ]


@pytest.mark.parametrize("identity", [{"li": "P-7"}, {"li": "P-7"}.get])
def test_logins_become_persons_by_the_identity_table(identity):
    """A mapping or a function; who is not in it is told once with the count."""
    deals = of(won("D-1"), won("D-2", owner=ref("user", "x")), won("D-3", owner=ref("user", "x")))
    table = facts.transactions(deals, identity=identity, **BOOKED)
    assert ["P-7"] == [row.payee for row in table.rows]
    (finding,) = table.report
    assert {"user": "x", "count": 2} == dict(finding.values)


def test_many_deals_that_lack_the_same_do_not_flood():
    """Five are told, the others counted; the table names them all."""
    table = facts.transactions(of(*(won(f"D-{number}", value=None) for number in range(100))), **BOOKED)
    assert ["crm.no-value"] * 5 + ["crm.more-alike"] == codes(table.report)
    assert 100 == len(table.aside)


# credits and receipts


def splits(*shares, kind="revenue"):
    """Splits for persons a, b, c in turn."""
    return tuple(
        Split(user=ref("user", key), share=share, split_kind=kind) for key, share in zip("abc", shares, strict=False)
    )


def test_splits_become_credits():
    """100,000 at 0.60 and 0.40 credits 60,000 and 40,000; overlay comes on top."""
    table = facts.credits(of(won(value=yuan(100_000), splits=(*splits("0.6", "0.4"), *splits(1, kind="overlay")))))
    assert [("a", Fraction(3, 5), "carve_out"), ("b", Fraction(2, 5), "carve_out"), ("a", 1, "overlay")] == [
        (row.payee, row.share, row.kind) for row in table.rows
    ]
    assert [60_000, 40_000] == [row.share * 100_000 for row in table.rows[:2]]
    assert (1, 1, {}) == accounted(table)


def test_overlay_alone_leaves_the_deal_with_its_owner():
    """Who helps on top takes nothing from the owner."""
    table = facts.credits(of(won(splits=splits("0.1", kind="overlay"))))
    assert [("li", 1, "carve_out"), ("a", Fraction(1, 10), "overlay")] == [
        (row.payee, row.share, row.kind) for row in table.rows
    ]


@pytest.mark.parametrize(
    ("shares", "total"), [(("0.6", "0.3"), "0.9"), (("0.6", "0.6"), "1.2"), (("1/3", "1/3"), "2/3")]
)
def test_shares_that_do_not_sum_to_one_pay_nobody(shares, total):
    """It is an error that names the deal and the sum."""
    table = facts.credits(of(won(splits=splits(*shares))))
    assert (1, 0, {"shares not 1": 1}) == accounted(table)
    (finding,) = table.report.errors
    assert (
        f"The revenue shares of deal demo:deal:D-1 sum to {total}, not 1; its credits are left out." == finding.what()
    )


def test_thirds_sum_to_one():
    """Shares are exact."""
    assert 3 == len(facts.credits(of(won(splits=splits("1/3", "1/3", "1/3")))))


def test_what_has_no_credits_is_left_out_with_its_reason():
    """Not won, nobody's, or a stranger's."""
    deals = [
        deal("D-1"),
        won("D-2", owner=None),
        won("D-3", owner=ref("user", "x")),
        won("D-4", co_owners=(ref("user", "li"),)),
    ]
    table = facts.credits(of(*deals), identity={"li": "li"})
    assert (4, 1, {"open": 1, "no owner": 1, "owner is no person of the team": 1}) == accounted(table)
    assert ["crm.no-owner", "crm.co-owners-without-shares", "crm.unmapped-user"] == codes(table.report)


def event(key, kind, amount):
    """Money that moved on the last day of the quarter."""
    return MoneyEvent(ref=ref("money_event", key), deal=ref("deal", "D-1"), on=DAY, value=yuan(amount), event_kind=kind)


def test_payments_and_refunds_are_receipts():
    """500 paid of 1,000 is two facts; a refund is negative with either sign; bookings and invoices are no receipts."""
    events = [
        event("1", "booked", 1000),
        event("2", "invoiced", 1000),
        event("3", "paid", 500),
        event("4", "refund", 200),
        event("5", "refund", -100),
    ]
    table = facts.receipts(of(*events))
    assert [50000, -20000, -10000] == [row.paid_minor for row in table.rows]
    assert (5, 3, {"booked": 1, "invoiced": 1}) == accounted(table)


# metrics


def metric(table, name):
    """The rows of a metric: day, person, product, value or parts, unit."""
    return [
        (
            row.start,
            row.org,
            row.product,
            row.value if row.value is not None else (row.numerator, row.denominator),
            row.unit,
        )
        for row in table.rows
        if row.metric == name
    ]


def task(key, due, done=None):
    """A task of Li."""
    return Activity(ref=ref("activity", key), activity_kind="task", user=LI, due_at=due, done_at=done)


def test_deals_are_counted_by_day_person_and_product():
    """Won, lost, closed and opened; revenue in major units, apart by currency."""
    deals = [
        won("D-1", created_at=NIGHT - timedelta(9)),
        won("D-2", value=Money.of(7, "USD")),
        won("D-3", owner=None),
        deal("D-4", status="lost", owner=LI, closed_at=NIGHT),
        deal("D-5", owner=LI),
    ]
    line = DealLine(ref=ref("deal_line", "1"), deal=ref("deal", "D-1"), product=ref("product", "P"))
    table = facts.metrics(of(*deals, line, Product(ref=ref("product", "P"), name="GTX")), **BOOKED)
    october = date(2026, 10, 1)
    assert [(DAY, None, None, 1, "deal"), (DAY, "li", None, 1, "deal"), (DAY, "li", "GTX", 1, "deal")] == metric(
        table, "deals_won"
    )
    assert [(october, "li", None, 1, "deal")] == metric(table, "deals_lost")
    assert [(date(2026, 9, 22), "li", "GTX", 1, "deal")] == metric(table, "deals_opened")
    assert [(DAY, None, None, 500, "CNY"), (DAY, "li", None, 7, "USD"), (DAY, "li", "GTX", 500, "CNY")] == metric(
        table, "revenue"
    )
    assert 4 == sum(value for *_, value, _ in metric(table, "deals_closed"))
    assert (october, "li", None, (0, 1), "1") in metric(table, "win_rate")
    assert (DAY, "li", None, (7, 1), "USD/deal") in metric(table, "deal_size")
    assert (5, 4, {"no metric": 1}) == accounted(table)
    assert {timedelta(1)} == {row.end - row.start for row in table.rows}


def test_metrics_come_in_order():
    """By metric, day, person, product and unit: days by the calendar, not by their text."""
    days = [date(2026, 10, 2), date(2026, 9, 30), date(2026, 10, 1)]
    table = facts.metrics(of(*(won(f"D-{number}", closed_on=day) for number, day in enumerate(days))), **BOOKED)
    keys = [(row.metric, row.start, row.org or "", row.product or "", row.unit) for row in table.rows]
    assert sorted(keys) == keys


def test_tasks_are_done_by_the_end_of_their_day():
    """The rate knows its cases: done in time over due, in the zone given."""
    due = datetime(2026, 9, 30, 1, tzinfo=UTC)
    tasks = [
        task("1", due, due - timedelta(9)),
        task("2", due, datetime(2026, 9, 30, 15, 59, 59, tzinfo=UTC)),
        task("3", due, datetime(2026, 9, 30, 16, tzinfo=UTC)),
        task("4", due),
        task("5", None),
        Activity(ref=ref("activity", "6"), activity_kind="call", user=LI, due_at=due),
    ]
    table = facts.metrics(of(*tasks), **BOOKED)
    assert [(DAY, "li", None, 4, "task")] == metric(table, "tasks_due")
    assert [(DAY, "li", None, 2, "task")] == metric(table, "tasks_done")
    assert [(DAY, "li", None, (2, 4), "1")] == metric(table, "task_completion")
    assert (6, 4, {"no metric": 2}) == accounted(table)


def test_leads_are_counted_on_the_day_they_came():
    """A lead without a date counts nowhere, and is left out."""
    leads = [
        Lead(ref=ref("lead", key), name=key, status="new", created_at=at, owner=LI)
        for key, at in (("1", NIGHT), ("2", None))
    ]
    table = facts.metrics(of(*leads), **BOOKED)
    assert [(date(2026, 10, 1), "li", None, 1, "lead")] == metric(table, "leads_created")
    assert (2, 1, {"no metric": 1}) == accounted(table)


def test_deals_that_lack_a_date_or_a_value_are_told():
    """They may count in one metric and miss in another, so each lack is a finding."""
    created = {"created_at": NIGHT}
    deals = [won("D-1", closed_on=None, **created), won("D-2", value=None), deal("D-3", status="lost", **created)]
    table = facts.metrics(of(*deals), **BOOKED)
    assert ["crm.no-booking-date", "crm.no-value", "crm.no-closing-date"] == codes(table.report)
    assert (3, 3, {}) == accounted(table)
    assert [(DAY, "li", None, 1, "deal")] == metric(table, "deals_won")
    assert [] == metric(table, "revenue") == metric(table, "deal_size")


def test_every_metric_of_the_list_is_told():
    """The list of metrics is what comes out, no more and no less."""
    due = datetime(2026, 9, 30, 1, tzinfo=UTC)
    records = of(
        won("D-1", created_at=NIGHT),
        deal("D-2", status="lost", closed_on=DAY),
        task("1", due, due),
        Lead(ref=ref("lead", "1"), name="1", status="new", created_at=NIGHT),
    )
    assert set(facts.METRICS) == {row.metric for row in facts.metrics(records, **BOOKED).rows}


def test_strangers_count_for_nobody():
    """Whom the identity table does not know is told, and the deal counts all the same."""
    table = facts.metrics(of(won(owner=ref("user", "x"))), identity={}, **BOOKED)
    assert [(DAY, None, None, 500, "CNY")] == metric(table, "revenue")
    assert ["crm.unmapped-user"] == codes(table.report)


# leads and holdings


def lead(key="L-1", **fields):
    """A lead, new unless it is told otherwise."""
    return Lead(ref=ref("lead", key), **{"name": key, "status": "new", **fields})


def test_leads_know_their_customer_and_product():
    """What the lead does not say, the customer that it is about says."""
    table = facts.leads(
        of(
            lead(
                account=ref("account", "A"),
                product=ref("product", "P"),
                value=yuan("7.5"),
                score="66.5",
                owner=LI,
                created_at=NIGHT,
            ),
            Account(ref=ref("account", "A"), name="Acme", region="East", industry="retail", registry_id="91"),
            Product(ref=ref("product", "P"), name="GTX Pro", family="GTX"),
        )
    )
    (row,) = table.rows
    assert ("Acme", "A", "91", "East", "retail") == (
        row.company,
        row.account,
        row.registry_id,
        row.region,
        row.industry,
    )
    assert ("GTX Pro", "GTX", 67, 750, "CNY", "li") == (
        row.product,
        row.family,
        row.score,
        row.value_minor,
        row.currency,
        row.owner,
    )
    (row,) = facts.leads(of(lead(company="Bravo", region="West", account=ref("account", "gone")))).rows
    assert ("Bravo", "West", "gone", None, None) == (row.company, row.region, row.account, row.score, row.owner)


def test_leads_that_are_done_with_or_held_by_strangers_are_left_out():
    """What somebody holds is never given away, though nobody knows who."""
    leads = [
        lead("L-1"),
        lead("L-2", status="qualified"),
        lead("L-3", status="disqualified"),
        lead("L-4", status="converted"),
        lead("L-5", archived=True),
        lead("L-6", owner=ref("user", "x")),
    ]
    table = facts.leads(of(*leads), identity={})
    reasons = {"disqualified": 1, "converted": 1, "archived": 1, "owner is no person of the team": 1}
    assert (6, 2, reasons) == accounted(table)
    assert ["crm.unmapped-user"] == codes(table.report)


def test_deals_are_held_from_creation_to_the_end_of_their_last_day():
    """A closing date ends at midnight in the zone given; an instant is one; an open deal is held still."""
    deals = [
        won("D-1", created_at=NIGHT - timedelta(9)),
        won("D-2", closed_at=NIGHT),
        deal("D-3", owner=LI, closed_on=DAY, value=yuan(1)),
        won("D-4", closed_on=None),
        won("D-5", closed_at=NIGHT, created_at=NIGHT),
    ]
    table = facts.holdings(of(*deals), tz="Asia/Shanghai")
    midnight = datetime(2026, 9, 30, 16, tzinfo=UTC)
    assert [midnight, NIGHT, None, None, NIGHT] == [row.until for row in table.rows]
    assert [NIGHT - timedelta(9), None, None, None, NIGHT] == [row.since for row in table.rows]
    assert [50000, 50000, 100, 50000, 50000] == [row.value_minor for row in table.rows]


def test_what_nobody_of_the_team_holds_is_left_out():
    """Void, nobody's, a stranger's, or closed before it was created."""
    deals = [
        deal("D-1", status="void", owner=LI),
        deal("D-2"),
        deal("D-3", owner=ref("user", "x")),
        won("D-4", created_at=NIGHT + timedelta(9)),
    ]
    table = facts.holdings(of(*deals), tz="UTC", identity={"li": "li"})
    reasons = {"void": 1, "no owner": 1, "owner is no person of the team": 1, "closed before it was created": 1}
    assert (4, 0, reasons) == accounted(table)
    assert ["crm.closed-before-created", "crm.unmapped-user"] == codes(table.report)


# display


def test_a_table_tells_its_account_and_its_choices():
    """Looked at, used, left out and why, in how many rows, by which conventions; in both languages."""
    table = facts.transactions(of(won(), deal("D-2", status="lost")), **BOOKED)
    assert (
        "transactions: 2 looked at = 1 used + 1 lost, in 1 rows (booked_on=closed_on, tz=Asia/Shanghai)"
        == table.explain()
    )
    assert (
        "transactions：查看 2 条 = 使用 1 + 1 丢单，成表 1 行 (booked_on=closed_on, tz=Asia/Shanghai)"
        == table.explain("zh")
    )
    assert ("lost: 1", "丢单: 1") == (table.left_out_text(), table.left_out_text("zh"))


def test_a_table_is_a_frame_and_shows_itself():
    """The columns are those of the row type; the display has the account below."""
    table = facts.transactions(of(won()), **BOOKED)
    frame = table.to_frame()
    assert [50000] == list(frame["amount_minor"])
    assert list(table.to_rows()[0]) == list(frame.columns)
    assert table.explain() in table._repr_html_()
    assert "50000" in table.grid().text(250)
