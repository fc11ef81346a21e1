"""The real export of a CRM, read by the mapping that the example of the repository gives."""

from __future__ import annotations

from collections import Counter

import pytest
from ruamel.yaml import YAML

from salesteam.crm import facts, pull
from salesteam.plugins import Plugin, Plugins
from salesteam_files._adapter import FilesAdapter


@pytest.fixture(scope="module")
def records(maven):
    """Everything that the export holds."""
    folder, mapping = maven
    (source,) = YAML(typ="safe", pure=True).load(mapping)["sources"]
    plugin = Plugin(name="files", distribution="salesteam-files", version="0", state="loaded", adapters=(FilesAdapter,))
    adapter = Plugins(plugins=(plugin,)).adapter(
        "files", source=source["name"], **{**source["settings"], "root": folder}
    )
    assert adapter.check().ok
    return pull([adapter])


def test_every_opportunity_is_used_once(records):
    """8,800 opportunities: 4,238 won, 2,473 lost, 1,589 engaging, and 500 prospects, which are leads."""
    statuses = Counter(deal.status for deal in records.of("deal"))
    assert {"won": 4238, "lost": 2473, "open": 1589} == statuses
    assert {"working": 500} == Counter(lead.status for lead in records.of("lead"))
    accounts = {reading.kind: (reading.read, reading.used) for reading in records.readings}
    assert {"deal": (8800, 8300), "lead": (8800, 500), "deal_line": (8800, 8300)} == {
        kind: accounts[kind] for kind in ("deal", "lead", "deal_line")
    }
    assert [] == [reading for reading in records.readings if not reading.foots]


def test_people_customers_and_products_are_there(records):
    """35 agents and 6 managers in 3 offices, 85 customers, 7 products; nothing is rejected, nothing dangles."""
    managers = {user.manager for user in records.of("user")} - {None}
    assert (41, 6, 35) == (len(records.of("user")), len(managers), len(records.of("membership")))
    assert (3, 85, 7) == (len(records.of("team")), len(records.of("account")), len(records.of("product")))
    assert 30 == len({deal.owner for kind in ("deal", "lead") for deal in records.of(kind)})
    assert ((), ()) == (records.rejects, records.report.by_code.get("crm.dangling-reference", ()))


def test_what_was_mapped_and_what_is_missing_is_counted(records):
    """1,480 rows say GTXPro, 12 customers are technolgy, 1,425 rows name no customer."""
    mapped: Counter[str] = Counter()
    for finding in records.report.by_code["crm.value-mapped"]:
        values = dict(finding.values)
        mapped[values["old"]] += values["count"]
    assert {"GTXPro": 1480, "technolgy": 12} == mapped
    blank = [dict(finding.values) for finding in records.report.by_code["crm.blank-field"]]
    assert {("deal", 1088), ("lead", 337)} == {
        (each["kind"], each["count"]) for each in blank if each["field"] == "account"
    }
    assert not records.report.errors


def test_the_facts_of_the_export_foot(records):
    """Each deal won is a transaction of a known amount; the sum is that of the file."""
    table = facts.transactions(records, booked_on="closed_on", tz="America/New_York")
    assert (8300, 4238, (("lost", 2473), ("open", 1589))) == (table.looked_at, table.used, table.left_out)
    assert table.foots
    assert 10_005_534_00 == sum(row.amount_minor for row in table.rows)
    assert {"GTX Pro", "GTX Basic", "GTX Plus Basic", "GTX Plus Pro", "GTK 500", "MG Advanced", "MG Special"} == {
        row.product for row in table.rows
    }
