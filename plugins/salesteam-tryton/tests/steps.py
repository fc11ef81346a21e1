"""What the tests of Tryton do more than once: read a kind, sell what a deal is about, decide on another owner."""

from __future__ import annotations

from tests.harness import OPPORTUNITY
from tests.rpc import day, decimal

from salesteam.crm import AssignOwner
from salesteam.testing import read_all
from salesteam.testing._read import records_of


def read(adapter, kind):
    """All records of a kind by reference."""
    return records_of(read_all(adapter, kind))


def offer(harness, deal):
    """Make an opportunity a sale, not yet confirmed."""
    key = int(deal.external_id)
    harness.press("convert", key)
    ((sale,),) = [row["sales"] for row in harness.rpc.read(OPPORTUNITY, [key], "sales")]
    harness.rpc.create("sale.line", sale=sale, quantity=1, unit_price=decimal("1200.50"))
    (row,) = harness.rpc.read("sale.sale", [sale], "party.addresses")
    address = row["party."]["addresses"][0]
    values = {"invoice_method": "manual", "shipment_method": "manual", "invoice_address": address}
    harness.rpc.write("sale.sale", [sale], sale_date=day(2026, 7, 3), shipment_address=address, **values)
    harness.rpc.call("sale.sale", "quote", [sale])
    return sale


def sell(harness, deal):
    """Sell what a deal is about."""
    sale = offer(harness, deal)
    harness.rpc.call("sale.sale", "confirm", [sale])
    return sale


def assignment(harness, kind="deal"):
    """A record, and a change that gives it to another."""
    ref = harness.create(kind, 1)
    return ref, AssignOwner(ref=ref, owner=harness.create("user", 2), decision_id="run-7")
