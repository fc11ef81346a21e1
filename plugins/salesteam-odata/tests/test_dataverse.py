"""What the contract cannot know: how the rows of Dataverse are meant."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta

import pytest

from salesteam import plugins
from salesteam.core import Money
from salesteam.crm import AssignOwner, Deal, Lead, Ref, pull
from salesteam.errors import AdapterError, Conflict, InvalidValueError, ReportError
from salesteam.testing import Answer, Fault, read_all
from salesteam.testing._read import last_cursor, records_of, refs_of


@pytest.fixture
def adapter(dataverse):
    """An adapter that is closed at the end."""
    adapter = dataverse.adapter()
    yield adapter
    adapter.close()


def deal(dataverse, number=7, **fields):
    """An opportunity in the environment."""
    ref = Ref("odata", "deal", dataverse.id_of("deal", number))
    return dataverse.server.crm.create(Deal(ref=ref, **{"status": "open", **fields})).ref


def test_a_deal_has_account_owner_days_and_exact_money(dataverse, adapter):
    """The currency is that of the row, and the rate of the environment stays beside."""
    account, owner, day = dataverse.create("account", 1), dataverse.create("user", 1), date(2026, 9, 30)
    value = Money.of("1234.56", "USD")
    ref = deal(dataverse, status="won", value=value, closed_on=day, account=account, owner=owner)
    found = records_of(read_all(adapter, "deal"))[ref]
    assert ("won", value, day, account, owner) == (
        found.status,
        found.value,
        found.closed_on,
        found.account,
        found.owner,
    )
    assert "1.0" == found.extra["exchangerate"]


def test_a_row_of_a_team_has_no_owner(dataverse, adapter):
    """A team owns for nobody in particular."""
    ref = deal(dataverse, owner=dataverse.create("user", 1))
    dataverse.server.spoil(ref, **{"_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname": "team"})
    assert records_of(read_all(adapter, "deal"))[ref].owner is None


@pytest.mark.parametrize(("values", "problem"), [
    ({"_transactioncurrencyid_value": "nothing"}, "is no currency here"),
    ({"_transactioncurrencyid_value": None}, "has no currency"),
    ({"statecode": 7}, "is none of"),
])  # fmt: skip
def test_what_cannot_be_is_set_aside(dataverse, adapter, values, problem):
    """With its reason in both languages."""
    ref = deal(dataverse, value=Money.of("5", "CNY"))
    dataverse.server.spoil(ref, **values)
    (reject,) = [reject for batch in read_all(adapter, "deal") for reject in batch.rejects]
    assert problem in reject.reason.what()
    assert reject.reason.what("zh") != reject.reason.what()


def test_leads_tell_their_state(dataverse, adapter):
    """Qualified with an opportunity is converted."""
    became = deal(dataverse)
    states = ("new", "working", "qualified", "disqualified", "converted")
    for number, status in enumerate(states):
        ref = Ref("odata", "lead", dataverse.id_of("lead", number))
        dataverse.server.crm.create(
            Lead(ref=ref, name="A", status=status, converted_to=became if status == "converted" else None)
        )
    found = sorted(records_of(read_all(adapter, "lead")).items())
    assert list(states) == [lead.status for _, lead in found]
    assert became == found[-1][1].converted_to


def test_rows_put_away_are_archived(dataverse, adapter):
    """Inactive is not deleted."""
    ref = dataverse.create("account", 1)
    dataverse.server.crm.archive(ref)
    found = records_of(read_all(adapter, "account"))[ref]
    assert (True, False) == (found.archived, found.deleted)


def test_what_changes_after_the_signpost_is_kept_for_the_next_reading(dataverse, adapter):
    """A difference cannot be cut at a time, so the cursor remembers what it had to leave."""
    first, late = deal(dataverse, 1), deal(dataverse, 2)
    until = dataverse.server.crm.get(first).updated_at
    batches = read_all(adapter, "deal", until=until)
    assert [first] == refs_of(batches)
    third = deal(dataverse, 3)
    then = read_all(adapter, "deal", since=last_cursor(batches), until=dataverse.server.crm.get(late).updated_at)
    assert [late] == refs_of(then)
    assert [third] == refs_of(read_all(adapter, "deal", since=last_cursor(then)))


@pytest.mark.parametrize("status", [400, 410])
def test_a_link_that_is_forgotten_asks_for_a_restart(dataverse, adapter, status):
    """It is no crash and no empty difference, by whichever status it is told."""
    deal(dataverse)
    cursor = last_cursor(read_all(adapter, "deal"))
    dataverse.server.forgotten = status
    with pytest.raises(InvalidValueError, match="restart"):
        read_all(adapter, "deal", since=cursor)


def test_a_contact_without_a_name_is_called_by_its_address(dataverse, adapter):
    """As forms that need no name make them."""
    ref = dataverse.create("contact", 1)
    dataverse.server.spoil(ref, fullname=None, emailaddress1="li@acme.example")
    assert "li@acme.example" == records_of(read_all(adapter, "contact"))[ref].name


def test_a_link_to_another_server_is_not_followed(dataverse, adapter):
    """The login stays where it is."""
    deal(dataverse)
    change = lambda data: {**data, "@odata.nextLink": "https://evil.example.com/next"}  # noqa: E731
    dataverse.server.fail(Fault(how="change", change=change))
    with pytest.raises(AdapterError, match="another"):
        read_all(adapter, "deal")


def test_an_owner_is_written_under_the_lock_of_the_server(dataverse, adapter):
    """A change in between is a conflict, and nothing is written."""
    ref, owner = deal(dataverse), dataverse.create("user", 1)
    seen = records_of(read_all(adapter, "deal"))[ref]
    change = AssignOwner(ref=ref, owner=owner, decision_id="run-7")
    assert ref == adapter.write(change, key="k", expect=seen)
    assert ref == adapter.find_write(change, key="k")
    assert owner == dataverse.server.crm.get(ref).owner
    for attempt in (
        lambda: adapter.write(change, key="k", expect=seen),
        lambda: adapter.assign(ref, owner.external_id, seen),
    ):
        with pytest.raises(Conflict):
            attempt()


def test_a_login_is_renewed_before_it_ends(dataverse, adapter):
    """Five minutes ahead."""
    read_all(adapter, "deal")
    dataverse.server.wait(3400)
    read_all(adapter, "deal")
    assert 2 == dataverse.server.logins
    assert adapter.scope().endswith("aa")


def test_columns_of_the_tenant_are_kept_and_checked(dataverse):
    """By their logical names."""
    ref = dataverse.create("account", 1)
    dataverse.server.crm.change(ref, extra={"new_tier": "A"})
    adapter = dataverse.adapter(extra={"account": ("new_tier",)})
    assert {"new_tier": "A"} == dict(records_of(read_all(adapter, "account"))[ref].extra)
    adapter.close()
    with pytest.raises(AdapterError, match="no name of a column"):
        read_all(dataverse.adapter(extra={"deal": ("a,b",)}), "deal")


def test_everything_is_pulled_and_fits_together(dataverse):
    """Nothing dangles."""
    for kind in dataverse.kinds():
        dataverse.create(kind, 1)
    records = pull([dataverse.adapter()], until=dataverse.server.crm.now + timedelta(hours=1))
    assert ((), ()) == (records.rejects, records.report.findings)
    assert all(reading.foots for reading in records.readings)


def test_settings_are_read_by_the_loader():
    """Secrets by reference only."""
    given = {
        "base": "https://acme.crm.dynamics.com",
        "tenant": "acme.com",
        "client_id": "env:A",
        "excess_digits": "reject",
    }
    assert "env:B" in repr(plugins.load().adapter("dataverse", client_secret="env:B", **given).config)
    with pytest.raises(ReportError) as caught:
        plugins.load().adapter("dataverse", client_secret="canary-1234", **given)
    assert "canary-1234" not in str(caught.value)


def test_a_table_that_is_not_tracked_says_what_to_set(dataverse, adapter):
    """The message names both ways out."""
    dataverse.server.fail(Fault(how="answer", answer=Answer(body={"value": []})))
    with pytest.raises(AdapterError, match="set changes: modified"):
        read_all(adapter, "deal")


def test_a_cursor_of_the_other_way_of_reading_is_refused(dataverse, modified):
    """Neither differences nor times can be read on from what the other has left."""
    for one, other in ((dataverse, modified), (modified, dataverse)):
        one.create("account", 1)
        with closing(one.adapter()) as first, closing(other.adapter()) as second:
            (*_, last) = read_all(first, "account")
            with pytest.raises(InvalidValueError, match="restart"):
                read_all(second, "account", since=last.cursor)


def test_more_rows_of_one_time_than_a_page_are_all_read(modified):
    """Links are followed within one time, and left where time goes on."""
    for number in range(1, 8):
        modified.create("account", number)
    modified.touch_all("account")
    late = modified.create("account", 8)
    with closing(modified.adapter()) as adapter:
        batches = read_all(adapter, "account", page_size=3)
    assert 8 == len({record.ref for batch in batches for record in batch.records})
    assert late == batches[-1].records[-1].ref
    assert all(batch.read <= 3 for batch in batches)
