"""What the contract cannot know: how the objects of Neocrm are meant."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.conftest import GIVEN

from salesteam import plugins
from salesteam.core import Money
from salesteam.crm import AddNote, AssignOwner, CreateTask, Deal, Ref, User, pull
from salesteam.errors import AdapterError, Conflict, InvalidValueError, Rejected, ReportError
from salesteam.testing import Answer, Fault, read_all
from salesteam.testing._read import records_of, refs_of


@pytest.fixture
def adapter(harness):
    """An adapter that is closed at the end."""
    adapter = harness.adapter()
    yield adapter
    adapter.close()


def deal(harness, number=7, **fields):
    """An opportunity of the tenant."""
    return harness.server.crm.create(Deal(ref=Ref("neo", "deal", str(number)), **{"status": "open", **fields})).ref


def test_a_deal_has_account_owner_stage_day_and_exact_money(harness, adapter):
    """The amount is the decimal that was sent, and midnight in the zone of the tenant becomes a day."""
    account, owner, day = harness.create("account", 1), harness.create("user", 1), date(2026, 9, 30)
    ref = deal(harness, status="won", value=Money.of("1234.56", "CNY"), closed_on=day, account=account, owner=owner)
    found = records_of(read_all(adapter, "deal"))[ref]
    assert ("won", Money.of("1234.56", "CNY"), day, day) == (
        found.status,
        found.value,
        found.closed_on,
        found.expected_close,
    )
    assert (account, owner, "21") == (found.account, found.owner, found.stage.external_id)


def test_a_stage_that_is_not_set_is_asked_about(harness):
    """Won or lost is never guessed."""
    deal(harness, status="won")
    adapter = harness.adapter(stages={"11": "open"})
    (reject,) = [reject for batch in read_all(adapter, "deal") for reject in batch.rejects]
    assert ("crm.unmapped-value", True, True) == (
        reject.reason.code,
        "'21'" in reject.reason.what(),
        "setting stages" in reject.reason.fix(),
    )
    adapter.close()


def test_where_no_status_is_set_the_setting_is_named(harness):
    """There is no word to choose from, but there is a place to write them."""
    harness.create("lead", 1)
    adapter = harness.adapter(lead_statuses={})
    (reject,) = [reject for batch in read_all(adapter, "lead") for reject in batch.rejects]
    assert ("crm.unmapped-value", True) == (reject.reason.code, "lead_statuses" in reject.reason.fix("zh"))
    adapter.close()


def test_users_who_left_are_inactive(harness, adapter):
    """By their status."""
    gone = harness.server.crm.create(User(ref=Ref("neo", "user", "5"), name="Gone", active=False)).ref
    assert not records_of(read_all(adapter, "user"))[gone].active


def test_a_scroll_that_is_short_goes_on_to_its_end(harness, adapter):
    """An empty page with a locator is not the end, the same one twice is."""
    made = sorted(deal(harness, number) for number in range(1, 6))
    assert made == refs_of(read_all(adapter, "deal", page_size=2))
    empty = Answer(body={"code": "200", "data": {"records": [], "queryLocator": "again"}})
    harness.server.fail(Fault(how="answer", answer=empty))
    with pytest.raises(AdapterError, match="without an end"):
        read_all(adapter, "deal")


def test_a_scroll_that_breaks_off_begins_anew_where_it_was(harness, adapter):
    """Among equal times too, and nothing is read twice."""
    made = sorted(deal(harness, number) for number in range(1, 8))
    harness.server.crm.touch_all("deal")
    pages = adapter.fetch("deal", None, until=harness.server.crm.now, overlap=timedelta(0), page_size=2)
    found = list(next(pages).records)
    harness.server.scrolls.clear()
    found += [record for page in pages for record in page.records]
    assert made == sorted(record.ref for record in found)


def test_the_server_of_the_tenant_must_be_safe(harness, adapter):
    """The login may name any host, but none without encryption."""
    change = lambda data: {**data, "instance_uri": "http://api.example.com"}  # noqa: E731
    harness.server.fail(Fault(how="change", change=change, login=True))
    with pytest.raises(InvalidValueError, match="not encrypted"):
        read_all(adapter, "deal")
    assert not adapter.check().ok


def test_an_owner_is_written_if_the_record_is_as_it_was_seen(harness, adapter):
    """Else it is a conflict."""
    ref, owner = deal(harness), harness.create("user", 1)
    seen = records_of(read_all(adapter, "deal"))[ref]
    change = AssignOwner(ref=ref, owner=owner, decision_id="run-7")
    assert ref == adapter.write(change, key="k", expect=seen)
    assert ref == adapter.find_write(change, key="k")
    with pytest.raises(Conflict):
        adapter.write(change, key="k", expect=seen)


def test_a_note_is_an_activity_record_with_a_marker(harness, adapter):
    """About each object that the platform can name; and tasks are not promised."""
    for kind in ("account", "contact", "lead", "deal"):
        ref = harness.create(kind, 7)
        note = AddNote(ref=ref, text="由 6 月分配决定", decision_id="run-7")
        made = adapter.write(note, key="a1", expect=None)
        held = harness.server.crm.get(made)
        assert (ref, "由 6 月分配决定\nsalesteam:a1") == (held.about, held.subject)
        assert (made, None) == (adapter.find_write(note, key="a1"), adapter.find_write(note, key="a2"))
    with pytest.raises(InvalidValueError, match="cannot write"):
        adapter.write(CreateTask(ref=ref, subject="回访", decision_id="run-7"), key="a3", expect=None)


def test_notes_need_their_type_and_department(harness):
    """Without both none are promised; with wrong ones the tenant says no."""
    bare = harness.adapter(note_type=None, department=None)
    assert {(), ("AssignOwner",)} == {can.writes for can in bare.capabilities().values()}
    bare.close()
    with pytest.raises(InvalidValueError, match="a type and a department"):
        harness.adapter(department=None)
    wrong = harness.adapter(note_type="1")
    with pytest.raises(Rejected, match="5000047"):
        wrong.write(AddNote(ref=harness.create("deal", 7), text="x", decision_id="run-7"), key="a1", expect=None)
    wrong.close()


def test_an_answer_that_does_not_tell_what_was_made_is_no_success(harness, adapter):
    """So it is looked up; but never by what is no id or no marker."""
    note = AddNote(ref=harness.create("deal", 7), text="moved", decision_id="run-7")
    harness.server.tells = False
    with pytest.raises(AdapterError, match="does not tell what was made"):
        adapter.write(note, key="a1", expect=None)
    assert adapter.find_write(note, key="a1")
    for ref, key in ((Ref("neo", "deal", "1 or 1"), "a1"), (note.ref, "a'%")):
        with pytest.raises(InvalidValueError, match="cannot be asked for"):
            adapter.find_write(AddNote(ref=ref, text="x", decision_id="run-7"), key=key)


def test_a_login_is_renewed_before_it_ends(harness, adapter):
    """Five minutes ahead, and not for each request."""
    for seconds in (0, 6800, 200):
        harness.server.wait(seconds)
        read_all(adapter, "account")
    assert 2 == harness.server.logins


def test_no_query_is_made_of_what_is_no_name_or_id(harness, adapter):
    """Nothing of the settings or the ids gets into a query unchecked."""
    with pytest.raises(AdapterError, match="no name of a field"):
        read_all(harness.adapter(extra={"deal": ("id from user",)}), "deal")
    assert () == adapter.fetch_ids("deal", ["1) or (1"])
    assert [] == harness.server.requests


def test_everything_is_pulled_and_fits_together(harness):
    """Nothing dangles, and fields of the tenant are kept."""
    refs = {kind: harness.create(kind, 1) for kind in harness.kinds()}
    harness.server.crm.change(refs["account"], extra={"tier__c": "A"})
    records = pull([harness.adapter(extra={"account": ("tier__c",)})], until=harness.server.crm.now)
    assert ((), ()) == (records.rejects, records.report.findings)
    assert {"tier__c": "A"} == dict(records.get(refs["account"]).extra)


def test_a_wrong_password_is_told_and_not_shown(harness, monkeypatch):
    """By the check, as a finding."""
    monkeypatch.setenv("FAKE_NEO_password", "wrong-canary-55")
    adapter = harness.adapter()
    report = adapter.check()
    adapter.close()
    assert not report.ok
    assert not any(secret in report.text() for secret in ("wrong-canary-55", *GIVEN.values()))


def test_settings_are_read_by_the_loader():
    """Secrets by reference only, stages to words that are known."""
    given = {
        "client_id": "env:A",
        "client_secret": "env:B",
        "user": "env:C",
        "redirect": "https://acme.com",
        "currency": "CNY",
        "excess_digits": "reject",
    }
    assert "env:D" in repr(plugins.load().adapter("neocrm", password="env:D", stages={"1": "won"}, **given).config)
    with pytest.raises(ReportError) as caught:
        plugins.load().adapter("neocrm", password="canary-1234", stages={"1": "maybe"}, **given)
    assert "canary-1234" not in str(caught.value)
    assert "maybe" in str(caught.value)
