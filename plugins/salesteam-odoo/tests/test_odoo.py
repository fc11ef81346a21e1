"""What the contract cannot know: how the rows of Odoo are meant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.fake import SaidError

from salesteam import plugins
from salesteam.core import Money
from salesteam.crm import AddNote, AssignOwner, Contact, CreateTask, Cursor, Deal, Lead, Ref, pull
from salesteam.errors import AdapterError, AuthExpired, Conflict, InvalidValueError, Rejected, ReportError
from salesteam.testing import Answer, Fault, read_all
from salesteam.testing._read import last_cursor, records_of, refs_of


@pytest.fixture
def adapter(harness):
    """An adapter that is closed at the end."""
    adapter = harness.adapter()
    yield adapter
    adapter.close()


def deal(harness, number=7, **fields):
    """An opportunity of the database."""
    return harness.server.crm.create(Deal(ref=Ref("odoo", "deal", str(number)), **{"status": "open", **fields})).ref


def test_a_deal_has_company_owner_team_and_exact_money(harness, adapter):
    """False is nothing, pairs are references, and the binary amount is the printed one."""
    refs = {kind: harness.create(kind, 1) for kind in ("account", "user", "team")}
    closed, day = datetime(2026, 9, 30, 8, tzinfo=UTC), date(2026, 10, 1)
    ref = deal(harness, status="won", value=Money.of("1234.56", "EUR"), closed_at=closed, expected_close=day,
               account=refs["account"], owner=refs["user"], team=refs["team"])  # fmt: skip
    found = records_of(read_all(adapter, "deal"))[ref]
    assert ("won", Money.of("1234.56", "EUR"), closed, day) == (
        found.status,
        found.value,
        found.closed_at,
        found.expected_close,
    )
    assert refs == {"account": found.account, "user": found.owner, "team": found.team}
    assert (None, "2") == (found.lost_reason, found.stage.external_id)


def test_an_amount_that_was_reckoned_is_the_one_that_is_shown(harness, adapter):
    """A sum of 0.10 and 0.20 is 0.30, though Odoo sends digits that nobody wrote."""
    ref = deal(harness, value=Money.of("0.30", "EUR"))
    harness.server.spoil(ref, expected_revenue=0.1 + 0.2)
    assert Money.of("0.30", "EUR") == records_of(read_all(adapter, "deal"))[ref].value


def test_the_account_of_a_deal_with_a_person_is_the_persons_company(harness, adapter):
    """A person of no company is no account."""
    company = harness.create("account", 1)
    persons = [Ref("odoo", "contact", "501"), Ref("odoo", "contact", "502")]
    for person, account in zip(persons, (company, None), strict=True):
        harness.server.crm.create(Contact(ref=person, name="A", account=account))
    refs = [deal(harness, number) for number in (7, 8)]
    for ref, person in zip(refs, persons, strict=True):
        harness.server.spoil(ref, partner_id=[int(person.external_id), "A"])
    found = records_of(read_all(adapter, "deal"))
    assert [company, None] == [found[ref].account for ref in refs]


def test_lost_is_what_is_not_active_and_has_no_chance(harness, adapter):
    """What is not active otherwise was put away; both would be hidden if nobody asked for them."""
    lost, away = deal(harness, 7, status="lost", lost_reason="price"), deal(harness, 8)
    harness.server.crm.archive(away)
    found = records_of(read_all(adapter, "deal"))
    assert ("lost", False, "price") == (found[lost].status, found[lost].archived, found[lost].lost_reason)
    assert ("open", True) == (found[away].status, found[away].archived)


def test_what_was_lost_after_it_was_won_is_lost(harness, adapter):
    """Before Odoo 19 it stays in the stage that is won; what was won and put away with its chance stays won."""
    lost, away = deal(harness, 7, status="won"), deal(harness, 8, status="won")
    harness.server.spoil(lost, active=False, probability=0.0)
    harness.server.spoil(away, active=False, probability=100.0)
    found = records_of(read_all(adapter, "deal"))
    assert [("lost", False), ("won", True)] == [(found[ref].status, found[ref].archived) for ref in (lost, away)]


def test_leads_are_new_until_somebody_has_them(harness, adapter):
    """And disqualified when they are put away."""
    owner = harness.create("user", 1)
    for number, (status, whose) in enumerate((("new", None), ("working", owner), ("disqualified", None)), 1):
        harness.server.crm.create(Lead(ref=Ref("odoo", "lead", str(number)), name="A", status=status, owner=whose))
    found = sorted(records_of(read_all(adapter, "lead")).items())
    assert ["new", "working", "disqualified"] == [lead.status for _, lead in found]


@pytest.mark.parametrize("version", [18, 19])
def test_a_time_that_is_kept_finer_than_it_is_told_loses_nothing(harness, version):
    """A change within the second of the cursor is in the next reading, whether or not that second was asked for.

    Since Odoo 19 a condition on times knows whole seconds only, so that one up to a second takes all of it.
    """
    harness.server.version = version
    adapter = harness.adapter(protocol="jsonrpc")
    first = deal(harness, 1)
    cursor = last_cursor(read_all(adapter, "deal"))
    second = deal(harness, 2, updated_at=harness.server.crm.get(first).updated_at)
    harness.server.late.add(second)
    assert second in refs_of(read_all(adapter, "deal", since=cursor))
    early = [first] if version < 19 else [first, second]
    assert early == refs_of(read_all(adapter, "deal", until=harness.server.crm.get(first).updated_at))
    adapter.close()


def test_what_was_put_into_the_database_by_hand_is_read(harness, adapter):
    """It may have no time of writing, then that of its making counts; or none at all, then it is read once."""
    first, bare, timeless, later = [deal(harness, number) for number in (1, 2, 3, 4)]
    harness.server.bare |= {bare, timeless, later}
    harness.server.spoil(timeless, create_date=False)
    until = harness.server.crm.get(bare).created_at
    batches = read_all(adapter, "deal", until=until)
    assert {first, bare, timeless} == set(refs_of(batches))
    assert [None, None] == [records_of(batches)[ref].updated_at for ref in (bare, timeless)]
    assert {bare, later} <= set(refs_of(read_all(adapter, "deal", since=last_cursor(batches))))
    assert {"1", "2", "3", "4"} == set(adapter.list_ids("deal"))


def test_stages_and_teams_are_read(harness, adapter):
    """A stage tells whether it is won; there is none for lost."""
    stages = records_of(read_all(adapter, "stage")).values()
    assert {"New": "open", "Won": "won"} == {stage.name: stage.stage_kind for stage in stages}
    assert harness.create("team", 1) in records_of(read_all(adapter, "team"))


def test_users_are_read_anew_and_staff_only(harness, adapter):
    """The name of a user is that of his partner, whose change does not touch the user; guests of the portal are none."""
    users = [harness.colleague(number) for number in (1, 2)]
    harness.server.spoil(users[1], share=True)
    assert users[:1] == refs_of(read_all(adapter, "user", until=datetime(2000, 1, 1, tzinfo=UTC)))
    assert "full" == adapter.capabilities()["user"].incremental
    with pytest.raises(InvalidValueError, match="in full"):
        read_all(adapter, "user", since=Cursor.of(1, {"at": None}))


@pytest.mark.parametrize(("version", "phones"), [(16, ("+1", "+2")), (19, ("+1",))])
def test_a_person_has_the_numbers_of_the_version(rpc, version, phones):
    """Odoo had two fields for them once; an address without a name is no person."""
    rpc.server.version = version
    person, address = [rpc.create("contact", number) for number in (1, 2)]
    rpc.server.spoil(person, phone="+1", mobile="+2")
    rpc.server.spoil(address, name=False, type="delivery")
    adapter = rpc.adapter()
    found = records_of(read_all(adapter, "contact"))
    assert {person: phones} == {ref: contact.phones for ref, contact in found.items()}
    adapter.close()


def test_a_deal_of_no_company_has_the_currency_of_all_companies(harness, adapter):
    """Odoo shows its amount to each user in that of his own; where companies differ it must be set."""
    ref = deal(harness, value=Money.of("10", "CNY"))
    harness.server.spoil(ref, company_id=False, company_currency=[1, "CNY"])
    assert [] == refs_of(read_all(adapter, "deal"))
    (told,) = [reject.reason for batch in read_all(adapter, "deal") for reject in batch.rejects]
    assert "set currency" in told.text()
    set_so = harness.adapter(currency="JPY")
    assert Money.of("10", "JPY") == records_of(read_all(set_so, "deal"))[ref].value
    harness.server.companies = {1: "EUR", 2: "EUR"}
    assert Money.of("10", "EUR") == records_of(read_all(adapter, "deal"))[ref].value
    set_so.close()
    with pytest.raises(InvalidValueError, match="ISO 4217"):
        harness.adapter(currency="EURO")


@pytest.mark.parametrize("protocol", ["json2", "jsonrpc"])
def test_a_database_may_do_without_products_but_not_without_leads(harness, protocol):
    """A CRM alone has none; what is missing otherwise is named."""
    harness.server.absent.add("product.product")
    adapter = harness.adapter(protocol=protocol)
    assert ([], ()) == (list(adapter.list_ids("product")), adapter.fetch_ids("product", ["1"]))
    assert [] == refs_of(read_all(adapter, "product"))
    assert "product" not in adapter.schema().fields
    assert not adapter.check().findings
    harness.server.absent.add("crm.lead")
    fresh = harness.adapter(protocol=protocol)
    assert "no crm.lead: install the app" in fresh.check().text()
    for each in (adapter, fresh):
        each.close()


@pytest.mark.parametrize("protocol", ["json2", "jsonrpc"])
def test_what_a_login_may_not_read_is_said(harness, protocol):
    """As Odoo says it, not as that it is not there."""
    adapter = harness.adapter(protocol=protocol)
    for refused in ("fields_get", "search_read"):
        harness.server.denied = refused
        with pytest.raises(Rejected, match=r"not allowed to access 'product\.product'"):
            read_all(adapter, "product")
    adapter.close()


@pytest.mark.parametrize("version", [18, 19])
def test_a_place_where_no_database_is_served_is_said(harness, version):
    """Odoo answers with a page: before 19, which has no JSON-2, and where the name of the database is another."""
    harness.server.version = version
    adapter = harness.adapter(database="acme" if version < 19 else "else")
    with pytest.raises(Rejected, match=r"serves no database .* before Odoo 19, set `protocol: jsonrpc`"):
        read_all(adapter, "deal")
    adapter.close()


def test_an_unknown_database_is_said(rpc):
    """Over the older protocol, as what the database server said."""
    adapter = rpc.adapter(database="else")
    with pytest.raises(Rejected, match="does not exist"):
        read_all(adapter, "deal")
    adapter.close()


def test_a_bad_domain_is_a_500_and_tried_once(harness, adapter):
    """It is not transient; what is wrong is told, however long the traceback before it."""
    answer = Answer(status=500, body=SaidError("builtins.ValueError", "Invalid domain").data)
    read_all(adapter, "deal")
    fault = harness.server.fail(Fault(how="answer", answer=answer))
    with pytest.raises(AdapterError, match=r"500 builtins.ValueError: Invalid domain$"):
        read_all(adapter, "deal")
    assert 1 == fault.hits


def test_an_answer_without_a_result_is_none(rpc):
    """JSON-RPC leaves it out; that is no empty list."""
    adapter = rpc.adapter()
    rpc.server.fail(Fault(how="answer", answer=Answer(body={"jsonrpc": "2.0", "id": 1})))
    with pytest.raises(AdapterError, match="no list"):
        read_all(adapter, "deal")
    rpc.server.said = {"fields_get": None}
    with pytest.raises(AdapterError, match=r"no fields of product\.product"):
        read_all(adapter, "product")
    adapter.close()


def test_a_login_that_is_refused_is_said(rpc, monkeypatch):
    """Over the older protocol the answer is false."""
    monkeypatch.setenv("FAKE_ODOO_KEY", "wrong-canary-9")
    adapter = rpc.adapter()
    with pytest.raises(AuthExpired):
        read_all(adapter, "deal")
    assert "wrong-canary-9" not in adapter.check().text()
    adapter.close()
    with pytest.raises(InvalidValueError, match="needs a login"):
        rpc.adapter(login=None)


@pytest.mark.parametrize("protocol", ["json2", "jsonrpc"])
def test_an_owner_is_written_if_the_record_is_as_it_was_seen(harness, protocol):
    """Else it is a conflict."""
    adapter = harness.adapter(protocol=protocol)
    ref, owner = deal(harness), harness.create("user", 1)
    seen = records_of(read_all(adapter, "deal"))[ref]
    change = AssignOwner(ref=ref, owner=owner, decision_id="run-7")
    assert ref == adapter.write(change, key="k", expect=seen)
    assert ref == adapter.find_write(change, key="k")
    with pytest.raises(Conflict):
        adapter.write(change, key="k", expect=seen)
    adapter.close()


def task(ref, user, **fields):
    """A task that is due in the evening of the zone's next day."""
    due = datetime(2026, 10, 8, 23, tzinfo=UTC)
    return CreateTask(**{"ref": ref, "subject": "回访", "user": user, "due_at": due, "decision_id": "run-7", **fields})


@pytest.mark.parametrize("protocol", ["json2", "jsonrpc"])
def test_a_task_is_an_activity_and_a_note_a_message(harness, protocol):
    """With the summary, the user, the day of the zone, and a text that is safe; each is found by its marker."""
    adapter = harness.adapter(protocol=protocol)
    ref, user = deal(harness), harness.colleague(1)
    note = AddNote(ref=ref, text="<b>a & b", decision_id="run-7")
    for change in (task(ref, user), note):
        made = adapter.write(change, key="k1", expect=None)
        assert made == adapter.find_write(change, key="k1")
        assert adapter.find_write(change, key="k2") is None
    activity, message = sorted(harness.server.crm.records("activity"), key=lambda each: each.ref.external_id)
    assert ("回访", user, datetime(2026, 10, 9, tzinfo=UTC)) == (activity.subject, activity.user, activity.due_at)
    assert "<p>&lt;b&gt;a &amp; b</p><p>salesteam:k1</p>" == message.extra["html"]
    adapter.close()


def test_a_task_that_was_done_meanwhile_is_found_as_a_message(harness):
    """Before 18 Odoo may delete the activity; it keeps what it said."""
    adapter = harness.adapter()
    ref = deal(harness)
    harness.server.mail("mail.message", "note", ref, subject="done", html="<p>回访</p><p>salesteam:k1</p>")
    found = adapter.find_write(task(ref, None), key="k1")
    assert Ref("odoo", "activity", "mail.message,1") == found
    adapter.close()


@pytest.mark.parametrize("version", [16, 17, 18])
def test_a_note_is_html_in_every_version(rpc, version):
    """Since Odoo 17 it must be called so."""
    rpc.server.version = version
    adapter = rpc.adapter()
    ref = deal(rpc)
    assert adapter.write(AddNote(ref=ref, text="moved", decision_id="run-7"), key="k1", expect=None)
    assert [] == rpc.server.refused
    adapter.close()


def test_a_day_needs_a_zone(harness):
    """Nothing is sent, and the reason says what to set."""
    ref = deal(harness)
    adapter = harness.adapter(zone=None)
    with pytest.raises(Rejected, match="set `zone`"):
        adapter.write(task(ref, None), key="k", expect=None)
    assert adapter.write(task(ref, None, due_at=None), key="k", expect=None)
    adapter.close()
    with pytest.raises(InvalidValueError, match="no time zone"):
        harness.adapter(zone="Mars/Olympus")


@pytest.mark.parametrize("answer", [None, [], [1, 2], {"id": 1}, True])
def test_an_answer_that_does_not_tell_what_was_made_is_no_success(harness, answer):
    """So it is looked up."""
    ref = deal(harness)
    adapter = harness.adapter()
    said = {"message_post": answer}
    harness.server.said = said
    with pytest.raises(AdapterError, match="does not tell what was made"):
        adapter.write(AddNote(ref=ref, text="moved", decision_id="run-7"), key="k1", expect=None)
    adapter.close()


def test_a_server_that_tells_no_version_gets_no_note(rpc):
    """HTML is not guessed at."""
    ref = deal(rpc)
    adapter = rpc.adapter()
    rpc.server.version = "?"
    with pytest.raises(AdapterError, match="does not tell its version"):
        adapter.write(AddNote(ref=ref, text="moved", decision_id="run-7"), key="k1", expect=None)
    adapter.close()


def test_fields_of_the_database_are_kept_and_checked(harness):
    """By their names; all that are not there are named at once."""
    ref = harness.create("account", 1)
    harness.server.crm.change(ref, extra={"x_tier": "A"})
    adapter = harness.adapter(extra={"account": ("x_tier",)})
    assert {"x_tier": "A"} == dict(records_of(read_all(adapter, "account"))[ref].extra)
    strange = harness.adapter(extra={"deal": ("x_size", "a b")})
    with pytest.raises(Rejected, match=r"no x_size, a b of crm\.lead"):
        read_all(strange, "deal")
    for each in (adapter, strange):
        each.close()


def test_everything_is_pulled_and_fits_together(harness):
    """Nothing dangles."""
    for kind in harness.kinds():
        harness.create(kind, 1)
    records = pull([harness.adapter()], until=harness.server.crm.now + timedelta(hours=1))
    assert ((), ()) == (records.rejects, records.report.findings)
    assert all(reading.foots for reading in records.readings)


def test_settings_are_read_by_the_loader():
    """Secrets by reference only."""
    given = {"base": "https://acme.odoo.com", "database": "acme", "excess_digits": "reject"}
    assert "env:K" in repr(plugins.load().adapter("odoo", key="env:K", **given).config)
    with pytest.raises(ReportError) as caught:
        plugins.load().adapter("odoo", key="canary-1234", **given)
    assert "canary-1234" not in str(caught.value)
