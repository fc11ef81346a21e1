"""What the contract cannot know: how the objects of HubSpot are meant."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

from salesteam import plugins
from salesteam.core import Money
from salesteam.crm import AddNote, AssignOwner, Cursor, Deal, Ref, Secret, User, pull
from salesteam.errors import Conflict, InvalidValueError, QuotaExhausted, Rejected, ReportError
from salesteam.testing import Answer, Fault, read_all
from salesteam.testing._read import last_cursor, records_of, refs_of


@pytest.fixture
def adapter(harness):
    """An adapter that is closed at the end."""
    adapter = harness.adapter()
    yield adapter
    adapter.close()


def deal(harness, number, **fields):
    """A deal in the account; HubSpot names it by a number."""
    record = Deal(ref=Ref("hubspot", "deal", str(number)), **{"status": "open", **fields})
    return harness.server.crm.create(record).ref


def test_a_deal_has_company_owner_stage_day_and_exact_money(harness, adapter):
    """The closing midnight is cut to a day in the zone of the account, and the amount is the text that was sent."""
    company, owner = harness.create("account", 1), harness.create("user", 1)
    value, day = Money.of("1234.56", "USD"), date(2026, 9, 30)
    ref = deal(harness, 7, status="won", value=value, closed_on=day, account=company, owner=owner)
    found = records_of(read_all(adapter, "deal"))[ref]
    assert ("won", value, day, day) == (found.status, found.value, found.closed_on, found.expected_close)
    assert (company, owner, "closedwon") == (found.account, found.owner, found.stage.external_id)
    assert timedelta(0) == found.updated_at.utcoffset()


def test_an_open_deal_has_no_closing_day(harness, adapter):
    """What HubSpot calls its closing date is only expected."""
    ref = deal(harness, 7, expected_close=date(2026, 9, 30))
    found = records_of(read_all(adapter, "deal"))[ref]
    assert (None, date(2026, 9, 30)) == (found.closed_on, found.expected_close)


def test_a_deal_without_currency_has_that_of_the_account_or_of_the_settings(harness, adapter):
    """The account says its company currency; a setting wins over it."""
    ref = deal(harness, 7, value=Money.of("5", "CNY"))
    harness.server.spoil(ref, deal_currency_code=None)
    assert Money.of("5", "CNY") == records_of(read_all(adapter, "deal"))[ref].value
    other = harness.adapter(currency="EUR")
    assert Money.of("5", "EUR") == records_of(read_all(other, "deal"))[ref].value
    other.close()


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"dealstage": "hoping"}, "is none of"),
        ({"amount": "much"}, "is no amount of money"),
        ({"amount": "1.005"}, "has more decimal places than CNY"),
        ({"deal_currency_code": "XXQ"}, "no currency of ISO 4217"),
        ({"closedate": "soon"}, "is no time"),
    ],
)
def test_what_cannot_be_is_set_aside_with_its_reason(harness, adapter, values, problem):
    """And never guessed."""
    ref = deal(harness, 7, value=Money.of("5", "CNY"))
    harness.server.spoil(ref, **values)
    (batch, _) = read_all(adapter, "deal")
    (reject,) = batch.rejects
    assert ref == reject.ref
    assert problem in reject.reason.what()
    assert reject.reason.what("zh") != reject.reason.what()


def test_a_stage_that_is_closed_but_neither_won_nor_lost_is_asked_about(harness, adapter):
    """Nor can a deal in it be used."""
    harness.server.stages["lost"] = ("paused", "0.5", "true")
    (batch,) = read_all(adapter, "stage")
    assert ["neither won nor lost" in reject.reason.what() for reject in batch.rejects] == [True]
    deal(harness, 7, status="lost")
    assert 1 == sum(len(batch.rejects) for batch in read_all(adapter, "deal"))


def test_owners_who_left_are_read_as_inactive(harness, adapter):
    """They are in the list of archived ones."""
    ref = harness.create("user", 1)
    gone = harness.server.crm.create(User(ref=Ref("hubspot", "user", "2"), name="Gone", active=False)).ref
    users = records_of(read_all(adapter, "user"))
    assert {ref: True, gone: False} == {each: user.active for each, user in users.items()}


def test_pipelines_and_stages_are_read(adapter):
    """A stage tells what it means and where it stands."""
    (pipeline,) = records_of(read_all(adapter, "pipeline")).values()
    stages = list(records_of(read_all(adapter, "stage", page_size=1)).values())
    assert ["open", "won", "lost"] == [stage.stage_kind for stage in stages]
    assert {pipeline.ref} == {stage.pipeline for stage in stages}
    assert [0, 1, 2] == [stage.position for stage in stages]


def test_a_merge_leaves_redirects_from_the_former_ids(harness, adapter):
    """HubSpot gives the survivor, and the ids that went into it."""
    ref = harness.create("account", 1)
    harness.server.merged[ref] = "11;12"
    records = records_of(read_all(adapter, "account"))
    losers = [Ref("hubspot", "account", each) for each in ("11", "12")]
    assert [(ref, True), (ref, True)] == [(records[each].merged_into, records[each].deleted) for each in losers]
    assert records[ref].merged_into is None


def test_the_history_of_stages_is_native(harness, adapter):
    """Each version is a change from the one before it, in the order of time."""
    ref = deal(harness, 7)
    at = datetime(2026, 9, 1, tzinfo=UTC)
    versions = [
        {"value": "closedwon", "timestamp": (at + timedelta(days=9)).isoformat()},
        {"value": "talking", "timestamp": at.isoformat()},
    ]
    harness.server.deal_stages = [("7", versions)]
    first, second = adapter.history("deal", [ref.external_id])
    assert (None, "talking", at) == (first.from_, first.to.external_id, first.at)
    assert ("talking", "closedwon", "native") == (second.from_.external_id, second.to.external_id, second.evidence)
    assert second.deal == ref


def test_a_reading_cut_off_within_a_window_goes_on_in_it(harness, adapter):
    """It does not begin anew, and then reads what changed meanwhile."""
    made = [deal(harness, number) for number in (1, 2, 3, 4)]
    pages = adapter.fetch("deal", None, until=harness.server.crm.now, overlap=timedelta(0), page_size=2)
    first = next(pages)
    harness.server.crm.touch(made[0])
    rest = read_all(adapter, "deal", since=Cursor.from_json(first.cursor.to_json()))
    assert sorted([made[2], made[3], made[3], made[0]]) == refs_of(rest)  # the last again, at the end of its window
    assert "*" == records_of(rest)[made[0]].name
    assert [] == [ref for ref in refs_of(read_all(adapter, "deal", since=last_cursor(rest))) if ref != made[0]]


def test_a_deletion_is_found_by_the_list_that_does_not_lag(harness, adapter):
    """The list of ids is not made by the search."""
    kept, gone = deal(harness, 1), deal(harness, 2)
    harness.delete(gone)
    assert [kept.external_id] == list(adapter.list_ids("deal"))
    assert {"GET /crm/objects/2026-09/deals": 1} == dict(harness.server.counts())


def test_a_line_of_no_deal_or_of_no_product_is_left_out(harness, adapter):
    """A quote has lines of its own, and whoever writes one may type what no product is; a sweep sees neither."""
    kept, quoted, typed = [harness.create("deal_line", number) for number in (1, 2, 3)]
    harness.server.loose.add(quoted)
    harness.server.spoil(typed, hs_product_id=None)
    batches = read_all(adapter, "deal_line")
    assert ([kept], []) == (refs_of(batches), [reject for batch in batches for reject in batch.rejects])
    assert [kept.external_id] == list(adapter.list_ids("deal_line"))
    ids = [each.external_id for each in (kept, quoted, typed)]
    assert [kept] == [record.ref for record in adapter.fetch_ids("deal_line", ids)]


def test_a_company_without_a_name_is_called_by_its_domain(harness, adapter):
    """HubSpot makes companies of the addresses of mails."""
    ref = harness.create("account", 1)
    harness.server.spoil(ref, name=None, domain="acme.example")
    assert "acme.example" == records_of(read_all(adapter, "account"))[ref].name


def test_a_part_that_was_not_answered_is_no_answer(harness, adapter):
    """Else a deal would have no company, and an object would be gone, because something went wrong."""
    ref = deal(harness, 7)
    error = {"status": "error", "category": "RATE_LIMITS", "message": "try later"}
    answer = Answer(status=207, body={"status": "COMPLETE", "results": [], "errors": [error], "numErrors": 1})
    harness.server.fail(Fault(how="answer", answer=answer, after=1))  # behind the search
    with pytest.raises(Rejected, match="was not answered: try later"):
        read_all(adapter, "deal")
    harness.server.fail(Fault(how="answer", answer=answer))
    with pytest.raises(Rejected, match="was not answered: try later"):
        adapter.fetch_ids("deal", [ref.external_id])


def test_properties_of_the_tenant_are_kept(harness):
    """By their internal names."""
    ref = harness.create("account", 1)
    harness.server.crm.change(ref, extra={"custom_tier": "A"})
    adapter = harness.adapter(extra={"account": ("custom_tier",)})
    assert {"custom_tier": "A"} == dict(records_of(read_all(adapter, "account"))[ref].extra)
    adapter.close()


def given(ref, owner):
    """The change that gives a record another owner."""
    return AssignOwner(ref=ref, owner=owner, decision_id="run-7")


def test_an_owner_is_written_and_can_be_looked_up(harness, adapter):
    """The answer may be lost: then the record itself tells whether it was done."""
    ref, owner = deal(harness, 7), harness.create("user", 1)
    change = given(ref, owner)
    seen = records_of(read_all(adapter, "deal"))[ref]
    assert adapter.find_write(change, key="k") is None
    assert ref == adapter.write(change, key="k", expect=seen)
    assert owner == harness.server.crm.get(ref).owner
    assert ref == adapter.find_write(change, key="k")


def test_a_record_that_moved_meanwhile_is_not_overwritten(harness, adapter):
    """The conflict is raised before anything is sent."""
    ref, owner = deal(harness, 7), harness.create("user", 1)
    seen = records_of(read_all(adapter, "deal"))[ref]
    harness.touch(ref)
    with pytest.raises(Conflict):
        adapter.write(given(ref, owner), key="k", expect=seen)
    assert harness.server.crm.get(ref).owner is None


def test_what_it_cannot_write_it_says(harness, adapter):
    """Products have no owner, and a record that is gone gets none."""
    owner = harness.create("user", 1)
    with pytest.raises(InvalidValueError):
        adapter.write(given(harness.create("product", 1), owner), key="k", expect=None)
    with pytest.raises(Rejected):
        adapter.write(given(Ref("hubspot", "deal", "404"), owner), key="k", expect=None)
    with pytest.raises(Rejected):
        adapter.write(AddNote(ref=Ref("hubspot", "deal", "404"), text="x", decision_id="d"), key="k", expect=None)


def test_a_note_is_found_by_its_links_among_many(harness, adapter):
    """Not by the search, which lags; and its text is as it was written."""
    ref = deal(harness, 7)
    for number in range(3):
        note = AddNote(ref=ref, text=f"{number} < 9 & so on", decision_id=f"d-{number}")
        made = adapter.write(note, key=f"{number:032}", expect=None)
        assert made is not None
        assert made == adapter.find_write(note, key=f"{number:032}")
    assert any("2 &lt; 9 &amp; so on" in each.extra["html"] for each in harness.server.crm.records("activity"))
    assert not [each for each in harness.server.requests if each.path.endswith("/search")]


def test_the_server_tells_its_time(harness, adapter):
    """To the second, and none where it cannot be reached."""
    assert harness.server.crm.now.replace(microsecond=0) == adapter.server_time()
    harness.server.fail(Fault(how="close"))
    assert adapter.server_time() is None


def test_a_row_set_aside_is_read_again_after_its_stage_was_mended(harness, adapter):
    """From its raw text."""
    ref = deal(harness, 7)
    harness.server.spoil(ref, dealstage="hoping")
    (reject,) = [reject for batch in read_all(adapter, "deal") for reject in batch.rejects]
    harness.server.stages["open"] = ("hoping", "0.3", "false")
    adapter.pages("deal", None, until=None, overlap=timedelta(0), size=1).__next__()
    assert "open" == adapter.remap("deal", reject.raw).status
    with pytest.raises(InvalidValueError):
        adapter.remap("deal", "[]")


def test_the_allowance_of_the_day_is_left_to_others_in_time(harness, adapter):
    """It stops where its share begins to be used up, and can go on the next day."""
    deal(harness, 7)
    for left, stops in (("201", False), ("199", True)):
        headers = {"X-HubSpot-RateLimit-Daily": "1000", "X-HubSpot-RateLimit-Daily-Remaining": left}
        harness.server.always = headers
        with pytest.raises(QuotaExhausted) if stops else nullcontext():
            read_all(adapter, "deal")


def test_everything_is_pulled_and_fits_together(harness):
    """Nothing dangles in an account whose records name each other."""
    for kind in ("user", "account", "contact", "product", "deal", "deal_line"):
        harness.create(kind, 1)
    records = pull([harness.adapter()], until=harness.server.crm.now)
    assert () == records.rejects
    assert () == records.report.findings
    assert all(reading.foots for reading in records.readings)


def test_a_token_written_into_the_settings_is_refused_unseen():
    """Only a reference is taken, and the message does not repeat the token."""
    with pytest.raises(ReportError) as caught:
        plugins.load().adapter("hubspot", token="pat-eu1-secret", excess_digits="reject", daily_share="0.5")
    assert "env:NAME" in str(caught.value)
    assert "pat-eu1-secret" not in str(caught.value)


def test_a_token_that_is_not_there_is_told_by_the_check(harness):
    """As a finding, with the name of the variable."""
    adapter = harness.adapter(token=Secret("env:SALESTEAM_NO_SUCH_TOKEN"))
    assert "SALESTEAM_NO_SUCH_TOKEN" in adapter.check().text()


def test_the_settings_show_no_secret(harness, adapter):
    """Only where it is."""
    assert "env:FAKE_HUBSPOT_TOKEN" in repr(adapter.config)
    assert "canary" not in repr(attrs.asdict(adapter.config))
