"""A review of what Tryton holds is the review of the same data as files: deals, bookings and pay are equal."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest
from tests.harness import OPPORTUNITY
from tests.rpc import decimal
from tests.server import DATABASE, USER

from salesteam import review
from salesteam.crm import open_store, pull, sync
from salesteam.plugins import load
from salesteam_tryton._adapter import TrytonAdapter


def adapters():
    """The two that are compared."""
    return {"files": load().adapter_class("files"), "tryton": TrytonAdapter}


@pytest.fixture
def demo():
    """The company of ``salesteam demo``: who works there, and what both a table and Tryton can hold of it."""
    playbook = review.demo_playbook()
    records = pull(review.connect(playbook, review.BUILT_IN))
    return SimpleNamespace(
        folder=review.demo_folder(),
        roster=review.gather(playbook, records).roster,
        users=records.of("user"),
        accounts=records.of("account"),
        deals=records.of("deal"),
    )


def playbook_of(demo, folder, sources, logins):
    """The playbook of the demonstration with other sources; people and teams are in it, for Tryton has no teams."""
    shutil.copytree(demo.folder, folder)
    (folder / "leads.yaml").unlink()  # its leads have scores and regions, which Tryton does not know
    roster = demo.roster
    team = {
        "people": [{"id": person.id, "name": person.name} for person in roster.people],
        "teams": [{"id": team.id, "name": team.name, "parent": team.parent} for team in roster.teams],
        "memberships": [
            {"person": each.person, "team": each.team, "role": each.role, "start": str(each.start)}
            for each in roster.memberships
        ],
        "lines": [{"person": each.person, "manager": each.manager} for each in roster.lines],
        "logins": logins,
    }
    for name, held in (("team", team), ("sources", {"booked_on": "closed_on", **sources})):
        (folder / f"{name}.yaml").write_text(json.dumps(held, ensure_ascii=False), "utf-8")
    return review.load(folder, adapters=adapters())


def exported(demo, folder):
    """The data as files."""
    folder.mkdir()
    tables = {
        "people": [{"id": user.ref.external_id, "name": user.name} for user in demo.users],
        "accounts": [{"id": account.ref.external_id, "name": account.name} for account in demo.accounts],
        "deals": [
            {
                "id": deal.ref.external_id,
                "name": deal.name,
                "account": deal.account.external_id,
                "owner": deal.owner.external_id,
                "status": deal.status,
                "value": str(deal.value.major),
                "closed": deal.closed_on or "",
            }
            for deal in demo.deals
        ],
    }
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    deal = {"name": "name", "account": "account", "owner": "owner", "status": "status", "value": "value"}
    kinds = {
        "user": [{"file": "people.csv", "id": "id", "columns": {"name": "name"}}],
        "account": [{"file": "accounts.csv", "id": "id", "columns": {"name": "name"}}],
        "deal": [{"file": "deals.csv", "id": "id", "columns": {**deal, "closed_on": "closed"}}],
    }
    settings = {"root": str(folder), "currency": "CNY", "excess_digits": "reject", "kinds": kinds}
    return {"sources": [{"name": "export", "adapter": "files", "settings": settings}]}


def filled(demo, harness, database):
    """The data as rows of Tryton, made and closed by its own calls; gives the employee of each login."""
    rpc = harness.rpc

    def made(model, rows):
        return rpc.call(model, "create", rows)

    people = made("party.party", [{"name": user.name} for user in demo.users])
    employees = made("company.employee", [{"party": party, "company": harness.company} for party in people])
    owners = dict(zip([user.ref for user in demo.users], employees, strict=True))
    address = [["create", [{}]]]
    parties = made("party.party", [{"name": account.name, "addresses": address} for account in demo.accounts])
    accounts = dict(zip([account.ref for account in demo.accounts], parties, strict=True))
    keys = made(
        OPPORTUNITY,
        [
            {
                "company": harness.company,
                "currency": harness.currencies["CNY"],
                "description": deal.name,
                "party": accounts[deal.account],
                "employee": owners[deal.owner],
                "amount": decimal(str(deal.value.major)),
                "conversion_probability": 0.5,
            }
            for deal in demo.deals
        ],
    )
    harness.press("opportunity", *keys)
    opportunities = dict(zip(keys, demo.deals, strict=True))
    harness.press("lost", *(key for key, deal in opportunities.items() if deal.status == "lost"))
    won = [key for key, deal in opportunities.items() if deal.status == "won"]
    harness.press("convert", *won)
    sales = {row["id"]: row["sales"][0] for row in rpc.read(OPPORTUNITY, won, "sales")}
    prices = {sales[key]: decimal(str(opportunities[key].value.major)) for key in won}
    made("sale.line", [{"sale": sale, "quantity": 1, "unit_price": price} for sale, price in prices.items()])
    rpc.write("sale.sale", list(prices), invoice_method="manual", shipment_method="manual")
    for button in ("quote", "confirm"):
        rpc.call("sale.sale", button, list(prices))
    # Tryton closes what is closed on the day of its clock; the days of the past are put in as a migration would.
    with closing(sqlite3.connect(database)) as connection, connection:
        for table in ("sale_opportunity", "sale_opportunity__history"):
            days = [(str(deal.closed_on), key) for key, deal in opportunities.items() if deal.closed_on]
            connection.executemany(f"UPDATE {table} SET end_date = ? WHERE id = ? AND end_date IS NOT NULL", days)
    return {str(employee): ref.external_id for ref, employee in owners.items()}


def reviewed(playbook):
    """The tables of a review."""
    records = pull(review.connect(playbook, adapters()))
    assert () == records.rejects
    return review.walk(playbook, review.gather(playbook, records)).tables()


def told(table, *columns):
    """Some columns of a table, whatever the order of its rows."""
    return sorted(map(repr, table[list(columns)].astype(str).itertuples(index=False, name=None)))


def test_a_review_of_tryton_is_the_review_of_the_same_data_as_files(demo, harness, tryton, tmp_path):
    """From the server into a store, and from the store into the review."""
    files = reviewed(playbook_of(demo, tmp_path / "files", exported(demo, tmp_path / "data"), {}))
    logins = filled(demo, harness, tryton.live)
    settings = {
        "base": harness.server.url, "database": DATABASE, "login": USER, "password": "env:TRYTON_PASSWORD",
        "excess_digits": "reject",
    }  # fmt: skip
    source = {"name": "tryton", "adapter": "tryton", "settings": settings}
    playbook = playbook_of(demo, tmp_path / "tryton", {"store": "sales.sqlite", "sources": [source]}, logins)
    (adapter,) = review.connect(playbook, adapters(), live=True)
    with open_store(review.store_of(playbook)) as store:
        report = sync(adapter, store)
        assert report.report.ok, report.report.text()
    adapter.close()
    found = reviewed(playbook)
    for table, columns in (
        ("transactions", ("date", "amount_minor", "currency", "payee", "account")),
        ("metrics", ("metric", "period", "value", "n")),
        ("attainment", ("payee", "period", "measure", "value", "quota")),
        ("payouts", ("payee", "period", "component", "pay_minor")),
    ):
        assert told(files[table], *columns) == told(found[table], *columns), table
    assert 68 == len(found["transactions"])
    assert found["payouts"]["pay_minor"].sum() > 0
