"""What has changed in Tryton is found, and the way that a deal went."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.harness import OPPORTUNITY
from tests.rpc import OLD
from tests.steps import read, sell

from salesteam.crm import open_store, sweep, sync
from salesteam.errors import InvalidValueError
from salesteam.testing import read_all
from salesteam.testing._read import last_cursor, records_of, refs_of


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
    if not OLD:  # before 8.0 every line has a product
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
