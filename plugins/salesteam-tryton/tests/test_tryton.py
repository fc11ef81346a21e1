"""What the contract cannot know: how the rows of Tryton are meant, and what its server does about writes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from tests.harness import OPPORTUNITY
from tests.rpc import day, decimal
from tests.server import GUEST, OTHER_PASSWORD, PASSWORD, READER, USER

from salesteam import plugins
from salesteam.core import Money
from salesteam.crm import AssignOwner, Cursor, Secret, open_store, pull, push, sweep, sync
from salesteam.errors import AdapterError, AuthExpired, Conflict, InvalidValueError, Rejected, ReportError, Transient
from salesteam.testing import Answer, Fault, read_all
from salesteam.testing._read import last_cursor, records_of, refs_of


@pytest.fixture
def adapter(harness):
    """An adapter that the harness closes at the end."""
    return harness.adapter()


def read(adapter, kind):
    """All records of a kind by reference."""
    return records_of(read_all(adapter, kind))


def offer(harness, deal):
    """Make an opportunity a sale, not yet confirmed."""
    key = int(deal.external_id)
    harness.press("convert", key)
    ((sale,),) = [row["sales"] for row in harness.rpc.read(OPPORTUNITY, [key], "sales")]
    harness.rpc.create("sale.line", sale=sale, quantity=1, unit_price=decimal("1200.50"))
    harness.rpc.write("sale.sale", [sale], sale_date=day(2026, 7, 3), invoice_method="manual", shipment_method="manual")
    harness.rpc.call("sale.sale", "quote", [sale])
    return sale


def sell(harness, deal):
    """Sell what a deal is about."""
    sale = offer(harness, deal)
    harness.rpc.call("sale.sale", "confirm", [sale])
    return sale


# meaning


def test_an_opportunity_is_a_lead_until_it_is_one(harness, adapter):
    """A lead is new, then working when an employee has it; with its next state it is a deal of the same id."""
    lead = harness.create("lead", 1)
    assert ["new"] == [each.status for each in read(adapter, "lead").values()]
    owner, account = harness.ref("user", harness.one("user")), harness.ref("account", harness.one("account"))
    harness.rpc.write(
        OPPORTUNITY, [int(lead.external_id)], party=int(account.external_id), employee=int(owner.external_id)
    )
    found = read(adapter, "lead")[lead]
    assert ("working", owner, account, "Chance 1") == (found.status, found.owner, found.account, found.name)
    harness.press("opportunity", int(lead.external_id))
    deal = read(adapter, "deal")[harness.ref("deal", lead.external_id)]
    assert ({}, "open", "opportunity") == (read(adapter, "lead"), deal.status, deal.stage.external_id)
    assert (Fraction(2, 5), owner, account) == (deal.probability, deal.owner, deal.account)


def test_a_confirmed_sale_wins_the_deal_and_is_money_booked(harness, adapter):
    """On the day of the sale, without tax, and the deal is worth what was sold."""
    deal = harness.create("deal", 1)
    sale = offer(harness, deal)
    assert ({}, "converted") == (read(adapter, "money_event"), read(adapter, "deal")[deal].stage.external_id)
    harness.rpc.call("sale.sale", "confirm", [sale])
    won = read(adapter, "deal")[deal]
    assert ("won", Money.of("1200.50", "EUR"), None) == (won.status, won.value, won.probability)
    assert won.closed_on is not None
    assert won.expected_close is None
    (event,) = read(adapter, "money_event").values()
    assert ("booked", deal, date(2026, 7, 3), Money.of("1200.50", "EUR"), str(sale)) == (
        event.event_kind,
        event.deal,
        event.on,
        event.value,
        event.ref.external_id,
    )


def test_lost_and_cancelled_are_told_apart(harness, adapter):
    """A lost deal has its reason; a cancelled one is void; both closed on the day that Tryton wrote."""
    lost, void = harness.create("deal", 1), harness.create("deal", 2)
    harness.rpc.write(OPPORTUNITY, [int(lost.external_id)], end_date=day(2027, 3, 1), lost_reason="price")
    assert (date(2027, 3, 1), None) == (
        read(adapter, "deal")[lost].expected_close,
        read(adapter, "deal")[lost].closed_on,
    )
    harness.press("lost", int(lost.external_id))
    harness.press("cancel", int(void.external_id))
    found = read(adapter, "deal")
    today = harness.rpc.call("ir.date", "today")
    expected = date(today["year"], today["month"], today["day"])
    assert ("lost", "price", expected) == (found[lost].status, found[lost].lost_reason, found[lost].closed_on)
    assert ("void", None, expected) == (found[void].status, found[void].lost_reason, found[void].closed_on)


@pytest.mark.parametrize(("text", "code", "minor"), [("90071992547409.93", "EUR", 9007199254740993), ("7", "JPY", 7)])
def test_amounts_are_exact_in_their_currency(harness, adapter, text, code, minor):
    """Also where a binary number would not be."""
    key = harness._deal(1, amount=decimal(text), currency=harness.currencies[code])
    assert Money(minor, code) == read(adapter, "deal")[harness.ref("deal", key)].value


def test_an_account_has_country_region_site_and_registry(harness, adapter):
    """Of the first address that is in use."""
    country = harness.rpc.create("country.country", name="Deutschland", code="DE", code3="DEU", code_numeric="276")
    region = harness.rpc.create("country.subdivision", name="Berlin", code="DE-BE", country=country, type="state")
    party = harness.rpc.create(
        "party.party",
        name="Acme",
        addresses=[["create", [{"city": "Paris"}, {"country": country, "subdivision": region}]]],
        contact_mechanisms=[["create", [{"type": "website", "value": "https://acme.example"}]]],
        identifiers=[["create", [{"type": "eu_vat", "code": "BE0897290877"}]]],
    )
    (first,) = harness.rpc.search("party.address", ["city", "=", "Paris"])
    harness.rpc.write("party.address", [first], active=False)
    found = read(adapter, "account")[harness.ref("account", party)]
    assert ("DE", "Berlin", "https://acme.example", "BE0897290877") == (
        found.country,
        found.region,
        found.domain,
        found.registry_id,
    )


def test_contacts_are_mails_and_phones_of_accounts(harness, adapter):
    """A website is none, and a mechanism without a name is called by what it is."""
    party = harness.one("account")
    kinds = {"email": "li@acme.example", "phone": "+86 21 5555", "mobile": "+86 139", "website": "https://a.example"}
    for kind, value in kinds.items():
        harness.rpc.create(
            "party.contact_mechanism", party=party, type=kind, value=value, name="Li" * (kind == "email")
        )
    found = read(adapter, "contact").values()
    assert [("Li", ("li@acme.example",), ()), ("+86 21 5555", (), ("+86 21 5555",)), ("+86 139", (), ("+86 139",))] == [
        (each.name, each.emails, each.phones) for each in found
    ]
    assert {harness.ref("account", party)} == {each.account for each in found}


def test_the_company_and_its_people_are_no_customers(harness, adapter):
    """Neither their parties nor how they are reached."""
    user = harness.create("user", 1)
    (row,) = harness.rpc.read("company.employee", [int(user.external_id)], "party")
    harness.rpc.create("party.contact_mechanism", party=row["party"], type="email", value="me@acme.example")
    assert ({}, {}) == (read(adapter, "account"), read(adapter, "contact"))
    assert ([], []) == (list(adapter.list_ids("account")), list(adapter.list_ids("contact")))
    assert ("me@acme.example",) == read(adapter, "user")[user].emails


def test_people_have_a_manager_and_may_have_left(harness, adapter):
    """Who has left is no longer active."""
    manager, gone = harness.create("user", 1), harness.create("user", 2)
    harness.rpc.write(
        "company.employee", [int(gone.external_id)], supervisor=int(manager.external_id), end_date=day(2026, 1, 31)
    )
    found = read(adapter, "user")
    assert [(True, None), (False, manager)] == [(found[each].active, found[each].manager) for each in (manager, gone)]


@pytest.mark.parametrize("kind", ["account", "contact", "product"])
def test_what_is_put_away_is_archived(harness, adapter, kind):
    """And not gone, though Tryton hides it from whoever does not ask."""
    ref = harness.create(kind, 1)
    harness.archive(ref)
    assert (True, [ref.external_id]) == (read(adapter, kind)[ref].archived, list(adapter.list_ids(kind)))


def test_stages_are_the_states_of_the_server(adapter):
    """With its names, in its order, each with what it means."""
    found = read(adapter, "stage").values()
    assert [("Lead", "open"), ("Opportunity", "open"), ("Converted", "open"), ("Won", "won"), ("Lost", "lost"),
            ("Cancelled", "lost")] == [(stage.name, stage.stage_kind) for stage in found]  # fmt: skip
    (won,) = adapter.fetch_ids("stage", ["won", "none"])
    assert "Won" == won.name


@pytest.mark.parametrize("kind", ["stage", "user"])
def test_what_depends_on_the_day_is_read_whole(harness, adapter, kind):
    """Each time: there is no cursor, and none is taken."""
    harness.create("user", 1)
    batches = read_all(adapter, kind)
    assert [True, {None}] == [len(refs_of(batches)) > 0, {batch.cursor for batch in batches}]
    with pytest.raises(InvalidValueError, match="in full"):
        read_all(adapter, kind, since=Cursor.of(1, {"at": "2026-01-01T00:00:00+00:00"}))


def test_a_state_of_another_module_is_asked_about(harness, adapter):
    """It comes back with the states that are known, and is never guessed."""
    harness.create("deal", 1)

    def strange(body):
        told = json.loads(body)
        for row in told["result"] if isinstance(told["result"], list) else ():
            row["state"] = "negotiation"
        return json.dumps(told).encode()

    harness.server.fail(Fault(how="change", change=strange))
    ((reject,),) = [batch.rejects for batch in read_all(adapter, "deal") if batch.rejects]
    assert "crm.unmapped-value" == reject.reason.code
    assert "opportunity" in reject.reason.what()


# changes


def test_what_was_never_written_is_found_by_its_creation(harness, adapter):
    """Its write_date is nothing until then."""
    harness.create("lead", 1)
    cursor = last_cursor(read_all(adapter, "lead"))
    ref = harness.create("lead", 2)
    (row,) = harness.rpc.read(OPPORTUNITY, [int(ref.external_id)], "write_date")
    assert row["write_date"] is None
    assert ref in refs_of(read_all(adapter, "lead", since=cursor))
    again = last_cursor(read_all(adapter, "lead", since=cursor))
    assert [ref] == refs_of(read_all(adapter, "lead", since=again))


def test_an_address_is_a_part_of_its_account(harness, adapter):
    """One that is changed, one that is put away and a new one change the account, whose own row nobody wrote."""
    ref, other = harness.create("account", 1), harness.create("account", 2)
    party = int(ref.external_id)
    country = harness.rpc.create("country.country", name="Deutschland", code="DE", code3="DEU", code_numeric="276")
    (address,) = harness.rpc.search("party.address", ["party", "=", party])
    ways = (
        lambda: harness.rpc.write("party.address", [address], country=country),
        lambda: harness.rpc.write("party.address", [address], active=False),
        lambda: harness.rpc.create("party.address", party=party, country=country),
    )
    (before,) = harness.rpc.read("party.party", [party], "write_date")
    cursor, seen = last_cursor(read_all(adapter, "account")), []
    for way in ways:
        way()
        batches = read_all(adapter, "account", since=cursor)
        seen.append(records_of(batches)[ref].country)
        cursor = last_cursor(batches)
        assert other not in records_of(read_all(adapter, "account", since=cursor))
    assert ["DE", None, "DE"] == seen
    assert [before] == harness.rpc.read("party.party", [party], "write_date")


def test_a_part_that_changed_later_waits_for_the_next_reading(harness, adapter):
    """No reading passes its signpost, also where only a part of a record did."""
    early, late = harness.create("account", 1), harness.create("account", 2)
    until = read(adapter, "account")[late].updated_at
    harness.rpc.create("party.address", party=int(late.external_id))
    batches = read_all(adapter, "account", until=until)
    assert [early] == refs_of(batches)
    assert late in refs_of(read_all(adapter, "account", since=last_cursor(batches)))


def test_the_lines_of_a_deal_come_when_it_becomes_one(harness, adapter):
    """The lines of a lead are left out, and nobody writes them when it becomes a deal."""
    lead = harness.create("lead", 1)
    key, product = int(lead.external_id), harness.one("product")
    harness.rpc.write(OPPORTUNITY, [key], party=harness.one("account"), employee=harness.one("user"))
    line = harness.rpc.create("sale.opportunity.line", opportunity=key, product=product, quantity=3, unit=1)
    harness.rpc.create("sale.opportunity.line", opportunity=key, quantity=1, description="no product")
    cursor = last_cursor(read_all(adapter, "deal_line"))
    assert (None, {}) == (cursor, read(adapter, "deal_line"))
    harness.press("opportunity", key)
    (found,) = read(adapter, "deal_line").values()
    assert (str(line), harness.ref("deal", key), harness.ref("product", product), Fraction(3)) == (
        found.ref.external_id,
        found.deal,
        found.product,
        found.quantity,
    )


def test_a_store_equals_the_server_after_everything(harness, adapter):
    """A sync, changes of all sorts, a sync and a sweep: what is kept is what a first sync finds."""
    refs = {kind: [harness.create(kind, number) for number in (1, 2, 3)] for kind in harness.kinds()}
    with open_store(":memory:") as store, open_store(":memory:") as fresh:
        assert sync(adapter, store).report.ok
        for kind, (first, second, _) in refs.items():
            harness.touch(first)
            if kind not in {"account", "user"}:  # a deal points to them
                harness.delete(second)
        harness.press("lost", int(refs["deal"][2].external_id))
        harness.press("opportunity", harness._lead(7, party=harness.one("account"), employee=harness.one("user")))
        for each in (sync(adapter, store), sweep(adapter, store), sync(adapter, fresh)):
            assert each.report.ok, each.report.text()
        for kind in adapter.capabilities():
            assert list(fresh.records(kind)) == list(store.records(kind))


# history


def test_the_way_of_a_deal_is_told_by_the_server(harness, adapter):
    """Every change of state with its instant, from the first; a write that changes no state is none."""
    deal = harness.create("deal", 1)
    harness.touch(deal)
    sell(harness, deal)
    changes = list(adapter.history("deal", [deal.external_id, "none"]))
    assert ["lead", "opportunity", "converted", "won"] == [change.to.external_id for change in changes]
    assert [None, "lead", "opportunity", "converted"] == [each.from_ and each.from_.external_id for each in changes]
    assert sorted({change.at for change in changes}) == [change.at for change in changes]
    assert read(adapter, "deal")[deal].created_at == changes[0].at
    assert {("native", deal, None)} == {(change.evidence, change.deal, change.by) for change in changes}


def test_the_one_employee_of_a_user_is_named(harness, adapter):
    """Who pressed the button is the employee that the user is; one who is several is nobody."""
    who = harness.create("user", 1)
    harness.rpc.write("res.user", [harness.rpc.user], employees=[["add", [int(who.external_id)]]])
    deal = harness.create("deal", 1)
    assert [who, who] == [change.by for change in adapter.history("deal", [deal.external_id])]
    another = harness.create("user", 2)
    harness.rpc.write("res.user", [harness.rpc.user], employees=[["add", [int(another.external_id)]]])
    assert [None, None] == [change.by for change in adapter.history("deal", [deal.external_id])]


def test_the_history_of_a_deleted_deal_ends(harness, adapter):
    """It stops no other."""
    gone, kept = harness.create("deal", 1), harness.create("deal", 2)
    harness.delete(gone)
    changes = list(adapter.history("deal", [gone.external_id, kept.external_id]))
    assert ["lead", "opportunity", "cancelled"] == [each.to.external_id for each in changes if each.deal == gone]
    assert ["lead", "opportunity"] == [each.to.external_id for each in changes if each.deal == kept]
    with pytest.raises(InvalidValueError):
        list(adapter.history("lead", ["1"]))


# writing


def assignment(harness, kind="deal"):
    """A record, and a change that gives it to another."""
    ref = harness.create(kind, 1)
    return ref, AssignOwner(ref=ref, owner=harness.create("user", 2), decision_id="run-7")


@pytest.mark.parametrize("kind", ["lead", "deal"])
def test_an_owner_is_written_if_the_record_is_as_it_was_seen(harness, adapter, kind):
    """Else it is a conflict, and nothing is written."""
    ref, change = assignment(harness, kind)
    seen = read(adapter, kind)[ref]
    assert adapter.find_write(change, key="k") is None
    assert ref == adapter.write(change, key="k", expect=seen)
    assert (ref, change.owner) == (adapter.find_write(change, key="k"), read(adapter, kind)[ref].owner)
    with pytest.raises(Conflict):
        adapter.write(change, key="k", expect=seen)


@pytest.mark.parametrize(
    ("call", "number", "said"),
    [("search_read", 2, "was changed meanwhile"), ("write", 1, "ConcurrencyException")],
)
def test_there_is_no_gap_between_the_look_and_the_write(harness, adapter, call, number, said):
    """Whenever somebody else writes, it is noticed; at last by Tryton itself, which compares the time of the write."""
    ref, change = assignment(harness)
    seen = read(adapter, "deal")[ref]
    calls = []

    def meanwhile(method):
        calls.append(method)
        if method == f"model.{OPPORTUNITY}.{call}" and calls.count(method) == number:
            harness.touch(ref)

    harness.server.before = meanwhile
    with pytest.raises(Conflict, match=said):
        adapter.write(change, key="k", expect=seen)
    harness.server.before = lambda method: None
    assert ("Touched", seen.owner) == (read(adapter, "deal")[ref].name, read(adapter, "deal")[ref].owner)


def test_a_deal_that_is_closed_keeps_its_owner(harness, adapter):
    """Tryton refuses the write, and says why."""
    ref, change = assignment(harness)
    harness.press("lost", int(ref.external_id))
    with pytest.raises(Rejected, match="not allowed to modify"):
        adapter.write(change, key="k", expect=None)
    with pytest.raises(Rejected, match="there is no deal"):
        adapter.write(
            AssignOwner(ref=harness.ref("deal", 9999), owner=change.owner, decision_id="x"), key="k", expect=None
        )


def test_decisions_are_pushed_once(harness, adapter):
    """Shown first, then written, read back, and not written again; a lost answer is looked up, not repeated."""
    ref, change = assignment(harness)
    writes = []
    harness.server.before = lambda method: writes.append(method) if method.endswith(".write") else None
    with open_store(":memory:") as store:
        sync(adapter, store)
        push(adapter, store, [change])
        assert [] == writes
        first = push(adapter, store, [change], dry_run=False)
        assert (["verified"], 1) == ([line.state for line in first.lines], len(writes))
        assert change.owner == read(adapter, "deal")[ref].owner
        push(adapter, store, [change], dry_run=False)
        assert 1 == len(writes)


# what may go wrong


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
