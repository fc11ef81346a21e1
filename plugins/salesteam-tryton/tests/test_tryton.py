"""What the contract cannot know: how the rows of Tryton are meant."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest
from tests.harness import OPPORTUNITY
from tests.rpc import day, decimal
from tests.steps import offer, read

from salesteam.core import Money
from salesteam.crm import Cursor
from salesteam.errors import InvalidValueError
from salesteam.testing import Fault, read_all
from salesteam.testing._read import refs_of


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
