"""What the contract cannot know: how the objects of FXiaoke are meant."""

from __future__ import annotations

from datetime import date

import pytest
from tests.conftest import coded

from salesteam import plugins
from salesteam.core import Money
from salesteam.crm import AddNote, AssignOwner, CreateTask, Deal, Lead, Ref, pull
from salesteam.errors import AdapterError, Conflict, InvalidValueError, QuotaExhausted, Rejected, ReportError
from salesteam.testing import Fault, read_all
from salesteam.testing._read import records_of


@pytest.fixture
def adapter(harness):
    """An adapter that is closed at the end."""
    adapter = harness.adapter()
    yield adapter
    adapter.close()


def deal(harness, number=7, **fields):
    """An opportunity (商机) of the tenant."""
    ref = Ref("fx", "deal", harness.id_of("deal", number))
    return harness.server.crm.create(Deal(ref=ref, **{"status": "open", **fields})).ref


def test_a_deal_has_account_owner_stage_day_and_exact_money(harness, adapter):
    """The owner comes in a list, and midnight in the zone of the tenant becomes a day."""
    account, owner, day = harness.create("account", 1), Ref("fx", "user", "FSUID_9"), date(2026, 9, 30)
    stage = Ref("fx", "stage", "option_3")
    ref = deal(
        harness,
        status="won",
        value=Money.of("1234.56", "USD"),
        closed_on=day,
        account=account,
        owner=owner,
        stage=stage,
    )
    found = records_of(read_all(adapter, "deal"))[ref]
    assert ("won", Money.of("1234.56", "USD"), day, day) == (
        found.status,
        found.value,
        found.closed_on,
        found.expected_close,
    )
    assert (account, owner, stage) == (found.account, found.owner, found.stage)


def test_amounts_without_a_currency_have_that_of_the_settings_or_are_set_aside(harness):
    """Yuan are never guessed."""
    ref = deal(harness, value=Money.of("5", "CNY"))
    harness.server.spoil(ref, mc_currency=None)
    for currency, expected in (("CNY", [Money.of("5", "CNY")]), (None, [])):
        adapter = harness.adapter(currency=currency)
        assert expected == [record.value for record in records_of(read_all(adapter, "deal")).values()]
        adapter.close()


def test_what_was_made_invalid_is_put_away(harness, adapter):
    """作废 is not deleted."""
    ref = deal(harness)
    harness.archive(ref)
    found = records_of(read_all(adapter, "deal"))[ref]
    assert (True, False, "open") == (found.archived, found.deleted, found.status)


def test_options_of_the_tenant_are_set(harness):
    """Unknown ones are set aside until then."""
    ref = Ref("fx", "lead", harness.id_of("lead", 1))
    harness.server.crm.create(Lead(ref=ref, name="展会", status="new"))
    harness.server.spoil(ref, biz_status="nurture")
    for statuses, expected in (({}, []), ({"nurture": "working"}, ["working"])):
        adapter = harness.adapter(lead_statuses=statuses)
        batches = read_all(adapter, "lead")
        assert expected == [lead.status for lead in records_of(batches).values()]
        for reject in (reject for batch in batches for reject in batch.rejects):
            assert "lead_statuses" in reject.reason.fix()
        adapter.close()


def test_two_owners_are_not_one(harness, adapter):
    """The row is set aside."""
    harness.server.spoil(deal(harness), owner=["FSUID_1", "FSUID_2"])
    (reject,) = [reject for batch in read_all(adapter, "deal") for reject in batch.rejects]
    assert "is not one user" in reject.reason.what()


def test_the_limit_of_the_day_says_when_it_ends(harness, adapter):
    """At midnight in China."""
    harness.server.fail(Fault(how="answer", answer=coded(30002)))
    with pytest.raises(QuotaExhausted) as caught:
        read_all(adapter, "deal")
    assert "2026-01-02T00:00:00+08:00" == caught.value.resets_at


def test_a_token_serves_for_less_than_two_hours(harness, adapter):
    """It is renewed ten minutes ahead, and not for each request."""
    for seconds in (0, 6500, 200):
        harness.server.wait(seconds)
        read_all(adapter, "account")
    assert 2 == harness.server.grants


def test_an_owner_is_changed_if_the_record_is_as_it_was_seen(harness, adapter):
    """Else it is a conflict."""
    ref, owner = deal(harness), Ref("fx", "user", "FSUID_9")
    seen = records_of(read_all(adapter, "deal"))[ref]
    change = AssignOwner(ref=ref, owner=owner, decision_id="run-7")
    assert ref == adapter.write(change, key="k", expect=seen)
    assert ref == adapter.find_write(change, key="k")
    with pytest.raises(Conflict):
        adapter.write(change, key="k", expect=seen)


def test_a_note_is_a_sales_record_with_a_marker(harness, adapter):
    """Of the type that the tenant demands; and tasks are not promised."""
    ref = harness.create("deal", 7)
    note = AddNote(ref=ref, text="由 6 月分配决定", decision_id="run-7")
    made = adapter.write(note, key="k1", expect=None)
    assert "由 6 月分配决定\nsalesteam:k1" == harness.server.crm.get(made).subject
    assert (made, None) == (adapter.find_write(note, key="k1"), adapter.find_write(note, key="k2"))
    with pytest.raises(InvalidValueError, match="cannot write"):
        adapter.write(CreateTask(ref=ref, subject="回访", decision_id="run-7"), key="k", expect=None)
    harness.server.note_type = "type-1"
    with pytest.raises(Rejected, match="active_record_type is required"):
        adapter.write(note, key="k3", expect=None)
    typed = harness.adapter(note_type="type-1")
    assert typed.write(note, key="k3", expect=None)
    typed.close()


@pytest.mark.parametrize("made", [7, True, [], {"id": "x"}])
def test_an_answer_that_does_not_tell_what_was_made_is_no_success(harness, adapter, made):
    """So it is looked up."""
    harness.server.made = made
    note = AddNote(ref=harness.create("deal", 7), text="moved", decision_id="run-7")
    with pytest.raises(AdapterError, match="does not tell what was made"):
        adapter.write(note, key="k1", expect=None)
    assert adapter.find_write(note, key="k1")


def test_everything_is_pulled_and_fits_together(harness):
    """Nothing dangles, and fields of the tenant are kept."""
    refs = {kind: harness.create(kind, 1) for kind in harness.kinds()}
    harness.server.crm.change(refs["account"], extra={"tier__c": "A"})
    records = pull([harness.adapter(extra={"account": ("tier__c",)})], until=harness.server.crm.now)
    assert ((), ()) == (records.rejects, records.report.findings)
    assert {"tier__c": "A"} == dict(records.get(refs["account"]).extra)


def test_settings_are_read_by_the_loader():
    """Secrets by reference only."""
    given = {"app_id": "env:A", "permanent_code": "env:C", "user": "FSUID_1", "excess_digits": "reject"}
    assert "env:B" in repr(plugins.load().adapter("fxiaoke", app_secret="env:B", **given).config)
    with pytest.raises(ReportError) as caught:
        plugins.load().adapter("fxiaoke", app_secret="canary-1234", **given)
    assert "canary-1234" not in str(caught.value)
