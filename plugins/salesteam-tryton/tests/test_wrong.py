"""What may go wrong with Tryton: groups, companies, logins, modules and fields."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.rpc import OLD
from tests.server import GUEST, OTHER_PASSWORD, PASSWORD, READER, USER
from tests.steps import assignment, read, sell

from salesteam import plugins
from salesteam.crm import Secret, pull
from salesteam.errors import AdapterError, AuthExpired, Rejected, ReportError, Transient
from salesteam.testing import Answer, Fault, read_all


@pytest.fixture
def another(harness, monkeypatch):
    """Adapters of other users."""
    monkeypatch.setenv("TRYTON_OTHER", OTHER_PASSWORD)
    return lambda login: harness.adapter(login=login, password=Secret("env:TRYTON_OTHER"))


def test_the_group_sales_reads_everything_and_writes_nothing(harness, another):
    """As the page says."""
    reader = another(READER)
    ref, change = assignment(harness)
    sell(harness, harness.create("deal", 2))
    assert reader.check().ok
    assert {} not in [read(reader, kind) for kind in ("user", "account", "deal", "money_event", "stage")]
    assert 2 == len(list(reader.history("deal", [ref.external_id])))
    with pytest.raises(Rejected, match="not allowed"):
        reader.write(change, key="k", expect=None)


def test_a_guest_is_told_what_it_may_not_read(harness, adapter, another):
    """Kind by kind, before any reading; and what it can see has another fingerprint."""
    guest = another(GUEST)
    text = guest.check().text()
    assert ("deal: " in text, "not allowed" in text, "account: " in text) == (True, True, False)
    assert guest.scope() != adapter.scope()


def test_the_fingerprint_of_what_can_be_seen_follows_the_groups(harness, another):
    """So that a sweep is refused when rows may be hidden by them."""
    guest = another(GUEST)
    (user,) = harness.rpc.search("res.user", ["login", "=", GUEST])
    (group,) = harness.rpc.search("res.group", ["name", "=", "Sales"])
    before = guest.scope()
    assert before == guest.scope()
    harness.rpc.write("res.user", [user], groups=[["add", [group]]])
    during = guest.scope()
    harness.rpc.write("res.user", [user], groups=[["remove", [group]]])
    assert (True, before) == (during != before, guest.scope())


@pytest.mark.parametrize("where", ["login", "reading"])
def test_neither_password_nor_session_shows_in_an_error(harness, adapter, tryton, where):
    """Though the server repeats them."""
    read_all(adapter, "deal")
    token = tryton.session[1]
    session = harness.server.session.removeprefix("Session ")
    told = Answer(status=400, body={"message": f"{PASSWORD} {token} {session}"})
    harness.server.fail(Fault(how="answer", answer=told, login=where == "login"))
    fresh = harness.adapter() if where == "login" else adapter
    with pytest.raises(Rejected) as caught:
        read_all(fresh, "deal")
    shown = str(caught.value)
    secrets = (PASSWORD,) if where == "login" else (PASSWORD, token, session)
    assert [] == [len(secret) for secret in secrets if secret in shown]


def test_a_wrong_password_is_said(harness, monkeypatch):
    """Without telling it."""
    monkeypatch.setenv("TRYTON_PASSWORD", "wrong-canary-9")
    adapter = harness.adapter()
    with pytest.raises(AuthExpired):
        read_all(adapter, "deal")
    report = adapter.check()
    assert (1, False) == (len(report.findings), "wrong-canary-9" in report.text())


def test_a_company_that_the_user_does_not_see_is_said(harness):
    """Its rows would be hidden, and a source would look empty."""
    adapter = harness.adapter(company=harness.company + 1)
    with pytest.raises(Rejected, match="does not see company"):
        read_all(adapter, "deal")
    harness.create("deal", 1)
    assert 1 == len(read(harness.adapter(company=harness.company), "deal"))


@pytest.fixture
def sister(harness):
    """A second company, which the user of the connector sees too."""
    rpc = harness.rpc
    company = rpc.create(
        "company.company", party=rpc.create("party.party", name="Sister"), currency=harness.currencies["EUR"]
    )
    (user,) = rpc.search("res.user", ["login", "=", USER])
    for each in (user, rpc.user):
        rpc.write("res.user", [each], companies=[["add", [company]]], company_filter="all")
    yield company
    for each in (user, rpc.user):
        rpc.write("res.user", [each], company_filter="one")  # the server remembers it longer than its database


def test_another_company_is_another_source(harness, adapter, sister):
    """What belongs to it is not read, though the user may see it."""
    ours = harness.create("lead", 1)
    party = harness.rpc.create("party.party", name="Somebody of the sister")
    values = {"company": sister, "currency": harness.currencies["EUR"], "conversion_probability": 0.5}
    context = {**harness.rpc.context, "company": sister}
    (theirs,) = harness.rpc._ask("model.sale.opportunity.create", [values], context)
    (person,) = harness.rpc._ask("model.company.employee.create", [{"party": party, "company": sister}], context)
    assert [ours] == list(read(adapter, "lead"))
    another = harness.adapter(company=sister)
    assert [harness.ref("lead", theirs)] == list(read(another, "lead"))
    assert [harness.ref("user", person)] == list(read(another, "user"))
    assert ({}, {}) == (read(adapter, "user"), read(adapter, "account"))


@pytest.mark.skipif(OLD, reason="the server is one before 8.0 itself")
def test_a_server_before_8_0_is_found(harness, sister):
    """It takes calls at another place, and does not tell among the preferences which companies a user sees."""
    harness.server.old = True
    ours = harness.create("lead", 1)
    assert [ours] == list(read(harness.adapter(), "lead"))


@pytest.mark.parametrize(("told", "said"), [("6.0.76", "6.0.76 is not read"), (None, "does not tell its version")])
def test_a_server_that_is_too_old_is_said(harness, told, said):
    """Before anything is read."""
    adapter = harness.adapter()
    harness.server.fail(Fault(how="answer", answer=Answer(body={"id": 0, "result": told}), login=True))
    with pytest.raises(AdapterError, match=said):
        read_all(adapter, "deal")
    assert said in adapter.check().text()


def test_a_module_that_is_not_there_is_named(harness, adapter):
    """With what to do."""
    missing = Answer(body={"id": 0, "error": ["'sale.opportunity'", ""]})
    harness.server.fail(Fault(how="answer", answer=missing))
    with pytest.raises(Rejected, match=r"has no sale\.opportunity: activate the module"):
        read_all(adapter, "deal")


def test_a_server_that_is_away_is_tried_again(harness, adapter):
    """And then left to the caller, who can resume."""
    harness.server.port = 9
    with pytest.raises(Transient):
        read_all(adapter, "deal")


def test_fields_of_the_database_are_kept_and_checked(harness):
    """By their names, also those of what a row points to; texts, numbers and decimals."""
    ref = harness.create("deal", 1)
    adapter = harness.adapter(extra={"deal": ("number", "party.name", "amount")})
    assert {"number": "1", "party.name": "Account 1", "amount": "1.10"} == dict(read(adapter, "deal")[ref].extra)
    with pytest.raises(AdapterError, match="no name of a field"):
        read_all(harness.adapter(extra={"deal": ("a b",)}), "deal")


def test_everything_is_pulled_and_fits_together(harness, adapter):
    """Nothing dangles."""
    for kind in harness.kinds():
        harness.create(kind, 1)
    sell(harness, harness.ref("deal", harness.one("deal")))
    records = pull([adapter], until=datetime.now(UTC) + timedelta(hours=1))
    assert ((), ()) == (records.rejects, records.report.findings)
    assert all(reading.foots for reading in records.readings)


def test_settings_are_read_by_the_loader():
    """Secrets by reference only."""
    given = {"base": "https://erp.acme.com", "database": "acme", "login": "crm", "excess_digits": "reject"}
    assert "env:K" in repr(plugins.load().adapter("tryton", password="env:K", **given).config)
    with pytest.raises(ReportError) as caught:
        plugins.load().adapter("tryton", password="canary-1234", **given)
    assert "canary-1234" not in str(caught.value)
