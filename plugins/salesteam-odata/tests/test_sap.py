"""What the contract cannot know: how the rows of SAP Cloud for Customer are meant."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from salesteam.core import Money
from salesteam.crm import Deal, Ref, pull
from salesteam.errors import AdapterError
from salesteam.testing import read_all
from salesteam.testing._read import records_of


@pytest.fixture
def adapter(sap):
    """An adapter that is closed at the end."""
    adapter = sap.adapter()
    yield adapter
    adapter.close()


def deal(sap, **fields):
    """An opportunity of the tenant."""
    return sap.server.crm.create(Deal(ref=Ref("odata", "deal", "7"), **{"status": "open", **fields})).ref


def test_a_deal_is_named_by_its_number_and_has_exact_money(sap, adapter):
    """Decimals come as text with six places, and the dates of midnight become days."""
    account, day = sap.create("account", 1), date(2026, 9, 30)
    ref = deal(sap, status="won", value=Money.of("1234.56", "EUR"), closed_on=day, account=account)
    found = records_of(read_all(adapter, "deal"))[ref]
    assert ("won", Money.of("1234.56", "EUR"), day, day) == (
        found.status,
        found.value,
        found.closed_on,
        found.expected_close,
    )
    assert (account, (2, 5)) == (found.account, found.probability.as_integer_ratio())


def test_a_stopped_deal_is_void(sap, adapter):
    """It was neither won nor lost."""
    ref = deal(sap, status="void")
    assert "void" == records_of(read_all(adapter, "deal"))[ref].status


def test_an_unknown_state_is_set_aside(sap, adapter):
    """With the known ones."""
    sap.server.spoil(deal(sap), LifeCycleStatusCode="9")
    (reject,) = [reject for batch in read_all(adapter, "deal") for reject in batch.rejects]
    assert "is none of 1, 2, 3, 4, 5" in reject.reason.what()
    assert "7" == reject.ref.external_id


def test_a_property_that_is_none_is_refused(sap):
    """Nothing of the settings gets into an address unchecked."""
    with pytest.raises(AdapterError, match="no name of a property"):
        read_all(sap.adapter(extra={"deal": ("a&b",)}), "deal")


def test_properties_of_the_tenant_are_kept(sap):
    """By their names."""
    ref = sap.create("account", 1)
    sap.server.crm.change(ref, extra={"ZTier_KUT": "A"})
    adapter = sap.adapter(extra={"account": ("ZTier_KUT",)})
    assert {"ZTier_KUT": "A"} == dict(records_of(read_all(adapter, "account"))[ref].extra)
    adapter.close()


def test_everything_is_pulled_and_fits_together(sap):
    """Nothing dangles, and the server tells its time."""
    for kind in sap.kinds():
        sap.create(kind, 1)
    adapter = sap.adapter()
    assert sap.server.crm.now.replace(microsecond=0) == adapter.server_time()
    records = pull([adapter], until=sap.server.crm.now + timedelta(hours=1))
    assert ((), ()) == (records.rejects, records.report.findings)
