"""What the contract cannot know: how the objects of Salesforce are meant."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from fractions import Fraction

import pytest
from tests.conftest import SalesforceHarness

from salesteam import plugins
from salesteam.core import Money
from salesteam.crm import AssignOwner, Deal, DealLine, Lead, Ref, Split, User, pull
from salesteam.errors import AdapterError, Conflict, InvalidValueError, QuotaExhausted, Rejected, ReportError
from salesteam.testing import Fault, read_all
from salesteam.testing._read import records_of, refs_of

by_queries = pytest.mark.parametrize("harness", [SalesforceHarness], indirect=True)
"""What is of queries alone."""


@pytest.fixture
def adapter(harness):
    """An adapter that is closed at the end."""
    adapter = harness.adapter()
    yield adapter
    adapter.close()


@pytest.fixture
def read(harness):
    """The records of a kind under settings that a test is about."""

    def read(kind, **settings):
        adapter = harness.adapter(**settings)
        try:
            return records_of(read_all(adapter, kind))
        finally:
            adapter.close()

    return read


def deal(harness, number=7, **fields):
    """An opportunity in the org."""
    ref = Ref("sf", "deal", harness.id_of("deal", number))
    return harness.server.crm.create(Deal(ref=ref, **{"status": "open", **fields})).ref


def test_a_deal_has_account_owner_stage_day_and_exact_money(harness, read):
    """The amount is the decimal that was sent, and the day is a plain date."""
    account, owner, day = harness.create("account", 1), harness.create("user", 1), date(2026, 9, 30)
    ref = deal(harness, status="won", value=Money.of("1234.56", "CNY"), closed_on=day, account=account, owner=owner)
    found = read("deal")[ref]
    assert ("won", Money.of("1234.56", "CNY"), day, day) == (
        found.status,
        found.value,
        found.closed_on,
        found.expected_close,
    )
    assert (account, owner, "Closed_Won", 1) == (found.account, found.owner, found.stage.external_id, found.probability)


def test_an_org_with_several_currencies_tells_that_of_each_record(harness, read):
    """Where no currency is set, it is asked for; an amount without one, or with an unknown one, is set aside."""
    harness.server.multi = True
    euros, yen, none, odd = (
        deal(harness, number, value=Money.of("5", code))
        for number, code in enumerate(("EUR", "JPY", "CNY", "USD"), start=1)
    )
    harness.server.spoil(none, CurrencyIsoCode=None)
    harness.server.spoil(odd, CurrencyIsoCode="XXQ")
    found = {ref: record.value for ref, record in read("deal", currency=None).items()}
    assert {euros: Money.of("5", "EUR"), yen: Money.of("5", "JPY")} == found
    line = DealLine(
        ref=Ref("sf", "deal_line", harness.id_of("deal_line", 1)),
        deal=euros,
        product=Ref("sf", "product", harness.id_of("product", 1)),
        quantity=2,
        value=Money.of("2.50", "EUR"),
    )
    harness.server.crm.create(line)
    assert Money.of("2.50", "EUR") == read("deal_line", currency=None)[line.ref].value


def test_what_is_in_the_bin_and_what_was_merged_is_told(harness, read):
    """Both come with the living: the one as deleted, the other with its survivor."""
    kept, lost, gone = (harness.create("account", number) for number in (1, 2, 3))
    harness.merge(lost, kept)
    harness.delete(gone)
    found = read("account")
    assert {kept: (False, None), lost: (True, kept), gone: (True, None)} == {
        ref: (record.deleted, record.merged_into) for ref, record in found.items()
    }


def test_splits_are_of_revenue_where_their_sum_is_held_to_a_hundred(harness, read):
    """Others are on top."""
    users = [harness.create("user", number) for number in (1, 2, 3)]
    splits = tuple(
        Split(user=user, share=share, split_kind=kind)
        for user, share, kind in zip(
            users, (Fraction(3, 5), Fraction(2, 5), Fraction(1, 4)), ("revenue", "revenue", "overlay"), strict=True
        )
    )
    ref = deal(harness, splits=splits)
    assert splits == read("deal", splits=True)[ref].splits
    assert () == read("deal")[ref].splits


@by_queries
def test_a_query_that_comes_in_several_answers_is_read_to_its_end(harness, adapter):
    """Salesforce cuts wide rows into smaller answers than were asked for."""
    made = sorted(harness.create("deal", number) for number in range(1, 8))
    harness.server.batch = 2
    assert made == refs_of(read_all(adapter, "deal", page_size=5))


@by_queries
def test_a_query_that_never_ends_is_noticed(harness, adapter):
    """An answer that says it is not done must say where the rest is."""
    harness.create("deal", 1)
    harness.server.fail(Fault(how="change", change=lambda data: {**data, "done": False}))
    with pytest.raises(AdapterError, match="end too early"):
        read_all(adapter, "deal")


@pytest.mark.parametrize(("said", "kind"), [(None, "task"), ("LinkedIn", "task"), ("ListEmail", "email")])
def test_a_task_is_what_its_subtype_says(harness, read, said, kind):
    """One without a subtype is a task."""
    ref = harness.create("activity", 1)
    harness.server.spoil(ref, TaskSubtype=said)
    assert kind == read("activity")[ref].activity_kind


def test_leads_are_mapped_by_the_words_of_the_org(harness, read):
    """Those of every new org are known, others are set, unknown ones are set aside."""
    crm, ref = harness.server.crm, Ref("sf", "lead", harness.id_of("lead", 1))
    crm.create(Lead(ref=ref, name="A", status="working", owner=harness.create("user", 1)))
    assert "working" == read("lead")[ref].status
    harness.server.spoil(ref, Status="Nurturing")
    assert {} == read("lead")
    assert "working" == read("lead", lead_statuses={"Nurturing": "working"})[ref].status
    harness.server.spoil(ref, OwnerId="00G000000000001AAA")
    assert read("lead")[ref].owner is None  # a queue is nobody


def test_a_converted_lead_names_what_it_became(harness, read):
    """The deal, if there is one."""
    became = deal(harness)
    ref = Ref("sf", "lead", harness.id_of("lead", 1))
    harness.server.crm.create(Lead(ref=ref, name="A", status="converted", converted_to=became))
    assert ("converted", became) == (read("lead")[ref].status, read("lead")[ref].converted_to)


def test_stages_are_named_as_deals_name_them(adapter):
    """By their API names."""
    stages = records_of(read_all(adapter, "stage", page_size=1)).values()
    assert {"Prospecting": "open", "Closed_Won": "won", "Closed_Lost": "lost"} == {
        stage.ref.external_id: stage.stage_kind for stage in stages
    }
    assert ["Closed_Won"] == [stage.ref.external_id for stage in adapter.fetch_ids("stage", ["Closed_Won", "No"])]


def test_users_who_left_are_inactive(harness, read):
    """They are never deleted."""
    ref = Ref("sf", "user", harness.id_of("user", 1))
    harness.server.crm.create(User(ref=ref, name="Gone", active=False))
    assert not read("user")[ref].active


def test_the_history_of_stages_is_native(harness, adapter):
    """A change of the amount is none of the stage."""
    ref = deal(harness)
    row = {"OpportunityId": ref.external_id, "CreatedById": harness.id_of("user", 1)}
    harness.server.history = [
        {**row, "Id": f"008{number}", "StageName": stage, "CreatedDate": f"2026-09-0{number}T08:00:00.000+0000"}
        for number, stage in ((1, "Prospecting"), (2, "Prospecting"), (3, "Closed_Won"))
    ]
    first, second = adapter.history("deal", [ref.external_id])
    assert (None, "Prospecting") == (first.from_, first.to.external_id)
    assert ("Prospecting", "Closed_Won", 3) == (second.from_.external_id, second.to.external_id, second.at.day)


def given(ref, owner):
    """The change that gives a record another owner."""
    return AssignOwner(ref=ref, owner=owner, decision_id="run-7")


def test_an_owner_is_written_if_nobody_changed_the_record(harness, adapter):
    """Salesforce itself compares the time."""
    ref, owner = deal(harness), harness.create("user", 1)
    seen = records_of(read_all(adapter, "deal"))[ref]
    assert ref == adapter.write(given(ref, owner), key="k", expect=seen)
    assert owner == harness.server.crm.get(ref).owner
    with pytest.raises(Conflict):
        adapter.write(given(ref, owner), key="k", expect=seen)


def test_a_change_between_look_and_write_is_a_conflict(harness, adapter):
    """The lock is on the wire, to the second."""
    ref, owner = deal(harness), harness.create("user", 1)
    current = records_of(read_all(adapter, "deal"))[ref]
    harness.touch(ref)
    with pytest.raises(Conflict):
        adapter.assign(ref, owner.external_id, current)
    assert harness.server.crm.get(ref).owner is None


def test_what_it_cannot_write_it_says(harness, adapter):
    """Products have no owner."""
    with pytest.raises(InvalidValueError):
        adapter.write(given(harness.create("product", 1), harness.create("user", 1)), key="k", expect=None)


def test_the_allowance_of_the_day_is_left_to_others_in_time(harness, adapter):
    """It stops where its share begins to be used up."""
    for used, stops in ((800, False), (801, True)):
        harness.server.always = {"Sforce-Limit-Info": f"api-usage={used}/1000"}
        with pytest.raises(QuotaExhausted) if stops else nullcontext():
            read_all(adapter, "deal")


@by_queries
def test_a_wrong_secret_is_told_and_not_shown(harness, monkeypatch):
    """By the check, as a finding."""
    monkeypatch.setenv("FAKE_SF_SECRET", "wrong-canary")
    adapter = harness.adapter()
    report = adapter.check()
    assert not report.ok
    assert "wrong-canary" not in report.text()
    with pytest.raises(Rejected):
        read_all(adapter, "deal")
    adapter.close()


def test_one_login_serves_many_requests(harness, adapter):
    """And tells whose it is."""
    for kind in ("account", "deal"):
        read_all(adapter, kind)
    assert adapter.scope().endswith(harness.server.user)
    assert 1 == harness.server.logins


def test_no_query_is_made_of_what_is_no_name_or_id(harness, adapter):
    """Nothing of the settings or the ids gets into a query unchecked."""
    strange = harness.adapter(extra={"deal": ("Name FROM User",)})
    with pytest.raises(AdapterError, match="no name of a field"):
        read_all(strange, "deal")
    assert () == adapter.fetch_ids("deal", ["x' OR Id != '"])
    assert [] == harness.server.requests


def test_fields_of_the_org_are_kept(harness, read):
    """By their API names."""
    ref = harness.create("account", 1)
    harness.server.crm.change(ref, extra={"Tier__c": "A"})
    assert {"Tier__c": "A"} == dict(read("account", extra={"account": ("Tier__c",)})[ref].extra)


def test_everything_is_pulled_and_fits_together(harness, adapter):
    """Nothing dangles in an org whose records name each other."""
    for kind in ("user", *harness.kinds()):
        harness.create(kind, 1)
    records = pull([adapter], until=harness.server.crm.now)
    assert () == records.rejects
    assert () == records.report.findings
    assert all(reading.foots for reading in records.readings)


def test_settings_are_read_by_the_loader():
    """Secrets by reference only."""
    settings = {
        "base": "https://acme.my.salesforce.com",
        "client_id": "env:A",
        "excess_digits": "reject",
        "daily_share": "1/2",
    }
    adapter = plugins.load().adapter("salesforce", client_secret="file:secret", currency="CNY", **settings)
    assert "file:secret" in repr(adapter.config)
    with pytest.raises(ReportError) as caught:
        plugins.load().adapter("salesforce", client_secret="canary-1234", **settings)
    assert "canary-1234" not in str(caught.value)
